-- An account of dues: one kind, one payer, one object (a thing of the registry, or words).
create table due_account (
    id uuid primary key,
    -- As people say it, and the identifier of an individual bank account.
    number bigint generated always as identity constraint due_account_number unique,
    kind text not null constraint due_account_kind references due_kind (code),
    party uuid not null constraint due_account_party references party (id),
    asset uuid constraint due_account_asset references asset (id),
    -- What the thing was called when the account was opened, or the words.
    object text not null constraint due_account_object_length check (length(object) between 1 and 200),
    opened_by text not null constraint due_account_opened_by_length check (length(opened_by) <= 254),
    opened_at timestamptz not null
);
create index due_account_of_party on due_account (party);
create index due_account_of_asset on due_account (asset) where asset is not null;

-- A decision, declaration or contract that says how much is owed for a year, or a correction of one.
create table due_assessment (
    id uuid primary key,
    account uuid not null constraint due_assessment_account references due_account (id),
    kind text not null constraint due_assessment_kind references due_kind (code),
    year integer not null constraint due_assessment_year check (year between 2000 and 2099),
    -- Counted in its kind and year.
    number integer not null constraint due_assessment_number check (number between 1 and 999999),
    -- Number of the decision.
    decision text not null constraint due_assessment_decision_length check (length(decision) between 1 and 100),
    decided_on date not null,
    -- Nothing is owed before it is delivered.
    delivered_on date,
    amount_grosze bigint not null constraint due_assessment_amount check (amount_grosze between 0 and 100000000000000),
    -- What it was reckoned from, as a list of {text, quantity, rate, amount}: shown, not reckoned again.
    basis jsonb not null default '[]' constraint due_assessment_basis_list check (jsonb_typeof(basis) = 'array'),
    first_month integer not null default 1 constraint due_assessment_first_month check (first_month between 1 and 12),
    last_month integer not null default 12 constraint due_assessment_last_month check (last_month between 1 and 12),
    -- The one term of what has no plan, as agreed; it may be moved from a free day.
    single_term date,
    corrects uuid constraint due_assessment_corrects references due_assessment (id),
    reason text constraint due_assessment_reason_length check (length(reason) <= 500),
    entered_by text not null constraint due_assessment_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null,
    constraint due_assessment_once unique (kind, year, number),
    constraint due_assessment_corrected_once unique (corrects)
);
create index due_assessment_of_account on due_assessment (account);

-- Only the day of delivery comes later, and only once.
create function due_assessment_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.delivered_on is null and new.delivered_on is not null
        and to_jsonb(new) - 'delivered_on' = to_jsonb(old) - 'delivered_on' then
        return new;
    end if;
    raise exception 'an assessment is never changed; correct it by another one' using errcode = 'restrict_violation';
end $$;
create trigger due_assessment_stays before update or delete on due_assessment
    for each row execute function due_assessment_stays();
create trigger due_assessment_is_not_emptied before truncate on due_assessment
    for each statement execute function dues_records_stay();

-- A part of an assessment with its term.
create table due_instalment (
    id uuid primary key,
    account uuid not null constraint due_instalment_account references due_account (id),
    assessment uuid not null constraint due_instalment_assessment references due_assessment (id),
    number integer not null constraint due_instalment_number check (number between 1 and 99),
    -- Its name in the title of a transfer.
    token text not null constraint due_instalment_token unique,
    -- By the plan, and as the last day that is in time.
    term date not null,
    due date not null,
    moved text constraint due_instalment_moved check (moved in ('late-delivery', 'free-day', 'late-delivery-and-free-day')),
    amount_grosze bigint not null constraint due_instalment_amount check (amount_grosze between 1 and 100000000000000),
    -- What it is, besides a part of the assessment.
    role text not null default 'instalment' constraint due_instalment_role check (role in ('instalment', 'prolongation-fee')),
    constraint due_instalment_once unique (assessment, number)
);
create index due_instalment_of_account on due_instalment (account);
create trigger due_instalment_stays before update or delete on due_instalment
    for each row execute function dues_records_stay();
create trigger due_instalment_is_not_emptied before truncate on due_instalment
    for each statement execute function dues_records_stay();

-- Another last day, by a decision (art. 67a § 1 pt 1 of the Tax Ordinance, or an agreement).
create table due_deferral (
    id bigint generated always as identity primary key,
    instalment uuid not null constraint due_deferral_instalment references due_instalment (id),
    decided_on date not null,
    due date not null,
    decision text not null constraint due_deferral_decision_length check (length(decision) between 1 and 100),
    entered_by text not null constraint due_deferral_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create index due_deferral_of_instalment on due_deferral (instalment);
create trigger due_deferral_stays before update or delete on due_deferral
    for each row execute function dues_records_stay();
create trigger due_deferral_is_not_emptied before truncate on due_deferral
    for each statement execute function dues_records_stay();
