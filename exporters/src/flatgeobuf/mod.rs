//! FlatGeobuf with a packed Hilbert R-tree.
//!
//! The format wants features in the order of its index, which is known when the last row has come. Until then
//! features and their bounds lie in temporary files; memory holds 8 bytes a feature while the order is made. Above
//! [`INDEXED_ROWS`] rows, or when a row has no geometry, the file has no index, which readers bear.

mod feature;
mod index;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::{
    Column as FgbColumn, ColumnArgs, ColumnType as FgbType, Crs, CrsArgs, GeometryType, Header, HeaderArgs,
};

use crate::options::Setup;
use crate::{Column, ColumnType, Row, Value, WriteError, Writer, crs, dates, geometry, scratch};

/// Most rows of an indexed file: 40 MB of memory for their order.
const INDEXED_ROWS: u64 = 5_000_000;

/// Bytes before the header: letters and version 3.
const MAGIC: [u8; 8] = [b'f', b'g', b'b', 3, b'f', b'g', b'b', 0];

/// A writer of FlatGeobuf.
pub(crate) struct Flatgeobuf {
    out: Box<dyn Write + Send>,
    setup: Setup,
    own_id: bool,
    features: BufWriter<File>,
    nodes: BufWriter<File>,
    builder: FlatBufferBuilder<'static>,
    properties: Vec<u8>,
    seen: Seen,
    offset: u64,
}

/// What the header says of all features together.
#[derive(Default)]
struct Seen {
    features: u64,
    without_geometry: bool,
    kind: Option<GeometryType>,
    bounds: Option<[f64; 4]>,
    /// For each column whether all its values have the form that its type promises.
    misfits: Vec<bool>,
}

impl Flatgeobuf {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let temporary = setup.options.temporary.as_deref();
        let file = || Ok::<_, WriteError>(BufWriter::with_capacity(1 << 16, scratch::file(temporary)?));
        Ok(Self {
            out,
            own_id: setup.own_id(),
            features: file()?,
            nodes: file()?,
            builder: FlatBufferBuilder::new(),
            properties: Vec::new(),
            seen: Seen { misfits: vec![false; setup.columns.len()], ..Seen::default() },
            offset: 0,
            setup,
        })
    }

    fn gather_properties(&mut self, row: &Row) {
        self.properties.clear();
        let first = u16::from(self.own_id);
        if self.own_id {
            feature::push_text(&mut self.properties, 0, &row.id);
        }
        for (place, (column, value)) in self.setup.columns.iter().zip(&row.values).enumerate() {
            let at = first + place as u16;
            if !fits(column.kind, value)
                && let Some(misfit) = self.seen.misfits.get_mut(place)
            {
                *misfit = true;
            }
            feature::push_value(&mut self.properties, at, column.kind, value);
        }
    }

    fn see(&mut self, row: &Row) -> [f64; 4] {
        let bounds = row.geometry.as_ref().and_then(geometry::bounds);
        let kind = row.geometry.as_ref().map(feature::kind);
        self.seen.features += 1;
        self.seen.without_geometry |= bounds.is_none();
        self.seen.kind = match (self.seen.kind, kind) {
            (seen, None) => seen,
            (None, Some(kind)) => Some(kind),
            (Some(seen), Some(kind)) if seen == kind => Some(kind),
            _ => Some(GeometryType::Unknown),
        };
        let bounds = bounds.unwrap_or([0.0; 4]);
        let [west, south, east, north] = self.seen.bounds.unwrap_or(bounds);
        self.seen.bounds =
            Some([west.min(bounds[0]), south.min(bounds[1]), east.max(bounds[2]), north.max(bounds[3])]);
        bounds
    }

    fn write_header(&mut self, index_node_size: u16) -> Result<(), WriteError> {
        let mut builder = FlatBufferBuilder::new();
        let metadata = &self.setup.metadata;
        let own = self.own_id.then(|| (Column::plain("id", ColumnType::Text), false));
        let all = self.setup.columns.iter().cloned().zip(self.seen.misfits.iter().copied());
        let columns: Vec<_> = own
            .into_iter()
            .chain(all)
            .map(|(column, misfit)| {
                let arguments = ColumnArgs {
                    name: Some(builder.create_string(&column.name)),
                    title: Some(builder.create_string(&column.title)),
                    description: column.note.as_deref().map(|note| builder.create_string(note)),
                    type_: fgb_type(column.kind, misfit),
                    ..ColumnArgs::default()
                };
                FgbColumn::create(&mut builder, &arguments)
            })
            .collect();
        let columns = builder.create_vector(&columns);
        let system = CrsArgs {
            org: Some(builder.create_string("EPSG")),
            code: metadata.crs as i32,
            name: Some(builder.create_string(&crs::name(metadata.crs))),
            wkt: crs::wkt(metadata.crs).map(|wkt| builder.create_string(&wkt)),
            ..CrsArgs::default()
        };
        let arguments = HeaderArgs {
            name: Some(builder.create_string(&metadata.collection)),
            title: Some(builder.create_string(&metadata.title)),
            description: Some(builder.create_string(&metadata.to_text())),
            metadata: Some(builder.create_string(&metadata.to_json())),
            envelope: self.seen.bounds.map(|bounds| builder.create_vector(&bounds)),
            geometry_type: self.seen.kind.unwrap_or(GeometryType::Unknown),
            columns: Some(columns),
            features_count: self.seen.features,
            index_node_size,
            crs: Some(Crs::create(&mut builder, &system)),
            ..HeaderArgs::default()
        };
        let header = Header::create(&mut builder, &arguments);
        builder.finish_size_prefixed(header, None);
        self.out.write_all(&MAGIC)?;
        Ok(self.out.write_all(builder.finished_data())?)
    }
}

/// Whether the value has the form that its column promises; lists and texts take everything.
fn fits(kind: ColumnType, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) | (ColumnType::Text | ColumnType::List, _) => true,
        (ColumnType::Date, Value::Text(text)) => dates::date(text).is_some(),
        (ColumnType::Instant, Value::Text(_)) => true,
        _ => true,
    }
}

/// Dates that are not all whole become text: both are stored alike.
fn fgb_type(kind: ColumnType, misfit: bool) -> FgbType {
    match kind {
        ColumnType::Text => FgbType::String,
        ColumnType::Date | ColumnType::Instant if misfit => FgbType::String,
        ColumnType::Date | ColumnType::Instant => FgbType::DateTime,
        ColumnType::Integer => FgbType::Long,
        ColumnType::Number => FgbType::Double,
        ColumnType::Bool => FgbType::Bool,
        ColumnType::List => FgbType::Json,
    }
}

impl Writer for Flatgeobuf {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        self.gather_properties(&row);
        let bounds = self.see(&row);
        let bytes = feature::build(&mut self.builder, row.geometry.as_ref(), &self.properties);
        self.features.write_all(bytes)?;
        let node = index::Node { bounds, offset: self.offset, bytes: bytes.len() as u32 };
        self.nodes.write_all(&node.to_bytes())?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let indexed =
            self.seen.features > 0 && self.seen.features <= INDEXED_ROWS && !self.seen.without_geometry;
        self.write_header(if indexed { index::NODE_SIZE } else { 0 })?;
        let Self { mut out, features, nodes, seen, setup, .. } = *self;
        let mut features = scratch::reread(features)?;
        if !indexed {
            return Ok(scratch::copy(&mut features, &mut out)?);
        }
        let nodes = scratch::reread(nodes)?;
        let order = index::order(nodes, seen.features, seen.bounds.unwrap_or_default())?;
        let nodes = order.nodes;
        let mut out = BufWriter::with_capacity(1 << 16, out);
        index::write(&nodes, &order.places, setup.options.temporary.as_deref(), &mut out)?;
        let features = features.into_inner();
        let mut bytes = Vec::new();
        for place in order.places {
            let node = index::Node::at(&nodes, place)?;
            bytes.resize(node.bytes as usize, 0);
            features.read_exact_at(&mut bytes, node.offset)?;
            out.write_all(&bytes)?;
        }
        Ok(out.flush()?)
    }
}
