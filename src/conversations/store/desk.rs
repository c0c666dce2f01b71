//! The staff's inbox.

use chrono::NaiveDate;
use sqlx::PgPool;
use uuid::Uuid;

use super::Row;
use crate::conversations::model::Conversation;

/// Which conversations are wanted.
#[derive(Debug, Clone, Default)]
pub(in crate::conversations) struct Wanted<'a> {
    /// Those of which this account is in charge, or on which it has to decide.
    pub(in crate::conversations) mine: Option<Uuid>,
    /// Only those of which nobody is in charge.
    pub(in crate::conversations) unassigned: bool,
    pub(in crate::conversations) department: Option<Uuid>,
    /// States by name.
    pub(in crate::conversations) states: &'a [String],
    /// Only those that are late on this day.
    pub(in crate::conversations) overdue_on: Option<NaiveDate>,
    /// Words in number, subject, name or text, as a pattern; empty for all.
    pub(in crate::conversations) pattern: &'a str,
    /// `deadline`, `oldest` or `newest`.
    pub(in crate::conversations) sort: &'a str,
    /// The last one of the page before.
    pub(in crate::conversations) after: Option<Uuid>,
    pub(in crate::conversations) most: i64,
}

/// One page of the inbox.
pub(in crate::conversations) async fn list(
    pool: &PgPool,
    wanted: &Wanted<'_>,
) -> Result<Vec<Conversation>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"with sorted as (
            select c.*, case $7::text when 'deadline' then c.deadline - date '2000-01-01'
                when 'oldest' then extract(epoch from c.created_at)::float8
                else -extract(epoch from c.written_at)::float8 end as place
            from conversation c
            where c.state = any($4) and ($1::uuid is null or c.assignee = $1 or c.escalated_to = $1)
              and (not $2 or c.assignee is null) and ($3::uuid is null or c.department = $3)
              and ($5::date is null or c.deadline < $5 and c.state in ('new', 'in_progress'))
              and ($6 = '' or c.number ilike $6 or c.subject ilike $6 or c.visitor_name ilike $6
                or exists (select from party p where p.id = c.party and p.name ilike $6)
                or exists (select from message m where m.thread = c.id and m.body ilike $6
                    and (m.direction in ('in', 'note') or m.template in ('conversation-answered', 'letter-answered'))))
         )
         select c.id as "id!", c.number as "number!", c.subject as "subject!", c.party,
            coalesce(p.name, c.visitor_name) as "name!", coalesce(p.erased_at is not null, false) as "gone!",
            c.visitor_email, c.lang as "lang!", c.department, d.name_pl as "name_pl?", d.name_en as "name_en?", c.assignee,
            a.name as "assignee_name?", c.state as "state!", c.deadline as "deadline!", c.asset, c.asset_label,
            c.escalated_to, e.name as "escalated_name?", c.version as "version!", c.created_at as "created_at!",
            c.written_at as "written_at!", c.closed_at
         from sorted c left join party p on p.id = c.party left join department d on d.id = c.department
            left join account a on a.id = c.assignee left join account e on e.id = c.escalated_to
         where $8::uuid is null or (c.place, c.id) > (select o.place, o.id from sorted o where o.id = $8)
         order by c.place, c.id limit $9"#,
        wanted.mine,
        wanted.unassigned,
        wanted.department,
        wanted.states,
        wanted.overdue_on,
        wanted.pattern,
        wanted.sort,
        wanted.after,
        wanted.most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

/// How many open conversations wait: of somebody's own, of nobody's, late ones, all.
#[derive(Debug, Clone, Copy)]
pub(in crate::conversations) struct Counts {
    pub(in crate::conversations) mine: i64,
    pub(in crate::conversations) unassigned: i64,
    pub(in crate::conversations) overdue: i64,
    pub(in crate::conversations) open: i64,
}

pub(in crate::conversations) async fn counts(
    pool: &PgPool,
    account: Uuid,
    today: NaiveDate,
) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"select count(*) filter (where assignee = $1 or escalated_to = $1) as "mine!",
            count(*) filter (where assignee is null) as "unassigned!",
            count(*) filter (where deadline < $2 and state in ('new', 'in_progress')) as "overdue!", count(*) as "open!"
         from conversation where state <> 'closed'"#,
        account,
        today
    )
    .fetch_one(pool)
    .await
}
