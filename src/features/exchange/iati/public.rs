//! The file of each organisation at an address that stays: what it has published, as the public pages show it. It can be
//! registered as a publisher's source.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::making::{CHUNK, KIND, Making};
use super::store::{self, Publisher};
use crate::features::actions::{KEEPER, Match, Run, as_file};
use crate::features::public_site::published;
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;

/// Long files are made a few at a time: everybody may ask for one, and each holds a connection while it is taken. What is read at once
/// is answered whole, and waits for nobody who takes it.
static MADE: Semaphore = Semaphore::const_new(4);
/// No file of so few actions is longer.
const LONGEST: usize = 64 << 20;

#[derive(Template)]
#[template(path = "exchange/iati_public.html")]
struct IndexPage {
    p: Page,
    publishers: Vec<Publisher>,
    base_url: String,
}

impl IndexPage {
    fn file(&self, publisher: &Publisher) -> String {
        self.p.link(&format!("/public/iati/{}.xml", publisher.id))
    }
}

/// Whose files there are, and how they are to be read.
pub async fn index(inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, app, .. } = inside;
    let publishers = store::publishers(&mut tx).await?;
    Ok(Html(IndexPage { publishers, base_url: app.base_url.clone(), p }.render()?).into_response())
}

/// Whether whoever asks has this file already.
fn has(headers: &HeaderMap, tag: &str, changed: Option<DateTime<Utc>>) -> bool {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        // compared as weak ones (RFC 9110, 8.8.3.2)
        let opaque = |t: &str| t.strip_prefix("W/").unwrap_or(t).to_owned();
        return tags.split(',').map(str::trim).any(|t| t == "*" || opaque(t) == opaque(tag));
    }
    let since = text(header::IF_MODIFIED_SINCE).and_then(|t| DateTime::parse_from_rfc2822(t).ok());
    since.zip(changed).is_some_and(|(since, changed)| changed.timestamp() <= since.timestamp())
}

pub async fn file(
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
    inside: InPublic,
) -> Result<Response, Problem> {
    let id: OrganisationId = name.strip_suffix(".xml").and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    let InPublic { app, mut tx, page: p, .. } = inside;
    let of = store::published(&mut tx, id).await?.ok_or(Problem::NotFound)?;
    if let Some(into) = of.merged_into {
        return Ok(Redirect::permanent(&p.link(&format!("/public/iati/{into}.xml"))).into_response());
    }
    let Some(changed) = of.changed_at.filter(|_| of.actions > 0) else { return Err(Problem::NotFound) };
    // the day is in it: of what states no status, the dates speak
    let now = app.clock.now();
    let notes: String = p.frame().map(|f| f.footnotes.iter().map(|n| n.line()).collect()).unwrap_or_default();
    let content = format!("{}\n{}\n{notes}\n{}\n{}", of.fingerprint, now.date_naive(), app.base_url, p.version());
    let tag = format!("W/\"{}\"", hex::encode(Sha256::digest(content).get(..16).unwrap_or_default()));
    // since then: what has changed, or midnight if the day has
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let modified = changed.max(midnight).min(now);
    let mut response = if has(&headers, &tag, Some(modified)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let short = of.actions <= CHUNK;
        let turn = if short { None } else { MADE.try_acquire().ok() };
        if !short && turn.is_none() {
            return Ok((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response());
        }
        let matches = published(Match {
            organisations: Some(vec![id.0]),
            roles: Some(vec![KEEPER.to_owned()]),
            ..Match::default()
        });
        let making = Making::new(p, &app.base_url, modified, true);
        let run = Run::by_title(tx, matches, CHUNK);
        let mut body = making.body(async move { Ok(run) }, turn);
        let mut length = None;
        if short {
            let whole = to_bytes(body, LONGEST).await.map_err(anyhow::Error::from)?;
            length = Some(whole.len());
            body = Body::from(whole);
        }
        let mut response = Response::new(body);
        response.headers_mut().extend(length.map(|length| (header::CONTENT_LENGTH, HeaderValue::from(length))));
        // one to be kept: a browser that would draw it never ends loading it under our policy
        as_file(&mut response, KIND, &id.to_string(), "xml");
        response
    };
    let said = response.headers_mut();
    said.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    for (name, value) in
        [(header::ETAG, tag), (header::LAST_MODIFIED, modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string())]
    {
        said.insert(name, HeaderValue::try_from(value).map_err(anyhow::Error::from)?);
    }
    Ok(response)
}
