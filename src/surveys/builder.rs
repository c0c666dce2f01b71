//! Changes of a form, one at a time. Pure: each answers the form as it is afterwards.

use ballots::form::{Ask, Choice, Condition, Drawn, Form, Page, Question, Text};
use serde_json::Value;

/// Kinds of questions in the order in which the desk offers them.
pub(super) const KINDS: [&str; 14] = [
    "single", "multiple", "scale", "matrix", "ranking", "points", "number", "text", "date", "file", "pin",
    "line", "area", "asset",
];

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// A name that is not taken: the stem with the next number.
fn free(stem: &str, taken: impl Fn(&str) -> bool) -> String {
    (1..10_000).map(|n| format!("{stem}{n}")).find(|name| !taken(name)).unwrap_or_else(|| stem.to_owned())
}

fn usual_choices() -> Vec<Choice> {
    ["Pierwsza odpowiedź", "Druga odpowiedź"]
        .iter()
        .zip(1..)
        .map(|(label, n)| Choice {
            id: format!("c{n}"),
            label: Text::pl(*label),
            image: None,
            geometry: None,
            cost: None,
        })
        .collect()
}

/// What a new question of a kind asks until somebody says more; `None` for a kind that there is not.
pub(super) fn usual(kind: &str) -> Option<Ask> {
    let choices = usual_choices();
    let drawn = || Drawn { most: 3, comment: true };
    Some(match kind {
        "single" => Ask::Single { choices, shuffled: false },
        "multiple" => Ask::Multiple { choices, shuffled: false, least: 0, most: 0 },
        "scale" => Ask::Scale { from: 1, to: 5, low: Text::pl("źle"), high: Text::pl("dobrze") },
        "matrix" => Ask::Matrix { rows: choices.clone(), columns: choices },
        "ranking" => Ask::Ranking { choices, shuffled: true, most: 0 },
        "points" => Ask::Points { choices, shuffled: true, total: 10, most_each: 10 },
        "number" => Ask::Number { least: None, most: None, whole: false, unit: None },
        "text" => Ask::Text { most: 2000, long: true },
        "date" => Ask::Date { least: None, most: None },
        "file" => Ask::File { most: 3 },
        "pin" => Ask::Pin(drawn()),
        "line" => Ask::Line(drawn()),
        "area" => Ask::Area(drawn()),
        "asset" => Ask::Asset { collection: "benches".to_owned(), most: 5 },
        _ => return None,
    })
}

/// A new page at the end.
pub(super) fn add_page(mut form: Form, title: &str) -> Form {
    form.pages.push(Page { title: Text::pl(title), intro: None, questions: Vec::new() });
    form
}

/// A new question at the end of a page; answers its id too.
pub(super) fn add_question(mut form: Form, page: usize, kind: &str, title: &str) -> Option<(Form, String)> {
    let ask = usual(kind)?;
    let id = free("p", |name| form.question(name).is_some());
    let question = Question {
        id: id.clone(),
        title: Text::pl(title),
        hint: None,
        required: false,
        when: Vec::new(),
        images: Vec::new(),
        pool: None,
        ask,
    };
    form.pages.get_mut(page)?.questions.push(question);
    Some((form, id))
}

/// Where a question stands: page and place on it.
pub(super) fn place_of(form: &Form, id: &str) -> Option<(usize, usize)> {
    form.pages
        .iter()
        .enumerate()
        .find_map(|(n, page)| Some((n, page.questions.iter().position(|question| question.id == id)?)))
}

/// Moves a question past its neighbour; over the end of a page onto the next one.
pub(super) fn move_question(mut form: Form, id: &str, way: Way) -> Form {
    let Some((page, at)) = place_of(&form, id) else { return form };
    let count = form.pages.get(page).map_or(0, |page| page.questions.len());
    let (to_page, to_at) = match way {
        Way::Up if at > 0 => (page, at - 1),
        Way::Up if page > 0 => (page - 1, form.pages.get(page - 1).map_or(0, |page| page.questions.len())),
        Way::Down if at + 1 < count => (page, at + 1),
        Way::Down if page + 1 < form.pages.len() => (page + 1, 0),
        _ => return form,
    };
    let Some(from) = form.pages.get_mut(page) else { return form };
    let question = from.questions.remove(at);
    if let Some(to) = form.pages.get_mut(to_page) {
        to.questions.insert(to_at.min(to.questions.len()), question);
    }
    form
}

/// Moves a whole page.
pub(super) fn move_page(mut form: Form, page: usize, way: Way) -> Form {
    let other = match way {
        Way::Up => page.checked_sub(1),
        Way::Down => page.checked_add(1),
    };
    if let Some(other) = other.filter(|other| page < form.pages.len() && *other < form.pages.len()) {
        form.pages.swap(page, other);
    }
    form
}

/// Takes a question away, and the conditions that name it.
pub(super) fn remove_question(mut form: Form, id: &str) -> Form {
    for page in &mut form.pages {
        page.questions.retain(|question| question.id != id);
        for question in &mut page.questions {
            question.when.retain(|condition| condition.question != id);
        }
    }
    form
}

/// Takes an empty page away.
pub(super) fn remove_page(mut form: Form, page: usize) -> Form {
    if form.pages.get(page).is_some_and(|page| page.questions.is_empty()) {
        form.pages.remove(page);
    }
    form
}

/// Puts a question in the place of the one of the same id.
pub(super) fn replace_question(mut form: Form, new: Question) -> Form {
    let old =
        form.pages.iter_mut().flat_map(|page| &mut page.questions).find(|question| question.id == new.id);
    if let Some(old) = old {
        *old = new;
    }
    form
}

/// A text of two fields; the Polish one may be empty until the whole form is checked.
pub(super) fn text(pl: &str, en: &str) -> Text {
    let en = en.trim();
    Text { pl: pl.trim().to_owned(), en: (!en.is_empty()).then(|| en.to_owned()) }
}

/// A text that may be left out.
pub(super) fn optional(pl: &str, en: &str) -> Option<Text> {
    (!pl.trim().is_empty()).then(|| text(pl, en))
}

/// Choices as somebody types them: one a line, "Polish | English | 52.1234, 20.6789".
pub(super) fn choices_text(choices: &[Choice]) -> String {
    let line = |choice: &Choice| {
        let en = choice.label.en.as_deref().unwrap_or_default();
        let point = choice.geometry.as_ref().filter(|geometry| geometry["type"] == "Point");
        let place = point.map(|point| format!("{}, {}", point["coordinates"][1], point["coordinates"][0]));
        match (en.is_empty(), place) {
            (true, None) => choice.label.pl.clone(),
            (false, None) => format!("{} | {en}", choice.label.pl),
            (_, Some(place)) => format!("{} | {en} | {place}", choice.label.pl),
        }
    };
    choices.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads typed choices. A line whose Polish words stay keeps its name, picture and place; else the one of its line does, as
/// after a mended typo; new lines get new names.
pub(super) fn read_choices(typed: &str, before: &[Choice]) -> Vec<Choice> {
    let lines: Vec<(Text, Option<Value>)> =
        typed.lines().map(str::trim).filter(|line| !line.is_empty()).take(1000).map(choice_line).collect();
    let named = |label: &Text| before.iter().find(|choice| choice.label.pl == label.pl);
    let mut taken: Vec<&str> =
        lines.iter().filter_map(|(label, _)| named(label)).map(|choice| choice.id.as_str()).collect();
    let mut choices: Vec<Choice> = Vec::with_capacity(lines.len());
    for (n, (label, point)) in lines.iter().enumerate() {
        let same = named(label).filter(|choice| !choices.iter().any(|other| other.id == choice.id));
        let of_line = || before.get(n).filter(|choice| !taken.contains(&choice.id.as_str()));
        let old = same.or_else(of_line);
        if let Some(old) = old {
            taken.push(&old.id);
        }
        let is_known = |name: &str| {
            choices.iter().any(|choice: &Choice| choice.id == name)
                || before.iter().any(|choice| choice.id == name)
        };
        let id = old.map_or_else(|| free("c", is_known), |old| old.id.clone());
        // A point that is no longer typed is gone; lines and areas are not typed, and stay.
        let drawn = old.and_then(|old| old.geometry.clone()).filter(|geometry| geometry["type"] != "Point");
        choices.push(Choice {
            id,
            label: label.clone(),
            image: old.and_then(|old| old.image.clone()),
            geometry: point.clone().or(drawn),
            cost: old.and_then(|old| old.cost),
        });
    }
    choices
}

fn choice_line(line: &str) -> (Text, Option<Value>) {
    let mut parts = line.splitn(3, '|').map(str::trim);
    let (pl, en) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let point = parts.next().and_then(|place| {
        let (lat, lon) = place.split_once([',', ' '])?;
        let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim_matches([',', ' ']).parse().ok()?);
        Some(serde_json::json!({ "type": "Point", "coordinates": [lon, lat] }))
    });
    (text(pl, en), point)
}

/// Choices of the features of a GeoJSON file, named by `name`, `nazwa`, `title` or `label`.
pub(super) fn choices_of_geojson(content: &str) -> Option<Vec<Choice>> {
    let document: Value = serde_json::from_str(content).ok()?;
    let features = document.get("features")?.as_array()?;
    let choice = |(n, feature): (usize, &Value)| {
        let geometry = feature.get("geometry").filter(|geometry| !geometry.is_null())?;
        ballots::form::check::corners(geometry)?;
        let said = |name: &str| feature.get("properties")?.get(name)?.as_str();
        let label = ["name", "nazwa", "title", "label"].iter().find_map(|name| said(name));
        let pl =
            label.map_or_else(|| format!("Propozycja {}", n + 1), |label| label.chars().take(500).collect());
        Some(Choice {
            id: format!("c{}", n + 1),
            label: text(&pl, said("name_en").unwrap_or_default()),
            image: None,
            geometry: Some(geometry.clone()),
            cost: None,
        })
    };
    features.iter().take(300).enumerate().map(choice).collect()
}

/// Conditions of boxes, each "question/choice"; boxes of the same question are one condition. With `not` none of them may
/// have been chosen.
pub(super) fn read_conditions<'a>(boxes: impl Iterator<Item = &'a str>, not: bool) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (question, choice) in boxes.filter_map(|one| one.split_once('/')) {
        match conditions.iter_mut().find(|condition| condition.question == question) {
            Some(condition) => condition.any.push(choice.to_owned()),
            None => conditions.push(Condition {
                question: question.to_owned(),
                any: vec![choice.to_owned()],
                not,
            }),
        }
    }
    conditions
}

/// All words of a form, in order, each with where it stands.
pub(super) fn words(form: &Form) -> Vec<(String, &Text)> {
    let mut all = Vec::new();
    for (n, page) in form.pages.iter().enumerate() {
        all.push((format!("page {}", n + 1), &page.title));
        all.extend(page.intro.iter().map(|intro| (format!("page {}", n + 1), intro)));
        for question in &page.questions {
            let at = || question.id.clone();
            all.push((at(), &question.title));
            all.extend(question.hint.iter().map(|hint| (at(), hint)));
            all.extend(question.images.iter().map(|image| (at(), &image.alt)));
            for choice in question.ask.choices() {
                all.push((format!("{}/{}", question.id, choice.id), &choice.label));
            }
            match &question.ask {
                Ask::Matrix { columns, .. } => {
                    all.extend(
                        columns
                            .iter()
                            .map(|choice| (format!("{}/{}", question.id, choice.id), &choice.label)),
                    );
                }
                Ask::Scale { low, high, .. } => all.extend([(at(), low), (at(), high)]),
                Ask::Number { unit: Some(unit), .. } => all.push((at(), unit)),
                _ => {}
            }
        }
    }
    all
}

/// A form whose words are all the same, to compare what is left: questions, names, limits, order.
fn bones(form: &Form) -> Value {
    fn bare(value: &mut Value) {
        match value {
            Value::Object(all) if all.contains_key("pl") => *value = Value::Null,
            Value::Object(all) => all.values_mut().for_each(bare),
            Value::Array(all) => all.iter_mut().for_each(bare),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(form).unwrap_or_default();
    bare(&mut value);
    value
}

/// Why a change after the opening is more than a mended typo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TooFar {
    /// Questions, choices, limits or their order would change.
    Bones,
    /// These words would change too much; a translation may be added where there was none.
    Words(String),
}

/// Whether two forms differ by typos alone: the same questions, and of each text at most a few letters.
pub(super) fn only_typos(before: &Form, after: &Form) -> Result<(), TooFar> {
    if bones(before) != bones(after) {
        return Err(TooFar::Bones);
    }
    for ((_, old), (_, new)) in words(before).iter().zip(words(after)) {
        is_typo(old, new)?;
    }
    Ok(())
}

/// Whether a text differs from another by a typo.
pub(super) fn is_typo(old: &Text, new: &Text) -> Result<(), TooFar> {
    let close = |old: &str, new: &str| {
        // Numbers are no typos: a price, a date, an address.
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        digits(old) == digits(new) && distance(old, new) <= (old.chars().count() / 8).clamp(2, 20)
    };
    let fine = close(&old.pl, &new.pl)
        && match (&old.en, &new.en) {
            (Some(old), Some(new)) => close(old, new),
            (None, _) => true,
            (Some(_), None) => false,
        };
    if fine { Ok(()) } else { Err(TooFar::Words(new.pl.chars().take(80).collect())) }
}

/// How many letters differ (Levenshtein). Texts of a form are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(12_000).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(12_000).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, y) in row.iter_mut().skip(1).zip(&b) {
            let here = (*slot + 1).min(left + 1).min(diagonal + usize::from(x != *y));
            diagonal = std::mem::replace(slot, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        let form = add_page(add_page(Form::default(), "Pierwsza"), "Druga");
        let (form, first) = add_question(form, 0, "single", "Czy ławki są wygodne?").unwrap();
        let (form, second) = add_question(form, 0, "text", "Dlaczego?").unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("p1", "p2"));
        form
    }

    fn order(form: &Form) -> Vec<Vec<String>> {
        form.pages.iter().map(|page| page.questions.iter().map(|one| one.id.clone()).collect()).collect()
    }

    #[test]
    fn questions_move_within_pages_and_over_their_ends() {
        let form = move_question(form(), "p2", Way::Up);
        assert_eq!(order(&form), [vec!["p2", "p1"], vec![]]);
        let form = move_question(form, "p1", Way::Down);
        assert_eq!(order(&form), [vec!["p2"], vec!["p1"]]);
        let form = move_question(move_question(form, "p1", Way::Down), "p2", Way::Up);
        assert_eq!(order(&form), [vec!["p2"], vec!["p1"]], "there is nowhere to go");
        assert_eq!(order(&move_page(form.clone(), 0, Way::Down)), [vec!["p1"], vec!["p2"]]);
        assert_eq!(order(&remove_page(form, 0)).len(), 2, "only an empty page goes");
    }

    #[test]
    fn every_kind_begins_sound_but_for_its_collection() {
        for kind in KINDS {
            let (form, _) = add_question(add_page(Form::default(), "Strona"), 0, kind, "Pytanie").unwrap();
            assert_eq!(ballots::form::check::sound(&form), Ok(()), "{kind}");
        }
        assert!(usual("essay").is_none());
    }

    #[test]
    fn choices_keep_their_names_when_lines_move_and_typos_are_mended() {
        let before = read_choices("Lipa\nDąb | Oak\nBrzoza | Birch | 52.1, 20.6", &[]);
        let ids = |choices: &[Choice]| choices.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&before), ["c1", "c2", "c3"]);
        assert_eq!(choices_text(&before), "Lipa\nDąb | Oak\nBrzoza | Birch | 52.1, 20.6");
        assert_eq!(ids(&read_choices("Brzoza\nLipa\nDąb", &before)), ["c3", "c1", "c2"]);
        assert_eq!(ids(&read_choices("Lipa\nDab\nBrzoza\nKlon", &before)), ["c1", "c2", "c3", "c4"]);
        assert_eq!(
            ids(&read_choices("Lipa\nLipa", &before)),
            ["c1", "c2"],
            "the check names what is there twice"
        );
    }

    #[test]
    fn only_typos_pass_after_the_opening() {
        let before = form();
        let with = |title: &str| {
            let mut question = before.question("p1").unwrap().clone();
            question.title = Text::pl(title);
            replace_question(before.clone(), question)
        };
        assert_eq!(only_typos(&before, &with("Czy ławki są wygodne ?")), Ok(()));
        assert!(matches!(
            only_typos(&before, &with("Czy ławki są niewygodne i brudne?")),
            Err(TooFar::Words(_))
        ));
        let mut question = before.question("p1").unwrap().clone();
        question.required = true;
        assert_eq!(only_typos(&before, &replace_question(before.clone(), question)), Err(TooFar::Bones));
        assert_eq!(only_typos(&before, &remove_question(before.clone(), "p1")), Err(TooFar::Bones));
        let price = |text: &str| Text::pl(text);
        assert!(is_typo(&price("Koszt 10 000 zł"), &price("Koszt 90 000 zł")).is_err(), "a price is no typo");
        assert!(is_typo(&price("Tak"), &price("Nie")).is_err());
        assert!(is_typo(&Text::pl("Tak"), &text("Tak", "Yes")).is_ok(), "a translation may come later");
    }

    #[test]
    fn features_become_choices() {
        let file = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"nazwa":"Skwer"},"geometry":{"type":"Point","coordinates":[20.6,52.1]}},
            {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[20.7,52.1]}}]}"#;
        let choices = choices_of_geojson(file).unwrap();
        assert_eq!(choices[0].label.pl, "Skwer");
        assert_eq!((choices[1].id.as_str(), choices[1].label.pl.as_str()), ("c2", "Propozycja 2"));
        assert!(choices_of_geojson("{}").is_none());
    }
}
