//! Items as whole files of other formats: what is asked for, read as for a page of items.

use exporters::Format;

use super::query::ItemsQuery;
use crate::{
    kernel::{ParamError, Params},
    platform::http::Failure,
    registry::{ExportQuery, FileChoices, Kind, Sight},
};

/// The export that answers a request for items.
///
/// # Errors
/// Names the parameter and what it may be.
pub(super) fn query(
    mut params: Params,
    kind: &Kind,
    sight: Sight,
    format: Format,
) -> Result<ExportQuery, Failure> {
    let choices = FileChoices::read(&mut params, format)?;
    let columns = FileChoices::columns(&mut params)?;
    let asked = ItemsQuery::read(&mut params, kind, sight)?;
    params.finish()?;
    if format.only_degrees() && asked.crs.srid() != 4326 {
        let why = "can be nothing but longitude and latitude in KML and GPX";
        return Err(ParamError::new("crs", why).into());
    }
    let said = asked.repeated.into_iter().filter(|(name, _)| name != "crs").collect();
    Ok(ExportQuery {
        filter: asked.filter,
        said,
        columns,
        crs: asked.crs,
        choices,
        ..ExportQuery::all(format)
    })
}
