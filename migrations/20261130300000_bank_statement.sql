-- Files with statements of the town's bank accounts that were taken in. A file is taken in whole or not at all.
create table statement_file (
    id uuid primary key,
    name text not null constraint statement_file_name_length check (length(name) between 1 and 200),
    -- The same file twice books nothing twice.
    sha256 bytea not null constraint statement_file_sha256 unique
        constraint statement_file_sha256_length check (length(sha256) = 32),
    bytes bigint not null constraint statement_file_bytes check (bytes > 0),
    -- Whether somebody decided to take statements that no closing balance proves.
    unproven boolean not null,
    taken_by text not null constraint statement_file_taken_by_length check (length(taken_by) <= 254),
    taken_at timestamptz not null
);

-- A statement of one account, as its file tells it.
create table bank_statement (
    id uuid primary key,
    file uuid not null constraint bank_statement_file references statement_file (id),
    place integer not null,
    nrb text not null constraint bank_statement_nrb_form check (nrb ~ '^[0-9]{26}$'),
    format text not null constraint bank_statement_format check (format in ('mt940', 'mt942', 'camt053')),
    reference text constraint bank_statement_reference_length check (length(reference) <= 200),
    number bigint,
    sequence bigint,
    opening_grosze bigint,
    opening_on date,
    closing_grosze bigint,
    closing_on date,
    constraint bank_statement_place unique (file, place),
    constraint bank_statement_opening_whole check ((opening_grosze is null) = (opening_on is null)),
    constraint bank_statement_closing_whole check ((closing_grosze is null) = (closing_on is null))
);
create index bank_statement_last on bank_statement (nrb, closing_on desc, sequence desc);

-- A movement of money, once, in however many statements it stands.
create table statement_entry (
    id uuid primary key,
    key text not null constraint statement_entry_key unique
        constraint statement_entry_key_length check (length(key) between 1 and 500),
    -- The town's account.
    nrb text not null constraint statement_entry_nrb_form check (nrb ~ '^[0-9]{26}$'),
    booked_on date not null,
    value_on date not null,
    -- The day that counts for the payer.
    paid_on date not null,
    -- Above zero came, below zero went.
    amount_grosze bigint not null,
    reversal boolean not null,
    bank_reference text constraint statement_entry_bank_reference_length check (length(bank_reference) <= 200),
    description text constraint statement_entry_description_length check (length(description) <= 500),
    -- Who is at the other end, as the bank tells it.
    sender_name text constraint statement_entry_sender_name_length check (length(sender_name) <= 500),
    sender_account text constraint statement_entry_sender_account_length check (length(sender_account) <= 100),
    -- The individual account that was paid, and the payer's number in the bank's service of mass payments.
    paid_to text constraint statement_entry_paid_to_length check (length(paid_to) <= 100),
    mass_payment_id text constraint statement_entry_mass_payment_id_length check (length(mass_payment_id) <= 100),
    title text not null constraint statement_entry_title_length check (length(title) <= 2000),
    raw text not null constraint statement_entry_raw_length check (length(raw) <= 20000),
    state text not null constraint statement_entry_state check (state in ('booked', 'held', 'listed', 'returned', 'reversed')),
    -- Why it was not booked to a payer, by the stable name of the reason.
    why text constraint statement_entry_why_form check (why ~ '^[a-z][a-z-]{1,39}$'),
    -- The ledger's entry of money that is not explained.
    hold uuid constraint statement_entry_hold references ledger_entry (id),
    -- Counts what was done, so that of two treasurers at once the second is told.
    version integer not null default 1
);
create index statement_entry_held on statement_entry (booked_on, id) where state = 'held';
create index statement_entry_of_day on statement_entry (booked_on);
create index statement_entry_of_sender on statement_entry (sender_account) where sender_account is not null;

-- Which entries stand in a statement, in the order of its file.
create table statement_line (
    statement uuid not null constraint statement_line_statement references bank_statement (id),
    place integer not null,
    -- Line of the file at which it begins.
    line bigint not null,
    entry uuid not null constraint statement_line_entry references statement_entry (id),
    -- False when an earlier statement had told of it.
    fresh boolean not null,
    primary key (statement, place)
);
create index statement_line_of_entry on statement_line (entry);

-- What was booked of an entry, and to whom.
create table statement_booking (
    booking uuid primary key constraint statement_booking_booking references ledger_entry (id),
    entry uuid not null constraint statement_booking_entry references statement_entry (id),
    party uuid not null constraint statement_booking_party references party (id),
    how text not null constraint statement_booking_how check (how in ('virtual', 'token', 'rule', 'hand')),
    amount_grosze bigint not null constraint statement_booking_amount check (amount_grosze > 0),
    -- Whether it took what the entry's hold held, which is open again once this is undone.
    settles boolean not null,
    undone_at timestamptz
);
create index statement_booking_of_entry on statement_booking (entry);
create index statement_booking_of_party on statement_booking (party);

-- What was decided about entries, by whom and when. Rows are added and never changed.
create table statement_decision (
    id bigint generated always as identity primary key,
    entry uuid not null constraint statement_decision_entry references statement_entry (id),
    at timestamptz not null,
    actor text not null constraint statement_decision_actor_length check (length(actor) between 1 and 254),
    kind text not null constraint statement_decision_kind
        check (kind in ('booked', 'held', 'listed', 'assigned', 'returned', 'undone', 'reversed', 'reversing', 'remembered')),
    details jsonb not null default '{}' constraint statement_decision_details_form check (jsonb_typeof(details) = 'object')
);
create index statement_decision_of_entry on statement_decision (entry, id);

create function statement_records_stay() returns trigger language plpgsql as $$
begin
    raise exception 'what was decided about an entry of a statement is never changed' using errcode = 'restrict_violation';
end $$;
create trigger statement_decision_stays before update or delete or truncate on statement_decision
    for each statement execute function statement_records_stay();

-- "Whatever comes from this account is for that payer": what treasurers told the program to remember.
create table statement_rule (
    id uuid primary key,
    sender_account text not null constraint statement_rule_sender_account_length check (length(sender_account) between 1 and 100),
    sender_name text constraint statement_rule_sender_name_length check (length(sender_name) <= 500),
    party uuid not null constraint statement_rule_party references party (id),
    -- For which kind of due; for all of the payer's without one.
    kind text constraint statement_rule_kind references due_kind (code),
    made_by text not null constraint statement_rule_made_by_length check (length(made_by) <= 254),
    made_at timestamptz not null,
    ended_by text constraint statement_rule_ended_by_length check (length(ended_by) <= 254),
    ended_at timestamptz,
    constraint statement_rule_ended_whole check ((ended_by is null) = (ended_at is null))
);
create unique index statement_rule_of_sender on statement_rule (sender_account) where ended_at is null;
create index statement_rule_of_party on statement_rule (party);
