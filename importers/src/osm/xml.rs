//! OpenStreetMap XML, plain or packed with gzip or bzip2.

use std::io::{BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::error::ImportError;
use super::pbf::Head;
use super::store::{Member, Position, Sort, Store};
use super::stream::{Breach, Guard, Watch, looks_like_pbf, looks_like_xml};

/// Reads a whole document into `store`. `tick` is told the packed bytes read so far, from time to time.
///
/// `watch.packed` must count the bytes of the packed file.
pub(super) fn read(
    unpacked: impl Read,
    watch: &Watch,
    store: &mut Store,
    tick: &mut dyn FnMut(u64),
) -> Result<Head, ImportError> {
    let mut input = BufReader::with_capacity(64 << 10, Guard::new(unpacked, watch.clone()));
    check_start(&mut input, watch)?;
    let mut reader = quick_xml::Reader::from_reader(input);
    let mut document =
        Document { store, head: Head::default(), open: None, inside_root: false, ended: false };
    let mut buffer = Vec::new();
    for count in 0_u64.. {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        watch.tag_ended();
        let at_byte = reader.buffer_position();
        match event.map_err(|error| reading_error(&error, at_byte, watch))? {
            Event::Start(tag) => document.begin(&tag, false).map_err(|fault| fault.at(at_byte))?,
            Event::Empty(tag) => document.begin(&tag, true).map_err(|fault| fault.at(at_byte))?,
            Event::End(tag) => document.end(tag.name().as_ref()).map_err(|fault| fault.at(at_byte))?,
            Event::Eof => break,
            _ => {}
        }
        if count % 8_192 == 0 {
            tick(watch.packed.get());
        }
    }
    if document.ended {
        Ok(document.head)
    } else if document.inside_root {
        Err(ImportError::Truncated { at_byte: reader.buffer_position(), inside: "the document" })
    } else {
        Err(ImportError::NotOsm { found: "it is an XML document without content".into() })
    }
}

/// What is unpacked must be XML; a packed PBF file is a likely mistake and gets its own words.
fn check_start(input: &mut BufReader<Guard<impl Read>>, watch: &Watch) -> Result<(), ImportError> {
    use std::io::BufRead;
    let start = input.fill_buf().map_err(|error| io_error(&error, 0, watch))?;
    if looks_like_xml(start) {
        Ok(())
    } else if looks_like_pbf(start) {
        Err(ImportError::Unsupported {
            what: "this is a .osm.pbf file that was packed once more".into(),
            mend: "Unpack it first (gunzip or bunzip2).",
        })
    } else {
        Err(ImportError::NotOsm { found: "what it holds is not XML".into() })
    }
}

fn io_error(error: &std::io::Error, at_byte: u64, watch: &Watch) -> ImportError {
    match watch.breach.get() {
        Some(Breach::Inflated(limit)) => ImportError::Inflates { at_byte: watch.packed.get(), limit },
        Some(Breach::LongTag(limit)) => {
            ImportError::TooLarge { at_byte, what: "a single XML tag", claimed: limit + 1, limit }
        }
        None => match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                ImportError::Truncated { at_byte, inside: "the packed document" }
            }
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
                ImportError::Damaged { at_byte, what: format!("it cannot be unpacked ({error})") }
            }
            kind => ImportError::Io { at_byte, source: std::io::Error::new(kind, error.to_string()) },
        },
    }
}

fn reading_error(error: &quick_xml::Error, at_byte: u64, watch: &Watch) -> ImportError {
    match error {
        quick_xml::Error::Io(error) => io_error(error, at_byte, watch),
        // Every syntax error of this reader means that the text ended inside some markup.
        quick_xml::Error::Syntax(_) => ImportError::Truncated { at_byte, inside: "an XML tag" },
        other => ImportError::Damaged { at_byte, what: other.to_string() },
    }
}

/// What is wrong with a tag.
#[derive(Debug)]
enum Fault {
    Content(String),
    Whole(ImportError),
}

impl Fault {
    fn at(self, at_byte: u64) -> ImportError {
        match self {
            Self::Content(what) => ImportError::Damaged { at_byte, what },
            Self::Whole(error) => error,
        }
    }

    fn element(sort: Sort, id: i64, what: &str) -> Self {
        let element = format!("{}/{id}", sort.as_str());
        Self::Whole(ImportError::BadElement { element, what: what.to_owned() })
    }
}

impl From<AttrError> for Fault {
    fn from(error: AttrError) -> Self {
        Self::Content(error.to_string())
    }
}

impl From<quick_xml::Error> for Fault {
    fn from(error: quick_xml::Error) -> Self {
        Self::Content(error.to_string())
    }
}

/// An element whose end has not been seen yet.
struct Open {
    sort: Sort,
    id: i64,
    position: Option<Position>,
    nodes: Vec<i64>,
    members: Vec<Member>,
    tags: Vec<(String, String)>,
    /// Deleted, by an editor or in a history: not there any more.
    gone: bool,
}

struct Document<'s> {
    store: &'s mut Store,
    head: Head,
    open: Option<Open>,
    inside_root: bool,
    ended: bool,
}

impl Document<'_> {
    fn begin(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), Fault> {
        if self.ended {
            return Err(Fault::Content("something follows the end of the document".into()));
        }
        if !self.inside_root {
            return self.begin_root(tag, empty);
        }
        match tag.name().as_ref() {
            "bounds" => self.head.corners = self.head.corners.or(bounds(tag)?),
            "bound" => self.head.corners = self.head.corners.or(bound(tag)?),
            "meta" => self.head.timestamp = attribute(tag, "osm_base")?.or(self.head.timestamp.take()),
            "node" => self.begin_element(Sort::Node, tag, empty)?,
            "way" => self.begin_element(Sort::Way, tag, empty)?,
            "relation" => self.begin_element(Sort::Relation, tag, empty)?,
            "tag" | "nd" | "member" => self.part(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn begin_root(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), Fault> {
        let name = tag.name().as_ref().to_owned();
        match name.as_str() {
            "osm" => {
                self.inside_root = true;
                self.ended = empty;
                self.head.timestamp = attribute(tag, "timestamp")?;
                Ok(())
            }
            "osmChange" => Err(Fault::Whole(ImportError::Unsupported {
                what: "this file holds only the changes of a map (osmChange)".into(),
                mend: "Give a whole extract.",
            })),
            _ => {
                let name: String = name.chars().take(40).collect();
                let found = format!("it is an XML document of the kind <{name}>");
                Err(Fault::Whole(ImportError::NotOsm { found }))
            }
        }
    }

    fn begin_element(&mut self, sort: Sort, tag: &BytesStart<'_>, empty: bool) -> Result<(), Fault> {
        let mut open = Open {
            sort,
            id: 0,
            position: None,
            nodes: Vec::new(),
            members: Vec::new(),
            tags: Vec::new(),
            gone: false,
        };
        let (mut id, mut lon, mut lat) = (None, None, None);
        for attribute in tag.attributes() {
            let attribute = attribute?;
            match attribute.key.as_ref() {
                "id" => id = attribute.value.parse().ok(),
                "lon" => lon = nano_degrees(&attribute.value),
                "lat" => lat = nano_degrees(&attribute.value),
                "visible" => open.gone |= attribute.value == "false",
                "action" => open.gone |= attribute.value == "delete",
                _ => {}
            }
        }
        open.id = id.ok_or_else(|| Fault::Content(format!("a {} without a number as id", sort.as_str())))?;
        open.position = lon.zip(lat).and_then(|(lon, lat)| Position::from_nano(lon, lat));
        self.open = Some(open);
        if empty { self.close() } else { Ok(()) }
    }

    fn part(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        // Changesets and notes carry tags as well; they are of no concern here.
        let Some(open) = &mut self.open else { return Ok(()) };
        let bad = |open: &Open, what: &str| Fault::element(open.sort, open.id, what);
        match tag.name().as_ref() {
            "tag" => {
                let pair = attribute(tag, "k")?.zip(attribute(tag, "v")?);
                open.tags.push(pair.ok_or_else(|| bad(open, "a tag without key or value"))?);
            }
            "nd" => {
                let node = attribute(tag, "ref")?.and_then(|id| id.parse().ok());
                open.nodes.push(node.ok_or_else(|| bad(open, "a node reference is no number"))?);
            }
            _ => {
                let sort = match attribute(tag, "type")?.as_deref() {
                    Some("node") => Sort::Node,
                    Some("way") => Sort::Way,
                    Some("relation") => Sort::Relation,
                    _ => return Err(bad(open, "a member is of no known sort")),
                };
                let id = attribute(tag, "ref")?.and_then(|id| id.parse().ok());
                let id = id.ok_or_else(|| bad(open, "a member reference is no number"))?;
                open.members.push(Member { sort, id });
            }
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "osm" => self.ended = true,
            "node" | "way" | "relation" => return self.close(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.take().filter(|open| !open.gone) else { return Ok(()) };
        let tags = open.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        match open.sort {
            Sort::Node => {
                let bad =
                    || Fault::element(Sort::Node, open.id, "its position is missing or nowhere on earth");
                self.store.add_node(open.id, open.position.ok_or_else(bad)?, tags);
            }
            Sort::Way => self.store.add_way(open.id, open.nodes.iter().copied(), tags),
            Sort::Relation => self.store.add_relation(open.id, open.members.iter().copied(), tags),
        }
        Ok(())
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    let Some(found) = tag.try_get_attribute(name)? else { return Ok(None) };
    Ok(Some(found.normalized_value(XmlVersion::Explicit1_0)?.into_owned()))
}

/// Degrees as written, to the nearest 1e-7 degree.
fn nano_degrees(text: &str) -> Option<i64> {
    let degrees: f64 = text.trim().parse().ok()?;
    // Steps of 1e-7 are far coarser than what a double holds, so the nearest step is the written one.
    (degrees.abs() <= 180.0).then(|| (degrees * 1e7).round() as i64 * 100)
}

fn corners(south: &str, west: &str, north: &str, east: &str) -> Option<(Position, Position)> {
    let corner = |lon, lat| Position::from_nano(nano_degrees(lon)?, nano_degrees(lat)?);
    corner(west, south).zip(corner(east, north))
}

fn bounds(tag: &BytesStart<'_>) -> Result<Option<(Position, Position)>, Fault> {
    let side = |name| Ok::<_, Fault>(attribute(tag, name)?.unwrap_or_default());
    Ok(corners(&side("minlat")?, &side("minlon")?, &side("maxlat")?, &side("maxlon")?))
}

/// The older way to write it: `<bound box="south,west,north,east"/>`.
fn bound(tag: &BytesStart<'_>) -> Result<Option<(Position, Position)>, Fault> {
    let text = attribute(tag, "box")?.unwrap_or_default();
    let sides: Vec<&str> = text.split(',').collect();
    Ok(match sides.as_slice() {
        [south, west, north, east] => corners(south, west, north, east),
        _ => None,
    })
}
