//! What the shell of every page says of this town, from the settings and the data.

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};

use super::{
    Credit, Nav, Page, StaffLook, TownLook,
    map_data::{BasemapChoice, MapData},
};
use crate::platform::{
    Config, Ctx, Feed,
    access::{Permission, Via},
    feed::Snapshot,
    http::{Failure, ResultExt, typed},
};

/// The view of a town that has no data yet: Poland, as west, south, east, north.
const POLAND: [f64; 4] = [14.1, 49.0, 24.2, 54.9];

/// Accent of a town that has not chosen one; the same as in the style sheet.
const ACCENT: &str = "#0d5c63";

/// The town's face. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Site {
    config: Arc<Config>,
    feed: Feed,
}

/// The path and query of a request, without `lang`.
#[derive(Debug, Clone)]
pub struct Here(pub String);

impl<S: Sync> FromRequestParts<S> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let kept: Vec<&str> = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang=") && *pair != "lang")
            .collect();
        let path = parts.uri.path();
        Ok(Self(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }))
    }
}

impl Site {
    /// The face of the town of these settings.
    #[must_use]
    pub fn new(config: Arc<Config>, feed: Feed) -> Self {
        Self { config, feed }
    }

    /// The state of the data.
    #[must_use]
    pub fn state(&self) -> Arc<Snapshot> {
        self.feed.now()
    }

    /// The town's name: of the settings, else of the made-up town, else empty.
    #[must_use]
    pub fn town_name(&self) -> String {
        let made_up = || self.feed.now().sources.get("demo").cloned();
        self.config.town.name.clone().or_else(made_up).unwrap_or_default()
    }

    /// The accent colour, `#rrggbb`.
    #[must_use]
    pub fn accent(&self) -> String {
        self.config.town.colour.clone().unwrap_or_else(|| ACCENT.to_owned())
    }

    /// The shell of a page without a map.
    #[must_use]
    pub fn page(&self, ctx: &Ctx, here: &Here, nav: Nav, title: impl Into<String>) -> Page {
        let state = self.feed.now();
        let mut credits = Vec::new();
        if state.sources.contains_key("osm") {
            credits.push(Credit::openstreetmap());
        }
        if let Some(text) = &self.config.basemap.attribution {
            credits.push(Credit { text: text.clone(), href: None });
        }
        Page {
            lang: ctx.lang,
            title: title.into(),
            nav,
            town: TownLook {
                name: self.town_name(),
                crest: self.config.town.crest.clone(),
                colour: self.config.town.colour.clone(),
                made_up: state.sources.contains_key("demo"),
            },
            here: here.0.clone(),
            credits,
            map: None,
            staff: ctx.staff().map(|staff| StaffLook {
                account: staff.account.to_string(),
                name: staff.name.clone(),
                csrf: match &staff.via {
                    Via::Session { csrf, .. } => csrf.clone(),
                    Via::Token { .. } => String::new(),
                },
                may: Permission::ALL
                    .into_iter()
                    .filter(|permission| staff.grants.may_somewhere(*permission))
                    .map(Permission::name)
                    .collect(),
            }),
        }
    }

    /// What a page says to its map: basemap and credits, with the view on `bounds` or the whole town.
    #[must_use]
    pub fn map(&self, page: &Page, bounds: Option<[f64; 4]>) -> MapData {
        let state = self.feed.now();
        let town = || state.extent(["cemeteries", "graves", "lamps", "benches", "bins", "trees", "paths"]);
        MapData {
            basemap: BasemapChoice {
                style_url: self.config.basemap.style.clone(),
                raster_url: self.config.basemap.raster.clone(),
            },
            attribution: page
                .credits
                .iter()
                .map(|credit| credit.text.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            attribution_url: page.credits.iter().find_map(|credit| credit.href.clone()),
            bounds: bounds.or_else(town).unwrap_or(POLAND),
            ..MapData::default()
        }
    }
}

/// A page as an answer.
///
/// # Errors
/// When the template fails.
pub fn html(page: &impl Template) -> Result<Response<Body>, Failure> {
    let text = page.render().internal("render a page")?;
    let mut response = typed("text/html; charset=utf-8", text);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A page as an answer with another status than 200.
///
/// # Errors
/// As [`html`].
pub fn html_with(status: StatusCode, page: &impl Template) -> Result<Response<Body>, Failure> {
    let mut response = html(page)?;
    *response.status_mut() = status;
    Ok(response)
}
