//! What somebody sees of their own messages, and what they agree to.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{fault, see_other, size_text, unkept};
use crate::{
    kernel::{Lang, Params},
    messages::{
        Channel, CodeRefusal, Direction, Message, Messages, PhoneNumber, Purpose, Subscribed,
        compose::paragraphs, consents::wording, store::inbox::ThreadRow,
    },
    platform::{
        Ctx,
        files::Object,
        http::{Failure, Path, ProtectedForm, ResultExt},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::instant_text,
        views::{
            Choice, ConsentBox, ConsentGroup, ConsentsPage, FieldFault, FileLink, InboxPage, InboxRow,
            MessagePage, MessageView, UnsubscribePage,
        },
    },
};

pub(super) async fn inbox(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    mut params: Params,
) -> Result<Response, Failure> {
    let q = params.text("q").unwrap_or_default();
    let before: Option<Uuid> = params.parse("before", "the id of a message")?;
    params.finish()?;
    let t = texts(ctx.lang);
    let part = messages.inbox(&ctx, &q, before).await?;
    let row = |row: &ThreadRow| InboxRow {
        href: format!("/account/messages/{}", row.id),
        subject: row.subject.clone(),
        beginning: crate::messages::templates::one_line(&row.beginning, 120),
        when: instant_text(row.created_at, t),
        count: (row.count > 1).then(|| t.args("inbox-count", &[("n", row.count.into())])),
        files: row.files,
    };
    let address = |more: String| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &q).finish();
        format!("/account/messages?{query}{more}")
    };
    let page = InboxPage {
        page: messages.site.page(&ctx, &here, Nav::AccountMessages, t.get("inbox-title")),
        t,
        unread: part.unread.iter().map(row).collect(),
        read: part.read.iter().map(row).collect(),
        first: before.map(|_| address(String::new())),
        next: part.next.map(|next| address(format!("&before={next}"))),
        q,
    };
    html(&page)
}

/// Whether a browser only fetches ahead, or asks whether the page is there: nobody has read anything then.
pub(crate) fn is_ahead(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|v| v.contains("prefetch"))
    };
    *method == Method::HEAD || says("sec-purpose") || says("purpose") || says("x-moz")
}

pub(super) async fn message(
    ctx: Ctx,
    here: Here,
    method: Method,
    headers: HeaderMap,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let opened = messages.open_message(&ctx, id, is_ahead(&method, &headers)).await?;
    let subject = opened.messages.first().map(|message| message.subject.clone()).unwrap_or_default();
    let page = MessagePage {
        page: messages.site.page(&ctx, &here, Nav::AccountMessages, subject.clone()),
        t,
        goes_on: opened.messages.iter().rev().find_map(|message| message.href.clone()),
        messages: opened.messages.iter().map(|message| shown(t, message, &subject)).collect(),
        looks: opened.looks.iter().map(|(at, why)| format!("{}: {why}", instant_text(*at, t))).collect(),
        subject,
    };
    html(&page)
}

fn shown(t: &Texts, message: &Message, subject: &str) -> MessageView {
    let ours = message.direction == Direction::Out;
    let file = |file: &crate::messages::Attachment| FileLink {
        href: format!("/account/messages/{}/files/{}", message.id, file.id),
        name: file.name.clone(),
        size: size_text(t, file.bytes),
    };
    MessageView {
        id: message.id.to_string(),
        who: if ours { t.get("message-from-office") } else { t.get("message-from-you") },
        own: !ours,
        when: instant_text(message.created_at, t),
        subject: (message.subject != subject).then(|| message.subject.clone()),
        body: paragraphs(&message.body, ""),
        lang: message.lang.tag(),
        files: message.attachments.iter().map(file).collect(),
        read: message
            .read_at
            .filter(|_| ours)
            .map(|at| t.args("message-read", &[("when", instant_text(at, t).into())])),
    }
}

/// Hands out a file as something to be saved, whatever is in it.
pub(super) async fn file(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path((message, file)): Path<(Uuid, Uuid)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (file, object) = messages.attachment(&ctx, message, file).await?;
    as_download(file, object)
}

/// A file as an answer that browsers save and never show.
pub(crate) fn as_download(file: crate::messages::Attachment, object: Object) -> Result<Response, Failure> {
    let plain: String = file
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' })
        .collect();
    let exact = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    let header_of = |text: String| HeaderValue::from_str(&text).internal("write a header");
    let mut response = Response::new(Body::from_stream(object.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header_of(file.media_type)?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(object.bytes));
    headers.insert(header::CONTENT_DISPOSITION, header_of(disposition)?);
    Ok(response)
}

fn done(params: &mut Params, t: &Texts) -> Option<String> {
    Some(match params.text("done")?.as_str() {
        "saved" => t.get("consents-saved"),
        "code" => t.get("consents-code-sent"),
        "phone" => t.get("consents-phone-confirmed"),
        "phone-removed" => t.get("consents-phone-removed"),
        _ => return None,
    })
}

pub(super) async fn consents(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    mut params: Params,
) -> Result<Response, Failure> {
    let notice = done(&mut params, texts(ctx.lang));
    params.finish()?;
    show_consents(&ctx, &here, &messages, notice, String::new(), Vec::new()).await
}

async fn show_consents(
    ctx: &Ctx,
    here: &Here,
    messages: &Messages,
    notice: Option<String>,
    typed: String,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let found = messages.consenting(ctx).await?;
    let group = |purpose: Purpose| ConsentGroup {
        name: purpose.name(),
        title: purpose_title(t, purpose),
        about: match purpose {
            Purpose::Security | Purpose::Case => t.get("consents-about-case"),
            Purpose::Reminder => t.get("consents-about-reminder"),
            Purpose::News => t.get("consents-about-news"),
        },
        boxes: found
            .choices
            .iter()
            .filter(|choice| choice.purpose == purpose)
            .map(|choice| ConsentBox {
                value: format!("{}-{}", choice.purpose.name(), choice.channel.name()),
                label: super::channel_text(t, Some(choice.channel)),
                wording: wording(t, choice.purpose, choice.channel),
                given: choice.given,
                said: choice.said.as_ref().map(|(at, version)| {
                    let values =
                        [("when", instant_text(*at, t).into()), ("version", version.as_str().into())];
                    if choice.given {
                        t.args("consents-given", &values)
                    } else {
                        t.args("consents-withdrawn", &values)
                    }
                }),
            })
            .collect(),
    };
    let lang = |lang: Lang, label: &str| Choice {
        value: lang.tag().to_owned(),
        label: label.to_owned(),
        selected: found.lang == lang,
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ConsentsPage {
        page: messages.site.page(ctx, here, Nav::AccountMessages, t.get("consents-title")),
        t,
        notice,
        faults,
        groups: Purpose::BY_CONSENT.into_iter().map(group).collect(),
        langs: vec![lang(Lang::Pl, "Polski"), lang(Lang::En, "English")],
        email: found.email.clone(),
        phone: found.phone.clone(),
        unconfirmed: found.unconfirmed.clone(),
        typed,
        acting: ctx.resident().is_some_and(|resident| resident.acting.is_some()),
    };
    html_with(status, &page)
}

pub(super) fn purpose_title(t: &Texts, purpose: Purpose) -> String {
    match purpose {
        Purpose::Security => t.get("purpose-security"),
        Purpose::Case => t.get("purpose-case"),
        Purpose::Reminder => t.get("purpose-reminder"),
        Purpose::News => t.get("purpose-news"),
    }
}

/// What somebody ticked.
#[derive(Debug, Deserialize)]
pub(super) struct ConsentForm {
    #[serde(default)]
    consent: Vec<String>,
    #[serde(default)]
    lang: String,
}

pub(super) async fn consent(
    ctx: Ctx,
    State(messages): State<Messages>,
    ProtectedForm(form): ProtectedForm<ConsentForm>,
) -> Result<Response, Failure> {
    let read = |value: &String| {
        let (purpose, channel) = value.split_once('-')?;
        Some((Purpose::from_name(purpose)?, Channel::from_name(channel)?))
    };
    let wanted: Vec<_> = form.consent.iter().filter_map(read).collect();
    let lang = Lang::from_tag(&form.lang).unwrap_or(ctx.lang);
    messages.consent(&ctx, &wanted, lang, "/account/consents").await?;
    Ok(see_other("/account/consents?done=saved"))
}

/// A number.
#[derive(Debug, Deserialize)]
pub(super) struct PhoneForm {
    #[serde(default)]
    phone: String,
}

pub(super) async fn phone(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    ProtectedForm(form): ProtectedForm<PhoneForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let typed: String = form.phone.chars().take(30).collect();
    let why = match form.phone.parse::<PhoneNumber>() {
        Err(_) => t.get("consents-phone-wrong"),
        Ok(number) => match messages.ask_for_code(&ctx, &number).await? {
            true => return Ok(see_other("/account/consents?done=code")),
            false => t.get("consents-too-many-codes"),
        },
    };
    show_consents(&ctx, &here, &messages, None, typed, vec![fault("phone", why)]).await
}

/// A code.
#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

pub(super) async fn confirm_phone(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    ProtectedForm(form): ProtectedForm<CodeForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let fault = match messages.confirm_code(&ctx, &form.code).await? {
        Ok(()) => return Ok(see_other("/account/consents?done=phone")),
        Err(CodeRefusal::Wrong) => fault("code", t.get("consents-code-wrong")),
        Err(CodeRefusal::Ended) => fault("phone", t.get("consents-code-ended")),
    };
    show_consents(&ctx, &here, &messages, None, String::new(), vec![fault]).await
}

/// A form without fields.
#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

pub(super) async fn remove_phone(
    ctx: Ctx,
    State(messages): State<Messages>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    messages.forget_phone(&ctx).await?;
    Ok(see_other("/account/consents?done=phone-removed"))
}

/// What a link ends, as a page.
fn unsubscribe_view(
    ctx: &Ctx,
    here: &Here,
    messages: &Messages,
    subscribed: Option<Subscribed>,
    done: bool,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let what = subscribed.map(|found| {
        let channel = super::channel_text(t, Some(found.channel));
        format!("{}: {channel}", purpose_title(t, found.purpose))
    });
    let status = if what.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let page = UnsubscribePage {
        page: messages.site.page(ctx, here, Nav::Nowhere, t.get("unsubscribe-title")),
        t,
        what,
        done,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// Shows what would be ended. Changes nothing: programs that look into mails open every link.
pub(super) async fn unsubscribe_page(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let subscribed = messages.subscribed(&token)?;
    unsubscribe_view(&ctx, &here, &messages, subscribed, false)
}

/// Ends it, for whoever pressed the button and for mail programs that do it with one click (RFC 8058). The token is the
/// proof; there is nobody signed in whose name could be abused.
pub(super) async fn unsubscribe(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let subscribed = messages.subscribed(&token)?.ok_or(Failure::ForeignForm)?;
    messages.unsubscribe(&ctx, subscribed, "/unsubscribe").await?;
    let response = unsubscribe_view(&ctx, &here, &messages, Some(subscribed), true)?;
    Ok(response.into_response())
}
