//! From the fields of a sent form to answers.
//!
//! Fields are named by the question: `q` for one value, several times `q` for several, `q.row` for a row of a matrix,
//! `q.choice` for a place in a ranking or for points. What is drawn comes as JSON in `q`; whoever has no scripts types it into
//! `q.typed`. The browser's `readAnswers` (static/src/surveys/answers.ts) reads the same names.

use serde_json::{Map, Number, Value, json};

use super::{Answers, Ask, Form, Question};

/// Most characters of a field that holds something drawn.
const MOST_DRAWN: usize = 100_000;

/// Reads the answers that fields hold. What cannot be read stays as it was typed, so that the check can name it.
#[must_use]
pub fn answers(form: &Form, fields: &[(String, String)]) -> Answers {
    let read = |question: &Question| {
        let value = answer(question, &Fields { all: fields, name: &question.id });
        Some((question.id.clone(), value?))
    };
    form.questions().filter_map(read).collect()
}

struct Fields<'a> {
    all: &'a [(String, String)],
    name: &'a str,
}

impl<'a> Fields<'a> {
    fn values(&self) -> impl Iterator<Item = &'a str> {
        let name = self.name;
        self.all.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
    }

    fn one(&self) -> Option<&'a str> {
        self.values().find(|value| !value.is_empty())
    }

    /// The value of `q.part`.
    fn part(&self, part: &str) -> Option<&'a str> {
        let of = |field: &str| {
            field
                .strip_prefix(self.name)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| rest == part)
        };
        let (_, value) = self.all.iter().find(|(field, value)| of(field) && !value.trim().is_empty())?;
        Some(value.trim())
    }
}

fn answer(question: &Question, fields: &Fields<'_>) -> Option<Value> {
    match &question.ask {
        Ask::Single { .. } | Ask::Date { .. } => fields.one().map(Value::from),
        Ask::Text { .. } => fields.one().map(|text| Value::from(text.replace("\r\n", "\n"))),
        Ask::Multiple { .. } | Ask::File { .. } => {
            let all: Vec<Value> =
                fields.values().filter(|value| !value.is_empty()).map(Value::from).collect();
            (!all.is_empty()).then_some(Value::Array(all))
        }
        Ask::Scale { .. } => fields.one().map(|text| text.parse::<i64>().map_or(text.into(), Value::from)),
        Ask::Number { .. } => fields.one().map(number),
        Ask::Matrix { rows, .. } => {
            let given: Map<String, Value> = rows
                .iter()
                .filter_map(|row| Some((row.id.clone(), Value::from(fields.part(&row.id)?))))
                .collect();
            (!given.is_empty()).then_some(Value::Object(given))
        }
        Ask::Points { choices, .. } => {
            let given: Map<String, Value> = choices
                .iter()
                .filter_map(|choice| Some((choice.id.clone(), number(fields.part(&choice.id)?))))
                .filter(|(_, points)| points != &json!(0))
                .collect();
            (!given.is_empty()).then_some(Value::Object(given))
        }
        Ask::Ranking { choices, .. } => {
            let mut placed: Vec<(u32, &str)> = choices
                .iter()
                .filter_map(|choice| Some((fields.part(&choice.id)?.parse().ok()?, choice.id.as_str())))
                .collect();
            placed.sort_unstable();
            // Two on the same place say nothing about which is better.
            let twice = placed.windows(2).any(|pair| pair[0].0 == pair[1].0);
            let ids = placed.iter().map(|(_, id)| Value::from(*id));
            match (placed.is_empty(), twice) {
                (true, _) => None,
                (false, true) => Some(json!("tie")),
                (false, false) => Some(ids.collect()),
            }
        }
        Ask::Pin(_) | Ask::Line(_) | Ask::Area(_) | Ask::Asset { .. } => {
            let drawn = fields.one().filter(|text| text.len() <= MOST_DRAWN);
            match drawn.map(serde_json::from_str::<Value>) {
                Some(Ok(Value::Array(all))) if all.is_empty() => typed(question, fields),
                Some(Ok(value)) => Some(value),
                Some(Err(_)) => Some(Value::from("unreadable")),
                None => typed(question, fields),
            }
        }
    }
}

/// A number as people type it: with a comma, with spaces between thousands.
fn number(text: &str) -> Value {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    if let Ok(whole) = plain.parse::<i64>() {
        return whole.into();
    }
    plain.parse::<f64>().ok().and_then(Number::from_f64).map_or_else(|| text.into(), Value::Number)
}

/// What somebody typed who has no map: a line of two numbers is a point, latitude first; a line of other words is the comment
/// of what stands above it; an empty line begins the next line or area. For pins each point is a pin. A line that begins with
/// `@` names an address or the number of a thing, which whoever knows the registry has to look up: `{"typed": …}`.
fn typed(question: &Question, fields: &Fields<'_>) -> Option<Value> {
    let text = fields.part("typed")?;
    let mut shapes: Vec<(Vec<[f64; 2]>, String)> = Vec::new();
    let mut begins = true;
    let mut named: Vec<Value> = Vec::new();
    let pins = matches!(question.ask, Ask::Pin(_));
    for line in text.lines().map(str::trim).take(2000) {
        if line.is_empty() {
            begins = true;
        } else if let Some(place) = line.strip_prefix('@') {
            named.push(json!({ "typed": place.trim() }));
        } else if let Some((point, rest)) = point(line) {
            if begins || pins {
                shapes.push((Vec::new(), rest.to_owned()));
                begins = false;
            }
            if let Some((points, _)) = shapes.last_mut() {
                points.push(point);
            }
        } else if let Some((_, comment)) = shapes.last_mut() {
            comment.push_str(if comment.is_empty() { "" } else { " " });
            comment.push_str(line);
        } else if let Some(last) = named.last_mut().and_then(Value::as_object_mut) {
            last.insert("comment".into(), line.into());
        } else {
            named.push(json!({ "typed": line }));
        }
    }
    let shape = |(points, comment): (Vec<[f64; 2]>, String)| {
        let geometry = match (&question.ask, points.as_slice()) {
            (Ask::Line(_), _) => json!({ "type": "LineString", "coordinates": points }),
            (Ask::Area(_), [first, ..]) => {
                let ring: Vec<[f64; 2]> = points.iter().copied().chain([*first]).collect();
                json!({ "type": "Polygon", "coordinates": [ring] })
            }
            (_, points) => json!({ "type": "Point", "coordinates": points.first() }),
        };
        match comment.is_empty() {
            true => json!({ "geometry": geometry }),
            false => json!({ "geometry": geometry, "comment": comment }),
        }
    };
    let all: Vec<Value> = shapes.into_iter().map(shape).chain(named).collect();
    (!all.is_empty()).then_some(Value::Array(all))
}

/// "52.1234, 20.6789 words": a point, longitude first, and the words behind it.
fn point(line: &str) -> Option<([f64; 2], &str)> {
    let (first, rest) = line.split_once([',', ' ', ';'])?;
    let rest = rest.trim_start_matches([',', ' ', ';']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(rest.len());
    let (second, words) = rest.split_at_checked(end)?;
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    Some(([number(second)?, number(first)?], words.trim_start_matches([',', ' ', ';']).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::check::{asked_only, fits};

    fn form(ask: Value) -> Form {
        let mut question = json!({ "id": "q", "title": { "pl": "Pytanie" } });
        question.as_object_mut().unwrap().extend(ask.as_object().unwrap().clone());
        serde_json::from_value(json!({ "pages": [{ "title": { "pl": "Strona" }, "questions": [question] }] }))
            .unwrap()
    }

    fn read(ask: Value, fields: &[(&str, &str)]) -> Option<Value> {
        let fields: Vec<_> = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        answers(&form(ask), &fields).remove("q")
    }

    fn choices() -> Value {
        json!([{ "id": "a", "label": { "pl": "A" } }, { "id": "b", "label": { "pl": "B" } }])
    }

    #[test]
    fn fields_become_answers() {
        let one = |kind: &str| json!({ "type": kind, "choices": choices() });
        assert_eq!(read(one("single"), &[("q", "a")]), Some(json!("a")));
        assert_eq!(read(one("single"), &[("q", "")]), None);
        assert_eq!(read(one("multiple"), &[("q", "a"), ("other", "x"), ("q", "b")]), Some(json!(["a", "b"])));
        assert_eq!(read(one("ranking"), &[("q.a", "2"), ("q.b", "1")]), Some(json!(["b", "a"])));
        assert_eq!(read(one("ranking"), &[("q.a", "1"), ("q.b", "1")]), Some(json!("tie")));
        let points = json!({ "type": "points", "choices": choices(), "total": 5, "most_each": 5 });
        assert_eq!(read(points, &[("q.a", "3"), ("q.b", "0")]), Some(json!({ "a": 3 })));
        let number_of = json!({ "type": "number" });
        assert_eq!(read(number_of.clone(), &[("q", "1 234,5")]), Some(json!(1234.5)));
        assert_eq!(read(number_of, &[("q", "dużo")]), Some(json!("dużo")), "the check names it");
        let text = json!({ "type": "text", "most": 20, "long": true });
        assert_eq!(read(text, &[("q", " a\r\nb ")]), Some(json!("a\nb")));
        let matrix = json!({ "type": "matrix", "rows": choices(), "columns": choices() });
        assert_eq!(read(matrix, &[("q.a", "b"), ("q.c", "b")]), Some(json!({ "a": "b" })));
    }

    #[test]
    fn places_can_be_typed() {
        let pin = json!({ "type": "pin", "most": 3, "comment": true });
        let both = read(pin.clone(), &[("q", "[]"), ("q.typed", "52.1, 20.6 dziura\n52.2 20.7\n@ Lipowa 5")]);
        let place = |x: f64, y: f64| json!({ "type": "Point", "coordinates": [x, y] });
        let wanted = json!([{ "geometry": place(20.6, 52.1), "comment": "dziura" }, { "geometry": place(20.7, 52.2) },
            { "typed": "Lipowa 5" }]);
        assert_eq!(both, Some(wanted));
        assert_eq!(read(pin.clone(), &[("q", "[1")]), Some(json!("unreadable")));
        assert_eq!(read(pin, &[("q.typed", "Lipowa 5")]), Some(json!([{ "typed": "Lipowa 5" }])));
        let area = json!({ "type": "area", "most": 2, "comment": true });
        let fields = [
            ("q".to_owned(), String::new()),
            ("q.typed".to_owned(), "52 20\n52 21\n53 21\ntu plac\n\n50 20\n50 21\n51 21".into()),
        ];
        let read = answers(&form(area.clone()), &fields);
        assert_eq!(read["q"].as_array().unwrap().len(), 2);
        assert_eq!(read["q"][0]["comment"], "tu plac");
        assert_eq!(fits(&form(area.clone()), &asked_only(&form(area), read)), Ok(()));
    }
}
