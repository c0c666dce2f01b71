-- Append-only: what ever happened to a photo, by whom and when. Written by the database, so no code path can forget it.
create table photo_event (
    id bigint generated always as identity primary key,
    photo_id uuid not null references photo (id),
    at timestamptz not null,
    who text not null,
    what text not null,
    -- Caption and visibility before and after.
    was jsonb,
    became jsonb not null,
    constraint photo_event_what_known check (what in ('added', 'changed', 'removed', 'restored'))
);
create index photo_event_photo on photo_event (photo_id);

create function photo_log() returns trigger language plpgsql as $$
begin
    insert into photo_event (photo_id, at, who, what, was, became)
    values (
        new.id, new.changed_at, new.changed_by,
        case
            when tg_op = 'INSERT' then 'added'
            when old.removed_at is null and new.removed_at is not null then 'removed'
            when old.removed_at is not null and new.removed_at is null then 'restored'
            else 'changed'
        end,
        case when tg_op = 'UPDATE' then jsonb_build_object('caption', old.caption, 'public', old.public) end,
        jsonb_build_object('caption', new.caption, 'public', new.public));
    return null;
end $$;

create function photo_no_delete() returns trigger language plpgsql as $$
begin
    raise exception 'photos and what happened to them are never deleted' using errcode = 'restrict_violation';
end $$;

create trigger photo_log after insert or update on photo for each row execute function photo_log();
create trigger photo_no_delete before delete on photo for each statement execute function photo_no_delete();
create trigger photo_event_append_only before update or delete on photo_event
    for each statement execute function photo_no_delete();
