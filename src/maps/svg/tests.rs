//! What the drawings must hold, whatever comes in.

use super::*;
use geo_types::{Point, Polygon, polygon};
use proptest::prelude::*;

fn drawing(shapes: Vec<Shape>) -> Drawing {
    Drawing {
        extent: [21.0, 52.0, 21.004, 52.002],
        width_px: 720.0,
        height_px: 540.0,
        title: "Droga do grobu".to_owned(),
        description: "Od bramy <głównej> & dalej".to_owned(),
        lang: "pl".to_owned(),
        accent: "#8a1538".to_owned(),
        attribution: "© OpenStreetMap contributors".to_owned(),
        shapes,
        route: Some(RouteShape::from_course(
            &LineString::from(vec![(21.0, 52.0), (21.001, 52.0), (21.003, 52.001), (21.003, 52.0012)]),
            true,
            true,
            vec![(1, Coord { x: 21.001, y: 52.0 })],
        )),
        gate: Some(Mark { at: Coord { x: 21.001, y: 52.0 }, label: Some("Brama główna".to_owned()) }),
        target: Some(Mark { at: Coord { x: 21.003, y: 52.0012 }, label: Some("B-4-12".to_owned()) }),
        places: vec![(7, Coord { x: 21.002, y: 52.0015 })],
    }
}

fn street(name: &str, line: Vec<(f64, f64)>) -> Shape {
    Shape { class: ShapeClass::Street, geometry: LineString::from(line).into(), label: Some(name.to_owned()) }
}

#[test]
fn a_course_is_taken_apart_into_its_legs() {
    let course = LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0)]);
    let xs = |part: &[Coord<f64>]| part.iter().map(|at| (at.x, at.y)).collect::<Vec<_>>();
    let both = RouteShape::from_course(&course, true, true, Vec::new());
    assert_eq!(xs(&both.start_leg), [(0.0, 0.0), (1.0, 0.0)]);
    assert_eq!(xs(&both.line), [(1.0, 0.0), (2.0, 0.0)]);
    assert_eq!(xs(&both.last_leg), [(2.0, 0.0), (2.0, 1.0)]);
    let none = RouteShape::from_course(&course, false, false, Vec::new());
    assert_eq!((none.start_leg.len(), none.line.len(), none.last_leg.len()), (0, 4, 1));
    let only_leg =
        RouteShape::from_course(&LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]), false, true, vec![]);
    assert_eq!((only_leg.line.len(), only_leg.last_leg.len()), (1, 2));
    let empty = RouteShape::from_course(&LineString::new(vec![]), true, true, vec![]);
    assert_eq!(empty.line.len() + empty.start_leg.len() + empty.last_leg.len(), 0);
}

#[test]
fn texts_are_escaped_and_the_drawing_names_itself() {
    let svg = draw(&drawing(vec![street("<b>\u{1}&'\"", vec![(21.0, 52.0015), (21.004, 52.0015)])]));
    assert!(svg.contains("<title>Droga do grobu</title>"));
    assert!(svg.contains("<desc>Od bramy &lt;głównej&gt; &amp; dalej</desc>"));
    assert!(svg.contains("&lt;b&gt;&amp;&#39;&quot;</text>"));
    assert!(svg.contains("role=\"img\""));
    assert!(svg.contains(">N</text>") && svg.contains("50 m"));
    for mark in ["B-4-12", "Brama główna", ">7</text>", "© OpenStreetMap contributors"] {
        assert!(svg.contains(mark), "{mark}");
    }
}

#[test]
fn a_name_is_written_once_and_never_over_another() {
    let twice = vec![
        street("Lipowa", vec![(21.0, 52.0016), (21.004, 52.0016)]),
        street("Lipowa", vec![(21.0, 52.0018), (21.004, 52.0018)]),
    ];
    assert_eq!(draw(&drawing(twice)).matches(">Lipowa<").count(), 1);
    let same_place = vec![
        street("Lipowa", vec![(21.0015, 52.0016), (21.002, 52.0016)]),
        street("Polna", vec![(21.0015, 52.0016), (21.002, 52.0016)]),
    ];
    let svg = draw(&drawing(same_place));
    assert_eq!(svg.matches(">Lipowa<").count() + svg.matches(">Polna<").count(), 1);
}

#[test]
fn what_lies_outside_is_cut_and_what_is_too_much_left_out() {
    let far = street("Daleka", vec![(30.0, 10.0), (31.0, 11.0)]);
    assert!(!draw(&drawing(vec![far])).contains("Daleka"));
    let wide =
        polygon![(x: -100.0, y: -80.0), (x: 100.0, y: -80.0), (x: 100.0, y: 80.0), (x: -100.0, y: 80.0)];
    let svg = draw(&drawing(vec![Shape { class: ShapeClass::Green, geometry: wide.into(), label: None }]));
    assert!(svg.contains("-20.0") && !svg.contains("00000"), "cut to the sheet");
    let tree = |i: usize| Shape {
        class: ShapeClass::Tree,
        geometry: Point::new(21.0 + (i % 300) as f64 * 1e-5, 52.0 + (i / 300) as f64 * 1e-5).into(),
        label: None,
    };
    let mut many: Vec<Shape> = (0..MOST_POINTS + 10).map(tree).collect();
    many.push(street("Lipowa", vec![(21.0, 52.0018), (21.004, 52.0018)]));
    let svg = draw(&drawing(many));
    assert!(svg.contains("Lipowa"), "streets are kept before trees");
}

proptest! {
    /// Whatever comes, the result is one element without numbers that no browser reads.
    #[test]
    fn any_drawing_is_drawn(
        numbers in proptest::collection::vec(prop_oneof![
            any::<f64>(), -180.0..180.0f64, Just(f64::NAN), Just(f64::INFINITY), 51.99..52.01f64
        ], 10),
        label in ".{0,60}"
    ) {
        let at = |i: usize| Coord { x: numbers[i % 10], y: numbers[(i + 1) % 10] };
        let ring = LineString::new((0..5).map(at).collect());
        let mut drawing = drawing(vec![
            Shape { class: ShapeClass::Green, geometry: Polygon::new(ring.clone(), vec![]).into(), label: Some(label.clone()) },
            Shape { class: ShapeClass::Street, geometry: ring.clone().into(), label: Some(label.clone()) },
            Shape { class: ShapeClass::Grave, geometry: Point::from(at(3)).into(), label: None },
        ]);
        drawing.extent = [numbers[6], numbers[7], numbers[8], numbers[9]];
        (drawing.width_px, drawing.height_px, drawing.title) = (numbers[0], numbers[5], label);
        drawing.route = Some(RouteShape::from_course(&ring, true, true, vec![(1, at(2))]));
        let svg = draw(&drawing);
        prop_assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        prop_assert!(!svg.contains("=\"NaN") && !svg.contains("=\"inf") && !svg.contains(" NaN") && !svg.contains("LNaN"));
    }
}
