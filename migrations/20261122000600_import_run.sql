-- Each delivery of data: what came, from where, and what became of it.
create table import_run (
    id uuid primary key,
    source text not null,
    file_name text not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    report jsonb not null
);
