//! Organisations in the database: writing, and what a form asks before it writes.

use chrono::{DateTime, Utc};

use super::model::{Draft, Level};
use super::store::{Contact, Related};
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::ids::{ContactPointId, OrganisationId};
use crate::kernel::random;

/// Organisations with a name that reads much like this one.
pub async fn alike(tx: &mut ProcessTx, name: &str) -> sqlx::Result<Vec<Related>> {
    sqlx::query_as!(
        Related,
        r#"select o.id as "id: OrganisationId", o.name from search.organisations($1, 20) s join organisation o on o.id = s.id
        where o.merged_into_id is null and (o.search_text = $1 or similarity(lower(o.name), lower($2)) >= 0.6
            or exists (select from organisation_alias l where l.organisation_id = o.id and similarity(lower(l.name), lower($2)) >= 0.6))
        order by lower(o.name) limit 5"#,
        fold(name),
        name
    )
    .fetch_all(tx.conn())
    .await
}

/// Whether `above` is `below` itself or a body that it is part of. No other save changes what is part of what until this
/// transaction ends.
pub async fn is_above(tx: &mut ProcessTx, above: OrganisationId, below: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select kernel.is_part_of('organisation', $1, $2) as "above!""#, below.0, above.0)
        .fetch_one(tx.conn())
        .await
}

pub async fn create(tx: &mut ProcessTx, id: OrganisationId, d: &Draft, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into organisation (id, name, short_name, kind, level, seat, iati_identifier, parent_id, note, member, member_from, member_to,
            search_text, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        id.0,
        d.name,
        d.short_name,
        d.kind.as_str(),
        d.level.map(Level::as_str),
        d.seat,
        d.iati_identifier,
        d.parent.map(|p| p.0),
        d.note,
        d.member,
        d.member_from,
        d.member_to,
        d.search_text(),
        now
    )
    .execute(tx.conn())
    .await?;
    set_aliases(tx, id, &d.aliases).await
}

/// False where somebody else was first, or where it has been merged into another.
pub async fn update(
    tx: &mut ProcessTx,
    id: OrganisationId,
    version: i32,
    d: &Draft,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update organisation set name = $3, short_name = $4, kind = $5, level = $6, seat = $7, iati_identifier = $8, parent_id = $9, note = $10,
            member = $11, member_from = $12, member_to = $13, search_text = $14, updated_at = $15, version = version + 1
         where id = $1 and version = $2 and merged_into_id is null",
        id.0,
        version,
        d.name,
        d.short_name,
        d.kind.as_str(),
        d.level.map(Level::as_str),
        d.seat,
        d.iati_identifier,
        d.parent.map(|p| p.0),
        d.note,
        d.member,
        d.member_from,
        d.member_to,
        d.search_text(),
        now
    )
    .execute(tx.conn())
    .await?;
    if saved.rows_affected() == 0 {
        return Ok(false);
    }
    set_aliases(tx, id, &d.aliases).await?;
    Ok(true)
}

/// Names that stay keep their rows: a merge that is undone looks for them by id.
async fn set_aliases(tx: &mut ProcessTx, id: OrganisationId, names: &[String]) -> sqlx::Result<()> {
    sqlx::query!("delete from organisation_alias where organisation_id = $1 and not name = any($2)", id.0, names)
        .execute(tx.conn())
        .await?;
    let ids: Vec<uuid::Uuid> = names.iter().map(|_| random::id()).collect();
    sqlx::query!(
        "insert into organisation_alias (id, organisation_id, name)
         select x.id, $1, x.name from unnest($2::uuid[], $3::text[]) x (id, name)
         where not exists (select from organisation_alias a where a.organisation_id = $1 and a.name = x.name)",
        id.0,
        &ids,
        names
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A contact point of an organisation, with the version that is edited.
pub async fn contact(
    tx: &mut ProcessTx,
    organisation: OrganisationId,
    id: ContactPointId,
) -> sqlx::Result<(Contact, i32)> {
    let r = sqlx::query!(
        "select name, post, email, phone, about, version from contact_point where id = $1 and organisation_id = $2",
        id.0,
        organisation.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((Contact { id, name: r.name, post: r.post, email: r.email, phone: r.phone, about: r.about }, r.version))
}

pub async fn add_contact(tx: &mut ProcessTx, organisation: OrganisationId, c: &Contact) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into contact_point (id, organisation_id, name, post, email, phone, about) values ($1, $2, $3, $4, $5, $6, $7)",
        c.id.0,
        organisation.0,
        c.name,
        c.post,
        c.email,
        c.phone,
        c.about
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first.
pub async fn save_contact(
    tx: &mut ProcessTx,
    organisation: OrganisationId,
    c: &Contact,
    version: i32,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update contact_point set name = $4, post = $5, email = $6, phone = $7, about = $8, version = version + 1
         where id = $1 and organisation_id = $2 and version = $3",
        c.id.0,
        organisation.0,
        version,
        c.name,
        c.post,
        c.email,
        c.phone,
        c.about
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

pub async fn remove_contact(tx: &mut ProcessTx, organisation: OrganisationId, id: ContactPointId) -> sqlx::Result<()> {
    sqlx::query!("delete from contact_point where id = $1 and organisation_id = $2", id.0, organisation.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
