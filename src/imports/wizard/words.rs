//! What people are told when files cannot be read or brought in, in both languages.

use importers::{
    mapping::RunError,
    table::{Format, TableError},
};

use serde::{Deserialize, Serialize};

use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        i18n::{Texts, texts},
    },
};

/// A sentence that says what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reason {
    pub pl: String,
    pub en: String,
}

impl Reason {
    /// The sentence in one language.
    pub(super) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }

    /// The same text of both languages, filled by `say`.
    pub(super) fn new(say: impl Fn(&Texts) -> String) -> Self {
        Self { pl: say(texts(Lang::Pl)), en: say(texts(Lang::En)) }
    }

    /// Why a file cannot be read.
    pub(super) fn of_table(error: &TableError) -> Self {
        Self::new(|t| table(error, t))
    }

    /// Why a delivery cannot be read through its mapping.
    pub(super) fn of_run(error: &RunError) -> Self {
        Self::new(|t| run(error, t))
    }
}

/// What is said when the fault is ours.
pub(super) fn unexpected(ctx: &Ctx) -> Reason {
    let number = ctx.request_id.to_string();
    Reason::new(|t| t.args("imports-fault-ours", &[("number", number.as_str().into())]))
}

fn table(error: &TableError, t: &Texts) -> String {
    let said =
        |key: &str, name: &str, more: &str| t.args(key, &[("name", name.into()), ("more", more.into())]);
    match error {
        TableError::Io { name, source } => said("imports-fault-io", name, &source.to_string()),
        TableError::UnknownFormat { name } => said("imports-fault-format", name, ""),
        TableError::Empty { name } => said("imports-fault-empty", name, ""),
        TableError::Encrypted { name } => said("imports-fault-encrypted", name, ""),
        TableError::MissingPart { name, part } => said("imports-fault-part", name, part),
        TableError::Corrupt { name, format, detail } => {
            let format = format_name(*format);
            t.args(
                "imports-fault-corrupt",
                &[
                    ("name", name.as_str().into()),
                    ("format", format.into()),
                    ("more", detail.as_str().into()),
                ],
            )
        }
        TableError::TooLarge { name, what } => said("imports-fault-too-large", name, what),
        TableError::NoLayer { name, layer, known } => t.args(
            "imports-fault-layer",
            &[
                ("name", name.as_str().into()),
                ("layer", layer.as_str().into()),
                ("known", known.as_str().into()),
            ],
        ),
        TableError::NoEncoding { name, label } => said("imports-fault-encoding", name, label),
        other => other.to_string(),
    }
}

fn run(error: &RunError, t: &Texts) -> String {
    match error {
        RunError::Table(error) => table(error, t),
        RunError::Mapping(error) => {
            let detail = without_prefix(&error.to_string());
            t.args("imports-bad-mapping", &[("detail", detail.as_str().into())])
        }
        RunError::NoKind { kind, .. } => t.args("imports-unknown-kind", &[("kind", kind.as_str().into())]),
        RunError::NoAttribute { kind, attribute, known } => t.args(
            "imports-fault-attribute",
            &[
                ("kind", kind.as_str().into()),
                ("attribute", attribute.as_str().into()),
                ("known", known.as_str().into()),
            ],
        ),
        RunError::NoColumn { file, layer, column, known, .. } => t.args(
            "imports-fault-column",
            &[
                ("name", file.as_str().into()),
                ("layer", layer.as_str().into()),
                ("column", column.as_str().into()),
                ("known", known.as_str().into()),
            ],
        ),
        RunError::NothingFits { wanted, found, .. } => t.args(
            "imports-fault-nothing-fits",
            &[("wanted", wanted.as_str().into()), ("found", found.as_str().into())],
        ),
        other => other.to_string(),
    }
}

/// What a parser says, without our own words before it.
pub(super) fn without_prefix(text: &str) -> String {
    text.strip_prefix("the mapping cannot be read: ").unwrap_or(text).to_owned()
}

/// A format as people call it.
pub(super) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Xlsx => "XLSX",
        Format::Ods => "ODS",
        Format::Xls => "XLS",
        Format::Geojson => "GeoJSON",
        Format::Geojsonl => "GeoJSONL",
        Format::Json => "JSON",
        Format::Gpkg => "GeoPackage",
        Format::Shapefile => "Shapefile",
        Format::Flatgeobuf => "FlatGeobuf",
        Format::Kml => "KML",
        Format::Gpx => "GPX",
        Format::Gml => "GML",
        Format::Zip => "ZIP",
    }
}

/// Why a value or a row was refused, in few words; an unknown reason says its own name.
pub(super) fn reason_words(reason: &str, t: &Texts) -> String {
    match reason {
        "no_position" => t.get("imports-reason-no-position"),
        "zero_position" => t.get("imports-reason-zero-position"),
        "position_out_of_range" => t.get("imports-reason-outside"),
        "not_a_number" => t.get("imports-reason-not-a-number"),
        "out_of_range" => t.get("imports-reason-out-of-range"),
        "not_in_list" => t.get("imports-reason-not-in-list"),
        "not_a_boolean" => t.get("imports-reason-not-a-boolean"),
        "required" => t.get("imports-reason-required"),
        "too_many_cells" | "too_many_values" => t.get("imports-reason-too-many"),
        "not_text" => t.get("imports-reason-not-text"),
        "no_srid" => t.get("imports-reason-no-system"),
        "empty_row" => t.get("imports-reason-empty-row"),
        "bad_date" => t.get("imports-reason-bad-date"),
        "ambiguous_date" => t.get("imports-reason-ambiguous-date"),
        "no_name" => t.get("imports-reason-no-name"),
        "no_grave" => t.get("imports-reason-no-grave"),
        "no_key" => t.get("imports-reason-no-key"),
        "bad_geometry" => t.get("imports-reason-bad-geometry"),
        "too_long" => t.get("imports-reason-too-long"),
        other => other.replace('_', " "),
    }
}

/// Why a row is doubtful, in words; an unknown code says its own name.
pub(super) fn doubt_words(code: &str, t: &Texts) -> String {
    match code {
        "key_twice" => t.get("imports-doubt-key-twice"),
        "broken_row" => t.get("imports-doubt-broken-row"),
        "ambiguous_grave" => t.get("imports-doubt-ambiguous-grave"),
        "position_twice" => t.get("imports-doubt-position-twice"),
        "outside_town" => t.get("imports-doubt-outside"),
        "repaired_date" => t.get("imports-doubt-repaired-date"),
        "invalid_geometry" => t.get("imports-doubt-invalid-geometry"),
        "grave_held_back" => t.get("imports-doubt-grave-held-back"),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_workbook_is_explained_in_both_languages() {
        let reason = Reason::of_table(&TableError::Encrypted { name: "spis.xlsx".into() });
        assert!(reason.pl.contains("spis.xlsx") && reason.pl.contains("hasł"), "{}", reason.pl);
        assert!(reason.en.contains("spis.xlsx") && reason.en.contains("password"), "{}", reason.en);
    }
}
