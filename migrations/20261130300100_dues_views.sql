-- What other slices may know of the dues' tables, as the registry's views are for its own.
create view dues_booking as
    select id, number, party, reverses, settles, entered_by, entered_at from ledger_entry;
create view dues_kind as
    select code, regime from due_kind;
