//! Whoever has everything in hand (all tables at two moments, their hidden columns, the order of rows in files, the
//! database's own log, the store of files, the published file) tries to say which ballot is whose.
//!
//! Each way is an order of the voters beside an order of the ballots: the first of one is taken for the first of the other.
//! By chance one guess of all is right, however many voters there are; twelve of sixty right guesses come by chance less than
//! once in a thousand million such tests. That the harness can see a leak is shown by the urn, which leaks one (the order of
//! envelopes), and by a box that is filled in the order of the urn.

use std::collections::{BTreeMap, HashMap};

use ballots::secret::text_of;
use serde_json::{Value, json};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use super::{Device, Terms, cast, end, open_vote, residents};
use crate::support::Town;

const VOTERS: usize = 60;
/// Right guesses from which on an attack works.
const WORKS: usize = 12;

/// Orders of things, each by a name; things are named by text.
type Orders = BTreeMap<String, Vec<String>>;

/// Things of a table in several orders. `id` says which thing a row is.
async fn orders(pool: &PgPool, what: &str, id: &str, from: &str, by: &[&str]) -> Orders {
    let mut orders = Orders::new();
    for order in by {
        let sql = format!("select {id} as id from {from} order by {order}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
        orders.insert(format!("{what} by {order}"), rows.iter().map(|row| row.get("id")).collect());
    }
    orders
}

/// How often guessing along two orders is right, from the front and from the back.
fn right(of: &[String], to: &[String], truth: &HashMap<String, String>) -> usize {
    let hits = |pairs: &mut dyn Iterator<Item = (&String, &String)>| {
        pairs.filter(|(one, other)| truth.get(*one) == Some(*other)).count()
    };
    hits(&mut of.iter().zip(to)).max(hits(&mut of.iter().zip(to.iter().rev())))
}

/// The best of all pairs of orders.
fn best(of: &Orders, to: &Orders, truth: &HashMap<String, String>) -> (usize, String) {
    let all = of.iter().flat_map(|(one, of)| {
        to.iter().map(move |(other, to)| (right(of, to, truth), format!("{one} → {other}")))
    });
    all.max().expect("orders")
}

/// Rows in the order of the database's log, found by file, page and place: the heap's inserts since a moment.
async fn log_order(pool: &PgPool, since: &str, table: &str, id: &str) -> Option<Vec<String>> {
    sqlx::query("create extension if not exists pg_walinspect").execute(pool).await.ok()?;
    let sql = format!(
        "select r.start_lsn::text as at, (regexp_match(r.block_ref, 'blk (\\d+)'))[1] as page,
            (regexp_match(r.description, 'off:? (\\d+)'))[1] as place
         from pg_get_wal_records_info($1::pg_lsn, pg_current_wal_flush_lsn()) r
         where r.resource_manager = 'Heap' and r.record_type like 'INSERT%'
            and r.block_ref like '%/' || pg_relation_filenode('{table}') || ' %'
         order by r.start_lsn"
    );
    let places = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(since).fetch_all(pool).await.unwrap();
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(format!("select ctid::text as ctid, {id} as id from {table}")))
            .fetch_all(pool)
            .await
            .unwrap();
    let rows: HashMap<String, String> = rows.iter().map(|row| (row.get("ctid"), row.get("id"))).collect();
    let order: Vec<String> = places
        .iter()
        .filter_map(|row| {
            let (page, place): (Option<String>, Option<String>) = (row.get("page"), row.get("place"));
            rows.get(&format!("({},{})", page?, place?)).cloned()
        })
        .collect();
    (!order.is_empty()).then_some(order)
}

/// Every row of every table as text.
pub(super) async fn dump(pool: &PgPool) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sql = format!("select t::text as line from {table} t");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
        all.extend(rows.iter().map(|row| (table.clone(), row.get::<String, _>("line"))));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_hand_joins_roll_and_box() {
    let town = Town::empty().await;
    let pool = town.pool();
    let survey = open_vote(pool, "first").await;
    let terms = Terms::read(&town.base, survey).await.expect("the vote is open");
    // Other tests write so much that the log of before would be gone by the end: this keeps it.
    let mut keeper = pool.acquire().await.unwrap();
    sqlx::query("select pg_create_physical_replication_slot('join_' || pg_backend_pid(), true, true)")
        .execute(&mut *keeper)
        .await
        .unwrap();
    let since: String =
        sqlx::query_scalar("select pg_current_wal_insert_lsn()::text").fetch_one(pool).await.unwrap();
    // Voters come one after the other: the quietest hour, the best for whoever watches.
    let (mut party_token, mut party_ballot, mut token_ballot) =
        (HashMap::new(), HashMap::new(), HashMap::new());
    let mut blinded = Vec::new();
    for (at, client) in residents(&town, VOTERS).await.into_iter().enumerate() {
        let party: Uuid = sqlx::query_scalar("select id from party where account = $1")
            .bind(client.account)
            .fetch_one(pool)
            .await
            .unwrap();
        let mut device = Device::new(client, &terms);
        assert_eq!(device.sign(&terms).await, Some(200));
        let said = format!("zdanie {at}");
        let chosen = ["north", "south", "none"][at * at % 3];
        let ballot = device.ballot(&terms, json!({"most": chosen, "why": said}));
        assert_eq!(cast(&town.http, &town.base, survey, &ballot).await, Some(201));
        let token = text_of(ballot.token.bytes());
        blinded.push(text_of(device.voter.blinded()));
        party_token.insert(party.to_string(), token.clone());
        party_ballot.insert(party.to_string(), said.clone());
        token_ballot.insert(token, said);
    }
    const TOKEN: &str = "rtrim(translate(encode(token, 'base64'), E'+/\\n', '-_'), '=')";
    let urn_table = format!("ballot_sealed_{}", survey.simple());

    // The first moment: while the vote is open.
    let roll_by = ["xmin::text::bigint", "ctid", "party", "blinded", "sha256(blinded)", "party::text desc"];
    let mut roll = orders(pool, "roll", "party::text", "survey_roll", &roll_by).await;
    for (name, of, by) in [("account", "account", "created_at"), ("session", "session", "last_used_at")] {
        // Who came when, by other tables.
        let column: bool = sqlx::query_scalar("select exists (select from information_schema.columns where table_name = $1 and column_name = $2)")
            .bind(of)
            .bind(by)
            .fetch_one(pool)
            .await
            .unwrap();
        if column {
            let account = if of == "account" { "t.id" } else { "t.account" };
            let from =
                format!("{of} t join party p on p.account = {account} join survey_roll r on r.party = p.id");
            roll.extend(
                orders(
                    pool,
                    name,
                    "p.id::text",
                    &from,
                    &[&format!("t.{by}"), "t.ctid", "t.xmin::text::bigint"],
                )
                .await,
            );
        }
    }
    let urn_by = ["xmin::text::bigint", "ctid", "token", "signature", "envelope", "seal"];
    let mut urn = orders(pool, "urn", TOKEN, &urn_table, &urn_by).await;
    match (
        log_order(pool, &since, "survey_roll", "party::text").await,
        log_order(pool, &since, &urn_table, TOKEN).await,
    ) {
        (Some(names), Some(envelopes)) => {
            roll.insert("roll by the log".into(), names);
            urn.insert("urn by the log".into(), envelopes);
        }
        _ => {
            println!("the database's log cannot be read here: pg_walinspect is missing, or nobody may use it")
        }
    }
    let lengths: i64 = sqlx::query_scalar(
        "select count(distinct (length(envelope), length(signature), length(seal))) from ballot_sealed",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(lengths, 1, "all rows of the urn have one length");
    for (table, line) in dump(pool).await {
        assert!(!line.contains("zdanie 1"), "{table}: an answer can be read while the urn is shut");
    }
    // The leak that remains, and that is written down: the order of writes joins names with shut envelopes.
    let (hits, how) = best(&roll, &urn, &party_token);
    println!("names → envelopes, while the vote is open: {hits} of {VOTERS} ({how})");
    assert!(hits >= WORKS, "the harness sees an order where there is one");

    // The second moment: after the opening.
    end(pool, survey).await;
    town.app.surveys.look_after_votes().await.unwrap();
    sqlx::query("update survey set state = 'published' where id = $1")
        .bind(survey)
        .execute(pool)
        .await
        .unwrap();
    let said = "answers ->> 'why'";
    let box_by = [
        "xmin::text::bigint, ctid",
        "ctid",
        "ctid desc",
        "answers::text",
        "md5(answers::text)",
        "cmin::text::bigint, ctid",
    ];
    let mut boxed = orders(pool, "box", said, "ballot", &box_by).await;
    if let Some(order) = log_order(pool, &since, "ballot", said).await {
        boxed.insert("box by the log".into(), order);
    }
    let mut receipts = orders(
        pool,
        "receipts",
        TOKEN,
        "ballot_receipt",
        &["ctid", "token", "signature", "xmin::text::bigint, ctid"],
    )
    .await;
    receipts.extend(urn);
    roll.extend(
        orders(
            pool,
            "roll after",
            "party::text",
            "survey_roll",
            &["xmin::text::bigint, ctid", "ctid", "party"],
        )
        .await,
    );
    for (what, of, truth) in [("names", &roll, &party_ballot), ("tokens", &receipts, &token_ballot)] {
        let (hits, how) = best(of, &boxed, truth);
        println!(
            "{what} → ballots: {hits} of {VOTERS} at best, of {} ways ({how})",
            of.len() * boxed.len() * 2
        );
        assert!(hits < WORKS, "{what} are joined with ballots: {how}");
    }
    // By way of the envelopes: what the first moment gives, and the second.
    let chained: Orders = roll
        .iter()
        .map(|(name, parties)| {
            (name.clone(), parties.iter().filter_map(|party| party_token.get(party).cloned()).collect())
        })
        .collect();
    let (hits, how) = best(&chained, &boxed, &token_ballot);
    assert!(hits < WORKS, "names are joined with ballots by their tokens: {how}");
    // The published file: a line holds no words, and its place is nobody's. Guess by what is chosen.
    let slug = format!("most-{}", survey.simple());
    let text = town.page(&format!("/surveys/{slug}/ballots")).await;
    assert!(!text.contains("zdanie"));
    for party in party_ballot.keys() {
        assert!(!text.contains(party));
    }

    // Equal bytes: nothing that stands in a row with a name, or with anything that stands with a name, stands with a ballot.
    let lines = dump(pool).await;
    let boxes = ["ballot", "ballot_receipt"];
    let words = |line: &str| -> Vec<String> {
        line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| word.len() >= 16)
            .map(str::to_owned)
            .collect()
    };
    let mut of_people: HashMap<String, String> = HashMap::new();
    for (table, line) in lines.iter().filter(|(table, _)| !boxes.contains(&table.as_str())) {
        for word in words(line) {
            of_people.entry(word).or_insert_with(|| table.clone());
        }
    }
    for (table, line) in lines.iter().filter(|(table, _)| boxes.contains(&table.as_str())) {
        for word in words(line).into_iter().filter(|word| *word != survey.to_string()) {
            assert_eq!(of_people.get(&word), None, "{word} stands in {table} and elsewhere");
        }
    }
    for text in &blinded {
        assert!(
            !lines.iter().any(|(_, line)| line.contains(text)),
            "blinded tokens are kept after the opening"
        );
    }
    // Time: no column of the box and the roll can hold an instant, no sequence counts their rows.
    let instants: Vec<String> = sqlx::query_scalar(
        "select table_name || '.' || column_name from information_schema.columns
         where table_name in ('ballot', 'ballot_receipt', 'ballot_sealed', 'survey_roll', 'survey_sheet',
            'survey_code')
            and (data_type like 'time%' or column_default is not null)",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(instants, Vec::<String>::new());
    // The harness again: a box that is filled as the urn was is joined at once.
    sqlx::query("create table leaky (answers jsonb)").execute(pool).await.unwrap();
    for at in 0..VOTERS {
        let answers: Value = json!({"why": format!("zdanie {at}")});
        sqlx::query("insert into leaky values ($1)").bind(answers).execute(pool).await.unwrap();
    }
    let leaky = orders(pool, "leaky", said, "leaky", &["ctid"]).await;
    let (hits, how) = best(&roll, &leaky, &party_ballot);
    assert!(hits >= WORKS, "a leaky box is not seen: {hits}, {how}");
}
