-- Kinds of registered things are data: a clerk adds "playground" without a release.
create table kind (
    slug text primary key,
    definition jsonb not null,
    -- Kinds that come with Reeve are brought up to date at start; kinds that the town made are never touched.
    built_in boolean not null default false,
    position integer not null default 100,
    constraint kind_slug_form check (slug ~ '^[a-z][a-z0-9_]{0,40}$')
);
comment on table kind is 'Kinds of assets: titles, geometry type, icon, attribute schema, visibility';
