//! The archive of rates of the central bank (`stopy_procentowe_archiwum.xml`): which rates held from when.

use chrono::NaiveDate;
use quick_xml::events::{BytesStart, Event};

use crate::Day;
use crate::dated::{Dated, DatedError, ROWS_MAX, Row};
use crate::tables::{Rate, RateTable};

/// The archive has some 40 KB; a text beyond this is not it.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Rates of the central bank by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The reference rate (`ref`): statutory interest follows from it.
    pub reference: RateTable,
    /// The lombard rate (`lom`): interest on tax arrears follows from it; see [`crate::tables::Tables::arrears_of`].
    pub lombard: RateTable,
}

/// Why a text is not the archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// More than four megabytes.
    #[error("the text is larger than 4 MiB, so it is not the archive of rates")]
    TooLarge,
    /// Not well-formed, or not this document.
    #[error("line {line}: {problem}")]
    Malformed {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what is expected.
        problem: String,
    },
    /// A rate is missing altogether, or stands twice for one day.
    #[error("the rate “{id}” cannot be read: {source}")]
    Table {
        /// `ref` or `lom`.
        id: &'static str,
        /// What is wrong.
        source: DatedError,
    },
}

/// Reads the archive: `<pozycje obowiazuje_od="2026-03-05"><pozycja id="lom" oprocentowanie="4,25"/>…`. Other rates and
/// attributes are passed over; `data_publikacji` of the root is known to be stale and not read.
///
/// # Errors
/// If the text is not that document; see [`ArchiveError`].
pub fn read_archive(text: &str) -> Result<Archive, ArchiveError> {
    if text.len() > BYTES_MAX {
        return Err(ArchiveError::TooLarge);
    }
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut reference, mut lombard) = (Vec::new(), Vec::new());
    let (mut from, mut is_archive): (Option<Day>, bool) = (None, false);
    loop {
        let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let malformed = |problem: String| {
            let line = text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1;
            ArchiveError::Malformed { line, problem }
        };
        match reader
            .read_event()
            .map_err(|error| malformed(format!("this is not well-formed XML: {error}")))?
        {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "stopy_procentowe_archiwum" => is_archive = true,
                "pozycje" => from = Some(day_of(&element).map_err(malformed)?),
                "pozycja" => {
                    let list = match attribute(&element, "id").map_err(malformed)?.as_deref() {
                        Some("ref") => &mut reference,
                        Some("lom") => &mut lombard,
                        _ => continue,
                    };
                    let from = from.ok_or_else(|| malformed("pozycja must stand within pozycje".into()))?;
                    list.push(Row { from, value: rate_of(&element).map_err(malformed)? });
                }
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "pozycje" => from = None,
            Event::Eof => break,
            _ => {}
        }
        if reference.len() > ROWS_MAX || lombard.len() > ROWS_MAX {
            return Err(malformed(format!("there are more than {ROWS_MAX} rates")));
        }
    }
    if !is_archive {
        let problem = "the element stopy_procentowe_archiwum is expected; this is another document".into();
        return Err(ArchiveError::Malformed { line: 1, problem });
    }
    let table = |rows, id| Dated::new(rows).map_err(|source| ArchiveError::Table { id, source });
    Ok(Archive { reference: table(reference, "ref")?, lombard: table(lombard, "lom")? })
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let attribute = element.try_get_attribute(name);
    let attribute = attribute.map_err(|error| format!("the attribute {name} cannot be read: {error}"))?;
    Ok(attribute.map(|attribute| attribute.value.into_owned()))
}

fn day_of(element: &BytesStart<'_>) -> Result<Day, String> {
    let text = attribute(element, "obowiazuje_od")?.unwrap_or_default();
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .map_err(|_| format!("obowiazuje_od=\"{text}\" is no day; expected is a day like 2026-03-05"))
}

fn rate_of(element: &BytesStart<'_>) -> Result<Rate, String> {
    let text = attribute(element, "oprocentowanie")?.unwrap_or_default();
    Rate::parse(text.trim())
        .ok_or_else(|| format!("oprocentowanie=\"{text}\" is no rate; expected is a percent like 4,25"))
}
