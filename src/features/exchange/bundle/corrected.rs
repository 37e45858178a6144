//! Amounts that were corrected twice: a portal of before 29 November 2026 could keep two corrections of one amount, of which both
//! counted. They are taken in as 0381 has settled those that were kept here: the later takes the place of the one before it.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use std::collections::HashMap;

use super::open::Opened;
use super::rows::{self, Row};
use super::tables;

/// The table of amounts, and the column that names what one takes the place of.
pub const AMOUNTS: &str = "contribution";
pub const CORRECTS: &str = "supersedes_id";
/// Longer than any amount was ever corrected.
const MOST: usize = 1_000;

/// A correction: when it was made, and what it takes the place of. Ids are as the file writes them.
struct Correction {
    id: String,
    made: DateTime<Utc>,
    of: String,
}

/// Which corrections take the place of another row than their file says, and of which.
///
/// # Errors
/// The file cannot be read; its corrections correct one another in a ring.
pub fn corrected_twice(opened: &mut Opened) -> anyhow::Result<HashMap<String, Box<RawValue>>> {
    let table = tables::find(AMOUNTS).context("the list has no amounts")?;
    let Some(part) = opened.part(table) else { return Ok(HashMap::new()) };
    let (mut all, mut lines) = (Vec::new(), opened.rows(&part)?);
    while let Some((line, row)) = lines.row()? {
        all.extend(read(&row).with_context(|| format!("{}, line {line}: when it was written", part.name))?);
    }
    settled(all).with_context(|| part.name.clone())
}

fn read(row: &Row) -> anyhow::Result<Option<Correction>> {
    let of = rows::raw(row, CORRECTS);
    if of == "null" {
        return Ok(None);
    }
    let made = serde_json::from_str(rows::raw(row, "created_at"))?;
    Ok(Some(Correction { id: rows::raw(row, "id").to_owned(), made, of: of.to_owned() }))
}

fn settled(mut all: Vec<Correction>) -> anyhow::Result<HashMap<String, Box<RawValue>>> {
    let mut moved = HashMap::new();
    for _ in 0..MOST {
        all.sort_by(|a, b| (&a.of, a.made, &a.id).cmp(&(&b.of, b.made, &b.id)));
        let later: Vec<(usize, String)> = (1..)
            .zip(all.windows(2))
            .filter(|(_, pair)| matches!(pair, [a, b] if a.of == b.of))
            .filter_map(|(n, pair)| pair.first().map(|before| (n, before.id.clone())))
            .collect();
        if later.is_empty() {
            return Ok(moved);
        }
        for (n, before) in later {
            if let Some(correction) = all.get_mut(n) {
                moved.insert(correction.id.clone(), RawValue::from_string(before.clone())?);
                correction.of = before;
            }
        }
    }
    bail!("its corrections correct one another in a ring")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(id: &str, minute: u32, of: &str) -> Correction {
        let made = format!("2026-01-01T00:{minute:02}:00Z").parse().unwrap();
        Correction { id: format!("\"{id}\""), made, of: format!("\"{of}\"") }
    }

    fn moves(all: Vec<Correction>) -> Vec<(String, String)> {
        let moved = settled(all).unwrap();
        let mut moved: Vec<_> = moved.into_iter().map(|(id, of)| (id, of.get().to_owned())).collect();
        moved.sort();
        moved
    }

    fn said(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(id, of)| (format!("\"{id}\""), format!("\"{of}\""))).collect()
    }

    #[test]
    fn the_later_of_two_corrections_takes_the_place_of_the_one_before_it() {
        assert!(moves(vec![correction("b", 1, "a"), correction("c", 2, "b")]).is_empty());
        assert_eq!(moves(vec![correction("c", 2, "a"), correction("b", 1, "a")]), said(&[("c", "b")]));
        let three = vec![correction("d", 2, "a"), correction("c", 2, "a"), correction("b", 1, "a")];
        assert_eq!(moves(three), said(&[("c", "b"), ("d", "c")]));
        // what the earlier one was corrected to has its place, too
        let two = vec![correction("b", 1, "a"), correction("c", 4, "a"), correction("e", 3, "b")];
        assert_eq!(moves(two), said(&[("c", "e")]));
    }

    #[test]
    fn a_ring_of_corrections_is_refused() {
        assert!(settled(vec![correction("a", 1, "a"), correction("b", 2, "a")]).is_err());
    }
}
