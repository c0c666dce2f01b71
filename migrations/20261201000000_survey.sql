-- Districts of the town, for surveys of a part of it.
create table district (
    id uuid primary key,
    name text not null constraint district_name unique constraint district_name_length check (length(name) between 1 and 120),
    area geometry(MultiPolygon, 4326) not null constraint district_area check (st_isvalid(area) and not st_isempty(area)),
    rev int not null default 1
);

-- A survey: what is asked, of whom, when, and how secretly.
create table survey (
    id uuid primary key,
    slug text not null constraint survey_slug unique constraint survey_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    kind text not null constraint survey_kind check (kind in ('open', 'consultation', 'vote', 'budget')),
    -- draft → ready (test answers possible) → open → closed → published; what was open never becomes a draft again.
    state text not null default 'draft'
        constraint survey_state check (state in ('draft', 'ready', 'open', 'closed', 'published', 'withdrawn')),
    title_pl text not null constraint survey_title_pl_length check (length(title_pl) between 1 and 200),
    title_en text constraint survey_title_en_length check (length(title_en) between 1 and 200),
    intro_pl text not null default '' constraint survey_intro_pl_length check (length(intro_pl) <= 10000),
    intro_en text constraint survey_intro_en_length check (length(intro_en) <= 10000),
    -- The form (crate ballots, `form::Form`); its versions are in survey_version.
    form jsonb not null,
    version int not null default 1,
    -- Answers are taken from the first instant, and before the second.
    opens_at timestamptz,
    closes_at timestamptz,
    audience text not null default 'residents'
        constraint survey_audience check (audience in ('everyone', 'known', 'residents')),
    district uuid constraint survey_district references district (id),
    -- Who is at least so old in the year of the opening may take part (`year of opening - year of birth`); null: everybody.
    least_age int constraint survey_least_age check (least_age between 0 and 120),
    -- secret: blind tokens, a roll and a box; anonymous: no link to an account; named: the answer is its author's.
    secrecy text not null constraint survey_secrecy check (secrecy in ('secret', 'anonymous', 'named')),
    -- How many took part is shown while it is open.
    shows_turnout boolean not null default true,
    -- What becomes of somebody who took part on paper and online.
    collision text not null default 'first' constraint survey_collision check (collision in ('first', 'paper', 'void')),
    -- Cells of fewer answers are not shown.
    least_cell int not null default 5 constraint survey_least_cell check (least_cell between 3 and 50),
    created_at timestamptz not null,
    created_by text not null,
    rev int not null default 1,
    constraint survey_times check (opens_at < closes_at),
    constraint survey_open_has_times check (state in ('draft', 'ready', 'withdrawn') or (opens_at is not null and closes_at is not null)),
    constraint survey_secret_is_of_residents check (secrecy <> 'secret' or audience = 'residents'),
    constraint survey_vote_is_secret check (kind not in ('vote', 'budget') or secrecy = 'secret')
);

-- Each version of the form and of the words around it, for everybody to see from the opening on.
create table survey_version (
    survey uuid not null references survey (id),
    version int not null,
    title_pl text not null,
    title_en text,
    intro_pl text not null,
    intro_en text,
    form jsonb not null,
    made_at timestamptz not null,
    made_by text not null,
    -- Why, after the opening.
    reason text not null default '',
    primary key (survey, version)
);
