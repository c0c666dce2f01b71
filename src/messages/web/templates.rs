//! Templates at the desk.

use axum::{extract::State, http::StatusCode, response::Response};
use channels::sms::{Encoding, parts, without_diacritics};
use serde::Deserialize;

use super::{fault, own::purpose_title, see_other};
use crate::{
    kernel::{Lang, Params},
    messages::{
        Messages, Purpose,
        compose::{Frame, paragraphs},
        desk::{SaveRefusal, TownTemplate},
        templates::{self, Words, WordsFault, clean, one_line},
    },
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::instant_text,
        views::{
            Fact, FieldFault, Link, TemplatePage, TemplatePreview, TemplateRow, TemplateVersionRow,
            TemplatesPage,
        },
    },
};

fn lang_of(tag: &str) -> Result<Lang, Failure> {
    match tag {
        "pl" => Ok(Lang::Pl),
        "en" => Ok(Lang::En),
        _ => Err(Failure::not_found("this language")),
    }
}

fn lang_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Pl => "Polski",
        Lang::En => "English",
    }
}

/// What a template is for, in the words of the staff.
pub(super) fn template_name(t: &Texts, slug: &str) -> String {
    t.args(&format!("template-name-{slug}"), &[])
}

fn address(slug: &str, lang: Lang) -> String {
    format!("/desk/messages/templates/{slug}/{}", lang.tag())
}

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let changed = messages.changed_templates(&ctx).await?;
    let row = |template: &'static templates::Template| TemplateRow {
        name: template_name(t, template.slug),
        subject: template.words(ctx.lang).subject.clone(),
        purpose: purpose_title(t, template.purpose()),
        links: [Lang::Pl, Lang::En]
            .map(|lang| Link { href: address(template.slug, lang), text: lang_name(lang).to_owned() })
            .to_vec(),
        changed: changed.iter().any(|(slug, ..)| slug == template.slug),
    };
    let page = TemplatesPage {
        page: messages.site.page(&ctx, &here, Nav::DeskMessages, t.get("templates-title")),
        t,
        rows: templates::all().iter().map(row).collect(),
    };
    html(&page)
}

/// What is shown of a template besides itself.
#[derive(Debug, Default)]
struct Around {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    /// Words as they were typed, in the place of those that are saved.
    typed: Option<(Words, i32)>,
    preview: bool,
}

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path((slug, tag)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("saved") => Some(t.get("template-saved")),
        Some("test") => Some(t.get("template-test-sent")),
        _ => None,
    };
    params.finish()?;
    show(&ctx, &here, &messages, &slug, lang_of(&tag)?, Around { notice, ..Around::default() }).await
}

async fn show(
    ctx: &Ctx,
    here: &Here,
    messages: &Messages,
    slug: &str,
    lang: Lang,
    around: Around,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let found = messages.template(ctx, slug, lang).await?;
    let TownTemplate { template, version, words, versions } = found;
    let (words, seen) = around.typed.unwrap_or((words, version));
    let sample = messages.sample(ctx, template, &words, lang);
    let other = if lang == Lang::Pl { Lang::En } else { Lang::Pl };
    let town = messages.site.town_name();
    // As it goes out: what needs a consent says how it is ended.
    let unsubscribe = Purpose::BY_CONSENT
        .contains(&template.purpose())
        .then(|| format!("{}/unsubscribe/…", messages.base()));
    let colour = messages.site.accent();
    let frame = Frame { town: &town, colour: &colour, unsubscribe: unsubscribe.as_deref(), t: texts(lang) };
    let sms = match messages.config.sms.normalize {
        Some(false) => sample.sms.clone(),
        _ => without_diacritics(&sample.sms),
    };
    let mail = if sample.notice.trim().is_empty() { &sample.body } else { &sample.notice };
    let preview = around.preview.then(|| TemplatePreview {
        subject: sample.subject.clone(),
        body: paragraphs(&sample.body, ""),
        mail: frame.text(mail.trim()),
        sms: sms.clone(),
        push: sample.push.clone(),
    });
    let places = template.places().map(|place| Fact {
        title: format!("{{{place}}}"),
        value: match place {
            "town" => t.get("place-town"),
            "name" => t.get("place-name"),
            "date" => t.get("place-date"),
            "link" => t.get("place-link"),
            own => template.values.get(own).cloned().unwrap_or_default(),
        },
    });
    let status = if around.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = TemplatePage {
        page: messages.site.page(ctx, here, Nav::DeskMessages, template_name(t, template.slug)),
        t,
        notice: around.notice,
        faults: around.faults,
        name: template_name(t, template.slug),
        slug: template.slug,
        lang: lang.tag(),
        lang_name: lang_name(lang),
        other_lang: other.tag(),
        other: Link { href: address(slug, other), text: lang_name(other).to_owned() },
        version: seen,
        places: places.collect(),
        sms_parts: parts_text(t, &sms),
        subject: words.subject,
        body: words.body,
        notice_text: words.notice,
        sms: words.sms,
        push: words.push,
        preview,
        versions: versions
            .into_iter()
            .map(|row| TemplateVersionRow {
                version: row.version,
                saved: format!("{}, {}", instant_text(row.saved_at, t), row.saved_by),
            })
            .collect(),
    };
    html_with(status, &page)
}

/// What a text costs, with the samples in it.
fn parts_text(t: &Texts, sms: &str) -> String {
    if sms.is_empty() {
        return t.get("template-sms-none");
    }
    let counted = parts(sms);
    let values = [("parts", counted.parts.into()), ("units", counted.units.into())];
    match counted.encoding {
        Encoding::Gsm7 => t.args("template-sms-plain", &values),
        Encoding::Ucs2 => t.args("template-sms-letters", &values),
    }
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub(super) struct TemplateForm {
    seen: i32,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    notice: String,
    #[serde(default)]
    sms: String,
    #[serde(default)]
    push: String,
    #[serde(rename = "do", default)]
    action: String,
}

impl TemplateForm {
    fn words(&self) -> Words {
        Words {
            subject: one_line(&self.subject, 1000),
            body: clean(&self.body),
            notice: clean(&self.notice),
            sms: one_line(&self.sms, 2000),
            push: one_line(&self.push, 1000),
        }
    }
}

pub(super) async fn send(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path((slug, tag)): Path<(String, String)>,
    ProtectedForm(form): ProtectedForm<TemplateForm>,
) -> Result<Response, Failure> {
    let (t, lang, words) = (texts(ctx.lang), lang_of(&tag)?, form.words());
    let template = templates::find(&slug).ok_or_else(|| Failure::not_found("this template"))?;
    let found = templates::faults(template, &words);
    let faults: Vec<FieldFault> = found.iter().map(|one| told(t, one)).collect();
    let typed = Some((words.clone(), form.seen));
    if !faults.is_empty() {
        return show(&ctx, &here, &messages, &slug, lang, Around { faults, typed, ..Around::default() })
            .await;
    }
    match form.action.as_str() {
        "preview" => {
            show(&ctx, &here, &messages, &slug, lang, Around { typed, preview: true, ..Around::default() })
                .await
        }
        "test" => {
            messages.send_test(&ctx, template, &words, lang).await?;
            let notice = Some(t.get("template-test-sent"));
            show(
                &ctx,
                &here,
                &messages,
                &slug,
                lang,
                Around { notice, typed, preview: true, ..Around::default() },
            )
            .await
        }
        _ => match messages.save_template(&ctx, &slug, lang, form.seen, &words).await? {
            Ok(()) => Ok(see_other(&format!("{}?done=saved", address(&slug, lang)))),
            Err(SaveRefusal::Faults(found)) => {
                let faults = found.iter().map(|one| told(t, one)).collect();
                show(&ctx, &here, &messages, &slug, lang, Around { faults, typed, ..Around::default() }).await
            }
            Err(SaveRefusal::Overtaken) => {
                let faults = vec![fault("subject", t.get("template-overtaken"))];
                show(&ctx, &here, &messages, &slug, lang, Around { faults, typed, ..Around::default() }).await
            }
        },
    }
}

/// Which version counts again.
#[derive(Debug, Deserialize)]
pub(super) struct PutBackForm {
    seen: i32,
    version: i32,
}

pub(super) async fn put_back(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path((slug, tag)): Path<(String, String)>,
    ProtectedForm(form): ProtectedForm<PutBackForm>,
) -> Result<Response, Failure> {
    let (t, lang) = (texts(ctx.lang), lang_of(&tag)?);
    let words = messages.old_words(&ctx, &slug, lang, form.version).await?;
    match messages.save_template(&ctx, &slug, lang, form.seen, &words).await? {
        Ok(()) => Ok(see_other(&format!("{}?done=saved", address(&slug, lang)))),
        Err(SaveRefusal::Faults(found)) => {
            let faults = found.iter().map(|one| told(t, one)).collect();
            show(&ctx, &here, &messages, &slug, lang, Around { faults, ..Around::default() }).await
        }
        Err(SaveRefusal::Overtaken) => {
            let faults = vec![fault("subject", t.get("template-overtaken"))];
            show(&ctx, &here, &messages, &slug, lang, Around { faults, ..Around::default() }).await
        }
    }
}

fn told(t: &Texts, found: &WordsFault) -> FieldFault {
    let of = |place: &String| format!("{{{place}}}");
    match found {
        WordsFault::Empty(part) => fault(part, t.get("template-fault-empty")),
        WordsFault::TooLong(part, most) => {
            fault(part, t.args("template-fault-long", &[("n", (*most).into())]))
        }
        WordsFault::UnknownPlace(part, place) => {
            fault(part, t.args("template-fault-place", &[("place", of(place).into())]))
        }
        WordsFault::MissingPlace(place) => {
            fault("body", t.args("template-fault-missing", &[("place", of(place).into())]))
        }
        WordsFault::TellsTooMuch(place) => {
            fault("push", t.args("template-fault-push", &[("place", of(place).into())]))
        }
    }
}
