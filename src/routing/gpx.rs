//! A way as GPX: one route for devices, its instructions as waypoints.

use exporters::{Column, ColumnType, Format, GpxLines, Metadata, Options, Row, Value};

use super::Route;
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::texts,
    },
};

/// Writes the way to a grave that people call `title`; `address` is where it can be asked for again.
pub(super) fn gpx(ctx: &Ctx, route: &Route, title: &str, address: String) -> Result<Vec<u8>, Failure> {
    let t = texts(ctx.lang);
    let name = format!("{}: {title}", t.get("route-title"));
    let metadata = Metadata {
        title: name.clone(),
        collection: "route".to_owned(),
        date: ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        crs: 4326,
        address: Some(address),
        lang: match ctx.lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
        ..Metadata::default()
    };
    let steps = (1..).zip(&route.steps).map(|(number, step)| Row {
        id: format!("step-{number}"),
        geometry: Some(geo_types::Point::new(step.point[0], step.point[1]).into()),
        values: vec![Value::Text(step.instruction.get(ctx.lang).to_owned())],
    });
    let way = Row {
        id: "way".to_owned(),
        geometry: Some(route.line.clone().into()),
        values: vec![Value::Text(name)],
    };
    let columns = [Column { hidden: true, ..Column::plain("name", ColumnType::Text) }];
    let options = Options { gpx_lines: GpxLines::Routes, ..Options::default() };
    exporters::to_vec(Format::Gpx, &metadata, &columns, &options, steps.chain([way]))
        .internal("write a way as GPX")
}
