-- Who of the staff searched among residents, when and what for. What was typed stands nowhere, since it may be a PESEL:
-- only what kind of words it was. Rows are added, never changed, and go only when they are older than five years.
create table party_search (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    staff uuid constraint party_search_staff references account (id),
    staff_name text not null constraint party_search_staff_name_length check (length(staff_name) <= 254),
    purpose text not null constraint party_search_purpose_length check (length(purpose) between 1 and 200),
    note text constraint party_search_note_length check (length(note) <= 200),
    by text not null constraint party_search_by check (by in ('name', 'email', 'pesel', 'nip')),
    -- How many were shown, and whether there were more.
    found integer not null constraint party_search_found check (found >= 0),
    more boolean not null
);

create function party_search_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '5 years' then
        return old;
    end if;
    raise exception 'searches among persons are never changed' using errcode = 'restrict_violation';
end $$;
create trigger party_search_stays before update or delete on party_search
    for each row execute function party_search_stays();
create trigger party_search_is_not_emptied before truncate on party_search
    for each statement execute function party_records_stay();

-- Being shown in a list is a look too, and so is being helped after the second proof was lost.
alter table party_look drop constraint party_look_what;
alter table party_look add constraint party_look_what check (what in
    ('record', 'pesel', 'verification', 'letter', 'mandate', 'conversation', 'search', 'factors'));
