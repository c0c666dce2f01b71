//! Pages of what is owed. They are sheets: facts, tables and forms one below the other, as a file in an office is; what a
//! sheet holds is made by the slice.

use askama::Template;

use super::{Chip, Choice, Fact, FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, chart::Chart},
};

/// A box before a row, by which it is chosen in a form.
#[derive(Debug, Clone)]
pub struct Pick {
    /// Name of its field.
    pub name: &'static str,
    /// What it sends.
    pub value: String,
    /// Whether it is chosen already.
    pub checked: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What is read.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Below it, in small letters.
    pub small: Option<String>,
    /// A state beside it.
    pub chip: Option<Chip>,
    /// Whether it is a number, which stands at the right.
    pub number: bool,
    /// A box by which its row is chosen.
    pub pick: Option<Pick>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A number.
    pub fn number(text: impl Into<String>) -> Self {
        Self { number: true, ..Self::text(text) }
    }

    /// A link.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::text(text) }
    }

    /// Words with a box by which the row is chosen.
    pub fn pick(
        name: &'static str,
        value: impl Into<String>,
        checked: bool,
        text: impl Into<String>,
    ) -> Self {
        Self { pick: Some(Pick { name, value: value.into(), checked }), ..Self::text(text) }
    }

    /// The same with small words below.
    #[must_use]
    pub fn below(self, small: impl Into<String>) -> Self {
        Self { small: Some(small.into()), ..self }
    }

    /// The same with a state.
    #[must_use]
    pub fn chip(self, chip: Chip) -> Self {
        Self { chip: Some(chip), ..self }
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Names of its columns, and whether they are of numbers.
    pub head: Vec<(String, bool)>,
    /// Rows; the first cell is the row's head.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// What a column is called: on a phone each value says it.
    pub(super) fn title_of(&self, column: &usize) -> &str {
        self.head.get(*column).map_or("", |(name, _)| name)
    }
}

/// A line of a chart that is a table as well.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// Below it, in small letters; empty for nothing.
    pub small: String,
    /// How many, or between what.
    pub value: String,
    /// "12,5 %"; empty where there is none.
    pub share: String,
    /// How long it surely is, of a hundred.
    pub sure: u32,
    /// How much longer it may be.
    pub more: u32,
}

/// A chart whose bars lie in the rows of the table that says the same.
#[derive(Debug, Clone)]
pub struct Bars {
    /// What it shows.
    pub caption: String,
    /// What its columns are called: what, how many, which share.
    pub head: [String; 3],
    /// Its lines.
    pub lines: Vec<Bar>,
}

/// A map of things in the colours of their groups; something beside it says the same.
#[derive(Debug, Clone)]
pub struct MapBlock {
    /// Where its things are asked for.
    pub items: String,
    /// What it shows.
    pub label: String,
    /// Its things are squares with a number of people in each, which can be drawn in other ways too.
    pub crowd: Option<CrowdLook>,
}

/// Squares with numbers, which a map draws as squares, as heat, or as circles that join.
#[derive(Debug, Clone)]
pub struct CrowdLook {
    /// Tells this choice of ways from that of other maps of the page.
    pub name: String,
    /// Width of the squares in metres.
    pub width_m: u32,
    /// Classes of numbers, from 1 (few) to 5 (many), with the numbers that they hold.
    pub classes: Vec<(u64, String)>,
}

/// One thing of a list.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Its page.
    pub href: Option<String>,
    /// Its name.
    pub title: String,
    /// More about it.
    pub text: String,
    /// An amount or the like.
    pub value: String,
    /// States.
    pub chips: Vec<Chip>,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub enum Field {
    /// One line; the last text are more attributes of the input.
    Line(&'static str, String, String, String, &'static str),
    /// Several lines.
    Area(&'static str, String, String, String),
    /// Many lines: how many rows are seen, and how many characters it takes.
    Text(&'static str, String, String, String, u32, u32),
    /// One of several.
    Choice(&'static str, String, Vec<Choice>),
    /// Yes or no.
    Check(&'static str, String, bool),
    /// Some of several; each sends its own name, made of this one and its value.
    Checks(&'static str, String, Vec<Choice>),
    /// Rows that are chosen by the boxes in them.
    Rows(&'static str, Table),
    /// Nothing to see.
    Hidden(&'static str, String),
}

/// A form.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Whether it only asks.
    pub asks: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What its button says.
    pub button: String,
    /// Whether the button is the page's first one.
    pub first: bool,
}

impl Form {
    /// Whether it needs the whole width.
    pub(super) fn is_wide(&self) -> bool {
        self.fields.iter().any(|field| matches!(field, Field::Rows(..)))
    }
}

/// A part of a sheet.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// Words.
    Text(String),
    /// Words that matter.
    Notice(String),
    /// Facts.
    Facts(Vec<Fact>),
    /// A few large figures: what it is, how much, and more about it.
    Figures(Vec<Item>),
    /// A table.
    Table(Table),
    /// A table that is opened first.
    Folded(String, Table),
    /// Things one below the other.
    Items(Vec<Item>),
    /// Nothing, in words.
    Empty(String),
    /// Links.
    Links(Vec<Link>),
    /// A form.
    Form(Form),
    /// A chart; a table beside it says the same.
    Chart(Chart),
    /// A chart in a table.
    Bars(Bars),
    /// A map.
    Map(MapBlock),
}

/// What all sheets have.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Above the title.
    pub caption: Option<String>,
    /// The title.
    pub title: String,
    /// Below it.
    pub lead: Option<String>,
    /// Back to where it came from.
    pub back: Option<Link>,
    /// What was done.
    pub notice: Option<String>,
    /// What is wrong with a form.
    pub faults: Vec<FieldFault>,
    /// The parts.
    pub blocks: Vec<Block>,
}

impl Sheet {
    /// A sheet of a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            caption: None,
            title: title.into(),
            lead: None,
            back: None,
            notice: None,
            faults: Vec::new(),
            blocks: Vec::new(),
        }
    }

    pub(super) fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }
}

/// `/account/dues` and below
#[derive(Debug, Clone, Template)]
#[template(path = "dues/own.html")]
pub struct OwnDuesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

/// `/desk/dues` and below
#[derive(Debug, Clone, Template)]
#[template(path = "dues/desk.html")]
pub struct DeskDuesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

/// A printed transfer form.
#[derive(Debug, Clone, Template)]
#[template(path = "dues/transfer.html")]
pub struct TransferPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Heading.
    pub title: String,
    /// What is to be done with it.
    pub lead: String,
    /// Back to what is paid.
    pub back: Link,
    /// The same as a document.
    pub pdf: String,
    /// The forms.
    pub slips: Vec<SlipView>,
}

/// One transfer form.
#[derive(Debug, Clone)]
pub struct SlipView {
    /// Lines of whoever gets it.
    pub recipient: Vec<String>,
    /// The account in groups of digits.
    pub account: String,
    /// "1 017,00".
    pub amount: String,
    /// In Polish words.
    pub amount_in_words: String,
    /// Lines of whoever pays.
    pub sender: Vec<String>,
    /// Lines of the title.
    pub title: Vec<String>,
    /// Titles of what it pays.
    pub what: Vec<String>,
    /// Until when the amount holds.
    pub holds: String,
    /// The 2D code, drawn as SVG from numbers only; `None` where it cannot hold the data.
    pub code: Option<String>,
}
