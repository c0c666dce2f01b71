//! A browser of the tests: keeps cookies, opens pages, sends their forms.

use std::collections::BTreeMap;

use super::{Town, client};

/// A browser that keeps cookies, as far as these tests need it.
pub struct Browser<'a> {
    pub town: &'a Town,
    pub http: reqwest::Client,
    pub cookies: BTreeMap<String, String>,
    /// Said by the proxy on this machine.
    pub address: String,
    /// What it calls itself.
    pub agent: Option<&'static str>,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub text: String,
    pub headers: reqwest::header::HeaderMap,
}

impl<'a> Browser<'a> {
    pub fn new(town: &'a Town) -> Self {
        Self {
            town,
            http: client(),
            cookies: Default::default(),
            address: "198.51.100.7".to_owned(),
            agent: None,
        }
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = match self.agent {
            Some(agent) => request.header("user-agent", agent),
            None => request,
        };
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

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.town.base));
        self.send(request).await
    }

    /// Opens a page and sends its form, with these fields.
    pub async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.location);
        let token = form_token(&shown.text);
        self.post(action, &token, fields).await
    }

    pub async fn post(&mut self, action: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
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

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.submit(
            "/sign-in",
            "/sign-in",
            &[("email", email), ("password", password), ("next", "/desk/account")],
        )
        .await
    }
}

/// The token of a page's first form.
pub fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="form_token" value=""#).expect("a form with a token");
    rest.split_once('"').unwrap().0.to_owned()
}
