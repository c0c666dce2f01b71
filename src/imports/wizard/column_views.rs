//! Columns as the page shows them: samples, what they look like, what they may fill. Pure.

use importers::mapping::{
    AttributeSpec, AttributeType, ColumnSeen, FileSeen, KindSpec, LayerSeen, Looks, TableMapping,
};

use super::{
    columns::{PERSON_FIELDS, UNITS, date_name, is_position, key_columns, key_name, target_of, values_text},
    ops::PEOPLE,
    web_position::layer_title,
};
use crate::{
    kernel::Lang,
    platform::i18n::{Texts, texts},
    ui::views::{Choice, ColumnRow, ColumnsTable, TargetGroup},
};

/// Values of a column that are shown.
const SAMPLES_SHOWN: usize = 6;

/// What a table is shown with.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub index: usize,
    pub table: &'a TableMapping,
    pub layers: &'a [(&'a FileSeen, &'a LayerSeen)],
    pub specs: &'a [KindSpec],
    /// Kinds that the clerk may fill.
    pub allowed: &'a [&'a KindSpec],
    pub lang: Lang,
}

pub(super) fn table_view(shown: &Shown<'_>) -> ColumnsTable {
    let t = texts(shown.lang);
    let table = shown.table;
    let prefix = format!("t{}", shown.index);
    let rows: u64 = shown.layers.iter().map(|(_, layer)| layer.rows).sum();
    let title = match shown.layers {
        [] => t.args("imports-no-such-layer", &[("files", table.files.as_str().into())]),
        [(file, layer)] => layer_title(&file.name, layer),
        [(file, layer), more @ ..] => t.args(
            "imports-and-more",
            &[("first", layer_title(&file.name, layer).into()), ("n", more.len().into())],
        ),
    };
    let spec = shown.specs.iter().find(|spec| spec.slug == grave_or(&table.into));
    let mut columns: Vec<(&ColumnSeen, u64)> = Vec::new();
    for (_, layer) in shown.layers {
        for column in &layer.columns {
            if !columns.iter().any(|(known, _)| known.name == column.name) {
                columns.push((column, layer.rows));
            }
        }
    }
    let evidence: Vec<String> = columns
        .iter()
        .filter(|(column, _)| column.looks == Looks::Dates)
        .flat_map(|(column, _)| {
            date_words(column, t).into_iter().map(|words| {
                t.args(
                    "imports-date-column",
                    &[("column", column.name.as_str().into()), ("said", words.into())],
                )
            })
        })
        .collect();
    let views: Vec<ColumnRow> = columns
        .iter()
        .enumerate()
        .map(|(at, (column, rows))| column_view(shown, spec, &format!("{prefix}-c{at}"), column, *rows, t))
        .collect();
    let filled: Vec<&String> = table.attributes.keys().collect();
    let wanted = spec
        .filter(|_| table.into != PEOPLE)
        .map(|spec| {
            let missing = spec.attributes.iter().filter(|one| one.required && !filled.contains(&&one.key));
            missing.map(|one| attribute_title(one, shown.lang).to_owned()).collect()
        })
        .unwrap_or_default();
    ColumnsTable {
        index: shown.index,
        title,
        rows: t.args("imports-rows", &[("n", rows.into())]),
        kinds: kind_choices(shown, t),
        keys: ["id", "position", "columns"]
            .into_iter()
            .filter(|name| {
                let has_ids = shown.layers.iter().any(|(_, layer)| layer.ids > 0);
                *name == key_name(&table.key)
                    || (*name != "id" || has_ids) && (*name != "position" || table.into != PEOPLE)
            })
            .map(|name| Choice {
                value: name.to_owned(),
                label: match name {
                    "id" => t.get("imports-key-id"),
                    "position" => t.get("imports-key-position"),
                    _ => t.get("imports-key-columns"),
                },
                selected: name == key_name(&table.key),
            })
            .collect(),
        labels: label_choices(table, &columns, t),
        dates: date_choices(table, t),
        date_evidence: evidence,
        join_broken: table.join_broken,
        columns: views,
        wanted,
        prefix,
    }
}

fn grave_or(into: &str) -> &str {
    if into == PEOPLE { "graves" } else { into }
}

fn kind_choices(shown: &Shown<'_>, t: &Texts) -> Vec<Choice> {
    let into = shown.table.into.as_str();
    let title = |spec: &KindSpec| match shown.lang {
        Lang::Pl => spec.title_pl.clone(),
        Lang::En => spec.title_en.clone(),
    };
    let mut choices: Vec<Choice> = shown
        .allowed
        .iter()
        .map(|spec| Choice { value: spec.slug.clone(), label: title(spec), selected: spec.slug == into })
        .collect();
    if shown.allowed.iter().any(|spec| spec.slug == "graves") {
        choices.push(Choice {
            value: PEOPLE.to_owned(),
            label: t.get("imports-people"),
            selected: into == PEOPLE,
        });
    }
    choices
}

fn label_choices(table: &TableMapping, columns: &[(&ColumnSeen, u64)], t: &Texts) -> Vec<Choice> {
    let label = table.label.as_deref();
    let is_column = label.is_some_and(|label| columns.iter().any(|(column, _)| column.name == label));
    let mut choices =
        vec![Choice { value: String::new(), label: t.get("imports-label-none"), selected: label.is_none() }];
    if let Some(text) = label.filter(|_| !is_column) {
        choices.push(Choice { value: "=".to_owned(), label: text.to_owned(), selected: true });
    }
    choices.extend(columns.iter().map(|(column, _)| Choice {
        value: column.name.clone(),
        label: column.name.clone(),
        selected: label == Some(column.name.as_str()),
    }));
    choices
}

fn date_choices(table: &TableMapping, t: &Texts) -> Vec<Choice> {
    let chosen = date_name(&table.dates);
    let mut all = vec![
        ("auto", t.get("imports-dates-auto")),
        ("dmy", t.get("imports-dates-dmy")),
        ("mdy", t.get("imports-dates-mdy")),
        ("ymd", t.get("imports-dates-ymd")),
    ];
    if chosen == "mixed" {
        all.push(("mixed", t.get("imports-dates-mixed")));
    }
    all.into_iter()
        .map(|(value, label)| Choice { value: value.to_owned(), label, selected: value == chosen })
        .collect()
}

fn date_words(column: &ColumnSeen, t: &Texts) -> Vec<String> {
    column
        .dates
        .iter()
        .filter(|seen| seen.only_dmy + seen.only_mdy + seen.both > 0)
        .map(|seen| {
            t.args(
                "imports-date-evidence",
                &[
                    ("sign", seen.sign.to_string().into()),
                    ("mdy", seen.only_mdy.into()),
                    ("dmy", seen.only_dmy.into()),
                    ("both", seen.both.into()),
                ],
            )
        })
        .collect()
}

fn attribute_title(spec: &AttributeSpec, lang: Lang) -> &str {
    match lang {
        Lang::Pl => &spec.title_pl,
        Lang::En => &spec.title_en,
    }
}

fn is_number(kind: &AttributeType) -> bool {
    match kind {
        AttributeType::Integer { .. } | AttributeType::Number { .. } => true,
        AttributeType::List { item, .. } => is_number(item),
        _ => false,
    }
}

fn column_view(
    shown: &Shown<'_>,
    spec: Option<&KindSpec>,
    prefix: &str,
    column: &ColumnSeen,
    rows: u64,
    t: &Texts,
) -> ColumnRow {
    let table = shown.table;
    let target = target_of(table, &column.name);
    let key = target.strip_prefix("a:");
    let attribute = key.and_then(|key| spec?.attribute(key));
    let mapped = key.and_then(|key| table.attributes.get(key));
    let units = match attribute.filter(|attribute| is_number(&attribute.kind)) {
        Some(attribute) => unit_choices(attribute, mapped.and_then(|one| one.unit.as_deref()), t),
        None => Vec::new(),
    };
    let known_values = attribute
        .map(|attribute| {
            let values = attribute.choices.iter().take(40);
            values.map(|choice| choice.value.clone()).collect::<Vec<_>>().join(", ")
        })
        .unwrap_or_default();
    let has_list = attribute.is_some_and(|attribute| {
        !attribute.choices.is_empty()
            || matches!(attribute.kind, AttributeType::Text { .. } | AttributeType::Bool)
    });
    let position = is_position(table, &column.name);
    ColumnRow {
        prefix: prefix.to_owned(),
        name: column.name.clone(),
        looks: looks_words(column, t),
        filled: t.args("imports-filled", &[("n", column.filled.into()), ("rows", rows.into())]),
        samples: column
            .samples
            .iter()
            .take(SAMPLES_SHOWN)
            .map(|(value, count)| (value.chars().take(60).collect(), t.count(*count)))
            .collect(),
        dates: date_words(column, t),
        used: !target.is_empty() || position || key_columns(&table.key).contains(&column.name),
        targets: target_groups(shown, spec, &target, t),
        units,
        values: mapped.filter(|_| has_list).map(values_text),
        known_values,
        fill_down: table.fill_down.contains(&column.name),
        key: key_columns(&table.key).contains(&column.name),
        position,
    }
}

fn unit_choices(attribute: &AttributeSpec, chosen: Option<&str>, t: &Texts) -> Vec<Choice> {
    let own = attribute.unit.as_deref().unwrap_or_default();
    let first = Choice {
        value: String::new(),
        label: t.args("imports-unit-as-registry", &[("unit", own.into())]),
        selected: chosen.is_none(),
    };
    let others = UNITS.into_iter().map(|unit| Choice {
        value: unit.to_owned(),
        label: unit.to_owned(),
        selected: chosen == Some(unit),
    });
    if own.is_empty() { Vec::new() } else { std::iter::once(first).chain(others).collect() }
}

fn target_groups(shown: &Shown<'_>, spec: Option<&KindSpec>, target: &str, t: &Texts) -> Vec<TargetGroup> {
    let choice = |value: String, label: String| Choice { selected: value == target, value, label };
    let mut groups = Vec::new();
    let is_people = shown.table.into == PEOPLE;
    if let Some(spec) = spec.filter(|_| !is_people) {
        groups.push(TargetGroup {
            title: t.get("imports-targets-attributes"),
            choices: spec
                .attributes
                .iter()
                .map(|one| choice(format!("a:{}", one.key), attribute_title(one, shown.lang).to_owned()))
                .collect(),
        });
    }
    if is_people || shown.table.into == "graves" {
        let mut choices: Vec<Choice> = PERSON_FIELDS
            .into_iter()
            .map(|field| choice(format!("p:{field}"), person_words(field, t)))
            .collect();
        if is_people {
            choices.insert(0, choice("g".to_owned(), t.get("imports-person-grave")));
        }
        groups.push(TargetGroup { title: t.get("imports-targets-person"), choices });
    }
    // What only the text of the mapping says must not be lost by sending the form.
    let known = target.is_empty() || groups.iter().any(|group| group.choices.iter().any(|one| one.selected));
    if !known {
        let name = target.split_once(':').map_or(target, |(_, name)| name).to_owned();
        let title = t.get("imports-targets-other");
        groups.push(TargetGroup { title, choices: vec![choice(target.to_owned(), name)] });
    }
    groups
}

/// Something of a person, in words.
pub(super) fn person_words(field: &str, t: &Texts) -> String {
    match field {
        "given_names" => t.get("imports-person-given-names"),
        "surname" => t.get("imports-person-surname"),
        "full_name" => t.get("imports-person-full-name"),
        "maiden_name" => t.get("imports-person-maiden-name"),
        "born" => t.get("imports-person-born"),
        "died" => t.get("imports-person-died"),
        "buried" => t.get("imports-person-buried"),
        "grave" => t.get("imports-person-grave"),
        other => other.to_owned(),
    }
}

fn looks_words(column: &ColumnSeen, t: &Texts) -> String {
    let words = match column.looks {
        Looks::Empty => t.get("imports-looks-empty"),
        Looks::Integers => t.get("imports-looks-integers"),
        Looks::Numbers => t.get("imports-looks-numbers"),
        Looks::Years => t.get("imports-looks-years"),
        Looks::Dates => t.get("imports-looks-dates"),
        Looks::Booleans => t.get("imports-looks-booleans"),
        Looks::Wkt => t.get("imports-looks-wkt"),
        Looks::Pairs => t.get("imports-looks-pairs"),
        Looks::Ring => t.get("imports-looks-ring"),
        Looks::NumberLists => t.get("imports-looks-number-lists"),
        Looks::LatinSpecies => t.get("imports-looks-latin"),
        Looks::PolishSpecies => t.get("imports-looks-polish"),
        Looks::Text => t.get("imports-looks-text"),
    };
    match (column.least, column.most) {
        (Some(least), Some(most)) => {
            let show = |value: f64| t.number(value, if value.fract() == 0.0 { 0 } else { 2 });
            let from = [("least", show(least).into()), ("most", show(most).into())];
            format!("{words}, {}", t.args("imports-from-to", &from))
        }
        _ => words,
    }
}
