-- Mails that anybody may ask for are counted too: by network and by address.
alter table sign_in_attempt drop constraint sign_in_attempt_scope;
alter table sign_in_attempt add constraint sign_in_attempt_scope check (scope in
    ('address', 'account', 'pair', 'device', 'mail-network', 'mail-address'));
