-- Two more things to remember between two steps: the way to a provider of identity and back, and somebody new whom it named
-- but whose address is not known; and a passkey that is shown again before something dangerous.
alter table account_challenge drop constraint account_challenge_purpose;
alter table account_challenge add constraint account_challenge_purpose check (purpose in
    ('second-step', 'passkey-sign-in', 'passkey-enrol', 'passkey-confirm', 'totp-enrol', 'identity', 'identity-new'));
