//! Answering: what may be answered when and by whom, and what is kept.

use std::collections::BTreeSet;

use ballots::form::{
    Answers, Ask,
    check::{self, AnswerFault, AnswerWrong},
};
use chrono::NaiveDate;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Eligibility, Secrecy, Surveys, Why,
    model::Survey,
    store::{
        self,
        answers::{self, KeptFile, NewAnswer},
        edit,
    },
};
use crate::{
    messages::{AttachmentFault, AttachmentRefusal, NewAttachment},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Most answers that one network gives to an open survey on a day: a household or a school, not a script.
pub(super) const MOST_OF_NETWORK: i32 = 30;

/// Files of one list.
const MOST_FILES_LISTED: i64 = 500;

/// Why an answer is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is too early or too late.
    Closed,
    /// They may not take part.
    NotEligible(Why),
    /// They have taken part.
    Already(NaiveDate),
    /// Their network has answered too often today.
    TooOften,
    /// It does not fit.
    Faults(Vec<AnswerFault>),
}

/// What somebody has to do with a survey by now.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// On which day they took part.
    pub(super) day: Option<NaiveDate>,
    /// What they answered under their name.
    pub(super) answers: Option<Answers>,
}

/// Name of a file of an answer in the store of files.
fn object(survey: Uuid, file: Uuid) -> String {
    format!("surveys/{survey}/files/{file}")
}

impl Surveys {
    /// Whether whoever asks has taken part in a survey that is not secret.
    pub(super) async fn part(&self, ctx: &Ctx, survey: &Survey) -> Result<Part, Failure> {
        let Some(resident) = ctx.resident() else { return Ok(Part::default()) };
        let mut connection = self.pool.acquire().await?;
        match survey.secrecy {
            Secrecy::Named => {
                let found = answers::of_party(&mut connection, survey.id, resident.party).await?;
                Ok(found.map_or_else(Part::default, |(answers, day)| Part {
                    day: Some(day),
                    answers: Some(answers),
                }))
            }
            Secrecy::Anonymous => {
                let day = answers::took_part(&mut connection, survey.id, resident.party).await?;
                Ok(Part { day, answers: None })
            }
            Secrecy::Secret => Ok(Part::default()),
        }
    }

    /// Finds what was typed in place of pointing at a map: addresses, and numbers of things. What is not found stays typed, and
    /// the check refuses it.
    pub(super) async fn resolve(&self, survey: &Survey, mut given: Answers) -> Result<Answers, Failure> {
        let mut connection = self.pool.acquire().await?;
        for question in survey.form.questions() {
            let Some(Value::Array(all)) = given.get_mut(&question.id) else { continue };
            let named = |one: &Value| {
                let text = one.get("typed").and_then(Value::as_str)?;
                Some((text.chars().take(200).collect::<String>(), one.get("comment").cloned()))
            };
            for one in all.iter_mut().take(30) {
                let Some((text, comment)) = named(one) else { continue };
                let mut found = match &question.ask {
                    Ask::Asset { collection, .. } => answers::thing(&mut connection, collection, &text)
                        .await?
                        .map(|id| json!({ "asset": id.to_string() })),
                    Ask::Pin(_) => match answers::address(&mut connection, &text).await?.as_slice() {
                        // Two of the same name would be a guess.
                        [(_, x, y)] => {
                            Some(json!({ "geometry": { "type": "Point", "coordinates": [x, y] } }))
                        }
                        _ => None,
                    },
                    _ => None,
                };
                if let (Some(object), Some(comment)) =
                    (found.as_mut().and_then(Value::as_object_mut), comment)
                {
                    object.insert("comment".into(), comment);
                }
                if let Some(found) = found {
                    *one = found;
                }
            }
        }
        Ok(given)
    }

    /// All that is wrong with answers: what the form says, and what only the registry knows.
    pub(super) async fn faults(
        &self,
        survey: &Survey,
        given: &Answers,
        files: &[KeptFile],
    ) -> Result<Vec<AnswerFault>, Failure> {
        let mut faults = check::fits(&survey.form, given).err().unwrap_or_default();
        let mut connection = self.pool.acquire().await?;
        let area = self.registry.area();
        for question in survey.form.questions() {
            let Some(Value::Array(all)) = given.get(&question.id) else { continue };
            if faults.iter().any(|fault| fault.question == question.id) {
                continue;
            }
            let why = match &question.ask {
                Ask::Pin(_) | Ask::Line(_) | Ask::Area(_) => {
                    let geometries = all.iter().filter_map(|one| one.get("geometry"));
                    let read = |one: &Value| -> Option<geo_types::Geometry<f64>> {
                        let read: geojson::Geometry = serde_json::from_value(one.clone()).ok()?;
                        read.try_into().ok()
                    };
                    let inside = |one: &Value| read(one).is_some_and(|geometry| area.holds(&geometry));
                    (!geometries.into_iter().all(inside)).then_some(AnswerWrong::Outside)
                }
                Ask::Asset { collection, .. } => {
                    let ids: Vec<Uuid> =
                        all.iter().filter_map(|one| one.get("asset")?.as_str()?.parse().ok()).collect();
                    let there = answers::count_things(&mut connection, collection, &ids).await?;
                    (usize::try_from(there).is_ok_and(|there| there < all.len()))
                        .then_some(AnswerWrong::NotAChoice)
                }
                Ask::File { .. } => {
                    let known = |one: &Value| {
                        files.iter().any(|file| Some(file.id.to_string().as_str()) == one.as_str())
                    };
                    (!all.iter().all(known)).then_some(AnswerWrong::NotAChoice)
                }
                _ => None,
            };
            faults.extend(why.map(|why| AnswerFault { question: question.id.clone(), why }));
        }
        Ok(faults)
    }

    /// Files that answers name, as far as whoever asks may name them.
    pub(super) async fn files_of(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        given: &Answers,
    ) -> Result<Vec<KeptFile>, Failure> {
        let ids = file_ids(survey, given);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.pool.acquire().await?;
        let party = ctx.resident().map(|resident| resident.party);
        Ok(answers::files(&mut connection, survey.id, &ids, party).await?)
    }

    /// Keeps a file until its answer comes; answers its id.
    ///
    /// # Errors
    /// When the store or the database refuse. The inner one says what is wrong with the file.
    pub(super) async fn keep_file(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        file: NewAttachment,
    ) -> Result<Result<Uuid, Vec<AttachmentFault>>, Failure> {
        let files = [file];
        if let Err(faults) = self.messages.check_attachments(&files) {
            return Ok(Err(faults));
        }
        let [file] = files;
        let media_type = media_type_of(&file.content);
        if media_type == OTHER {
            let fault = AttachmentFault { name: file.name, why: AttachmentRefusal::UnknownKind };
            return Ok(Err(vec![fault]));
        }
        let id = Uuid::new_v4();
        let kept = KeptFile {
            id,
            name: file.name.chars().filter(|c| !c.is_control()).take(120).collect(),
            media_type: media_type.to_owned(),
            bytes: i64::try_from(file.content.len()).unwrap_or(i64::MAX),
        };
        self.files.put(&object(survey.id, id), file.content).await.internal("keep a file of an answer")?;
        let mut connection = self.pool.acquire().await?;
        answers::add_file(&mut connection, survey.id, &kept, day_of(ctx.now)).await?;
        Ok(Ok(id))
    }

    /// Removes a file that no answer named.
    pub(super) async fn forget_file(&self, survey: Uuid, id: Uuid) -> Result<(), Failure> {
        self.files.remove_below(&object(survey, id)).await.internal("remove a file of an answer")
    }

    /// How many have answered; of a secret ballot its roll says it.
    pub(super) async fn turnout(&self, ctx: &Ctx, survey: &Survey) -> Result<Option<u64>, Failure> {
        if survey.secrecy == Secrecy::Secret {
            return Ok(Some(self.vote_turnout(ctx, survey.id).await?));
        }
        let mut connection = self.pool.acquire().await?;
        let count = answers::count(&mut connection, survey.id).await?;
        Ok(u64::try_from(count).ok())
    }

    /// Files that came with answers to a survey, for the staff.
    pub(super) async fn answer_files(&self, ctx: &Ctx, survey: Uuid) -> Result<Vec<KeptFile>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(answers::all_files(&mut connection, survey, MOST_FILES_LISTED).await?)
    }

    /// A file of an answer, for the staff.
    pub(super) async fn answer_file(
        &self,
        ctx: &Ctx,
        survey: Uuid,
        id: Uuid,
    ) -> Result<(KeptFile, crate::platform::files::Object), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        let gone = || Failure::not_found("this file");
        let file = answers::file(&mut connection, survey, id).await?.ok_or_else(gone)?;
        let object = self.files.stream(&object(survey, id)).await.internal("read a file of an answer")?;
        Ok((file, object.ok_or_else(gone)?))
    }

    /// Keeps an answer to a survey that is not secret.
    ///
    /// `network` is whence somebody without an account answers; of it nothing is kept but a mark for the day.
    ///
    /// # Errors
    /// When the database fails. The inner one says why the answer is not kept; nothing is, then.
    pub(super) async fn answer(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        given: &Answers,
        network: &str,
    ) -> Result<Result<(), Refused>, Failure> {
        if survey.secrecy == Secrecy::Secret {
            return Err(Failure::not_found("this form"));
        }
        if !survey.takes_answers(ctx.now) {
            return Ok(Err(Refused::Closed));
        }
        if let Eligibility::No(why) = self.may_take_part(ctx, survey).await? {
            return Ok(Err(Refused::NotEligible(why)));
        }
        let files = self.files_of(ctx, survey, given).await?;
        let faults = self.faults(survey, given, &files).await?;
        if !faults.is_empty() {
            return Ok(Err(Refused::Faults(faults)));
        }
        let day = day_of(ctx.now);
        let party = match ctx.resident() {
            Some(resident) if survey.needs_account() => Some(resident.party),
            _ => None,
        };
        if survey.needs_account() && party.is_none() {
            return Ok(Err(Refused::NotEligible(Why::SignIn)));
        }
        if party.is_none() {
            let mark = self.mark_of_network(b"survey-network", survey.id, network, day)?;
            let mut connection = self.pool.acquire().await?;
            if answers::count_network(&mut connection, survey.id, &mark, day).await? > MOST_OF_NETWORK {
                return Ok(Err(Refused::TooOften));
            }
        }
        let mut transaction = self.pool.begin().await?;
        // Whoever closes or changes the survey waits for the answers that are under way, and those that come see what was done.
        let current = store::lock_shared(&mut transaction, survey.id).await?;
        let current = current.ok_or_else(|| Failure::not_found("this survey"))?;
        if !current.takes_answers(ctx.now) {
            return Ok(Err(Refused::Closed));
        }
        if let (Some(party), Secrecy::Anonymous) = (party, survey.secrecy)
            && !answers::take_part(&mut transaction, survey.id, party, day).await?
        {
            let before = answers::took_part(&mut transaction, survey.id, party).await?;
            return Ok(Err(Refused::Already(before.unwrap_or(day))));
        }
        let new = NewAnswer {
            id: Uuid::new_v4(),
            survey: survey.id,
            version: current.version,
            party: party.filter(|_| survey.secrecy == Secrecy::Named),
            answers: given,
            day,
        };
        let id = answers::put(&mut transaction, &new).await?;
        answers::tie_files(&mut transaction, id, &files.iter().map(|file| file.id).collect::<Vec<_>>())
            .await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// What is counted of a network on a day; only this installation can make it, and the day after it is worth nothing.
    pub(super) fn mark_of_network(
        &self,
        purpose: &[u8],
        survey: Uuid,
        network: &str,
        day: NaiveDate,
    ) -> Result<[u8; 32], Failure> {
        let day = day.to_string();
        let parts: [&[u8]; 4] = [purpose, survey.as_bytes(), day.as_bytes(), network.as_bytes()];
        let mark = self.keys.mark(&parts).internal("mark a network")?;
        Ok(crate::platform::secrets::hash_of(&mark))
    }
}

/// Name of a picture of a form in the store of files.
fn picture_object(survey: Uuid, name: &str) -> String {
    format!("surveys/{survey}/pictures/{name}")
}

impl Surveys {
    /// Keeps a picture of a form, made anew of its pixels, since a camera writes more into a file than is seen. Answers its
    /// name; nothing when it is no picture, or there are too many.
    pub(super) async fn keep_picture(
        &self,
        ctx: &Ctx,
        survey: Uuid,
        file: &NewAttachment,
        most: i64,
    ) -> Result<Option<String>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let content = file.content.clone();
        let drawn =
            tokio::task::spawn_blocking(move || redrawn(&content)).await.internal("draw a picture anew")?;
        let Some((bytes, ending)) = drawn else { return Ok(None) };
        let mut connection = self.pool.acquire().await?;
        if edit::count_pictures(&mut connection, survey).await? >= most {
            return Ok(None);
        }
        let sum = Sha256::digest(&bytes);
        let name: String = sum.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{name}.{ending}");
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.files.put(&picture_object(survey, &name), bytes.into()).await.internal("keep a picture")?;
        edit::add_picture(&mut connection, survey, (&name, length), (ctx.actor(), ctx.now)).await?;
        Ok(Some(name))
    }

    /// A picture of a form.
    pub(super) async fn picture(&self, survey: Uuid, name: &str) -> Result<bytes::Bytes, Failure> {
        let fine = name.len() < 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        let found = match fine {
            true => self.files.get(&picture_object(survey, name)).await.internal("read a picture")?,
            false => None,
        };
        found.ok_or_else(|| Failure::not_found("this picture"))
    }
}

/// Most pixels of a side of a picture that is shown.
const MOST_PX: u32 = 2000;
/// Most pixels that are opened.
const MOST_PIXELS: u64 = 60_000_000;

/// A picture of its pixels alone, fitted into [`MOST_PX`].
fn redrawn(content: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    use image::{ImageFormat, ImageReader};
    let reader = ImageReader::new(std::io::Cursor::new(content)).with_guessed_format().ok()?;
    let format = reader.format().filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png))?;
    let (width, height) =
        ImageReader::with_format(std::io::Cursor::new(content), format).into_dimensions().ok()?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return None;
    }
    let mut picture = image::load_from_memory_with_format(content, format).ok()?;
    if width > MOST_PX || height > MOST_PX {
        picture = picture.resize(MOST_PX, MOST_PX, image::imageops::FilterType::Triangle);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    match format {
        // Plans have few colours and sharp lines.
        ImageFormat::Png => picture.write_to(&mut bytes, format).ok()?,
        _ => picture.into_rgb8().write_to(&mut bytes, ImageFormat::Jpeg).ok()?,
    }
    Some((bytes.into_inner(), if format == ImageFormat::Png { "png" } else { "jpg" }))
}

fn file_ids(survey: &Survey, given: &Answers) -> Vec<Uuid> {
    let of_files = survey.form.questions().filter(|question| matches!(question.ask, Ask::File { .. }));
    let ids: BTreeSet<Uuid> = of_files
        .filter_map(|question| given.get(&question.id)?.as_array())
        .flatten()
        .filter_map(|one| one.as_str()?.parse().ok())
        .take(100)
        .collect();
    ids.into_iter().collect()
}

/// What is no picture and no PDF.
const OTHER: &str = "application/octet-stream";

/// By its first bytes.
fn media_type_of(content: &[u8]) -> &'static str {
    match content {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        _ => OTHER,
    }
}
