-- What payers declare of a parcel: its land by use and class, and its buildings. Rows are added and never changed: what
-- counts of a payer and a parcel on a day is the row with the latest first day up to then, and of several the one entered last.
create table tax_declaration (
    id uuid primary key,
    -- Who declares: somebody whom the town knows here, or their number in the finance system; one of both.
    party uuid constraint tax_declaration_party references party (id),
    payer_number text constraint tax_declaration_payer_number_form check (payer_number ~ '^[0-9A-Za-z./_-]{1,40}$'),
    -- The parcel as it was written, and as it is compared (importers and people write sheets and blanks in many ways).
    parcel text not null constraint tax_declaration_parcel_length check (length(parcel) between 1 and 60),
    parcel_key text not null constraint tax_declaration_parcel_key_length check (length(parcel_key) between 1 and 60),
    valid_from date not null constraint tax_declaration_valid_from check (valid_from between '1990-01-01' and '2099-12-31'),
    -- From this day on the payer does not declare it any more.
    ended boolean not null default false,
    -- By which way it came, and from where.
    origin text not null constraint tax_declaration_origin check (origin in ('desk', 'file', 'assessment', 'demo')),
    source text not null constraint tax_declaration_source_length check (length(source) <= 200),
    entered_by text not null constraint tax_declaration_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null,
    constraint tax_declaration_payer check (num_nonnulls(party, payer_number) = 1)
);
create index tax_declaration_of_parcel on tax_declaration (parcel_key, valid_from desc);
create index tax_declaration_of_party on tax_declaration (party) where party is not null;

create table tax_declaration_item (
    declaration uuid not null constraint tax_declaration_item_declaration references tax_declaration (id),
    place integer not null,
    part text not null constraint tax_declaration_item_part check (part in ('land', 'building')),
    -- By which tax the payer declares it; `exempt` by none.
    tax text not null constraint tax_declaration_item_tax check (tax in ('property', 'agricultural', 'forest', 'exempt')),
    -- Of land its use and class as in the register ("Bi", "R" "IIIa"); of a building how it is used.
    use_of text not null constraint tax_declaration_item_use_length check (length(use_of) between 1 and 40),
    class text constraint tax_declaration_item_class_length check (length(class) between 1 and 10),
    -- In hundredths of a square metre, as decisions have it.
    area_dm2 bigint not null constraint tax_declaration_item_area check (area_dm2 between 0 and 1000000000000),
    primary key (declaration, place)
);

create function tax_declaration_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('reeve.merging_parties', true) = 'on' then
        return new;
    end if;
    raise exception 'a declaration is never changed; enter what counts from a day on' using errcode = 'restrict_violation';
end $$;
create trigger tax_declaration_stays before update or delete on tax_declaration
    for each row execute function tax_declaration_stays();
create trigger tax_declaration_is_not_emptied before truncate on tax_declaration
    for each statement execute function tax_declaration_stays();
create trigger tax_declaration_item_stays before update or delete on tax_declaration_item
    for each row execute function tax_declaration_stays();
create trigger tax_declaration_item_is_not_emptied before truncate on tax_declaration_item
    for each statement execute function tax_declaration_stays();

-- What counts on a day.
create function tax_declared_on(day date) returns setof tax_declaration language sql stable as $$
    select counts.* from (
        select distinct on (parcel_key, coalesce(party::text, payer_number)) * from tax_declaration
        where valid_from <= day
        order by parcel_key, coalesce(party::text, payer_number), valid_from desc, id desc) counts
    where not counts.ended
$$;

-- Parcels of owners who pay no tax on them: the town itself, the State, churches. Rows are added and never changed.
create table tax_exemption (
    id uuid primary key,
    parcel text not null constraint tax_exemption_parcel_length check (length(parcel) between 1 and 60),
    parcel_key text not null constraint tax_exemption_parcel_key_length check (length(parcel_key) between 1 and 60),
    valid_from date not null,
    ended boolean not null default false,
    reason text not null constraint tax_exemption_reason_length check (length(reason) between 1 and 200),
    entered_by text not null constraint tax_exemption_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create index tax_exemption_of_parcel on tax_exemption (parcel_key, valid_from desc);
create trigger tax_exemption_stays before update or delete on tax_exemption
    for each row execute function tax_declaration_stays();

-- A file with declarations that waits to be taken in: what its columns mean, and what it would change.
create table tax_delivery (
    id uuid primary key,
    name text not null constraint tax_delivery_name_length check (length(name) between 1 and 200),
    bytes bytea constraint tax_delivery_bytes_length check (length(bytes) <= 10485760),
    columns text[] not null,
    -- Which column holds what: a list of {field, column}.
    mapping jsonb not null constraint tax_delivery_mapping_form check (jsonb_typeof(mapping) = 'object'),
    state text not null constraint tax_delivery_state check (state in ('open', 'taken')),
    -- What became of it, once it was taken in.
    counts jsonb not null default '{}' constraint tax_delivery_counts_form check (jsonb_typeof(counts) = 'object'),
    entered_by text not null constraint tax_delivery_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
