//! ESRI Shapefiles in a ZIP archive: one set of files for each kind of geometry, and a README with what the format
//! cannot say itself.
//!
//! A table of the format tells the width of its columns first, so values wait in a temporary file until all came.
//! Names of columns are cut to ten bytes; text is cut to 254 bytes, which the README counts; files end at 2 GB.

mod dbf;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use geo_types::Geometry;
use shapefile::{Multipoint, Point, Polygon, Polyline, ShapeWriter};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::model::key_title;
use crate::options::Setup;
use crate::{Column, ColumnType, Lang, Row, Value, WriteError, Writer, crs, geometry, names, scratch};

/// Most bytes of a file: its lengths are signed numbers of 32 bits for many a reader.
const FILE_BYTES: u64 = (1 << 31) - 1;

/// Bytes of the name of a column.
const NAME_BYTES: usize = 10;

/// A writer of shapefiles.
pub(crate) struct Shapefile {
    out: Box<dyn Write + Send>,
    setup: Setup,
    columns: Vec<Column>,
    own_id: bool,
    folder: TempDir,
    sets: Vec<Set>,
}

/// The files of one kind of geometry.
struct Set {
    ending: &'static str,
    shapes: Option<ShapeWriter<BufWriter<File>>>,
    shape_bytes: u64,
    table: dbf::Spool,
}

impl Shapefile {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let folder = scratch::folder(setup.options.temporary.as_deref())?;
        let own_id = setup.own_id();
        let id = own_id.then(|| Column::plain("id", ColumnType::Text));
        let columns = id.into_iter().chain(setup.columns.iter().cloned()).collect();
        Ok(Self { out, setup, columns, own_id, folder, sets: Vec::new() })
    }

    fn path(&self, ending: &str, kind: &str) -> PathBuf {
        self.folder.path().join(format!("{ending}.{kind}"))
    }

    /// The set for a kind of geometry, begun with its first row.
    fn set(&mut self, ending: &'static str) -> Result<&mut Set, WriteError> {
        let place = match self.sets.iter().position(|set| set.ending == ending) {
            Some(place) => place,
            None => {
                let file = |kind| File::create(self.path(ending, kind)).map(BufWriter::new);
                let shapes = match ending {
                    "table" => None,
                    _ => Some(ShapeWriter::with_shx(file("shp")?, file("shx")?)),
                };
                let table = dbf::Spool::start(&self.columns, self.folder.path())?;
                self.sets.push(Set { ending, shapes, shape_bytes: 100, table });
                self.sets.len() - 1
            }
        };
        self.sets.get_mut(place).ok_or_else(|| std::io::Error::other("set of files").into())
    }

    /// Text of the README.
    fn readme(&self, names: &[String]) -> String {
        let metadata = &self.setup.metadata;
        let polish = metadata.lang == Lang::Pl;
        let say = |pl: &'static str, en: &'static str| if polish { pl } else { en };
        let mut text = String::new();
        for (key, value) in metadata.statements() {
            text.push_str(&format!("{}: {value}\r\n", key_title(key, metadata.lang)));
        }
        text.push_str(say(
            "\r\nPliki .dbf są w UTF-8. Nazwy kolumn mają najwyżej 10 znaków:\r\n",
            "\r\nThe .dbf files are in UTF-8. Names of columns have at most 10 characters:\r\n",
        ));
        for (column, name) in self.columns.iter().zip(names) {
            let unit = column.unit.as_ref().map(|unit| format!(" [{unit}]")).unwrap_or_default();
            text.push_str(&format!("{name} = {} ({}{unit})\r\n", column.name, column.title));
        }
        let cut: u64 = self.sets.iter().map(|set| set.table.cut_texts()).sum();
        if cut > 0 {
            text.push_str(say(
                "\r\nSkrócono do 254 bajtów tyle tekstów (pełne są w GeoPackage): ",
                "\r\nTexts that were cut to 254 bytes (GeoPackage has them whole): ",
            ));
            text.push_str(&format!("{cut}\r\n"));
        }
        text
    }
}

/// The name of the set that takes a geometry, and its bytes there.
fn place_of(row: &Row) -> Result<&'static str, WriteError> {
    Ok(match &row.geometry {
        None => "table",
        Some(Geometry::Point(_)) => "points",
        Some(Geometry::MultiPoint(_)) => "multipoints",
        Some(Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_)) => "lines",
        Some(
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_),
        ) => "areas",
        Some(collection @ Geometry::GeometryCollection(_)) => {
            return Err(WriteError::Geometry {
                id: row.id.clone(),
                kind: geometry::kind(collection),
                help: "shapefiles know no mixed geometries; choose GeoPackage",
            });
        }
    })
}

impl Set {
    fn write_shape(&mut self, geometry: &Geometry<f64>) -> Result<(), WriteError> {
        let mut vertices = 0;
        geometry::each_coord(geometry, &mut |_| vertices += 1);
        // Heads of records, bounds and starts of parts: never more than this.
        self.shape_bytes += 64 + 20 * vertices;
        if self.shape_bytes > FILE_BYTES {
            return Err(too_large());
        }
        let Some(shapes) = &mut self.shapes else { return Ok(()) };
        let written = match geometry::plain(geometry).into_owned() {
            Geometry::Point(point) => shapes.write_shape(&Point::from(point)),
            Geometry::MultiPoint(points) => shapes.write_shape(&Multipoint::from(points)),
            Geometry::LineString(line) => shapes.write_shape(&Polyline::from(line)),
            Geometry::MultiLineString(lines) => shapes.write_shape(&Polyline::from(lines)),
            Geometry::Polygon(area) => shapes.write_shape(&Polygon::from(area)),
            Geometry::MultiPolygon(areas) => shapes.write_shape(&Polygon::from(areas)),
            _ => Ok(()),
        };
        written.map_err(|error| WriteError::of("Shapefile", &error))
    }
}

fn too_large() -> WriteError {
    WriteError::TooLarge { format: "Shapefile", limit: "2 GB" }
}

impl Writer for Shapefile {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        let ending = place_of(&row)?;
        let own_id = self.own_id;
        let set = self.set(ending)?;
        if let Some(geometry) = &row.geometry {
            set.write_shape(geometry)?;
        }
        let id = own_id.then_some(Value::Text(row.id));
        set.table.push(id.into_iter().chain(row.values))
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        if self.sets.is_empty() {
            self.set("table")?;
        }
        let keys: Vec<String> = self.columns.iter().map(|column| names::ascii(&column.name)).collect();
        let short = names::unique(keys.iter().map(String::as_str), &[], NAME_BYTES);
        let readme = self.readme(&short);
        let collection = names::ascii(&self.setup.metadata.collection);
        let projection = crs::esri_wkt(self.setup.metadata.crs);
        let sets = std::mem::take(&mut self.sets);
        let folder = self.folder.path().to_owned();
        let mut zip = ZipWriter::new_stream(&mut self.out);
        add(&mut zip, "README.txt", &mut readme.as_bytes())?;
        for mut set in sets {
            let name = |kind: &str| format!("{collection}_{}.{kind}", set.ending);
            let path = |kind: &str| folder.join(format!("{}.{kind}", set.ending));
            if let Some(mut shapes) = set.shapes.take() {
                shapes.finalize().map_err(|error| WriteError::of("Shapefile", &error))?;
                drop(shapes);
                add(&mut zip, &name("shp"), &mut File::open(path("shp"))?)?;
                add(&mut zip, &name("shx"), &mut File::open(path("shx"))?)?;
                if let Some(projection) = &projection {
                    add(&mut zip, &name("prj"), &mut projection.as_bytes())?;
                }
            }
            add(&mut zip, &name("cpg"), &mut b"UTF-8".as_slice())?;
            start(&mut zip, &name("dbf"))?;
            set.table.finish(&short, &self.setup.metadata.date, &mut zip)?;
        }
        zip.finish().map_err(|error| WriteError::of("ZIP", &error))?;
        Ok(self.out.flush()?)
    }
}

/// Begins a file of the archive.
fn start<W: Write + std::io::Seek>(zip: &mut ZipWriter<W>, name: &str) -> Result<(), WriteError> {
    zip.start_file(name, SimpleFileOptions::default()).map_err(|error| WriteError::of("ZIP", &error))
}

/// Puts a whole file into the archive.
fn add<W: Write + std::io::Seek>(
    zip: &mut ZipWriter<W>,
    name: &str,
    content: &mut dyn std::io::Read,
) -> Result<(), WriteError> {
    start(zip, name)?;
    std::io::copy(content, zip)?;
    Ok(())
}
