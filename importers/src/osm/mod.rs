//! OpenStreetMap extracts: `.osm.pbf`, `.osm`, `.osm.gz` and `.osm.bz2`.
//!
//! [`read`] tells the format by the content, keeps the elements in memory (about 16 bytes for a node),
//! makes records of them and gives an account of what it took and what it left out. Nothing is
//! invented: an area that does not close, or whose points lie outside the file, is left out and
//! counted; a line that is cut keeps the stretches that are there.
//!
//! Every record's source id is the element's own, for example `way/123`; later pieces of a line that
//! is cut are `way/123#2` and so on. Coordinates are exact to 1e-7 degree, so that ways which share a
//! node share its coordinates bit for bit.
//!
//! The bytes are not trusted. Sizes are held against the format's own limits before anything is
//! allocated, unpacking is bounded, and no input may cause a panic.
//!
//! Absent on purpose: history files, change files, `.o5m`, blocks packed with anything but zlib, and
//! the sea (coastlines are lines without an area).

mod base;
mod block;
mod cemetery;
mod error;
mod extract;
mod inventory;
mod metric;
mod paths;
mod pbf;
mod person;
mod report;
mod rings;
mod shape;
mod store;
mod stream;
mod validity;
mod values;
mod wire;
mod xml;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use geo_types::Rect;
use serde_json::{Map, Value};

pub use error::ImportError;
pub use report::{Elements, LeftOut, Missing, Phase, Progress, Report};
pub use stream::Format;

use extract::Extraction;
use pbf::Head;
use store::Store;
use stream::{Metered, Watch};

use crate::record::Sink;

/// A registered thing whose place is not settled yet.
#[derive(Debug, Clone)]
struct Draft {
    kind: &'static str,
    label: Option<String>,
    attributes: Map<String, Value>,
}

impl Draft {
    fn new(kind: &'static str, label: Option<String>, attributes: values::Attributes) -> Self {
        Self { kind, label, attributes: attributes.into_map() }
    }
}

/// Reads a file and hands every record to `sink`. `progress` is called from time to time.
///
/// Cemeteries come first, then sectors, then everything else, so that a part never comes before its whole.
///
/// # Errors
/// See [`ImportError`]. Records may have been handed over before an error is found; the caller must then
/// drop them, for example by rolling its transaction back.
pub fn read(
    path: &Path,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let open = |source| ImportError::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(open)?;
    let metadata = file.metadata().map_err(open)?;
    if metadata.is_dir() {
        return Err(open(std::io::ErrorKind::IsADirectory.into()));
    }
    read_from(BufReader::with_capacity(256 << 10, file), metadata.len(), sink, progress)
}

/// Reads a file that is in memory already; otherwise like [`read`].
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: &[u8], sink: &mut dyn Sink) -> Result<Report, ImportError> {
    read_from(Cursor::new(bytes), bytes.len() as u64, sink, &mut |_| {})
}

fn read_from(
    mut input: impl Read + Seek,
    total: u64,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let io = |source| ImportError::Io { at_byte: 0, source };
    let mut start = Vec::new();
    input.by_ref().take(64).read_to_end(&mut start).map_err(io)?;
    let format = Format::of(&start)?;
    input.rewind().map_err(io)?;
    let mut store = Store::default();
    let mut tick = |done: u64| progress(Progress { phase: Phase::Reading, done: done.min(total), total });
    let head = read_elements(input, format, &mut store, &mut tick)?;
    tick(total);
    store.finish();
    build(&store, head, format, sink, progress)
}

fn read_elements(
    input: impl Read,
    format: Format,
    store: &mut Store,
    tick: &mut dyn FnMut(u64),
) -> Result<Head, ImportError> {
    let watch = Watch::default();
    let metered = BufReader::new(Metered::new(input, Rc::<Cell<u64>>::clone(&watch.packed)));
    match format {
        Format::Pbf => pbf::read(metered, store, tick),
        Format::Xml => xml::read(metered, &watch, store, tick),
        Format::XmlGz => xml::read(flate2::bufread::MultiGzDecoder::new(metered), &watch, store, tick),
        Format::XmlBz2 => xml::read(bzip2::bufread::MultiBzDecoder::new(metered), &watch, store, tick),
    }
}

fn build(
    store: &Store,
    head: Head,
    format: Format,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let (nodes, ways, relations) = store.counts();
    let (way_nodes, relation_members) = store.loose_ends();
    let total = store.elements().count() as u64;
    let mut tick = |done: u64| progress(Progress { phase: Phase::Building, done, total });
    let mut extraction = Extraction::new(store, sink);
    extraction.run(&mut tick)?;
    tick(total);
    let (taken, left_out) = extraction.finish();
    let extent = head.corners.or_else(|| store.extent());
    Ok(Report {
        format,
        extent: extent.map(|(low, high)| Rect::new(low.coord(), high.coord())),
        data_timestamp: head.timestamp,
        elements: Elements { nodes, ways, relations },
        missing: Missing { way_nodes, relation_members },
        taken,
        left_out,
    })
}
