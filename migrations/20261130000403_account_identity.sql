-- Who an account is at a provider of identity. The issuer's own name counts, not ours of it: that may be written anew.
create table account_identity (
    id uuid primary key,
    account uuid not null constraint account_identity_account references account (id),
    provider text not null constraint account_identity_provider_length check (length(provider) between 1 and 40),
    issuer text not null,
    subject text not null constraint account_identity_subject_length check (length(subject) between 1 and 255),
    linked_at timestamptz not null,
    last_used_at timestamptz,
    constraint account_identity_one unique (issuer, subject)
);
create index account_identity_of_account on account_identity (account);

-- The provider by which a session began, and its statement, sealed: signing out there needs it.
alter table session add column provider text;
alter table session add column id_token_sealed bytea;
