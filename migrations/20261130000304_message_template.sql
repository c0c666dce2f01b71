-- The town's own words of messages. The newest version counts; without one, those that the program brings.
create table message_template (
    slug text not null constraint message_template_slug_length check (length(slug) between 1 and 60),
    lang text not null constraint message_template_lang check (lang in ('pl', 'en')),
    version integer not null constraint message_template_version check (version > 0),
    subject text not null constraint message_template_subject_length check (length(subject) between 1 and 200),
    body text not null constraint message_template_body_length check (length(body) between 1 and 10000),
    notice text not null constraint message_template_notice_length check (length(notice) <= 2000),
    sms text not null constraint message_template_sms_length check (length(sms) <= 1000),
    push text not null constraint message_template_push_length check (length(push) <= 200),
    saved_by text not null,
    saved_at timestamptz not null,
    constraint message_template_one primary key (slug, lang, version)
);
