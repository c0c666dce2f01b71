//! KML, also packed as KMZ: placemarks of all folders are one layer, always in degrees of WGS 84.
//!
//! What a document links to is never fetched.

use std::io::{Read, Write};

use geo_types::{Coord, Geometry, GeometryCollection, LineString, Point, Polygon};
use tempfile::TempPath;

use super::faults::{Whose, shortened};
use super::markup::{Markup, Piece, Tag, begins_like_xml};
use super::parts::{line, ring};
use super::schema::{Schema, own};
use super::wkb::Fault;
use super::{
    Cell, Format, InputFile, Layer, Limits, Options, Overview, ProgressSink, Reader, Row, RowFault, RowSink,
    TableError,
};

/// Most values of one placemark.
const VALUES: usize = 10_000;
/// Most files in a KMZ.
const ENTRIES: usize = 100_000;

/// Whether a file's beginning is KML or KMZ.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    if head.starts_with(b"PK\x03\x04") {
        return name.to_ascii_lowercase().ends_with(".kmz");
    }
    begins_like_xml(head) && (has(b"<kml") || has(b"opengis.net/kml") || has(b"earth.google.com/kml"))
}

/// Opens a KML or KMZ file and looks it through once.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Kml);
    let (document, unpacked) = match unpack(file, &options.limits, &whose)? {
        Some(path) => (InputFile { path: path.to_path_buf(), name: file.name.clone() }, Some(path)),
        None => (file.clone(), None),
    };
    let mut markup = Markup::open(&document, options, &whose)?;
    let mut schema = Schema::default();
    let mut rows = 0;
    each(&mut markup, &options.limits, &mut |mark, markup| {
        rows += 1;
        super::check_rows(file, &options.limits, rows)?;
        mark.values.iter().try_for_each(|(name, _)| schema.notice(name, &options.limits, markup.whose()))
    })?;
    let layer = Layer {
        name: file.stem().to_owned(),
        columns: schema.columns(),
        geometry: true,
        srid: Some(4326),
        rows: Some(rows),
        axis: None,
    };
    let overview = Overview {
        format: Format::Kml,
        encoding: None,
        delimiter: None,
        header_row: None,
        layers: vec![layer],
    };
    let options = options.clone();
    Ok(Box::new(KmlReader {
        file: file.clone(),
        document,
        _unpacked: unpacked,
        options,
        whose,
        overview,
        schema,
    }))
}

struct KmlReader {
    file: InputFile,
    document: InputFile,
    _unpacked: Option<TempPath>,
    options: Options,
    whose: Whose,
    overview: Overview,
    schema: Schema,
}

impl Reader for KmlReader {
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
        let mut markup = Markup::open(&self.document, &self.options, &self.whose)?;
        let mut number = 0;
        each(&mut markup, &self.options.limits, &mut |mark, markup| {
            number += 1;
            let srid = mark.geometry.as_ref().map(|_| 4326);
            let cells = self.schema.cells(mark.values);
            sink(Row { number, id: mark.id, cells, geometry: mark.geometry, srid, faults: mark.faults })?;
            if number % 256 == 1 {
                progress(markup.progress());
            }
            Ok(())
        })?;
        progress(markup.progress());
        Ok(())
    }
}

/// The document of a KMZ in a file of its own; none if it is no archive.
fn unpack(file: &InputFile, limits: &Limits, whose: &Whose) -> Result<Option<TempPath>, TableError> {
    let mut opened = std::fs::File::open(&file.path).map_err(|error| whose.io(error))?;
    let mut start = Vec::new();
    (&mut opened).take(4).read_to_end(&mut start).map_err(|error| whose.io(error))?;
    if start != b"PK\x03\x04" {
        return Ok(None);
    }
    let damaged = |error: zip::result::ZipError| whose.corrupt(format!("the archive is damaged ({error})"));
    let mut archive = zip::ZipArchive::new(opened).map_err(damaged)?;
    if archive.len() > ENTRIES {
        return Err(whose.too_large(format!("more than {ENTRIES} files in the archive")));
    }
    // The first document at the top is the one that counts, whatever it is called.
    let names = archive.file_names().flatten().map(|name| name.into_owned());
    let documents = names.filter(|name| name.to_ascii_lowercase().ends_with(".kml"));
    let first = documents.min_by_key(|name| (name.matches('/').count(), name != "doc.kml"));
    let first = first.ok_or_else(|| whose.corrupt("there is no .kml in the archive"))?;
    let entry = archive.by_name(&first).map_err(damaged)?;
    let mut out = tempfile::NamedTempFile::new().map_err(|error| whose.io(error))?;
    let mut bounded = entry.take(limits.bytes.saturating_add(1));
    let mut chunk = vec![0; 64 << 10];
    let mut written = 0;
    loop {
        let count = bounded
            .read(&mut chunk)
            .map_err(|error| whose.corrupt(format!("the archive is damaged ({error})")))?;
        if count == 0 {
            break;
        }
        written += count as u64;
        if written > limits.bytes {
            return Err(
                whose.too_large(format!("its unpacked document has more than {} bytes", limits.bytes))
            );
        }
        out.write_all(chunk.get(..count).unwrap_or_default()).map_err(|error| whose.io(error))?;
    }
    Ok(Some(out.into_temp_path()))
}

/// A placemark.
#[derive(Default)]
struct Mark {
    id: Option<String>,
    values: Vec<(String, Cell)>,
    geometry: Option<Geometry<f64>>,
    faults: Vec<RowFault>,
}

type Take<'t> = dyn FnMut(Mark, &Markup) -> Result<(), TableError> + 't;

fn each(markup: &mut Markup, limits: &Limits, take: &mut Take<'_>) -> Result<(), TableError> {
    // For every open element: the folder's name, if it is a folder.
    let mut open: Vec<Option<String>> = Vec::new();
    loop {
        match markup.next()? {
            Piece::Start(tag) => match tag.name() {
                "Placemark" => {
                    let mut mark = placemark(markup, &tag, limits)?;
                    let path: Vec<&str> =
                        open.iter().flatten().map(String::as_str).filter(|name| !name.is_empty()).collect();
                    if !path.is_empty() {
                        mark.values.insert(0, ("folder".into(), Cell::Text(path.join(" / "))));
                    }
                    take(mark, markup)?;
                }
                "Folder" => open.push(Some(String::new())),
                "name" if matches!(open.last(), Some(Some(_))) => {
                    let name = markup.text("folder", limits.cell_bytes / 100, &mut Vec::new())?;
                    if let Some(Some(folder)) = open.last_mut() {
                        *folder = name;
                    }
                }
                _ => open.push(None),
            },
            Piece::End => {
                open.pop();
            }
            Piece::Text(_) => {}
            Piece::Eof => return Ok(()),
        }
    }
}

fn placemark(markup: &mut Markup, tag: &Tag, limits: &Limits) -> Result<Mark, TableError> {
    let floor = markup.depth().saturating_sub(1);
    let mut mark = Mark { id: tag.attribute("id").filter(|id| !id.is_empty()), ..Mark::default() };
    let mut shaper = Shaper { left: limits.vertices, bytes: limits.vertices.saturating_mul(80) };
    let mut named = None;
    while markup.depth() > floor {
        let Piece::Start(tag) = markup.next()? else { continue };
        let column = match tag.name() {
            "name" | "description" | "address" | "phoneNumber" | "when" | "begin" | "end" => {
                tag.name().to_owned()
            }
            "Data" => {
                named = tag.attribute("name");
                continue;
            }
            "value" => own(&named.take().unwrap_or_default()),
            "SimpleData" => own(&tag.attribute("name").unwrap_or_default()),
            "Style" | "StyleMap" | "LookAt" | "Camera" | "Region" | "AbstractView" | "Snippet" => {
                markup.skip()?;
                continue;
            }
            _ if is_geometry(tag.name()) => {
                match shaper.geometry(markup, tag.name())? {
                    Ok(Some(geometry)) if mark.geometry.is_none() => mark.geometry = Some(geometry),
                    Ok(Some(_)) => mark.faults.push(Fault::Bad("a second geometry".into()).of_row(None)),
                    Ok(None) => {}
                    Err(fault) => mark.faults.push(fault.of_row(None)),
                }
                continue;
            }
            _ => continue,
        };
        let shown = column.trim_start_matches('\u{1}').to_owned();
        let text = markup.text(&shown, limits.cell_bytes, &mut mark.faults)?;
        if mark.values.len() >= VALUES {
            return Err(markup.whose().too_large(format!("a placemark with more than {VALUES} values")));
        }
        mark.values.push((column, if text.is_empty() { Cell::Empty } else { Cell::Text(text) }));
    }
    Ok(mark)
}

fn is_geometry(name: &str) -> bool {
    matches!(
        name,
        "Point"
            | "LineString"
            | "LinearRing"
            | "Polygon"
            | "MultiGeometry"
            | "Track"
            | "MultiTrack"
            | "Model"
    )
}

/// A geometry, or what is wrong with it.
type Shape = Result<Option<Geometry<f64>>, Fault>;

/// A list of coordinates, or what is wrong with it.
type Positions = Result<Vec<Coord<f64>>, Fault>;

struct Shaper {
    /// Vertices that the placemark may still have.
    left: usize,
    /// Bytes of one list of coordinates.
    bytes: usize,
}

impl Shaper {
    /// Reads the geometry whose element has just begun, to its end. The depth of the document bounds that of geometries.
    fn geometry(&mut self, markup: &mut Markup, name: &str) -> Result<Shape, TableError> {
        let floor = markup.depth().saturating_sub(1);
        let (mut rings, mut inner, mut positions) = (Vec::new(), Vec::new(), Ok(Vec::new()));
        let mut outer = true;
        while markup.depth() > floor {
            let Piece::Start(tag) = markup.next()? else { continue };
            match tag.name() {
                "outerBoundaryIs" => outer = true,
                "innerBoundaryIs" => outer = false,
                "coordinates" => {
                    let mut faults = Vec::new();
                    let text = markup.text("coordinates", self.bytes, &mut faults)?;
                    let read = if faults.is_empty() { self.coordinates(&text) } else { Err(Fault::TooLarge) };
                    if name == "Polygon" {
                        rings.push((outer, read));
                    } else {
                        positions = read;
                    }
                }
                "coord" if name == "Track" => {
                    let text = markup.text("coord", 200, &mut Vec::new())?.replace(' ', ",");
                    positions = positions.and_then(|mut all: Vec<Coord<f64>>| {
                        all.extend(self.coordinates(&text)?);
                        Ok(all)
                    });
                }
                "LinearRing" if name == "Polygon" => {}
                other if is_geometry(other) && matches!(name, "MultiGeometry" | "MultiTrack") => {
                    inner.push(self.geometry(markup, other)?);
                }
                _ => {}
            }
        }
        Ok(together(name, rings, inner, positions))
    }

    /// `lon,lat[,height]` between blanks; blanks behind commas are borne.
    fn coordinates(&mut self, text: &str) -> Positions {
        let mut positions = Vec::new();
        let mut tuple = String::new();
        for word in text.split_whitespace() {
            tuple.push_str(word);
            if word.ends_with(',') && tuple.matches(',').count() < 3 {
                continue;
            }
            self.left = self.left.checked_sub(1).ok_or(Fault::TooLarge)?;
            positions.push(position(&tuple)?);
            tuple.clear();
        }
        if !tuple.is_empty() {
            positions.push(position(&tuple)?);
        }
        Ok(positions)
    }
}

fn position(tuple: &str) -> Result<Coord<f64>, Fault> {
    let mut numbers = tuple.split(',').map(|part| part.trim().parse::<f64>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        // NaN is in no range.
        (Some(x), Some(y)) if x.abs() <= 180.0 && y.abs() <= 90.0 => Ok(Coord { x, y }),
        _ => Err(Fault::Bad(shortened(tuple))),
    }
}

fn together(name: &str, rings: Vec<(bool, Positions)>, inner: Vec<Shape>, positions: Positions) -> Shape {
    match name {
        "Point" => match positions?.as_slice() {
            [] => Ok(None),
            [position] => Ok(Some(Geometry::Point(Point(*position)))),
            // The usual cause is a decimal comma.
            more => Err(Fault::Bad(format!("a point with {} positions", more.len()))),
        },
        "LineString" | "LinearRing" | "Track" => {
            let vertices = positions?;
            Ok((!vertices.is_empty()).then_some(Geometry::LineString(line(vertices)?)))
        }
        "Polygon" => polygon(rings),
        "Model" => Err(Fault::Bad("a three-dimensional model, which is not read".into())),
        _ => {
            let mut all = Vec::new();
            for part in inner {
                all.extend(part?);
            }
            Ok(same_kind(all))
        }
    }
}

fn polygon(rings: Vec<(bool, Positions)>) -> Shape {
    let (mut outer, mut holes) = (None, Vec::new());
    for (is_outer, vertices) in rings {
        let own: LineString<f64> = ring(vertices?)?;
        if is_outer && outer.is_none() {
            outer = Some(own);
        } else {
            holes.push(own);
        }
    }
    match outer {
        Some(outer) => Ok(Some(Geometry::Polygon(Polygon::new(outer, holes)))),
        None if holes.is_empty() => Ok(None),
        None => Err(Fault::Bad("holes without an outer ring".into())),
    }
}

/// Parts of one kind as the multiple of that kind, others as a collection.
fn same_kind(all: Vec<Geometry<f64>>) -> Option<Geometry<f64>> {
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    for part in &all {
        match part {
            Geometry::Point(point) => points.push(*point),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::Polygon(polygon) => polygons.push(polygon.clone()),
            _ => {}
        }
    }
    Some(match all.len() {
        0 => return None,
        count if count == points.len() => Geometry::MultiPoint(points.into()),
        count if count == lines.len() => Geometry::MultiLineString(geo_types::MultiLineString(lines)),
        count if count == polygons.len() => Geometry::MultiPolygon(polygons.into()),
        _ => Geometry::GeometryCollection(GeometryCollection(all)),
    })
}
