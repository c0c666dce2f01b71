//! One attribute of a thing, from the cells of a row.

use std::borrow::Cow;

use serde_json::Value;

use super::convert::Converter;
use super::dates::Orders;
use super::kind::AttributeSpec;
use super::model::{AttributeMapping, DateRule, Pick};
use super::numbers;
use super::refusal::Refusal;
use super::source::{Columns, Seen, Source, Template};
use super::text::{cell_text, fold};
use crate::table::Cell;

/// How a value of a layer's rows is made.
pub(super) struct Attribute {
    pub(super) key: String,
    /// Name of the column for reports.
    column: String,
    from: Vec<Source>,
    join: Option<String>,
    template: Option<Template>,
    constant: Option<Value>,
    /// Folded.
    empty: Vec<String>,
    empty_numbers: Vec<f64>,
    split: Vec<String>,
    pick: Pick,
    /// Whether numbers of the file need no look at their text.
    as_it_is: bool,
    converter: Converter,
}

impl Attribute {
    pub(super) fn new(
        spec: &AttributeSpec,
        mapping: &AttributeMapping,
        dates: &DateRule,
        columns: &mut Columns<'_>,
    ) -> Self {
        let names = mapping.from.as_slice();
        let from: Vec<Source> = names.iter().map(|name| columns.find(name)).collect();
        let column = from.iter().zip(names).map(|(source, name)| columns.name(source, name));
        let column = column.collect::<Vec<_>>().join(", ");
        let rule = mapping.dates.clone().unwrap_or_else(|| dates.clone());
        let converter = Converter::new(spec, mapping, rule);
        let usual = if converter.is_list() { Pick::All } else { Pick::First };
        let number = |text: &String| numbers::parse(text).map(|number| number.value);
        Self {
            key: spec.key.clone(),
            column,
            from,
            join: mapping.join.clone(),
            template: mapping.template.as_ref().map(|text| Template::text(text, columns)),
            constant: mapping.constant.as_ref().and_then(|value| serde_json::to_value(value).ok()),
            empty: mapping.empty.iter().map(|text| fold(text)).collect(),
            empty_numbers: mapping.empty.iter().filter_map(number).collect(),
            split: mapping.split.clone(),
            pick: mapping.pick.unwrap_or(usual),
            as_it_is: mapping.empty.is_empty() && mapping.split.is_empty() && mapping.template.is_none(),
            converter,
        }
    }

    /// Columns whose dates are evidence for the order of day and month.
    pub(super) fn date_sources(&self) -> &[Source] {
        if self.converter.is_date() { &self.from } else { &[] }
    }

    /// The value of a row; `None`: nothing is known.
    pub(super) fn value(&self, seen: &Seen<'_>, orders: &Orders) -> Result<Option<Value>, Refusal> {
        self.read(seen, orders).map_err(|refusal| match refusal.column {
            None => refusal.about(&self.column),
            Some(_) => refusal,
        })
    }

    fn read(&self, seen: &Seen<'_>, orders: &Orders) -> Result<Option<Value>, Refusal> {
        if let Some(constant) = &self.constant {
            return Ok(Some(constant.clone()));
        }
        if self.converter.is_list() {
            return self.list(seen, orders);
        }
        if let ([source], true) = (self.from.as_slice(), self.as_it_is)
            && let Some(number) = source.cell(seen).and_then(number_of)
            && let Some(value) = self.converter.plain_number(number)
        {
            return value.map(Some);
        }
        let text = match &self.template {
            Some(template) => template.fill(seen).map(Cow::Owned),
            None => self.text(seen),
        };
        let Some(text) = text else { return Ok(None) };
        if self.split.is_empty() {
            return self.converter.value(&text, orders);
        }
        let parts: Vec<&str> = self.parts(&text);
        self.picked(&text, &parts, orders)
    }

    /// The text of the columns; `None` where they are empty.
    fn text<'a>(&'a self, seen: &Seen<'a>) -> Option<Cow<'a, str>> {
        let mut filled = self.from.iter().map(|source| source.text(seen)).filter(|text| !self.is_empty(text));
        let Some(join) = &self.join else { return filled.next() };
        let texts: Vec<Cow<'_, str>> = filled.collect();
        (!texts.is_empty()).then(|| Cow::Owned(texts.join(join)))
    }

    fn is_empty(&self, text: &str) -> bool {
        let text = text.trim();
        if text.is_empty() {
            return true;
        }
        if self.empty.is_empty() {
            return false;
        }
        let number = || numbers::parse(text).is_some_and(|number| self.empty_numbers.contains(&number.value));
        self.empty.contains(&fold(text)) || (!self.empty_numbers.is_empty() && number())
    }

    fn parts<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut parts = vec![text];
        for sign in self.split.iter().filter(|sign| !sign.is_empty()) {
            parts = parts.iter().flat_map(|part| part.split(sign.as_str())).collect();
        }
        parts.into_iter().map(str::trim).filter(|part| !self.is_empty(part)).collect()
    }

    /// One value of several.
    fn picked(&self, text: &str, parts: &[&str], orders: &Orders) -> Result<Option<Value>, Refusal> {
        let Some(first) = parts.first() else { return Ok(None) };
        if parts.len() == 1 || !self.converter.is_number() || self.pick == Pick::First {
            return self.converter.value(first, orders);
        }
        let mut numbers = Vec::with_capacity(parts.len());
        for part in parts {
            match self.converter.measured(part) {
                Some(number) => numbers.push(number),
                None => return Err(no_numbers(text)),
            }
        }
        let number = match self.pick {
            Pick::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Pick::Sum => numbers.iter().sum(),
            Pick::Max | Pick::First | Pick::All => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        self.converter.own_number(number, text).map(Some)
    }

    fn list(&self, seen: &Seen<'_>, orders: &Orders) -> Result<Option<Value>, Refusal> {
        let columns: Vec<Vec<Cow<'_, str>>> = self.from.iter().map(|source| texts_of(source, seen)).collect();
        let texts: Vec<Cow<'_, str>> = match &self.join {
            Some(join) => side_by_side(&columns, join),
            None => columns.into_iter().flatten().collect(),
        };
        let mut values = Vec::new();
        for text in &texts {
            for part in self.parts(text) {
                if let Some(value) = self.converter.value(part, orders)?
                    && !values.contains(&value)
                {
                    values.push(value);
                }
            }
        }
        match self.converter.max_items() {
            Some(max) if values.len() > max => Err(Refusal::new(
                "too_many_values",
                &texts.join(", "),
                format!("najwyżej {max} wartości"),
                format!("at most {max} values"),
            )),
            _ => Ok((!values.is_empty()).then_some(Value::Array(values))),
        }
    }
}

fn number_of(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

fn texts_of<'a>(source: &'a Source, seen: &Seen<'a>) -> Vec<Cow<'a, str>> {
    match source.cell(seen) {
        Some(Cell::List(items)) => items.iter().map(cell_text).collect(),
        _ => vec![source.text(seen)].into_iter().filter(|text| !text.is_empty()).collect(),
    }
}

/// The first values of all columns joined, then the second ones; columns of another length than the first stay out.
fn side_by_side<'a>(columns: &[Vec<Cow<'a, str>>], join: &str) -> Vec<Cow<'a, str>> {
    let length = columns.iter().map(Vec::len).find(|length| *length > 0).unwrap_or(0);
    let joined = |place: usize| {
        let mut texts: Vec<&str> = columns
            .iter()
            .filter(|column| column.len() == length)
            .filter_map(|column| column.get(place).map(AsRef::as_ref))
            .collect();
        // The use of land and the use by class are the same on most fields: "R VI" and not "R R VI".
        texts.dedup();
        Cow::Owned(texts.join(join))
    };
    (0..length).map(joined).collect()
}

fn no_numbers(text: &str) -> Refusal {
    Refusal::new(
        "not_a_number",
        text,
        "liczby oddzielone jak w odwzorowaniu (split)",
        "numbers, separated as the mapping says (split)",
    )
}
