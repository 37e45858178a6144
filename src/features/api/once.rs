//! A write that is sent again under its key is answered as it was, and not done twice. What failed has left nothing behind and
//! can be sent again.

use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::answer::{Answered, Written};
use super::auth::Called;
use super::problem::{Fault, Kind, Wrong};
use super::store;
use crate::kernel::i18n::Message;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 200;

/// The key that was sent; none is as good.
fn key(called: &Called) -> Result<Option<String>, Fault> {
    if !called.headers.contains_key(HEADER) {
        return Ok(None);
    }
    let key = called.header(HEADER);
    if (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Some(key.to_owned()));
    }
    Err(Fault::invalid(vec![Wrong::header("Idempotency-Key", Message::new("api-error-key"))]))
}

/// What was answered to the same request before. `None`: it is to be done.
///
/// # Errors
/// The key was sent with another request; the database's own.
pub async fn begin(called: &mut Called) -> Result<Option<Written>, Fault> {
    let Some(key) = key(called)? else { return Ok(None) };
    let now = called.inside.app.clock.now();
    let tx = &mut called.inside.tx;
    if store::claim(tx, called.token.id, &key, &called.asked, now).await? {
        return Ok(None);
    }
    let Some(kept) = store::answer(tx, called.token.id, &key).await? else {
        return Err(Fault::new(Kind::Conflict, "api-detail-key-busy"));
    };
    if kept.request_hash != called.asked {
        return Err(Fault::invalid(vec![Wrong::header("Idempotency-Key", Message::new("api-error-key-other"))]));
    }
    let status = kept.status.and_then(|s| u16::try_from(s).ok()).and_then(|s| StatusCode::from_u16(s).ok());
    let (Some(status), Some(body)) = (status, kept.body) else {
        return Err(Fault::new(Kind::Conflict, "api-detail-key-busy"));
    };
    Ok(Some(Written { status, body, location: kept.location, tag: kept.etag }))
}

/// Commits what was done, and keeps what is answered to it.
///
/// # Errors
/// The database's own.
pub async fn finish(mut called: Called, written: Written) -> Answered {
    if let Some(key) = key(&called)? {
        store::keep_answer(&mut called.inside.tx, called.token.id, &key, &written).await?;
    }
    called.inside.tx.commit().await?;
    Ok(written.into_response())
}
