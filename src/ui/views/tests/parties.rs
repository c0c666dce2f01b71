//! Samples of the pages of residents and their powers of attorney.

use askama::Template;

use super::{super::*, page};
use crate::{kernel::Lang, platform::i18n::texts, ui::Nav};

fn proof() -> ProofLine {
    ProofLine {
        at: "30 listopada 2026, 09:12".into(),
        text: "Urząd cofnął potwierdzenie".into(),
        by: "Urząd".into(),
        reason: Some("<b>pomyłka</b>".into()),
    }
}

fn own_start(lang: Lang) -> OwnStartPage {
    OwnStartPage {
        page: page(lang, "Moje konto", Nav::Account, "/account"),
        t: texts(lang),
        name: "Anna <b>Zmyślona".into(),
        level: "Mieszkaniec".into(),
        gives: "Możesz głosować.".into(),
        next: Some(Link { href: "/account/identity".into(), text: "Potwierdź tożsamość".into() }),
        boxes: vec![OwnBox { href: "/account/data".into(), title: "Moje dane".into(), text: "Adres".into() }],
        proofs: vec![proof()],
    }
}

fn identity(lang: Lang) -> IdentityPage {
    IdentityPage {
        page: page(lang, "Potwierdzanie tożsamości", Nav::AccountData, "/account/identity"),
        t: texts(lang),
        needs: Some("Potrzebny wyższy poziom".into()),
        needs_name: "verified".into(),
        next: "/account/dues?a=\"<b>".into(),
        level: "Konto z e-mailem".into(),
        gives: "Możesz pisać do urzędu.".into(),
        may_declare: true,
        roll_is_enough: true,
        may_verify: true,
        form: DeclaredForm {
            given_names: "Anna".into(),
            streets: vec!["Lipowa".into(), "<b>".into()],
            ..DeclaredForm::default()
        },
        letter: Some(CodeView { code: None, text: "List wysłano.".into() }),
        desk: Some(CodeView { code: Some("ABCD-EFHJ".into()), text: "Działa do 9:30.".into() }),
        providers: vec![Link { href: "/sign-in/with/login".into(), text: "Login".into() }],
        notice: None,
        faults: vec![FieldFault { field: "street", message: "Nie ma takiego adresu".into() }],
    }
}

fn resident(lang: Lang) -> ResidentPage {
    ResidentPage {
        page: page(lang, "Anna Zmyślona", Nav::DeskResidents, "/desk/residents/1"),
        t: texts(lang),
        path: "/desk/residents/1".into(),
        id: "1".into(),
        purpose: "case".into(),
        note: "<b>GK".into(),
        name: "Anna <b>Zmyślona".into(),
        facts: vec![Fact { title: "Poziom".into(), value: "Mieszkaniec".into() }],
        pesel: None,
        has_pesel: true,
        has_account: true,
        lower: vec![Choice { value: "known".into(), label: "Konto".into(), selected: true }],
        reason: String::new(),
        proofs: vec![proof()],
        mandates: vec![MandateLine {
            id: "m1".into(),
            principal: "<b>Piekarnia".into(),
            agent: "Anna Zmyślona".into(),
            scopes: "opłaty".into(),
            dates: "od 1 stycznia 2026 do odwołania".into(),
            document: "PPS-1".into(),
            state: "Obowiązuje".into(),
            holds: true,
            may_end: true,
            why: None,
            acting: false,
        }],
        looks: vec![LookLine {
            at: "30 listopada 2026, 09:12".into(),
            staff: "Kaja Klerk".into(),
            purpose: "Sprawa: <b>GK".into(),
            what: "dane osoby".into(),
        }],
        notice: None,
        faults: Vec::new(),
    }
}

fn letters_print(lang: Lang) -> LettersPrintPage {
    LettersPrintPage {
        page: page(lang, "Wydruk listów", Nav::DeskResidents, "/desk/residents/letters"),
        t: texts(lang),
        letters: vec![LetterView {
            id: "l1".into(),
            addressee: "Anna <b>Zmyślona".into(),
            street_line: "ul. Lipowa 3/4".into(),
            place_line: "99-999 Zmyślin".into(),
            in_register: false,
            asked: "Prośba z 30 listopada 2026".into(),
            until: "30 grudnia 2026".into(),
            code: "ABCD-EFHJ".into(),
        }],
        both: [texts(Lang::Pl), texts(Lang::En)],
        today: "30 listopada 2026".into(),
        where_to: "https://reeve.urzad.example/account/identity".into(),
    }
}

/// All pages of residents, by a name for each.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("own-start", own_start(lang).render().unwrap()),
        ("identity", identity(lang).render().unwrap()),
        ("resident", resident(lang).render().unwrap()),
        ("letters-print", letters_print(lang).render().unwrap()),
    ]
}
