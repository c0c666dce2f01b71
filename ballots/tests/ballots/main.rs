//! Tokens, envelopes, the urn and the published file: against RFC 9474, against the browser's half, against whoever lies.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test ends by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use ballots::{
    count::count,
    form::{Answers, Form, Text},
    secret::{
        Ballot, Keys, PublicKeys, Refused, Token,
        file::{self, Counts, Fault, Head},
        text_of,
        urn::{Opened, normal, plain_bytes},
        voter::Voter,
    },
};
use blind_rsa_signatures::{
    BlindingResult, MessageRandomizer, PublicKeySha384PSSRandomized, SecretKeySha384PSSRandomized,
    reexports::{
        crypto_bigint::BoxedUint,
        rsa::{
            RsaPrivateKey,
            rand_core::{TryCryptoRng, TryRng},
        },
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Random numbers that are not random: those of a vector, one after the other.
struct Said(Vec<Vec<u8>>);

impl TryRng for Said {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        unreachable!("only bytes are asked for")
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        unreachable!("only bytes are asked for")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        to.copy_from_slice(&self.0.remove(0));
        Ok(())
    }
}

impl TryCryptoRng for Said {}

#[test]
fn tokens_are_those_of_rfc_9474() {
    let vector: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../data/rfc9474.json")).unwrap();
    let bytes = |name: &str| hex(&vector[name]);
    let number = |name: &str| BoxedUint::from_be_slice_vartime(&bytes(name));
    let n = number("n");
    let inner =
        RsaPrivateKey::from_components(n.clone(), number("e"), number("d"), vec![number("p"), number("q")])
            .unwrap();
    let secret = SecretKeySha384PSSRandomized::new(inner);
    let public: PublicKeySha384PSSRandomized = secret.public_key().unwrap();
    let factor = number("inv").invert_mod(&n.to_nz().unwrap()).unwrap();
    let mut said = Said(vec![bytes("msg_prefix"), bytes("salt"), factor.to_le_bytes().to_vec()]);
    let blinding: BlindingResult = public.blind(&mut said, bytes("msg")).unwrap();
    assert_eq!(blinding.blind_message.0, bytes("blinded_msg"));
    assert_eq!(blinding.secret.0, bytes("inv"));
    assert_eq!(
        blinding.msg_randomizer.map(|MessageRandomizer(prefix)| prefix.to_vec()),
        Some(bytes("msg_prefix"))
    );
    let signed = secret.blind_sign(&blinding.blind_message).unwrap();
    assert_eq!(signed.0, bytes("blind_sig"));
    assert_eq!(public.finalize(&signed, &blinding, bytes("msg")).unwrap().0, bytes("sig"));
}

/// What the browser's half and this one have made of the same keys. `static/tests/secret_vote.test.ts` reads it too.
#[test]
fn the_browsers_ballot_is_a_ballot() {
    let all: Value = serde_json::from_str(include_str!("../data/exchange.json")).unwrap();
    let survey: Uuid = serde_json::from_value(all["survey"].clone()).unwrap();
    let plain_bytes = all["plain_bytes"].as_u64().unwrap() as usize;
    let keys = Keys::from_bytes(all["private"].to_string().as_bytes()).unwrap();
    let public: PublicKeys = serde_json::from_value(all["public"].clone()).unwrap();
    assert_eq!(*keys.public(), public);
    for maker in ["browser", "rust"] {
        let made = &all[maker];
        let ballot: Ballot = serde_json::from_value(made["ballot"].clone()).unwrap();
        ballot.check(survey, &public.verify().unwrap(), plain_bytes).unwrap();
        assert_eq!(json!(keys.answers(survey, &ballot).unwrap()), all["answers"], "{maker}");
        let blinded = ballots::secret::bytes_of(made["blinded"].as_str().unwrap()).unwrap();
        assert_eq!(json!(text_of(&keys.sign(&blinded).unwrap())), made["signed"], "{maker}");
    }
}

fn form() -> Form {
    let choices = json!(["a", "b", "c"].map(|id| json!({"id": id, "label": {"pl": id}})));
    let form = json!({"pages": [{"title": {"pl": "Głosowanie"}, "questions": [
        {"id": "one", "title": {"pl": "Jedno"}, "type": "single", "choices": choices},
        {"id": "some", "title": {"pl": "Kilka"}, "type": "multiple", "choices": choices, "shuffled": true},
        {"id": "then", "title": {"pl": "Kto a"}, "type": "single", "choices": choices,
            "when": [{"question": "one", "any": ["a"]}]},
        {"id": "points", "title": {"pl": "Punkty"}, "type": "points", "choices": choices, "total": 10, "most_each": 10},
        {"id": "why", "title": {"pl": "Dlaczego"}, "type": "text", "most": 200, "long": true},
    ]}]});
    serde_json::from_value(form).unwrap()
}

fn answers(of: Value) -> Answers {
    serde_json::from_value(of).unwrap()
}

/// One survey with its urn.
struct Vote {
    id: Uuid,
    keys: Keys,
    form: Form,
    roll: usize,
    urn: Vec<Ballot>,
}

impl Vote {
    fn new() -> Self {
        Self {
            id: Uuid::from_bytes([7; 16]),
            keys: Keys::generate().unwrap(),
            form: form(),
            roll: 0,
            urn: Vec::new(),
        }
    }

    fn ballot(&mut self, chosen: Value) -> Ballot {
        let public = self.keys.public().clone();
        let voter = Voter::new(&public).unwrap();
        self.roll += 1;
        let entitled = voter.entitled(&public, &self.keys.sign(voter.blinded()).unwrap()).unwrap();
        entitled.ballot(self.id, &public, plain_bytes(&self.form), &answers(chosen)).unwrap()
    }

    fn check(&self, ballot: &Ballot) -> Result<(), Refused> {
        ballot.check(self.id, &self.keys.public().verify().unwrap(), plain_bytes(&self.form))
    }

    fn file(&self, opened: &Opened, sheets: Vec<Answers>) -> Vec<u8> {
        let mut ballots = opened.ballots.clone();
        let online = ballots.len();
        ballots.extend(sheets);
        let head = Head {
            format: file::FORMAT.into(),
            survey: self.id,
            slug: "most".into(),
            kind: "vote".into(),
            title: Text::pl("Most"),
            form: self.form.clone(),
            keys: self.keys.public().clone(),
            opened_on: "2026-12-01".parse().unwrap(),
            counts: Counts {
                roll_online: self.roll,
                online,
                spoiled: opened.spoiled,
                paper: ballots.len() - online,
                ..Counts::default()
            },
            left_out: file::left_out(&self.form),
            withheld: false,
        };
        file::write(&self.keys, &head, &opened.receipts, &ballots).unwrap()
    }
}

fn any(_: &Form, _: &Answers) -> Result<(), String> {
    Ok(())
}

#[test]
fn forged_swapped_and_foreign_ballots_are_refused() {
    let mut vote = Vote::new();
    let (one, other) = (vote.ballot(json!({"one": "a"})), vote.ballot(json!({"one": "b"})));
    assert_eq!(vote.check(&one), Ok(()));
    // The envelope of one under the token of another: a database's administrator moves ballots.
    let moved = Ballot { envelope: other.envelope.clone(), seal: other.seal.clone(), ..one.clone() };
    assert_eq!(vote.check(&moved), Err(Refused::Seal));
    // A new envelope for the public key of the urn, put into somebody's row.
    let swapped = Ballot { envelope: other.envelope.clone(), ..one.clone() };
    assert_eq!(vote.check(&swapped), Err(Refused::Seal));
    let unsigned = Ballot { signature: other.signature.clone(), ..one.clone() };
    assert_eq!(vote.check(&unsigned), Err(Refused::Token));
    let mut long = one.clone();
    long.envelope.push(0);
    assert_eq!(vote.check(&long), Err(Refused::Size));
    let elsewhere = Vote::new();
    assert_eq!(elsewhere.check(&one), Err(Refused::Token));
    // The signature of a blinded token that was never blinded is of no use: it is not a padded text.
    let own = Voter::new(vote.keys.public()).unwrap();
    let raw = vote.keys.sign(own.blinded()).unwrap();
    assert_eq!(vote.check(&Ballot { signature: raw, ..one.clone() }), Err(Refused::Token));
    assert_eq!(vote.keys.sign(&[255; 256]).unwrap_err(), Refused::Blinded);
    assert_eq!(vote.keys.sign(&[1; 255]).unwrap_err(), Refused::Blinded);
    assert!(Token::new(&[4; 97]).is_err(), "no point of the curve");
    // Envelopes of equal length whatever is in them, and answers that do not go in are refused at home.
    assert_eq!(
        one.envelope.len(),
        vote.ballot(json!({"why": "ż".repeat(200), "some": ["a", "b", "c"]})).envelope.len()
    );
    let public = vote.keys.public().clone();
    let voter = Voter::new(&public).unwrap();
    let entitled = voter.entitled(&public, &vote.keys.sign(voter.blinded()).unwrap()).unwrap();
    let too_long = entitled.ballot(
        vote.id,
        &public,
        plain_bytes(&vote.form),
        &answers(json!({"why": "x".repeat(9000)})),
    );
    assert_eq!(too_long.unwrap_err(), Refused::Size);
    // The same blinded token is answered alike, however often it is asked for.
    assert_eq!(vote.keys.sign(voter.blinded()).unwrap(), vote.keys.sign(voter.blinded()).unwrap());
    let kept = Keys::from_bytes(&vote.keys.to_bytes().unwrap()).unwrap();
    assert_eq!(kept.public(), vote.keys.public());
    assert_eq!(kept.answers(vote.id, &one), Some(answers(json!({"one": "a"}))));
    assert_eq!(kept.answers(Uuid::from_bytes([8; 16]), &one), None, "of another survey");
}

#[test]
fn an_urn_gives_two_lists_that_nothing_joins_and_a_file_that_can_be_counted_again() {
    let mut vote = Vote::new();
    let mut last = Vec::new();
    for at in 0..60 {
        let mut chosen = json!({"one": (["a", "b", "c"][at % 3]), "why": format!("voter {at}")});
        if at % 3 == 0 {
            chosen["then"] = json!("b");
        }
        let ballot = vote.ballot(chosen);
        last.push((ballot.token, at));
        vote.urn.push(ballot);
    }
    let nonsense = vote.ballot(json!({"two": 2}));
    vote.urn.push(nonsense);
    let mut foreign = vote.urn[0].clone();
    foreign.signature[9] ^= 1;
    vote.urn.push(foreign);
    let fits = |answers: &Answers| answers.contains_key("one");
    let opened =
        Opened::from_urn(&vote.keys, vote.id, &vote.form, plain_bytes(&vote.form), vote.urn.clone(), fits);
    assert_eq!((opened.ballots.len(), opened.receipts.len(), opened.spoiled, opened.foreign), (60, 61, 1, 1));
    // Where a ballot stands says nothing of where it stood in the urn or of where its receipt stands.
    let place = |at: usize| {
        let said = json!(format!("voter {at}"));
        opened.ballots.iter().position(|ballot| ballot["why"] == said).unwrap()
    };
    let kept_place = (0..60).filter(|at| place(*at) == *at).count();
    let by_receipt = last
        .iter()
        .filter(|(token, at)| {
            opened.receipts.iter().position(|receipt| receipt.token == *token) == Some(place(*at))
        })
        .count();
    assert!(kept_place < 9 && by_receipt < 9, "one in 60 by chance: {kept_place}, {by_receipt}");

    let sheets = vec![answers(json!({"one": "c"})); 4];
    let text = vote.file(&opened, sheets);
    let checked = file::read(text.as_slice(), any).unwrap();
    // Whoever counts the file gets what the box says, also where one question hangs on another; and a line is nobody's.
    let (from_file, from_box) = (count(&vote.form, &checked.ballots), count(&vote.form, &opened.ballots));
    for id in ["some", "then", "points"] {
        assert_eq!(
            from_file.question(id).map(|one| &one.tally),
            from_box.question(id).map(|one| &one.tally),
            "{id}"
        );
    }
    assert_eq!(from_file.question("then").map(|one| (one.asked, one.answered, one.void)), Some((20, 20, 0)));
    let count =
        |id: &str| checked.ballots.iter().filter(|ballot| ballot.get("one") == Some(&json!(id))).count();
    assert_eq!([count("a"), count("b"), count("c")], [20, 20, 24]);
    assert!(!String::from_utf8(text.clone()).unwrap().contains("voter 7"), "words stay out of the file");
    assert_eq!(checked.head.left_out, ["why"]);
    let receipts: BTreeSet<Token> = checked.receipts.iter().map(|receipt| receipt.token).collect();
    assert!(last.iter().all(|(token, _)| receipts.contains(token)), "everybody finds their receipt");
    liars(&vote, &text);
}

/// Each change of a published file is found.
fn liars(vote: &Vote, text: &[u8]) {
    let lines: Vec<&str> = std::str::from_utf8(text).unwrap().lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let fault = |text: String| file::read(text.as_bytes(), any).unwrap_err().to_string();
    let ballot = lines.iter().position(|line| line.starts_with("{\"ballot\"")).unwrap();
    let receipt = lines.iter().position(|line| line.starts_with("{\"receipt\"")).unwrap();
    let changed = lines[ballot..].iter().position(|line| line.contains("\"a\"")).unwrap() + ballot;
    let line = lines[changed].replace("\"a\"", "\"b\"");
    let mut one = lines.clone();
    one[changed] = &line;
    assert!(fault(joined(&one)).contains("digest"), "one changed ballot is found");
    let mut fewer = lines.clone();
    fewer.remove(ballot);
    assert!(fault(joined(&fewer)).contains("digest"));
    let mut twice = lines.clone();
    twice.insert(receipt, lines[receipt]);
    assert!(fault(joined(&twice)).contains("twice"));
    assert!(fault(joined(&lines[..lines.len() - 1])).contains("missing"));
    let behind = [lines.clone(), vec![lines[ballot]]].concat();
    assert!(fault(joined(&behind)).contains("behind"));
    // Whoever changes a ballot and signs the whole again has not the key.
    let opened =
        Opened::from_urn(&vote.keys, vote.id, &vote.form, plain_bytes(&vote.form), vote.urn.clone(), |_| {
            true
        });
    let other = Vote { keys: Keys::generate().unwrap(), form: vote.form.clone(), urn: Vec::new(), ..*vote };
    let forged = other.file(&opened, Vec::new());
    let head = lines[0].to_owned() + "\n";
    let rest = forged.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let text = [head.as_bytes(), &forged[rest..]].concat();
    assert!(matches!(file::read(text.as_slice(), any).unwrap_err(), Fault::Line { .. }));
    // More ballots than names in the roll.
    let stuffed = Vote {
        keys: Keys::from_bytes(&vote.keys.to_bytes().unwrap()).unwrap(),
        form: vote.form.clone(),
        urn: Vec::new(),
        roll: 9,
        ..*vote
    };
    assert!(
        fault(String::from_utf8(stuffed.file(&opened, Vec::new())).unwrap()).contains("names in the roll")
    );
    let unfit = file::read(joined(&lines).as_bytes(), |_, answers| match answers.is_empty() {
        true => Ok(()),
        false => Err("does not fit".into()),
    });
    assert!(unfit.unwrap_err().to_string().contains("does not fit"));
}

#[test]
fn what_counts_the_same_is_said_the_same() {
    let form = form();
    let one =
        normal(&form, answers(json!({"some": ["c", "a"], "points": {"b": 4.0, "a": 0}, "x": 1, "why": ""})));
    let other = normal(&form, answers(json!({"some": ["a", "c"], "points": {"b": 4}})));
    assert_eq!(one, other);
    assert_eq!(serde_json::to_string(&one).unwrap(), "{\"points\":{\"b\":4},\"some\":[\"a\",\"c\"]}");
}
