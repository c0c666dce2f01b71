//! Patterns of file and layer names: `sektor{sector}.csv`.

/// A pattern, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// These characters, small letters.
    Literal(String),
    /// Any characters, also none.
    Any,
    /// At least one character, kept under a name.
    Kept(String),
}

/// What the pieces with a name stand for.
pub(super) type Captures = Vec<(String, String)>;

impl Pattern {
    /// Compiles; `Err` says what is wrong.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter != '*' && letter != '{' {
                literal.extend(letter.to_lowercase());
                continue;
            }
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            if letter == '*' {
                pieces.push(Piece::Any);
                continue;
            }
            let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                return Err(format!("{text:?}: a name of letters must stand between the braces"));
            }
            pieces.push(Piece::Kept(name));
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if pieces.len() > 20 {
            return Err(format!("{text:?}: too many stars and braces"));
        }
        Ok(Self { pieces })
    }

    /// Number of characters that the pattern prescribes: the more, the more exact it is.
    pub(super) fn exactness(&self) -> usize {
        let literal = |piece: &Piece| match piece {
            Piece::Literal(text) => text.chars().count(),
            Piece::Any | Piece::Kept(_) => 0,
        };
        self.pieces.iter().map(literal).sum()
    }

    /// What the named pieces stand for in `name`; `None` where it does not fit. Case does not matter.
    pub(super) fn captures(&self, name: &str) -> Option<Captures> {
        let name: Vec<char> = name.chars().take(1_000).collect();
        let small: Vec<char> =
            name.iter().map(|letter| letter.to_lowercase().next().unwrap_or(*letter)).collect();
        let mut ends = Vec::new();
        fits(&self.pieces, &small, 0, &mut ends).then(|| {
            let kept = self.pieces.iter().zip(ends.iter().rev());
            kept.filter_map(|(piece, (from, to))| match piece {
                Piece::Kept(key) => Some((key.clone(), name.get(*from..*to)?.iter().collect())),
                Piece::Literal(_) | Piece::Any => None,
            })
            .collect()
        })
    }
}

/// Whether `pieces` fit `name` from `at` on; pushes the ranges of the pieces, the last one first.
fn fits(pieces: &[Piece], name: &[char], at: usize, ranges: &mut Vec<(usize, usize)>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return at == name.len() };
    let tried = match first {
        Piece::Literal(text) => {
            let length = text.chars().count();
            let here = name.get(at..at + length).is_some_and(|here| here.iter().copied().eq(text.chars()));
            if !here {
                return false;
            }
            at + length..=at + length
        }
        Piece::Any => at..=name.len(),
        Piece::Kept(_) => at + 1..=name.len(),
    };
    for to in tried {
        if fits(rest, name, to, ranges) {
            ranges.push((at, to));
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(pattern: &str, name: &str) -> Option<Captures> {
        Pattern::new(pattern).unwrap().captures(name)
    }

    #[test]
    fn names() {
        assert_eq!(
            captures("sektor{sector}.csv", "Sektor12.CSV"),
            Some(vec![("sector".into(), "12".into())])
        );
        assert_eq!(captures("sektor{sector}.csv", "sektor.csv"), None);
        assert_eq!(captures("*", "anything"), Some(Vec::new()));
        assert_eq!(captures("*.csv", "a.csv.gz"), None);
        assert!(Pattern::new("a{}").is_err());
    }

    #[test]
    fn the_more_exact() {
        let exactness = |text| Pattern::new(text).unwrap().exactness();
        assert!(exactness("sektor{s}zmarli.csv") > exactness("sektor{s}.csv"));
    }
}
