//! A form with answers as it was sent, with files or without.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::header,
};
use futures::StreamExt;

use crate::{
    accounts::{EntryForm, Visit},
    kernel::ParamError,
    messages::{AttachmentFault, AttachmentRefusal, MOST_ATTACHMENT_BYTES, NewAttachment},
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, ResultExt, body_of, field_bytes, prove_form, proven_form, unread_form},
    },
    surveys::Surveys,
};

/// Most fields of a form: each choice of each question is one at most.
const MOST_FIELDS: usize = 20_000;
/// Most bytes of a form without files.
pub(super) const MOST_FORM_BYTES: usize = 512 * 1024;
/// Most bytes of one field of a form with files.
const MOST_FIELD_BYTES: usize = 256 * 1024;
/// Most files of one form.
const MOST_FILES: usize = 10;

/// What came.
#[derive(Debug, Default)]
pub(in crate::surveys) struct Sent {
    /// Names and values, in order.
    pub(in crate::surveys) fields: Vec<(String, String)>,
    /// Files, each with the question that it answers.
    pub(in crate::surveys) files: Vec<(String, NewAttachment)>,
    /// Files that are not taken.
    pub(in crate::surveys) refused: Vec<(String, AttachmentFault)>,
    /// The network from which it came.
    pub(in crate::surveys) network: String,
}

impl Sent {
    /// The first value of a field; empty without.
    pub(in crate::surveys) fn text(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }
}

/// The browser of whoever asks.
pub(in crate::surveys) async fn visit_of(surveys: &Surveys, request: Request) -> Visit {
    let (mut parts, _) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &surveys.accounts).await;
    visit
}

/// Reads a form and proves where it comes from: of whoever is signed in by the session, of all others by the browser's token.
pub(in crate::surveys) async fn read(
    surveys: &Surveys,
    ctx: &Ctx,
    request: Request,
) -> Result<Sent, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    let has_files = kind.is_some_and(|kind| kind.starts_with(b"multipart/form-data"));
    if ctx.via().is_none() {
        let EntryForm { visit, form }: EntryForm<Vec<(String, String)>> =
            EntryForm::from_request(small(request).await?, &surveys.accounts).await?;
        return Ok(Sent { fields: bounded(form)?, network: visit.place.network(), ..Sent::default() });
    }
    if !has_files {
        let bytes = body_of(small(request).await?, &()).await?;
        if bytes.len() > MOST_FORM_BYTES {
            return Err(too_large());
        }
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
        let sent = Sent { fields: bounded(fields)?, ..Sent::default() };
        prove_form(ctx, sent.text(FORM_TOKEN))?;
        return Ok(sent);
    }
    let _place = surveys.arrivals.acquire().await.internal("wait to receive a form")?;
    let mut form = proven_form(ctx, request).await?;
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|error| unread_form(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(question) = name.strip_prefix("file:").map(str::to_owned) else {
            let value = field_bytes(field, MOST_FIELD_BYTES).await.map_err(|error| unread_form(&error))?;
            let value = value.ok_or_else(too_large)?;
            if sent.fields.len() == MOST_FIELDS {
                return Err(ParamError::new("form", "holds too many fields").into());
            }
            sent.fields.push((name, String::from_utf8_lossy(&value).into_owned()));
            continue;
        };
        let name = field.file_name().unwrap_or_default().to_owned();
        match field_bytes(field, MOST_ATTACHMENT_BYTES).await.map_err(|error| unread_form(&error))? {
            // A form in which nothing was chosen holds one file without a name.
            Some(content) if content.is_empty() && name.is_empty() => {}
            Some(content) if sent.files.len() < MOST_FILES => {
                sent.files.push((question, NewAttachment { name, content }));
            }
            content => {
                let why =
                    if content.is_none() { AttachmentRefusal::TooLarge } else { AttachmentRefusal::TooMuch };
                let name = name.chars().take(100).collect();
                if sent.refused.len() < MOST_FILES {
                    sent.refused.push((question, AttachmentFault { name, why }));
                }
            }
        }
    }
    Ok(sent)
}

/// Refuses what is larger than texts can be. It is read to its end and thrown away, so that whoever sent it gets to see why.
async fn small(request: Request) -> Result<Request, Failure> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // Nothing at all has no length; what comes in pieces is bounded by the door.
    if length.is_none_or(|length| length <= MOST_FORM_BYTES) {
        return Ok(request);
    }
    let mut rest = request.into_body().into_data_stream();
    while let Some(Ok(_)) = rest.next().await {}
    Err(too_large())
}

fn bounded(fields: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
    match fields.len() > MOST_FIELDS
        || fields.iter().map(|(_, value)| value.len()).sum::<usize>() > MOST_FORM_BYTES
    {
        true => Err(too_large()),
        false => Ok(fields),
    }
}

fn too_large() -> Failure {
    Failure::TooLarge("answers are too long: at most 10,000 characters in a field".into())
}
