//! Needs from a sheet of the portal's own: one sheet a pillar, filled in with what a beneficiary has said so far. It goes round the
//! beneficiary's institutions and comes back; each row is weighed as the form of a need would weigh it (`needs::bulk`).
//!
//! `making.rs` makes the workbook and its page; the file is read by the job and judged here; `applying.rs` takes it in and takes it
//! back at once: it is never so long that it needs a job, and people are told of it.

mod applying;
mod making;

pub use applying::{again, apply, undo};
pub use making::{bring, file, page};

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::task::spawn_blocking;

use super::book::Shows;
use super::check::Means;
use super::model::{Kept, State, Table, Verdict, numbered};
use super::store::{self, KeptNeed};
use super::work::{At, Whose, page as page_of, stop};
use crate::features::actions::DiffRow;
use crate::features::exchange::incoming::{ImportProblem, Severity};
use crate::features::exchange::tables::{Cell, Cells, Refused, Source, folded_head, is_nothing};
use crate::features::needs::Need;
use crate::features::needs::bulk;
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::history::{Change, Changes};
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::{ImportId, NeedId};
use crate::kernel::page::Page;

/// More rows than the sheets of one beneficiary hold.
const MOST: usize = 1_000;
/// More sheets than a process has pillars.
const MOST_SHEETS: usize = 40;

/// What a column of a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// A field of the need's form.
    Field(&'static str),
    /// Draft or submitted, to be read alone.
    State,
    Address,
    AsOf,
}

/// The columns, under the names by which they are known again, and how wide each is.
const COLUMNS: [(Holds, &str, f64, Shows); 18] = [
    (Holds::Field("title"), "Title", 46.0, Shows::Wrapped),
    (Holds::Field("body"), "What is needed", 60.0, Shows::Wrapped),
    (Holds::Field("node"), "Measure", 44.0, Shows::Wrapped),
    (Holds::Field("theme"), "Theme", 26.0, Shows::Plain),
    (Holds::Field("type"), "Type", 16.0, Shows::Plain),
    (Holds::Field("perspective"), "Perspective", 16.0, Shows::Plain),
    (Holds::Field("priority"), "Priority", 12.0, Shows::Plain),
    (Holds::Field("by_when"), "By when", 14.0, Shows::Text),
    (Holds::Field("exists_already"), "What exists already", 40.0, Shows::Wrapped),
    (Holds::Field("evidence"), "Evidence", 40.0, Shows::Wrapped),
    (Holds::Field("own_language"), "Own language", 16.0, Shows::Plain),
    (Holds::Field("own_title"), "Title in the own language", 40.0, Shows::Wrapped),
    (Holds::Field("own_body"), "What is needed, in the own language", 50.0, Shows::Wrapped),
    (Holds::Field("handling"), "Who sees it", 22.0, Shows::Plain),
    (Holds::Field("shown_to"), "Also shown to", 30.0, Shows::Plain),
    (Holds::State, "State of the need", 14.0, Shows::Text),
    (Holds::Address, "Address of the need", 24.0, Shows::Text),
    (Holds::AsOf, "As of the portal", 14.0, Shows::Text),
];

fn holds(head: &str) -> Option<Holds> {
    let folded = folded_head(head);
    COLUMNS.iter().find(|(_, name, ..)| folded_head(name) == folded).map(|(holds, ..)| *holds)
}

/// What the rows of a sheet with these headings hold; nothing, where it is no sheet of needs.
fn columns(heads: &[String]) -> Vec<Option<Holds>> {
    let found: Vec<Option<Holds>> = heads.iter().map(|head| holds(head)).collect();
    let has = |field: &'static str| found.contains(&Some(Holds::Field(field)));
    if has("title") && has("body") { found } else { Vec::new() }
}

/// Whether these are the headings of a sheet of needs, which holds no actions.
pub fn is_sheet(heads: &[String]) -> bool {
    columns(heads).contains(&Some(Holds::Address))
}

/// The id in the address of a need.
fn id_in(text: &str) -> Option<NeedId> {
    let part = text.split("/needs/").nth(1)?;
    part.get(..36)?.parse().ok()
}

/// A row as it was read, before it is weighed.
struct Read {
    row: i32,
    cells: Vec<String>,
    asked: bulk::Asked,
    problems: Vec<ImportProblem>,
    /// In which column each field stands.
    places: Vec<(&'static str, u16)>,
}

fn problem(column: &str, index: Option<u16>, message: Message) -> ImportProblem {
    ImportProblem { column: column.to_owned(), index, what: message.into(), severity: Severity::Wrong }
}

/// What the cells of a row say.
fn read_row(desk: &bulk::Desk, heads: &[String], columns: &[Option<Holds>], row: i32, cells: &Cells) -> Read {
    let (asked, problems, places) = (bulk::Asked::default(), Vec::new(), Vec::new());
    let mut read = Read { row, cells: cells.texts(), asked, problems, places };
    for ((index, head), holds) in (0u16..).zip(heads).zip(columns) {
        let (Some(holds), cell) = (holds, cells.get(index)) else { continue };
        if let Holds::Field(field) = holds {
            read.places.push((*field, index));
        }
        let text = match cell {
            Cell::Empty => continue,
            Cell::Error(error) => {
                let message = Message::new("import-cell-formula").with("text", excerpt(error));
                read.problems.push(problem(head, Some(index), message));
                continue;
            }
            other => other.text(),
        };
        match holds {
            Holds::State => {}
            Holds::Address => match id_in(&text) {
                Some(id) => read.asked.id = Some(id),
                None => read.problems.push(problem(head, Some(index), Message::new("import-need-address"))),
            },
            // its version stands before it, for people
            Holds::AsOf => read.asked.base = Some(text.rsplit(' ').next().unwrap_or_default().to_owned()),
            Holds::Field(field) => match desk.value(field, &text) {
                // "n/a" says nothing where a day, a name or one of a list is asked for; of what exists already "none"
                // is an answer
                Ok(_) if matches!(*field, "by_when" | "shown_to") && is_nothing(&text) => {}
                Err(_) if is_nothing(&text) => {}
                Ok(value) => {
                    read.asked.stated.insert((*field).to_owned(), value);
                }
                Err(message) => read.problems.push(problem(head, Some(index), message)),
            },
        }
    }
    read
}

/// The sheets of needs in a file, and their rows.
type Everything = (Vec<Table>, Vec<(usize, u32, Cells)>);

fn everything(source: &Source) -> Result<Everything, Refused> {
    let sheets = source.shape(None, None)?.sheets;
    let names: Vec<Option<String>> =
        if sheets.is_empty() { vec![None] } else { sheets.into_iter().map(Some).collect() };
    let (mut tables, mut rows): Everything = (Vec::new(), Vec::new());
    for sheet in names.into_iter().take(MOST_SHEETS) {
        // a sheet without anything in it is none
        let Ok(shape) = source.shape(sheet.as_deref(), Some(1)) else { continue };
        if columns(&shape.heads).is_empty() {
            continue;
        }
        let at = tables.len();
        source.rows(sheet.as_deref(), shape.head_row, |row, cells| {
            rows.push((at, row, cells));
            if rows.len() > MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if rows.len() > MOST {
            return Err(Message::new("import-file-too-many-rows").with("most", MOST));
        }
        let heads = shape.heads.iter().map(|h| h.chars().take(200).collect()).collect();
        tables.push(Table { sheet, head_row: shape.head_row, heads });
    }
    if tables.is_empty() { Err(Message::new("import-needs-no-table")) } else { Ok((tables, rows)) }
}

/// Reads a file of needs, in its importer's place.
///
/// # Errors
/// The database's own.
pub async fn read(
    means: &Means,
    whose: Whose,
    mut at: At,
    within: bulk::Within,
    source: Arc<Source>,
) -> anyhow::Result<()> {
    let reader = Arc::clone(&source);
    let (tables, rows) = match spawn_blocking(move || everything(&reader)).await? {
        Ok(found) => found,
        Err(refused) => {
            drop(at);
            return stop(means, whose, State::Reading, State::Failed, refused).await;
        }
    };
    let page = page_of(&at, means);
    let mut desk = bulk::Desk::open(&mut at.tx, &page, &at.member).await?;
    let held: Vec<Vec<Option<Holds>>> = tables.iter().map(|t| columns(&t.heads)).collect();
    let mut reads = Vec::with_capacity(rows.len());
    for (n, row, cells) in rows {
        let (Some(table), Some(columns)) = (tables.get(n), held.get(n)) else { continue };
        let read = read_row(&desk, &table.heads, columns, numbered(n, row), &cells);
        // a row that was prepared and left empty
        if read.asked.id.is_some() || !read.asked.stated.is_empty() || !read.problems.is_empty() {
            reads.push(read);
        }
    }
    at.import.shape = Kept { tables, ..Kept::default() };
    store::keep_shape(&mut at.tx, whose.id, source.kind(), None, 1, &at.import.shape, &[]).await?;
    let place = |row: i32| at.import.place(row);
    judge(&mut at.tx, &mut desk, whose.id, within, page.today, reads, &place).await?;
    store::checked(&mut at.tx, whose.id, None, means.clock.now()).await?;
    Ok(at.tx.commit().await?)
}

/// The needs of a beneficiary in a cycle by their folded titles.
async fn titles(tx: &mut ProcessTx, within: bulk::Within) -> sqlx::Result<HashMap<String, Vec<NeedId>>> {
    let mut titles: HashMap<String, Vec<NeedId>> = HashMap::new();
    for (id, title) in bulk::listed(tx, within).await? {
        titles.entry(fold(&title)).or_default().push(id);
    }
    Ok(titles)
}

/// Which need a row without an address is: the one of its title. `Err`: there are several.
fn by_title(titles: &HashMap<String, Vec<NeedId>>, asked: &bulk::Asked) -> Result<Option<NeedId>, Message> {
    let title = asked.stated.get("title").map(|t| fold(t)).filter(|t| !t.is_empty());
    match title.and_then(|t| titles.get(&t)).map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([one]) => Ok(Some(*one)),
        Some(_) => Err(Message::new("import-need-several")),
    }
}

/// Judges rows and keeps them. `place`: where a row stands, in words.
async fn judge(
    tx: &mut ProcessTx,
    desk: &mut bulk::Desk,
    import: ImportId,
    within: bulk::Within,
    today: chrono::NaiveDate,
    mut rows: Vec<Read>,
    place: &(dyn Fn(i32) -> String + Sync),
) -> anyhow::Result<()> {
    let titles = titles(tx, within).await?;
    let mut seen: BTreeMap<String, i32> = BTreeMap::new();
    for row in &mut rows {
        if row.asked.id.is_none() {
            match by_title(&titles, &row.asked) {
                Ok(found) => row.asked.id = found,
                Err(message) => row.problems.push(problem("", None, message)),
            }
        }
        let title = row.asked.stated.get("title").map(|t| fold(t)).filter(|t| !t.is_empty());
        let Some(key) = row.asked.id.map(|id| id.to_string()).or(title) else { continue };
        let first = *seen.entry(key).or_insert(row.row);
        if first != row.row {
            let message = Message::new("import-need-twice").with("place", place(first));
            row.problems.push(problem("", None, message));
        }
    }
    let ids: Vec<NeedId> = rows.iter().filter_map(|r| r.asked.id).collect();
    let needs = bulk::standing(tx, &ids, today).await?;
    let asked: Vec<&bulk::Asked> = rows.iter().map(|r| &r.asked).collect();
    desk.learn(tx, &asked, &needs.iter().collect::<Vec<_>>()).await?;
    let known: HashMap<NeedId, &Need> = needs.iter().map(|n| (n.id, n)).collect();
    let kept: Vec<KeptNeed> = rows.into_iter().map(|row| weighed(desk, within, &known, row)).collect();
    store::keep_rows(tx, import, &kept, &[]).await?;
    Ok(())
}

fn weighed(desk: &bulk::Desk, within: bulk::Within, known: &HashMap<NeedId, &Need>, row: Read) -> KeptNeed {
    let need = row.asked.id.and_then(|id| known.get(&id).copied());
    let weighed = desk.weigh(within, &row.asked, need, false);
    let mut problems = row.problems;
    if row.asked.id.is_some() && need.is_none() {
        problems.push(problem("", None, Message::new("import-need-gone")));
    } else {
        let told: Vec<Option<u16>> = problems.iter().map(|p| p.index).collect();
        for (field, message) in weighed.wrong {
            let at = row.places.iter().find(|(f, _)| Some(*f) == field).map(|(_, at)| *at);
            // a field that could not be read is told once, not once more as missing
            if at.is_some() && told.contains(&at) {
                continue;
            }
            let named = COLUMNS.iter().find(|(holds, ..)| field.is_some_and(|f| *holds == Holds::Field(f)));
            let head = named.map_or("", |(_, head, ..)| *head);
            problems.push(problem(head, at, message));
        }
    }
    let verdict = match need {
        _ if !problems.is_empty() => Verdict::Wrong,
        None => Verdict::New,
        Some(_) if weighed.changes.is_empty() => Verdict::Unchanged,
        Some(_) if !weighed.clashes.is_empty() => Verdict::Conflict,
        Some(_) => Verdict::Changed,
    };
    let stated = row.asked.stated.get("title").cloned();
    let title = stated.or_else(|| need.map(|n| n.title.clone())).unwrap_or_default();
    KeptNeed {
        row: row.row,
        title: title.chars().take(500).collect(),
        cells: Some(row.cells),
        patch: row.asked,
        problems,
        verdict,
        need: need.map(|n| n.id),
        version: need.map(|n| n.version),
        difference: weighed.changes,
        clashes: weighed.clashes,
        near: Vec::new(),
        decision: verdict.usual(),
    }
}

/// What a row changes, as the preview shows it.
pub fn said(p: &Page, changes: &Changes) -> Vec<DiffRow> {
    let row = |(field, change): (&String, &Change)| DiffRow {
        label: p.t(&format!("need-field-{field}")),
        from: change.from.clone(),
        to: change.to.clone(),
    };
    changes.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads() -> Vec<String> {
        COLUMNS.iter().map(|(_, head, ..)| (*head).to_owned()).collect()
    }

    #[test]
    fn every_column_is_known_again() {
        let found: Vec<Option<Holds>> = COLUMNS.iter().map(|(holds, ..)| Some(*holds)).collect();
        assert_eq!(columns(&heads()), found);
        let mut moved = heads();
        moved.reverse();
        moved.push("Remarks of the ministry".to_owned());
        assert_eq!(columns(&moved).last(), Some(&None));
        assert!(columns(&["Title".to_owned(), "Donor".to_owned()]).is_empty(), "a sheet of actions is none of needs");
    }

    #[test]
    fn an_address_tells_its_need() {
        let id = "01990000-0000-7000-8000-000000000001";
        assert_eq!(
            id_in(&format!("https://concert.test/example/needs/{id}")).map(|n| n.to_string()),
            Some(id.to_owned())
        );
        assert_eq!(id_in("https://concert.test/example/actions/x"), None);
        assert_eq!(id_in("needs/ž"), None);
    }

    #[test]
    fn a_rows_number_tells_its_sheet() {
        assert_eq!(numbered(0, 7), 7);
        assert!(numbered(1, 1) > numbered(0, 1_048_576));
        assert_eq!(numbered(3, 9) - numbered(3, 2), 7);
    }
}
