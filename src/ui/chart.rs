//! Charts of bars, drawn on the server. A chart is never alone: the table beside it says the same to whoever cannot see it.

/// Width of a drawing, in units of its own.
const WIDE: i64 = 720;
/// Where the bars end at the bottom, and where they begin at the top.
const GROUND: i64 = 220;
const TOP: i64 = 10;
/// Where they begin at the left; before it stand the amounts.
const LEFT: i64 = 96;
/// Looks of the parts of a bar, in the order of the legend.
const LOOKS: [&str; 5] = ["one", "two", "three", "four", "five"];

/// A part of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its upper end.
    pub y: i64,
    /// Its height, at least one unit.
    pub height: i64,
    /// How it looks.
    pub look: &'static str,
    /// What it says when one points at it.
    pub title: String,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its left side.
    pub x: i64,
    /// Its width.
    pub width: i64,
    /// Its middle, below which its name stands.
    pub middle: i64,
    /// Its name; empty where there is no room for all.
    pub name: String,
    /// Its parts, from the ground up.
    pub parts: Vec<Part>,
}

/// A chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub label: String,
    /// Its bars.
    pub bars: Vec<Bar>,
    /// Lines of the scale: height and amount.
    pub scale: Vec<(i64, String)>,
    /// What each look stands for.
    pub legend: Vec<(&'static str, String)>,
}

/// A chart of bars with names, each stacked of one amount for each of the series; what is not above zero is not drawn.
/// Amounts are written by `say`.
#[must_use]
pub fn stacked(
    label: String,
    series: &[String],
    bars: &[(String, Vec<i64>)],
    say: impl Fn(i64) -> String,
) -> Chart {
    let sum = |amounts: &[i64]| {
        amounts.iter().filter(|amount| **amount > 0).fold(0, |sum: i64, one| sum.saturating_add(*one))
    };
    let most = bars.iter().map(|(_, amounts)| sum(amounts)).max().unwrap_or(0);
    let step = step_of(most);
    let top = step.saturating_mul((most / step).saturating_add(1));
    // Wide arithmetic: an amount times a height may not fit.
    let height = |amount: i64| -> i64 {
        let units = i128::from(amount) * i128::from(GROUND - TOP) / i128::from(top.max(1));
        i64::try_from(units).unwrap_or(GROUND - TOP)
    };
    let count = i64::try_from(bars.len()).unwrap_or(1).max(1);
    let place = (WIDE - LEFT) / count;
    let width = (place * 7 / 10).clamp(1, 90);
    let every = usize::try_from((count + 9) / 10).unwrap_or(1);
    let drawn = bars.iter().enumerate().map(|(at, (name, amounts))| {
        let middle = LEFT + place * i64::try_from(at).unwrap_or(0) + place / 2;
        let (mut parts, mut y) = (Vec::new(), GROUND);
        for (place, amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount > 0) {
            let height = height(*amount).max(1);
            y -= height;
            let of = series.get(place).map_or("", String::as_str);
            let look = LOOKS.get(place).copied().unwrap_or("five");
            parts.push(Part { y, height, look, title: format!("{name}, {of}: {}", say(*amount)) });
        }
        let name = if at % every == 0 { name.clone() } else { String::new() };
        Bar { x: middle - width / 2, width, middle, name, parts }
    });
    let lines = (0..=top / step).map(|line| (GROUND - height(line * step), say(line * step)));
    let legend = series.iter().enumerate();
    let legend = legend.map(|(at, name)| (LOOKS.get(at).copied().unwrap_or("five"), name.clone()));
    Chart { label, bars: drawn.collect(), scale: lines.collect(), legend: legend.collect() }
}

/// The distance of lines of the scale: 1, 2 or 5 times a power of ten, so that there are at most six.
fn step_of(most: i64) -> i64 {
    let mut power: i64 = 100;
    loop {
        for step in [power, power.saturating_mul(2), power.saturating_mul(5)] {
            if most / step < 5 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(bars: &[(&str, &[i64])]) -> Chart {
        let bars: Vec<(String, Vec<i64>)> =
            bars.iter().map(|(name, amounts)| ((*name).to_owned(), amounts.to_vec())).collect();
        stacked("x".into(), &["a".into(), "b".into()], &bars, |grosze| grosze.to_string())
    }

    #[test]
    fn bars_stand_on_the_ground_and_stay_below_the_top() {
        for amounts in [[0, 0], [1, 0], [100, 250], [i64::MAX / 4, i64::MAX / 4], [-5, 700]] {
            let chart = drawn(&[("one", &amounts), ("two", &[50, 50])]);
            assert!((1..=6).contains(&(chart.scale.len() - 1)), "{chart:?}");
            for bar in &chart.bars {
                let mut floor = GROUND;
                for part in &bar.parts {
                    assert_eq!(part.y + part.height, floor);
                    floor = part.y;
                }
                assert!(floor >= TOP - 2 && bar.x >= LEFT - 1 && bar.x + bar.width <= WIDE, "{chart:?}");
            }
        }
    }

    #[test]
    fn a_long_row_of_bars_names_some_of_them() {
        let bars: Vec<(&str, &[i64])> = vec![("day", &[100, 0][..]); 31];
        let chart = drawn(&bars);
        assert_eq!(chart.bars.len(), 31);
        assert!(chart.bars.iter().filter(|bar| !bar.name.is_empty()).count() <= 10);
        assert!(drawn(&[]).bars.is_empty());
    }
}
