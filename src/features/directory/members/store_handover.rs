//! What a successor is shown, from the database.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::features::directory::shared::ActionLine;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, MembershipId, OrganisationId, PillarId};
use crate::kernel::permit::Role;

/// Whose things are handed over: one of the three.
#[derive(Debug, Default)]
pub struct Place {
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
}

impl Place {
    fn pillars(&self) -> Vec<Uuid> {
        self.pillars.iter().map(|p| p.0).collect()
    }
}

pub struct Holding {
    pub kept: i64,
    pub named: i64,
    pub ending: i64,
    pub unconfirmed: i64,
    pub suggestions: i64,
    pub claims: i64,
}

pub async fn holding(
    tx: &mut ProcessTx,
    place: &Place,
    (today, soon): (NaiveDate, NaiveDate),
    half_a_year_ago: DateTime<Utc>,
) -> sqlx::Result<Holding> {
    sqlx::query_as!(
        Holding,
        r#"with named as materialized (
            select a.id, a.reporting_id, a.ends_on, a.claim, a.last_confirmed_at from visible_action a
            where a.merged_into_id is null and a.claim <> 'declined' and (
                a.id in (select x.action_id from action_party x where x.organisation_id = $1)
                or a.reporting_id = $1
                or a.id in (select x.action_id from action_beneficiary x where x.beneficiary_id = $2)
                or a.id in (select x.action_id from action_pillar x where x.pillar_id = any($3))))
        select count(*) filter (where reporting_id = $1) as "kept!", count(*) as "named!",
            count(*) filter (where ends_on between $4 and $5) as "ending!",
            count(*) filter (where last_confirmed_at is null or last_confirmed_at < $6) as "unconfirmed!",
            (select count(*) from visible_suggestion s where s.state = 'open' and s.action_id in (select n.id from named n where n.reporting_id = $1)) as "suggestions!",
            count(*) filter (where claim = 'unconfirmed') as "claims!"
        from named"#,
        place.organisation.map(|i| i.0),
        place.beneficiary.map(|i| i.0),
        &place.pillars(),
        today,
        soon,
        half_a_year_ago
    )
    .fetch_one(tx.conn())
    .await
}

/// Actions of the place that end soon, the earliest first.
pub async fn ending(
    tx: &mut ProcessTx,
    place: &Place,
    (today, soon): (NaiveDate, NaiveDate),
) -> sqlx::Result<Vec<ActionLine>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!", a.status,
            coalesce(a.actual_end, a.planned_end) as ends, coalesce(a.actual_end_precision, a.planned_end_precision) as precision
        from visible_action a
        where a.ends_on between $4 and $5 and a.merged_into_id is null and a.claim <> 'declined' and (
            a.id in (select x.action_id from action_party x where x.organisation_id = $1)
            or a.reporting_id = $1
            or a.id in (select x.action_id from action_beneficiary x where x.beneficiary_id = $2)
            or a.id in (select x.action_id from action_pillar x where x.pillar_id = any($3)))
        order by a.ends_on, a.id limit 10"#,
        place.organisation.map(|i| i.0),
        place.beneficiary.map(|i| i.0),
        &place.pillars(),
        today,
        soon
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ActionLine::new(r.id, r.title, r.status.as_deref(), r.ends, r.precision.as_deref(), String::new()))
        .collect())
}

/// Something the predecessor did, on an action that the reader sees.
pub struct Act {
    pub at: DateTime<Utc>,
    pub event: String,
    pub action: (ActionId, String),
}

/// What was said in the place's name: a position on a plan, or a vote in a decision.
pub struct Said {
    pub at: DateTime<Utc>,
    /// The decision's page, or the plan's.
    pub vote: bool,
    pub what: String,
    pub id: Uuid,
    pub title: String,
}

impl Said {
    pub fn label(&self) -> String {
        let of = if self.vote { "decision-vote" } else { "plan-stance" };
        format!("{of}-{}", self.what.replace('_', "-"))
    }

    pub fn place(&self) -> &'static str {
        if self.vote { "/decisions" } else { "/plans" }
    }
}

/// What the predecessor did last, and what the place has said, the latest first.
pub async fn past(tx: &mut ProcessTx, by: MembershipId, place: &Place) -> sqlx::Result<(Vec<Act>, Vec<Said>)> {
    let rows = sqlx::query!(
        r#"(select 'act' as "kind!", h.at as "at!", h.event as "what!", a.id as "id!", a.title as "title!" from history h -- past the view: of actions that are seen
                join visible_action a on a.process_id = h.process_id and a.id = h.subject_id
            where h.by_membership_id = $1 and h.subject_kind = 'action' order by h.at desc limit 10)
        union all (select 'position', s.at, s.stance, p.id, p.title from visible_position s
                join asked_party x on x.process_id = s.process_id and x.id = s.asked_id
                join visible_consultation c on c.process_id = x.process_id and c.id = x.consultation_id
                join visible_plan p on p.process_id = c.process_id and p.id = c.plan_id
            where s.replaced_at is null and (x.organisation_id = $2 or x.beneficiary_id = $3) order by s.at desc limit 10)
        union all (select 'vote', v.at, v.vote, d.id, d.title from visible_vote v
                join visible_seat x on x.process_id = v.process_id and x.id = v.seat_id
                join visible_decision d on d.process_id = v.process_id and d.id = v.decision_id
            where v.replaced_at is null and (x.organisation_id = $2 or x.beneficiary_id = $3) order by v.at desc limit 10)
        order by 2 desc"#,
        by.0,
        place.organisation.map(|i| i.0),
        place.beneficiary.map(|i| i.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut acts, mut said) = (Vec::new(), Vec::new());
    for r in rows {
        match r.kind.as_str() {
            "act" => acts.push(Act { at: r.at, event: r.what, action: (ActionId(r.id), r.title) }),
            kind => said.push(Said { at: r.at, vote: kind == "vote", what: r.what, id: r.id, title: r.title }),
        }
    }
    Ok((acts, said))
}

/// Colleagues of the same place, and the secretariat.
pub struct Contact {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
    pub role: String,
    pub email: String,
    pub colleague: bool,
}

impl Contact {
    pub fn label(&self) -> &'static str {
        Role::parse(&self.role).map_or("role-observer", Role::label)
    }
}

pub async fn contacts(
    tx: &mut ProcessTx,
    but: MembershipId,
    (organisation, beneficiary): (Option<OrganisationId>, Option<BeneficiaryId>),
    today: NaiveDate,
) -> sqlx::Result<Vec<Contact>> {
    sqlx::query_as!(
        Contact,
        r#"select m.id as "id: MembershipId", m.name, m.post, m.role, coalesce(a.email, '') as "email!",
            (m.organisation_id is not distinct from $2 and $2 is not null or m.beneficiary_id is not distinct from $3 and $3 is not null) as "colleague!"
        from membership m left join kernel.member_addresses() a on a.membership_id = m.id
        where m.id <> $1 and m.state = 'active' and m.starts_on <= $4 and coalesce(m.ends_on, $4) >= $4
            and (m.role = 'support_group' or m.organisation_id = $2 or m.beneficiary_id = $3)
        order by 6 desc, lower(m.name), m.id limit 20"#,
        but.0,
        organisation.map(|i| i.0),
        beneficiary.map(|i| i.0),
        today
    )
    .fetch_all(tx.conn())
    .await
}
