//! Opens a file with the reader of its format, which follows from its content first, then from its name.

use tempfile::TempPath;

use super::{
    InputFile, Options, Overview, ProgressSink, Reader, RowSink, TableError, bytes, csv, flatgeobuf, geojson,
    gml, gpkg, gpx, json, kml, ods, shapefile, unpack, xls, xlsx,
};

type LooksLike = fn(head: &[u8], name: &str) -> bool;
type Open = fn(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError>;

/// A format that is read.
struct Known {
    /// Whether the first bytes (at most 64 KiB, unpacked) or the name in small letters, without `.gz`, are of the
    /// format.
    looks_like: LooksLike,
    open: Open,
    /// Whether the reader unpacks gzip itself while it reads; the others get an unpacked file, in which they may seek.
    streams: bool,
}

/// All formats; the first that takes a file has it, so the one that takes any text comes last.
const FORMATS: &[Known] = &[
    // Geographic formats.
    Known { looks_like: gpkg::looks_like, open: gpkg::open, streams: false },
    Known { looks_like: flatgeobuf::looks_like, open: flatgeobuf::open, streams: false },
    Known { looks_like: shapefile::looks_like, open: shapefile::open, streams: false },
    Known { looks_like: kml::looks_like, open: kml::open, streams: true },
    Known { looks_like: gpx::looks_like, open: gpx::open, streams: true },
    Known { looks_like: gml::looks_like, open: gml::open, streams: true },
    // Tables.
    Known { looks_like: ods::looks_like, open: ods::open, streams: false },
    Known { looks_like: xlsx::looks_like, open: xlsx::open, streams: false },
    Known { looks_like: xls::looks_like, open: xls::open, streams: false },
    Known { looks_like: geojson::looks_like, open: geojson::open, streams: true },
    Known { looks_like: json::looks_like, open: json::open, streams: true },
    Known { looks_like: csv::looks_like, open: csv::open, streams: true },
];

/// Opens a file, also one packed by gzip.
///
/// # Errors
/// [`TableError`]
pub fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let head = bytes::head(file, &options.limits)?;
    if head.is_empty() {
        return Err(TableError::Empty { name: file.name.clone() });
    }
    let packed = bytes::is_gzip(file)?;
    let mut name = file.name.to_lowercase();
    if packed && let Some(inner) = name.strip_suffix(".gz") {
        name = inner.to_owned();
    }
    let known = FORMATS.iter().find(|known| (known.looks_like)(&head, &name));
    let known = known.ok_or_else(|| TableError::UnknownFormat { name: file.name.clone() })?;
    if !packed || known.streams {
        return (known.open)(file, options);
    }
    let path = unpack::gunzip(file, &options.limits)?;
    let inner = (known.open)(&InputFile { path: path.to_path_buf(), name: file.name.clone() }, options)?;
    Ok(Box::new(Unpacked { inner, _path: path }))
}

/// A reader of a temporary file, which goes with it.
struct Unpacked {
    inner: Box<dyn Reader>,
    _path: TempPath,
}

impl Reader for Unpacked {
    fn overview(&self) -> &Overview {
        self.inner.overview()
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        self.inner.read(layer, each, progress)
    }
}
