-- Who was invited to a survey, and reminded of it: each once.
create table survey_invitation (
    survey uuid not null constraint survey_invitation_survey references survey (id),
    party uuid not null constraint survey_invitation_party references party (id),
    kind text not null constraint survey_invitation_kind check (kind in ('invitation', 'reminder')),
    on_day date not null,
    primary key (survey, party, kind)
);

-- Who agreed to news by some way that is still theirs: the last word for each way counts.
create view survey_willing as
select distinct c.party from (
    select distinct on (party, channel) party, given from consent where purpose = 'news' order by party, channel, id desc) c
join party p on p.id = c.party
where c.given and p.account is not null and p.erased_at is null;

-- Who took part in a survey, as far as anything says so. The slice of secret votes adds its roll.
create view survey_took_part as
select survey, party from survey_part
union all
select survey, party from survey_answer where party is not null;
