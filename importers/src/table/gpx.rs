//! GPX: waypoints, routes and tracks are a layer each, always in degrees of WGS 84.

use geo_types::{Coord, Geometry, LineString, MultiLineString, Point};

use super::faults::{Whose, shortened};
use super::markup::{Markup, Piece, Tag, begins_like_xml};
use super::parts::line;
use super::schema::Schema;
use super::wkb::Fault;
use super::{
    Cell, Format, InputFile, Layer, Limits, Options, Overview, ProgressSink, Reader, Row, RowFault, RowSink,
    TableError,
};

/// Layers, and the elements that their rows are.
const LAYERS: [(&str, &str); 3] = [("waypoints", "wpt"), ("routes", "rte"), ("tracks", "trk")];
/// Most values of one feature.
const VALUES: usize = 10_000;

/// Whether a file's beginning is GPX.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    begins_like_xml(head) && (has(b"<gpx") || has(b"topografix.com/GPX"))
}

/// Opens a GPX file and looks it through once.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Gpx);
    let mut markup = Markup::open(file, options, &whose)?;
    let mut schemas: [(Schema, u64); 3] = Default::default();
    let mut rows = 0;
    each(&mut markup, &options.limits, None, &mut |element, feature, markup| {
        rows += 1;
        super::check_rows(file, &options.limits, rows)?;
        let at = LAYERS.iter().position(|(_, own)| *own == element);
        let Some((schema, count)) = at.and_then(|at| schemas.get_mut(at)) else { return Ok(()) };
        *count += 1;
        feature.values.iter().try_for_each(|(name, _)| schema.notice(name, &options.limits, markup.whose()))
    })?;
    let found = LAYERS.iter().zip(schemas).filter(|(_, (_, count))| *count > 0);
    let (layers, schemas) = found
        .map(|((name, _), (schema, count))| {
            let layer = Layer {
                name: (*name).to_owned(),
                columns: schema.columns(),
                geometry: true,
                srid: Some(4326),
                rows: Some(count),
                axis: None,
            };
            (layer, schema)
        })
        .unzip();
    let overview =
        Overview { format: Format::Gpx, encoding: None, delimiter: None, header_row: None, layers };
    Ok(Box::new(GpxReader { file: file.clone(), options: options.clone(), whose, overview, schemas }))
}

struct GpxReader {
    file: InputFile,
    options: Options,
    whose: Whose,
    overview: Overview,
    /// In the order of the layers.
    schemas: Vec<Schema>,
}

impl Reader for GpxReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        sink: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        super::layer(&self.file, &self.overview, layer)?;
        let schema = self.overview.layers.iter().position(|known| known.name == layer);
        let Some(schema) = schema.and_then(|at| self.schemas.get(at)) else { return Ok(()) };
        let wanted = LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, element)| *element);
        let mut markup = Markup::open(&self.file, &self.options, &self.whose)?;
        let mut number = 0;
        each(&mut markup, &self.options.limits, wanted, &mut |_, feature, markup| {
            number += 1;
            let srid = feature.geometry.as_ref().map(|_| 4326);
            let cells = schema.cells(feature.values);
            sink(Row { number, id: None, cells, geometry: feature.geometry, srid, faults: feature.faults })?;
            if number % 256 == 1 {
                progress(markup.progress());
            }
            Ok(())
        })?;
        progress(markup.progress());
        Ok(())
    }
}

#[derive(Default)]
struct Feature {
    values: Vec<(String, Cell)>,
    geometry: Option<Geometry<f64>>,
    faults: Vec<RowFault>,
}

type Take<'t> = dyn FnMut(&str, Feature, &Markup) -> Result<(), TableError> + 't;

fn each(
    markup: &mut Markup,
    limits: &Limits,
    wanted: Option<&str>,
    take: &mut Take<'_>,
) -> Result<(), TableError> {
    loop {
        match markup.next()? {
            Piece::Start(tag) if LAYERS.iter().any(|(_, element)| *element == tag.name()) => {
                if wanted.is_none_or(|wanted| wanted == tag.name()) {
                    let feature = feature(markup, &tag, limits)?;
                    take(tag.name(), feature, markup)?;
                } else {
                    markup.skip()?;
                }
            }
            Piece::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn feature(markup: &mut Markup, tag: &Tag, limits: &Limits) -> Result<Feature, TableError> {
    let floor = markup.depth().saturating_sub(1);
    let mut feature = Feature::default();
    let mut lines: Vec<Vec<Coord<f64>>> = vec![Vec::new()];
    let (mut left, mut fault) = (limits.vertices, None);
    while markup.depth() > floor {
        let Piece::Start(inner) = markup.next()? else { continue };
        match inner.name() {
            "trkseg" => lines.push(Vec::new()),
            "trkpt" | "rtept" => {
                match (left.checked_sub(1), position(&inner)) {
                    (None, _) => fault = Some(Fault::TooLarge),
                    (Some(_), Err(bad)) => fault = fault.or(Some(bad)),
                    (Some(rest), Ok(position)) => {
                        left = rest;
                        lines.last_mut().into_iter().for_each(|line| line.push(position));
                    }
                }
                markup.skip()?;
            }
            "extensions" => {}
            "link" => {
                let target = inner.attribute("href").unwrap_or_default();
                markup.skip()?;
                feature.values.push(("link".into(), text_cell(target)));
            }
            name => {
                let column = name.to_owned();
                let text = markup.text(&column, limits.cell_bytes, &mut feature.faults)?;
                let cell = typed(&column, text);
                feature.values.push((column, cell));
            }
        }
        if feature.values.len() > VALUES {
            return Err(markup.whose().too_large(format!("a feature with more than {VALUES} values")));
        }
    }
    let shape = match (fault, tag.name()) {
        (Some(fault), _) => Err(fault),
        (None, "wpt") => position(tag).map(|position| Some(Geometry::Point(Point(position)))),
        (None, _) => joined(lines),
    };
    match shape {
        Ok(geometry) => feature.geometry = geometry,
        Err(fault) => feature.faults.push(fault.of_row(None)),
    }
    Ok(feature)
}

/// Pieces with one position are where a receiver was switched on and off; beside others they say nothing.
fn joined(mut lines: Vec<Vec<Coord<f64>>>) -> Result<Option<Geometry<f64>>, Fault> {
    if lines.iter().any(|line| line.len() > 1) {
        lines.retain(|line| line.len() > 1);
    }
    lines.retain(|line| !line.is_empty());
    let mut lines: Vec<LineString<f64>> = lines.into_iter().map(line).collect::<Result<_, String>>()?;
    Ok(match lines.len() {
        0 => None,
        1 => Some(Geometry::LineString(lines.swap_remove(0))),
        _ => Some(Geometry::MultiLineString(MultiLineString(lines))),
    })
}

fn position(tag: &Tag) -> Result<Coord<f64>, Fault> {
    let (lon, lat) = (tag.attribute("lon").unwrap_or_default(), tag.attribute("lat").unwrap_or_default());
    match (lon.parse::<f64>(), lat.parse::<f64>()) {
        // NaN is in no range.
        (Ok(x), Ok(y)) if x.abs() <= 180.0 && y.abs() <= 90.0 => Ok(Coord { x, y }),
        _ => Err(Fault::Bad(shortened(&format!("lat={lat} lon={lon}")))),
    }
}

fn text_cell(text: String) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// GPX prescribes the types of these.
fn typed(column: &str, text: String) -> Cell {
    match column {
        "ele" | "magvar" | "geoidheight" | "hdop" | "vdop" | "pdop" => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Cell::Number(number),
            _ => text_cell(text),
        },
        "time" if text.len() >= 19 && text.as_bytes().get(10) == Some(&b'T') => Cell::Date(text),
        "sat" | "number" => text.parse().map_or_else(|_| text_cell(text), Cell::Integer),
        _ => text_cell(text),
    }
}
