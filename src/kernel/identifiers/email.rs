//! E-mail addresses that look like others.

/// Why an e-mail address is not what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailFault {
    /// It holds a character that nobody sees.
    #[error("holds an invisible character")]
    Invisible,
    /// What stands before the `@` has other characters than letters without accents, digits and signs.
    #[error("holds letters before the @ that few mail services take")]
    LocalPart,
    /// The domain has letters of another alphabet, some of which look like ours.
    #[error("holds letters of another alphabet in the domain")]
    OtherAlphabet,
}

impl EmailFault {
    /// Key of the text that says how to mend it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Invisible => "email-invisible",
            Self::LocalPart => "email-local-part",
            Self::OtherAlphabet => "email-other-alphabet",
        }
    }
}

/// What makes an address look like another one: "anna@gmаil.com" with a Cyrillic а is somebody else's mailbox.
///
/// Domains may have Latin letters with accents ("gmina-żółwin.pl"); whoever has one in another alphabet writes it as
/// `xn--…`.
#[must_use]
pub fn email_fault(text: &str) -> Option<EmailFault> {
    if text.chars().any(is_invisible) {
        return Some(EmailFault::Invisible);
    }
    let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
    if !local.is_ascii() {
        return Some(EmailFault::LocalPart);
    }
    let other = domain.chars().flat_map(char::to_lowercase).any(|c| !c.is_ascii() && !is_accented_latin(c));
    other.then_some(EmailFault::OtherAlphabet)
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Small Latin letters with accents, without those that look like one without: ı, ĸ, ſ.
fn is_accented_latin(c: char) -> bool {
    matches!(c, '\u{df}'..='\u{17f}') && !matches!(c, '÷' | 'ı' | 'ĸ' | 'ŉ' | 'ſ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_pass() {
        for text in [
            "anna@poczta.example",
            "a.b+c@x-y.pl",
            "biuro@gmina-żółwin.pl",
            "biuro@STRASSE-ßÜ.de",
            "x@xn--80ak6aa92e.com",
        ] {
            assert_eq!(email_fault(text), None, "{text}");
        }
    }

    #[test]
    fn lookalikes_do_not() {
        assert_eq!(email_fault("аnna@poczta.example"), Some(EmailFault::LocalPart));
        assert_eq!(email_fault("żaneta@poczta.example"), Some(EmailFault::LocalPart));
        for domain in [
            "gmаil.com",
            "аррӏе.com",
            "gmaıl.com",
            "gmɑil.com",
            "ｇmail.com",
            "gmail\u{301}.com",
            "ρoczta.example",
        ] {
            assert_eq!(email_fault(&format!("anna@{domain}")), Some(EmailFault::OtherAlphabet), "{domain}");
        }
        for c in ['\u{200b}', '\u{200d}', '\u{202e}', '\u{ad}', '\u{feff}', '\u{e0041}', '\n', '\0'] {
            assert_eq!(email_fault(&format!("an{c}na@poczta.example")), Some(EmailFault::Invisible), "{c:?}");
        }
    }
}
