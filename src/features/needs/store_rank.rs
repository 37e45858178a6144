//! Candidates for the ranking of responses.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, NeedId, OrganisationId};
use crate::kernel::permit::{Handling, Scope};

/// Candidates that are looked at.
const MOST: i64 = 300;

/// One that may be suggested.
pub struct Candidate {
    pub id: Uuid,
    pub title: String,
    pub of: String,
    /// What it says, folded.
    pub words: String,
    pub same_measure: bool,
    pub same_beneficiary: bool,
    pub same_theme: bool,
    pub same_pillar: bool,
}

/// Actions of the need's beneficiary that are not over: under the same measure, of the same theme, or found by its words.
///
/// # Errors
/// The database's own.
pub async fn actions(tx: &mut ProcessTx, need: NeedId, words: &str, today: NaiveDate) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"with n as materialized (select x.*, k.lineage_id, p.pillar_id from visible_need x
            left join plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id
            left join plan p on p.process_id = k.process_id and p.id = k.plan_id
            where x.process_id = kernel.process_id() and x.id = $1),
        measured as (select distinct l.action_id from n join plan_node k on k.process_id = n.process_id and k.lineage_id = n.lineage_id
            join plan_node_action l on l.process_id = k.process_id and l.plan_node_id = k.id),
        themed as (select t.action_id from n join action_theme t on t.process_id = n.process_id and t.theme_id = n.theme_id
            join action_beneficiary b on b.process_id = t.process_id and b.action_id = t.action_id and b.beneficiary_id = n.beneficiary_id
            limit $4),
        found as (select s.id as action_id from search.actions($2, 100) s),
        all_of_them as (select action_id from measured union select action_id from themed union select action_id from found)
        select a.id as "id!", a.title as "title!", a.search_text as "words!",
            coalesce((select string_agg(coalesce(o.short_name, o.name), ', ' order by lower(coalesce(o.short_name, o.name)))
                from action_party q join organisation o on o.process_id = q.process_id and o.id = q.organisation_id
                where q.process_id = a.process_id and q.action_id = a.id and q.role = 'funding'), '') as "of!",
            exists (select from measured m where m.action_id = a.id) as "same_measure!",
            coalesce(exists (select from action_theme t where t.process_id = a.process_id and t.action_id = a.id and t.theme_id = n.theme_id), false) as "same_theme!",
            coalesce(exists (select from action_pillar l where l.process_id = a.process_id and l.action_id = a.id and l.pillar_id = n.pillar_id), false) as "same_pillar!"
        from n join all_of_them x on true
        join visible_action a on a.process_id = n.process_id and a.id = x.action_id
        where a.merged_into_id is null and a.claim <> 'declined' and a.status is distinct from 'cancelled'
            and coalesce(a.ends_on >= $3, true)
            and exists (select from action_beneficiary b where b.process_id = a.process_id and b.action_id = a.id
                and b.beneficiary_id = n.beneficiary_id)
            and not exists (select from visible_response r where r.process_id = a.process_id and r.need_id = n.id and r.action_id = a.id
                and r.state in ('proposed', 'confirmed'))
        limit $4"#,
        need.0,
        words,
        today,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Candidate {
            id: r.id,
            title: r.title,
            of: r.of,
            words: r.words,
            same_measure: r.same_measure,
            same_beneficiary: true,
            same_theme: r.same_theme,
            same_pillar: r.same_pillar,
        })
        .collect())
}

/// Submitted needs of an action's beneficiaries that it does not answer yet; of one that was taken over the latest.
///
/// # Errors
/// The database's own.
pub async fn needs(tx: &mut ProcessTx, action: ActionId) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"select n.id as "id!", n.title as "title!", n.search_text as "words!", e.name as "of!",
            coalesce(exists (select from plan_node k join plan_node s on s.process_id = k.process_id and s.lineage_id = k.lineage_id
                join plan_node_action l on l.process_id = s.process_id and l.plan_node_id = s.id
                where k.process_id = n.process_id and k.id = n.plan_node_id and l.action_id = a.id), false) as "same_measure!",
            coalesce(exists (select from action_theme t where t.process_id = a.process_id and t.action_id = a.id and t.theme_id = n.theme_id), false) as "same_theme!",
            coalesce(exists (select from action_pillar l join plan p on p.process_id = l.process_id and p.pillar_id = l.pillar_id
                join plan_node k on k.process_id = p.process_id and k.plan_id = p.id
                where l.process_id = a.process_id and l.action_id = a.id and k.id = n.plan_node_id), false) as "same_pillar!"
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
        .map(|r| Candidate {
            id: r.id,
            title: r.title,
            of: r.of,
            words: r.words,
            same_measure: r.same_measure,
            same_beneficiary: true,
            same_theme: r.same_theme,
            same_pillar: r.same_pillar,
        })
        .collect())
}

/// An action, as far as a response to a need asks for it.
#[derive(Debug, Clone, Deserialize)]
pub struct Beside {
    pub id: ActionId,
    pub title: String,
    pub description: String,
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
        r#"select jsonb_build_object('id', a.id, 'title', a.title, 'description', a.description, 'handling', a.handling, 'keeper', a.reporting_id,
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
