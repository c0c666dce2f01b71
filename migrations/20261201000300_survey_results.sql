-- What is to be published of a survey: chosen while nobody sees a figure (see docs/surveys.md, Results).
create table survey_plan (
    survey uuid primary key constraint survey_plan_survey references survey (id),
    -- Cross tables and the width of squares of the map (`surveys::results::Plan`).
    plan jsonb not null,
    rev int not null default 1
);

-- What was published of a survey: made once from all its answers, and never again; two publications, each safe alone, may tell
-- by their difference what neither says.
create table survey_publication (
    survey uuid primary key constraint survey_publication_survey references survey (id),
    published_at timestamptz not null,
    published_by text not null,
    -- Everything that pages and files show (`surveys::results::Results`).
    results jsonb not null
);

-- What free texts are about, as the clerk groups them.
create table survey_theme (
    id uuid primary key,
    survey uuid not null constraint survey_theme_survey references survey (id),
    name_pl text not null constraint survey_theme_name_length check (length(name_pl) between 1 and 120),
    name_en text constraint survey_theme_name_en_length check (length(name_en) between 1 and 120),
    constraint survey_theme_name unique (survey, name_pl)
);

-- A free text that somebody of the staff has read: as it may be shown, without personal data, or that it is left out. What has
-- no row is never shown.
create table survey_excerpt (
    answer uuid not null constraint survey_excerpt_answer references survey_answer (id) on delete cascade,
    question text not null,
    -- Which of several comments of one answer.
    part int not null default 0,
    survey uuid not null constraint survey_excerpt_survey references survey (id),
    shown boolean not null,
    words text not null constraint survey_excerpt_words_length check (length(words) <= 5000),
    theme uuid constraint survey_excerpt_theme references survey_theme (id),
    read_by text not null,
    read_on date not null,
    primary key (answer, question, part),
    constraint survey_excerpt_shown_has_words check (not shown or words <> '')
);
create index survey_excerpt_of_survey on survey_excerpt (survey, question);
