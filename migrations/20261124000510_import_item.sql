-- What the last dry run of an import job found, row by row, for the review. It can be made again from the files at any
-- time, so it is not logged: after a crash it is empty and the job asks for another dry run.
create unlogged table import_item (
    job_id uuid not null,
    seq bigint not null,
    -- new, changed, doubtful, near_duplicate, vanished; unchanged things are only counted.
    grp text not null,
    -- feature or burial
    what text not null,
    -- Slug of the kind; people for burials.
    kind text not null,
    source_id text not null,
    file text,
    row_number bigint,
    asset_id uuid,
    label text,
    geom geometry (Geometry, 4326),
    -- [{"field", "before", "after"}]
    fields jsonb not null default '[]',
    -- [{"code", "column", "found"}]
    doubts jsonb not null default '[]',
    near_asset uuid,
    near_m double precision,
    primary key (job_id, seq)
);
create index import_item_group on import_item (job_id, grp, seq);
create index import_item_geom on import_item using gist (geom);

create unlogged table import_rejected (
    job_id uuid not null,
    seq bigint not null,
    file text not null,
    row_number bigint not null,
    column_name text,
    found text not null,
    reason text not null,
    expected_pl text not null,
    expected_en text not null,
    whole_row boolean not null,
    primary key (job_id, seq)
);
