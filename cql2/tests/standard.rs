//! The standard's own examples, in both encodings.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use cql2::{Expr, parse_json, parse_text};

struct Example {
    name: &'static str,
    text: &'static str,
    json: &'static str,
}

fn examples() -> Vec<Example> {
    let blocks = include_str!("examples.txt").split("\n\n").filter(|block| !block.starts_with('#'));
    blocks
        .map(|block| {
            let mut lines = block.lines();
            let mut line = || lines.next().expect("name, text and JSON");
            Example { name: line(), text: line(), json: line() }
        })
        .collect()
}

#[test]
fn text_and_json_of_each_example_are_one_tree() {
    let examples = examples();
    assert!(examples.len() >= 100, "{}", examples.len());
    for Example { name, text, json } in examples {
        let from_text = parse_text(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let from_json = parse_json(json).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(from_text, from_json, "{name}");
    }
}

#[test]
fn each_example_survives_the_way_through_both_encodings() {
    for Example { name, text, .. } in examples() {
        let tree = parse_text(text).unwrap();
        let json = tree.to_json().to_string();
        let again = parse_json(&json).unwrap_or_else(|error| panic!("{name}: {error} in {json}"));
        assert_eq!(again, tree, "{name}");
        let printed = again.to_text();
        assert_eq!(
            parse_text(&printed).unwrap_or_else(|error| panic!("{name}: {error} in {printed}")),
            tree,
            "{name}"
        );
        assert_eq!(parse_text(&printed).unwrap().to_text(), printed, "{name}");
    }
}

#[test]
fn and_binds_before_or_and_not_before_both() {
    let tree = parse_text("a = 1 OR NOT b = 2 AND c = 3").unwrap();
    let Expr::Or(parts) = &tree else { panic!("{tree:?}") };
    let Expr::And(inner) = &parts[1] else { panic!("{tree:?}") };
    assert!(matches!(inner[0], Expr::Not(_)));
    assert_eq!(tree.to_text(), "a = 1 OR NOT b = 2 AND c = 3");
    assert_eq!(parse_text("(a = 1 OR b = 2) AND c = 3").unwrap().to_text(), "(a = 1 OR b = 2) AND c = 3");
}

#[test]
fn arithmetic_is_reckoned_from_the_left_and_powers_from_the_right() {
    for (text, printed) in [
        ("a - b - c = 0", "a - b - c = 0"),
        ("a - (b - c) = 0", "a - (b - c) = 0"),
        ("(a + b) * c = 0", "(a + b) * c = 0"),
        ("a + b * c = 0", "a + b * c = 0"),
        ("2 ^ 3 ^ a = 0", "2 ^ 3 ^ a = 0"),
        ("(2 ^ 3) ^ a = 0", "(2 ^ 3) ^ a = 0"),
        ("a DIV 2 % 3 = 0", "a div 2 % 3 = 0"),
        ("a - -2 = 0", "a - -2 = 0"),
        ("a=1", "a = 1"),
        ("a<>.5e+3", "a <> 500.0"),
    ] {
        assert_eq!(parse_text(text).unwrap().to_text(), printed);
    }
}

#[test]
fn quotes_are_written_as_the_standard_says() {
    let texts = |filter: &str| match parse_text(filter).unwrap() {
        Expr::Compare(_, _, text) => *text,
        other => panic!("{other:?}"),
    };
    assert_eq!(texts("a = 'O''Neil'"), Expr::Text("O'Neil".into()));
    assert_eq!(texts(r"a = 'O\'Neil'"), Expr::Text("O'Neil".into()));
    assert_eq!(texts(r"a = 'one\ttwo\nthree'"), Expr::Text("one\ttwo\nthree".into()));
    assert_eq!(texts(r"a = '100\%'"), Expr::Text(r"100\%".into()));
    assert_eq!(texts(r"a = 'c:\\new'"), Expr::Text(r"c:\new".into()));
    assert_eq!(texts("a = ''"), Expr::Text(String::new()));
    let quoted = parse_text(r#""Wysokość (m)" > 1 AND "and" = 2 AND "date" = 3"#).unwrap();
    assert_eq!(quoted.to_text(), r#""Wysokość (m)" > 1 AND "and" = 2 AND "date" = 3"#);
    assert_eq!(parse_text("wysokość > 1").unwrap().to_text(), "wysokość > 1");
}
