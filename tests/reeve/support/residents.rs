//! Residents, signed in.

use reeve::platform::access::Level;
use uuid::Uuid;

use super::{Town, staff::Client};

impl Town {
    /// A resident of a level, signed in. Each call makes another person.
    pub async fn resident(&self, level: Level) -> Client {
        let (account, email) = self.resident_account(level).await;
        self.sign_in_again(account, email).await
    }

    /// A resident's browser, in a new session. It takes over the tokens that take the place of the first.
    pub async fn sign_in_again(&self, account: Uuid, email: String) -> Client {
        Client { keeps_cookies: true, ..self.sign_in_as(account, email).await }
    }

    /// A resident's account, without a password.
    pub async fn resident_account(&self, level: Level) -> (Uuid, String) {
        let account = Uuid::now_v7();
        let email = format!("mieszkaniec-{}@poczta.example", account.simple());
        let mut transaction = self.pool().begin().await.expect("a transaction");
        sqlx::query(
            "insert into account (id, email, email_key, name, resident, email_confirmed_at) values ($1, $2, $2, $3, true, now())",
        )
        .bind(account)
        .bind(&email)
        .bind("Zmyślona Mieszkanka")
        .execute(&mut *transaction)
        .await
        .expect("an account");
        sqlx::query("insert into party (id, kind, name, level, account, created_at) values ($1, 'person', $2, $3, $4, now())")
            .bind(Uuid::now_v7())
            .bind("Zmyślona Mieszkanka")
            .bind(level.name())
            .bind(account)
            .execute(&mut *transaction)
            .await
            .expect("a person");
        transaction.commit().await.expect("both");
        (account, email)
    }
}
