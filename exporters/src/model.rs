//! What every writer is given: metadata, columns, rows.

use geo_types::Geometry;

/// Language of headings and descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Polish.
    #[default]
    Pl,
    /// English.
    En,
}

/// What a file says of itself, so that it can be cited and made again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// Title for people.
    pub title: String,
    /// Short name: of the layer, the table, the file.
    pub collection: String,
    /// Where the data come from.
    pub source: String,
    /// Who is to be named.
    pub attribution: String,
    /// Name or SPDX expression of the licence.
    pub licence: String,
    /// Where the licence can be read.
    pub licence_url: Option<String>,
    /// When the file was made (RFC 3339).
    pub date: String,
    /// Revision of the data.
    pub revision: i64,
    /// Filter by which rows were chosen, in words or CQL2.
    pub filter: Option<String>,
    /// State of which date or instant, if not the present one.
    pub as_of: Option<String>,
    /// EPSG code of the coordinates; x is always easting or longitude.
    pub crs: u32,
    /// Address by which the file can be made again.
    pub address: Option<String>,
    /// Language of headings.
    pub lang: Lang,
}

impl Metadata {
    /// Every statement as key and text, in the order in which people read them.
    pub(crate) fn statements(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("title", self.title.clone()),
            ("collection", self.collection.clone()),
            ("source", self.source.clone()),
            ("attribution", self.attribution.clone()),
            ("licence", self.licence.clone()),
        ];
        let mut optional = |key, value: &Option<String>| {
            if let Some(value) = value {
                all.push((key, value.clone()));
            }
        };
        optional("licenceUrl", &self.licence_url);
        optional("filter", &self.filter);
        optional("asOf", &self.as_of);
        optional("address", &self.address);
        all.push(("date", self.date.clone()));
        all.push(("revision", self.revision.to_string()));
        all.push(("crs", format!("EPSG:{}", self.crs)));
        all
    }

    /// The same as one JSON object, for formats with a place for text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = serde_json::Map::new();
        for (key, value) in self.statements() {
            object.insert(key.to_owned(), value.into());
        }
        object.insert("revision".to_owned(), self.revision.into());
        serde_json::Value::Object(object).to_string()
    }

    /// The same in sentences of one line each, for formats with a place for a description.
    pub(crate) fn to_text(&self) -> String {
        let lines = self.statements().into_iter().skip(1);
        lines
            .map(|(key, value)| format!("{}: {value}", key_title(key, self.lang)))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// What a key of the metadata is called.
pub(crate) fn key_title(key: &str, lang: Lang) -> &str {
    let (polish, english) = match key {
        "title" => ("Tytuł", "Title"),
        "collection" => ("Zbiór", "Collection"),
        "source" => ("Źródło", "Source"),
        "attribution" => ("Podaj jako autora", "Attribution"),
        "licence" => ("Licencja", "Licence"),
        "licenceUrl" => ("Treść licencji", "Text of the licence"),
        "filter" => ("Filtr", "Filter"),
        "asOf" => ("Stan na", "State as of"),
        "address" => {
            ("Adres, pod którym plik można utworzyć ponownie", "Address by which the file can be made again")
        }
        "date" => ("Utworzono", "Made at"),
        "revision" => ("Rewizja danych", "Revision of the data"),
        "crs" => ("Układ współrzędnych", "Coordinate reference system"),
        other => (other, other),
    };
    match lang {
        Lang::Pl => polish,
        Lang::En => english,
    }
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Any text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Yes or no.
    Bool,
    /// Dates, as text `2026-11-24`; text that is no whole date is kept as it is.
    Date,
    /// Instants, as text `2026-11-24T10:00:00Z`.
    Instant,
    /// Several values: JSON where the format has it, else joined with `; `.
    List,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Key, as in the registry.
    pub name: String,
    /// Title for people, in the file's language.
    pub title: String,
    /// What its values are.
    pub kind: ColumnType,
    /// Unit of its numbers.
    pub unit: Option<String>,
    /// Known values with their labels, in the file's language.
    pub choices: Vec<(String, String)>,
    /// A remark for who fills it in.
    pub note: Option<String>,
    /// Whether spreadsheets hide it.
    pub hidden: bool,
}

impl Column {
    /// A column that is called by its key and has nothing more to say.
    #[must_use]
    pub fn plain(name: &str, kind: ColumnType) -> Self {
        Self {
            name: name.to_owned(),
            title: name.to_owned(),
            kind,
            unit: None,
            choices: Vec::new(),
            note: None,
            hidden: false,
        }
    }

    /// The label of a value, or the value itself.
    pub(crate) fn label<'a>(&'a self, value: &'a str) -> &'a str {
        self.choices.iter().find(|(key, _)| key == value).map_or(value, |(_, label)| label)
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Text, a date or an instant.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number; what is not finite is written as nothing.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// The value of JSON: objects become their text.
    #[must_use]
    pub fn from_json(value: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::String(text) => Self::Text(text),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::Integer(whole),
                (None, Some(number)) => Self::Number(number),
                (None, None) => Self::Text(number.to_string()),
            },
            Json::Array(values) => Self::List(values.into_iter().map(Self::from_json).collect()),
            object @ Json::Object(_) => Self::Text(object.to_string()),
        }
    }

    /// The value as JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Integer(number) => (*number).into(),
            Self::Number(number) => (*number).into(),
            Self::Bool(value) => (*value).into(),
            Self::List(values) => values.iter().map(Self::to_json).collect::<Vec<_>>().into(),
        }
    }

    /// The value as text of its own, lists joined with `; `; `None` for nothing.
    pub(crate) fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Number(number) => number.is_finite().then(|| number.to_string()),
            Self::Bool(value) => Some(value.to_string()),
            Self::List(values) => {
                Some(values.iter().filter_map(Self::to_text).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its permanent id.
    pub id: String,
    /// Where it is; x is easting or longitude.
    pub geometry: Option<Geometry<f64>>,
    /// Its values in the order of the columns; missing ones at the end are nothing.
    pub values: Vec<Value>,
}
