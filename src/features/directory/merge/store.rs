//! Merging in the database: what would move, and moving it. What is a record of its time (who was asked in a consultation or a
//! round, for whom something was said, seats, statements, history) is not moved: it is read through `merged_into_id`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Alias, Counts, Disclosure, Facts, Moved, Party, PartyKey};
use crate::features::directory::organisations::search_text;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, ContributionId, EnvelopeId, MembershipId, MergeId, OrganisationId};
use crate::kernel::random;

/// One of the two.
pub struct Side {
    pub id: OrganisationId,
    pub name: String,
    pub short_name: Option<String>,
    pub aliases: Vec<Alias>,
    pub facts: Facts,
    pub search_text: String,
    pub version: i32,
    pub merged_into: Option<OrganisationId>,
}

/// Reads one of the two and keeps it from being changed until the transaction ends.
pub async fn locked(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Side> {
    sqlx::query!("select id from organisation where id = $1 for update", id.0).fetch_one(tx.conn()).await?;
    side(tx, id).await
}

pub async fn side(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Side> {
    let r = sqlx::query!(
        r#"select name, short_name, level, seat, iati_identifier, (member or member_from is not null) as "member!", member_from, member_to,
            parent_id as "parent_id: OrganisationId", search_text, version, merged_into_id as "merged_into: OrganisationId",
            coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name)) from organisation_alias a
                where a.organisation_id = organisation.id), '[]') as "aliases!: Json<Vec<Alias>>"
        from organisation where id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Side {
        id,
        name: r.name,
        short_name: r.short_name,
        aliases: r.aliases.0,
        facts: Facts {
            level: r.level,
            seat: r.seat,
            iati_identifier: r.iati_identifier,
            member: r.member,
            member_from: r.member_from,
            member_to: r.member_to,
            parent_id: r.parent_id,
        },
        search_text: r.search_text,
        version: r.version,
        merged_into: r.merged_into,
    })
}

/// How much would move. Counted in the tables themselves: whoever merges moves what they may not read, too.
pub async fn counts(tx: &mut ProcessTx, goes: OrganisationId, stays: OrganisationId) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"select
            (select count(*) from action_party p where p.organisation_id = $1 and not exists (select from action_party k
                where k.action_id = p.action_id and k.role = p.role and k.organisation_id = $2)) as "parties!",
            (select count(*) from action_party p where p.organisation_id = $1 and exists (select from action_party k
                where k.action_id = p.action_id and k.role = p.role and k.organisation_id = $2)) as "parties_double!",
            (select count(*) from action where reporting_id = $1) as "actions!", -- past the view: all of it moves
            (select count(*) from action_disclosure where organisation_id = $1) as "disclosures!",
            (select count(*) from contribution where provider_id = $1) -- past the view: all of it moves
                + (select count(*) from contribution where receiver_id = $1) -- past the view: all of it moves
                + (select count(*) from envelope where donor_id = $1) as "contributions!", -- past the view: how much will move
            (select count(*) from pillar_lead where organisation_id = $1) as "leads!",
            (select count(*) from membership where organisation_id = $1) as "members!",
            (select count(*) from organisation where parent_id = $1 and id <> $2) as "children!",
            (select count(*) + 1 from organisation_alias where organisation_id = $1) as "aliases!",
            (select count(*) from contact_point where organisation_id = $1) as "contacts!",
            (select count(*) from access_request where organisation_id = $1) as "requests!""#,
        goes.0,
        stays.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Whether `above` is a body that `below` is part of, at any distance.
async fn is_above(tx: &mut ProcessTx, above: OrganisationId, below: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"with recursive up (id) as (
            select parent_id from organisation where id = $2
            union select o.parent_id from organisation o join up on o.id = up.id where o.parent_id is not null)
        select exists (select from up where id = $1) as "above!""#,
        above.0,
        below.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Moves everything from one to the other and writes down what it did. Both are locked.
pub async fn merge(
    tx: &mut ProcessTx,
    goes: &Side,
    stays: &Side,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<MergeId> {
    let mut moved = Moved::default();
    actions(tx, goes.id, stays.id, &mut moved).await?;
    around(tx, goes.id, stays.id, &mut moved).await?;
    let names = names(tx, goes, stays, &mut moved).await?;

    let parent_goes = is_above(tx, goes.id, stays.id).await?;
    moved.before = stays.facts.clone();
    moved.after = stays.facts.filled_from(&goes.facts, parent_goes);
    moved.search_before = stays.search_text.clone();
    moved.search_after = search_text(&stays.name, stays.short_name.as_deref(), &names);
    // after the parent: moving the children first could make it its own
    moved.children = sqlx::query_scalar!(
        r#"update organisation set parent_id = $2 where parent_id = $1 and id <> $2 returning id as "id: OrganisationId""#,
        goes.id.0,
        stays.id.0
    )
    .fetch_all(tx.conn())
    .await?;
    set_facts(tx, stays.id, &moved.after, &moved.search_after, now).await?;
    sqlx::query!(
        "update organisation set merged_into_id = $2, version = version + 1, updated_at = $3 where id = $1",
        goes.id.0,
        stays.id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    // whoever reads what an organisation is now takes one step, however often it was merged on
    moved.merged_before = sqlx::query_scalar!(
        r#"update organisation set merged_into_id = $2, version = version + 1, updated_at = $3 where merged_into_id = $1
        returning id as "id: OrganisationId""#,
        goes.id.0,
        stays.id.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;

    let id = MergeId(random::id());
    sqlx::query!(
        "insert into organisation_merge (id, kept_id, merged_id, moved, by_membership_id, at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        stays.id.0,
        goes.id.0,
        Json(&moved) as _,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

pub async fn set_facts(
    tx: &mut ProcessTx,
    id: OrganisationId,
    f: &Facts,
    search: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update organisation set level = $2, seat = $3, iati_identifier = $4, member = $5, member_from = $6, member_to = $7, parent_id = $8,
            search_text = $9, updated_at = $10, version = version + 1 where id = $1",
        id.0,
        f.level,
        f.seat,
        f.iati_identifier,
        f.member,
        f.member_from,
        f.member_to,
        f.parent_id.map(|p| p.0),
        search,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whoever edits one of these actions at this moment is to see the change: their version moves on.
pub async fn touch(tx: &mut ProcessTx, actions: &[ActionId]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = actions.iter().map(|a| a.0).collect();
    sqlx::query!("update action set version = version + 1 where id = any($1)", &ids).execute(tx.conn()).await?;
    Ok(())
}

/// Parts in actions, actions kept, what was opened to it, money.
async fn actions(
    tx: &mut ProcessTx,
    goes: OrganisationId,
    stays: OrganisationId,
    moved: &mut Moved,
) -> sqlx::Result<()> {
    moved.parties_double = sqlx::query_as!(
        Party,
        r#"delete from action_party p using action_party k
        where p.organisation_id = $1 and k.organisation_id = $2 and k.process_id = p.process_id and k.action_id = p.action_id and k.role = p.role
        returning p.action_id as "action_id: ActionId", p.role, p.as_named, p.position"#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.parties = sqlx::query_as!(
        PartyKey,
        r#"update action_party set organisation_id = $2 where organisation_id = $1 returning action_id as "action_id: ActionId", role"#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.disclosures_double = sqlx::query_as!(
        Disclosure,
        r#"delete from action_disclosure d using action_disclosure k
        where d.organisation_id = $1 and k.organisation_id = $2 and k.process_id = d.process_id and k.action_id = d.action_id
        returning d.action_id as "action_id: ActionId", d.at, d.by_membership_id as "by_membership_id: MembershipId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.disclosures = sqlx::query_scalar!(
        r#"update action_disclosure set organisation_id = $2 where organisation_id = $1 returning action_id as "action_id: ActionId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.actions = sqlx::query_scalar!(
        r#"update action set reporting_id = $2 where reporting_id = $1 returning id as "id: ActionId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.providers = sqlx::query_scalar!(
        r#"update contribution set provider_id = $2 where provider_id = $1 returning id as "id: ContributionId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.receivers = sqlx::query_scalar!(
        r#"update contribution set receiver_id = $2 where receiver_id = $1 returning id as "id: ContributionId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.envelopes = sqlx::query_scalar!(
        r#"update envelope set donor_id = $2, version = version + 1 where donor_id = $1 returning id as "id: EnvelopeId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    touch(tx, &moved.touched()).await
}

/// Leads, members, contact points, requests, proposals.
async fn around(
    tx: &mut ProcessTx,
    goes: OrganisationId,
    stays: OrganisationId,
    moved: &mut Moved,
) -> sqlx::Result<()> {
    moved.leads = sqlx::query_scalar!(
        "update pillar_lead set organisation_id = $2, version = version + 1 where organisation_id = $1 returning id",
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.members = sqlx::query_scalar!(
        r#"update membership set organisation_id = $2, version = version + 1 where organisation_id = $1 returning id as "id: MembershipId""#,
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.contacts = sqlx::query_scalar!(
        "update contact_point set organisation_id = $2 where organisation_id = $1 returning id",
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.requests = sqlx::query_scalar!(
        "update access_request set organisation_id = $2 where organisation_id = $1 returning id",
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    moved.proposals = sqlx::query_scalar!(
        "update organisation_proposal set organisation_id = $2 where organisation_id = $1 returning id",
        goes.0,
        stays.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Its names become other names of the one that stays; returns all of these.
async fn names(tx: &mut ProcessTx, goes: &Side, stays: &Side, moved: &mut Moved) -> sqlx::Result<Vec<String>> {
    let mut all: Vec<String> = stays.aliases.iter().map(|a| a.name.clone()).collect();
    let own = |name: &str, all: &[String]| {
        name == stays.name || stays.short_name.as_deref() == Some(name) || all.iter().any(|n| n == name)
    };
    for alias in &goes.aliases {
        if own(&alias.name, &all) {
            moved.aliases_double.push(alias.clone());
        } else {
            moved.aliases.push(alias.id);
            all.push(alias.name.clone());
        }
    }
    let mut added = Vec::new();
    for name in [Some(&goes.name), goes.short_name.as_ref()].into_iter().flatten() {
        if !own(name, &all) {
            moved.aliases_added.push(random::id());
            added.push(name.clone());
            all.push(name.clone());
        }
    }
    let double: Vec<Uuid> = moved.aliases_double.iter().map(|a| a.id).collect();
    sqlx::query!("delete from organisation_alias where id = any($1)", &double).execute(tx.conn()).await?;
    sqlx::query!("update organisation_alias set organisation_id = $2 where id = any($1)", &moved.aliases, stays.id.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into organisation_alias (id, organisation_id, name) select x.id, $1, x.name from unnest($2::uuid[], $3::text[]) x (id, name)",
        stays.id.0,
        &moved.aliases_added,
        &added
    )
    .execute(tx.conn())
    .await?;
    Ok(all)
}
