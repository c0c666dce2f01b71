-- The language in which somebody asked for an account; in it they are written to, until they choose another one.
alter table account_signup add column lang text not null default 'pl'
    constraint account_signup_lang check (lang in ('pl', 'en'));
