-- The one way in which an asset leaves as GeoJSON: items, exports and single features all pass here, so what is
-- private cannot leak at one of them. `blank` holds every public attribute as null (all features of a collection
-- have the same properties), `private` names what stays inside.
create function asset_feature(
    a asset, blank jsonb, private text[], srid integer, north_first boolean, digits integer
) returns text language sql stable parallel safe as $$
    select '{"type":"Feature","id":"' || a.id || '","geometry":'
        || st_asgeojson(
            case
                when srid = 4326 and not north_first then a.geom
                when north_first then st_flipcoordinates(st_transform(a.geom, srid))
                else st_transform(a.geom, srid)
            end, digits, 0)
        || ',"properties":'
        || (blank || (a.attributes - private) || jsonb_build_object(
            'registry_number', a.registry_number, 'label', a.label, 'status', a.status, 'source', a.source,
            'source_id', a.source_id, 'part_of', a.part_of, 'rev', a.rev, 'updated_at', a.updated_at))::text
        || '}'
$$;
