//! Use cases of the editor's reading.

use geo::{CoordsIter, MapCoords};
use geo_types::Geometry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, Wanted};
use crate::{
    kernel::{Crs, Geom, ParamError},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    registry::{
        Domain, GeometryType, Registry, Sight,
        editing::{self, AssetNow, faults::is_readable},
        sight,
    },
};

/// Most things of one answer.
pub const MOST_FOUND: u32 = 5000;
/// Most points that are transformed at once.
const MOST_POINTS: usize = 10_000;
/// Most conditions of one filter.
const MOST_CONDITIONS: usize = 20;

/// A kind as the editor needs it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeskKind {
    /// Name in addresses.
    pub slug: String,
    /// "Latarnie".
    pub title: String,
    /// "Latarnia".
    pub singular: String,
    /// Shape.
    pub geometry_type: GeometryType,
    /// Name of the icon.
    pub icon: String,
    /// `#rrggbb`
    pub colour: String,
    /// Zoom from which single things are drawn.
    pub min_zoom: u8,
    /// Where it belongs.
    #[schema(value_type = String)]
    pub domain: Domain,
    /// Whether the public sees it.
    pub public: bool,
    /// How many there are.
    pub count: i64,
    /// Whether whoever asks may change things of it.
    pub writable: bool,
    /// JSON Schema of the attributes.
    #[schema(value_type = Object)]
    pub schema: Value,
}

/// One condition of a filter.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Key of an attribute, or `label`, `status`, `registry_number`, `source`.
    pub key: String,
    /// `eq`, `ne`, `lt`, `gt`, `contains`, `empty`, `filled`.
    pub op: String,
    /// What it is compared with.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub value: Value,
}

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// Slugs of kinds.
    pub kinds: Vec<String>,
    /// West, south, east, north in degrees.
    pub bbox: Option<[f64; 4]>,
    /// GeoJSON polygon.
    #[schema(value_type = Option<Object>)]
    pub within: Option<Value>,
    /// Part of a name or number.
    pub text: Option<String>,
    /// All of them must be met.
    pub conditions: Vec<Condition>,
    /// At most so many, 5000 or fewer.
    pub limit: Option<u32>,
}

impl Registry {
    /// Kinds that whoever asks may read, with their schemas.
    #[must_use]
    pub fn desk_kinds(&self, ctx: &Ctx) -> Vec<DeskKind> {
        let state = self.feed.now();
        self.kinds()
            .all()
            .filter(|kind| sight(ctx, kind.slug.as_str()) == Sight::Inside)
            .map(|kind| DeskKind {
                slug: kind.slug.as_str().to_owned(),
                title: kind.title.get(ctx.lang).to_owned(),
                singular: kind.singular.get(ctx.lang).to_owned(),
                geometry_type: kind.geometry,
                icon: kind.icon.clone(),
                colour: kind.colour.clone(),
                min_zoom: kind.min_zoom,
                domain: kind.domain,
                public: kind.public,
                count: state.live(kind.slug.as_str()),
                writable: ctx.may(Permission::RegistryWrite, Some(kind.slug.as_str())),
                schema: kind.schema.clone(),
            })
            .collect()
    }

    /// Whole things that meet a search, and how many there are in all.
    ///
    /// # Errors
    /// What is wrong with the search; kinds that may not be read.
    pub async fn search(&self, ctx: &Ctx, search: &Search) -> Result<(Vec<AssetNow>, i64), Failure> {
        let wanted = self.wanted(ctx, search)?;
        let limit = i64::from(search.limit.unwrap_or(MOST_FOUND).clamp(1, MOST_FOUND));
        let rows = store::search(&self.pool, &wanted, limit).await?;
        let matched = if (rows.len() as i64) < limit {
            rows.len() as i64
        } else {
            store::count(&self.pool, &wanted).await?
        };
        Ok((editing::assets_of(rows)?, matched))
    }

    fn wanted<'a>(&self, ctx: &Ctx, search: &'a Search) -> Result<Wanted<'a>, Failure> {
        if search.kinds.is_empty() || search.kinds.len() > 200 {
            return Err(ParamError::new("kinds", "must name at least one kind, at most 200").into());
        }
        for slug in &search.kinds {
            ctx.require(Permission::RegistryRead, Some(slug))?;
            self.kind(ctx, slug)?;
        }
        if search.conditions.len() > MOST_CONDITIONS {
            return Err(ParamError::new("conditions", "must be at most 20").into());
        }
        for condition in &search.conditions {
            if !["eq", "ne", "lt", "gt", "contains", "empty", "filled"].contains(&condition.op.as_str()) {
                return Err(
                    ParamError::new("op", "must be one of eq, ne, lt, gt, contains, empty, filled").into()
                );
            }
        }
        let zero = |text: &str| text.contains('\0');
        let conditions = serde_json::to_value(&search.conditions).internal("write conditions")?;
        if search.text.as_deref().is_some_and(zero) || conditions.to_string().contains("\\u0000") {
            return Err(ParamError::new("text", "holds a zero character").into());
        }
        let text =
            search.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(|text| {
                format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
            });
        Ok(Wanted { kinds: &search.kinds, area: area(search)?, text, conditions })
    }

    /// Things by their ids, as far as they are there and may be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assets(&self, ctx: &Ctx, ids: &[Uuid]) -> Result<Vec<AssetNow>, Failure> {
        let rows = store::by_ids(&self.pool, ids).await?;
        let may = |asset: &AssetNow| ctx.may(Permission::RegistryRead, Some(&asset.kind));
        Ok(editing::assets_of(rows)?.into_iter().filter(may).collect())
    }

    /// Things by their ids, as far as they are there, for whoever has just written them.
    pub(in crate::registry) async fn assets_now(&self, ids: &[Uuid]) -> Result<Vec<AssetNow>, Failure> {
        editing::assets_of(store::by_ids(&self.pool, ids).await?)
    }

    /// One whole thing.
    ///
    /// # Errors
    /// Not found; a removed thing says who removed it and when.
    pub async fn asset(&self, ctx: &Ctx, id: Uuid) -> Result<AssetNow, Failure> {
        let gone = || Failure::not_found(format!("asset {id}"));
        let row = store::by_ids(&self.pool, &[id]).await?.into_iter().next().ok_or_else(gone)?;
        ctx.require(Permission::RegistryRead, Some(&row.kind)).map_err(|_| gone())?;
        let (who, when) = (row.changed_by.clone(), row.updated_at);
        editing::assets_of(vec![row])?.into_iter().next().ok_or_else(|| Failure::Gone {
            more: serde_json::json!({ "deleted_by": who, "deleted_at": when }),
        })
    }

    /// A thing as it is now for whoever may change it; `None` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn present(&self, ctx: &Ctx, id: Uuid) -> Result<Option<AssetNow>, Failure> {
        let rows = store::by_ids(&self.pool, &[id]).await?;
        let may = |asset: &AssetNow| ctx.may(Permission::RegistryWrite, Some(&asset.kind));
        Ok(editing::assets_of(rows)?.into_iter().find(may))
    }

    /// A geometry of a system, in its own order of axes, as it is stored.
    ///
    /// # Errors
    /// When it lies outside the system.
    pub async fn into_storage(&self, geometry: Geometry<f64>, crs: Crs) -> Result<Geometry<f64>, Failure> {
        if crs == Crs::Crs84 {
            return Ok(geometry);
        }
        if !is_readable(&geometry) {
            return Err(ParamError::new("geometry", "has a line or a ring with too few positions").into());
        }
        let turned = if crs.north_first() {
            geometry.map_coords(|c| geo_types::coord! { x: c.y, y: c.x })
        } else {
            geometry
        };
        let [west, south, east, north] = crs.domain();
        let inside =
            |c: geo_types::Coord<f64>| (west..=east).contains(&c.x) && (south..=north).contains(&c.y);
        if !turned.coords_iter().all(inside) {
            return Err(
                ParamError::new("geometry", "lies outside its system; check the order of axes").into()
            );
        }
        if crs.srid() == 4326 {
            return Ok(turned);
        }
        let ewkb = Geom(turned).to_ewkb().internal("write a geometry")?;
        let stored = store::in_storage(&self.pool, &ewkb, crs.srid()).await?;
        Ok(Geom::from_ewkb(&stored).internal("read a geometry")?.0)
    }

    /// Points of a system, in its own order of axes, as longitude and latitude; or, with `inverse`, the other way.
    ///
    /// # Errors
    /// Too many points, or one that lies outside the system.
    pub async fn coordinates(
        &self,
        crs: Crs,
        points: &[[f64; 2]],
        inverse: bool,
    ) -> Result<Vec<[f64; 2]>, Failure> {
        if points.len() > MOST_POINTS {
            return Err(ParamError::new("points", "must be at most 10000").into());
        }
        let turned = |[a, b]: [f64; 2]| if crs.north_first() { [b, a] } else { [a, b] };
        let [west, south, east, north] = if inverse { Crs::Crs84.domain() } else { crs.domain() };
        let mut given = Vec::with_capacity(points.len());
        for point in points {
            let [x, y] = if inverse { *point } else { turned(*point) };
            if !((west..=east).contains(&x) && (south..=north).contains(&y)) {
                let shown = format!("{} {} lies outside the system", point[0], point[1]);
                return Err(ParamError::new("points", shown).into());
            }
            given.push([x, y]);
        }
        let (from, to) = if inverse { (4326, crs.srid()) } else { (crs.srid(), 4326) };
        let found = store::transformed(&self.pool, &given, from, to).await?;
        Ok(if inverse { found.into_iter().map(turned).collect() } else { found })
    }
}

/// The searched area as one geometry, or nothing.
fn area(search: &Search) -> Result<Option<Vec<u8>>, Failure> {
    let on_earth = |x: f64, y: f64| x.is_finite() && y.is_finite() && x.abs() <= 180.0 && y.abs() <= 90.0;
    let polygon: Geometry<f64> = match (&search.within, search.bbox) {
        (Some(within), _) => {
            let wrong = || ParamError::new("within", "must be a GeoJSON polygon in degrees");
            let read: geojson::Geometry = serde_json::from_value(within.clone()).map_err(|_| wrong())?;
            match Geometry::try_from(read).map_err(|_| wrong())? {
                area @ Geometry::Polygon(_)
                    if is_readable(&area) && area.coords_iter().all(|c| on_earth(c.x, c.y)) =>
                {
                    area
                }
                _ => return Err(wrong().into()),
            }
        }
        (None, Some([west, south, east, north])) => {
            if !on_earth(west, south) || !on_earth(east, north) || west > east || south > north {
                return Err(ParamError::new("bbox", "must be west, south, east, north in degrees").into());
            }
            let corner = |x, y| geo_types::coord! { x: x, y: y };
            Geometry::Polygon(geo_types::Rect::new(corner(west, south), corner(east, north)).to_polygon())
        }
        (None, None) => return Ok(None),
    };
    Geom(polygon).to_ewkb().internal("write an area").map(Some)
}
