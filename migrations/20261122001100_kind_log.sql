-- A changed kind changes what its tiles and cards show, and every node has to read it anew.
create function kind_log() returns trigger language plpgsql as $$
begin
    if exists (select from new_rows) then
        perform collection_touch(slug, 0, null) from new_rows order by slug;
        perform collection_touch('kinds', 0, null);
    end if;
    return null;
end $$;

create trigger kind_log_insert after insert on kind
    referencing new table as new_rows for each statement execute function kind_log();
create trigger kind_log_update after update on kind
    referencing new table as new_rows for each statement execute function kind_log();
