//! The page that says how far a file is, and the file.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use uuid::Uuid;

use super::order::{Format, is_of_action, note};
use super::store::{self, Asked};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::DocumentId;
use crate::kernel::page::Page;
use crate::kernel::permit::Member;

#[derive(Template)]
#[template(path = "documents/show.html")]
struct ShowPage {
    p: Page,
    d: Asked,
    format: Format,
    /// The key of each step's name, and whether it is done, under way, or to come.
    steps: Vec<(&'static str, Step)>,
    size: String,
    file: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    Now,
    ToCome,
}

impl Step {
    fn badge(self) -> &'static str {
        match self {
            Step::Done => "ok",
            Step::Now => "info",
            Step::ToCome => "plain",
        }
    }
    fn label(self) -> &'static str {
        match self {
            Step::Done => "documents-step-done",
            Step::Now => "documents-step-now",
            Step::ToCome => "documents-step-to-come",
        }
    }
}

impl ShowPage {
    fn open(&self) -> bool {
        matches!(self.d.state.as_str(), "waiting" | "working")
    }
    fn ready(&self) -> bool {
        self.d.state == "ready"
    }
    /// The page of the record that the file was asked for on, and the key of what leads there. What was made of a list has none.
    fn origin(&self) -> Option<(String, &'static str)> {
        let id = self.d.subject?;
        let (folder, name) = match self.d.subject_kind.as_str() {
            "action" => ("actions", "documents-to-action"),
            "meeting" => ("meetings", "documents-to-meeting"),
            "pack" => ("packs", "documents-to-pack"),
            "plan" => ("plans", "documents-to-plan"),
            "round" => ("rounds", "documents-to-round"),
            _ => return None,
        };
        Some((self.p.link(&format!("/{folder}/{id}")), name))
    }
}

fn mine(member: &Member) -> Vec<Uuid> {
    member.memberships().iter().map(|m| m.id.0).collect()
}

/// What has been done of it, and nothing guessed.
fn steps(d: &Asked) -> Vec<(&'static str, Step)> {
    let names = ["documents-step-gathered", "documents-step-set", "documents-step-written"];
    let at = |number: i16| match (number < d.done || d.state == "ready", d.state.as_str()) {
        (true, _) => Step::Done,
        (false, "working") if number == d.done => Step::Now,
        _ => Step::ToCome,
    };
    names.into_iter().zip(0i16..).map(|(name, number)| (name, at(number))).collect()
}

pub async fn show(Path((_, id)): Path<(String, DocumentId)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let d = store::one(&mut tx, id, &mine(&member)).await?;
    let format = Format::parse(&d.format).ok_or(Problem::NotFound)?;
    let size = p.number(d.size.unwrap_or(0).max(0).unsigned_abs().div_ceil(1024));
    let file = p.link(&format!("/documents/{id}/file"));
    let page = ShowPage { steps: steps(&d), size, file, format, d, p };
    let mut response = Html(page.render()?).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub async fn file(Path((_, id)): Path<(String, DocumentId)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let d = store::one(&mut tx, id, &mine(&member)).await?;
    let format = Format::parse(&d.format).ok_or(Problem::NotFound)?;
    let by = member.memberships().iter().find(|m| m.id == d.membership).ok_or(Problem::NotFound)?;
    let bytes = store::bytes(&mut tx, id).await?;
    // its title holds that of the action, which the log tells to those alone who see it
    let detail = match is_of_action(&d.subject_kind, d.subject) {
        true => p.t(format.label()),
        false => format!("{} ({})", d.title, p.t(format.label())),
    };
    note(&mut tx, by, &d.subject_kind, d.subject, &detail).await?;
    tx.commit().await?;
    Ok(as_file(format, &d.file_name, bytes))
}

/// A file to be kept, under its name in whatever script (RFC 5987), with one in plain letters for those who know no other.
pub fn as_file(format: Format, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&disposition(&format!("{name}.{}", format.as_str()))) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The header that says so.
pub fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' };
    let simple: String = name.chars().map(plain).collect();
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{simple}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_comes_through_and_breaks_out_of_nothing() {
        assert_eq!(
            disposition("План \"x\"; y\r\n.pdf"),
            "attachment; filename=\"____ _x__ y__.pdf\"; filename*=UTF-8''%D0%9F%D0%BB%D0%B0%D0%BD%20%22x%22%3B%20y%0D%0A.pdf"
        );
        assert!(HeaderValue::from_str(&disposition("a\u{7f}b\0.pdf")).is_ok());
    }
}
