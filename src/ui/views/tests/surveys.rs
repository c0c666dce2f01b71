//! Samples of the pages of surveys.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, StaffLook},
};

const LONG: &str = "Bardzo długie pytanie, które nie mieści się w jednej linii <b>ani w dwóch</b>";

fn desk(lang: Lang, title: &str) -> crate::ui::Page {
    let may = vec!["surveys:manage", "surveys:paper"];
    let staff = StaffLook { name: "Ada Ankietowa".into(), may, ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskSurveys, "/desk/surveys") }
}

fn link() -> Link {
    Link { href: "/x".into(), text: LONG.into() }
}

fn question(kind: &'static str) -> SurveyQuestion {
    let picture = || SurveyPicture { href: "/surveys/x/pictures/1.png".into(), alt: LONG.into() };
    let choice = SurveyChoice {
        value: "c1".into(),
        label: LONG.into(),
        selected: true,
        given: "1".into(),
        picture: Some(picture()),
    };
    SurveyQuestion {
        id: format!("q-{kind}"),
        kind,
        title: LONG.into(),
        hints: vec![LONG.into(), LONG.into()],
        required: kind == "single",
        fault: (kind != "date").then(|| LONG.into()),
        pictures: vec![picture()],
        choices: vec![choice.clone(), SurveyChoice { value: "c2".into(), ..choice.clone() }],
        rows: vec![SurveyRow { id: "r1".into(), label: LONG.into(), columns: vec![choice] }],
        places: vec![1, 2],
        ends: Some((LONG.into(), LONG.into())),
        value: "<b>".into(),
        typed: "@ <b>".into(),
        most: 3,
        most_each: 2,
        long: kind == "text",
        comment: true,
        unit: "min".into(),
        range: ("2026-01-01".into(), "2026-12-31".into()),
        collection: "benches".into(),
        kept: vec![SurveyKept { id: "1".into(), name: "<b>.pdf".into() }],
        drawn: String::new(),
        when: r#"[{"question":"<b>","any":["a"]}]"#.into(),
    }
}

fn survey(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let kinds = [
        "single", "multiple", "scale", "matrix", "ranking", "points", "number", "text", "date", "file",
        "pin", "asset",
    ];
    let form = SurveyForm {
        action: "/surveys/x".into(),
        token: "abc".into(),
        survey: "1".into(),
        secrecy: "anonymous",
        pages: vec![SurveyFormPage {
            title: LONG.into(),
            intro: "<p>x</p>".into(),
            questions: kinds.into_iter().map(question).collect(),
        }],
        at: (2, 3),
        step: LONG.into(),
        carried: r#"{"a":"<b>"}"#.into(),
        seed: "abc".into(),
        uploads: true,
        faults: vec![SurveyFault { field: "q-single".into(), message: LONG.into() }],
        whole: String::new(),
        send: t.get("survey-send"),
    };
    SurveyPage {
        page: page(lang, LONG, Nav::Surveys, "/surveys/x"),
        t,
        back: link(),
        kind: t.get("survey-kind-open"),
        title: LONG.into(),
        chips: vec![Chip { look: "good", text: LONG.into() }],
        intro: "<p>x</p>".into(),
        facts: vec![Fact { title: LONG.into(), value: LONG.into() }],
        notice: full.then(|| LONG.into()),
        why: (!full).then(|| (LONG.into(), Some(link()))),
        links: vec![link()],
        form: full.then_some(form),
        vote: full.then(vote),
    }
    .render()
    .unwrap()
}

fn vote() -> SurveyVote {
    SurveyVote {
        survey: "x".into(),
        owner: "x".into(),
        href: "/surveys/x".into(),
        by_code: true,
        fingerprint: LONG.into(),
        texts: "{}".into(),
    }
}

fn receipt(lang: Lang, full: bool) -> String {
    let page = VoteReceiptPage {
        page: page(lang, LONG, Nav::Surveys, "/surveys/x/receipt"),
        t: texts(lang),
        sheet: Sheet::new(LONG),
        vote: full.then(vote),
    };
    page.render().unwrap()
}

fn paper_sheet(lang: Lang) -> String {
    let page = PaperSheetPage {
        page: desk(lang, LONG),
        t: texts(lang),
        back: link(),
        title: LONG.into(),
        which: LONG.into(),
        action: "/x".into(),
        pages: vec![SurveyFormPage::default()],
        faults: vec![SurveyFault { field: "p1".into(), message: LONG.into() }],
    };
    page.render().unwrap()
}

fn builder(lang: Lang, draft: bool) -> String {
    let t = texts(lang);
    let one = BuilderQuestion {
        id: "p1".into(),
        href: "/x".into(),
        title: LONG.into(),
        kind: t.get("question-single"),
        required: true,
        when: LONG.into(),
        wrong: LONG.into(),
    };
    let page = |n| BuilderPage { n, title: LONG.into(), href: "/x".into(), questions: vec![one.clone()] };
    BuilderView {
        page: desk(lang, LONG),
        t,
        back: link(),
        title: LONG.into(),
        action: "/x".into(),
        preview: "/x".into(),
        rev: 3,
        draft,
        mends: !draft,
        pages: vec![page(0), BuilderPage { questions: Vec::new(), ..page(1) }],
        kinds: vec![Choice { value: "single".into(), label: t.get("question-single"), selected: true }],
        faults: Vec::new(),
    }
    .render()
    .unwrap()
}

fn question_page(lang: Lang) -> String {
    let t = texts(lang);
    QuestionPage {
        page: desk(lang, LONG),
        t,
        sheet: Sheet::new(LONG),
        preview: SurveyFormPage { questions: vec![question("single")], ..SurveyFormPage::default() },
        uploads: Some("/x".into()),
        geojson: Some("/x".into()),
        rev: 1,
        pictures: vec![SurveyPicture { href: "/x".into(), alt: LONG.into() }],
    }
    .render()
    .unwrap()
}

fn districts(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let one = DistrictLine {
        id: "1".into(),
        name: LONG.into(),
        about: LONG.into(),
        rev: 1,
        removable: true,
        path: "M0 0L1 1Z".into(),
        at: (1.0, 1.0),
    };
    DistrictsPage {
        page: desk(lang, LONG),
        t,
        back: link(),
        notice: full.then(|| LONG.into()),
        faults: Vec::new(),
        districts: if full { vec![one] } else { Vec::new() },
        size: (600.0, 400.0),
        collections: vec![Choice { value: "parks".into(), label: LONG.into(), selected: false }],
        name: "<b>".into(),
    }
    .render()
    .unwrap()
}

fn group() -> OpinionGroup {
    let opinion = OpinionLine {
        id: "1/p1".into(),
        question: LONG.into(),
        words: LONG.into(),
        shown: LONG.into(),
        hidden: false,
    };
    OpinionGroup {
        title: LONG.into(),
        chip: Chip { look: "good", text: LONG.into() },
        reply: LONG.into(),
        when: "1 grudnia 2026".into(),
        opinions: vec![opinion],
    }
}

fn opinions(lang: Lang) -> String {
    let t = texts(lang);
    let title = LONG.to_owned();
    let page = page(lang, LONG, Nav::Surveys, "/x");
    OpinionsPage { page, t, back: link(), title, lead: LONG.into(), groups: vec![group()] }.render().unwrap()
}

fn desk_opinions(lang: Lang) -> String {
    let t = texts(lang);
    let choice = Choice { value: "1".into(), label: LONG.into(), selected: false };
    DeskOpinionsPage {
        page: desk(lang, LONG),
        t,
        back: link(),
        notice: None,
        faults: Vec::new(),
        action: "/x".into(),
        open: group().opinions,
        decisions: vec![choice.clone()],
        before: vec![choice.clone(), choice],
        reply: "<b>".into(),
        done: vec![group()],
    }
    .render()
    .unwrap()
}

fn poster(lang: Lang) -> String {
    PosterPage {
        page: desk(lang, LONG),
        t: texts(lang),
        back: link(),
        kind: LONG.into(),
        title: LONG.into(),
        lines: vec![LONG.into()],
        address: "urzad.example/surveys/x".into(),
        code: "<svg></svg>".into(),
        embed: "<a href=\"x\">x</a>".into(),
        frame: "<iframe src=\"x\"></iframe>".into(),
        card: "/surveys/x/card".into(),
    }
    .render()
    .unwrap()
}

fn card(lang: Lang) -> String {
    SurveyCardPage {
        page: page(lang, LONG, Nav::Surveys, "/surveys/x/card"),
        t: texts(lang),
        kind: LONG.into(),
        title: LONG.into(),
        chip: Chip { look: "good", text: LONG.into() },
        lines: vec![LONG.into()],
        go: link(),
    }
    .render()
    .unwrap()
}

/// Results: a chart in a table, a map, a table that is too wide.
fn results(lang: Lang) -> Sheet {
    let bar = |sure, more| Bar {
        label: LONG.into(),
        small: LONG.into(),
        value: "140–149".into(),
        share: "12,5\u{a0}%".into(),
        sure,
        more,
    };
    let crowd = CrowdLook {
        name: "view-m1".into(),
        width_m: 250,
        classes: vec![(1, "5–9".into()), (5, "31".into())],
    };
    let mut sheet = Sheet::new(LONG);
    sheet.caption = Some(texts(lang).get("results-caption"));
    sheet.blocks = vec![
        Block::Bars(Bars {
            caption: LONG.into(),
            head: ["a".into(), "b".into(), "c".into()],
            lines: vec![bar(90, 10), bar(0, 0)],
        }),
        Block::Map(MapBlock {
            items: "/surveys/x/results/places.geojson".into(),
            label: LONG.into(),
            crowd: Some(crowd),
        }),
        Block::Table(Table {
            caption: LONG.into(),
            head: (0..12).map(|n| (format!("{LONG} {n}"), n > 0)).collect(),
            rows: vec![(0..12).map(|n| Cell::number(n.to_string())).collect()],
        }),
    ];
    sheet
}

pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("survey", survey(lang, true)),
        ("survey-closed", survey(lang, false)),
        ("survey-form", builder(lang, true)),
        ("survey-form-open", builder(lang, false)),
        ("survey-question", question_page(lang)),
        ("survey-districts", districts(lang, true)),
        ("survey-districts-none", districts(lang, false)),
        ("survey-opinions", opinions(lang)),
        ("survey-desk-opinions", desk_opinions(lang)),
        ("survey-poster", poster(lang)),
        ("survey-card", card(lang)),
        (
            "survey-results",
            SurveyResultsPage {
                page: page(lang, LONG, Nav::Surveys, "/surveys/x/results"),
                t: texts(lang),
                sheet: results(lang),
            }
            .render()
            .unwrap(),
        ),
        (
            "survey-report",
            SurveyReportPage {
                page: page(lang, LONG, Nav::Surveys, "/surveys/x/report"),
                t: texts(lang),
                sheet: results(lang),
                pdf: "/surveys/x/report.pdf".into(),
            }
            .render()
            .unwrap(),
        ),
        (
            "survey-project",
            DeskProjectPage { page: desk(lang, LONG), t: texts(lang), sheet: results(lang) }
                .render()
                .unwrap(),
        ),
        ("survey-receipt", receipt(lang, true)),
        ("survey-receipt-later", receipt(lang, false)),
        ("survey-paper-sheet", paper_sheet(lang)),
    ]
}
