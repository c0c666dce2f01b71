//! Rules of the comparison as data: thresholds, which use falls to which tax, rates. Pure.

use serde::Deserialize;

use super::model::{DM2, Item, Tax};

/// The rules that come with the program.
pub(super) const BUILT_IN: &str = include_str!("rules.toml");
/// Most bytes of rules that the town enters.
pub(super) const MOST_BYTES: usize = 100_000;

/// How much may differ before it is a finding: both must be passed.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Threshold {
    /// Of what is registered.
    pub(super) percent: u32,
    /// In square metres.
    pub(super) m2: u32,
}

impl Threshold {
    /// Whether two areas differ by more.
    pub(super) fn passed(self, registered_dm2: i64, declared_dm2: i64) -> bool {
        self.exceeded(registered_dm2, registered_dm2.abs_diff(declared_dm2))
    }

    /// Whether a difference is more than that part of a whole.
    pub(super) fn exceeded(self, whole_dm2: i64, difference_dm2: u64) -> bool {
        let difference = u128::from(difference_dm2);
        difference > u128::from(self.m2) * u128::from(DM2.unsigned_abs())
            && difference * 100 > u128::from(whole_dm2.unsigned_abs()) * u128::from(self.percent)
    }
}

/// What may differ.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// Area of a parcel.
    pub(super) land: Threshold,
    /// Area that falls to one tax.
    #[serde(rename = "use")]
    pub(super) use_of: Threshold,
    /// Usable area of the buildings of a parcel.
    pub(super) building: Threshold,
}

/// How a usable area is expected from a built-up one.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// Usable area as a part of built-up area times storeys.
    pub(super) usable_percent: u32,
    /// Of a building whose storeys the register does not say.
    pub(super) storeys: u32,
}

/// Uses that fall to a tax.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct UseRule {
    symbols: Vec<String>,
    tax: Tax,
    #[serde(default)]
    land: Option<Land>,
    #[serde(default)]
    law: String,
}

/// A rate of the property tax on land.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Land {
    /// What is in nobody's business.
    Other,
    /// What belongs to a business.
    Business,
    /// Under standing water.
    Water,
}

/// How a building is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BuildingUse {
    /// Flats and houses.
    Residential,
    /// Of a business.
    Business,
    /// All others.
    Other,
    /// Nothing need be declared.
    Exempt,
}

impl BuildingUse {
    /// The use as declarations name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::Business => "business",
            Self::Other => "other",
            Self::Exempt => "exempt",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Residential, Self::Business, Self::Other, Self::Exempt]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildingRule {
    names: Vec<String>,
    building: BuildingUse,
    #[serde(default)]
    law: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LandRates {
    #[serde(default)]
    other: Option<Zloty>,
    #[serde(default)]
    business: Option<Zloty>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildingRates {
    #[serde(default)]
    residential: Option<Zloty>,
    #[serde(default)]
    business: Option<Zloty>,
    #[serde(default)]
    other: Option<Zloty>,
}

/// Rates of a year, as the council resolved them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rates {
    pub(super) year: i32,
    #[serde(default)]
    pub(super) source: String,
    #[serde(default)]
    land_m2: LandRates,
    #[serde(default)]
    water_ha: Option<Zloty>,
    #[serde(default)]
    building_m2: BuildingRates,
    #[serde(default)]
    agricultural_ha: Option<Zloty>,
    #[serde(default)]
    forest_ha: Option<Zloty>,
}

/// An amount written as "1.10", in grosze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Zloty(i64);

impl TryFrom<String> for Zloty {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no amount in złoty such as \"1.10\"");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, "00"));
        if rest.len() != 2 || whole.is_empty() || whole.len() > 7 {
            return Err(wrong());
        }
        let digits = format!("{whole}{rest}");
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(wrong());
        }
        digits.parse().map(Self).map_err(|_| wrong())
    }
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) thresholds: Thresholds,
    pub(super) buildings: Expected,
    uses: Vec<UseRule>,
    #[serde(default)]
    building_uses: Vec<BuildingRule>,
    #[serde(default)]
    rates: Vec<Rates>,
}

impl Rules {
    /// Reads rules.
    ///
    /// # Errors
    /// Says the line and what is expected there.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let rules: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let Thresholds { land, use_of, building } = rules.thresholds;
        if [land, use_of, building].iter().any(|one| one.percent > 1000 || one.m2 > 1_000_000) {
            return Err("thresholds: at most 1000 percent and 1,000,000 m²".to_owned());
        }
        if !(1..=100).contains(&rules.buildings.usable_percent)
            || !(1..=100).contains(&rules.buildings.storeys)
        {
            return Err("buildings: usable_percent and storeys are whole numbers from 1 to 100".to_owned());
        }
        let mut years: Vec<i32> = rules.rates.iter().map(|rates| rates.year).collect();
        years.sort_unstable();
        if let Some(twice) = years.windows(2).find_map(|two| match two {
            [a, b] if a == b => Some(*a),
            _ => None,
        }) {
            return Err(format!("rates: the year {twice} stands there twice"));
        }
        Ok(rules)
    }

    fn use_rule(&self, symbol: &str) -> Option<&UseRule> {
        let exact = |rule: &&UseRule| rule.symbols.iter().any(|one| one == symbol);
        // "E-Ls" begins with "E-", as all ecological uses do.
        let family =
            |rule: &&UseRule| rule.symbols.iter().any(|one| one.ends_with('-') && symbol.starts_with(one));
        self.uses.iter().find(exact).or_else(|| self.uses.iter().find(family))
    }

    /// The tax to which a use of the register falls; `None` for one that the rules do not know.
    pub(super) fn tax_of(&self, symbol: &str) -> Option<Tax> {
        self.use_rule(symbol).map(|rule| rule.tax)
    }

    /// The article by which a use falls to its tax.
    pub(super) fn law_of(&self, symbol: &str) -> &str {
        self.use_rule(symbol).map_or("", |rule| &rule.law)
    }

    /// How a building that the register calls so is taxed.
    pub(super) fn building_use(&self, name: Option<&str>) -> BuildingUse {
        let rule = name
            .and_then(|name| self.building_uses.iter().find(|rule| rule.names.iter().any(|one| one == name)));
        rule.map_or(BuildingUse::Other, |rule| rule.building)
    }

    /// The article by which a building need not be declared.
    pub(super) fn building_law(&self, name: Option<&str>) -> &str {
        let rule = name
            .and_then(|name| self.building_uses.iter().find(|rule| rule.names.iter().any(|one| one == name)));
        rule.map_or("", |rule| &rule.law)
    }

    /// Rates of a year.
    pub(super) fn rates(&self, year: i32) -> Option<&Rates> {
        self.rates.iter().find(|rates| rates.year == year)
    }

    /// Usable area that is expected of a building.
    pub(super) fn usable_dm2(&self, built_dm2: i64, storeys: Option<i32>) -> i64 {
        let storeys = storeys.filter(|n| *n > 0).map_or(i64::from(self.buildings.storeys), i64::from);
        built_dm2.saturating_mul(storeys).saturating_mul(i64::from(self.buildings.usable_percent)) / 100
    }

    /// The tax of a year on land of a use, in grosze, not rounded to złoty; `None` where a rate is missing.
    pub(super) fn land_tax(&self, rates: &Rates, tax: Tax, symbol: &str, area_dm2: i64) -> Option<i64> {
        match tax {
            Tax::Exempt => Some(0),
            Tax::Agricultural => Some(by_ha(area_dm2, rates.agricultural_ha?)),
            Tax::Forest => Some(by_ha(area_dm2, rates.forest_ha?)),
            Tax::Property => match self.land_of(symbol) {
                Land::Water => Some(by_ha(area_dm2, rates.water_ha?)),
                Land::Business => Some(by_m2(area_dm2, rates.land_m2.business?)),
                Land::Other => Some(by_m2(area_dm2, rates.land_m2.other?)),
            },
        }
    }

    fn land_of(&self, symbol: &str) -> Land {
        match symbol {
            // Declarations may say so themselves.
            "business" => Land::Business,
            _ => self.use_rule(symbol).and_then(|rule| rule.land).unwrap_or(Land::Other),
        }
    }

    /// The tax of a year on a building, in grosze, not rounded to złoty; `None` where a rate is missing.
    pub(super) fn building_tax(rates: &Rates, use_of: BuildingUse, area_dm2: i64) -> Option<i64> {
        let rate = match use_of {
            BuildingUse::Exempt => return Some(0),
            BuildingUse::Residential => rates.building_m2.residential,
            BuildingUse::Business => rates.building_m2.business,
            BuildingUse::Other => rates.building_m2.other,
        };
        Some(by_m2(area_dm2, rate?))
    }

    /// The tax of a year on what is declared.
    pub(super) fn declared_tax(&self, rates: &Rates, item: &Item) -> Option<i64> {
        match (item.building, item.tax) {
            (_, Tax::Exempt) => Some(0),
            (true, _) => {
                let use_of = BuildingUse::from_name(&item.use_of).unwrap_or(BuildingUse::Other);
                Self::building_tax(rates, use_of, item.area_dm2)
            }
            (false, tax) => self.land_tax(rates, tax, &item.use_of, item.area_dm2),
        }
    }
}

/// Rounded to grosze, a half up.
fn rounded(product: i128, divisor: i128) -> i64 {
    i64::try_from((product + divisor / 2) / divisor).unwrap_or(i64::MAX)
}

fn by_m2(area_dm2: i64, rate: Zloty) -> i64 {
    rounded(i128::from(area_dm2) * i128::from(rate.0), i128::from(DM2))
}

fn by_ha(area_dm2: i64, rate: Zloty) -> i64 {
    rounded(i128::from(area_dm2) * i128::from(rate.0), i128::from(DM2) * 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_good_and_know_every_symbol_of_the_register() {
        let rules = Rules::read(BUILT_IN).unwrap();
        // Annex to the regulation on the land register (Dz.U. 2021 item 1390).
        for symbol in "R S Ł Ps Br Wsr W Lzr N Ls Lz B Ba Bi Bp Bz K dr Tk Ti Tp Wm Wp Ws Tr E-Ls".split(' ')
        {
            assert!(rules.tax_of(symbol).is_some(), "{symbol}");
        }
        assert_eq!(rules.tax_of("X"), None);
        assert!(rules.rates(2026).is_none(), "rates are the council's to resolve");
    }

    #[test]
    fn wrong_rules_are_refused_with_their_line() {
        let bad = BUILT_IN.replace("tax = \"forest\"", "tax = \"wood\"");
        let why = Rules::read(&bad).unwrap_err();
        assert!(why.contains("wood") && why.contains("line"), "{why}");
        assert!(Rules::read(&BUILT_IN.replace("usable_percent = 78", "usable_percent = 0")).is_err());
        assert!(Rules::read(&format!("{BUILT_IN}\n[[rates]]\nyear = 2026\nforest_ha = \"70\"\n")).is_ok());
        assert!(
            Rules::read(&format!("{BUILT_IN}\n[[rates]]\nyear = 2026\nforest_ha = \"-70.00\"\n")).is_err()
        );
    }

    #[test]
    fn a_threshold_is_passed_by_both_part_and_area() {
        let threshold = Threshold { percent: 2, m2: 10 };
        assert!(!threshold.passed(100_000, 102_000), "exactly 2 %");
        assert!(threshold.passed(100_000, 102_001));
        assert!(!threshold.passed(10_000, 11_000), "10 %, but only 10 m²");
        assert!(threshold.passed(0, 1_001), "all of it is more than registered");
    }

    #[test]
    fn taxes_are_reckoned_to_the_grosz() {
        let text = format!(
            "{BUILT_IN}\n[[rates]]\nyear = 2026\nland_m2 = {{ other = \"0.73\" }}\nagricultural_ha = \"250.00\"\nbuilding_m2 = {{ residential = \"1.19\" }}\n"
        );
        let rules = Rules::read(&text).unwrap();
        let rates = rules.rates(2026).unwrap();
        assert_eq!(rules.land_tax(rates, Tax::Property, "B", 84_300), Some(61_539));
        assert_eq!(rules.land_tax(rates, Tax::Agricultural, "R", 242_000), Some(6_050));
        assert_eq!(rules.land_tax(rates, Tax::Forest, "Ls", 1), None, "no rate");
        assert_eq!(Rules::building_tax(rates, BuildingUse::Residential, 12_000), Some(14_280));
        assert_eq!(rules.usable_dm2(10_000, Some(2)), 15_600);
    }
}
