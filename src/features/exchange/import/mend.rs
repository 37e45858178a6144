//! The rows of a page sent back: what is to become of each, and cells with mistakes typed anew.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::{BTreeMap, BTreeSet};

use super::check::{Bench, judge};
use super::directory::Directory;
use super::model::{Becomes, Decision, Mended, Read, Row};
use super::reading::TWICE;
use super::store::{self, Filter, SIZE};
use super::verdict::key;
use super::{find, means, needs};
use crate::features::actions::directory;
use crate::features::exchange::incoming::ImportProblem;
use crate::features::exchange::tables::{Cell, Cells};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;

/// Cells from the texts that were kept of them.
pub fn cells(texts: Vec<String>) -> Cells {
    Cells::new(texts.iter().map(|t| Cell::of_text(t)).collect())
}

/// What was chosen for a row: `same:` is followed by the action.
fn decision(row: &Row, value: &str) -> Option<(Option<Decision>, Option<uuid::Uuid>)> {
    let (word, id) = value.split_once(':').unwrap_or((value, ""));
    if word.is_empty() {
        return None;
    }
    let decision = Decision::parse(word).filter(|d| row.verdict.decisions().contains(d))?;
    let target = id.parse().ok().filter(|id| row.near.iter().any(|n| n.id == *id));
    if decision == Decision::Same && target.is_none() {
        return None;
    }
    Some((Some(decision), target))
}

/// The earlier row that is the same action.
fn first_of(twice: &ImportProblem) -> Option<i32> {
    twice.what.args.iter().find(|(name, _)| name == "row").and_then(|(_, row)| row.parse().ok())
}

pub async fn rows(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if !store::hold(&mut inside.tx, import.id).await? {
        return Err(super::acts::not_now());
    }
    let f = std::mem::take(&mut inside.fields);
    let mut typed: BTreeMap<i32, BTreeMap<u16, String>> = BTreeMap::new();
    let mut chosen: BTreeMap<i32, String> = BTreeMap::new();
    for (name, value) in f.pairs().iter().take(2_000) {
        if let Some((row, column)) = name.strip_prefix("cell-").and_then(|rest| rest.split_once('-')) {
            let (Ok(row), Ok(column)) = (row.parse::<i32>(), column.parse::<u16>()) else { continue };
            if usize::from(column) < import.heads(row).len() {
                typed.entry(row).or_default().insert(column, value.clone());
            }
        } else if let Some(Ok(row)) = name.strip_prefix("row-").map(str::parse) {
            chosen.insert(row, value.clone());
        }
    }
    let wanted: BTreeSet<i32> = typed.keys().chain(chosen.keys()).copied().collect();
    if wanted.is_empty() {
        return back(&inside, &import.id.to_string(), &f);
    }
    // a page's rows: of more nothing is taken
    let filter = Filter { rows: Some(wanted.into_iter().collect()), ..Filter::default() };
    let found: Vec<Row> = store::plain_rows(&mut inside.tx, &import, &filter, SIZE).await?;
    let (mut decided, mut mended, mut twice, mut typed_anew) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in found {
        let texts = row.cells.clone().unwrap_or_default();
        let changes = typed.get(&row.row).into_iter().flatten();
        let changes: Vec<(u16, &String)> = changes
            .filter(|(column, text)| texts.get(usize::from(**column)).map_or("", String::as_str) != text.trim())
            .map(|(column, text)| (*column, text))
            .collect();
        if !changes.is_empty() && row.cells.is_some() {
            let was = |column: u16| texts.get(usize::from(column)).cloned().unwrap_or_default();
            typed_anew.extend(changes.iter().map(|(column, text)| Mended {
                row: row.row,
                column: *column,
                was: was(*column),
                now: text.trim().to_owned(),
            }));
            let mut cells = cells(texts);
            changes.iter().for_each(|(column, text)| cells.set(*column, Cell::of_text(text)));
            mended.push((row.row, cells));
            let said = row.problems.into_iter().find(|p| p.what.key == TWICE);
            twice.extend(said.map(|p| (row.row, p)));
        } else if let Some((decision, target)) = chosen.get(&row.row).and_then(|value| decision(&row, value)) {
            decided.push((row.row, decision, target));
        }
    }
    store::decide(&mut inside.tx, import.id, &decided).await?;
    if let Becomes::Needs(within) = import.becomes {
        needs::again(&mut inside, &import, within, mended).await?;
    } else if !mended.is_empty() {
        let choices = directory(&mut inside.tx).await?;
        let means = means(&inside);
        let frame = inside.page.frame().ok_or(Problem::NotFound)?.clone();
        let directory = Directory::new(&choices, &frame, &means.base_url);
        let bench =
            Bench { means: &means, import: &import, directory: &directory, member: &inside.member, frame: &frame };
        let columns = import.chosen();
        let mut reads: Vec<Read> = mended
            .into_iter()
            .map(|(row, cells)| bench.read(u32::try_from(row).unwrap_or_default(), cells, &columns))
            .collect();
        // the same action as an earlier row it is still, unless one of the two is named otherwise now
        let defaults = bench.defaults();
        let firsts: Vec<i32> = twice.iter().filter_map(|(_, p)| first_of(p)).collect();
        let mut keys: BTreeMap<i32, Option<String>> = BTreeMap::new();
        if !firsts.is_empty() {
            let filter = Filter { rows: Some(firsts), ..Filter::default() };
            let earlier = store::rows(&mut inside.tx, import.id, &filter, SIZE).await?;
            keys.extend(earlier.iter().map(|r| (r.row, key(&r.patch, &defaults))));
        }
        keys.extend(reads.iter().map(|r| (r.row, key(&r.patch, &defaults))));
        for read in &mut reads {
            let still = |first: i32| keys.get(&first) == keys.get(&read.row);
            let said = twice.iter().find(|(row, p)| *row == read.row && first_of(p).is_some_and(still)).cloned();
            read.problems.extend(said.map(|(_, p)| p));
        }
        judge(&mut inside.tx, &bench, reads).await?;
        store::keep_mended(&mut inside.tx, import.id, &typed_anew).await?;
    }
    let answer = back(&inside, &import.id.to_string(), &f);
    inside.tx.commit().await?;
    answer
}

/// Back to the rows that were shown.
fn back(inside: &Inside, id: &str, f: &crate::kernel::form::Fields) -> Result<Response, Problem> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("done", "import-rows-kept");
    for name in ["show", "after"] {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    let address = inside.page.link(&format!("/imports/{id}?{}", query.finish()));
    Ok(Redirect::to(&address).into_response())
}
