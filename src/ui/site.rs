//! What the shell of every page says of this town, from the settings and the data.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use askama::Template;
use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};

use super::{
    ACCENT, Credit, Icons, Nav, OfficeLook, Page, Phone, ResidentLook, StaffLook, TownLook,
    map_data::{BasemapChoice, MapData},
    paper::{Fonts, read_fonts},
};
use crate::{
    kernel::Lang,
    platform::{
        Config, Ctx, Feed, Look,
        access::{Permission, Via},
        config::Basemap,
        feed::Snapshot,
        http::{Failure, ResultExt, typed},
    },
};

/// The view of a town that has no data yet: Poland, as west, south, east, north.
const POLAND: [f64; 4] = [14.1, 49.0, 24.2, 54.9];

/// The town's face. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Site {
    config: Arc<Config>,
    feed: Feed,
    /// Letters of documents, read when the first one is written.
    fonts: Arc<OnceLock<Fonts>>,
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
        Self { config, feed, fonts: Arc::default() }
    }

    /// The basemap of the settings.
    #[must_use]
    pub fn basemap(&self) -> Basemap {
        self.config.basemap.clone()
    }

    /// The letters of documents. Reads files at first.
    ///
    /// # Errors
    /// The front end is not built.
    pub(super) fn fonts(&self) -> anyhow::Result<Fonts> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts.clone());
        }
        let fonts = read_fonts(&self.config.static_dir)?;
        Ok(self.fonts.get_or_init(|| fonts).clone())
    }

    /// The state of the data.
    #[must_use]
    pub fn state(&self) -> Arc<Snapshot> {
        self.feed.now()
    }

    /// What the town says of itself at the desk, as this node knows it.
    #[must_use]
    pub fn look(&self) -> Arc<Look> {
        self.feed.now().look.clone()
    }

    /// The town's name: as said at the desk, else of the settings, else of the made-up town, else empty.
    #[must_use]
    pub fn town_name(&self) -> String {
        let state = self.feed.now();
        state.look.name.clone().or_else(|| self.usual_name(&state)).unwrap_or_default()
    }

    /// The accent colour, `#rrggbb`.
    #[must_use]
    pub fn accent(&self) -> String {
        self.look().colour.clone().unwrap_or_else(|| self.usual_accent())
    }

    /// The name of a town that says none at the desk.
    #[must_use]
    pub fn usual_town_name(&self) -> String {
        self.usual_name(&self.feed.now()).unwrap_or_default()
    }

    /// The accent of a town that says none at the desk.
    #[must_use]
    pub fn usual_accent(&self) -> String {
        self.config.town.colour.clone().unwrap_or_else(|| ACCENT.to_owned())
    }

    fn usual_name(&self, state: &Snapshot) -> Option<String> {
        let made_up = || state.sources.get("demo").map(|demo| demo.delivery.clone());
        self.config.town.name.clone().or_else(made_up)
    }

    /// How the town looks in a language; `look` precedes the settings.
    #[must_use]
    pub fn town_look(&self, look: &Look, lang: Lang) -> TownLook {
        let state = self.feed.now();
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let office = &look.office;
        TownLook {
            name: look.name.clone().or_else(|| self.usual_name(&state)).unwrap_or_default(),
            crest: look
                .crest
                .as_ref()
                .map(|sum| crest_picture(sum, "crest.png"))
                .or_else(|| self.config.town.crest.clone()),
            icons: look.crest.as_ref().map(|sum| Icons {
                small: crest_picture(sum, "icon-180.png"),
                medium: crest_picture(sum, "icon-192.png"),
                large: crest_picture(sum, "icon-512.png"),
                maskable: crest_picture(sum, "icon-maskable-512.png"),
            }),
            colour: look.colour.clone().or_else(|| self.config.town.colour.clone()),
            made_up: state.sources.contains_key("demo"),
            office: OfficeLook {
                name: office.name.said(lang),
                address: office.address.lines().map(str::to_owned).collect(),
                email: said(&office.email),
                phone: Phone::new(&office.phone),
                hours: office.hours.said(lang),
            },
        }
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
            town: self.town_look(&state.look, ctx.lang),
            here: here.0.clone(),
            credits,
            map: None,
            resident: ctx.resident().map(|resident| ResidentLook {
                account: resident.account.to_string(),
                name: resident.name.clone(),
                csrf: csrf_of(&resident.via),
                level: resident.level.name(),
                acting: resident.acting.as_ref().map(|acting| acting.name.clone()),
            }),
            staff: ctx.staff().map(|staff| StaffLook {
                account: staff.account.to_string(),
                name: staff.name.clone(),
                csrf: csrf_of(&staff.via),
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

/// Address of a picture that was made of the crest with this sum; the slice `town` serves it.
fn crest_picture(sum: &str, file: &str) -> String {
    format!("/town/crest/{sum}/{file}")
}

/// What forms bring back; programs with tokens have none.
fn csrf_of(via: &Via) -> String {
    match via {
        Via::Session { csrf, .. } => csrf.clone(),
        Via::Token { .. } => String::new(),
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

/// On to another page of ours; nobody keeps the answer that leads there.
#[must_use]
pub fn see_other(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    let place = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    headers.insert(header::LOCATION, place);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The same answer, as a file that the browser keeps under this name.
///
/// # Errors
/// The name does not fit a header.
pub fn attached(mut response: Response<Body>, name: &str) -> Result<Response<Body>, Failure> {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).internal("name a file")?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// A page that nobody keeps and whose address goes nowhere, since it holds something secret or is for one person at one
/// time.
#[must_use]
pub fn unkept(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
