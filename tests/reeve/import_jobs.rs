//! The wizard for imports through its doors: files in pieces, each step, exclusion, undo, rights.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Town};

const PIECE: &str = "application/offset+octet-stream";

/// Trees with keys of their own: one without a position, one with a girth that is no number.
fn trees(town: &Place) -> String {
    let (lon, lat) = (town.lon, town.lat);
    let at = |n: f64| format!("{:.6};{:.6}", lon + n * 0.0003, lat + n * 0.0002);
    format!(
        "nr;lon;lat;gatunek;obwod\nW-1;{};Tilia cordata;120\nW-2;{};Quercus robur;bardzo gruby\n\
         W-3;;;Acer platanoides;80\nW-4;{};Betula pendula;60\n",
        at(0.0),
        at(1.0),
        at(2.0)
    )
}

const MAPPING: &str = r#"
name = "Drzewa na próbę"
source = "proba-drzewa"

[[tables]]
into = "trees"
key = "nr"

[tables.position]
x = "lon"
y = "lat"
srid = 4326

[tables.attributes]
ref = "nr"
species = "gatunek"
girth_130_cm = "obwod"
"#;

/// Somewhere in the made-up village.
struct Place {
    lon: f64,
    lat: f64,
}

async fn place(town: &Town) -> Place {
    let (lon, lat) = sqlx::query_as(
        "select st_x(st_centroid(st_extent(geom))), st_y(st_centroid(st_extent(geom))) from asset",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    Place { lon, lat }
}

async fn begin(staff: &Client) -> String {
    let response = staff.send_json(Method::POST, "/api/desk/imports", &json!({})).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let told: Value = response.json().await.unwrap();
    told["id"].as_str().unwrap().to_owned()
}

async fn announce(staff: &Client, job: &str, name: &str, bytes: usize) -> Response {
    staff
        .request(Method::POST, &format!("/api/desk/imports/{job}/files"))
        .header("tus-resumable", "1.0.0")
        .header("upload-length", bytes.to_string())
        .header("upload-metadata", format!("filename {}", STANDARD.encode(name)))
        .send()
        .await
        .unwrap()
}

async fn piece(staff: &Client, address: &str, offset: usize, bytes: &[u8]) -> Response {
    staff
        .request(Method::PATCH, address)
        .header("tus-resumable", "1.0.0")
        .header("content-type", PIECE)
        .header("upload-offset", offset.to_string())
        .body(bytes.to_vec())
        .send()
        .await
        .unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

async fn bring(staff: &Client, job: &str, name: &str, bytes: &[u8]) {
    let announced = announce(staff, job, name, bytes.len()).await;
    assert_eq!(announced.status(), StatusCode::CREATED);
    let address = header(&announced, "location");
    if !bytes.is_empty() {
        assert_eq!(piece(staff, &address, 0, bytes).await.status(), StatusCode::NO_CONTENT);
    }
}

async fn post(staff: &Client, job: &str, what: &str, body: Value) -> Response {
    let path = format!("/api/desk/imports/{job}/{what}");
    staff.send_json(Method::POST, &path, &body).await
}

async fn told(staff: &Client, job: &str) -> Value {
    serde_json::from_str(&staff.page(&format!("/api/desk/imports/{job}")).await).unwrap()
}

/// Waits until nothing runs any more.
async fn rest(staff: &Client, job: &str) -> Value {
    let begun = Instant::now();
    loop {
        let now = told(staff, job).await;
        if now["running"].is_null() {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "still at work: {now}");
        tokio::task::yield_now().await;
    }
}

async fn inspected(staff: &Client, job: &str) -> Value {
    assert_eq!(post(staff, job, "inspect", json!({})).await.status(), StatusCode::ACCEPTED);
    rest(staff, job).await
}

/// An import of the trees, compared with the registry.
async fn reviewed(staff: &Client, csv: &str) -> String {
    let job = begin(staff).await;
    bring(staff, &job, "drzewa.csv", csv.as_bytes()).await;
    assert_eq!(inspected(staff, &job).await["state"], "inspected");
    let path = format!("/api/desk/imports/{job}/mapping");
    let response = staff.send_json(Method::PUT, &path, &json!({ "toml": MAPPING })).await;
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    assert_eq!(post(staff, &job, "compare", json!({})).await.status(), StatusCode::ACCEPTED);
    let now = rest(staff, &job).await;
    assert_eq!(now["state"], "reviewed", "{now}");
    job
}

#[tokio::test]
async fn a_broken_upload_goes_on_where_it_ended() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let job = begin(&editor).await;
    let terms =
        editor.request(Method::OPTIONS, &format!("/api/desk/imports/{job}/files")).send().await.unwrap();
    assert_eq!(
        (header(&terms, "tus-version"), header(&terms, "tus-max-size")),
        ("1.0.0".into(), "536870912".into())
    );
    let whole = "a;b\n1;2\n".repeat(500);
    let announced = announce(&editor, &job, "spis ąę.csv", whole.len()).await;
    assert_eq!(announced.status(), StatusCode::CREATED);
    let address = header(&announced, "location");
    let first = piece(&editor, &address, 0, &whole.as_bytes()[..1000]).await;
    assert_eq!((first.status(), header(&first, "upload-offset")), (StatusCode::NO_CONTENT, "1000".into()));
    // As a browser that was closed meanwhile asks.
    let head = editor.request(Method::HEAD, &address).send().await.unwrap();
    assert_eq!(header(&head, "upload-offset"), "1000");
    assert_eq!(header(&head, "upload-length"), whole.len().to_string());
    assert_eq!(header(&head, "cache-control"), "no-store");
    // The same file once more is the same file.
    let again = announce(&editor, &job, "spis ąę.csv", whole.len()).await;
    assert_eq!((again.status(), header(&again, "upload-offset")), (StatusCode::OK, "1000".into()));
    // A piece for another place is refused and says where to go on.
    let wrong = piece(&editor, &address, 500, b"x").await;
    assert_eq!(wrong.status(), StatusCode::CONFLICT);
    let problem: Value = wrong.json().await.unwrap();
    assert_eq!(problem["more"]["offset"], 1000);
    let untyped =
        editor.request(Method::PATCH, &address).header("upload-offset", "1000").body("x").send().await;
    assert_eq!(untyped.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // Nothing is looked at before all has arrived.
    let early = post(&editor, &job, "inspect", json!({})).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let rest = piece(&editor, &address, 1000, &whole.as_bytes()[1000..]).await;
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
    let now = inspected(&editor, &job).await;
    assert_eq!(now["files"][0]["name"], "spis ąę.csv");
    let sum: String = {
        use sha2::Digest;
        sha2::Sha256::digest(whole.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    assert_eq!(now["files"][0]["sha256"], sum.as_str());
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_sent() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let job = begin(&editor).await;
    let announced = announce(&editor, &job, "wszystko.gpkg", 2_000_000_000).await;
    assert_eq!(announced.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(announced.text().await.unwrap().contains("512"));
    let address = header(&announce(&editor, &job, "a.csv", 10).await, "location");
    let beyond = piece(&editor, &address, 0, b"twelve bytes").await;
    assert_eq!(beyond.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let address = header(&announce(&editor, &job, "b.csv", 20 << 20).await, "location");
    let large = piece(&editor, &address, 0, &vec![b'x'; (8 << 20) + 1]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let nothing: Value = told(&editor, &job).await;
    assert!(nothing["files"].as_array().unwrap().iter().all(|file| file["received"] == 0), "{nothing}");
}

#[tokio::test]
async fn files_that_cannot_be_read_say_why_in_the_clerks_language() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    // A workbook with a password is an OLE container that holds an encrypted package.
    let mut locked = vec![0u8; 4096];
    locked[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    for (at, letter) in "EncryptedPackage".encode_utf16().enumerate() {
        locked[1024 + at * 2..1026 + at * 2].copy_from_slice(&letter.to_le_bytes());
    }
    for (name, bytes, words) in [
        ("pusty.csv", Vec::new(), "pusty"),
        ("obraz.bin", vec![0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 255, 254], "nie znamy"),
        ("spis.xlsx", locked, "spis.xlsx"),
    ] {
        let job = begin(&editor).await;
        bring(&editor, &job, name, &bytes).await;
        let now = inspected(&editor, &job).await;
        assert_eq!(now["state"], "uploading", "{now}");
        let failure = now["failure"].as_str().unwrap_or_default();
        assert!(failure.contains(words) && failure.contains(name), "{name}: {now}");
        let page = editor.page(&format!("/desk/imports/{job}/files")).await;
        assert!(page.contains("Nie udało się"), "{name}");
    }
}

#[tokio::test]
async fn an_import_goes_through_all_steps_and_back() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let csv = trees(&place(&town).await);
    let before = town.number("select count(*) from asset where status <> 'removed'").await;
    let job = reviewed(&editor, &csv).await;
    let now = told(&editor, &job).await;
    assert_eq!(
        (now["counts"]["read"].as_i64(), now["counts"]["rejected"].as_i64()),
        (Some(4), Some(1)),
        "{now}"
    );
    assert_eq!(town.number("select count(*) from asset where source = 'proba-drzewa'").await, 0);
    // The review: a page, rows as GeoJSON, what was refused.
    let page = editor.page(&format!("/desk/imports/{job}/review")).await;
    assert!(page.contains("aria-current=\"step\"") && page.contains("W-1"), "{page}");
    let items = editor.page(&format!("/api/desk/imports/{job}/items?group=new&bbox=-180,-90,180,90")).await;
    let items: Value = serde_json::from_str(&items).unwrap();
    assert_eq!(items["features"].as_array().unwrap().len(), 3, "{items}");
    let rejected = editor.page(&format!("/api/desk/imports/{job}/rejected")).await;
    let rejected: Value = serde_json::from_str(&rejected).unwrap();
    let rows: Vec<_> = rejected["items"].as_array().unwrap().iter().map(|one| one["row"].as_i64()).collect();
    assert_eq!(rows, [Some(3), Some(4)], "{rejected}");
    assert_eq!(
        (&rejected["items"][0]["column"], &rejected["items"][0]["found"]),
        (&json!("obwod"), &json!("bardzo gruby"))
    );
    // One row stays out.
    let key = json!({ "kind": "trees", "source_id": items["features"][2]["properties"]["source_id"] });
    let response = post(&editor, &job, "excluded", json!({ "exclude": [key] })).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(editor.page(&format!("/desk/imports/{job}/review")).await.contains("pominięty ręcznie"));
    let report = editor.get(&format!("/desk/imports/{job}/report.xlsx")).await;
    assert_eq!(report.status(), 200);
    assert!(report.bytes().await.unwrap().starts_with(b"PK"));
    // All of it as one change.
    let nothing = post(&editor, &job, "apply", json!({ "new": false, "changed": false })).await;
    assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&editor, &job, "apply", json!({})).await.status(), StatusCode::ACCEPTED);
    let now = rest(&editor, &job).await;
    assert_eq!(now["state"], "applied", "{now}");
    let change = now["change_set"].as_str().unwrap().to_owned();
    assert_eq!(town.number("select count(*) from asset where source = 'proba-drzewa'").await, 2);
    assert!(editor.page(&format!("/desk/changes/{change}")).await.contains("Wczytanie"));
    let twice = post(&editor, &job, "apply", json!({})).await;
    assert_eq!(twice.status(), StatusCode::CONFLICT);
    // The same file once more: only what was left out is new.
    let second = reviewed(&editor, &csv).await;
    let counts = told(&editor, &second).await["counts"].clone();
    assert_eq!((counts["new"].as_i64(), counts["unchanged"].as_i64()), (Some(1), Some(2)), "{counts}");
    // And back, by the button of the page.
    assert!(editor.page(&format!("/desk/imports/{job}/done")).await.contains("Cofnij całe wczytanie"));
    let undone = editor.post_form(&format!("/desk/imports/{job}/undo"), &[]).await;
    assert_eq!(undone.status(), StatusCode::SEE_OTHER);
    assert_eq!(told(&editor, &job).await["state"], "undone");
    let after = town.number("select count(*) from asset where status <> 'removed'").await;
    assert_eq!(after, before);
    assert!(editor.page("/desk/imports").await.contains("cofnięte"));
}

#[tokio::test]
async fn an_undo_that_meets_later_changes_says_which_and_can_leave_them() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let csv = trees(&place(&town).await);
    let job = reviewed(&editor, &csv).await;
    post(&editor, &job, "apply", json!({})).await;
    assert_eq!(rest(&editor, &job).await["state"], "applied");
    let tree = town.asset("trees", "W-1").await;
    let response = editor
        .request(Method::PATCH, &format!("/ogc/collections/trees/items/{tree}"))
        .header("content-type", "application/merge-patch+json")
        .header("if-match", "\"1\"")
        .body(json!({ "properties": { "girth_130_cm": 125 } }).to_string())
        .send()
        .await
        .unwrap();
    assert!(response.status().is_success(), "{}", response.text().await.unwrap());
    let clash = editor.post_form(&format!("/desk/imports/{job}/undo"), &[]).await;
    assert_eq!(clash.status(), StatusCode::CONFLICT);
    let page = clash.text().await.unwrap();
    assert!(page.contains(&tree) && page.contains(&editor.email), "{page}");
    let rest = editor.post_form(&format!("/desk/imports/{job}/undo"), &[("later", "stays")]).await;
    assert_eq!(rest.status(), StatusCode::SEE_OTHER);
    let left = "select count(*) from asset where source = 'proba-drzewa' and status <> 'removed'";
    assert_eq!(town.number(left).await, 1);
}

#[tokio::test]
async fn the_pages_work_without_scripts() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let begun = editor.post_form("/desk/imports", &[]).await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    let files = header(&begun, "location");
    let job = files.split('/').nth(3).unwrap().to_owned();
    let csv = trees(&place(&town).await);
    let form = format!(
        "--ab\r\ncontent-disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--ab\r\ncontent-disposition: form-data; \
         name=\"file\"; filename=\"drzewa.csv\"\r\ncontent-type: text/csv\r\n\r\n{csv}\r\n--ab--\r\n",
        editor.form_token
    );
    let sent = editor
        .request(Method::POST, &files)
        .header("content-type", "multipart/form-data; boundary=ab")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{}", sent.text().await.unwrap());
    assert!(editor.page(&files).await.contains("drzewa.csv"));
    let going = editor.post_form(&format!("/desk/imports/{job}/inspect"), &[]).await;
    assert_eq!(going.status(), StatusCode::SEE_OTHER);
    rest(&editor, &job).await;
    // The page to which the button leads goes on, were all done before it came; so does the import's own address.
    for path in [header(&going, "location"), format!("/desk/imports/{job}")] {
        let step = editor.get(&path).await;
        assert_eq!(header(&step, "location"), format!("/desk/imports/{job}/position"), "{path}");
    }
    assert!(editor.page(&files).await.contains("drzewa.csv"), "one may go back to the files");
    // A mapping that makes no sense says where.
    let columns = format!("/desk/imports/{job}/columns");
    let position = editor.page(&format!("/desk/imports/{job}/position")).await;
    assert!(position.contains("EPSG:4326"), "{position}");
    let confirmed = editor
        .post_form(&format!("/desk/imports/{job}/position"), &[("do", "confirm"), ("t0-guess", "0")])
        .await;
    assert_eq!(confirmed.status(), StatusCode::SEE_OTHER, "{}", confirmed.text().await.unwrap());
    assert_eq!(header(&confirmed, "location"), columns);
    let wrong = editor.post_form(&columns, &[("do", "toml"), ("toml", "name = ")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("nie da się odczytać"));
    let used = editor.post_form(&columns, &[("do", "toml"), ("toml", MAPPING)]).await;
    assert_eq!(used.status(), StatusCode::SEE_OTHER);
    let page = editor.page(&columns).await;
    assert!(page.contains("gatunek") && page.contains("Tilia cordata"));
    // Saved under a name, it is there for the next file.
    let saved = editor
        .post_form(
            &columns,
            &[("do", "save-as"), ("name", "Nasze drzewa"), ("t0-key", "columns"), ("t0-c0-key", "1")],
        )
        .await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER, "{}", saved.text().await.unwrap());
    let compared = editor.post_form(&columns, &[("do", "next")]).await;
    assert_eq!(header(&compared, "location"), format!("/desk/imports/{job}/review"));
    assert_eq!(rest(&editor, &job).await["counts"]["new"], 3);
    let other = begin(&editor).await;
    bring(&editor, &other, "drzewa.csv", csv.as_bytes()).await;
    assert_eq!(inspected(&editor, &other).await["mapping_name"], "Nasze drzewa");
    // Rows are left out, and the rest goes in.
    let review = format!("/desk/imports/{job}/review");
    let left_out = [("do", "leave-out"), ("shown", "trees|W-1"), ("out", "trees|W-1"), ("here", &review)];
    assert_eq!(editor.post_form(&review, &left_out).await.status(), StatusCode::SEE_OTHER);
    let applied = editor.post_form(&review, &[("do", "apply"), ("accept", "new")]).await;
    assert_eq!(applied.status(), StatusCode::SEE_OTHER);
    assert_eq!(rest(&editor, &job).await["state"], "applied");
    assert!(editor.page(&format!("/desk/imports/{job}/done")).await.contains("Wczytane"));
    assert_eq!(town.number("select count(*) from asset where source = 'proba-drzewa'").await, 2);
}

#[tokio::test]
async fn an_editor_of_lamps_brings_in_no_trees() {
    let town = Town::village().await;
    let lamps = town.staff_with(&[("editor", Some(&["lamps"]))]).await;
    let job = begin(&lamps).await;
    bring(&lamps, &job, "drzewa.csv", trees(&place(&town).await).as_bytes()).await;
    inspected(&lamps, &job).await;
    let path = format!("/api/desk/imports/{job}/mapping");
    let refused = lamps.send_json(Method::PUT, &path, &json!({ "toml": MAPPING })).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let refused =
        lamps.send_json(Method::PUT, "/api/desk/import-mappings/x", &json!({ "toml": MAPPING })).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    // Nor does somebody else's import open to them.
    let editor = town.staff("editor").await;
    let theirs = begin(&editor).await;
    assert_eq!(lamps.get(&format!("/api/desk/imports/{theirs}")).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_task_whose_node_ended_can_be_started_again() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let job = reviewed(&editor, &trees(&place(&town).await)).await;
    sqlx::query(
        "update import_job set task = 'dry_run', task_mark = gen_random_uuid(), task_phase = 'working',
                task_fraction = 0.4, heartbeat_at = now() - interval '2 minutes' where id = $1::uuid",
    )
    .bind(&job)
    .execute(town.pool())
    .await
    .unwrap();
    let page = editor.page(&format!("/desk/imports/{job}/review")).await;
    assert!(page.contains("Zacznij jeszcze raz"), "{page}");
    assert_eq!(told(&editor, &job).await["running"]["dead"], true);
    let again = editor.post_form(&format!("/desk/imports/{job}/again"), &[]).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    let now = rest(&editor, &job).await;
    assert_eq!((now["state"].as_str(), now["failure"].as_str()), (Some("reviewed"), None));
}

#[tokio::test]
async fn imports_that_nobody_goes_on_with_are_swept_away() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let job = begin(&editor).await;
    bring(&editor, &job, "a.csv", b"a;b\n1;2\n").await;
    town.app.imports.sweep(&crate::support::ctx()).await.unwrap();
    assert_eq!(told(&editor, &job).await["state"], "uploading");
    sqlx::query("update import_job set updated_at = now() - interval '8 days'")
        .execute(town.pool())
        .await
        .unwrap();
    town.app.imports.sweep(&crate::support::ctx()).await.unwrap();
    assert_eq!(told(&editor, &job).await["state"], "abandoned");
    assert_eq!(town.number("select count(*) from import_file where objects <> '{}'").await, 0);
    let late = announce(&editor, &job, "b.csv", 3).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
}
