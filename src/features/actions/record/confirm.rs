//! "Still true", and the donor's answer to what a beneficiary reported.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::show_page;
use super::telling::{self, About};
use super::{bulk, find, store};
use crate::features::actions::ClaimState;
use crate::features::overlaps;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::permit::Permission;

/// Where to go back to: an address of this process, else the record. Nothing that a form says leads out of it.
fn back<'a>(asked: &'a str, process: &str) -> Option<&'a str> {
    let rest = asked.strip_prefix(process)?;
    let plain = asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') && !asked.contains("//");
    (plain && (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'))).then_some(asked)
}

/// Adds a query to an address that may have one.
fn with_done(address: &str, done: &str) -> String {
    let (path, hash) = address.split_once('#').map_or((address, ""), |(path, hash)| (path, hash));
    let joint = if path.contains('?') { '&' } else { '?' };
    let hash = if hash.is_empty() { String::new() } else { format!("#{hash}") };
    format!("{path}{joint}done={done}{hash}")
}

pub async fn confirm(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let by = inside.member.require(Permission::ActionConfirm, &record.scope())?;
    if record.claim != ClaimState::Confirmed {
        return Err(Problem::Conflict(Message::new("action-refused-confirm-claim")));
    }
    let now = inside.app.clock.now();
    bulk::confirm_many(&mut inside.tx, &[record.id], by, now).await?;
    inside.tx.commit().await?;
    let own = inside.page.link(&format!("/actions/{}", record.id));
    let address = back(inside.fields.value("back"), &inside.page.link("")).unwrap_or(&own);
    Ok(Redirect::to(&with_done(address, "action-confirmed")).into_response())
}

pub async fn claim(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let scope = record.scope();
    inside.member.require(Permission::ActionEdit, &scope)?;
    let mut f = std::mem::take(&mut inside.fields);
    let declined = match f.value("answer") {
        "confirm" => false,
        "decline" => true,
        _ => return Err(Problem::Bad("answer")),
    };
    let reason = if declined { f.required("claim_reason", 1_000) } else { f.text("claim_reason", 1_000) };
    if !f.is_valid() {
        return show_page(inside, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let state = if declined { ClaimState::Declined } else { ClaimState::Confirmed };
    let kept = if declined { reason.as_str() } else { "" };
    let now = inside.app.clock.now();
    let by = inside.member.require(Permission::ActionEdit, &scope)?;
    if !store::answer_claim(&mut inside.tx, record.id, by, state, kept, now).await? {
        return Err(Problem::Conflict(Message::new("action-refused-claim-answered")));
    }
    let event = if declined { "claim-declined" } else { "claim-confirmed" };
    let entry = Entry { subject: Subject::Action, id: record.id.0, event, changes: Changes::new(), why: &reason };
    history::record(&mut inside.tx, Some(by), entry).await?;
    telling::claim_answered(&mut inside.tx, &inside.app, by, &About::of(&record), declined).await?;
    overlaps::changed(&mut inside.tx).await?;
    inside.tx.commit().await?;
    // what was declined is no longer shown to the one who declined it, unless they are the secretariat
    let address = match state {
        ClaimState::Declined => "/actions?done=action-claim-declined".to_owned(),
        _ => format!("/actions/{}?done=action-claim-confirmed", record.id),
    };
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_process_are_gone_back_to() {
        assert_eq!(back("/iisg/actions?q=x", "/iisg"), Some("/iisg/actions?q=x"));
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/iisgx/actions",
            "/iisg//evil",
            "/iisg/\\evil",
            "/other",
            "",
            "/iisg/a b",
        ] {
            assert_eq!(back(bad, "/iisg"), None, "{bad}");
        }
    }

    #[test]
    fn what_was_done_is_added_before_the_hash() {
        assert_eq!(with_done("/a#x", "y"), "/a?done=y#x");
        assert_eq!(with_done("/a?b=c", "y"), "/a?b=c&done=y");
    }
}
