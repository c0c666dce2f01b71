//! Pages of the administration of kinds.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::Value;

use super::{
    KindAdmin,
    definition::{definition_of, form_of, key_of, slug_of},
    form::{Button, Sent, act, fill_names},
    mend::Mends,
    ops::{Breaks, Change, Saved},
    shown,
    store::{StoredKind, Version},
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::instant_text,
        markup::kind_sign,
        views::{FormFault, KindCheckPage, KindForm, KindPage, KindRow, KindVersion, KindsPage},
    },
};

type Fields = ProtectedForm<Vec<(String, String)>>;

pub(super) async fn kinds_page(
    ctx: Ctx,
    here: Here,
    State(admin): State<KindAdmin>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let kinds = admin.kinds(&ctx).await?;
    let rows = kinds.iter().map(|kind| {
        let text =
            |pointer: &str| kind.definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        KindRow {
            sign: kind_sign(text("/icon"), text("/colour")),
            title: title_of(kind, t),
            slug: kind.slug.clone(),
            geometry: shown::geometry_words(text("/geometry"), t),
            count: t.count(admin.count(&kind.slug)),
            public: kind.definition.get("public") == Some(&Value::Bool(true)),
            built_in: kind.built_in,
            href: format!("/desk/kinds/{}", kind.slug),
        }
    });
    let page = admin.site.page(&ctx, &here, Nav::DeskKinds, t.get("kinds-title"));
    html(&KindsPage { page, t, kinds: rows.collect() })
}

fn title_of(kind: &StoredKind, t: &Texts) -> String {
    let title = kind.definition.pointer(&format!("/title/{}", t.lang())).and_then(Value::as_str);
    title.unwrap_or(&kind.slug).to_owned()
}

/// A form with everything that its page needs beside it.
struct Shown<'a> {
    kind: Option<&'a StoredKind>,
    form: KindForm,
    faults: Vec<FormFault>,
    focus: String,
    saved: bool,
    status: StatusCode,
}

impl<'a> Shown<'a> {
    fn new(kind: Option<&'a StoredKind>, form: KindForm) -> Self {
        Self { kind, form, faults: Vec::new(), focus: String::new(), saved: false, status: StatusCode::OK }
    }

    fn with_faults(self, faults: Vec<FormFault>) -> Self {
        Self { faults, status: StatusCode::UNPROCESSABLE_ENTITY, ..self }
    }
}

impl KindAdmin {
    async fn form_page(&self, ctx: &Ctx, here: &Here, shown: Shown<'_>) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let Shown { kind, mut form, faults, focus, saved, status } = shown;
        for (row, attribute) in form.attributes.iter_mut().enumerate() {
            let prefix = format!("a{row}-");
            attribute.open |= attribute.was.is_empty()
                || focus.starts_with(&prefix)
                || faults.iter().any(|fault| fault.field.starts_with(&prefix));
        }
        let title = kind.map_or_else(|| t.get("kinds-new-title"), |kind| title_of(kind, t));
        let versions = match kind {
            Some(kind) => self.versions(ctx, &kind.slug).await?,
            None => Vec::new(),
        };
        let relied_on = kind.and_then(|kind| shown::relied_on(&kind.slug));
        let page = KindPage {
            page: self.site.page(ctx, here, Nav::DeskKinds, title.clone()),
            t,
            title,
            action: kind
                .map_or_else(|| "/desk/kinds/new".to_owned(), |kind| format!("/desk/kinds/{}", kind.slug)),
            icons: shown::icons(t),
            geometries: shown::geometries(&form.geometry, t),
            domains: shown::domains(&form.domain, t),
            types: shown::types(t),
            count: kind.map_or(0, |kind| self.count(&kind.slug)),
            relied_on: relied_on.unwrap_or_default().to_vec(),
            kind_relied_on: relied_on.is_some(),
            built_in: kind.is_some_and(|kind| kind.built_in),
            versions: versions.iter().map(|version| version_view(version, t)).collect(),
            form,
            faults,
            saved,
            focus,
        };
        html_with(status, &page)
    }
}

fn version_view(version: &Version, t: &Texts) -> KindVersion {
    KindVersion {
        rev: version.rev.to_string(),
        when: instant_text(version.changed_at, t),
        who: version.changed_by.clone(),
    }
}

pub(super) async fn new_page(
    ctx: Ctx,
    here: Here,
    State(admin): State<KindAdmin>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let form = KindForm {
        icon: "pin".into(),
        colour: "#1d4ed8".into(),
        geometry: "point".into(),
        domain: "inventory".into(),
        min_zoom: "14".into(),
        ..KindForm::default()
    };
    admin.form_page(&ctx, &here, Shown::new(None, form)).await
}

pub(super) async fn new_sent(
    ctx: Ctx,
    here: Here,
    State(admin): State<KindAdmin>,
    ProtectedForm(fields): Fields,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let sent = Sent::new(fields);
    let mut form = KindForm { rev: String::new(), ..sent.form() };
    for attribute in &mut form.attributes {
        attribute.was.clear();
    }
    if let Button::Rows(action) = sent.button() {
        let focus = act(&mut form, &action);
        return admin.form_page(&ctx, &here, Shown { focus, ..Shown::new(None, form) }).await;
    }
    let slug = slug_of(&form);
    let faults = match definition_of(&form, None, t) {
        Ok(definition) if admin.make(&ctx, &slug, &definition).await? => {
            return Ok(Redirect::to(&format!("/desk/kinds/{slug}?saved=1")).into_response());
        }
        Ok(_) => {
            let message = t.args("kinds-fault-taken", &[("name", slug.as_str().into())]);
            vec![FormFault { field: "slug".into(), message }]
        }
        Err(faults) => faults,
    };
    form.slug = slug;
    fill_names(&mut form);
    admin.form_page(&ctx, &here, Shown::new(None, form).with_faults(faults)).await
}

pub(super) async fn kind_page(
    ctx: Ctx,
    here: Here,
    State(admin): State<KindAdmin>,
    Path(slug): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let saved = params.text("saved").is_some();
    params.finish()?;
    let kind = admin.kind(&ctx, &slug).await?;
    let form = form_of(&kind.definition, kind.rev);
    admin.form_page(&ctx, &here, Shown { saved, ..Shown::new(Some(&kind), form) }).await
}

pub(super) async fn kind_sent(
    ctx: Ctx,
    here: Here,
    State(admin): State<KindAdmin>,
    Path(slug): Path<String>,
    ProtectedForm(fields): Fields,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let kind = admin.kind(&ctx, &slug).await?;
    let sent = Sent::new(fields);
    let mut form = KindForm { slug: kind.slug.clone(), ..sent.form() };
    let button = sent.button();
    match &button {
        Button::Rows(action) => {
            let focus = act(&mut form, action);
            return admin.form_page(&ctx, &here, Shown { focus, ..Shown::new(Some(&kind), form) }).await;
        }
        Button::Edit => return admin.form_page(&ctx, &here, Shown::new(Some(&kind), form)).await,
        Button::Check | Button::Save => {}
    }
    let rev = form.rev.parse::<i32>().unwrap_or_default();
    if rev != kind.rev {
        let newest = admin.versions(&ctx, &kind.slug).await?.into_iter().next();
        return admin.stale(&ctx, &here, &kind, form, newest).await;
    }
    let mut faults = admin.shape_faults(&ctx, &kind, &form).await?;
    let definition = match definition_of(&form, Some(&kind.definition), t) {
        Ok(definition) if faults.is_empty() => definition,
        Ok(_) => {
            return admin.form_page(&ctx, &here, Shown::new(Some(&kind), form).with_faults(faults)).await;
        }
        Err(more) => {
            faults.extend(more);
            fill_names(&mut form);
            return admin.form_page(&ctx, &here, Shown::new(Some(&kind), form).with_faults(faults)).await;
        }
    };
    let breaks = admin.breaks(&ctx, &kind, &definition).await?;
    let labels = admin.labels_that_tell(&ctx, &kind, &definition).await?;
    let notes = shown::notes(&kind.definition, &definition, admin.count(&kind.slug), labels, t);
    let (mends, typed, faulty) = read_mends(&breaks, &sent, t);
    let check = Check { kind: &kind, sent: &sent, notes, mends: &mends, typed: &typed };
    let harmless = breaks.1.is_empty() && check.notes.is_empty();
    if (button == Button::Check && !harmless) || faulty {
        return admin.check_page(&ctx, &here, check, &breaks, faulty);
    }
    let change = Change { slug: &kind.slug, rev, definition: &definition, mends: &mends };
    match admin.change(&ctx, &change).await? {
        Saved::Yes => Ok(Redirect::to(&format!("/desk/kinds/{}?saved=1", kind.slug)).into_response()),
        Saved::Undecided(breaks) => admin.check_page(&ctx, &here, check, &breaks, true),
        Saved::Stale(version) => admin.stale(&ctx, &here, &kind, form, Some(version)).await,
    }
}

/// What a page says about a change before it is saved.
struct Check<'a> {
    kind: &'a StoredKind,
    sent: &'a Sent,
    notes: Vec<String>,
    mends: &'a Mends,
    typed: &'a [Option<String>],
}

/// What was chosen for each break, what is wrong with each choice, and whether anything is.
fn read_mends(breaks: &Breaks, sent: &Sent, t: &Texts) -> (Mends, Vec<Option<String>>, bool) {
    let (watched, found) = breaks;
    let (mut mends, mut wrong) = (Mends::new(), Vec::new());
    for (one, _) in found {
        let schema = watched.iter().find(|attribute| attribute.key == one.key).and_then(|a| a.new.as_ref());
        let chosen = shown::chosen(one, schema.unwrap_or(&Value::Null), |name| sent.text(name).to_owned(), t);
        wrong.push(match chosen {
            Ok(Some(mend)) => {
                mends.insert(one.clone(), mend);
                None
            }
            Ok(None) => None,
            Err(fault) => Some(fault),
        });
    }
    let faulty = wrong.iter().any(Option::is_some);
    (mends, wrong, faulty)
}

impl KindAdmin {
    fn check_page(
        &self,
        ctx: &Ctx,
        here: &Here,
        check: Check<'_>,
        breaks: &Breaks,
        faulty: bool,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let (watched, found) = breaks;
        let views = found.iter().enumerate().filter_map(|(index, (one, seen))| {
            let attribute = watched.iter().find(|attribute| attribute.key == one.key)?;
            let typed = check.sent.text(&format!("set|{}", shown::break_name(one))).to_owned();
            let fault = check.typed.get(index).cloned().flatten();
            Some(shown::break_view(one, seen, attribute, check.mends, (typed, fault), t))
        });
        let title = title_of(check.kind, t);
        let page = KindCheckPage {
            page: self.site.page(ctx, here, Nav::DeskKinds, t.get("kinds-check-title")),
            t,
            kind: title,
            action: format!("/desk/kinds/{}", check.kind.slug),
            fields: check.sent.kept(),
            breaks: views.collect(),
            notes: check.notes,
            faulty,
        };
        html_with(if faulty { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
    }

    /// What is wrong with the shape, and with attributes on which Reeve itself relies.
    async fn shape_faults(
        &self,
        ctx: &Ctx,
        kind: &StoredKind,
        form: &KindForm,
    ) -> Result<Vec<FormFault>, Failure> {
        let t = texts(ctx.lang);
        let mut faults = Vec::new();
        let was = form_of(&kind.definition, kind.rev);
        if let Some(keys) = shown::relied_on(&kind.slug) {
            for (field, before, now) in
                [("geometry", &was.geometry, &form.geometry), ("domain", &was.domain, &form.domain)]
            {
                if before != now {
                    faults.push(FormFault { field: field.into(), message: t.get("kinds-fault-relied-on") });
                }
            }
            // The views that the public pages read know no privacy.
            if !form.public {
                faults.push(FormFault {
                    field: "public".into(),
                    message: t.get("kinds-fault-relied-on-public"),
                });
            }
            for (row, now) in form.attributes.iter().enumerate() {
                if now.private && keys.contains(&key_of(now).as_str()) {
                    let name = [("name", now.title_pl.as_str().into())];
                    faults.push(FormFault {
                        field: format!("a{row}-private"),
                        message: t.args("kinds-fault-relied-on-private", &name),
                    });
                }
            }
            for old in was.attributes.iter().filter(|old| keys.contains(&old.was.as_str())) {
                let now = form.attributes.iter().position(|now| now.was == old.was);
                let name = [("name", old.title_pl.as_str().into())];
                match now.and_then(|row| form.attributes.get(row).map(|now| (row, now))) {
                    None => faults.push(FormFault {
                        field: "attributes".into(),
                        message: t.args("kinds-fault-relied-on-gone", &name),
                    }),
                    Some((row, now)) if now.kind != old.kind => faults.push(FormFault {
                        field: format!("a{row}-kind"),
                        message: t.args("kinds-fault-relied-on-type", &name),
                    }),
                    Some(_) => {}
                }
            }
        }
        if was.geometry != form.geometry {
            let unfit = self.other_shapes(ctx, &kind.slug, &form.geometry).await?;
            if unfit > 0 {
                let message = t.args("kinds-fault-shapes", &[("n", unfit.into())]);
                faults.push(FormFault { field: "geometry".into(), message });
            }
        }
        Ok(faults)
    }

    async fn stale(
        &self,
        ctx: &Ctx,
        here: &Here,
        kind: &StoredKind,
        form: KindForm,
        by: Option<Version>,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let message = match by {
            Some(version) => t.args(
                "kinds-fault-stale",
                &[
                    ("who", version.changed_by.clone().into()),
                    ("when", instant_text(version.changed_at, t).into()),
                ],
            ),
            None => t.get("kinds-fault-no-version"),
        };
        let faults = vec![FormFault { field: "stale".into(), message }];
        let shown = Shown { faults, status: StatusCode::CONFLICT, ..Shown::new(Some(kind), form) };
        self.form_page(ctx, here, shown).await
    }
}
