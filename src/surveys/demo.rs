//! Surveys of the made-up town. Nobody ever asked or answered any of this.

use ballots::form::{Answers, Form, Text, check};
use chrono::{DateTime, Days, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    Audience, Collision, Kind, Secrecy, State, Surveys,
    model::Survey,
    store::{
        answers::{self, NewAnswer},
        districts, edit,
        opinions::{self, Reply, Said},
    },
    templates,
};
use crate::{
    platform::{Ctx, http::Failure},
    ui::local_time::{day_of, start_of},
};

/// Asks each kind of question, so that each can be seen.
const BENCHES: &str = include_str!("templates/demo.json");

/// A secret vote that is open: one choice that has to be made, and one of several.
const NAME_OF_PARK: &str = r#"{"pages":[{"title":{"pl":"Nazwa parku","en":"Name of the park"},"questions":[
    {"id":"name","title":{"pl":"Jak nazwać nowy park?","en":"What should the new park be called?"},"required":true,
        "type":"single","choices":[
            {"id":"lipowy","label":{"pl":"Park Lipowy","en":"Linden Park"}},
            {"id":"nadrzeczny","label":{"pl":"Park Nadrzeczny","en":"Riverside Park"}},
            {"id":"bez-nazwy","label":{"pl":"Niech zostanie bez nazwy","en":"Leave it without a name"}}]},
    {"id":"also","title":{"pl":"Co ma w nim być?","en":"What should be in it?"},"type":"multiple","choices":[
            {"id":"zrodelko","label":{"pl":"Źródełko z wodą","en":"A drinking fountain"}},
            {"id":"plac","label":{"pl":"Plac zabaw","en":"A playground"}}]}]}]}"#;

/// Where people pointed is published as a map.
const TREES: &str = r#"{"pages":[{"title":{"pl":"Drzewa","en":"Trees"},"questions":[
    {"id":"m1","title":{"pl":"Gdzie posadzić drzewa?","en":"Where should trees be planted?"},"required":true,"type":"pin","most":2},
    {"id":"p1","title":{"pl":"Jakie to mają być drzewa?","en":"What trees should they be?"},"type":"single","choices":[
        {"id":"lipy","label":{"pl":"lipy","en":"limes"}},
        {"id":"klony","label":{"pl":"klony","en":"maples"}},
        {"id":"owocowe","label":{"pl":"drzewa owocowe","en":"fruit trees"}}]}]}]}"#;

/// Where people of the made-up town want trees: a share of its width and height, and how many of them.
const WANTED: [(f64, f64, u32); 7] = [
    (0.50, 0.52, 46),
    (0.42, 0.60, 24),
    (0.61, 0.41, 22),
    (0.30, 0.35, 16),
    (0.72, 0.66, 14),
    (0.24, 0.70, 10),
    (0.80, 0.28, 9),
];

/// Points near those places, the same each time: longitude and latitude.
fn trees([west, south, east, north]: [f64; 4]) -> impl Iterator<Item = [f64; 2]> {
    // Steps of the golden ratio and its like fill a square evenly; their sum is thicker in the middle.
    let near = |n: u32, step: f64| (f64::from(n) * step).fract() + (f64::from(n) * step * 7.3).fract() - 1.0;
    // A block or two, however large the town is.
    let (wide, high) = (((east - west) * 0.16).min(0.0016), ((north - south) * 0.16).min(0.001));
    WANTED.into_iter().flat_map(move |(x, y, many)| {
        (1..=many).map(move |n| {
            [
                west + (east - west) * x + wide * near(n, 0.618_034),
                south + (north - south) * y + high * near(n, 0.754_878),
            ]
        })
    })
}

/// What residents of the made-up town wrote of a made-up draft, and what its office answered to each.
const OPINIONS: [(&str, Option<(&str, &str)>); 4] = [
    (
        "Więcej drzew od strony szkoły, bo latem nie ma tam cienia.",
        Some(("accepted", "Uwzględniamy: od strony szkoły staną cztery lipy. (Odpowiedź zmyślona.)")),
    ),
    (
        "Proszę o toaletę w parku.",
        Some(("rejected", "Nie uwzględniamy: w tej części miasta nie ma kanalizacji. (Odpowiedź zmyślona.)")),
    ),
    (
        "Alejki żwirowe są niewygodne dla wózków, lepsza byłaby nawierzchnia mineralna.",
        Some(("partly", "Uwzględniamy częściowo: główna alejka będzie mineralna. (Odpowiedź zmyślona.)")),
    ),
    ("Popieram, byle szybko. Mój numer 600 100 200.", None),
];

fn survey(
    slug: &str,
    kind: Kind,
    title: (&str, &str),
    form: Form,
    times: (DateTime<Utc>, DateTime<Utc>),
) -> Survey {
    Survey {
        id: Uuid::now_v7(),
        slug: slug.to_owned(),
        kind,
        state: State::Open,
        title: Text { pl: title.0.to_owned(), en: Some(title.1.to_owned()) },
        intro: Text {
            pl: "Ta ankieta jest zmyślona, tak jak całe miasto. Odpowiadaj śmiało: nikt tego nie czyta."
                .to_owned(),
            en: Some(
                "This survey is made up, as the whole town is. Answer freely: nobody reads it.".to_owned(),
            ),
        },
        form,
        version: 1,
        opens_at: Some(times.0),
        closes_at: Some(times.1),
        audience: Audience::Everyone,
        district: None,
        least_age: None,
        secrecy: Secrecy::Anonymous,
        shows_turnout: true,
        collision: Collision::First,
        least_cell: 5,
        rev: 1,
    }
}

impl Surveys {
    /// Makes the surveys of the demonstration, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare_demo(&self, ctx: &Ctx) -> Result<(), Failure> {
        let state = self.site.state();
        if !state.sources.contains_key("demo") || !self.all_surveys(ctx).await?.is_empty() {
            return Ok(());
        }
        let today = day_of(ctx.now);
        let at = |days: i64| {
            let ahead = Days::new(days.unsigned_abs());
            start_of(if days < 0 { today - ahead } else { today + ahead })
        };
        let extent = state.extent(["addresses"]).or_else(|| state.extent(["lamps", "benches", "trees"]));
        let by = (ctx.actor(), ctx.now);
        let mut transaction = self.pool.begin().await?;
        if let Some([west, south, east, north]) = extent {
            let middle = f64::midpoint(west, east);
            for (name, west, east) in
                [("Osiedle Zachodnie", west - 0.002, middle), ("Osiedle Wschodnie", middle, east + 0.002)]
            {
                let (south, north) = (south - 0.002, north + 0.002);
                let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
                let area = json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
                districts::add(&mut transaction, Uuid::now_v7(), name, &area).await?;
            }
        }
        let benches = survey(
            "lawki",
            Kind::Open,
            ("Gdzie brakuje ławek?", "Where are benches missing?"),
            serde_json::from_str(BENCHES).unwrap_or_default(),
            (at(-7), at(30)),
        );
        let park = Survey {
            audience: Audience::Known,
            ..survey(
                "park-kieszonkowy",
                Kind::Consultation,
                ("Projekt parku kieszonkowego", "Draft of a pocket park"),
                templates::form("draft"),
                (at(-14), at(14)),
            )
        };
        let service = Survey {
            state: State::Closed,
            ..survey(
                "obsluga-w-urzedzie",
                Kind::Open,
                ("Jak oceniasz obsługę w urzędzie?", "How do you rate the service at the office?"),
                templates::form("satisfaction"),
                (at(-40), at(-10)),
            )
        };
        let vote = Survey {
            audience: Audience::Residents,
            secrecy: Secrecy::Secret,
            ..survey(
                "nazwa-parku",
                Kind::Vote,
                ("Nazwa nowego parku", "Name of the new park"),
                serde_json::from_str(NAME_OF_PARK).unwrap_or_default(),
                (at(-1), at(20)),
            )
        };
        let planted = Survey {
            state: State::Closed,
            ..survey(
                "nowe-drzewa",
                Kind::Open,
                ("Gdzie posadzić drzewa?", "Where should trees be planted?"),
                serde_json::from_str(TREES).unwrap_or_default(),
                (at(-60), at(-30)),
            )
        };
        for one in [&benches, &park, &service, &planted, &vote] {
            // Another node may be just as quick; then the demo is made there.
            if check::sound(&one.form).is_err() || !edit::add(&mut transaction, one, by).await? {
                return Ok(());
            }
            edit::add_version(&mut transaction, one, "", by).await?;
            edit::put(&mut transaction, one).await?;
        }
        let mut keep = async |survey: &Survey, given: Answers, days: u64| -> Result<Uuid, Failure> {
            let day = today - Days::new(days);
            let id = Uuid::new_v4();
            let new = NewAnswer { id, survey: survey.id, version: 1, party: None, answers: &given, day };
            Ok(answers::put(&mut transaction, &new).await?)
        };
        for n in 0..60_u64 {
            let step = 1 + (n * 7 + n / 9) % 5;
            let mut given = Answers::from([("p1".to_owned(), json!(step))]);
            let column = |k: u64| format!("c{}", 1 + (n * k + step) % 3);
            given.insert("p2".to_owned(), json!({ "c1": column(1), "c2": column(2), "c3": column(5) }));
            if step < 3 {
                given.insert("p3".to_owned(), json!("Za długo czekałem. (Zmyślone.)"));
            }
            keep(&service, given, 11 + n % 20).await?;
        }
        let pins: Vec<[f64; 2]> = extent.map(|extent| trees(extent).collect()).unwrap_or_default();
        for (n, place) in (0_u64..).zip(&pins) {
            // Every third of them points at a second place.
            let second = pins.get((usize::try_from(n).unwrap_or(0) + 50) % pins.len()).filter(|_| n % 3 == 0);
            let pin = |place: &[f64; 2]| json!({ "geometry": { "type": "Point", "coordinates": place } });
            let given = Answers::from([
                ("m1".to_owned(), [place].into_iter().chain(second).map(pin).collect()),
                (
                    "p1".to_owned(),
                    json!(["lipy", "owocowe", "klony", "lipy"][usize::try_from(n % 4).unwrap_or(0)]),
                ),
            ]);
            keep(&planted, given, 31 + n % 25).await?;
        }
        let mut written = Vec::new();
        for (n, (words, _)) in (0_u64..).zip(OPINIONS) {
            let given = Answers::from([
                ("p1".to_owned(), json!(if n == 1 { "c3" } else { "c2" })),
                ("p2".to_owned(), json!(words)),
            ]);
            written.push(keep(&park, given, 1 + n).await?);
        }
        for (answer, (words, reply)) in written.into_iter().zip(OPINIONS) {
            let Some((decision, words_of_office)) = reply else { continue };
            let reply = Reply {
                id: Uuid::now_v7(),
                decision: decision.to_owned(),
                reply: words_of_office.to_owned(),
                made_at: ctx.now,
            };
            opinions::put_reply(&mut transaction, park.id, &reply, ctx.actor()).await?;
            let said = Said {
                answer,
                part: "p2".to_owned(),
                shown: words.to_owned(),
                hidden: false,
                reply: Some(reply.id),
            };
            opinions::put_said(&mut transaction, park.id, &said).await?;
        }
        transaction.commit().await?;
        self.prepare_demo_results(ctx, service.id, Some(("p2/c1", "p1")), 250).await?;
        self.prepare_demo_results(ctx, planted.id, None, 100).await?;
        match extent {
            Some(extent) => self.prepare_demo_budget(ctx, extent).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_asks_every_kind_of_question() {
        let form: Form = serde_json::from_str(BENCHES).unwrap();
        assert_eq!(check::sound(&form), Ok(()));
        assert_eq!(check::sound(&serde_json::from_str(NAME_OF_PARK).unwrap()), Ok(()));
        assert_eq!(check::sound(&serde_json::from_str(TREES).unwrap()), Ok(()));
        let kinds: std::collections::BTreeSet<&str> = form.questions().map(|one| one.ask.name()).collect();
        let missing: Vec<_> =
            crate::surveys::builder::KINDS.iter().filter(|kind| !kinds.contains(*kind)).collect();
        // Files are asked only of whoever is signed in.
        assert_eq!(missing, [&"file"]);
    }
}
