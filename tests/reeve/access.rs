//! Who may use which door, and what every answer carries.

use reeve::{
    accounts::Cookie,
    app::openapi_document,
    platform::{
        Config,
        access::{Level, Permission, ROLES},
        http::{Access, Door},
    },
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::Town;

#[tokio::test]
async fn every_documented_door_exists_and_every_json_door_is_documented() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let documented: Vec<String> = openapi_document().paths.paths.keys().cloned().collect();
    for path in &documented {
        assert!(doors.iter().any(|door| door.path == path), "documented, but no door: {path}");
    }
    let own_word = ["/api/openapi.json", "/ogc/", "/ogc/collections/{collection}/schema"];
    for door in doors.iter().filter(|door| {
        ["/api/", "/ogc", "/tiles/"].iter().any(|prefix| door.path.starts_with(prefix))
            && !own_word.contains(&door.path)
    }) {
        assert!(
            documented.iter().any(|path| path == door.path),
            "a door without documentation: {}",
            door.path
        );
    }
}

#[tokio::test]
async fn only_the_operator_sees_the_metrics() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let operators: Vec<_> =
        doors.iter().filter(|door| door.access == Access::Operator).map(|door| door.path).collect();
    assert_eq!(operators, ["/metrics"]);
    // From this machine the door is open (404 only because no collector runs in this test), but not through a proxy.
    let through_a_proxy = town
        .http
        .get(format!("{}/metrics", town.base))
        .header("x-forwarded-for", "192.0.2.1")
        .send()
        .await
        .unwrap();
    assert_eq!(through_a_proxy.status(), 404);
}

/// A caller and what the table of roles says of them.
struct Caller {
    name: String,
    header: Option<(&'static str, String)>,
    /// Nobody of the staff, or what they may do.
    grants: Option<Vec<Permission>>,
    /// No resident, or how well known.
    level: Option<Level>,
}

impl Caller {
    fn is_allowed(&self, access: Access) -> bool {
        match access {
            Access::Public | Access::Operator => true,
            Access::SignedIn => self.grants.is_some(),
            Access::Person => self.grants.is_some() || self.level.is_some(),
            Access::Resident(level) => self.level.is_some_and(|own| own >= level),
            Access::May(permission) => {
                self.grants.as_ref().is_some_and(|grants| grants.contains(&permission))
            }
        }
    }
}

fn cookie(session: &str) -> Option<(&'static str, String)> {
    Some(("cookie", format!("{}={session}", Cookie::Session.name(false))))
}

/// Nobody, somebody of each role, somebody without a role, and sessions that have ended.
async fn callers(town: &Town) -> Vec<Caller> {
    let mut callers = vec![Caller { name: "a visitor".into(), header: None, grants: None, level: None }];
    for role in &ROLES {
        let staff = town.staff(role.name).await;
        callers.push(Caller {
            name: role.name.into(),
            header: cookie(&staff.session),
            grants: Some(role.permissions.to_vec()),
            level: None,
        });
    }
    let nobody = town.staff_with(&[]).await;
    callers.push(Caller {
        name: "staff without a role".into(),
        header: cookie(&nobody.session),
        grants: Some(Vec::new()),
        level: None,
    });
    for level in Level::ALL {
        let resident = town.resident(level).await;
        callers.push(Caller {
            name: format!("a resident, {}", level.name()),
            header: cookie(&resident.session),
            grants: None,
            level: Some(level),
        });
    }
    for (name, ended) in [
        (
            "an idle session",
            "update session set last_used_at = now() - interval '9 hours' where account = $1",
        ),
        ("an old session", "update session set expires_at = now() - interval '1 second' where account = $1"),
        ("a revoked session", "update session set revoked_at = now() where account = $1"),
        ("a disabled account", "update account set disabled_at = now() where id = $1"),
    ] {
        let staff = town.staff("administrator").await;
        sqlx::query(ended).bind(staff.account).execute(town.pool()).await.unwrap();
        callers.push(Caller { name: name.into(), header: cookie(&staff.session), grants: None, level: None });
    }
    callers
}

fn method(door: &Door) -> reqwest::Method {
    door.method.parse().unwrap()
}

fn is_unsafe(door: &Door) -> bool {
    !matches!(door.method, "GET" | "OPTIONS")
}

/// The door's address with something in the place of each parameter.
fn address(town: &Town, door: &Door) -> String {
    let path: Vec<_> = door
        .path
        .split('/')
        .map(|part| if part.contains('{') { "00000000-0000-4000-8000-000000000000" } else { part })
        .collect();
    format!("{}{}", town.base, path.join("/"))
}

/// Whether an answer says that the caller may not use the door, whatever they ask there.
async fn is_refused(response: reqwest::Response) -> bool {
    let status = response.status().as_u16();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    match status {
        401 => true,
        303 => location.is_some_and(|location| {
            location.starts_with("/sign-in?next=") || location.starts_with("/account/identity?needs=")
        }),
        403 => {
            let text = response.text().await.unwrap();
            text.contains("this needs the permission") || text.contains("this needs an account of the level")
        }
        _ => false,
    }
}

#[tokio::test]
async fn every_door_opens_for_whom_the_table_says_and_for_nobody_else() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let callers = callers(&town).await;
    for door in doors.iter().filter(|door| door.access != Access::Operator) {
        for caller in &callers {
            let mut request = town
                .http
                .request(method(door), address(&town, door))
                .header("accept", "application/json")
                .header("sec-fetch-site", "same-origin");
            if let Some((name, value)) = &caller.header {
                request = request.header(*name, value);
            }
            let response = request.send().await.unwrap();
            let status = response.status();
            assert_eq!(
                is_refused(response).await,
                !caller.is_allowed(door.access),
                "{} {} ({:?}) for {}: {status}",
                door.method,
                door.path,
                door.access,
                caller.name
            );
        }
    }
}

#[tokio::test]
async fn a_token_opens_only_the_doors_of_its_scopes() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    for scope in Permission::ALL {
        let token = town.token("administrator", &[scope.name()]).await;
        for door in &doors {
            let Access::May(needed) = door.access else { continue };
            let response = town
                .http
                .request(method(door), address(&town, door))
                .header("accept", "application/json")
                .bearer_auth(&token)
                .send()
                .await
                .unwrap();
            let status = response.status();
            assert_eq!(
                is_refused(response).await,
                needed != scope,
                "{} {} with {}: {status}",
                door.method,
                door.path,
                scope.name()
            );
        }
    }
    // What is one's own is for people in a browser, not for programs.
    let token = town.token("administrator", &["accounts:manage"]).await;
    for path in ["/desk/account", "/desk/tokens"] {
        let response =
            town.http.get(format!("{}{path}", town.base)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn nothing_is_changed_for_a_foreign_page() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let staff = town.staff("administrator").await;
    // The urn looks at nobody's session, so no foreign page can use one there.
    let asks_who = |door: &&Door| is_unsafe(door) && !door.path.starts_with("/api/ballots/");
    for door in doors.iter().filter(asks_who) {
        let ask = |name: &'static str, value: &'static str| {
            town.http
                .request(method(door), address(&town, door))
                .header("cookie", cookie(&staff.session).unwrap().1)
                .header("content-type", "application/x-www-form-urlencoded")
                .header(name, value)
                .body(format!("form_token={}", staff.form_token))
                .send()
        };
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("x-nothing", "said"),
        ] {
            let response = ask(name, value).await.unwrap();
            assert_eq!(response.status(), 403, "{} {} with {name}: {value}", door.method, door.path);
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let staff = town.staff("administrator").await;
    let other = town.staff("administrator").await;
    let pages = |door: &&Door| {
        is_unsafe(door) && !["/api/", "/ogc", "/tiles/"].iter().any(|prefix| door.path.starts_with(prefix))
    };
    for door in doors.iter().filter(pages) {
        for token in ["", "form_token=", "form_token=wrong", &format!("form_token={}", other.form_token)] {
            let response = staff
                .request(method(door), address(&town, door).strip_prefix(&town.base).unwrap())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(token.to_owned())
                .send()
                .await
                .unwrap();
            // Doors for scripts take only JSON, which holds its token too; an upload of pictures looks first whether
            // there is anything to be pictured.
            let status = response.status().as_u16();
            let fits =
                matches!(status, 403 | 415) || door.path == "/desk/assets/{id}/photos" && status == 404;
            assert!(fits, "{} {} with {token:?}: {status}", door.method, door.path);
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_changes_nothing_but_may_sign_in() {
    let town = Town::empty().await;
    let (_, doors) = town.app.router();
    let open: Vec<_> = doors
        .iter()
        .filter(|door| is_unsafe(door) && door.access == Access::Public)
        .map(|door| door.path)
        .collect();
    assert_eq!(
        open,
        [
            // The address of each is a secret: it ends one consent, or brings the gateway's report of one text.
            "/unsubscribe/{token}",
            "/api/messages/sms-report/{secret}",
            "/sign-in",
            "/sign-in/second",
            "/sign-in/passkey/begin",
            "/sign-in/passkey",
            "/sign-in/help",
            "/sign-in/with/{provider}",
            "/sign-in/new",
            "/reset/{token}",
            "/account/new",
            "/account/confirm/{token}",
            "/account/email/{token}",
            "/account/objection/{token}",
            "/account/reopen/{token}",
            // Of visitors; the address of the last two is a secret.
            "/write",
            "/write/confirm/{token}",
            "/write/{id}/{mark}",
            // Answers to surveys of everybody; the form proves the browser from which it comes.
            "/surveys/{slug}",
            // Whoever holds a printed code is not signed in; the code is what proves them.
            "/api/surveys/{id}/code-token",
            // The urn: whoever brings a ballot is not asked; the town's signature of its token is.
            "/api/ballots/{id}",
            // Of payment operators; what they bring is signed.
            "/api/payments/{contract}/notify",
        ]
    );
    // Other methods than those of the doors are refused.
    for door in &doors {
        for other in ["POST", "PUT", "DELETE", "PATCH"] {
            if doors.iter().any(|known| known.path == door.path && known.method == other) {
                continue;
            }
            let request = town.http.request(other.parse().unwrap(), address(&town, door));
            let status = request.send().await.unwrap().status().as_u16();
            assert!(matches!(status, 404 | 405), "{other} {}: {status}", door.path);
        }
    }
}

#[tokio::test]
async fn answers_carry_security_headers_and_a_request_id() {
    let town = Town::empty().await;
    for path in ["/", "/map", "/api/kinds", "/nope"] {
        let response = town.get(path).await;
        let headers = response.headers();
        assert!(headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(headers["permissions-policy"].to_str().unwrap().contains("geolocation=(self)"), "{path}");
        // Over plain HTTP the header would be a promise that nobody keeps.
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
        assert!(uuid::Uuid::parse_str(headers["x-request-id"].to_str().unwrap()).is_ok(), "{path}");
    }
}

#[tokio::test]
async fn pages_where_a_click_counts_are_never_framed_and_never_kept() {
    let town = Town::empty().await;
    let staff = town.staff("administrator").await;
    let resident = town.resident(Level::Known).await;
    let paths = ["/account/security", "/account/close", "/account/confirm/wrong", "/account/objection/wrong"];
    for path in paths {
        let response = resident.get(path).await;
        let headers = response.headers();
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
    for path in ["/desk/account", "/desk/tokens", "/desk/account/app", "/reset/wrong"] {
        let response = staff.get(path).await;
        let headers = response.headers();
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
    let response = town.get("/sign-in").await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_stay_there() {
    let town = Town::with_config(Config {
        base_url: Some("https://reeve.urzad.example".into()),
        ..crate::support::config()
    })
    .await;
    let response = town.get("/sign-in").await;
    assert!(response.headers()["strict-transport-security"].to_str().unwrap().contains("max-age=31536000"));
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-reeve-entry=") && cookie.contains("Secure"), "{cookie}");
}

/// Sends raw bytes and reads what comes back until the server closes.
async fn raw(town: &Town, request: &[u8]) -> String {
    let mut stream =
        tokio::net::TcpStream::connect(town.base.strip_prefix("http://").unwrap()).await.unwrap();
    // The server may close before all is sent.
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn endless_addresses_are_refused() {
    let town = Town::empty().await;
    let medium =
        format!("GET /api/graves?q={} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "a".repeat(20_000));
    assert!(raw(&town, medium.as_bytes()).await.starts_with("HTTP/1.1 414"));
    let endless = format!("GET /api/graves?q={} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(10 * 1024 * 1024));
    assert!(raw(&town, endless.as_bytes()).await.starts_with("HTTP/1.1 414"));
    // The server lives on.
    assert_eq!(town.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn an_unknown_page_is_a_page_to_people_and_a_problem_to_programs() {
    let town = Town::empty().await;
    let page = town.get("/nope").await;
    assert_eq!(page.status(), 404);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let problem = town.get("/api/nope").await;
    assert_eq!(problem.status(), 404);
    assert_eq!(problem.headers()["content-type"], "application/problem+json");
}
