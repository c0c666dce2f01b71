-- Accounts that somebody asked for and whose address nobody has proved yet. Opening the link of the mail makes account and
-- person; what was never opened is swept away after a day, so that nobody holds an address that is not theirs.
create table account_signup (
    id uuid primary key,
    email text not null constraint account_signup_email_length check (length(email) between 3 and 254),
    email_key text not null,
    name text not null constraint account_signup_name_length check (length(name) between 1 and 120),
    -- Version of the information about data (GDPR, article 13) that was shown.
    clause text not null constraint account_signup_clause_length check (length(clause) between 1 and 40),
    -- Who it is by a provider's word, sealed; null when nobody has said.
    identity_sealed bytea,
    token_hash bytea not null constraint account_signup_token unique
        constraint account_signup_token_length check (length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    -- What it became.
    account uuid constraint account_signup_account references account (id),
    constraint account_signup_used check ((used_at is null) = (account is null))
);
create index account_signup_of_account on account_signup (account);

-- The version that was shown when the account was made.
alter table account add column clause text constraint account_clause_length check (length(clause) between 1 and 40);
