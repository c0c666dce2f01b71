-- Whoever opens somebody's letter looks at a person, too.
alter table party_look drop constraint party_look_what;
alter table party_look add constraint party_look_what check (what in
    ('record', 'pesel', 'verification', 'letter', 'mandate', 'conversation'));
