//! A row as it stands in a file, and what it points at.
//!
//! Values are kept as they are written, never made into numbers of ours and back: what comes out is to the letter what was
//! stored.

use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::shape::{Reference, Shape};

pub type Row = BTreeMap<String, Box<RawValue>>;

/// A value as it is written; what is not there is nothing.
pub fn raw<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("null", |value| value.get())
}

/// What the columns of a row say together; `None` where one says nothing.
pub fn key<'a>(row: &Row, columns: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let mut key = String::new();
    for column in columns {
        let value = raw(row, column);
        if value == "null" {
            return None;
        }
        key.push_str(value);
        key.push(',');
    }
    Some(key)
}

/// Empties columns of a row.
pub fn clear(row: &mut Row, columns: &[String]) {
    for column in columns {
        row.insert(column.clone(), RawValue::NULL.to_owned());
    }
}

/// A line of a file: the columns in the table's order.
pub fn line(row: &Row, columns: &[String]) -> String {
    let mut line = String::from("{");
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        // names of columns are plain letters
        line.push('"');
        line.push_str(column);
        line.push_str("\":");
        line.push_str(raw(row, column));
    }
    line.push('}');
    line
}

/// Some columns of a table, and what is in them.
type Keys = (Vec<String>, HashSet<String>);

/// The rows there are, as far as others can point at them.
#[derive(Debug, Default)]
pub struct Known(HashMap<String, Vec<Keys>>);

impl Known {
    /// Prepared for what the tables of a shape point at.
    pub fn of(shape: &Shape) -> Self {
        let mut wanted: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
        for table in shape.tables.values() {
            wanted.extend(table.references.iter().map(|r| (r.table.clone(), r.targets.clone())));
        }
        let mut known = Self::default();
        for (table, columns) in wanted {
            known.0.entry(table).or_default().push((columns, HashSet::new()));
        }
        known
    }

    pub fn add(&mut self, table: &str, row: &Row) {
        for (columns, keys) in self.0.get_mut(table).into_iter().flatten() {
            keys.extend(key(row, columns.iter()));
        }
    }

    /// Whether what a row points at is there; `None` where it points at nothing.
    pub fn has(&self, reference: &Reference, row: &Row) -> Option<bool> {
        let wanted = key(row, reference.columns.iter())?;
        let mut sets = self.0.get(&reference.table).into_iter().flatten();
        let set = sets.find(|(columns, _)| *columns == reference.targets);
        Some(set.is_some_and(|(_, keys)| keys.contains(&wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_through_to_the_letter() {
        let text = r#"{"amount":"1.10","n":1.10,"list":[1.0, {"a":"ž"}],"none":null}"#;
        let row: Row = serde_json::from_str(text).unwrap();
        let columns = ["amount", "n", "list", "none"].map(str::to_owned);
        assert_eq!(line(&row, &columns), text);
        assert_eq!(key(&row, columns[..2].iter()).as_deref(), Some("\"1.10\",1.10,"));
        assert_eq!(key(&row, columns.iter()), None);
    }
}
