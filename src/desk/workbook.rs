//! The round trip of a workbook: download to edit, upload, look at the difference, confirm.

use std::io::Write;

use axum::{
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Desk,
    history::choices,
    shown::{asset_href, label},
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        access::Permission::RegistryWrite,
        http::{FORM_TOKEN, Failure, Path, ProtectedForm, ResultExt, prove_form},
        i18n::{Texts, texts},
    },
    registry::{
        Registry,
        drafts::{Draft, DraftSubmit, GestureChange},
        editing::{Refusal, Verdict, state::State as ThingState},
        history::changed_fields,
        parse_id,
        workbook::{Review, Unreadable},
    },
    ui::{
        Here, Nav, html_with,
        markup::kind_sign,
        views::{ChangedThing, Link, RefusedCell, WorkbookDifferencePage, WorkbookPage},
    },
};

/// Most bytes of the form: the workbook and what stands around it.
pub(super) const MOST_FORM_BYTES: usize = Registry::MOST_WORKBOOK_BYTES as usize + 64 * 1024;
/// Things of a difference that are shown one by one.
const THINGS_SHOWN: usize = 200;

/// What the first page says beside its form.
#[derive(Default)]
struct Said {
    message: Option<String>,
    fault: Option<String>,
    refused: Vec<RefusedCell>,
}

pub(super) async fn workbook_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    desk.workbook_answer(&ctx, &here, StatusCode::OK, Said::default())
}

impl Desk {
    fn workbook_answer(
        &self,
        ctx: &Ctx,
        here: &Here,
        status: StatusCode,
        said: Said,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let known = self.registry.kinds();
        let writable = known.all().filter(|kind| ctx.may(RegistryWrite, Some(kind.slug.as_str())));
        let kinds = writable.map(|kind| Link {
            href: format!("/api/export/{}.xlsx?edit=true", kind.slug.as_str()),
            text: kind.title.get(ctx.lang).to_owned(),
        });
        let page = WorkbookPage {
            page: self.site.page(ctx, here, Nav::DeskImports, t.get("workbook-title")),
            t,
            kinds: kinds.collect(),
            message: said.message,
            fault: said.fault,
            refused: said.refused,
        };
        html_with(status, &page)
    }
}

pub(super) async fn workbook_sent(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Failure::UnsupportedMedia("must be multipart/form-data".into()))?;
    prove(&ctx, &mut form).await?;
    let refuse = |status, fault: String| {
        desk.workbook_answer(&ctx, &here, status, Said { fault: Some(fault), ..Said::default() })
    };
    let received = match receive(&mut form, t).await? {
        Ok(received) => received,
        Err(fault) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, fault),
    };
    let path = received.file.path().to_owned();
    let review = match desk.registry.review_workbook(&ctx, path, &received.name).await {
        Ok(review) => review,
        Err(Unreadable::Failure(failure)) => return Err(failure),
        Err(Unreadable::File(error)) => {
            let why = t.args("workbook-fault-file", &[("why", error.to_string().into())]);
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, why);
        }
        Err(Unreadable::NotOurs) => {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, t.get("workbook-fault-not-ours"));
        }
        Err(Unreadable::TooMany) => {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, t.get("workbook-fault-too-many"));
        }
    };
    match review.draft {
        Some(draft) => Ok(Redirect::to(&format!("/desk/imports/workbook/{draft}")).into_response()),
        None => desk.reviewed(&ctx, &here, review),
    }
}

impl Desk {
    /// The answer to a workbook that changes nothing, or of which nothing is taken.
    fn reviewed(&self, ctx: &Ctx, here: &Here, review: Review) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        if review.refused.is_empty() {
            let message = t.args("workbook-same", &[("n", review.read.into())]);
            return self.workbook_answer(
                ctx,
                here,
                StatusCode::OK,
                Said { message: Some(message), ..Said::default() },
            );
        }
        let fault = t.args("workbook-refused", &[("n", (review.refused.len() as u64).into())]);
        let refused = review.refused.into_iter().map(|cell| RefusedCell {
            place: t.args(
                "workbook-place",
                &[("sheet", cell.sheet.into()), ("row", cell.row.to_string().into())],
            ),
            column: cell.column,
            found: cell.found,
            expected: cell.expected,
        });
        let said = Said { fault: Some(fault), refused: refused.collect(), ..Said::default() };
        self.workbook_answer(ctx, here, StatusCode::UNPROCESSABLE_ENTITY, said)
    }
}

/// The first field proves where the form comes from, before any file is read.
async fn prove(ctx: &Ctx, form: &mut Multipart) -> Result<(), Failure> {
    match next_field(form).await? {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token = field.text().await.map_err(|_| Failure::ForeignForm)?;
            prove_form(ctx, &token)
        }
        _ => Err(Failure::ForeignForm),
    }
}

async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Failure> {
    form.next_field().await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge("a workbook may have at most 50 MB".into()),
        _ => ParamError::new("form", "could not be read to its end").into(),
    })
}

/// An uploaded workbook in a file that goes away with it.
struct Received {
    name: String,
    file: tempfile::NamedTempFile,
}

/// Receives the workbook; the inner error is a sentence for whoever sent the form.
async fn receive(form: &mut Multipart, t: &Texts) -> Result<Result<Received, String>, Failure> {
    while let Some(mut field) = next_field(form).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut file = tempfile::NamedTempFile::new().internal("keep an upload")?;
        let mut bytes = 0;
        loop {
            let piece = match field.chunk().await {
                Ok(piece) => piece,
                // The door's own limit may be reached before the one below.
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Ok(Err(t.get("workbook-fault-too-large")));
                }
                Err(_) => return Err(ParamError::new("file", "could not be read to its end").into()),
            };
            let Some(piece) = piece else { break };
            bytes += piece.len() as u64;
            if bytes > Registry::MOST_WORKBOOK_BYTES {
                return Ok(Err(t.get("workbook-fault-too-large")));
            }
            file.write_all(&piece).internal("keep an upload")?;
        }
        if bytes > 0 {
            return Ok(Ok(Received { name, file }));
        }
    }
    Ok(Err(t.get("workbook-fault-nothing")))
}

// ---- the difference ---------------------------------------------------------------------------------------------

pub(super) async fn difference_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let draft = desk.registry.draft(&ctx, parse_id(&id)?).await?;
    let (verdict, _) = desk.registry.check_draft(&ctx, draft.id, &DraftSubmit::default()).await?;
    desk.difference(&ctx, &here, StatusCode::OK, &draft, &verdict, String::new()).await
}

type Fields = ProtectedForm<Vec<(String, String)>>;

pub(super) async fn difference_sent(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    ProtectedForm(fields): Fields,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    let comment = fields.iter().find(|(name, _)| name == "comment").map(|(_, text)| text.trim().to_owned());
    let submit = DraftSubmit {
        comment: comment.clone().filter(|comment| !comment.is_empty()),
        choices: choices(&fields),
        from_file: true,
        ..DraftSubmit::default()
    };
    match desk.registry.submit_draft(&ctx, id, &submit).await {
        Ok(applied) => Ok(match applied.change_set {
            Some(change_set) => Redirect::to(&format!("/desk/changes/{change_set}")),
            None => Redirect::to("/desk/changes"),
        }
        .into_response()),
        Err(Refusal::Failure(failure)) => Err(failure),
        Err(Refusal::Verdict(verdict)) => {
            let draft = desk.registry.draft(&ctx, id).await?;
            let status = if verdict.faults.is_empty() {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            desk.difference(&ctx, &here, status, &draft, &verdict, comment.unwrap_or_default()).await
        }
    }
}

pub(super) async fn given_up(
    ctx: Ctx,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    ProtectedForm(_): Fields,
) -> Result<Response, Failure> {
    desk.registry.give_up_draft(&ctx, parse_id(&id)?).await?;
    Ok(Redirect::to("/desk/imports/workbook").into_response())
}

impl Desk {
    async fn difference(
        &self,
        ctx: &Ctx,
        here: &Here,
        status: StatusCode,
        draft: &Draft,
        verdict: &Verdict,
        comment: String,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let changes: Vec<&GestureChange> =
            draft.gestures.iter().flat_map(|gesture| &gesture.changes).collect();
        let count = |wanted: fn(&GestureChange) -> bool| {
            changes.iter().filter(|change| wanted(change)).count() as u64
        };
        let counts = [
            ("changes-new", count(|change| change.before.is_none())),
            ("changes-changed", count(|change| change.before.is_some() && change.after.is_some())),
            ("changes-removed", count(|change| change.before.is_some() && change.after.is_none())),
        ];
        let counts =
            counts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| t.args(key, &[("n", n.into())]));
        let page = WorkbookDifferencePage {
            page: self.site.page(ctx, here, Nav::DeskImports, t.get("workbook-difference-title")),
            t,
            file: draft.title.clone().unwrap_or_default(),
            counts: counts.collect::<Vec<_>>().join(", "),
            faults: verdict
                .faults
                .iter()
                .map(|fault| Link {
                    href: asset_href(fault.asset),
                    text: format!("{}, {}: {}", fault.label, fault.title, fault.detail),
                })
                .collect(),
            clashes: self.clash_choices(verdict, t).await?,
            not_shown: changes.len().saturating_sub(THINGS_SHOWN) as u64,
            things: self.things(ctx, changes.into_iter().take(THINGS_SHOWN)).await?,
            action: format!("/desk/imports/workbook/{}", draft.id),
            comment,
        };
        html_with(status, &page)
    }

    async fn things<'a>(
        &self,
        ctx: &Ctx,
        changes: impl Iterator<Item = &'a GestureChange>,
    ) -> Result<Vec<ChangedThing>, Failure> {
        let t = texts(ctx.lang);
        let known = self.registry.kinds();
        let mut things = Vec::new();
        for change in changes {
            let Some(kind) = known.any(&change.kind) else { continue };
            let words = self.words(std::slice::from_ref(&change.kind)).await?;
            let read = |state: &Option<serde_json::Value>| {
                state.clone().map(serde_json::from_value::<ThingState>).transpose().internal("read a draft")
            };
            let (before, after) = (read(&change.before)?, read(&change.after)?);
            let named = after.as_ref().or(before.as_ref()).and_then(|state| state.label.clone());
            let number = match (&named, &before) {
                (None, Some(_)) => {
                    let found = self.registry.assets(ctx, &[change.asset]).await?;
                    found.first().map_or(0, |asset| asset.number)
                }
                _ => 0,
            };
            let is_new = before.is_none();
            things.push(ChangedThing {
                id: change.asset.to_string(),
                sign: kind_sign(&kind.icon, &kind.colour).to_string(),
                label: match (named, is_new) {
                    (None, true) => kind.singular.get(ctx.lang).to_owned(),
                    (named, _) => label(&kind, named.as_deref(), number, ctx.lang),
                },
                href: if is_new { String::new() } else { asset_href(change.asset) },
                what: match (&before, &after) {
                    (None, _) => t.get("changes-thing-new"),
                    (_, None) => t.get("changes-thing-removed"),
                    _ => String::new(),
                },
                changed_since: false,
                fields: match &after {
                    None => Vec::new(),
                    after => {
                        let fields = changed_fields(&kind, before.as_ref(), after.as_ref(), ctx.lang);
                        words.changes(&change.kind, &fields, t)
                    }
                },
                may_undo: false,
            });
        }
        Ok(things)
    }
}
