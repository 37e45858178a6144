//! The actions that rows of an import may be.

use uuid::Uuid;

use crate::features::exchange::import::verdict::Candidate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::OrganisationId;

/// Actions that rows may be: by id, by reference, by folded title, by the identifier that they came with; and those into which others were
/// merged that were known so. Those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn candidates(
    tx: &mut ProcessTx,
    ids: &[Uuid],
    references: &[String],
    titles: &[String],
    identifiers: &[String],
) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"with wanted as materialized (
            select id, true as given from unnest($1::uuid[]) u (id)
            -- each looked up by what it is: an import adds thousands before the plan can know of them
            union all select x.id, false from unnest($2::text[]) w (reference) cross join lateral (select a.id
                from action a -- past the view: what is seen of them is asked below
                where a.process_id = kernel.process_id() and a.reference_key <> '' and a.reference_key = w.reference offset 0) x
            union all select x.id, false from unnest($3::text[]) w (title) cross join lateral (select a.id
                from action a -- past the view: as above
                where a.process_id = kernel.process_id() and md5(a.search_title) = md5(w.title) and a.search_title = w.title offset 0) x
            -- the format is asked afterwards: until the table is counted the index that holds it, and no identifier, is taken for as good
            union all select x.action_id, false from unnest($4::text[]) w (identifier) cross join lateral (select k.action_id, k.format from action_kept k
                where k.process_id = kernel.process_id() and md5(k.identifier) = md5(w.identifier) and k.identifier = w.identifier offset 0) x
                where x.format = 'iati')
        select a.id as "id!", a.reference as "reference!", a.search_title as "title!", a.reporting_id as "keeper!: OrganisationId",
            coalesce(k.identifier, '') as "identifier!", a.parent_text is not null as "waits!", false as "merged!"
        from (select distinct id from wanted) w
            cross join lateral (select v.* from visible_action v
                where v.process_id = kernel.process_id() and v.id = w.id and v.merged_into_id is null offset 0) a
            left join lateral (select x.identifier from action_kept x
                where x.process_id = a.process_id and x.action_id = a.id and x.format = 'iati' offset 0) k on true
        union all
        select t.id, g.reference, g.search_title, g.reporting_id, coalesce(k.identifier, ''), false, true
        from (select distinct id from wanted where not given) w
            cross join lateral (select v.* from visible_action v
                where v.process_id = kernel.process_id() and v.id = w.id and v.merged_into_id is not null offset 0) g
            left join lateral (select x.identifier from action_kept x
                where x.process_id = g.process_id and x.action_id = g.id and x.format = 'iati' offset 0) k on true
            -- what it was merged into may have been merged itself
            join lateral (with recursive up (id, next, n) as (
                    select h.id, h.merged_into_id, 1 from action h -- past the view: what stands is asked of it below
                        where h.process_id = g.process_id and h.id = g.merged_into_id
                    union all select h.id, h.merged_into_id, u.n + 1 from up u join action h -- past the view: as above
                        on h.process_id = g.process_id and h.id = u.next where u.n < 16)
                select up.id from up where up.next is null) top on true
            join visible_action t on t.process_id = g.process_id and t.id = top.id"#,
        ids,
        references,
        titles,
        identifiers
    )
    .fetch_all(tx.conn())
    .await?;
    let read = rows.into_iter().map(|r| Candidate {
        id: r.id,
        reference: r.reference,
        title: r.title,
        keeper: r.keeper,
        identifier: r.identifier,
        waits: r.waits,
        merged: r.merged,
    });
    Ok(read.collect())
}
