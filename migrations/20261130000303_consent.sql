-- Where somebody can be reached. For letters it is the address for electronic delivery, if there is one.
create table contact (
    party uuid not null constraint contact_party references party (id),
    channel text not null constraint contact_channel check (channel in ('email', 'sms', 'letter')),
    address text not null constraint contact_address_length check (length(address) between 3 and 254),
    confirmed_at timestamptz not null,
    constraint contact_one primary key (party, channel)
);

-- A number that waits to be confirmed by the code that was sent to it.
create table contact_code (
    party uuid primary key constraint contact_code_party references party (id),
    address text not null constraint contact_code_address_length check (length(address) between 3 and 20),
    -- A mark made with the key that is not in the database.
    code_mark text not null,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

-- What somebody agreed to or took back, when, and what they had read. Rows are added and never changed.
create table consent (
    id bigint generated always as identity primary key,
    party uuid not null constraint consent_party references party (id),
    purpose text not null constraint consent_purpose check (purpose in ('case', 'reminder', 'news')),
    channel text not null constraint consent_channel check (channel in ('email', 'sms', 'push')),
    given boolean not null,
    at timestamptz not null,
    -- The page on which it was said.
    page text not null constraint consent_page_length check (length(page) <= 60),
    -- The words that were read, and their version.
    wording text not null constraint consent_wording_length check (length(wording) <= 1000),
    wording_version text not null constraint consent_wording_version_length check (length(wording_version) <= 20)
);
create index consent_of_party on consent (party, purpose, channel, id desc);

create function consent_stays() returns trigger language plpgsql as $$
begin
    -- Of two parties that turn out to be one, the consents go to the one that stays.
    if current_setting('reeve.merging_parties', true) = 'on' then
        return null;
    end if;
    raise exception 'a consent is never changed, only a new one is added' using errcode = 'restrict_violation';
end $$;
create trigger consent_stays before update on consent for each statement execute function consent_stays();

-- The language in which somebody wants to be written to.
create table message_language (
    party uuid primary key constraint message_language_party references party (id),
    lang text not null constraint message_language_lang check (lang in ('pl', 'en'))
);
