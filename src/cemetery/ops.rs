//! Use cases of the cemeteries.

use uuid::Uuid;

use super::{
    Cemeteries,
    index::{Cursor, Query, QueryError},
    model::{CemeterySummary, Gate, Grave, Hit, SearchRequest},
    store,
};
use crate::{
    kernel::ParamError,
    platform::{Ctx, http::Failure},
};

/// Answers of one page, how many there are in all, and where the next page begins.
pub type Found = (Vec<Hit>, usize, Option<Cursor>);

impl Cemeteries {
    /// Buried people, best match first.
    ///
    /// # Errors
    /// When the text is too long, the index is not there yet, or the database fails.
    pub async fn search_graves(&self, _ctx: &Ctx, request: &SearchRequest) -> Result<Found, Failure> {
        let index = self.index.load_full();
        if index.made_from.is_none() {
            return Err(Failure::Busy);
        }
        let query = Query {
            text: &request.text,
            cemetery: request.cemetery,
            born: request.born.clone(),
            died: request.died.clone(),
            limit: request.limit as usize,
            after: request.after,
        };
        let page = index
            .names
            .search(&query)
            .map_err(|error @ QueryError::TooLong { .. }| ParamError::new("q", error.to_string()))?;
        let people: Vec<Uuid> = page.hits.iter().map(|hit| hit.person).collect();
        let graves: Vec<Uuid> = page.hits.iter().map(|hit| hit.grave).collect();
        let hits = store::found(&self.pool, &people, &graves)
            .await?
            .into_iter()
            .map(|(place, found)| Hit {
                person: found.person,
                grave: found.grave,
                cemetery: found.cemetery,
                point: found.point,
                score: usize::try_from(place - 1)
                    .ok()
                    .and_then(|i| page.hits.get(i))
                    .map_or(0.0, |hit| hit.score),
            })
            .collect();
        Ok((hits, page.matched, page.next))
    }

    /// A grave with its people.
    ///
    /// # Errors
    /// Not found, or the database fails.
    pub async fn grave(&self, _ctx: &Ctx, id: Uuid) -> Result<Grave, Failure> {
        store::grave(&self.pool, id).await?.ok_or_else(|| Failure::not_found(format!("grave {id}")))
    }

    /// All cemeteries, the largest first; empty until the index is made.
    #[must_use]
    pub fn cemeteries(&self, _ctx: &Ctx) -> Vec<CemeterySummary> {
        self.index.load().cemeteries.clone()
    }

    /// Gates of a cemetery, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gates(&self, _ctx: &Ctx, cemetery: Uuid) -> Result<Vec<Gate>, Failure> {
        Ok(store::gates(&self.pool, cemetery).await?)
    }
}
