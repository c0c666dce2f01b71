-- What the town says of the comparison: thresholds, which use falls to which tax, rates. The latest row counts.
create table tax_base_rules (
    id bigint generated always as identity primary key,
    text text not null constraint tax_base_rules_text_length check (length(text) between 1 and 100000),
    entered_by text not null constraint tax_base_rules_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create trigger tax_base_rules_stay before update or delete on tax_base_rules
    for each row execute function tax_declaration_stays();

-- A comparison of the register with what is declared, for a day.
create table tax_base_run (
    id uuid primary key,
    on_day date not null,
    state text not null constraint tax_base_run_state check (state in ('running', 'done', 'failed')),
    -- The last sign of life; without one for two minutes nobody works on it any more.
    alive_at timestamptz not null,
    -- Parcels by what was found of them, and what else was counted.
    counts jsonb not null default '{}' constraint tax_base_run_counts_form check (jsonb_typeof(counts) = 'object'),
    failure text constraint tax_base_run_failure_length check (length(failure) <= 500),
    entered_by text not null constraint tax_base_run_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
-- One at a time.
create unique index tax_base_run_running on tax_base_run ((true)) where state = 'running';

create table tax_base_finding (
    run uuid not null constraint tax_base_finding_run references tax_base_run (id) on delete cascade,
    place integer not null,
    kind text not null constraint tax_base_finding_kind check (kind in ('undeclared-parcel', 'unknown-parcel', 'changed-parcel',
        'area', 'use', 'undeclared-building', 'building-area', 'unknown-building')),
    -- Kind and parcel, the same in each run: what marks are about.
    key text not null constraint tax_base_finding_key_length check (length(key) between 1 and 120),
    parcel text not null constraint tax_base_finding_parcel_length check (length(parcel) <= 60),
    -- The thing of the register, if it has one.
    asset uuid,
    -- Both sides and their difference, in hundredths of a square metre.
    registered_dm2 bigint,
    declared_dm2 bigint,
    difference_dm2 bigint not null,
    -- What declaring as registered would change of a year's tax; nothing without rates.
    tax_grosze bigint,
    -- Uses and classes on both sides, successors, buildings: what the page shows.
    details jsonb not null constraint tax_base_finding_details_form check (jsonb_typeof(details) = 'object'),
    -- What both sides say, so that a mark knows whether it still fits.
    fingerprint text not null constraint tax_base_finding_fingerprint_length check (length(fingerprint) <= 64),
    geom geometry (Geometry, 4326),
    primary key (run, place),
    constraint tax_base_finding_key_once unique (run, key)
);
create index tax_base_finding_place on tax_base_finding using gist (geom);

-- What somebody said of a finding. Rows are added and never changed; the latest of a key counts.
create table tax_base_mark (
    id bigint generated always as identity primary key,
    key text not null constraint tax_base_mark_key_length check (length(key) between 1 and 120),
    state text not null constraint tax_base_mark_state check (state in ('open', 'in-order', 'called', 'corrected')),
    note text not null constraint tax_base_mark_note_length check (length(note) <= 1000),
    -- What both sides said then.
    fingerprint text not null constraint tax_base_mark_fingerprint_length check (length(fingerprint) <= 64),
    entered_by text not null constraint tax_base_mark_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create index tax_base_mark_of_key on tax_base_mark (key, id desc);
create trigger tax_base_mark_stays before update or delete on tax_base_mark
    for each row execute function tax_declaration_stays();

create view tax_base_marked as
    select distinct on (key) key, state, note, fingerprint, entered_by, entered_at from tax_base_mark order by key, id desc;
