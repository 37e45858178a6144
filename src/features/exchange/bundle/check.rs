//! Holds the rows of a bundle against one another and against the tables they are for, before the database is asked: which
//! file and which line it is, can be told here alone.

use anyhow::{Context, bail, ensure};
use std::collections::HashSet;
use uuid::Uuid;

use super::open::Opened;
use super::rows::{self, Known, Row};
use super::shape::{Reference, Shape, TableShape};
use super::tables::{ACCOUNT, Table};

/// A row that points at one of its own table which has not come yet.
struct Ahead<'a> {
    line: u64,
    reference: &'a Reference,
    row: Row,
}

/// # Errors
/// What is wrong, in which file and line.
pub fn check(opened: &mut Opened, shape: &Shape) -> anyhow::Result<()> {
    let mut known = Known::of(shape);
    for table in shape.order(|_| true)? {
        let Some(part) = opened.part(table) else { continue };
        let of = shape.table(table.name)?;
        columns(table, of, &part.columns)?;
        let mut keys: HashSet<String> = HashSet::new();
        let mut ahead: Vec<Ahead<'_>> = Vec::new();
        let mut all = opened.rows(&part)?;
        let mut count = 0;
        while let Some((line, row)) = all.row()? {
            let at = || format!("{}, line {line}", part.name);
            count += 1;
            let expected = row.len() == part.columns.len() && part.columns.iter().all(|c| row.contains_key(c));
            ensure!(expected, "{}: its columns are not those that the manifest says", at());
            if !of.key.is_empty() {
                let key = rows::key(&row, of.key.iter()).with_context(|| format!("{}: it has no key", at()))?;
                ensure!(keys.insert(key), "{}: there is an earlier row with the same key", at());
            }
            for reference in &of.references {
                match known.has(reference, &row) {
                    Some(false) if reference.table == table.name => {
                        let kept = reference.columns.iter().map(|c| (c.clone(), value(&row, c))).collect();
                        ahead.push(Ahead { line, reference, row: kept });
                    }
                    Some(false) => bail!("{}: {}", at(), broken(reference)),
                    _ => {}
                }
            }
            if table.name == ACCOUNT {
                let address: String = serde_json::from_str(rows::raw(&row, "email")).unwrap_or_default();
                ensure!(address.parse::<lettre::Address>().is_ok(), "{}: {address:?} is no e-mail address", at());
            }
            if let Some(value) = row.get("id") {
                let id: Result<Uuid, _> = serde_json::from_str(value.get());
                ensure!(id.is_ok(), "{}: its id is none", at());
            }
            known.add(table.name, &row);
        }
        ensure!(count == part.rows, "{} has {count} rows, and the manifest says {}", part.name, part.rows);
        let lost = ahead.iter().find(|a| known.has(a.reference, &a.row) == Some(false));
        if let Some(lost) = lost {
            bail!("{}, line {}: {}", part.name, lost.line, broken(lost.reference));
        }
    }
    let whole = opened.part(super::tables::find("process").context("the list has no process")?);
    ensure!(whole.is_some_and(|part| part.rows == 1), "the bundle is not of one process");
    Ok(())
}

fn value(row: &Row, column: &str) -> Box<serde_json::value::RawValue> {
    row.get(column).cloned().unwrap_or_else(|| serde_json::value::RawValue::NULL.to_owned())
}

fn broken(reference: &Reference) -> String {
    format!("its {} is of no row of {} in this bundle", reference.columns.join(" and "), reference.table)
}

/// Whether a file's columns are such as its table can take.
fn columns(table: &Table, of: &TableShape, told: &[String]) -> anyhow::Result<()> {
    let file = table.file();
    let mut seen = HashSet::new();
    for name in told {
        ensure!(seen.insert(name), "{file} has the column {name:?} twice");
        ensure!(of.has(name), "{file} has a column {name:?} that this version of the portal does not know");
    }
    for column in &of.columns {
        ensure!(
            !column.required || column.has_default || told.contains(&column.name),
            "{file} has no column {}, without which there is no row",
            column.name
        );
    }
    Ok(())
}
