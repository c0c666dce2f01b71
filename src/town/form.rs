//! Forms of the desk to what they mean, and back; each fault names its field. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    colour::{Colour, LEAST_CONTRAST},
    declaration::{App, Apps, Declaration, Gap, Interpreter, MOST_APPS, MOST_GAPS, Method, Reason, Status},
};
use crate::{
    kernel::Lang,
    platform::{
        Look, Office, Words,
        i18n::{Texts, texts},
        look::is_sum,
    },
    ui::views::FormFault,
};

/// Longest line, in characters.
const LONGEST_LINE: usize = 200;
/// Longest name of the town; it stands in the head of each page.
const LONGEST_NAME: usize = 60;
/// Longest address or opening hours.
const LONGEST_LINES: usize = 600;
/// Longest text of the declaration.
const LONGEST_TEXT: usize = 5000;
/// Longest e-mail address (RFC 5321) and address of a page that is taken.
const LONGEST_EMAIL: usize = 254;
const LONGEST_URL: usize = 1000;

/// What a form's fields hold, by their names.
pub(super) type Values = BTreeMap<String, String>;

/// Fields as they were sent, the first of each name, without what cannot be seen.
pub(super) fn values_of(fields: impl IntoIterator<Item = (String, String)>) -> Values {
    let mut values = Values::new();
    for (name, value) in fields {
        let value = value.replace("\r\n", "\n");
        let seen: String = value.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        values.entry(name).or_insert_with(|| seen.trim().to_owned());
    }
    values
}

/// What the town is called and looks like when it says nothing at the desk.
#[derive(Debug, Clone)]
pub(super) struct Usual {
    pub name: String,
    pub colour: String,
}

/// A look as its form shows it.
pub(super) fn look_values(look: &Look, usual: &Usual) -> Values {
    let office = &look.office;
    [
        ("name", look.name.as_deref().unwrap_or(&usual.name)),
        ("colour", look.colour.as_deref().unwrap_or(&usual.colour)),
        ("crest", look.crest.as_deref().unwrap_or_default()),
        ("office_name_pl", &office.name.pl),
        ("office_name_en", &office.name.en),
        ("address", &office.address),
        ("email", &office.email),
        ("phone", &office.phone),
        ("hours_pl", &office.hours.pl),
        ("hours_en", &office.hours.en),
        ("officer_name", &office.officer_name),
        ("officer_email", &office.officer_email),
        ("officer_phone", &office.officer_phone),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// Reads the form of the look. What equals the settings is not said again, so that the settings go on to hold.
pub(super) fn read_look(
    values: &Values,
    usual: &Usual,
    t: &Texts,
) -> Result<Look, (Vec<FormFault>, Option<Colour>)> {
    let mut reader = Reader::new(values, t);
    let name = reader.line("name", t.get("town-name"), LONGEST_NAME);
    let (colour, proposal) = reader.colour("colour", t.get("town-colour"));
    let office = Office {
        name: Words {
            pl: reader.line("office_name_pl", t.get("town-office-name-pl"), LONGEST_LINE),
            en: reader.line("office_name_en", t.get("town-office-name-en"), LONGEST_LINE),
        },
        address: reader.text("address", t.get("town-address"), LONGEST_LINES),
        email: reader.email("email", t.get("town-email")),
        phone: reader.phone("phone", t.get("town-phone")),
        hours: Words {
            pl: reader.text("hours_pl", t.get("town-hours-pl"), LONGEST_LINES),
            en: reader.text("hours_en", t.get("town-hours-en"), LONGEST_LINES),
        },
        officer_name: reader.line("officer_name", t.get("town-officer-name"), LONGEST_LINE),
        officer_email: reader.email("officer_email", t.get("town-officer-email")),
        officer_phone: reader.phone("officer_phone", t.get("town-officer-phone")),
    };
    let crest = reader.value("crest").to_owned();
    if !reader.faults.is_empty() {
        return Err((reader.faults, proposal));
    }
    Ok(Look {
        name: Some(name).filter(|name| !name.is_empty() && *name != usual.name),
        colour: colour.map(|colour| colour.to_string()).filter(|colour| *colour != usual.colour),
        crest: Some(crest).filter(|sum| is_sum(sum)),
        office,
    })
}

/// What a button of the declaration's form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    Save,
    AddGap,
    RemoveGap(usize),
}

impl Button {
    pub(super) fn of(values: &Values) -> Self {
        let said = values.get("do").map(String::as_str).unwrap_or_default();
        match said.strip_prefix("remove-gap-").and_then(|row| row.parse().ok()) {
            Some(row) => Self::RemoveGap(row),
            None if said == "add-gap" => Self::AddGap,
            None => Self::Save,
        }
    }
}

/// Names of a gap's fields after `g0-`.
const GAP_FIELDS: [&str; 5] = ["what_pl", "what_en", "reason", "instead_pl", "instead_en"];

/// How many rows of gaps a form has.
pub(super) fn gap_rows(values: &Values) -> usize {
    values.get("gap_rows").and_then(|rows| rows.parse().ok()).unwrap_or(0_usize).min(MOST_GAPS)
}

fn set_gap_rows(values: &mut Values, rows: usize) {
    values.insert("gap_rows".to_owned(), rows.min(MOST_GAPS).to_string());
}

/// Adds an empty row of gaps.
pub(super) fn add_gap(values: &mut Values) {
    set_gap_rows(values, gap_rows(values) + 1);
}

/// Takes a row of gaps out; those below move up.
pub(super) fn remove_gap(values: &mut Values, row: usize) {
    let rows = gap_rows(values);
    if row >= rows {
        return;
    }
    for at in row..rows {
        for field in GAP_FIELDS {
            let below = values.remove(&format!("g{}-{field}", at + 1));
            values.insert(format!("g{at}-{field}"), below.unwrap_or_default());
        }
    }
    set_gap_rows(values, rows - 1);
}

/// A declaration as its form shows it.
pub(super) fn declaration_values(declaration: &Declaration) -> Values {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut values: Values = [
        ("status", status_name(declaration.status).to_owned()),
        ("published", day(declaration.published)),
        ("updated", day(declaration.updated)),
        ("prepared", day(declaration.prepared)),
        ("reviewed", day(declaration.reviewed)),
        ("burden_url", declaration.burden_url.clone()),
        ("method", method_name(declaration.method).to_owned()),
        ("assessor", declaration.assessor.clone()),
        ("report_url", declaration.report_url.clone()),
        ("person", declaration.person.clone()),
        ("email", declaration.email.clone()),
        ("phone", declaration.phone.clone()),
        ("features_pl", declaration.features.pl.clone()),
        ("features_en", declaration.features.en.clone()),
        ("apps", apps_name(declaration.apps).to_owned()),
        ("architecture_pl", declaration.architecture.pl.clone()),
        ("architecture_en", declaration.architecture.en.clone()),
        ("architecture_url", declaration.architecture_url.clone()),
        ("communication_pl", declaration.communication.pl.clone()),
        ("communication_en", declaration.communication.en.clone()),
        ("interpreter", interpreter_name(declaration.interpreter).to_owned()),
        ("interpreter_url", declaration.interpreter_url.clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    for (row, gap) in declaration.gaps.iter().enumerate() {
        let fields = [&gap.what.pl, &gap.what.en, reason_name(gap.reason), &gap.instead.pl, &gap.instead.en];
        for (field, value) in GAP_FIELDS.into_iter().zip(fields) {
            values.insert(format!("g{row}-{field}"), value.to_owned());
        }
    }
    set_gap_rows(&mut values, declaration.gaps.len());
    for (row, app) in declaration.app_list.iter().enumerate() {
        values.insert(format!("app{row}-name"), app.name.clone());
        values.insert(format!("app{row}-download"), app.download.clone());
        values.insert(format!("app{row}-declaration"), app.declaration.clone());
    }
    values
}

/// Reads the form of the declaration. Nothing is required: what is missing is shown as not stated yet.
pub(super) fn read_declaration(
    values: &Values,
    today: NaiveDate,
    t: &Texts,
) -> Result<Declaration, Vec<FormFault>> {
    let mut reader = Reader { today, ..Reader::new(values, t) };
    let published = reader.date("published", t.get("town-published"));
    let updated = reader.date("updated", t.get("town-updated"));
    let prepared = reader.date("prepared", t.get("town-prepared"));
    let reviewed = reader.date("reviewed", t.get("town-reviewed"));
    reader.in_order("updated", published, updated, "town-fault-updated");
    reader.in_order("reviewed", prepared, reviewed, "town-fault-reviewed");
    let declaration = Declaration {
        status: status_of(reader.value("status")),
        published,
        updated,
        prepared,
        reviewed,
        gaps: (0..gap_rows(values)).filter_map(|row| reader.gap(row)).collect(),
        burden_url: reader.url("burden_url", t.get("town-burden-url")),
        method: method_of(reader.value("method")),
        assessor: reader.line("assessor", t.get("town-assessor"), LONGEST_LINE),
        report_url: reader.url("report_url", t.get("town-report-url")),
        person: reader.line("person", t.get("town-person"), LONGEST_LINE),
        email: reader.email("email", t.get("town-a11y-email")),
        phone: reader.phone("phone", t.get("town-a11y-phone")),
        features: reader.words("features", "town-features-pl", "town-features-en"),
        apps: apps_of(reader.value("apps")),
        app_list: (0..MOST_APPS).filter_map(|row| reader.app(row)).collect(),
        architecture: reader.words("architecture", "town-architecture-pl", "town-architecture-en"),
        architecture_url: reader.url("architecture_url", t.get("town-architecture-url")),
        communication: reader.words("communication", "town-communication-pl", "town-communication-en"),
        interpreter: interpreter_of(reader.value("interpreter")),
        interpreter_url: reader.url("interpreter_url", t.get("town-interpreter-url")),
    };
    if reader.faults.is_empty() { Ok(declaration) } else { Err(reader.faults) }
}

/// Reads fields and collects what is wrong with them.
struct Reader<'a> {
    values: &'a Values,
    t: &'a Texts,
    today: NaiveDate,
    faults: Vec<FormFault>,
}

impl<'a> Reader<'a> {
    fn new(values: &'a Values, t: &'a Texts) -> Self {
        Self { values, t, today: NaiveDate::MAX, faults: Vec::new() }
    }

    fn value(&self, name: &str) -> &'a str {
        self.values.get(name).map(String::as_str).unwrap_or_default()
    }

    fn fault(&mut self, field: &str, message: String) {
        self.faults.push(FormFault { field: field.to_owned(), message });
    }

    /// A text of several lines.
    fn text(&mut self, name: &str, label: String, most: usize) -> String {
        let value = self.value(name);
        let length = value.chars().count();
        if length > most {
            let values =
                [("label", label.into()), ("n", (most as u64).into()), ("is", (length as u64).into())];
            self.fault(name, self.t.args("town-fault-long", &values));
        }
        value.to_owned()
    }

    fn line(&mut self, name: &str, label: String, most: usize) -> String {
        self.text(name, label, most).replace('\n', " ")
    }

    fn words(&mut self, name: &str, pl: &str, en: &str) -> Words {
        Words {
            pl: self.text(&format!("{name}_pl"), self.t.get(pl), LONGEST_TEXT),
            en: self.text(&format!("{name}_en"), self.t.get(en), LONGEST_TEXT),
        }
    }

    /// Only what cannot be an address is refused: whether it works is seen by writing to it.
    fn email(&mut self, name: &str, label: String) -> String {
        let value = self.line(name, label.clone(), LONGEST_EMAIL);
        let good = value.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !value.chars().any(|c| c.is_whitespace() || "<>\",;:\\?&#%".contains(c))
        });
        if !value.is_empty() && !good {
            self.fault(name, self.t.args("town-fault-email", &[("label", label.into())]));
        }
        value
    }

    fn phone(&mut self, name: &str, label: String) -> String {
        let value = self.line(name, label.clone(), 40);
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let good = (3..=15).contains(&digits)
            && value.chars().all(|c| c.is_ascii_digit() || " -+()".contains(c))
            && !value.get(1..).unwrap_or_default().contains('+');
        if !value.is_empty() && !good {
            self.fault(name, self.t.args("town-fault-phone", &[("label", label.into())]));
        }
        value
    }

    fn url(&mut self, name: &str, label: String) -> String {
        let value = self.line(name, label.clone(), LONGEST_URL);
        let good = url::Url::parse(&value)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
        if !value.is_empty() && !good {
            self.fault(name, self.t.args("town-fault-url", &[("label", label.into())]));
        }
        value
    }

    fn date(&mut self, name: &str, label: String) -> Option<NaiveDate> {
        let value = self.value(name);
        if value.is_empty() {
            return None;
        }
        match value.parse::<NaiveDate>() {
            Ok(day) if day > self.today => {
                self.fault(name, self.t.args("town-fault-future", &[("label", label.into())]));
                None
            }
            // Before the web there were no sites.
            Ok(day) if Some(day) >= NaiveDate::from_ymd_opt(1991, 1, 1) => Some(day),
            _ => {
                self.fault(name, self.t.args("town-fault-date", &[("label", label.into())]));
                None
            }
        }
    }

    fn in_order(&mut self, field: &str, first: Option<NaiveDate>, then: Option<NaiveDate>, key: &str) {
        if let (Some(first), Some(then)) = (first, then)
            && then < first
        {
            self.fault(field, self.t.get(key));
        }
    }

    /// An accent, and what to take instead of one that cannot be read.
    fn colour(&mut self, name: &str, label: String) -> (Option<Colour>, Option<Colour>) {
        let value = self.value(name);
        if value.is_empty() {
            return (None, None);
        }
        let Some(colour) = Colour::parse(value) else {
            self.fault(name, self.t.args("town-fault-colour", &[("label", label.into())]));
            return (None, None);
        };
        if colour.is_readable() {
            return (Some(colour), None);
        }
        let nearest = colour.nearest_readable();
        // Down and up to two digits, so that 4.499 is not shown as 4.5.
        let contrast = (colour.least_contrast() * 100.0).floor() / 100.0;
        let number = |value: f64| self.t.number(value, 2);
        let message = self.t.args(
            "town-fault-contrast",
            &[
                ("colour", colour.to_string().into()),
                ("contrast", number(contrast).into()),
                ("least", self.t.number(LEAST_CONTRAST, 1).into()),
                ("lacks", number(LEAST_CONTRAST - contrast).into()),
                ("nearest", nearest.to_string().into()),
            ],
        );
        self.fault(name, message);
        (None, Some(nearest))
    }

    /// A row of gaps; `None` when nothing stands in it.
    fn gap(&mut self, row: usize) -> Option<Gap> {
        let name = |field: &str| format!("g{row}-{field}");
        if GAP_FIELDS.iter().all(|field| self.value(&name(field)).is_empty()) {
            return None;
        }
        let t = self.t;
        let gap = Gap {
            what: Words {
                pl: self.text(&name("what_pl"), t.get("town-gap-what-pl"), LONGEST_TEXT),
                en: self.text(&name("what_en"), t.get("town-gap-what-en"), LONGEST_TEXT),
            },
            reason: reason_of(self.value(&name("reason"))),
            instead: Words {
                pl: self.text(&name("instead_pl"), t.get("town-gap-instead-pl"), LONGEST_TEXT),
                en: self.text(&name("instead_en"), t.get("town-gap-instead-en"), LONGEST_TEXT),
            },
        };
        let number = [("n", (row as u64 + 1).into())];
        if gap.what.is_empty() {
            self.fault(&name("what_pl"), t.args("town-fault-gap-what", &number));
        }
        if gap.reason.is_none() {
            self.fault(&name("reason"), t.args("town-fault-gap-reason", &number));
        }
        Some(gap)
    }

    /// An application; `None` when nothing stands in its fields.
    fn app(&mut self, row: usize) -> Option<App> {
        let name = |field: &str| format!("app{row}-{field}");
        let t = self.t;
        let app = App {
            name: self.line(&name("name"), t.get("town-app-name"), LONGEST_LINE),
            download: self.url(&name("download"), t.get("town-app-download")),
            declaration: self.url(&name("declaration"), t.get("town-app-declaration")),
        };
        if app == App::default() {
            return None;
        }
        if app.name.is_empty() {
            self.fault(&name("name"), t.args("town-fault-app-name", &[("n", (row as u64 + 1).into())]));
        }
        Some(app)
    }
}

/// Names in forms of what can be chosen, both ways.
macro_rules! named {
    ($name:ident, $of:ident, $kind:ty, $($text:literal = $value:expr),*) => {
        pub(super) fn $name(chosen: Option<$kind>) -> &'static str {
            [$(($text, $value)),*]
                .into_iter()
                .find(|(_, value)| Some(*value) == chosen)
                .map(|(text, _)| text)
                .unwrap_or_default()
        }

        pub(super) fn $of(name: &str) -> Option<$kind> {
            [$(($text, $value)),*].into_iter().find(|(text, _)| *text == name).map(|(_, value)| value)
        }
    };
}

named!(
    status_name,
    status_of,
    Status,
    "full" = Status::Full,
    "partial" = Status::Partial,
    "none" = Status::None
);
named!(
    reason_name,
    reason_of,
    Reason,
    "breach" = Reason::Breach,
    "exempt" = Reason::Exempt,
    "burden" = Reason::Burden
);
named!(method_name, method_of, Method, "own" = Method::Own, "external" = Method::External);
named!(apps_name, apps_of, Apps, "none" = Apps::None, "some" = Apps::Some);
named!(
    interpreter_name,
    interpreter_of,
    Interpreter,
    "online" = Interpreter::Online,
    "asked" = Interpreter::Asked,
    "none" = Interpreter::None
);

/// What the software itself knows to be out of reach, as a first proposal for the declaration.
pub(super) fn known_gaps() -> Vec<Gap> {
    let in_both = |key: &str| Words { pl: texts(Lang::Pl).get(key), en: texts(Lang::En).get(key) };
    vec![Gap {
        what: in_both("town-known-gap-map"),
        reason: Some(Reason::Exempt),
        instead: in_both("town-known-gap-map-instead"),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t() -> &'static Texts {
        texts(Lang::En)
    }

    fn usual() -> Usual {
        Usual { name: "Zmyślin".into(), colour: "#0d5c63".into() }
    }

    fn values(pairs: &[(&str, &str)]) -> Values {
        values_of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    fn faulty(pairs: &[(&str, &str)]) -> Vec<String> {
        let (faults, _) = read_look(&values(pairs), &usual(), t()).unwrap_err();
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_look_comes_back_through_its_form() {
        let look = Look {
            name: Some("Nowe Zmyślenie".into()),
            colour: Some("#8a1538".into()),
            crest: Some("ab".repeat(32)),
            office: Office {
                name: Words { pl: "Urząd Miasta".into(), en: "Town Hall".into() },
                address: "ul. Zmyślona 1\n00-000 Zmyślin".into(),
                email: "urzad@zmyslin.example".into(),
                phone: "22 555 01 01".into(),
                ..Office::default()
            },
        };
        assert_eq!(read_look(&look_values(&look, &usual()), &usual(), t()).unwrap(), look);
    }

    #[test]
    fn what_equals_the_settings_is_not_said() {
        let look = read_look(&look_values(&Look::default(), &usual()), &usual(), t()).unwrap();
        assert_eq!(look, Look::default());
    }

    #[test]
    fn faults_name_their_fields() {
        assert_eq!(faulty(&[("email", "urzad@zmyslin")]), ["email"]);
        assert_eq!(faulty(&[("email", "a@b.pl?bcc=c@d.pl")]), ["email"]);
        assert_eq!(faulty(&[("phone", "zadzwoń")]), ["phone"]);
        assert_eq!(faulty(&[("name", &"x".repeat(61)), ("colour", "red")]), ["name", "colour"]);
    }

    #[test]
    fn an_accent_that_cannot_be_read_is_refused_with_a_proposal() {
        let (faults, proposal) = read_look(&values(&[("colour", "#ffcc00")]), &usual(), t()).unwrap_err();
        let proposal = proposal.unwrap().to_string();
        let message = &faults[0].message;
        assert!(
            message.contains("1.3") && message.contains("4.5") && message.contains(&proposal),
            "{message}"
        );
        let taken = read_look(&values(&[("colour", &proposal)]), &usual(), t()).unwrap();
        assert_eq!(taken.colour, Some(proposal));
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(values(&[("name", " Zmy\u{7}ślin\r\nDolny\u{0} ")])["name"], "Zmyślin\nDolny");
    }

    #[test]
    fn a_declaration_comes_back_through_its_form() {
        let day = |text: &str| text.parse().ok();
        let declaration = Declaration {
            status: Some(Status::Partial),
            published: day("2026-01-02"),
            updated: day("2026-05-06"),
            prepared: day("2026-05-07"),
            gaps: known_gaps(),
            method: Some(Method::External),
            assessor: "Fundacja Zmyślona".into(),
            person: "Anna Zmyślona".into(),
            apps: Some(Apps::Some),
            app_list: vec![App { name: "Zmyślin".into(), ..App::default() }],
            interpreter: Some(Interpreter::Online),
            interpreter_url: "https://tlumacz.example/".into(),
            ..Declaration::default()
        };
        let today = day("2026-11-30").unwrap();
        assert_eq!(read_declaration(&declaration_values(&declaration), today, t()).unwrap(), declaration);
    }

    #[test]
    fn dates_have_an_order_and_none_lies_ahead() {
        let faults = |pairs: &[(&str, &str)]| {
            let read = read_declaration(&values(pairs), "2026-11-30".parse().unwrap(), t());
            read.err().unwrap_or_default().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(faults(&[("published", "2026-12-01")]), ["published"]);
        assert_eq!(faults(&[("published", "31.12.2025")]), ["published"]);
        assert_eq!(faults(&[("published", "2026-02-02"), ("updated", "2026-02-01")]), ["updated"]);
        assert_eq!(faults(&[("prepared", "2026-02-02"), ("reviewed", "2026-02-01")]), ["reviewed"]);
        assert_eq!(faults(&[("report_url", "javascript:alert(1)")]), ["report_url"]);
        assert!(faults(&[("published", "2026-11-30")]).is_empty());
    }

    #[test]
    fn rows_of_gaps_are_added_and_taken_out() {
        let mut form = values(&[
            ("gap_rows", "3"),
            ("g0-what_pl", "pierwsza"),
            ("g1-what_pl", "druga"),
            ("g2-what_pl", "trzecia"),
        ]);
        remove_gap(&mut form, 1);
        add_gap(&mut form);
        assert_eq!(gap_rows(&form), 3);
        assert_eq!((form["g0-what_pl"].as_str(), form["g1-what_pl"].as_str()), ("pierwsza", "trzecia"));
        assert_eq!(form["g2-what_pl"], "");
        remove_gap(&mut form, 9);
        assert_eq!(gap_rows(&form), 3);
        let faults = read_declaration(&form, NaiveDate::MAX, t()).unwrap_err();
        assert_eq!(
            faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(),
            ["g0-reason", "g1-reason"]
        );
    }
}
