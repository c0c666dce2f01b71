//! Transfer forms as a page to print and as PDF; the cart shows the same.

use axum::response::Response;

use crate::{
    dues::slip::Slip,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, Site, html,
        local_time::day_text,
        money::money,
        paper::{self, Block, Code},
        unkept,
        views::{Link, SlipView, TransferPage},
    },
};

/// Pixels of the 2D code at least.
const CODE_PIXELS: u32 = 220;

fn holds(t: &Texts, slip: &Slip) -> String {
    let key = if slip.grows { "transfer-holds" } else { "transfer-holds-term" };
    t.args(key, &[("day", day_text(slip.holds_until, t).into())])
}

/// The forms as a page; its address with `.pdf` behind it gives them as a document.
///
/// # Errors
/// The page cannot be rendered.
pub fn page(
    site: &Site,
    ctx: &Ctx,
    here: &Here,
    nav: Nav,
    back: Link,
    slips: &[Slip],
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let views = slips.iter().map(|slip| {
        let amount = money(t, slip.form.amount_grosze);
        SlipView {
            recipient: slip.form.recipient.clone(),
            account: slip.form.account.to_string(),
            amount: amount.trim_end_matches("\u{a0}zł").to_owned(),
            amount_in_words: slip.form.amount_in_words.clone(),
            sender: slip.form.sender.clone(),
            title: slip.form.title.clone(),
            what: slip.what.clone(),
            holds: holds(t, slip),
            code: slip.code.as_ref().and_then(|code| code.svg(CODE_PIXELS).ok()),
        }
    });
    let title = t.get(if slips.len() == 1 { "transfer-title" } else { "transfers-title" });
    let lead = t.get(if slips.len() == 1 { "transfer-lead" } else { "transfers-lead" });
    let path = here.0.split('?').next().unwrap_or_default();
    let page = TransferPage {
        pdf: format!("{path}.pdf"),
        page: site.page(ctx, here, nav, title.clone()),
        t,
        title,
        lead,
        back,
        slips: views.collect(),
    };
    Ok(unkept(html(&page)?))
}

/// The forms as a document, each on a page of its own.
///
/// # Errors
/// The document cannot be written.
pub async fn document(site: &Site, ctx: &Ctx, slips: &[Slip]) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut blocks = Vec::new();
    for (n, slip) in slips.iter().enumerate() {
        if n > 0 {
            blocks.push(Block::NewPage);
        }
        let form = &slip.form;
        // As Polish banks name the fields of their form, whatever the language of the page.
        let facts = [
            ("Nazwa odbiorcy", form.recipient.join("\n")),
            ("Nr rachunku odbiorcy", form.account.to_string()),
            ("Waluta i kwota", money(t, form.amount_grosze).replace("\u{a0}zł", " PLN")),
            ("Kwota słownie", form.amount_in_words.clone()),
            ("Nazwa zleceniodawcy", form.sender.join("\n")),
            ("Tytułem", form.title.join("\n")),
            ("Data i podpis", "\n".to_owned()),
        ];
        blocks.push(Block::Facts(facts.map(|(name, value)| (name.to_owned(), value)).to_vec()));
        if let Some(code) = &slip.code {
            let (width, dark) = code.modules().internal("draw a code")?;
            let (alt, caption) = (t.get("transfer-code-label"), t.get("transfer-code"));
            blocks.push(Block::Code(Code { width, dark, alt, caption }));
        }
        blocks.push(Block::Heading(t.get("transfers-what")));
        blocks.push(Block::Text(slip.what.join("\n")));
        blocks.push(Block::Small(holds(t, slip)));
    }
    paper::answer(site, ctx, "przelew", t.get("transfer-title"), blocks).await
}
