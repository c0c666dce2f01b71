//! Delivery reports, which the gateway brings to an address of ours.

use url::form_urlencoded;

/// Reports in one call; the gateway bundles a few.
const REPORTS_MAX: usize = 100;
/// Bytes of one call.
const QUERY_MAX: usize = 64 * 1024;
/// Characters of one value.
const VALUE_MAX: usize = 255;

/// What became of one message. The gateway wants the answer `OK`, else it brings the report again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The gateway's name of the message: the `provider_id` of its [`Receipt`](crate::Receipt).
    pub message_id: String,
    /// The identity that we gave to the message.
    pub idx: Option<String>,
    /// The number to which it went.
    pub to: Option<String>,
    /// What became of it.
    pub status: ReportStatus,
    /// The gateway's own number of that.
    pub code: u16,
    /// When the operator said so, in seconds of Unix.
    pub done_at: Option<i64>,
}

/// What became of a message (statuses 401 to 412 of SMSAPI).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportStatus {
    /// It is in the phone.
    Delivered,
    /// It is on its way.
    Underway,
    /// It will not arrive.
    Undelivered,
    /// The operator does not say.
    Unknown,
}

/// What came is no delivery report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReport {
    /// Too long, or too many at once.
    #[error(
        "a delivery report has at most {QUERY_MAX} bytes, {REPORTS_MAX} messages and {VALUE_MAX} characters a value"
    )]
    TooLarge,
    /// A field is missing.
    #[error("a delivery report has the field {0}, and this one has not")]
    Missing(&'static str),
    /// Fields of different length: which value belongs to which message?
    #[error("the fields MsgId and status name a different number of messages")]
    Uneven,
    /// A status that is no number.
    #[error("the field status of a delivery report is a number")]
    Status,
}

impl Report {
    /// Reads the query of a GET, or the form of a POST, that the gateway made. Several messages at once are separated by
    /// commas in every field.
    ///
    /// # Errors
    /// It is not a delivery report, or larger than any.
    pub fn parse(form: &[u8]) -> Result<Vec<Self>, BadReport> {
        if form.len() > QUERY_MAX {
            return Err(BadReport::TooLarge);
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(form).into_owned().collect();
        let field = |wanted: &str| {
            fields
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.split(',').map(str::trim).collect::<Vec<_>>())
        };
        let ids = field("MsgId").ok_or(BadReport::Missing("MsgId"))?;
        let statuses = field("status").ok_or(BadReport::Missing("status"))?;
        if ids.len() != statuses.len() {
            return Err(BadReport::Uneven);
        }
        if ids.len() > REPORTS_MAX || fields.iter().any(|(_, value)| value.len() > VALUE_MAX * REPORTS_MAX) {
            return Err(BadReport::TooLarge);
        }
        // A further field belongs to the messages only if it has a value for each.
        let further = |name: &str| field(name).filter(|values| values.len() == ids.len());
        let (indices, numbers, times) = (further("idx"), further("to"), further("donedate"));
        let of = |values: &Option<Vec<&str>>, at: usize| {
            values
                .as_ref()
                .and_then(|values| values.get(at))
                .filter(|v| !v.is_empty())
                .map(|v| (*v).to_owned())
        };
        ids.iter()
            .zip(statuses)
            .enumerate()
            .map(|(at, (id, status))| {
                let code = status.parse().map_err(|_| BadReport::Status)?;
                let report = Self {
                    message_id: Some(*id)
                        .filter(|id| !id.is_empty())
                        .ok_or(BadReport::Missing("MsgId"))?
                        .to_owned(),
                    idx: of(&indices, at),
                    to: of(&numbers, at),
                    status: status_of(code),
                    code,
                    done_at: of(&times, at).and_then(|time| time.parse().ok()),
                };
                let long = |text: &String| text.chars().count() > VALUE_MAX;
                if long(&report.message_id) || report.idx.as_ref().is_some_and(long) {
                    return Err(BadReport::TooLarge);
                }
                Ok(report)
            })
            .collect()
    }
}

fn status_of(code: u16) -> ReportStatus {
    match code {
        404 => ReportStatus::Delivered,
        // Sent, in the queue, taken by the operator, tried again.
        403 | 409 | 410 | 411 => ReportStatus::Underway,
        // Out of date, undelivered, failed, rejected, stopped.
        402 | 405 | 406 | 407 | 412 => ReportStatus::Undelivered,
        _ => ReportStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_report() {
        let reports = Report::parse(
            b"MsgId=5B0C&status=404&status_name=DELIVERED&idx=0190-abc&donedate=1790000000&to=48500000001&points=0.16",
        )
        .unwrap();
        assert_eq!(
            reports,
            [Report {
                message_id: "5B0C".to_owned(),
                idx: Some("0190-abc".to_owned()),
                to: Some("48500000001".to_owned()),
                status: ReportStatus::Delivered,
                code: 404,
                done_at: Some(1_790_000_000),
            }]
        );
    }

    #[test]
    fn several_reports_at_once() {
        let reports = Report::parse(b"MsgId=A%2CB&status=404%2C405&idx=1%2C&donedate=7").unwrap();
        let seen: Vec<_> =
            reports.iter().map(|r| (r.message_id.as_str(), r.status, r.idx.as_deref())).collect();
        assert_eq!(seen, [("A", ReportStatus::Delivered, Some("1")), ("B", ReportStatus::Undelivered, None)]);
        assert_eq!(reports[0].done_at, None, "one time for two messages is nobody's");
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert_eq!(Report::parse(b"status=404"), Err(BadReport::Missing("MsgId")));
        assert_eq!(Report::parse(b"MsgId=A"), Err(BadReport::Missing("status")));
        assert_eq!(Report::parse(b"MsgId=&status=404"), Err(BadReport::Missing("MsgId")));
        assert_eq!(Report::parse(b"MsgId=A&status=404,405"), Err(BadReport::Uneven));
        assert_eq!(Report::parse(b"MsgId=A&status=sent"), Err(BadReport::Status));
        assert_eq!(Report::parse(&[b'a'; QUERY_MAX + 1]), Err(BadReport::TooLarge));
        assert_eq!(Report::parse(b"MsgId=A&status=499").unwrap()[0].status, ReportStatus::Unknown);
    }
}
