//! Kinds, files and runs for the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use importers::mapping::{KindSpec, Mapping, RunError, RunReport, run};
use importers::table::{InputFile, Limits};
use importers::{Burial, Delivered, Doubt, Feature, Rejected};

/// The built-in kinds.
pub fn kinds() -> Vec<KindSpec> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../src/registry/kinds");
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let read = |path: &PathBuf| {
        let definition = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        KindSpec::from_definition(&definition).unwrap_or_else(|| panic!("{}", path.display()))
    };
    names.iter().map(read).collect()
}

/// The map of this name that is kept in `importers/maps`.
pub fn map(name: &str) -> Mapping {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("maps").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Mapping::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Everything that came out.
#[derive(Debug, Default)]
pub struct Outcome {
    pub report: RunReport,
    pub features: Vec<(Feature, u32, Vec<Doubt>)>,
    pub burials: Vec<(Burial, Vec<Doubt>)>,
    pub rejected: Vec<Rejected>,
    pub skipped: Vec<(u64, &'static str)>,
}

impl Outcome {
    fn take(&mut self, delivered: Delivered) {
        match delivered {
            Delivered::Feature { feature, srid, doubts, .. } => self.features.push((feature, srid, doubts)),
            Delivered::Burial { burial, doubts, .. } => self.burials.push((burial, doubts)),
            Delivered::Rejected(rejected) => self.rejected.push(rejected),
            Delivered::Skipped { at, reason } => self.skipped.push((at.row, reason)),
        }
    }

    /// Refused rows (`true`) or values by reason.
    pub fn refused(&self, whole_row: bool) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for rejected in self.rejected.iter().filter(|rejected| rejected.whole_row == whole_row) {
            *counts.entry(rejected.reason).or_default() += 1;
        }
        counts
    }

    /// Things of one kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Feature> {
        self.features.iter().map(|(feature, ..)| feature).filter(move |feature| feature.kind == kind)
    }

    /// The thing with this key.
    pub fn feature(&self, source_id: &str) -> &Feature {
        let mut features = self.features.iter().map(|(feature, ..)| feature);
        features.find(|feature| feature.source_id == source_id).unwrap_or_else(|| panic!("no {source_id}"))
    }

    /// Doubts of things and people by code.
    pub fn doubts(&self) -> BTreeMap<&'static str, usize> {
        let of_features = self.features.iter().flat_map(|(.., doubts)| doubts);
        let of_burials = self.burials.iter().flat_map(|(_, doubts)| doubts);
        let mut counts = BTreeMap::new();
        for doubt in of_features.chain(of_burials) {
            *counts.entry(doubt.code).or_default() += 1;
        }
        counts
    }

    /// Every row is a thing, a burial, refused or left out; the report says the same as what was handed over.
    pub fn check_account(&self) {
        for layer in &self.report.layers {
            let skipped: u64 = layer.skipped.values().sum();
            let sum = layer.features + layer.burial_rows + layer.rejected_rows + skipped;
            assert_eq!(sum, layer.rows, "{} {}: {layer:#?}", layer.file, layer.layer);
            assert_eq!(layer.rejected_by_reason.values().sum::<u64>(), layer.rejected_rows);
        }
        let sum =
            |of: fn(&importers::mapping::LayerReport) -> u64| self.report.layers.iter().map(of).sum::<u64>();
        assert_eq!(sum(|layer| layer.features), self.features.len() as u64);
        assert_eq!(sum(|layer| layer.burials), self.burials.len() as u64);
        let whole = self.rejected.iter().filter(|rejected| rejected.whole_row).count() as u64;
        assert_eq!(sum(|layer| layer.rejected_rows), whole);
    }
}

/// Runs a mapping over files.
pub fn try_run_files(paths: &[PathBuf], mapping: &Mapping) -> Result<Outcome, RunError> {
    let scratch = tempfile::tempdir().unwrap();
    let files: Vec<InputFile> = paths.iter().map(|path| input(path)).collect();
    let mut outcome = Outcome::default();
    let mut last = (0, 0);
    let mut sink = |delivered| {
        outcome.take(delivered);
        Ok(())
    };
    let mut progress = |step: importers::table::Progress| {
        assert!(step.done >= last.0 && step.done <= step.total, "progress goes back or beyond: {step:?}");
        last = (step.done, step.total);
    };
    let report =
        run(&files, scratch.path(), mapping, &kinds(), &Limits::default(), &mut sink, &mut progress)?;
    assert_eq!(last.0, last.1, "progress ends at its end");
    outcome.report = report;
    outcome.check_account();
    Ok(outcome)
}

/// Runs a mapping over files that it must be able to read.
pub fn run_files(paths: &[PathBuf], mapping: &Mapping) -> Outcome {
    try_run_files(paths, mapping).unwrap_or_else(|error| panic!("{}: {error}", mapping.name))
}

/// A file as it is delivered.
pub fn input(path: &Path) -> InputFile {
    InputFile { path: path.to_owned(), name: path.file_name().unwrap().to_string_lossy().into_owned() }
}

/// Runs a mapping over texts: name of the file and its content.
pub fn try_run_texts(texts: &[(&str, &str)], mapping: &str) -> Result<Outcome, RunError> {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = texts
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    try_run_files(&paths, &Mapping::parse(mapping)?)
}

/// As [`try_run_texts`], which must work.
pub fn run_texts(texts: &[(&str, &str)], mapping: &str) -> Outcome {
    try_run_texts(texts, mapping).unwrap_or_else(|error| panic!("{error}"))
}
