//! Pages of changes, of a thing's life, and of what cannot be undone without a choice.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Desk,
    shown::{Words, asset_href, drawing, label, status_words},
    sketch::{Pair, sketch},
    store,
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        access::Permission::{DuesRead, RegistryRead, RegistryWrite},
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    registry::{
        Sight,
        editing::{
            AssetNow, Choice as Chosen, Refusal, Verdict,
            state::{Take, WholeClash},
        },
        history::{ChangeSetHead, ChangeSetQuery, Undo, VersionView},
        parse_id, source_text,
    },
    ui::{
        Here, Nav, Page, html, html_with,
        local_time::{instant_text, start_of},
        markup::kind_sign,
        views::{
            AssetLifePage, ChangePage, ChangeRow, ChangedThing, ChangesPage, Choice, ClashChoice, ClashField,
            ClashPage, LifeFact, LifeSighting, LifeVersion, Link,
        },
    },
};

/// Most bytes of an undo's form: choices for many things.
pub(super) const MOST_UNDO_BYTES: usize = 4 * 1024 * 1024;
/// Change sets of a page.
const CHANGES_ON_A_PAGE: i64 = 50;
/// Things of a change set that are shown one by one.
const THINGS_SHOWN: usize = 200;
/// Things of a change set that are drawn together.
const THINGS_DRAWN: usize = 500;

// ---- changes ----------------------------------------------------------------------------------------------------

pub(super) async fn changes_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (who, kind) = (params.text("who"), params.text("kind"));
    let (from, to) = (params.text("from").unwrap_or_default(), params.text("to").unwrap_or_default());
    let before: Option<i64> = params.parse("before", "a whole number")?;
    params.finish()?;
    // A date that cannot be read is said beside its field; nothing typed is lost.
    let day = |text: &str| NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    let wrong = |text: &str| (!text.is_empty() && day(text).is_none()).then(|| t.get("changes-bad-date"));
    let (from_fault, to_fault) = (wrong(&from), wrong(&to));
    let query = ChangeSetQuery {
        who: who.clone(),
        kind: kind.clone(),
        from: day(&from).map(start_of),
        to: day(&to).and_then(|day| day.succ_opt()).map(start_of),
        before,
        limit: CHANGES_ON_A_PAGE + 1,
    };
    let mut heads = desk.registry.change_sets(&ctx, &query).await?;
    let is_last = heads.len() as i64 <= CHANGES_ON_A_PAGE;
    heads.truncate(CHANGES_ON_A_PAGE as usize);
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let filters: Vec<String> =
        [("who", who.as_deref()), ("kind", kind.as_deref()), ("from", Some(&*from)), ("to", Some(&*to))]
            .into_iter()
            .filter_map(|(name, value)| {
                Some(format!("{name}={}", encode(value.filter(|value| !value.is_empty())?)))
            })
            .collect();
    let link = |more: Option<String>| {
        let query = filters.iter().cloned().chain(more).collect::<Vec<_>>().join("&");
        if query.is_empty() { "/desk/changes".to_owned() } else { format!("/desk/changes?{query}") }
    };
    let next = heads.last().filter(|_| !is_last).map(|last| link(Some(format!("before={}", last.number))));
    let all = |key: &str, chosen: &Option<String>| Choice {
        value: String::new(),
        label: t.get(key),
        selected: chosen.is_none(),
    };
    let people = store::actors(&desk.pool).await?.into_iter().map(|actor| Choice {
        selected: who.as_ref() == Some(&actor),
        label: actor.clone(),
        value: actor,
    });
    let known = desk.registry.kinds();
    let kinds =
        known.all().filter(|kind| ctx.may(RegistryRead, Some(kind.slug.as_str()))).map(|one| Choice {
            value: one.slug.as_str().to_owned(),
            label: one.title.get(ctx.lang).to_owned(),
            selected: kind.as_deref() == Some(one.slug.as_str()),
        });
    html(&ChangesPage {
        page: desk.site.page(&ctx, &here, Nav::DeskChanges, t.get("changes-title")),
        t,
        people: std::iter::once(all("changes-everybody", &who)).chain(people).collect(),
        kinds: std::iter::once(all("desk-all-kinds", &kind)).chain(kinds).collect(),
        is_filtered: !filters.is_empty(),
        from,
        to,
        from_fault,
        to_fault,
        changes: heads.iter().map(|head| change_row(head, t)).collect(),
        first: before.is_some().then(|| link(None)),
        next,
    })
}

fn change_row(head: &ChangeSetHead, t: &Texts) -> ChangeRow {
    let counts =
        [("changes-new", head.new), ("changes-changed", head.changed), ("changes-removed", head.removed)];
    ChangeRow {
        href: format!("/desk/changes/{}", head.id),
        number: head.number.to_string(),
        when: instant_text(head.when, t),
        who: head.who.clone(),
        origin: origin_words(&head.origin, t),
        comment: head.comment.clone(),
        counts: counts
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(key, n)| t.args(key, &[("n", n.into())]))
            .collect::<Vec<_>>()
            .join(", "),
        is_undone: head.undone_by.is_some(),
    }
}

fn origin_words(origin: &str, t: &Texts) -> String {
    match origin {
        "editor" => t.get("changes-origin-editor"),
        "api" => t.get("changes-origin-api"),
        "field" => t.get("changes-origin-field"),
        "kinds" => t.get("changes-origin-kinds"),
        "undo" => t.get("changes-origin-undo"),
        "import" => t.get("changes-origin-import"),
        other => other.to_owned(),
    }
}

pub(super) async fn change_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done").is_some();
    params.finish()?;
    let t = texts(ctx.lang);
    let view = desk.registry.change_set(&ctx, parse_id(&id)?).await?;
    let slugs: Vec<String> = view.assets.iter().map(|asset| asset.kind.clone()).collect();
    let words = desk.words(&slugs).await?;
    let related: Vec<Uuid> = [view.head.undoes, view.head.undone_by].into_iter().flatten().collect();
    let numbers = store::change_set_numbers(&desk.pool, &related).await?;
    let link = |id: Option<Uuid>| {
        let (id, number) = numbers.iter().find(|(known, _)| Some(*known) == id)?;
        Some(Link { href: format!("/desk/changes/{id}"), text: number.to_string() })
    };
    let number = [("number", view.head.number.to_string().into())];
    let title = t.args("changes-number", &number);
    let moves: Vec<Pair<'_>> = view
        .assets
        .iter()
        .take(THINGS_DRAWN)
        .map(|asset| Pair {
            before: asset.before.as_ref().map(|state| &state.geometry),
            after: asset.after.as_ref().map(|state| &state.geometry),
        })
        .filter(|pair| pair.before != pair.after)
        .collect();
    let known = desk.registry.kinds();
    let things = view.assets.iter().take(THINGS_SHOWN).map(|asset| {
        let kind = known.any(&asset.kind);
        ChangedThing {
            id: asset.asset.to_string(),
            sign: kind
                .as_ref()
                .map(|kind| kind_sign(&kind.icon, &kind.colour).to_string())
                .unwrap_or_default(),
            label: asset.label.clone(),
            href: asset_href(asset.asset),
            what: match (&asset.before, &asset.after) {
                (None, _) => t.get("changes-thing-new"),
                (_, None) => t.get("changes-thing-removed"),
                _ => String::new(),
            },
            changed_since: asset.present_rev > asset.rev,
            fields: words.changes(&asset.kind, &asset.fields, t),
            may_undo: ctx.may(RegistryWrite, Some(&asset.kind)),
        }
    });
    let things: Vec<ChangedThing> = things.collect();
    let may_undo = things.iter().any(|thing| thing.may_undo);
    html(&ChangePage {
        page: desk.site.page(&ctx, &here, Nav::DeskChanges, title.clone()),
        t,
        drawn: if moves.is_empty() { String::new() } else { sketch(&moves, &t.args("changes-map", &number)) },
        title,
        row: change_row(&view.head, t),
        undoes: link(view.head.undoes),
        undone_by: link(view.head.undone_by),
        not_shown: (view.assets.len().saturating_sub(THINGS_SHOWN)) as u64,
        action: format!("/desk/changes/{}/undo", view.head.id),
        things,
        may_undo,
        done,
    })
}

// ---- a thing's life ---------------------------------------------------------------------------------------------

pub(super) async fn asset_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done").is_some();
    params.finish()?;
    let t = texts(ctx.lang);
    let id = parse_id(&id)?;
    let gone = || Failure::not_found(format!("asset {id}"));
    let identity = store::identity(&desk.pool, id).await?.ok_or_else(gone)?;
    let versions = desk.registry.asset_history(&ctx, id).await?;
    let kind = desk.registry.kinds().any(&identity.kind).ok_or_else(gone)?;
    let present = match desk.registry.asset(&ctx, id).await {
        Ok(asset) => Some(asset),
        Err(Failure::Gone { .. }) => None,
        Err(failure) => return Err(failure),
    };
    let words = desk.words(std::slice::from_ref(&identity.kind)).await?;
    let may_write = ctx.may(RegistryWrite, Some(&identity.kind));
    let title = label(&kind, identity.label.as_deref(), identity.registry_number, ctx.lang);
    let mut page = desk.site.page(&ctx, &here, Nav::Desk, title.clone());
    let drawn = desk.map_of(&ctx, &mut page, &identity.kind, &title, present.as_ref()).await?;
    let photos_panel = match &present {
        Some(_) => Some(desk.photos.panel(&ctx, id).await?),
        None => None,
    };
    let sightings = store::sightings(&desk.pool, id).await?;
    let public_href = kind.public.then(|| match identity.kind.as_str() {
        "graves" => format!("/graves/{id}"),
        _ => format!("/assets/{id}"),
    });
    html(&AssetLifePage {
        t,
        sign: kind_sign(&kind.icon, &kind.colour),
        kind: kind.singular.get(ctx.lang).to_owned(),
        number: identity.registry_number.to_string(),
        source: source_text(t, &identity.source),
        source_id: identity.source_id,
        status: present.as_ref().map(|asset| status_words(asset.state.status.name(), t)),
        facts: present.as_ref().map(|asset| facts(&kind, asset, &ctx)).unwrap_or_default(),
        removed: versions.first().filter(|version| version.state.is_none()).map(|version| {
            t.args(
                "life-removed",
                &[("who", version.who.clone().into()), ("when", instant_text(version.when, t).into())],
            )
        }),
        part_of: desk.whole_of(&ctx, present.as_ref()).await?,
        sightings: sightings
            .into_iter()
            .map(|seen| LifeSighting {
                what: match seen.outcome.as_str() {
                    "moved" => t.get("life-seen-moved"),
                    "gone" => t.get("life-seen-gone"),
                    _ => t.get("life-seen-seen"),
                },
                when: instant_text(seen.seen_at, t),
                who: seen.seen_by,
                note: seen.note,
            })
            .collect(),
        versions: life_versions(&versions, &words, &identity.kind, t),
        undo_action: format!("/desk/assets/{id}/undo"),
        map_href: (may_write && present.is_some()).then(|| format!("/desk/map?at={id}")),
        dues_href: ctx.may(DuesRead, None).then(|| format!("/desk/dues/things/{id}")),
        public_href: public_href.filter(|_| present.is_some()),
        photos_panel,
        may_write,
        title,
        drawn,
        done,
        page,
    })
}

fn facts(kind: &crate::registry::Kind, asset: &AssetNow, ctx: &Ctx) -> Vec<LifeFact> {
    let public: Vec<&str> = kind.properties(Sight::Public).into_iter().map(|(key, _)| key).collect();
    kind.describe(&asset.state.attributes, Sight::Inside, ctx.lang)
        .into_iter()
        .map(|attribute| LifeFact {
            is_private: !public.contains(&attribute.key.as_str()),
            title: attribute.title,
            value: match attribute.unit {
                Some(unit) => format!("{}\u{a0}{unit}", attribute.value),
                None => attribute.value,
            },
        })
        .collect()
}

fn life_versions(versions: &[VersionView], words: &Words, kind: &str, t: &Texts) -> Vec<LifeVersion> {
    versions
        .iter()
        .enumerate()
        .map(|(index, version)| {
            let before = versions.get(index + 1).and_then(|older| older.state.as_ref());
            let rev = [("rev", version.rev.to_string().into())];
            LifeVersion {
                rev: version.rev.to_string(),
                when: instant_text(version.when, t),
                who: version.who.clone(),
                change: version.change_set.map(|id| Link {
                    href: format!("/desk/changes/{id}"),
                    text: t.args(
                        "changes-number",
                        &[("number", version.number.unwrap_or_default().to_string().into())],
                    ),
                }),
                what: match (&version.state, before) {
                    (None, _) => t.get("changes-thing-removed"),
                    (Some(_), None) if index + 1 == versions.len() => t.get("changes-thing-new"),
                    (Some(_), None) => t.get("life-back"),
                    _ => String::new(),
                },
                fields: words.changes(kind, &version.fields, t),
                drawn: drawing(before, version.state.as_ref(), &t.args("life-map", &rev)),
            }
        })
        .collect()
}

impl Desk {
    /// The map of a thing: the live one in the page, and the drawn one as text.
    async fn map_of(
        &self,
        ctx: &Ctx,
        page: &mut Page,
        kind: &str,
        title: &str,
        asset: Option<&AssetNow>,
    ) -> Result<String, Failure> {
        use geo::{BoundingRect, InteriorPoint};
        let Some(asset) = asset else { return Ok(String::new()) };
        let (Some(rect), Some(point)) =
            (asset.state.geometry.bounding_rect(), asset.state.geometry.interior_point())
        else {
            return Ok(String::new());
        };
        let mut map = self.site.map(page, Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y]));
        map.layers = vec![kind.to_owned()];
        map.kinds = self.registry.kind_views(ctx);
        map.grave = Some(crate::ui::map_data::Place {
            position: [point.x(), point.y()],
            label: title.to_owned(),
            number: None,
            href: None,
            icon: map.kinds.iter().find(|view| view.slug == kind).map(|view| view.icon.clone()),
        });
        let t = texts(ctx.lang);
        let drawn =
            self.maps.draw(ctx, &map, &t.args("map-label-of", &[("what", title.into())]), None).await?;
        page.map = Some(map);
        Ok(drawn)
    }

    async fn whole_of(&self, ctx: &Ctx, asset: Option<&AssetNow>) -> Result<Option<Link>, Failure> {
        let Some(whole) = asset.and_then(|asset| asset.state.part_of) else { return Ok(None) };
        let found = self.registry.assets(ctx, &[whole]).await?.into_iter().next();
        let known = self.registry.kinds();
        Ok(found.and_then(|found| {
            let kind = known.any(&found.kind)?;
            let text = label(&kind, found.state.label.as_deref(), found.number, ctx.lang);
            Some(Link { href: asset_href(whole), text })
        }))
    }
}

// ---- undo -------------------------------------------------------------------------------------------------------

type Fields = ProtectedForm<Vec<(String, String)>>;

/// Choices as the form names them: `choice|asset|rev|field` with `mine` or `theirs`.
pub(super) fn choices(fields: &[(String, String)]) -> Vec<Chosen> {
    let read = |name: &str, value: &str| {
        let mut parts = name.strip_prefix("choice|")?.splitn(3, '|');
        let (asset, rev, field) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Chosen {
            asset: asset.parse().ok()?,
            theirs_rev: rev.parse().ok()?,
            field: field.to_owned(),
            take: match value {
                "mine" => Take::Mine,
                "theirs" => Take::Theirs,
                _ => return None,
            },
        })
    };
    fields.iter().filter_map(|(name, value)| read(name, value)).collect()
}

fn text<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

pub(super) async fn undo_change(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    ProtectedForm(fields): Fields,
) -> Result<Response, Failure> {
    let change_set = parse_id(&id)?;
    let chosen: Vec<Uuid> =
        fields.iter().filter(|(name, _)| name == "asset").filter_map(|(_, id)| id.parse().ok()).collect();
    let some = text(&fields, "what") == "some";
    if some && chosen.is_empty() {
        return Ok(Redirect::to(&format!("/desk/changes/{change_set}#things")).into_response());
    }
    let undo = Undo { assets: some.then_some(chosen), choices: choices(&fields), ..Undo::default() };
    match desk.registry.undo(&ctx, change_set, &undo).await {
        Ok(applied) => {
            let made = applied.change_set.unwrap_or(change_set);
            Ok(Redirect::to(&format!("/desk/changes/{made}?done=1")).into_response())
        }
        Err(refusal) => {
            let back = format!("/desk/changes/{change_set}");
            desk.refused(&ctx, &here, refusal, fields, back).await
        }
    }
}

pub(super) async fn undo_version(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    ProtectedForm(fields): Fields,
) -> Result<Response, Failure> {
    let asset = parse_id(&id)?;
    let rev: i32 =
        text(&fields, "rev").parse().map_err(|_| ParamError::new("rev", "must be a whole number"))?;
    let undo = Undo { choices: choices(&fields), ..Undo::default() };
    match desk.registry.undo_version(&ctx, asset, rev, &undo).await {
        Ok(_) => Ok(Redirect::to(&format!("/desk/assets/{asset}?done=1")).into_response()),
        Err(refusal) => desk.refused(&ctx, &here, refusal, fields, format!("/desk/assets/{asset}")).await,
    }
}

impl Desk {
    /// What one has to choose, thing by thing.
    pub(super) async fn clash_choices(
        &self,
        verdict: &Verdict,
        t: &Texts,
    ) -> Result<Vec<ClashChoice>, Failure> {
        let slugs: Vec<String> = verdict.clashes.iter().map(|clash| clash.kind.clone()).collect();
        let words = self.words(&slugs).await?;
        let value = |kind: &str, field: &str, value: &Value| {
            words.value(kind, field, value, t).unwrap_or_else(|| t.get("clash-nothing"))
        };
        let mut shown = Vec::new();
        for clash in &verdict.clashes {
            let name = |field: &str| format!("choice|{}|{}|{field}", clash.asset, clash.theirs_rev);
            let mut fields: Vec<ClashField> = clash
                .fields
                .iter()
                .map(|field| ClashField {
                    name: name(&field.field),
                    title: field.title.clone(),
                    mine: value(&clash.kind, &field.field, &field.mine),
                    theirs: value(&clash.kind, &field.field, &field.theirs),
                })
                .collect();
            if let Some(whole) = clash.whole {
                let (mine, theirs) = match whole {
                    WholeClash::TheyRemoved => ("clash-bring-back", "clash-stay-removed"),
                    WholeClash::YouRemoved => ("clash-remove", "clash-stay"),
                    WholeClash::BothNew => ("clash-as-before", "clash-stay"),
                };
                fields = vec![ClashField {
                    name: name("*"),
                    title: t.get("clash-whole"),
                    mine: t.get(mine),
                    theirs: t.get(theirs),
                }];
            }
            shown.push(ClashChoice {
                label: clash.label.clone(),
                href: asset_href(clash.asset),
                said: t.args(
                    "clash-said",
                    &[("who", clash.who.clone().into()), ("when", instant_text(clash.when, t).into())],
                ),
                fields,
            });
        }
        Ok(shown)
    }

    /// The page on which one chooses, or reads why nothing was undone.
    async fn refused(
        &self,
        ctx: &Ctx,
        here: &Here,
        refusal: Refusal,
        fields: Vec<(String, String)>,
        back: String,
    ) -> Result<Response, Failure> {
        let t = texts(ctx.lang);
        let (verdict, message, status) = match refusal {
            Refusal::Verdict(verdict) => (verdict, None, StatusCode::CONFLICT),
            Refusal::Failure(Failure::Conflict { detail, .. }) => {
                (Verdict::default(), Some(detail), StatusCode::CONFLICT)
            }
            Refusal::Failure(failure) => return Err(failure),
        };
        let status = if verdict.faults.is_empty() { status } else { StatusCode::UNPROCESSABLE_ENTITY };
        let shown = self.clash_choices(&verdict, t).await?;
        let kept = |name: &str| {
            name != crate::platform::http::FORM_TOKEN
                && !shown.iter().any(|one| one.fields.iter().any(|f| f.name == name))
        };
        let page = ClashPage {
            page: self.site.page(ctx, here, Nav::DeskChanges, t.get("clash-title")),
            t,
            message,
            faults: verdict
                .faults
                .iter()
                .map(|fault| Link {
                    href: asset_href(fault.asset),
                    text: format!("{}, {}: {}", fault.label, fault.title, fault.detail),
                })
                .collect(),
            fields: fields.iter().filter(|(name, _)| kept(name)).cloned().collect(),
            action: format!("{back}/undo"),
            clashes: shown,
            back,
        };
        html_with(status, &page)
    }
}
