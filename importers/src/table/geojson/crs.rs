//! The reference system that old GeoJSON names in its member `crs`.

use serde_json::Value;

/// The EPSG code of a `crs` member; none if it names none, or a system of another registry than CRS84.
pub(super) fn srid(member: &[u8]) -> Option<u32> {
    let member: Value = serde_json::from_slice(member).ok()?;
    let properties = &member["properties"];
    if let Some(code) = properties["code"].as_u64() {
        return u32::try_from(code).ok();
    }
    let name = properties["name"].as_str()?.to_uppercase();
    if name.ends_with("CRS84") || name.ends_with("CRS84H") {
        return Some(4326);
    }
    let code = name.rsplit([':', '/', '#']).next()?.parse().ok();
    code.filter(|_| name.contains("EPSG"))
}
