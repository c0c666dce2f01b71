-- What the town says of itself at the desk: its look, and its accessibility declaration. One row each, and each version
-- that it ever had, with who changed it and what it was before.
create table town_setting (
    name text constraint town_setting_key primary key,
    value jsonb not null,
    rev integer not null default 1,
    changed_at timestamptz not null,
    changed_by text not null,
    constraint town_setting_name_known check (name in ('look', 'declaration')),
    constraint town_setting_value_object check (jsonb_typeof(value) = 'object'),
    constraint town_setting_value_size check (length(value::text) <= 400000)
);

create table town_setting_history (
    name text not null constraint town_setting_history_setting references town_setting (name),
    rev integer not null,
    -- Nothing at the first version.
    was jsonb,
    became jsonb not null,
    changed_at timestamptz not null,
    changed_by text not null,
    constraint town_setting_history_key primary key (name, rev)
);
comment on table town_setting_history is 'Append-only: each version of what the town says of itself, the current one included';

create function town_setting_count_up() returns trigger language plpgsql as $$
begin
    new.rev := old.rev + 1;
    return new;
end $$;

create function town_setting_remember() returns trigger language plpgsql as $$
begin
    insert into town_setting_history (name, rev, was, became, changed_at, changed_by)
    values (new.name, new.rev, case when tg_op = 'UPDATE' then old.value end, new.value, new.changed_at, new.changed_by);
    -- Every node shows the look on every page, so it has to know it.
    if new.name = 'look' then
        perform collection_touch('town', 0, null);
    end if;
    return null;
end $$;

create function town_setting_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what the town says of itself is changed, never deleted, and its history is never changed'
        using errcode = 'restrict_violation';
end $$;

create trigger town_setting_count_up before update on town_setting
    for each row execute function town_setting_count_up();
create trigger town_setting_remember after insert or update on town_setting
    for each row execute function town_setting_remember();
create trigger town_setting_no_delete before delete or truncate on town_setting
    for each statement execute function town_setting_stays();
create trigger town_setting_history_stays before update or delete or truncate on town_setting_history
    for each statement execute function town_setting_stays();
