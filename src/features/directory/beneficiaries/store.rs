//! Beneficiaries in the database.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

use crate::features::directory::shared::ActionLine;
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::ids::{ActionId, BeneficiaryId, MembershipId};
use crate::kernel::random;

/// A name that was borne until a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FormerName {
    pub name: String,
    pub until: NaiveDate,
}

/// One line of the list. Former names are for searching, and for those who keep them: no list says them.
pub struct Line {
    pub id: BeneficiaryId,
    pub code: String,
    pub name: String,
    pub coordinators: i64,
}

pub async fn list(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select b.id as "id: BeneficiaryId", b.code, b.name,
            (select count(*) from membership m where m.beneficiary_id = b.id and m.state = 'active' and m.starts_on <= $1
                and coalesce(m.ends_on, $1) >= $1) as "coordinators!"
        from beneficiary b order by b.position, b.code"#,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Line { id: r.id, code: r.code, name: r.name, coordinators: r.coordinators }).collect())
}

pub struct Beneficiary {
    pub id: BeneficiaryId,
    pub code: String,
    pub name: String,
    pub note: Option<String>,
    pub former: Vec<FormerName>,
    pub version: i32,
}

/// By its code or its id.
pub async fn load(tx: &mut ProcessTx, key: &str) -> sqlx::Result<Beneficiary> {
    let r = sqlx::query!(
        r#"select b.id as "id: BeneficiaryId", b.code, b.name, b.note, b.version,
            coalesce((select jsonb_agg(jsonb_build_object('name', n.name, 'until', n.until) order by n.until desc)
                from former_name n where n.beneficiary_id = b.id), '[]') as "former!: Json<Vec<FormerName>>"
        from beneficiary b where b.code = upper($1) or b.id::text = $1"#,
        key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Beneficiary { id: r.id, code: r.code, name: r.name, note: r.note, former: r.former.0, version: r.version })
}

#[derive(Debug, Clone, Deserialize)]
pub struct Coordinator {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
    pub organisation: Option<String>,
    pub focal_point: bool,
    pub speaks: bool,
    pub votes: bool,
}

/// Its members, and how many actions name it in each pillar; the empty key stands for none stated.
pub struct Around {
    pub coordinators: Vec<Coordinator>,
    pub pillars: Vec<PillarCount>,
    pub total: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PillarCount {
    pub key: String,
    pub name: String,
    pub n: i64,
}

pub async fn around(tx: &mut ProcessTx, id: BeneficiaryId, today: NaiveDate) -> sqlx::Result<Around> {
    let r = sqlx::query!(
        r#"with named as materialized (select a.id from action_beneficiary ab
                join visible_action a on a.process_id = ab.process_id and a.id = ab.action_id
                where ab.beneficiary_id = $1 and a.merged_into_id is null and a.claim <> 'declined'),
            counted as (select ap.pillar_id, count(*) as n from named join action_pillar ap on ap.action_id = named.id group by 1)
        select (select count(*) from named) as "total!",
            coalesce((select jsonb_agg(jsonb_build_object('key', p.key, 'name', p.name, 'n', coalesce(c.n, 0)) order by p.position)
                from pillar p left join counted c on c.pillar_id = p.id), '[]') as "pillars!: Json<Vec<PillarCount>>",
            coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'organisation', o.name,
                    'focal_point', m.focal_point,
                    'speaks', coalesce(m.speaks_for_from <= $2 and coalesce(m.speaks_for_to, $2) >= $2, false),
                    'votes', coalesce(m.votes_from <= $2 and coalesce(m.votes_to, $2) >= $2, false)) order by lower(m.name), m.id)
                from membership m left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                where m.beneficiary_id = $1 and m.state = 'active' and m.starts_on <= $2
                    and coalesce(m.ends_on, $2) >= $2), '[]') as "coordinators!: Json<Vec<Coordinator>>""#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Around { coordinators: r.coordinators.0, pillars: r.pillars.0, total: r.total })
}

/// Actions that name it and end from `from` to `to`, the earliest first.
pub async fn ending(
    tx: &mut ProcessTx,
    id: BeneficiaryId,
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<Vec<ActionLine>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!", a.status,
            coalesce(a.actual_end, a.planned_end) as ends, coalesce(a.actual_end_precision, a.planned_end_precision) as precision
        from visible_action a
        where a.ends_on between $2 and $3 and a.merged_into_id is null and a.claim <> 'declined' and a.status is distinct from 'cancelled'
            and exists (select from action_beneficiary ab where ab.process_id = a.process_id and ab.action_id = a.id and ab.beneficiary_id = $1)
        order by a.ends_on, a.id limit 10"#,
        id.0,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ActionLine::new(r.id, r.title, r.status.as_deref(), r.ends, r.precision.as_deref(), String::new()))
        .collect())
}

/// Each name by itself, as it is looked for: the present one, then the former ones.
fn searched<'a>(name: &'a str, former: impl Iterator<Item = &'a str>) -> Vec<String> {
    std::iter::once(name).chain(former).map(fold).collect()
}

/// Folds the names of beneficiaries whose names came from elsewhere unfolded.
///
/// # Errors
/// The database's own.
pub async fn fold_missing(tx: &mut ProcessTx) -> sqlx::Result<()> {
    let unfolded = sqlx::query!(
        r#"select b.id, b.name, array(select n.name from former_name n where n.process_id = b.process_id
                and n.beneficiary_id = b.id order by n.until desc) as "former!: Vec<String>"
        from beneficiary b where b.search_names = '{}'
            and exists (select from former_name n where n.process_id = b.process_id and n.beneficiary_id = b.id)"#
    )
    .fetch_all(tx.conn())
    .await?;
    if unfolded.is_empty() {
        return Ok(());
    }
    let folded = unfolded.iter().map(|b| {
        let names = searched(&b.name, b.former.iter().map(String::as_str));
        serde_json::json!({ "id": b.id, "names": names })
    });
    sqlx::query!(
        "update beneficiary b set search_names = x.names from jsonb_to_recordset($1) as x (id uuid, names text[]) where b.id = x.id",
        Json(folded.collect::<Vec<_>>()) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether another beneficiary has this name, however it is written.
pub async fn name_taken(tx: &mut ProcessTx, name: &str, but: Option<BeneficiaryId>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from beneficiary where lower(name) = lower($1) and id is distinct from $2) as "taken!""#,
        name,
        but.map(|i| i.0)
    )
    .fetch_one(tx.conn())
    .await
}

/// What the form says of a beneficiary.
pub struct Draft {
    pub name: String,
    pub note: Option<String>,
    pub former: Vec<FormerName>,
}

impl Draft {
    /// Found by its former names too.
    fn folded(&self) -> Vec<String> {
        searched(&self.name, self.former.iter().map(|f| f.name.as_str()))
    }
}

/// Adds one, the last in the order of the process. False where its code is taken.
pub async fn create(tx: &mut ProcessTx, id: BeneficiaryId, code: &str, draft: &Draft) -> sqlx::Result<bool> {
    let folded = draft.folded();
    let made = sqlx::query!(
        "insert into beneficiary (id, code, name, note, search_text, search_names, position)
         select $1, $2, $3, $4, $5, $6, coalesce(max(position), 0) + 1 from beneficiary
         on conflict (process_id, code) do nothing",
        id.0,
        code,
        draft.name,
        draft.note,
        folded.join(" "),
        &folded
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if made == 0 {
        return Ok(false);
    }
    add_former(tx, id, &draft.former).await?;
    Ok(true)
}

/// Saves name, note and former names. False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, id: BeneficiaryId, version: i32, draft: &Draft) -> sqlx::Result<bool> {
    let folded = draft.folded();
    let saved = sqlx::query!(
        "update beneficiary set name = $6, note = $3, search_text = $4, search_names = $5, version = version + 1
         where id = $1 and version = $2",
        id.0,
        version,
        draft.note,
        folded.join(" "),
        &folded,
        draft.name
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if saved == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from former_name where beneficiary_id = $1", id.0).execute(tx.conn()).await?;
    add_former(tx, id, &draft.former).await?;
    Ok(true)
}

async fn add_former(tx: &mut ProcessTx, id: BeneficiaryId, former: &[FormerName]) -> sqlx::Result<()> {
    if former.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = former.iter().map(|_| random::id()).collect();
    let names: Vec<String> = former.iter().map(|f| f.name.clone()).collect();
    let untils: Vec<NaiveDate> = former.iter().map(|f| f.until).collect();
    sqlx::query!(
        "insert into former_name (id, beneficiary_id, name, until)
         select x.id, $1, x.name, x.until from unnest($2::uuid[], $3::text[], $4::date[]) x (id, name, until)",
        id.0,
        &ids,
        &names,
        &untils
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
