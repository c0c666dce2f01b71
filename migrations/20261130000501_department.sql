-- Departments of the office, as the town has them: what residents write goes to one of them.
create table department (
    id uuid primary key,
    name_pl text not null constraint department_name_pl_length check (length(name_pl) between 1 and 120),
    name_en text not null constraint department_name_en_length check (length(name_en) between 1 and 120),
    -- Whether residents can choose it. One that takes no letters keeps those that it has.
    takes_letters boolean not null,
    -- Days from the letter to the answer, unless a clerk says otherwise.
    days integer not null constraint department_days check (days between 1 and 365),
    -- Whom a matter is escalated to; without one it goes to an administrator.
    head uuid constraint department_head references account (id),
    -- Of two people who change it at once, the second is told.
    rev integer not null default 1,
    changed_by text not null constraint department_changed_by_length check (length(changed_by) <= 254),
    changed_at timestamptz not null
);
create unique index department_name_pl on department (lower(name_pl));

-- A letter goes somewhere from the first day on; the town renames this one, and adds its own.
insert into department (id, name_pl, name_en, takes_letters, days, changed_by, changed_at)
values ('00000000-0000-4000-8000-000000000501', 'Biuro obsługi mieszkańców', 'Residents'' office', true, 30, 'reeve', now());
