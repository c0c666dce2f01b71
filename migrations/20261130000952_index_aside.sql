-- Indexes that the first filling of the registry has left out, to be built when its rows are in. Each row goes in the
-- transaction that builds its index, so a program that is killed in between leaves here what is still to be done.
create table index_aside (
    name text primary key,
    definition text not null
);
