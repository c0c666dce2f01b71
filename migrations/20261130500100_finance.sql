-- What the room of the finance system may know of the dues: postings of the ledger, and what was assessed.
create view dues_posting as
    select p.id, e.id as entry, e.number, e.kind, e.source_kind, e.source_id, e.on_day, e.booked_on, e.title, e.party,
        y.name as payer, p.account, p.nrb, p.amount_grosze, s.decision, s.year,
        -- Interest and income name no instalment: they are of the kind of the entry's others, if these are of one.
        coalesce(a.kind, o.kind) as due_kind, coalesce(a.number, o.due_account) as due_account
    from ledger_posting p join ledger_entry e on e.id = p.entry left join party y on y.id = e.party
        left join due_instalment i on i.id = p.instalment left join due_account a on a.id = i.account
        left join due_assessment s on s.id = i.assessment
        left join lateral (
            select case when count(distinct b.kind) = 1 then min(b.kind) end as kind,
                case when count(distinct b.number) = 1 then min(b.number) end as due_account
            from ledger_posting q join due_instalment j on j.id = q.instalment join due_account b on b.id = j.account
            where q.entry = e.id and p.instalment is null) o on true;
create view dues_assessed as
    select s.id, s.account, a.number as due_account, a.kind as due_kind, s.year, s.decision, s.decided_on,
        s.delivered_on, s.amount_grosze, s.corrects
    from due_assessment s join due_account a on a.id = s.account;

-- How the finance system writes and reads: columns, account codes, formats, as TOML. Rows are added; the last one holds.
create table finance_mapping (
    id bigint generated always as identity primary key,
    text text not null constraint finance_mapping_text_length check (length(text) between 1 and 100000),
    entered_by text not null constraint finance_mapping_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);

-- Files with bookings that were given to the finance system, as they were given.
create table finance_export (
    id uuid primary key,
    number bigint not null constraint finance_export_number unique,
    mapping bigint not null constraint finance_export_mapping references finance_mapping (id),
    from_day date not null,
    to_day date not null,
    -- Whether bookings were given again that an earlier file had.
    again boolean not null,
    format text not null constraint finance_export_format check (format in ('csv', 'xml')),
    entries bigint not null,
    postings bigint not null,
    debit_grosze bigint not null,
    content bytea not null,
    sha256 bytea not null constraint finance_export_sha256_length check (length(sha256) = 32),
    made_by text not null constraint finance_export_made_by_length check (length(made_by) <= 254),
    made_at timestamptz not null,
    constraint finance_export_period check (from_day <= to_day)
);

create table finance_exported (
    export uuid not null constraint finance_exported_export references finance_export (id),
    entry uuid not null constraint finance_exported_entry references ledger_entry (id),
    -- False when an earlier file had it.
    fresh boolean not null,
    primary key (export, entry)
);
create unique index finance_exported_once on finance_exported (entry) where fresh;

-- Files with assessments that came from the finance system. The content is kept until it is decided.
create table finance_import (
    id uuid primary key,
    name text not null constraint finance_import_name_length check (length(name) between 1 and 200),
    mapping bigint not null constraint finance_import_mapping references finance_mapping (id),
    content bytea,
    sha256 bytea not null constraint finance_import_sha256_length check (length(sha256) = 32),
    state text not null constraint finance_import_state check (state in ('open', 'applied', 'dropped')),
    -- How many rows were new, changed, unchanged, vanished, rejected when it was applied.
    counts jsonb,
    brought_by text not null constraint finance_import_brought_by_length check (length(brought_by) <= 254),
    brought_at timestamptz not null,
    decided_by text constraint finance_import_decided_by_length check (length(decided_by) <= 254),
    decided_at timestamptz,
    constraint finance_import_open check ((state = 'open') = (content is not null)),
    constraint finance_import_decided check ((state = 'open') = (decided_at is null))
);

-- Assessments that an import made, so that it is known what is missing in the next file.
create table finance_assessment (
    assessment uuid primary key constraint finance_assessment_assessment references due_assessment (id),
    import uuid not null constraint finance_assessment_import references finance_import (id)
);
