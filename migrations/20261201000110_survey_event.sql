-- What was done with a survey, by whom and when: made ready, closed before its time, tampering that was refused. Never changed.
create table survey_event (
    id bigint generated always as identity primary key,
    survey uuid not null constraint survey_event_survey references survey (id),
    at timestamptz not null,
    by text not null constraint survey_event_by_length check (length(by) <= 254),
    what text not null constraint survey_event_what check (what ~ '^[a-z][a-z0-9-]{0,39}$'),
    -- Nothing of who took part or of what anybody answered.
    details jsonb not null default '{}' constraint survey_event_details check (jsonb_typeof(details) = 'object')
);
create index survey_event_of_survey on survey_event (survey, id);

create function survey_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was done with a survey is never changed' using errcode = 'restrict_violation';
end $$;
create trigger survey_event_stays before update or delete on survey_event
    for each row execute function survey_event_stays();
