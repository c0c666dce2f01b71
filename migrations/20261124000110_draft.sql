-- Work under way: a log of gestures with a cursor. What stands before the cursor is done, what stands behind it is
-- undone and can be done again. Nothing of it is in the registry until it is submitted as one change set.
create table draft (
    id uuid primary key,
    account_id uuid not null,
    title text,
    version integer not null default 0,
    cursor integer not null default 0,
    -- Digest of the last accepted write: the same write again, after a lost answer, is no conflict.
    last_write bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    -- Whether it was closed by being submitted; else it was given up.
    submitted boolean not null default false,
    -- What it became; a second submit of the same draft finds the first one's answer here.
    change_set uuid references change_set (id),
    constraint draft_title_length check (char_length(title) <= 200)
);
create index draft_open on draft (account_id, updated_at desc) where closed_at is null;

create table draft_gesture (
    draft_id uuid not null references draft (id),
    position integer not null,
    gesture jsonb not null,
    primary key (draft_id, position),
    constraint draft_gesture_position check (position >= 0)
);
