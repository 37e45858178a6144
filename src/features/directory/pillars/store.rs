//! Pillars and their leads in the database.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MembershipId, OrganisationId, PillarId, PillarLeadId};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lead {
    pub id: PillarLeadId,
    pub organisation: OrganisationId,
    pub name: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub note: String,
    pub source_url: Option<String>,
    pub version: i32,
}

impl Lead {
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.starts_on <= today && self.ends_on.is_none_or(|end| end >= today)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
}

pub struct Pillar {
    pub id: PillarId,
    pub key: String,
    pub name: String,
    pub about: String,
    pub version: i32,
    /// The latest first.
    pub leads: Vec<Lead>,
    /// Current members with the role of lead for it.
    pub people: Vec<Person>,
}

impl Pillar {
    pub fn current(&self, today: NaiveDate) -> impl Iterator<Item = &Lead> {
        self.leads.iter().filter(move |l| l.is_current(today))
    }
    pub fn has_lead(&self, today: NaiveDate) -> bool {
        self.current(today).next().is_some()
    }
}

/// Every pillar in its order; only the one of that key or id, where one is named.
async fn read(tx: &mut ProcessTx, key: Option<&str>, today: NaiveDate) -> sqlx::Result<Vec<Pillar>> {
    let rows = sqlx::query!(
        r#"select p.id as "id: PillarId", p.key, p.name, p.about, p.version,
            coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'organisation', l.organisation_id, 'name', o.name, 'starts_on', l.starts_on,
                    'ends_on', l.ends_on, 'note', l.note, 'source_url', l.source_url, 'version', l.version)
                    order by l.starts_on desc, lower(o.name))
                from pillar_lead l join organisation o on o.process_id = l.process_id and o.id = l.organisation_id
                where l.pillar_id = p.id), '[]') as "leads!: Json<Vec<Lead>>",
            coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post) order by lower(m.name), m.id)
                from membership m join membership_pillar mp on mp.process_id = m.process_id and mp.membership_id = m.id
                where mp.pillar_id = p.id and m.role = 'lead' and m.state = 'active' and m.starts_on <= $2
                    and coalesce(m.ends_on, $2) >= $2), '[]') as "people!: Json<Vec<Person>>"
        from pillar p where $1::text is null or p.key = $1 or p.id::text = $1
        order by p.position, p.key"#,
        key,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Pillar {
            id: r.id,
            key: r.key,
            name: r.name,
            about: r.about,
            version: r.version,
            leads: r.leads.0,
            people: r.people.0,
        })
        .collect())
}

pub async fn list(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<Pillar>> {
    read(tx, None, today).await
}

/// By its key or its id.
pub async fn load(tx: &mut ProcessTx, key: &str, today: NaiveDate) -> sqlx::Result<Pillar> {
    read(tx, Some(key), today).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

#[derive(Debug, Clone, Deserialize)]
pub struct BeneficiaryCount {
    pub code: String,
    pub name: String,
    pub n: i64,
}

/// How many actions it has, and how many of them name each beneficiary.
pub struct Figures {
    pub actions: i64,
    pub beneficiaries: Vec<BeneficiaryCount>,
}

pub async fn figures(tx: &mut ProcessTx, id: PillarId) -> sqlx::Result<Figures> {
    let r = sqlx::query!(
        r#"with of_it as materialized (select a.id from action_pillar ap
                join visible_action a on a.process_id = ap.process_id and a.id = ap.action_id
                where ap.pillar_id = $1 and a.merged_into_id is null and a.claim <> 'declined'),
            counted as (select ab.beneficiary_id, count(*) as n from of_it join action_beneficiary ab on ab.action_id = of_it.id group by 1)
        select (select count(*) from of_it) as "actions!",
            coalesce((select jsonb_agg(jsonb_build_object('code', b.code, 'name', b.name, 'n', coalesce(c.n, 0)) order by b.position)
                from beneficiary b left join counted c on c.beneficiary_id = b.id), '[]') as "beneficiaries!: Json<Vec<BeneficiaryCount>>""#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Figures { actions: r.actions, beneficiaries: r.beneficiaries.0 })
}

/// Whether another pillar has this name, however it is written.
pub async fn name_taken(tx: &mut ProcessTx, name: &str, but: Option<PillarId>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from pillar where lower(name) = lower($1) and id is distinct from $2) as "taken!""#,
        name,
        but.map(|i| i.0)
    )
    .fetch_one(tx.conn())
    .await
}

/// Adds one, the last in the order of the process. False where its key is taken, however it is written.
pub async fn create(tx: &mut ProcessTx, id: PillarId, key: &str, name: &str, about: &str) -> sqlx::Result<bool> {
    let made = sqlx::query!(
        "insert into pillar (id, key, name, about, position)
         select $1, $2, $3, $4, coalesce(max(position), 0) + 1 from pillar having not coalesce(bool_or(lower(key) = lower($2)), false)
         on conflict (process_id, key) do nothing",
        id.0,
        key,
        name,
        about
    )
    .execute(tx.conn())
    .await?;
    Ok(made.rows_affected() > 0)
}

/// False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, id: PillarId, version: i32, name: &str, about: &str) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update pillar set name = $3, about = $4, version = version + 1 where id = $1 and version = $2",
        id.0,
        version,
        name,
        about
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// A term as it is written down.
pub struct Term<'a> {
    pub organisation: OrganisationId,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub note: &'a str,
    pub source_url: Option<&'a str>,
}

pub async fn add_lead(tx: &mut ProcessTx, pillar: PillarId, id: PillarLeadId, term: &Term<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into pillar_lead (id, pillar_id, organisation_id, starts_on, ends_on, note, source_url) values ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        pillar.0,
        term.organisation.0,
        term.starts_on,
        term.ends_on,
        term.note,
        term.source_url
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first. The organisation of a term stays: another one is another term.
pub async fn save_lead(tx: &mut ProcessTx, id: PillarLeadId, version: i32, term: &Term<'_>) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update pillar_lead set starts_on = $3, ends_on = $4, note = $5, source_url = $6, version = version + 1
         where id = $1 and version = $2 and organisation_id = $7",
        id.0,
        version,
        term.starts_on,
        term.ends_on,
        term.note,
        term.source_url,
        term.organisation.0
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}
