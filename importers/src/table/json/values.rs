//! The members of a JSON object as the cells of a row.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::table::text::{shortened, tidy};
use crate::table::{Cell, Limits, RowFault, RowProblem, TableError, columns};

/// Columns in the order in which their keys are first met.
#[derive(Debug, Default)]
pub(in crate::table) struct Columns {
    names: Vec<String>,
    taken: HashSet<String>,
    places: HashMap<String, usize>,
    keys: Vec<String>,
}

impl Columns {
    /// The names, tidy and unique.
    pub(in crate::table) fn names(&self) -> &[String] {
        &self.names
    }

    /// Adds a key that may be known.
    ///
    /// # Errors
    /// [`TableError::TooLarge`]
    pub(in crate::table) fn add(&mut self, key: &str, file: &str, limits: &Limits) -> Result<(), TableError> {
        if self.places.contains_key(key) {
            return Ok(());
        }
        if self.names.len() == limits.columns {
            return Err(columns::too_many(file, limits));
        }
        let place = self.names.len();
        self.names.push(columns::unique(columns::tidy_name(key, place), &mut self.taken));
        self.places.insert(key.to_owned(), place);
        self.keys.push(key.to_owned());
        Ok(())
    }

    /// The place of a key, which most often is the next one after the last.
    fn place(&self, key: &str, expected: usize) -> Option<usize> {
        if self.keys.get(expected).is_some_and(|next| next == key) {
            return Some(expected);
        }
        self.places.get(key).copied()
    }
}

/// Collects the keys of an object into columns.
pub(in crate::table) struct Keys<'a> {
    pub(in crate::table) columns: &'a mut Columns,
    pub(in crate::table) file: &'a str,
    pub(in crate::table) limits: &'a Limits,
    pub(in crate::table) failure: &'a mut Option<TableError>,
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of values")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(Key)? {
            if self.columns.keys.get(expected).is_none_or(|known| *known != key)
                && let Err(error) = self.columns.add(&key, self.file, self.limits)
            {
                *self.failure = Some(error);
                return Err(A::Error::custom("too many columns"));
            }
            expected += 1;
            map.next_value::<serde::de::IgnoredAny>()?;
        }
        Ok(())
    }
}

/// A key, borrowed where it can be.
pub(in crate::table) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Puts the members of an object into cells.
pub(in crate::table) struct Cells<'a> {
    pub(in crate::table) columns: &'a Columns,
    pub(in crate::table) limits: &'a Limits,
    pub(in crate::table) cells: &'a mut Vec<Cell>,
    pub(in crate::table) faults: &'a mut Vec<RowFault>,
}

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of values")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(Key)? {
            let Some(place) = self.columns.place(&key, expected) else {
                map.next_value::<serde::de::IgnoredAny>()?;
                continue;
            };
            expected = place + 1;
            let mut cell = map.next_value_seed(OneCell)?;
            if let Some(found) = cut(&mut cell, self.limits) {
                let column = self.columns.names.get(place).cloned();
                self.faults.push(RowFault { column, found, problem: RowProblem::TooLarge });
            }
            if place == self.cells.len() {
                self.cells.push(cell);
                continue;
            }
            if self.cells.len() <= place {
                self.cells.resize(place + 1, Cell::Empty);
            }
            if let Some(old) = self.cells.get_mut(place) {
                *old = cell;
            }
        }
        Ok(())
    }
}

/// Cuts a text that is too long; says how it begins.
fn cut(cell: &mut Cell, limits: &Limits) -> Option<String> {
    let Cell::Text(text) = cell else { return None };
    if text.len() <= limits.cell_bytes {
        return None;
    }
    crate::table::xml::cut(text, limits.cell_bytes);
    Some(shortened(text))
}

struct OneCell;

impl<'de> DeserializeSeed<'de> for OneCell {
    type Value = Cell;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneCell {
    type Value = Cell;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Empty)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Cell, E> {
        Ok(Cell::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
        Ok(i64::try_from(number).map_or_else(|_| Cell::Text(number.to_string()), Cell::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
        Ok(if number.is_finite() { Cell::Number(number) } else { Cell::Empty })
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(match tidy(text) {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = list.next_element_seed(Self)? {
            cells.push(cell);
        }
        Ok(if cells.is_empty() { Cell::Empty } else { Cell::List(cells) })
    }

    /// Values within a value stay JSON.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            object.insert(key, value);
        }
        Ok(Cell::Text(Value::Object(object).to_string()))
    }
}
