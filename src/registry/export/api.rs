//! The door of files.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use exporters::Format;
use futures::{StreamExt, stream};

use super::super::{Registry, as_of, sight_of_program};
use super::model::{ExportFile, ExportQuery};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Line, Path, ResultExt, typed},
    },
};

/// What a file says of itself, for formats that have no place for it.
const METADATA: HeaderName = HeaderName::from_static("reeve-metadata");

/// A whole collection, or what of it passes a filter, as one file, streamed.
#[utoipa::path(get, path = "/api/export/{file}", tag = "registry",
    params(("file" = String, Path, description = "Collection and format: `lamps.geojson`; also geojsonl (one feature a line), fgb, gpkg, csv, xlsx, shp.zip, kml, gpx"),
           ("bbox" = Option<String>, Query, description = "Four or six numbers in the order of bbox-crs"),
           ("bbox-crs" = Option<String>, Query, description = "System of bbox; CRS84 without it"),
           ("crs" = Option<String>, Query, description = "System of the file: `EPSG:2180`; x is easting or longitude in every file. Longitude and latitude without it"),
           ("properties" = Option<String>, Query, description = "Columns, separated by commas; all without it"),
           ("as_of" = Option<String>, Query, description = "For staff: an instant (RFC 3339) or a date; the collection as it was then"),
           ("delimiter" = Option<String>, Query, description = "CSV: `comma` (default), `semicolon` or `tab`"),
           ("decimal" = Option<String>, Query, description = "CSV: `point` (default) or `comma`"),
           ("bom" = Option<bool>, Query, description = "CSV: byte order mark; by itself only with a semicolon"),
           ("titles" = Option<bool>, Query, description = "CSV and XLSX: titles and labels for people instead of keys and values"),
           ("edit" = Option<bool>, Query, description = "XLSX, for staff who may change the kind: a workbook to be edited and brought back at /desk/imports/workbook")),
    responses((status = 200, description = "The file. Its header `Reeve-Metadata` says source, licence, date, revision and filter as JSON, `Link` the licence; with other parameters than these, things whose attribute has that value", content_type = "application/geo+json"),
              (status = 400, description = "A parameter is unknown or wrong"), (status = 404, description = "No such collection or format")))]
pub async fn export(
    ctx: Ctx,
    base: BaseUrl,
    line: Line,
    State(registry): State<Registry>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let shown: String = file.chars().take(60).collect();
    let unknown = || Failure::not_found(format!("export {shown:?}"));
    let as_of = as_of(&ctx, &mut params, &[file.split('.').next().unwrap_or_default()])?;
    let (slug, ending) = file.split_once('.').ok_or_else(unknown)?;
    let kind = registry.kind(&ctx, slug)?;
    let format = Format::from_name(ending).ok_or_else(unknown)?;
    let query = ExportQuery::read(&mut params, &kind, sight_of_program(&ctx, slug), format)?;
    params.finish()?;
    let query = ExportQuery { as_of, base: base.0, ..query };
    file_answer(registry.export_file(&ctx, &kind, query).await?, line)
}

/// A file as an answer: a download with its metadata in headers.
///
/// # Errors
/// When a header cannot be written.
pub fn file_answer(file: ExportFile, line: Line) -> Result<Response, Failure> {
    let header_value = |text: String| HeaderValue::from_str(&text).internal("write a header");
    // Files of some formats come only when their last row is known, minutes later: nothing moves on the line until then.
    let (mut bytes, mut held) = (file.bytes, None);
    let body = stream::poll_fn(move |cx| {
        let polled = bytes.poll_next_unpin(cx);
        drop(std::mem::replace(&mut held, polled.is_pending().then(|| line.hold())));
        polled
    });
    let mut response = typed(file.format.media_type(), Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_DISPOSITION,
        header_value(format!("attachment; filename=\"{}\"", file.name))?,
    );
    headers.insert(METADATA, header_value(ascii_json(&file.metadata.to_json()))?);
    if let Some(url) = &file.metadata.licence_url {
        headers.insert(header::LINK, header_value(format!("<{url}>; rel=\"license\""))?);
    }
    Ok(response)
}

/// JSON text in which letters beyond ASCII are escaped.
fn ascii_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() && !character.is_ascii_control() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}
