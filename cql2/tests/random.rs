//! Random trees go through both encodings and come back; texts that are nothing are refused in time.

use cql2::{
    Arithmetic, ArrayOp, Comparison, Expr, Geometry, MOST_BYTES, Number, Place, Position, SpatialOp,
    TemporalOp, parse_json, parse_text,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_filter("has no positive form", |n| *n != i64::MIN).prop_map(Number::Integer),
        (-1000i64..1000).prop_map(Number::Integer),
        any::<f64>().prop_filter("is finite", |n| n.is_finite()).prop_map(Number::Decimal),
    ]
}

fn date() -> impl Strategy<Value = String> {
    (1u32..=9999, 1u32..=12, 1u32..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

fn instant() -> impl Strategy<Value = String> {
    (date(), 0u32..24, 0u32..60, 0u32..60, option::of(1u32..10))
        .prop_map(|(day, h, m, s, f)| match f {
            Some(f) => format!("{day}T{h:02}:{m:02}:{s:02}.{f}Z"),
            None => format!("{day}T{h:02}:{m:02}:{s:02}Z"),
        })
        .prop_filter("has no zeros at its end", |text| !text.ends_with("0Z") || !text.contains('.'))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "height_m",
            "eo:cloud",
            "żółty.ą",
            "date",
            "NOT",
            "s_within",
            "div",
            "point",
            "z",
            "null"
        ])
        .prop_map(str::to_owned),
        "[a-z][a-z0-9_]{0,8}",
        "[ \"'a-zÄ-ž(]{1,6}",
    ]
}

fn function_name() -> impl Strategy<Value = String> {
    select(vec!["foo", "Bar", "area_m2", "avg"]).prop_map(str::to_owned)
}

fn position(heights: bool) -> impl Strategy<Value = Position> {
    (-180f64..180.0, -90f64..90.0, -10f64..10.0).prop_map(move |(x, y, z)| Position {
        x,
        y,
        z: heights.then_some(z),
    })
}

fn ring(heights: bool) -> impl Strategy<Value = Vec<Position>> {
    vec(position(heights), 3..6).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    })
}

fn single_geometry(heights: bool) -> impl Strategy<Value = Geometry> {
    prop_oneof![
        position(heights).prop_map(Geometry::Point),
        vec(position(heights), 2..5).prop_map(Geometry::Line),
        vec(ring(heights), 1..3).prop_map(Geometry::Polygon),
        vec(position(heights), 1..4).prop_map(Geometry::Points),
        vec(vec(position(heights), 2..4), 1..3).prop_map(Geometry::Lines),
        vec(vec(ring(heights), 1..3), 1..3).prop_map(Geometry::Polygons),
    ]
}

fn geometry() -> impl Strategy<Value = Geometry> {
    any::<bool>().prop_flat_map(|heights| {
        prop_oneof![
            3 => single_geometry(heights),
            1 => vec(single_geometry(heights), 1..3).prop_map(Geometry::Collection),
        ]
    })
}

fn literal() -> impl Strategy<Value = Expr> {
    prop_oneof![
        name().prop_map(Expr::Property),
        "[^\0]{0,12}".prop_map(Expr::Text),
        r"[a-ż'\\%_\n\t ]{0,8}".prop_map(Expr::Text),
        number().prop_map(Expr::Number),
        any::<bool>().prop_map(Expr::Bool),
        date().prop_map(Expr::Date),
        instant().prop_map(Expr::Timestamp),
    ]
}

fn value() -> impl Strategy<Value = Expr> {
    literal().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (select(Arithmetic::ALL), inner.clone(), inner.clone()).prop_map(|(op, a, b)| Expr::Arithmetic(
                op,
                a.into(),
                b.into()
            )),
            inner.clone().prop_map(|one| Expr::Casei(one.into())),
            inner.clone().prop_map(|one| Expr::Accenti(one.into())),
            (function_name(), vec(inner, 0..3)).prop_map(|(name, arguments)| Expr::Function(name, arguments)),
        ]
    })
}

fn time() -> impl Strategy<Value = Expr> {
    let end = || {
        option::of(prop_oneof![
            date().prop_map(Expr::Date),
            instant().prop_map(Expr::Timestamp),
            name().prop_map(Expr::Property)
        ])
    };
    prop_oneof![
        name().prop_map(Expr::Property),
        date().prop_map(Expr::Date),
        instant().prop_map(Expr::Timestamp),
        (end(), end()).prop_map(|(a, b)| Expr::Interval(a.map(Box::new), b.map(Box::new))),
    ]
}

fn place() -> impl Strategy<Value = Expr> {
    prop_oneof![
        name().prop_map(Expr::Property),
        geometry().prop_map(Expr::Geometry),
        prop_oneof![vec(number(), 4), vec(number(), 6)].prop_map(Expr::Bbox),
        function_name().prop_map(|name| Expr::Function(name, vec![])),
    ]
}

fn list() -> impl Strategy<Value = Expr> {
    prop_oneof![name().prop_map(Expr::Property), vec(value(), 0..4).prop_map(Expr::List)]
}

fn pattern() -> impl Strategy<Value = Expr> {
    r"[a-z%_\\']{0,6}".prop_map(Expr::Text).prop_recursive(2, 2, 1, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| Expr::Casei(one.into())),
            inner.prop_map(|one| Expr::Accenti(one.into()))
        ]
    })
}

fn condition() -> impl Strategy<Value = Expr> {
    let simple = prop_oneof![
        (select(Comparison::ALL), value(), value()).prop_map(|(op, a, b)| Expr::Compare(
            op,
            a.into(),
            b.into()
        )),
        (value(), pattern()).prop_map(|(a, b)| Expr::Like(a.into(), b.into())),
        (value(), value(), value()).prop_map(|(a, b, c)| Expr::Between(a.into(), b.into(), c.into())),
        (value(), vec(value(), 1..4)).prop_map(|(a, items)| Expr::In(a.into(), items)),
        value().prop_map(|one| Expr::IsNull(one.into())),
        (select(SpatialOp::ALL), place(), place()).prop_map(|(op, a, b)| Expr::Spatial(
            op,
            a.into(),
            b.into()
        )),
        (select(TemporalOp::ALL), time(), time()).prop_map(|(op, a, b)| Expr::Temporal(
            op,
            a.into(),
            b.into()
        )),
        (select(ArrayOp::ALL), list(), list()).prop_map(|(op, a, b)| Expr::Array(op, a.into(), b.into())),
        any::<bool>().prop_map(Expr::Bool),
    ];
    simple.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Expr::And),
            vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.clone().prop_map(|one| Expr::Not(one.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Compare(
                Comparison::Equal,
                a.into(),
                b.into()
            )),
            inner.prop_map(|one| Expr::IsNull(one.into())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_comes_back_from_text_and_from_json(tree in condition()) {
        let text = tree.to_text();
        prop_assert_eq!(&parse_text(&text).map_err(|e| TestCaseError::fail(format!("{e} in {text}")))?, &tree, "{}", text);
        let json = tree.to_json().to_string();
        prop_assert_eq!(&parse_json(&json).map_err(|e| TestCaseError::fail(format!("{e} in {json}")))?, &tree);
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = parse_text(&text);
        let _ = parse_json(&text);
    }

    #[test]
    fn words_in_any_order_are_answered(words in vec(select(vec![
        "a", "(", ")", ",", "=", "<>", "NOT", "AND", "OR", "LIKE", "'x'", "1", "-", "^", "BETWEEN", "IN", "IS", "NULL",
        "POINT", "Z", "BBOX", "DATE", "INTERVAL", "'..'", "S_WITHIN", "T_AFTER", "A_EQUALS", "CASEI", "\"q\"", "div", "TRUE",
    ]), 0..14)) {
        let text = words.join(" ");
        if let Ok(tree) = parse_text(&text) {
            prop_assert_eq!(parse_text(&tree.to_text()).unwrap(), tree.clone(), "{}", text);
            prop_assert_eq!(parse_json(&tree.to_json().to_string()).unwrap(), tree, "{}", text);
        }
    }
}

/// Texts that the fuzz target `cql2` found worth keeping, one a line as JSON.
#[test]
fn what_the_fuzzer_found_comes_back_too() {
    for line in include_str!("corpus.jsonl").lines() {
        let text: String = serde_json::from_str(line).unwrap();
        for read in [parse_text, parse_json] {
            if let Ok(tree) = read(&text) {
                assert_eq!(parse_text(&tree.to_text()).as_ref(), Ok(&tree), "{text}");
                assert_eq!(parse_json(&tree.to_json().to_string()).as_ref(), Ok(&tree), "{text}");
            }
        }
    }
}

#[test]
fn too_much_is_refused_at_once() {
    let begin = std::time::Instant::now();
    let deep = 10_000;
    let chain = |word: &str, operand: &str| vec![operand; deep].join(word);
    for text in [
        format!("{}a = 1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("{}a = 1", "NOT ".repeat(deep)),
        format!("{} = 1", chain(" + ", "a")),
        format!("{} = 1", chain(" ^ ", "a")),
        chain(" AND ", "a = 1"),
        format!("a IN ({})", chain(",", "1")),
        format!("{}a{} = 1", "CASEI(".repeat(deep), ")".repeat(deep)),
        format!("S_WITHIN(a, {}POINT(1 2){})", "GEOMETRYCOLLECTION(".repeat(deep), ")".repeat(deep)),
        format!("S_WITHIN(a, LINESTRING({}))", chain(",", "1 2")) + &" ".repeat(MOST_BYTES),
        format!("S_WITHIN(a, LINESTRING({}))", vec!["1 2"; 10_001].join(",")),
        format!("a = '{}'", "x".repeat(1 << 20)),
        "x".repeat(1 << 20),
        "'".repeat((1 << 16) - 1),
    ] {
        assert!(parse_text(&text).is_err(), "{}", text.chars().take(60).collect::<String>());
    }
    for json in [
        format!("{}1{}", "[".repeat(deep), "]".repeat(deep)),
        format!("{}true{}", r#"{"op":"not","args":["#.repeat(50), "]}".repeat(50)),
        format!("\"{}\"", "x".repeat(1 << 20)),
        r#"{"op":"=","args":[{"property":"a"},1e400]}"#.to_owned(),
    ] {
        assert!(parse_json(&json).is_err(), "{}", json.chars().take(60).collect::<String>());
    }
    assert!(begin.elapsed() < std::time::Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (text, at, detail) in [
        ("", 1, "expected a value, the name of a property or \"(\", but the filter ends"),
        ("a = ", 5, "expected a value, the name of a property or \"(\", but the filter ends"),
        ("a = 1 b = 2", 7, "expected AND, OR or the end of the filter, but found b"),
        ("(a = 1", 7, "expected \")\", but the filter ends"),
        ("a NOT 5", 7, "expected LIKE, BETWEEN or IN, but found 5"),
        ("a = 'x", 5, "the text has no closing quote"),
        ("ł = 1 ; drop", 7, "unexpected character \";\""),
        ("a BETWEEN 1 2", 13, "expected AND and the upper limit, but found 2"),
        ("a = DATE('2026-02-30')", 10, "\"2026-02-30\" is no date; expected one such as 2026-05-15"),
        ("a = 12abc", 5, "expected a space or an operator after the number of 2 characters"),
        (
            "S_WITHIN(a, POLYGON((0 0, 1 1, 0 0)))",
            13,
            "a ring of a polygon needs four positions or more and ends where it began",
        ),
        ("S_WITHIN(a, 5)", 1, "a spatial relation needs two geometries (property, WKT, BBOX or function)"),
        ("name LIKE other", 1, "expected a text in quotes after LIKE, or one in CASEI(…) or ACCENTI(…)"),
        ("a IN ()", 1, "the list after IN is empty"),
        (
            "like = 1",
            1,
            "expected a value or the name of a property (a reserved name stands in double quotes), but found like",
        ),
    ] {
        let error = parse_text(text).unwrap_err();
        assert_eq!((error.at.clone(), error.detail.en.as_str()), (Place::Character(at), detail), "{text}");
        assert!(!error.detail.pl.is_empty() && error.detail.pl != error.detail.en, "{text}");
    }
    for (json, pointer, detail) in [
        (
            r#"{"op":"and","args":[true,{"op":"=","args":[{"property":"a"}]}]}"#,
            "/args/1/args",
            "\"=\" takes 2 arguments",
        ),
        (r#"{"op":"=","args":[{"property":5},1]}"#, "/args/0", "expected a text"),
        (
            r#"{"op":"t_after","args":[{"property":"a"},{"interval":["..","soon"]}]}"#,
            "/args/1/interval/1",
            "\"soon\" is no date; expected one such as 2026-05-15",
        ),
        (
            r#"{"op":"; drop table asset","args":[]}"#,
            "",
            "\"; drop table asset\" is no name of an operator or function",
        ),
        (
            "[12.0]",
            "",
            "a list can only stand after IN and in A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
        ),
        ("{", "", "this is no JSON (line 1, column 1)"),
    ] {
        let error = parse_json(json).unwrap_err();
        assert_eq!(
            (error.at.clone(), error.detail.en.as_str()),
            (Place::Pointer(pointer.into()), detail),
            "{json}"
        );
    }
}
