-- Photos of assets. The files themselves are objects outside the database, named by their content; a row is written
-- after its objects. Nothing is deleted: a removed photo stays out of sight, and the same bytes bring it back.
create table photo (
    id uuid primary key,
    asset_id uuid not null references asset (id),
    -- Of the file as it was sent, and thereby the name of its objects.
    sha256 bytea not null,
    media_type text not null,
    bytes bigint not null,
    file_name text,
    -- In pixels, turned upright.
    width integer not null,
    height integer not null,
    caption text,
    taken_at timestamptz,
    -- Where the camera stood and, in degrees from north, where it looked.
    position geometry (Point, 4326),
    direction double precision,
    public boolean not null default true,
    added_at timestamptz not null,
    added_by text not null,
    changed_at timestamptz not null,
    changed_by text not null,
    removed_at timestamptz,
    removed_by text,
    constraint photo_content_key unique (asset_id, sha256),
    constraint photo_sha256_length check (length(sha256) = 32),
    constraint photo_media_type_known check (media_type in ('image/jpeg', 'image/png', 'image/webp')),
    constraint photo_size check (width > 0 and height > 0 and bytes > 0),
    constraint photo_caption_length check (length(caption) between 1 and 500),
    constraint photo_direction_range check (direction >= 0 and direction < 360),
    constraint photo_removed_whole check ((removed_at is null) = (removed_by is null))
);
