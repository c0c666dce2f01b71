//! How residents show who they are: by the roll of addresses, by a letter with a code, by a code for the desk.

use chrono::Duration;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Parties,
    address::{self, Match},
    model::{
        Address, DESK_CODE_AHEAD, DESK_CODE_SOON, LETTER_CODE_DAYS, MOST_TRIES, OpenCode, Proven, Record,
        code_of,
    },
    ops::PESEL_SEAL,
    store::{
        self, Found,
        codes::{self, CodeRow, NewCode},
        records::{self, NewProof},
    },
};
use crate::platform::{
    Ctx,
    access::{Level, Resident},
    config::AddressRoll,
    http::{Failure, ResultExt},
    secrets,
};

/// Purpose under which codes are sealed; the column's declaration in [`super::HOLDINGS`] names it too.
pub(super) const CODE_SEAL: &[u8] = b"identity-code";
/// Most address points of one house number that are looked at.
const MOST_POINTS: i64 = 20_000;

/// What a resident declares of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// Where they live.
    pub address: Address,
}

/// What came of looking an address up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollAnswer {
    /// The level is reached.
    Proven,
    /// More is known already than the roll could prove.
    Already,
    /// The register has it with another postcode.
    OtherPostcode(String),
    /// The register does not have it.
    Unknown,
    /// The register has it, but this office wants a letter.
    LetterWanted,
    /// The register has it, but many accounts have declared it.
    Crowded,
}

/// What came of typing a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeAnswer {
    /// The level is reached.
    Proven,
    /// Wrong; so many tries are left.
    Wrong {
        /// How many.
        left: i16,
    },
    /// Wrong for the last time: the code is worn out.
    WornOut,
    /// No code is open: none was asked for, or its time is over.
    NoneOpen,
}

/// What is counted, how often it may be done, and within which time.
pub(super) struct Throttle {
    what: &'static str,
    most: i32,
    within: Duration,
}

const ROLL: Throttle = Throttle { what: "roll", most: 10, within: Duration::days(1) };
const LETTER: Throttle = Throttle { what: "letter", most: 3, within: Duration::days(30) };
const LETTER_CODE: Throttle = Throttle { what: "code", most: 20, within: Duration::days(1) };
const DESK: Throttle = Throttle { what: "desk", most: 30, within: Duration::days(1) };
pub(super) const DESK_CODE: Throttle = Throttle { what: "desk-code", most: 30, within: Duration::hours(1) };

impl Parties {
    /// Counts an attempt of somebody, refused when there were too many.
    pub(super) async fn count_attempt(
        &self,
        ctx: &Ctx,
        who: Uuid,
        throttle: &Throttle,
    ) -> Result<(), Failure> {
        let (count, since) = codes::attempt(&self.pool, throttle.what, who, throttle.within, ctx.now).await?;
        if count > throttle.most {
            let left = (since + throttle.within - ctx.now).num_seconds().max(1);
            return Err(Failure::TooMany { retry_after_s: left.unsigned_abs() });
        }
        Ok(())
    }

    /// Looks an address up in the register.
    pub(super) async fn find_address(&self, address: &Address) -> Result<Match, Failure> {
        let mut best = Match::Unknown;
        for (house, flat) in address::readings(address) {
            let points = store::points_of_number(&self.pool, &house, MOST_POINTS).await?;
            match address::find(address, &points, &flat) {
                found @ Match::Found { .. } => return Ok(found),
                other @ Match::OtherPostcode(_) => best = other,
                Match::Unknown => {}
            }
        }
        Ok(best)
    }

    /// Makes a resident of somebody who declares a name and an address that the register has, if the office is content
    /// with that. The register says that the address is real, not that it is this person's: so only so many accounts may
    /// declare the same flat.
    ///
    /// # Errors
    /// When no resident asks, or too often.
    pub async fn prove_by_roll(&self, ctx: &Ctx, declared: &Declared) -> Result<RollAnswer, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        self.count_attempt(ctx, resident.party, &ROLL).await?;
        let (point, flat_key) = match self.find_address(&declared.address).await? {
            Match::Found { point, flat_key } => (point, flat_key),
            Match::OtherPostcode(code) => return Ok(RollAnswer::OtherPostcode(code)),
            Match::Unknown => return Ok(RollAnswer::Unknown),
        };
        if self.config.residents.address_roll == AddressRoll::Letter {
            return Ok(RollAnswer::LetterWanted);
        }
        let mut transaction = self.pool.begin().await?;
        if self.lock_own(&mut transaction, resident).await? > Level::Known {
            return Ok(RollAnswer::Already);
        }
        let found = Found { point, flat_key: &flat_key };
        let others = store::count_at(&mut transaction, found, resident.party).await?;
        if others >= i64::from(self.config.residents.most_per_address) {
            return Ok(RollAnswer::Crowded);
        }
        store::set_address(&mut transaction, resident.party, &declared.address, Some(found)).await?;
        self.become_resident(&mut transaction, ctx, resident, declared, "address-roll").await?;
        codes::end(&mut transaction, resident.party, "letter", ctx.now).await?;
        transaction.commit().await?;
        Ok(RollAnswer::Proven)
    }

    async fn lock_own(&self, connection: &mut PgConnection, resident: &Resident) -> Result<Level, Failure> {
        let locked = store::lock(connection, resident.party).await?;
        Ok(locked.ok_or_else(|| Failure::not_found("this person"))?.level)
    }

    async fn become_resident(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        resident: &Resident,
        declared: &Declared,
        means: &str,
    ) -> Result<(), Failure> {
        let proven = Proven {
            given_names: declared.given_names.clone(),
            family_name: declared.family_name.clone(),
            born: None,
            pesel: None,
            level: Level::Resident,
            means: means.to_owned(),
        };
        // Without a PESEL nothing can clash.
        let _ = self.prove_in(connection, ctx, resident.party, &proven).await?;
        Ok(())
    }

    /// Asks for a letter with a code to a declared address. A letter that was asked for before no longer counts.
    /// Answers false when more is known already than the letter could prove.
    ///
    /// # Errors
    /// When no resident asks, or too often; when database, key or randomness fail.
    pub async fn ask_for_letter(&self, ctx: &Ctx, declared: &Declared) -> Result<bool, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        if resident.level > Level::Known {
            return Ok(false);
        }
        self.count_attempt(ctx, resident.party, &LETTER).await?;
        let found = self.find_address(&declared.address).await?;
        let found = match &found {
            Match::Found { point, flat_key } => Some(Found { point: *point, flat_key }),
            _ => None,
        };
        let (code, sealed) = self.new_code()?;
        let mark = self.code_mark("letter", Some(resident.party), &code)?;
        let mut transaction = self.pool.begin().await?;
        if self.lock_own(&mut transaction, resident).await? > Level::Known {
            return Ok(false);
        }
        let names = (declared.given_names.as_str(), declared.family_name.as_str());
        store::set_identity(&mut transaction, resident.party, names, None, None).await?;
        store::set_address(&mut transaction, resident.party, &declared.address, found).await?;
        let addressee = format!("{} {}", declared.given_names, declared.family_name);
        let new = NewCode {
            party: resident.party,
            purpose: "letter",
            mark: &mark,
            sealed: &sealed,
            now: ctx.now,
            expires_at: ctx.now + Duration::days(LETTER_CODE_DAYS),
            letter: Some((&addressee, &declared.address, found.is_some())),
        };
        codes::add(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes the code of a letter.
    ///
    /// # Errors
    /// When no resident asks, or too often.
    pub async fn prove_by_letter(&self, ctx: &Ctx, code: &str) -> Result<CodeAnswer, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        self.count_attempt(ctx, resident.party, &LETTER_CODE).await?;
        let mark = self.code_mark("letter", Some(resident.party), code)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_own(&mut transaction, resident).await?;
        let open = codes::lock_open(&mut transaction, resident.party, "letter", ctx.now).await?;
        let Some(open) = open else { return Ok(CodeAnswer::NoneOpen) };
        if open.code_mark != mark {
            codes::missed(&mut transaction, open.id, i32::from(MOST_TRIES), ctx.now).await?;
            transaction.commit().await?;
            let left = MOST_TRIES - open.tries - 1;
            return Ok(if left > 0 { CodeAnswer::Wrong { left } } else { CodeAnswer::WornOut });
        }
        codes::used(&mut transaction, open.id, ctx.now).await?;
        let record = store::record(&mut *transaction, resident.party).await?;
        let declared = record.and_then(|record| {
            Some(Declared {
                given_names: record.given_names?,
                family_name: record.family_name?,
                address: record.address,
            })
        });
        // Whoever asked for a letter has declared a name.
        let declared = declared.ok_or_else(|| Failure::not_found("this person"))?;
        self.become_resident(&mut transaction, ctx, resident, &declared, "letter-code").await?;
        transaction.commit().await?;
        Ok(CodeAnswer::Proven)
    }

    /// Makes a code that the resident shows at the desk: at once, or ahead of a visit. The one before no longer counts.
    ///
    /// # Errors
    /// When no resident asks, or too often; when database, key or randomness fail.
    pub async fn make_desk_code(&self, ctx: &Ctx, ahead: bool) -> Result<(), Failure> {
        let resident = ctx.require_level(Level::Known)?;
        self.count_attempt(ctx, resident.party, &DESK).await?;
        let (code, sealed) = self.new_code()?;
        let mark = self.code_mark("desk", None, &code)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_own(&mut transaction, resident).await?;
        let new = NewCode {
            party: resident.party,
            purpose: "desk",
            mark: &mark,
            sealed: &sealed,
            now: ctx.now,
            expires_at: ctx.now + if ahead { DESK_CODE_AHEAD } else { DESK_CODE_SOON },
            letter: None,
        };
        codes::add(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The open codes of the resident who asks: of a letter (never its text), and for the desk.
    ///
    /// # Errors
    /// When no resident asks.
    pub async fn open_codes(&self, ctx: &Ctx) -> Result<(Option<OpenCode>, Option<OpenCode>), Failure> {
        let resident = ctx.require_level(Level::Known)?;
        let letter = codes::open(&self.pool, resident.party, "letter", ctx.now).await?;
        let desk = codes::open(&self.pool, resident.party, "desk", ctx.now).await?;
        let shown = |row: CodeRow, code| OpenCode {
            code,
            created_at: row.created_at,
            expires_at: row.expires_at,
            sent_at: row.sent_at,
        };
        let desk = match desk {
            Some(row) => {
                let code = row.code_sealed.as_deref().map(|sealed| self.open_code(sealed)).transpose()?;
                Some(shown(row, code))
            }
            None => None,
        };
        Ok((letter.map(|row| shown(row, None)), desk))
    }

    /// Changes what a resident has declared. Whoever is a resident by the old name or address has to show the new one
    /// anew; whoever is verified keeps the level with another address, and loses it with another name.
    ///
    /// # Errors
    /// When no resident asks.
    pub async fn change_declared(
        &self,
        ctx: &Ctx,
        declared: &Declared,
        reason: Option<&str>,
    ) -> Result<Level, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        let mut transaction = self.pool.begin().await?;
        let before = self.lock_own(&mut transaction, resident).await?;
        let record = store::record(&mut *transaction, resident.party).await?;
        let record = record.ok_or_else(|| Failure::not_found("this person"))?;
        let renamed = is_renamed(&record, declared);
        let moved = record.address != declared.address;
        if renamed {
            let names = (declared.given_names.as_str(), declared.family_name.as_str());
            store::set_identity(&mut transaction, resident.party, names, None, None).await?;
        }
        if moved {
            store::set_address(&mut transaction, resident.party, &declared.address, None).await?;
        }
        if renamed || moved {
            codes::end(&mut transaction, resident.party, "letter", ctx.now).await?;
        }
        let after = match before {
            Level::Verified if renamed => Level::Known,
            Level::Resident if renamed || moved => Level::Known,
            same => same,
        };
        self.move_to(&mut transaction, ctx, resident.party, (before, after)).await?;
        if before > Level::Known && (renamed || moved) {
            let proof = NewProof {
                party: resident.party,
                at: ctx.now,
                level: after,
                means: if renamed { "name-changed" } else { "address-changed" },
                by: "self",
                details: reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason })),
            };
            records::add_proof(&mut transaction, proof).await?;
        }
        transaction.commit().await?;
        Ok(after)
    }

    /// The own PESEL, opened; for the desk's button and for the download of one's own data.
    pub(super) fn open_pesel(&self, sealed: &[u8]) -> Result<String, Failure> {
        let plain = self.keys.open(PESEL_SEAL, sealed).internal("open a PESEL")?;
        String::from_utf8(plain).internal("open a PESEL")
    }

    pub(super) fn open_code(&self, sealed: &[u8]) -> Result<String, Failure> {
        let plain = self.keys.open(CODE_SEAL, sealed).internal("open a code")?;
        String::from_utf8(plain).internal("open a code")
    }

    /// A new code, plain and sealed.
    fn new_code(&self) -> Result<(String, Vec<u8>), Failure> {
        let random = secrets::random::<64>().internal("make a code")?;
        let code = code_of(&random).ok_or("too few letters").internal("make a code")?;
        let sealed = self.keys.seal(CODE_SEAL, code.as_bytes()).internal("seal a code")?;
        Ok((code, sealed))
    }

    /// The mark of a code: of one party's letter, or of any party's code for the desk.
    pub(super) fn code_mark(
        &self,
        purpose: &str,
        party: Option<Uuid>,
        code: &str,
    ) -> Result<[u8; 32], Failure> {
        let party = party.map(Uuid::into_bytes).unwrap_or_default();
        self.mark(&[b"identity-code", purpose.as_bytes(), &party, code.as_bytes()])
    }
}

/// Whether a declaration names somebody else than the record does.
#[must_use]
pub fn is_renamed(record: &Record, declared: &Declared) -> bool {
    record.given_names.as_deref() != Some(&declared.given_names)
        || record.family_name.as_deref() != Some(&declared.family_name)
}
