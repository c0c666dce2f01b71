//! Messages: by which ways they go, that they arrive once, and what is written down of it.

mod desk;
mod killed;
mod own;
mod ways;

use std::time::{Duration, Instant};

use reeve::{
    messages::{Channel, NewMessage, Purpose, To},
    platform::access::Level,
};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::support::{Client, Town, ctx};

/// Somebody who has an account, with their party.
struct Person {
    client: Client,
    party: Uuid,
}

impl Person {
    async fn of(town: &Town) -> Self {
        let client = town.resident(Level::Known).await;
        let party = sqlx::query_scalar("select id from party where account = $1")
            .bind(client.account)
            .fetch_one(town.pool())
            .await
            .unwrap();
        Self { client, party }
    }

    /// Says where they can be reached.
    async fn reached_at(&self, town: &Town, channel: Channel, address: &str) {
        let (mut connection, ctx) = (town.pool().acquire().await.unwrap(), ctx());
        let messages = &town.app.messages;
        messages.set_contact_in(&mut connection, &ctx, self.party, channel, Some(address)).await.unwrap();
    }

    /// Agrees to these and to nothing else.
    async fn agree(&self, consents: &[&str]) {
        let fields: Vec<_> = consents.iter().map(|consent| ("consent", *consent)).collect();
        let answer = self.client.post_form("/account/consents", &fields).await;
        assert_eq!(answer.status(), 303);
    }
}

/// Sends in a transaction of its own.
async fn send(town: &Town, new: &NewMessage<'_>) -> Uuid {
    let mut transaction = town.pool().begin().await.unwrap();
    let id = town.app.messages.send_in(&mut transaction, &ctx(), new).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

/// A message in somebody's case.
async fn send_case(town: &Town, party: Uuid, subject: &str, text: &str) -> Uuid {
    let values = [("subject", subject.to_owned()), ("text", text.to_owned())];
    send(town, &case(party, &values)).await
}

fn case<'a>(party: Uuid, values: &'a [(&'a str, String)]) -> NewMessage<'a> {
    NewMessage {
        to: To::Party(party),
        template: "case-update",
        values,
        purpose: Purpose::Case,
        thread: None,
        href: None,
        key: None,
    }
}

/// What guards an account, to a bare address.
async fn send_reset(town: &Town, email: &str, link: &str) -> Uuid {
    let values = [("link", link.to_owned())];
    let new = NewMessage {
        to: To::Address {
            email: email.to_owned(),
            name: "Anna Zmyślona".to_owned(),
            lang: reeve::kernel::Lang::Pl,
        },
        template: "account-reset",
        values: &values,
        purpose: Purpose::Security,
        thread: None,
        href: None,
        key: None,
    };
    send(town, &new).await
}

/// Waits for a state, with a deadline.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < deadline, "{what}: waited too long");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A number of the database, by a statement that the test writes.
async fn count(town: &Town, sql: String) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(town.pool()).await.unwrap()
}

/// States of a message's deliveries by channel: `email sent`.
async fn states(town: &Town, message: Uuid) -> Vec<String> {
    sqlx::query_scalar("select channel || ' ' || state from delivery where message = $1 order by channel")
        .bind(message)
        .fetch_all(town.pool())
        .await
        .unwrap()
}

/// Waits until nothing of a message is under way.
async fn settled(town: &Town, message: Uuid) -> Vec<String> {
    until("the message has gone", async || {
        states(town, message)
            .await
            .iter()
            .all(|state| !state.ends_with("waiting") && !state.ends_with("sending"))
    })
    .await;
    states(town, message).await
}
