-- Powers of attorney: who may act for whom, in what, and how long.
create table mandate (
    id uuid primary key,
    principal uuid not null constraint mandate_principal references party (id),
    agent uuid not null constraint mandate_agent references party (id),
    scopes text[] not null constraint mandate_scopes
        check (cardinality(scopes) between 1 and 3 and scopes <@ array['dues', 'cases', 'deliveries']),
    valid_from date not null,
    -- The last day; null without an end.
    valid_until date,
    -- What was shown: "PPS-1 z 3.02.2026, oryginał w aktach".
    document text not null constraint mandate_document_length check (length(document) between 3 and 500),
    entered_by text not null,
    entered_at timestamptz not null,
    revoked_by text,
    revoked_at timestamptz,
    revoked_why text constraint mandate_revoked_why_length check (length(revoked_why) <= 500),
    constraint mandate_not_oneself check (principal <> agent),
    constraint mandate_dates check (valid_until is null or valid_until >= valid_from),
    constraint mandate_revoked_whole check ((revoked_at is null) = (revoked_by is null))
);
create index mandate_of_agent on mandate (agent);
create index mandate_of_principal on mandate (principal);

-- For whom somebody acts in a session. Whether it still holds is asked at each request.
alter table session add column acting uuid constraint session_acting references mandate (id);
