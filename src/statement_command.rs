//! `reeve statement`: statements of bank accounts from the command line.

use std::path::{Path, PathBuf};

use anyhow::Context;
use bank::statement::{BUILT_IN, Encoding, Limits, Profile};
use clap::{Args, ValueEnum};
use reeve::{
    app::App,
    platform::Ctx,
    statements::{Choices, Delivered, Report, Tally},
};

/// Most entries of one delivery: all of them are booked in one transaction.
const MOST_ENTRIES: usize = 100_000;

#[derive(Args)]
pub struct StatementCommand {
    /// Files from the bank (MT940, MT942, camt.053; lists of payments with `--list`), the earliest day first.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only say what would be booked.
    #[arg(long)]
    dry_run: bool,
    /// All files are pages of one statement.
    #[arg(long)]
    pages: bool,
    /// Also take MT940 without a closing balance, which nothing proves to be whole, and lists whose payments stood in another
    /// list already.
    #[arg(long)]
    unproven: bool,
    /// The files are lists of payments: `elixir-0`, `pekao`, `bz-wbk`, `nrb-nrb`, or a file that says what the columns mean.
    #[arg(long, value_name = "NAME|FILE.toml")]
    list: Option<String>,
    /// The town's account of a list, 26 digits, where its payments do not say it.
    #[arg(long, value_name = "NRB", requires = "list")]
    account: Option<String>,
    /// The encoding of letters, where it shall not be found out.
    #[arg(long, value_enum)]
    encoding: Option<Letters>,
    /// Write what became of the files as JSON into this file.
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Letters {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "iso-8859-2")]
    Iso88592,
    #[value(name = "windows-1250")]
    Windows1250,
    #[value(name = "cp852")]
    Cp852,
}

impl From<Letters> for Encoding {
    fn from(letters: Letters) -> Self {
        match letters {
            Letters::Utf8 => Self::Utf8,
            Letters::Iso88592 => Self::Iso88592,
            Letters::Windows1250 => Self::Windows1250,
            Letters::Cp852 => Self::Cp852,
        }
    }
}

/// Takes the files in, one after the other; stops at the first that is refused.
///
/// # Errors
/// When a file cannot be read or is refused; those before it are taken in.
pub async fn run(app: &App, command: StatementCommand) -> anyhow::Result<()> {
    let ctx = Ctx::system("reeve statement");
    let limits = Limits { entries: MOST_ENTRIES, ..Limits::default() };
    let choices = Choices {
        dry_run: command.dry_run,
        unproven: command.unproven,
        encoding: command.encoding.map(Encoding::from),
        list: command.list.as_deref().map(profile).transpose()?,
        account: command.account.as_deref().map(account).transpose()?,
        limits,
    };
    let deliveries: Vec<Vec<PathBuf>> = match command.pages {
        true => vec![command.files.clone()],
        false => command.files.iter().map(|file| vec![file.clone()]).collect(),
    };
    let mut reports = Vec::new();
    let mut refused = None;
    for files in &deliveries {
        let files = files.iter().map(|file| read(file, limits)).collect::<anyhow::Result<Vec<_>>>()?;
        let report = app.statements.take_in(&ctx, files, choices.clone()).await?;
        tell(&report);
        refused = report.refused.as_ref().map(ToString::to_string);
        reports.push(report);
        if refused.is_some() {
            break;
        }
    }
    if let Some(path) = &command.report {
        std::fs::write(path, serde_json::to_vec_pretty(&reports)?)
            .with_context(|| format!("cannot write the report {}", path.display()))?;
    }
    match refused {
        Some(why) => anyhow::bail!("{why}"),
        None => Ok(()),
    }
}

/// What the columns of a list mean: one of those that are built in, or as a file says.
fn profile(name: &str) -> anyhow::Result<Profile> {
    if BUILT_IN.iter().any(|(own, _)| *own == name) {
        return Ok(Profile::built_in(name)?);
    }
    let text = std::fs::read_to_string(name).with_context(|| format!("cannot read the profile {name}"))?;
    Profile::from_toml(&text).with_context(|| format!("profile {name}"))
}

fn account(text: &str) -> anyhow::Result<String> {
    let nrb = bank::Nrb::parse(text).with_context(|| format!("{text} is no bank account"))?;
    Ok(nrb.as_str().to_owned())
}

/// A file, unless it is larger than anything that is read.
fn read(path: &Path, limits: Limits) -> anyhow::Result<Delivered> {
    let size = std::fs::metadata(path).with_context(|| format!("there is no file {}", path.display()))?.len();
    anyhow::ensure!(
        size <= limits.bytes as u64,
        "{} is larger than {} MB; fetch a shorter period from the bank",
        path.display(),
        limits.bytes >> 20
    );
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Delivered { name, bytes })
}

fn tell(report: &Report) {
    for statement in &report.statements {
        println!(
            "{}: {} {} of {}: {} entries, {} in, {} out{}",
            report.file,
            statement.format,
            statement.number.map(|number| number.to_string()).unwrap_or_default(),
            statement.account.as_deref().unwrap_or("no account"),
            statement.entries,
            amount(statement.in_grosze, &statement.currency),
            amount(statement.out_grosze, &statement.currency),
            if statement.again { " (known already)" } else { "" },
        );
    }
    if report.refused.is_some() {
        println!("{}: refused, nothing was booked", report.file);
        return;
    }
    if let Some(at) = report.taken_at {
        println!("{}: taken in on {at} already, nothing was booked again", report.file);
        return;
    }
    let tally = |what: &str, tally: Tally| {
        if tally.count > 0 {
            println!("  {what}: {}, {}", tally.count, amount(tally.grosze, "PLN"));
        }
    };
    tally("booked to payers", report.booked);
    tally("held to be explained", report.held);
    tally("listed only", report.listed);
    tally("taken back by the bank", report.reversed);
    tally("booked payment by payment elsewhere", report.covered);
    if report.known > 0 {
        println!("  known from earlier statements: {}", report.known);
    }
    if report.dry_run {
        println!("  a dry run: nothing was written");
    }
}

fn amount(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let whole = minor.unsigned_abs();
    format!("{sign}{}.{:02} {currency}", whole / 100, whole % 100)
}
