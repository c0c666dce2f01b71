-- Two parties become one: what they took part in goes with them.
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
