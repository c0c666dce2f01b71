//! Bytes to text. Banks write UTF-8, ISO 8859-2, Windows-1250 or CP852, and seldom say which.

use std::borrow::Cow;

use encoding_rs::{ISO_8859_2, UTF_8, WINDOWS_1250};
use serde::Deserialize;

use super::{Place, Problem, Refusal};

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-2 (Latin 2).
    #[serde(rename = "iso-8859-2")]
    Iso88592,
    /// Windows-1250.
    #[serde(rename = "windows-1250")]
    Windows1250,
    /// CP852 (DOS Latin 2).
    #[serde(rename = "cp852")]
    Cp852,
}

/// The upper half of CP852.
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
const POLISH: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";
/// A placeholder that some banks put into empty fields; it is no letter in any of the encodings.
const FILLER: u8 = 0xff;

impl Encoding {
    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Iso88592 => "ISO 8859-2",
            Self::Windows1250 => "Windows-1250",
            Self::Cp852 => "CP852",
        }
    }

    fn by_label(label: &str) -> Option<Self> {
        let known = encoding_rs::Encoding::for_label(label.trim().as_bytes());
        match known {
            Some(found) if found == UTF_8 => Some(Self::Utf8),
            Some(found) if found == ISO_8859_2 => Some(Self::Iso88592),
            Some(found) if found == WINDOWS_1250 => Some(Self::Windows1250),
            // ASCII and Latin 1 have this label's name there.
            Some(_) if label.eq_ignore_ascii_case("us-ascii") => Some(Self::Utf8),
            None if ["cp852", "ibm852", "852"].iter().any(|name| label.eq_ignore_ascii_case(name)) => {
                Some(Self::Cp852)
            }
            _ => None,
        }
    }

    fn text(self, bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
        let damaged = |at| Problem::NotInEncoding { encoding: self.name(), at };
        let by = |encoding: &'static encoding_rs::Encoding| {
            encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| damaged(0))
        };
        match self {
            Self::Utf8 => {
                std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| damaged(error.valid_up_to()))
            }
            Self::Iso88592 => by(ISO_8859_2),
            Self::Windows1250 => by(WINDOWS_1250),
            Self::Cp852 => {
                let upper: Vec<char> = CP852.chars().collect();
                let letter = |byte: &u8| match byte.checked_sub(0x80) {
                    Some(place) => upper.get(usize::from(place)).copied().unwrap_or('\u{fffd}'),
                    None => char::from(*byte),
                };
                Ok(Cow::Owned(bytes.iter().map(letter).collect()))
            }
        }
    }

    /// How much the bytes look like Polish in this encoding: Polish letters count for it, control characters and what
    /// else is above ASCII against it.
    fn likeness(self, bytes: &[u8]) -> i64 {
        let mut counts = [0_i64; 256];
        for byte in bytes {
            if let Some(count) = counts.get_mut(usize::from(*byte)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for (byte, count) in (0x80_u8..FILLER).zip(counts.iter().skip(0x80)) {
            if *count == 0 {
                continue;
            }
            let single = [byte];
            let weight = match self.text(&single).ok().and_then(|text| text.chars().next()) {
                Some(c) if POLISH.contains(c) => 2,
                Some('\u{a0}' | '§' | '€' | '–' | '„' | '”') => 0,
                Some(c) if c.is_alphabetic() => -1,
                _ => -3,
            };
            sum += weight * count;
        }
        sum
    }
}

/// The text of a file without marks of any kind (XML says itself in which encoding it is): in the forced encoding, or in
/// UTF-8 if it is that, or in the one in which it looks most like Polish. Control characters are left out, except
/// line ends and tabs: mBank puts 0x01 and 0x03 around each statement.
pub(super) fn decoded(bytes: &[u8], forced: Option<Encoding>) -> Result<String, Refusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let without_filler =
        |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().filter(|byte| *byte != FILLER).collect() };
    let cleaned;
    let bytes = if bytes.contains(&FILLER) {
        cleaned = without_filler(bytes);
        cleaned.as_slice()
    } else {
        bytes
    };
    let encoding = match forced {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => Encoding::Utf8,
        None => {
            let mut best = (Encoding::Iso88592, Encoding::Iso88592.likeness(bytes));
            for encoding in [Encoding::Windows1250, Encoding::Cp852] {
                let likeness = encoding.likeness(bytes);
                if likeness > best.1 {
                    best = (encoding, likeness);
                }
            }
            best.0
        }
    };
    let text = encoding.text(bytes).map_err(|problem| (Place::File, problem))?;
    Ok(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect())
}

/// The text of an XML file: in the forced encoding, or the one that it declares, or UTF-8.
pub(super) fn of_xml(bytes: &[u8], forced: Option<Encoding>) -> Result<Cow<'_, str>, Refusal> {
    let at_file = |problem| (Place::File, problem);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: String =
        bytes.iter().take(200).take_while(|byte| **byte != b'>').map(|byte| char::from(*byte)).collect();
    let declared = head.split_once("encoding").and_then(|(_, rest)| {
        let mut parts = rest.trim_start_matches([' ', '=']).split(['"', '\'']);
        parts.nth(1).map(str::to_owned)
    });
    let encoding = match (forced, declared) {
        (Some(encoding), _) => encoding,
        (None, Some(label)) => Encoding::by_label(&label)
            .ok_or_else(|| at_file(Problem::UnknownEncoding { found: label.chars().take(40).collect() }))?,
        (None, None) => Encoding::Utf8,
    };
    encoding.text(bytes).map_err(at_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANGRAM: &str = "ZAŻÓŁĆ GĘŚLĄ JAŹŃ; zażółć gęślą jaźń";

    fn in_cp852(text: &str) -> Vec<u8> {
        let byte = |c: char| {
            let place = CP852.chars().position(|upper| upper == c);
            place.map_or_else(
                || u8::try_from(u32::from(c)).unwrap(),
                |place| u8::try_from(place + 0x80).unwrap(),
            )
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn the_upper_half_has_all_places() {
        assert_eq!(CP852.chars().count(), 128);
        for (letter, byte) in [('ą', 0xa5), ('Ł', 0x9d), ('ł', 0x88), ('ż', 0xbe), ('Ó', 0xe0), ('ź', 0xab)]
        {
            assert_eq!(Encoding::Cp852.text(&[byte]).unwrap(), letter.to_string());
        }
    }

    #[test]
    fn polish_is_found_out_in_all_encodings() {
        let all = [
            PANGRAM.as_bytes().to_vec(),
            ISO_8859_2.encode(PANGRAM).0.into_owned(),
            WINDOWS_1250.encode(PANGRAM).0.into_owned(),
            in_cp852(PANGRAM),
        ];
        for bytes in all {
            assert_eq!(decoded(&bytes, None).unwrap(), PANGRAM);
        }
        // One word is enough, where it has a letter whose place differs.
        for word in ["ŚWINOUJŚCIE", "ŁÓDŹ", "Podatek od nieruchomości za rok", "ŻÓŁW"] {
            assert_eq!(decoded(&WINDOWS_1250.encode(word).0, None).unwrap(), word);
            assert_eq!(decoded(&ISO_8859_2.encode(word).0, None).unwrap(), word);
            assert_eq!(decoded(&in_cp852(word), None).unwrap(), word);
        }
    }

    #[test]
    fn an_encoding_can_be_forced() {
        let bytes = in_cp852("łąka");
        assert_eq!(decoded(&bytes, Some(Encoding::Cp852)).unwrap(), "łąka");
        assert_ne!(decoded(&bytes, Some(Encoding::Iso88592)).unwrap(), "łąka");
        let (_, problem) = decoded(&bytes, Some(Encoding::Utf8)).unwrap_err();
        assert_eq!(problem, Problem::NotInEncoding { encoding: "UTF-8", at: 0 });
    }

    #[test]
    fn fillers_and_control_characters_go() {
        assert_eq!(decoded(b"\x01:20:A\xff\xff\r\n\x03", None).unwrap(), ":20:A\r\n");
    }
}
