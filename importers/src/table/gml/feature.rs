//! Features one by one, with their properties as written.

use super::super::faults::shortened;
use super::super::markup::{Markup, Piece, Tag};
use super::super::{Limits, RowFault, RowProblem, TableError};
use super::tree::{self, Tree};

/// Most values of one feature; a parcel with all its boundary points has some hundreds.
const VALUES: usize = 100_000;
/// Longest name of a column; longer ones come from nesting without end.
const COLUMN_BYTES: usize = 400;

/// What a property holds.
#[derive(Debug)]
pub(super) struct Value {
    /// Name of its column.
    pub(super) column: String,
    /// The how-manieth element of this name directly in the feature it belongs to, from 0.
    pub(super) occurrence: usize,
    /// Text without blanks at its ends; may be empty.
    pub(super) text: String,
}

/// A feature.
#[derive(Debug, Default)]
pub(super) struct Feature {
    /// Local name of its type.
    pub(super) kind: String,
    pub(super) id: Option<String>,
    pub(super) values: Vec<Value>,
    /// Its geometry of the highest dimension; of several, the first.
    pub(super) geometry: Option<Tree>,
    /// Columns that hold geometries.
    pub(super) shapes: Vec<String>,
    /// Name of the system that its geometry has without one of its own.
    pub(super) srs: Option<String>,
    pub(super) faults: Vec<RowFault>,
}

/// What a pass over a document does with it.
pub(super) trait Visitor {
    /// Whether features of this type are of interest; others are only passed over.
    fn wants(&mut self, kind: &str) -> bool;
    /// Sees the name of every element of features of interest.
    fn element(&mut self, name: &str);
    /// Takes a feature.
    fn feature(&mut self, feature: Feature, markup: &Markup) -> Result<(), TableError>;
}

/// Runs over a whole document.
pub(super) fn each(
    markup: &mut Markup,
    limits: &Limits,
    visitor: &mut dyn Visitor,
) -> Result<(), TableError> {
    // For every open element outside of features, whether its children are features.
    let mut members: Vec<bool> = Vec::new();
    let mut collection_srs = None;
    loop {
        match markup.next()? {
            Piece::Start(tag) => {
                let name = tag.name();
                let inside_member = members.last().copied().unwrap_or(false);
                if name == "boundedBy" {
                    collection_srs = envelope_srs(markup)?.or(collection_srs);
                } else if inside_member && !name.ends_with("Collection") {
                    if visitor.wants(name) {
                        let mut feature = read(markup, &tag, limits, visitor)?;
                        feature.srs = feature.srs.take().or_else(|| collection_srs.clone());
                        visitor.feature(feature, markup)?;
                    } else {
                        markup.skip()?;
                    }
                } else {
                    members.push(is_member(name));
                }
            }
            Piece::End => {
                members.pop();
            }
            Piece::Text(_) => {}
            Piece::Eof => return Ok(()),
        }
    }
}

fn is_member(name: &str) -> bool {
    matches!(name, "member" | "members") || name.ends_with("Member") || name.ends_with("Members")
}

/// Name of the system within a `boundedBy` that has just begun.
fn envelope_srs(markup: &mut Markup) -> Result<Option<String>, TableError> {
    let floor = markup.depth().saturating_sub(1);
    let mut srs = None;
    while markup.depth() > floor {
        if let Piece::Start(tag) = markup.next()? {
            srs = srs.or_else(|| tag.attribute("srsName"));
        }
    }
    Ok(srs)
}

/// An open element within a feature.
struct Level {
    /// Its part of the column's name; none for the type of a nested object.
    name: Option<String>,
    text: String,
    inner: bool,
    linked: bool,
    shape: bool,
    occurrence: usize,
}

fn read(
    markup: &mut Markup,
    tag: &Tag,
    limits: &Limits,
    visitor: &mut dyn Visitor,
) -> Result<Feature, TableError> {
    let floor = markup.depth().saturating_sub(1);
    visitor.element(tag.name());
    let mut reading = Reading {
        feature: Feature {
            kind: tag.name().to_owned(),
            id: tag.attribute("id").or_else(|| tag.attribute("fid")).filter(|id| !id.is_empty()),
            ..Feature::default()
        },
        open: Vec::new(),
        counts: Vec::new(),
        limits: *limits,
    };
    while markup.depth() > floor {
        match markup.next()? {
            Piece::Start(tag) if reading.open.is_empty() && tag.name() == "boundedBy" => {
                reading.feature.srs = envelope_srs(markup)?;
            }
            Piece::Start(tag) if tree::is_geometry(tag.name()) && !reading.open.is_empty() => {
                let tree = tree::read(markup, &tag, limits.vertices)?;
                reading.shape(tree);
            }
            Piece::Start(tag) => {
                visitor.element(tag.name());
                reading.start(&tag);
            }
            Piece::Text(text) => reading.text(&text),
            Piece::End => reading.end(),
            Piece::Eof => break,
        }
    }
    Ok(reading.feature)
}

struct Reading {
    feature: Feature,
    open: Vec<Level>,
    /// How many elements of each name there were directly in the feature.
    counts: Vec<(String, usize)>,
    limits: Limits,
}

impl Reading {
    fn start(&mut self, tag: &Tag) {
        let name = tag.name().to_owned();
        let occurrence = match self.open.last_mut() {
            Some(parent) => {
                parent.inner = true;
                parent.occurrence
            }
            None => self.occurrence(&name),
        };
        let level = Level {
            name: Some(name),
            text: String::new(),
            inner: false,
            linked: false,
            shape: false,
            occurrence,
        };
        // Property and type alternate in GML; the type of a nested object says nothing that a clerk needs.
        let holder = self.open.len();
        if holder >= 2
            && let Some(parent) = self.open.last_mut()
            && holder.is_multiple_of(2)
            && parent.name.as_deref().and_then(|name| name.chars().next()).is_some_and(char::is_uppercase)
        {
            parent.name = None;
        }
        self.open.push(level);
        if let Some(link) = tag.attribute("href") {
            if let Some(level) = self.open.last_mut() {
                level.linked = true;
            }
            self.value(".href", local_reference(&link));
        }
        if let Some(unit) = tag.attribute("uom") {
            self.value(".uom", unit);
        }
    }

    fn occurrence(&mut self, name: &str) -> usize {
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| known == name) {
            *count += 1;
            return *count - 1;
        }
        if self.counts.len() <= self.limits.columns {
            self.counts.push((name.to_owned(), 1));
        }
        0
    }

    fn text(&mut self, text: &str) {
        let limit = self.limits.cell_bytes;
        let Some(level) = self.open.last_mut() else { return };
        if level.text.len() + text.len() > limit {
            let fault = RowFault {
                column: level.name.clone(),
                found: shortened(text.trim()),
                problem: RowProblem::TooLarge,
            };
            if !self.feature.faults.contains(&fault) {
                self.feature.faults.push(fault);
            }
        } else {
            level.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(level) = self.open.last() else { return };
        let text = level.text.trim().to_owned();
        let (only_link, shape) = (level.linked && text.is_empty(), level.shape);
        if shape {
            let column = self.column("");
            if !self.feature.shapes.contains(&column) {
                self.feature.shapes.push(column);
            }
        } else if !level.inner && !only_link {
            self.value("", text);
        }
        self.open.pop();
    }

    fn shape(&mut self, tree: Tree) {
        if let Some(level) = self.open.last_mut() {
            level.shape = true;
        }
        let better = self
            .feature
            .geometry
            .as_ref()
            .is_none_or(|known| dimension(&tree.root.name) > dimension(&known.root.name));
        if better {
            self.feature.geometry = Some(tree);
        }
    }

    fn column(&self, suffix: &str) -> String {
        let parts: Vec<&str> = self.open.iter().filter_map(|level| level.name.as_deref()).collect();
        parts.join(".") + suffix
    }

    fn value(&mut self, suffix: &str, text: String) {
        let column = self.column(suffix);
        let occurrence = self.open.last().map_or(0, |level| level.occurrence);
        if self.feature.values.len() < VALUES && column.len() <= COLUMN_BYTES {
            if text.contains('\u{fffd}') {
                self.feature.faults.push(RowFault {
                    column: Some(column.clone()),
                    found: shortened(&text),
                    problem: RowProblem::NotText,
                });
            }
            self.feature.values.push(Value { column, occurrence, text });
        } else if self.feature.faults.last().is_none_or(|fault| fault.problem != RowProblem::TooLarge) {
            self.feature.faults.push(RowFault {
                column: None,
                found: shortened(&text),
                problem: RowProblem::TooLarge,
            });
        }
    }
}

/// A reference as the `gml:id` that it means, as far as it is one of the same file.
fn local_reference(link: &str) -> String {
    let own = link.rsplit_once('#').map_or(link, |(_, own)| own);
    // PRG of 2012 writes the ids of the same file behind the address of the national register.
    let own = own.split_once("//geoportal.gov.pl/PZGIK/dane/").map_or(own, |(_, own)| own);
    own.to_owned()
}

fn dimension(name: &str) -> u8 {
    match name {
        "Point" | "MultiPoint" => 0,
        "LineString" | "LinearRing" | "Ring" | "Curve" | "OrientableCurve" | "CompositeCurve"
        | "MultiCurve" | "MultiLineString" => 1,
        _ => 2,
    }
}
