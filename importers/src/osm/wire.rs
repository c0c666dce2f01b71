//! A cursor over protobuf bytes that trusts nothing: every length is checked against the bytes that
//! are really there, nothing is allocated for a promise.

use std::borrow::Cow;

/// What is wrong with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WireError {
    #[error("a field reaches beyond the end of its block")]
    Overrun,
    #[error("a number is longer than 64 bits")]
    LongNumber,
    #[error("a field has the unknown wire type {0}")]
    WireType(u8),
    #[error("a field has another wire type than it should")]
    WrongType,
}

/// The content of one field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A number, with the bytes that it was written in.
    Number(u64, &'a [u8]),
    /// A string, a message or a packed list.
    Bytes(&'a [u8]),
    /// Four or eight bytes of fixed width, which no field of the OSM schema uses.
    Fixed,
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], WireError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(WireError::WrongType),
        }
    }

    pub(super) fn number(self) -> Result<u64, WireError> {
        match self {
            Self::Number(number, _) => Ok(number),
            _ => Err(WireError::WrongType),
        }
    }

    /// A plain (not zigzag) signed number: protobuf writes it as its two's complement.
    pub(super) fn signed(self) -> Result<i64, WireError> {
        Ok(self.number()?.cast_signed())
    }

    pub(super) fn zigzag(self) -> Result<i64, WireError> {
        Ok(zigzag(self.number()?))
    }
}

/// Turns 0, 1, 2, 3… back into 0, -1, 1, -2…
pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn take_number(rest: &mut &[u8]) -> Result<u64, WireError> {
    let mut number = 0_u64;
    for (index, &byte) in rest.iter().take(10).enumerate() {
        let bits = u64::from(byte & 0x7f);
        if index == 9 && bits > 1 {
            return Err(WireError::LongNumber);
        }
        number |= bits << (7 * index);
        if byte & 0x80 == 0 {
            *rest = rest.get(index + 1..).unwrap_or_default();
            return Ok(number);
        }
    }
    Err(if rest.len() < 10 { WireError::Overrun } else { WireError::LongNumber })
}

fn take_bytes<'a>(rest: &mut &'a [u8], length: u64) -> Result<&'a [u8], WireError> {
    let length = usize::try_from(length).map_err(|_| WireError::Overrun)?;
    let (taken, left) = rest.split_at_checked(length).ok_or(WireError::Overrun)?;
    *rest = left;
    Ok(taken)
}

/// The fields of one message, in the order in which they were written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next field's number and content; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, WireError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = take_number(&mut self.0)?;
        let value = match (key & 7) as u8 {
            0 => {
                let before = self.0;
                let number = take_number(&mut self.0)?;
                let width = before.len() - self.0.len();
                Value::Number(number, before.get(..width).unwrap_or_default())
            }
            1 => {
                take_bytes(&mut self.0, 8)?;
                Value::Fixed
            }
            2 => {
                let length = take_number(&mut self.0)?;
                Value::Bytes(take_bytes(&mut self.0, length)?)
            }
            5 => {
                take_bytes(&mut self.0, 4)?;
                Value::Fixed
            }
            other => return Err(WireError::WireType(other)),
        };
        Ok(Some((key >> 3, value)))
    }
}

/// A repeated number. Writers may pack it, leave it unpacked, or split it in several pieces.
#[derive(Debug)]
pub(super) struct Packed<'a>(Cow<'a, [u8]>);

impl<'a> Packed<'a> {
    pub(super) const fn new() -> Self {
        Self(Cow::Borrowed(&[]))
    }

    /// Adds one occurrence of the field.
    pub(super) fn push(&mut self, value: Value<'a>) -> Result<(), WireError> {
        let bytes = match value {
            Value::Bytes(bytes) | Value::Number(_, bytes) => bytes,
            Value::Fixed => return Err(WireError::WrongType),
        };
        if self.0.is_empty() {
            self.0 = Cow::Borrowed(bytes);
        } else {
            self.0.to_mut().extend_from_slice(bytes);
        }
        Ok(())
    }

    pub(super) fn numbers(&self) -> Numbers<'_> {
        Numbers(&self.0)
    }
}

/// Reads a packed list number by number.
pub(super) struct Numbers<'a>(&'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = Result<u64, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let number = take_number(&mut self.0);
        if number.is_err() {
            self.0 = &[];
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zigzag_goes_back() {
        let given = [0, 1, 2, 3, u64::MAX, u64::MAX - 1];
        assert_eq!(given.map(zigzag), [0, -1, 1, -2, i64::MIN, i64::MAX]);
    }

    #[test]
    fn promised_length_is_not_believed() {
        // Field 1, bytes, length 2^63.
        let bytes = [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
        assert_eq!(Message::new(&bytes).next().unwrap_err(), WireError::Overrun);
    }

    #[test]
    fn eleven_bytes_are_no_number() {
        assert_eq!(take_number(&mut [0xff_u8; 11].as_slice()), Err(WireError::LongNumber));
        assert_eq!(take_number(&mut [0xff_u8; 3].as_slice()), Err(WireError::Overrun));
    }

    #[test]
    fn lists_may_come_in_pieces() {
        // Field 8 packed [1, 300], then unpacked 5.
        let bytes = [0x42, 0x03, 0x01, 0xac, 0x02, 0x40, 0x05];
        let mut message = Message::new(&bytes);
        let mut list = Packed::new();
        while let Some((field, value)) = message.next().unwrap() {
            assert_eq!(field, 8);
            list.push(value).unwrap();
        }
        assert_eq!(list.numbers().collect::<Result<Vec<_>, _>>().unwrap(), [1, 300, 5]);
    }
}
