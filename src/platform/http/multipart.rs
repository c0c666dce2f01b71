//! Forms with files, read piece by piece: what is too large is read to its end and thrown away, so that whoever sent it gets
//! to see why.

use std::collections::BTreeMap;

use axum::{
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use tokio::sync::Semaphore;

use super::{FORM_TOKEN, Failure, ResultExt, prove_form};
use crate::{kernel::ParamError, platform::Ctx};

/// Forms with one file that are received at the same time; their files lie in memory.
const MOST_AT_ONCE: usize = 4;
static ARRIVALS: Semaphore = Semaphore::const_new(MOST_AT_ONCE);
/// Most fields of a form with one file that are looked at.
const MOST_FIELDS: usize = 10;
/// Most bytes of a field of it that is no file, and of the proof of any form. What is longer counts as empty.
const MOST_TEXT_BYTES: usize = 1024;

/// The content of a field; `None` when it is larger than `most_bytes`. Then the rest is still read, and thrown away, so that
/// the sender gets to see the answer.
///
/// # Errors
/// When the form ends early or is larger than its door takes; see [`broken_form`].
pub async fn field_bytes(mut field: Field<'_>, most_bytes: usize) -> Result<Option<Bytes>, MultipartError> {
    let mut whole = BytesMut::new();
    let mut fits = true;
    while let Some(piece) = field.chunk().await? {
        fits = fits && whole.len() + piece.len() <= most_bytes;
        if fits {
            whole.extend_from_slice(&piece);
        } else {
            whole = BytesMut::new();
        }
    }
    Ok(fits.then(|| whole.freeze()))
}

/// Why a form could not be read; `too_large` says it of one that is larger than its door takes.
pub fn broken_form(error: &MultipartError, too_large: impl FnOnce() -> String) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge(too_large()),
        _ => ParamError::new("form", "could not be read to its end").into(),
    }
}

/// Why a form could not be read, where no page says it better.
#[must_use]
pub fn unread_form(error: &MultipartError) -> Failure {
    broken_form(error, || "more was sent than this address takes".into())
}

/// Opens a form whose first field proves where it comes from, before anything large is read.
///
/// # Errors
/// It is no such form, it is broken, or it comes from somewhere else.
pub async fn proven_form(ctx: &Ctx, request: Request) -> Result<Multipart, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec());
    if !kind.unwrap_or_default().starts_with(b"multipart/form-data") {
        return Err(Failure::UnsupportedMedia("send the form as multipart/form-data".into()));
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| ParamError::new("form", "could not be read to its end"))?;
    match form.next_field().await.map_err(|error| unread_form(&error))? {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token = field_bytes(field, MOST_TEXT_BYTES).await.map_err(|error| unread_form(&error))?;
            prove_form(ctx, &String::from_utf8_lossy(&token.unwrap_or_default()))?;
        }
        _ => return Err(Failure::ForeignForm),
    }
    Ok(form)
}

/// A form with one file, the field `file`, and short texts.
#[derive(Debug, Default)]
pub struct FileForm {
    /// Name and content, if a file was chosen and is not too large.
    pub file: Option<(String, Vec<u8>)>,
    /// Whether a file was sent that is larger than it may be.
    pub too_large: bool,
    texts: BTreeMap<String, String>,
}

impl FileForm {
    /// Reads it whole. Few are read at the same time.
    ///
    /// # Errors
    /// As [`proven_form`], or it holds too many fields.
    pub async fn read(ctx: &Ctx, request: Request, most_file_bytes: usize) -> Result<Self, Failure> {
        let _place = ARRIVALS.acquire().await.internal("wait to receive a file")?;
        let mut form = proven_form(ctx, request).await?;
        let mut read = Self::default();
        let mut fields = 0;
        while let Some(field) = form.next_field().await.map_err(|error| unread_form(&error))? {
            fields += 1;
            if fields > MOST_FIELDS {
                return Err(ParamError::new("form", "holds too many fields").into());
            }
            let name = field.name().unwrap_or_default().to_owned();
            let file = (name == "file").then(|| field.file_name().unwrap_or_default().to_owned());
            let most = if file.is_some() { most_file_bytes } else { MOST_TEXT_BYTES };
            let content = field_bytes(field, most).await.map_err(|error| unread_form(&error))?;
            match (file, content) {
                // A form in which nothing was chosen holds a file without a name.
                (Some(file), Some(bytes)) if bytes.is_empty() && file.is_empty() => {}
                (Some(file), Some(bytes)) => read.file = Some((file, bytes.to_vec())),
                (Some(_), None) => read.too_large = true,
                (None, content) => {
                    let text = String::from_utf8_lossy(&content.unwrap_or_default()).into_owned();
                    read.texts.insert(name, text);
                }
            }
        }
        Ok(read)
    }

    /// A text; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map(String::as_str).unwrap_or_default()
    }
}
