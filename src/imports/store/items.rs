//! The review of a job: what each row would do, for people to look at.

use importers::Rejected;
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes what `change`, `vanished`, `told` and `departed` found, in place of what an earlier run found.
pub(super) async fn write(connection: &mut PgConnection, job: Uuid) -> Result<(), sqlx::Error> {
    for statement in [
        "delete from import_item where job_id = $1",
        // A field is told when it is different; of a new thing, when it is known.
        "insert into import_item (job_id, seq, grp, what, kind, source_id, file, row_number, asset_id, label, geom,
                                  fields, doubts, near_asset, near_m)
         select $1, row_number() over (order by s.n), c.grp, 'feature', s.kind, s.source_id, s.file, s.row_number,
                c.asset_id, coalesce(s.label, a.label), s.geom,
                coalesce(f.fields, '[]')
                || case when a.label is distinct from coalesce(m.new_label, s.label) and (a.id is not null or s.label is not null)
                       then jsonb_build_array(jsonb_build_object('field', 'label', 'before', a.label, 'after', coalesce(m.new_label, s.label)))
                       else '[]' end
                || case when a.id is not null and not a.geom = coalesce(m.new_geom, s.geom)
                       then jsonb_build_array(jsonb_build_object('field', 'geometry', 'before', st_asgeojson(a.geom, 7)::jsonb,
                                                                 'after', st_asgeojson(coalesce(m.new_geom, s.geom), 7)::jsonb))
                       else '[]' end
                || case when a.status = 'removed'
                       then jsonb_build_array(jsonb_build_object('field', 'status', 'before', 'removed', 'after', 'in_service'))
                       else '[]' end,
                coalesce(c.doubts, '[]'), c.near_asset, c.near_m
         from change c join staged s using (n)
         left join asset a on a.id = c.asset_id
         left join merged m on m.n = c.n
         left join lateral (
             select jsonb_agg(jsonb_build_object('field', key, 'before', old.value, 'after', new.value) order by key) as fields
             from jsonb_each(coalesce(a.attributes, '{}')) old
             full join jsonb_each(coalesce(m.new_attributes, s.attributes)) new using (key)
             where old.value is distinct from new.value) f on true
         where c.grp <> 'unchanged'",
        "insert into import_item (job_id, seq, grp, what, kind, source_id, asset_id, label, geom)
         select $1, (select coalesce(max(seq), 0) from import_item where job_id = $1) + row_number() over (order by a.id),
                v.grp, 'feature', a.kind, a.source_id, a.id, a.label, a.geom
         from vanished v join asset a on a.id = v.asset_id",
        "insert into import_item (job_id, seq, grp, what, kind, source_id, file, row_number, asset_id, label, geom, fields,
                                  doubts)
         select $1, (select coalesce(max(seq), 0) from import_item where job_id = $1) + row_number() over (order by t.n),
                t.grp, 'burial', t.kind, t.source_id, t.file, t.row_number, g.id,
                nullif(trim(t.given_names || ' ' || t.surname), ''), coalesce(g.geom, w.geom),
                (select coalesce(jsonb_agg(jsonb_build_object('field', field, 'before', before, 'after', after)), '[]')
                 from (values ('given_names', p.given_names, t.given_names), ('surname', p.surname, t.surname),
                              ('maiden_name', p.maiden_name, t.maiden_name), ('born', p.born::text, t.born::text),
                              ('died', p.died::text, t.died::text), ('buried', b.buried::text, t.buried::text))
                      as x (field, before, after)
                 where before is distinct from after and (p.id is not null or after <> '')),
                coalesce(t.doubts, '[]')
         from told t
         left join burial b on b.id = t.burial_id
         left join person p on p.id = b.person_id
         left join asset g on g.id = t.grave_id
         left join staged w on w.what = 'feature' and w.kind = 'graves' and w.source_id = t.grave_key
         where t.grp <> 'unchanged'",
        "insert into import_item (job_id, seq, grp, what, kind, source_id, asset_id, label, geom)
         select $1, (select coalesce(max(seq), 0) from import_item where job_id = $1) + row_number() over (order by b.id),
                d.grp, 'burial', d.kind, d.source_id, b.grave_id, nullif(trim(p.given_names || ' ' || p.surname), ''), a.geom
         from departed d join burial b on b.id = d.burial_id join person p on p.id = b.person_id
         join asset a on a.id = b.grave_id",
    ] {
        sqlx::query(statement).bind(job).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Writes what was rejected, in place of what an earlier run rejected.
pub(in crate::imports) async fn write_rejected(
    connection: &mut PgConnection,
    job: Uuid,
    rejected: &[Rejected],
) -> Result<(), sqlx::Error> {
    sqlx::query("delete from import_rejected where job_id = $1").bind(job).execute(&mut *connection).await?;
    let column = |pick: fn(&Rejected) -> &str| rejected.iter().map(pick).collect::<Vec<_>>();
    let rows: Vec<i64> = rejected.iter().map(|r| i64::try_from(r.row).unwrap_or(i64::MAX)).collect();
    sqlx::query(
        "insert into import_rejected (job_id, seq, file, row_number, column_name, found, reason, expected_pl, expected_en,
                                      whole_row)
         select $1, n, file, row_number, column_name, found, reason, expected_pl, expected_en, whole_row
         from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[])
             with ordinality as x (file, row_number, column_name, found, reason, expected_pl, expected_en, whole_row, n)",
    )
    .bind(job)
    .bind(column(|r| &r.file))
    .bind(rows)
    .bind(rejected.iter().map(|r| r.column.as_deref()).collect::<Vec<_>>())
    .bind(column(|r| &r.found))
    .bind(column(|r| r.reason))
    .bind(column(|r| &r.expected_pl))
    .bind(column(|r| &r.expected_en))
    .bind(rejected.iter().map(|r| r.whole_row).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
