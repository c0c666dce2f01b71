-- Failed sign-ins in a row, counted for all nodes: by address, by account, by both, by known device.
create table sign_in_attempt (
    scope text not null constraint sign_in_attempt_scope check (scope in ('address', 'account', 'pair', 'device')),
    key bytea not null constraint sign_in_attempt_key_length check (length(key) = 32),
    failures integer not null,
    last_at timestamptz not null,
    constraint sign_in_attempt_one primary key (scope, key)
);
