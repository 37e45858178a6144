//! Remarks on an action: words beside the record, never public. They are answered, settled and opened again, and name
//! people; what is taken back leaves its trace.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::mentions::{self, Mention, Nameable};
use super::page::show_page;
use super::telling::{self, About, Remarked};
use super::{find, store};
use crate::features::notices;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::RemarkId;
use crate::kernel::permit::{Handling, Permission};

/// A remark names so many at most: more is a letter to everybody.
const MOST_NAMED: usize = 20;

/// The levels a remark can have.
fn level(text: &str) -> Option<Handling> {
    Handling::parse(text).filter(|h| *h != Handling::Public)
}

/// Those whom the form names, in its list or in the text.
fn named(f: &mut Fields, text: &str, all: &[Nameable]) -> Vec<Mention> {
    let chosen: Vec<Mention> = f.values("tell").iter().filter_map(|v| Mention::parse(v)).collect();
    let known = |m: &Mention| all.iter().any(|n| Mention::parse(&n.value) == Some(*m));
    if chosen.len() != f.values("tell").iter().filter(|v| !v.is_empty()).count() || !chosen.iter().all(known) {
        f.fail("tell", Message::new("field-not-in-list"));
    }
    let found = mentions::find(text, &chosen, all);
    if !found.ambiguous.is_empty() {
        f.fail("tell", Message::new("action-error-name-ambiguous").with("names", found.ambiguous.join(", ")));
    }
    if found.names.len() > MOST_NAMED {
        f.fail("tell", Message::new("action-error-too-many-named").with("most", MOST_NAMED));
    }
    found.names
}

/// The names of those who could not see it.
fn names_of(blind: &[String], all: &[Nameable]) -> String {
    let names = all.iter().filter(|n| blind.contains(&n.value)).map(|n| n.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

pub async fn add(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let by = inside.member.require(Permission::ActionRemark, &record.scope())?.clone();
    let mut f = std::mem::take(&mut inside.fields);
    let answers = match f.id::<RemarkId>("answers") {
        // of another action, taken back, or an answer itself: there is nothing to answer
        Some(id) => match store::remark(&mut inside.tx, id).await? {
            Some(said) if said.action == record.id && !said.is_answer => Some((id, said)),
            _ => return Err(Problem::NotFound),
        },
        None => None,
    };
    let text = f.required("remark", 5_000);
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
    if text.is_empty() {
        f.fail("remark", Message::new("field-required"));
    }
    // who could say that it still holds can say that it does not
    let asks_correction = answers.is_none() && f.is_set("asks_correction");
    if asks_correction {
        inside.member.require(Permission::ActionConfirm, &record.scope())?;
    }
    // an answer is shown to whom the remark is shown to
    let handling = match &answers {
        Some((_, said)) => said.handling,
        None => f.choice("remark_handling", level).unwrap_or(Handling::Members),
    };
    let all = if text.contains('@') || f.is_set("tell") {
        store::nameable(&mut inside.tx, inside.page.today).await?
    } else {
        Vec::new()
    };
    let names = named(&mut f, &text, &all);
    if !f.is_valid() {
        return show_page(inside, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let new = store::NewRemark {
        action: record.id,
        by: by.id,
        text: &text,
        handling,
        answers: answers.as_ref().map(|(id, _)| *id),
        asks_correction,
        names: &names,
        now: inside.app.clock.now(),
    };
    inside.tx.mark().await?;
    let remark = store::add_remark(&mut inside.tx, &new).await?;
    if !names.is_empty() {
        let blind =
            notices::blind(&mut inside.tx, notices::Subject::new("remark", remark.0), &names, inside.page.today)
                .await?;
        if !blind.is_empty() {
            inside.tx.back().await?;
            f.fail("tell", Message::new("action-error-named-blind").with("names", names_of(&blind, &all)));
            return show_page(inside, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    let answers = answers.map(|(_, said)| said.by);
    let remarked = Remarked { id: remark, handling, asks_correction, names: &names, answers };
    telling::remarked(&mut inside.tx, &inside.app, &by, &About::of(&record), &remarked).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-remarked#remark-{remark}", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

/// Takes back one's own remark; it is kept, and only that it was taken back is shown.
pub async fn withdraw(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: RemarkId = id.parse().map_err(|_| Problem::NotFound)?;
    let said = store::remark(&mut inside.tx, id).await?.ok_or(Problem::NotFound)?;
    if !said.mine {
        return Err(Problem::Refused(Message::new("action-refused-remark")));
    }
    store::withdraw_remark(&mut inside.tx, id, inside.app.clock.now()).await?;
    note(&mut inside, id, "remark-withdrawn").await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-remark-withdrawn#remarks", said.action);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

/// The history of a remark is its own: that of its action is read by others.
async fn note(inside: &mut Inside, id: RemarkId, event: &'static str) -> Result<(), Problem> {
    let entry = Entry { subject: Subject::Remark, id: id.0, event, changes: Changes::new(), why: "" };
    history::record(&mut inside.tx, inside.member.first(), entry).await?;
    Ok(())
}

pub async fn resolve(path: Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    settle(path, inside, true).await
}

pub async fn open_again(path: Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    settle(path, inside, false).await
}

/// Settles a remark or opens it again: for whoever wrote it, and whoever may change the action.
async fn settle(Path((_, id)): Path<(String, String)>, mut inside: Inside, settled: bool) -> Result<Response, Problem> {
    let id: RemarkId = id.parse().map_err(|_| Problem::NotFound)?;
    let said = store::remark(&mut inside.tx, id).await?.filter(|s| !s.is_answer).ok_or(Problem::NotFound)?;
    let record = store::record(&mut inside.tx, said.action, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let scope = record.scope();
    let needed = if said.mine { Permission::ActionRemark } else { Permission::ActionEdit };
    let Some(by) = inside.member.granting(needed, &scope).cloned() else {
        return Err(Problem::Refused(Message::new("action-refused-settle")));
    };
    let now = inside.app.clock.now();
    if !store::settle_remark(&mut inside.tx, id, settled.then_some((by.id, now))).await? {
        return Err(Problem::Conflict(Message::new("action-refused-settled-already")));
    }
    note(&mut inside, id, if settled { "remark-settled" } else { "remark-opened" }).await?;
    if settled {
        telling::settled(&mut inside.tx, &inside.app, &by, &About::of(&record), id, &said).await?;
    }
    inside.tx.commit().await?;
    let done = if settled { "action-remark-settled" } else { "action-remark-opened" };
    let address = format!("/actions/{}?done={done}#remark-{id}", said.action);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
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
