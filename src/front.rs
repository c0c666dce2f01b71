//! The front door: home, help, the accessibility statement.

use axum::{extract::State, response::Response};

use crate::{
    cemetery::Cemeteries,
    platform::{
        Ctx,
        http::{Access, Doors, Failure},
        i18n::texts,
    },
    registry::Registry,
    ui::{
        Here, Nav, Site, html,
        views::{AccessibilityPage, CemeteryEntry, HelpPage, HomePage},
    },
};

/// Most cemeteries that the first page names.
const MOST_CEMETERIES: usize = 12;

/// What the front door needs of the slices.
#[derive(Debug, Clone)]
pub struct Front {
    /// The registry.
    pub registry: Registry,
    /// The cemeteries.
    pub cemeteries: Cemeteries,
    /// The town's face.
    pub site: Site,
}

impl Front {
    /// The doors.
    pub fn doors(self) -> Doors {
        Doors::new()
            .get(Access::Public, "/", home)
            .get(Access::Public, "/help", help)
            .get(Access::Public, "/accessibility", accessibility)
            .with_state(self)
    }
}

async fn home(ctx: Ctx, here: Here, State(front): State<Front>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut page = front.site.page(&ctx, &here, Nav::Nowhere, "");
    let kinds: Vec<_> = front.registry.kind_views(&ctx).into_iter().filter(|kind| kind.count > 0).collect();
    let mut map = front.site.map(&page, None);
    map.kinds.clone_from(&kinds);
    map.layers =
        kinds.iter().filter(|kind| kind.slug == "cemeteries").map(|kind| kind.slug.clone()).collect();
    page.map = Some(map);
    let cemeteries = front
        .cemeteries
        .cemeteries(&ctx)
        .into_iter()
        .take(MOST_CEMETERIES)
        .map(|cemetery| CemeteryEntry {
            name: cemetery.name_in(ctx.lang),
            graves: u64::try_from(cemetery.graves).unwrap_or(0),
            href: format!("/graves?cemetery={}", cemetery.id),
        })
        .collect();
    html(&HomePage { page, t, kinds, cemeteries })
}

async fn help(ctx: Ctx, here: Here, State(front): State<Front>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    html(&HelpPage { page: front.site.page(&ctx, &here, Nav::Help, t.get("help-title")), t })
}

async fn accessibility(ctx: Ctx, here: Here, State(front): State<Front>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    html(&AccessibilityPage {
        page: front.site.page(&ctx, &here, Nav::Nowhere, t.get("accessibility-title")),
        t,
    })
}
