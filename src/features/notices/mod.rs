//! Being told: in the portal, and by letter at once, once a day, or not at all, as each person chooses.
//!
//! Other features call [`tell`] in the transaction of what they tell about, and say with [`set_deadline`] by when somebody
//! is asked for something. Who is told is resolved in the database, in one statement: those addressed, as far as they are
//! members today and see the thing (by the view `visible_<kind>` of its kind, where there is one), without its author.
//! This feature knows the kernel, and documents for its list as a file.

mod daily;
mod files;
mod letters;
pub mod mentions;
mod model;
mod pages;
mod store;
mod told;
mod words;

pub use mentions::{Mention, Nameable};
pub use model::{Arg, How, Mark, Topic};
pub use told::{Deadline, Group, Means, Notice, Subject, To};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::db::ProcessTx;
use crate::kernel::i18n::Locale;
use crate::kernel::ids::OrganisationId;
use crate::kernel::job::{Jobs, Task};
use crate::kernel::mail::one_line;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let member = Access::Member(P::HomeSee);
    r.get_filtered("/{process}/notices", member, pages::list);
    r.get_noted("/{process}/notices.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/notices.csv", Access::Member(P::ExportLists), files::file);
    r.post("/{process}/notices/read", member, pages::read);
    r.get("/{process}/notices/settings", member, pages::settings);
    r.post("/{process}/notices/settings", member, pages::save_settings);
    r.get("/{process}/notices/letters", Access::Member(P::LettersSee), letters::list);
    r.post("/{process}/notices/letters/{id}/again", Access::Member(P::LettersSee), letters::again);
    // opening a notice is reading it
    r.get_noted("/{process}/notices/{id}", member, pages::open);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::Daily, daily::run);
}

/// Tells those addressed, and queues the letters of those who want one at once, in the caller's transaction. Answers how
/// many are told that were not before.
///
/// What is addressed is shown to everyone addressed who sees the subject: title and letter hold nothing else. `means`: the
/// `&App` of a request, or the `&Job` of a job.
///
/// # Errors
/// The database's own.
pub async fn tell<'a>(
    tx: &mut ProcessTx,
    means: impl Into<Means<'a>>,
    notice: &Notice<'_>,
    to: &To,
) -> sqlx::Result<i64> {
    tell_each(tx, means, &[(notice, to)]).await
}

/// The same of several things at once, each to those whom it is addressed to.
///
/// # Errors
/// The database's own.
pub async fn tell_each<'a>(
    tx: &mut ProcessTx,
    means: impl Into<Means<'a>>,
    all: &[(&Notice<'_>, &To)],
) -> sqlx::Result<i64> {
    if all.iter().all(|(_, to)| to.is_empty()) {
        return Ok(0);
    }
    let means = means.into();
    let place = store::place(tx).await?;
    let tellings: Vec<store::Telling<'_>> = all
        .iter()
        .filter(|(_, to)| !to.is_empty())
        .map(|(notice, to)| telling(&means, &place, notice, to))
        .collect::<sqlx::Result<_>>()?;
    store::tell(tx, &tellings, means.now).await
}

fn telling<'a>(
    means: &Means<'_>,
    place: &words::Place,
    notice: &'a Notice<'_>,
    to: &'a To,
) -> sqlx::Result<store::Telling<'a>> {
    let locale = Locale::default();
    let by = notice.by.map(words::author);
    let title = words::sentence(&locale, notice.key, &notice.args, &words::person(&locale, by.as_ref()));
    let title = (!notice.discreet).then_some(title.as_str());
    Ok(store::Telling {
        topic: notice.topic,
        kind: notice.subject.kind,
        id: notice.subject.id,
        group_kind: notice.group.as_ref().map(|g| g.kind),
        group_id: notice.group.as_ref().map(|g| g.id),
        group_title: notice.group.as_ref().map(|g| one_line(g.title)).unwrap_or_default(),
        by_id: notice.by.map(|m| m.id.0),
        key: notice.key,
        args: json(&notice.args)?,
        discreet: notice.discreet,
        link: &notice.link,
        deadline: notice.deadline,
        once: &notice.once,
        recipients: to,
        letter: words::at_once(means, place, title, notice.deadline),
    })
}

/// What these notices ask is done: they say so, are not unread any more, and the same can be asked anew. `key`: the Fluent key of
/// their sentence. `of`: whose members have done it; none: nobody is asked any more.
///
/// # Errors
/// The database's own.
pub async fn settle(
    tx: &mut ProcessTx,
    key: &'static str,
    subjects: (&'static str, &[Uuid]),
    of: Option<OrganisationId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::settle_asked(tx, key, subjects, of, now).await
}

fn json<T: serde::Serialize>(value: &T) -> sqlx::Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// Says by when whom is asked for something: they are told seven days ahead, two days ahead, and on the day; of a task of a meeting
/// as long as it stands after the day, too. Said again, it replaces what was said of the same subject and `what`.
///
/// # Errors
/// The database's own.
pub async fn set_deadline(tx: &mut ProcessTx, deadline: &Deadline<'_>, to: &To) -> sqlx::Result<()> {
    store::set_deadline(tx, deadline, to).await
}

/// Takes away those who have done what they were asked for: each id and role of `done` that was addressed.
///
/// # Errors
/// The database's own.
pub async fn deadline_met(tx: &mut ProcessTx, subject: Subject, what: &str, done: &To) -> sqlx::Result<()> {
    store::deadline_met(tx, subject, what, done).await
}

/// There is no such day any more: nobody is told of it.
///
/// # Errors
/// The database's own.
pub async fn drop_deadline(tx: &mut ProcessTx, subject: Subject, what: &str) -> sqlx::Result<()> {
    store::drop_deadline(tx, subject, what).await
}

/// Of those named in a thing, the ones who could not see it, as forms have them (`m:`, `o:` or `b:` and the id): whoever names
/// them is to be told so.
///
/// # Errors
/// The database's own.
pub async fn blind(
    tx: &mut ProcessTx,
    subject: Subject,
    names: &[Mention],
    today: chrono::NaiveDate,
) -> sqlx::Result<Vec<String>> {
    let named: Vec<_> = names.iter().map(|name| (subject, *name)).collect();
    let places = blind_each(tx, &named, today).await?;
    let form = |name: &Mention| Some(format!("{}:{}", name.kind().chars().next()?, name.id()));
    Ok(places.into_iter().filter_map(|place| names.get(place)).filter_map(form).collect())
}

/// The same of several things and whom each names: the places of those who could not see theirs.
///
/// # Errors
/// The database's own.
pub async fn blind_each(
    tx: &mut ProcessTx,
    named: &[(Subject, Mention)],
    today: chrono::NaiveDate,
) -> sqlx::Result<Vec<usize>> {
    store::blind(tx, named, today).await
}
