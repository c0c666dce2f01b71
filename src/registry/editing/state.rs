//! What a thing is at one moment, and how three such states are merged. Pure.
//!
//! A state is seen as fields: `geometry`, `label`, `status`, `part_of`, and `attributes.KEY` for each attribute. Fields
//! that only one side changed merge by themselves; a field that both sides changed to different values is a clash,
//! and whoever submits chooses.

use std::collections::BTreeMap;

use geo_types::Geometry;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Whether a thing is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not there yet.
    Planned,
    /// In use.
    #[default]
    InService,
    /// There, but not in use.
    OutOfService,
}

impl Status {
    /// The name under which it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::InService => "in_service",
            Self::OutOfService => "out_of_service",
        }
    }

    /// Reads a stored name; `None` for a thing that is removed.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Planned, Self::InService, Self::OutOfService].into_iter().find(|status| status.name() == name)
    }
}

/// A thing at one moment. Attributes that are null are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Where it is, in CRS84.
    #[serde(with = "geojson_geometry")]
    pub geometry: Geometry<f64>,
    /// What people call it.
    #[serde(default)]
    pub label: Option<String>,
    /// Its attributes by the keys of the kind's schema.
    #[serde(default, deserialize_with = "without_nulls")]
    pub attributes: Map<String, Value>,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The whole of which it is a part.
    #[serde(default)]
    pub part_of: Option<Uuid>,
}

/// Names of the fields that are no attributes.
pub const GEOMETRY: &str = "geometry";
/// See [`GEOMETRY`].
pub const LABEL: &str = "label";
/// See [`GEOMETRY`].
pub const STATUS: &str = "status";
/// See [`GEOMETRY`].
pub const PART_OF: &str = "part_of";
/// What the names of attributes begin with.
pub const ATTRIBUTES: &str = "attributes.";

impl State {
    /// The state as fields; what is null is left out.
    #[must_use]
    pub fn fields(&self) -> BTreeMap<String, Value> {
        let mut fields: BTreeMap<String, Value> = self
            .attributes
            .iter()
            .map(|(key, value)| (format!("{ATTRIBUTES}{key}"), value.clone()))
            .collect();
        fields.insert(GEOMETRY.into(), geometry_json(&self.geometry));
        fields.insert(STATUS.into(), self.status.name().into());
        if let Some(label) = &self.label {
            fields.insert(LABEL.into(), label.clone().into());
        }
        if let Some(whole) = self.part_of {
            fields.insert(PART_OF.into(), whole.to_string().into());
        }
        fields
    }

    /// Takes one field of another state over.
    pub fn take(&mut self, field: &str, from: &Self) {
        match field {
            GEOMETRY => self.geometry = from.geometry.clone(),
            LABEL => self.label.clone_from(&from.label),
            STATUS => self.status = from.status,
            PART_OF => self.part_of = from.part_of,
            other => {
                let Some(key) = other.strip_prefix(ATTRIBUTES) else { return };
                match from.attributes.get(key) {
                    Some(value) => self.attributes.insert(key.to_owned(), value.clone()),
                    None => self.attributes.remove(key),
                };
            }
        }
    }

    /// Names of the fields in which two states differ.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let (mine, theirs) = (self.fields(), other.fields());
        let mut names: Vec<&String> = mine.keys().chain(theirs.keys()).collect();
        names.sort();
        names.dedup();
        names.into_iter().filter(|name| !same(mine.get(*name), theirs.get(*name))).cloned().collect()
    }
}

/// A geometry as GeoJSON.
#[must_use]
pub fn geometry_json(geometry: &Geometry<f64>) -> Value {
    serde_json::to_value(geojson::GeoJson::Geometry(geojson::Geometry::from(geometry))).unwrap_or(Value::Null)
}

/// Whether two values are the same; what is missing is null, and 1 is 1.0.
fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null)) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(Some(one), Some(other)))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len() && one.iter().all(|(key, value)| same(Some(value), other.get(key)))
        }
        (one, other) => one == other,
    }
}

/// Whose value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// Of whoever submits.
    Mine,
    /// Of whoever was there before.
    Theirs,
}

/// A field that both sides changed to different values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldClash {
    /// Its name: `geometry`, `attributes.height_m`.
    pub field: String,
    /// What both began with.
    pub base: Value,
    /// What is submitted.
    pub mine: Value,
    /// What somebody else has saved meanwhile.
    pub theirs: Value,
}

/// A clash about whether the thing is there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WholeClash {
    /// Somebody else removed what is changed here.
    TheyRemoved,
    /// What is removed here was changed by somebody else.
    YouRemoved,
    /// Both made a thing with the same id.
    BothNew,
}

/// What comes of a merge.
#[derive(Debug, Clone, PartialEq)]
pub enum Merged {
    /// What is there stays.
    Keep,
    /// It goes.
    Remove,
    /// It becomes this.
    Put(State),
    /// Somebody has to choose.
    Clash {
        /// About being there at all.
        whole: Option<WholeClash>,
        /// About fields.
        fields: Vec<FieldClash>,
    },
}

/// Merges what is submitted with what somebody else saved meanwhile. `None` stands for a thing that is not there (not
/// yet, or removed); `chosen` answers for the name of a field, and for `*` when the thing as a whole is at stake.
#[must_use]
pub fn merge(
    base: Option<&State>,
    mine: Option<&State>,
    theirs: Option<&State>,
    chosen: impl Fn(&str) -> Option<Take>,
) -> Merged {
    let whole = |clash, mine: Merged| match chosen("*") {
        Some(Take::Mine) => mine,
        Some(Take::Theirs) => Merged::Keep,
        None => Merged::Clash { whole: Some(clash), fields: Vec::new() },
    };
    match (base, mine, theirs) {
        (_, None, None) => Merged::Keep,
        (None, None, Some(_)) => Merged::Keep,
        (None, Some(mine), None) => Merged::Put(mine.clone()),
        (None, Some(mine), Some(theirs)) if mine.differing(theirs).is_empty() => Merged::Keep,
        (None, Some(mine), Some(_)) => whole(WholeClash::BothNew, Merged::Put(mine.clone())),
        (Some(base), None, Some(theirs)) if base.differing(theirs).is_empty() => Merged::Remove,
        (Some(_), None, Some(_)) => whole(WholeClash::YouRemoved, Merged::Remove),
        (Some(base), Some(mine), None) if base.differing(mine).is_empty() => Merged::Keep,
        (Some(_), Some(mine), None) => whole(WholeClash::TheyRemoved, Merged::Put(mine.clone())),
        (Some(base), Some(mine), Some(theirs)) => merge_fields(base, mine, theirs, chosen),
    }
}

fn merge_fields(base: &State, mine: &State, theirs: &State, chosen: impl Fn(&str) -> Option<Take>) -> Merged {
    let mut merged = theirs.clone();
    let mut clashes = Vec::new();
    let (base_fields, mine_fields, their_fields) = (base.fields(), mine.fields(), theirs.fields());
    for field in base.differing(mine) {
        let at = |fields: &BTreeMap<String, Value>| fields.get(&field).cloned().unwrap_or(Value::Null);
        let untouched = same(base_fields.get(&field), their_fields.get(&field));
        let agreed = same(mine_fields.get(&field), their_fields.get(&field));
        match chosen(&field).or_else(|| chosen("*")) {
            _ if agreed => {}
            _ if untouched => merged.take(&field, mine),
            Some(Take::Mine) => merged.take(&field, mine),
            Some(Take::Theirs) => {}
            None => clashes.push(FieldClash {
                base: at(&base_fields),
                mine: at(&mine_fields),
                theirs: at(&their_fields),
                field,
            }),
        }
    }
    if !clashes.is_empty() {
        Merged::Clash { whole: None, fields: clashes }
    } else if merged.differing(theirs).is_empty() {
        Merged::Keep
    } else {
        Merged::Put(merged)
    }
}

fn without_nulls<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Map<String, Value>, D::Error> {
    let read = Option::<Map<String, Value>>::deserialize(from)?.unwrap_or_default();
    Ok(read.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

mod geojson_geometry {
    use geo_types::Geometry;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(geometry: &Geometry<f64>, to: S) -> Result<S::Ok, S::Error> {
        geojson::Geometry::from(geometry).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Geometry<f64>, D::Error> {
        let read = geojson::Geometry::deserialize(from)?;
        Geometry::try_from(read).map_err(|error| D::Error::custom(format!("not a geometry: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use geo_types::point;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tree(height: Value, note: Value, x: f64) -> State {
        let attributes = [("height_m", height), ("note", note)];
        State {
            geometry: point! { x: x, y: 52.0 }.into(),
            label: None,
            attributes: attributes
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            status: Status::InService,
            part_of: None,
        }
    }

    fn nobody(_: &str) -> Option<Take> {
        None
    }

    #[test]
    fn different_fields_merge_and_the_same_field_is_offered() {
        let base = tree(json!(5), json!("old"), 20.0);
        let mine = tree(json!(6), json!("old"), 20.0);
        let theirs = tree(json!(5), json!("new"), 20.1);
        assert_eq!(
            merge(Some(&base), Some(&mine), Some(&theirs), nobody),
            Merged::Put(tree(json!(6), json!("new"), 20.1))
        );
        let theirs = tree(json!(7), json!("old"), 20.0);
        let Merged::Clash { whole: None, fields } = merge(Some(&base), Some(&mine), Some(&theirs), nobody)
        else {
            panic!("no clash")
        };
        assert_eq!(fields.len(), 1);
        assert_eq!((&fields[0].mine, &fields[0].theirs), (&json!(6), &json!(7)));
        assert_eq!(merge(Some(&base), Some(&mine), Some(&theirs), |_| Some(Take::Theirs)), Merged::Keep);
        assert_eq!(merge(Some(&base), Some(&mine), Some(&theirs), |_| Some(Take::Mine)), Merged::Put(mine));
    }

    #[test]
    fn a_removed_thing_is_a_clash_only_when_the_other_side_changed_it() {
        let base = tree(json!(5), Value::Null, 20.0);
        let changed = tree(json!(6), Value::Null, 20.0);
        assert_eq!(merge(Some(&base), None, Some(&base), nobody), Merged::Remove);
        assert_eq!(merge(Some(&base), None, None, nobody), Merged::Keep);
        assert!(matches!(
            merge(Some(&base), None, Some(&changed), nobody),
            Merged::Clash { whole: Some(WholeClash::YouRemoved), .. }
        ));
        assert!(matches!(
            merge(Some(&base), Some(&changed), None, nobody),
            Merged::Clash { whole: Some(WholeClash::TheyRemoved), .. }
        ));
        assert_eq!(
            merge(Some(&base), Some(&changed), None, |_| Some(Take::Mine)),
            Merged::Put(changed.clone())
        );
    }

    #[test]
    fn whole_numbers_are_the_same_with_and_without_a_point() {
        let one = tree(json!(5), Value::Null, 20.0);
        assert!(one.differing(&tree(json!(5.0), Value::Null, 20.0)).is_empty());
    }

    #[test]
    fn a_state_reads_and_writes_as_json() {
        let state = tree(json!(5), json!("x"), 20.123_456_789_012_345);
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
        assert!(serde_json::from_value::<State>(json!({ "geometry": { "type": "Point" } })).is_err());
    }

    fn any_state() -> impl Strategy<Value = Option<State>> {
        let height = prop_oneof![Just(Value::Null), (0..3).prop_map(|n| json!(n))];
        let note = prop_oneof![Just(Value::Null), Just(json!("a")), Just(json!("b"))];
        prop::option::weighted(0.8, (height, note, 0..3).prop_map(|(h, n, x)| tree(h, n, f64::from(x))))
    }

    proptest! {
        #[test]
        fn merging_with_oneself_changes_nothing(base in any_state(), mine in any_state()) {
            prop_assert_eq!(merge(base.as_ref(), mine.as_ref(), mine.as_ref(), nobody), Merged::Keep);
        }

        #[test]
        fn what_nobody_else_changed_is_taken_as_it_is(base in any_state(), mine in any_state()) {
            let merged = merge(base.as_ref(), mine.as_ref(), base.as_ref(), nobody);
            let now = match merged {
                Merged::Keep => base.clone(),
                Merged::Remove => None,
                Merged::Put(state) => Some(state),
                Merged::Clash { .. } => return Err(TestCaseError::fail("a clash with nobody")),
            };
            prop_assert_eq!(now, if base.is_none() && mine.is_none() { None } else { mine });
        }

        #[test]
        fn a_choice_ends_every_clash(base in any_state(), mine in any_state(), theirs in any_state(), take_mine: bool) {
            let take = if take_mine { Take::Mine } else { Take::Theirs };
            let merged = merge(base.as_ref(), mine.as_ref(), theirs.as_ref(), |_| Some(take));
            let is_clash = matches!(merged, Merged::Clash { .. });
            prop_assert!(!is_clash);
        }

        #[test]
        fn whoever_comes_second_the_result_is_the_same(base in any_state(), one in any_state(), other in any_state()) {
            let after = |merged, theirs: &Option<State>| match merged {
                Merged::Keep => Ok(theirs.clone()),
                Merged::Remove => Ok(None),
                Merged::Put(state) => Ok(Some(state)),
                Merged::Clash { .. } => Err(()),
            };
            let first = after(merge(base.as_ref(), one.as_ref(), other.as_ref(), nobody), &other);
            let second = after(merge(base.as_ref(), other.as_ref(), one.as_ref(), nobody), &one);
            if base.is_some() {
                prop_assert_eq!(first, second);
            }
        }
    }
}
