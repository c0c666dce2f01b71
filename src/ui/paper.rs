//! Documents for residents as PDF: set by the crate `paper` in the letters of the pages.

use std::path::Path;

use axum::response::Response;
pub use paper::{Block, Code, Column, Fonts, Table};

use super::{Site, attached, unkept};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt, typed},
    i18n::texts,
};

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
