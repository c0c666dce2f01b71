//! Small made-up cemeteries on which every answer can be checked by hand.
//!
//! All lie around 52° N, 21° E; one unit of the drawings is one metre on the plane there.

use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon};
use uuid::Uuid;

use super::measure::{Plane, length_m};
use super::model::*;
use super::network::Network;
use super::refusal::{End, NoRoute};

const ORIGIN: Coord<f64> = Coord { x: 21.0, y: 52.0 };
const CEMETERY: Uuid = Uuid::from_u128(1);

fn at(x_m: f64, y_m: f64) -> Coord<f64> {
    Plane::at(ORIGIN).to_deg(Coord { x: x_m, y: y_m })
}

fn line(points_m: &[(f64, f64)]) -> LineString<f64> {
    LineString::new(points_m.iter().map(|(x, y)| at(*x, *y)).collect())
}

fn path(id: u128, points_m: &[(f64, f64)]) -> PathInput {
    PathInput {
        id: Uuid::from_u128(id),
        line: line(points_m),
        class: PathClass::Footway,
        name: None,
        surface: None,
        width_m: None,
        incline_pct: None,
        step_count: None,
        step_free: StepFree::Yes,
        wheelchair: None,
        access: None,
        cemetery: None,
    }
}

fn named(id: u128, name: &str, class: PathClass, points_m: &[(f64, f64)]) -> PathInput {
    PathInput { name: Some(name.to_owned()), class, ..path(id, points_m) }
}

fn gate(id: u128, point_m: (f64, f64)) -> GateInput {
    GateInput {
        id: Uuid::from_u128(id),
        name: None,
        point: at(point_m.0, point_m.1).into(),
        cemetery: CEMETERY,
        open: true,
    }
}

/// A cemetery 100 m square: the main avenue runs north from the gate 10 at (50, 0), a street south of the
/// wall, "Aleja Lipowa" to the east at y = 40, steps to the north part at y = 60.
fn town() -> NetworkInput {
    let ring = line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]);
    let mut steps = path(105, &[(50.0, 60.0), (50.0, 66.0)]);
    (steps.class, steps.step_free, steps.step_count, steps.incline_pct) =
        (PathClass::Steps, StepFree::No, Some(12), Some(30.0));
    NetworkInput {
        paths: vec![
            named(
                101,
                "ulica Stefana Żeromskiego",
                PathClass::Residential,
                &[(-50.0, -20.0), (50.0, -20.0), (150.0, -20.0)],
            ),
            named(102, "Aleja Główna", PathClass::Footway, &[(50.0, -20.0), (50.0, 0.0), (50.0, 40.0)]),
            named(103, "Aleja Główna", PathClass::Footway, &[(50.0, 40.0), (50.0, 60.0)]),
            named(104, "Aleja Lipowa", PathClass::Footway, &[(50.0, 40.0), (90.0, 40.0)]),
            steps,
            path(106, &[(50.0, 66.0), (50.0, 95.0)]),
        ],
        gates: vec![GateInput { name: Some("Brama główna".to_owned()), ..gate(10, (50.0, 0.0)) }],
        cemeteries: vec![CemeteryInput {
            id: CEMETERY,
            name: Some("Cmentarz zmyślony".to_owned()),
            area: MultiPolygon::new(vec![Polygon::new(ring.clone(), vec![])]),
        }],
        barriers: vec![BarrierInput { line: ring }],
        buildings: vec![],
    }
}

fn grave(x_m: f64, y_m: f64) -> Target {
    Target { point: at(x_m, y_m).into(), cemetery: Some(CEMETERY), label: None }
}

fn ask(input: NetworkInput, target: Target, origin: Origin, profile: Profile) -> Result<Route, NoRoute> {
    let route = Network::build(input).route(&Request { target, origin, profile });
    if let Ok(route) = &route {
        let told_m: f64 = route.steps.iter().map(|step| step.distance_m).sum();
        let legs_m: f64 = route.legs.iter().map(|leg| leg.length_m).sum();
        assert!((told_m - route.distance_m).abs() < 1e-6, "steps add up");
        assert!((legs_m - route.distance_m).abs() < 1e-6, "legs add up");
        assert!((length_m(&route.line.0) - route.distance_m).abs() < 0.02, "the line is as long as said");
    }
    route
}

fn walk(input: NetworkInput, target: Target, origin: Origin) -> Result<Route, NoRoute> {
    ask(input, target, origin, Profile::Walk)
}

fn main_gate() -> Origin {
    Origin::Gate(Uuid::from_u128(10))
}

fn told(route: &Route, lang: Lang) -> Vec<String> {
    route.steps.iter().map(|step| step.instruction.get(lang).to_owned()).collect()
}

#[test]
fn from_the_gate_to_a_grave_on_the_left_of_an_avenue() {
    let route = walk(town(), grave(80.0, 44.0), main_gate()).unwrap();
    assert!((route.distance_m - 74.0).abs() < 0.05, "{}", route.distance_m);
    assert!((route.last_leg_m - 4.0).abs() < 0.01);
    assert_eq!(
        told(&route, Lang::Pl),
        [
            "Wejdź bramą główną",
            "Idź prosto aleją Główną 40 m",
            "Skręć w prawo w aleję Lipową",
            "Grób jest po lewej stronie, 4 m od alei"
        ]
    );
    assert_eq!(
        told(&route, Lang::En),
        [
            "Enter through the gate “Brama główna”",
            "Go straight along Aleja Główna for 40 m",
            "Turn right into Aleja Lipowa",
            "The grave is on the left, 4 m from the path"
        ]
    );
    assert_eq!(route.step_free, StepFreeVerdict::Verified);
    assert!(route.gate.unwrap().joined_to_street);
    let maneuvers: Vec<_> = route.steps.iter().map(|step| step.maneuver).collect();
    assert_eq!(maneuvers, [Maneuver::Enter, Maneuver::Straight, Maneuver::Right, Maneuver::ArriveLeft]);
}

#[test]
fn steps_are_told_with_their_number_and_direction() {
    let route = walk(town(), grave(47.0, 80.0), main_gate()).unwrap();
    let pl = told(&route, Lang::Pl);
    assert_eq!(pl[2], "Idź po schodach w górę (12 stopni)");
    assert_eq!(told(&route, Lang::En)[2], "Go up the steps (12 steps)");
    assert_eq!(pl[4], "Grób jest po lewej stronie, 3 m od ścieżki");
    assert!(matches!(route.step_free, StepFreeVerdict::Impossible { ref blocking } if blocking.len() == 1));
}

#[test]
fn steps_taken_the_other_way_lead_down() {
    let mut input = town();
    input.paths.push(path(107, &[(50.0, 95.0), (50.0, 120.0)]));
    input.gates.push(gate(11, (50.0, 100.0)));
    let route = walk(input, grave(55.0, 50.0), Origin::Gate(Uuid::from_u128(11))).unwrap();
    assert!(told(&route, Lang::Pl).contains(&"Idź po schodach w dół (12 stopni)".to_owned()));
}

#[test]
fn without_steps_the_blocking_edge_is_named() {
    let reason = ask(town(), grave(47.0, 80.0), main_gate(), Profile::StepFree).unwrap_err();
    let NoRoute::StepFreeImpossible { blocking, walk_distance_m } = &reason else { panic!("{reason:?}") };
    assert_eq!(blocking[0].path, Uuid::from_u128(105));
    assert_eq!(blocking[0].obstacle, Some(Obstacle::Steps { count: Some(12) }));
    assert!((walk_distance_m - 83.0).abs() < 0.1);
    assert_eq!(
        reason.text(Lang::Pl),
        "Nie ma drogi bez barier. Na przeszkodzie: schody (12 stopni). Pieszo jest 83 m."
    );
    assert_eq!(
        reason.text(Lang::En),
        "There is no step-free way. In the way: steps (12 steps). On foot it is 83 m."
    );
}

#[test]
fn a_surveyed_way_is_preferred_while_it_is_not_much_longer() {
    let mut input = town();
    input.paths[2].step_free = StepFree::Unknown; // 20 m
    input.paths.push(path(108, &[(50.0, 40.0), (43.0, 50.0), (50.0, 60.0)])); // 24.4 m, surveyed
    let route = |input, profile| ask(input, grave(50.0, 60.0), main_gate(), profile).unwrap();
    assert_eq!(route(input.clone(), Profile::StepFree).step_free, StepFreeVerdict::Verified);
    let verdict = route(input, Profile::Walk).step_free;
    assert!(
        matches!(verdict, StepFreeVerdict::PartlyUnknown { unknown_m, .. } if (unknown_m - 20.0).abs() < 0.1)
    );
}

#[test]
fn the_best_gate_is_the_one_with_the_least_way_and_joined_to_the_street() {
    let mut input = town();
    input.gates.push(gate(11, (90.0, 0.0)));
    input.paths.push(path(109, &[(90.0, -20.0), (90.0, 0.0), (90.0, 40.0)]));
    input.paths[0].line = line(&[(-50.0, -20.0), (50.0, -20.0), (90.0, -20.0), (150.0, -20.0)]);
    // A third gate is nearest of all, but only a path from nowhere leads to it.
    input.gates.push(gate(12, (100.0, 40.0)));
    input.paths.push(path(110, &[(90.0, 40.0), (100.0, 40.0), (104.0, 40.0)]));
    let route = walk(input, grave(85.0, 42.0), Origin::BestGate).unwrap();
    assert_eq!(route.gate.unwrap().id, Uuid::from_u128(11));
}

#[test]
fn a_gate_that_no_street_reaches_is_used_and_said() {
    let mut input = town();
    input.paths.remove(0);
    let network = Network::build(input);
    let request = Request { target: grave(60.0, 42.0), origin: Origin::BestGate, profile: Profile::Walk };
    assert!(!network.route(&request).unwrap().gate.unwrap().joined_to_street);
    assert_eq!(network.stats().gates_not_joined_to_street, [Uuid::from_u128(10)]);
}

#[test]
fn gates_that_cannot_be_used_are_answered_each_in_its_way() {
    let mut input = town();
    input.gates.push(gate(11, (0.0, 50.0)));
    input.gates.push(GateInput { open: false, ..gate(12, (50.0, 0.0)) });
    let code = |id: u128| {
        walk(input.clone(), grave(60.0, 42.0), Origin::Gate(Uuid::from_u128(id))).unwrap_err().code()
    };
    assert_eq!(code(11), "gate-on-no-path");
    assert_eq!(code(12), "gate-closed");
    assert_eq!(code(99), "unknown-gate");
    assert_eq!(Network::build(input).stats().gates_on_no_path, [Uuid::from_u128(11)]);
}

#[test]
fn a_gate_on_a_private_road_is_on_no_path() {
    let mut input = town();
    input.gates.push(gate(11, (0.0, 50.0)));
    input.paths.push(PathInput {
        access: Some("private".to_owned()),
        ..path(111, &[(-50.0, 50.0), (0.0, 50.0), (50.0, 50.0)])
    });
    let reason = walk(input, grave(60.0, 42.0), Origin::Gate(Uuid::from_u128(11))).unwrap_err();
    assert_eq!(reason, NoRoute::GateOnNoPath { gate: Uuid::from_u128(11), private_only: true });
}

#[test]
fn a_private_road_wholly_inside_may_be_walked() {
    let mut input = town();
    input.paths[3].access = Some("private".to_owned());
    assert!(walk(input, grave(80.0, 44.0), main_gate()).is_ok());
}

#[test]
fn a_gate_half_a_metre_from_a_path_stands_on_it() {
    let mut input = town();
    input.gates[0].point = at(50.4, 0.0).into();
    assert!(walk(input.clone(), grave(80.0, 44.0), main_gate()).is_ok());
    input.gates[0].point = at(50.6, 0.0).into();
    assert_eq!(walk(input, grave(80.0, 44.0), main_gate()).unwrap_err().code(), "gate-on-no-path");
}

#[test]
fn no_way_leads_through_a_closed_gate() {
    let mut input = town();
    input.gates[0].open = false;
    let outside = Origin::Position(at(40.0, -25.0).into());
    assert_eq!(walk(input.clone(), grave(80.0, 44.0), outside).unwrap_err(), NoRoute::NotConnected);
    assert_eq!(
        walk(input, grave(80.0, 44.0), Origin::BestGate).unwrap_err(),
        NoRoute::NoGateOnPath { cemetery: CEMETERY, closed: 1, on_no_path: 0 }
    );
}

#[test]
fn a_cemetery_without_gates_or_a_grave_without_cemetery_is_said() {
    let mut input = town();
    input.gates.clear();
    let reason = walk(input.clone(), grave(80.0, 44.0), Origin::BestGate).unwrap_err();
    assert_eq!(reason, NoRoute::CemeteryWithoutGates { cemetery: CEMETERY });
    let lone = Target { cemetery: None, ..grave(200.0, 200.0) };
    assert_eq!(walk(input, lone, Origin::BestGate).unwrap_err(), NoRoute::NoKnownCemetery);
}

#[test]
fn a_grave_without_cemetery_is_found_in_the_one_around_it() {
    let target = Target { cemetery: None, ..grave(80.0, 44.0) };
    assert!(walk(town(), target, Origin::BestGate).is_ok());
}

#[test]
fn a_wall_between_path_and_grave_stops_the_leg() {
    let mut input = town();
    input.barriers.push(BarrierInput {
        line: line(&[(70.0, 42.0), (90.0, 42.0), (90.0, 50.0), (70.0, 50.0), (70.0, 42.0)]),
    });
    let reason = walk(input, grave(80.0, 44.0), main_gate()).unwrap_err();
    assert!(
        matches!(reason, NoRoute::WallBetween { end: End::Grave, nearest_m } if (nearest_m - 4.0).abs() < 0.1)
    );
}

#[test]
fn a_grave_behind_a_hedge_is_approached_from_the_other_side() {
    let mut input = town();
    input.barriers.push(BarrierInput { line: line(&[(51.0, 43.0), (95.0, 43.0)]) });
    input.paths.push(path(112, &[(50.0, 55.0), (90.0, 55.0)]));
    input.paths[2].line = line(&[(50.0, 40.0), (50.0, 55.0), (50.0, 60.0)]);
    let route = walk(input, grave(80.0, 45.0), main_gate()).unwrap();
    assert!((route.last_leg_m - 10.0).abs() < 0.05);
}

#[test]
fn the_street_behind_the_boundary_is_no_way_to_a_grave() {
    let mut input = town();
    input.barriers.clear();
    input.paths.truncate(1);
    // 12 m from the street, but the boundary lies between, and no path inside.
    let reason = walk(input, grave(20.0, 2.0), Origin::Position(at(20.0, -21.0).into())).unwrap_err();
    assert_eq!(reason, NoRoute::NoPathNearGrave { nearest_m: None, limit_m: 60.0, in_cemetery: true });
}

#[test]
fn a_path_drawn_on_the_wall_is_left_only_at_its_gate() {
    let mut input = town();
    input.paths = vec![
        input.paths[0].clone(),
        path(113, &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]),
        path(114, &[(50.0, -20.0), (50.0, 0.0)]),
    ];
    let route = walk(input.clone(), grave(20.0, 3.0), Origin::BestGate).unwrap();
    assert!(route.last_leg_m > 29.0, "straight from the gate, not over the wall: {}", route.last_leg_m);
    input.gates[0].open = false;
    input.gates.push(gate(11, (100.0, 0.0)));
    let blocked = walk(input, grave(20.0, 3.0), Origin::BestGate).unwrap_err();
    assert!(matches!(blocked, NoRoute::WallBetween { end: End::Grave, .. }), "{blocked:?}");
}

#[test]
fn a_building_between_stops_the_leg_but_not_the_one_the_grave_is_in() {
    let block = |x_m: f64| BuildingInput {
        area: MultiPolygon::new(vec![Polygon::new(
            line(&[(x_m, 41.0), (x_m + 9.0, 41.0), (x_m + 9.0, 50.0), (x_m, 50.0), (x_m, 41.0)]),
            vec![],
        )]),
    };
    let mut input = town();
    input.buildings.push(block(76.0));
    assert!(walk(input.clone(), grave(80.0, 44.0), main_gate()).is_ok(), "a vault in the chapel");
    let behind = walk(input, grave(80.0, 53.0), main_gate());
    assert!(behind.is_err() || behind.unwrap().last_leg_m > 15.0);
}

#[test]
fn a_lone_grave_is_reached_only_from_close_by() {
    let lone = |y_m: f64| Target { cemetery: None, ..grave(-20.0, y_m) };
    let from = Origin::Position(at(-40.0, -21.0).into());
    assert!(walk(town(), lone(-28.0), from).is_ok());
    let reason = walk(town(), lone(-34.0), from).unwrap_err();
    assert!(
        matches!(reason, NoRoute::NoPathNearGrave { nearest_m: Some(m), limit_m, in_cemetery: false } if (m - 14.0).abs() < 0.1 && limit_m == 10.0)
    );
    assert!(reason.text(Lang::Pl).contains("14 m"));
}

#[test]
fn unconnected_paths_are_said_unless_another_is_near_enough() {
    let mut input = town();
    input.paths.push(path(115, &[(10.0, 80.0), (30.0, 80.0)]));
    let route = walk(input.clone(), grave(20.0, 82.0), main_gate()).unwrap();
    assert!(route.last_leg_m > 29.0, "from the avenue, as the nearest path leads nowhere");
    let far = Origin::Position(at(900.0, 0.0).into());
    input.paths.push(path(116, &[(900.0, 10.0), (950.0, 10.0)]));
    assert_eq!(walk(input, grave(80.0, 44.0), far).unwrap_err(), NoRoute::NotConnected);
}

#[test]
fn a_bridge_is_not_joined_to_what_it_crosses() {
    let components = Network::build(town()).stats().components;
    let mut input = town();
    input.paths.push(path(116, &[(0.0, -60.0), (0.0, -10.0)]));
    assert_eq!(Network::build(input).stats().components, components + 1);
}

#[test]
fn from_a_position_the_way_goes_through_the_gate() {
    let route = walk(town(), grave(80.0, 44.0), Origin::Position(at(0.0, -25.0).into())).unwrap();
    assert_eq!(
        told(&route, Lang::Pl),
        [
            "Przejdź 5 m do najbliższej drogi",
            "Idź na wschód ulicą Stefana Żeromskiego 50 m",
            "Skręć w lewo w aleję Główną",
            "Wejdź bramą główną",
            "Idź dalej prosto aleją Główną 40 m",
            "Skręć w prawo w aleję Lipową",
            "Grób jest po lewej stronie, 4 m od alei"
        ]
    );
    assert_eq!(route.gate.unwrap().id, Uuid::from_u128(10));
    assert_eq!(route.legs.first().unwrap().kind, LegKind::Start);
    assert_eq!(route.legs.last().unwrap().kind, LegKind::Last);
}

#[test]
fn positions_far_away_behind_walls_or_nowhere_are_said() {
    let code = |x_m: f64, y_m: f64| {
        walk(town(), grave(80.0, 44.0), Origin::Position(at(x_m, y_m).into())).unwrap_err().code()
    };
    assert_eq!(code(0.0, -900.0), "position-too-far");
    assert_eq!(code(900_000.0, 0.0), "position-too-far");
    let nowhere = Origin::Position(Point::new(f64::NAN, 52.0));
    assert_eq!(
        walk(town(), grave(80.0, 44.0), nowhere).unwrap_err(),
        NoRoute::InvalidPlace { end: End::Start }
    );
    let mut input = town();
    let pen = line(&[(-2.0, -30.0), (2.0, -30.0), (2.0, -26.0), (-2.0, -26.0), (-2.0, -30.0)]);
    input.barriers.push(BarrierInput { line: pen });
    let reason = walk(input, grave(80.0, 44.0), Origin::Position(at(0.0, -28.0).into())).unwrap_err();
    assert!(matches!(reason, NoRoute::WallBetween { end: End::Start, .. }));
}

#[test]
fn start_and_grave_on_one_edge_need_no_junction() {
    let from = Origin::Position(at(60.0, 41.0).into());
    let route = walk(town(), grave(85.0, 38.0), from).unwrap();
    assert!((route.distance_m - (1.0 + 25.0 + 2.0)).abs() < 0.05);
    assert_eq!(route.steps.last().unwrap().maneuver, Maneuver::ArriveRight);
}

#[test]
fn a_foreign_name_is_quoted() {
    let mut input = town();
    input.paths[3].name = Some("Holzhauser Straße".to_owned());
    let route = walk(input, grave(80.0, 44.0), main_gate()).unwrap();
    assert_eq!(told(&route, Lang::Pl)[2], "Skręć w prawo w „Holzhauser Straße”");
}

#[test]
fn impossible_geometry_is_refused_and_named() {
    let mut input = town();
    let mut bad = path(200, &[(0.0, 0.0)]);
    input.paths.push(bad.clone());
    (bad.id, bad.line) = (Uuid::from_u128(201), LineString::new(vec![at(1.0, 1.0), at(1.0, 1.0)]));
    input.paths.push(bad.clone());
    (bad.id, bad.line) =
        (Uuid::from_u128(202), LineString::new(vec![at(1.0, 1.0), Coord { x: f64::NAN, y: 52.0 }]));
    input.paths.push(bad.clone());
    (bad.id, bad.line) = (Uuid::from_u128(203), LineString::new(vec![]));
    input.paths.push(bad);
    input.gates.push(GateInput { point: Point::new(f64::INFINITY, 0.0), ..gate(11, (0.0, 0.0)) });
    input.barriers.push(BarrierInput { line: LineString::new(vec![Coord { x: f64::NAN, y: 0.0 }; 2]) });
    input.cemeteries.push(CemeteryInput {
        id: Uuid::from_u128(2),
        name: None,
        area: MultiPolygon::new(vec![]),
    });
    let network = Network::build(input);
    let refused: Vec<u128> = network.stats().refused_paths.iter().map(|id| id.as_u128()).collect();
    assert_eq!(refused, [200, 201, 202, 203]);
    let target = Target { point: Point::new(f64::NAN, f64::NAN), ..grave(0.0, 0.0) };
    let request = Request { target, origin: Origin::BestGate, profile: Profile::Walk };
    assert_eq!(network.route(&request).unwrap_err(), NoRoute::InvalidPlace { end: End::Grave });
}

#[test]
fn an_empty_network_answers() {
    let network = Network::build(NetworkInput::default());
    let request = |origin| Request { target: grave(0.0, 0.0), origin, profile: Profile::StepFree };
    assert_eq!(network.route(&request(Origin::BestGate)).unwrap_err(), NoRoute::NoKnownCemetery);
    let here = Origin::Position(at(0.0, 0.0).into());
    assert_eq!(network.route(&request(here)).unwrap_err().code(), "position-too-far");
    assert_eq!(network.stats(), super::network::NetworkStats::default());
}

#[test]
fn every_refusal_has_a_code_and_texts_that_serialise() {
    let refusals = [
        NoRoute::InvalidPlace { end: End::Start },
        NoRoute::UnknownGate { gate: CEMETERY },
        NoRoute::GateClosed { gate: CEMETERY },
        NoRoute::GateOnNoPath { gate: CEMETERY, private_only: false },
        NoRoute::NoKnownCemetery,
        NoRoute::CemeteryWithoutGates { cemetery: CEMETERY },
        NoRoute::NoGateOnPath { cemetery: CEMETERY, closed: 1, on_no_path: 2 },
        NoRoute::NoPathNearGrave { nearest_m: None, limit_m: 10.0, in_cemetery: false },
        NoRoute::WallBetween { end: End::Grave, nearest_m: 3.0 },
        NoRoute::NotConnected,
        NoRoute::PositionTooFar { nearest_m: Some(1234.0), limit_m: 300.0 },
        NoRoute::StepFreeImpossible { blocking: vec![], walk_distance_m: 80.0 },
    ];
    for refusal in refusals {
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], refusal.code());
        assert_ne!(refusal.text(Lang::Pl), refusal.text(Lang::En));
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = (f64, f64)> {
        (0..12i32, 0..12i32).prop_map(|(x, y)| (f64::from(x) * 10.0 - 5.0, f64::from(y) * 10.0 - 15.0))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Whatever is drawn: no panic, lengths add up, and neither leg crosses a wall.
        #[test]
        fn any_network_answers_soundly(
            lines in proptest::collection::vec(proptest::collection::vec(places(), 0..5), 0..20),
            walls in proptest::collection::vec((places(), places()), 0..4),
            target in places(), from in places(), step_free in any::<bool>()
        ) {
            let mut input = town();
            input.paths.extend((300u128..).zip(&lines).map(|(id, points)| PathInput {
                step_free: if id % 3 == 0 { StepFree::Unknown } else { StepFree::Yes },
                ..path(id, points)
            }));
            input.barriers.extend(walls.iter().map(|(a, b)| BarrierInput { line: line(&[*a, *b]) }));
            let target = grave(target.0 + 0.7, target.1 + 1.3);
            let profile = if step_free { Profile::StepFree } else { Profile::Walk };
            for origin in [Origin::BestGate, Origin::Position(at(from.0 + 0.4, from.1 - 0.9).into())] {
                if let Ok(route) = ask(input.clone(), target.clone(), origin, profile) {
                    prop_assert!(route.last_leg_m <= 60.0);
                    let first = LineString::new(vec![route.line.0[0], route.line.0[1]]);
                    let last = LineString::new(route.line.0[route.line.0.len() - 2..].to_vec());
                    for barrier in &input.barriers {
                        if route.last_leg_m > 0.2 {
                            prop_assert!(!crosses_inside(&last, &barrier.line));
                        }
                        if route.start_leg_m > 0.2 {
                            prop_assert!(!crosses_inside(&first, &barrier.line));
                        }
                    }
                }
            }
        }
    }

    /// Crossing a wall farther than 6 cm from the leg's ends and 1.5 m from the gate.
    fn crosses_inside(leg: &LineString<f64>, wall: &LineString<f64>) -> bool {
        use geo::line_intersection::{LineIntersection, line_intersection};
        leg.lines().any(|leg| {
            wall.lines().any(|wall| match line_intersection(leg, wall) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => {
                    let far = |from: Coord<f64>, limit_m: f64| length_m(&[from, intersection]) > limit_m;
                    far(leg.start, 0.06) && far(leg.end, 0.06) && far(at(50.0, 0.0), 1.5)
                }
                _ => false,
            })
        })
    }
}
