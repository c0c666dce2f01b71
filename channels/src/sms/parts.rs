//! How long a text is as an SMS: 3GPP TS 23.038 (alphabets) and TS 23.040 (parts of a long message).

/// How the characters of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// The alphabet of GSM: 7 bits a character, 14 for those of its extension table.
    Gsm7,
    /// Every character of the world: 16 bits, 32 for those beyond the basic plane.
    Ucs2,
}

impl Encoding {
    /// Units of a message of one part, and of each part of a longer one (the rest says which part of what it is).
    fn room(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// The length of a text as an SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// How the characters are written.
    pub encoding: Encoding,
    /// Units that the text takes: characters of 7 or of 16 bits.
    pub units: usize,
    /// Messages that are paid for; nothing for an empty text.
    pub parts: usize,
}

/// The basic table of TS 23.038 §6.2.1, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table of TS 23.038 §6.2.1.1: an escape and a character.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// The units of a character in the alphabet of GSM, if it has it.
fn gsm_units(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// How a text is written as an SMS and how many parts it takes. A character of two units never stands in two parts.
#[must_use]
pub fn parts(text: &str) -> Parts {
    let gsm: Option<Vec<usize>> = text.chars().map(gsm_units).collect();
    let (encoding, lengths) = match gsm {
        Some(lengths) => (Encoding::Gsm7, lengths),
        None => (Encoding::Ucs2, text.chars().map(char::len_utf16).collect()),
    };
    let units = lengths.iter().sum();
    let (alone, each) = encoding.room();
    let parts = if units == 0 {
        0
    } else if units <= alone {
        1
    } else {
        let (mut parts, mut room) = (1, each);
        for length in lengths {
            if length > room {
                parts += 1;
                room = each;
            }
            room -= length;
        }
        parts
    };
    Parts { encoding, units, parts }
}

/// The text with the Polish letters and the marks of typography written by those of the alphabet of GSM.
/// Anything else stays as it is.
#[must_use]
pub fn without_diacritics(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let other = match c {
            'ą' => "a",
            'ć' => "c",
            'ę' => "e",
            'ł' => "l",
            'ń' => "n",
            'ó' => "o",
            'ś' => "s",
            'ź' | 'ż' => "z",
            'Ą' => "A",
            'Ć' => "C",
            'Ę' => "E",
            'Ł' => "L",
            'Ń' => "N",
            'Ó' => "O",
            'Ś' => "S",
            'Ź' | 'Ż' => "Z",
            '„' | '”' | '“' | '«' | '»' => "\"",
            '’' | '‘' | '‚' => "'",
            '–' | '—' | '‐' | '‑' | '−' => "-",
            '…' => "...",
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => " ",
            '\u{ad}' | '\u{200b}' => "",
            c => {
                plain.push(c);
                continue;
            }
        };
        plain.push_str(other);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (Encoding, usize, usize) {
        let parts = parts(text);
        (parts.encoding, parts.units, parts.parts)
    }

    #[test]
    fn the_basic_table_has_its_127_characters_once() {
        let mut all: Vec<char> = BASIC.chars().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 127);
    }

    #[test]
    fn the_edges_of_the_alphabet_of_gsm() {
        assert_eq!(counted(""), (Encoding::Gsm7, 0, 0));
        assert_eq!(counted(&"a".repeat(160)), (Encoding::Gsm7, 160, 1));
        assert_eq!(counted(&"a".repeat(161)), (Encoding::Gsm7, 161, 2));
        assert_eq!(counted(&"a".repeat(306)), (Encoding::Gsm7, 306, 2));
        assert_eq!(counted(&"a".repeat(307)), (Encoding::Gsm7, 307, 3));
        assert_eq!(counted(&"€".repeat(80)), (Encoding::Gsm7, 160, 1));
        assert_eq!(counted(&"€".repeat(81)), (Encoding::Gsm7, 162, 2));
    }

    #[test]
    fn a_character_of_two_units_is_not_torn() {
        // 76 signs of two units leave one of 153 units empty: two parts hold 152 signs, not 153.
        assert_eq!(counted(&"€".repeat(152)).2, 2);
        assert_eq!(counted(&"€".repeat(153)).2, 3);
        assert_eq!(counted(&format!("{}{}", "a".repeat(152), "€".repeat(5))).2, 2);
        // 33 pairs and one lonely unit of 67.
        assert_eq!(counted(&"😀".repeat(35)), (Encoding::Ucs2, 70, 1));
        assert_eq!(counted(&"😀".repeat(66)), (Encoding::Ucs2, 132, 2));
        assert_eq!(counted(&"😀".repeat(67)), (Encoding::Ucs2, 134, 3));
    }

    #[test]
    fn one_polish_letter_changes_everything() {
        assert_eq!(counted(&format!("ż{}", "a".repeat(69))), (Encoding::Ucs2, 70, 1));
        assert_eq!(counted(&format!("ż{}", "a".repeat(70))), (Encoding::Ucs2, 71, 2));
        assert_eq!(counted(&format!("ż{}", "a".repeat(134))), (Encoding::Ucs2, 135, 3));
        let text = "Zażółć gęślą jaźń – „karta” czeka…";
        assert_eq!(without_diacritics(text), "Zazolc gesla jazn - \"karta\" czeka...");
        assert_eq!(parts(&without_diacritics(text)).encoding, Encoding::Gsm7);
    }
}
