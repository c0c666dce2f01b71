-- The one way in which an asset leaves as GeoJSON: items, exports and single features all pass here, so what is
-- private cannot leak at one of them. `blank` holds every public attribute as null (all features of a collection
-- have the same properties), `public` names them; whatever else an asset carries stays inside. A whole that the
-- public may not know of is not named.
create function asset_feature(
    a asset, blank jsonb, public text[], srid integer, north_first boolean, digits integer
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
            || case when a.attributes - public = '{}'::jsonb then a.attributes
                    else (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(a.attributes)
                          where key = any (public)) end
            || jsonb_build_object(
                'registry_number', a.registry_number, 'label', a.label, 'status', a.status, 'source', a.source,
                'source_id', a.source_id,
                'part_of', case when a.part_of is not null then (
                    select whole.id from asset whole join kind on kind.slug = whole.kind
                    where whole.id = a.part_of and whole.status <> 'removed'
                      and kind.definition @> '{"public": true}') end,
                'rev', a.rev, 'updated_at', a.updated_at))::text
        || '}'
$$;
