//! A restricted record is opened by its keeper, to the secretariat or to one organisation, and closed again.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::show_page;
use super::{find, store};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::OrganisationId;
use crate::kernel::permit::{Handling, Permission};

/// To whom, and whether it is opened or closed.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Secretariat(bool),
    OpenTo(String),
    CloseTo(OrganisationId),
}

fn wish(what: &str, to: &str) -> Option<Wish> {
    match what {
        "open-secretariat" => Some(Wish::Secretariat(true)),
        "close-secretariat" => Some(Wish::Secretariat(false)),
        "open" => Some(Wish::OpenTo(to.trim().chars().take(500).collect())),
        "close" => to.parse().ok().map(Wish::CloseTo),
        _ => None,
    }
}

pub async fn open(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let by = inside.member.require(Permission::ActionOpen, &record.scope())?.clone();
    if record.handling != Handling::Restricted {
        return Err(Problem::Conflict(Message::new("action-refused-open-level")));
    }
    let mut f = std::mem::take(&mut inside.fields);
    let Some(wish) = wish(f.value("what"), f.value("to")) else { return Err(Problem::Bad("what")) };
    let now = inside.app.clock.now();
    let secretariat = inside.page.t("role-support-group");
    let (opened, name) = match wish {
        Wish::Secretariat(open) => {
            store::open_to_secretariat(&mut inside.tx, record.id, &by, open, now).await?;
            (open, secretariat)
        }
        Wish::OpenTo(typed) => {
            let found = if typed.is_empty() || typed.contains('\0') {
                None
            } else {
                store::organisation_named(&mut inside.tx, &typed).await?
            };
            let Some((organisation, name)) = found else {
                f.fail(
                    "to",
                    Message::new("action-error-organisation-unknown")
                        .with("name", crate::kernel::i18n::excerpt(&typed)),
                );
                return show_page(inside, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
            };
            store::open_to_organisation(&mut inside.tx, record.id, organisation, &by, true, now).await?;
            (true, name)
        }
        Wish::CloseTo(organisation) => {
            let known = record.disclosures.iter().find(|d| d.id == organisation).ok_or(Problem::NotFound)?;
            store::open_to_organisation(&mut inside.tx, record.id, organisation, &by, false, now).await?;
            (false, known.name.clone())
        }
    };
    let change = if opened { Change { from: vec![], to: vec![name] } } else { Change { from: vec![name], to: vec![] } };
    let entry = Entry {
        subject: Subject::Action,
        id: record.id.0,
        event: if opened { "opened" } else { "closed" },
        changes: Changes::from([("disclosures".to_owned(), change)]),
        why: "",
    };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    inside.tx.commit().await?;
    let done = if opened { "action-opened" } else { "action-closed" };
    Ok(Redirect::to(&inside.page.link(&format!("/actions/{}?done={done}#who-sees", record.id))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read() {
        assert_eq!(wish("open-secretariat", ""), Some(Wish::Secretariat(true)));
        assert_eq!(wish("open", " Norland "), Some(Wish::OpenTo("Norland".to_owned())));
        assert_eq!(wish("close", "not an id"), None);
        assert_eq!(wish("", "x"), None);
    }
}
