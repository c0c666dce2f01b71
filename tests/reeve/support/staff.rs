//! Members of the staff, signed in, and tokens of programs.

use std::{collections::BTreeSet, sync::Mutex};

use reeve::{
    accounts::{Cookie, Email, NewAccount, Place},
    platform::access::{Grant, Permission, role},
};
use uuid::Uuid;

use super::{Town, client, ctx};

/// A browser in which somebody is signed in, or was when it was made: it takes no cookies over. Sends what browsers send with every request from a page of ours.
pub struct Client {
    pub http: reqwest::Client,
    pub base: String,
    /// Address with which the person signs in; stands in the history.
    pub email: String,
    pub account: Uuid,
    /// The cookie's token.
    pub session: String,
    /// What forms bring back in the field `form_token`.
    pub form_token: String,
    /// The token that took the place of the session's, once one was set. Only residents' browsers take it over.
    pub renewed: Mutex<Option<String>>,
    /// Whether cookies are taken over.
    pub keeps_cookies: bool,
}

impl Client {
    /// A request as our own pages send it.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", format!("{}={}", Cookie::Session.name(false), self.token()))
            .header("sec-fetch-site", "same-origin")
    }

    /// The token that the browser has now.
    pub fn token(&self) -> String {
        self.renewed.lock().expect("a lock").clone().unwrap_or_else(|| self.session.clone())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let response = request.send().await.expect("the server answers");
        let name = format!("{}=", Cookie::Session.name(false));
        let set = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let set = set.filter_map(|text| text.strip_prefix(&name)?.split_once(';')).map(|(token, _)| token);
        if let Some(token) = set.filter(|token| self.keeps_cookies && !token.is_empty()).last() {
            *self.renewed.lock().expect("a lock") = Some(token.to_owned());
        }
        response
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.send(self.request(reqwest::Method::GET, path)).await
    }

    /// The text of a 200 answer.
    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    }

    /// Sends a form with its token.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", &self.form_token)
            .extend_pairs(fields)
            .finish();
        let request = self
            .request(reqwest::Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    /// Sends JSON.
    pub async fn send_json(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &serde_json::Value,
    ) -> reqwest::Response {
        self.send(self.request(method, path).header("accept", "application/json").json(body)).await
    }
}

fn grants(held: &[(&str, Option<&[&str]>)]) -> Vec<Grant> {
    held.iter()
        .map(|(name, kinds)| Grant {
            role: role(name).expect("a role"),
            kinds: kinds.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect()),
        })
        .collect()
}

impl Town {
    /// Somebody with a role for all kinds, signed in.
    pub async fn staff(&self, role: &str) -> Client {
        self.staff_with(&[(role, None)]).await
    }

    /// Somebody with roles, each for some kinds or all, signed in: `[("editor", Some(&["trees"]))]`.
    pub async fn staff_with(&self, held: &[(&str, Option<&[&str]>)]) -> Client {
        let (account, email) = self.account(held).await;
        self.sign_in_as(account, email).await
    }

    /// Somebody's account, without a password. Each call makes another person.
    pub async fn account(&self, held: &[(&str, Option<&[&str]>)]) -> (Uuid, String) {
        let name = held.first().map_or("nobody", |(role, _)| role);
        let email = format!("{name}-{}@urzad.example", Uuid::new_v4().simple());
        let new = NewAccount {
            email: Email::parse(&email).expect("an address"),
            name: format!("Zmyślona Osoba ({name})"),
            grants: grants(held),
            demo: false,
        };
        let account =
            self.app.accounts.add_account(&ctx(), &new).await.expect("no failure").expect("no refusal");
        (account, email)
    }

    /// A browser in which the holder of an account is signed in.
    pub async fn sign_in_as(&self, account: Uuid, email: String) -> Client {
        let place = Place::new([192, 0, 2, 1].into(), "a browser of the tests");
        let session = self.app.accounts.open_session(&ctx(), account, &place).await.expect("a session");
        let id = sqlx::query_scalar("select id from session where token_hash = sha256($1)")
            .bind(session.as_bytes())
            .fetch_one(self.pool())
            .await
            .expect("its row");
        Client {
            http: client(),
            base: self.base.clone(),
            email,
            account,
            form_token: self.app.accounts.form_token(id).expect("a key"),
            session,
            renewed: Mutex::default(),
            keeps_cookies: false,
        }
    }

    /// A token for some of what a role may do: `("editor", &["registry:write"])`.
    pub async fn token(&self, role: &str, scopes: &[&str]) -> String {
        let (account, _) = self.account(&[(role, None)]).await;
        let scopes: BTreeSet<Permission> =
            scopes.iter().map(|name| Permission::from_name(name).expect("a permission")).collect();
        self.app
            .accounts
            .make_token(&ctx(), account, "a test", &scopes, 1)
            .await
            .expect("no failure")
            .expect("no refusal")
    }
}
