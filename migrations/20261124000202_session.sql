-- Sessions of browsers. The cookie holds a random token; here is only its SHA-256.
create table session (
    id uuid primary key,
    token_hash bytea not null constraint session_token unique constraint session_token_length check (length(token_hash) = 32),
    account uuid not null constraint session_account references account (id),
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    -- Ends then whatever happens.
    expires_at timestamptz not null,
    -- When the password or a passkey was last shown; what is dangerous asks for it again.
    confirmed_at timestamptz not null,
    address text not null,
    agent text not null constraint session_agent_length check (length(agent) <= 200),
    revoked_at timestamptz
);
create index session_of_account on session (account, created_at desc);
