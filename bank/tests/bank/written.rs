//! Statements written by a writer of these tests come back as they were.

use bank::Nrb;
use bank::statement::{Input, Options, Profile, Statement, read};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Payment {
    grosze: i64,
    days: u64,
    account: Nrb,
    name: String,
    title: String,
}

fn payment() -> impl Strategy<Value = Payment> {
    let word = "[A-Za-zżółćŚŁ0-9./-]{1,12}";
    (
        (-1_000_000_000_i64..1_000_000_000).prop_filter("no money", |grosze| *grosze != 0),
        0u64..300,
        "[0-9]{24}",
        prop::collection::vec(word, 1..5),
        prop::collection::vec(word, 1..12),
    )
        .prop_map(|(grosze, days, account, name, title)| Payment {
            grosze,
            days,
            account: Nrb::of_account(&account).unwrap(),
            name: name.join(" "),
            title: title.join(" "),
        })
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn date(payment: &Payment) -> NaiveDate {
    first_day() + Days::new(payment.days)
}

fn swift(grosze: i64) -> String {
    format!("{},{:02}", grosze.abs() / 100, grosze.abs() % 100)
}

fn mark(grosze: i64) -> &'static str {
    if grosze < 0 { "D" } else { "C" }
}

/// Parts of a text after each `width` characters, as banks cut them.
fn cut(text: &str, width: usize) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    signs.chunks(width).map(|part| part.iter().collect()).collect()
}

fn mt940(opening: i64, payments: &[Payment], separator: char, line_end: &str) -> String {
    let closing = opening + payments.iter().map(|payment| payment.grosze).sum::<i64>();
    let mut lines = vec![
        ":20:TEST".to_owned(),
        ":25:/PL93999999991234000000012345".to_owned(),
        ":28C:1/1".to_owned(),
        format!(":60F:{}260101PLN{}", mark(opening), swift(opening)),
    ];
    for payment in payments {
        let day = date(payment);
        let sign = mark(payment.grosze);
        lines.push(format!(
            ":61:{}{}{sign}N{}NTRFNONREF//B",
            day.format("%y%m%d"),
            day.format("%m%d"),
            swift(payment.grosze)
        ));
        lines.push(format!(":86:020{separator}00051"));
        for (place, part) in cut(&payment.title, 27).iter().enumerate() {
            lines.push(format!("{separator}{}{part}", 20 + place));
        }
        for (place, part) in cut(&payment.name, 27).iter().enumerate() {
            lines.push(format!("{separator}{}{part}", 32 + place));
        }
        lines.push(format!("{separator}38{}", payment.account.iban()));
    }
    lines.push(format!(":62F:{}261231PLN{}", mark(closing), swift(closing)));
    lines.push("-".to_owned());
    lines.join(line_end) + line_end
}

fn labelled(opening: i64, payments: &[Payment]) -> String {
    let closing = opening + payments.iter().map(|payment| payment.grosze).sum::<i64>();
    let mut text = format!(
        "\u{1}\n:20:T\n:25:PL93999999991234000000012345\n:28C:1/1\n:60F:{}260101PLN{}\n",
        mark(opening),
        swift(opening)
    );
    for (place, payment) in payments.iter().enumerate() {
        let (from, who) = if payment.grosze < 0 { ("NA RACH.", "DLA") } else { ("Z RACH.", "OD") };
        let told = format!(
            "911 TRANSAKCJA; {from}: {}; {who}: {}; TYT.: {}; TNR: 1{place}.000001",
            payment.account.as_str(),
            payment.name,
            payment.title
        );
        // Between words, as mBank does, with the blank at the end of the line.
        let mut wrapped = String::new();
        let mut room = 61_usize;
        for word in told.split_inclusive(' ') {
            let length = word.chars().count();
            if room < length {
                wrapped.push('\n');
                room = 65;
            }
            wrapped.push_str(word);
            room = room.saturating_sub(length);
        }
        let day = date(payment).format("%y%m%d");
        text += &format!(
            ":61:{day}{}N{}NTRFNONREF\n:86:{wrapped}\n",
            mark(payment.grosze),
            swift(payment.grosze)
        );
    }
    text + &format!(":62F:{}261231PLN{}\n-\u{3}\n", mark(closing), swift(closing))
}

fn camt(opening: i64, payments: &[Payment]) -> String {
    let point = |grosze: i64| swift(grosze).replace(',', ".");
    let indicator = |grosze: i64| if grosze < 0 { "DBIT" } else { "CRDT" };
    let closing = opening + payments.iter().map(|payment| payment.grosze).sum::<i64>();
    let balance = |code: &str, grosze: i64, day: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='PLN'>{}</Amt><CdtDbtInd>{}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>",
            point(grosze),
            indicator(grosze)
        )
    };
    let entries: String = payments
        .iter()
        .map(|payment| {
            let (party, account) = if payment.grosze < 0 { ("Cdtr", "CdtrAcct") } else { ("Dbtr", "DbtrAcct") };
            let day = date(payment);
            format!(
                "<Ntry><Amt Ccy='PLN'>{}</Amt><CdtDbtInd>{}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\
                 <NtryDtls><TxDtls><RltdPties><{party}><Nm>{}</Nm></{party}><{account}><Id><IBAN>{}</IBAN></Id></{account}></RltdPties>\
                 <RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
                point(payment.grosze), indicator(payment.grosze), payment.name, payment.account.iban(), payment.title
            )
        })
        .collect();
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>PL93999999991234000000012345</IBAN></Id></Acct>{}{}{entries}</Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", opening, "2026-01-01"),
        balance("CLBD", closing, "2026-12-31")
    )
}

fn check(read: &Statement, opening: i64, payments: &[Payment]) {
    assert_eq!(read.opening.unwrap().amount_grosze, opening);
    assert_eq!(read.entries.len(), payments.len());
    for (entry, payment) in read.entries.iter().zip(payments) {
        assert_eq!(
            (entry.amount_grosze, entry.booked_on, entry.value_on),
            (payment.grosze, date(payment), date(payment))
        );
        assert_eq!(entry.title, payment.title);
        assert_eq!(entry.counterparty.name.as_deref(), Some(payment.name.as_str()));
        assert_eq!(entry.counterparty.account.as_ref().unwrap().nrb, Some(payment.account));
    }
    let mut keys: Vec<&str> = read.entries.iter().map(|entry| entry.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), payments.len());
}

fn whole(text: &str) -> Statement {
    let mut read = read(&[Input { name: "x", bytes: text.as_bytes() }], &Options::default())
        .unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    assert_eq!(read.len(), 1);
    read.remove(0)
}

proptest! {
    #[test]
    fn numbered(
        opening in -1_000_000_000_000_i64..1_000_000_000_000, payments in prop::collection::vec(payment(), 0..8),
        separator in prop::sample::select(vec!['~', '<', '^', '?']), line_end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        check(&whole(&mt940(opening, &payments, separator, line_end)), opening, &payments);
    }

    #[test]
    fn with_labels(opening in -1_000_000_i64..1_000_000_000_000, payments in prop::collection::vec(payment(), 0..8)) {
        check(&whole(&labelled(opening, &payments)), opening, &payments);
    }

    #[test]
    fn xml(opening in -1_000_000_i64..1_000_000_000_000, payments in prop::collection::vec(payment(), 0..8)) {
        check(&whole(&camt(opening, &payments)), opening, &payments);
    }

    #[test]
    fn a_grosz_that_is_lost_is_found(payments in prop::collection::vec(payment(), 1..8), lost in 1i64..1_000_000) {
        for text in [mt940(100, &payments, '~', "\n"), camt(100, &payments)] {
            let mut fewer = payments.clone();
            fewer[0].grosze -= lost;
            let closing = |payments: &[Payment]| 100 + payments.iter().map(|payment| payment.grosze).sum::<i64>();
            let own = format!(":62F:{}261231PLN{}", mark(closing(&payments)), swift(closing(&payments)));
            let other = format!(":62F:{}261231PLN{}", mark(closing(&fewer)), swift(closing(&fewer)));
            let changed = text.replace(&own, &other);
            if changed != text {
                let fault = read(&[Input { name: "x", bytes: changed.as_bytes() }], &Options::default()).unwrap_err();
                prop_assert_eq!(fault.code(), "statement-does-not-add-up");
                let told = fault.parameters().into_iter().find(|(name, _)| *name == "difference_grosze").unwrap().1;
                prop_assert_eq!(told, (-lost).to_string());
            }
        }
    }

    #[test]
    fn lists(payments in prop::collection::vec(payment(), 1..8)) {
        let mut text = String::new();
        for payment in &payments {
            let (name, title) = (cut(&payment.name, 35).join("|"), cut(&payment.title, 35).join("|"));
            text += &format!(
                "110,{},{},99999999,0,\"{}\",\"93999999991234000000012345\",\"{name}\",\"Gmina|||\",0,99999999,\"{title}\",\"\",\"\",\"51\",\"\"\r\n",
                date(payment).format("%Y%m%d"), payment.grosze.abs(), payment.account.as_str()
            );
        }
        let profile = Profile::built_in("elixir-0").unwrap();
        let options = Options { profile: Some(&profile), ..Options::default() };
        let read = read(&[Input { name: "x", bytes: text.as_bytes() }], &options).unwrap();
        prop_assert_eq!(read[0].entries.len(), payments.len());
        for (entry, payment) in read[0].entries.iter().zip(&payments) {
            prop_assert_eq!(entry.amount_grosze, payment.grosze.abs());
            prop_assert_eq!(&entry.title, &payment.title);
            prop_assert_eq!(entry.counterparty.name.as_ref(), Some(&payment.name));
        }
    }
}
