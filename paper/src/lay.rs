//! Where everything stands: blocks → pages of lines, rules and codes, and the tree of what they mean. No PDF yet.

use std::{cell::RefCell, collections::HashMap};

use ttf_parser::Face;

use crate::{Block, Code, Column, Fault, Fonts, MOST_PAGES, Paper, Table};

/// A4 in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// Two centimetres.
pub(crate) const MARGIN: f32 = 56.7;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// What stands at the foot needs this much.
const FOOT: f32 = 24.0;
const BOTTOM: f32 = PAGE.1 - MARGIN - FOOT;

/// Letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Letters {
    pub(crate) size: f32,
    pub(crate) bold: bool,
}

const BODY: Letters = Letters { size: 10.5, bold: false };
const STRONG: Letters = Letters { size: 10.5, bold: true };
const SMALL: Letters = Letters { size: 8.5, bold: false };
const TITLE: Letters = Letters { size: 20.0, bold: true };
const HEADING: Letters = Letters { size: 13.0, bold: true };
const LARGE: Letters = Letters { size: 28.0, bold: true };

impl Letters {
    fn leading(self) -> f32 {
        self.size * 1.35
    }
}

/// What is drawn.
#[derive(Debug)]
pub(crate) enum Mark {
    /// A line of text: left end of its base line.
    Line { x: f32, y: f32, letters: Letters, text: String },
    /// A thin rule over the width.
    Rule { y: f32, grey: u8 },
    /// A code: upper left corner and side.
    Code { x: f32, y: f32, side: f32, width: usize, dark: Vec<bool> },
}

/// A mark and what it belongs to: a leaf of the tree, or nothing when it is only looks.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) mark: Mark,
    pub(crate) node: Option<usize>,
}

/// What a part of the document is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sense {
    Title(String),
    Heading(String),
    Paragraph,
    Table,
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure(String),
    Caption,
}

/// A node of the tree.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) sense: Sense,
    pub(crate) children: Vec<usize>,
}

/// A document that is set.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub(crate) pages: Vec<Vec<Put>>,
    pub(crate) nodes: Vec<Node>,
    /// Nodes under the root, in reading order.
    pub(crate) top: Vec<usize>,
    /// Headings with their page and height, for the outline.
    pub(crate) headings: Vec<(String, usize, f32)>,
    /// Pages on which letters begin.
    starts: Vec<usize>,
}

/// What stands in one cell of a row: left edge, width, whether it ends at the right; its lines, and whose they are.
struct Cell {
    place: (f32, f32, bool),
    letters: Letters,
    lines: Vec<String>,
    node: Option<usize>,
}

struct Setter<'a> {
    laid: Laid,
    y: f32,
    faces: [Face<'a>; 2],
    /// Widths that were looked up, in parts of an em; none where the font has no such letter.
    widths: [RefCell<HashMap<char, Option<f32>>>; 2],
}

/// Characters that no font has a shape for become what stands for them.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => ' ',
            '\u{2011}' => '-',
            '\u{2212}' => '–',
            c => c,
        })
        .filter(|c| !c.is_control())
        .collect()
}

impl Setter<'_> {
    /// How wide a letter is, in parts of an em.
    fn em(&self, c: char, bold: bool) -> Option<f32> {
        let cut = usize::from(bold);
        *self.widths[cut].borrow_mut().entry(c).or_insert_with(|| {
            let face = &self.faces[cut];
            let advance = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph))?;
            Some(f32::from(advance) / f32::from(face.units_per_em()))
        })
    }

    /// A text of letters that the font has.
    fn sayable(&self, text: &str, letters: Letters) -> String {
        plain(text).chars().map(|c| if self.em(c, letters.bold).is_some() { c } else { '?' }).collect()
    }

    fn width(&self, text: &str, letters: Letters) -> f32 {
        text.chars().filter_map(|c| self.em(c, letters.bold)).sum::<f32>() * letters.size
    }

    /// A text in lines of at most a width; words that are longer than a line are cut.
    fn lines(&self, text: &str, letters: Letters, width: f32) -> Vec<String> {
        let space = self.width(" ", letters);
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let (mut line, mut filled) = (String::new(), 0.0);
            for word in self.sayable(paragraph, letters).split(' ').filter(|word| !word.is_empty()) {
                let needs = self.width(word, letters);
                if !line.is_empty() && filled + space + needs <= width {
                    line.push(' ');
                    line.push_str(word);
                    filled += space + needs;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                filled = 0.0;
                for c in word.chars() {
                    let wide = self.em(c, letters.bold).unwrap_or_default() * letters.size;
                    if filled + wide > width && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        filled = 0.0;
                    }
                    line.push(c);
                    filled += wide;
                }
            }
            lines.push(line);
        }
        lines
    }

    fn node(&mut self, sense: Sense, parent: Option<usize>) -> usize {
        let id = self.laid.nodes.len();
        self.laid.nodes.push(Node { sense, children: Vec::new() });
        match parent {
            Some(parent) => self.laid.nodes[parent].children.push(id),
            None => self.laid.top.push(id),
        }
        id
    }

    fn new_page(&mut self) -> Result<(), Fault> {
        if self.laid.pages.len() == MOST_PAGES {
            return Err(Fault::TooLong);
        }
        self.laid.pages.push(Vec::new());
        self.y = MARGIN;
        Ok(())
    }

    /// Goes to a new page when less than this is left.
    fn need(&mut self, height: f32) -> Result<bool, Fault> {
        if self.laid.pages.is_empty() || (self.y + height > BOTTOM && self.y > MARGIN) {
            self.new_page()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn put(&mut self, mark: Mark, node: Option<usize>) {
        if let Some(page) = self.laid.pages.last_mut() {
            page.push(Put { mark, node });
        }
    }

    /// A line whose upper edge is given.
    fn line(&mut self, x: f32, top: f32, letters: Letters, text: String, node: Option<usize>) {
        if !text.is_empty() {
            self.put(Mark::Line { x, y: top + letters.size, letters, text }, node);
        }
    }

    fn paragraph(&mut self, text: &str, letters: Letters, sense: Sense, after: f32) -> Result<(), Fault> {
        let lines = self.lines(text, letters, WIDTH);
        let node = self.node(sense.clone(), None);
        // A heading is not left alone at the foot of a page.
        if matches!(sense, Sense::Heading(_)) {
            self.need(letters.leading() * 4.0)?;
            self.y += 6.0;
            let at = (self.sayable(text, letters), self.laid.pages.len() - 1, self.y);
            self.laid.headings.push(at);
        }
        for line in lines {
            self.need(letters.leading())?;
            self.line(MARGIN, self.y, letters, line, Some(node));
            self.y += letters.leading();
        }
        self.y += after;
        Ok(())
    }

    /// Begins a letter on a new page.
    fn begin(&mut self, issuer: &str, title: &str) -> Result<(), Fault> {
        self.new_page()?;
        let page = self.laid.pages.len() - 1;
        self.laid.starts.push(page);
        self.paragraph(issuer, BODY, Sense::Paragraph, 6.0)?;
        let at = (self.sayable(title, TITLE), page, self.y);
        self.laid.headings.push(at);
        self.paragraph(title, TITLE, Sense::Title(title.to_owned()), 10.0)
    }

    /// One row of cells.
    fn row(&mut self, cells: Vec<Cell>) {
        let mut height: f32 = 0.0;
        let top = self.y + 3.0;
        for Cell { place: (x, width, right), letters, lines, node } in cells {
            for (n, line) in lines.into_iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "a page has less than a hundred lines")]
                let down = n as f32 * letters.leading();
                let x = if right { x + width - self.width(&line, letters) } else { x };
                self.line(x, top + down, letters, line, node);
                height = height.max(down + letters.leading());
            }
        }
        self.y = top + height + 3.0;
        self.put(Mark::Rule { y: self.y, grey: 0xb1 }, None);
    }

    fn height(cells: &[Vec<String>], letters: Letters) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a page has less than a hundred lines")]
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1) as f32;
        lines * letters.leading() + 6.0
    }

    fn facts(&mut self, facts: &[(String, String)]) -> Result<(), Fault> {
        let (names, gap) = (WIDTH * 0.36, 12.0);
        let table = self.node(Sense::Table, None);
        let body = self.node(Sense::TableBody, Some(table));
        for (name, value) in facts {
            let name = self.lines(name, STRONG, names - gap);
            let value = self.lines(value, BODY, WIDTH - names);
            self.need(Self::height(&[name.clone(), value.clone()], BODY))?;
            let row = self.node(Sense::Row, Some(body));
            let head = self.node(Sense::RowHead, Some(row));
            let cell = self.node(Sense::Cell, Some(row));
            self.row(vec![
                Cell { place: (MARGIN, names - gap, false), letters: STRONG, lines: name, node: Some(head) },
                Cell {
                    place: (MARGIN + names, WIDTH - names, false),
                    letters: BODY,
                    lines: value,
                    node: Some(cell),
                },
            ]);
        }
        self.y += 12.0;
        Ok(())
    }

    fn table(&mut self, of: &Table) -> Result<(), Fault> {
        let gap = 10.0;
        let shares: f32 = of.columns.iter().map(|column| column.share).sum::<f32>().max(f32::EPSILON);
        let mut places = Vec::with_capacity(of.columns.len());
        let mut x = MARGIN;
        for Column { share, right, .. } in &of.columns {
            let width = WIDTH * share / shares;
            places.push((x, width - gap, *right));
            x += width;
        }
        // The last column reaches the edge.
        if let Some(last) = places.last_mut() {
            last.1 += gap;
        }
        let heads: Vec<_> = of
            .columns
            .iter()
            .zip(&places)
            .map(|(column, place)| self.lines(&column.title, STRONG, place.1))
            .collect();
        let table = self.node(Sense::Table, None);
        let head = self.node(Sense::TableHead, Some(table));
        let head_row = self.node(Sense::Row, Some(head));
        let head_cells: Vec<_> =
            of.columns.iter().map(|_| self.node(Sense::ColumnHead, Some(head_row))).collect();
        let body = self.node(Sense::TableBody, Some(table));
        self.need(Self::height(&heads, STRONG) + 2.0 * BODY.leading())?;
        let put_head = |setter: &mut Self, first: bool| {
            // On further pages the head is only looks: whoever listens has heard it.
            let cells = heads.iter().zip(&places).zip(&head_cells);
            let cells = cells.map(|((lines, &(x, width, right)), &node)| Cell {
                place: (x, width, right),
                letters: STRONG,
                lines: lines.clone(),
                node: first.then_some(node),
            });
            setter.row(cells.collect());
        };
        put_head(self, true);
        let rows = of.rows.iter().map(|row| (row, BODY)).chain(of.total.iter().map(|row| (row, STRONG)));
        for (cells, letters) in rows {
            let lines: Vec<_> = places
                .iter()
                .enumerate()
                .map(|(n, place)| self.lines(cells.get(n).map_or("", String::as_str), letters, place.1))
                .collect();
            if self.need(Self::height(&lines, letters))? {
                put_head(self, false);
            }
            let row = self.node(Sense::Row, Some(body));
            let mut set = Vec::with_capacity(lines.len());
            for (lines, &(x, width, right)) in lines.into_iter().zip(&places) {
                let cell = self.node(Sense::Cell, Some(row));
                set.push(Cell { place: (x, width, right), letters, lines, node: Some(cell) });
            }
            self.row(set);
        }
        self.y += 12.0;
        Ok(())
    }

    fn code(&mut self, code: &Code) -> Result<(), Fault> {
        // Four centimetres, with the quiet zone that the caller's code has not.
        let side = 113.4;
        self.need(side + SMALL.leading() * 3.0)?;
        let figure = self.node(Sense::Figure(code.alt.clone()), None);
        let (x, y) = (MARGIN + 8.0, self.y + 8.0);
        self.put(Mark::Code { x, y, side, width: code.width, dark: code.dark.clone() }, Some(figure));
        self.y = y + side + 8.0;
        let lines = self.lines(&code.caption, SMALL, WIDTH);
        let caption = self.node(Sense::Caption, None);
        for line in lines {
            self.line(MARGIN, self.y, SMALL, line, Some(caption));
            self.y += SMALL.leading();
        }
        self.y += 12.0;
        Ok(())
    }
}

/// Sets a document.
pub(crate) fn lay(paper: &Paper, fonts: &Fonts) -> Result<Laid, Fault> {
    let face = |data| Face::parse(data, 0).map_err(|_| Fault::Font("lost"));
    let faces = [face(&fonts.regular.data)?, face(&fonts.bold.data)?];
    let mut setter = Setter { laid: Laid::default(), y: MARGIN, faces, widths: Default::default() };
    setter.begin(&paper.issuer, &paper.title)?;
    for block in &paper.blocks {
        match block {
            Block::Heading(text) => setter.paragraph(text, HEADING, Sense::Heading(text.clone()), 4.0)?,
            Block::Text(text) => setter.paragraph(text, BODY, Sense::Paragraph, 8.0)?,
            Block::Small(text) => setter.paragraph(text, SMALL, Sense::Paragraph, 6.0)?,
            Block::Large(text) => setter.paragraph(text, LARGE, Sense::Paragraph, 8.0)?,
            Block::Facts(facts) => setter.facts(facts)?,
            Block::Table(table) => setter.table(table)?,
            Block::Code(code) => setter.code(code)?,
            Block::NewPage => setter.new_page()?,
            Block::Letter(title) => setter.begin(&paper.issuer, title)?,
        }
    }
    let all = setter.laid.pages.len();
    let mut ends = setter.laid.starts.split_off(1);
    ends.push(all);
    let (mut start, mut letter) = (0, 0);
    for n in 0..all {
        if ends[letter] == n {
            (start, letter) = (n, letter + 1);
        }
        let pages = ends[letter] - start;
        let [before, between, behind] = &paper.page_words;
        let text = setter.sayable(&format!("{before}{}{between}{pages}{behind}", n - start + 1), SMALL);
        let issuer = setter.sayable(&paper.issuer, SMALL);
        let x = PAGE.0 - MARGIN - setter.width(&text, SMALL);
        let y = PAGE.1 - MARGIN;
        for (x, text) in [(MARGIN, issuer), (x, text)] {
            let mark = Mark::Line { x, y, letters: SMALL, text };
            setter.laid.pages[n].push(Put { mark, node: None });
        }
    }
    Ok(setter.laid)
}
