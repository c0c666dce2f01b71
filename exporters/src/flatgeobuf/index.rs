//! The packed Hilbert R-tree: 16 children a node, levels one after the other from the root to the leaves.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::scratch;

/// Children of a node.
pub(super) const NODE_SIZE: u16 = 16;

/// Steps of the Hilbert curve along each axis.
const CURVE: u32 = 1 << 16;

/// Where a feature is: on the earth and in the temporary file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) bounds: [f64; 4],
    pub(super) offset: u64,
    pub(super) bytes: u32,
}

impl Node {
    const BYTES: usize = 44;

    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let all = self.bounds.iter().flat_map(|bound| bound.to_le_bytes());
        let all = all.chain(self.offset.to_le_bytes()).chain(self.bytes.to_le_bytes());
        bytes.iter_mut().zip(all).for_each(|(place, byte)| *place = byte);
        bytes
    }

    fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let (eights, four) = bytes.as_chunks::<8>();
        let eight = |place: usize| eights.get(place).copied().unwrap_or_default();
        let bound = |place| f64::from_le_bytes(eight(place));
        let mut length = [0; 4];
        length.copy_from_slice(four);
        Self {
            bounds: [bound(0), bound(1), bound(2), bound(3)],
            offset: u64::from_le_bytes(eight(4)),
            bytes: u32::from_le_bytes(length),
        }
    }

    /// The node at a place of the file of nodes.
    pub(super) fn at(file: &File, place: u32) -> io::Result<Self> {
        let mut bytes = [0; Self::BYTES];
        file.read_exact_at(&mut bytes, u64::from(place) * Self::BYTES as u64)?;
        Ok(Self::from_bytes(bytes))
    }
}

/// The order of features along the curve.
pub(super) struct Order {
    pub(super) nodes: File,
    pub(super) places: Vec<u32>,
}

/// Orders the nodes of a file, which are read once.
pub(super) fn order(mut nodes: BufReader<File>, count: u64, extent: [f64; 4]) -> io::Result<Order> {
    let mut keys: Vec<u64> = Vec::with_capacity(count as usize);
    let mut bytes = [0; Node::BYTES];
    loop {
        match nodes.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        let key = along_curve(Node::from_bytes(bytes).bounds, extent);
        keys.push(u64::from(key) << 32 | keys.len() as u64);
    }
    keys.sort_unstable();
    // In place: the collected vector takes the memory of the keys.
    let places = keys.into_iter().map(|key| key as u32).collect();
    Ok(Order { nodes: nodes.into_inner(), places })
}

/// How far along the curve the middle of the bounds is.
fn along_curve(bounds: [f64; 4], extent: [f64; 4]) -> u32 {
    let step = |low: f64, high: f64, from: f64, to: f64| {
        let width = to - from;
        if width <= 0.0 {
            return 0;
        }
        ((f64::from(CURVE - 1) * ((low + high) / 2.0 - from) / width) as u32).min(CURVE - 1)
    };
    hilbert(
        step(bounds[0], bounds[2], extent[0], extent[2]),
        step(bounds[1], bounds[3], extent[1], extent[3]),
    )
}

/// Distance of a cell along the Hilbert curve: the quarter is chosen, then the quarter is turned upright, 16 times.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut distance = 0;
    let mut side = CURVE / 2;
    while side > 0 {
        let right = u32::from(x & side > 0);
        let up = u32::from(y & side > 0);
        distance = distance << 2 | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (CURVE - 1 - x, CURVE - 1 - y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    distance
}

/// A node as the file has it: bounds and where what it stands for begins.
#[derive(Clone, Copy)]
struct Entry {
    bounds: [f64; 4],
    offset: u64,
}

impl Entry {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for bound in self.bounds {
            out.write_all(&bound.to_le_bytes())?;
        }
        out.write_all(&self.offset.to_le_bytes())
    }
}

/// The level above: a node for each 16 nodes that are pushed.
struct Level {
    entries: Vec<Entry>,
    first: u64,
    pushed: u64,
}

impl Level {
    /// `first` is the number of the first child within the whole tree.
    fn above(first: u64) -> Self {
        Self { entries: Vec::new(), first, pushed: 0 }
    }

    fn push(&mut self, bounds: [f64; 4]) {
        match self.entries.last_mut() {
            Some(parent) if !self.pushed.is_multiple_of(u64::from(NODE_SIZE)) => {
                let [west, south, east, north] = parent.bounds;
                parent.bounds =
                    [west.min(bounds[0]), south.min(bounds[1]), east.max(bounds[2]), north.max(bounds[3])];
            }
            _ => self.entries.push(Entry { bounds, offset: self.first + self.pushed }),
        }
        self.pushed += 1;
    }
}

/// Number of nodes of each level, leaves first.
fn level_sizes(leaves: u64) -> Vec<u64> {
    let mut sizes = vec![leaves];
    let mut size = leaves;
    loop {
        size = size.div_ceil(u64::from(NODE_SIZE));
        sizes.push(size);
        if size <= 1 {
            return sizes;
        }
    }
}

/// Writes the tree over the features in their order. Only the levels above the leaves are held: a fifteenth of them.
pub(super) fn write(
    nodes: &File,
    places: &[u32],
    temporary: Option<&Path>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sizes = level_sizes(places.len() as u64);
    let total: u64 = sizes.iter().sum();
    let mut first = total - places.len() as u64;
    let mut leaves = BufWriter::with_capacity(1 << 16, scratch::file(temporary)?);
    let mut level = Level::above(first);
    let mut offset = 0;
    for place in places {
        let node = Node::at(nodes, *place)?;
        Entry { bounds: node.bounds, offset }.write(&mut leaves)?;
        level.push(node.bounds);
        offset += u64::from(node.bytes);
    }
    let mut above = vec![level];
    for size in sizes.iter().skip(1) {
        first -= size;
        let Some(below) = above.last().filter(|level| level.entries.len() > 1) else { break };
        let mut level = Level::above(first);
        below.entries.iter().for_each(|entry| level.push(entry.bounds));
        above.push(level);
    }
    for level in above.iter().rev() {
        level.entries.iter().try_for_each(|entry| entry.write(out))?;
    }
    scratch::copy(&mut scratch::reread(leaves)?, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_on_the_earth() {
        let mut cells: Vec<(u32, u32, u32)> =
            (0..64).map(|cell| (hilbert(cell % 8 * 8192, cell / 8 * 8192), cell % 8, cell / 8)).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1, "{pair:?}");
        }
    }

    #[test]
    fn levels_are_counted_from_leaves_to_root() {
        assert_eq!(level_sizes(1), [1, 1]);
        assert_eq!(level_sizes(16), [16, 1]);
        assert_eq!(level_sizes(300), [300, 19, 2, 1]);
    }
}
