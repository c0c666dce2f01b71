//! Pages of residents about themselves, and of the desk about residents.

mod desk;
mod identity;
mod mandates;
mod own;
mod verify;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::{
    Parties,
    address::AddressFault,
    model::{Address, Look, Mandate, MandateState, PURPOSES, Proof, person_name, today},
    proving::Declared,
};
pub use verify::{SeenForm, read_seen, seen_facts};

use crate::{
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::{
        local_time, see_other, unkept,
        views::{Choice, DeclaredForm, FieldFault, LookLine, MandateLine, ProofLine, PurposeForm},
    },
};

pub(super) fn doors() -> Doors<Parties> {
    let own = Access::Resident(Level::Known);
    let reader = Access::May(Permission::ResidentsRead);
    let verifier = Access::May(Permission::ResidentsVerify);
    Doors::new()
        .get(own, "/account", own::start)
        .get(own, "/account/data", own::data_page)
        .post(own, "/account/data", own::change_data)
        .get(own, "/account/identity", identity::page)
        .post(own, "/account/identity/address", identity::declare)
        .post(own, "/account/identity/letter", identity::letter_code)
        .post(own, "/account/identity/desk", identity::desk_code)
        .get(own, "/account/mandates", mandates::own_page)
        .post(own, "/account/mandates/{id}/revoke", mandates::own_revoke)
        .post(own, "/account/acting", mandates::act)
        .get(reader, "/desk/residents", desk::page)
        .post(reader, "/desk/residents", desk::search)
        .get(reader, "/desk/residents/{id}", desk::person)
        .post(reader, "/desk/residents/{id}/pesel", desk::show_pesel)
        .post(verifier, "/desk/residents/{id}/lower", desk::lower)
        .get(verifier, "/desk/residents/verify", verify::page)
        .post(verifier, "/desk/residents/verify", verify::claim)
        .post(verifier, "/desk/residents/verify/check", verify::check)
        .post(verifier, "/desk/residents/verify/confirm", verify::confirm)
        .get(verifier, "/desk/residents/mandates/new", mandates::new_page)
        .post(verifier, "/desk/residents/mandates/new", mandates::review)
        .post(verifier, "/desk/residents/mandates/confirm", mandates::enter)
        .post(verifier, "/desk/residents/mandates/{id}/revoke", mandates::revoke)
        .get(verifier, "/desk/residents/letters", desk::letters)
        .post(verifier, "/desk/residents/letters/print", desk::print_letters)
        .post(verifier, "/desk/residents/letters/sent", desk::letters_sent)
        .post(verifier, "/desk/residents/letters/{id}/back", desk::take_letter_back)
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// What a level is called.
#[must_use]
pub fn level_name(t: &Texts, level: Level) -> String {
    t.get(match level {
        Level::Known => "level-known",
        Level::Resident => "level-resident",
        Level::Verified => "level-verified",
    })
}

/// What a level gives, in one sentence.
fn level_gives(t: &Texts, level: Level) -> String {
    t.get(match level {
        Level::Known => "level-known-gives",
        Level::Resident => "level-resident-gives",
        Level::Verified => "level-verified-gives",
    })
}

fn day(t: &Texts, day: NaiveDate) -> String {
    let small = |n: u32| u8::try_from(n).ok();
    t.date(i16::try_from(day.year()).unwrap_or(i16::MAX), small(day.month()), small(day.day()))
}

/// Fields of a name and an address, as forms send them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct DeclaredFields {
    given_names: String,
    family_name: String,
    street: String,
    house_number: String,
    flat_number: String,
    postcode: String,
    place: String,
}

impl DeclaredFields {
    /// What is declared, or all that is wrong with it.
    fn read(&self, t: &Texts) -> Result<Declared, Vec<FieldFault>> {
        let (names, mut faults) = read_names(t, &self.given_names, &self.family_name);
        let typed = Address {
            street: self.street.clone(),
            house_number: self.house_number.clone(),
            flat_number: self.flat_number.clone(),
            postcode: self.postcode.clone(),
            place: self.place.clone(),
        };
        match (names, Address::read(&typed)) {
            (Some((given_names, family_name)), Ok(address)) => {
                Ok(Declared { given_names, family_name, address })
            }
            (_, address) => {
                for wrong in address.err().unwrap_or_default() {
                    let (field, key) = AddressFault::field_and_key(wrong);
                    faults.push(fault(field, t.get(key)));
                }
                Err(faults)
            }
        }
    }

    fn shown(&self, (streets, places): (Vec<String>, Vec<String>)) -> DeclaredForm {
        DeclaredForm {
            given_names: self.given_names.clone(),
            family_name: self.family_name.clone(),
            street: self.street.clone(),
            house_number: self.house_number.clone(),
            flat_number: self.flat_number.clone(),
            postcode: self.postcode.clone(),
            place: self.place.clone(),
            streets,
            places,
        }
    }
}

/// Given names and family name, and what is wrong with them.
fn read_names(t: &Texts, given: &str, family: &str) -> (Option<(String, String)>, Vec<FieldFault>) {
    let (given, family) = (person_name(given), person_name(family));
    let mut faults = Vec::new();
    if given.is_none() {
        faults.push(fault("given_names", t.get("given-names-fault")));
    }
    if family.is_none() {
        faults.push(fault("family_name", t.get("family-name-fault")));
    }
    (given.zip(family), faults)
}

fn proof_lines(t: &Texts, proofs: Vec<Proof>, for_staff: bool) -> Vec<ProofLine> {
    proofs
        .into_iter()
        .map(|proof| ProofLine {
            at: local_time::instant_text(proof.at, t),
            text: proof_text(t, &proof),
            by: match proof.by.as_str() {
                "self" => t.get("proof-by-self"),
                by if for_staff => by.to_owned(),
                // Which clerk it was stands among the looks, by name.
                _ => t.get("proof-by-office"),
            },
            reason: proof.details.get("reason").and_then(|reason| reason.as_str()).map(str::to_owned),
        })
        .collect()
}

fn proof_text(t: &Texts, proof: &Proof) -> String {
    let level = level_name(t, proof.level);
    let means = match proof.means.as_str() {
        "address-roll" => t.get("proof-address-roll"),
        "letter-code" => t.get("proof-letter-code"),
        "desk" => match proof.details.get("document").and_then(|name| name.as_str()) {
            Some(document) => t.args("proof-desk", &[("document", document_name(t, document).into())]),
            None => t.get("proof-desk-plain"),
        },
        "lowered" => t.get("proof-lowered"),
        "name-changed" => t.get("proof-name-changed"),
        "address-changed" => t.get("proof-address-changed"),
        other => {
            let provider = other.strip_prefix("oidc:").unwrap_or(other).to_owned();
            t.args("proof-oidc", &[("provider", provider.into())])
        }
    };
    t.args("proof-line", &[("means", means.into()), ("level", level.into())])
}

fn document_name(t: &Texts, document: &str) -> String {
    match document {
        "id-card" => t.get("document-id-card"),
        "passport" => t.get("document-passport"),
        "mobile-id" => t.get("document-mobile-id"),
        "residence-card" => t.get("document-residence-card"),
        "eu-document" => t.get("document-eu"),
        other => other.to_owned(),
    }
}

/// What a look is for, in the reader's language; words of a clerk's own stay as they are.
#[must_use]
pub fn purpose_text(t: &Texts, purpose: &str, note: Option<&str>) -> String {
    let text = match purpose {
        "case" => t.get("look-for-case"),
        "identity" => t.get("look-for-identity"),
        "mandate" => t.get("look-for-mandate"),
        "correction" => t.get("look-for-correction"),
        "request" => t.get("look-for-request"),
        "vote" => t.get("look-for-vote"),
        words => words.to_owned(),
    };
    match note {
        Some(note) => format!("{text}: {note}"),
        None => text,
    }
}

/// What was seen by a look, in the reader's language.
#[must_use]
pub fn look_what(t: &Texts, what: &str) -> String {
    t.get(match what {
        "pesel" => "look-saw-pesel",
        "verification" => "look-saw-verification",
        "letter" => "look-saw-letter",
        "mandate" => "look-saw-mandate",
        "conversation" => "look-saw-conversation",
        "search" => "look-saw-search",
        "factors" => "look-saw-factors",
        "dues" => "look-saw-dues",
        "answers" => "look-saw-answers",
        _ => "look-saw-record",
    })
}

fn look_lines(t: &Texts, looks: Vec<Look>) -> Vec<LookLine> {
    looks
        .into_iter()
        .map(|look| LookLine {
            at: local_time::instant_text(look.at, t),
            staff: look.staff,
            purpose: purpose_text(t, &look.purpose, look.note.as_deref()),
            what: look_what(t, &look.what),
        })
        .collect()
}

/// Purposes to choose from.
fn purpose_form(t: &Texts, chosen: &str, note: &str) -> PurposeForm {
    let choice =
        |value: &str, label: String| Choice { value: value.to_owned(), label, selected: value == chosen };
    let listed = PURPOSES.iter().map(|name| choice(name, purpose_text(t, name, None)));
    PurposeForm {
        choices: listed.chain([choice("other", t.get("look-for-other"))]).collect(),
        note: note.to_owned(),
    }
}

fn mandate_line(ctx: &Ctx, t: &Texts, mandate: Mandate) -> MandateLine {
    let state = mandate.state(today(ctx.now));
    let scopes: Vec<String> = mandate.scopes.iter().map(|scope| scope_name(t, *scope)).collect();
    let acting = ctx.resident().and_then(|resident| resident.acting.as_ref());
    MandateLine {
        acting: acting.is_some_and(|acting| acting.mandate == mandate.id),
        id: mandate.id.to_string(),
        principal: mandate.principal_name,
        agent: mandate.agent_name,
        scopes: scopes.join(", "),
        dates: mandate_dates(t, mandate.valid_from, mandate.valid_until),
        document: mandate.document,
        state: t.get(match state {
            MandateState::Holds => "mandate-holds",
            MandateState::Coming => "mandate-coming",
            MandateState::Over => "mandate-over",
            MandateState::Revoked => "mandate-revoked",
        }),
        holds: state == MandateState::Holds,
        may_end: matches!(state, MandateState::Holds | MandateState::Coming),
        why: mandate.revoked_why,
    }
}

/// "od 1 stycznia 2026 do odwołania".
fn mandate_dates(t: &Texts, from: NaiveDate, until: Option<NaiveDate>) -> String {
    let from = day(t, from);
    match until {
        Some(until) => {
            t.args("mandate-from-until", &[("from", from.into()), ("until", day(t, until).into())])
        }
        None => t.args("mandate-from-on", &[("from", from.into())]),
    }
}

fn scope_name(t: &Texts, scope: crate::platform::access::MandateScope) -> String {
    use crate::platform::access::MandateScope;
    t.get(match scope {
        MandateScope::Dues => "scope-dues",
        MandateScope::Cases => "scope-cases",
        MandateScope::Deliveries => "scope-deliveries",
    })
}

/// An address of our own to go on to; nothing when it could lead elsewhere.
fn own_path(next: &str) -> Option<&str> {
    let good = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 2000
        && !next.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace());
    good.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_our_own_are_gone_on_to() {
        for good in ["/account", "/account/dues?year=2026"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }
}
