//! CQL2 JSON into the tree and back.

use serde_json::{Map, Value, json};

use crate::{
    MOST_BYTES, MOST_DEPTH,
    fault::{Message, ParseError, Place, shown},
    geometry::{Geometry, Position},
    instant,
    rules::{Budget, no_lists, too_deep},
    tree::{Arithmetic, ArrayOp, Comparison, Expr, Number, SpatialOp, TemporalOp},
};

/// Reads CQL2 JSON from its text.
///
/// # Errors
/// [`ParseError`] with the JSON Pointer of the part that is wrong.
pub fn parse_json(text: &str) -> Result<Expr, ParseError> {
    let whole = |detail| ParseError { at: Place::Pointer(String::new()), detail };
    if text.len() > MOST_BYTES {
        return Err(whole(Message::new(
            format!("filtr jest dłuższy niż {MOST_BYTES} bajtów"),
            format!("the filter is longer than {MOST_BYTES} bytes"),
        )));
    }
    let value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        whole(Message::new(
            format!("to nie jest JSON (wiersz {line}, kolumna {column})"),
            format!("this is no JSON (line {line}, column {column})"),
        ))
    })?;
    parse_value(&value)
}

/// Reads CQL2 JSON.
///
/// # Errors
/// [`ParseError`] with the JSON Pointer of the part that is wrong.
pub fn parse_value(value: &Value) -> Result<Expr, ParseError> {
    let mut reader = Reader { path: Vec::new(), budget: Budget::default() };
    let read = reader.expr(value, 1).and_then(|expr| no_lists([&expr]).map(|()| expr));
    read.map_err(|detail| ParseError {
        at: Place::Pointer(reader.path.iter().map(|step| format!("/{step}")).collect()),
        detail,
    })
}

/// The path leads to the part being read; it stays where an error is found.
struct Reader {
    path: Vec<String>,
    budget: Budget,
}

type Read<T> = Result<T, Message>;

impl Reader {
    fn within<T>(&mut self, step: impl ToString, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.path.push(step.to_string());
        let result = read(self)?;
        self.path.pop();
        Ok(result)
    }

    fn expr(&mut self, value: &Value, depth: usize) -> Read<Expr> {
        if depth > MOST_DEPTH {
            return Err(too_deep());
        }
        let expr = match value {
            Value::Null => {
                return Err(Message::new(
                    "null nie jest wartością; jest op „isNull”",
                    "null is no value; there is the op \"isNull\"",
                ));
            }
            Value::Bool(truth) => Expr::Bool(*truth),
            Value::Number(_) => Expr::Number(number(value)?),
            Value::String(text) => Expr::Text(text.clone()),
            Value::Array(items) => Expr::List(self.exprs(items, depth)?),
            Value::Object(object) => self.object(object, depth)?,
        };
        self.budget.accept(expr)
    }

    fn exprs(&mut self, items: &[Value], depth: usize) -> Read<Vec<Expr>> {
        items
            .iter()
            .enumerate()
            .map(|(i, item)| self.within(i, |reader| reader.expr(item, depth + 1)))
            .collect()
    }

    fn object(&mut self, object: &Map<String, Value>, depth: usize) -> Read<Expr> {
        if let Some(op) = object.get("op") {
            let op =
                op.as_str().ok_or_else(|| Message::new("„op” ma być tekstem", "\"op\" must be a text"))?;
            let arguments = object
                .get("args")
                .and_then(Value::as_array)
                .ok_or_else(|| Message::new("„args” ma być tablicą", "\"args\" must be an array"))?;
            return self.within("args", |reader| reader.operation(op, arguments, depth));
        }
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(expected_text);
        if let Some(name) = object.get("property") {
            return text(name).map(Expr::Property);
        }
        if let Some(day) = object.get("date") {
            return instant::date(&text(day)?).map(Expr::Date);
        }
        if let Some(at) = object.get("timestamp") {
            return instant::timestamp(&text(at)?).map(Expr::Timestamp);
        }
        if let Some(ends) = object.get("interval") {
            let Some([from, to]) = ends.as_array().map(Vec::as_slice) else {
                return Err(Message::new("„interval” ma mieć dwa końce", "\"interval\" must have two ends"));
            };
            return self.within("interval", |reader| {
                let from = reader.within(0, |reader| reader.end(from, depth))?;
                let to = reader.within(1, |reader| reader.end(to, depth))?;
                Ok(Expr::Interval(from, to))
            });
        }
        if let Some(numbers) = object.get("bbox").filter(|_| !object.contains_key("type")) {
            return self.within("bbox", |_| {
                array(numbers)?.iter().take(7).map(number).collect::<Read<Vec<_>>>().map(Expr::Bbox)
            });
        }
        if object.contains_key("type") {
            return self.geometry(object, 0).map(Expr::Geometry);
        }
        Err(Message::new(
            "oczekiwano „op”, „property”, „date”, „timestamp”, „interval”, „bbox” lub geometrii GeoJSON",
            "expected \"op\", \"property\", \"date\", \"timestamp\", \"interval\", \"bbox\" or a GeoJSON geometry",
        ))
    }

    fn end(&mut self, value: &Value, depth: usize) -> Read<Option<Box<Expr>>> {
        let end = match value {
            Value::String(text) if text == ".." => return Ok(None),
            Value::String(text) if text.contains('T') => Expr::Timestamp(instant::timestamp(text)?),
            Value::String(text) => Expr::Date(instant::date(text)?),
            other => return Ok(Some(self.expr(other, depth + 1)?.into())),
        };
        Ok(Some(self.budget.accept(end)?.into()))
    }

    fn operation(&mut self, op: &str, arguments: &[Value], depth: usize) -> Read<Expr> {
        let lower = op.to_ascii_lowercase();
        if lower == "in" {
            let [value, items] = arguments else { return Err(count(op, 2)) };
            let value = self.within(0, |reader| reader.expr(value, depth + 1))?;
            let items = self.within(1, |reader| reader.exprs(array(items)?, depth))?;
            return Ok(Expr::In(value.into(), items));
        }
        let parts = self.exprs(arguments, depth)?;
        if let Some(comparison) = Comparison::named(op) {
            return two(op, parts).map(|(a, b)| Expr::Compare(comparison, a, b));
        }
        if let Some(relation) = SpatialOp::named(op) {
            return two(op, parts).map(|(a, b)| Expr::Spatial(relation, a, b));
        }
        if let Some(relation) = TemporalOp::named(op) {
            return two(op, parts).map(|(a, b)| Expr::Temporal(relation, a, b));
        }
        if let Some(relation) = ArrayOp::named(op) {
            return two(op, parts).map(|(a, b)| Expr::Array(relation, a, b));
        }
        if let Some(arithmetic) = Arithmetic::named(op) {
            return two(op, parts).map(|(a, b)| Expr::Arithmetic(arithmetic, a, b));
        }
        match lower.as_str() {
            "and" => Ok(Expr::And(parts)),
            "or" => Ok(Expr::Or(parts)),
            "not" => one(op, parts).map(Expr::Not),
            "isnull" => one(op, parts).map(Expr::IsNull),
            "casei" => one(op, parts).map(Expr::Casei),
            "accenti" => one(op, parts).map(Expr::Accenti),
            "like" => two(op, parts).map(|(a, b)| Expr::Like(a, b)),
            "between" => match <[Expr; 3]>::try_from(parts) {
                Ok([value, low, high]) => Ok(Expr::Between(value.into(), low.into(), high.into())),
                Err(_) => Err(count(op, 3)),
            },
            _ => Ok(Expr::Function(op.to_owned(), parts)),
        }
    }

    fn geometry(&mut self, object: &Map<String, Value>, depth: usize) -> Read<Geometry> {
        if depth > 8 {
            return Err(too_deep());
        }
        let missing =
            || Message::new("geometria nie ma „coordinates”", "the geometry has no \"coordinates\"");
        let name = object.get("type").and_then(Value::as_str).ok_or_else(expected_text)?;
        if name == "GeometryCollection" {
            let parts = object.get("geometries").and_then(Value::as_array).ok_or_else(|| {
                Message::new("zbiór geometrii nie ma „geometries”", "the collection has no \"geometries\"")
            })?;
            return self.within("geometries", |reader| {
                let part = |(i, part): (usize, &Value)| {
                    reader
                        .within(i, |reader| reader.geometry(part.as_object().ok_or_else(missing)?, depth + 1))
                };
                parts.iter().enumerate().map(part).collect::<Read<_>>().map(Geometry::Collection)
            });
        }
        let coordinates = object.get("coordinates").ok_or_else(missing)?;
        self.within("coordinates", |_| match name {
            "Point" => position(coordinates).map(Geometry::Point),
            "LineString" => line(coordinates).map(Geometry::Line),
            "Polygon" => lines(coordinates).map(Geometry::Polygon),
            "MultiPoint" => line(coordinates).map(Geometry::Points),
            "MultiLineString" => lines(coordinates).map(Geometry::Lines),
            "MultiPolygon" => many(coordinates, lines).map(Geometry::Polygons),
            other => {
                let other = shown(other);
                Err(Message::new(
                    format!("„{other}” nie jest rodzajem geometrii"),
                    format!("{other:?} is no type of geometry"),
                ))
            }
        })
    }
}

fn expected_text() -> Message {
    Message::new("oczekiwano tekstu", "expected a text")
}

fn count(op: &str, expected: usize) -> Message {
    let op = shown(op);
    Message::new(format!("„{op}” ma {expected} argumenty"), format!("{op:?} takes {expected} arguments"))
}

fn one(op: &str, parts: Vec<Expr>) -> Read<Box<Expr>> {
    match <[Expr; 1]>::try_from(parts) {
        Ok([part]) => Ok(part.into()),
        Err(_) => Err(count(op, 1)),
    }
}

fn two(op: &str, parts: Vec<Expr>) -> Read<(Box<Expr>, Box<Expr>)> {
    match <[Expr; 2]>::try_from(parts) {
        Ok([a, b]) => Ok((a.into(), b.into())),
        Err(_) => Err(count(op, 2)),
    }
}

fn array(value: &Value) -> Read<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| Message::new("oczekiwano tablicy", "expected an array"))
}

fn number(value: &Value) -> Read<Number> {
    let whole = value.as_i64().map(Number::Integer);
    let number = || value.as_f64().filter(|number| number.is_finite()).map(Number::Decimal);
    whole.or_else(number).ok_or_else(|| Message::new("oczekiwano liczby", "expected a number"))
}

fn position(value: &Value) -> Read<Position> {
    let numbers = array(value)?.iter().take(4).map(number).collect::<Read<Vec<_>>>()?;
    match numbers.as_slice() {
        [x, y] => Ok(Position { x: x.value(), y: y.value(), z: None }),
        [x, y, z] => Ok(Position { x: x.value(), y: y.value(), z: Some(z.value()) }),
        _ => Err(Message::new("pozycja ma dwie lub trzy liczby", "a position has two or three numbers")),
    }
}

fn many<T>(value: &Value, one: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
    array(value)?.iter().map(one).collect()
}

fn line(value: &Value) -> Read<Vec<Position>> {
    many(value, position)
}

fn lines(value: &Value) -> Read<Vec<Vec<Position>>> {
    many(value, line)
}

impl Expr {
    /// As CQL2 JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let op = |name: &str, arguments: &[&Expr]| json!({ "op": name, "args": arguments.iter().map(|part| part.to_json()).collect::<Vec<_>>() });
        let all = |parts: &[Expr]| parts.iter().map(Expr::to_json).collect::<Vec<_>>();
        match self {
            Self::And(parts) => json!({ "op": "and", "args": all(parts) }),
            Self::Or(parts) => json!({ "op": "or", "args": all(parts) }),
            Self::Not(one) => op("not", &[one]),
            Self::Compare(comparison, a, b) => op(comparison.name(), &[a, b]),
            Self::Like(a, b) => op("like", &[a, b]),
            Self::Between(a, b, c) => op("between", &[a, b, c]),
            Self::In(value, items) => json!({ "op": "in", "args": [value.to_json(), all(items)] }),
            Self::IsNull(one) => op("isNull", &[one]),
            Self::Spatial(relation, a, b) => op(relation.name(), &[a, b]),
            Self::Temporal(relation, a, b) => op(relation.name(), &[a, b]),
            Self::Array(relation, a, b) => op(relation.name(), &[a, b]),
            Self::Arithmetic(arithmetic, a, b) => op(arithmetic.name(), &[a, b]),
            Self::Casei(one) => op("casei", &[one]),
            Self::Accenti(one) => op("accenti", &[one]),
            Self::Function(name, arguments) => json!({ "op": name, "args": all(arguments) }),
            Self::Property(name) => json!({ "property": name }),
            Self::Text(text) => json!(text),
            Self::Number(number) => number_value(*number),
            Self::Bool(truth) => json!(truth),
            Self::Date(day) => json!({ "date": day }),
            Self::Timestamp(at) => json!({ "timestamp": at }),
            Self::Interval(from, to) => {
                json!({ "interval": [end_value(from.as_deref()), end_value(to.as_deref())] })
            }
            Self::List(items) => json!(all(items)),
            Self::Geometry(geometry) => geometry_value(geometry),
            Self::Bbox(numbers) => {
                json!({ "bbox": numbers.iter().map(|n| number_value(*n)).collect::<Vec<_>>() })
            }
        }
    }
}

fn number_value(number: Number) -> Value {
    match number {
        Number::Integer(number) => json!(number),
        Number::Decimal(number) => json!(number),
    }
}

fn end_value(end: Option<&Expr>) -> Value {
    match end {
        None => json!(".."),
        Some(Expr::Date(text) | Expr::Timestamp(text)) => json!(text),
        Some(other) => other.to_json(),
    }
}

fn geometry_value(geometry: &Geometry) -> Value {
    let position = |at: &Position| at.z.map_or_else(|| json!([at.x, at.y]), |z| json!([at.x, at.y, z]));
    let line = |line: &Vec<Position>| line.iter().map(position).collect::<Value>();
    let lines = |lines: &Vec<Vec<Position>>| lines.iter().map(line).collect::<Value>();
    let coordinates = match geometry {
        Geometry::Point(at) => position(at),
        Geometry::Line(positions) | Geometry::Points(positions) => line(positions),
        Geometry::Polygon(rings) | Geometry::Lines(rings) => lines(rings),
        Geometry::Polygons(areas) => areas.iter().map(lines).collect(),
        Geometry::Collection(parts) => {
            let parts: Vec<Value> = parts.iter().map(geometry_value).collect();
            return json!({ "type": geometry.name(), "geometries": parts });
        }
    };
    json!({ "type": geometry.name(), "coordinates": coordinates })
}
