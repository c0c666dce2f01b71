-- Who lies where. A burial is an event that joins a person and a grave: a person may be moved.
-- Only people with a burial are shown to the public; a name engraved ahead of time is a living person's.

-- Dates of old books are often known in part: 1912, 1912-05, 1912-05-03 (ISO 8601, reduced precision).
create domain partial_date as text
    constraint partial_date_form check (value ~ '^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$');

create table person (
    id uuid primary key,
    given_names text not null,
    surname text not null,
    maiden_name text,
    born partial_date,
    died partial_date,
    rev integer not null default 1,
    updated_at timestamptz not null
);

create table burial (
    id uuid primary key,
    person_id uuid not null references person (id),
    grave_id uuid not null references asset (id),
    buried partial_date,
    source text not null,
    source_id text not null,
    -- A burial that its source no longer names stays for the record, out of sight.
    withdrawn boolean not null default false,
    rev integer not null default 1,
    updated_at timestamptz not null,
    constraint burial_source_key unique (source, source_id)
);
create index burial_grave on burial (grave_id) where not withdrawn;
create index burial_person on burial (person_id);

create table burial_history (
    burial_id uuid not null references burial (id),
    rev integer not null,
    burial jsonb not null,
    person jsonb not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (burial_id, rev)
);

-- Person and burial change together; the burial is written last and its trigger logs both.
create function burial_log() returns trigger language plpgsql as $$
begin
    insert into burial_history (burial_id, rev, burial, person, changed_at, changed_by)
    select n.id, n.rev, to_jsonb(n), to_jsonb(p), n.updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown')
    from new_rows n join person p on p.id = n.person_id;
    perform collection_touch('burials', 0, null);
    return null;
end $$;

create trigger burial_log_insert after insert on burial
    referencing new table as new_rows for each statement execute function burial_log();
create trigger burial_log_update after update on burial
    referencing new table as new_rows for each statement execute function burial_log();
