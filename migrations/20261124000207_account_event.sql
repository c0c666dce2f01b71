-- What happened to an account, for ever: rows are added, never changed.
create table account_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account uuid constraint account_event_account references account (id),
    kind text not null,
    -- Who did it: an e-mail address, or the program's name.
    actor text not null,
    address text,
    agent text,
    details jsonb not null default '{}'
);
create index account_event_of_account on account_event (account, id desc);

create function account_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'events of accounts are never changed' using errcode = 'restrict_violation';
end $$;
create trigger account_event_stays before update or delete or truncate on account_event
    for each statement execute function account_event_stays();
