//! camt.053 of the versions .02 and .08.

use crate::{day, one_of, parameter, refused};

fn balance(code: &str, amount: &str, on: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"PLN\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )
}

fn document(version: &str, inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\n<BkToCstmrStmt>{inner}</BkToCstmrStmt></Document>"
    )
}

fn statement(head: &str, opening: &str, closing: &str, entries: &str) -> String {
    format!(
        "<Stmt><Id>S1</Id>{head}<Acct><Id><IBAN>PL93999999991234000000012345</IBAN></Id><Ccy>PLN</Ccy></Acct>{opening}{closing}{entries}</Stmt>"
    )
}

fn plain(version: &str, opening: &str, closing: &str, entries: &str) -> String {
    let (opening, closing) = (balance("OPBD", opening, "2026-03-15"), balance("CLBD", closing, "2026-03-16"));
    document(
        version,
        &statement("<ElctrncSeqNb>26075</ElctrncSeqNb><LglSeqNb>12</LglSeqNb>", &opening, &closing, entries),
    )
}

const OLD: &str = "<Ntry><NtryRef>N1</NtryRef><Amt Ccy=\"PLN\">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
<BookgDt><Dt>2026-03-16</Dt></BookgDt><ValDt><DtTm>2026-03-16T10:15:00+01:00</DtTm></ValDt><AcctSvcrRef>B1</AcctSvcrRef>\
<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Anna &amp; Jan Zmy&#x15B;leni</Nm></Dbtr>\
<DbtrAcct><Id><IBAN>PL14999999990000000000000001</IBAN></Id></DbtrAcct><Cdtr><Nm>Gmina</Nm></Cdtr>\
<CdtrAcct><Id><Othr><Id>89999999991234000000000001</Id></Othr></Id></CdtrAcct></RltdPties>\
<RmtInf><Ustrd>Podatek NP/2026/</Ustrd><Ustrd>000123/R2</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";

#[test]
fn the_older_form() {
    let read = one_of(&plain("02", "0.00", "123.50", OLD));
    assert_eq!(read.account.as_ref().unwrap().nrb.unwrap().as_str(), "93999999991234000000012345");
    assert_eq!((read.number, read.sequence, read.reference.as_deref()), (Some(26_075), Some(12), Some("S1")));
    let entry = &read.entries[0];
    assert_eq!(
        (entry.amount_grosze, entry.booked_on, entry.value_on),
        (12_350, day(2026, 3, 16), day(2026, 3, 16))
    );
    assert_eq!(entry.counterparty.name.as_deref(), Some("Anna & Jan Zmyśleni"));
    assert_eq!(entry.counterparty.account.as_ref().unwrap().text, "PL14999999990000000000000001");
    assert_eq!(entry.paid_to.as_ref().unwrap().nrb.unwrap().as_str(), "89999999991234000000000001");
    assert_eq!(entry.title, "Podatek NP/2026/ 000123/R2");
    assert_eq!(bank::transfer::find_tokens(&entry.title, &["NP"])[0].to_string(), "NP/2026/000123/R2");
    assert_eq!(
        (entry.bank_reference.as_deref(), entry.customer_reference.as_deref()),
        (Some("B1"), Some("E1"))
    );
    assert!(
        entry.raw.contains("AcctSvcrRef: B1") && entry.raw.contains("Refs/EndToEndId: E1"),
        "{}",
        entry.raw
    );
}

#[test]
fn the_newer_form_with_prefixes() {
    let new = OLD
        .replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
        .replace("<Nm>", "<Pty><Nm>")
        .replace("</Nm>", "</Nm></Pty>")
        .replace("<RltdPties>", "<Amt Ccy=\"PLN\">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties>");
    let text = plain("08", "0.00", "123.50", &new);
    let one = one_of(&text);
    assert_eq!(one.entries[0].counterparty.name.as_deref(), Some("Anna & Jan Zmyśleni"));
    assert_eq!(one.entries[0].key, one_of(&text).entries[0].key);
    let prefixed = text
        .replace("</", "</c:")
        .replace('<', "<c:")
        .replace("<c:/c:", "</c:")
        .replace("<c:?", "<?")
        .replace("xmlns=", "xmlns:c=");
    assert_eq!(one_of(&prefixed).entries[0].title, one.entries[0].title);
}

#[test]
fn only_what_is_booked_is_money() {
    let pending = OLD.replace("BOOK", "PDNG");
    let read = one_of(&plain("02", "0.00", "123.50", &format!("{OLD}{pending}")));
    assert_eq!((read.entries.len(), read.left_out), (1, 1));
    let fault = refused(&plain("02", "0.00", "123.50", &OLD.replace("BOOK", "XXXX")));
    assert_eq!((fault.code(), parameter(&fault, "found").as_str()), ("statement-bad-field", "XXXX"));
}

fn batch(total: &str, amounts: &[&str]) -> String {
    let payments: String = amounts
        .iter()
        .enumerate()
        .map(|(place, amount)| {
            format!(
                "<TxDtls><Refs><AcctSvcrRef>P{place}</AcctSvcrRef></Refs><Amt Ccy=\"PLN\">{amount}</Amt><RmtInf><Ustrd>t{place}</Ustrd></RmtInf></TxDtls>"
            )
        })
        .collect();
    format!(
        "<Ntry><Amt Ccy=\"PLN\">{total}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-16</Dt></BookgDt><NtryDtls>{payments}</NtryDtls></Ntry>"
    )
}

#[test]
fn a_collective_entry_is_booked_by_payments_if_they_make_it() {
    let read = one_of(&plain("08", "0.00", "30.00", &batch("30.00", &["10.00", "20.00"])));
    let told: Vec<(i64, &str)> =
        read.entries.iter().map(|entry| (entry.amount_grosze, entry.title.as_str())).collect();
    assert_eq!(told, [(1_000, "t0"), (2_000, "t1")]);
    let fault = refused(&plain("08", "0.00", "30.00", &batch("30.00", &["10.00", "19.00"])));
    assert_eq!(
        (fault.code(), parameter(&fault, "difference_grosze").as_str()),
        ("statement-batch-does-not-add-up", "100")
    );
    assert!(parameter(&fault, "path").ends_with("Stmt/Ntry"), "{fault}");
    let fault = refused(&plain("08", "0.00", "30.00", &batch("30.00", &["29.00"])));
    assert_eq!(fault.code(), "statement-batch-does-not-add-up");
    // Without amounts it is one entry.
    let bare = batch("30.00", &["10.00", "20.00"])
        .replace("<Amt Ccy=\"PLN\">10.00</Amt>", "")
        .replace("<Amt Ccy=\"PLN\">20.00</Amt>", "");
    let read = one_of(&plain("08", "0.00", "30.00", &bare));
    assert_eq!(
        (read.entries.len(), read.entries[0].amount_grosze, read.entries[0].title.as_str()),
        (1, 3_000, "t0 t1")
    );
    // Amounts of .02.
    let older = batch("30.00", &["10.00", "20.00"])
        .replace(
            "<Amt Ccy=\"PLN\">10.00</Amt>",
            "<AmtDtls><TxAmt><Amt Ccy=\"PLN\">10.00</Amt></TxAmt></AmtDtls>",
        )
        .replace(
            "<Amt Ccy=\"PLN\">20.00</Amt>",
            "<AmtDtls><TxAmt><Amt Ccy=\"PLN\">20.00</Amt></TxAmt></AmtDtls>",
        );
    assert_eq!(one_of(&plain("02", "0.00", "30.00", &older)).entries.len(), 2);
}

#[test]
fn what_is_taken_back_keeps_its_parties() {
    let back = OLD.replace("CRDT", "DBIT").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
    let read = one_of(&plain("02", "123.50", "0.00", &back));
    let entry = &read.entries[0];
    assert_eq!((entry.amount_grosze, entry.reversal), (-12_350, true));
    assert_eq!(entry.counterparty.name.as_deref(), Some("Anna & Jan Zmyśleni"));
}

#[test]
fn pages_are_joined() {
    let page = |number: u32, last: bool, opening: (&str, &str), closing: (&str, &str)| {
        let head = format!(
            "<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn><ElctrncSeqNb>5</ElctrncSeqNb>"
        );
        statement(
            &head,
            &balance(opening.0, opening.1, "2026-03-15"),
            &balance(closing.0, closing.1, "2026-03-16"),
            OLD,
        )
    };
    let first = page(1, false, ("OPBD", "0.00"), ("ITBD", "123.50"));
    let second = page(2, true, ("ITBD", "123.50"), ("CLBD", "247.00"));
    let read = one_of(&document("08", &format!("{first}{second}")));
    assert_eq!((read.entries.len(), read.closing.unwrap().amount_grosze), (2, 24_700));
    assert_ne!(read.entries[0].key, read.entries[1].key);
    assert_eq!(refused(&document("08", &first)).code(), "statement-missing-page");
    assert_eq!(refused(&document("08", &second)).code(), "statement-missing-page");
    // Some banks repeat the balances of the whole on each page.
    let first = page(1, false, ("OPBD", "0.00"), ("CLBD", "247.00"));
    let second = page(2, true, ("OPBD", "0.00"), ("CLBD", "247.00"));
    assert_eq!(one_of(&document("08", &format!("{first}{second}"))).entries.len(), 2);
}

#[test]
fn harmful_and_foreign_xml_is_refused() {
    let good = plain("02", "0.00", "123.50", OLD);
    let doctype = good.replace("<Document", "<!DOCTYPE Document [<!ENTITY a \"b\">]>\n<Document");
    assert_eq!(refused(&doctype).code(), "statement-doctype");
    assert_eq!(refused(&good.replace("Anna &amp;", "Anna &evil;")).code(), "statement-bad-xml");
    assert_eq!(refused(&good.replace("camt.053.001.02", "camt.052.001.02")).code(), "statement-other-xml");
    assert_eq!(refused(&good.replace("camt.053.001.02", "camt.053.001.99")).code(), "statement-other-xml");
    let html = refused("<html><body>Zaloguj się</body></html>");
    assert_eq!((html.code(), parameter(&html, "found").as_str()), ("statement-other-xml", "html"));
    assert_eq!(refused(&good.replace("</Document>", "")).code(), "statement-bad-xml");
    assert_eq!(refused(&good.replace("</Stmt>", "</Stnt>")).code(), "statement-bad-xml");
    let deep = good.replace("<Stmt>", &format!("<Stmt>{}", "<a>".repeat(100)));
    assert_eq!(refused(&deep).code(), "statement-too-much");
    let long = good.replace("Podatek", &"x".repeat(50_000));
    assert_eq!(refused(&long).code(), "statement-too-much");
    assert_eq!(refused(&good.replace("UTF-8", "EBCDIC")).code(), "statement-unknown-encoding");
}

#[test]
fn values_that_are_wrong_are_named_with_their_place() {
    let good = plain("02", "0.00", "123.50", OLD);
    for (from, to, code, path) in [
        ("<BookgDt><Dt>2026-03-16", "<BookgDt><Dt>2026-02-30", "statement-bad-date", "Stmt/Ntry/BookgDt/Dt"),
        ("<BookgDt><Dt>2026-03-16", "<BookgDt><Dt>16.03.2026", "statement-bad-date", "Stmt/Ntry/BookgDt/Dt"),
        (
            ">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            ">123,50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "statement-bad-amount",
            "Stmt/Ntry/Amt",
        ),
        (
            ">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            ">-123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "statement-bad-amount",
            "Stmt/Ntry/Amt",
        ),
        (
            ">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            ">123.505</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "statement-bad-amount",
            "Stmt/Ntry/Amt",
        ),
        ("CRDT</CdtDbtInd><Sts", "CREDIT</CdtDbtInd><Sts", "statement-bad-field", "Stmt/Ntry/CdtDbtInd"),
        (
            "<Amt Ccy=\"PLN\">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "<Amt>123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "statement-bad-field",
            "Stmt/Ntry/Amt",
        ),
        (
            "<Amt Ccy=\"PLN\">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "<Amt Ccy=\"EUR\">123.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts",
            "statement-other-currency",
            "Stmt",
        ),
        ("OPBD", "CLAV", "statement-missing-field", "Stmt"),
        ("<IBAN>PL93999999991234000000012345</IBAN>", "", "statement-missing-field", "Stmt"),
    ] {
        assert!(good.contains(from), "{from}");
        let fault = refused(&good.replacen(from, to, 1));
        assert_eq!(fault.code(), code, "{to}");
        assert!(parameter(&fault, "path").ends_with(path), "{to}: {fault}");
        assert_eq!(parameter(&fault, "line"), "3", "{to}");
    }
    let fault = refused(&plain("02", "0.00", "123.51", OLD));
    assert_eq!(
        (fault.code(), parameter(&fault, "difference_grosze").as_str()),
        ("statement-does-not-add-up", "1")
    );
}
