-- How much of which part of a transfer is given back: all of it or some, once or several times. What is not given back stays
-- booked with the day on which it was paid.
create table payment_refund_part (
    -- Our id of the refund, under which the operator knows it.
    refund uuid not null,
    transfer uuid not null,
    place integer not null,
    amount_grosze bigint not null constraint payment_refund_part_amount check (amount_grosze between 1 and 10000000000),
    -- Whether the money left for the payer.
    done boolean not null default false,
    primary key (refund, place),
    constraint payment_refund_part_part foreign key (transfer, place) references payment_part (transfer, place)
);
create index payment_refund_part_of_part on payment_refund_part (transfer, place);

insert into payment_refund_part (refund, transfer, place, amount_grosze, done)
select t.refund_id, p.transfer, p.place, p.amount_grosze, t.refund = 'done'
from payment_transfer t join payment_part p on p.transfer = t.id where t.refund_id is not null;

-- What was given back of a transfer.
create function payment_given_back(transfer uuid) returns bigint language sql stable
    return (select coalesce(sum(r.amount_grosze), 0)::bigint from payment_refund_part r
        where r.transfer = payment_given_back.transfer and r.done);
