//! Paper on the same roll: names, sheets entered twice, and what becomes of somebody who took part both ways.

use std::sync::Arc;

use ballots::secret::text_of;
use reeve::platform::access::Level;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Device, Terms, cast, count, end, open_vote};
use crate::support::{Client, Town};

/// The person of an account, with a name that a clerk can look for.
pub(super) async fn named(town: &Town, client: &Client, name: &str) -> Uuid {
    sqlx::query_scalar("update party set name = $2 where account = $1 returning id")
        .bind(client.account)
        .bind(name)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

/// What the desk says when a name is entered.
pub(super) async fn entered(clerk: &Client, survey: Uuid, party: Uuid) -> String {
    let path = format!("/desk/surveys/{survey}/paper/names");
    let answer = clerk.post_form(&path, &[("party", &party.to_string())]).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn sheet(clerk: &Client, survey: Uuid, number: &str, entry: &str, most: &str) -> u16 {
    let path = format!("/desk/surveys/{survey}/paper/sheets/{number}/{entry}");
    clerk.post_form(&path, &[("most", most)]).await.status().as_u16()
}

pub(super) struct Scene {
    pub town: Town,
    pub survey: Uuid,
    pub terms: Terms,
    pub manager: Client,
    pub clerks: [Client; 2],
}

impl Scene {
    pub async fn of(rule: &str) -> Self {
        let town = Town::empty().await;
        let survey = open_vote(town.pool(), rule).await;
        let terms = Terms::read(&town.base, survey).await.expect("the vote is open");
        let manager = town.staff_with(&[("participation", None), ("front-desk", None)]).await;
        let clerks = [town.staff("front-desk").await, town.staff("front-desk").await];
        let taken = format!("/desk/surveys/{survey}/paper/taken");
        assert_eq!(clerks[0].post_form(&taken, &[("taken", "yes")]).await.status(), 403);
        assert_eq!(manager.post_form(&taken, &[("taken", "yes")]).await.status(), 303);
        Self { town, survey, terms, manager, clerks }
    }

    /// Somebody who votes online.
    async fn online(&self, name: &str, most: &str) -> (Uuid, Device) {
        let client = Arc::new(self.town.resident(Level::Resident).await);
        let party = named(&self.town, &client, name).await;
        let mut device = Device::new(client, &self.terms);
        assert_eq!(device.sign(&self.terms).await, Some(200));
        let ballot = device.ballot(&self.terms, json!({"most": most}));
        assert_eq!(cast(&self.town.http, &self.town.base, self.survey, &ballot).await, Some(201));
        (party, device)
    }

    pub async fn open(&self) -> reqwest::Response {
        self.manager.post_form(&format!("/desk/surveys/{}/urn", self.survey), &[("sure", "yes")]).await
    }

    pub async fn counts(&self) -> Value {
        sqlx::query_scalar("select counts from survey_urn where survey = $1")
            .bind(self.survey)
            .fetch_one(self.town.pool())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn paper_counts_or_does_not_by_the_rule_and_sheets_are_entered_twice() {
    let scene = Scene::of("paper").await;
    let (town, survey, clerk) = (&scene.town, scene.survey, &scene.clerks[0]);
    let (both, both_device) = scene.online("Anna Papierowa", "north").await;
    scene.online("Jan Sieciowy", "north").await;
    // Somebody who took a token and never cast; somebody on paper alone, who then tries online.
    let idle = Arc::new(town.resident(Level::Resident).await);
    let idle_party = named(town, &idle, "Ewa Zapominalska").await;
    assert_eq!(Device::new(idle, &scene.terms).sign(&scene.terms).await, Some(200));
    let paper_only = Arc::new(town.resident(Level::Known).await);
    let paper_party = named(town, &paper_only, "Zofia Kartkowa").await;

    let found = clerk.post_form(&format!("/desk/surveys/{survey}/paper/search"), &[("q", "Kartkowa")]).await;
    let found = found.text().await.unwrap();
    assert!(found.contains("Zofia Kartkowa") && found.contains(&paper_party.to_string()));
    assert!(entered(clerk, survey, paper_party).await.contains("Wpisano do spisu"));
    assert!(entered(clerk, survey, paper_party).await.contains("jest już w spisie"));
    sqlx::query("update party set level = 'resident' where id = $1")
        .bind(paper_party)
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(
        Device::new(paper_only.clone(), &scene.terms).sign(&scene.terms).await,
        Some(409),
        "paper was first"
    );
    let looks = paper_only.page("/account/privacy").await;
    assert!(looks.contains("karta papierowa"), "who was looked up sees it");
    // While the vote is open the envelope of somebody who voted online waits.
    assert!(entered(clerk, survey, both).await.contains("Odłóż kopertę"));
    assert_eq!(scene.open().await.status(), 422, "too early");
    end(town.pool(), survey).await;
    town.app.surveys.look_after_votes().await.unwrap();
    assert_eq!(
        count(town.pool(), "select count(*) from ballot_sealed where survey = $1", survey).await,
        2,
        "a clerk opens it"
    );
    assert!(entered(clerk, survey, both).await.contains("wyjęto z urny"));
    assert!(entered(clerk, survey, both).await.contains("jest już w spisie"));
    assert!(entered(clerk, survey, idle_party).await.contains("nie ma głosu"));
    assert_eq!(count(town.pool(), "select count(*) from ballot_sealed where survey = $1", survey).await, 1);

    // Two sheets, each by two clerks; the second differs at first.
    assert_eq!(sheet(clerk, survey, "1", "1", "south").await, 303);
    assert_eq!(sheet(clerk, survey, "1", "2", "south").await, 409, "not by the same clerk");
    assert_eq!(sheet(&scene.clerks[1], survey, "1", "2", "south").await, 303);
    assert_eq!(sheet(clerk, survey, "2", "1", "south").await, 303);
    let refused = scene.open().await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("zgodnie dwa razy: 2"));
    assert_eq!(sheet(&scene.clerks[1], survey, "2", "2", "none").await, 303);
    let page = clerk.page(&format!("/desk/surveys/{survey}/paper")).await;
    assert!(page.contains("Karta 2 różni się: Który most?"), "{page}");
    assert_eq!(scene.open().await.status(), 422);
    assert_eq!(sheet(clerk, survey, "2", "1", "none").await, 303, "the first clerk looks again");
    assert_eq!(scene.open().await.status(), 303);
    assert_eq!(scene.open().await.status(), 303, "once more changes nothing");
    let counts = scene.counts().await;
    let said = ["roll_online", "roll_paper", "online", "paper", "taken_out"]
        .map(|name| counts[name].as_u64().unwrap());
    assert_eq!(said, [3, 2, 1, 2, 1]);
    let chosen = "select count(*) from ballot where survey = $1 and answers ->> 'most' = 'south'";
    assert_eq!(count(town.pool(), chosen, survey).await, 1);
    assert_eq!(count(town.pool(), "select count(*) from ballot where survey = $1", survey).await, 3);
    assert_eq!(sheet(clerk, survey, "3", "1", "south").await, 409, "the urn is open");
    let receipts: Vec<Vec<u8>> = sqlx::query_scalar("select token from ballot_receipt where survey = $1")
        .bind(survey)
        .fetch_all(town.pool())
        .await
        .unwrap();
    assert!(!receipts.iter().any(|token| text_of(token) == text_of(both_device.token().bytes())));
    let kept = count(
        town.pool(),
        "select count(*) from survey_roll where survey = $1 and (blinded is not null or handle is not null)",
        survey,
    );
    assert_eq!(kept.await, 0, "the roll keeps nothing of tokens");
}

#[tokio::test]
async fn what_was_first_counts_and_where_both_are_void_neither_does() {
    let scene = Scene::of("first").await;
    let (party, _) = scene.online("Anna Pierwsza", "north").await;
    assert!(entered(&scene.clerks[0], scene.survey, party).await.contains("Karta się nie liczy"));
    assert_eq!(
        count(
            scene.town.pool(),
            "select count(*) from survey_roll where survey = $1 and handle is not null",
            scene.survey
        )
        .await,
        0
    );

    let scene = Scene::of("void").await;
    let (party, _) = scene.online("Anna Podwójna", "north").await;
    scene.online("Jan Pojedynczy", "south").await;
    end(scene.town.pool(), scene.survey).await;
    assert!(entered(&scene.clerks[0], scene.survey, party).await.contains("Karta też się nie liczy"));
    assert_eq!(scene.open().await.status(), 303);
    let counts = scene.counts().await;
    assert_eq!(
        (&counts["online"], &counts["paper"], &counts["taken_out"]),
        (&json!(1), &json!(0), &json!(1))
    );
}
