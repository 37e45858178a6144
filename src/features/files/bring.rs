//! Bringing a file, or a new version of one. The record is looked at and the member asked before a byte is read; then nothing is held
//! but a part of the file; when it lies in the store as a whole they are asked again, and only then it is written down.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::kinds::Kind;
use super::look::{Look, Seen};
use super::model::{Host, Subject};
use super::{names, pages, store, store_keep};
use crate::kernel::auth::{Bringing, Inside, Upload};
use crate::kernel::db::{Entry, Intent, MembershipFacts, ProcessTx, Statements};
use crate::kernel::error::Problem;
use crate::kernel::files::{Coming, Files, Key};
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry as Happened, Subject as About};
use crate::kernel::i18n::Message;
use crate::kernel::ids::FileId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Side};
use crate::kernel::random::{self, Token};
use crate::kernel::state::App;

/// The time over which bringing is limited (kernel.try_attempt).
const MINUTES: i64 = 15;
/// How many accounts' worth of files a whole process may bring in that time.
const ACCOUNTS: i64 = 10;
/// Of a file that is not taken, so much more is read and let go of: a browser shows no answer to what it has not sent.
const LET_GO: u64 = 64 << 20;

/// A file that lies in the store and stands nowhere yet.
struct Stored {
    key: Key,
    name: String,
    kind: Kind,
    seen: Seen,
}

/// The way back in, once the file is there.
struct Back {
    app: App,
    page: Page,
    session: Token,
    /// The page to come back to.
    link: String,
}

impl Back {
    fn of(app: App, tx: &ProcessTx, page: Page, link: &str) -> Result<Self, Problem> {
        let session = tx.session().cloned().ok_or(Problem::NotFound)?;
        Ok(Self { app, link: page.link(link), page, session })
    }

    /// The member as they are now: their rights may have changed while the file came.
    async fn enter(&self) -> Result<(ProcessTx, Member), Problem> {
        let slug = self.page.frame().map(|f| f.slug.as_str()).unwrap_or_default();
        match self.app.db.enter(slug, &self.session, Intent::Write, &Statements::default()).await? {
            Entry::In(inside) => {
                let (tx, facts) = *inside;
                Ok((tx, Member::new(facts.memberships)))
            }
            _ => Err(Problem::SignedOut { next: self.link.clone() }),
        }
    }

    /// A page of the same member, on a transaction of its own.
    async fn inside(&self) -> Result<Inside, Problem> {
        let (tx, member) = self.enter().await?;
        let (app, page) = (self.app.clone(), self.page.clone());
        Ok(Inside { app, tx, member, page, fields: Fields::default() })
    }

    fn done(&self, what: &str) -> Response {
        Redirect::to(&format!("{}?done={what}", self.link)).into_response()
    }
}

/// The record that is asked about, and in whose name the member may put files on it.
async fn keepable(tx: &mut ProcessTx, member: &Member, subject: Subject) -> Result<(Host, MembershipFacts), Problem> {
    let host = store::host(tx, subject).await?.ok_or(Problem::NotFound)?;
    if host.closed {
        return Err(Problem::Conflict(Message::new("file-host-closed")));
    }
    let by = member.require(Permission::FileKeep, &host.scope)?.clone();
    Ok((host, by))
}

pub async fn bring(
    Path((_, kind, id)): Path<(String, String, String)>,
    bringing: Bringing,
) -> Result<Response, Problem> {
    let Bringing { inside: Inside { app, mut tx, member, page, fields: mut f }, file } = bringing;
    let subject = Subject::parse(&kind, &id).ok_or(Problem::NotFound)?;
    let (host, _) = keepable(&mut tx, &member, subject).await?;
    let about = f.text("about", 500);
    let allowed = |text: &str| Handling::parse(text).filter(|h| host.levels().contains(h));
    let handling = f.required_choice("handling", allowed);
    let back = Back::of(app, &tx, page, &subject.link())?;
    let received = receive(&back, tx, file, &mut f).await?;
    let (Some(stored), Some(handling)) = (received, handling) else {
        return pages::show(back.inside().await?, subject, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let written = write(&back, subject, &stored, handling, &about).await;
    kept(&back, &stored, written).await?;
    Ok(back.done("file-brought"))
}

pub async fn replace(Path((_, id)): Path<(String, String)>, bringing: Bringing) -> Result<Response, Problem> {
    let Bringing { inside: Inside { app, mut tx, member, page, fields: mut f }, file } = bringing;
    let id: FileId = id.parse().map_err(|_| Problem::NotFound)?;
    let found = store::file(&mut tx, id, page.today).await?.ok_or(Problem::NotFound)?;
    keepable(&mut tx, &member, found.subject).await?;
    let latest = f.integer("latest").unwrap_or_default();
    if latest != found.latest || found.taken.is_some() {
        f.fail("file", moved_on());
    }
    let back = Back::of(app, &tx, page, &format!("/files/{id}"))?;
    let Some(stored) = receive(&back, tx, file, &mut f).await? else {
        return pages::show_one(back.inside().await?, id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let written = write_version(&back, found.subject, id, latest, &stored).await;
    kept(&back, &stored, written).await?;
    Ok(back.done("file-replaced"))
}

/// Somebody was first.
fn moved_on() -> Message {
    Message::new("file-error-moved-on")
}

/// Takes the file into the store. None: what is wrong stands in the form. The transaction is over in any case.
async fn receive(
    back: &Back,
    mut tx: ProcessTx,
    file: Option<Upload>,
    f: &mut Fields,
) -> Result<Option<Stored>, Problem> {
    let app = &back.app;
    if !app.files.are_kept() {
        f.fail("file", Message::new("file-error-no-place"));
    }
    let Some(file) = file else {
        f.fail("file", Message::new("file-error-none"));
        return Ok(None);
    };
    let named = names::cleaned(&file.name).ok().and_then(|(name, ending)| Some((name, Kind::of_ending(&ending)?)));
    let Some((name, kind)) = named else {
        f.fail("file", Message::new("file-error-kind"));
        return Ok(None);
    };
    if !f.is_valid() {
        return Ok(None);
    }
    count(app, &mut tx).await?;
    let key = Key { process: tx.process(), id: drawn() };
    // whatever becomes of it, the night's work knows that it may lie there
    store_keep::begin(&mut tx, key.id, app.clock.now()).await?;
    tx.commit().await?;
    match pour(&app.files, key, kind, file).await? {
        Ok(seen) => Ok(Some(Stored { key, name, kind, seen })),
        Err(message) => {
            f.fail("file", message);
            Ok(None)
        }
    }
}

/// Counts a file of the account and of the process, unless either has brought too many of late.
async fn count(app: &App, tx: &mut ProcessTx) -> Result<(), Problem> {
    let account = tx.account().ok_or(Problem::NotFound)?;
    let most = app.limits.files_per_account;
    let own = app.secret.blind("file", &account.to_string());
    let whole = app.secret.blind("file-process", &tx.process().to_string());
    for (subject, most) in [(own, most), (whole, most.saturating_mul(ACCOUNTS))] {
        if !store_keep::try_file(tx, &subject, app.clock.now(), most).await? {
            return Err(Problem::TooMany { minutes: MINUTES });
        }
    }
    Ok(())
}

/// An id of nothing but chance: an object's key tells neither what it is nor when it came.
fn drawn() -> Uuid {
    uuid::Builder::from_random_bytes(random::bytes::<16>()).into_uuid()
}

/// Lets a file run into the store and looks at it meanwhile. What is not taken is not left there.
async fn pour(files: &Files, key: Key, kind: Kind, mut file: Upload) -> Result<Result<Seen, Message>, Problem> {
    let mut coming = files.begin(key)?;
    match look(files, &mut coming, kind, &mut file).await {
        Ok(Ok(seen)) => {
            coming.finish().await.map_err(Problem::FilesAway)?;
            Ok(Ok(seen))
        }
        refused => {
            coming.drop_it().await;
            refused
        }
    }
}

async fn look(
    files: &Files,
    coming: &mut Coming,
    kind: Kind,
    file: &mut Upload,
) -> Result<Result<Seen, Message>, Problem> {
    let mut look = Look::default();
    while let Some(bytes) = file.next().await? {
        look.pass(&bytes);
        if look.size() > files.most() {
            let_go(file).await?;
            return Ok(Err(Message::new("file-error-large").with("most", files.most() >> 20)));
        }
        if let Err(problem) = write_some(coming, bytes).await {
            let_go(file).await?;
            return Err(problem);
        }
    }
    Ok(look.judge(kind).map_err(|wrong| wrong.message(kind)))
}

async fn write_some(coming: &mut Coming, bytes: Bytes) -> Result<(), Problem> {
    if bytes.is_empty() {
        return Ok(());
    }
    coming.write(bytes).await.map_err(Problem::FilesAway)
}

/// Reads on for a while without keeping anything.
async fn let_go(file: &mut Upload) -> Result<(), Problem> {
    let mut read = 0u64;
    while let Some(bytes) = file.next().await? {
        read = read.saturating_add(bytes.len() as u64);
        if read > LET_GO {
            return Err(Problem::TooLarge);
        }
    }
    Ok(())
}

/// What lies in the store and could not be written down is taken out again.
async fn kept(back: &Back, stored: &Stored, written: Result<(), Problem>) -> Result<(), Problem> {
    if written.is_err()
        && let Err(error) = back.app.files.remove(stored.key).await
    {
        tracing::warn!(error = format!("{error:#}"), "a file that stands nowhere stays until the night");
    }
    written
}

async fn write(back: &Back, subject: Subject, stored: &Stored, handling: Handling, about: &str) -> Result<(), Problem> {
    let (mut tx, member) = back.enter().await?;
    let (host, by) = keepable(&mut tx, &member, subject).await?;
    if !host.levels().contains(&handling) {
        return Err(Problem::Conflict(Message::new("file-error-level")));
    }
    let now = back.app.clock.now();
    // of what is brought on somebody's behalf, that one is whose it is
    let organisation = Side::of(Permission::FileKeep, &by).organisation().or(host.scope.keeper);
    let id = FileId(random::id());
    let new = store_keep::NewFile { id, subject, organisation, handling, about, by: by.id, at: now };
    store_keep::insert(&mut tx, &new).await?;
    insert_version(&mut tx, id, 1, stored, &by, back).await?;
    note(&mut tx, &by, id, "file-brought", &stored.name).await?;
    Ok(tx.commit().await?)
}

async fn write_version(back: &Back, subject: Subject, id: FileId, latest: i32, stored: &Stored) -> Result<(), Problem> {
    let (mut tx, member) = back.enter().await?;
    // it may have been closed to them meanwhile
    store::file(&mut tx, id, back.page.today).await?.ok_or(Problem::NotFound)?;
    let (_, by) = keepable(&mut tx, &member, subject).await?;
    if !store_keep::move_on(&mut tx, id, latest).await? {
        return Err(Problem::Conflict(moved_on()));
    }
    insert_version(&mut tx, id, latest.saturating_add(1), stored, &by, back).await?;
    note(&mut tx, &by, id, "file-replaced", &stored.name).await?;
    Ok(tx.commit().await?)
}

async fn insert_version(
    tx: &mut ProcessTx,
    file: FileId,
    number: i32,
    stored: &Stored,
    by: &MembershipFacts,
    back: &Back,
) -> Result<(), Problem> {
    let size = i64::try_from(stored.seen.size).unwrap_or(i64::MAX);
    let new = store_keep::NewVersion {
        file,
        number,
        object: stored.key.id,
        name: &stored.name,
        kind: stored.kind,
        size,
        sha256: &stored.seen.sha256,
        by: by.id,
        at: back.app.clock.now(),
    };
    Ok(store_keep::insert_version(tx, &new).await?)
}

async fn note(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: FileId,
    event: &'static str,
    name: &str,
) -> Result<(), Problem> {
    let change = Change { from: Vec::new(), to: vec![name.to_owned()] };
    let changes = Changes::from([("name".to_owned(), change)]);
    let entry = Happened { subject: About::StoredFile, id: id.0, event, changes, why: "" };
    Ok(history::record(tx, Some(by), entry).await?)
}
