-- Address points as other parts read them; what the register calls them stays the registry's business.
create view address_point as
select id, attributes ->> 'place' as place, attributes ->> 'part' as part, attributes ->> 'street' as street,
    attributes ->> 'number' as number, attributes ->> 'postcode' as postcode
from asset where kind = 'addresses' and status <> 'removed';

-- A declared address is looked for by its house number first; letters and spaces are written in many ways.
create index asset_address_number on asset (lower(translate(attributes ->> 'number', ' ', '')))
    where kind = 'addresses' and status <> 'removed';
