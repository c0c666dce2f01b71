-- The ledger of dues: double entry in whole grosze. Rows are added, never changed; each entry has a source document, and
-- the same document twice is refused.
create table ledger_entry (
    id uuid primary key,
    number bigint generated always as identity constraint ledger_entry_number unique,
    kind text not null constraint ledger_entry_kind check (kind in
        ('assessment', 'correction', 'remission', 'reminder', 'payment', 'hold', 'offset', 'refund', 'reversal')),
    source_kind text not null constraint ledger_entry_source_kind_form check (source_kind ~ '^[a-z][a-z-]{1,29}$'),
    source_id text not null constraint ledger_entry_source_id_length check (length(source_id) between 1 and 200),
    -- Whose dues it concerns; nobody's while money is unexplained.
    party uuid constraint ledger_entry_party references party (id),
    -- The day that counts by the law, and the day of the books.
    on_day date not null,
    booked_on date not null,
    reverses uuid constraint ledger_entry_reverses references ledger_entry (id) constraint ledger_entry_reversed_once unique,
    -- The unexplained money that it puts in its place.
    settles uuid constraint ledger_entry_settles references ledger_entry (id),
    title text not null constraint ledger_entry_title_length check (length(title) <= 500),
    -- The whole calculation, for art. 62 § 4 of the Tax Ordinance.
    details jsonb not null constraint ledger_entry_details_object check (jsonb_typeof(details) = 'object'),
    entered_by text not null constraint ledger_entry_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null,
    constraint ledger_entry_source unique (source_kind, source_id)
);
create index ledger_entry_of_party on ledger_entry (party, number);
create index ledger_entry_settling on ledger_entry (settles) where settles is not null;
create index ledger_entry_held on ledger_entry (number) where kind = 'hold';

create table ledger_posting (
    id bigint generated always as identity primary key,
    entry uuid not null constraint ledger_posting_entry references ledger_entry (id),
    account text not null constraint ledger_posting_account check (account in
        ('money', 'receivable', 'cost', 'income', 'interest-income', 'cost-income', 'interest-remitted', 'overpayment', 'unexplained')),
    -- What it does to an instalment.
    role text constraint ledger_posting_role check (role in ('assessed', 'paid', 'reduced', 'released')),
    instalment uuid constraint ledger_posting_instalment references due_instalment (id),
    -- The town's bank account, of money.
    nrb text constraint ledger_posting_nrb_form check (nrb ~ '^[0-9]{26}$'),
    -- Debit above zero, credit below.
    amount_grosze bigint not null constraint ledger_posting_amount check (amount_grosze <> 0),
    constraint ledger_posting_role_of_instalment check ((role is null) = (instalment is null))
);
create index ledger_posting_of_entry on ledger_posting (entry);
create index ledger_posting_of_instalment on ledger_posting (instalment) where instalment is not null;

create trigger ledger_entry_stays before update or delete on ledger_entry
    for each row execute function dues_records_stay();
create trigger ledger_entry_is_not_emptied before truncate on ledger_entry
    for each statement execute function dues_records_stay();
create trigger ledger_posting_stays before update or delete on ledger_posting
    for each row execute function dues_records_stay();
create trigger ledger_posting_is_not_emptied before truncate on ledger_posting
    for each statement execute function dues_records_stay();

-- Debit and credit of each entry are the same at the end of its transaction, so the trial balance is always zero.
create function ledger_entry_balances() returns trigger language plpgsql as $$
declare
    postings bigint;
    balance numeric;
begin
    select count(*), coalesce(sum(amount_grosze), 0) into postings, balance from ledger_posting
    where entry = (case when tg_table_name = 'ledger_entry' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'entry' end)::uuid;
    if postings < 2 or balance <> 0 then
        raise exception 'debit and credit of a ledger entry differ by % grosze', balance using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_entry_balances after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_entry_balances();
create constraint trigger ledger_posting_balances after insert on ledger_posting
    deferrable initially deferred for each row execute function ledger_entry_balances();

-- The trial balance: its sum is zero.
create view ledger_balance as
    select account, sum(amount_grosze)::bigint as balance_grosze from ledger_posting group by account;
