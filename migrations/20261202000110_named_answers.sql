-- Whoever reads signed answers to a survey looks at the people who gave them.
alter table party_look drop constraint party_look_what;
alter table party_look add constraint party_look_what check (what in
    ('record', 'pesel', 'verification', 'letter', 'mandate', 'conversation', 'search', 'factors', 'dues', 'answers'));

-- Signed answers with the names of those who gave them.
create view survey_named_answer as
select a.survey, a.party, p.name, a.answers, a.on_day from survey_answer a join party p on p.id = a.party;
