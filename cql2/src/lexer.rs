//! CQL2 text into words.

use crate::{
    MOST_BYTES,
    fault::{Message, ParseError, Place, shown},
    tree::{Number, begins_name, continues_name},
};

/// A word of the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Word {
    /// A bare name or keyword.
    Name(String),
    /// A name in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A number without sign.
    Number(Number),
    /// An operator or a mark.
    Mark(&'static str),
    /// The end.
    End,
}

/// A word and the character, counting from 1, at which it begins.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub word: Word,
    pub at: usize,
}

/// Longer marks first.
const MARKS: [&str; 15] = ["<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%", "^"];

pub(crate) fn words(text: &str) -> Result<Vec<Token>, ParseError> {
    if text.len() > MOST_BYTES {
        return Err(fault(
            MOST_BYTES,
            Message::new(
                format!("filtr jest dłuższy niż {MOST_BYTES} bajtów"),
                format!("the filter is longer than {MOST_BYTES} bytes"),
            ),
        ));
    }
    let mut lexer = Lexer { chars: text.chars().collect(), next: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.token()?;
        let ended = token.word == Word::End;
        tokens.push(token);
        if ended {
            return Ok(tokens);
        }
    }
}

pub(crate) fn fault(at: usize, detail: Message) -> ParseError {
    ParseError { at: Place::Character(at), detail }
}

struct Lexer {
    chars: Vec<char>,
    next: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.next + ahead).copied()
    }

    fn while_some(&mut self, good: impl Fn(char) -> bool) -> String {
        let begin = self.next;
        while self.peek(0).is_some_and(&good) {
            self.next += 1;
        }
        self.chars.get(begin..self.next).unwrap_or_default().iter().collect()
    }

    fn token(&mut self) -> Result<Token, ParseError> {
        self.while_some(char::is_whitespace);
        let at = self.next + 1;
        let token = |word| Token { word, at };
        let Some(first) = self.peek(0) else { return Ok(token(Word::End)) };
        if begins_name(first) {
            return Ok(token(Word::Name(self.while_some(continues_name))));
        }
        if first.is_ascii_digit() || (first == '.' && self.peek(1).is_some_and(|c| c.is_ascii_digit())) {
            return self.number(at).map(token).map_err(|detail| fault(at, detail));
        }
        match first {
            '\'' => return self.text(at).map(token),
            '"' => return self.quoted(at).map(token),
            _ => {}
        }
        for mark in MARKS {
            if mark.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c)) {
                self.next += mark.len();
                return Ok(token(Word::Mark(mark)));
            }
        }
        let found = shown(&first.escape_debug().to_string());
        Err(fault(
            at,
            Message::new(
                format!("nieoczekiwany znak „{found}”"),
                format!("unexpected character \"{found}\""),
            ),
        ))
    }

    fn number(&mut self, at: usize) -> Result<Word, Message> {
        let digit = |c: char| c.is_ascii_digit();
        let mut text = self.while_some(digit);
        let mut whole = true;
        if self.peek(0) == Some('.') {
            self.next += 1;
            whole = false;
            let fraction = self.while_some(digit);
            text = format!("{text}.{fraction}");
        }
        let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
        if matches!(self.peek(0), Some('e' | 'E')) && self.peek(1 + sign).is_some_and(digit) {
            whole = false;
            text.push('e');
            text.extend(self.peek(1).filter(|c| !digit(*c)));
            self.next += 1 + sign;
            text.push_str(&self.while_some(digit));
        }
        let wrong = || {
            let text = shown(&text);
            Message::new(format!("liczba {text} jest zbyt duża"), format!("the number {text} is too large"))
        };
        let whole = if whole { text.parse::<i64>().ok() } else { None };
        if self.peek(0).is_some_and(begins_name) {
            let column = self.next - at + 1;
            return Err(Message::new(
                format!("po liczbie (znaków: {column}) oczekiwano odstępu lub operatora"),
                format!("expected a space or an operator after the number of {column} characters"),
            ));
        }
        if let Some(number) = whole {
            return Ok(Word::Number(Number::Integer(number)));
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong)?;
        Ok(Word::Number(Number::Decimal(number)))
    }

    fn text(&mut self, at: usize) -> Result<Word, ParseError> {
        let mut text = String::new();
        self.next += 1;
        loop {
            let Some(c) = self.peek(0) else {
                return Err(fault(
                    at,
                    Message::new("tekst nie ma zamykającego apostrofu", "the text has no closing quote"),
                ));
            };
            self.next += 1;
            match (c, self.peek(0)) {
                ('\'', Some('\'')) => {
                    self.next += 1;
                    text.push('\'');
                }
                ('\'', _) => return Ok(Word::Text(text)),
                ('\\', Some(next)) => {
                    self.next += 1;
                    escape(next, &mut text);
                }
                (c, _) => text.push(c),
            }
        }
    }

    fn quoted(&mut self, at: usize) -> Result<Word, ParseError> {
        self.next += 1;
        let mut name = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                return Err(fault(
                    at,
                    Message::new("nazwa nie ma zamykającego cudzysłowu", "the name has no closing quote"),
                ));
            };
            self.next += 1;
            match (c, self.peek(0)) {
                ('"', Some('"')) => {
                    self.next += 1;
                    name.push('"');
                }
                ('"', _) => return Ok(Word::Quoted(name)),
                (c, _) => name.push(c),
            }
        }
    }
}

/// What stands after a backslash (requirement /req/cql2-text/escaping). A pattern of LIKE has escapes of its own, so a
/// backslash before anything else stays.
fn escape(next: char, text: &mut String) {
    match next {
        '\'' | '\\' => text.push(next),
        'a' => text.push('\u{7}'),
        'b' => text.push('\u{8}'),
        't' => text.push('\t'),
        'n' => text.push('\n'),
        'v' => text.push('\u{b}'),
        'f' => text.push('\u{c}'),
        'r' => text.push('\r'),
        other => {
            text.push('\\');
            text.push(other);
        }
    }
}
