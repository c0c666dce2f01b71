//! `reeve export`: a collection, or a part of it, as a file.

use std::{fs::File, io::Write, path::PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use futures::StreamExt;
use reeve::{
    app::App,
    kernel::{Lang, Params},
    platform::Ctx,
    registry::{ExportQuery, Sight, instant},
};

/// What is exported, and how.
#[derive(Debug, Args)]
pub struct ExportCommand {
    /// Name of the collection: lamps, graves…
    collection: String,
    /// File to write; standard output without it.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Format of the file; without it, by the ending of the file's name, else geojson.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Reference system by its EPSG code: 4326, 3857, 2180, 2176 to 2179. Easting comes first in every file.
    #[arg(long, default_value_t = 4326)]
    crs: u32,
    /// Only what touches a box: west,south,east,north in degrees.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    bbox: Option<String>,
    /// Only things of which this is true, in CQL2: "height_m > 5".
    #[arg(long, value_name = "CQL2")]
    filter: Option<String>,
    /// Only things with this value of an attribute, of label, status or source; may be repeated.
    #[arg(long = "where", value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// Only these columns, separated by commas.
    #[arg(long)]
    columns: Option<String>,
    /// The collection as it was at an instant (RFC 3339) or at the end of a date.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// CSV: what separates values.
    #[arg(long, value_parser = ["comma", "semicolon", "tab"])]
    delimiter: Option<String>,
    /// CSV: decimal separator.
    #[arg(long, value_parser = ["point", "comma"])]
    decimal: Option<String>,
    /// CSV and XLSX: titles and labels for people instead of keys and values.
    #[arg(long)]
    titles: bool,
    /// Language of titles and descriptions.
    #[arg(long, default_value = "pl", value_parser = ["pl", "en"])]
    lang: String,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Geojson,
    Geojsonl,
    Fgb,
    Gpkg,
    Csv,
    Xlsx,
    Shp,
    Kml,
    Gpx,
}

impl From<Format> for exporters::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Geojson => Self::Geojson,
            Format::Geojsonl => Self::Geojsonl,
            Format::Fgb => Self::Flatgeobuf,
            Format::Gpkg => Self::Gpkg,
            Format::Csv => Self::Csv,
            Format::Xlsx => Self::Xlsx,
            Format::Shp => Self::Shapefile,
            Format::Kml => Self::Kml,
            Format::Gpx => Self::Gpx,
        }
    }
}

impl ExportCommand {
    fn format(&self) -> exporters::Format {
        let by_name = || {
            let name = self.output.as_ref()?.file_name()?.to_str()?.to_ascii_lowercase();
            exporters::Format::ALL
                .into_iter()
                .find(|format| name.ends_with(&format!(".{}", format.file_ending())))
        };
        self.format.map(Into::into).or_else(by_name).unwrap_or(exporters::Format::Geojson)
    }

    /// The same parameters as those of the door, so that both read them alike.
    fn params(&self) -> anyhow::Result<Params> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &Option<String>| {
            pairs.extend(value.clone().map(|value| (name.to_owned(), value)));
        };
        add("bbox", &self.bbox);
        add("filter", &self.filter);
        add("properties", &self.columns);
        add("delimiter", &self.delimiter);
        add("decimal", &self.decimal);
        add("titles", &self.titles.then(|| "true".to_owned()));
        add("crs", &(self.crs != 4326).then(|| format!("EPSG:{}", self.crs)));
        for given in &self.values {
            let (name, value) =
                given.split_once('=').with_context(|| format!("--where {given:?} must be NAME=VALUE"))?;
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(Params::new(pairs)?)
    }
}

/// Writes the file. What was there before under its name is replaced only by a whole file.
pub async fn run(app: &App, command: ExportCommand) -> anyhow::Result<()> {
    let ctx = Ctx { lang: Lang::from_tag(&command.lang).unwrap_or_default(), ..Ctx::system("export") };
    let slug = &command.collection;
    let kinds: Vec<String> =
        app.registry.kinds().all_public().map(|kind| kind.slug.as_str().to_owned()).collect();
    let kind = app
        .registry
        .kind(&ctx, slug)
        .map_err(|_| anyhow::anyhow!("there is no collection {slug:?}; there are: {}", kinds.join(", ")))?;
    let mut params = command.params()?;
    let query = ExportQuery::read(&mut params, &kind, Sight::Public, command.format())?;
    params.finish()?;
    let as_of = command.as_of.as_deref().map(instant).transpose()?;
    let base = app.config.base_url.clone().unwrap_or_default();
    let mut file = app.registry.export_file(&ctx, &kind, ExportQuery { as_of, base, ..query }).await?;
    let (mut out, partial): (Box<dyn Write>, _) = match &command.output {
        Some(path) => {
            let mut partial = path.clone().into_os_string();
            partial.push(".partial");
            let partial = PathBuf::from(partial);
            let made =
                File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
            (Box::new(std::io::BufWriter::new(made)), Some((partial, path)))
        }
        None => (Box::new(std::io::BufWriter::new(std::io::stdout().lock())), None),
    };
    let written = async {
        while let Some(piece) = file.bytes.next().await {
            out.write_all(&piece?)?;
        }
        Ok(out.flush()?)
    };
    let written: anyhow::Result<()> = written.await;
    if let Some((partial, path)) = partial {
        match &written {
            Ok(()) => {
                std::fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))?
            }
            Err(_) => std::fs::remove_file(&partial)?,
        }
    }
    written.with_context(|| format!("{slug} was not exported"))
}
