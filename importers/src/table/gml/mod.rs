//! GML of any application: EGiB, both models of PRG, answers of WFS services.
//!
//! A first pass finds the types of features, their columns and the order of the axes; every reading of a layer is a
//! pass of its own. Names are matched without their namespaces, because real files differ in nothing more than in those.

mod axis;
mod crs;
mod feature;
mod shape;
mod survey;
mod tree;

use std::collections::HashMap;

use super::faults::{Whose, shortened};
use super::markup::Markup;
use super::{
    AxisNote, Cell, Format, InputFile, Limits, Options, Overview, ProgressSink, Reader, Row, RowFault,
    RowProblem, RowSink, TableError,
};
use crs::Order;
use feature::Feature;
use shape::Shaper;
use survey::Survey;

/// Whether a file's beginning is GML.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    let text = if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        head.iter().copied().filter(|byte| *byte != 0).collect()
    } else {
        head.to_vec()
    };
    let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    let marked = text.iter().find(|byte| !byte.is_ascii_whitespace() && byte.is_ascii()) == Some(&b'<');
    let name = name.to_ascii_lowercase();
    marked
        && !has(b"<kml")
        && !has(b"<gpx")
        && (has(b"opengis.net/gml")
            || has(b"opengis.net/wfs")
            || has(b"FeatureCollection")
            || name.ends_with(".gml")
            || name.ends_with(".gml.gz"))
}

/// Opens a GML file and looks it through once.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Gml);
    let mut markup = Markup::open(file, options, &whose)?;
    let mut survey = Survey::new(options.limits);
    feature::each(&mut markup, &options.limits, &mut survey)?;
    let (layers, systems) = survey.finish();
    let overview =
        Overview { format: Format::Gml, encoding: None, delimiter: None, header_row: None, layers };
    Ok(Box::new(GmlReader { file: file.clone(), options: options.clone(), whose, overview, systems }))
}

/// A name of a system, as it is understood in this file.
#[derive(Debug, Clone, Copy)]
struct System {
    srid: Option<u32>,
    order: Order,
    note: AxisNote,
}

/// Systems by the name that the file gives them; none for geometries without a name.
type Systems = HashMap<Option<String>, System>;

struct GmlReader {
    file: InputFile,
    options: Options,
    whose: Whose,
    overview: Overview,
    systems: Systems,
}

impl Reader for GmlReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let known = super::layer(&self.file, &self.overview, layer)?;
        let mut markup = Markup::open(&self.file, &self.options, &self.whose)?;
        let mut rows = Rows {
            kind: layer,
            columns: known.columns.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect(),
            systems: &self.systems,
            limits: self.options.limits,
            number: 0,
            each,
            progress,
        };
        feature::each(&mut markup, &self.options.limits, &mut rows)?;
        progress(markup.progress());
        Ok(())
    }
}

/// The second pass: features become rows.
struct Rows<'r, 's, 'p> {
    kind: &'r str,
    columns: HashMap<&'r str, usize>,
    systems: &'r Systems,
    limits: Limits,
    number: u64,
    each: &'r mut RowSink<'s>,
    progress: &'r mut ProgressSink<'p>,
}

impl feature::Visitor for Rows<'_, '_, '_> {
    fn wants(&mut self, kind: &str) -> bool {
        kind == self.kind
    }

    fn element(&mut self, _name: &str) {}

    fn feature(&mut self, mut feature: Feature, markup: &Markup) -> Result<(), TableError> {
        self.number += 1;
        let mut row = Row { number: self.number, id: feature.id.take(), ..Row::default() };
        row.faults.append(&mut feature.faults);
        self.shape(&feature, &mut row);
        row.cells = self.cells(feature);
        (self.each)(row)?;
        if self.number % 256 == 1 {
            (self.progress)(markup.progress());
        }
        Ok(())
    }
}

impl Rows<'_, '_, '_> {
    fn shape(&self, feature: &Feature, row: &mut Row) {
        let Some(tree) = &feature.geometry else { return };
        let srs = tree.srs.as_ref().or(feature.srs.as_ref());
        let system = self.systems.get(&srs.cloned()).copied();
        row.srid = system.and_then(|system| system.srid);
        let mut fault = |problem, found: &str| {
            row.faults.push(RowFault { column: None, found: shortened(found), problem });
        };
        match &tree.fault {
            Some(tree::Fault::TooLarge) => return fault(RowProblem::TooLarge, &tree.root.name),
            Some(tree::Fault::Bad(found)) => return fault(RowProblem::BadGeometry, found),
            None => {}
        }
        let degrees = row.srid.is_some_and(crs::geographic);
        let shaper = Shaper {
            order: system.map_or(Order::EastFirst, |system| system.order),
            tolerance: super::arc::tolerance(degrees),
            max_vertices: self.limits.vertices,
        };
        match shaper.geometry(&tree.root) {
            Ok(geometry) => row.geometry = geometry,
            Err(found) => row.faults.push(RowFault {
                column: None,
                found: shortened(&found),
                problem: RowProblem::BadGeometry,
            }),
        }
    }

    /// Values by column. Where an element is repeated, every column of it has a list with one entry for each time, so
    /// that the parts of what is repeated stay side by side.
    fn cells(&self, feature: Feature) -> Vec<Cell> {
        let mut times: HashMap<String, usize> = HashMap::new();
        for value in &feature.values {
            let most = times.entry(property(&value.column).to_owned()).or_insert(0);
            *most = (*most).max(value.occurrence + 1);
        }
        let mut found: Vec<Vec<(usize, String)>> = vec![Vec::new(); self.columns.len()];
        let mut repeated = vec![1; self.columns.len()];
        for value in feature.values {
            let Some(at) = self.columns.get(value.column.as_str()) else { continue };
            if let (Some(texts), Some(most)) = (found.get_mut(*at), repeated.get_mut(*at)) {
                *most = times.get(property(&value.column)).copied().unwrap_or(1);
                texts.push((value.occurrence, value.text));
            }
        }
        found.into_iter().zip(repeated).map(|(texts, times)| cell(texts, times)).collect()
    }
}

/// Name of the element directly in the feature.
fn property(column: &str) -> &str {
    column.split_once('.').map_or(column, |(property, _)| property)
}

fn cell(texts: Vec<(usize, String)>, times: usize) -> Cell {
    let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    if texts.iter().all(|(_, text)| text.is_empty()) {
        return Cell::Empty;
    }
    let one_each = texts.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b));
    if times > 1 && one_each {
        let mut list = vec![Cell::Empty; times];
        for (at, value) in texts {
            if let Some(entry) = list.get_mut(at) {
                *entry = text(value);
            }
        }
        return Cell::List(list);
    }
    let mut all: Vec<Cell> = texts.into_iter().map(|(_, value)| text(value)).collect();
    if all.len() == 1 { all.swap_remove(0) } else { Cell::List(all) }
}
