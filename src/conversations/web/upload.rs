//! Forms with texts and files, read piece by piece: what is too large is read to its end and thrown away, so that whoever
//! sent it gets to see why.

use std::collections::BTreeMap;

use axum::{extract::Request, http::header};

use super::MOST_FORM_BYTES;
use crate::{
    conversations::Conversations,
    kernel::ParamError,
    messages::{
        AttachmentFault, AttachmentRefusal, MOST_ATTACHMENT_BYTES, MOST_ATTACHMENT_BYTES_TOGETHER,
        MOST_ATTACHMENTS, NewAttachment,
    },
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, ResultExt, body_of, field_bytes, prove_form, proven_form, unread_form},
        i18n::Texts,
    },
    ui::views::FieldFault,
};

/// Most fields of a form that are looked at.
const MOST_FIELDS: usize = 40;

/// A form as it was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    texts: BTreeMap<String, String>,
    /// Files, as far as they are not too large.
    pub(super) files: Vec<NewAttachment>,
    refused: Vec<AttachmentFault>,
}

impl Sent {
    /// A field; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A field that holds an id; `None` for everything else.
    pub(super) fn id(&self, name: &str) -> Option<uuid::Uuid> {
        self.text(name).parse().ok()
    }

    /// What is wrong with the files.
    pub(super) fn file_faults(&self, conversations: &Conversations, t: &Texts) -> Vec<FieldFault> {
        let mut faults = self.refused.clone();
        faults.extend(conversations.messages.check_attachments(&self.files).err().unwrap_or_default());
        faults.into_iter().map(|wrong| FieldFault { field: "files", message: wrong.text(t) }).collect()
    }
}

/// Reads a form whose first field proves where it comes from, before anything large is read.
pub(super) async fn read(
    conversations: &Conversations,
    ctx: &Ctx,
    request: Request,
) -> Result<Sent, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    if kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded")) {
        return read_texts(ctx, request).await;
    }
    let _place = conversations.arrivals.acquire().await.internal("wait to receive a form")?;
    let mut form = proven_form(ctx, request).await?;
    let mut sent = Sent::default();
    let mut together = 0;
    while let Some(field) = form.next_field().await.map_err(|error| unread_form(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "files" {
            let value = field_bytes(field, MOST_FORM_BYTES).await.map_err(|error| unread_form(&error))?;
            let value = value.ok_or_else(|| ParamError::new("form", "holds a text that is too long"))?;
            if sent.texts.len() == MOST_FIELDS {
                return Err(ParamError::new("form", "holds too many fields").into());
            }
            sent.texts.insert(name, String::from_utf8_lossy(&value).into_owned());
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let refuse = |why| AttachmentFault { name: name.chars().take(100).collect(), why };
        let room = MOST_ATTACHMENT_BYTES_TOGETHER.saturating_sub(together);
        match field_bytes(field, MOST_ATTACHMENT_BYTES.min(room))
            .await
            .map_err(|error| unread_form(&error))?
        {
            // A form in which nothing was chosen holds one file without a name.
            Some(content) if content.is_empty() && name.is_empty() => {}
            Some(content) if sent.files.len() < MOST_ATTACHMENTS => {
                together += content.len();
                sent.files.push(NewAttachment { name, content });
            }
            None if room >= MOST_ATTACHMENT_BYTES => sent.refused.push(refuse(AttachmentRefusal::TooLarge)),
            Some(_) | None if sent.refused.len() < MOST_ATTACHMENTS => {
                sent.refused.push(refuse(AttachmentRefusal::TooMuch));
            }
            Some(_) | None => {}
        }
    }
    Ok(sent)
}

async fn read_texts(ctx: &Ctx, request: Request) -> Result<Sent, Failure> {
    let bytes = body_of(request, &()).await?;
    if bytes.len() > MOST_FORM_BYTES {
        return Err(Failure::TooLarge("more was sent than this address takes".into()));
    }
    let mut sent = Sent::default();
    for (name, value) in url::form_urlencoded::parse(&bytes).take(MOST_FIELDS) {
        sent.texts.insert(name.into_owned(), value.into_owned());
    }
    prove_form(ctx, sent.text(FORM_TOKEN))?;
    Ok(sent)
}
