-- Who of the staff looked at a person, when and what for; the person sees it. Rows are added, never changed, and go only
-- when they are older than five years.
create table party_look (
    id bigint generated always as identity primary key,
    party uuid not null constraint party_look_party references party (id),
    at timestamptz not null,
    staff uuid constraint party_look_staff references account (id),
    -- As the person sees who it was.
    staff_name text not null constraint party_look_staff_name_length check (length(staff_name) <= 254),
    -- A purpose of the list, or in words of the clerk's own.
    purpose text not null constraint party_look_purpose_length check (length(purpose) between 1 and 200),
    note text constraint party_look_note_length check (length(note) <= 200),
    -- What was seen.
    what text not null constraint party_look_what check (what in ('record', 'pesel', 'verification', 'letter', 'mandate'))
);
create index party_look_of_party on party_look (party, id desc);

create function party_look_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '5 years' then
        return old;
    end if;
    if tg_op = 'UPDATE' and current_setting('reeve.merging_parties', true) = 'on' then
        return new;
    end if;
    raise exception 'looks at persons are never changed' using errcode = 'restrict_violation';
end $$;
create trigger party_look_stays before update or delete on party_look
    for each row execute function party_look_stays();
create trigger party_look_is_not_emptied before truncate on party_look
    for each statement execute function party_records_stay();
