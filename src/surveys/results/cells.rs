//! Squares of the map, in which answers are counted.

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects, Rect, coord};
use geo_types::Geometry;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Metres of a degree of latitude, and of longitude at 52° north: squares are a little wider in the south.
const LAT_M: f64 = 111_320.0;
const LON_M: f64 = 68_535.0;
/// Most squares of one thing that is drawn; whoever draws over a whole town says little of any place.
const MOST_SQUARES: i64 = 2000;

/// A square: how many widths east and north of the zero of degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Square(pub(super) i32, pub(super) i32);

impl Square {
    fn rect(self, width_m: u32) -> Rect<f64> {
        let (wide, high) = steps(width_m);
        let (x, y) = (f64::from(self.0) * wide, f64::from(self.1) * high);
        Rect::new(coord! { x: x, y: y }, coord! { x: x + wide, y: y + high })
    }

    /// As GeoJSON.
    pub(super) fn geometry(self, width_m: u32) -> Value {
        let rect = self.rect(width_m);
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let (low, high) = (rect.min(), rect.max());
        let ([x0, y0], [x1, y1]) = ([round(low.x), round(low.y)], [round(high.x), round(high.y)]);
        json!({ "type": "Polygon", "coordinates": [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]] })
    }

    /// Its sides, in degrees: west, south, east, north.
    pub(super) fn bounds(self, width_m: u32) -> [f64; 4] {
        let rect = self.rect(width_m);
        [rect.min().x, rect.min().y, rect.max().x, rect.max().y]
    }

    /// Its middle, in degrees: longitude, latitude.
    pub(super) fn middle(self, width_m: u32) -> (f64, f64) {
        let middle = self.rect(width_m).center();
        (middle.x, middle.y)
    }
}

fn steps(width_m: u32) -> (f64, f64) {
    (f64::from(width_m) / LON_M, f64::from(width_m) / LAT_M)
}

/// The squares that an answer touches, each once: a list of `{"geometry": …}`.
pub(super) fn squares(answer: &Value, width_m: u32) -> BTreeSet<Square> {
    let things = answer.as_array().into_iter().flatten();
    things
        .filter_map(|one| read(one.get("geometry")?))
        .flat_map(|geometry| touched(&geometry, width_m))
        .collect()
}

fn read(geometry: &Value) -> Option<Geometry<f64>> {
    let read: geojson::Geometry = serde_json::from_value(geometry.clone()).ok()?;
    read.try_into().ok()
}

fn touched(geometry: &Geometry<f64>, width_m: u32) -> Vec<Square> {
    let Some(around) = geometry.bounding_rect() else { return Vec::new() };
    let (wide, high) = steps(width_m);
    let place = |degrees: f64, step: f64| (degrees / step).floor() as i32;
    let (x0, x1) = (place(around.min().x, wide), place(around.max().x, wide));
    let (y0, y1) = (place(around.min().y, high), place(around.max().y, high));
    if let Geometry::Point(_) = geometry {
        return vec![Square(x0, y0)];
    }
    if i64::from(x1 - x0 + 1) * i64::from(y1 - y0 + 1) > MOST_SQUARES {
        return Vec::new();
    }
    let all = (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| Square(x, y)));
    all.filter(|square| geometry.intersects(&square.rect(width_m))).collect()
}
