//! Where things may stand: every reading that names and numbers allow.

use geo::coords_iter::CoordsIter;

use super::{ColumnSeen, Coordinates, Looks, PositionGuess};
use crate::mapping::model::Axes;
use crate::mapping::systems::{SridGuess, guess_srid};
use crate::mapping::text::{cell_text, fold};
use crate::mapping::{numbers, position, wkt};
use crate::table::{Cell, Row};

/// Positions that are shown.
const SHOWN: usize = 12;

/// What was counted of a layer.
pub(super) struct Numbers<'a> {
    pub(super) rows: u64,
    pub(super) geometries: u64,
    /// Whether the reader knows which coordinate is the easting.
    pub(super) axes_known: bool,
    pub(super) columns: &'a [ColumnSeen],
    pub(super) zeros: &'a [u64],
    pub(super) kept: &'a [Row],
    pub(super) own: &'a [[f64; 2]],
}

/// All readings, the likeliest first.
pub(super) fn guesses(numbers: &Numbers<'_>, declared: Option<u32>) -> Vec<PositionGuess> {
    let mut guesses = Vec::new();
    if numbers.geometries > 0 {
        let missing = numbers.rows - numbers.geometries;
        let found = read(&Coordinates::Own, numbers.own, declared, missing, 0, false);
        // The reader has put the axes in order as the declared system asks, unless the numbers say otherwise.
        let plain = found.iter().any(|guess| guess.axes == Axes::Xy);
        let believed = declared.is_some() && numbers.axes_known && plain;
        if believed || found.is_empty() {
            guesses.push(own_as_declared(numbers, declared, missing));
        } else {
            guesses.extend(found);
        }
    }
    for (place, column) in numbers.columns.iter().enumerate() {
        guesses.extend(one_column(numbers, place, column));
    }
    for (x, y) in pairs(numbers.columns) {
        guesses.extend(two_columns(numbers, x, y));
    }
    // A system that the numbers prove, degrees before metres, comes first; the order found is kept otherwise.
    guesses.sort_by_key(|guess| {
        let plain = matches!(guess.from, Coordinates::Columns { .. } | Coordinates::Pair { .. });
        (plain, !guess.certain, guess.srid != Some(4326))
    });
    guesses
}

/// The file's own geometry as the file says, or in a system of which nothing is known.
fn own_as_declared(numbers: &Numbers<'_>, declared: Option<u32>, missing: u64) -> PositionGuess {
    let (pl, en) = match declared {
        Some(_) => ("układ podaje plik", "the file names the system"),
        None => ("układ współrzędnych nie jest znany", "the coordinate system is not known"),
    };
    PositionGuess {
        from: Coordinates::Own,
        srid: declared,
        axes: Axes::Xy,
        certain: declared.is_some(),
        why_pl: pl.to_owned(),
        why_en: en.to_owned(),
        samples: numbers.own.iter().take(SHOWN).copied().collect(),
        missing,
        zeros: 0,
    }
}

fn one_column(numbers: &Numbers<'_>, place: usize, column: &ColumnSeen) -> Vec<PositionGuess> {
    let texts = || numbers.kept.iter().filter_map(|row| row.cells.get(place)).map(cell_text);
    let missing = numbers.rows - column.filled;
    let name = column.name.clone();
    match column.looks {
        Looks::Pairs => {
            let pairs: Vec<[f64; 2]> = texts().filter_map(|text| position::pair(&text)).collect();
            let lat_first = fold(&name).contains("lat") || fold(&name).contains("geo_point");
            read(&Coordinates::Pair { column: name }, &pairs, None, missing, 0, lat_first)
        }
        Looks::Wkt => {
            let read_texts: Vec<_> = texts().filter_map(|text| wkt::parse(&text)).collect();
            let first = |read: &wkt::Read| Some(read.geometry.as_ref()?.coords_iter().next()?.x_y());
            let starts: Vec<[f64; 2]> = read_texts.iter().filter_map(first).map(|(x, y)| [x, y]).collect();
            let beside = srid_column(numbers.columns);
            let named = read_texts.iter().find_map(|read| read.srid);
            let declared = named.or(beside.as_ref().map(|(_, srid)| *srid));
            let from = Coordinates::Wkt { column: name, srid_column: beside.map(|(column, _)| column) };
            read(&from, &starts, declared, missing, 0, false)
        }
        Looks::Ring => {
            let starts: Vec<[f64; 2]> = texts()
                .filter_map(|text| position::ring(&text))
                .filter_map(|ring| ring.exterior().0.first().map(|at| [at.x, at.y]))
                .collect();
            read(&Coordinates::Ring { column: name }, &starts, None, missing, 0, false)
        }
        _ => Vec::new(),
    }
}

/// A column that holds nothing but one EPSG code.
fn srid_column(columns: &[ColumnSeen]) -> Option<(String, u32)> {
    columns.iter().find_map(|column| {
        let [(text, _)] = column.samples.as_slice() else { return None };
        let named = fold(&column.name).contains("srid")
            || fold(&column.name).contains("epsg")
            || text.contains("SRID");
        wkt::srid(text).filter(|_| named).map(|srid| (column.name.clone(), srid))
    })
}

fn two_columns(numbers: &Numbers<'_>, x: usize, y: usize) -> Vec<PositionGuess> {
    let (Some(first), Some(second)) = (numbers.columns.get(x), numbers.columns.get(y)) else {
        return Vec::new();
    };
    let number = |row: &Row, place: usize| {
        let cell = row.cells.get(place).filter(|cell| !matches!(cell, Cell::Empty))?;
        numbers::parse(&cell_text(cell)).map(|number| number.value)
    };
    let pairs: Vec<[f64; 2]> =
        numbers.kept.iter().filter_map(|row| Some([number(row, x)?, number(row, y)?])).collect();
    let missing = numbers.rows - first.filled.min(second.filled);
    let zero = |place: usize| numbers.zeros.get(place).copied().unwrap_or(0);
    let from = Coordinates::Columns { x: first.name.clone(), y: second.name.clone() };
    let zeros = zero(x).min(zero(y));
    let mut guesses = read(&from, &pairs, None, missing, zeros, false);
    for guess in &mut guesses {
        // Of two columns each is named for what it is.
        if guess.axes == Axes::Yx {
            guess.from = Coordinates::Columns { x: second.name.clone(), y: first.name.clone() };
            guess.axes = Axes::Xy;
        }
    }
    guesses
}

/// Readings of pairs of numbers that (nearly) all of them allow.
fn read(
    from: &Coordinates,
    pairs: &[[f64; 2]],
    declared: Option<u32>,
    missing: u64,
    zeros: u64,
    lat_first: bool,
) -> Vec<PositionGuess> {
    let pairs: Vec<[f64; 2]> = pairs.iter().filter(|pair| **pair != [0.0, 0.0]).copied().collect();
    let mut tally: Vec<(SridGuess, usize)> = Vec::new();
    for [x, y] in &pairs {
        for guess in guess_srid(*x, *y, declared) {
            let same = |(known, _): &&mut (SridGuess, usize)| {
                known.srid == guess.srid && known.swapped == guess.swapped
            };
            match tally.iter_mut().find(same) {
                Some((known, count)) => {
                    known.certain = known.certain || guess.certain;
                    *count += 1;
                }
                None => tally.push((guess, 1)),
            }
        }
    }
    tally.retain(|(_, count)| count * 100 >= pairs.len() * 95);
    if lat_first && tally.iter().all(|(guess, _)| !guess.certain) {
        tally.sort_by_key(|(guess, _)| !guess.swapped);
    }
    let only = tally.len() == 1;
    let as_guess = |(guess, _): &(SridGuess, usize)| {
        let certain = only && guess.certain;
        let (why_pl, why_en) = why(guess.srid, certain, declared.is_some(), lat_first);
        let turn = |pair: &[f64; 2]| if guess.swapped { [pair[1], pair[0]] } else { *pair };
        PositionGuess {
            from: from.clone(),
            srid: Some(guess.srid),
            axes: if guess.swapped { Axes::Yx } else { Axes::Xy },
            certain,
            why_pl,
            why_en,
            samples: pairs.iter().step_by((pairs.len() / SHOWN).max(1)).take(SHOWN).map(turn).collect(),
            missing,
            zeros,
        }
    };
    tally.iter().map(as_guess).collect()
}

fn why(srid: u32, certain: bool, declared: bool, lat_first: bool) -> (String, String) {
    let (pl, en) = match (srid, certain) {
        (_, true) if declared => (
            "układ podaje plik, a liczby go potwierdzają",
            "the file names the system, and the numbers agree",
        ),
        (_, true) => (
            "takie liczby ma w Polsce tylko ten układ w tej kolejności",
            "in Poland only this system in this order has such numbers",
        ),
        (2180, false) => (
            "w układzie PL-1992 z samych liczb nie widać, która jest na północ: trzeba sprawdzić na mapie",
            "in PL-1992 the numbers do not tell which of them points north: look at the map",
        ),
        (_, false) if lat_first => (
            "nazwa kolumny mówi, że pierwsza jest szerokość; liczby tego nie rozstrzygają",
            "the name of the column says latitude first; the numbers do not tell",
        ),
        _ => (
            "liczby pasują, ale nie tylko tak: trzeba sprawdzić na mapie",
            "the numbers fit, but not only so: look at the map",
        ),
    };
    (pl.to_owned(), en.to_owned())
}

/// Columns that belong together as x and y by their names.
fn pairs(columns: &[ColumnSeen]) -> Vec<(usize, usize)> {
    let numeric = |column: &ColumnSeen| matches!(column.looks, Looks::Numbers | Looks::Integers);
    let mut pairs = Vec::new();
    for (x, column) in columns.iter().enumerate().filter(|(_, column)| numeric(column)) {
        let name = fold(&column.name);
        for other in partners(&name) {
            let partner = columns
                .iter()
                .position(|column| numeric(column) && fold(&column.name) == other)
                .filter(|partner| *partner != x && !pairs.contains(&(x, *partner)));
            pairs.extend(partner.map(|y| (x, y)));
        }
    }
    pairs
}

/// Names that the column of the other axis may have.
fn partners(name: &str) -> Vec<String> {
    const NAMES: [(&str, &str); 10] = [
        ("longitude", "latitude"),
        ("long", "lat"),
        ("lon", "lat"),
        ("lng", "lat"),
        ("easting", "northing"),
        ("dlugosc", "szerokosc"),
        ("wschod", "polnoc"),
        ("east", "north"),
        ("dl", "szer"),
        ("x", "y"),
    ];
    // The word stands alone or at an end: "x_wgs84", "geo_x", "xcoord" is left to the person.
    let mut found = Vec::new();
    for (x, y) in NAMES {
        if name == x {
            found.push(y.to_owned());
        } else if let Some(rest) = name.strip_prefix(x).filter(|rest| !rest.starts_with(char::is_alphabetic))
        {
            found.push(format!("{y}{rest}"));
        } else if let Some(rest) = name.strip_suffix(x).filter(|rest| !rest.ends_with(char::is_alphabetic)) {
            found.push(format!("{rest}{y}"));
        }
    }
    found
}
