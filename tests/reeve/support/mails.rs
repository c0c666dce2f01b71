//! Mails as they would leave: what is sealed in the database is opened with the installation's key.

use serde_json::Value;

use super::Town;

/// A mail that waits or has left.
#[derive(Debug, Clone)]
pub struct Mail {
    pub template: String,
    pub text: String,
}

impl Mail {
    /// The path of the link in the mail that begins so.
    pub fn link(&self, prefix: &str) -> String {
        let at = self.text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {self:?}"));
        self.text.get(at..).and_then(|rest| rest.split_whitespace().next()).expect("a link").to_owned()
    }
}

impl Town {
    /// All mails to an address, the oldest first.
    pub async fn mails(&self, email: &str) -> Vec<Mail> {
        let rows: Vec<(Option<String>, String, Option<Vec<u8>>)> = sqlx::query_as(
            "select m.template, d.content, d.sealed from delivery d join message m on m.id = d.message
             where d.channel = 'email' and d.address = $1 and d.state <> 'not_wanted' order by d.id",
        )
        .bind(email)
        .fetch_all(self.pool())
        .await
        .expect("deliveries");
        rows.into_iter()
            .map(|(template, content, sealed)| {
                let whole = match sealed {
                    None => content,
                    Some(sealed) => {
                        let opened = self.app.accounts.keys().open(b"delivery-content", &sealed);
                        String::from_utf8(opened.expect("our key")).expect("text")
                    }
                };
                let content: Value = serde_json::from_str(&whole).expect("content");
                let text = |name: &str| content[name].as_str().expect(name).to_owned();
                Mail { template: template.unwrap_or_default(), text: text("text") }
            })
            .collect()
    }

    /// The last mail to an address.
    pub async fn last_mail(&self, email: &str) -> Mail {
        self.mails(email).await.pop().unwrap_or_else(|| panic!("no mail to {email}"))
    }
}
