//! SMS over the gateway SMSAPI: `POST {base}/sms.do`, a form in, JSON out.
//!
//! - Errors come with the status 200: the body is what counts.
//! - The caller's `idx` with `check_idx=1` makes a message one message: the gateway refuses to take the same `idx` a
//!   second time, which here is a [`Receipt`](crate::Receipt), because the first try was taken. So a try whose answer
//!   was lost is made again without fear, at the same gateway or at its second address.
//! - One letter beyond the alphabet of GSM makes every part hold 67 characters instead of 153; [`parts`] counts them,
//!   [`without_diacritics`] avoids them.

mod codes;
mod gateway;
mod parts;
mod report;

pub use gateway::{BadSmsapiSettings, Sms, Smsapi, SmsapiSettings};
pub use parts::{Encoding, Parts, parts, without_diacritics};
pub use report::{BadReport, Report, ReportStatus};
