//! Candidates for the ranking of responses.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::rank::subject;
use crate::features::overlaps::engine;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, NeedId, OrganisationId};
use crate::kernel::permit::{Handling, Scope};

/// Candidates that are looked at.
const MOST: i64 = 300;

/// One that may be suggested.
pub struct Candidate {
    pub id: Uuid,
    pub title: String,
    /// Donors of the action, or the beneficiary of the need.
    pub of: String,
    pub same_measure: bool,
    /// The action is for the need's beneficiary, or the need is of one of the action's.
    pub serves: bool,
    /// Donors of the action.
    pub donors: Vec<String>,
}

/// Of these actions, and of those under the need's measure, the ones that are not over, and no answer yet: for its beneficiary or for
/// others.
///
/// # Errors
/// The database's own.
pub async fn actions(
    tx: &mut ProcessTx,
    need: NeedId,
    near: &[Uuid],
    today: NaiveDate,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"with n as materialized (select x.*, k.lineage_id from visible_need x
            left join plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id -- past the view: the measure of a need that is seen
            where x.process_id = kernel.process_id() and x.id = $1),
        measured as (select distinct l.action_id from n join plan_node k on k.process_id = n.process_id and k.lineage_id = n.lineage_id -- past the view: the measure of a need that is seen
            join plan_node_action l on l.process_id = k.process_id and l.plan_node_id = k.id limit $4),
        all_of_them as (select action_id from measured union select unnest($2::uuid[]))
        select a.id as "id!", a.title as "title!",
            coalesce((select string_agg(coalesce(o.short_name, o.name), ', ' order by lower(coalesce(o.short_name, o.name)))
                from action_party q join organisation o on o.process_id = q.process_id and o.id = q.organisation_id
                where q.process_id = a.process_id and q.action_id = a.id and q.role = 'funding'), '') as "of!",
            exists (select from measured m where m.action_id = a.id) as "same_measure!",
            exists (select from action_beneficiary b where b.process_id = a.process_id and b.action_id = a.id
                and b.beneficiary_id = n.beneficiary_id) as "serves!",
            array(select coalesce(o.short_name, o.name) from action_party q
                join organisation o on o.process_id = q.process_id and o.id = q.organisation_id
                where q.process_id = a.process_id and q.action_id = a.id and q.role = 'funding') as "donors!: Vec<String>"
        from n join all_of_them x on true
        join visible_action a on a.process_id = n.process_id and a.id = x.action_id
        where a.merged_into_id is null and a.claim <> 'declined' and a.status is distinct from 'cancelled'
            and coalesce(a.ends_on >= $3, true)
            and not exists (select from visible_response r where r.process_id = a.process_id and r.need_id = n.id and r.action_id = a.id
                and r.state in ('proposed', 'confirmed'))"#,
        need.0,
        near,
        today,
        MOST
    )
    .fetch_all(tx.conn())
    .await
}

/// Submitted needs of an action's beneficiaries that it does not answer yet, with what they say; of one that was taken over
/// the latest.
///
/// # Errors
/// The database's own.
pub async fn needs(tx: &mut ProcessTx, action: ActionId) -> sqlx::Result<Vec<(Candidate, engine::Subject)>> {
    let rows = sqlx::query!(
        r#"select n.id as "id!", n.title as "title!", n.own_title as "own_title!", n.body as "body!", n.own_body as "own_body!",
            n.theme_id, (select t.name from theme t where t.process_id = n.process_id and t.id = n.theme_id) as theme,
            (select l.key from plan_node k join plan p on p.process_id = k.process_id and p.id = k.plan_id -- past the view: the measure of a need that is seen
                join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
                where k.process_id = n.process_id and k.id = n.plan_node_id) as pillar,
            e.name as "of!", e.code,
            coalesce(exists (select from plan_node k join plan_node s on s.process_id = k.process_id and s.lineage_id = k.lineage_id -- past the view: the measure of a need that is seen
                join plan_node_action l on l.process_id = s.process_id and l.plan_node_id = s.id
                where k.process_id = n.process_id and k.id = n.plan_node_id and l.action_id = a.id), false) as "same_measure!"
        from visible_action a
        join action_beneficiary b on b.process_id = a.process_id and b.action_id = a.id
        join visible_need n on n.process_id = b.process_id and n.beneficiary_id = b.beneficiary_id and n.state = 'submitted'
        join beneficiary e on e.process_id = n.process_id and e.id = n.beneficiary_id
        where a.process_id = kernel.process_id() and a.id = $1
            and not exists (select from visible_need later where later.process_id = n.process_id and later.copied_from_id = n.id
                and later.state = 'submitted')
            and not exists (select from visible_response r where r.process_id = n.process_id and r.need_id = n.id and r.action_id = a.id
                and r.state in ('proposed', 'confirmed'))
        order by n.updated_at desc, n.id limit $2"#,
        action.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let told = subject(
                [&r.title, &r.own_title],
                [&r.body, &r.own_body, r.theme.as_deref().unwrap_or_default()],
                &r.code,
                r.pillar.as_deref(),
                r.theme_id,
            );
            let (same_measure, donors) = (r.same_measure, Vec::new());
            (Candidate { id: r.id, title: r.title, of: r.of, same_measure, serves: true, donors }, told)
        })
        .collect())
}

/// An action, as far as a response to a need asks for it.
#[derive(Debug, Clone, Deserialize)]
pub struct Beside {
    pub id: ActionId,
    pub title: String,
    pub handling: Handling,
    pub keeper: OrganisationId,
    pub parties: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
}

impl Beside {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        Scope {
            keeper: Some(self.keeper),
            organisations: self.parties.clone(),
            beneficiaries: self.beneficiaries.clone(),
            ..Scope::default()
        }
    }
}

/// # Errors
/// The database's own.
pub async fn action(tx: &mut ProcessTx, id: ActionId) -> sqlx::Result<Option<Beside>> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', a.id, 'title', a.title, 'handling', a.handling, 'keeper', a.reporting_id,
            'parties', coalesce((select jsonb_agg(distinct q.organisation_id) from action_party q
                where q.process_id = a.process_id and q.action_id = a.id), '[]'),
            'beneficiaries', coalesce((select jsonb_agg(b.beneficiary_id) from action_beneficiary b
                where b.process_id = a.process_id and b.action_id = a.id), '[]')) as "action!: Json<Beside>"
        from visible_action a where a.process_id = kernel.process_id() and a.id = $1 and a.merged_into_id is null"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|Json(a)| a))
}
