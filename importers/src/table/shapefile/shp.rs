//! Shapes of a shapefile, one after the other.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, Point};

use super::super::faults::Whose;
use super::super::{Limits, RowProblem, TableError};
use super::rings;

const HEADER_BYTES: u64 = 100;

/// What is wrong with one shape.
pub(super) struct Fault {
    pub(super) found: String,
    pub(super) problem: RowProblem,
}

impl Fault {
    pub(super) fn bad(found: impl Into<String>) -> Self {
        Self { found: found.into(), problem: RowProblem::BadGeometry }
    }

    pub(super) fn too_large(found: impl Into<String>) -> Self {
        Self { found: found.into(), problem: RowProblem::TooLarge }
    }
}

/// A shape: none for an empty one.
type Shape = Result<Option<Geometry<f64>>, Fault>;

/// The `.shp`, read in the order of the `.shx` where there is one, else as it lies.
pub(super) struct Shapes {
    input: BufReader<File>,
    index: Option<Index>,
    whose: Whose,
    /// End of what counts, in bytes.
    end: u64,
    at: u64,
}

struct Index {
    input: BufReader<File>,
    left: u64,
}

impl Shapes {
    pub(super) fn open(shp: &Path, shx: Option<&Path>, whose: &Whose) -> Result<Self, TableError> {
        let (input, end) = main_file(shp, ".shp", whose)?;
        let index = match shx {
            Some(path) => {
                let (input, end) = main_file(path, ".shx", whose)?;
                Some(Index { input, left: (end - HEADER_BYTES) / 8 })
            }
            None => None,
        };
        Ok(Self { input, index, whose: whose.clone(), end, at: HEADER_BYTES })
    }

    /// Number of shapes; runs through all of their heads where there is no `.shx`.
    pub(super) fn count(mut self) -> Result<u64, TableError> {
        if let Some(index) = &self.index {
            return Ok(index.left);
        }
        let mut count = 0;
        while let Some(length) = self.head()? {
            let skip = i64::try_from(length).map_err(|_| self.whose.corrupt("a shape is too long"))?;
            self.input.seek_relative(skip).map_err(|error| self.whose.io(error))?;
            count += 1;
        }
        Ok(count)
    }

    /// The next shape; none behind the last.
    pub(super) fn next(&mut self, limits: &Limits) -> Result<Option<Shape>, TableError> {
        let Some(length) = self.head()? else { return Ok(None) };
        // Two doubles a vertex, twice as much with height and measure; parts take four bytes.
        let most = (limits.vertices as u64).saturating_mul(36).saturating_add(1_024);
        if length > most {
            let skip = i64::try_from(length).map_err(|_| self.whose.corrupt("a shape is too long"))?;
            self.input.seek_relative(skip).map_err(|error| self.whose.io(error))?;
            return Ok(Some(Err(Fault::too_large(format!("a shape of {length} bytes")))));
        }
        let mut content = vec![0; usize::try_from(length).unwrap_or(0)];
        self.input
            .read_exact(&mut content)
            .map_err(|_| self.whose.corrupt("the .shp ends within a shape"))?;
        Ok(Some(shape(&content, limits)))
    }

    /// Reads the head of the next shape; gives the bytes of its content, which the file does have.
    fn head(&mut self) -> Result<Option<u64>, TableError> {
        let mut expected = None;
        if let Some(index) = &mut self.index {
            if index.left == 0 {
                return Ok(None);
            }
            index.left -= 1;
            let mut entry = [0; 8];
            index.input.read_exact(&mut entry).map_err(|_| self.whose.corrupt("the .shx is cut off"))?;
            let [a, b, c, d, e, f, g, h] = entry;
            let start = u64::from(u32::from_be_bytes([a, b, c, d])) * 2;
            expected = Some(u64::from(u32::from_be_bytes([e, f, g, h])) * 2);
            if start < HEADER_BYTES || start + 8 > self.end {
                return Err(self
                    .whose
                    .corrupt("the .shx does not fit to the .shp; leave it out and try again"));
            }
            let step = start as i64 - self.at as i64;
            self.input.seek_relative(step).map_err(|error| self.whose.io(error))?;
            self.at = start;
        } else if self.at == self.end {
            return Ok(None);
        }
        let cut = |at| self.whose.corrupt(format!("the .shp is cut off within the shape at byte {at}"));
        if self.at + 8 > self.end {
            return Err(cut(self.at));
        }
        let mut head = [0; 8];
        self.input.read_exact(&mut head).map_err(|_| cut(self.at))?;
        let [_, _, _, _, a, b, c, d] = head;
        let length = u64::from(u32::from_be_bytes([a, b, c, d])) * 2;
        if expected.is_some_and(|expected| expected != length) {
            return Err(self.whose.corrupt("the .shx does not fit to the .shp; leave it out and try again"));
        }
        if length < 4 || self.at + 8 + length > self.end {
            return Err(cut(self.at));
        }
        self.at += 8 + length;
        Ok(Some(length))
    }
}

/// Opens `.shp` or `.shx` and checks the header they share; gives the bytes that count.
fn main_file(path: &Path, part: &str, whose: &Whose) -> Result<(BufReader<File>, u64), TableError> {
    let file = File::open(path).map_err(|error| whose.io(error))?;
    let size = file.metadata().map_err(|error| whose.io(error))?.len();
    if size == 0 {
        return Err(whose.empty());
    }
    let mut input = BufReader::with_capacity(64 << 10, file);
    let mut head = [0; HEADER_BYTES as usize];
    input.read_exact(&mut head).map_err(|_| whose.corrupt(format!("the {part} ends within its header")))?;
    let word = |at: usize| match head.get(at..at + 4) {
        Some([a, b, c, d]) => [*a, *b, *c, *d],
        _ => [0; 4],
    };
    if u32::from_be_bytes(word(0)) != 9994 || u32::from_le_bytes(word(28)) != 1000 {
        return Err(whose.corrupt(format!("the {part} does not begin like one")));
    }
    let claimed = u64::from(u32::from_be_bytes(word(24))) * 2;
    if claimed > size || claimed < HEADER_BYTES {
        return Err(whose.corrupt(format!("the {part} is cut off: it says {claimed} bytes and has {size}")));
    }
    input.seek(SeekFrom::Start(HEADER_BYTES)).map_err(|error| whose.io(error))?;
    Ok((input, claimed))
}

/// Numbers out of the content of a shape; every one of them may be missing.
struct Content<'c>(&'c [u8]);

impl Content<'_> {
    fn integer(&self, at: usize) -> Result<u32, Fault> {
        match self.0.get(at..at.saturating_add(4)) {
            Some([a, b, c, d]) => Ok(u32::from_le_bytes([*a, *b, *c, *d])),
            _ => Err(Fault::bad("a shape that is shorter than it says")),
        }
    }

    fn double(&self, at: usize) -> Result<f64, Fault> {
        let bytes = self.0.get(at..at.saturating_add(8)).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        let number =
            f64::from_le_bytes(bytes.ok_or_else(|| Fault::bad("a shape that is shorter than it says"))?);
        if number.is_finite() { Ok(number) } else { Err(Fault::bad(number.to_string())) }
    }

    fn position(&self, at: usize) -> Result<Coord<f64>, Fault> {
        Ok(Coord { x: self.double(at)?, y: self.double(at.saturating_add(8))? })
    }

    /// `count` positions; the content has them, or nothing is reserved for them.
    fn positions(&self, at: usize, count: usize) -> Result<Vec<Coord<f64>>, Fault> {
        let bytes = count.checked_mul(16).and_then(|bytes| at.checked_add(bytes));
        if bytes.is_none_or(|end| end > self.0.len()) {
            return Err(Fault::bad(format!("a shape that says {count} positions and has not as many")));
        }
        (0..count).map(|number| self.position(at + number * 16)).collect()
    }
}

fn shape(content: &[u8], limits: &Limits) -> Shape {
    let content = Content(content);
    let within = |count: u32| {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > limits.vertices { Err(Fault::too_large(format!("{count} vertices"))) } else { Ok(count) }
    };
    match content.integer(0)? {
        0 => Ok(None),
        1 | 11 | 21 => {
            // Some writers put NaN where a point is missing.
            let missing = content.0.get(4..20).is_some_and(|bytes| {
                bytes
                    .chunks_exact(8)
                    .all(|half| <[u8; 8]>::try_from(half).is_ok_and(|half| f64::from_le_bytes(half).is_nan()))
            });
            if missing { Ok(None) } else { Ok(Some(Geometry::Point(Point(content.position(4)?)))) }
        }
        8 | 18 | 28 => {
            let count = within(content.integer(36)?)?;
            let points: Vec<Point<f64>> = content.positions(40, count)?.into_iter().map(Point).collect();
            Ok((!points.is_empty()).then_some(Geometry::MultiPoint(MultiPoint(points))))
        }
        3 | 13 | 23 => {
            let mut lines = parts(&content, within(content.integer(40)?)?)?;
            lines.retain(|line| !line.0.is_empty());
            if lines.iter().any(|line| line.0.len() < 2) {
                return Err(Fault::bad("a line with one position"));
            }
            Ok(match lines.len() {
                0 => None,
                1 => Some(Geometry::LineString(lines.swap_remove(0))),
                _ => Some(Geometry::MultiLineString(MultiLineString(lines))),
            })
        }
        5 | 15 | 25 => rings::assemble(parts(&content, within(content.integer(40)?)?)?),
        31 => Err(Fault::bad("a three-dimensional body (MultiPatch), which is not read")),
        other => Err(Fault::bad(format!("a shape of the unknown kind {other}"))),
    }
}

/// Parts of lines and areas.
fn parts(content: &Content<'_>, vertices: usize) -> Result<Vec<LineString<f64>>, Fault> {
    let count = usize::try_from(content.integer(36)?).unwrap_or(usize::MAX);
    let first = count.checked_mul(4).and_then(|bytes| bytes.checked_add(44));
    let Some(first) = first.filter(|first| *first <= content.0.len()) else {
        return Err(Fault::bad(format!("a shape that says {count} parts and has not as many")));
    };
    let positions = content.positions(first, vertices)?;
    let mut parts = Vec::with_capacity(count);
    for part in 0..count {
        let begin = usize::try_from(content.integer(44 + part * 4)?).unwrap_or(usize::MAX);
        let end = if part + 1 < count {
            usize::try_from(content.integer(48 + part * 4)?).unwrap_or(usize::MAX)
        } else {
            vertices
        };
        let own = positions
            .get(begin..end)
            .ok_or_else(|| Fault::bad("a shape whose parts do not follow each other"))?;
        parts.push(LineString(own.to_vec()));
    }
    Ok(parts)
}
