//! Signing in and out, tokens, roles, and what happens when somebody tries what they may not.

use reeve::{
    accounts::{Email, NewAccount},
    platform::{
        Ctx,
        access::{Grant, role},
    },
};
use uuid::Uuid;

use crate::support::{Client, Town, client, ctx};

const PASSWORD: &str = "mój pies lubi marchewkę";

/// A browser that keeps cookies, as far as these tests need it.
struct Browser<'a> {
    town: &'a Town,
    http: reqwest::Client,
    cookies: std::collections::BTreeMap<String, String>,
    /// Said by the proxy on this machine.
    address: String,
}

struct Answer {
    status: u16,
    location: String,
    text: String,
    headers: reqwest::header::HeaderMap,
}

impl<'a> Browser<'a> {
    fn new(town: &'a Town) -> Self {
        Self { town, http: client(), cookies: Default::default(), address: "198.51.100.7".to_owned() }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request
            .header("cookie", cookies.join("; "))
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", &self.address)
            .send()
            .await
            .unwrap();
        for set in response.headers().get_all("set-cookie") {
            let (pair, more) = set.to_str().unwrap().split_once(';').unwrap();
            assert!(
                pair.starts_with("lang=") || more.contains("HttpOnly") && more.contains("SameSite=Lax"),
                "{more}"
            );
            let (name, value) = pair.split_once('=').unwrap();
            if more.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location =
            response.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, location, text: response.text().await.unwrap(), headers }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.town.base));
        self.send(request).await
    }

    /// Opens a page and sends its form, with these fields.
    async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.location);
        let token = form_token(&shown.text);
        self.post(action, &token, fields).await
    }

    async fn post(&mut self, action: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", token)
            .extend_pairs(fields)
            .finish();
        let request = self
            .http
            .post(format!("{}{action}", self.town.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.submit(
            "/sign-in",
            "/sign-in",
            &[("email", email), ("password", password), ("next", "/desk/account")],
        )
        .await
    }
}

/// The token of a page's first form.
fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="form_token" value=""#).expect("a form with a token");
    rest.split_once('"').unwrap().0.to_owned()
}

/// Somebody with a password.
async fn person(town: &Town, role_name: &str) -> (Uuid, String) {
    let (account, email) = town.account(&[(role_name, None)]).await;
    town.app.accounts.set_password(&ctx(), account, PASSWORD).await.unwrap().unwrap();
    (account, email)
}

#[tokio::test]
async fn signing_in_and_out_through_the_pages() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    let mut browser = Browser::new(&town);
    let answer = browser.get("/desk/tokens").await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?next=%2Fdesk%2Ftokens"));
    // The address is not case-sensitive, and spaces around it do not matter.
    let answer = browser.sign_in(&format!(" {} ", email.to_uppercase()), PASSWORD).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/desk/account"), "{}", answer.text);
    let page = browser.get("/desk/account").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&email));
    let old = browser.cookies.clone();
    let token = form_token(&page.text);
    let answer = browser.post("/sign-out", &token, &[]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?done=out"));
    // The session has ended on the server too.
    browser.cookies = old;
    assert_eq!(browser.get("/desk/account").await.status, 303);
}

#[tokio::test]
async fn a_token_opens_doors_and_a_wrong_one_none() {
    let town = Town::empty().await;
    let token = town.token("editor", &["registry:write"]).await;
    let ask = async |token: &str| {
        let request = town.http.get(format!("{}/api/kinds", town.base)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&token).await, 200);
    for wrong in ["rv_wrong", "wrong", &token.replace("rv_", "")] {
        assert_eq!(ask(wrong).await, 401, "{wrong}");
    }
    sqlx::query("update api_token set expires_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(ask(&token).await, 401);
}
