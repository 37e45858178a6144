//! The rows of a page sent back: what is to become of each, and cells with mistakes typed anew.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::{BTreeMap, BTreeSet};

use super::check::{Bench, judge};
use super::directory::Directory;
use super::model::{Decision, Read, Row, State};
use super::store::{self, Filter, SIZE};
use super::{find, means};
use crate::features::actions::directory;
use crate::features::exchange::tables::{Cell, Cells};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;

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

pub async fn rows(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if import.state != State::Checked {
        return Err(Problem::Conflict(Message::new("import-error-not-now")));
    }
    let f = std::mem::take(&mut inside.fields);
    let mut typed: BTreeMap<i32, BTreeMap<u16, String>> = BTreeMap::new();
    let mut chosen: BTreeMap<i32, String> = BTreeMap::new();
    for (name, value) in f.pairs().iter().take(2_000) {
        if let Some((row, column)) = name.strip_prefix("cell-").and_then(|rest| rest.split_once('-')) {
            let (Ok(row), Ok(column)) = (row.parse(), column.parse::<u16>()) else { continue };
            if usize::from(column) < import.shape.heads.len() {
                typed.entry(row).or_default().insert(column, value.clone());
            }
        } else if let Some(Ok(row)) = name.strip_prefix("row-").map(str::parse) {
            chosen.insert(row, value.clone());
        }
    }
    let wanted: BTreeSet<i32> = typed.keys().chain(chosen.keys()).copied().collect();
    let Some(first) = wanted.first().copied() else { return back(&inside, &import.id.to_string(), &f) };
    let last = wanted.last().copied().unwrap_or(first);
    // a page's rows: of more nothing is taken
    let span = i64::from(last) - i64::from(first) + 1;
    let filter = Filter { after: first.saturating_sub(1), ..Filter::default() };
    let found = store::rows(&mut inside.tx, import.id, &filter, span.clamp(1, 50_000)).await?;
    let found: Vec<Row> = found.into_iter().filter(|r| wanted.contains(&r.row)).take(SIZE as usize).collect();
    let (mut decided, mut mended) = (Vec::new(), Vec::new());
    for row in found {
        let texts = row.cells.clone().unwrap_or_default();
        let changes = typed.get(&row.row).into_iter().flatten();
        let changes: Vec<(u16, &String)> = changes
            .filter(|(column, text)| texts.get(usize::from(**column)).map_or("", String::as_str) != text.trim())
            .map(|(column, text)| (*column, text))
            .collect();
        if !changes.is_empty() && row.cells.is_some() {
            let mut cells = cells(texts);
            changes.iter().for_each(|(column, text)| cells.set(*column, Cell::of_text(text)));
            mended.push((row.row, cells));
        } else if let Some((decision, target)) = chosen.get(&row.row).and_then(|value| decision(&row, value)) {
            decided.push((row.row, decision, target));
        }
    }
    store::decide(&mut inside.tx, import.id, &decided).await?;
    if !mended.is_empty() {
        let choices = directory(&mut inside.tx).await?;
        let means = means(&inside);
        let frame = inside.page.frame().ok_or(Problem::NotFound)?.clone();
        let directory = Directory::new(&choices, &frame, &means.base_url);
        let bench =
            Bench { means: &means, import: &import, directory: &directory, member: &inside.member, frame: &frame };
        let columns = import.chosen();
        let reads: Vec<Read> = mended
            .into_iter()
            .map(|(row, cells)| bench.read(u32::try_from(row).unwrap_or_default(), cells, &columns))
            .collect();
        judge(&mut inside.tx, &bench, reads).await?;
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
