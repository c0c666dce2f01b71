//! What a phone keeps: the worker's script, the page for no network, and the mark that says whose an answer is.

use reeve::platform::Config;

use crate::support::{Town, config};

#[tokio::test]
async fn the_worker_stands_at_the_top_and_is_asked_for_each_time() {
    let built = tempfile::tempdir().unwrap();
    std::fs::write(built.path().join("sw.js"), "// a worker").unwrap();
    let town = Town::with_config(Config { static_dir: built.path().to_owned(), ..config() }).await;
    let script = town.get("/sw.js").await;
    assert_eq!(script.status(), 200);
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(script.headers()["cache-control"], "no-cache");
    assert_eq!(script.text().await.unwrap(), "// a worker");
    // A front end that is not built has none, and says so.
    std::fs::remove_file(built.path().join("sw.js")).unwrap();
    assert_eq!(town.get("/sw.js").await.status(), 404);
}

#[tokio::test]
async fn the_page_for_no_network_has_the_workers_texts_and_nothing_of_anybody() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    for (lang, title) in [("pl", "Brak połączenia"), ("en", "No connection")] {
        let page = town.page(&format!("/offline?lang={lang}")).await;
        assert!(page.contains(title) && page.contains("data-kept-list"), "{page}");
        let texts = page.split("id=\"phone-texts\">").nth(1).unwrap().split("</script>").next().unwrap();
        let texts: serde_json::Value = serde_json::from_str(texts).unwrap();
        assert!(texts["phone-js-notice"].as_str().is_some_and(|text| !text.is_empty()), "{texts}");
        assert!(!page.contains(&clerk.form_token));
    }
}

#[tokio::test]
async fn every_page_can_say_that_it_is_an_old_one() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    for page in [town.page("/graves").await, clerk.page("/desk").await, clerk.page("/help").await] {
        let notice = page.split("<template id=\"kept-notice\">").nth(1).unwrap().split("</template>").next();
        assert!(notice.unwrap().contains("%when%"));
    }
}

#[tokio::test]
async fn an_answer_says_for_whom_it_was_made_and_for_how_long_that_holds() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    let mark = format!("{};idle=28800;longest=43200", clerk.account);
    for path in ["/help", "/desk", "/api/kinds", "/no-such-page", "/graves?from=dawno&q=x"] {
        let answer = clerk.get(path).await;
        assert_eq!(answer.headers()["reeve-account"], mark.as_str(), "{path}");
    }
    for path in ["/help", "/api/kinds", "/no-such-page", "/desk"] {
        assert!(!town.get(path).await.headers().contains_key("reeve-account"), "{path}");
    }
    assert!(!clerk.get("/static/app.css").await.headers().contains_key("reeve-account"));
    // A session that has ended is nobody's.
    sqlx::query("update session set revoked_at = now() where account = $1")
        .bind(clerk.account)
        .execute(town.pool())
        .await
        .unwrap();
    assert!(!clerk.get("/help").await.headers().contains_key("reeve-account"));
}
