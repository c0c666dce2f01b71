-- Printed personal codes: at the roll's door they stand in place of a session, for whoever has no account.

-- One code for each person and vote: printing another one makes the one before void. Nothing here changes when a code is
-- used; that somebody took part stands in the roll alone. A day, no instant.
create table survey_code (
    survey uuid not null constraint survey_code_survey references survey (id),
    party uuid not null constraint survey_code_party references party (id),
    -- Keyed digest of the code; the code itself is on paper alone. Null from the urn's opening on.
    digest bytea constraint survey_code_digest unique constraint survey_code_digest_length check (length(digest) = 32),
    printed_on date not null,
    -- Which clerk printed it.
    printed_by text not null,
    -- How many were printed for this person, with those that are void.
    times int not null constraint survey_code_times check (times > 0),
    -- With which run of letters it was printed; null at the counter.
    run int,
    primary key (survey, party)
);
create index survey_code_of_party on survey_code (party);

-- Whom a letter with a code can be written to: what surveys read of parties for it.
create view survey_addressee as
select p.id as party, p.name, p.street, p.house_number, p.flat_number, p.postcode, p.place,
    exists (select from account a where a.id = p.account and a.disabled_at is null and a.closed_at is null) as has_account
from party p where p.kind = 'person' and p.erased_at is null;

-- Two parties become one: they have one code, that of the party that stays.
create or replace function merge_parties(gone uuid, kept uuid) returns void language plpgsql as $$
declare
    reference record;
begin
    perform set_config('reeve.merging_parties', 'on', true);
    -- Nobody acts for themselves.
    update mandate set revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, 'merge'),
        revoked_why = coalesce(revoked_why, 'principal and agent are one person')
    where (principal = gone and agent = kept) or (principal = kept and agent = gone);
    for reference in
        select c.conrelid::regclass as relation, a.attname as name
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.confrelid = 'party'::regclass and cardinality(c.conkey) = 1
          and not (c.conrelid = 'party'::regclass)
    loop
        if reference.relation = 'mandate'::regclass then
            execute format('update mandate set %1$I = $2 where %1$I = $1 and $2 not in (principal, agent)', reference.name)
                using gone, kept;
        elsif reference.relation in ('survey_roll'::regclass, 'survey_part'::regclass, 'survey_answer'::regclass) then
            -- Survey by survey. Where both took part, the row of the one that goes stays as it is: a ballot stands behind each
            -- name, and whoever took part must not do so again.
            execute format('update %1$s r set party = $2 where party = $1
                and not exists (select from %1$s o where o.survey = r.survey and o.party = $2)', reference.relation)
                using gone, kept;
        elsif reference.relation = 'survey_code'::regclass then
            -- Vote by vote. A paper that named the party that goes leads to nobody, where the other one has a paper too.
            delete from survey_code c where c.party = gone
                and exists (select from survey_code o where o.survey = c.survey and o.party = kept);
            update survey_code set party = kept where party = gone;
        else
            begin
                execute format('update %s set %I = $2 where %I = $1', reference.relation, reference.name, reference.name)
                    using gone, kept;
            exception when unique_violation then
                -- Of what there can be only one, such as an address to write to, that of the party that stays holds.
                execute format('delete from %s where %I = $1', reference.relation, reference.name) using gone;
            end;
        end if;
    end loop;
    update party set name = '', given_names = null, family_name = null, born = null, pesel_sealed = null,
        pesel_mark = null, street = null, house_number = null, flat_number = null, postcode = null, place = null,
        address_point = null, flat_key = null, account = null, merged_into = kept, erased_at = now()
    where id = gone;
    perform set_config('reeve.merging_parties', 'off', true);
end $$;
