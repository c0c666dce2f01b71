//! GeoJSON, as one document and by line.

use std::io::{BufWriter, Write};

use serde_json::Value as Json;

use crate::options::Setup;
use crate::{Metadata, Row, WriteError, Writer, geometry, numbers};

/// The beginning of a collection of features up to the bracket of its features; `]}` ends the document. Metadata are
/// members of their own beside `features` (RFC 7946, section 6.1). Coordinates other than WGS 84 are named by the
/// member `crs` of the older GeoJSON, which GDAL and QGIS read.
#[must_use]
pub fn head(metadata: &Metadata) -> String {
    let mut head =
        format!(r#"{{"type":"FeatureCollection","name":{}"#, Json::from(metadata.collection.as_str()));
    for (key, text) in metadata.statements() {
        if !matches!(key, "collection" | "revision" | "crs") {
            head.push_str(&format!(r#","{key}":{}"#, Json::from(text)));
        }
    }
    head.push_str(&format!(r#","revision":{}"#, metadata.revision));
    if metadata.crs != 4326 {
        let name = format!("urn:ogc:def:crs:EPSG::{}", metadata.crs);
        head.push_str(&format!(r#","crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#));
    }
    head.push_str(r#","features":["#);
    head
}

/// What both forms share.
struct Features {
    out: BufWriter<Box<dyn Write + Send>>,
    keys: Vec<String>,
    decimals: usize,
    text: String,
}

impl Features {
    fn start(setup: &Setup, out: Box<dyn Write + Send>) -> Self {
        Self {
            out: BufWriter::with_capacity(1 << 16, out),
            keys: setup.columns.iter().map(|column| Json::from(column.name.as_str()).to_string()).collect(),
            decimals: numbers::decimals(setup.metadata.crs),
            text: String::new(),
        }
    }

    /// Puts a feature into `text`.
    fn feature(&mut self, row: &Row) {
        self.text.clear();
        self.text.push_str(r#"{"type":"Feature","id":"#);
        self.text.push_str(&Json::from(row.id.as_str()).to_string());
        self.text.push_str(r#","geometry":"#);
        match &row.geometry {
            Some(geometry) => geometry::push_json(&mut self.text, geometry, self.decimals),
            None => self.text.push_str("null"),
        }
        self.text.push_str(r#","properties":{"#);
        for (place, key) in self.keys.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push_str(key);
            self.text.push(':');
            let value = row.values.get(place).map_or(Json::Null, crate::Value::to_json);
            self.text.push_str(&value.to_string());
        }
        self.text.push_str("}}");
    }
}

/// One document.
pub(crate) struct Collection {
    features: Features,
    empty: bool,
}

impl Collection {
    pub(crate) fn start(setup: &Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let mut features = Features::start(setup, out);
        features.out.write_all(head(&setup.metadata).as_bytes())?;
        Ok(Self { features, empty: true })
    }
}

impl Writer for Collection {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        self.features.feature(&row);
        self.features.out.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        self.features.out.write_all(self.features.text.as_bytes())?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.features.out.write_all(b"\n]}\n")?;
        Ok(self.features.out.flush()?)
    }
}

/// One feature a line.
pub(crate) struct Lines(Features);

impl Lines {
    pub(crate) fn start(setup: &Setup, out: Box<dyn Write + Send>) -> Self {
        Self(Features::start(setup, out))
    }
}

impl Writer for Lines {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        self.0.feature(&row);
        self.0.text.push('\n');
        Ok(self.0.out.write_all(self.0.text.as_bytes())?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        Ok(self.0.out.flush()?)
    }
}
