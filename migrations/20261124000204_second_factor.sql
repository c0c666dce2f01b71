-- Passkeys, and codes for the day on which the telephone is lost.
create table passkey (
    id uuid primary key,
    account uuid not null constraint passkey_account references account (id),
    name text not null constraint passkey_name_length check (length(name) between 1 and 100),
    credential_id bytea not null constraint passkey_credential unique,
    -- Public key, counter and the like, as webauthn-rs writes them.
    credential jsonb not null,
    created_at timestamptz not null,
    last_used_at timestamptz
);
create index passkey_of_account on passkey (account);

create table recovery_code (
    account uuid not null constraint recovery_code_account references account (id),
    code_hash bytea not null constraint recovery_code_length check (length(code_hash) = 32),
    used_at timestamptz,
    constraint recovery_code_once primary key (account, code_hash)
);
