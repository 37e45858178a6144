//! A form that brings a file. Who sends it is asked before anything of it is read; then its fields, which come before the file, so that
//! nothing of a file is taken from anybody who may not bring one. The file itself is read by its handler, a part at a time.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use futures::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::visitor::session_cookie;
use super::{Inside, Opened, factor_given, inside, lost, open_with, permitted, slug, text_header, way_back};
use crate::kernel::db::{Entry, Intent, Statements};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::permit::Member;
use crate::kernel::random::Token;
use crate::kernel::route::Access;
use crate::kernel::state::App;

/// More and longer fields than a form that brings a file has.
const MOST_FIELDS: usize = 40;
const FIELD_BYTES: usize = 64 << 10;
/// So much is read in search of the file, and held meanwhile: the form's token has not been seen yet.
const HELD: usize = 16 << 20;

/// A member inside a process who brings a file: their form is read up to it.
pub struct Bringing {
    pub inside: Inside,
    /// None where no file was chosen.
    pub file: Option<Upload>,
}

impl FromRequest<App> for Bringing {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (request, kept) = lost::kept(request);
        match brought(request, app).await {
            Ok((opened, file)) => Ok(Self { inside: inside(opened, app).await?, file }),
            Err(problem) => Err(lost::not_taken(kept, app, problem).await),
        }
    }
}

async fn brought(request: Request, app: &App) -> Result<(Opened, Option<Upload>), Problem> {
    let (mut parts, body) = request.into_parts();
    if text_header(&parts.headers, header::CONTENT_TYPE).starts_with("multipart/form-data") {
        known(&mut parts, app).await?;
    }
    let mut file = None;
    let opened = open_with(Request::from_parts(parts, body), app, Some(&mut file)).await?;
    Ok((opened, file))
}

/// Refuses whoever would be refused once the form is there: signed out, in no such process, without any right to the route. A form of
/// this kind may take long to come, and may be long; nothing is held while it does, and its sender is asked again afterwards.
async fn known(parts: &mut Parts, app: &App) -> Result<(), Problem> {
    let Some(Access::Member(permission)) = parts.extensions.get::<Access>().copied() else {
        return Err(anyhow::anyhow!("a member's page on a route for others").into());
    };
    let slug = slug(parts, app).await?;
    let next = way_back(parts, &format!("/{slug}"));
    let jar = CookieJar::from_headers(&parts.headers);
    let session = jar.get(session_cookie(app.secure())).and_then(|c| Token::parse(c.value()));
    let Some(token) = session else { return Err(Problem::SignedOut { next }) };
    let statements = parts.extensions.get::<Statements>().cloned().unwrap_or_default();
    let (tx, facts) = match app.db.enter(&slug, &token, Intent::Read, &statements).await? {
        Entry::In(inside) => *inside,
        Entry::SignedOut => return Err(Problem::SignedOut { next }),
        Entry::Unknown => return Err(Problem::NotFound),
        Entry::Suspended { name } => return Err(Problem::Suspended { name }),
    };
    drop(tx);
    let member = Member::new(facts.memberships);
    factor_given(app, &member, (facts.enrolled, facts.second_factor), &next)?;
    permitted(&member, permission)
}

/// A file on its way.
pub struct Upload {
    /// As its sender calls it: to be shown, not to be believed.
    pub name: String,
    field: multer::Field<'static>,
    // the field is fed by it
    _form: multer::Multipart<'static>,
}

impl Upload {
    /// The next bytes of the file; none at its end.
    ///
    /// # Errors
    /// The sender went away, or the form breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        self.field.chunk().await.map_err(|_| Problem::Bad("the file broke off"))
    }
}

/// The longest name of a file that is looked at, in characters.
const LONGEST_NAME: usize = 200;

/// What a file is called, without its folders. A name that is too long is cut before its ending, which says what the file is; a
/// browser writes quotes and ends of lines as forms do.
fn shortened(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = last.replace("%22", "\"").replace("%0D", "").replace("%0A", " ");
    let name: Vec<char> = plain.chars().filter(|c| !c.is_control()).collect();
    let Some(over) = name.len().checked_sub(LONGEST_NAME) else { return name.into_iter().collect() };
    // of what is no ending, the beginning is kept
    let dot = name.iter().rposition(|c| *c == '.').filter(|at| name.len() - at <= 10).unwrap_or(name.len());
    name.iter().take(dot.saturating_sub(over)).chain(name.iter().skip(dot)).collect()
}

/// The fields that stand before the file, and the file.
pub(super) async fn fields(kind: &str, body: Body) -> Result<(Fields, Option<Upload>), Problem> {
    let broken = |_| Problem::Bad("not a form");
    let boundary = multer::parse_boundary(kind).map_err(broken)?;
    let (begun, mut held) = (Arc::new(AtomicBool::new(false)), 0usize);
    let found = Arc::clone(&begun);
    let parts = body.into_data_stream().map(move |part| {
        let part = part.map_err(std::io::Error::other)?;
        if held > HELD && !found.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("a form without end"));
        }
        held = held.saturating_add(part.len());
        Ok(part)
    });
    let mut form = multer::Multipart::new(parts, boundary);
    let mut values = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name() {
            let file = shortened(file);
            // a browser sends an empty one where none was chosen
            if file.is_empty() {
                continue;
            }
            begun.store(true, Ordering::Relaxed);
            return Ok((Fields::new(values), Some(Upload { name: file, field, _form: form })));
        }
        let mut bytes = Vec::new();
        while let Some(part) = field.chunk().await.map_err(broken)? {
            if bytes.len() + part.len() > FIELD_BYTES {
                return Err(Problem::TooLarge);
            }
            bytes.extend_from_slice(&part);
        }
        values.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        if values.len() > MOST_FIELDS {
            return Err(Problem::TooLarge);
        }
    }
    Ok((Fields::new(values), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    const KIND: &str = "multipart/form-data; boundary=XX";

    /// A body in megabytes; how many of them have been asked for.
    fn megabytes(first: &'static str, n: usize) -> (Body, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let rest = futures::stream::repeat_with(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1 << 20]))
        });
        let first = futures::stream::once(async move { Ok::<_, std::io::Error>(Bytes::from_static(first.as_bytes())) });
        (Body::from_stream(first.chain(rest.take(n))), asked)
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        assert_eq!(shortened("C:\\plans\\Plan %22one%22.pdf"), "Plan \"one\".pdf");
        let long = shortened(&format!("{}.docx", "x".repeat(240)));
        assert_eq!((long.len(), long.ends_with("x.docx")), (LONGEST_NAME, true), "{long}");
        assert_eq!(shortened(&"x".repeat(240)).len(), LONGEST_NAME);
        assert_eq!(shortened(&format!("a.{}", "x".repeat(240))).len(), LONGEST_NAME);
    }

    #[tokio::test]
    async fn a_form_that_never_begins_is_given_up() {
        for first in ["no boundary", "--XX\r\nContent-Disposition: form-data; name=\"", "--XX\r\nX: "] {
            let (body, asked) = megabytes(first, 1_000);
            assert!(matches!(fields(KIND, body).await, Err(Problem::Bad(_))), "{first}");
            assert!(asked.load(Ordering::Relaxed) < 20, "{first}");
        }
        let (body, asked) = megabytes("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", 1_000);
        assert!(matches!(fields(KIND, body).await, Err(Problem::TooLarge | Problem::Bad(_))));
        assert!(asked.load(Ordering::Relaxed) < 20);
    }
}
