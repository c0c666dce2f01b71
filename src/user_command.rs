//! `reeve user`: accounts from the command line, for whoever holds the machine.

use std::{collections::BTreeSet, io::Read};

use anyhow::Context;
use clap::{Args, Subcommand};
use reeve::{
    accounts::{
        Account, Email, NewAccount, PasswordFault, Refusal, SHORTEST_PASSWORD, USUAL_TOKEN_DAYS, grant_text,
        parse_grant,
    },
    app::App,
    platform::{
        Ctx,
        access::{Grant, Permission, ROLES},
        http::Failure,
    },
};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account. Asks for a password on a terminal; elsewhere prints an invitation that works for three days.
    Add {
        /// Address with which the person signs in.
        email: String,
        #[command(flatten)]
        roles: RoleArguments,
        /// What colleagues call the person; the address without it.
        #[arg(long)]
        name: Option<String>,
        /// Take the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Print an invitation instead of asking for a password.
        #[arg(long, conflicts_with = "password_stdin")]
        invite: bool,
    },
    /// List all accounts.
    List,
    /// Give somebody other roles; without --role none.
    Role {
        /// Whose.
        email: String,
        #[command(flatten)]
        roles: RoleArguments,
    },
    /// End all sessions of somebody and let them sign in no more.
    Disable {
        /// Whose.
        email: String,
    },
    /// Let somebody sign in again.
    Enable {
        /// Whose.
        email: String,
    },
    /// Print a link by which somebody sets a new password, once, within an hour.
    Reset {
        /// Whose.
        email: String,
        /// Also remove the authenticator app, passkeys and recovery codes.
        #[arg(long)]
        second_factors: bool,
    },
    /// Make a token for programs; the last line on standard output is the token alone.
    Token {
        /// Whose.
        email: String,
        /// What it may do: registry:read, registry:write, registry:verify, registry:export, kinds:manage…
        #[arg(long = "scope", required = true, value_parser = parse_scope)]
        scopes: Vec<Permission>,
        /// Days until it ends.
        #[arg(long, default_value_t = USUAL_TOKEN_DAYS, value_parser = clap::value_parser!(i64).range(1..=730))]
        days: i64,
        /// What it is for.
        #[arg(long, default_value = "reeve user token")]
        name: String,
    },
}

#[derive(Args)]
pub struct RoleArguments {
    /// A role, for all kinds of things or some: editor, editor:trees,lamps. May be given several times.
    #[arg(long = "role", value_name = "ROLE[:KIND,KIND]", value_parser = parse_role)]
    roles: Vec<Grant>,
}

fn parse_role(text: &str) -> Result<Grant, String> {
    let names: Vec<_> = ROLES.iter().map(|role| role.name).collect();
    parse_grant(text).map_err(|error| format!("{error}; there are: {}", names.join(", ")))
}

fn parse_scope(text: &str) -> Result<Permission, String> {
    let names: Vec<_> = Permission::ALL.iter().map(|permission| permission.name()).collect();
    Permission::from_name(text).ok_or_else(|| format!("there are: {}", names.join(", ")))
}

/// Does what was asked.
///
/// # Errors
/// Says in words why it was not done.
pub async fn run(app: &App, command: UserCommand) -> anyhow::Result<()> {
    let ctx = Ctx::system("reeve user");
    let accounts = &app.accounts;
    match command {
        UserCommand::Add { email, roles, name, password_stdin, invite } => {
            let email = read_email(&email)?;
            check_kinds(app, &roles.roles)?;
            let password = if password_stdin {
                Some(password_from_stdin()?)
            } else if invite || !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                None
            } else {
                Some(password_from_terminal()?)
            };
            let name = name.unwrap_or_else(|| email.local_part().to_owned());
            add(app, &ctx, NewAccount { email, name, grants: roles.roles, demo: false }, password).await
        }
        UserCommand::List => {
            for account in told(accounts.everybody(&ctx).await)? {
                println!("{}", line(&account));
            }
            Ok(())
        }
        UserCommand::Role { email, roles } => {
            check_kinds(app, &roles.roles)?;
            let account = find(app, &ctx, &email).await?;
            allowed(accounts.set_grants(&ctx, account.id, &roles.roles).await)?;
            println!("{}", line(&find(app, &ctx, &email).await?));
            Ok(())
        }
        UserCommand::Disable { email } => {
            let account = find(app, &ctx, &email).await?;
            allowed(accounts.set_disabled(&ctx, account.id, true).await)?;
            println!("{} can no longer sign in; all sessions have ended, tokens rest", account.email);
            Ok(())
        }
        UserCommand::Enable { email } => {
            let account = find(app, &ctx, &email).await?;
            allowed(accounts.set_disabled(&ctx, account.id, false).await)?;
            println!("{} can sign in again", account.email);
            Ok(())
        }
        UserCommand::Reset { email, second_factors } => {
            let account = find(app, &ctx, &email).await?;
            if second_factors {
                told(accounts.remove_second_factors(&ctx, account.id).await)?;
                eprintln!("authenticator app, passkeys and recovery codes of {} are removed", account.email);
            }
            print_link(app, &ctx, &account).await
        }
        UserCommand::Token { email, scopes, days, name } => {
            let account = find(app, &ctx, &email).await?;
            let scopes: BTreeSet<_> = scopes.into_iter().collect();
            let token = allowed(accounts.make_token(&ctx, account.id, &name, &scopes, days).await)?;
            eprintln!("A token of {} for {days} days. It is shown only now:", account.email);
            println!("{token}");
            Ok(())
        }
    }
}

async fn add(app: &App, ctx: &Ctx, new: NewAccount, password: Option<String>) -> anyhow::Result<()> {
    if let Some(password) = &password {
        // Before the account is made: a password that is not taken leaves nothing behind.
        app.accounts
            .check_new_password(password, &new.email)
            .map_err(|fault| refused(Refusal::Password(fault)))?;
    }
    let id = allowed(app.accounts.add_account(ctx, &new).await)?;
    let account = told(app.accounts.person(ctx, id).await)?;
    println!("{}", line(&account));
    match password {
        Some(password) => allowed(app.accounts.set_password(ctx, id, &password).await),
        None => print_link(app, ctx, &account).await,
    }
}

async fn print_link(app: &App, ctx: &Ctx, account: &Account) -> anyhow::Result<()> {
    let token = told(app.accounts.make_link(ctx, account.id).await)?;
    let base = app.config.base_url.clone().unwrap_or_else(|| format!("http://{}", app.config.listen));
    let until = if account.has_password { "an hour" } else { "three days" };
    eprintln!("{} sets a password with this link, once, within {until}:", account.email);
    println!("{base}/reset/{token}");
    Ok(())
}

fn check_kinds(app: &App, grants: &[Grant]) -> anyhow::Result<()> {
    let kinds = app.registry.kinds();
    for kind in grants.iter().filter_map(|grant| grant.kinds.as_ref()).flatten() {
        anyhow::ensure!(kinds.knows(kind), "there is no kind {kind:?}");
    }
    Ok(())
}

fn read_email(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).with_context(|| format!("{text:?} is no e-mail address"))
}

async fn find(app: &App, ctx: &Ctx, email: &str) -> anyhow::Result<Account> {
    match app.accounts.person_by_email(ctx, &read_email(email)?).await {
        Err(Failure::NotFound(_)) => anyhow::bail!("there is no account {email}; see reeve user list"),
        other => told(other),
    }
}

fn password_from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(64 * 1024).read_to_string(&mut text).context("cannot read the password")?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    anyhow::ensure!(!password.is_empty(), "standard input holds no password");
    Ok(password)
}

fn password_from_terminal() -> anyhow::Result<String> {
    let prompt = format!("Password (at least {SHORTEST_PASSWORD} characters): ");
    let password = rpassword::prompt_password(prompt).context("cannot read the password")?;
    let again = rpassword::prompt_password("Again: ").context("cannot read the password")?;
    anyhow::ensure!(password == again, "the two passwords differ");
    Ok(password)
}

fn line(account: &Account) -> String {
    let roles: Vec<String> = account.grants.iter().map(grant_text).collect();
    let mut marks = Vec::new();
    if account.disabled_at.is_some() {
        marks.push("disabled");
    }
    if !account.has_password {
        marks.push("no password yet");
    }
    if account.has_second_factor() {
        marks.push("second factor");
    }
    if account.demo {
        marks.push("demo");
    }
    let marks = if marks.is_empty() { String::new() } else { format!("  [{}]", marks.join(", ")) };
    let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(" ") };
    format!("{}  {}  {roles}{marks}", account.email, account.name)
}

fn told<T>(result: Result<T, Failure>) -> anyhow::Result<T> {
    result.map_err(|failure| match failure {
        Failure::Internal { what, source } => anyhow::Error::from_boxed(source).context(what),
        other => anyhow::anyhow!("{other}"),
    })
}

fn allowed<T>(result: Result<Result<T, Refusal>, Failure>) -> anyhow::Result<T> {
    told(result)?.map_err(refused)
}

fn refused(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!(match refusal {
        Refusal::EmailTaken => "an account with this address exists; see reeve user list",
        Refusal::LastAdministrator =>
            "this is the last person who can manage accounts: make another administrator first",
        Refusal::Password(PasswordFault::TooShort) =>
            "the password is too short: at least 15 characters, best a few words",
        Refusal::Password(PasswordFault::TooLong) => "the password is too long: at most 256 characters",
        Refusal::Password(PasswordFault::Common) => "this password is among those that everybody tries first",
        Refusal::Password(PasswordFault::Context) =>
            "the password must not hold the name of the town, of Reeve or of the address",
        Refusal::WrongPassword => "the password is wrong",
        Refusal::TooMany => "there are too many tokens: revoke some first",
        Refusal::BeyondOwner => "a token may do no more than its owner, see reeve user list",
        Refusal::LastWayIn => "nothing else would open the account any more",
        Refusal::SameEmail => "the account has this address already",
    })
}
