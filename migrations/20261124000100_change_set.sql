-- What belongs together: all that somebody changed in one go. It is submitted, undone and read as one.
create table change_set (
    id uuid primary key,
    number bigint generated always as identity,
    -- Null when the program itself or its command line acted.
    account_id uuid,
    actor text not null,
    origin text not null,
    comment text,
    -- The change set that this one takes back.
    undoes uuid references change_set (id),
    created_at timestamptz not null,
    constraint change_set_number_key unique (number),
    constraint change_set_origin_known check (origin in ('editor', 'api', 'field', 'kinds', 'undo', 'import')),
    constraint change_set_comment_length check (char_length(comment) <= 1000)
);
create index change_set_created_at on change_set (created_at desc, id);
create index change_set_account on change_set (account_id, created_at desc);

alter table asset_history add column change_set uuid references change_set (id);
create index asset_history_change_set on asset_history (change_set) where change_set is not null;
-- The map and the exports as of any date.
create index asset_history_kind_changed on asset_history (kind, changed_at);
create index asset_history_geom on asset_history using gist (geom);

-- The history row names the change set to which it belongs; the setting reeve.change_set says which.
create or replace function asset_log_insert() returns trigger language plpgsql as $$
begin
    insert into asset_history (asset_id, rev, kind, geom, label, attributes, status, part_of, changed_at, changed_by,
                               change_set)
    select id, rev, kind, geom, label, attributes, status, part_of, updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown'),
           nullif(current_setting('reeve.change_set', true), '')::uuid
    from new_rows;
    perform collection_touch(kind, count(*) filter (where status <> 'removed'), st_extent(geom)::box2d)
    from new_rows group by kind order by kind;
    return null;
end $$;

create or replace function asset_log_update() returns trigger language plpgsql as $$
begin
    insert into asset_history (asset_id, rev, kind, geom, label, attributes, status, part_of, changed_at, changed_by,
                               change_set)
    select id, rev, kind, geom, label, attributes, status, part_of, updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown'),
           nullif(current_setting('reeve.change_set', true), '')::uuid
    from new_rows;
    perform collection_touch(
        n.kind,
        count(*) filter (where n.status <> 'removed') - count(*) filter (where o.status <> 'removed'),
        st_extent(n.geom)::box2d)
    from new_rows n join old_rows o using (id) group by n.kind order by n.kind;
    return null;
end $$;

-- Things of a kind as they were at an instant, as whole rows, so that everything that reads assets can read these.
create function asset_as_of(slug text, at timestamptz) returns setof asset language sql stable parallel safe as $$
    select a.id, a.registry_number, h.kind, h.geom, h.label, h.attributes, h.status, a.source, a.source_id, h.part_of,
           h.rev, h.changed_at
    from asset_history h join asset a on a.id = h.asset_id
    where h.kind = slug and h.changed_at <= at and h.status <> 'removed'
      and not exists (
          select from asset_history later
          where later.asset_id = h.asset_id and later.rev > h.rev and later.changed_at <= at)
$$;
