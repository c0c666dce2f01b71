//! Who may take part, and why somebody may not.

use chrono::Datelike;

use super::{
    Audience, Surveys,
    model::Survey,
    store::{self, Known},
};
use crate::{
    platform::{Ctx, http::Failure},
    ui::local_time::day_of,
};

/// Whether somebody may take part. Whether answers are taken now is another question: [`Survey::takes_answers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligibility {
    /// They may.
    Yes,
    /// They may not.
    No(Why),
}

impl Eligibility {
    /// Whether they may.
    #[must_use]
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// Why somebody may not take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They are not signed in as a resident.
    SignIn,
    /// They act in somebody else's name; nobody answers for another.
    ActsForAnother,
    /// The town does not know yet that they live here.
    AddressUnproved,
    /// Their address lies outside the district.
    OtherDistrict,
    /// The register does not have their address, so nobody knows in which district it lies.
    PlaceUnknown,
    /// They are too young in the year of the opening.
    TooYoung,
    /// The year of their birth is not known.
    BornUnknown,
}

impl Why {
    /// The key of the text that says it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SignIn => "survey-why-sign-in",
            Self::ActsForAnother => "survey-why-acts",
            Self::AddressUnproved => "survey-why-address",
            Self::OtherDistrict => "survey-why-district",
            Self::PlaceUnknown => "survey-why-place",
            Self::TooYoung => "survey-why-young",
            Self::BornUnknown => "survey-why-born",
        }
    }
}

/// The rule itself. `known` is what the database says of them; nothing for visitors.
pub(super) fn judged(survey: &Survey, acts: bool, known: Option<&Known>, this_year: i32) -> Eligibility {
    if !survey.needs_account() {
        return Eligibility::Yes;
    }
    let Some(known) = known else { return Eligibility::No(Why::SignIn) };
    if acts {
        return Eligibility::No(Why::ActsForAnother);
    }
    if survey.audience == Audience::Residents && !known.proved {
        return Eligibility::No(Why::AddressUnproved);
    }
    if survey.district.is_some() {
        match known.in_district {
            Some(true) => {}
            Some(false) => return Eligibility::No(Why::OtherDistrict),
            None => return Eligibility::No(Why::PlaceUnknown),
        }
    }
    if let Some(least) = survey.least_age {
        match known.born_year {
            None => return Eligibility::No(Why::BornUnknown),
            Some(year) if this_year - year < least => return Eligibility::No(Why::TooYoung),
            Some(_) => {}
        }
    }
    Eligibility::Yes
}

impl Surveys {
    /// Whether whoever asks may take part in a survey.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_take_part(&self, ctx: &Ctx, survey: &Survey) -> Result<Eligibility, Failure> {
        let mut connection = self.pool.acquire().await?;
        let resident = ctx.resident();
        let known = match resident {
            Some(resident) => store::known(&mut connection, resident.party, survey.district).await?,
            None => None,
        };
        let year = day_of(survey.opens_at.unwrap_or(ctx.now)).year();
        Ok(judged(survey, resident.is_some_and(|resident| resident.acting.is_some()), known.as_ref(), year))
    }
}
