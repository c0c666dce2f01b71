//! Districts: parts of the town that surveys can be of.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Surveys,
    store::districts::{self, District, Put},
};
use crate::platform::{Ctx, access::Permission, http::Failure};

/// Most bytes of a file with the area of a district.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Where the area of a district comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// It stays.
    Same,
    /// A GeoJSON text.
    File(String),
    /// A thing of the registry: its collection, and its number or name.
    Thing(String, String),
}

/// The one geometry of a GeoJSON document: itself, its feature's, or all areas of its features together.
pub(super) fn geometry_of(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let is_area = |geometry: &&Value| matches!(geometry["type"].as_str(), Some("Polygon" | "MultiPolygon"));
    let areas: Vec<&Value> = match document.get("type")?.as_str()? {
        "FeatureCollection" => document["features"]
            .as_array()?
            .iter()
            .filter_map(|one| one.get("geometry"))
            .filter(is_area)
            .collect(),
        "Feature" => document.get("geometry").filter(is_area).into_iter().collect(),
        _ => Some(&document).filter(is_area).into_iter().collect(),
    };
    // Each corner is checked here; what crosses itself is mended by the database.
    if areas.is_empty() || !areas.iter().all(|area| ballots::form::check::corners(area).is_some()) {
        return None;
    }
    let parts: Vec<Value> = areas
        .iter()
        .flat_map(|area| match area["type"].as_str() {
            Some("MultiPolygon") => area["coordinates"].as_array().cloned().unwrap_or_default(),
            _ => vec![area["coordinates"].clone()],
        })
        .collect();
    Some(json!({ "type": "MultiPolygon", "coordinates": parts }).to_string())
}

impl Surveys {
    /// All districts.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn districts(&self, ctx: &Ctx) -> Result<Vec<District>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(districts::list(&mut connection).await?)
    }

    /// Name of a district; empty when there is none any more.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn district_name(&self, _ctx: &Ctx, id: Uuid) -> Result<String, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(districts::name(&mut connection, id).await?.unwrap_or_default())
    }

    /// Adds a district, or changes the one of an id.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn put_district(
        &self,
        ctx: &Ctx,
        old: Option<(Uuid, i32)>,
        name: &str,
        source: &Source,
    ) -> Result<Put, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(121).collect();
        if name.is_empty() || name.chars().count() > 120 {
            return Ok(Put::Name);
        }
        let mut transaction = self.pool.begin().await?;
        let geometry = match source {
            Source::Same => None,
            Source::File(text) => match geometry_of(text) {
                Some(geometry) => Some(geometry),
                None => return Ok(Put::Area),
            },
            Source::Thing(collection, text) => {
                match districts::of_registry(&mut transaction, collection, text.trim()).await? {
                    Some(geometry) => Some(geometry),
                    None => return Ok(Put::Area),
                }
            }
        };
        let put = match (old, geometry) {
            (None, None) => Put::Area,
            (None, Some(geometry)) => {
                districts::add(&mut transaction, Uuid::now_v7(), &name, &geometry).await?
            }
            (Some(old), geometry) => {
                districts::change(&mut transaction, old, &name, geometry.as_deref()).await?
            }
        };
        if put == Put::Done {
            transaction.commit().await?;
        }
        Ok(put)
    }

    /// Removes a district that no survey is of.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn remove_district(&self, ctx: &Ctx, id: Uuid) -> Result<Put, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(districts::remove(&mut connection, id).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::geometry_of;

    #[test]
    fn areas_are_taken_out_of_files() {
        let ring = "[[[20,52],[21,52],[21,53],[20,52]]]";
        let polygon = format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#);
        let feature =
            |geometry: &str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
        let all = format!(
            r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
            feature(&polygon),
            feature(r#"{"type":"Point","coordinates":[20,52]}"#)
        );
        let wanted = format!(r#"{{"coordinates":[{ring}],"type":"MultiPolygon"}}"#);
        for text in [polygon.clone(), feature(&polygon), all] {
            assert_eq!(geometry_of(&text).as_deref(), Some(wanted.as_str()), "{text}");
        }
        let outside = polygon.replace("53", "153");
        for text in ["", "{}", r#"{"type":"Point","coordinates":[20,52]}"#, &outside] {
            assert_eq!(geometry_of(text), None, "{text}");
        }
    }
}
