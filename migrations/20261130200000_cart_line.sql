-- What a resident is about to pay. A line names an instalment and, if not all of it shall be paid, how much; what is owed
-- is asked for anew each time.
create table cart_line (
    account uuid not null constraint cart_line_account references account (id),
    instalment uuid not null,
    -- Whose due it is: the resident's own, or of whom they act for.
    payer uuid not null constraint cart_line_payer references party (id),
    amount_grosze bigint constraint cart_line_amount check (amount_grosze between 1 and 10000000000),
    -- As it was called, to be able to say what is no longer owed.
    title text not null constraint cart_line_title_length check (length(title) between 1 and 300),
    added_at timestamptz not null,
    primary key (account, instalment)
);
