//! Documents for residents as PDF: set by the crate `paper` in the letters of the pages.

use std::path::Path;

use axum::response::Response;
pub use paper::{Block, Code, Column, Fonts, Table};

use super::{
    Site, attached, unkept,
    views::{self, Block as Sheeted, Cell, Sheet},
};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt, typed},
    i18n::texts,
};

/// The parts of a sheet as they stand on paper: without what moves, is filled in or leads elsewhere. Beside charts and maps
/// there is a table that says the same.
#[must_use]
pub fn of_sheet(sheet: &Sheet) -> Vec<Block> {
    let mut blocks = Vec::new();
    let lines =
        |lines: [&str; 2]| lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let table = |blocks: &mut Vec<Block>, table: &views::Table| {
        blocks.push(Block::Small(table.caption.clone()));
        let column = |(title, right): &(String, bool)| Column {
            title: title.clone(),
            share: if *right { 1.2 } else { 3.0 },
            right: *right,
        };
        let cell = |cell: &Cell| {
            let chip = cell.chip.as_ref().map(|chip| format!(" ({})", chip.text)).unwrap_or_default();
            lines([&format!("{}{chip}", cell.text), cell.small.as_deref().unwrap_or_default()])
        };
        let rows = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        blocks.push(Block::Table(Table {
            columns: table.head.iter().map(column).collect(),
            rows,
            total: None,
        }));
    };
    blocks.extend(sheet.lead.clone().map(Block::Text));
    for block in &sheet.blocks {
        match block {
            Sheeted::Heading(text) => blocks.push(Block::Heading(text.clone())),
            Sheeted::Text(text) | Sheeted::Notice(text) | Sheeted::Empty(text) => {
                blocks.push(Block::Text(text.clone()));
            }
            Sheeted::Facts(facts) => {
                let fact = |fact: &views::Fact| (fact.title.clone(), fact.value.clone());
                blocks.push(Block::Facts(facts.iter().map(fact).collect()));
            }
            Sheeted::Figures(items) | Sheeted::Items(items) => {
                let item = |item: &views::Item| (item.title.clone(), lines([&item.value, &item.text]));
                blocks.push(Block::Facts(items.iter().map(item).collect()));
            }
            Sheeted::Table(of) => table(&mut blocks, of),
            Sheeted::Folded(heading, of) => {
                if *heading != of.caption {
                    blocks.push(Block::Text(heading.clone()));
                }
                table(&mut blocks, of);
            }
            Sheeted::Bars(bars) => {
                blocks.push(Block::Small(bars.caption.clone()));
                let [what, many, share] = bars.head.clone();
                let columns = [(what, 3.6, false), (many, 1.2, true), (share, 1.2, true)];
                let columns = columns.map(|(title, share, right)| Column { title, share, right });
                let line = |bar: &views::Bar| {
                    vec![lines([&bar.label, &bar.small]), bar.value.clone(), bar.share.clone()]
                };
                let rows = bars.lines.iter().map(line).collect();
                blocks.push(Block::Table(Table { columns: columns.into(), rows, total: None }));
            }
            Sheeted::Links(_) | Sheeted::Form(_) | Sheeted::Chart(_) | Sheeted::Map(_) => {}
        }
    }
    blocks
}

/// Reads the letters that the front end's build lays beside the pages'.
pub(super) fn read_fonts(folder: &Path) -> anyhow::Result<Fonts> {
    let read = |name: &str| {
        let file = folder.join("fonts").join(name);
        std::fs::read(&file)
            .map_err(|fault| anyhow::anyhow!("{}: {fault}; build the front end", file.display()))
    };
    Ok(Fonts::read(read("sans-regular.ttf")?, read("sans-bold.ttf")?)?)
}

/// A document as a file that the browser keeps: set and written whole on a thread of its own.
///
/// # Errors
/// The letters are missing, or the document has no end.
pub async fn answer(
    site: &Site,
    ctx: &Ctx,
    name: &str,
    title: String,
    blocks: Vec<Block>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    // The numbers stand where the language has them.
    let words = t.args("paper-page", &[("page", "\u{1}".into()), ("pages", "\u{1}".into())]);
    let mut words = words.splitn(3, '\u{1}').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    let page_words = [word(), word(), word()];
    let issuer = site.town_name();
    let document = paper::Paper { title, lang: ctx.lang.tag().to_owned(), issuer, page_words, blocks };
    let site = site.clone();
    let written = tokio::task::spawn_blocking(move || anyhow::Ok(document.write(&site.fonts()?)?));
    let bytes = written.await.internal("write a document")?.internal("write a document")?;
    Ok(unkept(attached(typed("application/pdf", bytes), &format!("{name}.pdf"))?))
}
