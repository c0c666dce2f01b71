-- What the town tells somebody, and what they tell the town: one event each, whichever ways it goes.
create table message (
    id uuid primary key,
    -- Given by whoever sends, so that the same event sent twice is one message.
    key uuid constraint message_key unique,
    -- Whom it concerns; null when all that is known is an address.
    party uuid constraint message_party references party (id),
    -- Messages of one matter; the first one's thread is its own id.
    thread uuid not null,
    direction text not null constraint message_direction check (direction in ('out', 'in', 'note')),
    purpose text not null constraint message_purpose check (purpose in ('security', 'case', 'reminder', 'news')),
    -- The template and the version of it from which the text was made; null for what somebody wrote.
    template text constraint message_template_length check (length(template) <= 60),
    template_version integer,
    lang text not null constraint message_lang check (lang in ('pl', 'en')),
    subject text not null constraint message_subject_length check (length(subject) between 1 and 200),
    -- Plain text. What opens something, such as a link for a new password, is blotted out here.
    body text not null constraint message_body_length check (length(body) <= 20000),
    -- Where on our pages it goes on.
    href text constraint message_href_form check (length(href) <= 500 and href ~ '^/'),
    -- Who wrote it.
    actor text not null constraint message_actor_length check (length(actor) <= 254),
    -- Whether it stands in the inbox.
    in_inbox boolean not null,
    created_at timestamptz not null,
    -- From when on nobody needs it any more; null for what belongs to a case, which is kept as the law says.
    passing_since timestamptz,
    read_at timestamptz,
    read_by uuid constraint message_read_by references account (id),
    constraint message_read_whole check (read_by is null or read_at is not null)
);
create index message_of_party on message (party, id desc) where in_inbox;
create index message_of_thread on message (thread, id);

-- Files of a message; the content is in the store of files, under messages/{message}/{sum}.
create table attachment (
    id uuid primary key,
    message uuid not null constraint attachment_message references message (id) on delete cascade,
    position integer not null,
    name text not null constraint attachment_name_length check (length(name) between 1 and 120),
    -- By its first bytes, whatever the name says.
    media_type text not null,
    bytes bigint not null constraint attachment_bytes check (bytes between 1 and 10485760),
    sha256 text not null constraint attachment_sha256_form check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint attachment_place unique (message, position)
);
