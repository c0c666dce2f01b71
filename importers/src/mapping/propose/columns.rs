//! Which column fills which attribute.

use std::collections::BTreeMap;

use super::words::{WORDS, bare, fit, unit};
use crate::mapping::inspect::{ColumnSeen, LayerSeen, Looks};
use crate::mapping::kind::{AttributeSpec, AttributeType, KindSpec};
use crate::mapping::model::{AttributeMapping, Measure, OneOrMany, Pick, ValueList};
use crate::mapping::text::fold;

/// Least fit of a name and its content that is worth proposing.
const LEAST: u32 = 50;

/// Attributes of a kind with the columns that fit them, no column twice but `taken`, which are in use already.
pub(super) fn attributes(
    layer: &LayerSeen,
    kind: &KindSpec,
    taken: &[String],
) -> BTreeMap<String, AttributeMapping> {
    let mut fits: Vec<(u32, usize, usize)> = Vec::new();
    for (place, spec) in kind.attributes.iter().enumerate() {
        for (column_place, column) in layer.columns.iter().enumerate() {
            let score = score(column, spec);
            if score >= LEAST && !taken.contains(&column.name) {
                fits.push((score, place, column_place));
            }
        }
    }
    fits.sort_by_key(|(score, place, column)| (std::cmp::Reverse(*score), *place, *column));
    let mut mapped = BTreeMap::new();
    let mut used: Vec<usize> = Vec::new();
    for (_, place, column_place) in fits {
        let (Some(spec), Some(column)) = (kind.attributes.get(place), layer.columns.get(column_place)) else {
            continue;
        };
        if mapped.contains_key(&spec.key) || used.contains(&column_place) {
            continue;
        }
        used.push(column_place);
        mapped.insert(spec.key.clone(), attribute(column, spec));
    }
    species(layer, &mut mapped);
    land_use(layer, &mut mapped);
    mapped
}

/// How well the column fits by its name and by its content.
pub(super) fn score(column: &ColumnSeen, spec: &AttributeSpec) -> u32 {
    if column.filled == 0 {
        return 0;
    }
    let own = [spec.key.clone(), spec.title_pl.clone(), spec.title_en.clone()];
    let synonyms = WORDS.attributes.get(&spec.key).map(Vec::as_slice).unwrap_or_default();
    let mut name = fit(&column.name, &own).max(fit(&column.name, synonyms));
    // Species tell themselves by what they are, whatever the column is called.
    name = match (spec.key.as_str(), column.looks) {
        ("species", Looks::LatinSpecies) if name > 0 || bare(&column.name).contains("gatun") => 150,
        ("common_name", Looks::PolishSpecies) => 140,
        ("species", Looks::PolishSpecies) => 0,
        _ => name,
    };
    if name > 0 && fits_content(column, spec) { name } else { 0 }
}

fn fits_content(column: &ColumnSeen, spec: &AttributeSpec) -> bool {
    let numeric =
        matches!(column.looks, Looks::Integers | Looks::Numbers | Looks::NumberLists | Looks::Years);
    match &spec.kind {
        // "height_range_id" is a class and no height.
        AttributeType::Number { .. } => {
            let name = bare(&column.name);
            numeric && !["id", "range", "klasa", "class"].iter().any(|word| name.ends_with(word))
        }
        AttributeType::Integer { min: Some(1000..), .. } => {
            matches!(column.looks, Looks::Years | Looks::Dates | Looks::Integers)
        }
        AttributeType::Integer { .. } => numeric || !spec.choices.is_empty(),
        AttributeType::Bool => matches!(column.looks, Looks::Booleans | Looks::Integers),
        AttributeType::Date => column.looks == Looks::Dates,
        AttributeType::Choice => known_choices(column, spec) * 2 > column.samples.len(),
        AttributeType::Text { .. } | AttributeType::List { .. } => {
            !matches!(column.looks, Looks::Wkt | Looks::Ring | Looks::Pairs)
        }
    }
}

/// Samples that are choices of the attribute, or begin like the Polish name of one.
fn known_choices(column: &ColumnSeen, spec: &AttributeSpec) -> usize {
    column.samples.iter().filter(|(text, _)| choice(text, spec).is_some()).count()
}

/// The choice that a text names: by its value or names, or words that mean the same.
fn choice(text: &str, spec: &AttributeSpec) -> Option<String> {
    const SAME: [(&str, &str); 6] = [
        ("sredni", "fair"),
        ("dostateczny", "fair"),
        ("bardzo dobry", "good"),
        ("bdb", "good"),
        ("zly", "poor"),
        ("niezadowalajacy", "poor"),
    ];
    let folded = fold(text);
    let named = spec.choices.iter().find(|choice| {
        [&choice.value, &choice.label_pl, &choice.label_en].iter().any(|name| fold(name) == folded)
    });
    let same = || SAME.iter().find(|(word, _)| *word == folded).map(|(_, value)| *value);
    let of_kind = |value: &&str| spec.choices.iter().any(|choice| choice.value == **value);
    named.map(|choice| choice.value.clone()).or_else(|| same().filter(of_kind).map(str::to_owned))
}

fn attribute(column: &ColumnSeen, spec: &AttributeSpec) -> AttributeMapping {
    let mut mapping = AttributeMapping::column(&column.name);
    if matches!(spec.kind, AttributeType::Number { .. }) {
        let name = bare(&column.name);
        let girth = spec.key.starts_with("girth");
        let diameter = ["diam", "srednica", "dbh", "piersnica"].iter().any(|word| name.contains(word));
        mapping.measure = (girth && diameter).then_some(Measure::Diameter);
        mapping.unit = unit(&column.name).map(str::to_owned);
        if girth && mapping.unit.is_none() && column.most.is_some_and(|most| most <= 12.0) {
            mapping.unit = Some("m".to_owned());
        }
        // Nothing that stands there measures nothing.
        if column.least == Some(0.0) {
            mapping.empty.push("0".to_owned());
        }
    }
    if column.looks == Looks::NumberLists
        && !matches!(spec.kind, AttributeType::List { .. } | AttributeType::Text { .. })
    {
        let comma_and_blank = column.samples.iter().any(|(text, _)| text.contains(", "));
        mapping.split = vec![if comma_and_blank { ", " } else { "," }.to_owned()];
        mapping.pick = Some(Pick::Max);
    }
    if matches!(spec.kind, AttributeType::Choice) {
        let own = |text: &str| spec.choices.iter().any(|choice| fold(&choice.value) == fold(text));
        let pairs = column.samples.iter().filter(|(text, _)| !own(text));
        let pairs = pairs.filter_map(|(text, _)| Some((text.clone(), choice(text, spec)?)));
        let values: BTreeMap<String, String> = pairs.collect();
        mapping.values = (!values.is_empty()).then_some(ValueList::Here(values));
    }
    let shouted =
        |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() > 3 && text == text.to_uppercase();
    let is_text = matches!(spec.kind, AttributeType::Text { .. });
    let name = matches!(spec.key.as_str(), "genus" | "species" | "cultivar" | "common_name");
    if is_text
        && name
        && !column.samples.is_empty()
        && column.samples.iter().all(|(text, _)| shouted(text) || text.len() < 4)
    {
        let sentence = matches!(spec.key.as_str(), "genus" | "species");
        mapping.case = Some(if sentence {
            crate::mapping::model::Case::Sentence
        } else {
            crate::mapping::model::Case::Title
        });
    }
    mapping
}

/// A species is genus and epithet: the epithet alone takes the genus before it; Polish names become Latin ones where the
/// file has no Latin ones.
fn species(layer: &LayerSeen, mapped: &mut BTreeMap<String, AttributeMapping>) {
    let column = |name: &str| layer.columns.iter().find(|column| column.name == name);
    let genus = mapped.get("genus").and_then(|genus| genus.from.as_slice().first()).cloned();
    if let (Some(genus), Some(species)) = (genus, mapped.get_mut("species")) {
        let name = species.from.as_slice().first().cloned().unwrap_or_default();
        let epithets = column(&name).is_some_and(|column| column.looks != Looks::LatinSpecies);
        if epithets {
            species.from = OneOrMany::Many(vec![genus, name]);
            species.join = Some(" ".to_owned());
        }
    }
    if !mapped.contains_key("species")
        && let Some(common) = mapped.get("common_name").cloned()
        && let Some(name) = common.from.as_slice().first()
        && column(name).is_some_and(|column| column.looks == Looks::PolishSpecies)
    {
        let latin = AttributeMapping {
            values: Some(ValueList::Named("taxa".to_owned())),
            ..AttributeMapping::column(name)
        };
        mapped.insert("species".to_owned(), latin);
    }
}

/// A use of land has a class beside it.
fn land_use(layer: &LayerSeen, mapped: &mut BTreeMap<String, AttributeMapping>) {
    let parts = ["klasouzytek.OFU", "klasouzytek.OZU", "klasouzytek.OZK"];
    let there = |part: &&str| layer.columns.iter().any(|column| column.name == **part);
    if let Some(mapping) = mapped.get_mut("land_use")
        && parts.iter().all(there)
    {
        mapping.from = OneOrMany::Many(parts.map(str::to_owned).to_vec());
        mapping.join = Some(" ".to_owned());
    }
}
