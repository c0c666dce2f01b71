-- Decisions on parts that were taken back: repealed, or entered by mistake. From that day on one counts as never made.
create table due_agreement_end (
    agreement uuid primary key constraint due_agreement_end_agreement references due_agreement (id),
    ended_on date not null,
    reason text not null constraint due_agreement_end_reason_length check (length(reason) between 5 and 200),
    entered_by text not null constraint due_agreement_end_entered_by_length check (length(entered_by) <= 254),
    entered_at timestamptz not null
);
create trigger due_agreement_end_stays before update or delete on due_agreement_end
    for each row execute function dues_records_stay();
create trigger due_agreement_end_is_not_emptied before truncate on due_agreement_end
    for each statement execute function dues_records_stay();

-- Of the day of which part somebody was told before it came, because they wished it; of each once.
create table due_agreement_notice (
    agreement uuid not null,
    number integer not null,
    message uuid not null,
    sent_at timestamptz not null,
    primary key (agreement, number),
    constraint due_agreement_notice_term foreign key (agreement, number) references due_agreement_term (agreement, number)
);
create index due_agreement_term_by_day on due_agreement_term (due);
create trigger due_agreement_notice_stays before update or delete on due_agreement_notice
    for each row execute function dues_records_stay();
create trigger due_agreement_notice_is_not_emptied before truncate on due_agreement_notice
    for each statement execute function dues_records_stay();
