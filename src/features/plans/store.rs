//! Reading plans: through the views that know who may see which.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::life::State;
use super::model::{
    Indicator, Line, NamedOrganisation, NeedLine, Node, NodeKind, Other, Plan, PlanKind, PlanPillar, Reported, Who,
};
use super::tree::Tree;
use crate::features::actions::{Health, Status};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PlanId, PlanNodeId};

/// A plan in the list.
#[derive(Debug)]
pub struct Listed {
    pub id: PlanId,
    pub kind: PlanKind,
    pub state: State,
    pub title: String,
    pub pillar: Option<PlanPillar>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub text_note: String,
    pub nodes: i64,
    pub revises: Option<Other>,
}

impl Listed {
    pub fn period(&self, p: &crate::kernel::page::Page) -> String {
        super::model::period(p, self.first_year, self.last_year)
    }
}

/// Every plan that the reader sees: what is being worked on first, then what is in force, then what was.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select p.id as "id!: PlanId", p.kind as "kind!", p.state as "state!", p.title as "title!", p.first_year, p.last_year,
            p.text_note as "text_note!",
            case when l.id is not null then jsonb_build_object('id', l.id, 'key', l.key, 'name', l.name) end as "pillar: Json<PlanPillar>",
            (select count(*) from plan_node n where n.process_id = p.process_id and n.plan_id = p.id and n.removed_at is null) as "nodes!", -- past the view: of a plan that is seen
            (select jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state) from visible_plan r
                where r.process_id = p.process_id and r.id = p.revises_id) as "revises: Json<Other>"
        from visible_plan p left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        order by array_position(array['consultation', 'agreed', 'draft', 'adopted', 'in_force', 'closed', 'superseded'], p.state),
            p.last_year desc nulls last, l.position nulls first, p.title, p.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Listed {
            id: r.id,
            kind: PlanKind::parse(&r.kind).unwrap_or(PlanKind::ActionPlan),
            state: State::parse(&r.state).unwrap_or(State::Draft),
            title: r.title,
            pillar: r.pillar.map(|l| l.0),
            first_year: r.first_year,
            last_year: r.last_year,
            text_note: r.text_note,
            nodes: r.nodes,
            revises: r.revises.map(|o| o.0),
        })
        .collect())
}

/// One plan.
///
/// # Errors
/// The database's own; `RowNotFound` where the reader sees none.
pub async fn load(tx: &mut ProcessTx, id: PlanId, today: NaiveDate) -> sqlx::Result<Plan> {
    let r = sqlx::query!(
        r#"select p.id as "id!: PlanId", p.kind as "kind!", p.state as "state!", p.title as "title!", p.about as "about!",
            p.first_year, p.last_year, p.text_note as "text_note!", p.source_url, p.in_force_on, p.closes_on, p.adopted_on,
            p.published_at, p.edition as "edition!", p.version as "version!", p.updated_at as "updated_at!",
            case when l.id is not null then jsonb_build_object('id', l.id, 'key', l.key, 'name', l.name) end as "pillar: Json<PlanPillar>",
            case when p.updated_by_id is not null then kernel.person(p.updated_by_id, $2) end as "updated_by: Json<Who>",
            (select jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state) from visible_plan r
                where r.process_id = p.process_id and r.id = p.revises_id) as "revises: Json<Other>",
            (select jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state) from visible_plan r
                where r.process_id = p.process_id and r.revises_id = p.id
                order by r.created_at desc limit 1) as "revised_by: Json<Other>"
        from visible_plan p left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        where p.id = $1"#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Plan {
        id: r.id,
        kind: PlanKind::parse(&r.kind).unwrap_or(PlanKind::ActionPlan),
        state: State::parse(&r.state).unwrap_or(State::Draft),
        title: r.title,
        about: r.about,
        pillar: r.pillar.map(|l| l.0),
        first_year: r.first_year,
        last_year: r.last_year,
        text_note: r.text_note,
        source_url: r.source_url,
        revises: r.revises.map(|o| o.0),
        revised_by: r.revised_by.map(|o| o.0),
        in_force_on: r.in_force_on,
        closes_on: r.closes_on,
        adopted_on: r.adopted_on,
        published_at: r.published_at,
        edition: r.edition,
        version: r.version,
        updated_at: r.updated_at,
        updated_by: r.updated_by.map(|w| w.0),
    })
}

/// The tree of a plan that `load` has found.
///
/// # Errors
/// The database's own.
pub async fn tree(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Tree> {
    let rows = sqlx::query!(
        r#"select n.id as "id: PlanNodeId", n.parent_id as "parent: PlanNodeId", n.kind, n.position, n.code, n.title, n.body,
            n.expected_result, n.text_note, n.source_url, n.lineage_id, n.version, n.updated_at, n.removed_at is not null as "removed!",
            case when n.updated_by_id is not null then kernel.person(n.updated_by_id, $2) end as "updated_by: Json<Who>",
            coalesce(i.all, '[]') as "indicators!: Json<Vec<Indicator>>",
            coalesce(w.all, '[]') as "needs!: Json<Vec<NeedLine>>"
        from plan_node n -- past the view: of a plan that is seen
        join visible_plan p on p.process_id = n.process_id and p.id = n.plan_id
        left join (
            select i.plan_node_id, jsonb_agg(jsonb_build_object('id', i.id, 'lineage', i.lineage_id, 'name', i.name, 'unit', i.unit,
                'method', i.method, 'baseline', i.baseline::text, 'baseline_year', i.baseline_year, 'targets', coalesce(t.all, '[]')) order by i.position, i.id) as all
            from indicator i
            join plan_node x on x.process_id = i.process_id and x.id = i.plan_node_id and x.plan_id = $1 -- past the view: of a plan that is seen
            left join lateral (
                select jsonb_agg(jsonb_build_object('year', t.year, 'beneficiary', t.beneficiary_id, 'value', t.value::text)
                    order by t.year, b.position nulls first) as all
                from indicator_target t left join beneficiary b on b.process_id = t.process_id and b.id = t.beneficiary_id
                where t.process_id = i.process_id and t.indicator_id = i.id) t on true
            group by 1
        ) i on i.plan_node_id = n.id
        left join (
            select k.lineage_id, jsonb_agg(jsonb_build_object('id', x.id, 'title', x.title, 'beneficiary', x.beneficiary_id,
                'type', x.type, 'coverage', (select j.coverage from visible_judgement j where j.process_id = x.process_id
                    and j.need_id = x.id order by j.at desc, j.id desc limit 1)) order by b.position, x.title, x.id) as all
            from visible_need x
            join plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id -- past the view: of a plan that is seen
            join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
            where x.state = 'submitted' and not exists (select from visible_need later where later.process_id = x.process_id
                and later.copied_from_id = x.id and later.state = 'submitted')
            group by 1
        ) w on w.lineage_id = n.lineage_id
        where n.plan_id = $1"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut nodes, mut retired) = (Vec::new(), Vec::new());
    for r in rows {
        if r.removed {
            retired.extend(r.code);
            continue;
        }
        nodes.push(Node {
            id: r.id,
            parent: r.parent,
            kind: NodeKind::parse(&r.kind).unwrap_or(NodeKind::Objective),
            position: r.position,
            fixed_code: r.code,
            title: r.title,
            body: r.body,
            expected_result: r.expected_result,
            text_note: r.text_note,
            source_url: r.source_url,
            lineage: r.lineage_id,
            version: r.version,
            updated_at: r.updated_at,
            updated_by: r.updated_by.map(|w| w.0),
            indicators: r.indicators.0,
            needs: r.needs.0,
        });
    }
    Ok(Tree::new(nodes, &retired))
}

/// The actions under the nodes of a plan, those that the reader sees. `node`: of one node alone.
///
/// # Errors
/// The database's own.
pub async fn lines(tx: &mut ProcessTx, plan: PlanId, node: Option<PlanNodeId>) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"with linked as (
            select x.plan_node_id, x.action_id from plan_node_action x
            join plan_node n on n.process_id = x.process_id and n.id = x.plan_node_id and n.removed_at is null -- past the view: of a plan that is seen
            where n.plan_id = $1 and ($2::uuid is null or n.id = $2)
        ), named as (
            -- put in order once, and not in each of thousands of lists: comparing names costs
            select o.id, coalesce(o.short_name, o.name) as name, row_number() over (order by lower(coalesce(o.short_name, o.name)), o.id) as place
            from organisation o
        ), parties as (
            select p.action_id,
                array_agg(p.organisation_id) filter (where p.role = 'funding') as funders, array_agg(p.name) filter (where p.role = 'funding') as funds,
                array_agg(p.organisation_id) filter (where p.role = 'implementing') as implementers,
                array_agg(p.name) filter (where p.role = 'implementing') as implements,
                array_agg(p.organisation_id) as organisations
            from (select y.action_id, y.organisation_id, y.role, o.name from action_party y join named o on o.id = y.organisation_id
                where y.action_id in (select l.action_id from linked l) order by y.action_id, o.place) p
            group by 1
        ), places as (
            select b.action_id, array_agg(b.beneficiary_id) as beneficiaries
            from (select y.action_id, y.beneficiary_id from action_beneficiary y
                    join beneficiary e on e.process_id = y.process_id and e.id = y.beneficiary_id
                where y.action_id in (select l.action_id from linked l) order by y.action_id, e.position) b
            group by 1
        )
        select l.plan_node_id as "node!: PlanNodeId", a.id as "id!: ActionId", a.title as "title!", a.status, a.handling as "handling!",
            coalesce(a.actual_start, a.planned_start) as starts, coalesce(a.actual_start_precision, a.planned_start_precision) as starts_precision,
            coalesce(a.actual_end, a.planned_end) as ends, coalesce(a.actual_end_precision, a.planned_end_precision) as ends_precision,
            a.starts_on, a.ends_on,
            coalesce(q.funders, '{}') as "funders!: Vec<OrganisationId>", coalesce(q.funds, '{}') as "funds!: Vec<String>",
            coalesce(q.implementers, '{}') as "implementers!: Vec<OrganisationId>", coalesce(q.implements, '{}') as "implements!: Vec<String>",
            coalesce(q.organisations, '{}') || a.reporting_id as "parties!: Vec<OrganisationId>",
            coalesce(b.beneficiaries, '{}') as "beneficiaries!: Vec<BeneficiaryId>",
            g.health as "health?", g.title as "round?", g.reported_at as "reported_at?"
        from linked l join visible_action a on a.id = l.action_id
        left join parties q on q.action_id = a.id
        left join places b on b.action_id = a.id
        -- as the picture of the plans' progress counts it
        left join lateral (select x.health, d.title, x.reported_at from visible_progress_report x
                join round d on d.process_id = x.process_id and d.id = x.round_id
            where $2::uuid is not null and x.process_id = a.process_id and x.action_id = a.id and x.state <> 'returned' and d.state <> 'withdrawn'
            order by d.period_end desc, x.reported_at desc, x.id limit 1) g on true
        where a.merged_into_id is null and a.claim <> 'declined'
        order by a.starts_on nulls last, a.search_title, a.id"#,
        plan.0,
        node.map(|n| n.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let date = |day: Option<NaiveDate>, precision: Option<String>| {
        PartialDate::from_parts(day?, precision.as_deref()?.parse().ok()?).ok()
    };
    let named = |ids: Vec<OrganisationId>, names: Vec<String>| -> Vec<NamedOrganisation> {
        ids.into_iter().zip(names).map(|(id, name)| NamedOrganisation { id, name }).collect()
    };
    Ok(rows
        .into_iter()
        .map(|r| Line {
            node: r.node,
            id: r.id,
            title: r.title,
            status: r.status.as_deref().and_then(Status::parse),
            handling: r.handling,
            funders: named(r.funders, r.funds),
            implementers: named(r.implementers, r.implements),
            parties: r.parties,
            beneficiaries: r.beneficiaries,
            starts: date(r.starts, r.starts_precision),
            ends: date(r.ends, r.ends_precision),
            starts_on: r.starts_on,
            ends_on: r.ends_on,
            reported: r
                .health
                .as_deref()
                .and_then(Health::parse)
                .zip(r.round)
                .zip(r.reported_at)
                .map(|((health, round), at)| Reported { health, round, at }),
        })
        .collect())
}

/// The step that each snapshot was taken at.
#[derive(Debug, Clone)]
pub struct SnapshotLine {
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
    pub by: Option<Who>,
    pub why: String,
    /// Hexadecimal, of what the reader may see of it.
    pub checksum: String,
}

/// # Errors
/// The database's own.
pub async fn snapshots(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Vec<SnapshotLine>> {
    sqlx::query_as!(
        SnapshotRow,
        r#"select s.number as "number!", s.step as "step!", s.at as "at!", s.why as "why!",
            case when s.by_membership_id is not null then kernel.person(s.by_membership_id, $2) end as "by: Json<Who>",
            encode(coalesce(s.content_sha256, s.public_sha256), 'hex') as "checksum!"
        from visible_snapshot s where s.plan_id = $1 order by s.number"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await
    .map(|rows| rows.into_iter().map(SnapshotLine::from).collect())
}

/// A frozen text of a plan that was revised, and what that plan was called.
pub struct Earlier {
    pub plan: PlanId,
    pub title: String,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
}

/// The frozen texts of the plan that a plan revises, of the one that that one revised, and so on; the earliest first.
///
/// # Errors
/// The database's own.
pub async fn earlier(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Vec<Earlier>> {
    sqlx::query_as!(
        Earlier,
        r#"with recursive chain as (
            select p.process_id, p.revises_id as id, 1 as back from visible_plan p where p.id = $1 and p.revises_id is not null
            union all
            select p.process_id, p.revises_id, c.back + 1 from chain c
                join visible_plan p on p.process_id = c.process_id and p.id = c.id
            where p.revises_id is not null and c.back < 50
        )
        select p.id as "plan!: PlanId", p.title as "title!", p.first_year, p.last_year, s.number as "number!", s.step as "step!",
            s.at as "at!"
        from chain c join visible_plan p on p.process_id = c.process_id and p.id = c.id
            join visible_snapshot s on s.process_id = p.process_id and s.plan_id = p.id
        order by c.back desc, s.number"#,
        plan.0
    )
    .fetch_all(tx.conn())
    .await
}

struct SnapshotRow {
    number: i16,
    step: String,
    at: DateTime<Utc>,
    why: String,
    by: Option<Json<Who>>,
    checksum: String,
}

impl From<SnapshotRow> for SnapshotLine {
    fn from(r: SnapshotRow) -> Self {
        Self { number: r.number, step: r.step, at: r.at, by: r.by.map(|w| w.0), why: r.why, checksum: r.checksum }
    }
}

/// The frozen content that the reader may see of one snapshot.
#[derive(Debug, Clone)]
pub struct Frozen {
    pub id: Uuid,
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
    pub content: String,
    pub checksum: String,
    /// The members' record, for those who are shown it.
    pub record: Option<String>,
    pub record_checksum: Option<String>,
}

/// Some snapshots of plans that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn frozen(tx: &mut ProcessTx, plan: PlanId, numbers: &[i16]) -> sqlx::Result<Vec<Frozen>> {
    sqlx::query_as!(
        Frozen,
        r#"select s.id as "id!", s.number as "number!", s.step as "step!", s.at as "at!", coalesce(s.content, s.public_content) as "content!",
            encode(coalesce(s.content_sha256, s.public_sha256), 'hex') as "checksum!", s.record,
            encode(s.record_sha256, 'hex') as record_checksum
        from visible_snapshot s where s.plan_id = $1 and s.number = any($2) order by s.number"#,
        plan.0,
        numbers
    )
    .fetch_all(tx.conn())
    .await
}

/// When each position on a plan and each remark on it was made, and by whom as it is told today.
///
/// # Errors
/// The database's own.
pub async fn speakers(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Vec<(DateTime<Utc>, Who)>> {
    let said = sqlx::query!(
        r#"select q.at as "at!", kernel.person(q.by_membership_id, $2) as "by!: Json<Who>"
        from visible_position q
        join asked_party a on a.process_id = q.process_id and a.id = q.asked_id
        join visible_consultation c on c.process_id = a.process_id and c.id = a.consultation_id
        where c.plan_id = $1
        union all
        select r.at, kernel.person(r.by_membership_id, $2) from visible_plan_remark r where r.plan_id = $1"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(said.into_iter().map(|s| (s.at, s.by.0)).collect())
}

/// The text of a plan as it is published: that which was adopted, with public actions alone. For whoever may read it.
///
/// # Errors
/// The database's own.
pub async fn published_text(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Option<Published>> {
    sqlx::query_as!(
        Published,
        r#"select s.id as "snapshot!", s.at as "adopted_at!", s.public_content as "content!", encode(s.public_sha256, 'hex') as "checksum!"
        from visible_snapshot s where s.plan_id = $1 and s.step = 'adopted' order by s.number desc limit 1"#,
        plan.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// A published text, and the checksum of its bytes.
#[derive(Debug)]
pub struct Published {
    pub snapshot: Uuid,
    pub adopted_at: DateTime<Utc>,
    pub content: String,
    pub checksum: String,
}
