//! What can be asked of an export, and what comes of it. Pure.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use exporters::{CsvOptions, Format, Metadata};
use futures::stream::BoxStream;

use super::super::{Filter, Kind, Sight, asked_condition, queryables};
use crate::kernel::{Bbox, Crs, ParamError, Params};

/// Choices about the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileChoices {
    /// How CSV is written.
    pub csv: CsvOptions,
    /// Whether columns are headed by titles for people, and known values shown by their labels.
    pub titles: bool,
    /// Whether the workbook is made to be edited and brought back.
    pub edit: bool,
}

impl FileChoices {
    /// Takes `delimiter`, `decimal`, `bom`, `titles` and `edit`.
    ///
    /// # Errors
    /// Names the parameter and what it may be, also when it is none of the format's.
    pub fn read(params: &mut Params, format: Format) -> Result<Self, ParamError> {
        let mut given = |name: &'static str, formats: &[Format], list: &str| match params.text(name) {
            Some(_) if !formats.contains(&format) => {
                Err(ParamError::new(name, format!("is a choice of {list} only")))
            }
            value => Ok(value),
        };
        let yes = |name: &'static str, text: Option<String>| match text.as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(ParamError::new(name, "must be true or false")),
        };
        let mut csv = CsvOptions::default();
        let only_csv = &[Format::Csv];
        if let Some(text) = given("delimiter", only_csv, "csv")? {
            csv.delimiter = match text.as_str() {
                "comma" | "," => b',',
                "semicolon" | ";" => b';',
                "tab" => b'\t',
                _ => return Err(ParamError::new("delimiter", "must be comma, semicolon or tab")),
            };
        }
        csv.decimal_comma = match given("decimal", only_csv, "csv")?.as_deref() {
            None | Some("point" | ".") => false,
            Some("comma" | ",") => true,
            Some(_) => return Err(ParamError::new("decimal", "must be point or comma")),
        };
        // Whoever asks for a semicolon opens the file in Excel, which takes text without the mark for Windows-1250.
        let bom = yes("bom", given("bom", only_csv, "csv")?)?;
        csv.bom = bom.unwrap_or(csv.delimiter == b';');
        let titles = yes("titles", given("titles", &[Format::Csv, Format::Xlsx], "csv and xlsx")?)?;
        let edit = yes("edit", given("edit", &[Format::Xlsx], "xlsx")?)?.unwrap_or(false);
        Ok(Self { csv, titles: titles.unwrap_or(edit), edit })
    }

    /// Takes `properties`: keys of columns, separated by commas.
    ///
    /// # Errors
    /// When a name is empty.
    pub fn columns(params: &mut Params) -> Result<Option<Vec<String>>, ParamError> {
        let Some(text) = params.text("properties") else { return Ok(None) };
        let keys: Vec<String> = text.split(',').map(|key| key.trim().to_owned()).collect();
        if keys.iter().any(String::is_empty) || keys.len() > 1000 {
            return Err(ParamError::new("properties", "must be names of properties, separated by commas"));
        }
        Ok(Some(keys))
    }

    /// The choices as parameters, by which the same file is asked for again.
    fn pairs(self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
        match self.csv.delimiter {
            b';' => add("delimiter", "semicolon"),
            b'\t' => add("delimiter", "tab"),
            _ => {}
        }
        if self.csv.decimal_comma {
            add("decimal", "comma");
        }
        if self.csv.bom != (self.csv.delimiter == b';') {
            add("bom", if self.csv.bom { "true" } else { "false" });
        }
        if self.titles != self.edit {
            add("titles", if self.titles { "true" } else { "false" });
        }
        if self.edit {
            add("edit", "true");
        }
        pairs
    }
}

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct ExportQuery {
    /// As which file.
    pub format: Format,
    /// Which things.
    pub filter: Filter,
    /// The filter as it was asked for, to be said in the file and asked for again.
    pub said: Vec<(String, String)>,
    /// Which columns, by their keys; all without it.
    pub columns: Option<Vec<String>>,
    /// In which system; files hold easting or longitude first.
    pub crs: Crs,
    /// As of which instant; `None` for now.
    pub as_of: Option<DateTime<Utc>>,
    /// Choices about the file.
    pub choices: FileChoices,
    /// The service's address, `https://gmina.example`; empty when it is not known.
    pub base: String,
}

impl ExportQuery {
    /// Everything of a collection in one format.
    #[must_use]
    pub fn all(format: Format) -> Self {
        Self {
            format,
            filter: Filter::default(),
            said: Vec::new(),
            columns: None,
            crs: Crs::Crs84,
            as_of: None,
            choices: FileChoices::default(),
            base: String::new(),
        }
    }

    /// Reads the parameters of `/api/export`; `as_of` is taken before, because it needs to be allowed.
    ///
    /// # Errors
    /// Names the parameter and what it may be.
    pub fn read(params: &mut Params, kind: &Kind, sight: Sight, format: Format) -> Result<Self, ParamError> {
        let choices = FileChoices::read(params, format)?;
        let columns = FileChoices::columns(params)?;
        let crs = named_crs(params.text("crs"), "crs")?;
        if format.only_degrees() && crs.srid() != 4326 {
            return Err(ParamError::new(
                "crs",
                "can be nothing but longitude and latitude in KML and GPX; leave it out, or choose gpkg",
            ));
        }
        let (filter, said) = filter(params, kind, sight)?;
        Ok(Self { filter, said, columns, crs, choices, ..Self::all(format) })
    }

    /// The filter in words of parameters: `bbox=20,52,21,53; status=planned`.
    #[must_use]
    pub fn filter_text(&self) -> Option<String> {
        let said: Vec<String> = self.said.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// The address by which the same file can be made again.
    #[must_use]
    pub fn address(&self, slug: &str) -> String {
        let mut pairs = self.said.clone();
        if self.crs != Crs::Crs84 {
            pairs.push(("crs".to_owned(), format!("EPSG:{}", self.crs.srid())));
        }
        pairs.extend(self.columns.iter().map(|columns| ("properties".to_owned(), columns.join(","))));
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        pairs.extend(self.as_of.map(|at| ("as_of".to_owned(), instant(at))));
        pairs.extend(self.choices.pairs());
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let query: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let join = if query.is_empty() { "" } else { "?" };
        format!("{}/api/export/{slug}.{}{join}{}", self.base, self.format.file_ending(), query.join("&"))
    }
}

fn named_crs(text: Option<String>, name: &str) -> Result<Crs, ParamError> {
    text.map_or(Ok(Crs::Crs84), |text| {
        Crs::parse(&text)
            .ok_or_else(|| ParamError::new(name, "must be EPSG:4326, 3857, 2180, 2176, 2177, 2178 or 2179"))
    })
}

type SaidFilter = (Filter, Vec<(String, String)>);

/// Takes everything that says which things are meant; what is left over must be an attribute with its value.
fn filter(params: &mut Params, kind: &Kind, sight: Sight) -> Result<SaidFilter, ParamError> {
    let mut said = Vec::new();
    let mut text = |params: &mut Params, name: &str| {
        let value = params.text(name);
        said.extend(value.clone().map(|value| (name.to_owned(), value)));
        value
    };
    let bbox_crs = named_crs(text(params, "bbox-crs"), "bbox-crs")?;
    let bbox = text(params, "bbox").map(|bbox| Bbox::parse(&bbox, bbox_crs)).transpose()?;
    let mut filter = Filter {
        bbox,
        label: text(params, "label"),
        status: text(params, "status"),
        source: text(params, "source"),
        ..Filter::default()
    };
    if let Some(number) = text(params, "registry_number") {
        let number =
            number.parse().map_err(|_| ParamError::new("registry_number", "must be a whole number"))?;
        filter.registry_number = Some(number);
    }
    // What is said again is taken from the question before the condition uses it up.
    for name in ["filter", "filter-lang", "filter-crs"] {
        said.extend(params.peek(name));
    }
    filter.conditions.extend(asked_condition(params, &queryables(kind, sight))?);
    for (name, value) in params.rest() {
        filter.attributes.insert(name.clone(), kind.filter_value(sight, &name, &value)?);
        said.push((name, value));
    }
    Ok((filter, said))
}

/// A file on its way out.
pub struct ExportFile {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Its bytes; an error in the middle means that the file is not whole.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

impl std::fmt::Debug for ExportFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportFile").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
            .unwrap()
    }

    #[test]
    fn choices_belong_to_formats() {
        let mut asked = params(&[("delimiter", "semicolon"), ("decimal", "comma")]);
        let choices = FileChoices::read(&mut asked, Format::Csv).unwrap();
        assert_eq!(choices.csv, CsvOptions::polish_excel());
        let wrong = FileChoices::read(&mut params(&[("delimiter", "comma")]), Format::Xlsx).unwrap_err();
        assert_eq!(wrong.name, "delimiter");
        assert!(FileChoices::read(&mut params(&[("titles", "maybe")]), Format::Csv).is_err());
    }

    #[test]
    fn the_address_asks_for_the_same_file() {
        let mut query = ExportQuery::all(Format::Csv);
        query.base = "https://gmina.example".to_owned();
        assert_eq!(query.address("trees"), "https://gmina.example/api/export/trees.csv");
        query.said = vec![("bbox".to_owned(), "20,52,21,53".to_owned())];
        query.choices.csv = CsvOptions::polish_excel();
        assert_eq!(
            query.address("trees"),
            "https://gmina.example/api/export/trees.csv?bbox=20%2C52%2C21%2C53&delimiter=semicolon&decimal=comma"
        );
        assert_eq!(query.filter_text().as_deref(), Some("bbox=20,52,21,53"));
    }
}
