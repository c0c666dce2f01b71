//! The tree that both encodings share.

use crate::geometry::Geometry;

/// A part of a filter; a filter is a part that is true or false.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All are true; two or more.
    And(Vec<Expr>),
    /// One is true; two or more.
    Or(Vec<Expr>),
    /// Not true.
    Not(Box<Expr>),
    /// Two values compared.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// A text matches a pattern with `%` and `_`.
    Like(Box<Expr>, Box<Expr>),
    /// A number lies between two others, ends included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A value is one of a list.
    In(Box<Expr>, Vec<Expr>),
    /// A value is unknown.
    IsNull(Box<Expr>),
    /// Two geometries stand in a relation.
    Spatial(SpatialOp, Box<Expr>, Box<Expr>),
    /// Two times stand in a relation.
    Temporal(TemporalOp, Box<Expr>, Box<Expr>),
    /// Two lists stand in a relation.
    Array(ArrayOp, Box<Expr>, Box<Expr>),
    /// Two numbers reckoned.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// A text without difference of capital and small letters.
    Casei(Box<Expr>),
    /// A text without accents.
    Accenti(Box<Expr>),
    /// A function by its name.
    Function(String, Vec<Expr>),
    /// A property by its name.
    Property(String),
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// True or false.
    Bool(bool),
    /// A day, `YYYY-MM-DD`.
    Date(String),
    /// An instant in UTC, `YYYY-MM-DDThh:mm:ss[.f]Z`, without zeros at the end of a fraction.
    Timestamp(String),
    /// From one time to another; `None` for an end that is open.
    Interval(Option<Box<Expr>>, Option<Box<Expr>>),
    /// A list, only as an operand of [`Expr::Array`].
    List(Vec<Expr>),
    /// A geometry.
    Geometry(Geometry),
    /// A box of four numbers, or six with heights.
    Bbox(Vec<Number>),
}

/// A number as it was written: whole, or with a fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Without point or exponent.
    Integer(i64),
    /// With them, or too large for the other; always finite.
    Decimal(f64),
}

impl Number {
    /// As a floating-point number.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Decimal(number) => number,
        }
    }

    /// As CQL2 text, JSON and SQL alike write it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => format!("{number:?}"),
        }
    }
}

/// An enumeration whose members have a name in JSON; in text the same name stands in capitals.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$member_doc])* $member,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$member,)*];

            /// The name in JSON.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$member => $text,)* }
            }

            /// By its name; capitals and small letters are the same.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

named! {
    /// How two values are compared.
    Comparison {
        /// Equal.
        Equal = "=",
        /// Not equal.
        NotEqual = "<>",
        /// Less.
        Less = "<",
        /// Greater.
        Greater = ">",
        /// Less or equal.
        LessOrEqual = "<=",
        /// Greater or equal.
        GreaterOrEqual = ">=",
    }
}

named! {
    /// How two numbers are reckoned.
    Arithmetic {
        /// Sum.
        Plus = "+",
        /// Difference.
        Minus = "-",
        /// Product.
        Times = "*",
        /// Quotient with a fraction.
        Divide = "/",
        /// Remainder.
        Modulo = "%",
        /// Whole part of the quotient.
        Div = "div",
        /// Power.
        Power = "^",
    }
}

named! {
    /// How two geometries relate (OGC 06-103r4).
    SpatialOp {
        /// Common points.
        Intersects = "s_intersects",
        /// The same points.
        Equals = "s_equals",
        /// No common points.
        Disjoint = "s_disjoint",
        /// Common edges, but not insides.
        Touches = "s_touches",
        /// The first lies in the second.
        Within = "s_within",
        /// Of the same dimension, each has a part outside the other.
        Overlaps = "s_overlaps",
        /// They cross.
        Crosses = "s_crosses",
        /// The second lies in the first.
        Contains = "s_contains",
    }
}

named! {
    /// How two times relate (J. F. Allen's relations, and four for instants too).
    TemporalOp {
        /// After.
        After = "t_after",
        /// Before.
        Before = "t_before",
        /// Begins before and ends after.
        Contains = "t_contains",
        /// Nothing in common.
        Disjoint = "t_disjoint",
        /// Begins after and ends before.
        During = "t_during",
        /// The same.
        Equals = "t_equals",
        /// Begins before, ends together.
        FinishedBy = "t_finishedBy",
        /// Begins after, ends together.
        Finishes = "t_finishes",
        /// Something in common.
        Intersects = "t_intersects",
        /// Ends where the other begins.
        Meets = "t_meets",
        /// Begins where the other ends.
        MetBy = "t_metBy",
        /// Begins within the other, ends after it.
        OverlappedBy = "t_overlappedBy",
        /// Begins before the other, ends within it.
        Overlaps = "t_overlaps",
        /// Begin together, ends after.
        StartedBy = "t_startedBy",
        /// Begin together, ends before.
        Starts = "t_starts",
    }
}

named! {
    /// How two lists, taken as sets, relate.
    ArrayOp {
        /// All of the first are in the second.
        ContainedBy = "a_containedBy",
        /// All of the second are in the first.
        Contains = "a_contains",
        /// The same.
        Equals = "a_equals",
        /// Something in common.
        Overlaps = "a_overlaps",
    }
}

/// Words that are no names of properties unless quoted, and of no functions at all.
const RESERVED: [&str; 12] =
    ["and", "or", "not", "like", "between", "in", "is", "null", "true", "false", "div", "empty"];

/// Words that mean something of their own before a parenthesis.
const CONSTRUCTORS: [&str; 13] = [
    "casei",
    "accenti",
    "date",
    "timestamp",
    "interval",
    "bbox",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];

pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Whether a function of this name would be read as something else, or not at all.
pub(crate) fn is_taken(name: &str) -> bool {
    is_reserved(name)
        || CONSTRUCTORS.iter().any(|word| word.eq_ignore_ascii_case(name))
        || SpatialOp::named(name).is_some()
        || TemporalOp::named(name).is_some()
        || ArrayOp::named(name).is_some()
}

/// Whether a character may begin a name (rule `identifierStart`).
pub(crate) fn begins_name(c: char) -> bool {
    matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1ffe}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// Whether a character may go on a name (rule `identifierPart`).
pub(crate) fn continues_name(c: char) -> bool {
    begins_name(c) || matches!(c, '.' | '0'..='9' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether a name can stand without quotes.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name) && !is_reserved(name)
}
