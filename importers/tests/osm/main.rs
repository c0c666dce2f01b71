//! The OpenStreetMap reader through its public door: files in, records and a report out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod formats;
mod hostile;
mod map;
mod mutations;
mod real;
mod schema;
mod things;

use importers::osm::{ImportError, Report, read_bytes};
use importers::{BaseFeature, Burial, Feature, Record};

/// Everything that a reading gave.
#[derive(Debug, PartialEq)]
struct Reading {
    report: Report,
    records: Vec<Record>,
}

impl Reading {
    fn features(&self, kind: &str) -> Vec<&Feature> {
        let mut found = Vec::new();
        for record in &self.records {
            match record {
                Record::Feature(feature) if feature.kind == kind => found.push(feature),
                _ => {}
            }
        }
        found
    }

    fn feature(&self, kind: &str, source_id: &str) -> &Feature {
        let found = self.features(kind).into_iter().find(|feature| feature.source_id == source_id);
        found.unwrap_or_else(|| panic!("{kind} has no {source_id}"))
    }

    fn burials(&self) -> Vec<&Burial> {
        let mut found = Vec::new();
        for record in &self.records {
            if let Record::Burial(burial) = record {
                found.push(burial);
            }
        }
        found
    }

    fn base(&self, layer: &str) -> Vec<&BaseFeature> {
        let mut found = Vec::new();
        for record in &self.records {
            match record {
                Record::Base(base) if base.layer.as_str() == layer => found.push(base),
                _ => {}
            }
        }
        found
    }
}

fn try_reading(bytes: &[u8]) -> Result<Reading, ImportError> {
    let mut records = Vec::new();
    let report = read_bytes(bytes, &mut |record: Record| {
        records.push(record);
        Ok(())
    })?;
    Ok(Reading { report, records })
}

fn reading(bytes: &[u8]) -> Reading {
    try_reading(bytes).unwrap_or_else(|error| panic!("{error}"))
}
