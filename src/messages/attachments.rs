//! Which files may come with a message: judged by their first bytes and their names, never by what a browser says. Pure.

use std::io::Cursor;

use super::model::NewAttachment;
use crate::platform::i18n::Texts;

/// Most bytes of one file.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most bytes of all files of a message.
pub const MOST_BYTES_TOGETHER: usize = 25 * 1024 * 1024;
/// Most files of a message.
pub const MOST_FILES: usize = 10;
/// Most characters of a name.
const MOST_NAME: usize = 120;
/// Most entries of a packed file that are looked at; one with more is refused.
const MOST_ENTRIES: usize = 5000;

/// Endings of names that systems run, or that carry what they run.
const RUNNABLE: [&str; 48] = [
    "ade", "apk", "app", "appx", "bat", "bin", "chm", "cmd", "com", "cpl", "dll", "dmg", "docm", "exe",
    "gadget", "hta", "htm", "html", "img", "inf", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "msix",
    "msp", "mst", "pif", "pptm", "ps1", "psm1", "py", "reg", "scf", "scr", "sct", "sh", "svg", "url", "vbe",
    "vbs", "wsf", "wsh", "xhtml", "xlsm",
];

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentRefusal {
    /// There is nothing in it.
    Empty,
    /// It is larger than [`MOST_BYTES`].
    TooLarge,
    /// All together are larger than [`MOST_BYTES_TOGETHER`], or there are more than [`MOST_FILES`].
    TooMuch,
    /// It can be run, or carries something that can.
    Runnable,
    /// It is of no kind that is taken.
    UnknownKind,
}

/// A file that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentFault {
    /// Its name, made harmless.
    pub name: String,
    /// Why.
    pub why: AttachmentRefusal,
}

impl AttachmentFault {
    /// What is wrong, in a language.
    #[must_use]
    pub fn text(&self, t: &Texts) -> String {
        let name = &[("name", self.name.as_str().into())];
        match self.why {
            AttachmentRefusal::Empty => t.args("attachment-empty", name),
            AttachmentRefusal::TooLarge => t.args("attachment-too-large", name),
            AttachmentRefusal::TooMuch => t.args("attachment-too-much", name),
            AttachmentRefusal::Runnable => t.args("attachment-runnable", name),
            AttachmentRefusal::UnknownKind => t.args("attachment-unknown-kind", name),
        }
    }
}

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its name, with an ending that fits its content.
    pub name: String,
    /// By its first bytes.
    pub media_type: &'static str,
}

/// Looks at all files of a message.
///
/// # Errors
/// All that are not taken.
pub fn check(files: &[NewAttachment]) -> Result<Vec<Checked>, Vec<AttachmentFault>> {
    let together: usize = files.iter().map(|file| file.content.len()).sum();
    let mut faults = Vec::new();
    let mut checked = Vec::with_capacity(files.len());
    for file in files {
        let name = harmless_name(&file.name);
        match check_one(&name, &file.content) {
            Ok(found) => checked.push(found),
            Err(why) => faults.push(AttachmentFault { name, why }),
        }
    }
    if faults.is_empty() && (together > MOST_BYTES_TOGETHER || files.len() > MOST_FILES) {
        let name = files.last().map(|file| harmless_name(&file.name)).unwrap_or_default();
        faults.push(AttachmentFault { name, why: AttachmentRefusal::TooMuch });
    }
    if faults.is_empty() { Ok(checked) } else { Err(faults) }
}

fn check_one(name: &str, content: &[u8]) -> Result<Checked, AttachmentRefusal> {
    if content.is_empty() {
        return Err(AttachmentRefusal::Empty);
    }
    if content.len() > MOST_BYTES {
        return Err(AttachmentRefusal::TooLarge);
    }
    if is_runnable_name(name) || is_runnable(content) {
        return Err(AttachmentRefusal::Runnable);
    }
    let (media_type, endings) = kind_of(name, content)?;
    let ending = ending_of(name);
    let name = match endings.iter().any(|known| *known == ending) {
        true => name.to_owned(),
        false => format!("{name}.{}", endings.first().unwrap_or(&"bin")),
    };
    Ok(Checked { name, media_type })
}

/// The last part of a path, without what would break a header or turn the name round.
fn harmless_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let kept: String =
        last.chars().filter(|c| !c.is_control() && !turns(*c) && !"\"<>|:*?".contains(*c)).collect();
    let kept = kept.trim().trim_matches('.').trim();
    if kept.is_empty() {
        return "plik".to_owned();
    }
    let length = kept.chars().count();
    if length <= MOST_NAME - 8 {
        return kept.to_owned();
    }
    // The ending says what it is; the beginning is what people know it by.
    let ending = ending_of(kept);
    let room = MOST_NAME - 16;
    let begin: String = kept.chars().take(room).collect();
    if ending.is_empty() || ending.len() > 8 { begin } else { format!("{begin}.{ending}") }
}

fn ending_of(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether systems run what is named so: `faktura.pdf.exe`.
fn is_runnable_name(name: &str) -> bool {
    RUNNABLE.contains(&ending_of(name).trim())
}

fn is_runnable(content: &[u8]) -> bool {
    const STARTS: [&[u8]; 10] = [
        b"MZ",
        b"\x7fELF",
        b"#!",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"L\x00\x00\x00\x01\x14\x02\x00",
        b"\x00asm",
    ];
    STARTS.iter().any(|start| content.starts_with(start))
}

type Kind = (&'static str, &'static [&'static str]);

/// Media type and endings by the first bytes.
fn kind_of(name: &str, content: &[u8]) -> Result<Kind, AttachmentRefusal> {
    let begins = |start: &[u8]| content.starts_with(start);
    let later = |at: usize, what: &[u8]| content.get(at..at + what.len()) == Some(what);
    let kind: Kind = if begins(b"%PDF-") {
        ("application/pdf", &["pdf"])
    } else if begins(b"\xff\xd8\xff") {
        ("image/jpeg", &["jpg", "jpeg"])
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        ("image/png", &["png"])
    } else if begins(b"GIF87a") || begins(b"GIF89a") {
        ("image/gif", &["gif"])
    } else if begins(b"RIFF") && later(8, b"WEBP") {
        ("image/webp", &["webp"])
    } else if begins(b"II*\x00") || begins(b"MM\x00*") {
        ("image/tiff", &["tif", "tiff"])
    } else if later(4, b"ftyp") && (later(8, b"heic") || later(8, b"heix") || later(8, b"mif1")) {
        ("image/heic", &["heic", "heif"])
    } else if begins(b"PK\x03\x04") {
        packed(content)?
    } else if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        // The old container of office files is that of installers and of saved mails too; the name decides.
        match ending_of(name).as_str() {
            "doc" => ("application/msword", &["doc"]),
            "xls" => ("application/vnd.ms-excel", &["xls"]),
            _ => return Err(AttachmentRefusal::UnknownKind),
        }
    } else if begins(b"{\\rtf") {
        ("application/rtf", &["rtf"])
    } else {
        text(content)?
    };
    Ok(kind)
}

/// What a file is that holds others. One that holds something runnable is refused.
fn packed(content: &[u8]) -> Result<Kind, AttachmentRefusal> {
    let archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_| AttachmentRefusal::UnknownKind)?;
    if archive.len() > MOST_ENTRIES {
        return Err(AttachmentRefusal::UnknownKind);
    }
    let names: Vec<_> =
        archive.file_names().collect::<Result<_, _>>().map_err(|_| AttachmentRefusal::UnknownKind)?;
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let macros = names.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with("vbaproject.bin") || name.starts_with("basic/") || name.starts_with("scripts/")
    });
    let is_office = has("[Content_Types].xml") && (has("word/") || has("xl/") || has("ppt/"));
    let is_open_document = has("mimetype") && has("META-INF/manifest.xml") && has("content.xml");
    let runnable = names.iter().any(|name| is_runnable_name(name.rsplit('/').next().unwrap_or_default()));
    if macros || (!is_office && !is_open_document && runnable) {
        return Err(AttachmentRefusal::Runnable);
    }
    Ok(if is_office && has("word/") {
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"])
    } else if is_office && has("xl/") {
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"])
    } else if is_office {
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"])
    } else if is_open_document {
        ("application/vnd.oasis.opendocument.text", &["odt", "ods", "odp"])
    } else {
        ("application/zip", &["zip"])
    })
}

/// Plain text, and XML such as a signed form; pages with scripts are refused.
fn text(content: &[u8]) -> Result<Kind, AttachmentRefusal> {
    let text = std::str::from_utf8(content).map_err(|_| AttachmentRefusal::UnknownKind)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
        return Err(AttachmentRefusal::UnknownKind);
    }
    let begin: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(4000).collect();
    let begin = begin.to_ascii_lowercase();
    if ["<!doctype html", "<html", "<script", "<svg", "<body", "<iframe"]
        .iter()
        .any(|tag| begin.contains(tag))
    {
        return Err(AttachmentRefusal::Runnable);
    }
    Ok(if begin.starts_with("<?xml") {
        ("application/xml", &["xml", "xades", "gml", "gpx"])
    } else {
        ("text/plain", &["txt", "csv", "md", "json", "geojson", "log", "tsv"])
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(name: &str, content: &[u8]) -> NewAttachment {
        NewAttachment { name: name.to_owned(), content: content.to_vec().into() }
    }

    fn one(name: &str, content: &[u8]) -> Result<(String, &'static str), AttachmentRefusal> {
        check(&[file(name, content)])
            .map(|mut found| found.remove(0))
            .map(|found| (found.name, found.media_type))
            .map_err(|mut faults| faults.remove(0).why)
    }

    fn zipped(names: &[&str]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(b"x").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_people_send_is_taken_under_its_name() {
        assert_eq!(one("pismo.pdf", b"%PDF-1.7 x"), Ok(("pismo.pdf".into(), "application/pdf")));
        assert_eq!(one("Zdjęcie 1.JPG", b"\xff\xd8\xff\xe0"), Ok(("Zdjęcie 1.JPG".into(), "image/jpeg")));
        assert_eq!(one("notatka.txt", "zażółć".as_bytes()), Ok(("notatka.txt".into(), "text/plain")));
        assert_eq!(one("x.xml", b"<?xml version='1.0'?><a/>"), Ok(("x.xml".into(), "application/xml")));
        assert_eq!(one("a.zip", &zipped(&["a.pdf"])), Ok(("a.zip".into(), "application/zip")));
        let docx = zipped(&["[Content_Types].xml", "word/document.xml", "docProps/app.xml"]);
        assert!(one("a.docx", &docx).unwrap().1.ends_with("wordprocessingml.document"));
    }

    #[test]
    fn what_can_be_run_is_refused_by_its_bytes_and_by_its_name() {
        for (name, content) in [
            ("pismo.pdf", b"MZ\x90\x00".as_slice()),
            ("pismo.pdf", b"\x7fELF\x02"),
            ("pismo.txt", b"#!/bin/sh\nrm"),
            ("pismo.txt", b"\n<HTML><script>"),
            ("pismo.xml", b"<?xml version='1.0'?><svg onload=x>"),
            ("faktura.pdf.exe", b"%PDF-1.7"),
            ("faktura.js", b"alert(1)"),
            ("skr\u{202e}fdp.exe", b"%PDF-1.7"),
        ] {
            assert_eq!(one(name, content), Err(AttachmentRefusal::Runnable), "{name}");
        }
        assert_eq!(one("a.zip", &zipped(&["x/faktura.exe"])), Err(AttachmentRefusal::Runnable));
        let with_macro = zipped(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
        assert_eq!(one("a.docx", &with_macro), Err(AttachmentRefusal::Runnable));
    }

    #[test]
    fn names_are_made_harmless_and_fit_the_content() {
        assert_eq!(one("../../etc/passwd", b"abc").unwrap().0, "passwd.txt");
        assert_eq!(one("C:\\x\\skan.pdf", b"\xff\xd8\xff").unwrap().0, "skan.pdf.jpg");
        assert_eq!(one("a\r\nSet-Cookie: b\".pdf", b"%PDF-1").unwrap().0, "aSet-Cookie b.pdf");
        assert_eq!(one("\u{0}..", b"abc").unwrap().0, "plik.txt");
        assert!(one(&format!("{}.pdf", "ż".repeat(500)), b"%PDF-1").unwrap().0.chars().count() <= MOST_NAME);
    }

    #[test]
    fn there_are_limits() {
        assert_eq!(one("a.txt", b""), Err(AttachmentRefusal::Empty));
        assert_eq!(one("a.txt", &vec![b'a'; MOST_BYTES + 1]), Err(AttachmentRefusal::TooLarge));
        assert_eq!(one("a.bin2", b"\x00\x01\x02"), Err(AttachmentRefusal::UnknownKind));
        let three = vec![file("a.txt", &vec![b'a'; MOST_BYTES]); 3];
        assert_eq!(check(&three).unwrap_err()[0].why, AttachmentRefusal::TooMuch);
        assert_eq!(check(&vec![file("a.txt", b"a"); 11]).unwrap_err()[0].why, AttachmentRefusal::TooMuch);
    }
}
