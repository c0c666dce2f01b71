//! Who may use which door, and what every answer carries.

use reeve::{app::openapi_document, platform::http::Access};
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
    let closed: Vec<_> =
        doors.iter().filter(|door| door.access != Access::Public).map(|door| door.path).collect();
    assert_eq!(closed, ["/metrics"]);
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

#[tokio::test]
async fn no_door_takes_anything_but_reading() {
    let town = Town::village().await;
    let (_, doors) = town.app.router();
    for door in doors {
        let path = door.path.replace(['{', '}'], "");
        for method in
            [reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH]
        {
            let response =
                town.http.request(method.clone(), format!("{}{path}", town.base)).send().await.unwrap();
            assert!(
                matches!(response.status().as_u16(), 404 | 405),
                "{method} {path}: {}",
                response.status()
            );
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
        assert!(uuid::Uuid::parse_str(headers["x-request-id"].to_str().unwrap()).is_ok(), "{path}");
    }
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
