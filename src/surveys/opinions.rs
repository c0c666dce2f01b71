//! Consultations: what people wrote, what is shown of it, and what the office says to each.

use std::collections::BTreeMap;

use ballots::form::{Answers, Ask, Form};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Kind, Surveys,
    model::Survey,
    store::{
        edit,
        opinions::{self, Reply, Said},
    },
};
use crate::platform::{Ctx, access::Permission, http::Failure};

/// Most answers that a page of the desk and the public page look at.
pub(super) const MOST_ANSWERS: i64 = 2000;

/// An opinion: the words of one part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opinion {
    pub(super) answer: Uuid,
    /// The question, and of things drawn which one.
    pub(super) part: String,
    pub(super) question: String,
    pub(super) words: String,
    /// What a clerk has made of it.
    pub(super) shown: Option<String>,
    pub(super) hidden: bool,
    pub(super) reply: Option<Uuid>,
}

/// Words of an answer: texts, and comments to what was drawn.
pub(super) fn words_of(form: &Form, answers: &Answers) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for question in form.questions() {
        match (&question.ask, answers.get(&question.id)) {
            (Ask::Text { .. }, Some(Value::String(text))) if !text.trim().is_empty() => {
                all.push((question.id.clone(), question.id.clone(), text.trim().to_owned()));
            }
            (Ask::Pin(_) | Ask::Line(_) | Ask::Area(_) | Ask::Asset { .. }, Some(Value::Array(drawn))) => {
                for (n, one) in drawn.iter().enumerate() {
                    let comment = one.get("comment").and_then(Value::as_str).map(str::trim);
                    if let Some(comment) = comment.filter(|comment| !comment.is_empty()) {
                        all.push((format!("{}.{n}", question.id), question.id.clone(), comment.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// A text with what looks like somebody's data covered: addresses of e-mail, telephones, PESEL, account numbers. It is a help
/// for the clerk, who reads every text before it is shown.
pub(super) fn masked(text: &str) -> String {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    // Digits in groups ("600 100 200") are one number; a year or a price of a few digits is none.
    let flush = |run: &mut String, out: &mut String| {
        if digits(run) >= 9 {
            let tail: String = run.chars().rev().take_while(|c| c.is_whitespace()).collect();
            out.push('▮');
            out.extend(tail.chars().rev());
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim();
        if word.contains('@') && word.len() > 3 {
            flush(&mut run, &mut out);
            out.push('▮');
            out.push_str(piece.strip_prefix(word).unwrap_or_default());
        } else if !word.is_empty()
            && word.chars().all(|c| c.is_ascii_digit() || "+-()/.,".contains(c))
            && digits(word) > 0
        {
            run.push_str(piece);
        } else {
            flush(&mut run, &mut out);
            out.push_str(piece);
        }
    }
    flush(&mut run, &mut out);
    out
}

/// What a clerk does with opinions.
#[derive(Debug, Clone, Default)]
pub(super) struct Handled {
    /// Of which answer and part, and what is shown of it; an empty text hides it.
    pub(super) opinions: Vec<(Uuid, String, String, bool)>,
    /// The decision and the words, or an answer that was given before.
    pub(super) decision: String,
    pub(super) reply: String,
    pub(super) before: Option<Uuid>,
}

impl Surveys {
    /// Opinions of a consultation, and the office's answers.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn opinions(
        &self,
        ctx: &Ctx,
        survey: &Survey,
    ) -> Result<(Vec<Opinion>, Vec<Reply>), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        self.all_opinions(survey).await
    }

    /// What everybody may read of a consultation: opinions that a clerk has read, with the office's answers, and how many are
    /// not shown.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn shown_opinions(
        &self,
        _ctx: &Ctx,
        survey: &Survey,
    ) -> Result<(Vec<Opinion>, Vec<Reply>, u64), Failure> {
        let (all, replies) = self.all_opinions(survey).await?;
        let total = all.len();
        let shown: Vec<Opinion> = all.into_iter().filter(|one| one.shown.is_some() && !one.hidden).collect();
        let rest = u64::try_from(total - shown.len()).unwrap_or_default();
        Ok((shown, replies, rest))
    }

    async fn all_opinions(&self, survey: &Survey) -> Result<(Vec<Opinion>, Vec<Reply>), Failure> {
        if survey.kind != Kind::Consultation {
            return Err(Failure::not_found("opinions of this survey"));
        }
        let mut connection = self.pool.acquire().await?;
        let rows = opinions::answers(&mut connection, survey.id, None, MOST_ANSWERS).await?;
        let said = opinions::said(&mut connection, survey.id).await?;
        let said: BTreeMap<(Uuid, &str), &Said> =
            said.iter().map(|one| ((one.answer, one.part.as_str()), one)).collect();
        let all = rows
            .iter()
            .flat_map(|row| words_of(&survey.form, &row.answers).into_iter().map(|one| (row.answer, one)))
            .map(|(answer, (part, question, words))| {
                let said = said.get(&(answer, part.as_str()));
                Opinion {
                    answer,
                    question,
                    words,
                    shown: said.map(|said| said.shown.clone()),
                    hidden: said.is_some_and(|said| said.hidden),
                    reply: said.and_then(|said| said.reply),
                    part,
                }
            })
            .collect();
        let replies = opinions::replies(&mut connection, survey.id).await?;
        Ok((all, replies))
    }

    /// Keeps what is shown of opinions, with the office's answer to them.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. The inner one names the text that says what is wrong.
    pub(super) async fn handle_opinions(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        handled: &Handled,
    ) -> Result<Result<usize, &'static str>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        if handled.opinions.is_empty() {
            return Ok(Err("opinion-none-chosen"));
        }
        let words: String = handled.reply.trim().chars().take(5001).collect();
        if words.chars().count() > 5000 {
            return Ok(Err("opinion-reply-long"));
        }
        let known = ["accepted", "partly", "rejected", "noted"].contains(&handled.decision.as_str());
        let mut transaction = self.pool.begin().await?;
        let reply = match (handled.before, words.is_empty()) {
            (Some(before), _) => Some(before),
            (None, true) => None,
            (None, false) if !known => return Ok(Err("opinion-decision-fault")),
            (None, false) => {
                let reply = Reply {
                    id: Uuid::now_v7(),
                    decision: handled.decision.clone(),
                    reply: words,
                    made_at: ctx.now,
                };
                opinions::put_reply(&mut transaction, survey.id, &reply, ctx.actor()).await?;
                Some(reply.id)
            }
        };
        for (answer, part, shown, hidden) in &handled.opinions {
            let shown: String = shown.trim().chars().take(10_000).collect();
            let said = Said {
                answer: *answer,
                part: part.clone(),
                hidden: *hidden || shown.is_empty(),
                shown: if shown.is_empty() { "–".to_owned() } else { shown },
                reply,
            };
            if !opinions::put_said(&mut transaction, survey.id, &said).await? {
                return Ok(Err("opinion-none-chosen"));
            }
        }
        let details = json!({ "opinions": handled.opinions.len() });
        edit::add_event(&mut transaction, survey.id, "answered", &details, (ctx.actor(), ctx.now)).await?;
        transaction.commit().await?;
        Ok(Ok(handled.opinions.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_looks_like_personal_data_is_covered() {
        assert_eq!(masked("Pisz na jan@example.pl albo 600 100 200, dziękuję"), "Pisz na ▮ albo ▮ dziękuję");
        assert_eq!(masked("PESEL 44051401359."), "PESEL ▮");
        assert_eq!(masked("W 2026 roku 10 000 zł, ul. Lipowa 5"), "W 2026 roku 10 000 zł, ul. Lipowa 5");
    }
}
