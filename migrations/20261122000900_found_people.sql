-- What a list of answers shows of people and their graves. Planning this join takes longer than running it, so it is a
-- function whose plan is kept: the only parameters are ids, and for those one plan is as good as another.
create function found_people(people uuid[], graves uuid[])
returns table (
    place bigint, person_id uuid, given_names text, surname text, maiden_name text, born text, died text,
    grave_id uuid, label text, sector text, row_label text, number text, cemetery_id uuid, cemetery_name text,
    x double precision, y double precision
)
language plpgsql stable parallel safe set plan_cache_mode = 'force_generic_plan' as $$
begin
    return query
    select h.place, b.person_id, b.given_names, b.surname, b.maiden_name, b.born, b.died,
           g.id, g.label, g.sector, g.row_label, g.number, c.id, c.name,
           st_x(st_centroid(g.geom)), st_y(st_centroid(g.geom))
    from unnest(people, graves) with ordinality as h (person_id, grave_id, place)
    join buried b on b.person_id = h.person_id and b.grave_id = h.grave_id
    join grave g on g.id = h.grave_id
    left join cemetery c on c.id = g.cemetery_id
    order by h.place;
end $$;
