//! What a request may say: its fields, once, for the reading and for the document. Here is checked what kind of value each is;
//! what the values must be to one another is for the forms to say, which read them next.

use serde_json::{Map, Value, json};

use super::problem::Wrong;
use super::shape::about;
use crate::kernel::date::PartialDate;
use crate::kernel::direction::turns;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;

/// A kind of value.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text of at most so many characters.
    Text(usize),
    /// One of a closed list.
    Choice(fn() -> Vec<&'static str>),
    Id,
    Flag,
    /// A date as precise as it is stated.
    Date,
    /// A decimal number as text.
    Amount,
    /// A currency, by its three letters.
    Currency,
    /// Several ids.
    Ids,
    /// Several short texts.
    Keys,
    /// Several names.
    Names,
    Object(&'static [Member]),
    Objects(&'static [Member]),
}

/// A field of a body.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub about: &'static str,
}

/// A field that may be left out.
pub const fn may(name: &'static str, kind: Kind, about: &'static str) -> Member {
    Member { name, kind, required: false, about }
}

/// A field that has to be there.
pub const fn must(name: &'static str, kind: Kind, about: &'static str) -> Member {
    Member { name, kind, required: true, about }
}

/// Rows of one kind beyond these are refused.
const MOST_ROWS: usize = 300;

fn shape(kind: Kind) -> Value {
    match kind {
        Kind::Text(most) => json!({ "type": "string", "maxLength": most }),
        Kind::Choice(values) => json!({ "type": "string", "enum": values() }),
        Kind::Id => json!({ "type": "string", "format": "uuid" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "pattern": super::shape::DATE }),
        Kind::Amount => json!({ "type": "string", "pattern": "^-?[0-9]{1,20}(\\.[0-9]{1,6})?$" }),
        Kind::Currency => json!({ "type": "string", "pattern": "^[A-Z]{3}$" }),
        Kind::Ids => {
            json!({ "type": "array", "maxItems": MOST_ROWS, "items": { "type": "string", "format": "uuid" } })
        }
        Kind::Keys => json!({ "type": "array", "maxItems": MOST_ROWS, "items": { "type": "string", "maxLength": 40 } }),
        Kind::Names => {
            json!({ "type": "array", "maxItems": MOST_ROWS, "items": { "type": "string", "maxLength": 300 } })
        }
        Kind::Object(members) => schema(members, false),
        Kind::Objects(members) => {
            json!({ "type": "array", "maxItems": MOST_ROWS, "items": schema(members, false) })
        }
    }
}

/// The schema of a body. `partial`: of a change, where every field may be left out.
pub fn schema(members: &[Member], partial: bool) -> Value {
    let field = |m: &Member| {
        let needed = m.required && !partial;
        let value = if m.required { shape(m.kind) } else { json!({ "anyOf": [shape(m.kind), { "type": "null" }] }) };
        (m.name.to_owned(), about(value, m.about), needed)
    };
    let all: Vec<(String, Value, bool)> = members.iter().map(field).collect();
    let required: Vec<&str> = all.iter().filter(|(_, _, needed)| *needed).map(|(name, ..)| name.as_str()).collect();
    let properties: Map<String, Value> = all.iter().map(|(name, value, _)| (name.clone(), value.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A text safe to stand in a pointer.
fn step(pointer: &str, name: &str) -> String {
    let name: String = name.chars().take(60).collect();
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn wrong(pointer: &str, key: &'static str) -> Wrong {
    Wrong::body(pointer, Message::new(key))
}

fn is_amount(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let good = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    good(whole, 20) && rest.is_none_or(|rest| good(rest, 6))
}

pub fn is_date(text: &str) -> bool {
    matches!(text.len(), 4 | 7 | 10) && text.parse::<PartialDate>().is_ok()
}

pub fn is_id(text: &str) -> bool {
    // with its dashes, and nothing besides: as the document says
    text.len() == 36 && text.parse::<uuid::Uuid>().is_ok()
}

fn check_text(text: &str, kind: Kind) -> Option<Message> {
    if text.contains('\0') {
        return Some(Message::new("field-control-character"));
    }
    if text.contains(turns) {
        return Some(Message::new("field-turns"));
    }
    match kind {
        Kind::Text(most) if text.chars().count() > most => Some(Message::new("field-too-long").with("most", most)),
        Kind::Choice(values) if !values().contains(&text) => Some(Message::new("field-not-in-list")),
        Kind::Id if !is_id(text) => Some(Message::new("api-error-id")),
        Kind::Date if !is_date(text) => Some(Message::new("api-error-date")),
        Kind::Amount if !is_amount(text) => Some(Message::new("api-error-amount")),
        Kind::Currency if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) => {
            Some(Message::new("api-error-currency"))
        }
        _ => None,
    }
}

fn check_rows(value: &Value, pointer: &str, found: &mut Vec<Wrong>, row: impl Fn(&Value, &str, &mut Vec<Wrong>)) {
    match value.as_array() {
        None => found.push(wrong(pointer, "api-error-array")),
        Some(rows) if rows.len() > MOST_ROWS => {
            found.push(Wrong::body(pointer, Message::new("action-error-too-many").with("most", MOST_ROWS)));
        }
        Some(rows) => {
            for (n, value) in rows.iter().enumerate() {
                row(value, &step(pointer, &n.to_string()), found);
            }
        }
    }
}

fn check_one(value: &Value, kind: Kind, pointer: &str, found: &mut Vec<Wrong>) {
    match kind {
        Kind::Flag if !value.is_boolean() => found.push(wrong(pointer, "api-error-flag")),
        Kind::Flag => {}
        Kind::Object(members) => check_object(value, members, false, pointer, found),
        Kind::Objects(members) => {
            check_rows(value, pointer, found, |row, at, found| check_object(row, members, false, at, found));
        }
        Kind::Ids => check_rows(value, pointer, found, |row, at, found| check_one(row, Kind::Id, at, found)),
        Kind::Keys => check_rows(value, pointer, found, |row, at, found| check_one(row, Kind::Text(40), at, found)),
        Kind::Names => check_rows(value, pointer, found, |row, at, found| check_one(row, Kind::Text(300), at, found)),
        _ => match value.as_str() {
            None => found.push(wrong(pointer, "api-error-text")),
            Some(text) => found.extend(check_text(text, kind).map(|message| Wrong::body(pointer, message))),
        },
    }
}

fn check_object(value: &Value, members: &[Member], partial: bool, pointer: &str, found: &mut Vec<Wrong>) {
    let Some(object) = value.as_object() else {
        found.push(wrong(pointer, "api-error-object"));
        return;
    };
    for name in object.keys().filter(|name| !members.iter().any(|m| m.name == name.as_str())).take(20) {
        found.push(wrong(&step(pointer, name), "api-error-unknown-field"));
    }
    for member in members {
        let at = step(pointer, member.name);
        match object.get(member.name) {
            None if member.required && !partial => found.push(wrong(&at, "field-required")),
            Some(Value::Null) if member.required => found.push(wrong(&at, "field-required")),
            None | Some(Value::Null) => {}
            Some(value) => check_one(value, member.kind, &at, found),
        }
    }
}

/// What is wrong with the kinds of a body's values.
pub fn check(body: &Value, members: &[Member], partial: bool) -> Vec<Wrong> {
    let mut found = Vec::new();
    check_object(body, members, partial, "", &mut found);
    found.truncate(100);
    found
}

/// A text of a body that was checked; empty where it is not stated.
pub fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Several texts of it.
pub fn texts<'a>(body: &'a Value, name: &str) -> Vec<&'a str> {
    rows(body, name).iter().filter_map(Value::as_str).collect()
}

/// The rows of a field.
pub fn rows<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What a form found wrong, at the places of the body that its fields came from.
pub fn of_form(f: &Fields, pointer: impl Fn(&str) -> String) -> Vec<Wrong> {
    f.errors().into_iter().map(|(name, message)| Wrong::body(pointer(name), message.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::api::problem::At;

    const PART: &[Member] = &[must("code", Kind::Text(3), ""), may("share", Kind::Amount, "")];
    const ALL: &[Member] = &[
        must("title", Kind::Text(5), ""),
        may("when", Kind::Date, ""),
        may("whose", Kind::Id, ""),
        may("kind", Kind::Choice(|| vec!["a", "b"]), ""),
        may("open", Kind::Flag, ""),
        may("parts", Kind::Objects(PART), ""),
        may("ids", Kind::Ids, ""),
    ];

    fn pointers(body: Value, partial: bool) -> Vec<String> {
        let at = |w: Wrong| match w.at {
            At::Body(pointer) => pointer,
            other => panic!("{other:?}"),
        };
        check(&body, ALL, partial).into_iter().map(at).collect()
    }

    #[test]
    fn each_value_is_pointed_at() {
        assert!(pointers(json!({ "title": "A" }), false).is_empty());
        assert!(pointers(json!({}), true).is_empty());
        assert_eq!(pointers(json!({}), false), ["/title"]);
        assert_eq!(pointers(json!([]), false), [""]);
        assert_eq!(pointers(json!({ "title": null }), true), ["/title"]);
        assert_eq!(pointers(json!({ "title": "A", "a/b~": 1 }), false), ["/a~1b~0"]);
        let body = json!({
            "title": "far too long", "when": "2026-13", "whose": "x", "kind": "c", "open": "yes",
            "parts": [{ "code": "AL", "share": "12.5" }, { "share": 5 }, 7], "ids": ["x"],
        });
        assert_eq!(
            pointers(body, false),
            ["/title", "/when", "/whose", "/kind", "/open", "/parts/1/code", "/parts/1/share", "/parts/2", "/ids/0"]
        );
        assert_eq!(pointers(json!({ "title": "a\u{0}" }), false), ["/title"]);
        assert_eq!(pointers(json!({ "title": "a\u{202e}b" }), false), ["/title"]);
        assert!(pointers(json!({ "title": "a\u{200f}b" }), false).is_empty());
    }

    #[test]
    fn numbers_and_dates_are_what_the_document_says() {
        for good in ["0", "-1", "12.50", "12345678901234567890.123456"] {
            assert!(is_amount(good), "{good}");
        }
        for bad in ["", "-", ".5", "1.", "1e5", "+1", "1,5", "٣", "123456789012345678901", "1.1234567"] {
            assert!(!is_amount(bad), "{bad}");
        }
        for good in ["2026", "2026-03", "2026-03-17"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["26", "2026-3", "2026-02-30", "17.3.2026", "2026-03-17T00:00:00Z"] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
