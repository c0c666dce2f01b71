-- What happened with a power of attorney and what was done by it, for ever. Both persons stand in the mandate.
create table mandate_event (
    id bigint generated always as identity primary key,
    mandate uuid not null constraint mandate_event_mandate references mandate (id),
    at timestamptz not null,
    kind text not null constraint mandate_event_kind check (kind in ('entered', 'revoked', 'renounced', 'begun', 'ended', 'acted')),
    -- Whose deed: of the agent, of the principal, of a clerk (by e-mail address), of the program.
    by text not null constraint mandate_event_by_length check (length(by) <= 254),
    -- What was done, by a stable name or in words; why it was revoked.
    what text constraint mandate_event_what_length check (length(what) <= 500)
);
create index mandate_event_of_mandate on mandate_event (mandate, id desc);
create trigger mandate_event_stays before update or delete or truncate on mandate_event
    for each statement execute function party_records_stay();
