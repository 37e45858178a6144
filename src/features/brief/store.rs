//! What a brief reads and keeps.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, OrganisationId, ThemeId};
use crate::kernel::random;

/// The process's themes that are in use.
///
/// # Errors
/// The database's own.
pub async fn themes(tx: &mut ProcessTx) -> sqlx::Result<Vec<(ThemeId, String)>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: ThemeId", t.name from theme t where t.process_id = kernel.process_id() and t.retired_at is null
            order by t.position, t.name"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Counts one asking; `None` where the account has asked too often.
///
/// # Errors
/// The database's own.
pub async fn count(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<Option<i64>> {
    let may = sqlx::query_scalar!("select kernel.try_attempt('brief', $1, $2, $3)", subject, now, most)
        .fetch_one(tx.conn())
        .await?;
    if may.is_some() {
        sqlx::query!(
            "insert into brief_count (day, n) values ($1, 1) on conflict (process_id, day) do update set n = brief_count.n + 1",
            now.date_naive()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(may)
}

/// What the page tells besides the brief.
#[derive(Debug, Clone)]
pub struct Besides {
    /// How many were asked for since a day; none for who is not the secretariat.
    pub asked: Option<i64>,
    /// The names of all organisations, to share with some.
    pub organisations: Vec<String>,
}

/// `shares`: the organisations are asked for, too.
///
/// # Errors
/// The database's own.
pub async fn besides(tx: &mut ProcessTx, since: NaiveDate, shares: bool) -> sqlx::Result<Besides> {
    sqlx::query_as!(
        Besides,
        r#"select kernel.briefs_asked($1) as asked,
            array(select o.name from organisation o where $2 and o.process_id = kernel.process_id() and o.merged_into_id is null
                order by o.search_text, o.name) as "organisations!: Vec<String>""#,
        since,
        shares
    )
    .fetch_one(tx.conn())
    .await
}

/// A need that may be answered, with how far it is.
#[derive(Debug, Clone)]
pub struct Need {
    pub id: Uuid,
    pub title: String,
    pub own_title: String,
    pub body: String,
    pub own_body: String,
    pub beneficiary: BeneficiaryId,
    pub beneficiary_code: String,
    pub priority: Option<String>,
    pub theme: Option<Uuid>,
    pub theme_name: Option<String>,
    pub pillar: Option<String>,
    /// As it was judged last.
    pub coverage: Option<String>,
    /// Confirmed and proposed responses.
    pub responses: i64,
}

/// Needs looked at: the submitted ones of these beneficiaries (of all, where none is named) in cycles that are open.
const NEEDS: i64 = 500;

/// # Errors
/// The database's own.
pub async fn needs(tx: &mut ProcessTx, beneficiaries: &[BeneficiaryId]) -> sqlx::Result<Vec<Need>> {
    let ids: Vec<Uuid> = beneficiaries.iter().map(|b| b.0).collect();
    sqlx::query_as!(
        Need,
        r#"select n.id as "id!", n.title as "title!", n.own_title as "own_title!", n.body as "body!", n.own_body as "own_body!", n.beneficiary_id as "beneficiary!: BeneficiaryId",
            b.code as beneficiary_code, n.priority, n.theme_id as theme,
            (select t.name from theme t where t.process_id = n.process_id and t.id = n.theme_id) as theme_name,
            (select l.key from plan_node k join plan p on p.process_id = k.process_id and p.id = k.plan_id -- past the view: the pillar of a need that is seen
                join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
                where k.process_id = n.process_id and k.id = n.plan_node_id) as pillar,
            (select j.coverage from visible_judgement j where j.process_id = n.process_id and j.need_id = n.id
                order by j.at desc, j.id desc limit 1) as coverage,
            (select count(*) from visible_response r where r.process_id = n.process_id and r.need_id = n.id
                and r.state in ('proposed', 'confirmed')) as "responses!"
        from visible_need n
        join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
        where n.process_id = kernel.process_id() and n.state = 'submitted' and (cardinality($1::uuid[]) = 0 or n.beneficiary_id = any ($1))
            and not exists (select from visible_need later where later.process_id = n.process_id and later.copied_from_id = n.id
                and later.state = 'submitted')
        order by n.priority = 'high' desc nulls last, n.updated_at desc, n.id limit $2"#,
        &ids,
        NEEDS
    )
    .fetch_all(tx.conn())
    .await
}

/// Somebody to talk to.
#[derive(Debug, Clone)]
pub struct Contact {
    pub of: String,
    /// Empty of an organisation that keeps what was found and of which nobody is known.
    pub name: String,
    pub post: String,
    pub email: String,
    /// Of a member of the process: their page in the directory.
    pub member: Option<Uuid>,
    /// Of an organisation: its page in the directory.
    pub organisation: Option<Uuid>,
}

/// Contact points of the organisations that keep these actions, or, where one states none, its focal points; who leads the pillars, and
/// who speaks for the beneficiaries. Each organisation is there, also one of which nobody is known: it is whom to ask.
///
/// # Errors
/// The database's own.
pub async fn contacts(
    tx: &mut ProcessTx,
    actions: &[Uuid],
    pillars: &[Uuid],
    beneficiaries: &[Uuid],
    today: NaiveDate,
) -> sqlx::Result<Vec<Contact>> {
    sqlx::query_as!(
        Contact,
        r#"with kept as (select distinct o.id, o.name from visible_action a
                join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
                where a.process_id = kernel.process_id() and a.id = any ($1)),
            current as (select m.id, m.name, m.post, m.role, m.organisation_id, m.beneficiary_id, m.focal_point,
                    coalesce(m.speaks_for_from <= $4 and coalesce(m.speaks_for_to, $4) >= $4, false) as speaks
                from membership m where m.process_id = kernel.process_id() and m.state = 'active' and m.starts_on <= $4
                    and coalesce(m.ends_on, $4) >= $4)
        select x."of" as "of!", x.name as "name!", x.post as "post!",
            coalesce(x.email, (select e.email from kernel.member_addresses() e where e.membership_id = x.member), '') as "email!",
            x.member as "member?", x.organisation as "organisation?" from (
            select distinct k.name as "of", coalesce(c.name, m.name, '') as name, coalesce(c.post, m.post, '') as post, c.email,
                m.id as member, k.id as organisation, 1 as place from kept k
                left join contact_point c on c.process_id = kernel.process_id() and c.organisation_id = k.id
                left join current m on c.id is null and m.role = 'partner' and m.organisation_id = k.id and m.focal_point
            union all
            select l.key, m.name, m.post, null, m.id, null, 2 from current m
                join membership_pillar mp on mp.process_id = kernel.process_id() and mp.membership_id = m.id and mp.pillar_id = any ($2)
                join pillar l on l.process_id = mp.process_id and l.id = mp.pillar_id
                where m.role = 'lead'
            union all
            select b.name, m.name, m.post, null, m.id, null, 3 from current m
                join beneficiary b on b.process_id = kernel.process_id() and b.id = m.beneficiary_id
                where m.role = 'beneficiary' and m.beneficiary_id = any ($3) and (m.focal_point or m.speaks)) x
        order by x.place, x."of", x.name limit 40"#,
        actions,
        pillars,
        beneficiaries,
        today
    )
    .fetch_all(tx.conn())
    .await
}

/// A brief that somebody kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: Uuid,
    pub title: String,
    pub asked: Json<Vec<(String, String)>>,
    pub handling: String,
    pub at: DateTime<Utc>,
    pub by: Option<String>,
    /// Whose idea it is, where its author is of an organisation.
    pub keeper: Option<OrganisationId>,
    pub mine: bool,
}

/// # Errors
/// The database's own.
pub async fn kept(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as!(
        Kept,
        r#"select b.id as "id!", b.title as "title!", b.asked as "asked!: Json<Vec<(String, String)>>", b.handling as "handling!", b.at as "at!",
            coalesce(o.name, e.name) as by, m.organisation_id as "keeper: OrganisationId", coalesce(m.account_id = kernel.account_id(), false) as "mine!"
        from visible_brief b
        join membership m on m.process_id = b.process_id and m.id = b.by_membership_id
        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
        left join beneficiary e on e.process_id = m.process_id and e.id = m.beneficiary_id
        where b.process_id = kernel.process_id() and b.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await
}

/// Those that the reader sees, the latest first.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Kept>> {
    sqlx::query_as!(
        Kept,
        r#"select b.id as "id!", b.title as "title!", '[]'::jsonb as "asked!: Json<Vec<(String, String)>>", b.handling as "handling!", b.at as "at!",
            coalesce(o.name, e.name) as by, m.organisation_id as "keeper: OrganisationId", coalesce(m.account_id = kernel.account_id(), false) as "mine!"
        from visible_brief b
        join membership m on m.process_id = b.process_id and m.id = b.by_membership_id
        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
        left join beneficiary e on e.process_id = m.process_id and e.id = m.beneficiary_id
        where b.process_id = kernel.process_id() order by b.at desc, b.id limit 50"#
    )
    .fetch_all(tx.conn())
    .await
}

/// Keeps an idea. `named`: parties that see it besides its author's own, by their ids.
///
/// # Errors
/// The database's own.
pub async fn keep(
    tx: &mut ProcessTx,
    title: &str,
    asked: &[(String, String)],
    handling: &str,
    named: &[Uuid],
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = random::id();
    let own = by.organisation.map(|o| o.0).into_iter().chain(by.beneficiary.map(|b| b.0));
    let audience: Vec<Uuid> = own.chain(named.iter().copied()).collect();
    sqlx::query!(
        "insert into brief (id, title, asked, handling, audience, by_membership_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        title,
        Json(asked) as _,
        handling,
        &audience,
        by.id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Takes an own brief away; `false` where it is none of one's own.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update brief b set withdrawn_at = $2 where b.process_id = kernel.process_id() and b.id = $1 and b.withdrawn_at is null
            and exists (select from membership m where m.process_id = b.process_id and m.id = b.by_membership_id
                and m.account_id = kernel.account_id())",
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whoever keeps an action that may overlap with an idea and that the asker does not see: to be told, never to be shown.
#[derive(Debug, Clone)]
pub struct Keeper {
    pub organisation: OrganisationId,
    pub name: String,
    pub action: Uuid,
    pub title: String,
}

/// Who keeps those of these actions that the asker does not see, each once, with the first of its actions in the order given.
///
/// # Errors
/// The database's own.
pub async fn keepers(tx: &mut ProcessTx, actions: &[Uuid]) -> sqlx::Result<Vec<Keeper>> {
    sqlx::query_as!(
        Keeper,
        r#"select distinct on (o.id) o.id as "organisation: OrganisationId", o.name, a.id as action, a.title
            from action a -- past the view: told to whoever keeps it, and not to whoever asks
            join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
            where a.process_id = kernel.process_id() and a.id = any ($1) and a.merged_into_id is null
                and not exists (select from visible_action v where v.process_id = a.process_id and v.id = a.id)
            order by o.id, array_position($1, a.id)"#,
        actions
    )
    .fetch_all(tx.conn())
    .await
}
