-- Who saw a thing on the spot, when, and what they found. Append-only; a thing that nobody ever saw is unverified.
create table asset_sighting (
    id bigint primary key generated always as identity,
    -- Made by whoever reports, so that a report that is sent twice counts once.
    report uuid not null unique,
    asset_id uuid not null references asset (id),
    outcome text not null,
    seen_at timestamptz not null,
    seen_by text not null,
    account_id uuid,
    -- Where whoever saw it stood, or where it is now.
    position geometry (Point, 4326),
    note text,
    constraint asset_sighting_outcome_known check (outcome in ('seen', 'moved', 'gone')),
    constraint asset_sighting_note_length check (char_length(note) <= 1000)
);
create index asset_sighting_asset on asset_sighting (asset_id, seen_at desc);
create index asset_sighting_person on asset_sighting (seen_by, seen_at desc);

-- The latest sighting of each thing, so that lists need not look for it.
create table asset_last_seen (
    asset_id uuid primary key references asset (id),
    kind text not null,
    seen_at timestamptz not null,
    outcome text not null
);
create index asset_last_seen_at on asset_last_seen (seen_at);

create function asset_sighting_log() returns trigger language plpgsql as $$
begin
    insert into asset_last_seen as l (asset_id, kind, seen_at, outcome)
    select new.asset_id, a.kind, new.seen_at, new.outcome from asset a where a.id = new.asset_id
    on conflict (asset_id) do update set seen_at = excluded.seen_at, outcome = excluded.outcome
    where excluded.seen_at >= l.seen_at;
    return null;
end $$;

create function asset_sighting_stays() returns trigger language plpgsql as $$
begin
    raise exception 'sightings are never changed' using errcode = 'restrict_violation';
end $$;

create trigger asset_sighting_log after insert on asset_sighting for each row execute function asset_sighting_log();
create trigger asset_sighting_stays before update or delete or truncate on asset_sighting
    for each statement execute function asset_sighting_stays();

-- What somebody changed lately, and what of a kind changed since it was last looked through.
create index asset_history_person on asset_history (changed_by, changed_at desc);
create index asset_kind_updated on asset (kind, updated_at);
