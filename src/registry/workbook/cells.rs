//! Cells against values: whether a cell still shows what was written, and what it says if not. Pure.

use exporters::{Column, ColumnType, Value};
use importers::table::Cell;
use serde_json::Value as Json;

use crate::platform::i18n::Texts;

/// Most characters of a cell; longer texts were cut when the workbook was written.
const CELL_CHARACTERS: usize = 32_767;

/// A column in both languages: the workbook may have been made in either.
#[derive(Debug, Clone)]
pub(super) struct Bilingual {
    pub(super) polish: Column,
    pub(super) english: Column,
}

impl Bilingual {
    fn kind(&self) -> ColumnType {
        self.polish.kind
    }

    /// The value whose key or label the text is, whatever its case.
    fn choice(&self, text: &str) -> Option<&str> {
        let wanted = text.to_lowercase();
        let all = || self.polish.choices.iter().chain(&self.english.choices);
        let exact = all().find(|(value, label)| value == text || label == text);
        let found = exact.or_else(|| {
            all().find(|(value, label)| {
                value.to_lowercase() == wanted || label.trim().to_lowercase() == wanted
            })
        });
        found.map(|(value, _)| value.as_str())
    }
}

/// Text as cells hold it: without blanks at its ends, line ends alike.
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// A cell as text; `None` for nothing.
pub(super) fn text_of(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Empty => return None,
        Cell::Text(text) => tidy(text),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::Date(text) => text.clone(),
        Cell::List(cells) => cells.iter().filter_map(text_of).collect::<Vec<_>>().join("; "),
    };
    (!text.is_empty()).then_some(text)
}

fn number_of(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Number(number) => Some(*number),
        Cell::Text(text) => {
            let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            text.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
        }
        _ => None,
    }
}

/// Whether a cell shows the value, in whichever language.
pub(super) fn shows(column: &Bilingual, value: &Value, cell: &Cell) -> bool {
    let Some(text) = text_of(cell) else { return is_nothing(value) };
    let labelled = |value: &str| {
        let label = |column: &Column| {
            column.choices.iter().find(|(key, _)| key == value).map(|(_, label)| tidy(label))
        };
        tidy(value) == text
            || [&column.polish, &column.english]
                .into_iter()
                .any(|column| label(column).as_ref() == Some(&text))
    };
    match value {
        Value::Null => false,
        Value::Text(value) => {
            let same_day = column.kind() == ColumnType::Date && text.split('T').next() == Some(value);
            let cut = value.chars().count() > CELL_CHARACTERS
                && text.chars().count() + 1 >= CELL_CHARACTERS
                && tidy(value).starts_with(&text);
            labelled(value) || same_day || cut
        }
        Value::Integer(number) => number_of(cell) == Some(*number as f64) || labelled(&number.to_string()),
        Value::Number(number) => number_of(cell).is_some_and(|read| close(read, *number)),
        Value::Bool(value) => truth(&text) == Some(*value),
        Value::List(items) => {
            let shown: Vec<&str> = text.split(';').map(str::trim).filter(|item| !item.is_empty()).collect();
            let items: Vec<&Value> = items.iter().filter(|item| !is_nothing(item)).collect();
            shown.len() == items.len()
                && items
                    .iter()
                    .zip(shown)
                    .all(|(item, shown)| shows(column, item, &Cell::Text(shown.to_owned())))
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.iter().all(is_nothing),
        _ => false,
    }
}

/// Spreadsheets keep fifteen digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= a.abs().max(b.abs()) * 1e-14
}

/// Yes or no, as spreadsheets and people write it in either language.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "prawda" | "tak" | "yes" | "t" | "1" => Some(true),
        "false" | "fałsz" | "falsz" | "nie" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// What a cell says as a value of the registry; null for nothing. The error is the key of a sentence about what is
/// expected.
pub(super) fn read(column: &Bilingual, cell: &Cell) -> Result<Json, &'static str> {
    let Some(text) = text_of(cell) else { return Ok(Json::Null) };
    match column.kind() {
        ColumnType::Text => Ok(column.choice(&text).map_or(text.as_str(), |value| value).into()),
        ColumnType::Integer => {
            let chosen = column.choice(&text).map(|value| Cell::Text(value.to_owned()));
            whole(chosen.as_ref().unwrap_or(cell)).map(Json::from).ok_or("workbook-expects-integer")
        }
        ColumnType::Number => {
            let number = number_of(cell).and_then(serde_json::Number::from_f64);
            number.map(Json::Number).ok_or("workbook-expects-number")
        }
        ColumnType::Bool => truth(&text).map(Json::Bool).ok_or("workbook-expects-bool"),
        ColumnType::Date => day(&text).map(Json::String).ok_or("workbook-expects-date"),
        ColumnType::Instant => Ok(text.into()),
        ColumnType::List => Ok(text
            .split(';')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| Json::from(column.choice(item).unwrap_or(item)))
            .collect::<Vec<_>>()
            .into()),
    }
}

fn whole(cell: &Cell) -> Option<i64> {
    let number = number_of(cell)?;
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// A day as `2026-11-24`, `24.11.2026` or a date of the spreadsheet.
fn day(text: &str) -> Option<String> {
    let date = text.split('T').next().unwrap_or(text);
    let read = |format| chrono::NaiveDate::parse_from_str(date, format).ok();
    let day = read("%Y-%m-%d").or_else(|| read("%d.%m.%Y")).or_else(|| read("%d-%m-%Y"))?;
    Some(day.format("%Y-%m-%d").to_string())
}

/// A cell as it is quoted to people, cut to what they need.
pub(super) fn quoted(cell: &Cell, t: &Texts) -> String {
    let text = text_of(cell).unwrap_or_else(|| t.get("workbook-nothing"));
    if text.chars().count() > 60 { format!("{}…", text.chars().take(60).collect::<String>()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: ColumnType, choices: &[(&str, &str, &str)]) -> Bilingual {
        let mut polish = Column::plain("x", kind);
        let mut english = polish.clone();
        for (value, pl, en) in choices {
            polish.choices.push(((*value).to_owned(), (*pl).to_owned()));
            english.choices.push(((*value).to_owned(), (*en).to_owned()));
        }
        Bilingual { polish, english }
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_cell_shows_its_value_in_either_language() {
        let leaves = column(ColumnType::Text, &[("needle", "iglaste", "needleleaved")]);
        let value = Value::Text("needle".to_owned());
        for shown in ["iglaste", "needleleaved", "needle"] {
            assert!(shows(&leaves, &value, &text(shown)), "{shown}");
        }
        assert!(!shows(&leaves, &value, &text("liściaste")));
        assert_eq!(read(&leaves, &text("IGLASTE")), Ok("needle".into()));
        assert_eq!(read(&leaves, &text("inne")), Ok("inne".into()));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let height = column(ColumnType::Number, &[]);
        assert!(shows(&height, &Value::Number(12.5), &text("12,5")));
        assert!(shows(&height, &Value::Number(12.0), &Cell::Integer(12)));
        assert_eq!(read(&height, &text("1 200,5")), Ok(1200.5.into()));
        assert_eq!(read(&height, &text("wysokie")), Err("workbook-expects-number"));
        let count = column(ColumnType::Integer, &[("0", "0 – pełna", "0 – full")]);
        assert_eq!(read(&count, &text("0 – pełna")), Ok(0.into()));
        assert_eq!(read(&count, &Cell::Number(2.0)), Ok(2.into()));
        assert_eq!(read(&count, &Cell::Number(2.5)), Err("workbook-expects-integer"));
    }

    #[test]
    fn days_and_truth_and_lists() {
        let day = column(ColumnType::Date, &[]);
        assert!(shows(&day, &Value::Text("1961-04-30".to_owned()), &Cell::Date("1961-04-30".to_owned())));
        assert_eq!(read(&day, &text("30.04.1961")), Ok("1961-04-30".into()));
        assert_eq!(read(&day, &text("31.04.1961")), Err("workbook-expects-date"));
        let yes = column(ColumnType::Bool, &[]);
        assert_eq!(read(&yes, &text("Tak")), Ok(true.into()));
        assert_eq!(read(&yes, &text("może")), Err("workbook-expects-bool"));
        let list = column(ColumnType::List, &[]);
        let items = Value::List(vec![Value::Text("cięcie".to_owned()), Value::Integer(2)]);
        assert!(shows(&list, &items, &text("cięcie; 2")));
        assert_eq!(read(&list, &text("a ;b;")), Ok(serde_json::json!(["a", "b"])));
    }

    #[test]
    fn an_empty_cell_is_nothing_and_nothing_else() {
        let note = column(ColumnType::Text, &[]);
        assert!(shows(&note, &Value::Null, &Cell::Empty));
        assert!(!shows(&note, &Value::Text("a".to_owned()), &Cell::Empty));
        assert_eq!(read(&note, &Cell::Empty), Ok(Json::Null));
    }
}
