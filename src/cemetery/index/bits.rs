//! A set of persons as one bit for each, in the order of the index.

/// A set of small numbers below a fixed bound.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    blocks: Vec<u64>,
}

impl Bits {
    /// The empty set of numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        Self { blocks: vec![0; bound.div_ceil(64)] }
    }

    /// Adds all of `members`; numbers beyond the bound are left out.
    pub fn add_all(&mut self, members: &[u32]) {
        for &member in members {
            if let Some(block) = self.blocks.get_mut((member / 64) as usize) {
                *block |= 1 << (member % 64);
            }
        }
    }

    /// Keeps what `other` has too.
    pub fn keep(&mut self, other: &Self) {
        for (block, theirs) in self.blocks.iter_mut().zip(&other.blocks) {
            *block &= theirs;
        }
    }

    /// Adds what `other` has.
    pub fn merge(&mut self, other: &Self) {
        for (block, theirs) in self.blocks.iter_mut().zip(&other.blocks) {
            *block |= theirs;
        }
    }

    /// Drops what `other` has.
    pub fn drop_all(&mut self, other: &Self) {
        for (block, theirs) in self.blocks.iter_mut().zip(&other.blocks) {
            *block &= !theirs;
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.blocks.iter().map(|block| block.count_ones() as usize).sum()
    }

    /// The members, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.blocks).filter(|(_, block)| **block != 0).flat_map(|(at, &block)| {
            let mut rest = block;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn sets_behave() {
        let mut left = Bits::new(130);
        left.add_all(&[0, 63, 64, 129, 500]);
        let mut right = Bits::new(130);
        right.add_all(&[63, 129]);
        assert_eq!(left.count(), 4);
        assert_eq!(left.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        let mut both = left.clone();
        both.keep(&right);
        assert_eq!(both.iter().collect::<Vec<_>>(), [63, 129]);
        left.drop_all(&right);
        assert_eq!(left.iter().collect::<Vec<_>>(), [0, 64]);
        left.merge(&right);
        assert_eq!(left.count(), 4);
    }
}
