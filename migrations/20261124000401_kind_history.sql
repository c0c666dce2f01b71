-- What a kind was at each of its versions: old versions of assets are read with the titles and lists of their time,
-- and two administrators who change the same kind do not overwrite each other.
alter table kind add column rev integer not null default 1;

create table kind_history (
    slug text not null references kind (slug),
    rev integer not null,
    definition jsonb not null,
    built_in boolean not null,
    changed_at timestamptz not null default now(),
    changed_by text not null,
    primary key (slug, rev)
);
comment on table kind_history is 'Append-only: each definition that a kind ever had, the current one included';

insert into kind_history (slug, rev, definition, built_in, changed_by)
select slug, rev, definition, built_in, 'reeve' from kind;

create function kind_count_up() returns trigger language plpgsql as $$
begin
    new.rev := old.rev + case when (new.definition, new.built_in) is distinct from (old.definition, old.built_in)
                              then 1 else 0 end;
    return new;
end $$;

create function kind_remember() returns trigger language plpgsql as $$
begin
    insert into kind_history (slug, rev, definition, built_in, changed_by)
    values (new.slug, new.rev, new.definition, new.built_in,
            coalesce(nullif(current_setting('reeve.actor', true), ''), 'reeve'))
    on conflict do nothing;
    return null;
end $$;

create function kind_history_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the history of kinds is never changed' using errcode = 'restrict_violation';
end $$;

create trigger kind_count_up before update on kind for each row execute function kind_count_up();
create trigger kind_remember after insert or update on kind for each row execute function kind_remember();
create trigger kind_history_stays before update or delete or truncate on kind_history
    for each statement execute function kind_history_stays();
