//! Documents of an office as PDF that a screen reader can read (PDF/UA-1, ISO 14289-1): headings, paragraphs, facts, tables
//! and 2D codes, set on A4. Knows no database, no HTTP and no texts.
//!
//! A document is a list of blocks ([`Block`]); [`Paper::write`] sets them and writes the file. Lines are broken by the widths of
//! the font, a row of a table is never cut in two, and the head of a table is repeated on each of its pages.

mod lay;
mod write;

use ttf_parser::Face;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file is no TrueType font.
    #[error("the font cannot be read: {0}")]
    Font(&'static str),
    /// The library refused the document.
    #[error("the document cannot be written: {0}")]
    Document(String),
    /// More pages than anybody prints.
    #[error("the document would have more than {MOST_PAGES} pages")]
    TooLong,
}

/// Most pages of one document.
pub const MOST_PAGES: usize = 500;

/// One face of a font.
#[derive(Clone)]
struct Cut {
    font: krilla::text::Font,
    /// The file, for the widths of its letters.
    data: std::sync::Arc<Vec<u8>>,
}

impl std::fmt::Debug for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cut").finish_non_exhaustive()
    }
}

/// The font, in two weights. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Fonts {
    regular: Cut,
    bold: Cut,
}

impl Fonts {
    /// Takes two TrueType files.
    ///
    /// # Errors
    /// When one of them is no TrueType font.
    pub fn read(regular: Vec<u8>, bold: Vec<u8>) -> Result<Self, Fault> {
        Ok(Self { regular: Cut::read(regular, "regular")?, bold: Cut::read(bold, "bold")? })
    }
}

impl Cut {
    fn read(data: Vec<u8>, name: &'static str) -> Result<Self, Fault> {
        let data = std::sync::Arc::new(data);
        Face::parse(&data, 0).map_err(|_| Fault::Font(name))?;
        let font = krilla::text::Font::new(data.clone().into(), 0).ok_or(Fault::Font(name))?;
        Ok(Self { font, data })
    }
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading within the document.
    Heading(String),
    /// A paragraph; `\n` begins a new line.
    Text(String),
    /// A paragraph in small letters.
    Small(String),
    /// A line in large letters, such as a code that is to be copied by hand.
    Large(String),
    /// Names and their values, each a row; a value may have several lines.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A 2D code.
    Code(Code),
    /// What follows begins on a new page.
    NewPage,
    /// What follows is a letter of its own in the same file, with this title: on a new page, and pages are counted anew.
    Letter(String),
}

/// A table with a head.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with as many cells as there are columns; what is missing is empty.
    pub rows: Vec<Vec<String>>,
    /// A last row in bold letters.
    pub total: Option<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Its share of the width, beside the others'.
    pub share: f32,
    /// Numbers and amounts end at the right.
    pub right: bool,
}

/// A 2D code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Modules in a row.
    pub width: usize,
    /// Dark modules, row by row.
    pub dark: Vec<bool>,
    /// What it is, for whoever does not see it.
    pub alt: String,
    /// What stands below it.
    pub caption: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// Its title: the first heading, and the file's.
    pub title: String,
    /// BCP 47.
    pub lang: String,
    /// Who issues it; stands at the head and at the foot of each page.
    pub issuer: String,
    /// "Page {1} of {2}" in the document's language: what stands before, between and behind the numbers.
    pub page_words: [String; 3],
    /// What it says.
    pub blocks: Vec<Block>,
}

impl Paper {
    /// The document as PDF.
    ///
    /// # Errors
    /// When it is too long, or when the library refuses it.
    pub fn write(&self, fonts: &Fonts) -> Result<Vec<u8>, Fault> {
        let laid = lay::lay(self, fonts)?;
        write::write(self, fonts, &laid)
    }
}
