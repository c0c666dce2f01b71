-- The ground on which the town's things are shown. It is drawn, never registered, so it is stored as it is
-- drawn, in EPSG:3857, and keeps no history.
create table basemap (
    id bigint generated always as identity primary key,
    layer text not null,
    class text not null,
    name text,
    min_zoom smallint not null,
    geom geometry (Geometry, 3857) not null,
    source text not null,
    source_id text not null,
    constraint basemap_source_key unique (source, layer, source_id),
    constraint basemap_layer_known
        check (layer in ('land', 'water', 'buildings', 'roads', 'places', 'housenumbers'))
);
create index basemap_geom on basemap using gist (geom);
