-- What a resident asked to pay in one go. It is split in transfers by bank account, since a payment operator pays out to
-- one; each transfer is one order at the operator, and pays one or several instalments.
create table payment_order (
    id uuid primary key,
    -- "Z-1234567890"; by it people speak of the order.
    number text not null constraint payment_order_number unique
        constraint payment_order_number_form check (number ~ '^Z-[0-9]{10}$'),
    -- Who pays; only they see the order.
    account uuid not null constraint payment_order_account references account (id),
    party uuid not null constraint payment_order_party references party (id),
    lang text not null constraint payment_order_lang check (lang in ('pl', 'en')),
    -- Whose money it is (article 62b of the Tax Ordinance).
    paid_by text not null constraint payment_order_paid_by check (paid_by in ('payer', 'close', 'stranger')),
    -- Until when it can be paid.
    valid_until timestamptz not null,
    -- How the payment would have been booked when it began, as it was shown.
    shown jsonb not null constraint payment_order_shown_form check (jsonb_typeof(shown) = 'array'),
    -- Makes the same form, sent twice, one order.
    key uuid not null constraint payment_order_key unique,
    created_at timestamptz not null
);
create index payment_order_of_account on payment_order (account, created_at desc, id desc);

create table payment_transfer (
    id uuid primary key,
    payment_order uuid not null constraint payment_transfer_order references payment_order (id),
    place integer not null,
    -- The order's id at the operator: ten digits, never used again.
    code text not null constraint payment_transfer_code unique
        constraint payment_transfer_code_form check (code ~ '^[0-9]{10}$'),
    -- The `id` of the operator's settings.
    contract text not null constraint payment_transfer_contract_length check (length(contract) between 1 and 40),
    nrb text not null constraint payment_transfer_nrb_form check (nrb ~ '^[0-9]{26}$'),
    amount_grosze bigint not null constraint payment_transfer_amount check (amount_grosze between 1 and 10000000000),
    -- Whether the council allows neither cards nor BLIK for one of its dues.
    transfers_only boolean not null,
    -- The operator's id of the method that was chosen with us.
    method text constraint payment_transfer_method_length check (length(method) <= 20),
    state text not null constraint payment_transfer_state
        check (state in ('made', 'begun', 'advanced', 'paid', 'held', 'failed', 'expired', 'cancelled')),
    refund text not null default 'none' constraint payment_transfer_refund
        check (refund in ('none', 'asked', 'begun', 'done', 'refused')),
    -- Our id of the refund, the same at every try.
    refund_id uuid constraint payment_transfer_refund_id unique,
    -- The operator's id of the payment that counts: the one that is kept as an advance, or is paid.
    transaction text constraint payment_transfer_transaction_length check (length(transaction) <= 64),
    -- The day that counts for the payer (article 60 of the Tax Ordinance).
    paid_on date,
    paid_at timestamptz,
    begun_at timestamptz,
    -- When the operator is asked next; nobody asks without.
    ask_at timestamptz,
    asks integer not null default 0,
    asked_at timestamptz,
    leased_until timestamptz,
    leased_by uuid,
    changed_at timestamptz not null,
    constraint payment_transfer_place unique (payment_order, place),
    constraint payment_transfer_paid check ((state in ('paid', 'held')) = (paid_on is not null)),
    constraint payment_transfer_refund_whole check ((refund = 'none') = (refund_id is null)),
    -- Money that did not come is not given back.
    constraint payment_transfer_refund_of_paid check (refund = 'none' or state = 'paid'),
    constraint payment_transfer_lease check ((leased_until is null) = (leased_by is null))
);
create index payment_transfer_due on payment_transfer (ask_at) where ask_at is not null;
create index payment_transfer_newest on payment_transfer (changed_at desc, id desc);

-- Parts of a transfer: how much of which instalment. Each is booked as a payment of its own, which names its due.
create table payment_part (
    transfer uuid not null constraint payment_part_transfer references payment_transfer (id),
    place integer not null,
    instalment uuid not null,
    payer uuid not null constraint payment_part_payer references party (id),
    kind text not null,
    regime text not null constraint payment_part_regime check (regime in ('tax', 'civil', 'contractual')),
    title text not null constraint payment_part_title_length check (length(title) between 1 and 300),
    token text not null,
    amount_grosze bigint not null constraint payment_part_amount check (amount_grosze between 1 and 10000000000),
    -- The booking of the ledger, once it is booked.
    booking uuid,
    -- How it was booked, for the receipt.
    allocation jsonb,
    primary key (transfer, place)
);
create index payment_part_of_payer on payment_part (payer);

-- Instalments for which an order is open. One instalment is in one open order only: of two phones at once the second is
-- told before it begins.
create table payment_claim (
    instalment uuid primary key,
    transfer uuid not null constraint payment_claim_transfer references payment_transfer (id)
);
create index payment_claim_of_transfer on payment_claim (transfer);

-- Everything that was said and done: messages, questions, decisions, each with what was answered. Rows are added and
-- never changed.
create table payment_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    -- None for a message that is not believed, or is about an order that we do not know.
    transfer uuid constraint payment_event_transfer references payment_transfer (id),
    contract text not null constraint payment_event_contract_length check (length(contract) between 1 and 40),
    source text not null constraint payment_event_source
        check (source in ('payer', 'notification', 'poll', 'settlement', 'desk', 'clock')),
    kind text not null constraint payment_event_kind_length check (length(kind) between 1 and 40),
    -- Whether a treasurer should look at it.
    alarm boolean not null,
    actor text not null constraint payment_event_actor_length check (length(actor) between 1 and 254),
    details jsonb not null constraint payment_event_details_form check (jsonb_typeof(details) = 'object'),
    -- What the operator was answered.
    answer text constraint payment_event_answer_length check (length(answer) <= 2000)
);
create index payment_event_of_transfer on payment_event (transfer, id) where transfer is not null;
create index payment_event_strange on payment_event (contract, at) where transfer is null;
create index payment_event_alarms on payment_event (id desc) where alarm;

create function payment_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was said of a payment is never changed' using errcode = 'restrict_violation';
end $$;
create trigger payment_event_stays before update or delete or truncate on payment_event
    for each statement execute function payment_event_stays();

-- Alarms that a treasurer has dealt with.
create table payment_alarm_end (
    event bigint primary key constraint payment_alarm_end_event references payment_event (id),
    at timestamptz not null,
    by text not null constraint payment_alarm_end_by_length check (length(by) between 1 and 254)
);
