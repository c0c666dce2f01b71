-- Kinds of what is owed to the town, as data: a kind never changes its law, its letters or its rounding.
create table due_kind (
    code text primary key constraint due_kind_code check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
    -- Letters of a transfer's title: NP/2026/000123/R2.
    token text not null constraint due_kind_token unique constraint due_kind_token_form check (token ~ '^[A-Z]{2,6}$'),
    -- By which law it is late.
    regime text not null constraint due_kind_regime check (regime in ('tax', 'civil', 'contractual')),
    -- What a yearly amount and an instalment are rounded to.
    rounding text not null constraint due_kind_rounding check (rounding in ('whole-zloty', 'grosze')),
    place integer not null
);

-- What is written here stays. Only the merging of two parties into one may name the other party in it.
create function dues_records_stay() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('reeve.merging_parties', true) = 'on' then
        return new;
    end if;
    raise exception 'what is booked or resolved is never changed; add what corrects it' using errcode = 'restrict_violation';
end $$;

-- What the town says of a kind, by the first day on which it holds. Of two rows of one day the later one counts; the
-- earlier one stays, so that everybody sees who changed what.
create table due_kind_setting (
    id bigint generated always as identity primary key,
    kind text not null constraint due_kind_setting_kind references due_kind (code),
    valid_from date not null,
    name_pl text not null constraint due_kind_setting_name_pl_length check (length(name_pl) between 1 and 120),
    name_en text not null constraint due_kind_setting_name_en_length check (length(name_en) between 1 and 120),
    law text not null constraint due_kind_setting_law_length check (length(law) <= 300),
    -- Where it is paid; without one nothing can be assessed.
    nrb text constraint due_kind_setting_nrb_form check (nrb ~ '^[0-9]{26}$'),
    -- Beginning of the individual accounts of payers, without check digits; the rest is the number of the dues account.
    virtual_prefix text constraint due_kind_setting_virtual_prefix_form check (virtual_prefix ~ '^[0-9]{8,23}$'),
    -- Whether cards and BLIK may be used.
    cards_allowed boolean not null,
    -- The rate of a contract, in hundredths of a percent a year.
    rate_hundredths integer constraint due_kind_setting_rate check (rate_hundredths between 0 and 100000),
    entered_by text not null constraint due_kind_setting_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create index due_kind_setting_of_kind on due_kind_setting (kind, valid_from);
create trigger due_kind_setting_stays before update or delete on due_kind_setting
    for each row execute function dues_records_stay();
create trigger due_kind_setting_is_not_emptied before truncate on due_kind_setting
    for each statement execute function dues_records_stay();

-- Terms of a kind in a year, where the law leaves them to the town or differs from the terms in the program.
create table due_plan (
    id bigint generated always as identity primary key,
    kind text not null constraint due_plan_kind references due_kind (code),
    payer text not null constraint due_plan_payer check (payer in ('natural', 'legal', 'any')),
    valid_from date not null,
    -- "03-15".
    terms text[] not null constraint due_plan_terms check (cardinality(terms) between 1 and 53),
    law text not null constraint due_plan_law_length check (length(law) <= 300),
    once_only boolean not null,
    by_decision boolean not null,
    entered_by text not null constraint due_plan_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create trigger due_plan_stays before update or delete on due_plan
    for each row execute function dues_records_stay();
create trigger due_plan_is_not_emptied before truncate on due_plan
    for each statement execute function dues_records_stay();

-- Rows that the treasurer adds to the tables of rates and amounts of the law. A row without value takes an earlier row of
-- the same day back.
create table due_rate (
    id bigint generated always as identity primary key,
    name text not null constraint due_rate_name_form check (name ~ '^[a-z_]{1,60}$'),
    valid_from date not null,
    value text constraint due_rate_value_length check (length(value) between 1 and 20),
    source text not null constraint due_rate_source_length check (length(source) <= 300),
    entered_by text not null constraint due_rate_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create trigger due_rate_stays before update or delete on due_rate
    for each row execute function dues_records_stay();
create trigger due_rate_is_not_emptied before truncate on due_rate
    for each statement execute function dues_records_stay();

insert into due_kind (code, token, regime, rounding, place) values
    ('property', 'NP', 'tax', 'whole-zloty', 10),
    ('agricultural', 'PR', 'tax', 'whole-zloty', 20),
    ('forest', 'PL', 'tax', 'whole-zloty', 30),
    ('joint', 'LZP', 'tax', 'whole-zloty', 40),
    ('vehicle', 'PT', 'tax', 'whole-zloty', 50),
    ('waste', 'GO', 'tax', 'grosze', 60),
    ('dog', 'PS', 'tax', 'grosze', 70),
    ('fine', 'KA', 'tax', 'grosze', 80),
    ('usufruct', 'UW', 'civil', 'grosze', 90),
    ('transformation', 'PW', 'civil', 'grosze', 100),
    ('rent', 'CZ', 'civil', 'grosze', 110),
    ('water', 'WK', 'civil', 'grosze', 120),
    ('grave', 'GR', 'civil', 'grosze', 130);
insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, cards_allowed, entered_by, entered_at)
select kind, '2000-01-01', name_pl, name_en, law, true, 'reeve', now() from (values
    ('property', 'Podatek od nieruchomości', 'Property tax', 'art. 2–6 ustawy z 12 stycznia 1991 r. o podatkach i opłatach lokalnych'),
    ('agricultural', 'Podatek rolny', 'Agricultural tax', 'ustawa z 15 listopada 1984 r. o podatku rolnym'),
    ('forest', 'Podatek leśny', 'Forest tax', 'ustawa z 30 października 2002 r. o podatku leśnym'),
    ('joint', 'Łączne zobowiązanie pieniężne', 'Joint tax liability', 'art. 6c ustawy z 15 listopada 1984 r. o podatku rolnym'),
    ('vehicle', 'Podatek od środków transportowych', 'Vehicle tax', 'art. 8–12b ustawy z 12 stycznia 1991 r. o podatkach i opłatach lokalnych'),
    ('waste', 'Opłata za gospodarowanie odpadami komunalnymi', 'Waste collection fee', 'art. 6h–6q ustawy z 13 września 1996 r. o utrzymaniu czystości i porządku w gminach'),
    ('dog', 'Opłata od posiadania psów', 'Dog fee', 'art. 18a–19 ustawy z 12 stycznia 1991 r. o podatkach i opłatach lokalnych'),
    ('fine', 'Kara administracyjna', 'Administrative fine', 'art. 67 ustawy z 27 sierpnia 2009 r. o finansach publicznych'),
    ('usufruct', 'Opłata roczna za użytkowanie wieczyste', 'Perpetual usufruct fee', 'art. 71 ustawy z 21 sierpnia 1997 r. o gospodarce nieruchomościami'),
    ('transformation', 'Opłata przekształceniowa', 'Transformation fee', 'art. 7 i 20 ustawy z 20 lipca 2018 r. o przekształceniu prawa użytkowania wieczystego'),
    ('rent', 'Czynsz i dzierżawa', 'Rent and lease', 'umowa'),
    ('water', 'Woda i ścieki', 'Water and sewage', 'umowa i taryfa'),
    ('grave', 'Opłata za grób', 'Grave fee', 'uchwała rady w sprawie opłat cmentarnych')
) as kinds (kind, name_pl, name_en, law);
