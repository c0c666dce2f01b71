-- Whether a thing meets all conditions of a filter that people put together: [{"key", "op", "value"}].
create function asset_meets(a asset, conditions jsonb) returns boolean language sql stable parallel safe as $$
    select not exists (
        select from jsonb_to_recordset(conditions) as c (key text, op text, value jsonb)
        cross join lateral (select case c.key
            when 'label' then to_jsonb(a.label)
            when 'status' then to_jsonb(a.status)
            when 'registry_number' then to_jsonb(a.registry_number)
            when 'source' then to_jsonb(a.source)
            else a.attributes -> c.key end as held) h
        where not coalesce(case c.op
            when 'eq' then h.held = c.value
            when 'ne' then h.held is distinct from c.value
            when 'lt' then jsonb_typeof(h.held) = jsonb_typeof(c.value) and h.held < c.value
            when 'gt' then jsonb_typeof(h.held) = jsonb_typeof(c.value) and h.held > c.value
            when 'contains' then position(lower(c.value #>> '{}') in lower(h.held #>> '{}')) > 0
            when 'empty' then h.held is null or h.held = 'null' or h.held = '""'
            when 'filled' then h.held <> 'null' and h.held <> '""'
        end, false))
$$;
