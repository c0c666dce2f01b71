-- A civic budget: until when projects are submitted and how they are voted on. Its vote is the survey of the same id.
create table budget (
    survey uuid primary key constraint budget_survey references survey (id),
    submit_from timestamptz not null,
    -- The first instant at which it is too late.
    submit_until timestamptz not null,
    -- Each ballot names projects (`approval`), shares points out (`points`) or puts projects in an order (`ranking`).
    method text not null default 'approval' constraint budget_method check (method in ('approval', 'points', 'ranking')),
    -- How many projects a ballot may name in each pool; points are `most` × 1 for points: the sum of them.
    most int not null default 1 constraint budget_most check (most between 1 and 100),
    -- Everybody votes in one district only and in the pools of the whole town; else in all.
    one_district boolean not null default true,
    rev int not null default 1,
    constraint budget_times check (submit_from < submit_until)
);

-- A pool of money: of the whole town, or of a district.
create table budget_pool (
    id uuid primary key,
    survey uuid not null constraint budget_pool_survey references budget (survey),
    -- Its place, and its name in the form (`pool-1`).
    place int not null constraint budget_pool_place check (place between 1 and 50),
    name_pl text not null constraint budget_pool_name_length check (length(name_pl) between 1 and 120),
    name_en text constraint budget_pool_name_en_length check (length(name_en) between 1 and 120),
    district uuid constraint budget_pool_district references district (id),
    -- In grosze.
    amount bigint not null constraint budget_pool_amount check (amount between 1 and 100000000000),
    -- Most that a project may cost, in grosze.
    most_cost bigint not null constraint budget_pool_most_cost check (most_cost between 1 and 100000000000),
    least_support int not null default 0 constraint budget_pool_least_support check (least_support between 0 and 1000000),
    ties text not null default 'cheaper' constraint budget_pool_ties check (ties in ('cheaper', 'listed')),
    stops boolean not null default false,
    constraint budget_pool_of_survey unique (survey, place)
);

-- A project that a resident submits.
create table budget_project (
    id uuid primary key,
    survey uuid not null constraint budget_project_survey references budget (survey),
    -- Its number, by the order in which they came; everybody calls it by that.
    number int not null constraint budget_project_number check (number >= 1),
    pool uuid not null constraint budget_project_pool references budget_pool (id),
    -- Who submitted it; never shown to the public.
    party uuid constraint budget_project_party references party (id),
    title text not null constraint budget_project_title_length check (length(title) between 1 and 120),
    words text not null constraint budget_project_words_length check (length(words) between 1 and 4000),
    geom geometry(Geometry, 4326) not null constraint budget_project_geom check (st_isvalid(geom) and not st_isempty(geom)),
    -- What its author thinks it costs, and what the office found, in grosze.
    estimate bigint not null constraint budget_project_estimate check (estimate between 1 and 100000000000),
    cost bigint constraint budget_project_cost check (cost between 1 and 100000000000),
    state text not null default 'submitted'
        constraint budget_project_state check (state in ('submitted', 'accepted', 'refused', 'withdrawn')),
    -- What the office says of it.
    reason text not null default '' constraint budget_project_reason_length check (length(reason) <= 2000),
    decided_by text,
    decided_at timestamptz,
    -- Its place on the list of the vote, drawn by lot.
    listed int,
    submitted_on date not null,
    rev int not null default 1,
    constraint budget_project_of_survey unique (survey, number),
    constraint budget_project_accepted_has_cost check (state <> 'accepted' or cost is not null),
    constraint budget_project_refused_has_reason check (state <> 'refused' or reason <> '')
);
create index budget_project_of_pool on budget_project (pool);
create index budget_project_of_party on budget_project (party) where party is not null;
