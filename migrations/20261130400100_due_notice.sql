-- What other slices may know of consents: those that hold now.
create view message_consent as
    select party, purpose, channel from (
        select distinct on (party, purpose, channel) party, purpose, channel, given from consent
        order by party, purpose, channel, id desc) as last_said
    where given;

-- Of which terms somebody was told before they came, because they wished it; of each once.
create table due_notice (
    instalment uuid primary key constraint due_notice_instalment references due_instalment (id),
    due date not null,
    message uuid not null,
    sent_at timestamptz not null
);
create trigger due_notice_stays before update or delete on due_notice
    for each row execute function dues_records_stay();
create trigger due_notice_is_not_emptied before truncate on due_notice
    for each statement execute function dues_records_stay();
