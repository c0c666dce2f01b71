-- What a source last delivered of a thing that was also changed at the desk: the next delivery is compared with this, so
-- that it brings what the source changed and leaves what the clerk changed.
create table asset_delivery (
    asset_id uuid primary key references asset (id),
    geom geometry (Geometry, 4326) not null,
    label text,
    attributes jsonb not null,
    part_of uuid
);
