//! The command line of Reeve.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its user")]

mod user_command;

use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use reeve::{
    app::App,
    check, demo,
    imports::{self, Outcome},
    kernel::Crs,
    platform::{Config, Ctx, Db},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[derive(Parser)]
#[command(name = "reeve", version, about = "A town's registry on a map", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date, then serve.
    Serve {
        /// Address and port; REEVE_LISTEN and the settings file come after it.
        #[arg(long)]
        listen: Option<std::net::SocketAddr>,
        /// Fill an empty database with a made-up town first.
        #[arg(long)]
        demo: bool,
        /// Size of the made-up town.
        #[arg(long, value_enum, default_value = "town", requires = "demo")]
        size: Size,
        /// Bring in this OpenStreetMap file first.
        #[arg(long, value_name = "FILE", conflicts_with = "demo")]
        import: Option<PathBuf>,
    },
    /// Fill an empty database with a made-up town.
    Demo {
        /// Size of the town: about 3,000, 50,000 or 1,000,000 things.
        #[arg(long, value_enum, default_value = "village")]
        size: Size,
        /// The same seed makes the same town.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Bring in a file: OpenStreetMap as .osm.pbf, .osm, .osm.gz or .osm.bz2. All of it or nothing.
    Import {
        /// The file.
        file: PathBuf,
        /// Write the report as JSON into this file.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Write a whole collection as GeoJSON.
    Export {
        /// Name of the collection: lamps, graves…
        collection: String,
        /// File to write; standard output without it.
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Format of the file.
        #[arg(long, value_enum, default_value = "geojson")]
        format: Format,
        /// Reference system by its EPSG code; other than 4326 only as geojsonl, since RFC 7946 knows no other.
        #[arg(long, default_value_t = 4326)]
        crs: u32,
        /// The collection as it was at an instant (RFC 3339) or at the end of a date.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
    },
    /// Make and change accounts of staff, and tokens for programs.
    #[command(subcommand)]
    User(user_command::UserCommand),
    /// Say what is wrong with database, data and files, and how to mend it.
    Check,
}

#[derive(Clone, Copy, ValueEnum)]
enum Size {
    Village,
    Town,
    City,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Geojson,
    Geojsonl,
}

impl From<Size> for demo::Size {
    fn from(size: Size) -> Self {
        match size {
            Size::Village => Self::Village,
            Size::Town => Self::Town,
            Size::City => Self::City,
        }
    }
}

fn main() -> ExitCode {
    // clap ends the program with 2 on wrong usage.
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("REEVE_LOG")
        .unwrap_or_else(|_| "reeve=info,sqlx=error,warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("reeve: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("reeve: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let mut config = Config::load()?;
    match command {
        Command::Serve { listen, demo, size, import } => {
            config.listen = listen.unwrap_or(config.listen);
            serve(config, demo.then_some(size), import).await?;
        }
        Command::Demo { size, seed } => {
            with_app(config, async |app| {
                if !fill(&app, size, seed).await? {
                    anyhow::bail!(
                        "the database already holds things; the made-up town goes only into an empty one. \
                         Choose another folder with REEVE_VAR, or another DATABASE_URL"
                    );
                }
                show_demo_sign_in(&app).await
            })
            .await?;
        }
        Command::Import { file, report } => {
            with_app(config, async |app| import_file(&app, file, report).await).await?;
        }
        Command::Export { collection, output, format, crs, as_of } => {
            with_app(config, async |app| export(&app, &collection, output, format, crs, as_of).await).await?;
        }
        Command::User(command) => {
            with_app(config, async |app| user_command::run(&app, command).await).await?;
        }
        Command::Check => {
            let findings = check::check(&config).await;
            for finding in &findings {
                println!("{finding}");
            }
            return Ok(if findings.iter().any(check::Finding::is_fault) {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the database beside a running service or alone, does the work, and closes it whatever happened.
async fn with_app(config: Config, work: impl AsyncFnOnce(App) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let db = Db::visit(&config).await?;
    let result = tokio::select! {
        result = async {
            db.migrate().await?;
            work(App::open(config, db.pool.clone()).await?).await
        } => result,
        name = stop_signal() => Err(anyhow::anyhow!("stopped by {name}: the database holds either all of this work or nothing of it")),
    };
    db.close().await?;
    result
}

async fn serve(config: Config, demo: Option<Size>, import: Option<PathBuf>) -> anyhow::Result<()> {
    // The port comes first: who waits for the database only to learn that it is taken has waited for nothing.
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}; choose another address with --listen or REEVE_LISTEN", config.listen)
    })?;
    let db = Db::own(&config).await?;
    let result = tokio::select! {
        result = serve_on(&config, &db, listener, demo, import) => result,
        error = db.given_up() => Err(error.into()),
    };
    db.close().await?;
    result
}

async fn serve_on(
    config: &Config,
    db: &Db,
    listener: TcpListener,
    demo: Option<Size>,
    import: Option<PathBuf>,
) -> anyhow::Result<()> {
    let started = async {
        db.migrate().await?;
        let app = App::open(config.clone(), db.pool.clone()).await?.with_metrics()?;
        app.accounts.keys().ready()?;
        match demo {
            Some(size) => {
                fill(&app, size, 1).await?;
                show_demo_sign_in(&app).await?;
            }
            None => refuse_demo_accounts(&app).await?,
        }
        if let Some(file) = import {
            import_file(&app, file, None).await?;
        }
        app.refresh().await?;
        anyhow::Ok(app)
    };
    let app = tokio::select! {
        app = started => app?,
        _ = stop_signal() => return Ok(()),
    };
    let following = app.follow();
    println!("Reeve: {}", config.base_url.clone().unwrap_or_else(|| format!("http://{}", config.listen)));
    let stop = async {
        let name = stop_signal().await;
        tracing::info!(name, "stopping");
    };
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = app.serve(listener, async move {
        stop.await;
        let _ = stopping.send(());
    });
    tokio::select! {
        served = serving => served?,
        // A visitor who reads slowly does not hold up the end for ever.
        () = async {
            let _ = stopped.await;
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        } => {}
    }
    drop(following);
    Ok(())
}

async fn stop_signal() -> &'static str {
    let (mut terminate, mut interrupt) =
        match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
            _ => return std::future::pending().await,
        };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "Ctrl-C",
    }
}

fn bar(total: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg:<24} [{bar:40}] {percent:>3}% {elapsed}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what);
    bar
}

/// Fills an empty database; answers whether it was empty.
async fn fill(app: &App, size: Size, seed: u64) -> anyhow::Result<bool> {
    let ctx = Ctx::system("demo");
    if !imports::is_empty(&app.pool).await? {
        return Ok(false);
    }
    let started = std::time::Instant::now();
    let bar = ProgressBar::new_spinner();
    bar.set_message("making up a town…");
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let outcome = imports::bring_in_demo(&ctx, &app.pool, size.into(), seed)
        .await
        .map_err(|error| anyhow::anyhow!(error.to_string()))?;
    bar.finish_and_clear();
    eprintln!("A made-up town is there ({:.1} s):", started.elapsed().as_secs_f64());
    print_counts(&outcome);
    Ok(true)
}

/// Makes the accounts of the demo, or gives them a new password, and says how to sign in.
async fn show_demo_sign_in(app: &App) -> anyhow::Result<()> {
    let password = std::env::var("REEVE_DEMO_PASSWORD").ok().filter(|password| !password.is_empty());
    let prepared = app.accounts.prepare_demo(&Ctx::system("demo"), password).await;
    if let Some(demo) =
        prepared.map_err(|failure| anyhow::anyhow!("the demo's accounts could not be made: {failure}"))?
    {
        for email in demo.emails {
            println!("Demo sign-in: {email} / {}", demo.password);
        }
    }
    Ok(())
}

/// A service for real people does not start while accounts are enabled whose passwords were printed on a screen.
async fn refuse_demo_accounts(app: &App) -> anyhow::Result<()> {
    if !app.config.base_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
        return Ok(());
    }
    let found = app.accounts.enabled_demo_accounts(&Ctx::system("start")).await;
    let emails = found.map_err(|failure| anyhow::anyhow!("the accounts cannot be read: {failure}"))?;
    anyhow::ensure!(
        emails.is_empty(),
        "accounts of the demo are enabled: {}. Disable each with reeve user disable EMAIL, or serve the demo with --demo",
        emails.join(", ")
    );
    Ok(())
}

async fn import_file(app: &App, file: PathBuf, report_file: Option<PathBuf>) -> anyhow::Result<()> {
    let ctx = Ctx::system("import");
    let progress = bar(1000, "reading");
    let shown = progress.clone();
    let (report, outcome) = imports::bring_in_osm(&ctx, &app.pool, &file, move |fraction| {
        shown.set_position((fraction * 1000.0) as u64);
        if fraction >= 1.0 {
            shown.set_message("writing to the database");
        }
    })
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
    if let Some(path) = report_file {
        let told = serde_json::json!({ "kinds": outcome.kinds, "burials_without_grave": outcome.burials_without_grave, "reader": report });
        std::fs::write(&path, serde_json::to_vec_pretty(&told)?)
            .with_context(|| format!("cannot write the report {}", path.display()))?;
    }
    Ok(())
}

fn print_counts(outcome: &Outcome) {
    eprintln!("{:<14} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "read", "new", "changed", "unchanged", "vanished");
    for (kind, c) in outcome.kinds.iter().filter(|(_, c)| c.read > 0 || c.vanished > 0) {
        eprintln!(
            "{kind:<14} {:>9} {:>9} {:>9} {:>9} {:>9}",
            c.read, c.new, c.changed, c.unchanged, c.vanished
        );
    }
    if outcome.burials_without_grave > 0 {
        eprintln!(
            "{} burials name a grave that is not there and were left out",
            outcome.burials_without_grave
        );
    }
}

async fn export(
    app: &App,
    slug: &str,
    output: Option<PathBuf>,
    format: Format,
    crs: u32,
    as_of: Option<String>,
) -> anyhow::Result<()> {
    let ctx = Ctx::system("export");
    let kinds: Vec<String> =
        app.registry.kinds().all_public().map(|kind| kind.slug.as_str().to_owned()).collect();
    let kind = app
        .registry
        .kind(&ctx, slug)
        .map_err(|_| anyhow::anyhow!("there is no collection {slug:?}; there are: {}", kinds.join(", ")))?;
    let crs = match crs {
        4326 => Crs::Crs84,
        other => Crs::parse(&other.to_string()).with_context(|| format!("EPSG:{other} is not offered"))?,
    };
    if format == Format::Geojson && crs != Crs::Crs84 {
        anyhow::bail!(
            "GeoJSON knows only longitude and latitude (RFC 7946); use --format geojsonl for EPSG:{}",
            crs.srid()
        );
    }
    let as_of = as_of.as_deref().map(reeve::registry::instant).transpose()?;
    let mut out: Box<dyn Write> = match &output {
        Some(path) => Box::new(std::io::BufWriter::new(
            std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
        )),
        None => Box::new(std::io::BufWriter::new(std::io::stdout().lock())),
    };
    let mut pieces = app.registry.export(&ctx, &kind, crs, as_of, format == Format::Geojson).await?;
    while let Some(piece) = pieces.next().await {
        out.write_all(&piece?)?;
    }
    out.flush()?;
    Ok(())
}
