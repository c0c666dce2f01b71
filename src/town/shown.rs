//! What pages show of what the town says.

use chrono::NaiveDate;

use super::{
    Review,
    declaration::{Apps, Declaration, Interpreter, Method, Reason, Status},
    history::changes,
    store::{Stored, Version},
};
use crate::{
    kernel::Lang,
    platform::i18n::Texts,
    ui::{
        Page, Phone,
        local_time::{day_text, instant_text},
        views::{AppRow, Day, DeclarationPage, GapGroup, KeyRow, ReviewView, TownVersion},
    },
};

/// Keys of the map editor with the texts of what they do; the list of the editor's own help.
const EDITOR_KEYS: [(&str, &str); 31] = [
    ("← ↑ → ↓", "editor-key-pan"),
    ("+ −", "editor-key-zoom"),
    ("Enter", "editor-key-enter"),
    ("Ctrl + Enter", "editor-key-finish"),
    ("Esc", "editor-key-escape"),
    ("Backspace", "editor-key-backspace"),
    ("[ ]", "editor-key-step"),
    (", .", "editor-key-vertex"),
    ("Insert", "editor-key-insert"),
    ("Alt + ← ↑ → ↓", "editor-key-nudge"),
    ("Alt + Shift + ← ↑ → ↓", "editor-key-nudge-far"),
    ("Ctrl + Z", "editor-undo"),
    ("Ctrl + Y", "editor-redo"),
    ("Ctrl + C, Ctrl + V", "editor-key-copy"),
    ("Delete", "editor-tool-delete"),
    ("V", "editor-tool-select"),
    ("A", "editor-tool-add"),
    ("M", "editor-tool-move"),
    ("R", "editor-tool-reshape"),
    ("S", "editor-tool-split"),
    ("J", "editor-tool-join"),
    ("H", "editor-tool-hole"),
    ("P", "editor-tool-part"),
    ("W", "editor-tool-row"),
    ("F", "editor-tool-filter"),
    ("E", "editor-tool-coordinates"),
    ("G", "editor-tool-gps"),
    ("L", "editor-layers"),
    ("T", "editor-table"),
    ("O", "editor-key-form"),
    ("?", "editor-help"),
];

/// The public page of a declaration.
pub(super) fn declaration_page(
    page: Page,
    t: &'static Texts,
    lang: Lang,
    url: String,
    said: &Declaration,
) -> DeclarationPage {
    let day = |day: Option<NaiveDate>| day.map(|day| Day { iso: day.to_string(), text: day_text(day, t) });
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let group = |reason, title| {
        let rows: Vec<_> = said
            .gaps_for(reason)
            .filter_map(|gap| Some((gap.what.said(lang)?, gap.instead.said(lang))))
            .collect();
        (!rows.is_empty()).then_some(GapGroup { title, rows, is_burden: reason == Reason::Burden })
    };
    let gaps = match said.status {
        Some(Status::Full) => Vec::new(),
        _ => [
            group(Reason::Breach, t.get("declaration-breach")),
            group(Reason::Exempt, t.get("declaration-exempt")),
            group(Reason::Burden, t.get("declaration-burden")),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    DeclarationPage {
        page,
        t,
        url,
        published: day(said.published),
        updated: day(said.updated),
        prepared: day(said.prepared),
        reviewed: day(said.reviewed),
        status: said.status.map(|status| match status {
            Status::Full => t.get("declaration-status-full"),
            Status::Partial => t.get("declaration-status-partial"),
            Status::None => t.get("declaration-status-none"),
        }),
        gaps,
        burden_url: some(&said.burden_url),
        method: said.method.map(|method| match method {
            Method::Own => t.get("declaration-method-own"),
            Method::External if said.assessor.is_empty() => t.get("declaration-method-external-unnamed"),
            Method::External => {
                t.args("declaration-method-external", &[("name", said.assessor.as_str().into())])
            }
        }),
        report_url: some(&said.report_url),
        person: some(&said.person),
        email: some(&said.email),
        phone: Phone::new(&said.phone),
        features: said.features.said(lang),
        map_keys: map_keys(t),
        editor_keys: EDITOR_KEYS
            .into_iter()
            .map(|(key, does)| KeyRow { key: key.to_owned(), does: t.get(does) })
            .collect(),
        apps_known: said.apps.is_some(),
        apps: match said.apps {
            Some(Apps::Some) => said
                .app_list
                .iter()
                .map(|app| AppRow {
                    name: app.name.clone(),
                    download: some(&app.download),
                    declaration: some(&app.declaration),
                })
                .collect(),
            _ => Vec::new(),
        },
        architecture: said.architecture.said(lang),
        architecture_url: some(&said.architecture_url),
        communication: said.communication.said(lang),
        interpreter: said.interpreter.map(|interpreter| match interpreter {
            Interpreter::Online => t.get("declaration-interpreter-online"),
            Interpreter::Asked => t.get("declaration-interpreter-asked"),
            Interpreter::None => t.get("declaration-interpreter-none"),
        }),
        interpreter_url: some(&said.interpreter_url),
    }
}

fn map_keys(t: &Texts) -> Vec<KeyRow> {
    vec![
        KeyRow { key: t.get("help-keys-arrows"), does: t.get("help-keys-arrows-do") },
        KeyRow { key: t.get("help-keys-plus"), does: t.get("help-keys-plus-do") },
        KeyRow { key: "Enter".to_owned(), does: t.get("help-keys-enter-do") },
        KeyRow { key: "Esc".to_owned(), does: t.get("help-keys-escape-do") },
    ]
}

/// The yearly review in words.
pub(super) fn review_view(review: Review, t: &Texts) -> ReviewView {
    let said = |key: &str, by: NaiveDate| t.args(key, &[("day", day_text(by, t).into())]);
    let view = |text, is_due, is_late| ReviewView { text, is_due, is_late, may_confirm: true };
    match review {
        Review::Nothing => ReviewView { text: t.get("town-review-nothing"), ..ReviewView::default() },
        Review::Later(by) => view(said("town-review-later", by), false, false),
        Review::Due(by) => view(said("town-review-due", by), true, false),
        Review::Overdue(by) => view(said("town-review-overdue", by), true, true),
    }
}

/// Versions of a setting as its page lists them.
pub(super) fn versions(found: Vec<Version>, t: &Texts) -> Vec<TownVersion> {
    let current = found.first().map(|version| version.rev);
    found
        .into_iter()
        .map(|version| TownVersion {
            rev: version.rev,
            when: instant_text(version.changed_at, t),
            changes: changes(version.was.as_ref(), &version.became, t),
            is_current: Some(version.rev) == current,
            who: version.changed_by,
        })
        .collect()
}

/// Who saved another version meanwhile.
pub(super) fn stale_words(stored: Option<&Stored>, t: &Texts) -> String {
    match stored {
        None => t.get("town-stale"),
        Some(stored) => t.args(
            "town-stale-by",
            &[
                ("who", stored.changed_by.as_str().into()),
                ("when", instant_text(stored.changed_at, t).into()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::EDITOR_KEYS;

    #[test]
    fn the_declaration_names_the_keys_that_the_editor_has() {
        let help = include_str!("../../static/src/desk/dialogs/help.ts");
        let keys: Vec<(&str, &str)> = help
            .lines()
            .filter_map(|line| {
                line.trim().strip_prefix("[\"")?.strip_suffix("\")],")?.split_once("\", say(\"")
            })
            .collect();
        assert_eq!(keys, EDITOR_KEYS);
    }
}
