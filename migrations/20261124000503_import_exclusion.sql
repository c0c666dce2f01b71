-- Rows of a reviewed import that the clerk leaves out although their group goes in.
create table import_exclusion (
    job_id uuid not null references import_job (id),
    -- Slug of the kind; people for burials.
    kind text not null,
    source_id text not null,
    primary key (job_id, kind, source_id)
);
