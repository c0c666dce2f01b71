use std::collections::BTreeMap;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};
use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A made-up survey: a district, an age, a way to work (asked of the younger ones only), what is wanted (up to two of three)
/// and an opinion; opinions follow districts, so that tables have full and empty corners.
fn form() -> Form {
    let of = |ids: &[&str]| -> serde_json::Value {
        ids.iter().map(|id| json!({"id": id, "label": {"pl": id}})).collect()
    };
    serde_json::from_value(json!({"pages": [{"title": {"pl": "Strona"}, "questions": [
        {"id": "district", "title": {"pl": "?"}, "required": true, "type": "single", "choices": of(&["n", "s", "w"])},
        {"id": "age", "title": {"pl": "?"}, "type": "single", "choices": of(&["young", "middle", "old"])},
        {"id": "way", "title": {"pl": "?"}, "required": true, "type": "single", "choices": of(&["foot", "bus"]),
         "when": [{"question": "age", "any": ["young", "middle"]}]},
        {"id": "want", "title": {"pl": "?"}, "type": "multiple", "most": 2, "choices": of(&["x", "y", "z"])},
        {"id": "opinion", "title": {"pl": "?"}, "required": true, "type": "single", "choices": of(&["yes", "no", "never"])},
    ]}]}))
    .unwrap()
}

fn people(many: usize, seed: u64) -> Vec<Answers> {
    let mut state = seed | 1;
    let mut chance = move |of: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % of
    };
    let pick = |list: &[&str], at: u64| json!(list[usize::try_from(at).unwrap() % list.len()]);
    (0..many)
        .map(|_| {
            let mut answers = Answers::new();
            let district = [0, 0, 0, 0, 1, 1, 1, 2][usize::try_from(chance(8)).unwrap()];
            answers.insert("district".into(), pick(&["n", "s", "w"], district));
            let age = chance(9);
            if age < 8 {
                let age = [0, 0, 0, 1, 1, 1, 1, 2][usize::try_from(age).unwrap()];
                answers.insert("age".into(), pick(&["young", "middle", "old"], age));
                if age < 2 {
                    answers.insert("way".into(), pick(&["foot", "bus"], u64::from(chance(7) < 2)));
                }
            }
            let want = match chance(10) {
                0 => json!([]),
                1..=4 => json!(["x"]),
                5..=7 => json!(["x", "y"]),
                8 => json!(["y", "z"]),
                _ => json!(["y"]),
            };
            answers.insert("want".into(), want);
            let opinion =
                if district == 2 { 1 } else { [0, 0, 0, 1, 1, 2][usize::try_from(chance(6)).unwrap()] };
            answers.insert("opinion".into(), pick(&["yes", "no", "never"], opinion));
            answers
        })
        .collect()
}

fn cross(rows: &str, columns: &str, only: Option<(&str, &str)>) -> Cross {
    let only = only.map(|(of, category)| Only { of: of.into(), category: category.into() });
    Cross { rows: rows.into(), columns: columns.into(), only }
}

/// A kind of person, with all answers at once: name of the question → ids of categories. Several choices have the id
/// `answered` besides.
type Person = BTreeMap<String, Vec<String>>;

/// All kinds of people that the form allows, built straight from the form and not from what the program makes of it.
fn kinds() -> Vec<Person> {
    let wants: [&[&str]; 7] = [&[], &["x"], &["y"], &["z"], &["x", "y"], &["x", "z"], &["y", "z"]];
    let mut kinds = Vec::new();
    for district in ["n", "s", "w"] {
        for age in ["young", "middle", "old", "-"] {
            let ways: &[&str] = if matches!(age, "young" | "middle") { &["foot", "bus"] } else { &["-"] };
            for way in ways {
                for want in wants {
                    for opinion in ["yes", "no", "never"] {
                        let own = |one: &str| vec![one.to_owned()];
                        let mut want: Vec<String> = want.iter().map(|one| (*one).to_owned()).collect();
                        if !want.is_empty() {
                            want.push("answered".into());
                        }
                        kinds.push(Person::from([
                            ("district".into(), own(district)),
                            ("age".into(), own(age)),
                            ("way".into(), own(way)),
                            ("want".into(), want),
                            ("opinion".into(), own(opinion)),
                        ]));
                    }
                }
            }
        }
    }
    kinds
}

/// Who is in all of these categories and in none of those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Who {
    is: Vec<(String, String)>,
    is_not: Vec<(String, String)>,
}

impl Who {
    fn holds(&self, person: &Person) -> bool {
        let in_it = |(of, id): &(String, String)| person[of].contains(id);
        self.is.iter().all(in_it) && !self.is_not.iter().any(in_it)
    }
}

/// Everything that a published release says: groups with what is shown of them.
fn said(release: &Release) -> Vec<(Who, Shown)> {
    let mut said = Vec::new();
    for table in release.totals.iter().chain(&release.crosses) {
        let only: Vec<(String, String)> =
            table.only.iter().map(|only| (only.of.clone(), only.category.clone())).collect();
        let mut say = |more: &[(&Asked, &str)], shown: Shown| {
            let own = more.iter().map(|(asked, id)| (asked.name.clone(), (*id).to_owned()));
            said.push((Who { is: only.iter().cloned().chain(own).collect(), is_not: Vec::new() }, shown));
        };
        let columns = &table.columns;
        for (at, cells) in table.cells.iter().enumerate() {
            let row: Vec<(&Asked, &str)> =
                table.rows.iter().map(|rows| (rows, rows.categories[at].id.as_str())).collect();
            let with = |id| row.iter().copied().chain([(columns, id)]).collect::<Vec<_>>();
            for (category, shown) in columns.categories.iter().zip(cells) {
                say(&with(category.id.as_str()), *shown);
            }
            if let Some(shown) = table.answered.get(at) {
                say(&with("answered"), *shown);
            }
            say(&row, table.row_totals[at]);
        }
        for (category, shown) in columns.categories.iter().zip(&table.column_totals) {
            say(&[(columns, category.id.as_str())], *shown);
        }
    }
    said
}

/// Groups that somebody could be curious about: of every table, its cells and totals, with each category of its filter and
/// with all the others of it together; of several choices, who did not take one, and who did not answer.
fn curious(release: &Release) -> Vec<Who> {
    let ids = |asked: &Asked| -> Vec<(String, String)> {
        asked.categories.iter().map(|category| (asked.name.clone(), category.id.clone())).collect()
    };
    let of = |name: &str| {
        release.totals.iter().find(|table| table.columns.name == name).map(|table| &table.columns)
    };
    let mut all = Vec::new();
    for table in release.totals.iter().chain(&release.crosses) {
        let mut filters = vec![Who { is: Vec::new(), is_not: Vec::new() }];
        if let Some(only) = &table.only {
            filters.extend(
                of(&only.of)
                    .iter()
                    .flat_map(|asked| ids(asked))
                    .map(|one| Who { is: vec![one], is_not: vec![] }),
            );
            filters.push(Who { is: vec![], is_not: vec![(only.of.clone(), only.category.clone())] });
        }
        for filter in filters {
            let rows =
                table.rows.as_ref().map_or(Vec::new(), |rows| ids(rows).into_iter().map(Some).collect());
            for row in rows.into_iter().chain([None]) {
                let with = |is: Vec<(String, String)>, is_not: Vec<(String, String)>| Who {
                    is: filter.is.iter().cloned().chain(row.clone()).chain(is).collect(),
                    is_not: filter.is_not.iter().cloned().chain(is_not).collect(),
                };
                all.push(with(vec![], vec![]));
                let answered = (table.columns.name.clone(), "answered".to_owned());
                for column in ids(&table.columns) {
                    all.push(with(vec![column.clone()], vec![]));
                    if table.columns.several {
                        all.push(with(vec![answered.clone()], vec![column]));
                    }
                }
                if table.columns.several {
                    all.push(with(vec![], vec![answered]));
                }
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn truth(answers: &[Answers], who: &Who) -> u64 {
    let person = |answers: &Answers| -> Person {
        ["district", "age", "way", "want", "opinion"]
            .map(|name| {
                let own = match answers.get(name) {
                    Some(serde_json::Value::String(one)) => vec![one.clone()],
                    Some(serde_json::Value::Array(all)) if !all.is_empty() => {
                        let all = all.iter().map(|one| one.as_str().unwrap().to_owned());
                        all.chain(["answered".to_owned()]).collect()
                    }
                    _ if name == "want" => vec![],
                    _ => vec!["-".to_owned()],
                };
                (name.to_owned(), own)
            })
            .into()
    };
    answers.iter().filter(|one| who.holds(&person(one))).count().try_into().unwrap()
}

/// Somebody who has all that is published, knows the form, and looks for whole numbers of each kind of person.
struct Attacker {
    kinds: Vec<Person>,
    said: Vec<(Who, Shown)>,
    people: u64,
}

impl Attacker {
    fn new(release: &Release) -> Self {
        Self { kinds: kinds(), said: said(release), people: release.people }
    }

    /// Whether it is proved that a group has fewer people than `k`: no survey with so many would give the same figures.
    fn proves_small(&self, who: &Who, least_cell: Option<u64>) -> bool {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let unknown: Vec<_> = self.kinds.iter().map(|_| problem.add_integer_var(0.0, (0, 100_000))).collect();
        let sum = |who: &Who| -> Vec<_> {
            unknown
                .iter()
                .zip(&self.kinds)
                .filter(|(_, kind)| who.holds(kind))
                .map(|(one, _)| (*one, 1.0))
                .collect()
        };
        problem.add_constraint(
            unknown.iter().map(|one| (*one, 1.0)).collect::<Vec<_>>(),
            ComparisonOp::Eq,
            self.people as f64,
        );
        for (who, shown) in &self.said {
            match shown {
                Shown::Exact(number) => problem.add_constraint(sum(who), ComparisonOp::Eq, *number as f64),
                Shown::Between(least, most) => {
                    problem.add_constraint(sum(who), ComparisonOp::Ge, *least as f64);
                    problem.add_constraint(sum(who), ComparisonOp::Le, *most as f64);
                }
            }
        }
        if let Some(least_cell) = least_cell {
            problem.add_constraint(sum(who), ComparisonOp::Ge, least_cell as f64);
        }
        match problem.solve() {
            Ok(_) => false,
            Err(Error::Infeasible) => true,
            Err(other) => panic!("{other}"),
        }
    }

    /// Small groups that are found out, of those whose smallness does not follow from the form alone.
    fn finds(&self, release: &Release, answers: &[Answers]) -> Vec<(Who, u64)> {
        let everybody = Who { is: vec![], is_not: vec![] };
        assert!(!self.proves_small(&everybody, None), "the true survey itself gives these figures");
        curious(release)
            .into_iter()
            .map(|who| (truth(answers, &who), who))
            .filter(|(many, _)| *many < release.least_cell)
            .filter(|(_, who)| self.kinds.iter().any(|kind| who.holds(kind)))
            .filter(|(_, who)| self.proves_small(who, Some(release.least_cell)))
            .map(|(many, who)| (who, many))
            .collect()
    }
}

fn wishes() -> Vec<Cross> {
    vec![
        cross("district", "opinion", None),
        cross("age", "opinion", None),
        cross("age", "opinion", Some(("district", "n"))),
        cross("district", "want", None),
        cross("way", "opinion", None),
    ]
}

/// Makes all figures exact, but those below k, as if that were enough.
fn naive(release: &Release, answers: &[Answers]) -> Release {
    let mut naive = release.clone();
    let truths: BTreeMap<Who, u64> =
        said(release).into_iter().map(|(who, _)| (who.clone(), truth(answers, &who))).collect();
    let mut order = said(release).into_iter().map(|(who, _)| match truths[&who] {
        small if small < release.least_cell => Shown::Between(0, release.least_cell * 2 - 1),
        number => Shown::Exact(number),
    });
    for table in naive.totals.iter_mut().chain(&mut naive.crosses) {
        for at in 0..table.cells.len() {
            for cell in &mut table.cells[at] {
                *cell = order.next().unwrap();
            }
            if let Some(answered) = table.answered.get_mut(at) {
                *answered = order.next().unwrap();
            }
            table.row_totals[at] = order.next().unwrap();
        }
        for total in &mut table.column_totals {
            *total = order.next().unwrap();
        }
    }
    naive
}

#[test]
fn whoever_knows_all_tables_of_three_hundred_people_proves_no_group_to_be_small() {
    let answers = people(300, 20_261_130);
    let release = release(&form(), &answers, &wishes(), 5);
    assert_eq!(release.dropped, vec![]);
    assert_eq!((release.totals.len(), release.crosses.len()), (5, 5));
    // Every figure is true, and none that is shown exactly is below k but where the form itself says so.
    let all = said(&release);
    for (who, shown) in &all {
        let truth = truth(&answers, who);
        match shown {
            Shown::Exact(number) => {
                assert_eq!(*number, truth, "{who:?}");
                assert!(truth >= 5 || !kinds().iter().any(|kind| who.holds(kind)), "{who:?}");
            }
            Shown::Between(least, most) => {
                assert!((*least..=*most).contains(&truth), "{who:?} {shown:?} {truth}")
            }
        }
    }
    let small = curious(&release).iter().filter(|who| truth(&answers, who) < 5).count();
    assert!(small > 20, "the survey has small groups: {small}");
    let exact = all.iter().filter(|(_, shown)| shown.exact().is_some()).count();
    println!("{exact} of {} figures exact, {small} small groups", all.len());
    assert!(exact * 3 > all.len(), "and still says something: {exact} of {}", all.len());
    assert_eq!(Attacker::new(&release).finds(&release, &answers), vec![]);
    // The same attack does find groups where only what is small itself is blurred, so it is one to be afraid of.
    let naive = naive(&release, &answers);
    let found = Attacker::new(&naive).finds(&naive, &answers);
    assert!(found.len() > 5, "{found:?}");
}

#[test]
fn what_cannot_be_shown_says_why() {
    let answers = people(60, 7);
    let wishes = [
        cross("district", "district", None),
        cross("want", "opinion", None),
        cross("nothing", "opinion", None),
        cross("district", "opinion", Some(("age", "nobody"))),
    ];
    let made = release(&form(), &answers, &wishes, 5);
    assert!(
        made.crosses.is_empty() && made.dropped.iter().all(|one| one.why == Why::NoSuch),
        "{:?}",
        made.dropped
    );
    assert_eq!(made.dropped.len(), 4);
    let few = release(&form(), &answers[..4], &[cross("age", "opinion", None)], 5);
    assert!(few.totals.is_empty() && few.crosses.is_empty());
    assert!(few.dropped.len() == 6 && few.dropped.iter().all(|one| one.why == Why::FewPeople));
}

#[test]
fn places_below_the_least_number_are_left_out_and_do_not_follow_from_the_rest() {
    let places = |list: &[(u32, u64)]| list.iter().copied().collect::<BTreeMap<u32, u64>>();
    let of = |people, answered, most_each| Pointing { people, answered, may_be_silent: true, most_each };
    // 30 people with one pin each: 20 + 8 are shown, and the other 2 would be alone with what is left; so 8 goes as well.
    assert_eq!(sparse(&places(&[(1, 20), (2, 8), (3, 2)]), of(40, 30, Some(1)), 5), places(&[(1, 20)]));
    assert_eq!(
        sparse(&places(&[(1, 20), (2, 8), (3, 2)]), of(40, 30, Some(3)), 5),
        places(&[(1, 20), (2, 8)])
    );
    assert_eq!(
        sparse(&places(&[(1, 20), (2, 10)]), of(40, 30, Some(1)), 5),
        places(&[(1, 20), (2, 10)]),
        "nothing is hidden"
    );
    assert_eq!(sparse(&places(&[(1, 4), (2, 0)]), of(40, 4, None), 5), places(&[]));
    // Only one of 31 pointed at nothing, and 30 pins would say so.
    assert_eq!(sparse(&places(&[(1, 20), (2, 10)]), of(31, 30, Some(1)), 5), places(&[(1, 20)]));
    assert_eq!(sparse(&places(&[(1, 29)]), of(31, 30, None), 5), places(&[]));
    let all = Pointing { may_be_silent: false, ..of(30, 30, Some(1)) };
    assert_eq!(
        sparse(&places(&[(1, 20), (2, 10)]), all, 5),
        places(&[(1, 20), (2, 10)]),
        "everybody has to answer"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    /// Whatever the survey and the tables chosen.
    #[test]
    fn no_group_is_proved_small(many in 1..90_usize, seed in any::<u64>(), least_cell in 3..8_u32, chosen in 0..32_u8) {
        let answers = people(many, seed);
        let wishes: Vec<Cross> = wishes().into_iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, one)| one).collect();
        let made = release(&form(), &answers, &wishes, least_cell);
        prop_assert_eq!(Attacker::new(&made).finds(&made, &answers), vec![]);
    }
}
