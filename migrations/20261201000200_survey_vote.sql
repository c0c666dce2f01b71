-- The secret vote: who took part (the roll) and what was chosen (the urn, later the box) are two ledgers with no key, no
-- time and no order that joins them. docs/surveys.md, "The secret vote", says what that is worth against whom.

-- One urn for each secret survey, from its opening on.
create table survey_urn (
    survey uuid primary key constraint survey_urn_survey references survey (id),
    -- Public halves; the private ones lie sealed in the store of files, never here.
    token_key bytea not null,
    urn_key bytea not null,
    file_key bytea not null,
    -- Name of the object with the private halves; null from their destruction on.
    private_keys text,
    -- What every envelope holds.
    plain_bytes int not null constraint survey_urn_plain_bytes check (plain_bytes > 0),
    -- Whether sheets of paper count too: then a clerk opens the urn, once they are entered.
    paper boolean not null default false,
    -- Ballots taken out of the urn because their voter took part on paper too.
    taken_out int not null default 0,
    opened_on date,
    -- The published file in the store of files, and its SHA-256.
    file text,
    file_digest bytea constraint survey_urn_file_digest check (length(file_digest) = 32),
    -- What the file's head says of how many there were.
    counts jsonb,
    constraint survey_urn_opened_whole check (
        (opened_on is null) = (file is null) and (file is null) = (file_digest is null) and (file is null) = (counts is null)
    )
);

-- Who took part, and how. Days, no instants.
create table survey_roll (
    survey uuid not null constraint survey_roll_survey references survey (id),
    party uuid not null constraint survey_roll_party references party (id),
    online_on date,
    -- The blinded token that was signed; the same one is signed again, another one is not. Null from the urn's opening on.
    blinded bytea,
    -- The token, closed for the urn, where the rule about paper needs it. Null from the urn's opening on.
    handle bytea,
    paper_on date,
    -- Which clerk entered the name.
    paper_by text,
    -- What became of somebody who took part both ways: 'paper' counts, both are 'void', or their ballot was 'nowhere' in the
    -- urn, and the paper did not count.
    collision text constraint survey_roll_collision check (collision in ('paper', 'void', 'nowhere')),
    primary key (survey, party),
    constraint survey_roll_took_part check (online_on is not null or paper_on is not null)
);
create index survey_roll_of_party on survey_roll (party);

-- Ballots that nobody can read: envelopes for the urn's key. Each survey has a part of its own, which is dropped with its
-- file when the urn is opened. No time, no sequence, and all rows of a survey of one length.
create table ballot_sealed (
    survey uuid not null,
    token bytea not null constraint ballot_sealed_token check (length(token) = 97),
    signature bytea not null,
    envelope bytea not null,
    seal bytea not null,
    primary key (survey, token)
) partition by list (survey);

-- The box: answers in an order of chance, written in one transaction when the urn is opened.
create table ballot (
    survey uuid not null constraint ballot_survey references survey (id),
    answers jsonb not null constraint ballot_is_object check (jsonb_typeof(answers) = 'object')
);
create index ballot_of_survey on ballot (survey);

-- Whose token was in the urn: each voter finds their own, and nobody finds a ballot by it.
create table ballot_receipt (
    survey uuid not null constraint ballot_receipt_survey references survey (id),
    token bytea not null,
    signature bytea not null,
    primary key (survey, token)
);

-- Sheets of paper, without names, each entered twice by two clerks.
create table survey_sheet (
    survey uuid not null constraint survey_sheet_survey references survey (id),
    number int not null constraint survey_sheet_number check (number between 1 and 1000000),
    entry smallint not null constraint survey_sheet_entry check (entry in (1, 2)),
    answers jsonb not null constraint survey_sheet_is_object check (jsonb_typeof(answers) = 'object'),
    clerk text not null,
    primary key (survey, number, entry)
);

-- What the staff and the program did with a vote; never what a voter did.
create table survey_vote_deed (
    id uuid primary key,
    survey uuid not null constraint survey_vote_deed_survey references survey (id),
    at timestamptz not null,
    who text not null,
    what text not null,
    note text not null default ''
);
create index survey_vote_deed_of_survey on survey_vote_deed (survey, id);

-- How often something was refused, without when and whom.
create table survey_vote_refusal (
    survey uuid not null constraint survey_vote_refusal_survey references survey (id),
    why text not null,
    times bigint not null,
    primary key (survey, why)
);
