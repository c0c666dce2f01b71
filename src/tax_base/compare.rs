//! The comparison: what the register has beside what payers declare. One pure function; all numbers are in its rules.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    model::{Building, Declared, Item, Kind, Parcel, Tax, stem},
    rules::{BuildingUse, Rates, Rules},
};

/// Successors of a parcel that a finding names.
const MOST_SUCCESSORS: usize = 10;

/// The register on a day.
#[derive(Debug, Clone, Default)]
pub(super) struct Register {
    /// Parcels.
    pub(super) parcels: Vec<Parcel>,
    /// Buildings.
    pub(super) buildings: Vec<Building>,
    /// Parcels that were removed, by their keys: the thing, and the keys of those that lie in their place now.
    pub(super) gone: BTreeMap<String, (Uuid, Vec<String>)>,
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    /// The parcel as it is written.
    pub(super) parcel: String,
    pub(super) parcel_key: String,
    /// The thing of the register to be shown.
    pub(super) asset: Option<Uuid>,
    pub(super) registered_dm2: Option<i64>,
    pub(super) declared_dm2: Option<i64>,
    /// Registered less declared.
    pub(super) difference_dm2: i64,
    /// What declaring as registered would add to a year's tax, in grosze; below zero: the payer pays too much.
    pub(super) tax_grosze: Option<i64>,
    pub(super) details: Value,
}

impl Finding {
    /// What marks are about: the same in each comparison.
    pub(super) fn key(&self) -> String {
        format!("{}:{}", self.kind.name(), self.parcel_key)
    }

    /// What both sides say. Another one than at the mark: somebody should look again.
    pub(super) fn fingerprint(&self) -> String {
        let says = format!("{:?} {:?} {}", self.registered_dm2, self.declared_dm2, self.details);
        Sha256::digest(says.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What became of the parcels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    /// Parcels of the register.
    pub(super) parcels: u64,
    /// Buildings of the register.
    pub(super) buildings: u64,
    /// Declarations that count on the day.
    pub(super) declarations: u64,
    /// Parcels of owners who are exempt, and such as no tax falls on by their use.
    pub(super) exempt: u64,
    /// Parcels about which nothing was found.
    pub(super) in_order: u64,
    /// Parcels that could not be compared: no area, an unknown use, uses without credible areas.
    pub(super) unclear: u64,
    /// Buildings on no parcel of the register.
    pub(super) astray: u64,
    /// Parcels that the register has twice.
    pub(super) twice: u64,
}

/// Land and buildings declared of a parcel, by everybody together.
#[derive(Debug, Default)]
struct Sum<'a> {
    written: &'a str,
    land_dm2: i64,
    by_tax: BTreeMap<Tax, i64>,
    building_dm2: i64,
    items: Vec<&'a Item>,
    declarations: Vec<Uuid>,
}

/// Compares. `exempt` holds keys of parcels whose owners pay no tax on them. Findings come in the order of parcels.
pub(super) fn compare(
    register: &Register,
    declared: &[Declared],
    exempt: &BTreeSet<String>,
    rules: &Rules,
    year: i32,
) -> (Vec<Finding>, Counts) {
    let mut sums: BTreeMap<&str, Sum<'_>> = BTreeMap::new();
    for one in declared {
        let sum = sums.entry(&one.key).or_default();
        sum.written = &one.parcel;
        sum.declarations.push(one.id);
        for item in &one.items {
            sum.items.push(item);
            if item.building {
                sum.building_dm2 = sum.building_dm2.saturating_add(item.area_dm2);
            } else {
                sum.land_dm2 = sum.land_dm2.saturating_add(item.area_dm2);
                let of_tax = sum.by_tax.entry(item.tax).or_default();
                *of_tax = of_tax.saturating_add(item.area_dm2);
            }
        }
    }
    let mut buildings: BTreeMap<&str, Vec<&Building>> = BTreeMap::new();
    let known: BTreeSet<&str> = register.parcels.iter().map(|parcel| parcel.key.as_str()).collect();
    let mut counts = Counts {
        parcels: register.parcels.len() as u64,
        buildings: register.buildings.len() as u64,
        declarations: declared.len() as u64,
        twice: (register.parcels.len() - known.len()) as u64,
        ..Counts::default()
    };
    for building in &register.buildings {
        // One that stands on several parcels is compared once, on the first of them that anybody declares a building of.
        let on: Vec<&str> =
            building.parcels.iter().map(String::as_str).filter(|key| known.contains(key)).collect();
        let declares = |key: &&&str| sums.get(**key).is_some_and(|sum| sum.building_dm2 > 0);
        match on.iter().find(declares).or_else(|| on.first()) {
            Some(&key) => buildings.entry(key).or_default().push(building),
            None => counts.astray += 1,
        }
    }
    let at = At { rules, rates: rules.rates(year) };
    let mut findings = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut parcels: Vec<&Parcel> = register.parcels.iter().collect();
    parcels.sort_by(|a, b| a.key.cmp(&b.key));
    for parcel in parcels {
        if !seen.insert(&parcel.key) {
            continue;
        }
        let sum = sums.get(parcel.key.as_str());
        if exempt.contains(&parcel.key) {
            counts.exempt += 1;
            continue;
        }
        let on = buildings.get(parcel.key.as_str()).map(Vec::as_slice).unwrap_or_default();
        let before = findings.len();
        match sum {
            None => match at.undeclared(parcel, on) {
                Undeclared::Exempt => counts.exempt += 1,
                Undeclared::Found(found) => findings.push(*found),
            },
            Some(sum) => {
                let (land, clear) = at.land(parcel, sum);
                findings.extend(land);
                findings.extend(at.buildings(parcel, sum, on));
                if findings.len() == before {
                    *(if clear { &mut counts.in_order } else { &mut counts.unclear }) += 1;
                }
            }
        }
    }
    let mut by_stem: BTreeMap<&str, Vec<&Parcel>> = BTreeMap::new();
    for parcel in register.parcels.iter().filter(|parcel| parcel.key.contains('/')) {
        by_stem.entry(stem(&parcel.key)).or_default().push(parcel);
    }
    for (key, sum) in &sums {
        if !known.contains(key) && !exempt.contains(*key) {
            // Parts of a divided parcel keep its number: of 12 come 12/1 and 12/2. That 12/7 is declared beside 12/1 proves
            // nothing: it may be a slip of the pen.
            let whole = !key.contains('/');
            let parts = by_stem.get(key).filter(|_| whole).map(Vec::as_slice).unwrap_or_default();
            findings.push(at.not_registered(key, sum, register.gone.get(*key), parts));
        }
    }
    (findings, counts)
}

enum Undeclared {
    Exempt,
    Found(Box<Finding>),
}

/// Rules and the year's rates.
struct At<'a> {
    rules: &'a Rules,
    rates: Option<&'a Rates>,
}

impl At<'_> {
    /// The tax on the register's land; `None` without rates, areas or known uses.
    fn registered_land_tax(&self, parcel: &Parcel) -> Option<i64> {
        let rates = self.rates.filter(|_| !parcel.uses.is_empty())?;
        parcel.uses.iter().try_fold(0_i64, |sum, one| {
            let tax = self.rules.tax_of(&one.symbol)?;
            Some(sum.saturating_add(self.rules.land_tax(rates, tax, &one.symbol, one.area_dm2?)?))
        })
    }

    fn declared_tax(&self, sum: &Sum<'_>, of_buildings: bool) -> Option<i64> {
        let rates = self.rates?;
        let mut items = sum.items.iter().filter(|item| item.building == of_buildings);
        items.try_fold(0_i64, |all, item| Some(all.saturating_add(self.rules.declared_tax(rates, item)?)))
    }

    /// Usable area and tax that are expected of buildings, and what they are.
    fn expected(&self, on: &[&Building]) -> (i64, Option<i64>, Vec<Value>, bool) {
        let (mut area, mut tax, mut told, mut unclear) = (0_i64, Some(0_i64), Vec::new(), false);
        for building in on {
            let use_of = self.rules.building_use(building.use_of.as_deref());
            let usable = building.built_dm2.map(|built| self.rules.usable_dm2(built, building.storeys));
            told.push(json!({
                "id": building.asset, "reference": building.reference, "use": building.use_of, "storeys": building.storeys,
                "built_dm2": building.built_dm2, "expected_dm2": usable, "taxed": use_of.name(),
                "law": self.rules.building_law(building.use_of.as_deref()),
            }));
            if use_of == BuildingUse::Exempt {
                continue;
            }
            let Some(usable) = usable else {
                unclear = true;
                continue;
            };
            area = area.saturating_add(usable);
            let of_one = self.rates.and_then(|rates| Rules::building_tax(rates, use_of, usable));
            tax = tax.zip(of_one).map(|(a, b)| a.saturating_add(b));
        }
        (area, tax, told, unclear)
    }

    fn uses_told(&self, parcel: &Parcel) -> Vec<Value> {
        let told = |one: &super::model::Use| {
            json!({
                "text": one.text, "area_dm2": one.area_dm2, "tax": self.rules.tax_of(&one.symbol).map(Tax::name),
                "law": self.rules.law_of(&one.symbol),
            })
        };
        parcel.uses.iter().map(told).collect()
    }

    fn undeclared(&self, parcel: &Parcel, on: &[&Building]) -> Undeclared {
        let (area, building_tax, told, _) = self.expected(on);
        let no_tax = !parcel.uses.is_empty()
            && parcel.uses.iter().all(|one| self.rules.tax_of(&one.symbol) == Some(Tax::Exempt));
        if no_tax && area == 0 {
            return Undeclared::Exempt;
        }
        let tax = self.registered_land_tax(parcel).zip(building_tax).map(|(a, b)| a.saturating_add(b));
        Undeclared::Found(Box::new(Finding {
            kind: Kind::UndeclaredParcel,
            parcel: parcel.reference.clone(),
            parcel_key: parcel.key.clone(),
            asset: Some(parcel.asset),
            registered_dm2: parcel.area_dm2,
            declared_dm2: None,
            difference_dm2: parcel.area_dm2.unwrap_or(0),
            tax_grosze: tax,
            details: json!({ "registered": self.uses_told(parcel), "buildings": told }),
        }))
    }

    /// What is found of the land, and whether it could be compared wholly.
    fn land(&self, parcel: &Parcel, sum: &Sum<'_>) -> (Option<Finding>, bool) {
        let Some(registered) = parcel.area_dm2 else { return (None, false) };
        let finding = |kind, registered: i64, declared: i64, more: Value| Finding {
            kind,
            parcel: parcel.reference.clone(),
            parcel_key: parcel.key.clone(),
            asset: Some(parcel.asset),
            registered_dm2: Some(registered),
            declared_dm2: Some(declared),
            difference_dm2: registered.saturating_sub(declared),
            tax_grosze: self
                .registered_land_tax(parcel)
                .zip(self.declared_tax(sum, false))
                .map(|(a, b)| a.saturating_sub(b)),
            details: more,
        };
        let details = |taxes: Value| {
            json!({
                "registered": self.uses_told(parcel), "declared": items_told(sum), "declarations": sum.declarations,
                "taxes": taxes,
            })
        };
        if self.rules.thresholds.land.passed(registered, sum.land_dm2) {
            return (Some(finding(Kind::Area, registered, sum.land_dm2, details(Value::Null))), true);
        }
        // By tax: what the register says of each, as far as it says so.
        let mut by_tax: BTreeMap<Tax, Option<i64>> = BTreeMap::new();
        let mut clear = !parcel.uses.is_empty();
        for one in &parcel.uses {
            let Some(tax) = self.rules.tax_of(&one.symbol) else {
                clear = false;
                continue;
            };
            let so_far = by_tax.entry(tax).or_insert(Some(0));
            *so_far = so_far.zip(one.area_dm2).map(|(a, b)| a.saturating_add(b));
        }
        if by_tax.len() == 1 {
            // All of it falls to one tax, however its areas are divided.
            by_tax.values_mut().for_each(|area| *area = Some(registered));
        }
        if !clear || by_tax.values().any(Option::is_none) {
            return (None, false);
        }
        let taxes: BTreeSet<Tax> = by_tax.keys().chain(sum.by_tax.keys()).copied().collect();
        let of = |tax: &Tax| {
            (by_tax.get(tax).copied().flatten().unwrap_or(0), sum.by_tax.get(tax).copied().unwrap_or(0))
        };
        // Land of a business is property-taxed whatever the register calls it (art. 2 sec. 2 of the act on local taxes).
        let business: i64 = sum
            .items
            .iter()
            .filter(|item| !item.building && item.tax == Tax::Property && item.use_of == "business")
            .map(|item| item.area_dm2)
            .sum();
        let worst = taxes
            .iter()
            .map(|tax| {
                let (registered, declared) = of(tax);
                let excused = match tax {
                    Tax::Property => declared.saturating_sub(business).max(registered.min(declared)),
                    _ => declared.saturating_add(registered.saturating_sub(declared).clamp(0, business)),
                };
                (*tax, registered, declared, excused)
            })
            // The threshold is of the parcel, not of a use that may be nothing.
            .filter(|(_, of_tax, _, excused)| {
                self.rules.thresholds.use_of.exceeded(registered, of_tax.abs_diff(*excused))
            })
            .max_by_key(|(_, registered, _, excused)| registered.abs_diff(*excused));
        let found = worst.map(|(_, registered, declared, _)| {
            let told: Vec<Value> = taxes
                .iter()
                .map(|tax| {
                    let (registered, declared) = of(tax);
                    json!({ "tax": tax.name(), "registered_dm2": registered, "declared_dm2": declared })
                })
                .collect();
            finding(Kind::Use, registered, declared, details(Value::Array(told)))
        });
        (found, true)
    }

    fn buildings(&self, parcel: &Parcel, sum: &Sum<'_>, on: &[&Building]) -> Option<Finding> {
        let (expected, tax, told, unclear) = self.expected(on);
        let declared = sum.building_dm2;
        if unclear {
            return None;
        }
        let kind = match (expected, declared) {
            (1.., 0) => Kind::UndeclaredBuilding,
            (0, 1..) if on.is_empty() => Kind::UnknownBuilding,
            (1.., _) if self.rules.thresholds.building.passed(expected, declared) => Kind::BuildingArea,
            // Also what is declared though it need not be: no harm.
            _ => return None,
        };
        let declared_tax = self.declared_tax(sum, true);
        let first =
            on.iter().find(|one| self.rules.building_use(one.use_of.as_deref()) != BuildingUse::Exempt);
        Some(Finding {
            kind,
            parcel: parcel.reference.clone(),
            parcel_key: parcel.key.clone(),
            asset: Some(first.map_or(parcel.asset, |one| one.asset)),
            registered_dm2: (!on.is_empty()).then_some(expected),
            declared_dm2: (declared > 0).then_some(declared),
            difference_dm2: expected.saturating_sub(declared),
            tax_grosze: tax.zip(declared_tax).map(|(a, b)| a.saturating_sub(b)),
            details: json!({ "buildings": told, "declared": items_told(sum), "declarations": sum.declarations }),
        })
    }

    /// A parcel that is declared and not in the register.
    fn not_registered(
        &self,
        key: &str,
        sum: &Sum<'_>,
        gone: Option<&(Uuid, Vec<String>)>,
        parts: &[&Parcel],
    ) -> Finding {
        let mut successors: Vec<String> = gone.map(|(_, keys)| keys.clone()).unwrap_or_default();
        if successors.is_empty() {
            successors = parts.iter().map(|parcel| parcel.key.clone()).collect();
        }
        successors.sort();
        successors.dedup();
        let more = successors.len().saturating_sub(MOST_SUCCESSORS);
        successors.truncate(MOST_SUCCESSORS);
        let changed = gone.is_some() || !successors.is_empty();
        let area: i64 = sum.land_dm2;
        let tax = self.declared_tax(sum, false).zip(self.declared_tax(sum, true));
        Finding {
            kind: if changed { Kind::ChangedParcel } else { Kind::UnknownParcel },
            parcel: sum.written.to_owned(),
            parcel_key: key.to_owned(),
            asset: gone.map(|(id, _)| *id).or_else(|| parts.first().map(|parcel| parcel.asset)),
            registered_dm2: None,
            declared_dm2: Some(area),
            difference_dm2: area.saturating_neg(),
            tax_grosze: tax.map(|(a, b)| a.saturating_add(b).saturating_neg()),
            details: json!({
                "declared": items_told(sum), "declarations": sum.declarations, "successors": successors, "more": more,
            }),
        }
    }
}

fn items_told(sum: &Sum<'_>) -> Vec<Value> {
    sum.items
        .iter()
        .map(|item| {
            json!({ "building": item.building, "tax": item.tax.name(), "use": item.use_of, "class": item.class, "area_dm2": item.area_dm2 })
        })
        .collect()
}
