//! Amounts as pages show them.

use crate::platform::i18n::Texts;

/// "1234,50 zł", of grosze.
#[must_use]
pub fn money(t: &Texts, grosze: i64) -> String {
    format!("{}\u{a0}zł", bare_money(t, grosze))
}

/// "1234,50", as fields hold it, or to be followed by another currency.
#[must_use]
pub fn bare_money(t: &Texts, grosze: i64) -> String {
    let sign = if grosze < 0 { "-" } else { "" };
    let whole = grosze.unsigned_abs();
    let point = if t.lang() == "pl" { ',' } else { '.' };
    format!("{sign}{}{point}{:02}", t.count(whole / 100), whole % 100)
}
