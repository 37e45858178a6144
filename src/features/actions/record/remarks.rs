//! Remarks on an action: words beside the record, never public.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::show_page;
use super::{find, store};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::RemarkId;
use crate::kernel::permit::{Handling, Permission};

/// The levels a remark can have.
fn level(text: &str) -> Option<Handling> {
    Handling::parse(text).filter(|h| *h != Handling::Public)
}

pub async fn add(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let by = inside.member.require(Permission::ActionRemark, &record.scope())?.id;
    let mut f = std::mem::take(&mut inside.fields);
    let text = f.required("remark", 5_000);
    let handling = f.choice("remark_handling", level).unwrap_or(Handling::Members);
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
    if text.is_empty() {
        f.fail("remark", crate::kernel::i18n::Message::new("field-required"));
    }
    if !f.is_valid() {
        return show_page(inside, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let remark = store::add_remark(&mut inside.tx, record.id, by, &text, handling, inside.app.clock.now()).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-remarked#remark-{remark}", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

/// Takes back one's own remark; it is kept, and no longer shown.
pub async fn withdraw(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: RemarkId = id.parse().map_err(|_| Problem::NotFound)?;
    let (action, mine) = store::remark(&mut inside.tx, id).await?.ok_or(Problem::NotFound)?;
    if !mine {
        return Err(Problem::Refused(crate::kernel::i18n::Message::new("action-refused-remark")));
    }
    store::withdraw_remark(&mut inside.tx, id, inside.app.clock.now()).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&inside.page.link(&format!("/actions/{action}?done=action-remark-withdrawn#remarks")))
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_never_public() {
        assert_eq!(level("public"), None);
        assert_eq!(level("restricted"), Some(Handling::Restricted));
    }
}
