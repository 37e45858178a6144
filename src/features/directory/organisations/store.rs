//! Organisations in the database: reading.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;

use super::model::{Draft, Level, OrganisationKind, Standing};
use crate::features::actions::PartyRole;
use crate::features::directory::shared::{ActionLine, Cursor, Window};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, ContactPointId, MembershipId, MergeId, OrganisationId};

/// What a list of organisations is narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Folded.
    pub words: Option<String>,
    pub kind: Option<OrganisationKind>,
    pub part: Option<PartyRole>,
    pub standing: Option<Standing>,
}

/// A line of the list.
pub struct Line {
    pub id: OrganisationId,
    pub name: String,
    pub short_name: Option<String>,
    pub kind: OrganisationKind,
    pub level: Option<Level>,
    pub parent: Option<String>,
    pub standing: Standing,
    pub donor: bool,
    pub implementer: bool,
}

pub async fn list(
    tx: &mut ProcessTx,
    filter: &Filter,
    cursor: Cursor<OrganisationId>,
    today: NaiveDate,
) -> sqlx::Result<Window<Line, OrganisationId>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name, o.short_name, o.kind, o.level, p.name as "parent?",
            (o.member or o.member_from is not null) as "member!", o.member_to,
            exists (select from action_party ap join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
                where ap.process_id = o.process_id and ap.organisation_id = o.id and ap.role = 'funding' and a.merged_into_id is null and a.claim <> 'declined') as "donor!",
            exists (select from action_party ap join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
                where ap.process_id = o.process_id and ap.organisation_id = o.id and ap.role = 'implementing' and a.merged_into_id is null and a.claim <> 'declined') as "implementer!"
        from organisation o left join organisation p on p.process_id = o.process_id and p.id = o.parent_id
        where o.merged_into_id is null
            and ($1::text is null or o.id in (select s.id from search.organisations($1, 1000) s))
            and ($2::text is null or o.kind = $2)
            and ($3::text is null or exists (select from action_party ap join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
                where ap.process_id = o.process_id and ap.organisation_id = o.id and ap.role = $3 and a.merged_into_id is null and a.claim <> 'declined'))
            and ($4::text is null or $4 = case when not (o.member or o.member_from is not null) then 'named'
                when o.member_to < $5 then 'former' else 'member' end)
            and ($6::uuid is null
                or (not $7 and (lower(o.name), o.id) > (select lower(c.name), c.id from organisation c where c.id = $6))
                or ($7 and (lower(o.name), o.id) < (select lower(c.name), c.id from organisation c where c.id = $6)))
        order by case when not $7 then lower(o.name) end, case when not $7 then o.id end,
            case when $7 then lower(o.name) end desc, case when $7 then o.id end desc
        limit $8"#,
        filter.words,
        filter.kind.map(OrganisationKind::as_str),
        filter.part.map(PartyRole::as_str),
        filter.standing.map(Standing::as_str),
        today,
        cursor.row.map(|id| id.0),
        cursor.back,
        cursor.limit()
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows
        .into_iter()
        .map(|r| Line {
            id: r.id,
            name: r.name,
            short_name: r.short_name,
            kind: OrganisationKind::parse(&r.kind).unwrap_or(OrganisationKind::Other),
            level: r.level.as_deref().and_then(Level::parse),
            parent: r.parent,
            standing: Standing::of(r.member, r.member_to, today),
            donor: r.donor,
            implementer: r.implementer,
        })
        .collect();
    Ok(Window::new(lines, &cursor, |l| l.id))
}

/// How many the list holds on all its pages.
pub async fn count(tx: &mut ProcessTx, filter: &Filter, today: NaiveDate) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from organisation o
        where o.merged_into_id is null
            and ($1::text is null or o.id in (select s.id from search.organisations($1, 1000) s))
            and ($2::text is null or o.kind = $2)
            and ($3::text is null or exists (select from action_party ap join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
                where ap.process_id = o.process_id and ap.organisation_id = o.id and ap.role = $3 and a.merged_into_id is null and a.claim <> 'declined'))
            and ($4::text is null or $4 = case when not (o.member or o.member_from is not null) then 'named'
                when o.member_to < $5 then 'former' else 'member' end)"#,
        filter.words,
        filter.kind.map(OrganisationKind::as_str),
        filter.part.map(PartyRole::as_str),
        filter.standing.map(Standing::as_str),
        today
    )
    .fetch_one(tx.conn())
    .await
}

/// An id with its name.
#[derive(Debug, Clone, Deserialize)]
pub struct Related {
    pub id: OrganisationId,
    pub name: String,
}

/// An organisation by itself.
pub struct Organisation {
    pub id: OrganisationId,
    pub draft: Draft,
    pub parent: Option<Related>,
    pub version: i32,
    pub merged_into: Option<OrganisationId>,
    pub updated_at: DateTime<Utc>,
}

/// The organisation, merged or not. A row that is not there is [`sqlx::Error::RowNotFound`].
pub async fn load(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Organisation> {
    let r = sqlx::query!(
        r#"select o.name, o.short_name, o.kind, o.level, o.seat, o.iati_identifier, o.note,
            (o.member or o.member_from is not null) as "member!", o.member_from, o.member_to,
            o.version, o.updated_at, o.merged_into_id as "merged_into: OrganisationId",
            p.id as "parent_id?: OrganisationId", p.name as "parent_name?",
            array(select l.name from organisation_alias l where l.process_id = o.process_id and l.organisation_id = o.id order by lower(l.name), l.id) as "aliases!"
        from organisation o left join organisation p on p.process_id = o.process_id and p.id = o.parent_id
        where o.id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let parent = r.parent_id.zip(r.parent_name).map(|(id, name)| Related { id, name });
    Ok(Organisation {
        id,
        draft: Draft {
            name: r.name,
            short_name: r.short_name,
            aliases: r.aliases,
            kind: OrganisationKind::parse(&r.kind).unwrap_or(OrganisationKind::Other),
            level: r.level.as_deref().and_then(Level::parse),
            parent: parent.as_ref().map(|p| p.id),
            seat: r.seat,
            iati_identifier: r.iati_identifier,
            note: r.note,
            member: r.member,
            member_from: r.member_from,
            member_to: r.member_to,
        },
        parent,
        version: r.version,
        merged_into: r.merged_into,
        updated_at: r.updated_at,
    })
}

#[derive(Debug, Clone, Deserialize)]
pub struct Contact {
    pub id: ContactPointId,
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
    pub about: String,
}

/// A term as lead of a pillar.
#[derive(Debug, Clone, Deserialize)]
pub struct LeadTerm {
    pub key: String,
    pub pillar: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Colleague {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
    pub role: crate::kernel::permit::Role,
    pub focal_point: bool,
    pub list_confirmed_at: Option<DateTime<Utc>>,
}

/// A merge that stands, seen from the organisation that was kept.
#[derive(Debug, Clone, Deserialize)]
pub struct Merged {
    pub id: MergeId,
    pub name: String,
    pub at: DateTime<Utc>,
}

/// What stands around an organisation.
pub struct Around {
    pub children: Vec<Related>,
    pub contacts: Vec<Contact>,
    pub leads: Vec<LeadTerm>,
    pub members: Vec<Colleague>,
    pub merges: Vec<Merged>,
}

pub async fn around(tx: &mut ProcessTx, id: OrganisationId, today: NaiveDate) -> sqlx::Result<Around> {
    let r = sqlx::query!(
        r#"select
            coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by lower(o.name))
                from organisation o where o.parent_id = $1 and o.merged_into_id is null), '[]') as "children!: Json<Vec<Related>>",
            coalesce((select jsonb_agg(to_jsonb(c) order by lower(c.name), c.id)
                from contact_point c where c.organisation_id = $1), '[]') as "contacts!: Json<Vec<Contact>>",
            coalesce((select jsonb_agg(jsonb_build_object('key', p.key, 'pillar', p.name, 'starts_on', l.starts_on, 'ends_on', l.ends_on)
                    order by l.starts_on desc, p.position)
                from pillar_lead l join pillar p on p.process_id = l.process_id and p.id = l.pillar_id
                where l.organisation_id = $1), '[]') as "leads!: Json<Vec<LeadTerm>>",
            coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'role', m.role,
                    'focal_point', m.focal_point, 'list_confirmed_at', m.list_confirmed_at) order by lower(m.name), m.id)
                from membership m where m.organisation_id = $1 and m.state = 'active' and m.starts_on <= $2
                    and coalesce(m.ends_on, $2) >= $2), '[]') as "members!: Json<Vec<Colleague>>",
            coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'name', o.name, 'at', g.at) order by g.at desc)
                from organisation_merge g join organisation o on o.process_id = g.process_id and o.id = g.merged_id
                where g.kept_id = $1 and g.undone_at is null), '[]') as "merges!: Json<Vec<Merged>>""#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Around {
        children: r.children.0,
        contacts: r.contacts.0,
        leads: r.leads.0,
        members: r.members.0,
        merges: r.merges.0,
    })
}

/// How many actions name it in each role, and how many it keeps the record of, of those that the reader may see.
pub struct Parts {
    pub roles: Vec<(PartyRole, i64)>,
    pub kept: i64,
}

pub async fn parts(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Parts> {
    let rows = sqlx::query!(
        r#"select ap.role as "role!", count(*) as "n!" from action_party ap
            join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
        where ap.organisation_id = $1 and a.merged_into_id is null and a.claim <> 'declined' group by ap.role
        union all select 'keeper', count(*) from visible_action a
        where a.reporting_id = $1 and a.merged_into_id is null and a.claim <> 'declined'"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let count = |role: &str| rows.iter().find(|r| r.role == role).map(|r| r.n);
    Ok(Parts {
        roles: PartyRole::ALL.iter().filter_map(|role| count(role.as_str()).map(|n| (*role, n))).collect(),
        kept: count("keeper").unwrap_or_default(),
    })
}

/// The first of its actions as donor and as implementer, by title.
pub async fn first_actions(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Vec<ActionLine>> {
    let rows = sqlx::query!(
        r#"select x.role as "role!", a.id as "id!: ActionId", a.title as "title!", a.status,
            coalesce(a.actual_end, a.planned_end) as ends, coalesce(a.actual_end_precision, a.planned_end_precision) as precision
        from (values ('funding'), ('implementing')) x (role) cross join lateral (
            select a.* from action_party ap join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
            where ap.organisation_id = $1 and ap.role = x.role and a.merged_into_id is null and a.claim <> 'declined'
            order by a.search_title, a.id limit 5) a
        order by x.role, a.search_title, a.id"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ActionLine::new(r.id, r.title, r.status.as_deref(), r.ends, r.precision.as_deref(), r.role))
        .collect())
}

/// One that was found, for a choice.
pub struct Found {
    pub id: OrganisationId,
    pub name: String,
    pub short_name: Option<String>,
    pub parent: Option<String>,
}

/// Organisations for folded words, but for one; by name.
pub async fn find(tx: &mut ProcessTx, folded: &str, but: OrganisationId) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        r#"select o.id as "id: OrganisationId", o.name, o.short_name, p.name as "parent?"
        from search.organisations($1, 30) s join organisation o on o.id = s.id
            left join organisation p on p.process_id = o.process_id and p.id = o.parent_id
        where o.merged_into_id is null and o.id <> $2 order by lower(o.name), o.id"#,
        folded,
        but.0
    )
    .fetch_all(tx.conn())
    .await
}
