//! The order of a page, and where the next one begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cql2::{Queryable, Queryables, Type};
use serde_json::Value;
use uuid::Uuid;

use crate::kernel::ParamError;

/// Most properties by which a page is sorted.
const MOST_KEYS: usize = 4;

/// By what a page is sorted; unknown values come last. Things that are equal keep the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Sort {
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    queryable: Queryable,
    descending: bool,
}

impl Sort {
    /// Reads `+height_m,-label`; without a sign the order rises.
    ///
    /// # Errors
    /// Names what is unknown or cannot be sorted by.
    pub fn read(text: &str, queryables: &Queryables) -> Result<Self, ParamError> {
        let wrong = |why: String| ParamError::new("sortby", why);
        let mut keys: Vec<Key> = Vec::new();
        for part in text.split(',') {
            // A plus in an address means a space.
            let name = part.trim_start_matches([' ', '+']).trim_end();
            let (name, descending) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
            let queryable = queryables.get(name).ok_or_else(|| {
                let known: Vec<&str> = queryables.names().collect();
                wrong(format!("there is no property {:?} here; there are: {}", short(name), known.join(", ")))
            })?;
            if matches!(queryable.kind, Type::Geometry | Type::List) {
                return Err(wrong(format!("{name} has no order")));
            }
            keys.push(Key { queryable: queryable.clone(), descending });
        }
        if keys.len() > MOST_KEYS {
            return Err(wrong(format!("may name at most {MOST_KEYS} properties")));
        }
        Ok(Self { keys })
    }

    /// Whether the order is that of the ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The expression of a key as it is ordered: texts as the Polish alphabet has them.
    fn key_sql(key: &Key) -> String {
        let sql = key.queryable.sql("a");
        if cast(&key.queryable) == "text" { format!("{sql} collate polish") } else { sql }
    }

    /// The expression of the keys as one JSON array, for the cursor.
    pub(super) fn keys_sql(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| key.queryable.sql("a")).collect();
        format!("jsonb_build_array({})", keys.join(", "))
    }

    /// What follows `order by`.
    pub(super) fn order_sql(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for key in &self.keys {
            let direction = if key.descending { "desc" } else { "asc" };
            parts.push(format!("{} {direction} nulls last", Self::key_sql(key)));
        }
        parts.push("a.id".into());
        parts.join(", ")
    }

    /// The condition that an asset comes after a cursor; `bind` takes a value and answers its place.
    pub(super) fn after_sql(&self, cursor: &Cursor, mut bind: impl FnMut(String) -> String) -> String {
        let id = bind(cursor.id.to_string());
        let mut condition = format!("a.id > {id}::text::uuid");
        for (key, value) in self.keys.iter().zip(&cursor.keys).rev() {
            let sql = Self::key_sql(key);
            condition = match value {
                // Only what is unknown too comes after what is unknown.
                None => format!("({sql} is null and {condition})"),
                Some(value) => {
                    let cast = cast(&key.queryable);
                    let place = bind(value.clone());
                    let sign = if key.descending { '<' } else { '>' };
                    format!(
                        "({sql} {sign} {place}::text::{cast} or {sql} is null or ({sql} = {place}::text::{cast} and {condition}))"
                    )
                }
            };
        }
        condition
    }
}

/// What a key's expression is in SQL; attributes that are whole numbers are `numeric`.
fn cast(queryable: &Queryable) -> &'static str {
    match queryable.kind {
        Type::Number | Type::Integer => "numeric",
        Type::Bool => "boolean",
        Type::Date => "date",
        Type::Instant => "timestamptz",
        Type::Id => "uuid",
        _ => "text",
    }
}

/// Where a page begins: after this asset, in the order of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The values of the keys as texts; `None` for unknown ones.
    pub keys: Vec<Option<String>>,
    /// The id.
    pub id: Uuid,
}

impl Cursor {
    /// After an id, in the order of ids.
    #[must_use]
    pub fn id(id: Uuid) -> Self {
        Self { keys: Vec::new(), id }
    }

    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// When it is not from a next link, or from one of another order.
    pub fn read(text: &str, sort: &Sort) -> Result<Self, ParamError> {
        let wrong = || ParamError::new("after", "must be taken from a next link");
        if sort.is_empty() {
            return text.trim().parse().map(Self::id).map_err(|_| wrong());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (id, keys): (Uuid, Vec<Option<String>>) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let fits = keys.len() == sort.keys.len()
            && keys
                .iter()
                .zip(&sort.keys)
                .all(|(value, key)| value.as_deref().is_none_or(|value| fits(value, &key.queryable)));
        if fits { Ok(Self { keys, id }) } else { Err(wrong()) }
    }

    /// The cursor after an asset whose keys are given as JSON.
    pub(super) fn of(id: Uuid, keys: Option<&Value>) -> Self {
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        Self { keys: keys.and_then(Value::as_array).into_iter().flatten().map(text).collect(), id }
    }

    /// As it stands in an address.
    #[must_use]
    pub fn text(&self) -> String {
        if self.keys.is_empty() {
            return self.id.to_string();
        }
        URL_SAFE_NO_PAD.encode(serde_json::json!([self.id, self.keys]).to_string())
    }
}

/// Whether the database can read a key's value back.
fn fits(value: &str, queryable: &Queryable) -> bool {
    match queryable.kind {
        Type::Number | Type::Integer => value.parse::<f64>().is_ok_and(f64::is_finite),
        Type::Bool => matches!(value, "true" | "false"),
        Type::Date => chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok(),
        Type::Instant => chrono::DateTime::parse_from_rfc3339(value).is_ok(),
        Type::Id => value.parse::<Uuid>().is_ok(),
        _ => !value.contains('\0'),
    }
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}
