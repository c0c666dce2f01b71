//! Pages of the photos, and the forms that work without scripts.

use axum::{
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    NewPhoto, Photo, PhotoChange, Photos,
    model::{MOST_BYTES, Refusal, fitted},
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        access::Permission,
        http::{FORM_TOKEN, Failure, Path, ProtectedForm, ResultExt, broken_form, field_bytes, prove_form},
        i18n::{Texts, texts},
    },
    registry::{AssetHead, GeometryType, parse_id},
    ui::{
        Here, Nav, html_with,
        local_time::day_text,
        views::{self, Link, PanelPhoto, PhotosPage, PhotosPanel, RefusedFile},
    },
};

/// Size of the pictures in lists.
const SMALL_PX: u32 = 320;
/// Size of the picture behind a link.
const LARGE_PX: u32 = 2048;

impl Photos {
    /// The public photos of a thing as pages show them; `label` is what people call it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gallery(&self, ctx: &Ctx, asset: Uuid, label: &str) -> Result<Vec<views::Photo>, Failure> {
        Ok(shown(texts(ctx.lang), &self.public_of(ctx, asset).await?, label))
    }

    /// The panel in which the staff adds and changes photos of a thing.
    ///
    /// # Errors
    /// Not found, not allowed, or the database fails.
    pub async fn panel(&self, ctx: &Ctx, asset: Uuid) -> Result<PhotosPanel, Failure> {
        let head = self.staff_head(ctx, asset).await?;
        let photos = self.of_asset(ctx, asset).await?;
        let t = texts(ctx.lang);
        let kind = head.kind.slug.as_str();
        let pictures = shown(t, &photos, &head.label);
        // A line or an area has no one place that a photo could give it.
        let may_move = head.live
            && matches!(head.kind.geometry, GeometryType::Point | GeometryType::Any)
            && ctx.may(Permission::RegistryWrite, Some(kind));
        Ok(PhotosPanel {
            asset: asset.to_string(),
            may_add: head.live && ctx.may(Permission::RegistryVerify, Some(kind)),
            photos: photos
                .iter()
                .zip(pictures)
                .map(|(photo, picture)| PanelPhoto {
                    photo: picture,
                    id: photo.id.to_string(),
                    public: photo.public,
                    may_change: Self::may_change(ctx, kind, photo),
                    added: added_text(t, photo.added_at, &photo.added_by),
                    place: (may_move && photo.position.is_some()).then(|| format!("/desk/map?at={asset}")),
                })
                .collect(),
        })
    }
}

/// Photos as pages show them.
fn shown(t: &Texts, photos: &[Photo], label: &str) -> Vec<views::Photo> {
    let total = photos.len() as u64;
    (1u64..)
        .zip(photos)
        .map(|(number, photo)| {
            let (width, height) = fitted(photo.width, photo.height, SMALL_PX);
            let alt = match &photo.caption {
                Some(caption) => caption.clone(),
                None if total == 1 => t.args("photos-alt", &[("label", label.into())]),
                None => t.args(
                    "photos-alt-numbered",
                    &[("label", label.into()), ("n", number.into()), ("total", total.into())],
                ),
            };
            views::Photo {
                href: photo.url(LARGE_PX, "jpg"),
                src: photo.url(SMALL_PX, "jpg"),
                webp: photo.srcset("webp"),
                jpeg: photo.srcset("jpg"),
                width,
                height,
                alt,
                caption: photo.caption.clone(),
                taken: photo.taken_on.map(|day| t.args("photos-taken", &[("date", day_text(day, t).into())])),
            }
        })
        .collect()
}

fn added_text(t: &Texts, at: DateTime<Utc>, by: &str) -> String {
    t.args("photos-added", &[("date", day_text(at.date_naive(), t).into()), ("who", by.into())])
}

/// What files sent without scripts came to.
#[derive(Debug, Default)]
struct Outcome {
    added: u64,
    known: u64,
    refused: Vec<RefusedFile>,
}

pub(super) async fn photos_page(
    ctx: Ctx,
    here: Here,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show(&ctx, &here, &photos, parse_id(&id)?, Outcome::default()).await
}

async fn show(
    ctx: &Ctx,
    here: &Here,
    photos: &Photos,
    asset: Uuid,
    outcome: Outcome,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let AssetHead { label, .. } = photos.staff_head(ctx, asset).await?;
    let title = t.args("photos-page-title", &[("label", label.as_str().into())]);
    let mut said = Vec::new();
    for (key, n) in [("photos-said-added", outcome.added), ("photos-said-known", outcome.known)] {
        if n > 0 {
            said.push(t.args(key, &[("n", n.into())]));
        }
    }
    let status = if outcome.refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PhotosPage {
        page: photos.site.page(ctx, here, Nav::Desk, title),
        t,
        thing: Link { href: format!("/desk/assets/{asset}"), text: label },
        photos_panel: photos.panel(ctx, asset).await?,
        said: (!said.is_empty()).then(|| said.join(" ")),
        refused: outcome.refused,
    };
    html_with(status, &page)
}

/// Takes several files from a form. Each is a photo or is refused by itself.
pub(super) async fn add_photos(
    ctx: Ctx,
    here: Here,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let asset = parse_id(&id)?;
    photos.may_add(&ctx, asset).await?;
    let t = texts(ctx.lang);
    let _place = photos.arrivals.acquire().await.internal("wait to receive photos")?;
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| ParamError::new("form", "must be multipart/form-data"))?;
    prove(&ctx, &mut form).await?;
    let mut outcome = Outcome::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error, t))? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") {
            continue;
        }
        let answer = match field_bytes(field, MOST_BYTES).await.map_err(|error| broken(&error, t))? {
            // A form in which nothing was chosen holds one file without a name.
            Some(bytes) if bytes.is_empty() && name.is_empty() => continue,
            Some(bytes) => {
                let file = NewPhoto { bytes, file_name: Some(name.clone()) };
                photos.add(&ctx, asset, file).await
            }
            None => Err(Refusal::TooManyBytes.failure(t)),
        };
        match answer {
            Ok((_, true)) => outcome.added += 1,
            Ok((_, false)) => outcome.known += 1,
            Err(failure) => outcome.refused.push(RefusedFile { name, why: reason(failure, t)? }),
        }
    }
    if outcome.refused.is_empty() && outcome.added + outcome.known == 0 {
        let name = t.get("photos-add-label");
        outcome.refused.push(RefusedFile { name, why: t.get("photos-refused-nothing") });
    }
    show(&ctx, &here, &photos, asset, outcome).await
}

/// The first field proves where the form comes from, before any file is read.
async fn prove(ctx: &Ctx, form: &mut Multipart) -> Result<(), Failure> {
    let t = texts(ctx.lang);
    let first = form.next_field().await.map_err(|error| broken(&error, t))?;
    match first {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token =
                field_bytes(field, MOST_BYTES).await.map_err(|error| broken(&error, t))?.unwrap_or_default();
            prove_form(ctx, &String::from_utf8_lossy(&token))
        }
        _ => Err(Failure::ForeignForm),
    }
}

fn broken(error: &MultipartError, t: &Texts) -> Failure {
    broken_form(error, || t.get("photos-refused-form"))
}

/// Why one file was refused; what concerns all of them stays a failure.
fn reason(failure: Failure, t: &Texts) -> Result<String, Failure> {
    match failure {
        Failure::Stated { detail, .. } => Ok(detail),
        Failure::TooLarge(detail) | Failure::UnsupportedMedia(detail) => Ok(detail),
        Failure::Busy => Ok(t.get("photos-refused-busy")),
        other => Err(other),
    }
}

/// The form that changes a photo.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeForm {
    #[serde(default)]
    caption: String,
    /// Sent only when it is ticked.
    public: Option<String>,
}

pub(super) async fn change_photo(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<ChangeForm>,
) -> Result<Response, Failure> {
    let change = PhotoChange { caption: Some(form.caption), public: Some(form.public.is_some()) };
    let photo = photos.change(&ctx, parse_id(&id)?, change).await?;
    back_to(&format!("/desk/assets/{}/photos#photo-{}", photo.asset_id, photo.id))
}

/// The form that puts a photo out of sight.
#[derive(Debug, Deserialize)]
pub(super) struct RemoveForm {}

pub(super) async fn remove_photo(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    ProtectedForm(RemoveForm {}): ProtectedForm<RemoveForm>,
) -> Result<Response, Failure> {
    let asset = photos.remove(&ctx, parse_id(&id)?).await?;
    back_to(&format!("/desk/assets/{asset}/photos#photos"))
}

fn back_to(address: &str) -> Result<Response, Failure> {
    let location = HeaderValue::from_str(address).internal("lead back")?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}
