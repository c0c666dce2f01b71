//! Long texts of a table: `.dbt` of dBASE III and IV, `.fpt` of FoxPro.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::super::TableError;
use super::super::faults::Whose;

/// How long texts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ended by 0x1A.
    Ended,
    /// Behind a mark and their length.
    Marked,
    /// Behind their sort and length, big-endian.
    FoxPro,
}

/// The file of long texts.
pub(super) struct Memo {
    input: BufReader<File>,
    kind: Kind,
    block_bytes: u64,
    size: u64,
    most: usize,
}

impl Memo {
    /// `version` is the first byte of the table; texts are read up to `most` bytes and one more.
    pub(super) fn open(path: &Path, version: u8, most: usize, whose: &Whose) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|error| whose.io(error))?;
        let size = file.metadata().map_err(|error| whose.io(error))?.len();
        let mut input = BufReader::new(file);
        let mut head = [0; 24];
        input
            .read_exact(&mut head)
            .map_err(|_| whose.corrupt("the file of long texts ends within its header"))?;
        let foxpro = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("fpt"));
        let [.., h6, h7, _, _, _, _, _, _, _, _, _, _, _, _, h20, h21, _, _] = head;
        let (kind, block_bytes) = if foxpro {
            (Kind::FoxPro, u64::from(u16::from_be_bytes([h6, h7])))
        } else if version == 0x83 {
            (Kind::Ended, 512)
        } else {
            (Kind::Marked, u64::from(u16::from_le_bytes([h20, h21])))
        };
        let block_bytes = if block_bytes == 0 { 512 } else { block_bytes };
        Ok(Self { input, kind, block_bytes, size, most })
    }

    /// The text that a cell refers to by the number of its block.
    pub(super) fn text(&mut self, cell: &[u8], whose: &Whose) -> Result<Option<Vec<u8>>, TableError> {
        let block = match cell {
            [a, b, c, d] => u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
            _ => String::from_utf8_lossy(cell).trim().parse().unwrap_or(0),
        };
        if block == 0 {
            return Ok(None);
        }
        let start = block.saturating_mul(self.block_bytes);
        if start >= self.size {
            return Err(
                whose.corrupt(format!("a long text in block {block} lies behind the end of its file"))
            );
        }
        self.input.seek(SeekFrom::Start(start)).map_err(|error| whose.io(error))?;
        let (length, ended) = match self.kind {
            Kind::Ended => (self.size - start, true),
            Kind::Marked | Kind::FoxPro => {
                let mut head = [0; 8];
                self.input
                    .read_exact(&mut head)
                    .map_err(|_| whose.corrupt(format!("a long text in block {block} is cut off")))?;
                let [_, _, _, _, a, b, c, d] = head;
                let length = if self.kind == Kind::FoxPro {
                    u64::from(u32::from_be_bytes([a, b, c, d]))
                } else {
                    u64::from(u32::from_le_bytes([a, b, c, d])).saturating_sub(8)
                };
                if length > self.size - start {
                    return Err(whose.corrupt(format!("a long text in block {block} is cut off")));
                }
                (length, false)
            }
        };
        let mut text = Vec::new();
        let most = (self.most as u64).saturating_add(1).min(length);
        (&mut self.input).take(most).read_to_end(&mut text).map_err(|error| whose.io(error))?;
        if ended && let Some(end) = text.iter().position(|byte| *byte == 0x1a) {
            text.truncate(end);
        }
        Ok(Some(text))
    }
}
