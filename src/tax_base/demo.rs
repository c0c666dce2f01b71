//! Parcels, buildings and declarations of the made-up town, so that each kind of finding can be seen. Nothing of it is of
//! anybody: the district 999999_1 does not exist.

use chrono::{Datelike, NaiveDate};
use geo_types::Geometry;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    TaxBase,
    model::{DM2, Item, Mark, Tax, area_of_m2, parcel_key},
    ops::MOST_EXEMPTED,
    rules::BUILT_IN,
    store::{
        declarations::{self, CameFrom, NewDeclaration, Payer},
        register::{self, Plot},
        runs::{Order, Wanted},
    },
};
use crate::{
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    registry::editing::{
        Intent, Origin, Refusal, Submission,
        state::{State, Status},
    },
    ui::local_time::day_of,
};

/// A district that does not exist.
const DISTRICT: &str = "999999_1.0001";
/// Houses of the made-up town that get a parcel.
const HOUSES: i64 = 28;

/// What is wrong with a parcel of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    InOrder,
    Undeclared,
    Area,
    Use,
    NoHouse,
    SmallHouse,
    NoSuchHouse,
    Divided,
    Exempt,
    Road,
}

/// The first parcels in their order; all others are in order.
const CASES: [Case; 14] = [
    Case::InOrder,
    Case::Undeclared,
    Case::InOrder,
    Case::Area,
    Case::Use,
    Case::NoHouse,
    Case::SmallHouse,
    Case::InOrder,
    Case::NoSuchHouse,
    Case::Divided,
    Case::Divided,
    Case::Exempt,
    Case::Road,
    Case::Undeclared,
];

/// Rates of the made-up town; no council ever resolved them.
fn rates(year: i32) -> String {
    format!(
        "{BUILT_IN}\n[[rates]]\nyear = {year}\nsource = \"stawki zmyślone na potrzeby demonstracji\"\n\
         land_m2 = {{ other = \"0.70\", business = \"1.30\" }}\nwater_ha = \"6.50\"\n\
         building_m2 = {{ residential = \"1.10\", business = \"33.00\", other = \"10.00\" }}\n\
         agricultural_ha = \"250.00\"\nforest_ha = \"70.00\"\n"
    )
}

/// Square metres as the register has them, whole.
fn whole_dm2(plot: &Plot) -> i64 {
    area_of_m2(plot.area_m2.round()).unwrap_or(0)
}

fn reference(n: usize, case: Case) -> String {
    // Both parts of the divided one have its number.
    match case {
        Case::Divided => format!("{DISTRICT}.110/{}", n % 2 + 1),
        _ => format!("{DISTRICT}.{}", 101 + n),
    }
}

impl TaxBase {
    /// Gives the made-up town parcels, buildings, declarations, rates and a first comparison, where nothing is declared yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare_demo(&self, ctx: &Ctx) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        // Of two nodes that begin at once the second sees what the first one did.
        let is_there = register::lock_demo(&mut transaction).await?;
        let plots = register::plots(&mut transaction, HOUSES).await?;
        if is_there || plots.is_empty() {
            return Ok(());
        }
        let cases: Vec<(Case, &Plot)> = plots
            .iter()
            .enumerate()
            .map(|(n, plot)| (CASES.get(n).copied().unwrap_or(Case::InOrder), plot))
            .collect();
        let mut intents = Vec::new();
        for (n, (case, plot)) in cases.iter().enumerate() {
            intents.extend(things(n, *case, plot)?);
        }
        let submission = Submission {
            comment: Some("Zmyślone działki i budynki".to_owned()),
            ..Submission::new(Origin::Editor, intents)
        };
        if let Err(refusal) = self.registry.apply_in(ctx, &mut transaction, &submission, None).await {
            return match refusal {
                Refusal::Failure(failure) => Err(failure),
                Refusal::Verdict(verdict) => {
                    tracing::warn!(?verdict, "the demo's parcels were refused");
                    Ok(())
                }
            };
        }
        let today = day_of(ctx.now);
        let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let known = declarations::some_payer(&mut transaction, "property").await?;
        let mut new: Vec<NewDeclaration> = Vec::new();
        let mut declare = |n: usize, parcel: String, items: Vec<Item>| {
            let payer = match (n, known) {
                (0, Some(party)) => Payer::Party(party),
                _ => Payer::Number(format!("DEMO-{n:04}")),
            };
            let key = parcel_key(&parcel).unwrap_or_default();
            let id = Uuid::now_v7();
            new.push(NewDeclaration { id, payer, parcel, key, valid_from: first, ended: false, items });
        };
        let mut divided = 0;
        for (n, (case, plot)) in cases.iter().enumerate() {
            if *case == Case::Divided {
                divided += whole_dm2(plot);
            }
            if let Some(items) = declared(*case, plot) {
                declare(n, reference(n, *case), items);
            }
        }
        declare(90, format!("{DISTRICT}.110"), vec![land("B", Tax::Property, divided)]);
        declare(91, format!("{DISTRICT}.999/9"), vec![land("R", Tax::Agricultural, 320_000)]);
        let from = CameFrom { origin: "demo", source: "", by: ctx.actor(), at: ctx.now };
        declarations::add(&mut transaction, &new, from).await?;
        let exempt: Vec<(String, String)> = cases
            .iter()
            .enumerate()
            .filter(|(_, (case, _))| *case == Case::Exempt)
            .map(|(n, (case, _))| reference(n, *case))
            .filter_map(|parcel| Some((parcel.clone(), parcel_key(&parcel)?)))
            .take(MOST_EXEMPTED)
            .collect();
        let by = (ctx.actor(), ctx.now);
        let reason = "własność gminy (zmyślona)";
        declarations::exempt(&mut transaction, &exempt, (first, false, reason), by).await?;
        declarations::add_rules(&mut transaction, &rates(today.year()), by).await?;
        transaction.commit().await?;
        self.registry.seen().await;
        let run = self.begin(ctx, today).await?;
        let wanted = Wanted {
            kind: None,
            mark: None,
            parcel: String::new(),
            bbox: None,
            order: Order::Parcel,
            skip: 0,
            most: 1,
        };
        if let Some(one) = self.findings(ctx, run, &wanted).await?.first() {
            let note = "Wezwanie wysłane (zmyślone)";
            self.mark(ctx, run, &one.key, (Mark::Called, note)).await?;
        }
        Ok(())
    }
}

fn land(use_of: &str, tax: Tax, area_dm2: i64) -> Item {
    Item { building: false, tax, use_of: use_of.to_owned(), class: None, area_dm2 }
}

fn house(area_dm2: i64) -> Item {
    Item {
        building: true,
        tax: Tax::Property,
        use_of: "residential".to_owned(),
        class: None,
        area_dm2: area_dm2 / DM2 * DM2,
    }
}

/// What is declared of a parcel.
fn declared(case: Case, plot: &Plot) -> Option<Vec<Item>> {
    let all = whole_dm2(plot);
    let usable = area_of_m2(plot.house_m2).unwrap_or(0).saturating_mul(2) * 78 / 100;
    Some(match case {
        Case::InOrder => vec![land("B", Tax::Property, all), house(usable)],
        Case::Area => vec![land("B", Tax::Property, all * 7 / 10), house(usable)],
        Case::Use => vec![land("R", Tax::Agricultural, all), house(usable)],
        Case::NoHouse => vec![land("B", Tax::Property, all)],
        Case::SmallHouse => vec![land("B", Tax::Property, all), house(usable * 2 / 5)],
        Case::NoSuchHouse => vec![land("B", Tax::Property, all), house(usable)],
        Case::Undeclared | Case::Divided | Case::Exempt | Case::Road => return None,
    })
}

/// A parcel with its house.
fn things(n: usize, case: Case, plot: &Plot) -> Result<Vec<Intent>, Failure> {
    let parcel = reference(n, case);
    let use_of = if case == Case::Road { "dr" } else { "B" };
    let area_ha = plot.area_m2.round() / 10_000.0;
    let mut made = vec![thing(
        "parcels",
        &parcel,
        &plot.parcel,
        json!({
            "ref": parcel, "number": parcel.rsplit('.').next(), "district": "Zmyślin", "area_ha": area_ha,
            "land_use": [use_of], "note": "Działka zmyślona",
        }),
    )?];
    if !matches!(case, Case::NoSuchHouse | Case::Divided | Case::Road) {
        let name = format!("{parcel}.1_BUD");
        made.push(thing(
            "buildings",
            &name,
            &plot.house,
            json!({
                "ref": name, "function": "mieszkalny", "storeys_above": 2, "built_area_m2": plot.house_m2.round(),
                "parcels": [parcel], "note": "Budynek zmyślony",
            }),
        )?);
    }
    Ok(made)
}

fn thing(kind: &str, label: &str, geometry: &Value, attributes: Value) -> Result<Intent, Failure> {
    let geometry: geojson::Geometry =
        serde_json::from_value(geometry.clone()).internal("read the shape of a parcel")?;
    let geometry = Geometry::<f64>::try_from(geometry).internal("read the shape of a parcel")?;
    let attributes = match attributes {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    };
    Ok(Intent {
        asset: Uuid::now_v7(),
        kind: kind.to_owned(),
        base_rev: None,
        after: Some(State {
            geometry,
            label: Some(label.to_owned()),
            attributes,
            status: Status::InService,
            part_of: None,
        }),
    })
}
