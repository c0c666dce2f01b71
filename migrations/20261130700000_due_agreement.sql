-- Arrears that may be paid later or in parts: a decision by art. 67a § 1 pt 2 of the Tax Ordinance, or an agreement.
create table due_agreement (
    -- Of the form, so that the same form twice is one decision.
    id uuid primary key,
    decided_on date not null,
    -- The last day for which interest was reckoned.
    reckoned_to date not null,
    decision text not null constraint due_agreement_decision_length check (length(decision) between 1 and 100),
    entered_by text not null constraint due_agreement_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null,
    constraint due_agreement_days check (reckoned_to <= decided_on)
);

-- What is to be paid by which day: principal, interest up to the day above, and costs; the prolongation fee besides.
create table due_agreement_term (
    agreement uuid not null constraint due_agreement_term_agreement references due_agreement (id),
    number integer not null constraint due_agreement_term_number check (number between 1 and 60),
    due date not null,
    amount_grosze bigint not null constraint due_agreement_term_amount check (amount_grosze > 0),
    fee_grosze bigint not null default 0 constraint due_agreement_term_fee check (fee_grosze >= 0),
    primary key (agreement, number)
);

-- How much of the principal of each instalment is put off until which day.
create table due_agreement_part (
    agreement uuid not null constraint due_agreement_part_agreement references due_agreement (id),
    instalment uuid not null constraint due_agreement_part_instalment references due_instalment (id),
    due date not null,
    principal_grosze bigint not null constraint due_agreement_part_principal check (principal_grosze > 0),
    primary key (agreement, instalment, due)
);
create index due_agreement_part_of_instalment on due_agreement_part (instalment);

create trigger due_agreement_stays before update or delete on due_agreement
    for each row execute function dues_records_stay();
create trigger due_agreement_is_not_emptied before truncate on due_agreement
    for each statement execute function dues_records_stay();
create trigger due_agreement_term_stays before update or delete on due_agreement_term
    for each row execute function dues_records_stay();
create trigger due_agreement_term_is_not_emptied before truncate on due_agreement_term
    for each statement execute function dues_records_stay();
create trigger due_agreement_part_stays before update or delete on due_agreement_part
    for each row execute function dues_records_stay();
create trigger due_agreement_part_is_not_emptied before truncate on due_agreement_part
    for each statement execute function dues_records_stay();
