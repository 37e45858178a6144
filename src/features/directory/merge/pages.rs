//! Choosing the other one, the preview, the merge, and its undoing.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::Counts;
use super::store::{self, Side};
use super::store_undo::{self, Merge};
use crate::features::directory::organisations::{Found, find};
use crate::features::directory::shared::{done, html, id, in_words};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MergeId, OrganisationId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "directory/merge.html")]
struct ChoosePage {
    p: Page,
    f: Fields,
    goes: Side,
    /// Where words were given.
    found: Vec<Found>,
    /// Where the other one is chosen.
    preview: Option<Preview>,
}

struct Preview {
    stays: Side,
    counts: Counts,
    /// What the one that stays takes over: field and value in words.
    taken: Vec<(&'static str, String)>,
}

fn standing(side: &Side) -> Result<(), Problem> {
    match side.merged_into {
        None => Ok(()),
        Some(_) => Err(Problem::Conflict(Message::new("directory-merge-gone"))),
    }
}

/// What the one that stays does not state and takes over.
fn taken(p: &Page, goes: &Side, stays: &Side) -> Vec<(&'static str, String)> {
    let after = stays.facts.filled_from(&goes.facts, false);
    let mut taken = Vec::new();
    let mut add = |name: &'static str, before: Option<String>, after: Option<String>| {
        if let Some(after) = after.filter(|a| before.as_ref() != Some(a)) {
            taken.push((name, in_words(p, name, &after)));
        }
    };
    let yes = |m: bool| m.then(|| "yes".to_owned());
    add("level", stays.facts.level.clone(), after.level);
    add("seat", stays.facts.seat.clone(), after.seat);
    add("iati_identifier", stays.facts.iati_identifier.clone(), after.iati_identifier);
    add("member", yes(stays.facts.member), yes(after.member));
    add("member_from", stays.facts.member_from.map(|d| d.to_string()), after.member_from.map(|d| d.to_string()));
    add("member_to", stays.facts.member_to.map(|d| d.to_string()), after.member_to.map(|d| d.to_string()));
    taken
}

pub async fn choose(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let goes = store::side(&mut tx, id(&key)?).await?;
    member.require(Permission::OrganisationMerge, &Scope::organisation(goes.id))?;
    standing(&goes)?;
    let words = f.value("q").trim();
    // with no words yet, what is named like it
    let words = if words.is_empty() { fold(&goes.name) } else { fold(words) };
    let preview = match f.value("into") {
        "" => None,
        other => {
            let stays = store::side(&mut tx, id(other)?).await?;
            standing(&stays)?;
            if stays.id == goes.id {
                return Err(Problem::Conflict(Message::new("directory-merge-same")));
            }
            let counts = store::counts(&mut tx, goes.id, stays.id).await?;
            Some(Preview { taken: taken(&p, &goes, &stays), counts, stays })
        }
    };
    let found = match preview {
        Some(_) => Vec::new(),
        None => find(&mut tx, &words, goes.id).await?,
    };
    html(&ChoosePage { p, f, goes, found, preview })
}

pub async fn merge(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let (goes, stays): (OrganisationId, OrganisationId) = (id(&key)?, id(f.value("into"))?);
    if goes == stays {
        return Err(Problem::Conflict(Message::new("directory-merge-same")));
    }
    // always in one order, so that two merges the opposite way do not wait for each other
    let (first, second) = (goes.min(stays), goes.max(stays));
    let (first, second) = (store::locked(&mut tx, first).await?, store::locked(&mut tx, second).await?);
    let (goes, stays) = if first.id == goes { (first, second) } else { (second, first) };
    let by = member.require(Permission::OrganisationMerge, &Scope::organisation(goes.id))?;
    standing(&goes)?;
    standing(&stays)?;
    if f.integer("goes_version") != Some(goes.version) || f.integer("stays_version") != Some(stays.version) {
        return Err(Problem::Conflict(Message::new("directory-merge-changed")));
    }
    let why: String = f.value("why").trim().chars().filter(|c| *c != '\0').take(500).collect();
    let merge = store::merge(&mut tx, &goes, &stays, by.id, app.clock.now()).await?;
    note(
        &mut tx,
        by,
        (goes.id, &goes.name),
        (stays.id, &stays.name),
        ["organisation-merged-away", "organisation-merged"],
        &why,
    )
    .await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/merges/{merge}"), "directory-merged")
}

/// A line in the history of both.
async fn note(
    tx: &mut crate::kernel::db::ProcessTx,
    by: &crate::kernel::db::MembershipFacts,
    goes: (OrganisationId, &str),
    stays: (OrganisationId, &str),
    events: [&'static str; 2],
    why: &str,
) -> Result<(), Problem> {
    let changes: Changes =
        [("merged_into".to_owned(), Change { from: vec![goes.1.to_owned()], to: vec![stays.1.to_owned()] })].into();
    for (id, event) in [(goes.0, events[0]), (stays.0, events[1])] {
        history::record(
            tx,
            Some(by),
            Entry { subject: Subject::Organisation, id: id.0, event, changes: changes.clone(), why },
        )
        .await?;
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "directory/merged.html")]
struct OnePage {
    p: Page,
    m: Merge,
    counts: Counts,
    merges: bool,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let m = store_undo::load(&mut tx, id::<MergeId>(&key)?, p.today).await?;
    let merges = member.may(Permission::OrganisationMerge, &Scope::organisation(m.kept));
    html(&OnePage { counts: m.moved.counts(), merges, m, p })
}

pub async fn undo(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let m = store_undo::load(&mut tx, id::<MergeId>(&key)?, p.today).await?;
    let by = member.require(Permission::OrganisationMerge, &Scope::organisation(m.kept))?;
    let (first, second) = (m.kept.min(m.merged), m.kept.max(m.merged));
    let (first, second) = (store::locked(&mut tx, first).await?, store::locked(&mut tx, second).await?);
    let kept = if first.id == m.kept { first } else { second };
    if m.newer || kept.merged_into.is_some() {
        return Err(Problem::Conflict(Message::new("directory-merge-newer-first")));
    }
    if !store_undo::undo(&mut tx, &m, &kept, app.clock.now()).await? {
        return Err(Problem::Conflict(Message::new("directory-merge-undone-already")));
    }
    let event = "organisation-merge-undone";
    // the names the other way around: what was this one is that one again
    note(&mut tx, by, (m.merged, &m.kept_name), (m.kept, &m.merged_name), [event, event], "").await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/{}", m.merged), "directory-merge-undone")
}
