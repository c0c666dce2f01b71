-- The rows before and after a change are counted side by side instead of being joined: the plan of the join was made for the
-- first statement of a session, and a later one that touched a hundred thousand rows ran through it row by row.
create or replace function asset_log_update() returns trigger language plpgsql as $$
begin
    insert into asset_history (asset_id, rev, kind, geom, label, attributes, status, part_of, changed_at, changed_by,
                               change_set)
    select id, rev, kind, geom, label, attributes, status, part_of, updated_at,
           coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown'),
           nullif(current_setting('reeve.change_set', true), '')::uuid
    from new_rows;
    perform collection_touch(kind, sum(live)::bigint, st_extent(geom)::box2d)
    from (select kind, case when status <> 'removed' then 1 else 0 end as live, geom from new_rows
          union all
          select kind, case when status <> 'removed' then -1 else 0 end, null from old_rows) rows
    group by kind order by kind;
    return null;
end $$;
