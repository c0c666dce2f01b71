//! Compound files, the containers of old Office documents: named streams in chains of sectors.

/// First bytes of a compound file.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xffff_fffa;
const ENTRY_BYTES: usize = 128;

/// A compound file in memory.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    next: Vec<u32>,
    entries: Vec<Entry>,
    mini_next: Vec<u32>,
    mini: Vec<u8>,
    mini_bytes: usize,
    mini_cutoff: usize,
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

impl<'a> Compound<'a> {
    /// Reads the tables of a file; none if they are damaged.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        let mini_shift = u16_at(bytes, 32)?;
        if !bytes.starts_with(&MAGIC) || !(7..=16).contains(&shift) || mini_shift >= shift {
            return None;
        }
        let mut file = Self {
            bytes,
            sector_bytes: 1 << shift,
            next: Vec::new(),
            entries: Vec::new(),
            mini_next: Vec::new(),
            mini: Vec::new(),
            mini_bytes: 1 << mini_shift,
            mini_cutoff: u32_at(bytes, 56)? as usize,
        };
        for sector in file.table_sectors()? {
            let sector = file.sector(sector)?;
            file.next.extend(sector.chunks_exact(4).filter_map(|four| u32_at(four, 0)));
        }
        let directory = file.chain(u32_at(bytes, 48)?)?;
        file.entries = directory.chunks_exact(ENTRY_BYTES).filter_map(entry).collect();
        file.mini_next = numbers(&file.chain(u32_at(bytes, 60)?)?);
        let root = file.entries.first()?.start;
        file.mini = file.chain(root)?;
        Some(file)
    }

    /// Sectors that hold the table of chains.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let mut sectors = numbers(self.bytes.get(76..512)?);
        let mut further = u32_at(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector_bytes + 1;
        for _ in 0..most {
            if further >= MARKS {
                break;
            }
            let mut more = numbers(self.sector(further)?);
            further = more.pop()?;
            sectors.extend(more);
        }
        sectors.retain(|sector| *sector < MARKS);
        (sectors.len() <= most).then_some(sectors)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector_bytes)?;
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// All bytes of a chain.
    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut found = Vec::new();
        let mut at = start;
        while at < MARKS {
            found.extend_from_slice(self.sector(at)?);
            if found.len() > self.bytes.len() + self.sector_bytes {
                return None;
            }
            at = *self.next.get(at as usize)?;
        }
        Some(found)
    }

    /// Whether there is an entry of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The bytes of a stream, if there is one of this name.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        if entry.size >= self.mini_cutoff {
            let mut whole = self.chain(entry.start)?;
            whole.truncate(entry.size);
            return Some(whole);
        }
        let mut found = Vec::new();
        let mut at = entry.start;
        while at < MARKS && found.len() < entry.size {
            let start = (at as usize).checked_mul(self.mini_bytes)?;
            found.extend_from_slice(self.mini.get(start..start.checked_add(self.mini_bytes)?)?);
            at = *self.mini_next.get(at as usize)?;
        }
        found.truncate(entry.size);
        Some(found)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).min(64);
    let letters = bytes.get(..length)?.chunks_exact(2).filter_map(|two| u16_at(two, 0));
    let letters: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
    let size = u32_at(bytes, 120)? as usize;
    Some(Entry { name: String::from_utf16_lossy(&letters), start: u32_at(bytes, 116)?, size })
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
