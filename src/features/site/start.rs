//! The first page of the installation, and help. Both are anyone's; whoever is signed in finds their processes.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::store::{self, PublicProcess};
use crate::kernel::auth::Outside;
use crate::kernel::db::{AccountTx, Entry, Intent, OtherProcess};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "site/start.html")]
struct StartPage {
    p: Page,
    processes: Vec<PublicProcess>,
    /// Signed in so far as to be shown what is theirs.
    mine: Option<Vec<OtherProcess>>,
    /// Theirs too, but suspended: there is nothing to enter.
    suspended: Vec<String>,
    /// The password was given, the second factor was not.
    half: bool,
}

#[derive(Template)]
#[template(path = "site/help.html")]
struct HelpPage {
    p: Page,
}

/// Who reads, where a session says so: the page's frame is theirs then.
struct Reader {
    tx: AccountTx,
    p: Page,
    mine: Option<Vec<OtherProcess>>,
    half: bool,
}

async fn reader(outside: Outside) -> Result<Reader, Problem> {
    let Outside { app, mut page, visitor, statements, .. } = outside;
    if let Some(token) = &visitor.session
        && let Entry::In(inside) = app.db.enter_account(token, Intent::Read, &statements).await?
    {
        let (tx, facts) = *inside;
        if facts.stale {
            app.db.touch_session(facts.session);
        }
        let half = facts.enrolled && !facts.second_factor;
        page.email = Some(facts.email);
        // what is theirs is shown once they are wholly in
        let mine = if half { None } else { Some(facts.others) };
        if let Some(mine) = &mine {
            page.operator = facts.operator;
            page.others = mine.clone();
        }
        return Ok(Reader { tx, p: page, mine, half });
    }
    let tx = app.db.outside(Intent::Read, &statements).await?;
    Ok(Reader { tx, p: page, mine: None, half: false })
}

pub async fn start(outside: Outside) -> Result<Response, Problem> {
    let mut reader = reader(outside).await?;
    let processes = store::public_processes(&mut reader.tx).await?;
    let suspended = match &reader.mine {
        Some(_) => store::suspended(&mut reader.tx, reader.p.today).await?,
        None => Vec::new(),
    };
    let Reader { p, mine, half, .. } = reader;
    Ok(Html(StartPage { p, processes, mine, suspended, half }.render()?).into_response())
}

pub async fn help(outside: Outside) -> Result<Response, Problem> {
    let reader = reader(outside).await?;
    Ok(Html(HelpPage { p: reader.p }.render()?).into_response())
}
