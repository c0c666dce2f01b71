//! A filter in CQL2 as somebody asks it.

use std::sync::Arc;

use cql2::{CompileOptions, Expr, Message, Queryables, Sql};

use crate::kernel::{Crs, Lang, ParamError, Params};

/// A filter in CQL2, read and checked against what the reader may ask.
#[derive(Debug, Clone)]
pub struct Condition {
    sql: Sql,
    text: Arc<str>,
    crs: Crs,
}

impl Condition {
    /// Reads CQL2 of either encoding: JSON where `lang` says so or where it begins like JSON. Geometries are in `crs`.
    ///
    /// # Errors
    /// What is wrong and where, in both languages.
    pub fn read(text: &str, json: bool, crs: Crs, queryables: &Queryables) -> Result<Self, Message> {
        let read =
            if json || text.trim_start().starts_with('{') { cql2::parse_json } else { cql2::parse_text };
        let tree = read(text).map_err(|error| error.message())?;
        Self::of(&tree, crs, queryables)
    }

    /// Checks a filter that is read.
    ///
    /// # Errors
    /// What is wrong, in both languages.
    pub fn of(tree: &Expr, crs: Crs, queryables: &Queryables) -> Result<Self, Message> {
        let options = CompileOptions {
            alias: "a",
            srid: crs.srid(),
            north_first: crs.north_first(),
            domain: crs.domain(),
        };
        let sql = cql2::compile(tree, queryables, &options).map_err(|error| error.detail)?;
        Ok(Self { sql, text: tree.to_text().into(), crs })
    }

    /// The filter as CQL2 text in its one usual form; its geometries are in [`Self::crs`].
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The system of its geometries.
    #[must_use]
    pub fn crs(&self) -> Crs {
        self.crs
    }

    /// The condition of SQL.
    #[must_use]
    pub fn sql(&self) -> &Sql {
        &self.sql
    }

    /// Whether it may say something else tomorrow about things that did not change.
    #[must_use]
    pub fn follows_the_clock(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        text.contains("now(") || text.contains("today(")
    }
}

/// A message about a filter as a sentence for a page.
#[must_use]
pub fn sentence(message: Message, lang: Lang) -> String {
    let text = match lang {
        Lang::Pl => message.pl,
        Lang::En => message.en,
    };
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// Takes `filter`, `filter-lang` and `filter-crs` (OGC API Features Part 3).
///
/// # Errors
/// Names the parameter, what is wrong with it and where.
pub fn asked_condition(
    params: &mut Params,
    queryables: &Queryables,
) -> Result<Option<Condition>, ParamError> {
    let json = match params.text("filter-lang").as_deref() {
        None | Some("cql2-text") => false,
        Some("cql2-json") => true,
        Some(_) => return Err(ParamError::new("filter-lang", "must be cql2-text or cql2-json")),
    };
    let crs = params.text("filter-crs").map_or(Ok(Crs::Crs84), |text| {
        Crs::parse(&text).ok_or_else(|| {
            ParamError::new("filter-crs", "is not one of the systems that the collection names in crs")
        })
    })?;
    params
        .text("filter")
        .map(|text| Condition::read(&text, json, crs, queryables))
        .transpose()
        .map_err(|message| ParamError::new("filter", message.en))
}
