-- No code path can change an asset without leaving its history row and a new revision of its collection:
-- the database does it in the same transaction. Who acts is named by the setting reeve.actor.

create function collection_touch(name text, delta bigint, box box2d) returns void
language sql as $$
    insert into collection_state as c (collection, revision, live, west, south, east, north)
    values (name, 1, delta, st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box))
    on conflict (collection) do update set
        revision = c.revision + 1,
        live = c.live + delta,
        -- An extent only grows; it is a hint for the first view, not a measurement.
        west = least(c.west, excluded.west), south = least(c.south, excluded.south),
        east = greatest(c.east, excluded.east), north = greatest(c.north, excluded.north);
    select pg_notify('reeve', name);
$$;

create function asset_log_insert() returns trigger language plpgsql as $$
begin
    insert into asset_history (asset_id, rev, kind, geom, label, attributes, status, part_of, changed_at, changed_by)
    select id, rev, kind, geom, label, attributes, status, part_of, updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown')
    from new_rows;
    perform collection_touch(kind, count(*) filter (where status <> 'removed'), st_extent(geom)::box2d)
    from new_rows group by kind order by kind;
    return null;
end $$;

create function asset_log_update() returns trigger language plpgsql as $$
begin
    insert into asset_history (asset_id, rev, kind, geom, label, attributes, status, part_of, changed_at, changed_by)
    select id, rev, kind, geom, label, attributes, status, part_of, updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown')
    from new_rows;
    perform collection_touch(
        n.kind,
        count(*) filter (where n.status <> 'removed') - count(*) filter (where o.status <> 'removed'),
        st_extent(n.geom)::box2d)
    from new_rows n join old_rows o using (id) group by n.kind order by n.kind;
    return null;
end $$;

create function asset_no_delete() returns trigger language plpgsql as $$
begin
    raise exception 'assets are never deleted: set status to removed' using errcode = 'restrict_violation';
end $$;

create trigger asset_log_insert after insert on asset
    referencing new table as new_rows for each statement execute function asset_log_insert();
create trigger asset_log_update after update on asset
    referencing old table as old_rows new table as new_rows for each statement execute function asset_log_update();
create trigger asset_no_delete before delete on asset
    for each statement execute function asset_no_delete();
