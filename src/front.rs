//! The front door: home, help; and what phones keep of the service: the worker that
//! remembers pages, the page that is shown without a network, the mark that says whose a page is.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::{
    cemetery::Cemeteries,
    platform::{
        Config, Ctx,
        http::{Access, Doors, Failure, typed},
        i18n::texts,
    },
    registry::Registry,
    ui::{
        Here, Nav, Site, html,
        views::{CemeteryEntry, HelpPage, HomePage, OfflinePage},
    },
};

/// Most cemeteries that the first page names.
const MOST_CEMETERIES: usize = 12;
/// Says for whose session an answer was made and how long that can last: `ID;idle=SECONDS;longest=SECONDS`. A device
/// keeps such an answer for nobody else, and no longer.
const ACCOUNT: HeaderName = HeaderName::from_static("reeve-account");

/// What the front door needs of the slices.
#[derive(Debug, Clone)]
pub struct Front {
    /// The registry.
    pub registry: Registry,
    /// The cemeteries.
    pub cemeteries: Cemeteries,
    /// The town's face.
    pub site: Site,
    /// Folder of the built front end.
    pub static_dir: PathBuf,
}

impl Front {
    /// The doors.
    pub fn doors(self) -> Doors {
        Doors::new()
            .get(Access::Public, "/", home)
            .get(Access::Public, "/help", help)
            .get(Access::Public, "/offline", offline)
            .get(Access::Public, "/sw.js", worker)
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

async fn offline(ctx: Ctx, here: Here, State(front): State<Front>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    html(&OfflinePage { page: front.site.page(&ctx, &here, Nav::Nowhere, t.get("offline-title")), t })
}

/// The service worker. A worker may keep what lies beside or below its own address, so this one stands at the top.
async fn worker(State(front): State<Front>) -> Result<Response, Failure> {
    // Without a built front end the pages work, only nothing is kept.
    let script = tokio::fs::read(front.static_dir.join("sw.js"))
        .await
        .map_err(|_| Failure::not_found("the service worker"))?;
    let mut response = typed("text/javascript; charset=utf-8", script);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Marks each answer that was made for somebody with whose it is.
pub async fn say_whose(
    State(config): State<Arc<Config>>,
    ctx: Ctx,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let sessions = &config.sessions;
    let mark = ctx.account().and_then(|account| {
        let (idle_s, longest_s) = (u64::from(sessions.idle_min) * 60, u64::from(sessions.longest_min) * 60);
        HeaderValue::from_str(&format!("{account};idle={idle_s};longest={longest_s}")).ok()
    });
    if let Some(mark) = mark {
        response.headers_mut().insert(ACCOUNT, mark);
    }
    response
}
