//! Payers by what a transfer says.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::dues::finding::Taking;

/// An account of dues with its payer.
pub(in crate::dues) struct AccountRow {
    pub(in crate::dues) account: Uuid,
    pub(in crate::dues) number: i64,
    pub(in crate::dues) payer: Uuid,
    pub(in crate::dues) payer_name: String,
    pub(in crate::dues) kind: String,
    pub(in crate::dues) object: String,
}

pub(in crate::dues) async fn accounts_of_numbers(
    connection: &mut PgConnection,
    numbers: &[i64],
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "select a.id as account, a.number, a.party as payer, p.name as payer_name, a.kind, a.object
         from due_account a join party p on p.id = a.party where a.number = any($1) order by a.number",
        numbers
    )
    .fetch_all(connection)
    .await
}

pub(in crate::dues) async fn accounts_of_payers(
    connection: &mut PgConnection,
    payers: &[Uuid],
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "select a.id as account, a.number, a.party as payer, p.name as payer_name, a.kind, a.object
         from due_account a join party p on p.id = a.party where a.party = any($1) order by a.number limit 500",
        payers
    )
    .fetch_all(connection)
    .await
}

/// Names are compared without Polish marks, which banks lose.
pub(in crate::dues) async fn accounts_of_names(
    connection: &mut PgConnection,
    words: &[String],
    most_payers: i64,
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        r#"select a.id as account, a.number, a.party as payer, p.name as payer_name, a.kind, a.object
         from due_account a
            join (select id, name from party
                  where erased_at is null and cardinality($1::text[]) > 0
                    and not exists (select from unnest($1) as word
                        where position(word in translate(lower(name), 'ąćęłńóśźż', 'acelnoszz')) = 0)
                    and exists (select from due_account d where d.party = party.id)
                  order by name, id limit $2) p on p.id = a.party
         order by p.name, a.number"#,
        words,
        most_payers
    )
    .fetch_all(connection)
    .await
}

/// Payers of whose names at least two words, or the only one, are among these.
pub(in crate::dues) async fn payers_of_words(
    connection: &mut PgConnection,
    words: &[String],
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select p.id from party p
         where p.erased_at is null and exists (select from due_account d where d.party = p.id)
           and regexp_split_to_array(translate(lower(p.name), 'ąćęłńóśźż', 'acelnoszz'), '[^[:alnum:]]+') && $1
           and (select count(*) from unnest(regexp_split_to_array(translate(lower(p.name), 'ąćęłńóśźż', 'acelnoszz'),
                '[^[:alnum:]]+')) as own where own = any($1)) >= least(2, (select count(*) from
                unnest(regexp_split_to_array(p.name, '[^[:alnum:]]+')) as own where length(own) > 1))
         order by p.name, p.id limit $2"#,
        words,
        most
    )
    .fetch_all(connection)
    .await
}

/// Payers of an instalment of this amount, the latest term first.
pub(in crate::dues) async fn payers_of_amount(
    connection: &mut PgConnection,
    amount_grosze: i64,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct party as "party!" from (select a.party from due_instalment i join due_account a on a.id = i.account
            where i.amount_grosze = $1 order by i.due desc limit $2) as latest"#,
        amount_grosze,
        most
    )
    .fetch_all(connection)
    .await
}

/// An instalment by its name in a title.
pub(in crate::dues) struct TokenRow {
    pub(in crate::dues) token: String,
    pub(in crate::dues) instalment: Uuid,
    pub(in crate::dues) payer: Uuid,
    pub(in crate::dues) kind: String,
}

pub(in crate::dues) async fn instalments_of_tokens(
    connection: &mut PgConnection,
    tokens: &[String],
) -> Result<Vec<TokenRow>, sqlx::Error> {
    sqlx::query_as!(
        TokenRow,
        "select i.token, i.id as instalment, a.party as payer, a.kind
         from due_instalment i join due_account a on a.id = i.account where i.token = any($1)",
        tokens
    )
    .fetch_all(connection)
    .await
}

pub(in crate::dues) async fn payer_of_assessment(
    connection: &mut PgConnection,
    kind: &str,
    year: i32,
    number: i32,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select a.party from due_assessment s join due_account a on a.id = s.account
         where s.kind = $1 and s.year = $2 and s.number = $3",
        kind,
        year,
        number
    )
    .fetch_optional(connection)
    .await
}

pub(in crate::dues) async fn accounts(
    connection: &mut PgConnection,
    accounts: &[Uuid],
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "select a.id as account, a.number, a.party as payer, p.name as payer_name, a.kind, a.object
         from due_account a join party p on p.id = a.party where a.id = any($1) order by a.number",
        accounts
    )
    .fetch_all(connection)
    .await
}

pub(in crate::dues) async fn is_of_account(
    connection: &mut PgConnection,
    instalment: Uuid,
    account: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from due_instalment where id = $1 and account = $2) as "is!""#,
        instalment,
        account
    )
    .fetch_one(connection)
    .await
}

/// What is taken back counts against the way by which it had come.
pub(in crate::dues) async fn takings(
    connection: &mut PgConnection,
    day: NaiveDate,
) -> Result<Vec<Taking>, sqlx::Error> {
    sqlx::query_as!(
        Taking,
        r#"select coalesce(o.source_kind, e.source_kind) as "source!", m.nrb, count(distinct e.id) as "entries!",
            sum(m.amount_grosze)::bigint as "amount_grosze!"
         from ledger_entry e join ledger_posting m on m.entry = e.id and m.account = 'money'
            left join ledger_entry o on o.id = e.reverses
         where e.booked_on = $1 group by 1, 2 order by 1, 2"#,
        day
    )
    .fetch_all(connection)
    .await
}
