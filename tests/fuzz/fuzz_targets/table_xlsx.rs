//! Any bytes as a workbook: a compound file, an archive, or the parts of one inside a sound archive, so that the fuzzer
//! need not guess ZIP.
#![no_main]

mod common;

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;

/// Parts of a workbook and of a spreadsheet; the bytes are split among them at zero bytes.
const PARTS: [&str; 7] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "content.xml",
    "META-INF/manifest.xml",
];

const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="f" Type="x/styles" Target="styles.xml"/></Relationships>"#;

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf]) {
        common::read("x", bytes);
        return;
    }
    let mut contents: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
    contents.resize(PARTS.len(), b"");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in PARTS.iter().zip(contents) {
        let content = match (*name, content) {
            ("xl/workbook.xml", b"") => WORKBOOK.as_bytes(),
            ("xl/_rels/workbook.xml.rels", b"") => RELATIONS.as_bytes(),
            (_, content) => content,
        };
        if writer.start_file(*name, SimpleFileOptions::default()).is_err() || writer.write_all(content).is_err() {
            return;
        }
    }
    let Ok(file) = writer.finish() else { return };
    common::read("x.xlsx", file.get_ref());
    common::read("x.ods", file.get_ref());
});
