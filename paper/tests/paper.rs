//! Documents, written and read again by another program.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends by panicking")]

use std::{path::Path, process::Command};

use paper::{Block, Code, Column, Fonts, Paper, Table};

/// The font of the pages, as the front end's build lays it down.
fn fonts() -> Fonts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/dist/fonts");
    let read = |name: &str| {
        std::fs::read(folder.join(name))
            .unwrap_or_else(|fault| panic!("{name}: {fault}; build the front end first"))
    };
    Fonts::read(read("sans-regular.ttf"), read("sans-bold.ttf")).unwrap()
}

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "Potwierdzenie wpłaty 7/2026".into(),
        lang: "pl".into(),
        issuer: "Miasto Przykładowo".into(),
        page_words: ["Strona ".into(), " z ".into(), String::new()],
        blocks,
    }
}

/// The text of a file as `pdftotext` reads it.
fn read(bytes: &[u8]) -> String {
    let file = std::env::temp_dir().join(format!("paper-{}-{:p}.pdf", std::process::id(), bytes));
    std::fs::write(&file, bytes).unwrap();
    let told = Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

#[test]
fn what_is_written_can_be_read() {
    let facts = vec![
        ("Wpłacający".into(), "Zażółć Gęślą Jaźń\nul. Źródlana 5".into()),
        ("Kwota".into(), "1 234,56 zł".into()),
    ];
    let table = Table {
        columns: vec![
            Column { title: "Należność".into(), share: 3.0, right: false },
            Column { title: "Kwota".into(), share: 1.0, right: true },
        ],
        rows: vec![
            vec!["Podatek od nieruchomości, rata III".into(), "1 000,00 zł".into()],
            vec!["Opłata".into()],
        ],
        total: Some(vec!["Razem".into(), "1 234,56 zł".into()]),
    };
    let code = Code {
        width: 2,
        dark: vec![true, false, false, true],
        alt: "Kod".into(),
        caption: "Kod do zapłaty".into(),
    };
    let bytes = paper(vec![
        Block::Facts(facts),
        Block::Heading("Jak zaksięgowano".into()),
        Block::Table(table),
        Block::Code(code),
        Block::Text("Dowód wpłaty (\u{1F600}\u{7}).".into()),
    ])
    .write(&fonts())
    .unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    let text = read(&bytes);
    for part in [
        "Potwierdzenie wpłaty 7/2026",
        "Zażółć Gęślą Jaźń",
        "ul. Źródlana 5",
        "1 234,56 zł",
        "rata III",
        "Dowód wpłaty (?).",
        "Strona 1 z 1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_long_table_goes_over_pages_with_its_head() {
    let rows = (0..60).map(|n| vec![format!("pozycja {n}"), "słowo ".repeat(30), "9".repeat(400)]).collect();
    let column = |title: &str, share| Column { title: title.into(), share, right: false };
    let columns = vec![column("Nazwa", 1.0), column("Opis", 3.0), column("Bez odstępów", 2.0)];
    let text =
        read(&paper(vec![Block::Table(Table { columns, rows, total: None })]).write(&fonts()).unwrap());
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 6);
    assert!(pages.iter().all(|page| page.contains("Bez odstępów")), "each page has the head");
    assert!((0..60).all(|n| text.contains(&format!("pozycja {n} "))));
    assert!(text.contains(&format!("Strona {0} z {0}", pages.len())));
}

#[test]
fn letters_in_one_file_have_their_own_titles_and_pages() {
    let letter =
        |name: &str| vec![Block::Large("ACDE-FHJK-MNPQ-RTUW".into()), Block::Text(format!("Dla: {name}"))];
    let blocks = [
        letter("Anna"),
        vec![Block::Letter("Drugi list".into())],
        letter("Jan"),
        vec![Block::NewPage, Block::Text("dalej".into()), Block::Letter("Trzeci list".into())],
        letter("Ewa"),
    ];
    let text = read(&paper(blocks.concat()).write(&fonts()).unwrap());
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    let said = [
        ("Potwierdzenie", "Anna", "Strona 1 z 1"),
        ("Drugi list", "Jan", "Strona 1 z 2"),
        ("", "dalej", "Strona 2 z 2"),
        ("Trzeci list", "Ewa", "Strona 1 z 1"),
    ];
    assert_eq!(pages.len(), said.len());
    for (page, (title, name, number)) in pages.iter().zip(said) {
        assert!(page.contains(title) && page.contains(name) && page.contains(number), "{page}");
        assert_eq!(page.contains("ACDE-FHJK-MNPQ-RTUW"), name != "dalej");
    }
}

#[test]
fn nobody_gets_a_thousand_pages() {
    let blocks = vec![Block::NewPage; 1000];
    assert!(matches!(paper(blocks).write(&fonts()), Err(paper::Fault::TooLong)));
    assert!(Fonts::read(b"nothing".to_vec(), Vec::new()).is_err());
}
