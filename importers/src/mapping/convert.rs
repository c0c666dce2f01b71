//! A text becomes a value of an attribute's type.

use std::collections::HashMap;
use std::f64::consts::PI;

use serde_json::{Number, Value};

use super::dates::{self, Orders, Settled};
use super::kind::{AttributeSpec, AttributeType};
use super::lists;
use super::model::{AttributeMapping, Case, DateRule, Measure, ValueList};
use super::numbers::{self, Unit};
use super::refusal::Refusal;
use super::text::{fold, tidy, with_case};
use crate::PartialDate;

/// What makes values of one attribute.
pub(super) struct Converter {
    kind: AttributeType,
    /// Values and names of the choices, folded, with the value.
    choices: HashMap<String, String>,
    closed: bool,
    choices_pl: String,
    choices_en: String,
    /// Values of the file, folded, with those of the registry.
    values: Option<HashMap<String, String>>,
    strict: bool,
    /// Whether the list is of taxa, whose names may have a cultivar behind them.
    taxa: bool,
    case: Option<Case>,
    /// Unit of the file.
    unit: Option<Unit>,
    /// Unit of the registry.
    target: Option<Unit>,
    factor: f64,
    pub(super) dates: DateRule,
}

impl Converter {
    pub(super) fn new(spec: &AttributeSpec, mapping: &AttributeMapping, dates: DateRule) -> Self {
        let mut choices = HashMap::new();
        for choice in &spec.choices {
            for name in [&choice.label_en, &choice.label_pl, &choice.value] {
                choices.insert(fold(name), choice.value.clone());
            }
        }
        let list = |label: fn(&super::kind::ChoiceSpec) -> &String| {
            spec.choices.iter().map(|choice| label(choice).as_str()).collect::<Vec<_>>().join(", ")
        };
        let factor = match mapping.measure {
            None => 1.0,
            Some(Measure::Diameter) => PI,
            Some(Measure::Radius) => 2.0,
            Some(Measure::Girth) => 1.0 / PI,
        };
        Self {
            kind: spec.kind.clone(),
            choices,
            closed: spec.closed,
            choices_pl: list(|choice| &choice.label_pl),
            choices_en: list(|choice| &choice.label_en),
            values: mapping.values.as_ref().map(lists::values),
            strict: mapping.strict,
            taxa: matches!(mapping.values, Some(ValueList::Named(_))),
            case: mapping.case,
            unit: mapping.unit.as_deref().and_then(Unit::named),
            target: spec.unit.as_deref().and_then(Unit::named),
            factor,
            dates,
        }
    }

    /// Whether several values are wanted.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, AttributeType::List { .. })
    }

    /// Whether values are numbers.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, AttributeType::Integer { .. } | AttributeType::Number { .. })
    }

    /// Whether values are dates, of which the order of day and month matters.
    pub(super) fn is_date(&self) -> bool {
        matches!(self.kind, AttributeType::Date)
    }

    /// Most values of a list.
    pub(super) fn max_items(&self) -> Option<usize> {
        if let AttributeType::List { max_items, .. } = self.kind { max_items } else { None }
    }

    /// One value; `None` where the text says that nothing is known.
    pub(super) fn value(&self, text: &str, orders: &Orders) -> Result<Option<Value>, Refusal> {
        let listed = match &self.values {
            Some(values) => match values.get(&fold(text)).or_else(|| self.without_cultivar(values, text)) {
                Some(value) if value.is_empty() => return Ok(None),
                Some(value) => Some(value.as_str()),
                None if self.strict => return Err(not_listed(text, values)),
                None => None,
            },
            None => None,
        };
        let text = listed.unwrap_or(text);
        let kind = if let AttributeType::List { item, .. } = &self.kind { item } else { &self.kind };
        match kind {
            AttributeType::Integer { .. } | AttributeType::Number { .. } => self.number(kind, text),
            AttributeType::Bool => yes_or_no(text).map(|value| Some(Value::Bool(value))),
            AttributeType::Date => self.date(text, orders),
            AttributeType::Choice => self.choice(text).map(Some),
            AttributeType::Text { max } => self.text(text, *max, listed.is_some()).map(Some),
            AttributeType::List { .. } => Ok(None),
        }
    }

    /// The value of a name without the cultivar in quotes behind it.
    fn without_cultivar<'a>(&self, values: &'a HashMap<String, String>, text: &str) -> Option<&'a String> {
        let (name, _) = text.split_once(['"', '\'', '„', '‘', '”'])?;
        values.get(&fold(name)).filter(|_| self.taxa)
    }

    /// The number of a text in the registry's unit, where the attribute wants numbers.
    pub(super) fn measured(&self, text: &str) -> Option<f64> {
        let written = numbers::parse(text)?;
        let value = written.value * self.factor;
        match (written.unit.or(self.unit), self.target) {
            (Some(unit), Some(target)) => {
                let converted = unit.convert(value, target)?;
                let same = unit == target && self.factor == 1.0;
                Some(if same { value } else { target.round(converted) })
            }
            (Some(_), None) => None,
            (None, Some(target)) if self.factor != 1.0 => Some(target.round(value)),
            (None, _) => Some(value),
        }
    }

    /// A number of a format that knows types, where nothing is to be converted; `None`: it goes the way of texts.
    pub(super) fn plain_number(&self, number: f64) -> Option<Result<Value, Refusal>> {
        let plain =
            self.values.is_none() && self.choices.is_empty() && self.unit.is_none() && self.factor == 1.0;
        (plain && self.is_number()).then(|| {
            self.own_number(number, "").map_err(|mut refusal| {
                refusal.found = number.to_string();
                refusal
            })
        })
    }

    /// A number of the attribute's type.
    pub(super) fn number_value(
        &self,
        kind: &AttributeType,
        number: f64,
        text: &str,
    ) -> Result<Value, Refusal> {
        let out = |min: Option<f64>, max: Option<f64>| {
            min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max)
        };
        match *kind {
            AttributeType::Integer { min, max } => {
                if number.fract() != 0.0 {
                    return Err(no_number(text, true));
                }
                let (min, max) = (min.map(|min| min as f64), max.map(|max| max as f64));
                if out(min, max) || number.abs() > 9e15 {
                    Err(out_of_range(text, min, max))
                } else {
                    Ok(number_json(number))
                }
            }
            AttributeType::Number { min, max } if out(min, max) => Err(out_of_range(text, min, max)),
            _ => Ok(number_json(number)),
        }
    }

    /// As [`Self::number_value`], for this attribute's own type.
    pub(super) fn own_number(&self, number: f64, text: &str) -> Result<Value, Refusal> {
        self.number_value(&self.kind, number, text)
    }

    fn number(&self, kind: &AttributeType, text: &str) -> Result<Option<Value>, Refusal> {
        if !self.choices.is_empty()
            && let Some(value) = self.choices.get(&fold(text))
        {
            return Ok(value.parse::<f64>().ok().map(number_json));
        }
        if let AttributeType::Integer { min: Some(1000..), max: Some(..=3000) } = kind {
            return self.year(kind, text);
        }
        match self.measured(text) {
            Some(number) => self.number_value(kind, number, text).map(Some),
            None => Err(no_number(text, matches!(kind, AttributeType::Integer { .. }))),
        }
    }

    /// A year, also out of a date.
    fn year(&self, kind: &AttributeType, text: &str) -> Result<Option<Value>, Refusal> {
        if let Some(number) = numbers::parse(text).filter(|n| n.unit.is_none() && n.value < 100_000.0) {
            return self.number_value(kind, number.value, text).map(Some);
        }
        let date = match dates::parse(text, &[]) {
            dates::Reading::Known(date) => Some(date),
            dates::Reading::TwoWays { dmy, mdy, .. } => dmy.or(mdy),
            dates::Reading::Unknown => return Ok(None),
            dates::Reading::ShortYear(_) | dates::Reading::Bad => None,
        };
        match date.and_then(dates::year) {
            Some(year) => self.number_value(kind, f64::from(year), text).map(Some),
            None => Err(Refusal::new(
                "bad_date",
                text,
                "rok, np. 1998, albo data",
                "a year such as 1998, or a date",
            )),
        }
    }

    fn date(&self, text: &str, orders: &Orders) -> Result<Option<Value>, Refusal> {
        let settled = dates::settle(dates::parse(text, &[]), orders, &self.dates);
        match settled {
            Settled::Date(PartialDate::Unknown) => Ok(None),
            Settled::Date(date @ PartialDate::Day(..)) => Ok(dates::iso_text(date).map(Value::String)),
            other => Err(no_date(text, other)),
        }
    }

    fn choice(&self, text: &str) -> Result<Value, Refusal> {
        match self.choices.get(&fold(text)) {
            Some(value) => Ok(Value::String(value.clone())),
            None => Err(Refusal::new(
                "not_in_list",
                text,
                format!("jedno z: {}", self.choices_pl),
                format!("one of: {}", self.choices_en),
            )),
        }
    }

    fn text(&self, text: &str, max: Option<usize>, listed: bool) -> Result<Value, Refusal> {
        if !self.choices.is_empty()
            && let Some(value) = self.choices.get(&fold(text))
        {
            return Ok(Value::String(value.clone()));
        }
        if self.closed {
            return self.choice(text);
        }
        let text = tidy(text);
        let text = match self.case {
            Some(case) if !listed => with_case(&text, case),
            _ => text.into_owned(),
        };
        match max {
            Some(max) if text.len() > max && text.chars().count() > max => Err(Refusal::new(
                "too_long",
                &text,
                format!("najwyżej {max} znaków"),
                format!("at most {max} characters"),
            )),
            _ => Ok(Value::String(text)),
        }
    }
}

fn number_json(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Value::Number(Number::from(number as i64));
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn yes_or_no(text: &str) -> Result<bool, Refusal> {
    match fold(text).as_str() {
        "tak" | "t" | "1" | "yes" | "y" | "true" | "prawda" | "x" | "jest" | "+" => Ok(true),
        "nie" | "n" | "0" | "no" | "false" | "falsz" | "brak" | "f" | "-" => Ok(false),
        _ => Err(Refusal::new("not_a_boolean", text, "tak albo nie", "yes or no")),
    }
}

/// Why a date is refused, with what is expected.
pub(super) fn no_date(text: &str, settled: Settled) -> Refusal {
    let iso = |date| dates::iso_text(date).unwrap_or_default();
    match settled {
        Settled::Ambiguous(dmy, mdy) => Refusal::new(
            "ambiguous_date",
            text,
            format!(
                "{} (dzień.miesiąc) albo {} (miesiąc/dzień)? Plik tego nie rozstrzyga",
                iso(dmy),
                iso(mdy)
            ),
            format!("{} (day first) or {} (month first)? The file does not tell", iso(dmy), iso(mdy)),
        ),
        Settled::ShortYear(year) => Refusal::new(
            "ambiguous_date",
            text,
            format!("rok czterema cyframi: 18{year:02} czy 19{year:02}?"),
            format!("a year of four digits: 18{year:02} or 19{year:02}?"),
        ),
        Settled::Date(_) | Settled::Repaired(_) => {
            Refusal::new("bad_date", text, "pełna data, np. 1998-05-03", "a whole date such as 1998-05-03")
        }
        Settled::Bad => Refusal::new(
            "bad_date",
            text,
            "data, np. 1998-05-03 albo 03.05.1998, miesiąc 05.1998 albo rok 1998",
            "a date such as 1998-05-03 or 03.05.1998, a month 05.1998 or a year 1998",
        ),
    }
}

fn no_number(text: &str, whole: bool) -> Refusal {
    let (pl, en) = if whole { ("liczba całkowita", "a whole number") } else { ("liczba", "a number") };
    Refusal::new("not_a_number", text, pl, en)
}

fn out_of_range(text: &str, min: Option<f64>, max: Option<f64>) -> Refusal {
    let (pl, en) = match (min, max) {
        (Some(min), Some(max)) => (format!("od {min} do {max}"), format!("from {min} to {max}")),
        (Some(min), None) => (format!("co najmniej {min}"), format!("at least {min}")),
        (None, Some(max)) => (format!("najwyżej {max}"), format!("at most {max}")),
        (None, None) => ("mniejsza liczba".to_owned(), "a smaller number".to_owned()),
    };
    Refusal::new("out_of_range", text, pl, en)
}

fn not_listed(text: &str, values: &HashMap<String, String>) -> Refusal {
    let mut known: Vec<&str> = values.keys().map(String::as_str).collect();
    known.sort_unstable();
    known.truncate(12);
    let known = known.join(", ");
    Refusal::new(
        "not_in_list",
        text,
        format!("wartość z listy odwzorowania: {known}…"),
        format!("a value of the mapping's list: {known}…"),
    )
}
