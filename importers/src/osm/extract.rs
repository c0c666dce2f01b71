//! Makes records of what has been read: first the cemeteries and their sectors, as others belong to
//! them, then everything else in the order of the elements.

use std::collections::{BTreeMap, HashSet};

use geo_types::{Coord, Geometry, LineString, Point};

use super::base::{self, Drawn};
use super::cemetery::{self, GateTag};
use super::error::ImportError;
use super::metric::{Ground, smallest_around};
use super::paths::{self, Walk};
use super::report::{LeftOut, Reason, Tally};
use super::shape::Shape;
use super::store::{Element, Sort, Store, Tags};
use super::{Draft, inventory, person};
use crate::record::{BaseFeature, BaseLayer, Burial, Feature, PartialDate, Record, Sink};

/// How near to a cemetery's boundary a gate must stand, in metres.
const GATE_REACH_M: f64 = 3.0;

/// What a part belongs to: kind and source id of the whole.
type Whole = Option<(String, String)>;

/// Hands over records and keeps the account.
pub(super) struct Extraction<'a> {
    store: &'a Store,
    sink: &'a mut dyn Sink,
    tally: Tally,
    cemeteries: Vec<Ground>,
    sectors: Vec<Ground>,
    house_doors: HashSet<i64>,
}

impl<'a> Extraction<'a> {
    pub(super) fn new(store: &'a Store, sink: &'a mut dyn Sink) -> Self {
        Self {
            store,
            sink,
            tally: Tally::default(),
            cemeteries: Vec::new(),
            sectors: Vec::new(),
            house_doors: house_doors(store),
        }
    }

    /// Goes through all elements; `tick` is told how many are done, from time to time.
    pub(super) fn run(&mut self, tick: &mut dyn FnMut(u64)) -> Result<(), ImportError> {
        for &(sort, id) in &self.store.duplicates {
            self.tally.leave_out(Reason::Duplicate, format!("{}/{id}", sort.as_str()));
        }
        let store = self.store;
        for element in store.elements() {
            if let Some(draft) = cemetery::cemetery(element.tags) {
                self.take_cemetery(&Shape::new(element, store), draft)?;
            }
        }
        for element in store.elements() {
            if let Some(draft) = cemetery::sector(element.tags) {
                self.take_sector(&Shape::new(element, store), draft)?;
            }
        }
        for (done, element) in store.elements().enumerate() {
            self.take_element(&Shape::new(element, store))?;
            if done % 4_096 == 0 {
                tick(done as u64);
            }
        }
        Ok(())
    }

    /// The account: what was taken, by key, and what was left out.
    pub(super) fn finish(self) -> (BTreeMap<String, u64>, Vec<LeftOut>) {
        self.tally.finish()
    }

    fn give(&mut self, record: Record) -> Result<(), ImportError> {
        self.sink.take(record).map_err(ImportError::Refused)
    }

    fn give_feature(
        &mut self,
        draft: Draft,
        source_id: String,
        geometry: Geometry<f64>,
        part_of: Whole,
    ) -> Result<(), ImportError> {
        self.tally.take(draft.kind);
        self.give(Record::Feature(Feature {
            kind: draft.kind.to_owned(),
            source_id,
            part_of,
            label: draft.label,
            geometry,
            attributes: draft.attributes,
        }))
    }

    fn give_drawn(
        &mut self,
        drawn: Drawn,
        source_id: String,
        geometry: Geometry<f64>,
    ) -> Result<(), ImportError> {
        self.tally.take(layer_key(drawn.layer));
        self.give(Record::Base(BaseFeature {
            layer: drawn.layer,
            class: drawn.class.to_owned(),
            source_id,
            name: drawn.name,
            min_zoom: drawn.min_zoom,
            geometry,
        }))
    }

    fn leave_out(&mut self, reason: Reason, element: Element<'_>) {
        self.tally.leave_out(reason, element.source_id());
    }

    /// A cemetery is an area; a graveyard marked by a single node stays a point.
    fn take_cemetery(&mut self, shape: &Shape<'_>, draft: Draft) -> Result<(), ImportError> {
        let source_id = shape.element.source_id();
        if shape.element.sort == Sort::Node {
            let Some(point) = shape.point() else { return Ok(()) };
            return self.give_feature(draft, source_id, Geometry::Point(Point(point)), None);
        }
        match (shape.area(), shape.area_geometry()) {
            (Ok(area), Ok(geometry)) => {
                self.cemeteries.extend(Ground::new(source_id.clone(), area.clone()));
                self.give_feature(draft, source_id, geometry, None)
            }
            (Err(reason), _) | (_, Err(reason)) => {
                self.leave_out(reason, shape.element);
                Ok(())
            }
        }
    }

    fn take_sector(&mut self, shape: &Shape<'_>, draft: Draft) -> Result<(), ImportError> {
        let source_id = shape.element.source_id();
        match (shape.area(), shape.area_geometry()) {
            (Ok(area), Ok(geometry)) => {
                self.sectors.extend(Ground::new(source_id.clone(), area.clone()));
                let part_of = shape.point().and_then(|point| self.cemetery_around(point));
                self.give_feature(draft, source_id, geometry, part_of)
            }
            (Err(reason), _) | (_, Err(reason)) => {
                self.leave_out(reason, shape.element);
                Ok(())
            }
        }
    }

    fn cemetery_around(&self, point: Coord<f64>) -> Whole {
        smallest_around(&self.cemeteries, point)
            .map(|ground| ("cemeteries".to_owned(), ground.source_id.clone()))
    }

    fn take_element(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let tags = shape.element.tags;
        for draft in
            [inventory::lamp(tags), inventory::bench(tags), inventory::bin(tags), inventory::tree(tags)]
        {
            self.take_point(shape, draft)?;
        }
        self.take_gate(shape)?;
        if let Some(draft) = cemetery::grave(tags) {
            self.take_grave(shape, draft)?;
        }
        self.take_green(shape)?;
        self.take_lines(shape)?;
        self.take_base_areas(shape)?;
        self.take_base_points(shape)
    }

    fn take_point(&mut self, shape: &Shape<'_>, draft: Option<Draft>) -> Result<(), ImportError> {
        let Some(draft) = draft else { return Ok(()) };
        match shape.point() {
            Some(point) => {
                self.give_feature(draft, shape.element.source_id(), Geometry::Point(Point(point)), None)
            }
            None => {
                self.leave_out(Reason::NoPosition, shape.element);
                Ok(())
            }
        }
    }

    /// Takes a gate when it stands on the boundary of a cemetery; a door of a house there is not one.
    fn take_gate(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let element = shape.element;
        let Some(tag) = cemetery::gate_tag(element.tags) else { return Ok(()) };
        if element.sort == Sort::Relation || (tag == GateTag::Entrance && element.sort != Sort::Node) {
            return Ok(());
        }
        let door = tag == GateTag::Entrance && self.house_doors.contains(&element.id);
        let point = shape.point().filter(|_| !door);
        let near = point.and_then(|point| {
            let distance = |ground: &Ground| ground.boundary_within_m(point, GATE_REACH_M);
            let within = self.cemeteries.iter().filter_map(|ground| Some((distance(ground)?, ground)));
            let nearest = within.min_by(|one, two| one.0.total_cmp(&two.0))?;
            Some((point, nearest.1.source_id.clone()))
        });
        match near {
            Some((point, source_id)) => {
                let draft = cemetery::gate(element.tags, tag);
                let part_of = Some(("cemeteries".to_owned(), source_id));
                self.give_feature(draft, element.source_id(), Geometry::Point(Point(point)), part_of)
            }
            None => {
                // Doors of houses are no gates at all, and there are thousands.
                if tag != GateTag::Entrance {
                    self.leave_out(Reason::GateNotOfACemetery, element);
                }
                Ok(())
            }
        }
    }

    fn take_grave(&mut self, shape: &Shape<'_>, draft: Draft) -> Result<(), ImportError> {
        let Some(point) = shape.point() else {
            self.leave_out(Reason::NoPosition, shape.element);
            return Ok(());
        };
        let geometry = if shape.may_be_area() { shape.area_geometry().ok() } else { None };
        let geometry = geometry.unwrap_or(Geometry::Point(Point(point)));
        let sector = smallest_around(&self.sectors, point);
        let part_of = match sector {
            Some(ground) => Some(("sectors".to_owned(), ground.source_id.clone())),
            None => self.cemetery_around(point),
        };
        let source_id = shape.element.source_id();
        self.give_feature(draft, source_id.clone(), geometry, part_of)?;
        self.take_buried(shape.element.tags, source_id)
    }

    fn take_buried(&mut self, tags: Tags<'_>, grave: String) -> Result<(), ImportError> {
        let Some(person) = person::read(tags) else {
            if tags.get("name").is_some() {
                self.tally.leave_out(Reason::NameNotAPerson, grave);
            }
            return Ok(());
        };
        self.tally.take("burials");
        self.give(Record::Burial(Burial {
            source_id: grave.clone(),
            grave,
            given_names: person.given_names,
            surname: person.surname,
            maiden_name: person.maiden_name,
            born: person.born,
            died: person.died,
            buried: PartialDate::Unknown,
        }))
    }

    fn take_green(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let Some(draft) = inventory::green(shape.element.tags) else { return Ok(()) };
        if inventory::is_private_garden(shape.element.tags) {
            self.leave_out(Reason::PrivateGarden, shape.element);
            return Ok(());
        }
        match shape.area_geometry() {
            Ok(geometry) => self.give_feature(draft, shape.element.source_id(), geometry, None),
            Err(reason) => {
                self.leave_out(reason, shape.element);
                Ok(())
            }
        }
    }

    /// Paths, barriers, roads, rails and running water.
    fn take_lines(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let tags = shape.element.tags;
        if tags.is("natural", "coastline") {
            self.leave_out(Reason::Coastline, shape.element);
        }
        let walk = if shape.element.sort == Sort::Node { Walk::NoRoad } else { paths::path(tags) };
        if shape.element.sort == Sort::Relation {
            return self.take_walking_area(shape, walk);
        }
        if matches!(walk, Walk::No) {
            self.leave_out(Reason::NotWalkable, shape.element);
        }
        let path = if let Walk::Yes(draft) = walk { Some(*draft) } else { None };
        let barrier = inventory::barrier(tags);
        let drawn = [base::road(tags), base::water_line(tags)];
        if shape.element.sort != Sort::Way
            || (path.is_none() && barrier.is_none() && drawn.iter().all(Option::is_none))
        {
            return Ok(());
        }
        let lines = shape.lines();
        if lines.cut {
            let reason = if lines.present.is_empty() { Reason::NoPosition } else { Reason::LineCut };
            self.leave_out(reason, shape.element);
        }
        for (number, line) in lines.present.into_iter().enumerate() {
            let source_id = piece_id(shape.element, number);
            if let Some(draft) = &path {
                let part_of = self.cemetery_of_path(&line);
                self.give_feature(draft.clone(), source_id.clone(), line.clone().into(), part_of)?;
            }
            if let Some(draft) = &barrier {
                self.give_feature(draft.clone(), source_id.clone(), line.clone().into(), None)?;
            }
            for drawn in drawn.iter().flatten() {
                self.give_drawn(drawn.clone(), source_id.clone(), line.clone().into())?;
            }
        }
        Ok(())
    }

    /// The outlines of a pedestrian area that is a multipolygon.
    fn take_walking_area(&mut self, shape: &Shape<'_>, walk: Walk) -> Result<(), ImportError> {
        let Walk::Yes(draft) = walk else { return Ok(()) };
        if !shape.may_be_area() {
            return Ok(());
        }
        match shape.area() {
            Ok(area) => {
                for (number, polygon) in area.iter().enumerate() {
                    let line = polygon.exterior().clone();
                    let part_of = self.cemetery_of_path(&line);
                    let source_id = piece_id(shape.element, number);
                    self.give_feature((*draft).clone(), source_id, line.into(), part_of)?;
                }
            }
            Err(reason) => self.leave_out(reason, shape.element),
        }
        Ok(())
    }

    /// The cemetery in which at least half of a path lies.
    fn cemetery_of_path(&self, line: &LineString<f64>) -> Whole {
        let shares = self.cemeteries.iter().map(|ground| (ground.share_of(line), ground));
        let most = shares.filter(|(share, _)| *share >= 0.5).max_by(|one, two| one.0.total_cmp(&two.0))?;
        Some(("cemeteries".to_owned(), most.1.source_id.clone()))
    }

    /// Land, water and buildings.
    fn take_base_areas(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let tags = shape.element.tags;
        let drawn = [base::land(tags), base::water_area(tags), base::building(tags)];
        if drawn.iter().all(Option::is_none) || shape.element.sort == Sort::Node {
            return Ok(());
        }
        match shape.area_geometry() {
            Ok(geometry) => {
                for drawn in drawn.into_iter().flatten() {
                    let drawn = base::with_area(drawn, &geometry);
                    self.give_drawn(drawn, shape.element.source_id(), geometry.clone())?;
                }
            }
            Err(reason) => self.leave_out(reason, shape.element),
        }
        Ok(())
    }

    /// Names of places and house numbers.
    fn take_base_points(&mut self, shape: &Shape<'_>) -> Result<(), ImportError> {
        let tags = shape.element.tags;
        let drawn = [base::place(tags, shape.element.sort), base::house_number(tags)];
        for drawn in drawn.into_iter().flatten() {
            match shape.point() {
                Some(point) => {
                    self.give_drawn(drawn, shape.element.source_id(), Geometry::Point(Point(point)))?;
                }
                None => self.leave_out(Reason::NoPosition, shape.element),
            }
        }
        Ok(())
    }
}

/// The first piece keeps the id of the whole, later ones are numbered from 2.
fn piece_id(element: Element<'_>, number: usize) -> String {
    let id = element.source_id();
    if number == 0 { id } else { format!("{id}#{}", number + 1) }
}

fn layer_key(layer: BaseLayer) -> &'static str {
    match layer {
        BaseLayer::Land => "basemap/land",
        BaseLayer::Water => "basemap/water",
        BaseLayer::Buildings => "basemap/buildings",
        BaseLayer::Roads => "basemap/roads",
        BaseLayer::Places => "basemap/places",
        BaseLayer::Housenumbers => "basemap/housenumbers",
    }
}

/// Nodes that carry `entrance` and belong to the outline of a building.
fn house_doors(store: &Store) -> HashSet<i64> {
    let entrances: HashSet<i64> = store
        .elements()
        .take_while(|element| element.sort == Sort::Node)
        .filter(|element| element.tags.has("entrance"))
        .map(|element| element.id)
        .collect();
    store
        .elements()
        .filter(|element| element.tags.has("building") || element.tags.has("building:part"))
        .flat_map(|element| element.nodes)
        .copied()
        .filter(|node| entrances.contains(node))
        .collect()
}
