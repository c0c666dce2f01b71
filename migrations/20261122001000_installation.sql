-- Tells this database from every other, so that what a browser keeps of one is never taken for another's: revisions
-- begin at 1 in each.
create table installation (
    id uuid primary key default gen_random_uuid(),
    created_at timestamptz not null default now()
);
create unique index installation_only_one on installation ((true));
insert into installation default values;
