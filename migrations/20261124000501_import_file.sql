-- Files of an import, received in pieces. Each piece is an object in the store of files, written before its row says
-- so; what stands here is what has arrived.
create table import_file (
    id uuid primary key,
    job_id uuid not null references import_job (id),
    position integer not null,
    -- As its owner calls it; of a folder, the path within.
    name text not null,
    bytes_declared bigint not null,
    bytes_received bigint not null default 0,
    -- Names of the objects in their order.
    objects text[] not null default '{}',
    -- Of the whole, once it has been read as a whole.
    sha256 bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint import_file_position_key unique (job_id, position),
    constraint import_file_name_key unique (job_id, name),
    constraint import_file_name_length check (char_length(name) between 1 and 500),
    constraint import_file_bytes check (bytes_received between 0 and bytes_declared),
    constraint import_file_sha256_length check (length(sha256) = 32)
);
