//! Use cases of the registry.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Registry,
    filter::{self, Condition, Filter},
    model::{AssetHead, Card, GeometryType, InSight, Kind, KindSummary, Part, Sight, licence_of},
    store::{self, Feature, FeatureQuery},
};
use crate::{
    kernel::{Crs, Geom, Lang},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
};

impl Registry {
    /// A kind by its slug, if whoever asks may know of it.
    ///
    /// # Errors
    /// Not found, when there is none or it may not be known.
    pub fn kind(&self, ctx: &Ctx, slug: &str) -> Result<Arc<Kind>, Failure> {
        let known = self.kinds().any(slug).filter(|kind| kind.public || sight(ctx, slug) == Sight::Inside);
        known.ok_or_else(|| {
            Failure::not_found(format!("collection {:?}", slug.chars().take(60).collect::<String>()))
        })
    }

    /// Kinds with their counts, in the order of the legend.
    #[must_use]
    pub fn kind_summaries(&self, ctx: &Ctx) -> Vec<KindSummary> {
        let state = self.feed.now();
        self.kinds()
            .all_public()
            .map(|kind| KindSummary {
                slug: kind.slug.as_str().to_owned(),
                title: kind.title.get(ctx.lang).to_owned(),
                geometry_type: kind.geometry,
                icon: kind.icon.clone(),
                colour: kind.colour.clone(),
                min_zoom: kind.min_zoom,
                count: state.live(kind.slug.as_str()),
                domain: kind.domain,
            })
            .collect()
    }

    /// One page of features, in the order that the query names, else in that of their ids.
    ///
    /// # Errors
    /// When the filter cannot be answered, or the database fails.
    pub async fn features(&self, _ctx: &Ctx, query: &FeatureQuery<'_>) -> Result<Vec<Feature>, Failure> {
        if !query.filter.conditions.is_empty() || !query.sort.is_empty() {
            return filter::features(&self.pool, query).await;
        }
        Ok(store::features(&self.pool, query).await?)
    }

    /// How many features pass a filter, exactly.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feature_count(
        &self,
        _ctx: &Ctx,
        kind: &Kind,
        filter: &Filter,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<i64, Failure> {
        if filter.is_empty() && as_of.is_none() {
            return Ok(self.feed.now().live(kind.slug.as_str()));
        }
        if !filter.conditions.is_empty() {
            return filter::count(&self.pool, kind, filter, as_of).await;
        }
        Ok(store::count(&self.pool, kind, filter, as_of).await?)
    }

    /// One feature.
    ///
    /// # Errors
    /// Not found, or the database fails.
    pub async fn feature(
        &self,
        _ctx: &Ctx,
        kind: &Kind,
        sight: Sight,
        id: Uuid,
        crs: Crs,
    ) -> Result<Feature, Failure> {
        let found = store::feature(&self.pool, kind, sight, id, crs).await?;
        found.ok_or_else(|| Failure::not_found(format!("feature {id}")))
    }

    /// What is shown of one asset.
    ///
    /// # Errors
    /// Not found, when there is none or the public may not see it.
    pub async fn asset_card(&self, ctx: &Ctx, id: Uuid) -> Result<Card, Failure> {
        let gone = || Failure::not_found(format!("asset {id}"));
        let row = store::card(&self.pool, id).await?.ok_or_else(gone)?;
        let kind = self.kind(ctx, &row.kind).map_err(|_| gone())?;
        let attributes = object(row.attributes)?;
        let part_of = match (row.part_id, row.part_kind) {
            (Some(id), Some(kind)) => self.kind(ctx, &kind).ok().map(|whole| Part {
                id,
                label: row.part_label.unwrap_or_else(|| whole.singular.get(ctx.lang).to_owned()),
                kind,
            }),
            _ => None,
        };
        let url = match kind.slug.as_str() {
            "graves" => format!("/graves/{id}"),
            _ => format!("/assets/{id}"),
        };
        Ok(Card {
            id,
            label: label(&kind, row.label, row.registry_number, ctx.lang),
            kind_title: kind.singular.get(ctx.lang).to_owned(),
            number: row.registry_number,
            status: row.status,
            geometry: row.geometry,
            attributes: kind.describe(&attributes, Sight::Public, ctx.lang),
            licence: licence_of(&self.feed.now(), &row.source),
            source: row.source,
            part_of,
            rev: row.rev,
            updated_at: row.updated_at,
            url,
            kind: row.kind,
        })
    }

    /// What other slices have to know of an asset, be it private or removed; they decide who may know.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asset_head(&self, ctx: &Ctx, id: Uuid) -> Result<Option<AssetHead>, Failure> {
        let Some(row) = store::head(&self.pool, id).await? else { return Ok(None) };
        Ok(self.kinds().any(&row.kind).map(|kind| AssetHead {
            label: label(&kind, row.label, row.registry_number, ctx.lang),
            live: row.status != "removed",
            kind,
        }))
    }

    /// What is in sight on a map: rows for a table, and how many there are in all. Kinds may have conditions.
    ///
    /// # Errors
    /// When a condition cannot be answered, or the database fails.
    pub async fn features_in_sight(
        &self,
        ctx: &Ctx,
        asked: &[(String, Option<Condition>)],
        bbox: [f64; 4],
        limit: i64,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<(Vec<InSight>, i64), Failure> {
        if asked.iter().any(|(_, condition)| condition.is_some()) {
            let rows = filter::in_sight(&self.pool, asked, bbox, limit, as_of);
            let count = filter::count_in_sight(&self.pool, asked, bbox, as_of);
            let (rows, matched) = futures::try_join!(rows, count)?;
            return Ok((self.described(ctx, rows), matched));
        }
        let kinds: Vec<String> = asked.iter().map(|(slug, _)| slug.clone()).collect();
        let rows = store::in_sight(&self.pool, &kinds, bbox, limit, as_of).await?;
        let state = self.feed.now();
        let everything = state.extent(kinds.iter().map(String::as_str)).is_none_or(|all| {
            bbox[0] <= all[0] && bbox[1] <= all[1] && bbox[2] >= all[2] && bbox[3] >= all[3]
        });
        // The whole town is counted already.
        let matched = if everything && as_of.is_none() {
            kinds.iter().map(|kind| state.live(kind)).sum()
        } else {
            store::count_in_sight(&self.pool, &kinds, bbox, as_of).await?
        };
        Ok((self.described(ctx, rows), matched))
    }

    fn described(&self, ctx: &Ctx, rows: Vec<store::InSightRow>) -> Vec<InSight> {
        let known = self.kinds();
        rows.into_iter()
            .filter_map(|row| {
                let kind = known.any(&row.kind)?;
                let attributes = row.attributes.as_object().cloned().unwrap_or_default();
                let summary: Vec<String> = kind
                    .describe(&attributes, Sight::Public, ctx.lang)
                    .into_iter()
                    .filter(|attribute| !matches!(attribute.key.as_str(), "ref" | "name" | "note"))
                    .take(3)
                    .map(|a| match a.unit {
                        Some(unit) => format!("{} {unit}", a.value),
                        None if matches!(a.value.as_str(), "tak" | "nie" | "yes" | "no") => {
                            format!("{}: {}", a.title.to_lowercase(), a.value)
                        }
                        None => a.value,
                    })
                    .collect();
                Some(InSight {
                    id: row.id,
                    kind_title: kind.singular.get(ctx.lang).to_owned(),
                    label: label(&kind, row.label, row.registry_number, ctx.lang),
                    number: row.registry_number,
                    summary: summary.join(", "),
                    point: [row.x, row.y],
                    kind: row.kind,
                })
            })
            .collect()
    }

    /// Things of a kind behind a number that pass a filter, as they are or were: id, number, label, status, attributes.
    ///
    /// # Errors
    /// When the filter cannot be answered, or the database fails.
    pub async fn register(
        &self,
        _ctx: &Ctx,
        kind: &Kind,
        filter: &Filter,
        as_of: Option<DateTime<Utc>>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(Uuid, i64, Option<String>, String, Value)>, Failure> {
        filter::register(&self.pool, kind, filter, as_of, after, limit).await
    }

    /// A point on an asset, as longitude and latitude; `None` when there is none, or none that the public may know of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(&self, ctx: &Ctx, id: Uuid) -> Result<Option<[f64; 2]>, Failure> {
        let found = store::position(&self.pool, id).await?;
        Ok(found.and_then(|(kind, at)| self.kind(ctx, &kind).ok().map(|_| at)))
    }

    /// Labels and geometries of a kind's things in a box in degrees, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outlines(
        &self,
        ctx: &Ctx,
        slug: &str,
        bbox: [f64; 4],
        limit: i64,
    ) -> Result<Vec<(Option<String>, geo_types::Geometry<f64>)>, Failure> {
        let kind = self.kind(ctx, slug)?;
        store::outlines(&self.pool, &kind, bbox, limit)
            .await?
            .into_iter()
            .map(|row| Ok((row.label, Geom::from_ewkb(&row.ewkb).internal("read a geometry")?.0)))
            .collect()
    }

    /// One vector tile of a kind, uncompressed; points are thinned below the kind's own zoom. It holds what the public
    /// may see, whoever asks; whether the kind may be known is asked before. With a condition, what passes it.
    ///
    /// # Errors
    /// Not found for unknown kinds, or the condition cannot be answered, or the database fails.
    pub async fn tile(
        &self,
        slug: &str,
        tile: tiles::TileId,
        as_of: Option<DateTime<Utc>>,
        condition: Option<Condition>,
    ) -> Result<Vec<u8>, Failure> {
        let kind = self.kinds().any(slug).ok_or_else(|| Failure::not_found("this layer"))?;
        let attributes = kind.public_tile_attributes();
        let of = store::TileOf { kind: &kind.slug, attributes: &attributes, tile, as_of };
        let pointlike = matches!(kind.geometry, GeometryType::Point | GeometryType::Any);
        let thinned =
            pointlike && kind.slug.as_str() != "cemeteries" && tile.z() < kind.min_zoom && as_of.is_none();
        let filter = Filter { conditions: condition.into_iter().collect(), ..Filter::default() };
        match (!filter.is_empty(), thinned) {
            (true, true) => filter::thinned_tile(&self.pool, of, &filter).await,
            (true, false) => filter::tile(&self.pool, of, &filter).await,
            (false, true) => Ok(store::thinned_tile(&self.pool, of).await?),
            (false, false) => Ok(store::full_tile(&self.pool, of).await?),
        }
    }
}

/// From where whoever asks looks at a kind. The program itself makes what everybody sees.
#[must_use]
pub fn sight(ctx: &Ctx, slug: &str) -> Sight {
    if ctx.staff().is_some() && ctx.may(Permission::RegistryRead, Some(slug)) {
        Sight::Inside
    } else {
        Sight::Public
    }
}

/// From where whoever takes a collection out as a file looks at it.
#[must_use]
pub fn export_sight(ctx: &Ctx, slug: &str) -> Sight {
    let may = ctx.staff().is_some() && ctx.may(Permission::RegistryExport, Some(slug));
    if may { Sight::Inside } else { Sight::Public }
}

/// From where a program looks at a kind over the standard doors, by which everything can be taken out: the inside is for
/// whoever may also export it, or change it.
#[must_use]
pub fn sight_of_program(ctx: &Ctx, slug: &str) -> Sight {
    let may = |permission| ctx.may(permission, Some(slug));
    if may(Permission::RegistryExport) || may(Permission::RegistryWrite) {
        sight(ctx, slug)
    } else {
        Sight::Public
    }
}

/// What people call an asset: its label, else its kind and number.
fn label(kind: &Kind, label: Option<String>, number: i64, lang: Lang) -> String {
    label.unwrap_or_else(|| format!("{} {number}", kind.singular.get(lang)))
}

fn object(value: Value) -> Result<Map<String, Value>, Failure> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err("attributes are no object").internal("read an asset"),
    }
}
