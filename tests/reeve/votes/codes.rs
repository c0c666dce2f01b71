//! Printed codes: whoever has no account votes as secretly as all others, and once.

use std::sync::Arc;

use ballots::code;
use reeve::platform::access::Level;
use serde_json::json;
use sqlx::Row;
use uuid::Uuid;

use super::{
    Device, Terms, cast, count, end,
    join::dump,
    open_vote,
    paper::{Scene, entered, named},
};
use crate::support::{Client, Town, pdf_text};

/// Somebody without an account, at an address of the town.
async fn person(town: &Town, name: &str, level: Level) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into party (id, kind, name, level, street, house_number, postcode, place, created_at)
         values ($1, 'person', $2, $3, 'Zmyślona', '7', '05-807', 'Przykładowo', now())",
    )
    .bind(id)
    .bind(name)
    .bind(level.name())
    .execute(town.pool())
    .await
    .unwrap();
    id
}

/// Codes that stand in a document, and all that it says.
async fn read(answer: reqwest::Response) -> (Vec<String>, String) {
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/pdf".parse().unwrap())
    );
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let text = pdf_text(&answer.bytes().await.unwrap());
    let codes = text.split_whitespace().filter(|word| word.len() == 19).filter_map(code::read).collect();
    (codes, text)
}

async fn ask(clerk: &Client, survey: Uuid, party: Uuid) -> reqwest::Response {
    let path = format!("/desk/surveys/{survey}/paper/codes");
    clerk.post_form(&path, &[("party", &party.to_string())]).await
}

/// The code that is printed for somebody.
async fn printed(clerk: &Client, survey: Uuid, party: Uuid) -> String {
    let (codes, _) = read(ask(clerk, survey, party).await).await;
    assert_eq!(codes.len(), 1);
    codes[0].clone()
}

fn refused(status: u16, code: &str) -> Option<(u16, Option<String>)> {
    Some((status, Some(code.to_owned())))
}

const GIVEN: Option<(u16, Option<String>)> = Some((200, None));

/// Rows of codes with all that the database keeps of their changes.
async fn rows(town: &Town) -> Vec<String> {
    let rows = sqlx::query(
        "select ctid::text || xmin::text || ' ' || xmax::text || c::text as line from survey_code c order by 1",
    );
    rows.fetch_all(town.pool()).await.unwrap().iter().map(|row| row.get("line")).collect()
}

#[tokio::test]
async fn a_code_on_paper_votes_once_and_only_its_digest_is_kept() {
    let town = Town::empty().await;
    let (survey, elsewhere) = (open_vote(town.pool(), "first").await, open_vote(town.pool(), "first").await);
    let slug = format!("most-{}", survey.simple());
    let clerk = town.staff("front-desk").await;
    let anna = person(&town, "Anna Bezkonta", Level::Known).await;
    // Announced, not open: codes are printed, and do nothing yet.
    let opens = |at: &'static str| sqlx::query(at).bind(survey).execute(town.pool());
    opens("update survey set opens_at = now() + interval '30 minutes' where id = $1").await.unwrap();
    let desk = format!("/desk/surveys/{survey}/paper");
    let found = clerk.post_form(&format!("{desk}/search"), &[("q", "Bezkonta")]).await.text().await.unwrap();
    assert!(found.contains("Anna Bezkonta") && found.contains("Wydrukuj kod"), "{found}");
    let (codes, said) = read(ask(&clerk, survey, anna).await).await;
    for part in
        ["Kod do głosowania", "Anna Bezkonta", "Zmyślona 7", "Most", &slug, "In English", "Strona 1 z 1"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(ask(&town.staff("editor").await, survey, anna).await.status(), 403);
    let stranger = town.http.post(format!("{}{desk}/codes", town.base));
    assert_ne!(stranger.send().await.unwrap().status(), 200);
    opens("update survey set opens_at = now() - interval '1 second' where id = $1").await.unwrap();
    let terms = Terms::read(&town.base, survey).await.expect("the vote is open");
    assert!(Terms::read(&town.base, elsewhere).await.is_some());
    let page = town.page(&format!("/surveys/{slug}")).await;
    assert!(page.contains("Mam kod z urzędu") && page.contains("data-secrecy=\"secret\" hidden"), "{page}");

    // Wrong in every way, by both doors.
    let first = codes[0].clone();
    let mut device = Device::of_nobody(&terms);
    let mut mistyped = first.clone().into_bytes();
    mistyped[3] = if mistyped[3] == b'A' { b'C' } else { b'A' };
    let mistyped = String::from_utf8(mistyped).unwrap();
    assert_eq!(device.sign_by(&town, &terms, &mistyped).await, refused(422, "vote-code-mistyped"));
    let unknown = code::of_random(&[7; 64]).unwrap();
    assert_eq!(device.sign_by(&town, &terms, &unknown).await, refused(422, "vote-code-wrong"));
    let other = Terms { survey: elsewhere, ..terms.clone() };
    assert_eq!(device.sign_by(&town, &other, &first).await, refused(422, "vote-code-of-other-vote"));
    let lower = printed(&clerk, survey, anna).await.to_lowercase();
    assert_eq!(
        device.sign_by(&town, &terms, &first).await,
        refused(422, "vote-code-wrong"),
        "a newer one was printed"
    );

    // From two devices at once, typed as people type.
    let before = rows(&town).await;
    let mut second = Device::of_nobody(&terms);
    let typed = code::show(&lower).replace('-', " ");
    let (one, two) =
        tokio::join!(device.sign_by(&town, &terms, &typed), second.sign_by(&town, &terms, &lower));
    let mut statuses = [one, two];
    statuses.sort();
    assert_eq!(statuses, [GIVEN, refused(409, "vote-code-used")]);
    let (mut won, mut lost) = if device.entitled.is_some() { (device, second) } else { (second, device) };
    assert_eq!(won.sign_by(&town, &terms, &lower).await, GIVEN, "a lost answer is asked for again");
    assert_eq!(lost.sign_by(&town, &terms, &lower).await, refused(409, "vote-code-used"));
    let ballot = won.ballot(&terms, json!({"most": "north"}));
    assert_eq!(cast(&town.http, &town.base, survey, &ballot).await, Some(201));
    assert_eq!(rows(&town).await, before, "what is kept of a code does not change when it is used");
    let told = ask(&clerk, survey, anna).await.text().await.unwrap();
    assert!(told.contains("wzięła już udział"), "{told}");

    // Whoever has the database has no code.
    let plain = <sha2::Sha256 as sha2::Digest>::digest(lower.to_uppercase());
    let plain: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
    for (table, line) in dump(town.pool()).await {
        for secret in [&first, &lower.to_uppercase(), &lower, &code::show(&first)] {
            assert!(!line.contains(secret.as_str()), "{table} holds a code");
        }
        assert!(!line.contains(&plain), "{table} holds a digest that anybody can make");
    }

    // Too many wrong ones from one network; another one is not held up, and mistyped ones do not count.
    let jan = person(&town, "Jan Bezkonta", Level::Known).await;
    let code_of_jan = printed(&clerk, survey, jan).await;
    let mut device = Device::of_nobody(&terms);
    for n in 0..40_u8 {
        let typed = if n % 4 == 0 { mistyped.clone() } else { code::of_random(&[n + 1; 64]).unwrap() };
        let said = device.sign_by(&town, &terms, &typed).await.unwrap().0;
        assert!(said == 422 || n > 25 && said == 429, "{n}: {said}");
    }
    assert_eq!(device.sign_by(&town, &terms, &code_of_jan).await.unwrap().0, 429);
    let mut wish = device.wish(Some(&code_of_jan));
    let url = format!("{}/api/surveys/{survey}/code-token", town.base);
    let elsewhere = town.http.post(&url).header("x-forwarded-for", "198.51.100.7");
    let answer = elsewhere.json(&wish).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    wish["party"] = json!(jan);
    assert_eq!(town.http.post(&url).json(&wish).send().await.unwrap().status(), 400, "nothing else is taken");

    // When the time is over, codes are of no use, to nobody.
    end(town.pool(), survey).await;
    let late = Device::of_nobody(&terms).sign_by(&town, &terms, &lower).await;
    assert_eq!(late, refused(409, "vote-closed"));
    assert_eq!(ask(&clerk, survey, jan).await.status(), 409);
    town.app.surveys.look_after_votes().await.unwrap();
    let kept = "select count(*) from survey_code where survey = $1 and digest is not null";
    assert_eq!(count(town.pool(), kept, survey).await, 0);
    assert_eq!(count(town.pool(), "select count(*) from ballot where survey = $1", survey).await, 1);
    let page = clerk.page(&desk).await;
    for part in ["Wydrukowano kod przy okienku", &clerk.email, "Kody, których nie ma", "Kody z sieci"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Anna Bezkonta"), "no name stands among what was done");
}

#[tokio::test]
async fn code_session_and_paper_of_one_person_are_one_voter() {
    let scene = Scene::of("first").await;
    let (town, survey, terms, clerk) = (&scene.town, scene.survey, &scene.terms, &scene.clerks[0]);
    // The session first, then the code; and the other way round.
    let anna = Arc::new(town.resident(Level::Resident).await);
    let party = named(town, &anna, "Anna Zkontem").await;
    let by_code = printed(clerk, survey, party).await;
    let mut at_home = Device::new(anna.clone(), terms);
    assert_eq!(at_home.sign(terms).await, Some(200));
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &by_code).await, refused(409, "vote-code-used"));
    let jan = Arc::new(town.resident(Level::Known).await);
    let party = named(town, &jan, "Jan Nieznany").await;
    assert_eq!(
        Device::new(jan.clone(), terms).sign(terms).await,
        Some(422),
        "the register does not know him enough"
    );
    let by_code = printed(clerk, survey, party).await;
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &by_code).await, GIVEN, "the clerk does");
    sqlx::query("update party set level = 'resident' where id = $1")
        .bind(party)
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(Device::new(jan.clone(), terms).sign(terms).await, Some(409));
    assert!(jan.page("/account/privacy").await.contains("karta papierowa"), "who was looked up sees it");
    assert!(entered(clerk, survey, party).await.contains("Karta się nie liczy"));
    // On paper first.
    let ewa = person(town, "Ewa Kartkowa", Level::Known).await;
    let by_code = printed(clerk, survey, ewa).await;
    assert!(entered(clerk, survey, ewa).await.contains("Wpisano do spisu"));
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &by_code).await, refused(409, "vote-on-paper"));
    // Whom the register does not have is entered at the counter, and not twice.
    let person_page = format!("/desk/surveys/{survey}/paper/person");
    let enter = async |given: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("document", "id-card"), ("given_names", given), ("family_name", "Niewpisana")];
        fields.extend_from_slice(more);
        clerk.post_form(&person_page, &fields).await.text().await.unwrap()
    };
    let stefania = [("pesel", "44051401359"), ("born", "14.05.1944")];
    assert!(enter("Stefania", &[("born", "wczoraj")]).await.contains("govuk-error-summary"));
    let entered_now = enter("Stefania", &stefania).await;
    assert!(
        entered_now.contains("Wpisano do rejestru") && entered_now.contains("Wydrukuj kod"),
        "{entered_now}"
    );
    assert!(enter("Stefania", &stefania).await.contains("Rejestr zna już tę osobę"));
    let stefania: Uuid = sqlx::query_scalar("select id from party where name = 'Stefania Niewpisana'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let by_code = printed(clerk, survey, stefania).await;
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &by_code).await, GIVEN);
    let namesake = Arc::new(town.resident(Level::Resident).await);
    named(town, &namesake, "Olena Niewpisana").await;
    let olena = [("born", "1950-01-31"), ("country", "UA")];
    assert!(enter("Olena", &olena).await.contains("To żadna z tych osób"));
    assert!(enter("Olena", &[olena[0], olena[1], ("another", "yes")]).await.contains("Wpisano do rejestru"));
    let participation = town.staff("participation").await;
    assert_eq!(participation.post_form(&person_page, &[]).await.status(), 422, "nothing was typed");
    let typed = [("document", "id-card"), ("given_names", "A"), ("family_name", "B"), olena[0], olena[1]];
    assert_eq!(participation.post_form(&person_page, &typed).await.status(), 403);
    // Two who turn out to be one: one paper works, and once.
    let (gone, kept) =
        (person(town, "Maria Dawna", Level::Known).await, person(town, "Maria Nowa", Level::Known).await);
    let (old, new) = (printed(clerk, survey, gone).await, printed(clerk, survey, kept).await);
    let mut before = Device::of_nobody(terms);
    assert_eq!(before.sign_by(town, terms, &old).await, GIVEN);
    sqlx::query("select merge_parties($1, $2)").bind(gone).bind(kept).execute(town.pool()).await.unwrap();
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &old).await, refused(422, "vote-code-wrong"));
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &new).await, refused(409, "vote-code-used"));

    // Where paper counts, the ballot of a code leaves the urn as any other.
    let scene = Scene::of("paper").await;
    let (town, survey, terms) = (&scene.town, scene.survey, &scene.terms);
    let ewa = person(town, "Ewa Podwójna", Level::Known).await;
    let by_code = printed(&scene.clerks[0], survey, ewa).await;
    let mut device = Device::of_nobody(terms);
    assert_eq!(device.sign_by(town, terms, &by_code).await, GIVEN);
    let ballot = device.ballot(terms, json!({"most": "north"}));
    assert_eq!(cast(&town.http, &town.base, survey, &ballot).await, Some(201));
    end(town.pool(), survey).await;
    assert!(entered(&scene.clerks[0], survey, ewa).await.contains("wyjęto z urny"));
    assert_eq!(scene.open().await.status(), 303);
    assert_eq!(scene.counts().await["taken_out"], 1);
}

#[tokio::test]
async fn letters_go_to_those_who_may_vote_and_have_no_account() {
    let scene = Scene::of("first").await;
    let (town, survey, terms) = (&scene.town, scene.survey, &scene.terms);
    let mut all = Vec::new();
    for name in ["Adam Listowy", "Barbara Listowa", "Celina Wspisie"] {
        all.push(person(town, name, Level::Resident).await);
    }
    person(town, "Daria Nieznana", Level::Known).await;
    let with_account = town.resident(Level::Resident).await;
    let party = named(town, &with_account, "Edward Zkontem").await;
    let address = "update party set street = 'Zmyślona', house_number = '9', postcode = '05-807', place = 'Przykładowo' where id = $1";
    sqlx::query(address).bind(party).execute(town.pool()).await.unwrap();
    assert!(entered(&scene.clerks[0], survey, all[2]).await.contains("Wpisano do spisu"));
    let letters = async |client: &Client, fields: &[(&str, &str)]| {
        client.post_form(&format!("/desk/surveys/{survey}/paper/letters"), fields).await
    };
    for other in [&scene.clerks[0], &town.staff("participation").await] {
        assert_eq!(letters(other, &[]).await.status(), 403, "addresses are for whoever may read them");
    }
    let page = scene.manager.page(&format!("/desk/surveys/{survey}/paper")).await;
    assert!(page.contains("2 bez konta, 3 razem"), "{page}");
    let (first, said) = read(letters(&scene.manager, &[]).await).await;
    assert_eq!(first.len(), 2);
    assert!(
        said.contains("Adam Listowy")
            && said.contains("Barbara Listowa")
            && said.contains("05-807 Przykładowo")
    );
    assert_eq!(said.matches("Strona 1 z 1").count(), 2, "each is a letter of its own: {said}");
    for name in ["Celina", "Daria", "Edward"] {
        assert!(!said.contains(name), "{said}");
    }
    let none = letters(&scene.manager, &[]).await.text().await.unwrap();
    assert!(none.contains("Nie ma do kogo pisać"), "{none}");
    let (next, said) = read(letters(&scene.manager, &[("everybody", "yes")]).await).await;
    assert!(next.len() == 1 && said.contains("Edward Zkontem"));
    assert!(
        with_account.page("/account/privacy").await.contains("list z kodem"),
        "who was written to sees it"
    );
    // A run that was lost on the way is printed again, but for those who have voted.
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &first[0]).await, GIVEN);
    let (again, said) = read(letters(&scene.manager, &[("run", "1")]).await).await;
    assert_eq!(again.len(), 1, "{said}");
    assert_eq!(
        Device::of_nobody(terms).sign_by(town, terms, &first[1]).await,
        refused(422, "vote-code-wrong")
    );
    assert_eq!(Device::of_nobody(terms).sign_by(town, terms, &again[0]).await, GIVEN);
    let deeds = "select count(*) from survey_vote_deed where survey = $1 and what = 'letters-printed' and note in ('1', '2')";
    assert_eq!(count(town.pool(), deeds, survey).await, 3);
}
