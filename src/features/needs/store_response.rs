//! Responses and judgements in the database.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::model::{Coverage, Named, ResponseState};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, MembershipId, NeedId, OrganisationId, ResponseId};
use crate::kernel::random;

/// An action that its own organisation can propose.
#[derive(Debug)]
pub struct OwnAction {
    pub id: ActionId,
    pub title: String,
    pub status: Option<String>,
    pub ends: Option<PartialDate>,
    /// Whether it is for the need's beneficiary.
    pub for_them: bool,
    /// It answers the need already, or has been proposed.
    pub responds: bool,
}

/// The actions to which these organisations are a party, by words of their titles; those for the need's beneficiary first.
///
/// # Errors
/// The database's own.
pub async fn own_actions(
    tx: &mut ProcessTx,
    need: NeedId,
    organisations: &[OrganisationId],
    words: &str,
    most: i64,
) -> sqlx::Result<Vec<OwnAction>> {
    let organisations: Vec<_> = organisations.iter().map(|o| o.0).collect();
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!", a.status,
            kernel.partial_date(coalesce(a.actual_end, a.planned_end), coalesce(a.actual_end_precision, a.planned_end_precision)) as ends,
            exists (select from action_beneficiary b where b.process_id = a.process_id and b.action_id = a.id
                and b.beneficiary_id = n.beneficiary_id) as "for_them!",
            exists (select from visible_response r where r.process_id = a.process_id and r.need_id = n.id and r.action_id = a.id
                and r.state in ('proposed', 'confirmed')) as "responds!"
        from visible_need n
        join visible_action a on a.process_id = n.process_id
        where n.process_id = kernel.process_id() and n.id = $1 and a.merged_into_id is null and a.claim <> 'declined'
            and (a.reporting_id = any ($2) or exists (select from action_party q where q.process_id = a.process_id and q.action_id = a.id
                and q.organisation_id = any ($2)))
            and ($3 = '' or a.id in (select s.id from search.actions($3, 200) s))
        order by 5 desc, a.ends_on desc nulls first, a.search_title, a.id limit $4"#,
        need.0,
        &organisations,
        words,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| OwnAction {
            id: r.id,
            title: r.title,
            status: r.status,
            ends: r.ends.and_then(|d| d.parse().ok()),
            for_them: r.for_them,
            responds: r.responds,
        })
        .collect())
}

/// Proposes an action; `None` where it is proposed or confirmed already.
///
/// # Errors
/// The database's own.
pub async fn propose(
    tx: &mut ProcessTx,
    need: NeedId,
    action: ActionId,
    how: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ResponseId>> {
    sqlx::query_scalar!(
        r#"insert into response (id, need_id, action_id, how, proposed_at, proposed_by_id) values ($1, $2, $3, $4, $5, $6)
         on conflict (process_id, need_id, action_id) where state in ('proposed', 'confirmed') do nothing
         returning id as "id: ResponseId""#,
        random::id(),
        need.0,
        action.0,
        how,
        now,
        by.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// The beneficiary's answer; `false` where it has been answered or withdrawn meanwhile. One that was confirmed can be
/// declined later, with a word.
///
/// # Errors
/// The database's own.
pub async fn answer(
    tx: &mut ProcessTx,
    id: ResponseId,
    to: ResponseState,
    text: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update response set state = $2, answer = $3, answered_at = $5, answered_by_id = $4
         where process_id = kernel.process_id() and id = $1
            and (state = 'proposed' or (state = 'confirmed' and $2 = 'declined'))",
        id.0,
        to.as_str(),
        text,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Its proposer takes it back; `false` where it is answered with no, or withdrawn, already.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, id: ResponseId, by: MembershipId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update response set state = 'withdrawn', withdrawn_at = $3, withdrawn_by_id = $2
         where process_id = kernel.process_id() and id = $1 and state in ('proposed', 'confirmed')",
        id.0,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Of needs that were taken over and are submitted: what answers the need of the earlier cycle and is not over answers this one, too.
/// Where the need says the same, what its beneficiary had confirmed is confirmed with it; of one that says something else it is
/// proposed. Answers each new response with its state. What the sender does not see stays where it was.
///
/// # Errors
/// The database's own.
pub async fn carry_on(
    tx: &mut ProcessTx,
    needs: &[NeedId],
    by: MembershipId,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> sqlx::Result<Vec<(ResponseId, ResponseState)>> {
    let needs: Vec<_> = needs.iter().map(|n| n.0).collect();
    let rows = sqlx::query!(
        r#"insert into response (need_id, action_id, how, state, proposed_at, proposed_by_id, answer, answered_at, answered_by_id)
         select n.id, r.action_id, r.how, s.state, r.proposed_at, r.proposed_by_id,
            case s.state when 'confirmed' then r.answer else '' end,
            case s.state when 'confirmed' then $3::timestamptz end, case s.state when 'confirmed' then $2::uuid end
         from visible_need n
         join visible_response r on r.process_id = n.process_id and r.need_id = n.copied_from_id and r.state in ('proposed', 'confirmed')
         join visible_action a on a.process_id = r.process_id and a.id = r.action_id
         cross join lateral (select case n.carried when 'confirmed' then r.state else 'proposed' end as state) s
         where n.process_id = kernel.process_id() and n.id = any ($1) and n.state = 'submitted'
            and a.merged_into_id is null and a.claim <> 'declined' and a.status is distinct from 'completed'
            and a.status is distinct from 'cancelled' and coalesce(a.ends_on >= $4::date, true)
         on conflict (process_id, need_id, action_id) where state in ('proposed', 'confirmed') do nothing
         returning id as "id: ResponseId", state"#,
        &needs,
        by.0,
        now,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Some((r.id, ResponseState::parse(&r.state)?))).collect())
}

/// Who proposed it.
///
/// # Errors
/// The database's own.
pub async fn proposer(tx: &mut ProcessTx, id: ResponseId) -> sqlx::Result<Option<MembershipId>> {
    let row = sqlx::query_scalar!(
        r#"select proposed_by_id as "by: MembershipId" from visible_response where process_id = kernel.process_id() and id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

/// Writes a judgement down.
///
/// # Errors
/// The database's own.
pub async fn judge(
    tx: &mut ProcessTx,
    need: NeedId,
    coverage: Coverage,
    reason: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into need_judgement (id, need_id, coverage, reason, at, by_membership_id) values ($1, $2, $3, $4, $5, $6)",
        random::id(),
        need.0,
        coverage.as_str(),
        reason,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A need that an action answers, or was proposed for.
#[derive(Debug)]
pub struct Answered {
    pub id: ResponseId,
    pub need: NeedId,
    pub title: String,
    pub beneficiary: String,
    pub state: ResponseState,
    pub how: String,
    pub answer: String,
    pub coverage: Option<Coverage>,
}

/// The needs of an action, the live ones first; of a need that was carried on the latest that it answers.
///
/// # Errors
/// The database's own.
pub async fn of_action(tx: &mut ProcessTx, action: ActionId) -> sqlx::Result<Vec<Answered>> {
    let rows = sqlx::query!(
        r#"select r.id as "id!: ResponseId", n.id as "need!: NeedId", n.title as "title!", b.name as "beneficiary!", r.state as "state!",
            r.how as "how!", r.answer as "answer!",
            (select j.coverage from visible_judgement j where j.process_id = n.process_id and j.need_id = n.id
                order by j.at desc, j.id desc limit 1) as coverage
        from visible_response r join visible_need n on n.process_id = r.process_id and n.id = r.need_id
        join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
        where r.process_id = kernel.process_id() and r.action_id = $1 and n.state = 'submitted'
            and not exists (select from visible_response x join visible_need later on later.process_id = x.process_id and later.id = x.need_id
                where x.process_id = r.process_id and x.action_id = r.action_id and later.copied_from_id = n.id and later.state = 'submitted')
        order by array_position(array['confirmed', 'proposed', 'declined', 'withdrawn'], r.state), b.position, n.title, r.id"#,
        action.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Answered {
            id: r.id,
            need: r.need,
            title: r.title,
            beneficiary: r.beneficiary,
            state: ResponseState::parse(&r.state).unwrap_or(ResponseState::Withdrawn),
            how: r.how,
            answer: r.answer,
            coverage: r.coverage.as_deref().and_then(Coverage::parse),
        })
        .collect())
}

/// Submitted needs by words, with their beneficiary's name; none that goes on in a later cycle.
///
/// # Errors
/// The database's own.
pub async fn find_needs(tx: &mut ProcessTx, words: &[String], most: i64) -> sqlx::Result<Vec<(Named<NeedId>, String)>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_array(jsonb_build_object('id', n.id, 'name', n.title), b.name) as "need!: Json<(Named<NeedId>, String)>"
        from visible_need n join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
        where n.process_id = kernel.process_id() and n.state = 'submitted'
            and not exists (select from visible_need later where later.process_id = n.process_id and later.copied_from_id = n.id
                and later.state = 'submitted')
            and not exists (select from unnest($1::text[]) w where strpos(' ' || n.search_text, ' ' || w) = 0)
        order by n.title, n.id limit $2"#,
        words,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(n)| n).collect())
}
