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
        history::VersionView,
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
    /// The version that was shown to whoever reports; the one that stood at `at`, when absent.
    #[serde(default)]
    pub rev: Option<i32>,
}

impl Desk {
    /// Records a report. The same report again changes nothing.
    ///
    /// # Errors
    /// Not allowed, not there, somebody else changed meanwhile what is reported, or the registry does not take the
    /// change.
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
        // Everything that takes a connection of its own is read before the transaction takes one.
        let kind = store::identity(&self.pool, asset).await?.map(|identity| identity.kind);
        let kind = kind.ok_or_else(|| Failure::not_found(format!("asset {asset}")))?;
        ctx.require(RegistryVerify, Some(&kind))?;
        if store::is_reported(&self.pool, new.report).await? {
            return Ok(());
        }
        let Some(intent) = self.intent(ctx, kind, &new, report.rev).await? else {
            let mut connection = self.pool.acquire().await?;
            store::put_sighting(&mut connection, &new).await?;
            return Ok(());
        };
        let submission =
            Submission { comment: note.map(str::to_owned), ..Submission::new(Origin::Field, vec![intent]) };
        let mut transaction = self.pool.begin().await?;
        // The change goes first: it locks collection and thing in the order in which editors do.
        let applied = self.registry.apply_in(ctx, &mut transaction, &submission, None).await;
        if let Err(refusal) = applied {
            transaction.rollback().await?;
            // The same report may have been taken while this one waited.
            let taken = store::is_reported(&self.pool, new.report).await?;
            return if taken { Ok(()) } else { Err(refusal.into_failure(ctx.lang)) };
        }
        if store::put_sighting(&mut transaction, &new).await? {
            transaction.commit().await?;
            self.registry.seen().await;
        }
        Ok(())
    }

    /// What a report changes, by the version that whoever reports had before them; `None` when it changes nothing.
    async fn intent(
        &self,
        ctx: &Ctx,
        kind: String,
        new: &NewSighting<'_>,
        rev: Option<i32>,
    ) -> Result<Option<Intent>, Failure> {
        let asset = new.asset;
        if new.outcome == Outcome::Seen {
            // What is removed is not seen any more: this answers by whom and when it was.
            self.registry.asset(ctx, asset).await?;
            return Ok(None);
        }
        ctx.require(RegistryWrite, Some(&kind))?;
        let shown = self.shown_version(ctx, asset, rev, new.at).await?;
        let shown = shown.ok_or_else(|| ParamError::new("rev", "is no version of this thing"))?;
        let Some(state) = shown.state else {
            self.registry.asset(ctx, asset).await?;
            return Err(ParamError::new("rev", "is a version at which the thing was removed").into());
        };
        let after = match new.outcome {
            Outcome::Moved => Some(moved(ctx, &state, new.position)?),
            Outcome::Seen | Outcome::Gone => None,
        };
        Ok(Some(Intent { asset, kind, base_rev: Some(shown.rev), after }))
    }

    /// The version of a number, else the one that stood at an instant.
    async fn shown_version(
        &self,
        ctx: &Ctx,
        asset: Uuid,
        rev: Option<i32>,
        at: DateTime<Utc>,
    ) -> Result<Option<VersionView>, Failure> {
        let mut versions = self.registry.asset_history(ctx, asset).await?;
        let place = match rev {
            Some(rev) => versions.iter().position(|version| version.rev == rev),
            // A device's clock may be late: then it is the first version.
            None => versions
                .iter()
                .position(|version| version.when <= at)
                .or_else(|| versions.len().checked_sub(1)),
        };
        Ok(place.map(|place| versions.swap_remove(place)))
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
              (status = 409, description = "Somebody else changed meanwhile what is reported; `clashes` says who and when"),
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
