//! What is answered where all goes well, and how far a list goes at once.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::body;
use super::problem::{Fault, Wrong};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;

pub type Answered = Result<Response, Fault>;

/// Rows of a list that come at once, where nothing else is asked for; and at most.
pub const SIZE: usize = 50;
pub const MOST: usize = 200;

fn text(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Problem::from(anyhow::Error::from(error)).into())
}

fn answer(status: StatusCode, body: String) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    // for its reader alone, and to be asked again
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// A value as it is.
pub fn json(value: &impl Serialize) -> Answered {
    Ok(answer(StatusCode::OK, text(value)?))
}

/// What stands for the state of a record.
fn tag_of(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    format!("\"{}\"", hex::encode(digest.get(..12).unwrap_or_default()))
}

/// The tag of a record as it stands.
pub fn tag(value: &impl Serialize) -> Result<String, Fault> {
    Ok(tag_of(&text(value)?))
}

/// Whether a list of tags, as a header has it, names this one; what a proxy has marked as weak is taken as it was.
pub fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// A single record with its tag; 304 where the reader has it already.
pub fn record(headers: &HeaderMap, value: &impl Serialize) -> Answered {
    let body = text(value)?;
    let tag = tag_of(&body);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|list| names(list, &tag));
    let response = if known { answer(StatusCode::NOT_MODIFIED, String::new()) } else { answer(StatusCode::OK, body) };
    Ok(tagged(response, &tag))
}

fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    if response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}

/// What a write has come to: kept under its key as it is answered.
#[derive(Debug, Clone)]
pub struct Written {
    pub status: StatusCode,
    pub body: String,
    pub location: Option<String>,
    pub tag: Option<String>,
}

impl Written {
    /// A record that was made.
    pub fn made(value: &impl Serialize, location: String) -> Result<Self, Fault> {
        let body = text(value)?;
        Ok(Self { status: StatusCode::CREATED, tag: Some(tag_of(&body)), location: Some(location), body })
    }

    /// A record as it stands after its change.
    pub fn changed(value: &impl Serialize) -> Result<Self, Fault> {
        let body = text(value)?;
        Ok(Self { status: StatusCode::OK, tag: Some(tag_of(&body)), location: None, body })
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let response = answer(self.status, self.body);
        let mut response = match self.tag {
            Some(tag) => tagged(response, &tag),
            None => response,
        };
        if let Some(location) = self.location.and_then(|l| HeaderValue::from_str(&l).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// The record is changed from the state that the sender has seen, or not at all. `current`: as it stands.
pub fn matches(headers: &HeaderMap, current: &impl Serialize) -> Result<(), Fault> {
    let given = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if given.trim().is_empty() {
        let wrong = Wrong::header("If-Match", Message::new("field-required"));
        return Err(Fault {
            wrong: vec![wrong],
            ..Fault::new(super::problem::Kind::PreconditionRequired, "api-detail-if-match")
        });
    }
    let tag = tag(current)?;
    if names(given, &tag) { Ok(()) } else { Err(moved(current)?) }
}

/// The record has moved on: nothing is changed, and it comes as it stands.
pub fn moved(current: &impl Serialize) -> Result<Fault, Fault> {
    let tag = tag(current)?;
    let value: Value = serde_json::to_value(current).map_err(|error| Problem::from(anyhow::Error::from(error)))?;
    let fault = Fault::new(super::problem::Kind::PreconditionFailed, "api-detail-moved");
    Ok(Fault { current: Some(Box::new(value)), ..fault }.with(header::ETAG, &tag))
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The filters of a page leave out what is empty, and read dates as people write them. Here a value is what the document says, or
/// it is wrong.
pub fn strict(fields: &mut Fields, of: &Strict) {
    let wrong: Vec<(String, &'static str)> = fields
        .pairs()
        .iter()
        .filter_map(|(name, value)| {
            let key = match name.as_str() {
                name if of.dates.contains(&name) && !body::is_date(value) => "api-error-date",
                name if of.ids.contains(&name) && !body::is_id(value) => "api-error-id",
                name if of.numbers.contains(&name) && !is_whole(value) => "field-not-in-list",
                name if of.lists.contains(&name) && value.is_empty() => "field-not-in-list",
                _ => return None,
            };
            Some((name.clone(), key))
        })
        .collect();
    for (name, key) in wrong {
        fields.fail(&name, Message::new(key));
    }
}

/// The parameters of a list, by their kinds.
pub struct Strict {
    pub dates: &'static [&'static str],
    pub ids: &'static [&'static str],
    pub numbers: &'static [&'static str],
    pub lists: &'static [&'static str],
}

/// How many rows are asked for.
pub fn limit(fields: &mut Fields) -> usize {
    if !fields.has("limit") {
        return SIZE;
    }
    let asked = fields.value("limit").to_owned();
    match asked.parse::<usize>() {
        Ok(limit) if (1..=MOST).contains(&limit) && is_whole(&asked) => limit,
        _ => {
            fields.fail("limit", Message::new("api-error-limit").with("most", MOST));
            SIZE
        }
    }
}

/// A cursor that is an id.
pub fn after(fields: &mut Fields) -> Option<uuid::Uuid> {
    let asked = fields.value("cursor").to_owned();
    if asked.is_empty() {
        return None;
    }
    let id = Some(asked.as_str()).filter(|text| body::is_id(text)).and_then(|text| text.parse().ok());
    if id.is_none() {
        fields.fail("cursor", Message::new("api-error-cursor"));
    }
    id
}

/// What was read of the query, unless something of it was wrong.
pub fn sound(fields: &Fields) -> Result<(), Fault> {
    Fault::of_query(fields).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_apart() {
        let tag = tag_of("{}");
        assert!(names(&tag, &tag) && names("*", &tag) && names(&format!("\"x\", W/{tag}"), &tag));
        assert!(!names("\"x\"", &tag) && !names("", &tag) && !names(tag.trim_matches('"'), &tag));
        assert_ne!(tag, tag_of("{ }"));
    }

    #[test]
    fn a_list_has_a_length() {
        let limit_of = |query: &str| {
            let mut fields = Fields::decode(query.as_bytes());
            (limit(&mut fields), sound(&fields).is_ok())
        };
        assert_eq!(limit_of(""), (50, true));
        assert_eq!(limit_of("limit=200"), (200, true));
        for bad in
            ["limit=", "limit=+5", "limit=0", "limit=201", "limit=-1", "limit=x", "limit=99999999999999999999999"]
        {
            assert!(!limit_of(bad).1, "{bad}");
        }
    }
}
