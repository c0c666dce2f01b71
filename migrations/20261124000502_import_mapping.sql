-- Mappings that the town has saved, beside those that come with the program.
create table import_mapping (
    name text primary key,
    mapping text not null,
    saved_at timestamptz not null,
    saved_by text not null,
    constraint import_mapping_name_length check (char_length(name) between 1 and 100),
    constraint import_mapping_length check (char_length(mapping) between 1 and 1000000)
);
