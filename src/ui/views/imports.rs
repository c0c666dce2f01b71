//! The wizard for imports: history, files, position, columns, review, what became of it.

use askama::Template;

use super::{Choice, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, script_json},
};

/// One step of the wizard, in the list above each page.
#[derive(Debug, Clone)]
pub struct ImportStep {
    /// "Pliki".
    pub title: String,
    /// Its page, when one may go there now.
    pub href: Option<String>,
    /// Whether it is the page's own.
    pub current: bool,
    /// Whether it lies behind.
    pub done: bool,
}

/// What every page of one import shows above its own matter.
#[derive(Debug, Clone)]
pub struct ImportHead {
    /// Address of the import, without a slash at the end.
    pub base: String,
    /// Address of its JSON door.
    pub api: String,
    /// "Wczytanie 12".
    pub number: String,
    /// What people call it.
    pub name: String,
    /// The steps.
    pub steps: Vec<ImportStep>,
    /// What runs now.
    pub running: Option<ImportRunning>,
    /// Why the last task came to nothing.
    pub failure: Option<String>,
    /// Whether it can be given up.
    pub may_abandon: bool,
}

impl ImportHead {
    /// What the pages' script says, as JSON that can stand inside a script element.
    #[must_use]
    pub fn script_texts(&self, t: &Texts) -> String {
        script_json(&t.for_browser(&["imports-js-"]))
    }
}

/// Work in the background.
#[derive(Debug, Clone)]
pub struct ImportRunning {
    /// "Porównuję z rejestrem".
    pub title: String,
    /// "czeka na inne wczytanie", "w toku, 40%".
    pub said: String,
    /// Per cent that is done.
    pub percent: u8,
    /// Whether nothing was heard of it for a minute.
    pub dead: bool,
}

/// One import of the history.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Its page.
    pub href: String,
    /// "12".
    pub number: String,
    /// What people call it.
    pub name: String,
    /// When it was begun, as people say it.
    pub when: String,
    /// Who began it.
    pub who: String,
    /// "wczytane".
    pub state: String,
    /// Style of the state: `good`, `unsure`, `bad`, `plain`.
    pub style: &'static str,
    /// "1 204 nowych, 3 zmienione".
    pub counts: String,
    /// The change that it became.
    pub change: Option<String>,
}

/// `/desk/imports`: the history of imports.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/imports.html")]
pub struct ImportsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The imports, the latest first.
    pub imports: Vec<ImportRow>,
    /// The next page.
    pub next: Option<String>,
}

/// A file of an import.
#[derive(Debug, Clone)]
pub struct ImportFileRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// "3,4 MB".
    pub size: String,
    /// Bytes of the whole.
    pub bytes: i64,
    /// Per cent that has arrived.
    pub percent: u8,
    /// Whether all of it has.
    pub whole: bool,
    /// Why it could not be read, once it was looked at.
    pub problem: Option<String>,
    /// "CSV, UTF-8, 3 235 wierszy".
    pub found: Option<String>,
}

/// The first step: files.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/files.html")]
pub struct ImportFilesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// Its files.
    pub files: Vec<ImportFileRow>,
    /// Whether files may be added and removed.
    pub may_change: bool,
    /// Whether one may go on.
    pub may_go_on: bool,
    /// "Największy plik: 512 MB".
    pub limits: String,
    /// Files that a form without scripts could not bring.
    pub faults: Vec<String>,
}

/// One reading of where things stand.
#[derive(Debug, Clone)]
pub struct PositionChoice {
    /// What the form sends.
    pub value: String,
    /// "Kolumny X i Y, EPSG:2178 (PL-2000 strefa 7)".
    pub title: String,
    /// Why it is thought so.
    pub why: String,
    /// Whether nothing else is possible.
    pub certain: bool,
    /// Whether it is chosen.
    pub chosen: bool,
    /// "2 036 wierszy w punkcie 0, 0".
    pub notes: Vec<String>,
}

/// Where the things of one table stand.
#[derive(Debug, Clone)]
pub struct PositionTable {
    /// Names of its fields begin so.
    pub prefix: String,
    /// "drzewa.csv".
    pub title: String,
    /// "Drzewa".
    pub kind: String,
    /// Readings.
    pub choices: Vec<PositionChoice>,
    /// Systems of coordinates.
    pub systems: Vec<Choice>,
    /// Whether the axes are the other way round.
    pub swapped: bool,
    /// Sample positions as they lie on the map: number and coordinates.
    pub samples: Vec<(u32, String)>,
    /// What is wrong with the choice.
    pub fault: Option<String>,
}

/// The second step: position.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/position.html")]
pub struct ImportPositionPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// Tables whose things have a place.
    pub tables: Vec<PositionTable>,
    /// Map drawn on the server, SVG; empty without one.
    pub drawn: String,
    /// Whether samples can be shown on the map.
    pub has_map: bool,
}

/// A group of things that a column may fill.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// "Cechy".
    pub title: String,
    /// Its choices.
    pub choices: Vec<Choice>,
}

/// One column of a file.
#[derive(Debug, Clone)]
pub struct ColumnRow {
    /// Names of its fields begin so.
    pub prefix: String,
    /// Its name as the file has it.
    pub name: String,
    /// "liczby, od 0 do 435".
    pub looks: String,
    /// "wypełniona w 3 182 z 3 235 wierszy".
    pub filled: String,
    /// Values with their numbers, the commonest first.
    pub samples: Vec<(String, String)>,
    /// "386 tylko m/d, 0 tylko d/m, 235 w obie strony".
    pub dates: Vec<String>,
    /// Whether it says where things stand.
    pub position: bool,
    /// What it may fill.
    pub targets: Vec<TargetGroup>,
    /// Whether it fills something.
    pub used: bool,
    /// Units of its numbers; empty where it has none.
    pub units: Vec<Choice>,
    /// Values with those of the registry, one pair a line; `None` where the target has no list.
    pub values: Option<String>,
    /// Values that the registry knows, for whoever writes the list.
    pub known_values: String,
    /// Whether its blank cells repeat the cell above.
    pub fill_down: bool,
    /// Whether it belongs to the key.
    pub key: bool,
}

/// What one layer means.
#[derive(Debug, Clone)]
pub struct ColumnsTable {
    /// Names of its fields begin so.
    pub prefix: String,
    /// Its place among the tables, from 0.
    pub index: usize,
    /// "drzewa.csv".
    pub title: String,
    /// "3 235 wierszy".
    pub rows: String,
    /// Kinds that it may fill.
    pub kinds: Vec<Choice>,
    /// What makes a row the same thing in the next delivery.
    pub keys: Vec<Choice>,
    /// What people call the thing.
    pub labels: Vec<Choice>,
    /// Order of day and month.
    pub dates: Vec<Choice>,
    /// "Kolumna died: 386 tylko m/d, …".
    pub date_evidence: Vec<String>,
    /// Whether a record may be broken over two rows.
    pub join_broken: bool,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
    /// Attributes that the registry wants and no column fills.
    pub wanted: Vec<String>,
}

/// A layer that nothing reads.
#[derive(Debug, Clone)]
pub struct UnreadLayer {
    /// What the button sends.
    pub value: String,
    /// "dane-EGiB.gml, EGB_PunktGraniczny, 80 wierszy".
    pub title: String,
}

/// The third step: columns.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/columns.html")]
pub struct ImportColumnsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// "Użyto zapisanego opisu „Drzewa Krakowa”."
    pub said: Option<String>,
    /// What is wrong: where, and what.
    pub faults: Vec<Link>,
    /// Tables of the mapping.
    pub tables: Vec<ColumnsTable>,
    /// Layers that nothing reads.
    pub unread: Vec<UnreadLayer>,
    /// Mappings that can be used again.
    pub saved: Vec<Choice>,
    /// Name under which the mapping would be saved.
    pub name: String,
    /// The mapping as text.
    pub toml: String,
    /// What is wrong with the text.
    pub toml_fault: Option<String>,
}

/// One field of a row of the review.
#[derive(Debug, Clone)]
pub struct ReviewField {
    /// "Wysokość".
    pub title: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// One row of the review.
#[derive(Debug, Clone)]
pub struct ReviewRow {
    /// What names it in the form.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// The thing in the registry.
    pub href: Option<String>,
    /// "Drzewo".
    pub kind: String,
    /// "drzewa.csv, wiersz 17".
    pub at: String,
    /// What differs.
    pub fields: Vec<ReviewField>,
    /// Why it is doubtful, in words.
    pub doubts: Vec<String>,
    /// "1,2 m od".
    pub near: Option<Link>,
    /// Whether it is left out.
    pub excluded: bool,
}

/// A group of the review.
#[derive(Debug, Clone)]
pub struct ReviewGroup {
    /// Its stable name.
    pub name: &'static str,
    /// "Nowe".
    pub title: String,
    /// What it means.
    pub hint: String,
    /// How many rows.
    pub count: String,
    /// Whether there are none.
    pub empty: bool,
    /// Whether it goes in unless the clerk says otherwise.
    pub ticked: bool,
    /// "3 pominięte".
    pub excluded: Option<String>,
    /// Its table.
    pub href: String,
    /// Whether its table is shown.
    pub current: bool,
}

/// A value that was refused.
#[derive(Debug, Clone)]
pub struct RejectedView {
    /// "drzewa.csv".
    pub file: String,
    /// "17".
    pub row: String,
    /// "Obwód".
    pub column: String,
    /// What was found.
    pub found: String,
    /// What is expected.
    pub expected: String,
    /// "wiersz odrzucony".
    pub what: String,
    /// Whether the whole row stays out.
    pub whole_row: bool,
}

/// The fourth step: review.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/review.html")]
pub struct ImportReviewPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// Whether the comparison is there.
    pub ready: bool,
    /// "3 235 wierszy w plikach".
    pub read: String,
    /// Groups that may go in.
    pub groups: Vec<ReviewGroup>,
    /// "Bez zmian: 1 204", "Pominięte celowo: 5".
    pub others: Vec<String>,
    /// "2 036 wierszy i 14 wartości odrzucono"; empty when nothing was.
    pub rejected_said: String,
    /// Their table.
    pub rejected_href: String,
    /// The title of the table that is shown.
    pub table_title: String,
    /// The group whose table is shown; empty for what was refused.
    pub group: &'static str,
    /// Rows of the group.
    pub rows: Vec<ReviewRow>,
    /// What was refused.
    pub rejected: Vec<RejectedView>,
    /// Whether the table of what was refused is shown.
    pub shows_rejected: bool,
    /// First page, when another one is shown.
    pub first: Option<String>,
    /// Next page.
    pub next: Option<String>,
    /// Where rows are left out.
    pub here: String,
    /// Address of the rows as GeoJSON, for the map.
    pub items: String,
    /// Whether there is anything to be shown on a map.
    pub has_map: bool,
    /// Whether nothing would go in.
    pub nothing: bool,
}

/// The last step: what became of it.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/done.html")]
pub struct ImportDonePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// "Wczytano 24 listopada 2026, 14:05, klerk@reeve.example".
    pub when: String,
    /// "1 204 nowych, 3 zmienione".
    pub counts: String,
    /// The change.
    pub change: Option<Link>,
    /// The change that took it back.
    pub undone_by: Option<Link>,
    /// Whether it was taken back.
    pub undone: bool,
    /// Whether it can be taken back.
    pub may_undo: bool,
    /// "2 036 wierszy i 14 wartości odrzucono"; empty when nothing was.
    pub rejected_said: String,
    /// Whether the report can still be made.
    pub has_report: bool,
}

/// A thing that changed after an import that is to be taken back.
#[derive(Debug, Clone)]
pub struct ImportClash {
    /// The thing.
    pub thing: Link,
    /// Who changed it after, and when.
    pub said: String,
    /// "Wysokość: 12 m".
    pub fields: Vec<String>,
}

/// What cannot be taken back without a choice.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/wizard/clash.html")]
pub struct ImportClashPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The import.
    pub head: ImportHead,
    /// Things that changed after it.
    pub clashes: Vec<ImportClash>,
    /// How many more there are.
    pub more: u64,
    /// What would not be valid.
    pub faults: Vec<Link>,
}
