-- People who can sign in. Today these are the town's staff; residents come into the same table later, without roles.
create table account (
    id uuid primary key,
    -- As the person writes it; what is compared is the key.
    email text not null constraint account_email_length check (length(email) between 3 and 254),
    email_key text not null constraint account_email_key unique,
    name text not null constraint account_name_length check (length(name) between 1 and 120),
    -- PHC string of argon2id; null until the person has chosen a password.
    password_hash text,
    password_changed_at timestamptz,
    -- Secret of the authenticator app, sealed with a key that is not in the database.
    totp_sealed bytea,
    -- Newest time step that was used; it and older ones are not taken again.
    totp_last_step bigint not null default 0,
    -- Made by the demo: a production service does not start while such an account is enabled.
    demo boolean not null default false,
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    last_sign_in_at timestamptz
);

-- Roles as a person holds them. What a role may do stands in the program.
create table account_role (
    account uuid not null constraint account_role_account references account (id),
    role text not null,
    -- Slugs of the kinds for which it holds; null for all of them.
    kinds text[] constraint account_role_kinds check (kinds is null or cardinality(kinds) between 1 and 500),
    constraint account_role_once primary key (account, role)
);
