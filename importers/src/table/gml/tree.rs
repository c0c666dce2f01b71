//! A geometry as it is written: elements and numbers, before anybody asks what they mean.

use super::super::TableError;
use super::super::markup::{Markup, Piece, Tag};

/// Deepest nesting within a geometry; a ring of curves of a composite surface has about 12 levels.
const DEPTH: usize = 40;
/// Most elements of one geometry, without those that only hold one position.
const NODES: usize = 200_000;

/// An element of a geometry.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Local name.
    pub(super) name: String,
    /// Positions in their order, first and second coordinate as written.
    pub(super) positions: Vec<[f64; 2]>,
    /// Elements inside, without those of positions.
    pub(super) children: Vec<Node>,
    /// It is run through backwards (`orientation="-"`).
    pub(super) reversed: bool,
}

/// A geometry, or what is wrong with it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// Name of its system, its own or that of its first part that has one.
    pub(super) srs: Option<String>,
    /// Why its positions are not complete.
    pub(super) fault: Option<Fault>,
}

/// What is wrong with the text of a geometry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// More vertices or parts than allowed.
    TooLarge,
    /// A text that is no coordinates.
    Bad(String),
}

/// Elements that are a geometry when they are the value of a property.
pub(super) fn is_geometry(name: &str) -> bool {
    matches!(
        name,
        "Point"
            | "MultiPoint"
            | "LineString"
            | "LinearRing"
            | "Ring"
            | "Curve"
            | "OrientableCurve"
            | "CompositeCurve"
            | "MultiCurve"
            | "MultiLineString"
            | "Polygon"
            | "Surface"
            | "OrientableSurface"
            | "CompositeSurface"
            | "PolyhedralSurface"
            | "TriangulatedSurface"
            | "Tin"
            | "MultiSurface"
            | "MultiPolygon"
            | "MultiGeometry"
            | "GeometryCollection"
    )
}

/// Reads the geometry whose element has just begun, to its end.
pub(super) fn read(markup: &mut Markup, tag: &Tag, max_vertices: usize) -> Result<Tree, TableError> {
    let floor = markup.depth().saturating_sub(1);
    let mut builder = Builder {
        open: vec![Level::new(tag, 2)],
        srs: tag.attribute("srsName"),
        vertices: 0,
        nodes: 0,
        max_vertices,
        fault: None,
        root: None,
    };
    while markup.depth() > floor {
        match markup.next()? {
            Piece::Start(tag) => builder.start(&tag),
            Piece::End => builder.end(),
            Piece::Text(text) => builder.text(&text),
            Piece::Eof => break,
        }
    }
    let root = builder.root.take().unwrap_or_default();
    Ok(Tree { root, srs: builder.srs, fault: builder.fault })
}

struct Level {
    node: Node,
    text: String,
    dimension: usize,
    /// Of `coordinates`: decimal sign, sign between numbers, sign between positions.
    separators: [char; 3],
}

impl Level {
    fn new(tag: &Tag, inherited: usize) -> Self {
        let dimension = tag.attribute("srsDimension").and_then(|text| text.parse().ok());
        let sign = |name, usual: char| {
            tag.exact_attribute(name).and_then(|text| text.chars().next()).unwrap_or(usual)
        };
        let separators = if tag.name() == "coordinates" {
            [sign("decimal", '.'), sign("cs", ','), sign("ts", ' ')]
        } else {
            ['.', ',', ' ']
        };
        Self {
            node: Node {
                name: tag.name().to_owned(),
                reversed: tag.attribute("orientation").as_deref() == Some("-"),
                ..Node::default()
            },
            text: String::new(),
            dimension: dimension.unwrap_or(inherited),
            separators,
        }
    }
}

struct Builder {
    open: Vec<Level>,
    srs: Option<String>,
    vertices: usize,
    nodes: usize,
    max_vertices: usize,
    fault: Option<Fault>,
    root: Option<Node>,
}

impl Builder {
    fn start(&mut self, tag: &Tag) {
        self.nodes += 1;
        if self.open.len() >= DEPTH {
            self.fail(Fault::Bad(format!("geometries nested deeper than {DEPTH} levels")));
        }
        if self.srs.is_none() {
            self.srs = tag.attribute("srsName");
        }
        let inherited = self.open.last().map_or(2, |level| level.dimension);
        self.open.push(Level::new(tag, inherited));
    }

    fn text(&mut self, text: &str) {
        if self.fault.is_none()
            && let Some(level) = self.open.last_mut()
            && is_position(&level.node.name)
        {
            level.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(level) = self.open.pop() else { return };
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(level.node);
            return;
        };
        if self.fault.is_some() {
            return;
        }
        let read = match level.node.name.as_str() {
            "pos" | "posList" => numbers(&level.text).and_then(|numbers| {
                let dimension = dimension(&level, numbers.len())?;
                Ok(numbers
                    .chunks(dimension)
                    .filter_map(|chunk| Some([*chunk.first()?, *chunk.get(1)?]))
                    .collect())
            }),
            "coordinates" => coordinates(&level),
            "coord" => coord(&level.node).map(|position| vec![position]),
            "X" | "Y" | "Z" => {
                parent.node.children.push(Node { positions: Vec::new(), ..level.node });
                match numbers(&level.text).as_deref() {
                    Ok([number]) => {
                        let last = parent.node.children.last_mut();
                        if let Some(last) = last {
                            last.positions.push([*number, 0.0]);
                        }
                        return;
                    }
                    Ok(_) => Err(level.text),
                    Err(found) => Err(found.clone()),
                }
            }
            _ => {
                if self.nodes > NODES {
                    self.fault = Some(Fault::TooLarge);
                } else {
                    parent.node.children.push(level.node);
                }
                return;
            }
        };
        match read {
            Ok(positions) => {
                self.vertices += positions.len();
                parent.node.positions.extend(positions);
            }
            Err(found) => self.fault = Some(Fault::Bad(found)),
        }
        if self.vertices > self.max_vertices {
            self.fault = Some(Fault::TooLarge);
        }
    }

    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}

fn is_position(name: &str) -> bool {
    matches!(name, "pos" | "posList" | "coordinates" | "X" | "Y" | "Z")
}

fn numbers(text: &str) -> Result<Vec<f64>, String> {
    text.split_whitespace()
        .map(|word| match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(word.to_owned()),
        })
        .collect()
}

/// Numbers per position. A list that says nothing of it, and fits three but not two, has heights.
fn dimension(level: &Level, count: usize) -> Result<usize, String> {
    let declared = level.dimension;
    let fits = |dimension: usize| (2..=4).contains(&dimension) && count.is_multiple_of(dimension);
    if level.node.name == "pos" {
        return if (2..=4).contains(&count) { Ok(count) } else { Err(level.text.clone()) };
    }
    if fits(declared) {
        Ok(declared)
    } else if declared == 2 && fits(3) {
        Ok(3)
    } else {
        Err(format!("{count} numbers are no list of positions with {declared} numbers each"))
    }
}

/// The older way: `x,y x,y`, with signs of its own.
fn coordinates(level: &Level) -> Result<Vec<[f64; 2]>, String> {
    let [decimal, between, after] = level.separators;
    let tuples = level.text.split(|letter: char| letter == after || (after == ' ' && letter.is_whitespace()));
    tuples
        .map(str::trim)
        .filter(|tuple| !tuple.is_empty())
        .map(|tuple| {
            let mut parts = tuple.split(between).map(|part| {
                let written = if decimal == '.' { part.to_owned() } else { part.replace(decimal, ".") };
                written.parse::<f64>().ok().filter(|number| number.is_finite())
            });
            match (parts.next().flatten(), parts.next().flatten()) {
                (Some(first), Some(second)) => Ok([first, second]),
                _ => Err(tuple.to_owned()),
            }
        })
        .collect()
}

/// The oldest way: `<coord><X>…</X><Y>…</Y></coord>`.
fn coord(node: &Node) -> Result<[f64; 2], String> {
    let part = |name: &str| {
        let child = node.children.iter().find(|child| child.name == name)?;
        child.positions.first().map(|[number, _]| *number)
    };
    part("X").zip(part("Y")).map(|(x, y)| [x, y]).ok_or_else(|| "coord without X and Y".to_owned())
}
