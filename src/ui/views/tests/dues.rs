//! Samples of the pages of what is owed: every part of a sheet, full and overlong.

use askama::Template;

use super::{super::*, BOTH, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, Page, ResidentLook, StaffLook},
};

const LONG: &str =
    "Opłata za gospodarowanie odpadami <b>komunalnymi</b> bez końca, za dom przy ulicy Zmyślonej";

fn sheet() -> Sheet {
    let chip = || Chip { look: "bad", text: "po terminie".into() };
    let table = || Table {
        caption: LONG.into(),
        head: vec![("Rata".into(), false), ("Kwota".into(), true)],
        rows: vec![
            vec![Cell::pick("pick", "<a>", true, LONG), Cell::number("1")],
            vec![Cell::link("/x", LONG).below(LONG).chip(chip()), Cell::number("999 999 999,99 zł")],
            vec![Cell::text("Razem"), Cell::number("0,00 zł")],
        ],
    };
    let item = || Item {
        href: Some("/x".into()),
        title: LONG.into(),
        text: LONG.into(),
        value: "999 999 999,99 zł".into(),
        chips: vec![chip()],
    };
    let choice = Choice { value: "a".into(), label: LONG.into(), selected: true };
    let choices = vec![Choice { value: "b".into(), label: LONG.into(), selected: true }];
    let form = Form {
        action: "/x".into(),
        asks: false,
        fields: vec![
            Field::Line("amount", "Kwota".into(), LONG.into(), "<1>".into(), "type=\"text\""),
            Field::Area("basis", "Z czego".into(), String::new(), LONG.into()),
            Field::Choice("kind", "Rodzaj".into(), vec![choice]),
            Field::Check("fee", LONG.into(), true),
            Field::Checks("kinds", LONG.into(), choices),
            Field::Rows("rows", table()),
            Field::Hidden("key", "<k>".into()),
        ],
        button: "Zapisz".into(),
        first: true,
    };
    let mut sheet = Sheet::new(LONG);
    sheet.caption = Some(LONG.into());
    sheet.lead = Some(LONG.into());
    sheet.back = Some(Link { href: "/account".into(), text: LONG.into() });
    sheet.notice = Some(LONG.into());
    sheet.faults = vec![FieldFault { field: "amount", message: LONG.into() }];
    sheet.blocks = vec![
        Block::Heading(LONG.into()),
        Block::Text(LONG.into()),
        Block::Notice(LONG.into()),
        Block::Facts(vec![Fact { title: LONG.into(), value: LONG.into() }]),
        Block::Figures(vec![
            item(),
            Item { title: "Nadpłata".into(), value: "0,01 zł".into(), ..Item::default() },
        ]),
        Block::Table(table()),
        Block::Folded(LONG.into(), table()),
        Block::Items(vec![item(), Item { title: LONG.into(), ..Item::default() }]),
        Block::Empty(LONG.into()),
        Block::Links(vec![Link { href: "/x".into(), text: LONG.into() }]),
        Block::Chart(crate::ui::chart::stacked(
            LONG.into(),
            &[LONG.into(), "<b>b</b>".into()],
            &[(LONG.into(), vec![1, 2]), ("30.11".into(), vec![0, 99_999_999_999])],
            |grosze| grosze.to_string(),
        )),
        Block::Form(form.clone()),
        Block::Form(Form { asks: true, first: false, fields: Vec::new(), ..form }),
    ];
    sheet
}

fn rendered(lang: Lang) -> [String; 3] {
    let t = texts(lang);
    let resident =
        ResidentLook { name: "Anna Zmyślona".into(), level: "verified", ..ResidentLook::default() };
    let own = Page { resident: Some(resident), ..page(lang, "Opłaty", Nav::AccountDues, "/account/dues") };
    let staff = StaffLook { name: "Sabina".into(), may: vec!["dues:read"], ..StaffLook::default() };
    let desk = Page { staff: Some(staff), ..page(lang, "Opłaty", Nav::DeskDues, "/desk/dues") };
    let transfer = TransferPage {
        page: own.clone(),
        t,
        title: "Przelew".into(),
        lead: LONG.into(),
        back: Link { href: "/account/dues".into(), text: LONG.into() },
        pdf: "/transfer.pdf".into(),
        slips: vec![SlipView {
            recipient: vec!["Gmina <Zmyślin>".into(), "Rynek 1".into()],
            account: "61 1090 1014 0000 0712 1981 2874".into(),
            amount: "1017,50".into(),
            amount_in_words: "jeden tysiąc siedemnaście złotych 50/100".into(),
            sender: vec![LONG.into()],
            title: vec!["NP/2026/000001/R1".into()],
            what: vec![LONG.into(), "Podatek".into()],
            holds: LONG.into(),
            code: Some("<svg></svg>".into()),
        }],
    };
    [
        OwnDuesPage { page: own, t, sheet: sheet() }.render().unwrap(),
        DeskDuesPage { page: desk, t, sheet: sheet() }.render().unwrap(),
        transfer.render().unwrap(),
    ]
}

#[test]
fn sheets_hold_every_part_and_escape_what_they_are_given() {
    for lang in BOTH {
        for html in rendered(lang) {
            assert!(!html.contains("<b>komunalnymi") && !html.contains("<Zmyślin>"), "{html}");
            assert!(html.contains("&#60;") || html.contains("&lt;"));
        }
    }
}
