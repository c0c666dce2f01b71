//! FlatGeobuf: one layer, read from the first feature to the last; the index is passed over.
//!
//! Every size that the file claims is measured against what is left of it before anything is reserved, and every
//! buffer is verified before it is looked into.

mod shape;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use flatgeobuf::{ColumnType, GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header};

use super::faults::{Whose, shortened};
use super::{
    Cell, Format, InputFile, Layer, Limits, Options, Overview, Progress, ProgressSink, Reader, Row, RowFault,
    RowProblem, RowSink, TableError, wkt,
};
use shape::Shaper;

/// Largest header.
const HEADER_BYTES: u64 = 10 << 20;
/// Bytes of a node of the index.
const NODE_BYTES: u128 = 40;

/// Whether a file's beginning is FlatGeobuf of version 3.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    head.starts_with(b"fgb\x03fgb")
}

/// Opens a FlatGeobuf file.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Flatgeobuf);
    let (_, head) = head(file, &options.limits, &whose)?;
    let layer = Layer {
        name: head.name.clone().unwrap_or_else(|| file.stem().to_owned()),
        columns: head.columns.iter().map(|(name, _)| name.clone()).collect(),
        geometry: true,
        srid: head.srid,
        rows: (head.count > 0).then_some(head.count),
        axis: None,
    };
    let overview = Overview {
        format: Format::Flatgeobuf,
        encoding: None,
        delimiter: None,
        header_row: None,
        layers: vec![layer],
    };
    Ok(Box::new(FlatgeobufReader { file: file.clone(), limits: options.limits, whose, overview }))
}

struct FlatgeobufReader {
    file: InputFile,
    limits: Limits,
    whose: Whose,
    overview: Overview,
}

/// What the header says.
struct Head {
    name: Option<String>,
    columns: Vec<(String, ColumnType)>,
    kind: GeometryType,
    srid: Option<u32>,
    /// Features; 0 if it is not known.
    count: u64,
    size: u64,
}

/// Reads up to the first feature.
fn head(file: &InputFile, limits: &Limits, whose: &Whose) -> Result<(BufReader<File>, Head), TableError> {
    let opened = File::open(&file.path).map_err(|error| whose.io(error))?;
    let size = opened.metadata().map_err(|error| whose.io(error))?.len();
    if size == 0 {
        return Err(whose.empty());
    }
    let mut input = BufReader::with_capacity(64 << 10, opened);
    let mut magic = [0; 8];
    input.read_exact(&mut magic).map_err(|_| whose.corrupt("the file ends within its first bytes"))?;
    if !looks_like(&magic, "") {
        return Err(whose.corrupt("it does not begin like FlatGeobuf of version 3"));
    }
    let buffer = sized(&mut input, size - 8, HEADER_BYTES, whose, "the header")?
        .ok_or_else(|| whose.corrupt("the header is missing"))?;
    let header = size_prefixed_root_as_header(&buffer).map_err(|error| {
        whose.corrupt(format!("the header is damaged ({})", shortened(&error.to_string())))
    })?;
    let mut columns = Vec::new();
    for column in header.columns().iter().flatten() {
        columns.push((column.name().trim().to_owned(), column.type_()));
    }
    if columns.len() > limits.columns {
        return Err(whose.too_large(format!("more than {} columns", limits.columns)));
    }
    let count = header.features_count();
    if count > limits.rows {
        return Err(whose.too_large(format!("more than {} features", limits.rows)));
    }
    let srid = header.crs().and_then(|crs| {
        let named = crs.org().is_none_or(|org| org.trim().eq_ignore_ascii_case("epsg"));
        let code = u32::try_from(crs.code()).ok().filter(|code| named && *code > 0);
        code.or_else(|| crs.wkt().and_then(wkt::srid))
    });
    let index = index_bytes(count, header.index_node_size());
    let at = 8 + buffer.len() as u64;
    let after = u64::try_from(u128::from(at) + index).ok().filter(|after| *after <= size);
    let after = after
        .ok_or_else(|| whose.corrupt(format!("it is cut off: an index of {count} features has no room")))?;
    let name = header.name().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let head = Head { name, columns, kind: header.geometry_type(), srid, count, size };
    input.seek(SeekFrom::Start(after)).map_err(|error| whose.io(error))?;
    Ok((input, head))
}

/// Size of the packed index over this many features.
fn index_bytes(count: u64, node_size: u16) -> u128 {
    if node_size < 2 || count == 0 {
        return 0;
    }
    let (mut level, mut nodes) = (count, u128::from(count));
    while level > 1 {
        level = level.div_ceil(u64::from(node_size));
        nodes += u128::from(level);
    }
    // A tree over one feature still has a root above it.
    (if count == 1 { nodes + 1 } else { nodes }) * NODE_BYTES
}

/// A buffer behind its size, with the size; none at the end of the file.
fn sized(
    input: &mut impl Read,
    left: u64,
    most: u64,
    whose: &Whose,
    what: &str,
) -> Result<Option<Vec<u8>>, TableError> {
    if left == 0 {
        return Ok(None);
    }
    let mut prefix = [0; 4];
    input.read_exact(&mut prefix).map_err(|_| whose.corrupt(format!("it is cut off within {what}")))?;
    let size = u64::from(u32::from_le_bytes(prefix));
    if size < 8 || size + 4 > left {
        return Err(whose.corrupt(format!("it is cut off: {what} says {size} bytes, {} are left", left - 4)));
    }
    if size > most {
        return Err(whose.too_large(format!("{what} has {size} bytes, more than {most}")));
    }
    let mut buffer = prefix.to_vec();
    buffer.resize(usize::try_from(size + 4).unwrap_or(4), 0);
    let rest = buffer.get_mut(4..).unwrap_or_default();
    input.read_exact(rest).map_err(|_| whose.corrupt(format!("it is cut off within {what}")))?;
    Ok(Some(buffer))
}

impl Reader for FlatgeobufReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        super::layer(&self.file, &self.overview, layer)?;
        let (mut input, head) = head(&self.file, &self.limits, &self.whose)?;
        let mut at = input.stream_position().map_err(|error| self.whose.io(error))?;
        let most = (self.limits.vertices as u64).saturating_mul(40) + (64 << 20);
        let mut number = 0;
        while let Some(buffer) = sized(&mut input, head.size - at, most, &self.whose, "a feature")? {
            at += buffer.len() as u64;
            number += 1;
            super::check_rows(&self.file, &self.limits, number)?;
            each(self.row(number, &buffer, &head)?)?;
            if number % 1_024 == 1 {
                progress(Progress { done: at, total: head.size });
            }
        }
        if head.count > 0 && number != head.count {
            return Err(self
                .whose
                .corrupt(format!("it is cut off: {number} of {} features are there", head.count)));
        }
        progress(Progress { done: head.size, total: head.size });
        Ok(())
    }
}

impl FlatgeobufReader {
    fn row(&self, number: u64, buffer: &[u8], head: &Head) -> Result<Row, TableError> {
        let damaged =
            |what: &str| self.whose.corrupt(format!("feature {number} is damaged ({})", shortened(what)));
        let feature = size_prefixed_root_as_feature(buffer).map_err(|error| damaged(&error.to_string()))?;
        if feature.columns().is_some_and(|columns| !columns.is_empty()) {
            return Err(damaged("it has columns of its own, which are not read"));
        }
        let mut row = Row { number, ..Row::default() };
        let mut cells = vec![Cell::Empty; head.columns.len()];
        if let Some(properties) = feature.properties() {
            let mut values = Values(properties.bytes());
            while !values.0.is_empty() {
                let column = values.short().ok_or_else(|| damaged("its values are cut off"))?;
                let Some((name, kind)) = head.columns.get(usize::from(column)) else {
                    return Err(damaged("it has a value of no column"));
                };
                let value = values.value(*kind).ok_or_else(|| damaged("its values are cut off"))?;
                let cell = bounded(value, &self.limits).unwrap_or_else(|(cell, found, problem)| {
                    row.faults.push(RowFault { column: Some(name.clone()), found, problem });
                    cell
                });
                if let Some(place) = cells.get_mut(usize::from(column)) {
                    *place = cell;
                }
            }
        }
        row.cells = cells;
        if let Some(written) = feature.geometry() {
            let mut shaper = Shaper { left: self.limits.vertices };
            match shaper.geometry(&written, head.kind, 0) {
                Ok(geometry) => row.geometry = geometry,
                Err(fault) => row.faults.push(fault.of_row(None)),
            }
        }
        row.srid = head.srid.filter(|_| row.geometry.is_some());
        Ok(row)
    }
}

/// A value, or text bytes that are still to be judged.
enum Value<'b> {
    Cell(Cell),
    Text(&'b [u8], ColumnType),
}

type Found = Result<Cell, (Cell, String, RowProblem)>;

fn bounded(value: Value<'_>, limits: &Limits) -> Found {
    let (bytes, kind) = match value {
        Value::Cell(cell) => return Ok(cell),
        Value::Text(bytes, kind) => (bytes, kind),
    };
    if kind == ColumnType::Binary {
        return Err((Cell::Empty, format!("{} bytes", bytes.len()), RowProblem::NotText));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    if text.len() > limits.cell_bytes {
        return Err((Cell::Empty, shortened(text), RowProblem::TooLarge));
    }
    let cell = match kind {
        _ if text.is_empty() => Cell::Empty,
        ColumnType::DateTime => Cell::Date(text.to_owned()),
        _ => Cell::Text(text.to_owned()),
    };
    if std::str::from_utf8(bytes).is_err() {
        return Err((cell, shortened(text), RowProblem::NotText));
    }
    Ok(cell)
}

/// Values of a feature: number of the column, then the value.
struct Values<'b>(&'b [u8]);

impl<'b> Values<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn value(&mut self, kind: ColumnType) -> Option<Value<'b>> {
        let number = |number: f64| {
            if number.is_finite() { Cell::Number(number) } else { Cell::Text(number.to_string()) }
        };
        Some(Value::Cell(match kind {
            ColumnType::Byte => Cell::Integer(i64::from(i8::from_le_bytes(self.take()?))),
            ColumnType::UByte => Cell::Integer(i64::from(u8::from_le_bytes(self.take()?))),
            ColumnType::Bool => Cell::Bool(self.take::<1>()? != [0]),
            ColumnType::Short => Cell::Integer(i64::from(i16::from_le_bytes(self.take()?))),
            ColumnType::UShort => Cell::Integer(i64::from(u16::from_le_bytes(self.take()?))),
            ColumnType::Int => Cell::Integer(i64::from(i32::from_le_bytes(self.take()?))),
            ColumnType::UInt => Cell::Integer(i64::from(u32::from_le_bytes(self.take()?))),
            ColumnType::Long => Cell::Integer(i64::from_le_bytes(self.take()?)),
            ColumnType::ULong => {
                let whole = u64::from_le_bytes(self.take()?);
                i64::try_from(whole).map_or_else(|_| Cell::Text(whole.to_string()), Cell::Integer)
            }
            ColumnType::Float => number(f64::from(f32::from_le_bytes(self.take()?))),
            ColumnType::Double => number(f64::from_le_bytes(self.take()?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime | ColumnType::Binary => {
                let length = usize::try_from(u32::from_le_bytes(self.take()?)).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                return Some(Value::Text(bytes, kind));
            }
            _ => return None,
        }))
    }
}
