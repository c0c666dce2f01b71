//! Small drawn parts that need no escaping: icons and the signs of kinds.

use std::fmt;

/// Address of the icon sprite.
pub const SPRITE: &str = "/static/icons.svg";

/// Markup that was made here and is written as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        dest.write_str(&self.0)?;
        Ok(())
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// Letters that an icon's name or a colour may have; anything else is dropped, for both come from the database.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '#')).collect()
}

/// An icon of the sprite. Screen readers pass over it: words beside it say the same.
#[must_use]
pub fn icon(name: &str) -> Markup {
    let name = plain(name);
    Markup(format!(
        r#"<svg class="icon" aria-hidden="true" focusable="false"><use href="{SPRITE}#{name}"/></svg>"#
    ))
}

/// A hidden field with a token of letters and digits.
#[must_use]
pub fn token_field(name: &str, token: &str) -> Markup {
    Markup(format!(r#"<input type="hidden" name="{}" value="{}">"#, plain(name), plain(token)))
}

/// The sign of a kind: its icon in white on a disc of its colour.
#[must_use]
pub fn kind_sign(icon: &str, colour: &str) -> Markup {
    let (icon, colour) = (plain(icon), plain(colour));
    Markup(format!(
        r##"<svg class="kind-sign" viewBox="0 0 28 28" aria-hidden="true" focusable="false"><circle cx="14" cy="14" r="14" fill="{colour}"/><use href="{SPRITE}#{icon}" x="5" y="5" width="18" height="18" color="#fff"/></svg>"##
    ))
}

/// A value as JSON in which no `<` can end the script element around it.
#[must_use]
pub fn script_json(value: &impl serde::Serialize) -> String {
    // Numbers that JSON cannot hold become null; nothing else that pages hand over can fail to be written.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_the_database_cannot_close_the_tag() {
        let sign = kind_sign("x\"/><script>", "#12\"onload=").to_string();
        assert!(!sign.contains("<script") && !sign.contains("onload=\""), "{sign}");
    }
}
