-- Persons and companies that the town deals with. Who signs in is an account; a resident's account is one person here.
create table party (
    id uuid primary key,
    kind text not null constraint party_kind check (kind in ('person', 'company')),
    -- As pages and letters show it.
    name text not null constraint party_name_length check (length(name) between 1 and 200),
    given_names text constraint party_given_names_length check (length(given_names) <= 100),
    family_name text constraint party_family_name_length check (length(family_name) <= 100),
    born date,
    -- The PESEL, sealed with a key that is not in the database, and the mark by which it is found again.
    pesel_sealed bytea,
    pesel_mark bytea constraint party_pesel unique constraint party_pesel_length check (length(pesel_mark) = 32),
    nip text constraint party_nip unique constraint party_nip_form check (nip ~ '^[0-9]{10}$'),
    street text constraint party_street_length check (length(street) <= 120),
    house_number text constraint party_house_number_length check (length(house_number) <= 20),
    flat_number text constraint party_flat_number_length check (length(flat_number) <= 20),
    postcode text constraint party_postcode_form check (postcode ~ '^[0-9]{2}-[0-9]{3}$'),
    place text constraint party_place_length check (length(place) <= 120),
    -- How surely the town knows who it is.
    level text not null default 'known' constraint party_level check (level in ('known', 'resident', 'verified')),
    account uuid constraint party_account references account (id) constraint party_of_account unique,
    created_at timestamptz not null,
    erased_at timestamptz,
    constraint party_pesel_whole check ((pesel_sealed is null) = (pesel_mark is null)),
    constraint party_company_has_no_person check (kind = 'person' or (pesel_mark is null and account is null and born is null))
);
create index party_by_name on party (lower(name) text_pattern_ops);

-- Accounts of residents stand beside those of the staff; nobody is both with the same account.
alter table account add column resident boolean not null default false;
-- When the address was proved by opening a link that was sent to it; null while nobody has.
alter table account add column email_confirmed_at timestamptz;
