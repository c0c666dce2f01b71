use proptest::prelude::*;
use serde_json::json;

use super::*;

fn form(questions: Value) -> Form {
    serde_json::from_value(json!({ "pages": [{ "title": { "pl": "Strona" }, "questions": questions }] }))
        .unwrap()
}

fn question(id: &str, ask: Value) -> Value {
    let mut all = json!({ "id": id, "title": { "pl": "Pytanie" }, "required": true });
    all.as_object_mut().unwrap().extend(ask.as_object().unwrap().clone());
    all
}

fn choices(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "id": id, "label": { "pl": id } })).collect()
}

fn wrong(ask: &Value, value: Value) -> Option<AnswerWrong> {
    let form = form(json!([question("q", ask.clone())]));
    assert_eq!(sound(&form), Ok(()), "{ask}");
    fits(&form, &Answers::from([("q".to_owned(), value)])).err().map(|mut faults| faults.remove(0).why)
}

fn wrongs(form: &Form) -> Vec<FormWrong> {
    sound(form).err().unwrap_or_default().into_iter().map(|fault| fault.why).collect()
}

#[test]
fn each_kind_takes_its_answers_and_no_others() {
    use AnswerWrong::{
        Few, Geometry, High, Long, Low, Many, NotAChoice, NotWhole, Outside, Points, PointsEach, Rows, Shape,
        Twice,
    };
    let abc = choices(&["a", "b", "c"]);
    let single = json!({ "type": "single", "choices": abc });
    assert_eq!(wrong(&single, json!("a")), None);
    assert_eq!(wrong(&single, json!("d")), Some(NotAChoice));
    assert_eq!(wrong(&single, json!(["a"])), Some(Shape));
    let multiple = json!({ "type": "multiple", "choices": abc, "least": 1, "most": 2 });
    assert_eq!(wrong(&multiple, json!(["a", "c"])), None);
    assert_eq!(wrong(&multiple, json!(["a", "a"])), Some(Twice));
    assert_eq!(wrong(&multiple, json!(["a", "b", "c"])), Some(Many(2)));
    let ranking = json!({ "type": "ranking", "choices": abc, "most": 2 });
    assert_eq!(wrong(&ranking, json!(["c", "a"])), None);
    assert_eq!(wrong(&ranking, json!(["c", "a", "b"])), Some(Many(2)));
    let points = json!({ "type": "points", "choices": abc, "total": 5, "most_each": 3 });
    assert_eq!(wrong(&points, json!({ "a": 3, "b": 2 })), None);
    assert_eq!(wrong(&points, json!({ "a": 3, "b": 3 })), Some(Points(5)));
    assert_eq!(wrong(&points, json!({ "a": 4 })), Some(PointsEach(3)));
    assert_eq!(wrong(&points, json!({ "a": -1 })), Some(Shape), "nobody takes points away");
    let matrix = json!({ "type": "matrix", "rows": abc, "columns": choices(&["x", "y"]) });
    assert_eq!(wrong(&matrix, json!({ "a": "x", "b": "y", "c": "x" })), None);
    assert_eq!(wrong(&matrix, json!({ "a": "x" })), Some(Rows));
    let scale =
        json!({ "type": "scale", "from": 1, "to": 5, "low": { "pl": "źle" }, "high": { "pl": "dobrze" } });
    assert_eq!(wrong(&scale, json!(5)), None);
    assert_eq!(wrong(&scale, json!(6)), Some(High("5".into())));
    let number = json!({ "type": "number", "least": 0.0, "most": 10.0, "whole": true });
    assert_eq!(wrong(&number, json!(7)), None);
    assert_eq!(wrong(&number, json!(7.5)), Some(NotWhole));
    assert_eq!(wrong(&number, json!(-1)), Some(Low("0".into())));
    assert_eq!(wrong(&number, json!("siedem")), Some(Shape));
    let text = json!({ "type": "text", "most": 5 });
    assert_eq!(wrong(&text, json!("żółwi")), None);
    assert_eq!(wrong(&text, json!("żółwie")), Some(Long(5)));
    let date = json!({ "type": "date", "least": "2026-01-01" });
    assert_eq!(wrong(&date, json!("2026-02-28")), None);
    assert_eq!(wrong(&date, json!("2026-02-29")), Some(Shape));
    assert_eq!(wrong(&date, json!("2025-12-31")), Some(Low("2026-01-01".into())));
    let pin = json!({ "type": "pin", "most": 1, "comment": false });
    let at = |x: f64| json!([{ "geometry": { "type": "Point", "coordinates": [x, 52.0] } }]);
    assert_eq!(wrong(&pin, at(20.0)), None);
    assert_eq!(wrong(&pin, at(200.0)), Some(Geometry));
    assert_eq!(
        wrong(&pin, json!([{ "typed": "Lipowa 5" }])),
        Some(Shape),
        "only what was looked up is an answer"
    );
    let area = json!({ "type": "area", "most": 1 });
    let ring = |ring: Value| json!([{ "geometry": { "type": "Polygon", "coordinates": [ring] } }]);
    assert_eq!(wrong(&area, ring(json!([[0, 0], [1, 0], [1, 1], [0, 0]]))), None);
    assert_eq!(wrong(&area, ring(json!([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]))), Some(Geometry), "a bow");
    assert_eq!(wrong(&area, ring(json!([[0, 0], [1, 0], [1, 1]]))), Some(Geometry));
    let mut bounded = form(json!([question("q", pin)]));
    bounded.bounds = Some([20.5, 51.0, 21.0, 53.0]);
    let faults = fits(&bounded, &Answers::from([("q".to_owned(), at(20.0))])).unwrap_err();
    assert_eq!(faults[0].why, Outside);
    let asset = json!({ "type": "asset", "collection": "lamps", "most": 2 });
    let lamp = |id: &str| json!({ "asset": id, "comment": "nie świeci" });
    assert_eq!(wrong(&asset, json!([lamp("a-1"), lamp("a-2")])), None);
    assert_eq!(wrong(&asset, json!([lamp("a-1"), lamp("a-1")])), Some(Twice));
    let none = Answers::from([("q".to_owned(), json!(["a"]))]);
    let some =
        form(json!([question("q", json!({ "type": "multiple", "choices": abc, "least": 2, "most": 3 }))]));
    assert_eq!(fits(&some, &none).unwrap_err()[0].why, Few(2));
}

#[test]
fn what_is_asked_follows_from_what_was_answered() {
    let then = |id: &str, of: &str, any: &str, not: bool| {
        let mut one = question(id, json!({ "type": "single", "choices": choices(&["a", "b"]) }));
        one["when"] = json!([{ "question": of, "any": [any], "not": not }]);
        one
    };
    let form = form(json!([
        question("first", json!({ "type": "single", "choices": choices(&["a", "b"]) })),
        then("second", "first", "a", false),
        then("third", "second", "b", false),
        then("other", "first", "a", true),
    ]));
    assert_eq!(sound(&form), Ok(()));
    let given =
        |all: &[(&str, &str)]| -> Answers { all.iter().map(|(a, b)| ((*a).to_owned(), json!(b))).collect() };
    let names =
        |answers: &Answers| asked(&form, answers).iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    assert_eq!(names(&given(&[("first", "a"), ("second", "b")])), ["first", "second", "third"]);
    let changed = given(&[("first", "b"), ("second", "b"), ("third", "a")]);
    assert_eq!(names(&changed), ["first", "other"], "what is not asked takes no choice");
    assert_eq!(fits(&form, &changed).unwrap_err().last().unwrap().why, AnswerWrong::NotAsked);
    let left = asked_only(&form, changed);
    assert_eq!(left, given(&[("first", "b")]));
    let faults = fits(&form, &left).unwrap_err();
    assert_eq!(
        (faults[0].question.as_str(), &faults[0].why, faults.len()),
        ("other", &AnswerWrong::Missing, 1)
    );
    assert_eq!(
        fits(&form, &given(&[("nonsense", "a")])).unwrap_err().last().unwrap().why,
        AnswerWrong::Unknown
    );
}

#[test]
fn forms_that_cannot_be_answered_are_refused() {
    assert_eq!(wrongs(&Form::default()), [FormWrong::Empty]);
    let one = |ask: Value| wrongs(&form(json!([question("q", ask)])));
    assert_eq!(one(json!({ "type": "single", "choices": choices(&["a"]) })), [FormWrong::FewChoices]);
    assert_eq!(one(json!({ "type": "single", "choices": choices(&["a", "a"]) })), [FormWrong::SameName]);
    assert_eq!(one(json!({ "type": "single", "choices": choices(&["a", "ż"]) })), [FormWrong::Name]);
    let limits = [
        json!({ "type": "multiple", "choices": choices(&["a", "b"]), "most": 3 }),
        json!({ "type": "points", "choices": choices(&["a", "b"]), "total": 3, "most_each": 4 }),
        json!({ "type": "scale", "from": 5, "to": 5, "low": { "pl": "a" }, "high": { "pl": "b" } }),
        json!({ "type": "scale", "from": i32::MIN, "to": i32::MAX, "low": { "pl": "a" }, "high": { "pl": "b" } }),
        json!({ "type": "number", "least": 3.0, "most": 2.0 }),
        json!({ "type": "text", "most": 5_000_000 }),
        json!({ "type": "pin", "most": 0 }),
    ];
    for ask in limits {
        assert_eq!(one(ask.clone()), [FormWrong::Limits], "{ask}");
    }
    let mut later = question("q", json!({ "type": "text", "most": 5 }));
    later["when"] = json!([{ "question": "r", "any": ["a"] }]);
    let first = question("r", json!({ "type": "single", "choices": choices(&["a", "b"]) }));
    assert_eq!(
        wrongs(&form(json!([later, first]))),
        [FormWrong::Condition],
        "only what was asked before can be known"
    );
    assert_eq!(wrongs(&form(json!([first, later]))), []);
    later["when"] = json!([{ "question": "r", "any": ["c"] }]);
    assert_eq!(wrongs(&form(json!([first, later]))), [FormWrong::Condition]);
    let empty = json!([{ "id": "q", "title": { "pl": " " }, "type": "text", "most": 5 }]);
    assert_eq!(wrongs(&form(empty)), [FormWrong::NoWords]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!({ "type": "Point", "coordinates": [20.0, 52.0] })),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("geometry|comment|asset|a|b", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever comes, the check ends, and what passes once has nothing left to be pruned.
    #[test]
    fn the_check_answers_to_anything(values in prop::collection::vec(any_json(), 6)) {
        let form = form(json!([
            question("a", json!({ "type": "multiple", "choices": choices(&["a", "b"]) })),
            question("b", json!({ "type": "pin", "most": 2, "comment": true })),
            question("c", json!({ "type": "points", "choices": choices(&["a", "b"]), "total": 5, "most_each": 5 })),
            question("d", json!({ "type": "area", "most": 2 })),
            question("e", json!({ "type": "ranking", "choices": choices(&["a", "b"]) })),
            question("f", json!({ "type": "asset", "collection": "lamps", "most": 2 })),
        ]));
        let names = ["a", "b", "c", "d", "e", "f"];
        let answers: Answers = names.iter().map(|name| (*name).to_owned()).zip(values).collect();
        if fits(&form, &answers).is_ok() {
            prop_assert_eq!(asked_only(&form, answers.clone()), answers);
        }
    }
}
