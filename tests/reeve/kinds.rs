//! Kinds in the browser: made, changed, and what becomes of the things that there are.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, Town};

type Fields = Vec<(String, String)>;

/// Fields of the form of a page, as a browser would send them back.
fn fields_of(page: &str) -> Fields {
    let form = page
        .split("data-kind-form")
        .nth(1)
        .or_else(|| page.split("<form class=\"kind-form\"").nth(1))
        .unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(unescaped(rest.split('"').next()?))
    };
    let mut fields = Fields::new();
    let mut select = None;
    for tag in form.split('<').skip(1).map(|piece| piece.split('>').next().unwrap()) {
        let name = attribute(tag, "name");
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split_whitespace().next().unwrap() {
            "input" => {
                let kind = attribute(tag, "type").unwrap_or_default();
                let sent = !matches!(kind.as_str(), "radio" | "checkbox") || tag.contains(" checked");
                if sent {
                    fields.push((name.unwrap(), value));
                }
            }
            "textarea" => fields.push((name.unwrap(), String::new())),
            "select" => {
                select = name;
                fields.push((select.clone().unwrap(), String::new()));
            }
            "option" if tag.contains(" selected") => set(&mut fields, &select.clone().unwrap(), &value),
            _ => {}
        }
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some(field) => field.1 = value.to_owned(),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

fn without(fields: &Fields, prefix: &str) -> Fields {
    fields.iter().filter(|(name, _)| !name.starts_with(prefix)).cloned().collect()
}

/// The row of an attribute in a form: `a3`.
fn row(fields: &Fields, key: &str) -> String {
    let found = fields.iter().find(|(name, value)| name.ends_with("-was") && value == key);
    found.unwrap_or_else(|| panic!("no attribute {key}")).0.strip_suffix("-was").unwrap().to_owned()
}

async fn post(clerk: &Client, path: &str, fields: &Fields) -> reqwest::Response {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| *name != "form_token")
        .collect();
    clerk.post_form(path, &fields).await
}

async fn send(clerk: &Client, path: &str, fields: &Fields, button: &str) -> (StatusCode, String) {
    let mut fields = fields.clone();
    set(&mut fields, "do", button);
    let answer = post(clerk, path, &fields).await;
    let status = answer.status();
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    (status, location.unwrap_or(answer.text().await.unwrap()))
}

/// Makes the kind "hydranty" with a required number and a private note.
async fn make_hydrants(clerk: &Client) {
    let mut fields = fields_of(&clerk.page("/desk/kinds/new").await);
    for (name, value) in [
        ("title_pl", "Hydranty"),
        ("title_en", "Hydrants"),
        ("singular_pl", "Hydrant"),
        ("singular_en", "Hydrant"),
        ("public", "1"),
        ("icon", "hydrant"),
        ("min_zoom", "14"),
    ] {
        set(&mut fields, name, value);
    }
    let (status, page) = send(clerk, "/desk/kinds/new", &fields, "add").await;
    assert_eq!(status, 200);
    let mut fields = fields_of(&page);
    assert!(fields.contains(&("title_pl".into(), "Hydranty".into())), "what was typed is kept");
    for (name, value) in [
        ("a0-title_pl", "Numer"),
        ("a0-title_en", "Number"),
        ("a0-key", "nr"),
        ("a0-required", "1"),
        ("a0-in_tiles", "1"),
    ] {
        set(&mut fields, name, value);
    }
    let (_, page) = send(clerk, "/desk/kinds/new", &fields, "add").await;
    let mut fields = fields_of(&page);
    for (name, value) in [
        ("a1-title_pl", "Uwagi wewnętrzne"),
        ("a1-title_en", "Internal note"),
        ("a1-kind", "long_text"),
        ("a1-private", "1"),
    ] {
        set(&mut fields, name, value);
    }
    let (status, location) = send(clerk, "/desk/kinds/new", &fields, "check").await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/desk/kinds/hydranty?saved=1"));
}

async fn put(town: &Town, number: &str, attributes: Value) -> String {
    sqlx::query(
        "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'hydranty', st_setsrid(st_makepoint(21, 52), 4326), $1, $2, 'test', $1, now())",
    )
    .bind(number)
    .bind(attributes)
    .execute(town.pool())
    .await
    .unwrap();
    town.asset("hydranty", number).await
}

async fn attributes(town: &Town, number: &str) -> Value {
    sqlx::query_scalar("select attributes from asset where kind = 'hydranty' and source_id = $1")
        .bind(number)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_kind_is_at_every_door_at_once_and_its_private_note_at_none() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    make_hydrants(&clerk).await;
    let kinds = town.json("/api/kinds").await;
    assert!(kinds.as_array().unwrap().iter().any(|kind| kind["title"] == "Hydranty"), "{kinds}");
    put(&town, "H1", json!({ "nr": "H1", "uwagi_wewnetrzne": "klucz u sołtysa" })).await;
    let items = town.json("/ogc/collections/hydranty/items").await;
    assert_eq!(items["features"][0]["properties"]["nr"], "H1");
    assert!(!items.to_string().contains("sołtysa"));
    let definition: Value = sqlx::query_scalar("select definition from kind where slug = 'hydranty'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(definition["schema"]["required"], json!(["nr"]));
    assert_eq!(definition["schema"]["properties"]["uwagi_wewnetrzne"]["x-public"], false);
    assert_eq!(definition["tile_attributes"], json!(["nr"]));
    let tiles = town.json("/tiles/hydranty.json").await;
    assert!(tiles["vector_layers"][0]["fields"]["nr"].is_string(), "{tiles}");
    let page = clerk.page("/desk/kinds").await;
    assert!(page.contains("/desk/kinds/hydranty"));
}

#[tokio::test]
async fn a_changed_type_shows_what_breaks_and_mends_it() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    make_hydrants(&clerk).await;
    put(&town, "1", json!({ "nr": "12,5" })).await;
    let broken = put(&town, "2", json!({ "nr": "H/2" })).await;
    put(&town, "3", json!({})).await;
    let mut fields = fields_of(&clerk.page("/desk/kinds/hydranty").await);
    set(&mut fields, "a0-kind", "number");
    let (status, page) = send(&clerk, "/desk/kinds/hydranty", &fields, "check").await;
    assert_eq!(status, 200);
    assert!(page.contains(&format!("/desk/assets/{broken}")), "examples lead to their assets");
    assert_eq!(attributes(&town, "1").await["nr"], "12,5", "nothing is saved before it was looked at");
    let mut fields = fields_of(&page);
    set(&mut fields, "mend|nr|readable|", "convert");
    set(&mut fields, "mend|nr|not-a-number|", "set");
    let (status, _) = send(&clerk, "/desk/kinds/hydranty", &fields, "save").await;
    assert_eq!(status, 422, "a value to set is missing");
    set(&mut fields, "set|nr|not-a-number|", "7");
    let (status, location) = send(&clerk, "/desk/kinds/hydranty", &fields, "save").await;
    assert_eq!(status, 303, "{location}");
    assert_eq!(attributes(&town, "1").await, json!({ "nr": 12.5 }));
    assert_eq!(attributes(&town, "2").await, json!({ "nr": 7 }));
    assert_eq!(attributes(&town, "3").await, json!({}));
    let before: Vec<Value> = sqlx::query_scalar(
        "select h.attributes from asset_history h join asset a on a.id = h.asset_id
         where a.source_id in ('1', '2') and h.rev = 1 order by a.source_id",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    assert_eq!(before, [json!({ "nr": "12,5" }), json!({ "nr": "H/2" })]);
    assert_eq!(town.number("select count(*) from kind_history where slug = 'hydranty'").await, 2);
}

#[tokio::test]
async fn a_removed_attribute_leaves_the_assets_but_not_their_history() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    make_hydrants(&clerk).await;
    put(&town, "1", json!({ "nr": "1", "uwagi_wewnetrzne": "stare" })).await;
    put(&town, "2", json!({ "nr": "2" })).await;
    let fields = fields_of(&clerk.page("/desk/kinds/hydranty").await);
    let (_, page) = send(&clerk, "/desk/kinds/hydranty", &fields, "remove:1").await;
    let (_, page) = send(&clerk, "/desk/kinds/hydranty", &fields_of(&page), "check").await;
    let (status, _) = send(&clerk, "/desk/kinds/hydranty", &fields_of(&page), "save").await;
    assert_eq!(status, 303);
    assert_eq!(attributes(&town, "1").await, json!({ "nr": "1" }));
    assert_eq!(town.number("select rev::bigint from asset where source_id = '1'").await, 2);
    assert_eq!(town.number("select rev::bigint from asset where source_id = '2'").await, 1, "it had none");
    let old: Value =
        sqlx::query_scalar("select definition from kind_history where slug = 'hydranty' and rev = 1")
            .fetch_one(town.pool())
            .await
            .unwrap();
    assert_eq!(old["schema"]["properties"]["uwagi_wewnetrzne"]["title"], "Uwagi wewnętrzne");
    let refused = sqlx::query("update kind_history set changed_by = 'x'").execute(town.pool()).await;
    assert!(refused.is_err(), "the history of kinds only grows");
}

#[tokio::test]
async fn values_that_leave_a_list_become_others_and_what_is_missing_may_wait() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    make_hydrants(&clerk).await;
    put(&town, "1", json!({ "nr": "nadziemny" })).await;
    put(&town, "2", json!({ "nr": "podziemny" })).await;
    put(&town, "3", json!({ "nr": "???" })).await;
    let mut fields = fields_of(&clerk.page("/desk/kinds/hydranty").await);
    set(&mut fields, "a0-kind", "one_of");
    set(&mut fields, "a0-more", "Nadziemny; Above ground\nInny");
    set(&mut fields, "a1-required", "1");
    let (status, page) = send(&clerk, "/desk/kinds/hydranty", &fields, "check").await;
    assert_eq!(status, 200, "{page}");
    assert!(!page.contains("mend|nr|not-in-list|nadziemny"), "a value with the words of the list fits");
    let mut fields = fields_of(&page);
    set(&mut fields, "mend|nr|not-in-list|podziemny", "set");
    set(&mut fields, "set|nr|not-in-list|podziemny", "inny");
    set(&mut fields, "mend|nr|not-in-list|???", "clear");
    let (status, text) = send(&clerk, "/desk/kinds/hydranty", &fields, "save").await;
    assert_eq!(status, 303, "{text}");
    assert_eq!(attributes(&town, "1").await, json!({ "nr": "nadziemny" }));
    assert_eq!(attributes(&town, "2").await, json!({ "nr": "inny" }));
    assert_eq!(attributes(&town, "3").await, json!({}));
}

#[tokio::test]
async fn two_administrators_do_not_overwrite_each_other() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    let opened = fields_of(&clerk.page("/desk/kinds/lamps").await);
    let mut first = opened.clone();
    set(&mut first, "title_pl", "Lampy");
    let (status, _) = send(&clerk, "/desk/kinds/lamps", &first, "check").await;
    assert_eq!(status, 303);
    let mut second = opened;
    set(&mut second, "title_pl", "Światła");
    let (status, page) = send(&clerk, "/desk/kinds/lamps", &second, "save").await;
    assert_eq!(status, 409);
    assert!(page.contains("Światła"), "what was typed stands there still");
    let stored: Value = sqlx::query_scalar("select definition from kind where slug = 'lamps'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(stored["title"]["pl"], "Lampy");
    assert_eq!(town.number("select count(*) from kind where slug = 'lamps' and built_in").await, 0);
    assert_eq!(stored["schema"]["additionalProperties"], false, "what the form does not know stays");
}

#[tokio::test]
async fn only_administrators_come_in() {
    let town = Town::empty().await;
    for path in ["/desk/kinds", "/desk/kinds/new", "/desk/kinds/lamps"] {
        let visitor = town.get(path).await;
        assert_eq!(visitor.status(), 303, "{path}");
        for role in ["viewer", "surveyor", "editor", "planner"] {
            assert_eq!(town.staff(role).await.get(path).await.status(), 403, "{role} {path}");
        }
    }
    let editor = town.staff("editor").await;
    let refused = post(&editor, "/desk/kinds/new", &vec![("title_pl".into(), "X".into())]).await;
    assert_eq!(refused.status(), 403);
    let administrator = town.staff("administrator").await;
    let forged = administrator
        .request(reqwest::Method::POST, "/desk/kinds/new")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("title_pl=X")
        .send()
        .await
        .unwrap();
    assert_eq!(forged.status(), 403);
}

#[tokio::test]
async fn nasty_definitions_are_refused_in_words() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    let base = fields_of(&clerk.page("/desk/kinds/new").await);
    let refused = |changes: Vec<(&'static str, String)>| {
        let mut fields = base.clone();
        for (name, value) in [
            ("title_pl", "Próba"),
            ("title_en", "Trial"),
            ("singular_pl", "Próba"),
            ("singular_en", "Trial"),
            ("slug", "proba"),
        ] {
            set(&mut fields, name, value);
        }
        for (name, value) in changes {
            set(&mut fields, name, &value);
        }
        let clerk = &clerk;
        async move {
            let (status, page) = send(clerk, "/desk/kinds/new", &fields, "check").await;
            assert_eq!(status, 422, "{page}");
            assert!(page.contains("govuk-error-summary"));
            assert!(!page.contains("<script>alert"));
            page
        }
    };
    refused(vec![("title_pl", "x".repeat(500))]).await;
    refused(vec![("title_pl", "a\nb".into())]).await;
    refused(vec![("title_en", String::new())]).await;
    refused(vec![("slug", "Hydranty!".into())]).await;
    refused(vec![("slug", "burials".into())]).await;
    refused(vec![("slug", "lamps".into())]).await;
    refused(vec![("slug", "new".into())]).await;
    refused(vec![("colour", "#ffff00".into())]).await;
    refused(vec![("colour", "url(x)".into())]).await;
    refused(vec![("icon", "../x".into())]).await;
    refused(vec![("geometry", "circle".into())]).await;
    refused(vec![("min_zoom", "-1".into())]).await;
    for key in ["registry_number", "geometry", "rev", "Klucz", "1a", "a b", "a\"b"] {
        refused(vec![
            ("a0-kind", "text".into()),
            ("a0-title_pl", "<script>alert(1)</script>".into()),
            ("a0-title_en", "T".into()),
            ("a0-key", key.into()),
        ])
        .await;
    }
    let text = |more: Vec<(&'static str, String)>| {
        let mut all = vec![
            ("a0-kind", "text".to_owned()),
            ("a0-title_pl", "T".into()),
            ("a0-title_en", "T".into()),
            ("a0-key", "t".into()),
        ];
        all.extend(more);
        all
    };
    refused(text(vec![("a0-kind", "dragon".into())])).await;
    refused(text(vec![("a0-kind", "one_of".into())])).await;
    refused(text(vec![("a0-kind", "number".into()), ("a0-minimum", "1e999".into())])).await;
    refused(text(vec![("a0-kind", "number".into()), ("a0-minimum", "9".into()), ("a0-maximum", "1".into())]))
        .await;
    refused(text(vec![("a0-max_length", "99999999".into())])).await;
    refused(text(vec![
        ("a0-kind", "one_of".into()),
        ("a0-more", (0..300).map(|n| format!("w{n}\n")).collect::<String>()),
    ]))
    .await;
    let mut many = Vec::new();
    for n in 0..61 {
        for (name, value) in
            [("kind", "text".to_owned()), ("title_pl", format!("T{n}")), ("title_en", "T".into())]
        {
            many.push((&*Box::leak(format!("a{n}-{name}").into_boxed_str()), value));
        }
    }
    refused(many).await;
    assert_eq!(town.number("select count(*) from kind where not built_in").await, 0);
}

#[tokio::test]
async fn what_the_program_relies_on_stays() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    let fields = fields_of(&clerk.page("/desk/kinds/gates").await);
    let gone = without(&fields, &format!("{}-", row(&fields, "locked")));
    // The rows after a missing one are not read; so the row is taken out by its button.
    assert!(gone.len() < fields.len());
    let number = row(&fields, "locked").trim_start_matches('a').to_owned();
    let (_, page) = send(&clerk, "/desk/kinds/gates", &fields, &format!("remove:{number}")).await;
    let (status, _) = send(&clerk, "/desk/kinds/gates", &fields_of(&page), "check").await;
    assert_eq!(status, 422);
    let mut other = fields.clone();
    set(&mut other, &format!("{}-kind", row(&fields, "locked")), "text");
    assert_eq!(send(&clerk, "/desk/kinds/gates", &other, "check").await.0, 422);
    let mut shape = fields;
    set(&mut shape, "geometry", "area");
    assert_eq!(send(&clerk, "/desk/kinds/gates", &shape, "check").await.0, 422);
}

#[tokio::test]
async fn a_shape_changes_only_when_all_things_fit() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    make_hydrants(&clerk).await;
    put(&town, "1", json!({ "nr": "1" })).await;
    let mut fields = fields_of(&clerk.page("/desk/kinds/hydranty").await);
    set(&mut fields, "geometry", "line");
    assert_eq!(send(&clerk, "/desk/kinds/hydranty", &fields, "check").await.0, 422);
    set(&mut fields, "geometry", "any");
    assert_eq!(send(&clerk, "/desk/kinds/hydranty", &fields, "check").await.0, 303);
}

#[tokio::test]
async fn what_the_public_pages_read_stays_public() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    for (kind, keys) in [
        ("cemeteries", &["name"][..]),
        ("sectors", &[]),
        ("graves", &["sector", "row", "number", "type", "inscription"]),
        ("gates", &["name", "access", "locked", "opening_hours", "wheelchair"]),
        ("paths", &["name", "class", "surface", "width_m", "wheelchair", "access"]),
        ("barriers", &[]),
    ] {
        let path = format!("/desk/kinds/{kind}");
        let fields = fields_of(&clerk.page(&path).await);
        let hidden: Fields = fields.iter().filter(|(name, _)| name != "public").cloned().collect();
        for button in ["check", "save"] {
            let (status, page) = send(&clerk, &path, &hidden, button).await;
            assert_eq!(status, 422, "{kind} {button}");
            assert!(page.contains("href=\"#public\"") && page.contains("strony publiczne"), "{page}");
        }
        for key in keys {
            let mut private = fields.clone();
            let field = format!("{}-private", row(&fields, key));
            set(&mut private, &field, "1");
            let (status, page) = send(&clerk, &path, &private, "check").await;
            assert_eq!(status, 422, "{kind} {key}");
            assert!(page.contains(&format!("href=\"#{field}\"")), "{page}");
        }
    }
    let mut note = fields_of(&clerk.page("/desk/kinds/graves").await);
    let field = format!("{}-private", row(&note, "note"));
    set(&mut note, &field, "1");
    assert_eq!(send(&clerk, "/desk/kinds/graves", &note, "check").await.0, 303, "the others may be private");
}

#[tokio::test]
async fn labels_that_tell_a_value_go_with_it() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    for (id, label, attributes) in [
        ("1", "Sekretna 7", json!({ "ref": "Sekretna 7", "height_m": 5 })),
        ("2", "Przy ratuszu", json!({ "ref": "Sekretna 8" })),
    ] {
        sqlx::query(
            "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
             values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21, 52), 4326), $2, $3, 'test', $1, now())",
        )
        .bind(id)
        .bind(label)
        .bind(attributes)
        .execute(town.pool())
        .await
        .unwrap();
    }
    town.app.feed.refresh().await.unwrap();
    assert!(town.json("/ogc/collections/lamps/items").await.to_string().contains("Sekretna 7"));
    let mut fields = fields_of(&clerk.page("/desk/kinds/lamps").await);
    let field = format!("{}-private", row(&fields, "ref"));
    set(&mut fields, &field, "1");
    let (status, page) = send(&clerk, "/desk/kinds/lamps", &fields, "check").await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Nazwy obiektów") && page.contains("(1)"), "the check says so: {page}");
    let (status, text) = send(&clerk, "/desk/kinds/lamps", &fields_of(&page), "save").await;
    assert_eq!(status, 303, "{text}");
    let items = town.json("/ogc/collections/lamps/items").await.to_string();
    assert!(!items.contains("Sekretna") && items.contains("Przy ratuszu"), "{items}");
    assert_eq!(
        town.number("select count(*) from asset where attributes ->> 'ref' like 'Sekretna%'").await,
        2
    );
    assert_eq!(town.number("select rev::bigint from asset where source_id = '1'").await, 2);
    assert_eq!(town.number("select rev::bigint from asset where source_id = '2'").await, 1);
    assert_eq!(town.number("select count(*) from change_set where origin = 'kinds'").await, 1);
}
