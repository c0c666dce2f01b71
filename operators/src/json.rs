//! JSON of operators, of bounded size and depth.

use serde::de::DeserializeOwned;

use crate::{Fault, MESSAGE_BYTES_MAX};

/// How deep objects and lists may lie in each other; real messages have four.
const DEPTH_MAX: usize = 16;

/// Reads a message. What is not known is left aside; a name that comes twice is a fault.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    if bytes.len() > MESSAGE_BYTES_MAX || depth(bytes) > DEPTH_MAX {
        return Err(Fault::TooLarge);
    }
    serde_json::from_slice(bytes).map_err(|_| Fault::NotReadable("no JSON with the fields of this message"))
}

fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_texts() {
        assert_eq!(depth(br#"{"a":["[[[[\"{{{",{}]}"#), 3);
        assert_eq!(read::<serde_json::Value>(&b"[".repeat(10_000)), Err(Fault::TooLarge));
        assert_eq!(read::<u8>(b"7"), Ok(7));
    }
}
