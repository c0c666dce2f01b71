-- By which proof each level was reached or lost, for ever: rows are added, never changed. No personal numbers stand here.
create table party_proof (
    id bigint generated always as identity primary key,
    party uuid not null constraint party_proof_party references party (id),
    at timestamptz not null,
    -- The level afterwards.
    level text not null constraint party_proof_level check (level in ('known', 'resident', 'verified')),
    means text not null constraint party_proof_means
        check (means ~ '^(address-roll|letter-code|desk|lowered|name-changed|address-changed|oidc:[a-z0-9_-]{1,40})$'),
    -- Who saw it: 'self' for the person, the e-mail address of a clerk, or the program's name.
    by text not null constraint party_proof_by_length check (length(by) <= 254),
    -- Kind of document, reason; never its number.
    details jsonb not null default '{}' constraint party_proof_details_object check (jsonb_typeof(details) = 'object')
);
create index party_proof_of_party on party_proof (party, id desc);

-- Where the declared address was found in the register: which address point, and the flat in small letters.
alter table party add column address_point uuid constraint party_address_point references asset (id);
alter table party add column flat_key text constraint party_flat_key_length check (length(flat_key) <= 20);
create index party_at_address on party (address_point) where address_point is not null;

-- An erased party has no name any more.
alter table party drop constraint party_name_length;
alter table party add constraint party_name_length check (length(name) <= 200);

-- A party that turned out to be the same as another one: nothing is left of it but this word.
alter table party add column merged_into uuid constraint party_merged_into references party (id);

-- What is written down about parties stays. Only the merging of two parties into one may name the other party in it.
create function party_records_stay() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('reeve.merging_parties', true) = 'on' then
        return new;
    end if;
    raise exception 'what is written down about parties is never changed' using errcode = 'restrict_violation';
end $$;
create trigger party_proof_stays before update or delete on party_proof
    for each row execute function party_records_stay();
create trigger party_proof_is_not_emptied before truncate on party_proof
    for each statement execute function party_records_stay();

-- Makes one party of two: whatever names the first names the second from now on, and nothing stays of the first. Walks
-- through all foreign keys, so that no table is forgotten. The caller has locked both rows.
create function merge_parties(gone uuid, kept uuid) returns void language plpgsql as $$
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
