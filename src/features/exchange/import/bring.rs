//! Bringing a file: it goes into the database a part at a time, each part in a transaction of its own, so that a slow sender
//! holds nothing and any instance can go on.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};

use super::pages::{bringer, show, wanted};
use super::store;
use crate::kernel::auth::{Bringing, Inside, Upload};
use crate::kernel::db::{Entry, Intent, ProcessTx, Statements};
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{AccountId, ImportId};
use crate::kernel::job::{self, Task};
use crate::kernel::random::{self, Token};
use crate::kernel::state::App;

/// The largest file that is taken.
pub const MOST_BYTES: u64 = 200 << 20;
const PART: usize = 512 << 10;
/// The time over which uploads are limited (kernel.try_attempt).
const MINUTES: i64 = 15;

pub async fn bring(bringing: Bringing) -> Result<Response, Problem> {
    let Bringing { mut inside, file } = bringing;
    let mut f = std::mem::take(&mut inside.fields);
    let wanted = wanted(&inside, &mut f);
    if file.is_none() {
        f.fail("file", Message::new("import-error-no-file"));
    }
    let (Some(wanted), Some(file), true) = (wanted, file, f.is_valid()) else {
        return show(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let by = bringer(&inside.member, wanted.organisation)?.clone();
    let account = counted(&mut inside).await?;
    let (id, now) = (ImportId(random::id()), inside.app.clock.now());
    store::insert(&mut inside.tx, id, account.0, &by, &wanted, &file.name, now).await?;
    receive(inside, id, file).await
}

/// Counts an upload of the account, unless it has brought too many of late.
///
/// # Errors
/// It has; the database's own.
pub async fn counted(inside: &mut Inside) -> Result<AccountId, Problem> {
    let account = inside.tx.account().ok_or(Problem::NotFound)?;
    let subject = inside.app.secret.blind("import", &account.to_string());
    let (now, most) = (inside.app.clock.now(), inside.app.limits.uploads_per_account);
    if !store::try_upload(&mut inside.tx, &subject, now, most).await? {
        return Err(Problem::TooMany { minutes: MINUTES });
    }
    Ok(account)
}

/// Takes the file of an import that has been entered, whatever its rows become, and goes on to its page.
pub async fn receive(inside: Inside, id: ImportId, file: Upload) -> Result<Response, Problem> {
    let app = inside.app.clone();
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let session = inside.tx.session().cloned().ok_or(Problem::NotFound)?;
    let address = inside.page.link(&format!("/imports/{id}"));
    inside.tx.commit().await?;
    let taken = take(&app, &slug, &session, id, file).await;
    if let Err(problem) = taken {
        // what came of it is of no use to anybody
        let mut tx = enter(&app, &slug, &session).await?;
        store::drop_it(&mut tx, id).await?;
        tx.commit().await?;
        return Err(problem);
    }
    Ok(Redirect::to(&address).into_response())
}

/// The member's way back in, for one part.
async fn enter(app: &App, slug: &str, session: &Token) -> Result<ProcessTx, Problem> {
    match app.db.enter(slug, session, Intent::Write, &Statements::default()).await? {
        Entry::In(inside) => Ok(inside.0),
        _ => Err(Problem::SignedOut { next: format!("/{slug}/imports") }),
    }
}

async fn take(app: &App, slug: &str, session: &Token, id: ImportId, mut file: Upload) -> Result<(), Problem> {
    let (mut hash, mut size, mut position) = (Sha256::new(), 0u64, 0i32);
    let mut part: Vec<u8> = Vec::with_capacity(PART);
    loop {
        let next = file.next().await?;
        if let Some(bytes) = &next {
            size += bytes.len() as u64;
            if size > MOST_BYTES {
                return Err(Problem::TooLarge);
            }
            hash.update(bytes);
            part.extend_from_slice(bytes);
        }
        while part.len() >= PART || (next.is_none() && !part.is_empty()) {
            let rest = part.split_off(part.len().min(PART));
            let mut tx = enter(app, slug, session).await?;
            store::add_part(&mut tx, id, position, &part).await?;
            tx.commit().await?;
            part = rest;
            position += 1;
        }
        if next.is_none() {
            break;
        }
    }
    let mut tx = enter(app, slug, session).await?;
    store::received(&mut tx, id, i64::try_from(size).unwrap_or(i64::MAX), &hash.finalize()).await?;
    job::enqueue_about(&mut tx, Task::Import, &[("import", id.0)].into()).await?;
    Ok(tx.commit().await?)
}
