//! One data block of `.osm.pbf`: a table of strings and groups of nodes, ways and relations.

use super::error::ImportError;
use super::store::{Member, Position, Sort, Store};
use super::wire::{Message, Packed, WireError, zigzag};

/// What is wrong with a block.
#[derive(Debug)]
pub(super) enum Fault {
    Wire(WireError),
    Content(String),
    Element { sort: Sort, id: i64, what: String },
}

impl From<WireError> for Fault {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl Fault {
    /// The error for a block that begins at `at_byte`.
    pub(super) fn at(self, at_byte: u64) -> ImportError {
        match self {
            Self::Wire(error) => ImportError::Damaged { at_byte, what: error.to_string() },
            Self::Content(what) => ImportError::Damaged { at_byte, what },
            Self::Element { sort, id, what } => {
                ImportError::BadElement { element: format!("{}/{id}", sort.as_str()), what }
            }
        }
    }

    fn element(sort: Sort, id: i64, what: &str) -> Self {
        Self::Element { sort, id, what: what.to_owned() }
    }
}

/// What all elements of a block need.
struct Block<'a> {
    strings: Vec<&'a str>,
    granularity_nano: i64,
    lat_offset_nano: i64,
    lon_offset_nano: i64,
}

/// Reads one block into `store`.
pub(super) fn read(content: &[u8], store: &mut Store) -> Result<(), Fault> {
    let mut block =
        Block { strings: Vec::new(), granularity_nano: 100, lat_offset_nano: 0, lon_offset_nano: 0 };
    let mut groups = Vec::new();
    let mut message = Message::new(content);
    while let Some((field, value)) = message.next()? {
        match field {
            1 => block.strings = read_strings(value.bytes()?)?,
            2 => groups.push(value.bytes()?),
            17 => block.granularity_nano = value.signed()?,
            19 => block.lat_offset_nano = value.signed()?,
            20 => block.lon_offset_nano = value.signed()?,
            _ => {}
        }
    }
    for group in groups {
        block.read_group(group, store)?;
    }
    Ok(())
}

fn read_strings(bytes: &[u8]) -> Result<Vec<&str>, Fault> {
    let mut strings = Vec::new();
    let mut message = Message::new(bytes);
    while let Some((field, value)) = message.next()? {
        if field == 1 {
            let text = std::str::from_utf8(value.bytes()?)
                .map_err(|_| Fault::Content("a text is not UTF-8".into()))?;
            strings.push(text);
        }
    }
    Ok(strings)
}

impl<'a> Block<'a> {
    fn read_group(&self, group: &[u8], store: &mut Store) -> Result<(), Fault> {
        let mut message = Message::new(group);
        while let Some((field, value)) = message.next()? {
            match field {
                1 => self.read_node(value.bytes()?, store)?,
                2 => self.read_dense(value.bytes()?, store)?,
                3 => self.read_way(value.bytes()?, store)?,
                4 => self.read_relation(value.bytes()?, store)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn position(&self, id: i64, lon: i64, lat: i64) -> Result<Position, Fault> {
        let nano = |offset: i64, steps: i64| steps.checked_mul(self.granularity_nano)?.checked_add(offset);
        nano(self.lon_offset_nano, lon)
            .zip(nano(self.lat_offset_nano, lat))
            .and_then(|(lon, lat)| Position::from_nano(lon, lat))
            .ok_or_else(|| Fault::element(Sort::Node, id, "its position is nowhere on earth"))
    }

    fn text(&self, index: u64) -> Option<&'a str> {
        self.strings.get(usize::try_from(index).ok()?).copied()
    }

    /// Checks the tags of an element once, so that they can then be read without care.
    fn tags(&self, keys: &Packed, values: &Packed) -> Result<Vec<(&'a str, &'a str)>, Fault> {
        let missing = || Fault::Content("a tag points beyond the table of texts".into());
        let mut tags = Vec::new();
        let mut values = values.numbers();
        for key in keys.numbers() {
            let value = values.next().ok_or_else(|| Fault::Content("a key without a value".into()))?;
            tags.push((self.text(key?).ok_or_else(missing)?, self.text(value?).ok_or_else(missing)?));
        }
        Ok(tags)
    }

    fn read_node(&self, bytes: &[u8], store: &mut Store) -> Result<(), Fault> {
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        let (mut keys, mut values) = (Packed::new(), Packed::new());
        let mut message = Message::new(bytes);
        while let Some((field, value)) = message.next()? {
            match field {
                1 => id = value.zigzag()?,
                2 => keys.push(value)?,
                3 => values.push(value)?,
                8 => lat = value.zigzag()?,
                9 => lon = value.zigzag()?,
                _ => {}
            }
        }
        let tags = self.tags(&keys, &values)?;
        store.add_node(id, self.position(id, lon, lat)?, tags.iter().copied());
        Ok(())
    }

    fn read_dense(&self, bytes: &[u8], store: &mut Store) -> Result<(), Fault> {
        let [mut ids, mut lats, mut lons, mut tags] = [const { Packed::new() }; 4];
        let mut message = Message::new(bytes);
        while let Some((field, value)) = message.next()? {
            match field {
                1 => ids.push(value)?,
                8 => lats.push(value)?,
                9 => lons.push(value)?,
                10 => tags.push(value)?,
                _ => {}
            }
        }
        let (mut lats, mut lons, mut tags) = (lats.numbers(), lons.numbers(), tags.numbers());
        let (mut id, mut lat, mut lon) = (Sum(0), Sum(0), Sum(0));
        let mut pairs = Vec::new();
        for step in ids.numbers() {
            let id = id.add(step?)?;
            let short = || Fault::element(Sort::Node, id, "it has no position");
            let lat = lat.add(lats.next().ok_or_else(short)??)?;
            let lon = lon.add(lons.next().ok_or_else(short)??)?;
            self.read_dense_tags(&mut tags, &mut pairs)?;
            store.add_node(id, self.position(id, lon, lat)?, pairs.iter().copied());
        }
        Ok(())
    }

    /// Reads the tags of the next dense node: pairs of key and value, ended by a zero.
    fn read_dense_tags(
        &self,
        tags: &mut impl Iterator<Item = Result<u64, WireError>>,
        pairs: &mut Vec<(&'a str, &'a str)>,
    ) -> Result<(), Fault> {
        let missing = || Fault::Content("a tag points beyond the table of texts".into());
        pairs.clear();
        while let Some(key) = tags.next().transpose()?.filter(|&key| key != 0) {
            let value = tags.next().ok_or_else(|| Fault::Content("a key without a value".into()))??;
            pairs.push((self.text(key).ok_or_else(missing)?, self.text(value).ok_or_else(missing)?));
        }
        Ok(())
    }

    fn read_way(&self, bytes: &[u8], store: &mut Store) -> Result<(), Fault> {
        let mut id = 0;
        let [mut keys, mut values, mut nodes] = [const { Packed::new() }; 3];
        let mut message = Message::new(bytes);
        while let Some((field, value)) = message.next()? {
            match field {
                1 => id = value.signed()?,
                2 => keys.push(value)?,
                3 => values.push(value)?,
                8 => nodes.push(value)?,
                _ => {}
            }
        }
        let tags = self.tags(&keys, &values)?;
        let mut at = Sum(0);
        let nodes = nodes.numbers().map(|step| at.add(step?)).collect::<Result<Vec<_>, Fault>>()?;
        store.add_way(id, nodes.into_iter(), tags.into_iter());
        Ok(())
    }

    fn read_relation(&self, bytes: &[u8], store: &mut Store) -> Result<(), Fault> {
        let mut id = 0;
        let [mut keys, mut values, mut members, mut sorts] = [const { Packed::new() }; 4];
        let mut message = Message::new(bytes);
        while let Some((field, value)) = message.next()? {
            match field {
                1 => id = value.signed()?,
                2 => keys.push(value)?,
                3 => values.push(value)?,
                9 => members.push(value)?,
                10 => sorts.push(value)?,
                _ => {}
            }
        }
        let tags = self.tags(&keys, &values)?;
        let mut at = Sum(0);
        let mut sorts = sorts.numbers();
        let mut list = Vec::new();
        for step in members.numbers() {
            let sort = match sorts.next().transpose()? {
                Some(0) => Sort::Node,
                Some(1) => Sort::Way,
                Some(2) => Sort::Relation,
                _ => return Err(Fault::element(Sort::Relation, id, "a member is of no known sort")),
            };
            list.push(Member { sort, id: at.add(step?)? });
        }
        store.add_relation(id, list.into_iter(), tags.into_iter());
        Ok(())
    }
}

/// A number that is written as its difference from the one before.
struct Sum(i64);

impl Sum {
    fn add(&mut self, step: u64) -> Result<i64, Fault> {
        self.0 = self
            .0
            .checked_add(zigzag(step))
            .ok_or_else(|| Fault::Content("a row of numbers leaves its range".into()))?;
        Ok(self.0)
    }
}
