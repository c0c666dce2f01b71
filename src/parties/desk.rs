//! What clerks do with persons: find them, verify them, take levels back, send letters with codes.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Parties,
    model::{
        Address, DESK_TIME, LETTER_CODE_DAYS, Party, ProofConflict, Proven, Record, Search, line,
        masked_email, read_code,
    },
    ops::{Purpose, deed_of, staff_name},
    proving::DESK_CODE,
    store::{
        self, codes,
        records::{self, NewProof, NewSearch},
    },
};
use crate::{
    kernel::identifiers::{Nip, Pesel},
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Failure, ResultExt},
    },
};

/// Most persons that one search shows; see [`Parties::search`].
pub const MOST_FOUND: usize = 10;
/// Searches that a page shows.
const SEARCHES_SHOWN: i64 = 50;
/// Most letters that are printed at once.
pub const MOST_LETTERS: i64 = 100;
/// Purpose under which a verification is sealed between its two steps.
const VERIFICATION_SEAL: &[u8] = b"verification";
/// Documents by which a person may be known (Act on identity cards, Act on passports, Act on foreigners, Act on the
/// citizens of the Union).
pub const DOCUMENTS: [&str; 5] = ["id-card", "passport", "mobile-id", "residence-card", "eu-document"];

/// What a search found, as little as is needed to choose.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The party.
    pub party: Party,
    /// Its address for signing in, masked.
    pub email: Option<String>,
}

/// What came of writing somebody into the register.
#[derive(Debug, Clone)]
pub enum Entered {
    /// They are in it now.
    New(Party),
    /// The register had them.
    Known(Party),
    /// It has people of this name of whom it does not know whether they are somebody else.
    Namesakes(Vec<Hit>),
}

/// What a search shows.
#[derive(Debug, Clone)]
pub struct Found {
    /// At most [`MOST_FOUND`].
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

/// Why a search answers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchFault {
    /// Fewer than three characters.
    TooShort,
    /// Eleven or ten digits that are neither PESEL nor NIP.
    NoNumber,
}

/// Somebody who stands at the desk: whose code a clerk has entered.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The code.
    pub code: Uuid,
    /// Who it is.
    pub record: Record,
}

/// What a clerk reads from a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// Day of birth.
    pub born: NaiveDate,
    /// The PESEL; nothing for people who have none.
    pub pesel: Option<String>,
    /// One of [`DOCUMENTS`]. Never its number.
    pub document: String,
    /// The state that gave it, for people without PESEL: "UA".
    pub country: Option<String>,
}

/// Between the two steps: what was seen, whose code it was, which clerk saw it and when.
#[derive(Debug, Serialize, Deserialize)]
struct Review {
    code: Uuid,
    clerk: Uuid,
    at: DateTime<Utc>,
    seen: Seen,
}

/// Why somebody is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyRefusal {
    /// The code was used meanwhile, or its time is over.
    CodeGone,
    /// The PESEL belongs to another account, whose masked address this is.
    OtherAccount(String),
    /// The account is that of a person with another PESEL.
    OtherPerson,
}

/// A letter with a code, to be printed.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its id.
    pub id: Uuid,
    /// Whom it goes to.
    pub addressee: String,
    /// Where.
    pub address: Address,
    /// Whether the register has the address.
    pub in_register: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when the code works if it leaves today.
    pub expires_at: DateTime<Utc>,
    /// The code; only in letters that are printed.
    pub code: Option<String>,
}

impl Parties {
    /// Persons and companies by name, e-mail address, PESEL or NIP, for a purpose.
    ///
    /// Data protection expects three things of it. That a clerk has searched is written down, with purpose and number of
    /// those found, so that whoever supervises sees people who leaf through the town; never what was typed, which may be a
    /// PESEL. The list shows only what tells one person from another – name, masked address, level – and ends after
    /// [`MOST_FOUND`]: whoever needs more has to say more. And since that is more than stands on a doorbell, it is a look:
    /// everybody shown sees in their account who found them and what for, whether their record was opened or not. Those
    /// beyond the end of the list were not shown and see nothing.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn search(
        &self,
        ctx: &Ctx,
        text: &str,
        why: &Purpose,
    ) -> Result<Result<Found, SearchFault>, Failure> {
        ctx.require(Permission::ResidentsRead, None)?;
        let text = text.trim();
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(20).collect();
        let is_number = digits.len() >= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let (by, mut found): (&str, Vec<Party>) = if is_number {
            match (Pesel::parse(&digits), Nip::parse(&digits)) {
                (Ok(pesel), _) => ("pesel", self.party_of_pesel(&pesel).await?.into_iter().collect()),
                (_, Ok(nip)) => ("nip", store::of_nip(&self.pool, nip.as_str()).await?.into_iter().collect()),
                _ => return Ok(Err(SearchFault::NoNumber)),
            }
        } else if text.contains('@') {
            ("email", store::of_email(&self.pool, &text.to_lowercase()).await?.into_iter().collect())
        } else if text.chars().count() < 3 {
            return Ok(Err(SearchFault::TooShort));
        } else {
            let limit = i64::try_from(MOST_FOUND + 1).unwrap_or(i64::MAX);
            ("name", store::of_name(&self.pool, text, limit).await?)
        };
        let more = found.len() > MOST_FOUND;
        found.truncate(MOST_FOUND);
        let mut transaction = self.pool.begin().await?;
        let search = NewSearch {
            at: ctx.now,
            staff: ctx.account(),
            staff_name: staff_name(ctx),
            purpose: &why.purpose,
            note: why.note.as_deref(),
            by,
            found: i32::try_from(found.len()).unwrap_or(i32::MAX),
            more,
        };
        records::add_search(&mut transaction, search).await?;
        let mut hits = Vec::with_capacity(found.len());
        for party in found {
            self.note_look_in(&mut transaction, ctx, party.id, why, "search").await?;
            let email = store::email(&mut *transaction, party.id).await?;
            hits.push(Hit { party, email: email.as_deref().map(masked_email) });
        }
        transaction.commit().await?;
        Ok(Ok(Found { hits, more }))
    }

    /// Searches of the staff, the newest first.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn searches(&self, ctx: &Ctx) -> Result<Vec<Search>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        Ok(records::searches(&self.pool, SEARCHES_SHOWN).await?)
    }

    /// A person's PESEL, whole. That it was shown is written down.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when none is known.
    pub async fn show_pesel(&self, ctx: &Ctx, party: Uuid, why: &Purpose) -> Result<String, Failure> {
        ctx.require(Permission::ResidentsRead, None)?;
        let sealed = store::sealed_pesel(&self.pool, party).await?;
        let sealed = sealed.ok_or_else(|| Failure::not_found("a PESEL"))?;
        self.note_look(ctx, party, why, "pesel").await?;
        self.open_pesel(&sealed)
    }

    /// Finds whoever shows a code at the desk; the clerk has half an hour from here.
    ///
    /// # Errors
    /// When whoever asks may not, or has typed too many wrong codes.
    pub async fn claim_code(&self, ctx: &Ctx, text: &str) -> Result<Option<Claimed>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let clerk = ctx.account().unwrap_or_default();
        let Some(code) = read_code(text) else { return Ok(None) };
        self.count_attempt(ctx, clerk, &DESK_CODE).await?;
        let mark = self.code_mark("desk", None, &code)?;
        let mut transaction = self.pool.begin().await?;
        let Some(row) = codes::of_desk(&mut transaction, &mark, ctx.now).await? else { return Ok(None) };
        let Some(record) = store::record(&mut *transaction, row.party).await? else { return Ok(None) };
        codes::keep_until(&mut transaction, row.id, ctx.now + DESK_TIME).await?;
        transaction.commit().await?;
        self.note_look(ctx, row.party, &Purpose::of("identity"), "verification").await?;
        Ok(Some(Claimed { code: row.id, record }))
    }

    /// Whose code a clerk is working on.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn claimed(&self, ctx: &Ctx, code: Uuid) -> Result<Option<Claimed>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let mut connection = self.pool.acquire().await?;
        let Some(row) = codes::lock_of_desk(&mut connection, code, ctx.now).await? else { return Ok(None) };
        let record = store::record(&mut *connection, row.party).await?;
        Ok(record.map(|record| Claimed { code: row.id, record }))
    }

    /// Writes somebody into the register who has no account, as a clerk reads it from their document. Whom the register has by
    /// this PESEL stays as they are. Where it has people of this name whose PESEL it does not know, the clerk has to look whether
    /// it is one of them first: `another` says that it is not.
    ///
    /// # Errors
    /// When whoever asks may not; when database or key fail.
    pub async fn enter_person(&self, ctx: &Ctx, seen: &Seen, another: bool) -> Result<Entered, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let pesel = seen.pesel.as_deref().map(Pesel::parse).transpose().map_err(|_| Failure::ForeignForm)?;
        let name = format!("{} {}", seen.given_names, seen.family_name);
        let mut transaction = self.pool.begin().await?;
        // Two presses of one button are one person.
        let key =
            self.mark(&[b"new-person", name.to_lowercase().as_bytes(), seen.born.to_string().as_bytes()])?;
        store::lock_pesel(&mut transaction, &key).await?;
        let mut sealed = None;
        if let Some(pesel) = &pesel {
            let mark = self.pesel_mark(pesel)?;
            store::lock_pesel(&mut transaction, &mark).await?;
            if let Some(known) = store::of_pesel(&mut *transaction, &mark).await? {
                self.note_look_in(&mut transaction, ctx, known.id, &Purpose::of("identity"), "search")
                    .await?;
                transaction.commit().await?;
                return Ok(Entered::Known(known));
            }
            sealed = Some((mark, self.seal_pesel(pesel)?));
        }
        let limit = i64::try_from(MOST_FOUND).unwrap_or(i64::MAX);
        let namesakes = store::namesakes(&mut transaction, &name, seen.born, limit).await?;
        if !another && !namesakes.is_empty() {
            let mut hits = Vec::with_capacity(namesakes.len());
            for party in namesakes {
                self.note_look_in(&mut transaction, ctx, party.id, &Purpose::of("identity"), "search")
                    .await?;
                let email = store::email(&mut *transaction, party.id).await?;
                hits.push(Hit { party, email: email.as_deref().map(masked_email) });
            }
            transaction.commit().await?;
            return Ok(Entered::Namesakes(hits));
        }
        let id = Uuid::now_v7();
        store::add_person(&mut transaction, id, None, &name, ctx.now).await?;
        let kept = sealed.as_ref().map(|(mark, sealed)| store::SealedPesel { mark, sealed });
        let names = (seen.given_names.as_str(), seen.family_name.as_str());
        store::set_identity(&mut transaction, id, names, Some(seen.born), kept).await?;
        store::set_level(&mut transaction, id, Level::Verified).await?;
        let details = match &seen.country {
            Some(country) => json!({ "document": seen.document, "country": country, "pesel": false }),
            None => json!({ "document": seen.document }),
        };
        let (level, by) = (Level::Verified, deed_of(ctx));
        records::add_proof(
            &mut transaction,
            NewProof { party: id, at: ctx.now, level, means: "desk", by, details },
        )
        .await?;
        transaction.commit().await?;
        Ok(Entered::New(Party { id, name, level, account: None }))
    }

    /// Looks whether what was seen can be confirmed, and seals it for the second step: only the same clerk can confirm
    /// it, and only so.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn review(
        &self,
        ctx: &Ctx,
        claimed: &Claimed,
        seen: &Seen,
    ) -> Result<Result<Vec<u8>, VerifyRefusal>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        if let Some(Ok(pesel)) = seen.pesel.as_deref().map(Pesel::parse) {
            let own = &claimed.record;
            match self.party_of_pesel(&pesel).await? {
                Some(other) if other.id == own.party.id => {}
                Some(Party { id, account: Some(_), .. }) => {
                    return Ok(Err(VerifyRefusal::OtherAccount(self.masked_email_of(id).await?)));
                }
                _ if own.has_pesel => return Ok(Err(VerifyRefusal::OtherPerson)),
                _ => {}
            }
        }
        let clerk = ctx.account().unwrap_or_default();
        let review = Review { code: claimed.code, clerk, at: ctx.now, seen: seen.clone() };
        let plain = serde_json::to_vec(&review).internal("seal a verification")?;
        Ok(Ok(self.keys.seal(VERIFICATION_SEAL, &plain).internal("seal a verification")?))
    }

    /// The second step: the clerk has looked at everything once more. Of several confirmations of one code exactly one
    /// counts. Answers the person.
    ///
    /// # Errors
    /// When whoever asks may not, or is not the clerk of the first step.
    pub async fn confirm_verification(
        &self,
        ctx: &Ctx,
        sealed: &[u8],
    ) -> Result<Result<Uuid, VerifyRefusal>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let review: Option<Review> = self
            .keys
            .open(VERIFICATION_SEAL, sealed)
            .ok()
            .and_then(|plain| serde_json::from_slice(&plain).ok());
        let review = review.ok_or(Failure::ForeignForm)?;
        if Some(review.clerk) != ctx.account() || ctx.now - review.at > DESK_TIME {
            return Err(Failure::ForeignForm);
        }
        let Seen { given_names, family_name, born, pesel, document, country } = review.seen;
        let pesel = pesel.map(|text| Pesel::parse(&text)).transpose().map_err(|_| Failure::ForeignForm)?;
        let details = match (&pesel, country) {
            (None, Some(country)) => json!({ "document": document, "country": country, "pesel": false }),
            _ => json!({ "document": document }),
        };
        let proven = Proven {
            given_names,
            family_name,
            born: Some(born),
            pesel,
            level: Level::Verified,
            means: "desk".to_owned(),
        };
        let mut transaction = self.pool.begin().await?;
        let row = codes::lock_of_desk(&mut transaction, review.code, ctx.now).await?;
        let Some(row) = row else { return Ok(Err(VerifyRefusal::CodeGone)) };
        codes::used(&mut transaction, row.id, ctx.now).await?;
        match self.prove_with(&mut transaction, ctx, row.party, &proven, details).await? {
            Ok(()) => {
                codes::end(&mut transaction, row.party, "letter", ctx.now).await?;
                transaction.commit().await?;
                Ok(Ok(row.party))
            }
            Err(ProofConflict::OtherPerson) => Ok(Err(VerifyRefusal::OtherPerson)),
            Err(ProofConflict::OtherAccount(account)) => {
                transaction.rollback().await?;
                let other = self.of_account(account).await?.map(|party| party.id).unwrap_or_default();
                Ok(Err(VerifyRefusal::OtherAccount(self.masked_email_of(other).await?)))
            }
        }
    }

    /// Whether a document is that of a person who is verified: by the PESEL that was proved, or of those who have none by
    /// family name and day of birth. That a clerk compared it is written down.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such person.
    pub async fn is_document_of(&self, ctx: &Ctx, party: Uuid, seen: &Seen) -> Result<bool, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let record = store::record(&self.pool, party).await?;
        let record = record.ok_or_else(|| Failure::not_found("this person"))?;
        self.note_look(ctx, party, &Purpose::of("identity"), "factors").await?;
        if record.party.level < Level::Verified {
            return Ok(false);
        }
        let pesel = seen.pesel.as_deref().and_then(|text| Pesel::parse(text).ok());
        Ok(match pesel {
            Some(pesel) => self.party_of_pesel(&pesel).await?.is_some_and(|found| found.id == party),
            None => {
                let name = record.family_name.unwrap_or_default().to_lowercase();
                !record.has_pesel && record.born == Some(seen.born) && name == seen.family_name.to_lowercase()
            }
        })
    }

    async fn masked_email_of(&self, party: Uuid) -> Result<String, Failure> {
        let email = store::email(&self.pool, party).await?;
        Ok(email.as_deref().map(masked_email).unwrap_or_default())
    }

    /// Takes a level back: the proof turned out to be none. With `forget` the PESEL goes too, since it is somebody
    /// else's. The person sees it with the reason. Answers false when the level is not higher than that.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such person.
    pub async fn lower(
        &self,
        ctx: &Ctx,
        party: Uuid,
        to: Level,
        reason: &str,
        forget: bool,
    ) -> Result<bool, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let mut transaction = self.pool.begin().await?;
        let before = store::lock(&mut transaction, party).await?;
        let before = before.ok_or_else(|| Failure::not_found("this person"))?;
        if before.level <= to {
            return Ok(false);
        }
        self.move_to(&mut transaction, ctx, party, (before.level, to)).await?;
        if forget {
            store::forget_pesel(&mut transaction, party).await?;
        }
        let reason = line(reason, 500).unwrap_or_default();
        let proof = NewProof {
            party,
            at: ctx.now,
            level: to,
            means: "lowered",
            by: deed_of(ctx),
            details: json!({ "reason": reason, "was": before.level.name() }),
        };
        records::add_proof(&mut transaction, proof).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Letters that wait to be sent, the oldest first; with their codes when they are printed, which is written down as
    /// a look at each person.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn letters(&self, ctx: &Ctx, with_codes: bool) -> Result<Vec<Letter>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let rows = codes::letters(&self.pool, ctx.now, MOST_LETTERS).await?;
        let mut letters = Vec::with_capacity(rows.len());
        for row in rows {
            let code = match (&row.code_sealed, with_codes) {
                (Some(sealed), true) => {
                    self.note_look(ctx, row.party, &Purpose::of("identity"), "letter").await?;
                    Some(self.open_code(sealed)?)
                }
                _ => None,
            };
            letters.push(Letter {
                id: row.id,
                addressee: row.addressee,
                address: Address {
                    street: row.street,
                    house_number: row.house_number,
                    flat_number: row.flat_number,
                    postcode: row.postcode,
                    place: row.place,
                },
                in_register: row.in_register,
                created_at: row.created_at,
                expires_at: ctx.now + Duration::days(LETTER_CODE_DAYS),
                code,
            });
        }
        Ok(letters)
    }

    /// Says that letters were sent; their codes work thirty days from now, and the codes themselves are forgotten.
    /// Answers how many.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub async fn letters_sent(&self, ctx: &Ctx, ids: &[Uuid]) -> Result<u64, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let until = ctx.now + Duration::days(LETTER_CODE_DAYS);
        let mut connection = self.pool.acquire().await?;
        Ok(codes::sent(&mut connection, ids, ctx.actor(), ctx.now, until).await?)
    }

    /// Takes a letter back that should not leave: the address is no place of this town, or it is a prank.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when it was sent or is no letter.
    pub async fn take_letter_back(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let mut connection = self.pool.acquire().await?;
        let party = codes::take_back(&mut connection, id, ctx.now).await?;
        party.map(|_| ()).ok_or_else(|| Failure::not_found("this letter"))
    }
}
