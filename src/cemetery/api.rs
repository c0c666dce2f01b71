//! JSON doors of the cemeteries.

use axum::{extract::State, response::Response};

use super::{
    Cemeteries, HitPage,
    model::{SearchRequest, years},
};
use crate::{
    kernel::{Limit, ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, json},
    },
};

/// Reads a search from the parameters; `limit` is at most 100.
///
/// # Errors
/// Names the wrong parameter.
pub(super) fn read_search(params: &mut Params) -> Result<SearchRequest, ParamError> {
    Ok(SearchRequest {
        text: params.text("q").unwrap_or_default(),
        cemetery: params.parse("cemetery", "the id of a cemetery")?,
        born: years(params, "born")?,
        died: years(params, "died")?,
        limit: Limit::take(params, 20, 100)?.get(),
        after: params.parse("after", "taken from a next link")?,
    })
}

/// Buried people, best match first.
#[utoipa::path(get, path = "/api/graves", tag = "cemetery",
    params(("q" = Option<String>, Query, description = "A name as remembered, with or without years; typing errors are forgiven"),
           ("cemetery" = Option<uuid::Uuid>, Query, description = "Only in this cemetery"),
           ("born" = Option<String>, Query, description = "Year or years of birth: `1912`, `1900/1950`, `1900/..`"),
           ("died" = Option<String>, Query, description = "Year or years of death, likewise"),
           ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
           ("after" = Option<String>, Query, description = "Where the page begins; from `next`")),
    responses((status = 200, description = "A page", body = HitPage), (status = 400, description = "A parameter is wrong")))]
pub async fn search_graves(
    ctx: Ctx,
    State(cemeteries): State<Cemeteries>,
    mut params: Params,
) -> Result<Response, Failure> {
    let request = read_search(&mut params)?;
    params.finish()?;
    let (items, matched, next) = cemeteries.search_graves(&ctx, &request).await?;
    let next = next.map(|cursor| format!("/api/graves?{}", query_string(&request, &cursor.to_string())));
    json("application/json", &HitPage { items, matched, next })
}

/// The request as a query string that begins after `after`.
pub(super) fn query_string(request: &SearchRequest, after: &str) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let mut parts = vec![format!("q={}", encode(&request.text))];
    if let Some(cemetery) = request.cemetery {
        parts.push(format!("cemetery={cemetery}"));
    }
    for (name, range) in [("born", &request.born), ("died", &request.died)] {
        if let Some(range) = range {
            parts.push(format!("{name}={}/{}", range.start(), range.end()));
        }
    }
    parts.push(format!("limit={}&after={}", request.limit, encode(after)));
    parts.join("&")
}
