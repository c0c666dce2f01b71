//! What people are told of their own record: parties say what happened, the words and ways are ours.

use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Messages,
    model::{NewMessage, Purpose, To},
    store,
};
use crate::{
    parties::{Mandate, News, Tell},
    platform::{Ctx, http::Failure, i18n::texts},
};

impl Tell for Messages {
    fn tell<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        ctx: &'a Ctx,
        party: Uuid,
        news: News<'a>,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            // Nobody writes to those who were erased.
            let Some(found) = store::addressee(&mut *connection, party).await? else { return Ok(()) };
            let t = texts(found.lang.unwrap_or_default());
            let sides = |mandate: &Mandate| {
                vec![("principal", mandate.principal_name.clone()), ("agent", mandate.agent_name.clone())]
            };
            let (template, values, href) = match news {
                News::MandateEntered(mandate) => ("mandate-entered", sides(mandate), "/account/mandates"),
                News::MandateRevoked(mandate) => ("mandate-revoked", sides(mandate), "/account/mandates"),
                News::Verified { at_desk } => {
                    let how = t.get(if at_desk { "verified-at-desk" } else { "verified-by-login" });
                    ("verified", vec![("how", how)], "/account")
                }
            };
            let new = NewMessage {
                to: To::Party(party),
                template,
                values: &values,
                purpose: Purpose::Case,
                thread: None,
                href: Some(href.to_owned()),
                key: None,
            };
            self.send_in(connection, ctx, &new).await.map(|_| ())
        })
    }
}
