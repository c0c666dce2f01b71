//! Years of birth and death: what a register knows of them, what a query asks of them.
//!
//! Old books know a year, a decade, "before 1900" or nothing. So a known date is a span of years with
//! open ends, and a query is never surer than the book.

/// The years in which something happened, both included; an absent end is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct YearSpan {
    /// The first possible year.
    pub from: Option<i16>,
    /// The last possible year.
    pub to: Option<i16>,
}

impl YearSpan {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { from: None, to: None };

    /// The year is known.
    pub const fn exact(year: i16) -> Self {
        Self { from: Some(year), to: Some(year) }
    }
}

/// A span as the index keeps it: open ends are the ends of `i16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Years {
    pub from: i16,
    pub to: i16,
}

impl From<YearSpan> for Years {
    fn from(span: YearSpan) -> Self {
        Self { from: span.from.unwrap_or(i16::MIN), to: span.to.unwrap_or(i16::MAX) }
    }
}

impl Years {
    pub fn is_unknown(self) -> bool {
        self.from == i16::MIN && self.to == i16::MAX
    }

    /// Whether something is known and it touches `from..=to`.
    pub fn touches(self, from: i16, to: i16) -> bool {
        !self.is_unknown() && self.from <= to && self.to >= from
    }
}

/// What a year is the year of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Birth,
    Death,
}

impl Event {
    /// What a folded word or sign before a year says.
    pub fn marker(folded: &str) -> Option<Self> {
        match folded {
            "ur" | "urodzony" | "urodzona" | "urodz" | "born" | "b" | "*" => Some(Self::Birth),
            "zm" | "zmarl" | "zmarla" | "zmarły" | "died" | "d" | "†" | "+" | "✝" => Some(Self::Death),
            _ => None,
        }
    }
}

/// A year, decade or century in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct YearWord {
    pub from: i16,
    pub to: i16,
    pub event: Option<Event>,
}

/// How well a year of the query agrees with what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// It may be that year; thousandths, 1000 for a date known as well as asked.
    Yes(u16),
    /// Nothing is known, so nothing speaks against it.
    Unknown,
    /// It is another year.
    No,
}

impl YearWord {
    /// Compares with a person's dates. A year one or two off is taken for a slip.
    pub fn agreement(self, born: Years, died: Years) -> Agreement {
        match self.event {
            Some(Event::Birth) => self.with(born),
            Some(Event::Death) => self.with(died),
            None => match (self.with(died), self.with(born)) {
                (Agreement::Yes(death), Agreement::Yes(birth)) => {
                    Agreement::Yes(death.max(birth.saturating_sub(20)))
                }
                (Agreement::Yes(death), _) => Agreement::Yes(death),
                (_, Agreement::Yes(birth)) => Agreement::Yes(birth.saturating_sub(20)),
                (Agreement::Unknown, Agreement::Unknown) => Agreement::Unknown,
                _ => Agreement::No,
            },
        }
    }

    fn with(self, years: Years) -> Agreement {
        if years.is_unknown() {
            return Agreement::Unknown;
        }
        let gap = if years.from > self.to {
            i32::from(years.from) - i32::from(self.to)
        } else {
            (i32::from(self.from) - i32::from(years.to)).max(0)
        };
        match gap {
            0 if years.from >= self.from && years.to <= self.to => Agreement::Yes(1000),
            0 => Agreement::Yes(900),
            1 => Agreement::Yes(700),
            2 => Agreement::Yes(600),
            _ => Agreement::No,
        }
    }
}

/// The years in a piece of figures: `1985`, `12.05.1985`, `1985-05-12`, `1912-1985`, `-1985`, `1912-`,
/// `198?`, `19??`. Years outside 1000 to 2199 are no years.
pub(super) fn parse_years(figures: &str) -> Vec<YearWord> {
    let mut groups: Vec<&str> = figures
        .split(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '?' | 'x' | 'X' | '*'))
        .filter(|group| !group.is_empty())
        .collect();
    let lone = groups.len() == 1;
    groups.truncate(8);
    let mut years: Vec<YearWord> = groups.into_iter().filter_map(year).take(2).collect();
    match years.as_mut_slice() {
        [only] if lone && figures.starts_with('-') => only.event = Some(Event::Death),
        [only] if lone && figures.ends_with(['-', '–']) => only.event = Some(Event::Birth),
        [first, second] if first.from <= second.from => {
            first.event = Some(Event::Birth);
            second.event = Some(Event::Death);
        }
        _ => {}
    }
    years
}

/// Four figures, the last one or two of which may be a question mark.
fn year(group: &str) -> Option<YearWord> {
    if group.len() != 4 {
        return None;
    }
    let known = group.trim_end_matches(['?', 'x', 'X', '*']);
    let figures: i16 = known.parse().ok()?;
    let (from, to) = match known.len() {
        4 => (figures, figures),
        3 => (figures * 10, figures * 10 + 9),
        2 => (figures * 100, figures * 100 + 99),
        _ => return None,
    };
    (1000..2200).contains(&from).then_some(YearWord { from, to, event: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_agrees_with_a_span() {
        let asked = YearWord { from: 1985, to: 1985, event: Some(Event::Death) };
        let known = |from, to| Years::from(YearSpan { from, to });
        let agreement = |years| asked.agreement(known(None, None), years);
        assert_eq!(agreement(known(Some(1985), Some(1985))), Agreement::Yes(1000));
        assert_eq!(agreement(known(Some(1980), Some(1989))), Agreement::Yes(900));
        assert_eq!(agreement(known(None, Some(1990))), Agreement::Yes(900));
        assert_eq!(agreement(known(Some(1984), Some(1984))), Agreement::Yes(700));
        assert_eq!(agreement(known(Some(1950), Some(1950))), Agreement::No);
        assert_eq!(agreement(known(None, None)), Agreement::Unknown);
    }
}
