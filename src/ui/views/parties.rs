//! Pages of residents and of whoever verifies them.

use askama::Template;

use super::{Choice, Fact, FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// What is wrong with a field.
fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

macro_rules! faults {
    ($($page:ident),*) => {
        $(impl $page {
            fn fault(&self, field: &str) -> Option<&str> {
                fault_of(&self.faults, field)
            }
        })*
    };
}

faults!(
    OwnDataPage,
    IdentityPage,
    ResidentsPage,
    ResidentPage,
    PurposePage,
    VerifyPage,
    VerifySeenPage,
    NewMandatePage
);

/// One way on from the first page of an account.
#[derive(Debug, Clone)]
pub struct OwnBox {
    /// Address.
    pub href: String,
    /// "Pełnomocnictwa".
    pub title: String,
    /// What is there.
    pub text: String,
}

/// `/account`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/start.html")]
pub struct OwnStartPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Whose account.
    pub name: String,
    /// "Zweryfikowany".
    pub level: String,
    /// What the level gives.
    pub gives: String,
    /// What to do for more; nothing when there is no more.
    pub next: Option<Link>,
    /// Ways on.
    pub boxes: Vec<OwnBox>,
    /// When and how the level was reached.
    pub proofs: Vec<ProofLine>,
}

/// One proof of who somebody is.
#[derive(Debug, Clone)]
pub struct ProofLine {
    /// When.
    pub at: String,
    /// What happened.
    pub text: String,
    /// Whose deed.
    pub by: String,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// Name and address as they are typed.
#[derive(Debug, Clone, Default)]
pub struct DeclaredForm {
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// Street.
    pub street: String,
    /// House number.
    pub house_number: String,
    /// Flat.
    pub flat_number: String,
    /// Postcode.
    pub postcode: String,
    /// Place.
    pub place: String,
    /// Streets of the register.
    pub streets: Vec<String>,
    /// Places of the register.
    pub places: Vec<String>,
}

/// `/account/data`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/data.html")]
pub struct OwnDataPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What cannot be changed here.
    pub facts: Vec<Fact>,
    /// Name and address.
    pub form: DeclaredForm,
    /// What a change costs, when it costs anything.
    pub warning: Option<String>,
    /// Whether another name needs a reason.
    pub needs_reason: bool,
    /// Why, as it was typed.
    pub reason: String,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// A code that works now, as its page shows it.
#[derive(Debug, Clone)]
pub struct CodeView {
    /// "ABCD-EFGH"; nothing of a letter.
    pub code: Option<String>,
    /// Until when, or where the letter is.
    pub text: String,
}

/// `/account/identity`: how to become better known.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/identity.html")]
pub struct IdentityPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Why somebody was led here.
    pub needs: Option<String>,
    /// Stable name of what is needed, to be carried on.
    pub needs_name: String,
    /// Where to go afterwards.
    pub next: String,
    /// "Zweryfikowany".
    pub level: String,
    /// What the level gives.
    pub gives: String,
    /// Whether name and address can be shown.
    pub may_declare: bool,
    /// Whether the register of addresses is enough here.
    pub roll_is_enough: bool,
    /// Whether more than a resident can be shown.
    pub may_verify: bool,
    /// Name and address.
    pub form: DeclaredForm,
    /// A letter that is under way.
    pub letter: Option<CodeView>,
    /// A code for the desk.
    pub desk: Option<CodeView>,
    /// Logins of the state.
    pub providers: Vec<Link>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// A power of attorney as lists show it.
#[derive(Debug, Clone)]
pub struct MandateLine {
    /// Its id.
    pub id: String,
    /// For whom.
    pub principal: String,
    /// Who acts.
    pub agent: String,
    /// "opłaty, sprawy".
    pub scopes: String,
    /// "od 1 stycznia 2026 do odwołania".
    pub dates: String,
    /// What was shown.
    pub document: String,
    /// "Obowiązuje".
    pub state: String,
    /// Whether it holds now.
    pub holds: bool,
    /// Whether it can still be revoked.
    pub may_end: bool,
    /// Why it was revoked.
    pub why: Option<String>,
    /// Whether one acts by it now.
    pub acting: bool,
}

/// `/account/mandates`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/own_mandates.html")]
pub struct OwnMandatesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// For whom one may act.
    pub given: Vec<MandateLine>,
    /// Who may act for one.
    pub taken: Vec<MandateLine>,
    /// What was just done.
    pub notice: Option<String>,
    /// What was not.
    pub refused: Option<String>,
}

/// What a look is for, as the form holds it.
#[derive(Debug, Clone, Default)]
pub struct PurposeForm {
    /// Purposes to choose from.
    pub choices: Vec<Choice>,
    /// Words of one's own.
    pub note: String,
}

/// One person that a search found.
#[derive(Debug, Clone)]
pub struct HitLine {
    /// Address of the record, with the purpose.
    pub href: String,
    /// The name.
    pub name: String,
    /// Masked address.
    pub email: Option<String>,
    /// "Zweryfikowany".
    pub level: String,
}

/// `/desk/residents`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/residents.html")]
pub struct ResidentsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is searched for.
    pub q: String,
    /// What for.
    pub purpose: PurposeForm,
    /// What was found; nothing before a search.
    pub hits: Option<Vec<HitLine>>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// A look at a person.
#[derive(Debug, Clone)]
pub struct LookLine {
    /// When.
    pub at: String,
    /// Who.
    pub staff: String,
    /// What for.
    pub purpose: String,
    /// What was seen.
    pub what: String,
}

/// `/desk/residents/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/resident.html")]
pub struct ResidentPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Address of this record without its purpose.
    pub path: String,
    /// Id of the party.
    pub id: String,
    /// What the look is for.
    pub purpose: String,
    /// What else was said.
    pub note: String,
    /// The name.
    pub name: String,
    /// What is known.
    pub facts: Vec<Fact>,
    /// The PESEL, when it was asked for.
    pub pesel: Option<String>,
    /// Whether one is known.
    pub has_pesel: bool,
    /// Whether the person has an account.
    pub has_account: bool,
    /// Levels to which this one can be lowered.
    pub lower: Vec<Choice>,
    /// Why it is lowered, as typed.
    pub reason: String,
    /// Proofs.
    pub proofs: Vec<ProofLine>,
    /// Powers of attorney.
    pub mandates: Vec<MandateLine>,
    /// Who looked.
    pub looks: Vec<LookLine>,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// `/desk/residents/{id}` before it is said what for.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/purpose.html")]
pub struct PurposePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Address of the record.
    pub path: String,
    /// What for.
    pub purpose: PurposeForm,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// `/desk/residents/verify`: the code that a person shows.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/verify.html")]
pub struct VerifyPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The code as typed.
    pub code: String,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// The first step: what stands in the document.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/verify_seen.html")]
pub struct VerifySeenPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The heading.
    pub title: String,
    /// What the clerk does here.
    pub lead: String,
    /// Where the form goes.
    pub action: String,
    /// The page before.
    pub back: Link,
    /// The code's id; empty where there is none.
    pub code: String,
    /// Name of the account.
    pub name: String,
    /// Its masked address.
    pub email: String,
    /// The level now.
    pub level: String,
    /// Kinds of documents.
    pub documents: Vec<Choice>,
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// PESEL.
    pub pesel: String,
    /// Day of birth.
    pub born: String,
    /// State that gave the document.
    pub country: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// The second step at the desk: everything once more, before it is done.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/verify_review.html")]
pub struct VerifyReviewPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The heading.
    pub title: String,
    /// What the clerk confirms.
    pub lead: String,
    /// Where the form goes.
    pub action: String,
    /// What its button says.
    pub button: String,
    /// The page before.
    pub back: Link,
    /// The way out of it.
    pub cancel: Link,
    /// Where the form goes that corrects what was typed, if there is one.
    pub correct: Option<String>,
    /// What was seen, sealed.
    pub review: String,
    /// Name and masked address of the account that is concerned, if it is one.
    pub whose: Option<(String, String)>,
    /// What will be written.
    pub facts: Vec<Fact>,
}

/// `/desk/residents/mandates/new`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/mandate_new.html")]
pub struct NewMandatePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Company or person.
    pub is_person: bool,
    /// Number of the company.
    pub nip: String,
    /// Its name.
    pub company: String,
    /// Number of the person.
    pub pesel: String,
    /// Their given names.
    pub given_names: String,
    /// Their family name.
    pub family_name: String,
    /// PESEL or address of the agent.
    pub agent: String,
    /// In what.
    pub scopes: Vec<Choice>,
    /// The first day.
    pub valid_from: String,
    /// The last day.
    pub valid_until: String,
    /// What was shown.
    pub document: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// A letter with a code.
#[derive(Debug, Clone)]
pub struct LetterView {
    /// Its id.
    pub id: String,
    /// Whom it goes to.
    pub addressee: String,
    /// "ul. Lipowa 3/4".
    pub street_line: String,
    /// "05-807 Zmyślin".
    pub place_line: String,
    /// Whether the register has the address.
    pub in_register: bool,
    /// When it was asked for.
    pub asked: String,
    /// Until when the code works.
    pub until: String,
    /// The code, in print.
    pub code: String,
}

/// `/desk/residents/letters`
#[derive(Debug, Clone, Template)]
#[template(path = "parties/letters.html")]
pub struct LettersPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Letters that wait.
    pub letters: Vec<LetterView>,
    /// What was just done.
    pub notice: Option<String>,
}

/// Letters as they are printed: one on each page, the address where the window of the envelope is.
#[derive(Debug, Clone, Template)]
#[template(path = "parties/letters_print.html")]
pub struct LettersPrintPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Letters.
    pub letters: Vec<LetterView>,
    /// The texts of each letter: Polish first, English below.
    pub both: [&'static Texts; 2],
    /// The day.
    pub today: String,
    /// Address at which codes are typed.
    pub where_to: String,
}
