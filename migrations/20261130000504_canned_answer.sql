-- Answers that the office gives often, in both languages.
create table canned_answer (
    id uuid primary key,
    title_pl text not null constraint canned_answer_title_pl_length check (length(title_pl) between 1 and 120),
    title_en text not null constraint canned_answer_title_en_length check (length(title_en) between 1 and 120),
    body_pl text not null constraint canned_answer_body_pl_length check (length(body_pl) between 1 and 8000),
    body_en text not null constraint canned_answer_body_en_length check (length(body_en) between 1 and 8000),
    rev integer not null default 1,
    changed_by text not null constraint canned_answer_changed_by_length check (length(changed_by) <= 254),
    changed_at timestamptz not null
);
create unique index canned_answer_title_pl on canned_answer (lower(title_pl));
