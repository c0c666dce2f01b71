-- An import is one change set like any other: things and people that it touched name it, so that it can be undone.
alter table burial_history add column change_set uuid references change_set (id);
create index burial_history_change_set on burial_history (change_set) where change_set is not null;

create or replace function burial_log() returns trigger language plpgsql as $$
begin
    insert into burial_history (burial_id, rev, burial, person, changed_at, changed_by, change_set)
    select n.id, n.rev, to_jsonb(n), to_jsonb(p), n.updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown'),
           nullif(current_setting('reeve.change_set', true), '')::uuid
    from new_rows n join person p on p.id = n.person_id;
    perform collection_touch('burials', 0, null);
    return null;
end $$;

-- What is known of a source besides its things: how people call it, and the terms under which its data may be used.
create table source_terms (
    source text primary key,
    title text not null,
    licence text,
    updated_at timestamptz not null
);
