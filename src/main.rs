//! The command line of Reeve.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its user")]

mod export_command;
mod finance_command;
mod import_command;
mod recount_command;
mod settlement_command;
mod statement_command;
mod user_command;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use indicatif::ProgressBar;
use reeve::{
    app::App,
    check, demo, imports, payments,
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
    /// Bring in files: tables, geodata or OpenStreetMap. What is accepted goes in as one change, or nothing does.
    Import(import_command::ImportCommand),
    /// Write a collection, or a part of it, as a file.
    Export(export_command::ExportCommand),
    /// Take in statements of the town's bank accounts and book what was paid. Each file goes in whole, or not at all.
    Statement(statement_command::StatementCommand),
    /// Take in what payment operators passed on to the town's bank accounts. Each file goes in whole, or not at all.
    Settlement(settlement_command::SettlementCommand),
    /// Exchange with the finance system: bookings as numbered files, assessments from it.
    #[command(subcommand)]
    Finance(finance_command::FinanceCommand),
    /// Check a published file of a secret vote, and count it again. Needs the file and nothing else.
    Recount(recount_command::RecountCommand),
    /// Make and change accounts of staff, and tokens for programs.
    #[command(subcommand)]
    User(user_command::UserCommand),
    /// Stand for the world outside: an SMS gateway, a push service and payment operators that keep in memory what arrives.
    Sandbox {
        /// Address and port, on this machine.
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: std::net::SocketAddr,
    },
    /// Say what is wrong with database, data and files, and how to mend it.
    Check,
}

#[derive(Clone, Copy, ValueEnum)]
enum Size {
    Village,
    Town,
    City,
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
    // Whoever counts again has no town.
    if let Command::Recount(command) = &command {
        recount_command::run(command)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = Config::load()?;
    match command {
        Command::Recount(_) => {}
        Command::Serve { listen, demo, size, import } => {
            config.listen = listen.unwrap_or(config.listen);
            if demo {
                pay_at_sandbox(&mut config).await?;
            }
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
        Command::Import(command) => {
            with_app(config, async |app| import_command::run(&app, command).await).await?;
        }
        Command::Export(command) => {
            with_app(config, async |app| export_command::run(&app, command).await).await?;
        }
        Command::Statement(command) => {
            with_app(config, async |app| statement_command::run(&app, command).await).await?;
        }
        Command::Settlement(command) => {
            with_app(config, async |app| settlement_command::run(&app, command).await).await?;
        }
        Command::Finance(command) => {
            with_app(config, async |app| finance_command::run(&app, command).await).await?;
        }
        Command::User(command) => {
            with_app(config, async |app| user_command::run(&app, command).await).await?;
        }
        Command::Sandbox { listen } => sandbox_on(listen).await?,
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

/// Lets the demonstration pay at the operators of `reeve sandbox`, if `REEVE_SANDBOX_URL` says where it runs and the
/// settings name no operators.
async fn pay_at_sandbox(config: &mut Config) -> anyhow::Result<()> {
    let sandbox = std::env::var("REEVE_SANDBOX_URL").ok().filter(|url| !url.is_empty());
    let Some(sandbox) = sandbox.filter(|_| config.operators.is_empty()) else { return Ok(()) };
    config.operators = payments::sandbox_contracts(&sandbox, &payments::demo_accounts())
        .with_context(|| format!("REEVE_SANDBOX_URL={sandbox} is no address"))?;
    let base = config.base_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    if let Err(error) = payments::tell_sandbox(&sandbox, &base).await {
        eprintln!("reeve: the sandbox at {sandbox} does not answer ({error}); start it and then this again");
    }
    Ok(())
}

/// Serves the sandbox until somebody stops it. It knows no users, so it is for this machine only.
async fn sandbox_on(listen: std::net::SocketAddr) -> anyhow::Result<()> {
    anyhow::ensure!(
        listen.ip().is_loopback(),
        "the sandbox is for this machine: choose an address such as 127.0.0.1:8090"
    );
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    println!("Sandbox: http://{address}");
    println!(
        "REEVE_SMS_URL=http://{address}/sms REEVE_SMS_TOKEN={} REEVE_PUSH_LOOPBACK=true REEVE_SANDBOX_URL=http://{address}",
        sandbox::TOKEN
    );
    tokio::select! {
        served = sandbox::serve(listener) => served?,
        _ = stop_signal() => {}
    }
    Ok(())
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
            import_command::run(&app, import_command::ImportCommand::of(file)).await?;
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
    import_command::print_counts(&outcome);
    Ok(true)
}

/// Makes the accounts of the demo, or gives them a new password, and says how to sign in.
async fn show_demo_sign_in(app: &App) -> anyhow::Result<()> {
    let password = std::env::var("REEVE_DEMO_PASSWORD").ok().filter(|password| !password.is_empty());
    let prepared = app.accounts.prepare_demo(&Ctx::system("demo"), password).await;
    if let Some(demo) =
        prepared.map_err(|failure| anyhow::anyhow!("the demo's accounts could not be made: {failure}"))?
    {
        let letters = app.conversations.prepare_demo(&Ctx::system("demo")).await;
        letters.map_err(|failure| anyhow::anyhow!("the demo's letters could not be made: {failure}"))?;
        let dues = app.dues.prepare_demo(&Ctx::system("demo")).await;
        dues.map_err(|failure| anyhow::anyhow!("the demo's dues could not be made: {failure}"))?;
        let declared = app.tax_base.prepare_demo(&Ctx::system("demo")).await;
        declared
            .map_err(|failure| anyhow::anyhow!("the demo's declarations could not be made: {failure}"))?;
        let asked = app.surveys.prepare_demo(&Ctx::system("demo")).await;
        asked.map_err(|failure| anyhow::anyhow!("the demo's surveys could not be made: {failure}"))?;
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
