//! Forms with files, read piece by piece.

use axum::{
    extract::multipart::{Field, MultipartError},
    http::StatusCode,
};
use bytes::{Bytes, BytesMut};

use super::Failure;
use crate::kernel::ParamError;

/// The content of a field; `None` when it is larger than `most_bytes`. Then the rest is still read, and thrown away, so that
/// the sender gets to see the answer.
///
/// # Errors
/// When the form ends early or is larger than its door takes; see [`broken_form`].
pub async fn field_bytes(mut field: Field<'_>, most_bytes: usize) -> Result<Option<Bytes>, MultipartError> {
    let mut whole = BytesMut::new();
    let mut fits = true;
    while let Some(piece) = field.chunk().await? {
        fits = fits && whole.len() + piece.len() <= most_bytes;
        if fits {
            whole.extend_from_slice(&piece);
        } else {
            whole = BytesMut::new();
        }
    }
    Ok(fits.then(|| whole.freeze()))
}

/// Why a form could not be read; `too_large` says it of one that is larger than its door takes.
pub fn broken_form(error: &MultipartError, too_large: impl FnOnce() -> String) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge(too_large()),
        _ => ParamError::new("form", "could not be read to its end").into(),
    }
}
