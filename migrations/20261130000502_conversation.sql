-- What somebody wrote to the office, with all that followed. Its texts are messages of the thread that has its id.
create table conversation (
    id uuid primary key,
    number text not null constraint conversation_number unique
        constraint conversation_number_form check (number ~ '^P/[0-9]{4}/[0-9]{6,}$'),
    subject text not null constraint conversation_subject_length check (length(subject) between 1 and 200),
    -- Who wrote, or in whose name; else a visitor, who has proved the mailbox.
    party uuid constraint conversation_party references party (id),
    visitor_name text constraint conversation_visitor_name_length check (length(visitor_name) between 1 and 100),
    visitor_email text constraint conversation_visitor_email_length check (length(visitor_email) between 3 and 254),
    -- As addresses are compared.
    visitor_email_key text,
    lang text not null constraint conversation_lang check (lang in ('pl', 'en')),
    department uuid constraint conversation_department references department (id),
    assignee uuid constraint conversation_assignee references account (id),
    state text not null constraint conversation_state
        check (state in ('new', 'in_progress', 'waiting', 'answered', 'closed')),
    deadline date not null,
    -- The thing that it is about, and what it was called: it may be removed.
    asset uuid,
    asset_label text constraint conversation_asset_label_length check (length(asset_label) between 1 and 300),
    escalated_to uuid constraint conversation_escalated_to references account (id),
    escalated_at timestamptz,
    -- Counts what was done, so that of two clerks at once the second is told.
    version integer not null default 1,
    created_at timestamptz not null,
    -- When somebody last wrote, on either side.
    written_at timestamptz not null,
    closed_at timestamptz,
    constraint conversation_writer check (
        (party is not null and num_nonnulls(visitor_name, visitor_email, visitor_email_key) = 0)
        or (party is null and num_nulls(visitor_name, visitor_email, visitor_email_key) = 0)),
    constraint conversation_asset_whole check ((asset is null) = (asset_label is null)),
    constraint conversation_escalated_whole check ((escalated_to is null) = (escalated_at is null)),
    constraint conversation_closed check ((state = 'closed') = (closed_at is not null))
);
create index conversation_of_party on conversation (party, written_at desc, id desc) where party is not null;
create index conversation_of_mailbox on conversation (visitor_email_key) where party is null;
create index conversation_open on conversation (deadline, id) where state <> 'closed';
create index conversation_newest on conversation (written_at desc, id desc);
create index conversation_of_asset on conversation (asset) where asset is not null;

-- Numbers of a year; a number is taken in the transaction that uses it, so none is left out.
create table conversation_count (
    year integer primary key,
    last integer not null constraint conversation_count_last check (last > 0)
);

-- What was done, by whom and when. Rows are added and never changed.
create table conversation_event (
    id bigint generated always as identity primary key,
    conversation uuid not null constraint conversation_event_conversation references conversation (id),
    at timestamptz not null,
    -- 'writer' is whoever wrote the letter; else the e-mail address of a clerk, or the program's name.
    actor text not null constraint conversation_event_actor_length check (length(actor) between 1 and 254),
    -- The power of attorney by which it was done.
    mandate uuid constraint conversation_event_mandate references mandate (id),
    kind text not null constraint conversation_event_kind check (kind in ('written', 'written_again', 'assigned', 'department',
        'deadline', 'escalated', 'escalation_ended', 'noted', 'taken', 'answered', 'asked', 'closed', 'reopened')),
    -- To whom, until when, why.
    details jsonb not null default '{}' constraint conversation_event_details_form check (jsonb_typeof(details) = 'object'),
    -- Makes the same form, sent twice, one event.
    key uuid constraint conversation_event_key unique
);
create index conversation_event_of_conversation on conversation_event (conversation, id);

create function conversation_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was done in a conversation is never changed' using errcode = 'restrict_violation';
end $$;
create trigger conversation_event_stays before update or delete or truncate on conversation_event
    for each statement execute function conversation_event_stays();
