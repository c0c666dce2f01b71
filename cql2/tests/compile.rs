//! What a filter becomes as SQL, and what it is refused for. That the database answers what the standard says is shown
//! by the tests of the doors.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use cql2::{Bind, CompileOptions, Queryables, Source, Sql, Type, compile, parse_text};

fn queryables() -> Queryables {
    let mut all = Queryables::default();
    for (name, kind) in [
        ("species", Type::Text),
        ("height_m", Type::Number),
        ("floors", Type::Integer),
        ("lit", Type::Bool),
        ("planted", Type::Date),
        ("uses", Type::List),
        ("o'clock", Type::Text),
    ] {
        all.add(name, Source::Attribute(name.to_owned()), kind);
    }
    all.add("registry_number", Source::Column("registry_number"), Type::Integer);
    all.add("updated_at", Source::Column("updated_at"), Type::Instant);
    all.add("id", Source::Column("id"), Type::Id);
    all.add("geometry", Source::Column("geom"), Type::Geometry);
    all
}

fn sql(filter: &str) -> Sql {
    let tree = parse_text(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    compile(&tree, &queryables(), &CompileOptions::default())
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
}

fn refusal(filter: &str) -> String {
    let tree = parse_text(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let error = compile(&tree, &queryables(), &CompileOptions::default()).unwrap_err();
    assert_ne!(error.detail.pl, error.detail.en);
    error.detail.en
}

#[test]
fn values_are_bound_and_numbered_from_where_the_caller_says() {
    let filter = sql("species LIKE 'Til%' AND registry_number > 5");
    assert_eq!(
        filter.text(3),
        "((((a.attributes ->> 'species') like $3::text) and (a.registry_number > $4::bigint)))"
    );
    assert_eq!(filter.binds(), [Bind::Text("Til%".into()), Bind::Integer(5)]);
}

#[test]
fn equality_asks_the_index_only_where_unknown_is_as_good_as_false() {
    assert_eq!(sql("species = 'Tilia'").text(1), "(a.attributes @> $1::text::jsonb)");
    assert_eq!(sql("NOT species = 'Tilia'").text(1), "((not ((a.attributes ->> 'species') = $1::text)))");
    assert_eq!(sql("A_CONTAINS(uses, ('park'))").binds(), [Bind::Text(r#"{"uses":["park"]}"#.into())]);
}

#[test]
fn nothing_of_the_text_is_in_the_statement() {
    let evil = r"'; DROP TABLE asset; --\";
    let filter = format!(
        "species = '{0}' OR species LIKE '{0}x' OR CASEI(species) IN ('{0}', 'b', 'c', 'd', 'e') OR A_EQUALS(uses, ('{0}'))",
        evil.replace('\\', "\\\\").replace('\'', "''")
    );
    let filter = sql(&filter);
    assert!(!filter.text(1).contains("DROP"), "{}", filter.text(1));
    let literal = filter.to_literal_sql();
    // Within a literal every quote is doubled and every backslash too, and the literal is marked as one with escapes.
    assert!(literal.contains(r" E'''; DROP TABLE asset; --\\'::text"), "{literal}");
    assert!(!literal.contains('$'), "{literal}");
    assert!(sql("\"o'clock\" = 'x' AND NOT \"o'clock\" = 'y'").text(1).contains("'o''clock'"));
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    for (filter, expected) in [
        (
            "heigth_m > 1",
            "there is no property \"heigth_m\" here; there are: floors, geometry, height_m, id,",
        ),
        ("height_m > '1'", "cannot be compared: \"height_m\" is a number, but '1' is a text"),
        ("planted > '2020-01-01'", "a date is written DATE('2026-05-15')"),
        ("species", "\"species\" is a text, but what is needed is a condition"),
        ("5", "5 is no condition"),
        ("NOT height_m", "what is needed is a condition"),
        ("height_m LIKE '1%'", "\"height_m\" is a number, but what is needed is a text"),
        ("CASEI(height_m) = 'a'", "what is needed is a text"),
        ("species + 1 = 2", "\"species\" is a text, but what is needed is a number"),
        ("geometry = geometry", "geometries are not compared by signs"),
        ("uses = uses", "lists are not compared by signs"),
        ("S_WITHIN(species, POINT(1 1))", "\"species\" is a text, but what is needed is a geometry"),
        ("S_INTERSECTS(geometry, POINT(90 180))", "the position 90 180 lies outside of the reference system"),
        ("S_INTERSECTS(geometry, BBOX(1, 5, 2, 4))", "a BBOX has the least coordinates first"),
        ("T_AFTER(species, DATE('2020-01-01'))", "what is needed is a date or an instant"),
        ("T_MEETS(updated_at, DATE('2020-01-01'))", "T_MEETS compares intervals"),
        (
            "T_DURING(updated_at, INTERVAL('2021-01-01', '2020-01-01'))",
            "the interval ends (2020-01-01) before it begins (2021-01-01)",
        ),
        ("A_CONTAINS(species, ('a'))", "\"species\" is a text, but what is needed is a list"),
        ("drop_table(species) = 1", "there is no function \"drop_table\"; there are: abs,"),
        ("abs() = 1", "abs takes 1 arguments, but there are 0"),
        ("species LIKE 'a\\\\'", "ends in \"\\\""),
        ("updated_at = INTERVAL('..', '..')", "an INTERVAL can only stand in temporal relations"),
        (
            "T_DURING(updated_at, INTERVAL('2021-01-01T00:00:01.5Z', '2021-01-01T00:00:01.25Z'))",
            "before it begins",
        ),
        ("lit = 1", "\"lit\" is true or false, but 1 is a whole number"),
    ] {
        let refusal = refusal(filter);
        assert!(refusal.contains(expected), "{filter}: {refusal}");
    }
}

#[test]
fn axes_follow_the_reference_system() {
    let options = CompileOptions {
        alias: "x",
        srid: 2180,
        north_first: true,
        domain: [-400_000.0, -400_000.0, 1_400_000.0, 1_400_000.0],
    };
    let tree = parse_text("S_WITHIN(geometry, POINT(486000 636000))").unwrap();
    let filter = compile(&tree, &queryables(), &options).unwrap();
    assert_eq!(
        filter.text(1),
        "((x.geom && st_transform(st_geomfromewkb($1::bytea), 4326) and st_within(x.geom, st_transform(st_geomfromewkb($1::bytea), 4326))))"
    );
    let Bind::Ewkb(bytes) = &filter.binds()[0] else { panic!() };
    assert_eq!(bytes[9..17], 636_000f64.to_le_bytes());
    assert!(
        compile(&parse_text("S_WITHIN(geometry, POINT(52.1 21.0e9))").unwrap(), &queryables(), &options)
            .is_err()
    );
}

#[test]
fn a_fraction_of_a_second_is_later_than_none() {
    sql("T_DURING(updated_at, INTERVAL('2021-01-01T00:00:01Z', '2021-01-01T00:00:01.5Z'))");
}

#[test]
fn days_and_instants_meet_as_days_or_as_whole_days() {
    let text = |filter: &str| sql(filter).text(1);
    assert_eq!(
        text("updated_at = DATE('2026-01-01')"),
        "(((a.updated_at at time zone 'UTC')::date = $1::text::date))"
    );
    assert_eq!(
        text("T_AFTER(updated_at, DATE('2026-01-01'))"),
        "(((a.updated_at at time zone 'UTC')::date > $1::text::date))"
    );
    assert_eq!(
        text("T_DURING(updated_at, INTERVAL('2026-01-01', '..'))"),
        "((a.updated_at > ($1::text::date::timestamp at time zone 'UTC') and a.updated_at < 'infinity'::timestamptz))"
    );
}
