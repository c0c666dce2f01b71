//! Relations of geometries.

use super::{Bind, Compiled, Compiler, Type, mismatch, sql::Fragment};
use crate::{
    fault::CompileError,
    geometry::{Geometry, Position},
    tree::{Expr, Number, SpatialOp},
};

impl Compiler<'_> {
    pub(super) fn spatial(&mut self, op: SpatialOp, a: &Expr, b: &Expr) -> Compiled<Fragment> {
        let (a, b) = (self.geometry_operand(a)?, self.geometry_operand(b)?);
        // Boxes that meet are found by the index; what follows is asked of those only.
        let template = match op {
            SpatialOp::Disjoint => "st_disjoint({}, {})",
            SpatialOp::Intersects => "({} && {} and st_intersects({0}, {1}))",
            SpatialOp::Equals => "({} && {} and st_equals({0}, {1}))",
            SpatialOp::Touches => "({} && {} and st_touches({0}, {1}))",
            SpatialOp::Within => "({} && {} and st_within({0}, {1}))",
            SpatialOp::Overlaps => "({} && {} and st_overlaps({0}, {1}))",
            SpatialOp::Crosses => "({} && {} and st_crosses({0}, {1}))",
            SpatialOp::Contains => "({} && {} and st_contains({0}, {1}))",
        };
        Ok(Fragment::fill(template, &[&a, &b]))
    }

    pub(super) fn geometry_operand(&mut self, expr: &Expr) -> Compiled<Fragment> {
        let value = self.value(expr)?;
        if value.kind == Type::Geometry {
            Ok(value.sql)
        } else {
            Err(mismatch(expr, value.kind, "geometria", "a geometry"))
        }
    }

    /// A geometry or box in EPSG:4326.
    pub(super) fn geometry_value(&mut self, expr: &Expr) -> Compiled<Fragment> {
        match expr {
            Expr::Geometry(geometry) => {
                self.check_domain(geometry)?;
                let ewkb = geometry.to_ewkb(self.options.srid, self.options.north_first);
                let plain = self.bind(Bind::Ewkb(ewkb), "bytea");
                let is_area = matches!(
                    geometry,
                    Geometry::Polygon(_) | Geometry::Polygons(_) | Geometry::Collection(_)
                );
                // A ring that crosses itself would end the whole statement.
                let template =
                    if is_area { "st_makevalid(st_geomfromewkb({}))" } else { "st_geomfromewkb({})" };
                Ok(self.in_storage(Fragment::fill(template, &[&plain])))
            }
            Expr::Bbox(numbers) => self.bbox(numbers),
            other => Err(mismatch(other, Type::Text, "geometria", "a geometry")),
        }
    }

    fn in_storage(&self, sql: Fragment) -> Fragment {
        if self.options.srid == 4326 { sql } else { Fragment::fill("st_transform({}, 4326)", &[&sql]) }
    }

    fn check_domain(&self, geometry: &Geometry) -> Compiled<()> {
        let [west, south, east, north] = self.options.domain;
        let mut outside = None;
        geometry.positions(&mut |at| {
            let (x, y) = if self.options.north_first { (at.y, at.x) } else { (at.x, at.y) };
            if !((west..=east).contains(&x) && (south..=north).contains(&y)) {
                outside.get_or_insert((at.x, at.y));
            }
        });
        let Some((x, y)) = outside else { return Ok(()) };
        let srid = self.options.srid;
        Err(CompileError::new(
            format!(
                "pozycja {x} {y} leży poza układem współrzędnych (EPSG:{srid}); kolejność osi jest taka, jak w układzie"
            ),
            format!(
                "the position {x} {y} lies outside of the reference system (EPSG:{srid}); axes are in the system's own order"
            ),
        ))
    }

    /// A box as one or, across the antimeridian, two areas.
    fn bbox(&mut self, numbers: &[Number]) -> Compiled<Fragment> {
        let numbers: Vec<f64> = numbers.iter().map(|number| number.value()).collect();
        let (first, second) = match numbers.as_slice() {
            [a, b, c, d] => ((*a, *b), (*c, *d)),
            [a, b, _, c, d, _] => ((*a, *b), (*c, *d)),
            _ => ((0.0, 0.0), (0.0, 0.0)),
        };
        let corner = |(x, y): (f64, f64)| Geometry::Point(Position { x, y, z: None });
        self.check_domain(&corner(first))?;
        self.check_domain(&corner(second))?;
        let swap = |(x, y): (f64, f64)| if self.options.north_first { (y, x) } else { (x, y) };
        let ((west, south), (east, north)) = (swap(first), swap(second));
        let degrees = self.options.srid == 4326;
        if south > north || (west > east && !degrees) {
            return Err(CompileError::new(
                "BBOX ma najpierw najmniejsze, potem największe współrzędne",
                "a BBOX has the least coordinates first, then the greatest",
            ));
        }
        // A box may be a line or a point; a hair's breadth makes it an area.
        let hair = if degrees { 1e-9 } else { 1e-4 };
        let ring = |west: f64, east: f64| {
            let at = |x: f64, y: f64| Position { x, y, z: None };
            let (w, s, e, n) = (west - hair, south - hair, east + hair, north + hair);
            vec![vec![at(w, s), at(e, s), at(e, n), at(w, n), at(w, s)]]
        };
        let areas =
            if west <= east { vec![ring(west, east)] } else { vec![ring(west, 180.0), ring(-180.0, east)] };
        let ewkb = Geometry::Polygons(areas).to_ewkb(self.options.srid, false);
        let plain = self.bind(Bind::Ewkb(ewkb), "bytea");
        let area = Fragment::fill("st_geomfromewkb({})", &[&plain]);
        if degrees {
            return Ok(area);
        }
        // Straight edges of metres bend in degrees.
        let step = self.bind(Bind::Float((east - west).max(north - south).max(1.0) / 16.0), "float8");
        Ok(self.in_storage(Fragment::fill("st_segmentize({}, {})", &[&area, &step])))
    }
}
