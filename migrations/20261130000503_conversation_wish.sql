-- What a visitor wants to send to the office. Nobody there sees it before the link in the mail was opened.
create table conversation_wish (
    id uuid primary key,
    token_hash bytea not null constraint conversation_wish_token unique
        constraint conversation_wish_token_length check (length(token_hash) = 32),
    name text not null constraint conversation_wish_name_length check (length(name) between 1 and 100),
    email text not null constraint conversation_wish_email_length check (length(email) between 3 and 254),
    email_key text not null,
    lang text not null constraint conversation_wish_lang check (lang in ('pl', 'en')),
    subject text not null constraint conversation_wish_subject_length check (length(subject) between 1 and 200),
    body text not null constraint conversation_wish_body_length check (length(body) between 1 and 10000),
    department uuid constraint conversation_wish_department references department (id),
    asset uuid,
    asset_label text constraint conversation_wish_asset_label_length check (length(asset_label) between 1 and 300),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint conversation_wish_asset_whole check ((asset is null) = (asset_label is null))
);
create index conversation_wish_of_mailbox on conversation_wish (email_key);
