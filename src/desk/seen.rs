//! What was found on the spot: recorded once, and put into the registry when the thing was moved or is gone.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Duration, Utc};
use geo_types::{Geometry, Point};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Desk,
    model::Outcome,
    store::{self, NewSighting},
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        access::Permission::{RegistryVerify, RegistryWrite},
        http::{Failure, JsonBody, Path, json as answer},
        i18n::texts,
    },
    registry::{
        editing::{Intent, Origin, Submission, state::State as AssetState},
        parse_id,
    },
    ui::local_time::{day_of, start_of},
};

/// A report may wait so long in a device without network.
const OLDEST_REPORT: Duration = Duration::days(366);
/// Most letters of a note.
const LONGEST_NOTE: usize = 1000;

/// A report from the field.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenReport {
    /// What was found.
    pub outcome: Outcome,
    /// Where it was found: longitude and latitude. Needed when it was moved.
    #[serde(default)]
    pub position: Option<[f64; 2]>,
    /// What is said about it.
    #[serde(default)]
    pub note: Option<String>,
    /// When it was found; now, when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// Made by the device, so that a report that is sent twice counts once.
    #[serde(default)]
    pub report: Option<Uuid>,
}

impl Desk {
    /// Records a report. The same report again changes nothing.
    ///
    /// # Errors
    /// Not allowed, not there, or the registry does not take the change.
    pub(super) async fn record(&self, ctx: &Ctx, asset: Uuid, report: &SeenReport) -> Result<(), Failure> {
        ctx.staff().ok_or(Failure::Unauthorized)?;
        let note = report.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE || note.contains('\0')) {
            return Err(ParamError::new("note", "must be at most 1000 letters").into());
        }
        let on_earth = |[x, y]: [f64; 2]| x.abs() <= 180.0 && y.abs() <= 90.0;
        if report.position.is_some_and(|position| !on_earth(position)) {
            return Err(ParamError::new("position", "must be longitude and latitude in degrees").into());
        }
        let at = report.at.map_or(ctx.now, |at| at.min(ctx.now));
        if ctx.now - at > OLDEST_REPORT {
            return Err(ParamError::new("at", "lies more than a year back").into());
        }
        let new = NewSighting {
            report: report.report.unwrap_or_else(Uuid::now_v7),
            asset,
            outcome: report.outcome,
            at,
            by: ctx.actor(),
            account: ctx.account(),
            position: report.position,
            note,
        };
        let mut transaction = self.pool.begin().await?;
        let kind = store::identity(&self.pool, asset).await?.map(|identity| identity.kind);
        let kind = kind.ok_or_else(|| Failure::not_found(format!("asset {asset}")))?;
        ctx.require(RegistryVerify, Some(&kind))?;
        if !store::put_sighting(&mut transaction, &new).await? {
            return Ok(());
        }
        let now = self.registry.asset(ctx, asset).await?;
        let after = match report.outcome {
            Outcome::Seen => None,
            Outcome::Gone => Some(None),
            Outcome::Moved => Some(Some(moved(ctx, &now.state, report.position)?)),
        };
        if let Some(after) = after {
            ctx.require(RegistryWrite, Some(&kind))?;
            let intent = Intent { asset, kind, base_rev: Some(now.rev), after };
            let submission = Submission {
                comment: note.map(str::to_owned),
                ..Submission::new(Origin::Field, vec![intent])
            };
            let applied = self.registry.apply_in(ctx, &mut transaction, &submission, None).await;
            applied.map_err(|refusal| refusal.into_failure(ctx.lang))?;
        }
        transaction.commit().await?;
        self.registry.seen().await;
        Ok(())
    }

    /// How many things whoever asks saw today.
    pub(super) async fn seen_today(&self, ctx: &Ctx) -> Result<u64, Failure> {
        let morning = start_of(day_of(ctx.now));
        let count = store::count_sightings(&self.pool, ctx.actor(), morning).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// A thing at another place. Only points are moved on the spot; lines and areas are for the editor.
fn moved(ctx: &Ctx, now: &AssetState, position: Option<[f64; 2]>) -> Result<AssetState, Failure> {
    let Some([x, y]) = position else {
        return Err(ParamError::new("position", "must say where the thing is now").into());
    };
    if !matches!(now.geometry, Geometry::Point(_)) {
        return Err(Failure::Stated {
            code: "not-a-point",
            detail: texts(ctx.lang).get("walk-not-a-point"),
            more: serde_json::Value::Null,
        });
    }
    Ok(AssetState { geometry: Point::new(x, y).into(), ..now.clone() })
}

/// What was found of a thing on the spot.
#[utoipa::path(post, path = "/api/desk/assets/{id}/seen", tag = "desk", params(("id" = Uuid, Path)), request_body = SeenReport,
    responses((status = 200, description = "Recorded; the same report again answers the same"), (status = 404, description = "No such asset"),
              (status = 422, description = "The registry does not take the change")))]
pub async fn seen(
    ctx: Ctx,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(report): JsonBody<SeenReport>,
) -> Result<Response, Failure> {
    params.finish()?;
    desk.record(&ctx, parse_id(&id)?, &report).await?;
    answer("application/json", &json!({ "today": desk.seen_today(&ctx).await? }))
}
