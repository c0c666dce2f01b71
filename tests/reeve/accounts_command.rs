//! `reeve user`, and the accounts of the demo.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use crate::support::Town;

const PASSWORD: &str = "mój pies lubi marchewkę";

fn reeve(town: &Town, arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_reeve"))
        .args(arguments)
        .env("DATABASE_URL", town.url())
        .env("REEVE_VAR", folder.path())
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The last line of what was said, which scripts take.
fn last_line(output: &Output) -> String {
    assert!(output.status.success(), "{}", errors(output));
    said(output).lines().last().unwrap().to_owned()
}

#[tokio::test]
async fn people_are_added_listed_and_disabled() {
    let town = Town::empty().await;
    let user = |arguments: &[&str], input: &str| {
        let all: Vec<&str> = ["user"].iter().chain(arguments).copied().collect();
        reeve(&town, &all, &[], input)
    };
    let add = [
        "add",
        "anna@urzad.example",
        "--role",
        "editor:trees,lamps",
        "--role",
        "planner",
        "--password-stdin",
    ];
    let short = user(&add, "za krótkie\n");
    assert_eq!(short.status.code(), Some(1));
    assert!(errors(&short).contains("at least 15"), "{}", errors(&short));
    assert_eq!(town.number("select count(*) from account").await, 0, "a refused password leaves no account");
    let added = user(&add, &format!("{PASSWORD}\n"));
    assert!(said(&added).contains("editor:lamps,trees planner"), "{}{}", said(&added), errors(&added));
    let again = user(&add, &format!("{PASSWORD}\n"));
    assert_eq!(again.status.code(), Some(1));
    assert!(errors(&again).contains("exists"), "{}", errors(&again));
    // Without a terminal and without a password an invitation comes last.
    let invited =
        user(&["add", "ewa@urzad.example", "--role", "administrator", "--name", "Ewa Zmyślona"], "");
    assert!(last_line(&invited).contains("/reset/"), "{}", said(&invited));
    let list = said(&user(&["list"], ""));
    assert!(
        list.contains("anna@urzad.example")
            && list.contains("Ewa Zmyślona  administrator  [no password yet]"),
        "{list}"
    );
    let disabled = user(&["disable", "ANNA@urzad.example"], "");
    assert!(disabled.status.success(), "{}", errors(&disabled));
    assert!(said(&user(&["list"], "")).contains("[disabled]"));
    assert!(user(&["enable", "anna@urzad.example"], "").status.success());
    assert!(last_line(&user(&["reset", "anna@urzad.example"], "")).contains("/reset/"));
    assert!(last_line(&user(&["role", "anna@urzad.example", "--role", "viewer"], "")).ends_with("viewer"));
    for (wrong, code) in [
        (&["add", "x@urzad.example", "--role", "king"][..], 2),
        (&["add", "x@urzad.example", "--role", "administrator:trees"], 2),
        (&["add", "x@urzad.example", "--role", "editor:dragons"], 1),
        (&["add", "no address"], 1),
        (&["reset", "nobody@urzad.example"], 1),
        (&["dance"], 2),
    ] {
        let output = user(wrong, "");
        assert_eq!(output.status.code(), Some(code), "{wrong:?}: {}", errors(&output));
    }
}

#[tokio::test]
async fn a_token_comes_alone_on_the_last_line() {
    let town = Town::empty().await;
    town.account(&[("viewer", None)]).await;
    let (_, email) = town.account(&[("editor", None)]).await;
    let arguments =
        ["user", "token", &email, "--scope", "registry:read", "--scope", "registry:write", "--days", "7"];
    let token = last_line(&reeve(&town, &arguments, &[], ""));
    let request = town.http.get(format!("{}/api/kinds", town.base)).bearer_auth(&token);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let beyond = reeve(&town, &["user", "token", &email, "--scope", "accounts:manage"], &[], "");
    assert_eq!(beyond.status.code(), Some(1));
    assert!(errors(&beyond).contains("no more than its owner"), "{}", errors(&beyond));
    assert_eq!(
        reeve(&town, &["user", "token", &email, "--scope", "everything"], &[], "").status.code(),
        Some(2)
    );
}

#[tokio::test]
async fn accounts_of_the_demo_never_meet_the_real_world() {
    let town = Town::empty().await;
    let password = [("REEVE_DEMO_PASSWORD", "zielona latarnia nad rzeką")];
    let demo = reeve(&town, &["demo"], &password, "");
    assert!(demo.status.success(), "{}", errors(&demo));
    let sign_in = "Demo sign-in: klerk@reeve.example / zielona latarnia nad rzeką";
    assert!(said(&demo).contains(sign_in) && said(&demo).contains("admin@reeve.example"), "{}", said(&demo));
    assert_eq!(town.number("select count(*) from account where demo").await, 6);
    assert_eq!(town.number("select count(*) from account where demo and resident").await, 2);
    assert_eq!(town.number("select count(*) from mandate where revoked_at is null").await, 1);

    let outside = [("REEVE_BASE_URL", "https://reeve.urzad.example")];
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let refused = reeve(&town, &serve, &outside, "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(errors(&refused).contains("reeve user disable"), "{}", errors(&refused));
    let check = said(&reeve(&town, &["check"], &outside, ""));
    assert!(check.contains("FAULT   accounts of the demo are enabled"), "{check}");
    let check = said(&reeve(&town, &["check"], &[], ""));
    assert!(check.contains("notice  accounts of the demo are enabled"), "{check}");
    // Even the last administrator of a demo can be disabled, so that a real town can begin.
    let residents = ["mieszkanka", "pelnomocnik"].map(|name| format!("{name}@reeve.example"));
    let staff = ["klerk", "admin", "skarbnik", "okienko"].map(|name| format!("{name}@reeve.example"));
    for email in staff.into_iter().chain(residents) {
        let output = reeve(&town, &["user", "disable", &email], &[], "");
        assert!(output.status.success(), "{}", errors(&output));
    }
    let check = said(&reeve(&town, &["check"], &outside, ""));
    assert!(check.contains("no accounts of the demo are enabled"), "{check}");
}
