-- When its owner closed the account. It is disabled from then on, can be opened again for a while, and is then erased.
alter table account add column closed_at timestamptz;

alter table account_link drop constraint account_link_purpose;
alter table account_link add constraint account_link_purpose check (purpose in ('invite', 'reset', 'reopen'));
