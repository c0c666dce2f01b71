//! `reeve settlement`: what payment operators passed on, from the command line.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use reeve::{app::App, payments::SettlementReport, platform::Ctx};

/// Most bytes of a file.
const MOST_BYTES: u64 = 50 << 20;

#[derive(Args)]
pub struct SettlementCommand {
    /// The contract's `id` in the settings.
    #[arg(long)]
    contract: String,
    /// Files from the operator, as the contract's `settlement` describes them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Write what became of the files as JSON into this file.
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
}

/// Takes the files in, one after the other; stops at the first that is refused.
///
/// # Errors
/// When a file cannot be read or is refused; those before it are taken in.
pub async fn run(app: &App, command: SettlementCommand) -> anyhow::Result<()> {
    let ctx = Ctx::system("reeve settlement");
    let mut reports = Vec::new();
    let mut refused = None;
    for path in &command.files {
        let bytes = read(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let report =
            app.payments.take_settlement_file(&ctx, &command.contract, &name, bytes, command.dry_run).await?;
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

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(path).with_context(|| format!("there is no file {}", path.display()))?.len();
    anyhow::ensure!(size <= MOST_BYTES, "{} is larger than 50 MB; fetch a shorter period", path.display());
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn tell(report: &SettlementReport) {
    if report.refused.is_some() {
        println!("{}: refused, nothing was written", report.file);
        return;
    }
    if let Some(at) = report.taken_at {
        println!("{}: taken in on {at} already, nothing was written again", report.file);
        return;
    }
    println!(
        "{}: {} lines, paid {}, fees {}",
        report.file,
        report.lines,
        amount(report.gross_grosze),
        amount(report.fee_grosze)
    );
    for (what, count) in [
        ("known before", report.known),
        ("booked, or kept for the treasurer", report.booked),
        ("about orders that are not ours", report.strange),
    ] {
        if count > 0 {
            println!("  {what}: {count}");
        }
    }
    if report.dry_run {
        println!("  a dry run: nothing was written");
    }
}

fn amount(grosze: i64) -> String {
    let sign = if grosze < 0 { "-" } else { "" };
    let whole = grosze.unsigned_abs();
    format!("{sign}{}.{:02} PLN", whole / 100, whole % 100)
}
