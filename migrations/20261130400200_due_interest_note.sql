-- Interest notes (nota odsetkowa): a claim for the interest of civil dues that were paid late or are still open, with its
-- calculation. It moves nothing in the ledger, where interest stands when it is paid; what a note has claimed no other note
-- claims again.
create table due_interest_note (
    id uuid primary key,
    year integer not null constraint due_interest_note_year check (year between 2000 and 2099),
    number integer not null constraint due_interest_note_number check (number between 1 and 9999999),
    party uuid not null constraint due_interest_note_party references party (id),
    on_day date not null,
    message uuid not null,
    made_by text not null constraint due_interest_note_made_by_length check (length(made_by) <= 254),
    signed text not null constraint due_interest_note_signed_length check (length(signed) between 1 and 200),
    made_at timestamptz not null,
    constraint due_interest_note_once unique (year, number)
);
create index due_interest_note_of_party on due_interest_note (party);

create table due_interest_note_line (
    note uuid not null constraint due_interest_note_line_note references due_interest_note (id),
    instalment uuid not null constraint due_interest_note_line_instalment references due_instalment (id),
    -- All interest of the due up to the day of the note, as the law's functions reckon it, stretch by stretch.
    interest jsonb not null constraint due_interest_note_line_interest check (jsonb_typeof(interest) = 'object'),
    -- Of it: what was paid or remitted, what earlier notes claim, and what this one claims.
    settled_grosze bigint not null constraint due_interest_note_line_settled check (settled_grosze >= 0),
    noted_grosze bigint not null constraint due_interest_note_line_noted check (noted_grosze >= 0),
    amount_grosze bigint not null constraint due_interest_note_line_amount check (amount_grosze > 0),
    constraint due_interest_note_line_one primary key (note, instalment)
);
create index due_interest_note_line_of_instalment on due_interest_note_line (instalment);

create trigger due_interest_note_stays before update or delete on due_interest_note
    for each row execute function dues_records_stay();
create trigger due_interest_note_is_not_emptied before truncate on due_interest_note
    for each statement execute function dues_records_stay();
create trigger due_interest_note_line_stays before update or delete on due_interest_note_line
    for each row execute function dues_records_stay();
create trigger due_interest_note_line_is_not_emptied before truncate on due_interest_note_line
    for each statement execute function dues_records_stay();
