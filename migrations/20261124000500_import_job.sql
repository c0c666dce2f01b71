-- A delivery on its way through the wizard: from the first byte of its files to the change set that it became.
create table import_job (
    id uuid primary key,
    number bigint generated always as identity,
    -- Null when the program itself acts.
    account_id uuid references account (id),
    actor text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null,
    state text not null default 'uploading',
    -- What runs now, and whether the node that does it is still alive; a task without a heartbeat can be started again.
    task text,
    -- Only the holder of this mark may write what came of the task.
    task_mark uuid,
    task_phase text,
    task_fraction double precision,
    heartbeat_at timestamptz,
    -- What the task needs to know: which groups are accepted.
    task_input jsonb,
    -- Why the last task came to nothing, in words for people, in both languages.
    failure_pl text,
    failure_en text,
    inspection jsonb,
    -- The mapping as TOML, and the name under which it is saved.
    mapping text,
    mapping_name text,
    -- Kinds that the mapping fills; people of graves count as graves.
    kinds text[] not null default '{}',
    position_confirmed_at timestamptz,
    report jsonb,
    change_set uuid references change_set (id),
    applied_at timestamptz,
    undone_by uuid references change_set (id),
    undone_at timestamptz,
    -- When the files went; the rest stays for the record.
    files_removed_at timestamptz,
    constraint import_job_number_key unique (number),
    constraint import_job_name_length check (char_length(name) between 1 and 200),
    constraint import_job_mapping_length check (char_length(mapping) <= 1000000),
    constraint import_job_state_known check (state in (
        'uploading', 'inspected', 'mapped', 'reviewed', 'applied', 'undone', 'failed', 'abandoned')),
    constraint import_job_task_known check (task in ('inspect', 'dry_run', 'apply', 'undo')),
    constraint import_job_task_whole check ((task is null) = (task_mark is null)),
    constraint import_job_fraction_range check (task_fraction between 0 and 1)
);
create index import_job_created_at on import_job (created_at desc, id);
create index import_job_running on import_job (heartbeat_at) where task is not null;
