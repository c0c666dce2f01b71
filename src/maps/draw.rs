//! Gathers what a page's map shows and draws it on the server, for paper and for browsers without scripts.

use futures::{future::try_join_all, try_join};
use geo::MapCoords;
use geo_types::{Coord, Geometry};

use super::{
    Maps, store,
    svg::{self, Drawing, Mark, RouteShape, Shape, ShapeClass},
};
use crate::{
    kernel::Geom,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    ui::map_data::MapData,
};

/// Most pieces of ground in one drawing.
const MOST_GROUND: i64 = 3000;
/// Most things of one kind in one drawing.
const MOST_THINGS: i64 = 1500;
/// Least width and height of what is shown, in degrees: about 130 metres in Poland.
const LEAST_WIDE_DEG: f64 = 0.002;
const LEAST_HIGH_DEG: f64 = 0.0012;
/// Beyond this width single graves and trees are only noise.
const WIDEST_WITH_THINGS_DEG: f64 = 0.02;

/// Registered kinds that are drawn, from the ground up.
const KINDS: [(&str, ShapeClass); 5] = [
    ("cemeteries", ShapeClass::Cemetery),
    ("sectors", ShapeClass::Sector),
    ("graves", ShapeClass::Grave),
    ("trees", ShapeClass::Tree),
    ("barriers", ShapeClass::Barrier),
];

impl Maps {
    /// A page's map as SVG; `route` with its legs and numbered steps, when the page is about a way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draw(
        &self,
        ctx: &Ctx,
        map: &MapData,
        title: &str,
        route: Option<RouteShape>,
    ) -> Result<String, Failure> {
        let [west, south, east, north] = map.bounds;
        let (wide, high) = ((east - west).max(LEAST_WIDE_DEG), (north - south).max(LEAST_HIGH_DEG));
        // The sheet has its own shape, so more is seen than was asked for.
        let seen = [west - wide, south - high, east + wide, north + high];
        // A list of places is an overview; single graves and trees are for a drawing that leads to one.
        let close = map.places.is_empty() && wide <= WIDEST_WITH_THINGS_DEG;
        let things = KINDS
            .into_iter()
            .filter(|(_, class)| close || matches!(class, ShapeClass::Cemetery))
            .map(|(slug, class)| self.things(ctx, slug, class, seen));
        let (mut shapes, things) = try_join!(self.ground(seen, zoom_of(wide)), try_join_all(things))?;
        shapes.extend(things.into_iter().flatten());
        let coord = |[x, y]: [f64; 2]| Coord { x, y };
        let drawing = Drawing {
            extent: map.bounds,
            width_px: 800.0,
            height_px: 600.0,
            title: title.to_owned(),
            description: title.to_owned(),
            lang: ctx.lang.tag().to_owned(),
            accent: self.site.accent(),
            attribution: map.attribution.clone(),
            shapes,
            route,
            gate: map.way.as_ref().and_then(|way| way.gate.as_ref()).map(|gate| Mark {
                at: coord(gate.position),
                label: Some(gate.label.clone()).filter(|label| !label.is_empty()),
            }),
            target: map
                .grave
                .as_ref()
                .map(|grave| Mark { at: coord(grave.position), label: Some(grave.label.clone()) }),
            places: map
                .places
                .iter()
                .filter_map(|place| Some((usize::try_from(place.number?).ok()?, coord(place.position))))
                .collect(),
        };
        // Tens of thousands of points take milliseconds that others should not wait for.
        tokio::task::spawn_blocking(move || svg::draw(&drawing)).await.internal("draw a map")
    }

    async fn things(
        &self,
        ctx: &Ctx,
        slug: &str,
        class: ShapeClass,
        seen: [f64; 4],
    ) -> Result<Vec<Shape>, Failure> {
        // What may not be known is left out; the map says no more than the rest of the page.
        let found = match self.registry.outlines(ctx, slug, seen, MOST_THINGS).await {
            Err(Failure::NotFound(_)) => Vec::new(),
            found => found?,
        };
        let named = matches!(class, ShapeClass::Cemetery | ShapeClass::Sector);
        Ok(found
            .into_iter()
            .map(|(label, geometry)| Shape { class, geometry, label: label.filter(|_| named) })
            .collect())
    }

    async fn ground(&self, seen: [f64; 4], zoom: i16) -> Result<Vec<Shape>, Failure> {
        let mut shapes = Vec::new();
        for piece in store::ground(&self.pool, seen, zoom, MOST_GROUND).await? {
            let geometry = Geom::from_ewkb(&piece.ewkb).internal("read the basemap")?.0.map_coords(degrees);
            if let Some(class) = ground_class(&piece.layer, &piece.class, &geometry) {
                shapes.push(Shape { class, geometry, label: piece.name });
            }
        }
        Ok(shapes)
    }
}

/// EPSG:3857 to degrees: the spherical Mercator projection, taken back.
fn degrees(at: Coord<f64>) -> Coord<f64> {
    const SPHERE_RADIUS_M: f64 = 6_378_137.0;
    Coord { x: (at.x / SPHERE_RADIUS_M).to_degrees(), y: (at.y / SPHERE_RADIUS_M).sinh().atan().to_degrees() }
}

/// The zoom at which so many degrees fill a sheet of about two tiles' width.
fn zoom_of(wide_deg: f64) -> i16 {
    (720.0 / wide_deg).log2().floor().clamp(0.0, 22.0) as i16
}

fn ground_class(layer: &str, class: &str, geometry: &Geometry<f64>) -> Option<ShapeClass> {
    let is_line = matches!(geometry, Geometry::LineString(_) | Geometry::MultiLineString(_));
    match (layer, class) {
        ("water", _) if is_line => Some(ShapeClass::Stream),
        ("water", _) => Some(ShapeClass::Water),
        ("buildings", _) => Some(ShapeClass::Building),
        ("land", "forest") => Some(ShapeClass::Wood),
        ("land", "grass" | "park" | "pitch" | "playground") => Some(ShapeClass::Green),
        ("land", "square") => Some(ShapeClass::Square),
        ("roads", "rail" | "tram") => Some(ShapeClass::Rail),
        ("roads", "steps") => Some(ShapeClass::Steps),
        ("roads", "footway" | "path" | "cycleway") => Some(ShapeClass::Path),
        ("roads", "service" | "track") => Some(ShapeClass::Service),
        ("roads", "motorway" | "trunk" | "primary" | "secondary") => Some(ShapeClass::MainRoad),
        ("roads", _) => Some(ShapeClass::Street),
        _ => None,
    }
}
