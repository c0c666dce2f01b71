//! Personal codes: with the cases that the browser's half reads too (`static/tests/vote_codes.test.ts`).
#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

use ballots::code;
use proptest::prelude::*;
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("data/codes.json")).unwrap();
    all[name].as_array().unwrap().clone()
}

#[test]
fn what_people_type_is_read_and_mistakes_are_noticed() {
    for case in cases("right") {
        let read = code::read(case["typed"].as_str().unwrap());
        assert_eq!(read.as_deref(), case["code"].as_str(), "{case}");
        assert_eq!(code::show(&read.unwrap()), case["shown"]);
    }
    for typed in cases("mistyped") {
        assert_eq!(code::read(typed.as_str().unwrap()), None, "{typed}");
    }
    assert_eq!(code::of_random(&[255; 64]), None, "bytes that would make some letters likelier");
}

proptest! {
    #[test]
    fn one_wrong_character_and_two_that_changed_places_are_noticed(
        random in proptest::array::uniform32(0_u8..253), at in 0_usize..16, to in 0_usize..16, letter in "[34679ACDEFHJKMNPQRTUWXY]"
    ) {
        let made = code::of_random(&random).unwrap();
        prop_assert_eq!(code::read(&code::show(&made)), Some(made.clone()));
        let letters: Vec<char> = made.chars().collect();
        let mut wrong = letters.clone();
        wrong[at] = letter.chars().next().unwrap();
        let mut swapped = letters.clone();
        swapped.swap(at, to);
        for changed in [wrong, swapped] {
            let read = code::read(&changed.iter().collect::<String>());
            prop_assert_eq!(read.is_some(), changed == letters);
        }
    }
}
