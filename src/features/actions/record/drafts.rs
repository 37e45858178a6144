//! What was typed and not saved: kept while somebody types, found again when they come back.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;

/// `action:new`, `suggest:<id>`: what kind of form, and of what.
fn is_key(key: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    key.len() <= 100 && key.split_once(':').is_some_and(|(kind, of)| part(kind) && part(of))
}

/// The form that a key belongs to.
fn form_of(key: &str) -> Option<String> {
    match key.split_once(':')? {
        ("action", of @ ("new" | "report")) => Some(format!("/actions/{of}")),
        ("action", id) => Some(format!("/actions/{id}/edit")),
        ("suggest", id) => Some(format!("/actions/{id}/suggest")),
        _ => None,
    }
}

/// Of what was typed, what is kept.
pub fn kept(fields: &Fields) -> Vec<(String, String)> {
    let mut kept = fields.pairs().to_vec();
    // JSON in the database cannot hold this character
    kept.retain(|(name, value)| name != "draft" && !name.contains('\0') && !value.contains('\0'));
    kept
}

/// A form that was sent and is shown again, not saved: what was kept of it before is older, and must not come back in its place.
pub async fn overtake(mut inside: Inside, key: &str, typed: &[(String, String)]) -> Result<(), Problem> {
    if store::renew_draft(&mut inside.tx, key, typed, inside.app.clock.now()).await? {
        inside.tx.commit().await?;
    }
    Ok(())
}

pub async fn keep(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    if !is_key(&key) {
        return Err(Problem::NotFound);
    }
    let fields = kept(&inside.fields);
    store::keep_draft(&mut inside.tx, &key, &fields, inside.app.clock.now()).await?;
    inside.tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub async fn discard(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    if !is_key(&key) {
        return Err(Problem::NotFound);
    }
    store::drop_draft(&mut inside.tx, &key).await?;
    inside.tx.commit().await?;
    let address = form_of(&key).unwrap_or_else(|| "/actions".to_owned());
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain() {
        assert!(is_key("action:new") && is_key("suggest:018f-aa"));
        for bad in
            ["action", "action:", ":x", "action:../x", "action:a b", "Action:new", &format!("a:{}", "x".repeat(100))]
        {
            assert!(!is_key(bad), "{bad}");
        }
        assert_eq!(form_of("action:new").as_deref(), Some("/actions/new"));
        assert_eq!(form_of("other:x"), None);
    }
}
