//! The form as browsers send it: fields, the button that was pressed, and what it does to the rows. Pure.

use std::collections::HashMap;

use crate::ui::views::{AttributeForm, KindForm, ValueForm};

use super::definition::{MOST_ATTRIBUTES, MOST_VALUES, key_of};

/// Name of the buttons.
pub(super) const BUTTON: &str = "do";
/// Rows that are read at all; the limits proper are said beside the form.
const MOST_ROWS_READ: usize = 2 * MOST_ATTRIBUTES;
/// See [`MOST_ROWS_READ`].
const MOST_VALUES_READ: usize = 2 * MOST_VALUES;

/// What was sent.
#[derive(Debug)]
pub(super) struct Sent {
    fields: HashMap<String, String>,
    order: Vec<(String, String)>,
}

/// The button that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Button {
    /// Look what the change does, and save it when it does no harm.
    Check,
    /// Save with the chosen mends.
    Save,
    /// Back to the form.
    Edit,
    /// Something with the rows of the form.
    Rows(RowAction),
}

/// What a button does to the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowAction {
    Add,
    Remove(usize),
    Up(usize),
    Down(usize),
    AddValue(usize),
    RemoveValue(usize, usize),
    ValueUp(usize, usize),
}

impl Sent {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        let order: Vec<_> = pairs.into_iter().map(|(name, value)| (name, value.replace('\0', ""))).collect();
        Self { fields: order.iter().rev().cloned().collect(), order }
    }

    /// Text of a field; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// All fields but those of the page itself, to be sent once more.
    pub(super) fn kept(&self) -> Vec<(String, String)> {
        let ours = |name: &str| {
            name == BUTTON
                || name == crate::platform::http::FORM_TOKEN
                || name.starts_with("mend|")
                || name.starts_with("set|")
        };
        self.order.iter().filter(|(name, _)| !ours(name)).cloned().collect()
    }

    /// The button; without one, by the Enter key, the form is checked.
    pub(super) fn button(&self) -> Button {
        let said = self.text(BUTTON);
        let mut parts = said.split(':');
        let name = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|n| n.parse::<usize>().ok());
        let (first, second) = (number(), number());
        match (name, first, second) {
            ("save", ..) => Button::Save,
            ("edit", ..) => Button::Edit,
            ("add", ..) => Button::Rows(RowAction::Add),
            ("remove", Some(row), _) => Button::Rows(RowAction::Remove(row)),
            ("up", Some(row), _) => Button::Rows(RowAction::Up(row)),
            ("down", Some(row), _) => Button::Rows(RowAction::Down(row)),
            ("add-value", Some(row), _) => Button::Rows(RowAction::AddValue(row)),
            ("remove-value", Some(row), Some(value)) => Button::Rows(RowAction::RemoveValue(row, value)),
            ("value-up", Some(row), Some(value)) => Button::Rows(RowAction::ValueUp(row, value)),
            _ => Button::Check,
        }
    }

    /// The form with its rows.
    pub(super) fn form(&self) -> KindForm {
        let text = |name: &str| self.text(name).to_owned();
        KindForm {
            slug: text("slug"),
            rev: text("rev"),
            title_pl: text("title_pl"),
            title_en: text("title_en"),
            singular_pl: text("singular_pl"),
            singular_en: text("singular_en"),
            icon: text("icon"),
            colour: text("colour"),
            geometry: text("geometry"),
            domain: text("domain"),
            public: self.has("public"),
            min_zoom: text("min_zoom"),
            attributes: (0..MOST_ROWS_READ)
                .take_while(|row| self.has(&format!("a{row}-kind")))
                .map(|row| self.attribute(row))
                .collect(),
        }
    }

    fn attribute(&self, row: usize) -> AttributeForm {
        let text = |name: &str| self.text(&format!("a{row}-{name}")).to_owned();
        let ticked = |name: &str| self.has(&format!("a{row}-{name}"));
        let value = |index: usize, name: &str| self.text(&format!("a{row}-v{index}-{name}")).to_owned();
        AttributeForm {
            was: text("was"),
            key: text("key"),
            title_pl: text("title_pl"),
            title_en: text("title_en"),
            kind: text("kind"),
            values: (0..MOST_VALUES_READ)
                .take_while(|index| self.has(&format!("a{row}-v{index}-value")))
                .map(|index| ValueForm {
                    value: value(index, "value"),
                    pl: value(index, "pl"),
                    en: value(index, "en"),
                })
                .filter(|value| *value != ValueForm::default())
                .chain(self.text(&format!("a{row}-more")).lines().filter_map(pasted_value))
                .take(MOST_VALUES_READ)
                .collect(),
            unit: text("unit"),
            minimum: text("minimum"),
            maximum: text("maximum"),
            max_length: text("max_length"),
            required: ticked("required"),
            private: ticked("private"),
            in_tiles: ticked("in_tiles"),
            help_pl: text("help_pl"),
            help_en: text("help_en"),
            open: false,
        }
    }
}

/// One line of a pasted list: "stalowy", or "stalowy; steel" with both languages.
fn pasted_value(line: &str) -> Option<ValueForm> {
    let mut words = line.split([';', '\t']).map(str::trim);
    let pl = words.next().filter(|pl| !pl.is_empty())?.to_owned();
    let en = words.next().unwrap_or_default().to_owned();
    Some(ValueForm { value: super::definition::name_from(&pl), pl, en })
}

/// Does to the rows what a button says; answers the field that wants the focus.
pub(super) fn act(form: &mut KindForm, action: &RowAction) -> String {
    let rows = &mut form.attributes;
    match *action {
        RowAction::Add => {
            if rows.len() < MOST_ATTRIBUTES {
                rows.push(AttributeForm { kind: "text".into(), open: true, ..AttributeForm::default() });
            }
            return format!("a{}-title_pl", rows.len().saturating_sub(1));
        }
        RowAction::Remove(row) if row < rows.len() => {
            rows.remove(row);
            return "add".to_owned();
        }
        RowAction::Up(row) if row > 0 && row < rows.len() => {
            rows.swap(row, row - 1);
            // The topmost row cannot go up any more.
            return if row == 1 { "a0-down".to_owned() } else { format!("a{}-up", row - 1) };
        }
        RowAction::Down(row) if row + 1 < rows.len() => {
            rows.swap(row, row + 1);
            let way = if row + 2 == rows.len() { "up" } else { "down" };
            return format!("a{}-{way}", row + 1);
        }
        RowAction::AddValue(row) => {
            if let Some(attribute) = rows.get_mut(row) {
                attribute.open = true;
                if attribute.values.len() < MOST_VALUES {
                    attribute.values.push(ValueForm::default());
                }
                return format!("a{row}-v{}-pl", attribute.values.len().saturating_sub(1));
            }
        }
        RowAction::RemoveValue(row, value) => {
            if let Some(attribute) = rows.get_mut(row) {
                attribute.open = true;
                if value < attribute.values.len() {
                    attribute.values.remove(value);
                }
                return format!("a{row}-add-value");
            }
        }
        RowAction::ValueUp(row, value) => {
            if let Some(attribute) = rows.get_mut(row) {
                attribute.open = true;
                if value > 0 && value < attribute.values.len() {
                    attribute.values.swap(value, value - 1);
                }
                return if value <= 1 {
                    format!("a{row}-v0-pl")
                } else {
                    format!("a{row}-v{}-up", value - 1)
                };
            }
        }
        RowAction::Remove(_) | RowAction::Up(_) | RowAction::Down(_) => {}
    }
    String::new()
}

/// Fills in the names that are made from titles, so that whoever sees the form again sees what will be stored.
pub(super) fn fill_names(form: &mut KindForm) {
    for attribute in &mut form.attributes {
        if !attribute.title_pl.trim().is_empty() {
            attribute.key = key_of(attribute);
        }
        for value in &mut attribute.values {
            if !value.pl.trim().is_empty() {
                value.value = super::definition::value_of(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn rows_are_read_moved_and_kept() {
        let sent = sent(&[
            ("title_pl", "Hydranty"),
            ("a0-kind", "text"),
            ("a0-title_pl", "Numer"),
            ("a1-kind", "one_of"),
            ("a1-v0-value", "x"),
            ("a1-more", "nadziemny; above ground\n\npodziemny"),
            ("do", "up:1"),
            ("mend|x", "leave"),
        ]);
        let mut form = sent.form();
        assert_eq!(form.attributes.len(), 2);
        assert_eq!(form.attributes[1].values.len(), 3);
        assert_eq!(form.attributes[1].values[1].en, "above ground");
        let Button::Rows(action) = sent.button() else { panic!("no row action") };
        act(&mut form, &action);
        assert_eq!(form.attributes[0].kind, "one_of");
        assert!(sent.kept().iter().all(|(name, _)| name != "do" && !name.starts_with("mend")));
    }

    #[test]
    fn buttons_for_rows_that_are_not_there_do_nothing() {
        let mut form = sent(&[("a0-kind", "text")]).form();
        for action in
            [RowAction::Remove(9), RowAction::Up(0), RowAction::Down(0), RowAction::RemoveValue(0, 3)]
        {
            act(&mut form, &action);
        }
        assert_eq!(form.attributes.len(), 1);
        assert_eq!(sent(&[("do", "remove:-1")]).button(), Button::Check);
    }
}
