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
        r#"select a.id as "id!", a.reference as "reference!", a.search_title as "title!", a.reporting_id as "keeper!: OrganisationId",
            coalesce(k.identifier, '') as "identifier!", a.parent_text is not null as "waits!", false as "merged!"
        from visible_action a
            left join action_kept k on k.process_id = a.process_id and k.action_id = a.id and k.format = 'iati'
        where a.process_id = kernel.process_id() and a.merged_into_id is null
            -- looked up in what is given, however much that is
            and (a.id in (select unnest($1::uuid[])) or (a.reference <> '' and lower(a.reference) in (select unnest($2::text[])))
                or a.search_title in (select unnest($3::text[]))
                or a.id in (select x.action_id from action_kept x where x.process_id = kernel.process_id() and x.format = 'iati'
                    and x.identifier in (select unnest($4::text[]))))
        union all
        select t.id, g.reference, g.search_title, g.reporting_id, coalesce(k.identifier, ''), false, true
        from visible_action g left join action_kept k on k.process_id = g.process_id and k.action_id = g.id and k.format = 'iati'
            -- what it was merged into may have been merged itself
            join lateral (with recursive up (id, next, n) as (
                    select h.id, h.merged_into_id, 1 from action h -- past the view: what stands is asked of it below
                        where h.process_id = g.process_id and h.id = g.merged_into_id
                    union all select h.id, h.merged_into_id, u.n + 1 from up u join action h -- past the view: as above
                        on h.process_id = g.process_id and h.id = u.next where u.n < 16)
                select up.id from up where up.next is null) top on true
            join visible_action t on t.process_id = g.process_id and t.id = top.id
        where g.process_id = kernel.process_id() and g.merged_into_id is not null
            and ((g.reference <> '' and lower(g.reference) in (select unnest($2::text[]))) or g.search_title in (select unnest($3::text[]))
                or k.identifier in (select unnest($4::text[])))"#,
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
