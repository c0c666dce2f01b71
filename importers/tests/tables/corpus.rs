//! Files that fuzzing found or began with, and thousands of damaged ones: each is read or refused, none may panic, hang
//! or fill the memory.
//!
//! Seeded, so that a failure can be repeated.

use std::path::PathBuf;

use importers::table::{InputFile, Limits, Options, Row, open};

use crate::made;
use crate::workbooks::zipped;

/// Parts among which the texts of `table_xlsx` are split at zero bytes, as its fuzz target does.
const PARTS: [&str; 7] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "content.xml",
    "META-INF/manifest.xml",
];
const WORKBOOK: &str =
    r#"<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="f" Type="x/styles" Target="styles.xml"/></Relationships>"#;

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no corpus");
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Reads all layers within small limits; the number of rows.
fn read_all(file: &InputFile) -> usize {
    let limits = Limits { bytes: 16 << 20, rows: 2_000, columns: 100, cell_bytes: 10_000, vertices: 1_000 };
    let Ok(mut reader) = open(file, &Options { limits, ..Options::default() }) else { return 0 };
    let mut count = 0;
    for layer in reader.overview().layers.clone() {
        let mut each = |row: Row| {
            assert!(row.cells.len() <= layer.columns.len(), "{row:?}");
            count += 1;
            Ok(())
        };
        drop(reader.read(&layer.name, &mut each, &mut |_| {}));
    }
    count
}

fn replay(target: &str, bytes: &[u8]) -> usize {
    let name = format!("x.{}", target.trim_start_matches("table_"));
    if target != "table_xlsx" || bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf]) {
        return read_all(&made(&name, bytes).file);
    }
    let mut contents: Vec<String> =
        bytes.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    contents.resize(PARTS.len(), String::new());
    let mut parts = Vec::new();
    for (name, content) in PARTS.iter().zip(&contents) {
        let content = match (*name, content.as_str()) {
            ("xl/workbook.xml", "") => WORKBOOK,
            ("xl/_rels/workbook.xml.rels", "") => RELATIONS,
            (_, content) => content,
        };
        parts.push((*name, content));
    }
    let file = zipped(&parts);
    read_all(&made("x.xlsx", &file).file) + read_all(&made("x.ods", &file).file)
}

/// Those whose files are small finds of fuzzing, most of them broken: they need not hold a row.
const BROKEN: [&str; 2] = ["table_kml", "table_gpx"];
const TARGETS: [&str; 6] =
    ["table_csv", "table_json", "table_geojson", "table_xlsx", "table_kml", "table_gpx"];

#[test]
fn every_file_of_the_corpora_is_read_or_refused() {
    for target in TARGETS {
        let mut rows = 0;
        for (_, bytes) in corpus(target) {
            rows += replay(target, &bytes);
        }
        assert!(rows > 3 || BROKEN.contains(&target), "{target} reads next to nothing");
    }
}

#[test]
fn damaged_files_are_read_or_refused() {
    let mut state = 4_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % limit.max(1)
    };
    for target in TARGETS {
        for (path, bytes) in corpus(target) {
            for case in 0..60 {
                let mut damaged = bytes.clone();
                for _ in 0..=below(3) {
                    let at = below(damaged.len());
                    let end = (at + below(20)).min(damaged.len());
                    match below(4) {
                        0 => damaged.truncate(at),
                        1 => drop(damaged.drain(at..end)),
                        2 => {
                            let stretch = damaged[at..end].to_vec();
                            damaged.splice(at..at, stretch);
                        }
                        _ => damaged.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (case % 8)),
                    }
                }
                println!("{} case {case}", path.display());
                replay(target, &damaged);
            }
        }
    }
}
