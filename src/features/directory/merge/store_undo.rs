//! Undoing a merge in the database.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::Moved;
use super::store::{Side, set_facts, touch};
use crate::features::directory::organisations::search_text;
use crate::features::directory::shared::Person;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, MergeId, OrganisationId};

/// A merge as it is written down.
pub struct Merge {
    pub id: MergeId,
    pub kept: OrganisationId,
    pub kept_name: String,
    pub merged: OrganisationId,
    pub merged_name: String,
    pub moved: Moved,
    pub by: Person,
    pub at: DateTime<Utc>,
    pub undone_at: Option<DateTime<Utc>>,
    /// A later merge into the same organisation, or of it into another, stands on this one.
    pub newer: bool,
}

pub async fn load(tx: &mut ProcessTx, id: MergeId, today: NaiveDate) -> sqlx::Result<Merge> {
    let r = sqlx::query!(
        r#"select g.kept_id as "kept: OrganisationId", k.name as kept_name, g.merged_id as "merged: OrganisationId", o.name as merged_name,
            g.moved as "moved: Json<Moved>", g.at, g.undone_at, m.name as by, coalesce(mo.name, mb.name) as "of?",
            coalesce(m.state = 'ended' or m.ends_on < $2, false) as "former!",
            (k.merged_into_id is not null or exists (select from organisation_merge n where n.kept_id = g.kept_id and n.undone_at is null
                and (n.at, n.id) > (g.at, g.id))) as "newer!"
        from organisation_merge g
            join organisation k on k.process_id = g.process_id and k.id = g.kept_id
            join organisation o on o.process_id = g.process_id and o.id = g.merged_id
            join membership m on m.process_id = g.process_id and m.id = g.by_membership_id
            left join organisation mo on mo.process_id = m.process_id and mo.id = m.organisation_id
            left join beneficiary mb on mb.process_id = m.process_id and mb.id = m.beneficiary_id
        where g.id = $1"#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Merge {
        id,
        kept: r.kept,
        kept_name: r.kept_name,
        merged: r.merged,
        merged_name: r.merged_name,
        moved: r.moved.0,
        by: Person { name: Some(r.by), of: r.of, former: r.former },
        at: r.at,
        undone_at: r.undone_at,
        newer: r.newer,
    })
}

fn uuids<T: Copy>(list: &[T], id: impl Fn(T) -> Uuid) -> Vec<Uuid> {
    list.iter().copied().map(id).collect()
}

/// Moves everything back that still stands where the merge put it. Both are locked. False where it was undone already.
pub async fn undo(tx: &mut ProcessTx, merge: &Merge, kept: &Side, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let marked = sqlx::query!(
        "update organisation_merge set undone_at = $2 where id = $1 and undone_at is null",
        merge.id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update organisation set merged_into_id = null, version = version + 1, updated_at = $2 where id = $1",
        merge.merged.0,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update organisation set merged_into_id = $2, version = version + 1, updated_at = $4 where merged_into_id = $1 and id = any($3)",
        merge.kept.0,
        merge.merged.0,
        &uuids(&merge.moved.merged_before, |o| o.0),
        now
    )
    .execute(tx.conn())
    .await?;
    actions(tx, merge).await?;
    around(tx, merge).await?;
    names(tx, merge, kept, now).await?;
    Ok(true)
}

async fn actions(tx: &mut ProcessTx, merge: &Merge) -> sqlx::Result<()> {
    let (kept, merged, moved) = (merge.kept.0, merge.merged.0, &merge.moved);
    let of = |list: &[super::model::PartyKey]| {
        uuids(&list.iter().map(|p| p.action_id).collect::<Vec<_>>(), |a: ActionId| a.0)
    };
    let roles: Vec<String> = moved.parties.iter().map(|p| p.role.clone()).collect();
    sqlx::query!(
        "update action_party p set organisation_id = $2 from unnest($3::uuid[], $4::text[]) x (action_id, role)
         where p.organisation_id = $1 and p.action_id = x.action_id and p.role = x.role",
        kept,
        merged,
        &of(&moved.parties),
        &roles
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_party (action_id, organisation_id, role, as_named, position)
         select x.action_id, $1, x.role, x.as_named, x.position
         from jsonb_to_recordset($2) x (action_id uuid, role text, as_named text, position smallint) on conflict do nothing",
        merged,
        Json(&moved.parties_double) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update action_disclosure set organisation_id = $2 where organisation_id = $1 and action_id = any($3)",
        kept,
        merged,
        &uuids(&moved.disclosures, |a| a.0)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_disclosure (action_id, organisation_id, at, by_membership_id)
         select x.action_id, $1, x.at, x.by_membership_id
         from jsonb_to_recordset($2) x (action_id uuid, at timestamptz, by_membership_id uuid) on conflict do nothing",
        merged,
        Json(&moved.disclosures_double) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update action set reporting_id = $2 where reporting_id = $1 and id = any($3)",
        kept,
        merged,
        &uuids(&moved.actions, |a| a.0)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update contribution set provider_id = $2 where provider_id = $1 and id = any($3)",
        kept,
        merged,
        &uuids(&moved.providers, |c| c.0)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update contribution set receiver_id = $2 where receiver_id = $1 and id = any($3)",
        kept,
        merged,
        &uuids(&moved.receivers, |c| c.0)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update envelope set donor_id = $2, version = version + 1 where donor_id = $1 and id = any($3)",
        kept,
        merged,
        &uuids(&moved.envelopes, |e| e.0)
    )
    .execute(tx.conn())
    .await?;
    touch(tx, &moved.touched()).await
}

async fn around(tx: &mut ProcessTx, merge: &Merge) -> sqlx::Result<()> {
    let (kept, merged, moved) = (merge.kept.0, merge.merged.0, &merge.moved);
    sqlx::query!(
        "update pillar_lead set organisation_id = $2, version = version + 1 where organisation_id = $1 and id = any($3)",
        kept,
        merged,
        &moved.leads
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update membership set organisation_id = $2, version = version + 1 where organisation_id = $1 and id = any($3)",
        kept,
        merged,
        &uuids(&moved.members, |m| m.0)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update contact_point set organisation_id = $2 where organisation_id = $1 and id = any($3)",
        kept,
        merged,
        &moved.contacts
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update access_request set organisation_id = $2 where organisation_id = $1 and id = any($3)",
        kept,
        merged,
        &moved.requests
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update organisation_proposal set organisation_id = $2 where organisation_id = $1 and id = any($3)",
        kept,
        merged,
        &moved.proposals
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names, children and facts, each where it still stands as the merge left it.
async fn names(tx: &mut ProcessTx, merge: &Merge, kept: &Side, now: DateTime<Utc>) -> sqlx::Result<()> {
    let moved = &merge.moved;
    sqlx::query!(
        "delete from organisation_alias where organisation_id = $1 and id = any($2)",
        kept.id.0,
        &moved.aliases_added
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update organisation_alias set organisation_id = $2 where organisation_id = $1 and id = any($3)",
        kept.id.0,
        merge.merged.0,
        &moved.aliases
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into organisation_alias (id, organisation_id, name) select x.id, $1, x.name from jsonb_to_recordset($2) x (id uuid, name text)",
        merge.merged.0,
        Json(&moved.aliases_double) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update organisation set parent_id = $2 where parent_id = $1 and id = any($3)",
        kept.id.0,
        merge.merged.0,
        &uuids(&moved.children, |c| c.0)
    )
    .execute(tx.conn())
    .await?;
    let facts = kept.facts.taken_back(&moved.before, &moved.after);
    let search = if kept.search_text == moved.search_after {
        moved.search_before.clone()
    } else {
        let gone = |id: &Uuid| moved.aliases.contains(id) || moved.aliases_added.contains(id);
        let left: Vec<String> = kept.aliases.iter().filter(|a| !gone(&a.id)).map(|a| a.name.clone()).collect();
        search_text(&kept.name, kept.short_name.as_deref(), &left)
    };
    set_facts(tx, kept.id, &facts, &search, now).await
}
