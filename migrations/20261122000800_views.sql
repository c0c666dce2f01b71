-- How the slices that live on the registry read it. The table belongs to the registry alone; these views are the
-- contract: live things only, attributes as columns, and to which cemetery a grave belongs.

create view cemetery as
select id, registry_number, coalesce(label, attributes ->> 'name') as name, geom, source, updated_at
from asset where kind = 'cemeteries' and status <> 'removed';

create view grave as
select g.id, g.registry_number, g.label, g.geom, g.source, g.updated_at,
       g.attributes ->> 'sector' as sector, g.attributes ->> 'row' as row_label, g.attributes ->> 'number' as number,
       g.attributes ->> 'type' as type, g.attributes ->> 'inscription' as inscription,
       case whole.kind when 'cemeteries' then whole.id when 'sectors' then whole.part_of end as cemetery_id
from asset g left join asset whole on whole.id = g.part_of
where g.kind = 'graves' and g.status <> 'removed';

create view gate as
select id, registry_number, coalesce(label, attributes ->> 'name') as name, geom, source, part_of as cemetery_id,
       attributes ->> 'access' as access, coalesce((attributes ->> 'locked')::boolean, false) as locked,
       attributes ->> 'opening_hours' as opening_hours, attributes ->> 'wheelchair' as wheelchair
from asset where kind = 'gates' and status = 'in_service';

create view path as
select id, geom, part_of as cemetery_id, coalesce(label, attributes ->> 'name') as name, attributes
from asset where kind = 'paths' and status = 'in_service';

create view barrier as
select id, geom from asset where kind = 'barriers' and status = 'in_service';

-- Who lies where, as the public may know it: a person without a burial may be alive.
create view buried as
select b.id as burial_id, p.id as person_id, b.grave_id, p.given_names, p.surname, p.maiden_name,
       p.born::text as born, p.died::text as died, b.buried::text as buried
from burial b join person p on p.id = b.person_id
where not b.withdrawn;
