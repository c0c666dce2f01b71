-- A last mail to somebody of whom nothing stays: it goes with its proof when it has gone out or was given up.
alter table message add column fleeting boolean not null default false;
create index message_fleeting on message (created_at) where fleeting;
