//! Open in QGIS: a project file with the registry's layers, and the page that says how to connect.
//!
//! The file holds addresses and looks, never data and never a secret: who may see what is decided each time QGIS asks
//! for features. It names only attributes that whoever fetched it may see. What it says is what QGIS 3.22 reads; later
//! versions read it too.

mod basemap;
mod element;
mod fields;
mod labels;
mod project;
mod symbols;

use std::{
    io::{Cursor, Write as _},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};

use self::{
    basemap::Basemap,
    project::{Layer, Project},
};
use super::{Ogc, transactions::may_write};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        http::{BaseUrl, Failure, ResultExt, typed},
        i18n::texts,
    },
    registry::{Kind, credits, sight_of_program as sight},
    ui::{Here, Nav, html, views::QgisPage},
};

/// Most collections that one project may be asked to hold.
const MOST_COLLECTIONS: usize = 100;
/// Letters of the name that QGIS gives to a sign-in.
const AUTHCFG_LETTERS: usize = 7;
/// The view of a project without data: Poland.
const POLAND: [f64; 4] = [14.1, 49.0, 24.2, 54.9];

/// A project for QGIS.
#[utoipa::path(get, path = "/ogc/qgis.qgs", tag = "ogc",
    params(("collections" = Option<String>, Query, description = "Names of collections with commas between them; without it all public ones that hold something"),
           ("authcfg" = Option<String>, Query, description = "Id of a sign-in kept in your own QGIS: seven small letters and digits")),
    responses((status = 200, description = "The project, for QGIS 3.22 and later", content_type = "application/x-qgis-project"),
              (status = 400, description = "A parameter is unknown or wrong"), (status = 404, description = "No such collection")))]
pub async fn project(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    params: Params,
) -> Result<Response, Failure> {
    let document = document(&ctx, &base, &ogc, params)?;
    file("application/x-qgis-project", "attachment; filename=\"reeve.qgs\"", document)
}

/// A project for QGIS, packed.
#[utoipa::path(get, path = "/ogc/qgis.qgz", tag = "ogc",
    params(("collections" = Option<String>, Query), ("authcfg" = Option<String>, Query)),
    responses((status = 200, description = "The project, packed", content_type = "application/zip"),
              (status = 400, description = "A parameter is unknown or wrong"), (status = 404, description = "No such collection")))]
pub async fn packed_project(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    params: Params,
) -> Result<Response, Failure> {
    let document = document(&ctx, &base, &ogc, params)?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("reeve.qgs", zip::write::SimpleFileOptions::default())
        .internal("begin the packed project")?;
    archive.write_all(&document).internal("pack the project")?;
    let packed = archive.finish().internal("end the packed project")?.into_inner();
    file("application/zip", "attachment; filename=\"reeve.qgz\"", packed)
}

/// The page that says how to connect.
pub async fn page(
    ctx: Ctx,
    base: BaseUrl,
    here: Here,
    State(ogc): State<Ogc>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let kinds = ogc.registry.kind_views(&ctx).into_iter().filter(|kind| kind.count > 0).collect();
    html(&QgisPage {
        page: ogc.site.page(&ctx, &here, Nav::Nowhere, t.get("qgis-title")),
        t,
        base: base.0,
        kinds,
    })
}

fn document(ctx: &Ctx, base: &BaseUrl, ogc: &Ogc, mut params: Params) -> Result<Vec<u8>, Failure> {
    let asked = params.text("collections");
    let authcfg = params.text("authcfg").map(read_authcfg).transpose()?;
    params.finish()?;
    let state = ogc.feed.now();
    let kinds: Vec<Arc<Kind>> = match asked {
        Some(names) => named(ctx, ogc, &names)?,
        None => {
            let kinds = ogc.registry.kinds();
            kinds.all_public().filter(|kind| state.live(kind.slug.as_str()) > 0).cloned().collect()
        }
    };
    let slugs = || kinds.iter().map(|kind| kind.slug.as_str());
    let extent = state.extent(slugs()).unwrap_or(POLAND);
    let mut credits = credits(&state);
    let choice = ogc.site.basemap();
    credits.extend(choice.attribution);
    let basemap = match (&choice.style, &choice.raster) {
        // QGIS has no way to take a foreign style into a project; then nothing lies beneath.
        (Some(_), _) => None,
        (None, Some(template)) => Some(Basemap::Raster(template)),
        // Where streets are a layer, that layer names them.
        (None, None) => {
            Some(Basemap::Own { base: &base.0, street_names: slugs().all(|slug| slug != "paths") })
        }
    };
    let town = ogc.site.town_name();
    let service = texts(ctx.lang).get("service-name");
    let layers = kinds
        .iter()
        .map(|kind| Layer {
            kind: kind.clone(),
            sight: sight(ctx, kind.slug.as_str()),
            writable: may_write(ctx, kind),
            count: state.live(kind.slug.as_str()),
        })
        .collect();
    let project = Project {
        base: &base.0,
        title: if town.is_empty() { service } else { format!("{town}: {service}") },
        lang: ctx.lang,
        layers,
        extent,
        credit: credits.join(", "),
        basemap,
        authcfg,
    };
    project.write().internal("write a project for QGIS")
}

/// The collections of a list, each once, if whoever asks may know of them.
fn named(ctx: &Ctx, ogc: &Ogc, names: &str) -> Result<Vec<Arc<Kind>>, Failure> {
    let mut kinds: Vec<Arc<Kind>> = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if kinds.iter().any(|kind| kind.slug.as_str() == name) {
            continue;
        }
        if kinds.len() == MOST_COLLECTIONS {
            let why = format!("may name at most {MOST_COLLECTIONS} collections");
            return Err(ParamError::new("collections", why).into());
        }
        kinds.push(ogc.registry.kind(ctx, name)?);
    }
    if kinds.is_empty() {
        return Err(ParamError::new("collections", "must name at least one collection, such as lamps").into());
    }
    Ok(kinds)
}

fn read_authcfg(id: String) -> Result<String, ParamError> {
    let fits = id.len() == AUTHCFG_LETTERS
        && id.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    if fits {
        Ok(id)
    } else {
        Err(ParamError::new("authcfg", "must be the id of a sign-in in QGIS: seven small letters and digits"))
    }
}

fn file(media_type: &'static str, disposition: &'static str, content: Vec<u8>) -> Result<Response, Failure> {
    let mut response: Response<Body> = typed(media_type, content);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie, authorization"));
    Ok(response)
}
