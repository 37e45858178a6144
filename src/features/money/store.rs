//! What the ledger reads, with full sight; and what the pages read, through the reader's own views.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::ledger::{ActionRow, MoneyRow};
use super::model::Kind;
use crate::features::actions::Status;
use crate::kernel::date::Precision;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, OrganisationId, PlanId};

/// How far one may read: transactions before `oldest_open` are over, none after `newest` had begun.
#[derive(Debug, Clone, Copy)]
pub struct Horizon {
    pub oldest_open: i64,
    pub newest: i64,
}

/// # Errors
/// The database's own.
pub async fn horizon(tx: &mut ProcessTx) -> sqlx::Result<Horizon> {
    sqlx::query_as!(
        Horizon,
        r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "oldest_open!",
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "newest!""#
    )
    .fetch_one(tx.conn())
    .await
}

/// Where a reading goes on.
#[derive(Debug, Clone, Copy)]
pub struct From {
    pub changed: i64,
    pub id: Uuid,
}

/// The next actions of the process in the order of their ids.
///
/// # Errors
/// The database's own.
pub async fn all(tx: &mut ProcessTx, after: Uuid, most: i64) -> sqlx::Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select a.id from visible_action a where a.process_id = kernel.process_id() and a.id > $1 order by a.id limit $2",
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().flatten().collect())
}

/// The next actions that a transaction has changed from there on, in the order of the changes. Numbers above `newest` are of
/// another cluster, whose backup this was, and old.
///
/// # Errors
/// The database's own.
pub async fn since(tx: &mut ProcessTx, from: From, newest: i64, most: i64) -> sqlx::Result<Vec<(i64, Uuid)>> {
    let rows = sqlx::query!(
        r#"select a.changed as "changed!", a.id as "id!" from visible_action a where a.process_id = kernel.process_id()
            and a.changed >= $1 and a.changed <= $2 and (a.changed, a.id) > ($1, $3)
         order by a.changed, a.id limit $4"#,
        from.changed,
        newest,
        from.id,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.changed, r.id)).collect())
}

/// These actions as the book is told of them.
///
/// # Errors
/// The database's own.
pub async fn actions(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<ActionRow>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.parent_id, a.merged_into_id, a.claim = 'declined' as "declined!",
            a.handling in ('public', 'members') and a.claim <> 'declined' as "open!", a.status, a.starts_on, a.ends_on, a.search_title as "search_title!",
            a.stated_total::text as total, a.stated_currency,
            array(select x.pillar_id from action_pillar x where x.process_id = a.process_id and x.action_id = a.id
                order by x.pillar_id) as "pillars!: Vec<Uuid>",
            (select coalesce(jsonb_agg(jsonb_build_array(x.beneficiary_id, x.share::text) order by x.beneficiary_id), '[]')
                from action_beneficiary x where x.process_id = a.process_id and x.action_id = a.id) as "places!: Json<Vec<(Uuid, Option<String>)>>",
            array(select distinct x.organisation_id from action_party x where x.process_id = a.process_id and x.action_id = a.id
                and x.role = 'funding') as "funding!: Vec<Uuid>",
            array(select distinct x.organisation_id from action_party x where x.process_id = a.process_id and x.action_id = a.id
                and x.role = 'implementing') as "implementing!: Vec<Uuid>"
        from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| ActionRow {
        id: r.id,
        parent_id: r.parent_id,
        merged_into_id: r.merged_into_id,
        declined: r.declined,
        open: r.open,
        status: r.status.as_deref().and_then(Status::parse),
        start: r.starts_on,
        end: r.ends_on,
        search_title: r.search_title,
        stated: r.total.and_then(|t| t.parse().ok()).zip(r.stated_currency.and_then(|c| c.parse().ok())),
        pillars: r.pillars,
        places: r.places.0.into_iter().map(|(id, share)| (id, share.and_then(|s| s.parse().ok()))).collect(),
        funding: r.funding,
        implementing: r.implementing,
    });
    Ok(rows.collect())
}

/// The money of these actions, what no longer counts as well.
///
/// # Errors
/// The database's own.
pub async fn money(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Vec<MoneyRow>>> {
    let rows = sqlx::query!(
        r#"select c.id, c.action_id, c.kind, c.amount::text as "amount!", c.currency, c.value_date, c.value_date_precision, c.period_start, c.period_end,
            c.provider_id, c.receiver_id, c.withdrawn_at is not null as "withdrawn!",
            exists (select from contribution n -- past the view: what took its place
                where n.process_id = c.process_id and n.supersedes_id = c.id) as "superseded!"
        from contribution c -- past the view: what is left out is told
        where c.process_id = kernel.process_id() and c.action_id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all: HashMap<Uuid, Vec<MoneyRow>> = HashMap::new();
    for r in rows {
        let Some(kind) = Kind::parse(&r.kind) else { continue };
        all.entry(r.action_id).or_default().push(MoneyRow {
            id: r.id,
            kind,
            amount: r.amount.parse::<Decimal>().ok(),
            currency: r.currency.parse().ok(),
            value_date: r.value_date,
            precision: r.value_date_precision.and_then(|p| p.parse().ok()).unwrap_or(Precision::Day),
            period: (r.period_start, r.period_end),
            provider: r.provider_id,
            receiver: r.receiver_id,
            superseded: r.superseded,
            withdrawn: r.withdrawn,
        });
    }
    Ok(all)
}

/// What of a process's money one reader's total needs to know.
#[derive(Debug)]
pub struct Seen {
    /// Of the actions that not every member sees, those that this reader does.
    pub closed: Vec<Uuid>,
    /// Actions that an open question is about whether they are one action entered twice, where the reader sees it and was asked for.
    pub doubled: Vec<Uuid>,
}

/// What the reader of a total sees; what may be in it twice where that is asked for.
///
/// # Errors
/// The database's own.
pub async fn sight(tx: &mut ProcessTx, doubled: bool) -> sqlx::Result<Seen> {
    sqlx::query_as!(
        Seen,
        // the narrow rows do not know what was taken back with its import, which is declined as well
        r#"select coalesce(array_agg(f.action_id), '{}') as "closed!: Vec<Uuid>",
            case when $1 then array(select distinct x.action_id from visible_overlap_case c
                    join overlap_case_action x on x.process_id = c.process_id and x.case_id = c.id -- past the view: of a question that is seen
                where c.process_id = kernel.process_id() and c.kind = 'same' and c.state in ('open', 'working'))
                else '{}' end as "doubled!: Vec<Uuid>"
            from visible_facet f
            where f.process_id = kernel.process_id() and (f.handling in ('parties', 'restricted') or f.claim = 'declined')
                and (f.claim <> 'declined'
                    or exists (select from visible_action a where a.process_id = f.process_id and a.id = f.action_id))"#,
        doubled
    )
    .fetch_one(tx.conn())
    .await
}

/// The actions that hang under a plan that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn of_plan(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select distinct l.action_id as "id!" from plan_node_action l
            join visible_plan_node n on n.process_id = l.process_id and n.id = l.plan_node_id and n.removed_at is null
         where l.process_id = kernel.process_id() and n.plan_id = $1"#,
        plan.0
    )
    .fetch_all(tx.conn())
    .await
}

/// The plans that can be asked for, by title.
///
/// # Errors
/// The database's own.
pub async fn plans(tx: &mut ProcessTx) -> sqlx::Result<Vec<(PlanId, String)>> {
    let rows = sqlx::query!(
        r#"select p.id as "id!: PlanId", p.title as "title!" from visible_plan p where p.process_id = kernel.process_id()
            order by lower(p.title), p.id limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title)).collect())
}

/// Names of organisations.
///
/// # Errors
/// The database's own.
pub async fn organisations(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<OrganisationId, String>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name from organisation o where o.process_id = kernel.process_id() and o.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Titles of actions that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn titles(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<ActionId, String>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!" from visible_action a
            where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title)).collect())
}

/// A row of money as the page of an opened total shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub action: ActionId,
    pub amount: String,
    pub currency: String,
    pub value_date: Option<NaiveDate>,
    pub value_precision: Option<String>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub provider_id: Option<OrganisationId>,
    pub receiver_id: Option<OrganisationId>,
    pub provider: Option<String>,
    pub receiver: Option<String>,
    /// When its action begins.
    pub starts_on: Option<NaiveDate>,
    /// It is the action's stated total, which stands in for rows.
    pub stated: bool,
    pub withdrawn: bool,
    /// Another row has taken its place.
    pub superseded: bool,
}

/// The rows of one kind of these actions, what no longer counts as well, and the stated totals that stand in for such.
///
/// # Errors
/// The database's own.
pub async fn shown(tx: &mut ProcessTx, ids: &[Uuid], kind: Kind) -> sqlx::Result<Vec<Shown>> {
    sqlx::query_as!(
        Shown,
        r#"with asked as (select a.process_id, a.id, a.starts_on, a.stated_total, a.stated_currency from visible_action a
                where a.process_id = kernel.process_id() and a.id = any ($1)),
            money as (select c.action_id, c.id, c.amount, c.currency, c.value_date, c.value_date_precision, c.period_start, c.period_end,
                    c.provider_id, c.receiver_id, p.name as provider, r.name as receiver, a.starts_on, false as stated,
                    c.withdrawn_at is not null as withdrawn,
                    exists (select from contribution n -- past the view: what took its place
                        where n.process_id = c.process_id and n.supersedes_id = c.id) as superseded
                from asked a join visible_contribution_row c on c.process_id = a.process_id and c.action_id = a.id
                    left join organisation p on p.process_id = c.process_id and p.id = c.provider_id
                    left join organisation r on r.process_id = c.process_id and r.id = c.receiver_id
                where c.kind = $2
                union all select a.id, a.id, a.stated_total, a.stated_currency, null, null, null, null, null, null, null, null, a.starts_on,
                    true, false, false
                from asked a where $3 and a.stated_total is not null
                    and not exists (select from visible_contribution c where c.process_id = a.process_id and c.action_id = a.id
                        and c.kind in ('planned', 'committed')))
        select m.action_id as "action!: ActionId", m.amount::text as "amount!", m.currency as "currency!", m.value_date as "value_date?",
            m.value_date_precision as "value_precision?", m.period_start as "period_start?", m.period_end as "period_end?",
            m.provider_id as "provider_id?: OrganisationId", m.receiver_id as "receiver_id?: OrganisationId",
            m.provider as "provider?", m.receiver as "receiver?", m.starts_on as "starts_on?", m.stated as "stated!",
            m.withdrawn as "withdrawn!", m.superseded as "superseded!"
        from money m order by m.value_date nulls last, m.id"#,
        ids,
        kind.as_str(),
        kind.is_of_budget()
    )
    .fetch_all(tx.conn())
    .await
}

/// Of these actions, in the order of the list, those whose money the reader may change: all (`every`), or those that these
/// organisations keep or are a party to.
///
/// # Errors
/// The database's own.
pub async fn editable(
    tx: &mut ProcessTx,
    ids: &[Uuid],
    every: bool,
    organisations: &[Uuid],
    most: i64,
) -> sqlx::Result<Vec<(ActionId, String)>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!" from visible_action a
            where a.process_id = kernel.process_id() and a.id = any ($1)
                and ($2 or a.reporting_id = any ($3) or exists (select from action_party p
                    where p.process_id = a.process_id and p.action_id = a.id and p.organisation_id = any ($3)))
            order by a.search_title, a.id limit $4"#,
        ids,
        every,
        organisations,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title)).collect())
}
