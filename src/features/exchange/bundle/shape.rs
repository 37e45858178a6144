//! What the database's catalogue says of the tables of a bundle: their columns, keys, and what points where.

use anyhow::{Context, ensure};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

use super::Level;
use super::store;
use super::tables::{self, TABLES, Table};

/// The process is the transaction's: no file names it.
const PROCESS: &str = "process_id";

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    /// As the catalogue writes its type.
    pub kind: String,
    pub required: bool,
    pub has_default: bool,
}

/// What points from one table to another, the process left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub columns: Vec<String>,
    pub table: String,
    pub targets: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct TableShape {
    /// In the table's order; without those that are made of others.
    pub columns: Vec<Column>,
    /// Of a table without one, nothing.
    pub key: Vec<String>,
    pub references: Vec<Reference>,
}

impl TableShape {
    /// Whether a row can do without what it points at.
    pub fn can_lack(&self, reference: &Reference) -> bool {
        let required = |name: &String| self.columns.iter().any(|c| c.name == *name && c.required);
        !reference.columns.iter().any(required)
    }

    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.name.clone()).collect()
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c.name == column)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Shape {
    pub tables: BTreeMap<String, TableShape>,
}

/// A column as the catalogue has it.
#[derive(Debug)]
pub struct ColumnRow {
    pub table: String,
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub has_default: bool,
}

/// A reference as the catalogue has it, or, without a target, a table's own key.
#[derive(Debug)]
pub struct KeyRow {
    pub table: String,
    pub columns: Vec<String>,
    pub target: Option<String>,
    pub target_columns: Vec<String>,
}

impl Shape {
    /// # Errors
    /// The database's own; a table of the list is not there.
    pub async fn read(connection: &mut PgConnection) -> anyhow::Result<Self> {
        let names: Vec<String> = TABLES.iter().map(|t| t.name.to_owned()).collect();
        let columns = store::columns(&mut *connection, &names).await?;
        let keys = store::keys(connection, &names).await?;
        let shape = Self::of(columns, keys);
        for table in TABLES {
            ensure!(shape.tables.contains_key(table.name), "the database has no table {}", table.name);
        }
        Ok(shape)
    }

    pub fn of(columns: Vec<ColumnRow>, keys: Vec<KeyRow>) -> Self {
        let mut shape = Self::default();
        for c in columns {
            let Some(table) = tables::find(&c.table) else { continue };
            let ours = if table.name == tables::ACCOUNT {
                // of an account nothing else is ever read
                matches!(c.name.as_str(), "id" | "email")
            } else {
                c.name != PROCESS && !table.derived.contains(&c.name.as_str())
            };
            let entry = shape.tables.entry(c.table).or_default();
            if ours {
                let column = Column { name: c.name, kind: c.kind, required: c.required, has_default: c.has_default };
                entry.columns.push(column);
            }
        }
        for k in keys {
            let Some(entry) = shape.tables.get_mut(&k.table) else { continue };
            match k.target {
                None => entry.key = k.columns.into_iter().filter(|c| c != PROCESS).collect(),
                Some(table) => {
                    let pairs = k.columns.into_iter().zip(k.target_columns).filter(|(own, _)| own != PROCESS);
                    let (columns, targets): (Vec<_>, Vec<_>) = pairs.unzip();
                    // a reference by a column that is left aside is made by the database
                    if !columns.is_empty() && columns.iter().all(|c| entry.has(c)) {
                        entry.references.push(Reference { columns, table, targets });
                    }
                }
            }
        }
        shape
    }

    /// # Errors
    /// There is none: the list and the database differ.
    pub fn table(&self, name: &str) -> anyhow::Result<&TableShape> {
        self.tables.get(name).with_context(|| format!("the database has no table {name}"))
    }

    /// The columns of a table at a level.
    ///
    /// # Errors
    /// The database has no such table.
    pub fn columns(&self, table: &Table, level: Level) -> anyhow::Result<Vec<&Column>> {
        let held = |c: &&Column| table.held.iter().all(|(name, from)| *name != c.name || *from <= level);
        Ok(self.table(table.name)?.columns.iter().filter(held).collect())
    }

    /// The tables in an order in which what is pointed at comes first; the history last. A table that points at itself
    /// counts as if it did not.
    ///
    /// # Errors
    /// Two tables point at one another.
    pub fn order(&self, wanted: impl Fn(&Table) -> bool) -> anyhow::Result<Vec<&'static Table>> {
        let mut left: Vec<&'static Table> = TABLES.iter().filter(|t| wanted(t)).collect();
        let mut done: Vec<&'static Table> = Vec::new();
        while !left.is_empty() {
            let waiting: BTreeSet<&str> = left.iter().map(|t| t.name).collect();
            let free = |t: &&'static Table| {
                let points = |r: &Reference| r.table != t.name && waiting.contains(r.table.as_str());
                self.tables.get(t.name).is_some_and(|shape| !shape.references.iter().any(points))
            };
            let (ready, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(free);
            ensure!(!ready.is_empty(), "tables of a bundle point at one another in a ring");
            done.extend(ready);
            left = rest;
        }
        done.sort_by_key(|t| t.name == tables::HISTORY);
        Ok(done)
    }
}
