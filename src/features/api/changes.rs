//! What has changed since: from the history, of what the reader sees, in an order that never misses what was being written
//! meanwhile. It says that something has changed, not what: that is read from the record. What the reader saw and sees no more
//! is told as `gone`, and nothing else of it (migration 0480).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::answer::{self, Answered};
use super::auth::Called;
use super::openapi::BASE;
use super::problem::{Fault, Kind};
use super::shape::{List, One, Shape, shapes};
use super::store;
use crate::kernel::i18n::Message;

/// What is told of, and where it is read.
const KINDS: [(&str, &str); 5] = [
    ("action", "actions"),
    ("need", "needs"),
    ("response", "responses"),
    ("plan", "plans"),
    ("organisation", "organisations"),
];

/// What stands in a record's history and has not changed it: that somebody has suggested something is for who reads the history,
/// which not everybody does who sees the record.
const UNTOLD: [&str; 4] = ["suggested", "suggestion-refused", "suggestion-withdrawn", "organisation-proposed"];

/// The kinds of what is told of.
#[derive(Debug, Clone)]
pub enum ChangedKind {}

impl List for ChangedKind {
    fn values() -> Vec<&'static str> {
        KINDS.iter().map(|(kind, _)| *kind).collect()
    }
}

shapes! {
    /// Something has changed.
    Change {
        /// The id of the change.
        id: Uuid,
        /// When.
        at: DateTime<Utc>,
        /// What kind of record it is.
        kind: One<ChangedKind>,
        /// The id of the record.
        record: Uuid,
        /// Where the record is read.
        address: String,
        /// What was done, such as `edited`; there may come others. `gone`: it is not yours to see any more, and its address
        /// answers 404.
        event: String,
    }
}

/// A stretch of what has changed. There is always a place to go on from.
#[derive(Debug, serde::Serialize)]
pub struct Feed {
    items: Vec<Change>,
    next: String,
    more: bool,
}

impl Shape for Feed {
    fn schema(all: &mut super::shape::Schemas) -> serde_json::Value {
        serde_json::json!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": Change::schema(all) },
                "next": { "type": "string", "description": "The cursor to go on from, now or later." },
                "more": { "type": "boolean", "description": "Whether there is more already." },
            },
            "required": ["items", "next", "more"],
        })
    }
}

/// A place in the order: the transaction, and the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub changed: i64,
    pub id: Uuid,
}

impl Place {
    const START: Place = Place { changed: 0, id: Uuid::nil() };

    fn parse(text: &str) -> Option<Self> {
        let (changed, id) = text.split_once('~')?;
        let good = changed.bytes().all(|b| b.is_ascii_digit()) && id.len() == 36;
        Some(Place { changed: changed.parse().ok()?, id: id.parse().ok()? }).filter(|_| good)
    }

    fn value(self) -> String {
        format!("{}~{}", self.changed, self.id)
    }
}

pub async fn list(mut called: Called) -> Answered {
    let fields = &mut called.inside.fields;
    let limit = answer::limit(fields);
    let since = fields.value("since").to_owned();
    let place = if since.is_empty() { Some(Place::START) } else { Place::parse(&since) };
    if place.is_none() {
        fields.fail("since", Message::new("api-error-cursor"));
    }
    answer::sound(fields)?;
    let from = place.unwrap_or(Place::START);
    let kinds: Vec<String> = ChangedKind::values().into_iter().map(str::to_owned).collect();
    let untold = UNTOLD.map(str::to_owned);
    let tx = &mut called.inside.tx;
    let mut rows = store::changes(tx, from, &kinds, &untold, super::places::rows(limit)).await?;
    // a cursor of another server, before this one was restored from a backup
    if rows.is_empty() && from.changed > store::newest(tx).await? {
        return Err(Fault::new(Kind::Gone, "api-detail-cursor-gone"));
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(from, |row| Place { changed: row.changed, id: row.id }).value();
    let change = |row: store::Changed| {
        let path = KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("", |(_, path)| path);
        Change {
            id: row.id,
            at: row.at,
            address: format!("{BASE}/{path}/{}", row.subject),
            kind: One::new(row.kind),
            record: row.subject,
            event: row.event,
        }
    };
    answer::json(&Feed { items: rows.into_iter().map(change).collect(), next, more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_back_and_nothing_else_is() {
        let place = Place { changed: 4711, id: Uuid::from_u128(7) };
        assert_eq!(Place::parse(&place.value()), Some(place));
        for bad in [
            "",
            "~",
            "1",
            "1~x",
            "-1~00000000-0000-0000-0000-000000000000",
            "99999999999999999999~00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(Place::parse(bad), None, "{bad}");
        }
    }
}
