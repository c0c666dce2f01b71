//! `reeve finance`: the exchange with the finance system from the command line.

use std::path::PathBuf;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Subcommand;
use reeve::{
    app::App,
    finance::{Applied, Change, Looked},
    platform::Ctx,
};

#[derive(Subcommand)]
pub enum FinanceCommand {
    /// Say how the finance system writes and reads, from a file in TOML.
    Mapping {
        /// The mapping.
        file: PathBuf,
    },
    /// Give bookings of some days as a numbered file.
    Export {
        /// First day of the books.
        #[arg(long)]
        from: NaiveDate,
        /// Last day.
        #[arg(long)]
        to: NaiveDate,
        /// Also those that an earlier file has.
        #[arg(long)]
        again: bool,
        /// Where it is written; a folder keeps the number in the file's name.
        #[arg(long)]
        out: PathBuf,
    },
    /// Bring a file with assessments, and say what it would do.
    Import {
        /// The file.
        file: PathBuf,
        /// Apply what it does at once.
        #[arg(long)]
        apply: bool,
        /// Write what it does as JSON into this file.
        #[arg(long, value_name = "FILE.json")]
        report: Option<PathBuf>,
    },
}

/// Does one of them.
///
/// # Errors
/// When something is refused.
pub async fn run(app: &App, command: FinanceCommand) -> anyhow::Result<()> {
    let ctx = Ctx::system("reeve finance");
    match command {
        FinanceCommand::Mapping { file } => {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            app.finance.save_mapping(&ctx, &text).await??;
            println!("the mapping holds from now on");
        }
        FinanceCommand::Export { from, to, again, out } => {
            let given = app.finance.export(&ctx, (from, to), again).await??;
            let (number, format, content) = app.finance.given(&ctx, given.id).await?;
            let path = if out.is_dir() { out.join(format!("reeve-{number:06}.{format}")) } else { out };
            std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
            println!(
                "{}: file {number}, {} entries, {} postings",
                path.display(),
                given.entries,
                given.postings
            );
        }
        FinanceCommand::Import { file, apply, report } => {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let id = app.finance.bring(&ctx, &name, &bytes).await??;
            let looked = match apply {
                true => match app.finance.apply(&ctx, id, None).await? {
                    Applied::Done(looked) => looked,
                    Applied::NotRead(why) => return Err(why.into()),
                    Applied::Stale | Applied::Decided => anyhow::bail!("somebody decided it meanwhile"),
                },
                false => {
                    let looked = app.finance.look(&ctx, id).await??;
                    app.finance.drop_import(&ctx, id).await?;
                    looked
                }
            };
            tell(&looked);
            if let Some(path) = report {
                std::fs::write(&path, serde_json::to_vec_pretty(&looked)?)
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
    }
    Ok(())
}

fn tell(looked: &Looked) {
    for change in Change::ALL {
        println!("{}: {}", change.name(), looked.count(change));
    }
    for row in looked.rows.iter().filter(|row| row.change == Change::Rejected) {
        println!("  line {}: {}", row.line.unwrap_or_default(), row.why.unwrap_or_default());
    }
}
