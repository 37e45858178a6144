//! What the page of one node shows besides its text.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;

use super::model::Who;
use crate::kernel::db::ProcessTx;
use crate::kernel::difference::{Piece, words};
use crate::kernel::history::Changes;
use crate::kernel::ids::{ActionId, PlanId, PlanNodeId};
use crate::kernel::page::Page;

/// One line of the history.
#[derive(Debug)]
pub struct Past {
    pub at: DateTime<Utc>,
    pub event: String,
    /// An action stands by its title; one that the reader does not see is an empty text.
    pub changes: Changes,
    /// Nothing where it is about an action that the reader does not see.
    pub why: String,
    pub by: Option<Who>,
    /// The organisation for which it was done.
    pub whom: Option<String>,
    /// The node it is about, by its title now; none for the plan itself.
    pub node: Option<(PlanNodeId, String)>,
}

impl Past {
    /// What changed, field by field, in the reader's words: the field, what it was and what it is.
    pub fn sides(&self, p: &Page) -> Vec<(String, String, String)> {
        let value = |field: &str, text: &str| match field {
            "plan_state" => p.t(&format!("plan-state-{}", text.replace('_', "-"))),
            "stance" => p.t(&format!("plan-stance-{}", text.replace('_', "-"))),
            "deadline" => text.parse().map_or_else(|_| text.to_owned(), |day| p.day(&day)),
            "action" if text.is_empty() => p.t("action-not-open"),
            _ => text.to_owned(),
        };
        let side = |field: &str, all: &[String]| all.iter().map(|t| value(field, t)).collect::<Vec<_>>().join("; ");
        let told = self.changes.iter().map(|(field, change)| {
            let label = p.t(&format!("plan-field-{}", field.replace('_', "-")));
            (label, side(field, &change.from), side(field, &change.to))
        });
        told.collect()
    }

    /// For which organisation, where that does not follow from who did it.
    pub fn for_another(&self) -> Option<&str> {
        self.whom.as_deref().filter(|whom| self.by.as_ref().and_then(|by| by.of.as_deref()) != Some(*whom))
    }

    /// For whom it was done: the organisation, or the beneficiary or organisation whose member did it.
    pub fn party(&self) -> &str {
        self.whom.as_deref().or(self.by.as_ref().and_then(|by| by.of.as_deref())).unwrap_or_default()
    }

    /// The same by words.
    pub fn told(&self, p: &Page) -> Vec<(String, Vec<Piece>)> {
        self.sides(p).into_iter().map(|(field, from, to)| (field, words(&from, &to))).collect()
    }
}

/// The history of a plan with all its nodes, or of one node; the latest first. `before`: what is older than that.
///
/// # Errors
/// The database's own.
pub async fn history(
    tx: &mut ProcessTx,
    plan: PlanId,
    node: Option<PlanNodeId>,
    before: Option<DateTime<Utc>>,
    most: i64,
    today: NaiveDate,
) -> sqlx::Result<Vec<Past>> {
    let rows = sqlx::query!(
        r#"select h.at, h.event, case h.subject_kind when 'plan_node' then kernel.told_changes(h.changes, 'action') else h.changes end
                as "changes!: Json<Changes>",
            case when h.subject_kind <> 'plan_node' or kernel.told_of_seen(h.changes) then h.why else '' end as "why!", n.id as "node?: PlanNodeId", n.title as "title?",
            f.name as "whom?", case when h.by_membership_id is not null then kernel.person(h.by_membership_id, $5) end as "by: Json<Who>"
        from visible_plan p
        join history h on h.process_id = p.process_id -- past the view: of a plan that is seen
            and ((h.subject_kind = 'plan' and h.subject_id = p.id and $2::uuid is null)
                or (h.subject_kind = 'plan_node' and h.subject_id in (select x.id from plan_node x -- past the view: of a plan that is seen
                    where x.process_id = p.process_id and x.plan_id = p.id and ($2::uuid is null or x.id = $2))))
        left join plan_node n on n.process_id = h.process_id and h.subject_kind = 'plan_node' and n.id = h.subject_id -- past the view: of a plan that is seen
        left join organisation f on f.process_id = h.process_id and f.id = h.for_organisation_id
        where p.id = $1 and ($3::timestamptz is null or h.at < $3)
        order by h.at desc, h.id desc limit $4"#,
        plan.0,
        node.map(|n| n.0),
        before,
        most,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Past {
            at: r.at,
            event: r.event,
            changes: r.changes.0,
            why: r.why,
            by: r.by.map(|w| w.0),
            whom: r.whom,
            node: r.node.zip(r.title),
        })
        .collect())
}

/// A node of a plan that the reader sees, a removed one too, with its title.
///
/// # Errors
/// The database's own; no row where it is none of the plan's.
pub async fn titled(tx: &mut ProcessTx, plan: PlanId, node: PlanNodeId) -> sqlx::Result<(PlanNodeId, String)> {
    let title = sqlx::query_scalar!(
        r#"select n.title from visible_plan p join plan_node n on n.process_id = p.process_id and n.plan_id = p.id -- past the view: of a plan that is seen
        where p.id = $1 and n.id = $2"#,
        plan.0,
        node.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((node, title))
}

/// A part that was taken out of its plan, and the frozen texts that hold it.
#[derive(Debug)]
pub struct Gone {
    pub lineage: uuid::Uuid,
    pub title: String,
    pub removed_at: DateTime<Utc>,
    pub frozen: Json<Vec<Kept>>,
}

/// A frozen text, as a link to it.
#[derive(Debug, Deserialize)]
pub struct Kept {
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
}

/// A part that is no longer in a plan that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn gone(tx: &mut ProcessTx, plan: PlanId, node: PlanNodeId) -> sqlx::Result<Option<Gone>> {
    sqlx::query_as!(
        Gone,
        r#"select n.lineage_id as "lineage!", n.title as "title!", n.removed_at as "removed_at!",
            coalesce((select jsonb_agg(jsonb_build_object('number', s.number, 'step', s.step, 'at', s.at) order by s.number)
                from visible_snapshot s where s.plan_id = p.id and s.content::jsonb
                    @> jsonb_build_object('nodes', jsonb_build_array(jsonb_build_object('lineage', n.lineage_id)))),
                '[]') as "frozen!: Json<Vec<Kept>>"
        from visible_plan p join plan_node n on n.process_id = p.process_id and n.plan_id = p.id -- past the view: of a plan that is seen
        where p.id = $1 and n.id = $2 and n.removed_at is not null"#,
        plan.0,
        node.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// An action that a search found, to be hung on a node.
#[derive(Debug)]
pub struct Found {
    pub id: ActionId,
    pub title: String,
    pub keeper: String,
    pub hangs: bool,
    pub parties: Vec<crate::kernel::ids::OrganisationId>,
}

/// Actions by words of their titles, those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn find_actions(tx: &mut ProcessTx, node: PlanNodeId, words: &str) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        r#"select a.id as "id!: ActionId", a.title as "title!", coalesce(o.short_name, o.name) as "keeper!",
            array(select p.organisation_id from action_party p where p.process_id = a.process_id and p.action_id = a.id) || a.reporting_id
                as "parties!: Vec<crate::kernel::ids::OrganisationId>",
            exists (select from plan_node_action x where x.process_id = a.process_id and x.action_id = a.id and x.plan_node_id = $2) as "hangs!"
        from search.actions($1, 50) s join visible_action a on a.id = s.id
        join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
        where a.merged_into_id is null and a.claim <> 'declined'
        order by s.rank desc, a.id limit 20"#,
        crate::kernel::fold::fold(words),
        node.0
    )
    .fetch_all(tx.conn())
    .await
}

/// The parties of an action that the reader sees: what the permission to hang it is asked about.
///
/// # Errors
/// The database's own.
pub async fn action_scope(tx: &mut ProcessTx, action: ActionId) -> sqlx::Result<crate::kernel::permit::Scope> {
    let r = sqlx::query!(
        r#"select a.reporting_id as "keeper!: crate::kernel::ids::OrganisationId",
            array(select p.organisation_id from action_party p where p.process_id = a.process_id and p.action_id = a.id)
                as "organisations!: Vec<crate::kernel::ids::OrganisationId>"
        from visible_action a where a.id = $1 and a.merged_into_id is null"#,
        action.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(crate::kernel::permit::Scope {
        keeper: Some(r.keeper),
        organisations: r.organisations,
        ..crate::kernel::permit::Scope::default()
    })
}

/// The versions of a node in other versions of its plan.
#[derive(Debug)]
pub struct Version {
    pub plan: PlanId,
    pub node: PlanNodeId,
    pub title: String,
    pub state: String,
}

/// # Errors
/// The database's own.
pub async fn versions(tx: &mut ProcessTx, lineage: uuid::Uuid, but: PlanNodeId) -> sqlx::Result<Vec<Version>> {
    sqlx::query_as!(
        Version,
        r#"select p.id as "plan!: PlanId", n.id as "node!: PlanNodeId", p.title as "title!", p.state as "state!"
        from visible_plan_node n join visible_plan p on p.id = n.plan_id
        where n.lineage_id = $1 and n.id <> $2 order by p.created_at desc limit 20"#,
        lineage,
        but.0
    )
    .fetch_all(tx.conn())
    .await
}
