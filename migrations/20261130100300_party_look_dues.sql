-- Whoever opens somebody's card of account looks at a person, too.
alter table party_look drop constraint party_look_what;
alter table party_look add constraint party_look_what check (what in
    ('record', 'pesel', 'verification', 'letter', 'mandate', 'conversation', 'search', 'factors', 'dues'));
