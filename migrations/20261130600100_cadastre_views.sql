-- What the comparison of the tax base may know of the registry's parcels and buildings: a contract like the other views.
create function cadastre_parcels_on(at timestamptz) returns table (
    id uuid, reference text, area_ha double precision, uses jsonb, use_areas jsonb, geom geometry)
language sql stable as $$
    select a.id, coalesce(a.attributes ->> 'ref', a.label, a.source_id),
        case when jsonb_typeof(a.attributes -> 'area_ha') = 'number' then (a.attributes ->> 'area_ha')::double precision end,
        coalesce(a.attributes -> 'land_use', '[]'), coalesce(a.attributes -> 'land_use_areas', '[]'), a.geom
    from asset_as_of('parcels', at) a
$$;

create function cadastre_buildings_on(at timestamptz) returns table (
    id uuid, reference text, use_of text, storeys integer, built_area_m2 double precision, parcels jsonb, geom geometry)
language sql stable as $$
    select a.id, coalesce(a.attributes ->> 'ref', a.label, a.source_id), a.attributes ->> 'function',
        case when jsonb_typeof(a.attributes -> 'storeys_above') = 'number' then (a.attributes ->> 'storeys_above')::numeric::integer end,
        case when jsonb_typeof(a.attributes -> 'built_area_m2') = 'number' then (a.attributes ->> 'built_area_m2')::double precision end,
        coalesce(a.attributes -> 'parcels', '[]'), a.geom
    from asset_as_of('buildings', at) a
$$;

-- Parcels that the register had once and has no more, each as it was last.
create view cadastre_parcel_gone as
    select a.id, coalesce(a.attributes ->> 'ref', a.label, a.source_id) as reference, a.geom, a.updated_at as gone_at
    from asset a where a.kind = 'parcels' and a.status = 'removed';

-- Where a parcel or building is, also one that is gone.
create view cadastre_thing as
    select id, geom from asset where kind in ('parcels', 'buildings');

-- By which number a payer's account is known.
create view dues_account as
    select id, number, kind, party, asset, object from due_account;
