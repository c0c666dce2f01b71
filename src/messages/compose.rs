//! How what is kept becomes what goes out: mails with their HTML, footers and links. Pure.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::platform::i18n::Texts;

/// What a mail or a letter says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct MailContent {
    pub(super) subject: String,
    pub(super) text: String,
}

/// What an SMS says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SmsContent {
    pub(super) text: String,
}

/// What stands around a mail.
#[derive(Debug, Clone)]
pub(super) struct Frame<'a> {
    /// The town's name.
    pub(super) town: &'a str,
    /// Its colour, `#rrggbb`.
    pub(super) colour: &'a str,
    /// Where such mails are ended with one click; for what goes by consent.
    pub(super) unsubscribe: Option<&'a str>,
    /// Texts of the mail's language.
    pub(super) t: &'a Texts,
}

impl Frame<'_> {
    fn reason(&self) -> String {
        match self.unsubscribe {
            Some(_) => self.t.get("mail-by-consent"),
            None => self.t.get("mail-always"),
        }
    }

    /// The mail as plain text.
    pub(super) fn text(&self, text: &str) -> String {
        let mut mail = format!("{}\n\n-- \n{}\n{}\n", text.trim_end(), self.town, self.reason());
        if let Some(url) = self.unsubscribe {
            let _ = writeln!(mail, "{} {url}", self.t.get("mail-unsubscribe"));
        }
        mail
    }

    /// The same as HTML: nothing in the text is read as markup, only addresses of the web become links.
    pub(super) fn html(&self, subject: &str, text: &str) -> String {
        let (town, lang) = (escaped(self.town), self.t.lang());
        let mut mail = format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"margin:0;background:#f3f2f1;font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#0b0c0c\">\
             <div style=\"max-width:600px;margin:0 auto;background:#ffffff\">\
             <div style=\"background:{};color:#ffffff;padding:16px 24px;font-weight:bold\">{town}</div>\
             <div style=\"padding:24px\">",
            escaped(subject),
            self.colour
        );
        mail.push_str(&paragraphs(text, "style=\"margin:0 0 16px\""));
        let _ = write!(
            mail,
            "</div><div style=\"padding:16px 24px;border-top:1px solid #b1b4b6;font-size:14px;color:#505a5f\">{}",
            escaped(&self.reason())
        );
        if let Some(url) = self.unsubscribe {
            let _ = write!(
                mail,
                " <a href=\"{}\" style=\"color:#1d70b8\">{}</a>",
                escaped(url),
                escaped(&self.t.get("mail-unsubscribe-link"))
            );
        }
        mail.push_str("</div></div></body></html>");
        mail
    }
}

/// A text as paragraphs of HTML; `attributes` stand in each.
pub(crate) fn paragraphs(text: &str, attributes: &str) -> String {
    let gap = if attributes.is_empty() { "" } else { " " };
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).fold(String::new(), |mut html, part| {
        let lines: Vec<String> = part.lines().map(linked).collect();
        let _ = write!(html, "<p{gap}{attributes}>{}</p>", lines.join("<br>"));
        html
    })
}

/// A line with its addresses as links.
fn linked(line: &str) -> String {
    line.split_inclusive(char::is_whitespace).fold(String::new(), |mut html, word| {
        let bare = word.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?)„”\"'".contains(c));
        let rest = word.strip_prefix(bare).unwrap_or_default();
        let is_link =
            ["https://", "http://"].iter().any(|start| bare.len() > start.len() && bare.starts_with(start));
        let shown = escaped(bare);
        let _ = match is_link {
            true => {
                write!(html, "<a href=\"{shown}\" rel=\"nofollow noreferrer\">{shown}</a>{}", escaped(rest))
            }
            false => write!(html, "{shown}{}", escaped(rest)),
        };
        html
    })
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    #[test]
    fn markup_in_a_text_stays_text() {
        let html = paragraphs("<script>alert(1)</script>\n<b>x</b>\n\nA & B", "");
        assert_eq!(
            html,
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;x&lt;/b&gt;</p><p>A &amp; B</p>"
        );
        let html = paragraphs("https://x.pl/\"onclick=\"y javascript:z", "");
        assert!(!html.contains("\"onclick") && !html.contains("href=\"javascript"), "{html}");
    }

    #[test]
    fn addresses_become_links_without_the_full_stop() {
        let html = paragraphs("Otwórz https://x.pl/a?b=1&c=2.", "");
        assert!(html.contains("<a href=\"https://x.pl/a?b=1&amp;c=2\" rel"), "{html}");
        assert!(html.ends_with("</a>.</p>"), "{html}");
    }

    #[test]
    fn only_mails_by_consent_say_how_to_end_them() {
        let t = texts(Lang::En);
        let frame = Frame { town: "Zmyślin & Co", colour: "#0d5c63", unsubscribe: None, t };
        assert!(!frame.text("x").contains("unsubscribe"));
        assert!(frame.html("s", "x").contains("Zmyślin &amp; Co"));
        let frame = Frame { unsubscribe: Some("https://x.pl/unsubscribe/y"), ..frame };
        assert!(frame.text("x").contains("https://x.pl/unsubscribe/y"));
        assert!(frame.html("s", "x").contains("href=\"https://x.pl/unsubscribe/y\""));
    }
}
