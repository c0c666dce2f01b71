-- Everything that the town registers is an asset of some kind; one history, one map, one export for all.
create table asset (
    id uuid primary key,
    registry_number bigint generated always as identity,
    kind text not null references kind (slug),
    geom geometry (Geometry, 4326) not null,
    label text,
    attributes jsonb not null default '{}',
    status text not null default 'in_service',
    source text not null,
    source_id text not null,
    part_of uuid references asset (id),
    rev integer not null default 1,
    updated_at timestamptz not null,
    constraint asset_source_key unique (source, kind, source_id),
    constraint asset_registry_number_key unique (registry_number),
    constraint asset_status_known check (status in ('planned', 'in_service', 'out_of_service', 'removed')),
    constraint asset_geom_present check (not st_isempty(geom)),
    constraint asset_attributes_object check (jsonb_typeof(attributes) = 'object')
);
-- Keyset paging and whole exports walk this one; a removed asset is history, not inventory.
create index asset_kind_id on asset (kind, id) where status <> 'removed';
create index asset_geom on asset using gist (geom) where status <> 'removed';
create index asset_part_of on asset (part_of) where part_of is not null;
create index asset_attributes on asset using gin (attributes jsonb_path_ops);

-- Append-only: each version that an asset ever had, the current one included.
create table asset_history (
    asset_id uuid not null references asset (id),
    rev integer not null,
    kind text not null,
    geom geometry (Geometry, 4326) not null,
    label text,
    attributes jsonb not null,
    status text not null,
    part_of uuid,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (asset_id, rev)
);

-- What a node has to know about a collection without counting it: shown counts, extents, tile versions.
create table collection_state (
    collection text primary key,
    revision bigint not null default 0,
    live bigint not null default 0,
    west double precision,
    south double precision,
    east double precision,
    north double precision
);
