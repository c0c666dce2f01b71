-- The one way in which an asset leaves as GeoJSON, now also for staff: `inside` says that the reader may know of wholes
-- that are not public. Which attributes are shown is said by `blank` and `shown`, as before.
drop function asset_feature(asset, jsonb, text[], integer, boolean, integer);

create function asset_feature(
    a asset, blank jsonb, shown text[], srid integer, north_first boolean, digits integer, inside boolean
) returns text language sql stable parallel safe as $$
    select '{"type":"Feature","id":"' || a.id || '","geometry":'
        || st_asgeojson(
            case
                when srid = 4326 and not north_first then a.geom
                when north_first then st_flipcoordinates(st_transform(a.geom, srid))
                else st_transform(a.geom, srid)
            end, digits, 0)
        || ',"properties":'
        || (blank
            -- Nearly always there is nothing to leave out, and then nothing is taken apart.
            || case when a.attributes - shown = '{}'::jsonb then a.attributes
                    else (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(a.attributes)
                          where key = any (shown)) end
            || jsonb_build_object(
                'registry_number', a.registry_number, 'label', a.label, 'status', a.status, 'source', a.source,
                'source_id', a.source_id,
                'part_of', case when a.part_of is not null then (
                    select whole.id from asset whole join kind on kind.slug = whole.kind
                    where whole.id = a.part_of and whole.status <> 'removed'
                      and (inside or kind.definition @> '{"public": true}')) end,
                'rev', a.rev, 'updated_at', a.updated_at))::text
        || '}'
$$;
