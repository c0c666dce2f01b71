//! The tree as bound SQL for PostgreSQL with PostGIS.
//!
//! Names come from the allowed [`Queryables`], all else that a filter says becomes a [`Bind`]. Logic has three values, as
//! SQL's: a comparison with what is unknown is unknown, and so is its negation.

mod array;
mod condition;
mod function;
mod spatial;
mod sql;
mod temporal;
mod value;

use std::collections::BTreeMap;

pub use function::names as function_names;
pub use sql::{Bind, Sql};

use crate::{
    fault::{CompileError, shown},
    tree::Expr,
};
use sql::Fragment;

/// What a property or a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Text,
    /// A number, exact, with or without a fraction.
    Number,
    /// A whole number of a column.
    Integer,
    /// True or false.
    Bool,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A UUID.
    Id,
    /// A geometry in EPSG:4326.
    Geometry,
    /// A list, as JSON.
    List,
}

impl Type {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("tekst", "a text"),
            Self::Number => ("liczba", "a number"),
            Self::Integer => ("liczba całkowita", "a whole number"),
            Self::Bool => ("prawda lub fałsz", "true or false"),
            Self::Date => ("data", "a date"),
            Self::Instant => ("chwila", "an instant"),
            Self::Id => ("identyfikator UUID", "a UUID"),
            Self::Geometry => ("geometria", "a geometry"),
            Self::List => ("lista", "a list"),
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }

    fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Instant)
    }
}

/// Where a property is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column of the table; must have the type that [`Type`] names.
    Column(&'static str),
    /// A key of the table's column `attributes` (jsonb). Values of another type than the key's count as unknown.
    Attribute(String),
}

/// A property that may be used in filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queryable {
    /// Where it is stored.
    pub source: Source,
    /// What it is.
    pub kind: Type,
}

impl Queryable {
    /// The SQL expression of its value; `alias` names the table.
    #[must_use]
    pub fn sql(&self, alias: &str) -> String {
        let key = match &self.source {
            Source::Column(column) => return format!("{alias}.{column}"),
            Source::Attribute(key) => sql::literal(key),
        };
        let typed = |name: &str, value: String| {
            format!("(case jsonb_typeof({alias}.attributes -> {key}) when '{name}' then {value} end)")
        };
        let text = format!("({alias}.attributes ->> {key})");
        match self.kind {
            Type::Number | Type::Integer => typed("number", format!("{text}::numeric")),
            Type::Bool => typed("boolean", format!("{text}::boolean")),
            Type::List => typed("array", format!("{alias}.attributes -> {key}")),
            Type::Date => format!("cql2_date({text})"),
            _ => text,
        }
    }

    /// What the expression is for SQL: numbers of attributes are never `bigint`.
    fn sql_type(&self) -> Type {
        match (&self.source, self.kind) {
            (Source::Attribute(_), Type::Integer) => Type::Number,
            (Source::Attribute(_), Type::Id | Type::Instant | Type::Geometry) => Type::Text,
            (_, kind) => kind,
        }
    }
}

/// The properties that a filter may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queryables(BTreeMap<String, Queryable>);

impl Queryables {
    /// Allows a property.
    pub fn add(&mut self, name: impl Into<String>, source: Source, kind: Type) {
        self.0.insert(name.into(), Queryable { source, kind });
    }

    /// A property by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Queryable> {
        self.0.get(name)
    }

    /// All names, in the order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// How geometries are meant, and how the table is called.
#[derive(Debug, Clone, Copy)]
pub struct CompileOptions {
    /// The name of the table in the statement.
    pub alias: &'static str,
    /// EPSG code of the filter's geometries.
    pub srid: i32,
    /// Whether their first axis points north.
    pub north_first: bool,
    /// What coordinates they may have: least and greatest easting (or longitude) and northing, as west, south, east,
    /// north.
    pub domain: [f64; 4],
}

impl Default for CompileOptions {
    /// CRS84 and a table called `a`.
    fn default() -> Self {
        Self { alias: "a", srid: 4326, north_first: false, domain: [-180.0, -90.0, 180.0, 90.0] }
    }
}

/// Makes SQL of a filter.
///
/// # Errors
/// [`CompileError`] for a property or function that is not known, for values of the wrong type, for coordinates outside
/// the reference system, and for what is no condition at all.
pub fn compile(expr: &Expr, queryables: &Queryables, options: &CompileOptions) -> Result<Sql, CompileError> {
    let mut compiler = Compiler { queryables, options, binds: Vec::new() };
    let condition = compiler.condition(expr, true)?;
    Ok(Sql::new(condition, compiler.binds))
}

struct Compiler<'a> {
    queryables: &'a Queryables,
    options: &'a CompileOptions,
    binds: Vec<Bind>,
}

/// A value with its type.
struct Typed {
    kind: Type,
    sql: Fragment,
}

type Compiled<T> = Result<T, CompileError>;

impl Compiler<'_> {
    /// Adds a value and returns its place, cast to a type of SQL.
    fn bind(&mut self, value: Bind, cast: &str) -> Fragment {
        self.binds.push(value);
        let mut sql = Fragment::bind(self.binds.len() - 1);
        sql.push_text("::");
        sql.push_text(cast);
        sql
    }

    fn queryable(&self, name: &str) -> Compiled<&Queryable> {
        self.queryables.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.queryables.names().collect();
            let known = known.join(", ");
            let name = shown(name);
            CompileError::new(
                format!("nie ma tu właściwości „{name}”; są: {known}"),
                format!("there is no property {name:?} here; there are: {known}"),
            )
        })
    }
}

/// A part of a filter as a message names it.
fn named(expr: &Expr) -> (String, String) {
    let same = |text: String| (text.clone(), text);
    match expr {
        Expr::Property(name) => same(format!("\"{}\"", shown(name))),
        Expr::Function(name, _) => same(format!("{}(…)", shown(name))),
        other => same(shown(&other.to_text())),
    }
}

/// An error that a part has another type than is needed there.
fn mismatch(expr: &Expr, kind: Type, pl: &str, en: &str) -> CompileError {
    let (named_pl, named_en) = named(expr);
    let (kind_pl, kind_en) = kind.words();
    CompileError::new(
        format!("{named_pl} to {kind_pl}, a potrzeba: {pl}"),
        format!("{named_en} is {kind_en}, but what is needed is {en}"),
    )
}
