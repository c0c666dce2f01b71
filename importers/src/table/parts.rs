//! Lines and rings with the least that makes them such.

use geo_types::{Coord, LineString};

/// A line of none, two or more positions.
pub(super) fn line(vertices: Vec<Coord<f64>>) -> Result<LineString<f64>, String> {
    match vertices.len() {
        1 => Err("a line with one position".into()),
        _ => Ok(LineString(vertices)),
    }
}

/// A closed ring of at least four positions.
pub(super) fn ring(vertices: Vec<Coord<f64>>) -> Result<LineString<f64>, String> {
    if vertices.len() < 4 {
        return Err(format!("a ring with {} positions, of which it needs 4", vertices.len()));
    }
    if vertices.first() != vertices.last() {
        return Err("a ring that is not closed".into());
    }
    Ok(LineString(vertices))
}
