-- Other addresses for accounts: asked for, proved by a link to the new address, and for a week open to an objection by
-- whoever reads the old one.
create table account_email_change (
    id uuid primary key,
    account uuid not null constraint account_email_change_account references account (id),
    old_email text not null constraint account_email_change_old_length check (length(old_email) <= 254),
    new_email text not null constraint account_email_change_new_length check (length(new_email) <= 254),
    confirm_hash bytea not null constraint account_email_change_confirm unique
        constraint account_email_change_confirm_length check (length(confirm_hash) = 32),
    created_at timestamptz not null,
    -- Until then the new address can be proved.
    expires_at timestamptz not null,
    confirmed_at timestamptz,
    object_hash bytea constraint account_email_change_object unique
        constraint account_email_change_object_length check (length(object_hash) = 32),
    -- Until then the change can be taken back.
    object_until timestamptz,
    objected_at timestamptz,
    constraint account_email_change_whole check ((confirmed_at is null) = (object_hash is null) and (object_hash is null) = (object_until is null))
);
create index account_email_change_of_account on account_email_change (account, created_at desc);
