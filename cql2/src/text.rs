//! CQL2 text into the tree, by recursive descent.

use crate::{
    MOST_DEPTH,
    fault::{Message, ParseError, shown},
    instant,
    lexer::{Token, Word, fault, words},
    rules::{Budget, height, too_deep},
    tree::{Arithmetic, ArrayOp, Comparison, Expr, Number, SpatialOp, TemporalOp, is_reserved},
};

/// Reads CQL2 text.
///
/// # Errors
/// [`ParseError`] with the character at which something else was expected, or at which a limit is passed.
pub fn parse_text(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser { tokens: words(text)?, next: 0, depth: 0, budget: Budget::default() };
    let expr = parser.or()?;
    if parser.word() != &Word::End {
        return Err(parser.expected("AND, OR lub końca filtra", "AND, OR or the end of the filter"));
    }
    if height(&expr) > MOST_DEPTH {
        return Err(fault(1, too_deep()));
    }
    Ok(expr)
}

pub(crate) struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    budget: Budget,
}

type Parsed = Result<Expr, ParseError>;

impl Parser {
    pub(crate) fn word(&self) -> &Word {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> &Word {
        self.tokens.get(self.next + by).map_or(&Word::End, |token| &token.word)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(1, |token| token.at)
    }

    pub(crate) fn step(&mut self) {
        self.next += 1;
    }

    pub(crate) fn expected(&self, pl: &str, en: &str) -> ParseError {
        let (found_pl, found_en) = match self.word() {
            Word::End => ("jest koniec filtra".to_owned(), "the filter ends".to_owned()),
            Word::Name(name) => (format!("jest {}", shown(name)), format!("found {}", shown(name))),
            Word::Quoted(name) => (format!("jest \"{}\"", shown(name)), format!("found \"{}\"", shown(name))),
            Word::Text(text) => (format!("jest '{}'", shown(text)), format!("found '{}'", shown(text))),
            Word::Number(number) => (format!("jest {}", number.text()), format!("found {}", number.text())),
            Word::Mark(mark) => (format!("jest „{mark}”"), format!("found \"{mark}\"")),
        };
        fault(
            self.at(),
            Message::new(format!("oczekiwano {pl}, a {found_pl}"), format!("expected {en}, but {found_en}")),
        )
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.word(), Word::Name(name) if name.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        self.next += usize::from(found);
        found
    }

    pub(crate) fn is_mark(&self, mark: &str) -> bool {
        self.word() == &Word::Mark(mark_of(mark))
    }

    pub(crate) fn take_mark(&mut self, mark: &str) -> bool {
        let found = self.is_mark(mark);
        self.next += usize::from(found);
        found
    }

    pub(crate) fn need_mark(&mut self, mark: &str) -> Result<(), ParseError> {
        if self.take_mark(mark) {
            return Ok(());
        }
        Err(self.expected(&format!("„{mark}”"), &format!("\"{mark}\"")))
    }

    /// Checks a part that is complete; `at` is where it begins.
    fn accept(&mut self, at: usize, expr: Expr) -> Parsed {
        self.budget.accept(expr).map_err(|detail| fault(at, detail))
    }

    pub(crate) fn enter(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH { Err(fault(self.at(), too_deep())) } else { Ok(()) }
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn or(&mut self) -> Parsed {
        let at = self.at();
        let mut parts = vec![self.and()?];
        while self.take_keyword("or") {
            parts.push(self.and()?);
        }
        self.joined(at, parts, Expr::Or)
    }

    fn and(&mut self) -> Parsed {
        let at = self.at();
        let mut parts = vec![self.not()?];
        while self.take_keyword("and") {
            parts.push(self.not()?);
        }
        self.joined(at, parts, Expr::And)
    }

    fn joined(&mut self, at: usize, mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Parsed {
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            last => {
                parts.extend(last);
                self.accept(at, join(parts))
            }
        }
    }

    fn not(&mut self) -> Parsed {
        let at = self.at();
        if !self.take_keyword("not") {
            return self.predicate();
        }
        self.enter()?;
        let inner = self.not()?;
        self.leave();
        self.accept(at, Expr::Not(inner.into()))
    }

    fn predicate(&mut self) -> Parsed {
        let at = self.at();
        let value = self.sum()?;
        if let Word::Mark(mark) = self.word()
            && let Some(comparison) = Comparison::named(mark)
        {
            self.step();
            let other = self.sum()?;
            return self.accept(at, Expr::Compare(comparison, value.into(), other.into()));
        }
        if self.take_keyword("is") {
            let negated = self.take_keyword("not");
            if !self.take_keyword("null") {
                return Err(self.expected("NULL", "NULL"));
            }
            return self.negated(at, negated, Expr::IsNull(value.into()));
        }
        let negated = self.take_keyword("not");
        if self.take_keyword("like") {
            let pattern = self.sum()?;
            return self.negated(at, negated, Expr::Like(value.into(), pattern.into()));
        }
        if self.take_keyword("between") {
            let low = self.sum()?;
            if !self.take_keyword("and") {
                return Err(self.expected("AND i górnej granicy", "AND and the upper limit"));
            }
            let high = self.sum()?;
            return self.negated(at, negated, Expr::Between(value.into(), low.into(), high.into()));
        }
        if self.take_keyword("in") {
            let items = self.list()?;
            return self.negated(at, negated, Expr::In(value.into(), items));
        }
        if negated {
            return Err(self.expected("LIKE, BETWEEN lub IN", "LIKE, BETWEEN or IN"));
        }
        Ok(value)
    }

    fn negated(&mut self, at: usize, negated: bool, expr: Expr) -> Parsed {
        let expr = self.accept(at, expr)?;
        if negated { self.accept(at, Expr::Not(expr.into())) } else { Ok(expr) }
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[Arithmetic::Plus, Arithmetic::Minus], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&[Arithmetic::Times, Arithmetic::Divide, Arithmetic::Modulo, Arithmetic::Div], Self::power)
    }

    /// Operators of one strength, reckoned from the left.
    fn chain(&mut self, operators: &[Arithmetic], operand: fn(&mut Self) -> Parsed) -> Parsed {
        let at = self.at();
        let mut left = operand(self)?;
        for links in 0.. {
            let found = match self.word() {
                Word::Mark(mark) => Arithmetic::named(mark),
                Word::Name(name) => Arithmetic::named(name),
                _ => None,
            };
            let Some(op) = found.filter(|op| operators.contains(op)) else { break };
            if links >= MOST_DEPTH {
                return Err(fault(self.at(), too_deep()));
            }
            self.step();
            let right = operand(self)?;
            left = self.accept(at, Expr::Arithmetic(op, left.into(), right.into()))?;
        }
        Ok(left)
    }

    fn power(&mut self) -> Parsed {
        let at = self.at();
        let base = self.operand()?;
        if !self.take_mark("^") {
            return Ok(base);
        }
        self.enter()?;
        let exponent = self.power()?;
        self.leave();
        self.accept(at, Expr::Arithmetic(Arithmetic::Power, base.into(), exponent.into()))
    }

    fn operand(&mut self) -> Parsed {
        let at = self.at();
        let word = self.word().clone();
        let expr = match word {
            Word::Text(text) => {
                self.step();
                Expr::Text(text)
            }
            Word::Quoted(name) => {
                self.step();
                Expr::Property(name)
            }
            Word::Number(_) | Word::Mark("+" | "-") => Expr::Number(self.signed_number()?),
            Word::Mark("(") => {
                self.enter()?;
                self.step();
                let inner = self.or()?;
                if self.is_mark(",") {
                    return Err(self.expected(
                        "„)”; lista może stać tylko po IN i w A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
                        "\")\"; a list can only stand after IN and in A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
                    ));
                }
                self.need_mark(")")?;
                self.leave();
                return Ok(inner);
            }
            Word::Name(name) => return self.named(at, &name),
            _ => {
                return Err(self.expected(
                    "wartości, nazwy właściwości lub „(”",
                    "a value, the name of a property or \"(\"",
                ));
            }
        };
        self.accept(at, expr)
    }

    pub(crate) fn signed_number(&mut self) -> Result<Number, ParseError> {
        let minus = self.take_mark("-");
        if !minus {
            self.take_mark("+");
        }
        let Word::Number(number) = *self.word() else {
            return Err(self.expected("liczby", "a number"));
        };
        self.step();
        Ok(match number {
            Number::Integer(number) if minus => Number::Integer(-number),
            Number::Decimal(number) if minus => Number::Decimal(-number),
            number => number,
        })
    }

    /// What begins with a bare name: a property, a literal, a function.
    fn named(&mut self, at: usize, name: &str) -> Parsed {
        let truth = if name.eq_ignore_ascii_case("true") { Some(true) } else { None };
        let truth = if name.eq_ignore_ascii_case("false") { Some(false) } else { truth };
        if let Some(truth) = truth {
            self.step();
            return self.accept(at, Expr::Bool(truth));
        }
        if is_reserved(name) {
            return Err(self.expected(
                "wartości lub nazwy właściwości (nazwa zastrzeżona stoi w cudzysłowie)",
                "a value or the name of a property (a reserved name stands in double quotes)",
            ));
        }
        let with_heights = matches!(self.ahead(1), Word::Name(z) if z.eq_ignore_ascii_case("z"));
        if (self.ahead(1) == &Word::Mark("(") || (with_heights && self.ahead(2) == &Word::Mark("(")))
            && let Some(geometry) = self.geometry(name)?
        {
            return self.accept(at, Expr::Geometry(geometry));
        }
        if self.ahead(1) != &Word::Mark("(") {
            self.step();
            return self.accept(at, Expr::Property(name.to_owned()));
        }
        self.step();
        self.enter()?;
        self.step();
        let expr = self.call(name)?;
        self.leave();
        self.accept(at, expr)
    }

    /// What follows `name(`, up to its closing parenthesis.
    fn call(&mut self, name: &str) -> Parsed {
        if let Some(op) = SpatialOp::named(name) {
            let (a, b) = self.two(Self::or)?;
            return Ok(Expr::Spatial(op, a, b));
        }
        if let Some(op) = TemporalOp::named(name) {
            let (a, b) = self.two(Self::or)?;
            return Ok(Expr::Temporal(op, a, b));
        }
        if let Some(op) = ArrayOp::named(name) {
            let (a, b) = self.two(Self::array)?;
            return Ok(Expr::Array(op, a, b));
        }
        let lower = name.to_ascii_lowercase();
        let expr = match lower.as_str() {
            "casei" => Expr::Casei(self.or()?.into()),
            "accenti" => Expr::Accenti(self.or()?.into()),
            "date" => Expr::Date(self.quoted_time(instant::date)?),
            "timestamp" => Expr::Timestamp(self.quoted_time(instant::timestamp)?),
            "interval" => {
                let from = self.interval_end()?;
                self.need_mark(",")?;
                let to = self.interval_end()?;
                Expr::Interval(from, to)
            }
            "bbox" => {
                let mut numbers = vec![self.signed_number()?];
                while numbers.len() <= 6 && self.take_mark(",") {
                    numbers.push(self.signed_number()?);
                }
                Expr::Bbox(numbers)
            }
            _ => {
                let mut arguments = Vec::new();
                while !self.is_mark(")") {
                    arguments.push(self.or()?);
                    if !self.take_mark(",") {
                        break;
                    }
                }
                Expr::Function(name.to_owned(), arguments)
            }
        };
        self.need_mark(")")?;
        Ok(expr)
    }

    fn two(&mut self, part: fn(&mut Self) -> Parsed) -> Result<(Box<Expr>, Box<Expr>), ParseError> {
        let a = part(self)?;
        self.need_mark(",")?;
        let b = part(self)?;
        self.need_mark(")")?;
        Ok((a.into(), b.into()))
    }

    fn array(&mut self) -> Parsed {
        if !self.is_mark("(") {
            return self.or();
        }
        let at = self.at();
        let items = self.list()?;
        self.accept(at, Expr::List(items))
    }

    fn list(&mut self) -> Result<Vec<Expr>, ParseError> {
        self.need_mark("(")?;
        let mut items = Vec::new();
        if self.take_mark(")") {
            return Ok(items);
        }
        self.enter()?;
        loop {
            items.push(self.or()?);
            if !self.take_mark(",") {
                break;
            }
        }
        self.leave();
        self.need_mark(")")?;
        Ok(items)
    }

    fn quoted_time(&mut self, read: fn(&str) -> Result<String, Message>) -> Result<String, ParseError> {
        let Word::Text(text) = self.word() else {
            return Err(self.expected("czasu w apostrofach", "a time in quotes"));
        };
        let time = read(text).map_err(|detail| fault(self.at(), detail))?;
        self.step();
        Ok(time)
    }

    fn interval_end(&mut self) -> Result<Option<Box<Expr>>, ParseError> {
        let at = self.at();
        let end = match self.word() {
            Word::Text(text) if text == ".." => {
                self.step();
                return Ok(None);
            }
            Word::Text(text) if text.contains('T') => Expr::Timestamp(self.quoted_time(instant::timestamp)?),
            Word::Text(_) => Expr::Date(self.quoted_time(instant::date)?),
            _ => return Ok(Some(self.operand()?.into())),
        };
        Ok(Some(self.accept(at, end)?.into()))
    }
}

/// The mark as the lexer holds it.
fn mark_of(mark: &str) -> &'static str {
    ["(", ")", ",", "^", "-", "+"].into_iter().find(|known| *known == mark).unwrap_or("")
}
