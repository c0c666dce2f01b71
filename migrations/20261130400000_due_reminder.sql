-- Reminders (upomnienie, art. 15 of the act on enforcement in administration) and calls for payment (wezwanie do zapłaty, of
-- civil dues): each is one message to one payer and belongs to a run that somebody started.
create table due_reminder_run (
    id uuid primary key,
    number bigint generated always as identity constraint due_reminder_run_number unique,
    -- The day as of which dues are late and interest is reckoned.
    on_day date not null,
    kinds text[] not null constraint due_reminder_run_kinds check (cardinality(kinds) between 1 and 100),
    made_by text not null constraint due_reminder_run_made_by_length check (length(made_by) <= 254),
    -- Who stands below the letters.
    signed text not null constraint due_reminder_run_signed_length check (length(signed) between 1 and 200),
    made_at timestamptz not null
);

create table due_reminder (
    id uuid primary key,
    run uuid not null constraint due_reminder_run references due_reminder_run (id),
    form text not null constraint due_reminder_form check (form in ('reminder', 'call')),
    -- Counted in its form and year.
    year integer not null constraint due_reminder_year check (year between 2000 and 2099),
    number integer not null constraint due_reminder_number check (number between 1 and 9999999),
    party uuid not null constraint due_reminder_party references party (id),
    on_day date not null,
    -- Void: nothing of it was owed any more when it was to be sent.
    state text not null constraint due_reminder_state check (state in ('waiting', 'sent', 'void')),
    message uuid,
    sent_at timestamptz,
    -- The cost arises with delivery (art. 15 § 2 of the act on enforcement).
    delivered_on date,
    delivered_by text constraint due_reminder_delivered_by_length check (length(delivered_by) <= 254),
    delivered_at timestamptz,
    constraint due_reminder_once unique (form, year, number),
    constraint due_reminder_sent_whole check ((state = 'sent') = (sent_at is not null) and (sent_at is null) = (message is null)),
    constraint due_reminder_delivered_whole check ((delivered_on is null) = (delivered_at is null)
        and (delivered_on is null) = (delivered_by is null) and (delivered_on is null or state = 'sent'))
);
create index due_reminder_of_run on due_reminder (run);
create index due_reminder_of_party on due_reminder (party);
create index due_reminder_waiting on due_reminder (id) where state = 'waiting';

-- What a reminder names, with what was left when it was sent.
create table due_reminder_line (
    reminder uuid not null constraint due_reminder_line_reminder references due_reminder (id),
    instalment uuid not null constraint due_reminder_line_instalment references due_instalment (id),
    principal_grosze bigint not null constraint due_reminder_line_principal check (principal_grosze >= 0),
    interest_grosze bigint not null constraint due_reminder_line_interest check (interest_grosze >= 0),
    cost_grosze bigint not null constraint due_reminder_line_cost check (cost_grosze >= 0),
    constraint due_reminder_line_one primary key (reminder, instalment)
);
create index due_reminder_line_of_instalment on due_reminder_line (instalment);

-- What was sent stays as it was; only the day of delivery comes later, and only once.
create function due_reminder_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (current_setting('reeve.merging_parties', true) = 'on' or old.state = 'waiting') then
        return new;
    end if;
    if tg_op = 'UPDATE' and old.delivered_on is null and new.delivered_on is not null
        and to_jsonb(new) - array['delivered_on', 'delivered_by', 'delivered_at']
            = to_jsonb(old) - array['delivered_on', 'delivered_by', 'delivered_at'] then
        return new;
    end if;
    raise exception 'a reminder that was sent is never changed' using errcode = 'restrict_violation';
end $$;
create trigger due_reminder_stays before update or delete on due_reminder
    for each row execute function due_reminder_stays();
create trigger due_reminder_is_not_emptied before truncate on due_reminder
    for each statement execute function dues_records_stay();

create function due_reminder_line_stays() returns trigger language plpgsql as $$
begin
    if not exists (select from due_reminder r where r.id = old.reminder and r.state = 'waiting') then
        raise exception 'a reminder that was sent is never changed' using errcode = 'restrict_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger due_reminder_line_stays before update or delete on due_reminder_line
    for each row execute function due_reminder_line_stays();
create trigger due_reminder_line_is_not_emptied before truncate on due_reminder_line
    for each statement execute function dues_records_stay();
create trigger due_reminder_run_stays before update or delete on due_reminder_run
    for each row execute function dues_records_stay();
create trigger due_reminder_run_is_not_emptied before truncate on due_reminder_run
    for each statement execute function dues_records_stay();
