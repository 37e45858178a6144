//! Pages of ids in an order. A statement for each order and each way of walking it, so that each is one walk along one
//! index; they differ in a column and a sign.

use super::{Found, over_filtered};
use crate::features::actions::list::filter::Match;
use crate::features::actions::list::sort::{By, From, Sort};
use crate::kernel::db::ProcessTx;

/// As many as there can be matches.
const EVERY: i32 = i32::MAX;
/// The best matches are few: those of a page are almost always among these.
const BEST: i32 = 2_000;

/// At most `most` rows after (or before) a place, in the order of the list. Of `From::Before`, those next to the place.
///
/// # Errors
/// The database's own.
pub async fn page(tx: &mut ProcessTx, f: &Match, sort: Sort, from: &From, most: i64) -> sqlx::Result<Vec<Found>> {
    let mut found = match (sort.by, f.words.as_deref()) {
        (By::Match, Some(words)) => best(tx, f, words, from, most).await?,
        (By::Match, None) => along(tx, f, Sort::NEWEST, from, most).await?,
        _ => along(tx, f, sort, from, most).await?,
    };
    if from.backwards() {
        found.reverse();
    }
    Ok(found)
}

/// The best matches. What may not be seen, and what other filters leave out, is found first and dropped then: where too few
/// are left, all matches are looked at.
async fn best(tx: &mut ProcessTx, f: &Match, words: &str, from: &From, most: i64) -> sqlx::Result<Vec<Found>> {
    let others = Match { words: None, ..f.clone() };
    // backwards from a place, the rows next to it are asked for, which need not be among the best
    let enough = if f.narrows() || from.backwards() { EVERY } else { BEST };
    let (found, seen) = ranked(tx, &others, words, from, most, enough).await?;
    let complete = enough == EVERY || seen < i64::from(BEST);
    if complete || found.len() >= usize::try_from(most).unwrap_or(0) {
        return Ok(found);
    }
    Ok(ranked(tx, &others, words, from, most, EVERY).await?.0)
}

struct Ranked {
    id: uuid::Uuid,
    key: String,
    seen: i64,
}

async fn ranked(
    tx: &mut ProcessTx,
    f: &Match,
    words: &str,
    from: &From,
    most: i64,
    enough: i32,
) -> sqlx::Result<(Vec<Found>, i64)> {
    let place = from.place();
    let (id, key) = (place.map(|p| p.id), place.map(|p| p.key.as_str()));
    macro_rules! by_rank {
        ($beyond:tt, $rank:tt, $id:tt) => {
            over_filtered!(
                Ranked,
                f,
                ["with s as materialized (select s.id, s.rank from search.actions($33::text, $34::integer) s)
                  select s.id as \"id!\", s.rank::text as \"key!\", (select count(*) from s) as \"seen!\" from s join "],
                [" on a.process_id = (select kernel.process_id()) and a.action_id = s.id
                    where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling
                    and ($30::uuid is null or s.rank " + $beyond + " $31::text::real or (s.rank = $31::text::real and s.id "
                    + $id + " $30::uuid)) order by s.rank " + $rank + " limit $32"],
                id,
                key,
                most,
                words,
                enough
            )
            .fetch_all(tx.conn())
            .await?
        };
    }
    let ranked =
        if from.backwards() { by_rank!(">", "asc, s.id desc", "<") } else { by_rank!("<", "desc, s.id asc", ">") };
    let seen = ranked.first().map_or(i64::from(enough), |r| r.seen);
    Ok((ranked.into_iter().map(|r| Found { id: r.id, key: r.key }).collect(), seen))
}

async fn along(tx: &mut ProcessTx, f: &Match, sort: Sort, from: &From, most: i64) -> sqlx::Result<Vec<Found>> {
    let place = from.place();
    let (id, key) = (place.map(|p| p.id), place.map(|p| p.key.as_str()));
    // said as an equality, a status is looked at in the index while that is walked; said as a list, it would break the walk
    let status = match f.statuses.as_deref() {
        Some([only]) if !f.no_status => Some(only.clone()),
        _ => None,
    };
    let others = status.is_some().then(|| Match { statuses: None, ..f.clone() });
    let f = others.as_ref().unwrap_or(f);
    macro_rules! walk {
        ($join:tt, $column:tt, $id:tt, $kind:tt, $sign:tt, $way:tt) => {
            over_filtered!(
                Found,
                f,
                ["select a.action_id as \"id!\", " + $column + "::text as \"key!\" from "],
                [" " + $join
                    + " where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling
                    and ($33::text is null or a.status = $33::text)
                    and ($30::uuid is null or ("
                    + $column
                    + ", "
                    + $id
                    + ") "
                    + $sign
                    + " ($31::text::"
                    + $kind
                    + ", $30::uuid))
                    order by "
                    + $column
                    + " "
                    + $way
                    + ", "
                    + $id
                    + " "
                    + $way
                    + " limit $32"],
                id,
                key,
                most,
                status.as_deref()
            )
            .fetch_all(tx.conn())
            .await
        };
    }
    macro_rules! column {
        ($up:tt, $down:tt, $kind:tt) => {
            match (sort.descending, from.backwards()) {
                (false, false) => walk!("", $up, "a.action_id", $kind, ">", "asc"),
                (false, true) => walk!("", $up, "a.action_id", $kind, "<", "desc"),
                (true, false) => walk!("", $down, "a.action_id", $kind, "<", "desc"),
                (true, true) => walk!("", $down, "a.action_id", $kind, ">", "asc"),
            }
        };
    }
    macro_rules! total {
        ($column:tt, $sign:tt, $way:tt) => {
            walk!(
                "join visible_total t on t.process_id = a.process_id and t.action_id = a.action_id",
                $column,
                "t.action_id",
                "double precision",
                $sign,
                $way
            )
        };
    }
    match sort.by {
        By::Title => column!("a.title_order", "a.title_order", "text"),
        By::Start => column!("a.start_up", "a.start_down", "date"),
        By::End => column!("a.end_up", "a.end_down", "date"),
        By::Confirmed => column!("a.confirmed_up", "a.confirmed_down", "timestamptz"),
        By::Updated | By::Match => column!("a.updated_at", "a.updated_at", "timestamptz"),
        By::Total => match (sort.descending, from.backwards()) {
            (false, false) => total!("t.total_up", ">", "asc"),
            (false, true) => total!("t.total_up", "<", "desc"),
            (true, false) => total!("t.total_down", "<", "desc"),
            (true, true) => total!("t.total_down", ">", "asc"),
        },
    }
}
