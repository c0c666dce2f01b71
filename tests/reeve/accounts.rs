//! Signing in and out, tokens, roles, and what happens when somebody tries what they may not.

use crate::support::Town;

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
