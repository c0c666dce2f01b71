//! Samples of the pages of the messages.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, ResidentLook},
};

const LONG: &str = "Bardzo długi temat wiadomości, który nie mieści się w jednej linii <b>ani w dwóch</b>";

fn own(lang: Lang, title: &str, here: &str) -> crate::ui::Page {
    let resident = ResidentLook { name: "Anna Zmyślona".into(), level: "known", ..ResidentLook::default() };
    crate::ui::Page { resident: Some(resident), ..page(lang, title, Nav::AccountMessages, here) }
}

fn fault(field: &'static str) -> Vec<FieldFault> {
    vec![FieldFault { field, message: LONG.into() }]
}

fn inbox(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let row = || InboxRow {
        href: "/account/messages/1".into(),
        subject: LONG.into(),
        beginning: LONG.into(),
        when: "3 grudnia 2026, 9:15".into(),
        count: Some("2 wiadomości".into()),
        files: true,
    };
    let rows = |n: usize| if full { (0..n).map(|_| row()).collect() } else { Vec::new() };
    InboxPage {
        page: own(lang, &t.get("inbox-title"), "/account/messages"),
        t,
        q: String::new(),
        unread: rows(2),
        read: rows(3),
        first: full.then(|| "/account/messages".into()),
        next: full.then(|| "/account/messages?before=1".into()),
    }
    .render()
    .unwrap()
}

fn message(lang: Lang) -> String {
    let one = MessageView {
        id: "1".into(),
        who: "Urząd".into(),
        own: false,
        when: "3 grudnia 2026, 9:15".into(),
        subject: Some(LONG.into()),
        body: "<p>Treść</p>".into(),
        lang: "pl",
        files: vec![FileLink { href: "/x".into(), name: "pismo.pdf".into(), size: "12 kB".into() }],
        read: Some("Otwarto".into()),
    };
    MessagePage {
        page: own(lang, LONG, "/account/messages/1"),
        t: texts(lang),
        subject: LONG.into(),
        messages: vec![
            one.clone(),
            MessageView { files: Vec::new(), read: None, subject: None, own: true, ..one },
        ],
        goes_on: Some("/account/letters/1".into()),
        looks: vec![LONG.into()],
    }
    .render()
    .unwrap()
}

fn consents(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let one = ConsentBox {
        value: "case-email".into(),
        label: "E-mail".into(),
        wording: LONG.into(),
        given: full,
        said: full.then(|| LONG.into()),
    };
    ConsentsPage {
        page: own(lang, &t.get("consents-title"), "/account/consents"),
        t,
        notice: full.then(|| LONG.into()),
        faults: if full { fault("code") } else { Vec::new() },
        groups: vec![ConsentGroup { name: "case", title: LONG.into(), about: LONG.into(), boxes: vec![one] }],
        langs: vec![Choice { value: "pl".into(), label: "Polski".into(), selected: true }],
        email: full.then(|| "anna@poczta.example".into()),
        phone: full.then(|| "+48600100200".into()),
        unconfirmed: full.then(|| "+48600100201".into()),
        typed: String::new(),
        acting: false,
    }
    .render()
    .unwrap()
}

fn unsubscribe(lang: Lang, what: Option<&str>, done: bool) -> String {
    let t = texts(lang);
    let page = page(lang, &t.get("unsubscribe-title"), Nav::Nowhere, "/unsubscribe/x");
    UnsubscribePage { page, t, what: what.map(str::to_owned), done }.render().unwrap()
}

fn desk(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let row = DeliveryRowView {
        href: "/desk/messages/1".into(),
        id: "1".into(),
        channel: "E-mail".into(),
        address: LONG.into(),
        subject: LONG.into(),
        when: "3 grudnia 2026".into(),
        state: "Nie doszło".into(),
        error: Some(LONG.into()),
        dead: true,
        retry: true,
    };
    DeskMessagesPage {
        page: page(lang, &t.get("outbox-title"), Nav::DeskMessages, "/desk/messages"),
        t,
        notice: full.then(|| LONG.into()),
        missing: if full { vec![LONG.into()] } else { Vec::new() },
        shelves: vec![ShelfLink { href: "/desk/messages".into(), title: LONG.into(), here: true }],
        shelf: "dead",
        q: String::new(),
        rows: if full { vec![row] } else { Vec::new() },
        first: full.then(|| "/desk/messages".into()),
        next: full.then(|| "/desk/messages?before=1".into()),
    }
    .render()
    .unwrap()
}

fn proof(lang: Lang, text: bool) -> String {
    let line = DeliveryProofLine {
        at: "9:15:03".into(),
        what: LONG.into(),
        attempt: "2".into(),
        provider: "SMTP".into(),
        answer: LONG.into(),
        actor: "outbox".into(),
    };
    let way = ProofWay {
        id: "1".into(),
        channel: "List".into(),
        address: String::new(),
        why: LONG.into(),
        state: LONG.into(),
        provider_id: Some(LONG.into()),
        dead: true,
        no_address: !text,
        content: text.then(|| LONG.into()),
        events: vec![line],
    };
    ProofPage {
        page: page(lang, LONG, Nav::DeskMessages, "/desk/messages/1"),
        t: texts(lang),
        notice: None,
        faults: if text { Vec::new() } else { fault("why") },
        id: "1".into(),
        subject: LONG.into(),
        facts: vec![Fact { title: LONG.into(), value: LONG.into() }],
        body: text.then(|| "<p>Treść</p>".into()),
        ways: vec![way],
        typed: LONG.into(),
    }
    .render()
    .unwrap()
}

fn template(lang: Lang, full: bool) -> String {
    let preview = TemplatePreview {
        subject: LONG.into(),
        body: "<p>Treść</p>".into(),
        mail: LONG.into(),
        sms: LONG.into(),
        push: LONG.into(),
    };
    TemplatePage {
        page: page(lang, LONG, Nav::DeskMessages, "/desk/messages/templates/news/pl"),
        t: texts(lang),
        notice: None,
        faults: if full { fault("body") } else { Vec::new() },
        name: LONG.into(),
        slug: "news",
        lang: "pl",
        lang_name: "Polski",
        other_lang: "en",
        other: Link { href: "/desk/messages/templates/news/en".into(), text: "English".into() },
        version: i32::from(full),
        places: vec![Fact { title: "{town}".into(), value: LONG.into() }],
        subject: LONG.into(),
        body: LONG.into(),
        notice_text: LONG.into(),
        sms: LONG.into(),
        sms_parts: LONG.into(),
        push: LONG.into(),
        preview: full.then_some(preview),
        versions: vec![TemplateVersionRow { version: 1, saved: LONG.into() }],
    }
    .render()
    .unwrap()
}

fn letters(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let row = LetterRowView {
        id: "1".into(),
        href: "/desk/messages/1".into(),
        address: LONG.into(),
        subject: LONG.into(),
        when: "3 grudnia 2026".into(),
        number: Some("RR 123".into()),
    };
    let rows = if full { vec![row] } else { Vec::new() };
    PostLettersPage {
        page: page(lang, &t.get("post-letters-title"), Nav::DeskMessages, "/desk/messages/letters"),
        t,
        notice: None,
        faults: if full { fault("letter") } else { Vec::new() },
        waiting: rows.clone(),
        posted: rows,
        electronic: full,
    }
    .render()
    .unwrap()
}

/// All pages of the messages, by a name for each.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let templates = TemplatesPage {
        page: page(lang, &t.get("templates-title"), Nav::DeskMessages, "/desk/messages/templates"),
        t,
        rows: vec![TemplateRow {
            name: LONG.into(),
            subject: LONG.into(),
            purpose: LONG.into(),
            links: vec![Link { href: "/x".into(), text: "Polski".into() }],
            changed: true,
        }],
    };
    let print = PrintPage {
        page: page(lang, &t.get("post-letters-print"), Nav::DeskMessages, "/desk/messages/letters"),
        t,
        letters: vec![PrintedLetter {
            envelope: vec![LONG.into(), "00-001 Zmyślin".into()],
            date: "Zmyślin, 3 grudnia 2026".into(),
            subject: LONG.into(),
            body: "<p>Treść</p>".into(),
            lang: "pl",
        }],
    };
    vec![
        ("inbox", inbox(lang, true)),
        ("inbox-empty", inbox(lang, false)),
        ("message", message(lang)),
        ("consents", consents(lang, true)),
        ("consents-empty", consents(lang, false)),
        ("unsubscribe", unsubscribe(lang, Some(LONG), false)),
        ("unsubscribe-done", unsubscribe(lang, Some(LONG), true)),
        ("unsubscribe-wrong", unsubscribe(lang, None, false)),
        ("messages-desk", desk(lang, true)),
        ("messages-desk-empty", desk(lang, false)),
        ("proof", proof(lang, false)),
        ("proof-text", proof(lang, true)),
        ("templates", templates.render().unwrap()),
        ("template", template(lang, false)),
        ("template-faults", template(lang, true)),
        ("post-letters", letters(lang, true)),
        ("letters-empty", letters(lang, false)),
        ("post-letters-print", print.render().unwrap()),
    ]
}
