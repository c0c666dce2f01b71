use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::form::Ties;

fn form(questions: serde_json::Value) -> Form {
    serde_json::from_value(json!({"pages": [{"title": {"pl": "Strona"}, "questions": questions}]})).unwrap()
}

fn choices_of(ids: &[&str]) -> serde_json::Value {
    ids.iter().map(|id| json!({"id": id, "label": {"pl": id}})).collect()
}

fn ballots(list: &[serde_json::Value]) -> Vec<Answers> {
    list.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect()
}

#[test]
fn each_type_of_question_is_counted_and_what_does_not_fit_is_void() {
    let form = form(json!([
        {"id": "s", "title": {"pl": "?"}, "type": "single", "choices": choices_of(&["a", "b"])},
        {"id": "m", "title": {"pl": "?"}, "type": "multiple", "choices": choices_of(&["a", "b", "c"]), "most": 2},
        {"id": "p", "title": {"pl": "?"}, "type": "points", "choices": choices_of(&["a", "b"]), "total": 5, "most_each": 3},
        {"id": "c", "title": {"pl": "?"}, "type": "scale", "from": -1, "to": 1, "low": {"pl": "-"}, "high": {"pl": "+"}},
        {"id": "x", "title": {"pl": "?"}, "type": "matrix", "rows": choices_of(&["r"]), "columns": choices_of(&["u", "v"])},
        {"id": "n", "title": {"pl": "?"}, "type": "number", "least": 0.0, "whole": true},
        {"id": "t", "title": {"pl": "?"}, "type": "text", "most": 10, "when": [{"question": "s", "any": ["b"]}]},
    ]));
    let good = json!({"s": "a", "m": ["a", "c"], "p": {"a": 3, "b": 2}, "c": 1, "x": {"r": "v"}, "n": 4});
    let other = json!({"s": "b", "m": ["c"], "p": {"a": 0}, "c": 0, "t": "tak", "n": 1});
    let bad = json!({"s": "z", "m": ["a", "b", "c"], "p": {"a": 3, "b": 3}, "c": 2, "x": {"r": "q"}, "n": 1.5, "t": "?"});
    let outcome = count(&form, ballots(&[good, other, bad]));
    let of = |id: &str| outcome.question(id).unwrap();
    let figures = |id: &str| (of(id).asked, of(id).answered, of(id).void);
    assert_eq!(figures("s"), (3, 2, 1));
    assert_eq!(figures("m"), (3, 2, 1));
    assert_eq!(figures("p"), (3, 1, 1), "no point given is no answer");
    assert_eq!(figures("c"), (3, 2, 1));
    assert_eq!(figures("x"), (3, 1, 1));
    assert_eq!(figures("n"), (3, 2, 1));
    assert_eq!(figures("t"), (1, 1, 1), "what was not asked is void");
    let Tally::Approval { choices } = &of("m").tally else { panic!() };
    assert_eq!(
        choices.iter().map(|one| (one.score, one.place)).collect::<Vec<_>>(),
        [(1, 2), (0, 3), (2, 1)]
    );
    let Tally::Points { choices } = &of("p").tally else { panic!() };
    assert_eq!(choices.iter().map(|one| (one.score, one.support)).collect::<Vec<_>>(), [(3, 1), (2, 1)]);
    assert_eq!(of("c").tally, Tally::Scale { steps: vec![(-1, 0), (0, 1), (1, 1)], mean: Some(0.5) });
    let read: Outcome = serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).unwrap();
    assert_eq!(read, outcome, "it can be kept and read again");
}

/// Markus Schulze's own example of 45 ballots, whose order is E, A, C, B, D.
#[test]
fn the_order_of_the_textbook() {
    let mut pairs = Pairs::new(5);
    let groups = [
        (5, "ACBED"),
        (5, "ADECB"),
        (8, "BEDAC"),
        (3, "CABED"),
        (7, "CAEBD"),
        (2, "CBADE"),
        (7, "DCEBA"),
        (8, "EBADC"),
    ];
    for (many, order) in groups {
        let order: Vec<usize> = order.bytes().map(|letter| usize::from(letter - b'A')).collect();
        for _ in 0..many {
            pairs.add(&order);
        }
    }
    assert_eq!(schulze(&pairs), [2, 4, 3, 5, 1]);
}

fn projects(costs: &[i64]) -> serde_json::Value {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let list = ids.iter().zip(costs);
    list.map(|(id, cost)| json!({"id": id, "label": {"pl": id}, "cost": cost})).collect()
}

fn budget(costs: &[i64], pool: serde_json::Value) -> Form {
    form(
        json!([{"id": "pool", "title": {"pl": "?"}, "type": "multiple", "choices": projects(costs), "pool": pool}]),
    )
}

fn approvals(votes: &[(usize, &[&str])]) -> Vec<Answers> {
    let each = votes.iter().flat_map(|(many, chosen)| vec![json!({"pool": chosen}); *many]);
    ballots(&each.collect::<Vec<_>>())
}

fn verdicts(outcome: &Outcome) -> Vec<(String, Verdict, Vec<String>)> {
    let award = outcome.questions[0].award.as_ref().unwrap();
    award.projects.iter().map(|one| (one.choice.clone(), one.verdict, one.tie.clone())).collect()
}

#[test]
fn a_pool_says_why_each_project_is_paid_or_not() {
    use Verdict::{AfterEnd, Chosen, FewVotes, NoMoney};
    let votes = approvals(&[(9, &["a", "b"]), (5, &["c"]), (3, &["d", "e"]), (1, &["f"])]);
    let named = |list: &[(&str, Verdict, &[&str])]| -> Vec<(String, Verdict, Vec<String>)> {
        let own = |tie: &[&str]| tie.iter().map(|one| (*one).to_owned()).collect();
        list.iter().map(|(id, verdict, tie)| ((*id).to_owned(), *verdict, own(tie))).collect()
    };
    // b is cheaper than a, and equal in votes; there is not enough for both. c does not fit; d and e tie and both fit.
    let costs = [700, 600, 500, 100, 200, 50];
    let outcome = count(&budget(&costs, json!({"amount": 1000, "least_support": 2})), &votes);
    assert_eq!(
        verdicts(&outcome),
        named(&[
            ("b", Chosen, &["a"]),
            ("a", NoMoney, &["b"]),
            ("c", NoMoney, &[]),
            ("d", Chosen, &[]),
            ("e", Chosen, &[]),
            ("f", FewVotes, &[]),
        ])
    );
    assert_eq!(outcome.questions[0].award.as_ref().unwrap().left, 100);
    let listed = count(&budget(&costs, json!({"amount": 1000, "ties": "listed", "stops": true})), &votes);
    assert_eq!(
        verdicts(&listed),
        named(&[
            ("a", Chosen, &["b"]),
            ("b", NoMoney, &["a"]),
            ("c", AfterEnd, &[]),
            ("d", AfterEnd, &[]),
            ("e", AfterEnd, &[]),
            ("f", AfterEnd, &[]),
        ])
    );
}

proptest! {
    /// The same ballots in any order, to the last figure.
    #[test]
    fn the_order_of_ballots_does_not_matter(
        list in prop::collection::vec((0..4_usize, prop::collection::vec(0..5_u32, 4), any::<i16>()), 0..30),
        seed in any::<u64>(),
    ) {
        let form = form(json!([
            {"id": "r", "title": {"pl": "?"}, "type": "ranking", "choices": choices_of(&["a", "b", "c", "d"])},
            {"id": "p", "title": {"pl": "?"}, "type": "points", "choices": choices_of(&["a", "b", "c", "d"]), "total": 12, "most_each": 4},
            {"id": "n", "title": {"pl": "?"}, "type": "number"},
        ]));
        let ids = ["a", "b", "c", "d"];
        let mut ballots: Vec<Answers> = ballots(&list.iter().map(|(turn, points, number)| {
            let mut order = ids.to_vec();
            order.rotate_left(*turn);
            order.truncate(1 + points[0] as usize);
            let points: serde_json::Map<_, _> = ids.iter().zip(points).map(|(id, many)| ((*id).into(), json!(many))).collect();
            json!({"r": order, "p": points, "n": f64::from(*number) / 7.0})
        }).collect::<Vec<_>>());
        let first = count(&form, &ballots);
        let mut state = seed;
        ballots.sort_by_cached_key(|_| { state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); state >> 33 });
        prop_assert_eq!(first, count(&form, &ballots));
    }

    /// A choice that beats each other directly stands alone in the first place, and a vote for a choice never harms it.
    #[test]
    fn rankings_obey_majorities(list in prop::collection::vec(Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), 1..25), last in 0..4_usize) {
        let mut pairs = Pairs::new(4);
        for order in &list {
            pairs.add(order);
        }
        let before = schulze(&pairs);
        let beats_all = |one: usize| (0..4).all(|other| other == one || pairs.rows()[one][other] > pairs.rows()[other][one]);
        for one in (0..4).filter(|one| beats_all(*one)) {
            prop_assert_eq!(before[one], 1);
            prop_assert!((0..4).all(|other| other == one || before[other] > 1));
        }
        pairs.add(&[last]);
        if before[last] == 1 {
            prop_assert_eq!(schulze(&pairs)[last], 1);
        }
    }

    /// A pool is never overspent, nothing affordable with support enough is passed over, and one more vote for a chosen
    /// project never takes the money from it.
    #[test]
    fn a_pool_is_spent_well(
        costs in prop::collection::vec(1..500_i64, 6),
        supports in prop::collection::vec(0..12_u64, 6),
        amount in 0..1200_i64,
        least_support in 0..4_u64,
        listed in any::<bool>(),
        more in 0..6_usize,
    ) {
        let ties = if listed { Ties::Listed } else { Ties::Cheaper };
        let pool = Pool { amount, least_support, ties, stops: false };
        let run = |supports: &[u64]| {
            let places = places_by(supports);
            award(&pool, costs.iter().enumerate().map(|(at, cost)| Contender {
                choice: at.to_string(), place: places[at], support: supports[at], cost: *cost,
            }).collect())
        };
        let chosen = |award: &Award, at: usize| award.projects.iter().any(|one| one.choice == at.to_string() && one.verdict == Verdict::Chosen);
        let award = run(&supports);
        let spent: i64 = award.projects.iter().filter(|one| one.verdict == Verdict::Chosen).map(|one| one.cost).sum();
        prop_assert_eq!(spent + award.left, amount);
        prop_assert!(award.left >= 0);
        for one in &award.projects {
            match one.verdict {
                Verdict::Chosen => prop_assert!(one.support >= least_support.max(1)),
                Verdict::NoMoney => prop_assert!(one.cost > award.left && one.cost > one.before),
                Verdict::FewVotes => prop_assert!(one.support < least_support.max(1)),
                Verdict::AfterEnd => prop_assert!(false),
            }
        }
        let mut better = supports.clone();
        better[more] += 1;
        if chosen(&award, more) {
            prop_assert!(chosen(&run(&better), more));
        }
    }
}
