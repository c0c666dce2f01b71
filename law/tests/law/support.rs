//! Short ways to say days, amounts and the numbers that the crate brings along.

use std::sync::LazyLock;

use law::calendar::Calendar;
use law::interest::Rule;
use law::tables::{Rate, Tables, TaxRate};
use law::terms::Plans;
use law::{Day, parse_hundredths};

pub fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("{text} is no day"))
}

pub fn plain(datetime: &toml::value::Datetime) -> Day {
    day(&datetime.to_string())
}

pub fn grosze(zloty: &str) -> i64 {
    parse_hundredths(zloty).unwrap_or_else(|| panic!("{zloty} is no amount"))
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::built_in().expect("built-in tables"));
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::built_in().expect("built-in calendar"));

pub fn tables() -> Tables {
    TABLES.clone()
}

pub fn calendar() -> Calendar {
    CALENDAR.clone()
}

pub fn plans() -> Plans {
    Plans::built_in().expect("built-in plans")
}

/// `tax`, `reduced`, `raised`, `civil` or `contract 9.25`.
pub fn rule(name: &str) -> Rule {
    let tables = tables();
    match name {
        "tax" => tables.tax_rule(TaxRate::Ordinary).expect("rates"),
        "reduced" => tables.tax_rule(TaxRate::Reduced).expect("rates"),
        "raised" => tables.tax_rule(TaxRate::Raised).expect("rates"),
        "civil" => tables.civil_rule().expect("rates"),
        other => {
            let rate = other.strip_prefix("contract ").and_then(Rate::parse).expect("a contract's rate");
            tables.contractual_rule(law::dated::Dated::constant(day("2000-01-01"), rate))
        }
    }
}
