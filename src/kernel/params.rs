//! Query parameters, read strictly: what nobody asked for is an error, not silence.

use std::str::FromStr;

/// What is wrong with one parameter. Shown to whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parameter {name}: {why}")]
pub struct ParamError {
    /// The parameter's name as sent.
    pub name: String,
    /// What is expected, in plain words.
    pub why: String,
}

impl ParamError {
    /// An error about one parameter.
    pub fn new(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self { name: name.into(), why: why.into() }
    }
}

/// The parameters of one request, taken out one by one; [`Params::finish`] refuses what is left.
#[derive(Debug)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Wraps decoded pairs, refusing a name that comes twice.
    ///
    /// # Errors
    /// The first repeated parameter.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, ParamError> {
        for (i, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(i).any(|(other, _)| other == name) {
                return Err(ParamError::new(name, "is given more than once"));
            }
        }
        Ok(Self { pairs })
    }

    /// Takes a parameter as text; an empty value counts as absent.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(key, _)| key == name)?;
        Some(self.pairs.swap_remove(at).1).filter(|value| !value.is_empty())
    }

    /// A parameter with its name, left in its place.
    #[must_use]
    pub fn peek(&self, name: &str) -> Option<(String, String)> {
        self.pairs.iter().find(|(key, value)| key == name && !value.is_empty()).cloned()
    }

    /// Takes a parameter and reads it with `FromStr`.
    ///
    /// # Errors
    /// Says what was `expected` when the text cannot be read.
    pub fn parse<T: FromStr>(&mut self, name: &str, expected: &str) -> Result<Option<T>, ParamError> {
        self.text(name)
            .map(|text| text.trim().parse().map_err(|_| ParamError::new(name, format!("must be {expected}"))))
            .transpose()
    }

    /// Takes all that is left, for attribute filters.
    pub fn rest(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.pairs)
    }

    /// Refuses parameters that nobody took (OGC API Features, requirement on unknown parameters).
    ///
    /// # Errors
    /// The first unknown parameter.
    pub fn finish(self) -> Result<(), ParamError> {
        match self.pairs.into_iter().next() {
            Some((name, _)) => Err(ParamError::new(name, "is not known here")),
            None => Ok(()),
        }
    }
}
