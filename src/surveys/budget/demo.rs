//! A civic budget of the made-up town. Nobody submitted any of this.

use ballots::form::{Form, Text, Ties};
use chrono::Days;
use serde_json::json;
use uuid::Uuid;

use super::{
    model::{Budget, BudgetPool, Method, Standing},
    store::{self, NewProject},
};
use crate::{
    platform::{Ctx, http::Failure},
    surveys::{Audience, Collision, Kind, Secrecy, State, Survey, Surveys, store::edit},
    ui::local_time::{day_of, start_of},
};

/// Place of the pool, title, words, estimate in zł, and what the office found: its cost in zł or why not.
type Made = (i32, &'static str, &'static str, i64, Option<Result<i64, &'static str>>);

const PROJECTS: [Made; 6] = [
    (
        1,
        "Zielony skwer przy szkole",
        "Drzewa, krzewy i dwie ławki tam, gdzie dziś jest klepisko.",
        38_000,
        Some(Ok(41_500)),
    ),
    (1, "Tężnia solankowa", "Mała tężnia z ławkami dookoła.", 70_000, None),
    (2, "Stojaki na rowery", "Dwadzieścia stojaków przy przystankach.", 12_000, Some(Ok(11_000))),
    (
        2,
        "Oświetlenie przejścia",
        "Lampy przy przejściu dla pieszych.",
        30_000,
        Some(Err("Przejście leży na drodze wojewódzkiej, a nie gminnej.")),
    ),
    (3, "Biblioteka pod chmurką", "Cztery szafki na książki w parkach.", 9_000, Some(Ok(9_400))),
    (3, "Święto sąsiadów", "Festyn z muzyką na koniec lata.", 20_000, None),
];

impl Surveys {
    /// Makes a budget that takes projects, with some that were checked; within west, south, east, north.
    pub(in crate::surveys) async fn prepare_demo_budget(
        &self,
        ctx: &Ctx,
        extent: [f64; 4],
    ) -> Result<(), Failure> {
        let today = day_of(ctx.now);
        let later = |days: u64| start_of(today + Days::new(days));
        let survey = Survey {
            id: Uuid::now_v7(),
            slug: "budzet-obywatelski".into(),
            kind: Kind::Budget,
            state: State::Draft,
            title: Text {
                pl: "Budżet obywatelski (zmyślony)".into(),
                en: Some("Civic budget (made up)".into()),
            },
            intro: Text {
                pl: "Ten budżet jest zmyślony, tak jak całe miasto.".into(),
                en: Some("This budget is made up, as the whole town is.".into()),
            },
            form: Form::default(),
            version: 1,
            opens_at: Some(later(60)),
            closes_at: Some(later(75)),
            audience: Audience::Residents,
            district: None,
            least_age: None,
            secrecy: Secrecy::Secret,
            shows_turnout: true,
            collision: Collision::First,
            least_cell: 5,
            rev: 1,
        };
        let mut transaction = self.pool.begin().await?;
        // Another node may be just as quick; then it is made there.
        if !edit::add(&mut transaction, &survey, (ctx.actor(), ctx.now)).await? {
            return Ok(());
        }
        let budget = Budget {
            submit_from: start_of(today - Days::new(10)),
            submit_until: later(31),
            method: Method::Approval,
            most: 3,
            one_district: true,
        };
        store::set_budget(&mut transaction, survey.id, &budget).await?;
        let mut districts = store::districts(&mut transaction).await?;
        districts.sort_by(|(_, one), (_, other)| one.cmp(other));
        let pool = |place: i32, pl: &str, en: &str, district: Option<Uuid>, zloty: i64| BudgetPool {
            id: Uuid::now_v7(),
            place,
            name: Text { pl: pl.into(), en: Some(en.into()) },
            district,
            amount: zloty * 100,
            most_cost: zloty * 100,
            least_support: 20,
            ties: Ties::Cheaper,
            stops: false,
        };
        let of = |name: &str| districts.iter().find(|(_, other)| other == name).map(|(id, _)| *id);
        let pools = [
            pool(1, "Osiedle Wschodnie", "Eastern Estate", of("Osiedle Wschodnie"), 80_000),
            pool(2, "Osiedle Zachodnie", "Western Estate", of("Osiedle Zachodnie"), 80_000),
            pool(3, "Całe miasto", "The whole town", None, 40_000),
        ];
        for pool in &pools {
            store::set_pool(&mut transaction, survey.id, pool).await?;
        }
        let [west, south, east, north] = extent;
        for (n, (place, title, words, zloty, found)) in (1_u32..).zip(PROJECTS) {
            let Some(pool) = pools.iter().find(|pool| pool.place == place) else { continue };
            // Within the half of the town that is the pool's district.
            let part = f64::from(n) / 7.0;
            let share = match place {
                1 => 0.55 + 0.4 * part,
                2 => 0.05 + 0.4 * part,
                _ => part,
            };
            let point = json!({ "type": "Point", "coordinates": [west + (east - west) * share, south + (north - south) * part] });
            let new = NewProject {
                pool: pool.id,
                party: None,
                title,
                words,
                geometry: &point,
                estimate: zloty * 100,
            };
            let number =
                store::add_project(&mut transaction, survey.id, &new, today - Days::new(9 - u64::from(n)))
                    .await?;
            let (Some(found), Some(mut project)) =
                (found, store::project(&mut transaction, survey.id, number).await?)
            else {
                continue;
            };
            match found {
                Ok(cost) => (project.standing, project.cost) = (Standing::Accepted, Some(cost * 100)),
                Err(why) => (project.standing, project.reason) = (Standing::Refused, why.into()),
            }
            store::decide(&mut transaction, &project, (ctx.actor(), ctx.now)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
