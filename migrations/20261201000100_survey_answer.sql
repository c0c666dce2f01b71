-- Answers to surveys that are not secret. What an anonymous answer keeps of its author is nothing: no account, no address, a
-- day instead of an instant, an id of chance. That proves nothing to whoever holds the database and its log; the page says so.
create table survey_answer (
    id uuid primary key,
    survey uuid not null constraint survey_answer_survey references survey (id),
    -- Version of the form that was answered.
    version int not null,
    -- Only of surveys that are named.
    party uuid constraint survey_answer_party references party (id),
    answers jsonb not null constraint survey_answer_is_object check (jsonb_typeof(answers) = 'object'),
    on_day date not null,
    constraint survey_answer_of_party unique (survey, party),
    constraint survey_answer_version foreign key (survey, version) references survey_version (survey, version)
);
create index survey_answer_of_survey on survey_answer (survey, id);

-- Who took part in a survey of people with an account that keeps no account with the answer: once each.
create table survey_part (
    survey uuid not null constraint survey_part_survey references survey (id),
    party uuid not null constraint survey_part_party references party (id),
    on_day date not null,
    primary key (survey, party)
);

-- How often one network has answered an open survey on a day. The mark is made with the installation's key of network, survey
-- and day; it is counted before the answer is written, in a transaction of its own, and goes the day after.
create table survey_network (
    survey uuid not null constraint survey_network_survey references survey (id) on delete cascade,
    mark bytea not null constraint survey_network_mark_length check (length(mark) = 32),
    on_day date not null,
    answers int not null default 1,
    primary key (survey, mark)
);
create index survey_network_by_day on survey_network (on_day);

-- Files that came with answers, in the store of files below `surveys/{survey}/{id}`. One that no answer names goes after a day.
create table survey_file (
    id uuid primary key,
    survey uuid not null constraint survey_file_survey references survey (id),
    answer uuid constraint survey_file_answer references survey_answer (id) on delete cascade,
    name text not null constraint survey_file_name_length check (length(name) between 1 and 200),
    media_type text not null,
    bytes bigint not null constraint survey_file_bytes check (bytes > 0),
    on_day date not null
);
create index survey_file_of_answer on survey_file (answer) where answer is not null;
create index survey_file_loose on survey_file (on_day) where answer is null;

-- Who may take part: what surveys read of parties and of the addresses in the registry. `proved` says that the town knows
-- that they live here; the place is there when the register has their address.
create view survey_resident as
select p.id as party, extract(year from p.born)::int as born_year,
    p.erased_at is null and (p.level = 'resident' or (p.level = 'verified' and (p.address_point is not null or (
        select s.means <> 'address-changed' from party_proof s
        where s.party = p.id and s.means in ('address-roll', 'letter-code', 'address-changed')
        order by s.id desc limit 1)))) as proved,
    a.geom as place
from party p left join asset a on a.id = p.address_point and a.status <> 'removed'
where p.kind = 'person';

-- Places that somebody names in place of pointing at a map: addresses, and things by their number.
create view survey_address as
select lower(trim(concat_ws(' ', nullif(coalesce(nullif(p.street, ''), p.place), ''), p.number))) as key,
    concat_ws(' ', nullif(coalesce(nullif(p.street, ''), p.place), ''), p.number) as name,
    round(st_x(st_centroid(a.geom))::numeric, 6)::float8 as x, round(st_y(st_centroid(a.geom))::numeric, 6)::float8 as y
from address_point p join asset a on a.id = p.id;

create view survey_thing as
select a.id, a.kind, a.registry_number, a.label, a.geom from asset a join kind k on k.slug = a.kind
where a.status <> 'removed' and (k.definition ->> 'public')::boolean;
