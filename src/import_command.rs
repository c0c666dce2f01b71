//! `reeve import`: files into the registry from the command line.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use importers::{
    mapping::{self, Group, Mapping, PositionMapping},
    table::{InputFile, Limits},
};
use indicatif::{ProgressBar, ProgressStyle};
use reeve::{
    app::App,
    imports::{self, Accept, Counts, DeliveryInput, Mode, Outcome},
    platform::Ctx,
};
use serde_json::{Value, json};

/// Most rejected values that are shown on the screen; the report holds them all.
const MOST_SHOWN: usize = 20;

#[derive(Args)]
pub struct ImportCommand {
    /// The files of one delivery, or a folder or ZIP archive with them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The mapping: a TOML file, or the name of one that comes with Reeve (see importers/maps). Not for OpenStreetMap.
    #[arg(long = "map", value_name = "MAP.toml")]
    mapping: Option<PathBuf>,
    /// Without a mapping: the kind to fill, or people. Columns are then matched by name and content.
    #[arg(long, conflicts_with = "mapping")]
    kind: Option<String>,
    /// Without a mapping: the EPSG code of the coordinates, where the file does not say it.
    #[arg(long, conflicts_with = "mapping")]
    srid: Option<u32>,
    /// Write the mapping that was made up into this file, to be read, mended and used.
    #[arg(long, value_name = "FILE", conflicts_with = "mapping")]
    write_map: Option<PathBuf>,
    /// Only say what would change.
    #[arg(long)]
    dry_run: bool,
    /// Groups that go in, instead of those that the mapping names.
    #[arg(long, value_delimiter = ',',
          value_parser = ["new", "changed", "vanished", "doubtful", "near_duplicate", "all"])]
    accept: Vec<String>,
    /// Write the report as JSON into this file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl ImportCommand {
    /// One file, as it is.
    pub fn of(file: PathBuf) -> Self {
        Self {
            files: vec![file],
            mapping: None,
            kind: None,
            srid: None,
            write_map: None,
            dry_run: false,
            accept: Vec::new(),
            report: None,
        }
    }

    fn accept(&self, usual: &[Group]) -> Accept {
        let takes = |group: &Group| match self.accept.as_slice() {
            [] => usual.contains(group),
            named => named.iter().any(|name| name == group.name() || name == "all"),
        };
        Accept { groups: Group::ALL.into_iter().filter(takes).collect(), excluded: Vec::new() }
    }

    fn mode(&self, usual: &[Group]) -> Mode {
        if self.dry_run { Mode::Dry } else { Mode::Apply(self.accept(usual)) }
    }
}

/// Brings the files in, or says why not.
pub async fn run(app: &App, command: ImportCommand) -> anyhow::Result<()> {
    for file in &command.files {
        anyhow::ensure!(file.exists(), "there is no file {}", file.display());
    }
    let told = if let [file] = command.files.as_slice()
        && is_osm(file)
    {
        bring_in_osm(app, file, &command).await?
    } else {
        bring_in_mapped(app, &command).await?
    };
    if let Some(path) = &command.report {
        std::fs::write(path, serde_json::to_vec_pretty(&told)?)
            .with_context(|| format!("cannot write the report {}", path.display()))?;
    }
    Ok(())
}

/// OpenStreetMap files say by their names what they are.
fn is_osm(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".osm", ".osm.gz", ".osm.bz2", ".pbf"].iter().any(|ending| name.ends_with(ending))
}

fn bar(total: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg:<24} [{bar:40}] {percent:>3}% {elapsed}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what);
    bar
}

/// A bar, and what moves it.
fn progress() -> (ProgressBar, impl FnMut(f64) + Send + 'static) {
    let progress = bar(1000, "reading");
    let shown = progress.clone();
    let step = move |fraction: f64| {
        shown.set_position((fraction * 1000.0) as u64);
        if fraction >= 1.0 {
            shown.set_message("comparing and writing");
        }
    };
    (progress, step)
}

async fn bring_in_osm(app: &App, file: &Path, command: &ImportCommand) -> anyhow::Result<Value> {
    anyhow::ensure!(
        command.mapping.is_none() && command.kind.is_none(),
        "{} is an OpenStreetMap file; its tags say what its things are, so it takes no mapping and no kind",
        file.display()
    );
    let ctx = Ctx::system("import");
    let (progress, step) = progress();
    let mode = command.mode(&Group::ALL);
    let (report, outcome) = imports::bring_in_osm(&ctx, &app.pool, file, mode, step)
        .await
        .with_context(|| format!("nothing of {} was brought in", file.display()))?;
    progress.finish_and_clear();
    let elements = &report.elements;
    eprintln!(
        "{}: {} nodes, {} ways, {} relations",
        file.display(),
        elements.nodes,
        elements.ways,
        elements.relations
    );
    print_counts(&outcome);
    if !report.left_out.is_empty() {
        eprintln!("\nLeft out:");
        for left in &report.left_out {
            eprintln!("{:>9}  {} ({})", left.count, left.text_en, left.samples.join(", "));
        }
    }
    Ok(told(&outcome, "osm", command, serde_json::to_value(&report)?))
}

async fn bring_in_mapped(app: &App, command: &ImportCommand) -> anyhow::Result<Value> {
    let files: Vec<InputFile> = command
        .files
        .iter()
        .map(|path| InputFile {
            path: path.clone(),
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        })
        .collect();
    let mapping = match &command.mapping {
        Some(path) => saved_mapping(path)?,
        None => proposed_mapping(app, &files, command)?,
    };
    if let Some(why) = &mapping.no_target {
        anyhow::bail!("{}: {why}", mapping.name);
    }
    let ctx = Ctx::system("import");
    let source = mapping.source.clone();
    let mode = command.mode(&mapping.accept);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let title = format!("{}: {}", mapping.name, names.join(", "));
    let (progress, step) = progress();
    let input = DeliveryInput { files: files.clone(), mapping, title };
    let (report, outcome) = imports::deliver(&ctx, &app.registry, input, mode, None, step)
        .await
        .map_err(|error| anyhow::anyhow!("nothing was brought in: {error}"))?;
    progress.finish_and_clear();
    print_counts(&outcome);
    print_rejected(&outcome);
    if let Some(change_set) = outcome.change_set {
        eprintln!("\nOne change, which can be taken back at /desk/changes/{change_set}");
    }
    if command.dry_run {
        eprintln!("\nNothing was written: this was a dry run.");
    }
    Ok(told(&outcome, &source, command, serde_json::to_value(&report)?))
}

/// Reads a mapping from a file, or takes the one of that name which comes with Reeve.
fn saved_mapping(path: &Path) -> anyhow::Result<Mapping> {
    let name = path.to_string_lossy();
    let text = match mapping::built_in(name.trim_end_matches(".toml")) {
        Some(text) if !path.exists() => text.to_owned(),
        _ => std::fs::read_to_string(path)
            .with_context(|| format!("the mapping {} cannot be read", path.display()))?,
    };
    Mapping::parse(&text).with_context(|| path.display().to_string())
}

/// Makes up a mapping from what the files hold, and refuses to guess where they stand.
fn proposed_mapping(app: &App, files: &[InputFile], command: &ImportCommand) -> anyhow::Result<Mapping> {
    let scratch = tempfile::tempdir()?;
    let inspection = mapping::inspect(files, scratch.path(), &Limits::default())?;
    let mut mapping =
        mapping::propose(&inspection, &imports::kind_specs(&app.registry), command.kind.as_deref());
    anyhow::ensure!(
        !mapping.tables.is_empty(),
        "no kind fits these files; name one with --kind, or write a mapping (docs/mapping.md)"
    );
    let uncertain = inspection
        .files
        .iter()
        .flat_map(|file| &file.layers)
        .find(|layer| !layer.positions.is_empty() && layer.positions.iter().all(|guess| !guess.certain));
    match (command.srid, uncertain) {
        (Some(srid), _) => {
            for table in &mut mapping.tables {
                table.position.get_or_insert_with(PositionMapping::default).srid =
                    Some(mapping::SridRule::Fixed(srid));
            }
        }
        (None, Some(layer)) => anyhow::bail!(
            "the numbers of {:?} do not say in which reference system and order of axes they are: name it with \
             --srid, or write the mapping with --write-map, look at it, and use it with --map",
            layer.name
        ),
        (None, None) => {}
    }
    if let Some(path) = &command.write_map {
        std::fs::write(path, mapping.to_toml())
            .with_context(|| format!("cannot write the mapping {}", path.display()))?;
        eprintln!("The mapping is in {}.", path.display());
    }
    Ok(mapping)
}

/// The report for programs.
fn told(outcome: &Outcome, source: &str, command: &ImportCommand, reader: Value) -> Value {
    let Counts { read, new, changed, unchanged, vanished, doubtful, near_duplicate, rejected, skipped } =
        outcome.counts;
    json!({
        "source": source,
        "files": command.files,
        "dry_run": command.dry_run,
        "change_set": outcome.change_set,
        "read": read,
        "new": new,
        "changed": changed,
        "unchanged": unchanged,
        "vanished": vanished,
        "doubtful": doubtful,
        "near_duplicate": near_duplicate,
        "rejected": rejected,
        "skipped": skipped,
        "rejected_values": outcome.rejected,
        "rejected_values_count": outcome.values_rejected + rejected,
        "kinds": outcome.kinds,
        "burials_without_grave": outcome.burials_without_grave,
        "reader": reader,
    })
}

/// Shows the counts by kind.
pub fn print_counts(outcome: &Outcome) {
    eprintln!(
        "{:<14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "read", "new", "changed", "unchanged", "vanished", "doubtful", "near"
    );
    for (kind, c) in outcome.kinds.iter().filter(|(_, c)| c.read > 0 || c.vanished > 0) {
        eprintln!(
            "{kind:<14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            c.read, c.new, c.changed, c.unchanged, c.vanished, c.doubtful, c.near_duplicate
        );
    }
    if outcome.counts.rejected > 0 || outcome.counts.skipped > 0 {
        eprintln!(
            "{} rows rejected, {} left out on purpose",
            outcome.counts.rejected, outcome.counts.skipped
        );
    }
    if outcome.burials_without_grave > 0 {
        eprintln!(
            "{} burials name a grave that is not there and were left out",
            outcome.burials_without_grave
        );
    }
}

fn print_rejected(outcome: &Outcome) {
    if outcome.rejected.is_empty() {
        return;
    }
    eprintln!("\nRejected:");
    for rejected in outcome.rejected.iter().take(MOST_SHOWN) {
        let column = rejected.column.as_deref().map(|column| format!(", {column}")).unwrap_or_default();
        eprintln!(
            "  {} row {}{column}: {:?}; expected: {}",
            rejected.file, rejected.row, rejected.found, rejected.expected_en
        );
    }
    let more = outcome.rejected.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        eprintln!("  and {more} more; --report FILE.json lists them");
    }
}
