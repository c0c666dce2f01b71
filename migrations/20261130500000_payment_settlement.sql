-- What payment operators say that they passed on to the town's bank accounts. Each line is a payment or a refund; lines that
-- came in one transfer make a payout, which the bank's statement shows as one entry.
create table settlement_file (
    id uuid primary key,
    -- The `id` of the operator's settings.
    contract text not null constraint settlement_file_contract_length check (length(contract) between 1 and 40),
    name text not null constraint settlement_file_name_length check (length(name) between 1 and 200),
    sha256 bytea not null constraint settlement_file_sha256_length check (length(sha256) = 32),
    lines bigint not null,
    taken_by text not null constraint settlement_file_taken_by_length check (length(taken_by) <= 254),
    taken_at timestamptz not null,
    -- The same file twice tells nothing twice.
    constraint settlement_file_once unique (contract, sha256)
);

create table payment_payout (
    id uuid primary key,
    contract text not null constraint payment_payout_contract_length check (length(contract) between 1 and 40),
    -- The operator's number or title of the transfer; for Paybynet, which passes each payment on alone, the code of the order.
    name text not null constraint payment_payout_name_length check (length(name) between 1 and 200),
    -- The title of the transfer, where it is told beside its number.
    title text constraint payment_payout_title_length check (length(title) <= 200),
    -- The town's account; empty where no payment says which.
    nrb text not null constraint payment_payout_nrb_form check (nrb ~ '^([0-9]{26})?$'),
    constraint payment_payout_once unique (contract, name, nrb)
);

create table payment_settled (
    id uuid primary key,
    payout uuid not null constraint payment_settled_payout references payment_payout (id),
    contract text not null constraint payment_settled_contract_length check (length(contract) between 1 and 40),
    -- By this the same line is known when it comes again.
    key text not null constraint payment_settled_key_length check (length(key) between 1 and 600),
    -- How it is known first: a file, a message, or (Paybynet) the payment itself.
    source text not null constraint payment_settled_source check (source in ('file', 'notification', 'payment')),
    file uuid constraint payment_settled_file references settlement_file (id),
    order_code text not null constraint payment_settled_order_code_length check (length(order_code) <= 200),
    transaction text not null constraint payment_settled_transaction_length check (length(transaction) <= 200),
    transfer uuid constraint payment_settled_transfer references payment_transfer (id),
    -- What the payer paid; below zero for a refund.
    amount_grosze bigint not null,
    -- What the operator kept.
    fee_grosze bigint not null,
    currency text not null constraint payment_settled_currency_length check (length(currency) between 1 and 200),
    paid_on date not null,
    told_at timestamptz not null,
    constraint payment_settled_once unique (contract, key)
);
create index payment_settled_of_payout on payment_settled (payout);
create index payment_settled_of_transfer on payment_settled (transfer) where transfer is not null;
create index payment_settled_of_payment on payment_settled (contract, transaction);

-- Differences that a treasurer has dealt with.
create table payment_difference_end (
    kind text not null constraint payment_difference_end_kind check (kind ~ '^[a-z][a-z-]{1,39}$'),
    -- The payout, line, transfer or entry that differs.
    subject uuid not null,
    at timestamptz not null,
    by text not null constraint payment_difference_end_by_length check (length(by) between 1 and 254),
    primary key (kind, subject)
);

-- What the room of bank statements may know of payouts: their sum is what its account should show.
create view payment_payout_sum as
    select p.id, p.contract, p.name, p.title, p.nrb, count(*) as lines, max(s.paid_on) as paid_on,
        coalesce(sum(s.amount_grosze) filter (where s.currency = 'PLN'), 0)::bigint as gross_grosze,
        coalesce(sum(s.fee_grosze) filter (where s.currency = 'PLN'), 0)::bigint as fee_grosze
    from payment_payout p join payment_settled s on s.payout = p.id group by p.id;

-- Entries of statements that are the same money as payments that are booked one by one: an operator's payout, the sum of a
-- list of mass payments, or an entry that a list had told of.
create table statement_cover (
    entry uuid primary key constraint statement_cover_entry references statement_entry (id),
    -- The operator's contract, where it is an operator's.
    contract text constraint statement_cover_contract_length check (length(contract) between 1 and 40),
    -- Its payout, where it is known which.
    payout uuid constraint statement_cover_payout unique,
    -- The list.
    list uuid constraint statement_cover_list references bank_statement (id),
    -- The other entry of the same money, where list and statement show each payment.
    twin uuid constraint statement_cover_twin references statement_entry (id) constraint statement_cover_twin_once unique,
    constraint statement_cover_one check ((contract is null) <> (list is null)),
    constraint statement_cover_payout_of_contract check (payout is null or contract is not null),
    constraint statement_cover_twin_of_list check (twin is null or list is not null)
);
create index statement_cover_of_list on statement_cover (list) where list is not null;

-- What a list makes on a day: the statement of its account shows it as one entry.
create table statement_list_sum (
    list uuid not null constraint statement_list_sum_list references bank_statement (id),
    day date not null,
    nrb text not null constraint statement_list_sum_nrb_form check (nrb ~ '^[0-9]{26}$'),
    amount_grosze bigint not null,
    entries bigint not null,
    -- The entry that shows it, once it is there.
    entry uuid constraint statement_list_sum_entry references statement_entry (id),
    primary key (list, day)
);
create index statement_list_sum_open on statement_list_sum (nrb, amount_grosze) where entry is null;

alter table statement_entry drop constraint statement_entry_state,
    add constraint statement_entry_state
        check (state in ('booked', 'held', 'listed', 'returned', 'reversed', 'covered'));
alter table statement_decision drop constraint statement_decision_kind,
    add constraint statement_decision_kind check (kind in ('booked', 'held', 'listed', 'assigned', 'returned', 'undone', 'reversed',
        'reversing', 'remembered', 'covered'));
alter table bank_statement drop constraint bank_statement_format,
    add constraint bank_statement_format check (format in ('mt940', 'mt942', 'camt053', 'list'));

-- What the room of payments may know of the bank's entries.
create view statement_payout as
    select c.entry, c.contract, c.payout, e.nrb, e.booked_on, e.amount_grosze, e.title
    from statement_cover c join statement_entry e on e.id = c.entry where c.contract is not null;
