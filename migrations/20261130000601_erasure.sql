-- What was erased when an account came to its end: per table what went and what stayed, and why. Nothing of the person
-- stands here; the party that is named is an empty row by then.
create table erasure (
    id uuid primary key,
    at timestamptz not null,
    party uuid constraint erasure_party references party (id),
    account uuid not null constraint erasure_account references account (id),
    -- [{"table", "what": "deleted" | "blanked" | "kept", "rows", "why"}]
    parts jsonb not null constraint erasure_parts_form check (jsonb_typeof(parts) = 'array')
);

-- What was deleted because it had been kept long enough, and by whose word.
create table retention_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    table_name text not null constraint retention_event_table_length check (length(table_name) between 1 and 63),
    -- Rows older than this.
    before timestamptz not null,
    rows bigint not null constraint retention_event_rows check (rows >= 0),
    -- The program's name, or the e-mail address of the clerk who said yes.
    by text not null constraint retention_event_by_length check (length(by) <= 254)
);

create function privacy_records_stay() returns trigger language plpgsql as $$
begin
    -- Of two parties that turn out to be one, the records go to the one that stays.
    if tg_op = 'UPDATE' and current_setting('reeve.merging_parties', true) = 'on' then
        return null;
    end if;
    raise exception 'what was erased stays written down' using errcode = 'restrict_violation';
end $$;
create trigger erasure_stays before update or delete or truncate on erasure
    for each statement execute function privacy_records_stay();
create trigger retention_event_stays before update or delete or truncate on retention_event
    for each statement execute function privacy_records_stay();

-- Messages whose files are to be removed from the store: the rows are gone, whoever deleted them, the objects go later.
create table erased_files (
    message uuid primary key,
    at timestamptz not null
);
create function attachment_goes() returns trigger language plpgsql as $$
begin
    insert into erased_files (message, at) values (old.message, now()) on conflict do nothing;
    return null;
end $$;
create trigger attachment_goes after delete on attachment for each row execute function attachment_goes();
