-- Links that work once: invitations and new passwords. The link holds a random token; here is its SHA-256.
create table account_link (
    id uuid primary key,
    account uuid not null constraint account_link_account references account (id),
    purpose text not null constraint account_link_purpose check (purpose in ('invite', 'reset')),
    token_hash bytea not null constraint account_link_token unique constraint account_link_token_length check (length(token_hash) = 32),
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index account_link_of_account on account_link (account);

-- What must be remembered between two steps: half a sign-in, the challenge of a passkey, a secret not yet confirmed.
-- Bound to the cookie of whoever began it; a new beginning takes the place of the old.
create table account_challenge (
    purpose text not null constraint account_challenge_purpose
        check (purpose in ('second-step', 'passkey-sign-in', 'passkey-enrol', 'totp-enrol')),
    bound_to bytea not null constraint account_challenge_bound_length check (length(bound_to) = 32),
    account uuid constraint account_challenge_account references account (id),
    state jsonb not null,
    expires_at timestamptz not null,
    constraint account_challenge_one primary key (purpose, bound_to)
);
