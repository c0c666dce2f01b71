//! The round trip of a workbook: downloaded, edited, sent back, looked at, confirmed.

use exporters::{Column, ColumnType, Format, Metadata, Options, Value};
use importers::table::{self, Cell, InputFile};
use reqwest::Method;

use crate::support::{Client, Town};

const UPLOAD: &str = "/desk/imports/workbook";

async fn download(editor: &Client, kind: &str) -> Vec<u8> {
    let response = editor.get(&format!("/api/export/{kind}.xlsx?edit=true")).await;
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

/// Sends a workbook as the form does.
async fn upload(editor: &Client, name: &str, bytes: &[u8]) -> reqwest::Response {
    let mut body = Vec::new();
    body.extend(format!(
        "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n",
        editor.form_token
    ).as_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    editor
        .request(Method::POST, UPLOAD)
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
        .send()
        .await
        .unwrap()
}

/// The address of the difference to which an upload leads.
async fn difference(editor: &Client, bytes: &[u8]) -> String {
    let response = upload(editor, "trees.xlsx", bytes).await;
    let status = response.status();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    location.unwrap_or_else(|| panic!("{status}: no difference"))
}

/// A workbook as cells that can be changed, as a person would.
struct Sheet {
    names: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    fn read(kind: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("downloaded.xlsx");
        std::fs::write(&path, bytes).unwrap();
        let file = InputFile { path, name: "downloaded.xlsx".to_owned() };
        let options = table::Options { header_row: Some(1), ..table::Options::default() };
        let mut reader = table::open(&file, &options).unwrap();
        let layer = reader.overview().layers.iter().find(|layer| layer.name == kind).unwrap().clone();
        let mut rows = Vec::new();
        let mut each = |row: table::Row| {
            rows.push(row.cells);
            Ok(())
        };
        reader.read(kind, &mut each, &mut |_| {}).unwrap();
        Self { names: layer.columns, rows }
    }

    fn column(&self, name: &str) -> usize {
        let found = self.names.iter().position(|column| column == name);
        found.unwrap_or_else(|| panic!("{name} is not in {:?}", self.names))
    }

    fn set(&mut self, row: usize, name: &str, cell: Cell) {
        let column = self.column(name);
        self.rows[row].resize(self.names.len(), Cell::Empty);
        self.rows[row][column] = cell;
    }

    fn text(&self, row: usize, name: &str) -> String {
        match self.rows[row].get(self.column(name)) {
            Some(Cell::Text(text)) => text.clone(),
            other => panic!("{name}: {other:?}"),
        }
    }

    /// The same as a workbook that another program has saved.
    fn save(&self, kind: &str) -> Vec<u8> {
        let metadata =
            Metadata { title: kind.into(), collection: kind.into(), crs: 4326, ..Metadata::default() };
        let columns: Vec<Column> =
            self.names.iter().map(|name| Column::plain(name, ColumnType::Text)).collect();
        let value = |cell: &Cell| match cell {
            Cell::Empty | Cell::List(_) => Value::Null,
            Cell::Text(text) | Cell::Date(text) => Value::Text(text.clone()),
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Number(number) => Value::Number(*number),
            Cell::Bool(value) => Value::Bool(*value),
        };
        let rows = self.rows.iter().map(|cells| exporters::Row {
            id: String::new(),
            geometry: None,
            values: cells.iter().map(value).collect(),
        });
        let options = Options { shape: exporters::Shape::None, ..Options::default() };
        exporters::to_vec(Format::Xlsx, &metadata, &columns, &options, rows).unwrap()
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_that_was_not_edited_changes_nothing() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    for kind in ["trees", "lamps", "graves", "paths", "greens", "gates"] {
        let bytes = download(&editor, kind).await;
        for bytes in [bytes.clone(), Sheet::read(kind, &bytes).save(kind)] {
            let response = upload(&editor, "same.xlsx", &bytes).await;
            let status = response.status();
            let page = response.text().await.unwrap();
            assert_eq!(status, 200, "{kind}: {page}");
            assert!(page.contains("Arkusz niczego nie zmienia"), "{kind}: {page}");
        }
    }
    assert_eq!(town.number("select count(*) from draft").await, 0);
    assert_eq!(town.number("select count(*) from asset where rev > 1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edited_rows_are_shown_and_saved_as_one_change() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let mut sheet = Sheet::read("trees", &download(&editor, "trees").await);
    let before = town.number("select count(*) from asset where kind = 'trees' and status <> 'removed'").await;
    let (first, second) = (sheet.text(0, "id"), sheet.text(1, "id"));
    sheet.set(0, "Wysokość [m]", text("17,5"));
    sheet.set(0, "Rodzaj ulistnienia", text("Iglaste"));
    sheet.set(0, "Uwagi", text("=cmd|' /C calc'!A0"));
    sheet.set(1, "usuń", text("tak"));
    // A row that somebody deleted is no removal.
    sheet.rows.remove(2);
    let mut new = vec![Cell::Empty; sheet.names.len()];
    new[sheet.column("lon")] = Cell::Number(21.0031);
    new[sheet.column("lat")] = Cell::Number(52.0051);
    new[sheet.column("Gatunek (nazwa łacińska)")] = text("Tilia cordata");
    sheet.rows.push(new);
    let address = difference(&editor, &sheet.save("trees")).await;
    let page = editor.page(&address).await;
    assert!(page.contains("17,5") && page.contains("iglaste") && page.contains("Tilia cordata"), "{page}");
    assert_eq!(town.number("select count(*) from asset where rev > 1").await, 0, "nothing is saved yet");
    let saved = editor.post_form(&address, &[("comment", "Przegląd wiosenny")]).await;
    assert_eq!(saved.status(), 303);
    let change = saved.headers()["location"].to_str().unwrap().to_owned();
    assert!(editor.page(&change).await.contains("Przegląd wiosenny"));
    let tree = town.json(&format!("/ogc/collections/trees/items/{first}")).await;
    assert_eq!(tree["properties"]["height_m"], 17.5);
    assert_eq!(tree["properties"]["leaf_type"], "needleleaved");
    assert_eq!(tree["properties"]["note"], "=cmd|' /C calc'!A0");
    assert_eq!(tree["properties"]["rev"], 2);
    assert_eq!(town.get(&format!("/ogc/collections/trees/items/{second}")).await.status(), 404);
    let after = town.number("select count(*) from asset where kind = 'trees' and status <> 'removed'").await;
    assert_eq!(after, before, "one came, one went, the deleted row stays");
    assert_eq!(town.number("select count(*) from change_set where origin = 'import'").await, 1);
    // The whole import is taken back like any other change.
    assert_eq!(editor.post_form(&format!("{change}/undo"), &[("what", "all")]).await.status(), 303);
    assert_eq!(town.get(&format!("/ogc/collections/trees/items/{second}")).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cells_that_cannot_be_are_named_and_nothing_is_kept() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let mut sheet = Sheet::read("trees", &download(&editor, "trees").await);
    sheet.set(0, "Wysokość [m]", text("wysokie"));
    sheet.set(1, "Wysokość [m]", Cell::Integer(999));
    let response = upload(&editor, "trees.xlsx", &sheet.save("trees")).await;
    assert_eq!(response.status(), 422);
    let page = response.text().await.unwrap();
    assert!(
        page.contains("wiersz 2") && page.contains("wysokie") && page.contains("liczba, np. 12,5"),
        "{page}"
    );
    sheet.set(0, "Wysokość [m]", Cell::Number(8.0));
    sheet.set(2, "Status", text("zielone"));
    let id = sheet.text(3, "id");
    sheet.set(4, "id", text(&id));
    let page = upload(&editor, "trees.xlsx", &sheet.save("trees")).await.text().await.unwrap();
    assert!(page.contains("zielone") && page.contains("planowane"), "{page}");
    assert!(page.contains("wiersz 6"), "the same id with another version, or twice: {page}");
    sheet.set(2, "Status", text("planowane"));
    sheet.rows.truncate(3);
    let response = upload(&editor, "trees.xlsx", &sheet.save("trees")).await;
    assert_eq!(response.status(), 422, "the schema says at most 130 m");
    let page = response.text().await.unwrap();
    assert!(page.contains("wiersz 3") && page.contains("Wysokość") && page.contains("999"), "{page}");
    assert_eq!(town.number("select count(*) from draft").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_changed_meanwhile_is_chosen_field_by_field() {
    let town = Town::village().await;
    let (editor, other) = (town.staff("editor").await, town.staff("editor").await);
    let original = download(&editor, "trees").await;
    let mut theirs = Sheet::read("trees", &original);
    let id = theirs.text(0, "id");
    theirs.set(0, "Wysokość [m]", Cell::Number(21.25));
    theirs.set(0, "Uwagi", text("Cudza uwaga"));
    let address = difference(&other, &theirs.save("trees")).await;
    assert_eq!(other.post_form(&address, &[]).await.status(), 303);
    let mut mine = Sheet::read("trees", &original);
    mine.set(0, "Wysokość [m]", Cell::Number(11.75));
    mine.set(0, "Numer drzewa", text("M-1"));
    let address = difference(&editor, &mine.save("trees")).await;
    let page = editor.page(&address).await;
    assert!(page.contains("11,75") && page.contains("21,25"), "{page}");
    let name = format!("choice|{id}|2|attributes.height_m");
    assert!(page.contains(&name), "{page}");
    assert!(!page.contains("attributes.note"), "what only one changed is no conflict");
    assert_eq!(editor.post_form(&address, &[]).await.status(), 409);
    assert_eq!(editor.post_form(&address, &[(&name, "mine")]).await.status(), 303);
    let tree = town.json(&format!("/ogc/collections/trees/items/{id}")).await;
    assert_eq!(tree["properties"]["height_m"], 11.75);
    assert_eq!(tree["properties"]["note"], "Cudza uwaga");
    assert_eq!(tree["properties"]["ref"], "M-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_ones_own_and_can_be_given_up() {
    let town = Town::village().await;
    let (editor, other) = (town.staff("editor").await, town.staff("editor").await);
    let mut sheet = Sheet::read("trees", &download(&editor, "trees").await);
    sheet.set(0, "Wysokość [m]", Cell::Number(9.5));
    let address = difference(&editor, &sheet.save("trees")).await;
    assert_eq!(other.get(&address).await.status(), 404);
    assert_eq!(other.post_form(&address, &[]).await.status(), 404);
    assert_eq!(editor.post_form(&format!("{address}/give-up"), &[]).await.status(), 303);
    assert_eq!(editor.post_form(&address, &[]).await.status(), 409);
    assert_eq!(town.number("select count(*) from asset where rev > 1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_no_such_workbook_are_refused_with_a_reason() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let public = town.get("/api/export/trees.xlsx").await.bytes().await.unwrap().to_vec();
    let csv = b"id;rev;a\n1;2;3\n".to_vec();
    for (name, bytes, said) in [
        ("broken.xlsx", b"PK\x03\x04this is no workbook".to_vec(), "nie da się odczytać"),
        ("nothing.xlsx", Vec::new(), "Wybierz plik"),
        ("list.csv", csv, "To nie jest arkusz"),
    ] {
        let response = upload(&editor, name, &bytes).await;
        assert_eq!(response.status(), 422, "{name}");
        let page = response.text().await.unwrap();
        assert!(page.contains(said), "{name}: {page}");
    }
    // A download for everybody has id and rev too, and comes back unchanged.
    assert_eq!(upload(&editor, "public.xlsx", &public).await.status(), 200);
    let forester = town.staff_with(&[("editor", Some(&["lamps"]))]).await;
    assert_eq!(forester.get("/api/export/trees.xlsx?edit=true").await.status(), 403);
    assert_eq!(upload(&forester, "trees.xlsx", &download(&editor, "trees").await).await.status(), 403);
    let response = upload(&editor, "large.xlsx", &vec![0; 51 << 20]).await;
    assert!(matches!(response.status().as_u16(), 413 | 422), "{}", response.status());
}
