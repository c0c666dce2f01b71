-- Tokens of programs, each for some of what its owner may do.
create table api_token (
    id uuid primary key,
    account uuid not null constraint api_token_account references account (id),
    name text not null constraint api_token_name_length check (length(name) between 1 and 100),
    token_hash bytea not null constraint api_token_token unique constraint api_token_token_length check (length(token_hash) = 32),
    scopes text[] not null constraint api_token_scopes check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_token_of_account on api_token (account, created_at desc);
