//! Names on the drawn map: where there is room, and never over each other or over the route.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::svg::{Px, escape};

/// Size of names along lines and in areas.
const SIZE_PX: f64 = 10.5;
/// Average width of a letter, as a share of its size.
const LETTER: f64 = 0.56;
/// A straight name may leave a bent line by this much.
const STRAY_PX: f64 = 4.0;
/// Room along a line is looked for at steps of this length.
const TRY_PX: f64 = 12.0;
/// Longest name that is written; longer ones are cut with an ellipsis.
const MOST_LETTERS: usize = 40;

/// Left, top, right, bottom.
type Box4 = (f64, f64, f64, f64);

/// A name that belongs to a line.
pub(super) struct LineLabel<'a> {
    pub(super) name: &'a str,
    pub(super) line: &'a [Px],
    /// Higher ones get their room first.
    pub(super) rank: u8,
}

/// What is taken on the sheet.
pub(super) struct Labels {
    width: f64,
    height: f64,
    taken: Vec<Box4>,
}

impl Labels {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, taken: Vec::new() }
    }

    /// Takes a box whether or not it is free.
    pub(super) fn force_box(&mut self, wanted: Box4) {
        self.taken.push(wanted);
    }

    /// Takes a box if it is free.
    pub(super) fn take_box(&mut self, wanted: Box4) -> bool {
        let free = self.is_free(wanted);
        if free {
            self.taken.push(wanted);
        }
        free
    }

    /// Keeps names off a line, by small boxes that stand close together on it.
    pub(super) fn keep_line_free(&mut self, line: &[Px]) {
        for pair in line.windows(2) {
            let length = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
            let count = (length / 8.0).ceil().clamp(1.0, 600.0);
            for step in 0..=(count as usize) {
                let t = step as f64 / count;
                let (x, y) =
                    (pair[0].0 + (pair[1].0 - pair[0].0) * t, pair[0].1 + (pair[1].1 - pair[0].1) * t);
                self.taken.push((x - 3.0, y - 3.0, x + 3.0, y + 3.0));
            }
        }
    }

    /// Writes the name of a mark to its right, or else to its left, or else not.
    pub(super) fn beside(&mut self, svg: &mut String, at: Px, away: f64, name: Option<&str>, size_px: f64) {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return };
        let name = shortened(name);
        let width = text_width(&name, size_px);
        let (top, bottom) = (at.1 - size_px * 0.7, at.1 + size_px * 0.7);
        let right = (at.0 + away, top, at.0 + away + width, bottom);
        let left = (at.0 - away - width, top, at.0 - away, bottom);
        let (x, anchor, taken) = if right.2 < self.width - 4.0 && (self.is_free(right) || !self.is_free(left))
        {
            (right.0, "start", right)
        } else {
            (left.2, "end", left)
        };
        self.taken.push(taken);
        let at = format!(
            r##"x="{x:.1}" y="{:.1}" text-anchor="{anchor}" font-size="{size_px}" font-weight="bold" fill="#2b2b28""##,
            at.1 + size_px * 0.36
        );
        write_text(svg, &name, &at);
    }

    /// Writes a name in the middle of an area's box, if it fits in and is free.
    pub(super) fn in_area(&mut self, svg: &mut String, name: &str, ring: &[Px], ink: &str) {
        let name = shortened(name);
        let width = text_width(&name, SIZE_PX);
        let (left, right) = range(ring.iter().map(|p| p.0.clamp(0.0, self.width)));
        let (top, bottom) = range(ring.iter().map(|p| p.1.clamp(0.0, self.height)));
        if right - left < width * 0.9 || bottom - top < SIZE_PX * 1.6 {
            return;
        }
        let x = f64::midpoint(left, right);
        for share in [0.5, 0.3, 0.7, 0.15, 0.85] {
            let y = top + (bottom - top) * share;
            if self.take_box((x - width / 2.0, y - SIZE_PX * 0.7, x + width / 2.0, y + SIZE_PX * 0.7)) {
                let at = format!(
                    r#"x="{x:.1}" y="{:.1}" text-anchor="middle" font-size="{SIZE_PX}" font-style="italic" fill="{ink}""#,
                    y + SIZE_PX * 0.36
                );
                write_text(svg, &name, &at);
                return;
            }
        }
    }

    /// Writes each name once, along the longest of its lines where there is room.
    pub(super) fn along_lines(&mut self, svg: &mut String, mut lines: Vec<LineLabel>) {
        lines.sort_by(|one, other| {
            other.rank.cmp(&one.rank).then(length(other.line).total_cmp(&length(one.line)))
        });
        let mut written: HashSet<&str> = HashSet::new();
        for label in lines {
            if !written.contains(label.name) && self.along_line(svg, &shortened(label.name), label.line) {
                written.insert(label.name);
            }
        }
    }

    fn along_line(&mut self, svg: &mut String, name: &str, line: &[Px]) -> bool {
        let (whole, wanted) = (length(line), text_width(name, SIZE_PX));
        if whole < wanted {
            return false;
        }
        let middle = (whole - wanted) / 2.0;
        let tries = (middle / TRY_PX).floor().min(40.0) as usize;
        for step in 0..=tries {
            for from in [middle - step as f64 * TRY_PX, middle + step as f64 * TRY_PX] {
                let (Some(a), Some(b)) = (along(line, from), along(line, from + wanted)) else { continue };
                if self.is_straight(line, from, from + wanted, a, b) && self.take_strip(a, b) {
                    write_along(svg, name, a, b);
                    return true;
                }
            }
        }
        false
    }

    fn is_straight(&self, line: &[Px], from: f64, to: f64, a: Px, b: Px) -> bool {
        let inside = |p: Px| p.0 > 2.0 && p.1 > 2.0 && p.0 < self.width - 2.0 && p.1 < self.height - 2.0;
        let chord = (b.0 - a.0).hypot(b.1 - a.1);
        let stray = |p: Px| ((b.0 - a.0) * (a.1 - p.1) - (a.0 - p.0) * (b.1 - a.1)).abs() / chord;
        inside(a)
            && inside(b)
            && chord > (to - from) * 0.95
            && (1..6).all(|step| {
                along(line, from + (to - from) * f64::from(step) / 6.0).is_some_and(|p| stray(p) < STRAY_PX)
            })
    }

    /// Takes the slanted room of a name as a row of small boxes.
    fn take_strip(&mut self, a: Px, b: Px) -> bool {
        let count = (((b.0 - a.0).hypot(b.1 - a.1)) / 6.0).ceil().max(1.0);
        let half = SIZE_PX * 0.6;
        let boxes: Vec<Box4> = (0..=(count as usize))
            .map(|step| {
                let t = step as f64 / count;
                let (x, y) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
                (x - half, y - half, x + half, y + half)
            })
            .collect();
        let free = boxes.iter().all(|wanted| self.is_free(*wanted));
        if free {
            self.taken.extend(boxes);
        }
        free
    }

    fn is_free(&self, wanted: Box4) -> bool {
        self.taken.iter().all(|taken| {
            taken.2 <= wanted.0 || taken.0 >= wanted.2 || taken.3 <= wanted.1 || taken.1 >= wanted.3
        })
    }
}

fn write_along(svg: &mut String, name: &str, a: Px, b: Px) {
    // Never upside down.
    let (a, b) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let angle = (b.1 - a.1).atan2(b.0 - a.0).to_degrees();
    let (x, y) = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
    let at = format!(
        r##"transform="translate({x:.1} {y:.1}) rotate({angle:.1})" y="{:.1}" text-anchor="middle" font-size="{SIZE_PX}" fill="#3a362f""##,
        SIZE_PX * 0.36
    );
    write_text(svg, name, &at);
}

fn write_text(svg: &mut String, text: &str, attributes: &str) {
    let _ = write!(
        svg,
        r##"<text {attributes} stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{}</text>"##,
        escape(text)
    );
}

fn text_width(text: &str, size_px: f64) -> f64 {
    text.chars().count() as f64 * size_px * LETTER
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    text.chars().take(MOST_LETTERS - 1).chain(['…']).collect()
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

fn length(line: &[Px]) -> f64 {
    line.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1)).sum()
}

fn along(line: &[Px], distance: f64) -> Option<Px> {
    let mut left = distance;
    for pair in line.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let piece = (x2 - x1).hypot(y2 - y1);
        if left <= piece && piece > 0.0 {
            return Some((x1 + (x2 - x1) * left / piece, y1 + (y2 - y1) * left / piece));
        }
        left -= piece;
    }
    line.last().copied().filter(|_| left < 0.5)
}
