//! Pages of what the town says of itself, the manifest and the pictures of the crest.

use axum::{
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::{
    Declaration, Town,
    crest::{self, Refusal},
    declaration::{MOST_APPS, MOST_GAPS},
    form::{
        Button, Usual, Values, add_gap, declaration_values, gap_rows, known_gaps, look_values,
        read_declaration, read_look, remove_gap, values_of,
    },
    ops::{Opened, Saved},
    shown::{declaration_page as shown_declaration, review_view, stale_words, versions},
    store::Setting,
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx, Look,
        http::{
            BaseUrl, FORM_TOKEN, Failure, Path, ProtectedForm, ResultExt, broken_form, field_bytes,
            json as json_answer, prove_form, typed,
        },
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::day_of,
        views::{DeclarationFormPage, FormFault, Link, TownLookPage},
    },
};

/// Most bytes of the form of the look. More than a crest may have, so that whoever sends too large a one is told so on the page.
pub(super) const MOST_LOOK_FORM_BYTES: usize = 60_000_000;
/// Most bytes of the form of the declaration.
pub(super) const MOST_DECLARATION_FORM_BYTES: usize = 1_000_000;
/// Most fields and bytes of the look's form besides the crest.
const MOST_FIELDS: usize = 40;
const MOST_FIELD_BYTES: usize = 20_000;
/// The bytes behind an address of a crest's picture never change.
const KEPT_FOR: &str = "public, max-age=31536000, immutable";

/// `/accessibility`
pub(super) async fn declaration_page(
    ctx: Ctx,
    here: Here,
    base: BaseUrl,
    State(town): State<Town>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let page = town.site.page(&ctx, &here, Nav::Nowhere, t.get("accessibility-title"));
    let said = town.declaration().await?;
    html(&shown_declaration(page, t, ctx.lang, base.0, &said))
}

/// The manifest of the web app, in the language of the page that names it.
pub(super) async fn manifest(
    ctx: Ctx,
    State(town): State<Town>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let look = town.site.town_look(&town.site.look(), ctx.lang);
    let name = if look.name.is_empty() { t.get("town-unnamed") } else { look.name };
    let [medium, large, maskable] = match look.icons {
        Some(icons) => [icons.medium, icons.large, icons.maskable],
        None => {
            ["icon-192.png", "icon-512.png", "icon-maskable-512.png"].map(|file| format!("/static/{file}"))
        }
    };
    let icon = |src: &str, sizes: &str, purpose: &str| json!({ "src": src, "sizes": sizes, "type": "image/png", "purpose": purpose });
    let mut response = json_answer(
        "application/manifest+json",
        &json!({
            "id": "/",
            "name": format!("{name} – {}", t.get("service-name")),
            "short_name": name,
            "lang": ctx.lang.tag(),
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": town.site.accent(),
            "icons": [
                icon(&medium, "192x192", "any"),
                icon(&large, "512x512", "any"),
                icon(&maskable, "512x512", "maskable"),
            ],
        }),
    )?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    Ok(response)
}

/// A picture of a crest.
pub(super) async fn crest(
    State(town): State<Town>,
    Path((sum, file)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let content = town.crest_picture(&sum, &file).await?;
    let etag = format!("\"{sum}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|one| one.trim().trim_start_matches("W/") == etag));
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { typed("image/png", content) };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).internal("name a crest")?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT_FOR));
    Ok(response)
}

impl Town {
    fn usual(&self) -> Usual {
        Usual { name: self.site.usual_town_name(), colour: self.site.usual_accent().to_lowercase() }
    }

    async fn look_form(&self, ctx: &Ctx, here: &Here, shown: LookForm) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let LookForm { rev, values, faults, proposal, saved, tried_on, stale } = shown;
        let mut page = self.site.page(ctx, here, Nav::DeskTown, t.get("town-title"));
        if let Some(look) = &tried_on {
            page.town = self.site.town_look(look, ctx.lang);
        }
        let status = match (faults.is_empty(), &stale) {
            (_, Some(_)) => StatusCode::CONFLICT,
            (false, None) => StatusCode::UNPROCESSABLE_ENTITY,
            (true, None) => StatusCode::OK,
        };
        let page = TownLookPage {
            page,
            t,
            rev,
            values,
            faults,
            proposal,
            saved,
            preview: tried_on.is_some(),
            stale,
            versions: versions(self.versions(ctx, Setting::Look).await?, t),
        };
        html_with(status, &page)
    }

    async fn declaration_form(
        &self,
        ctx: &Ctx,
        here: &Here,
        shown: DeclarationForm,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let DeclarationForm { rev, values, faults, saved, stale } = shown;
        let said = self.declaration().await?;
        let today = day_of(ctx.now);
        let todo = said.missing(&self.site.look().office);
        let rows = gap_rows(&values);
        let status = match (faults.is_empty(), &stale) {
            (_, Some(_)) => StatusCode::CONFLICT,
            (false, None) => StatusCode::UNPROCESSABLE_ENTITY,
            (true, None) => StatusCode::OK,
        };
        let page = DeclarationFormPage {
            page: self.site.page(ctx, here, Nav::DeskTown, t.get("town-declaration-title")),
            t,
            rev,
            values,
            gap_rows: rows,
            may_add_gap: rows < MOST_GAPS,
            app_rows: MOST_APPS,
            faults,
            todo: todo
                .into_iter()
                .map(|missing| Link { href: missing.href.to_owned(), text: t.get(missing.key) })
                .collect(),
            review: review_view(said.review(today), t),
            saved,
            stale,
            versions: versions(self.versions(ctx, Setting::Declaration).await?, t),
            today: today.to_string(),
        };
        html_with(status, &page)
    }
}

/// The form of the look as it is to be shown.
#[derive(Debug, Default)]
struct LookForm {
    rev: i32,
    values: Values,
    faults: Vec<FormFault>,
    proposal: Option<String>,
    saved: bool,
    /// A look that is not saved and that the page wears.
    tried_on: Option<Look>,
    stale: Option<String>,
}

/// The form of the declaration as it is to be shown.
#[derive(Debug, Default)]
struct DeclarationForm {
    rev: i32,
    values: Values,
    faults: Vec<FormFault>,
    saved: bool,
    stale: Option<String>,
}

/// `/desk/town`
pub(super) async fn look_page(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    mut params: Params,
) -> Result<Response, Failure> {
    let saved = params.text("saved").is_some();
    params.finish()?;
    let Opened { value, rev } = town.look_to_change(&ctx).await?;
    let values = look_values(&value, &town.usual());
    town.look_form(&ctx, &here, LookForm { rev, values, saved, ..LookForm::default() }).await
}

pub(super) async fn look_sent(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let LookSent { mut values, crest } = read_form(&ctx, request).await?;
    let usual = town.usual();
    let mut faults = Vec::new();
    match crest {
        Some(Ok(bytes)) => match town.take_crest(&ctx, bytes).await? {
            Ok(sum) => {
                values.insert("crest".to_owned(), sum);
            }
            Err(refusal) => faults.push(crest_fault(refusal, t)),
        },
        Some(Err(refusal)) => faults.push(crest_fault(refusal, t)),
        None if values.get("crest_remove").is_some_and(|value| !value.is_empty()) => {
            values.insert("crest".to_owned(), String::new());
        }
        None => {}
    }
    values.remove("crest_remove");
    let sum = values.get("crest").cloned().unwrap_or_default();
    if !sum.is_empty() && !town.has_crest(&sum).await? {
        values.insert("crest".to_owned(), String::new());
        faults.push(FormFault { field: "crest_file".to_owned(), message: t.get("town-crest-gone") });
    }
    if let Some(colour) = values.remove("use") {
        values.insert("colour".to_owned(), colour);
    }
    let is_save = values.get("do").is_some_and(|value| value == "save");
    let rev = rev_of(&values);
    let (look, proposal) = match read_look(&values, &usual, t) {
        Ok(look) => (Some(look), None),
        Err((more, proposal)) => {
            faults.extend(more);
            (None, proposal.map(|colour| colour.to_string()))
        }
    };
    let shown = LookForm { rev, values, proposal, ..LookForm::default() };
    let look = match look {
        Some(look) if faults.is_empty() => look,
        _ => return town.look_form(&ctx, &here, LookForm { faults, ..shown }).await,
    };
    if !is_save {
        return town.look_form(&ctx, &here, LookForm { tried_on: Some(look), ..shown }).await;
    }
    match town.save(&ctx, Setting::Look, rev, &look).await? {
        Saved::Yes => Ok(Redirect::to("/desk/town?saved=1").into_response()),
        Saved::Stale(stored) => {
            let rev = stored.as_ref().map_or(0, |stored| stored.rev);
            let stale = Some(stale_words(stored.as_ref(), t));
            town.look_form(&ctx, &here, LookForm { rev, stale, ..shown }).await
        }
    }
}

fn rev_of(values: &Values) -> i32 {
    values.get("rev").and_then(|rev| rev.parse().ok()).unwrap_or_default()
}

fn crest_fault(refusal: Refusal, t: &Texts) -> FormFault {
    FormFault { field: "crest_file".to_owned(), message: refusal.words(t) }
}

/// The form of the look as it was sent.
struct LookSent {
    values: Values,
    /// The crest's file, if one was chosen.
    crest: Option<Result<Bytes, Refusal>>,
}

/// Reads the form with its file. The first field proves where it comes from, before anything large is read.
async fn read_form(ctx: &Ctx, request: Request) -> Result<LookSent, Failure> {
    let t = texts(ctx.lang);
    let broken = |error: MultipartError| broken_form(&error, || Refusal::TooManyBytes.words(t));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Failure::UnsupportedMedia("send the form as multipart/form-data".into()))?;
    match form.next_field().await.map_err(broken)? {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token = field_bytes(field, MOST_FIELD_BYTES).await.map_err(broken)?.unwrap_or_default();
            prove_form(ctx, &String::from_utf8_lossy(&token))?;
        }
        _ => return Err(Failure::ForeignForm),
    }
    let mut fields = Vec::new();
    let mut crest = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "crest_file" {
            let is_named = field.file_name().is_some_and(|name| !name.is_empty());
            crest = match field_bytes(field, crest::MOST_BYTES).await.map_err(broken)? {
                // A form in which nothing was chosen holds one file without a name.
                Some(bytes) if bytes.is_empty() && !is_named => None,
                Some(bytes) => Some(Ok(bytes)),
                None => Some(Err(Refusal::TooManyBytes)),
            };
            continue;
        }
        let value = field_bytes(field, MOST_FIELD_BYTES).await.map_err(broken)?;
        let value = value.ok_or_else(|| ParamError::new("form", "holds a text that is too long"))?;
        if fields.len() == MOST_FIELDS {
            return Err(ParamError::new("form", "holds too many fields").into());
        }
        fields.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(LookSent { values: values_of(fields), crest })
}

/// A form that puts an earlier version back.
#[derive(Debug, Deserialize)]
pub(super) struct RestoreForm {
    /// The version that the page showed.
    rev: i32,
    /// The version to put back.
    version: i32,
}

pub(super) async fn look_restored(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    ProtectedForm(RestoreForm { rev, version }): ProtectedForm<RestoreForm>,
) -> Result<Response, Failure> {
    match town.restore(&ctx, Setting::Look, rev, version).await? {
        Saved::Yes => Ok(Redirect::to("/desk/town?saved=1").into_response()),
        Saved::Stale(stored) => {
            let Opened { value, rev } = town.look_to_change(&ctx).await?;
            let values = look_values(&value, &town.usual());
            let stale = Some(stale_words(stored.as_ref(), texts(ctx.lang)));
            town.look_form(&ctx, &here, LookForm { rev, values, stale, ..LookForm::default() }).await
        }
    }
}

/// `/desk/town/accessibility`
pub(super) async fn edit_page(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    mut params: Params,
) -> Result<Response, Failure> {
    let saved = params.text("saved").is_some();
    params.finish()?;
    let Opened { value, rev } = town.declaration_to_change(&ctx).await?;
    // What the service itself knows to be out of reach is proposed once; it counts when it is saved.
    let value = if rev == 0 { Declaration { gaps: known_gaps(), ..value } } else { value };
    let values = declaration_values(&value);
    town.declaration_form(&ctx, &here, DeclarationForm { rev, values, saved, ..DeclarationForm::default() })
        .await
}

pub(super) async fn edit_sent(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut values = values_of(fields);
    let rev = rev_of(&values);
    match Button::of(&values) {
        Button::AddGap => add_gap(&mut values),
        Button::RemoveGap(row) => remove_gap(&mut values, row),
        Button::Save => {
            let declaration = match read_declaration(&values, day_of(ctx.now), t) {
                Ok(declaration) => declaration,
                Err(faults) => {
                    let shown = DeclarationForm { rev, values, faults, ..DeclarationForm::default() };
                    return town.declaration_form(&ctx, &here, shown).await;
                }
            };
            return match town.save(&ctx, Setting::Declaration, rev, &declaration).await? {
                Saved::Yes => Ok(Redirect::to("/desk/town/accessibility?saved=1").into_response()),
                Saved::Stale(stored) => {
                    let rev = stored.as_ref().map_or(0, |stored| stored.rev);
                    let stale = Some(stale_words(stored.as_ref(), t));
                    let shown = DeclarationForm { rev, values, stale, ..DeclarationForm::default() };
                    town.declaration_form(&ctx, &here, shown).await
                }
            };
        }
    }
    town.declaration_form(&ctx, &here, DeclarationForm { rev, values, ..DeclarationForm::default() }).await
}

/// The form by which somebody says that the declaration still holds.
#[derive(Debug, Deserialize)]
pub(super) struct ReviewForm {
    rev: i32,
}

pub(super) async fn reviewed(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    ProtectedForm(ReviewForm { rev }): ProtectedForm<ReviewForm>,
) -> Result<Response, Failure> {
    let saved = town.review(&ctx, rev).await?;
    town.declaration_changed(&ctx, &here, saved).await
}

pub(super) async fn declaration_restored(
    ctx: Ctx,
    here: Here,
    State(town): State<Town>,
    ProtectedForm(RestoreForm { rev, version }): ProtectedForm<RestoreForm>,
) -> Result<Response, Failure> {
    let saved = town.restore(&ctx, Setting::Declaration, rev, version).await?;
    town.declaration_changed(&ctx, &here, saved).await
}

impl Town {
    /// Back to the form after a change that was made beside it.
    async fn declaration_changed(&self, ctx: &Ctx, here: &Here, saved: Saved) -> Result<Response, Failure> {
        let Saved::Stale(stored) = saved else {
            return Ok(Redirect::to("/desk/town/accessibility?saved=1").into_response());
        };
        let Opened { value, rev } = self.declaration_to_change(ctx).await?;
        let stale = Some(stale_words(stored.as_ref(), texts(ctx.lang)));
        let values = declaration_values(&value);
        self.declaration_form(ctx, here, DeclarationForm { rev, values, stale, ..DeclarationForm::default() })
            .await
    }
}
