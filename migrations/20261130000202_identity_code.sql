-- Codes by which somebody proves that a letter reached them, or that they stand at the desk. Found by a mark that only
-- this installation can make.
create table identity_code (
    id uuid primary key,
    party uuid not null constraint identity_code_party references party (id),
    purpose text not null constraint identity_code_purpose check (purpose in ('letter', 'desk')),
    code_mark bytea not null constraint identity_code_mark_length check (length(code_mark) = 32),
    -- The code, sealed, as long as it must be read again: until the letter is sent, or while its owner may show it.
    code_sealed bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- Wrong codes that were typed.
    tries smallint not null default 0,
    used_at timestamptz,
    -- Taken back, worn out, or a new one was asked for.
    ended_at timestamptz,
    -- Where the letter goes, as declared when it was asked for.
    addressee text constraint identity_code_addressee_length check (length(addressee) <= 200),
    street text constraint identity_code_street_length check (length(street) <= 120),
    house_number text constraint identity_code_house_number_length check (length(house_number) <= 20),
    flat_number text constraint identity_code_flat_number_length check (length(flat_number) <= 20),
    postcode text constraint identity_code_postcode_form check (postcode ~ '^[0-9]{2}-[0-9]{3}$'),
    place text constraint identity_code_place_length check (length(place) <= 120),
    -- Whether the register of addresses has it.
    in_register boolean,
    sent_at timestamptz,
    sent_by text,
    constraint identity_code_sent_whole check ((sent_at is null) = (sent_by is null)),
    constraint identity_code_letter_has_address
        check (purpose <> 'letter' or (addressee is not null and house_number is not null and postcode is not null and place is not null))
);
create unique index identity_code_one_open on identity_code (party, purpose) where used_at is null and ended_at is null;
create unique index identity_code_of_desk on identity_code (code_mark) where purpose = 'desk';
create index identity_code_to_print on identity_code (created_at)
    where purpose = 'letter' and used_at is null and ended_at is null and sent_at is null;

-- How often somebody tried something within a stretch of time, counted for all nodes.
create table identity_attempt (
    what text not null constraint identity_attempt_what check (what in ('roll', 'letter', 'code', 'desk', 'desk-code')),
    who uuid not null,
    since timestamptz not null,
    count integer not null,
    constraint identity_attempt_one primary key (what, who)
);
