//! `reeve recount`: a published file of a secret vote, checked and counted again.

use std::{
    collections::BTreeSet,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::Context;
use ballots::{
    count::{Counted, Outcome, Tally, Votes, count, given},
    form::{Answers, Form},
    secret::file::{self, Checked},
};
use clap::Args;
use serde::Deserialize;

#[derive(Args)]
pub struct RecountCommand {
    /// The file, as the survey's page has it.
    file: PathBuf,
    /// Compare with this result, as the survey's open data have it.
    #[arg(long, value_name = "FILE.json")]
    result: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Checks and counts.
///
/// # Errors
/// The first thing that is wrong with the file, or where the results differ.
pub fn run(command: &RecountCommand) -> anyhow::Result<()> {
    let file =
        File::open(&command.file).with_context(|| format!("there is no file {}", command.file.display()))?;
    let checked = file::read(BufReader::new(file), fits)?;
    let outcome = counted(&checked);
    if command.json {
        println!("{}", serde_json::to_string_pretty(&outcome)?);
    } else {
        tell(&checked, &outcome);
    }
    if let Some(path) = &command.result {
        compare(&checked, &outcome, path)?;
        println!("The result is the same.");
    }
    Ok(())
}

/// Whether each answer fits its question.
fn fits(form: &Form, answers: &Answers) -> Result<(), String> {
    for (id, answer) in answers {
        let mut questions = form.pages.iter().flat_map(|page| &page.questions);
        let question =
            questions.find(|question| question.id == *id).ok_or_else(|| format!("no question {id:?}"))?;
        given(&question.ask, answer).map_err(|_| format!("the answer to {id:?} does not fit"))?;
    }
    Ok(())
}

/// Counts what is in the file; of questions whose answers are not in it there is nothing to say.
fn counted(checked: &Checked) -> Outcome {
    let mut outcome = count(&checked.head.form, &checked.ballots);
    outcome.questions.retain(|counted| !checked.head.left_out.contains(&counted.question));
    outcome
}

fn tell(checked: &Checked, outcome: &Outcome) {
    let head = &checked.head;
    let counts = &head.counts;
    println!("{} ({})", head.title.pl, head.slug);
    println!("Keys {}; urn opened on {}", head.keys.fingerprint(), head.opened_on);
    println!(
        "In the roll: {} online, {} on paper. From the urn: {} ballots, {} spoiled, {} taken out. On paper: {} sheets.",
        counts.roll_online, counts.roll_paper, counts.online, counts.spoiled, counts.taken_out, counts.paper
    );
    println!("{} receipts, each signed, none twice. The whole is signed.", checked.receipts.len());
    if counts.foreign > 0 {
        println!(
            "{} rows of the urn were no ballots of this vote: somebody wrote into the database.",
            counts.foreign
        );
    }
    if counts.paper != counts.roll_paper {
        println!("Sheets and names on paper differ.");
    }
    if head.withheld {
        println!("This survey binds nobody; its answers are published as tables alone.");
        return;
    }
    for question in &outcome.questions {
        println!("\n{}: {} answers, {} void", question.question, question.answered, question.void);
        match &question.tally {
            Tally::Plurality { choices }
            | Tally::Approval { choices }
            | Tally::Points { choices }
            | Tally::Schulze { choices, .. } => tell_choices(choices),
            Tally::Scale { steps, .. } => {
                for (step, ballots) in steps {
                    println!("  {step}: {ballots}");
                }
            }
            Tally::Matrix { rows } => {
                for (row, ballots) in rows {
                    println!("  {row}: {ballots:?}");
                }
            }
            Tally::Numbers { .. } | Tally::Uncounted => {}
        }
    }
}

fn tell_choices(choices: &[Votes]) {
    for choice in choices {
        println!("  {}. {}: {} ({} ballots)", choice.place, choice.choice, choice.score, choice.support);
    }
}

/// The exact result that open data hold (`results.json`), or that alone, as `--json` prints it.
fn exact(text: &[u8]) -> serde_json::Result<Outcome> {
    #[derive(Deserialize)]
    struct OpenData {
        results: Results,
    }
    #[derive(Deserialize)]
    struct Results {
        exact: Outcome,
    }
    let whole = serde_json::from_slice::<OpenData>(text).map(|data| data.results.exact);
    whole.or_else(|_| serde_json::from_slice(text))
}

/// Compares question by question what the file holds.
fn compare(checked: &Checked, outcome: &Outcome, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read(path).with_context(|| format!("there is no file {}", path.display()))?;
    let said = exact(&text).with_context(|| format!("{} is no result", path.display()))?;
    anyhow::ensure!(
        checked.head.withheld || said.ballots == outcome.ballots,
        "the result says {} ballots, the file has {}",
        said.ballots,
        outcome.ballots
    );
    let known: BTreeSet<&str> = outcome.questions.iter().map(|counted| counted.question.as_str()).collect();
    let of = |said: &Outcome| -> Vec<Counted> {
        said.questions.iter().filter(|counted| known.contains(counted.question.as_str())).cloned().collect()
    };
    let (said, found) = (of(&said), of(outcome));
    anyhow::ensure!(
        said.len() == found.len(),
        "the result has {} of these questions, the file {}",
        said.len(),
        found.len()
    );
    for (said, found) in said.iter().zip(&found) {
        anyhow::ensure!(said == found, "the result of {:?} is another one", found.question);
    }
    Ok(())
}
