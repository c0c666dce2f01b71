//! Memory does not grow with the number of rows.

use exporters::{Format, Options, Row, Shape, Value, writer};

use crate::support::{columns, metadata};

/// A line of the kernel's account of this process's memory, bytes.
fn memory_bytes(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|other| other.starts_with(line)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn row(place: u32) -> Row {
    let text = |text: String| Value::Text(text);
    Row {
        id: format!("01990000-0000-7000-8000-{place:012}"),
        geometry: Some(
            geo_types::point!(x: 20.0 + f64::from(place % 1000) * 1e-4, y: 52.0 + f64::from(place / 1000) * 1e-4)
                .into(),
        ),
        values: vec![
            text("tilia".to_owned()),
            Value::Number(f64::from(place) / 10.0),
            Value::Integer(i64::from(place)),
            Value::Bool(place.is_multiple_of(2)),
            text("1961-04-30".to_owned()),
            text("2026-11-24T10:05:07Z".to_owned()),
            Value::Null,
            text(format!("Uwaga numer {place} o drzewie przy ulicy Próbnej")),
        ],
    }
}

/// How much memory grows at its peak while rows are written; the file goes nowhere.
fn growth(format: Format, rows: u32) -> u64 {
    let options = Options { shape: Shape::Point, ..Options::default() };
    // The kernel forgets the peak of the formats before.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory_bytes("VmRSS:");
    let mut out = writer(format, &metadata(), &columns(), &options, std::io::sink()).unwrap();
    for place in 0..rows {
        out.row(row(place)).unwrap();
    }
    out.finish().unwrap();
    memory_bytes("VmHWM:") - before
}

#[test]
fn two_hundred_thousand_rows_take_less_than_thirty_megabytes() {
    for format in Format::ALL {
        let grown = growth(format, 200_000);
        println!("{}: {} KiB", format.name(), grown / 1024);
        assert!(grown < 30 << 20, "{format:?} grew by {grown} bytes");
    }
}
