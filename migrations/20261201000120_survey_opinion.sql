-- The office's answers to opinions of a consultation; one answer may be to many of them.
create table survey_reply (
    id uuid primary key,
    survey uuid not null constraint survey_reply_survey references survey (id),
    decision text not null constraint survey_reply_decision check (decision in ('accepted', 'partly', 'rejected', 'noted')),
    reply text not null constraint survey_reply_length check (length(reply) between 1 and 5000),
    made_at timestamptz not null,
    made_by text not null
);
create index survey_reply_of_survey on survey_reply (survey, id);

-- What is shown of an opinion: its words without personal data, as a clerk left them, and the answer to it. An opinion without
-- a row has not been read yet, and is not shown.
create table survey_opinion (
    answer uuid not null constraint survey_opinion_answer references survey_answer (id) on delete cascade,
    -- The question, and of things drawn which one: `p1`, `p2.0`.
    part text not null constraint survey_opinion_part_form check (part ~ '^[a-z0-9-]{1,40}(\.[0-9]{1,2})?$'),
    shown text not null constraint survey_opinion_shown_length check (length(shown) between 1 and 10000),
    -- What cannot be shown at all is counted, and nothing more.
    hidden boolean not null default false,
    reply uuid constraint survey_opinion_reply references survey_reply (id),
    primary key (answer, part)
);
create index survey_opinion_of_reply on survey_opinion (reply) where reply is not null;

-- Pictures and plans of a form, in the store of files below `surveys/{survey}/pictures/{name}`.
create table survey_picture (
    survey uuid not null constraint survey_picture_survey references survey (id),
    name text not null constraint survey_picture_name_form check (name ~ '^[0-9a-f]{32}\.(jpg|png)$'),
    bytes bigint not null,
    added_at timestamptz not null,
    added_by text not null,
    primary key (survey, name)
);
