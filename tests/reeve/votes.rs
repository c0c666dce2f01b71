//! The secret vote, as voters, clerks and liars meet it.

mod codes;
mod crash;
mod join;
mod paper;

use std::sync::Arc;

use ballots::{
    form::{Answers, Form},
    secret::{
        Ballot, PublicKeys, Token, bytes_of, text_of,
        voter::{Entitled, Voter},
    },
};
use reeve::platform::access::Level;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Town, asked, client};

/// Attempts at once, ten for each resident; `REEVE_BALLOT_ATTEMPTS` asks for another number.
const ATTEMPTS: usize = 600;

/// A form with one question that counts, one of several answers and one of words.
pub(crate) fn form() -> Value {
    let choice = |id: &str| json!({"id": id, "label": {"pl": id}});
    json!({"pages": [{"title": {"pl": "Most"}, "questions": [
        {"id": "most", "title": {"pl": "Który most?"}, "required": true, "type": "single",
            "choices": [choice("north"), choice("south"), choice("none")]},
        {"id": "also", "title": {"pl": "Co jeszcze?"}, "type": "multiple", "choices": [choice("a"), choice("b")]},
        {"id": "why", "title": {"pl": "Dlaczego?"}, "type": "text", "most": 300},
    ]}]})
}

/// An open vote under a rule about paper.
pub(crate) async fn open_vote(pool: &sqlx::PgPool, collision: &str) -> Uuid {
    let id = Uuid::now_v7();
    let slug = format!("most-{}", id.simple());
    sqlx::query(
        "insert into survey (id, slug, kind, state, title_pl, form, opens_at, closes_at, secrecy, collision, created_at, created_by)
         values ($1, $2, 'vote', 'ready', 'Most', $3, now() - interval '1 second', now() + interval '1 hour', 'secret', $4, now(),
            'a test')",
    )
    .bind(id)
    .bind(slug)
    .bind(form())
    .bind(collision)
    .execute(pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into survey_version (survey, version, title_pl, intro_pl, form, made_at, made_by)
         select id, version, title_pl, intro_pl, form, created_at, created_by from survey where id = $1",
    )
    .bind(id)
    .execute(pool)
    .await
    .unwrap();
    id
}

/// The time of a vote is over, by the one clock that counts.
pub(crate) async fn end(pool: &sqlx::PgPool, survey: Uuid) {
    sqlx::query("update survey set closes_at = clock_timestamp() where id = $1")
        .bind(survey)
        .execute(pool)
        .await
        .unwrap();
}

/// What voters read of a vote.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub survey: Uuid,
    pub keys: PublicKeys,
    pub plain_bytes: usize,
    pub handle: bool,
}

impl Terms {
    /// `None` while there is nobody to say them.
    pub async fn read(base: &str, survey: Uuid) -> Option<Self> {
        let answer = client().get(format!("{base}/api/surveys/{survey}/urn")).send().await.ok()?;
        let terms: Value = answer.error_for_status().ok()?.json().await.ok()?;
        let bytes = |name: &str| bytes_of(terms[name].as_str().unwrap()).unwrap();
        Some(Self {
            survey,
            keys: PublicKeys { token: bytes("token_key"), urn: bytes("urn_key"), file: bytes("file_key") },
            plain_bytes: terms["plain_bytes"].as_u64().unwrap() as usize,
            handle: terms["handle"].as_bool().unwrap(),
        })
    }
}

pub(crate) fn answers(of: Value) -> Answers {
    serde_json::from_value(of).unwrap()
}

/// One browser of a resident. What it has done it remembers, as a real one does in IndexedDB.
pub(crate) struct Device {
    /// Whoever is signed in; nobody of those who vote with a printed code.
    pub client: Option<Arc<Client>>,
    pub voter: Voter,
    pub handle: Option<Vec<u8>>,
    pub entitled: Option<Entitled>,
}

impl Device {
    pub fn new(client: Arc<Client>, terms: &Terms) -> Self {
        Self { client: Some(client), ..Self::of_nobody(terms) }
    }

    /// One in which nobody is signed in.
    pub fn of_nobody(terms: &Terms) -> Self {
        let voter = Voter::new(&terms.keys).unwrap();
        let handle = terms.handle.then(|| voter.handle(terms.survey, &terms.keys).unwrap());
        Self { client: None, voter, handle, entitled: None }
    }

    /// Asks for the signature; the status, or nothing when nobody answers.
    pub async fn sign(&mut self, terms: &Terms) -> Option<u16> {
        let path = format!("/api/surveys/{}/token", terms.survey);
        let client = self.client.as_ref().expect("somebody is signed in");
        let answer = client.request(reqwest::Method::POST, &path).json(&self.wish(None)).send().await.ok()?;
        self.signed(terms, answer).await.map(|(status, _)| status)
    }

    /// Asks for it with a printed code; the status, and the code of what is wrong.
    pub async fn sign_by(&mut self, town: &Town, terms: &Terms, code: &str) -> Option<(u16, Option<String>)> {
        let url = format!("{}/api/surveys/{}/code-token", town.base, terms.survey);
        let request = town.http.post(url).header("accept", "application/json").json(&self.wish(Some(code)));
        let answer = request.send().await.ok()?;
        self.signed(terms, answer).await
    }

    fn wish(&self, code: Option<&str>) -> Value {
        let mut wish =
            json!({"blinded": text_of(self.voter.blinded()), "handle": self.handle.as_deref().map(text_of)});
        if let Some(code) = code {
            wish["code"] = json!(code);
        }
        wish
    }

    async fn signed(&mut self, terms: &Terms, answer: reqwest::Response) -> Option<(u16, Option<String>)> {
        let status = answer.status().as_u16();
        if status == 200 {
            let signed: Value = answer.json().await.ok()?;
            let signed = bytes_of(signed["signature"].as_str().unwrap()).unwrap();
            self.entitled = Some(self.voter.entitled(&terms.keys, &signed).expect("the town's signature"));
            return Some((status, None));
        }
        let problem: Value = answer.json().await.unwrap_or_default();
        let kind = problem["type"].as_str().unwrap_or_default();
        Some((status, kind.strip_prefix("urn:reeve:problem:").map(str::to_owned)))
    }

    pub fn ballot(&self, terms: &Terms, chosen: Value) -> Ballot {
        let entitled = self.entitled.as_ref().expect("a signed token");
        entitled.ballot(terms.survey, &terms.keys, terms.plain_bytes, &answers(chosen)).unwrap()
    }

    pub fn token(&self) -> Token {
        self.entitled.as_ref().expect("a signed token").token
    }
}

/// Casts a ballot as nobody.
pub(crate) async fn cast(http: &reqwest::Client, base: &str, survey: Uuid, ballot: &Ballot) -> Option<u16> {
    let answer = http.post(format!("{base}/api/ballots/{survey}")).json(ballot).send().await.ok()?;
    Some(answer.status().as_u16())
}

async fn residents(town: &Town, many: usize) -> Vec<Arc<Client>> {
    let mut all = Vec::with_capacity(many);
    for _ in 0..many {
        all.push(Arc::new(town.resident(Level::Resident).await));
    }
    all
}

pub(crate) async fn count(pool: &sqlx::PgPool, sql: &'static str, survey: Uuid) -> i64 {
    sqlx::query_scalar(sql).bind(survey).fetch_one(pool).await.unwrap()
}

/// Every resident tries ten times at once, from five devices, each with ballots of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_attempts_one_resident_has_one_ballot() {
    let attempts = asked("REEVE_BALLOT_ATTEMPTS", ATTEMPTS);
    let town = Town::empty().await;
    let survey = open_vote(town.pool(), "first").await;
    let terms = Terms::read(&town.base, survey).await.expect("the vote is open");
    let people = residents(&town, attempts / 10).await;
    let at_once = Arc::new(tokio::sync::Semaphore::new(64));
    let mut tasks = tokio::task::JoinSet::new();
    for device in 0..5 {
        for person in &people {
            let (person, terms, base, http) =
                (person.clone(), terms.clone(), town.base.clone(), town.http.clone());
            let at_once = at_once.clone();
            tasks.spawn(async move {
                let _turn = at_once.acquire().await.unwrap();
                let mut device_of = Device::new(person.clone(), &terms);
                let first = device_of.sign(&terms).await.unwrap();
                // The same once more, as after a lost answer.
                let again = device_of.sign(&terms).await.unwrap();
                assert_eq!(first, again, "the same wish is answered alike");
                if first != 200 {
                    assert_eq!(first, 409);
                    return None;
                }
                let chosen = ["north", "south", "none"][device % 3];
                let ballot = device_of.ballot(&terms, json!({"most": chosen}));
                let other = device_of.ballot(&terms, json!({"most": "none"}));
                let (one, two, three) = tokio::join!(
                    cast(&http, &base, terms.survey, &ballot),
                    cast(&http, &base, terms.survey, &ballot),
                    cast(&http, &base, terms.survey, &other)
                );
                let all = [one.unwrap(), two.unwrap(), three.unwrap()];
                assert_eq!(all.iter().filter(|status| **status == 201).count(), 1, "{all:?}");
                Some(device_of.token())
            });
        }
    }
    let tokens: Vec<Token> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(tokens.len(), people.len(), "one device of each won");
    assert_eq!(
        count(town.pool(), "select count(*) from survey_roll where survey = $1", survey).await,
        people.len() as i64
    );
    assert_eq!(
        count(town.pool(), "select count(*) from ballot_sealed where survey = $1", survey).await,
        people.len() as i64
    );
    end(town.pool(), survey).await;
    town.app.surveys.look_after_votes().await.unwrap();
    assert_eq!(
        count(town.pool(), "select count(*) from ballot where survey = $1", survey).await,
        people.len() as i64
    );
    assert_eq!(
        count(town.pool(), "select count(*) from ballot_receipt where survey = $1", survey).await,
        people.len() as i64
    );
    println!("{attempts} attempts of {} residents: {} ballots", people.len(), tokens.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_ballot_is_refused_and_the_file_can_be_counted_again() {
    let town = Town::empty().await;
    let survey = open_vote(town.pool(), "first").await;
    let (base, http) = (town.base.as_str(), &town.http);
    let terms = Terms::read(base, survey).await.expect("the vote is open");
    // Somebody whose address nobody knows, somebody who is nobody.
    let known = Arc::new(town.resident(Level::Known).await);
    assert_eq!(Device::new(known, &terms).sign(&terms).await, Some(422));
    let wish = json!({"blinded": text_of(Device::new(Arc::new(town.resident(Level::Known).await), &terms).voter.blinded())});
    let url = format!("{base}/api/surveys/{survey}/token");
    assert_eq!(http.post(&url).json(&wish).send().await.unwrap().status(), 401);

    let people = residents(&town, 3).await;
    let mut devices: Vec<Device> = people.iter().map(|person| Device::new(person.clone(), &terms)).collect();
    for (text, status) in [("", 400), ("AAAA", 400), (text_of(&[255; 256]).as_str(), 422)] {
        let path = format!("/api/surveys/{survey}/token");
        let answer = people[0]
            .request(reqwest::Method::POST, &path)
            .json(&json!({"blinded": text}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{text:?}");
    }
    for device in &mut devices {
        assert_eq!(device.sign(&terms).await, Some(200));
    }
    let one = devices[0].ballot(&terms, json!({"most": "north", "why": "Bo bliżej"}));
    let other = devices[1].ballot(&terms, json!({"most": "south"}));
    let swapped = Ballot { envelope: other.envelope.clone(), ..one.clone() };
    let unsigned = Ballot { signature: other.signature.clone(), ..one.clone() };
    let mut short = one.clone();
    short.envelope.pop();
    for lie in [&swapped, &unsigned, &short] {
        assert_eq!(cast(http, base, survey, lie).await, Some(422));
    }
    let elsewhere = open_vote(town.pool(), "first").await;
    assert!(Terms::read(base, elsewhere).await.is_some());
    assert_eq!(cast(http, base, elsewhere, &one).await, Some(422), "a token of another vote");
    assert_eq!(cast(http, base, Uuid::now_v7(), &one).await, Some(404));
    let long = json!({"token": "A".repeat(200_000)});
    assert_eq!(
        http.post(format!("{base}/api/ballots/{survey}")).json(&long).send().await.unwrap().status(),
        413
    );
    assert_eq!(cast(http, base, survey, &one).await, Some(201));
    assert_eq!(cast(http, base, survey, &one).await, Some(200), "a replay adds nothing");
    assert_eq!(
        cast(http, base, survey, &devices[0].ballot(&terms, json!({"most": "none"}))).await,
        Some(409)
    );
    // A broken cookie would be an error anywhere else: here nobody looks.
    let request =
        http.post(format!("{base}/api/ballots/{survey}")).header("cookie", "session=nonsense").json(&other);
    assert_eq!(request.send().await.unwrap().status(), 201);
    // Answers that do not fit the form, as a script of the voter's own may send them: in the urn, but spoiled.
    assert_eq!(
        cast(http, base, survey, &devices[2].ballot(&terms, json!({"most": "moon"}))).await,
        Some(201)
    );

    // Too late, by the database's clock, whatever the caller's says.
    let late = Arc::new(town.resident(Level::Resident).await);
    let mut late = Device::new(late, &terms);
    assert_eq!(late.sign(&terms).await, Some(200));
    end(town.pool(), survey).await;
    assert_eq!(cast(http, base, survey, &late.ballot(&terms, json!({"most": "north"}))).await, Some(409));
    assert_eq!(Device::new(people[0].clone(), &terms).sign(&terms).await, Some(409));
    town.app.surveys.look_after_votes().await.unwrap();
    let counts: Value = sqlx::query_scalar("select counts from survey_urn where survey = $1")
        .bind(survey)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(
        (&counts["roll_online"], &counts["online"], &counts["spoiled"]),
        (&json!(4), &json!(2), &json!(1))
    );
    assert_eq!(town.app.surveys.vote_turnout(&crate::support::ctx(), survey).await.unwrap(), 4);

    // The file, once the results are out.
    let slug = format!("most-{}", survey.simple());
    let file = format!("/surveys/{slug}/ballots");
    assert_eq!(town.get(&file).await.status(), 404);
    sqlx::query("update survey set state = 'published' where id = $1")
        .bind(survey)
        .execute(town.pool())
        .await
        .unwrap();
    let text = town.page(&file).await;
    assert!(!text.contains("bliżej"), "words are nobody's to publish");
    for device in &devices {
        assert!(text.contains(&text_of(device.token().bytes())), "a receipt for everybody");
    }
    for page in ["receipt", "secrecy"] {
        assert!(town.page(&format!("/surveys/{slug}/{page}")).await.contains("<h1"));
    }
    recounted(&text);
    // What the town did and what it refused is told to the staff, without a name.
    let clerk = town.staff("participation").await;
    let page = clerk.page(&format!("/desk/surveys/{survey}/paper")).await;
    assert!(page.contains("Otwarto urnę") && page.contains("Głosy bez podpisu urzędu"), "{page}");
    let form: Form = serde_json::from_value(form()).unwrap();
    assert_eq!(ballots::secret::urn::plain_bytes(&form), terms.plain_bytes);
}

/// `reeve recount`, which needs nothing but the file.
fn recounted(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("votes.jsonl");
    let run = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_reeve"));
        command.arg("recount").arg(&path).env_remove("DATABASE_URL").output().unwrap()
    };
    let right = run(text);
    let said = String::from_utf8(right.stdout).unwrap();
    assert!(right.status.success(), "{said} {}", String::from_utf8_lossy(&right.stderr));
    assert!(said.contains("north") && said.contains("1"), "{said}");
    let changed = text.replacen("\"most\":\"north\"", "\"most\":\"south\"", 1);
    assert_ne!(changed, text);
    let wrong = run(&changed);
    assert_eq!(wrong.status.code(), Some(1), "one changed ballot is found");
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("digest"));
}
