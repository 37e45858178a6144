//! What was done in a round: opened, reminded of, answered, handed in, returned, accepted, locked; by whom, for whom, when and why. On its
//! page, and as a file.

use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{Asked, ItemState, Round, Sight};
use super::show::find;
use super::store;
use super::store_past::{self, Line};
use crate::features::documents::{self, Changed, Event, Making, Order};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Changes, Each, Subject};
use crate::kernel::ids::RoundItemId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Lines that the page shows; the file has all.
pub const PAGE: i64 = 60;
/// So many lines go into a file.
const MOST: i64 = 20_000;

/// A line as it is shown.
pub struct Shown {
    pub at: DateTime<Utc>,
    pub said: Event,
}

/// Writes down what was done with items of a round.
///
/// # Errors
/// The database's own.
pub async fn note(
    tx: &mut ProcessTx,
    round: &Round,
    items: &[RoundItemId],
    event: &'static str,
    why: &str,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    note_each(tx, round, event, why, &[(by, items.to_vec())]).await
}

/// The same of several memberships, each with its items.
///
/// # Errors
/// The database's own.
pub async fn note_each(
    tx: &mut ProcessTx,
    round: &Round,
    event: &'static str,
    why: &str,
    of: &[(&MembershipFacts, Vec<RoundItemId>)],
) -> sqlx::Result<()> {
    let mut each = Vec::new();
    for (by, items) in of {
        let items = Change { from: items.iter().map(ToString::to_string).collect(), to: Vec::new() };
        each.push(Each { by, id: round.id.0, changes: Changes::from([("round_items".to_owned(), items)]) });
    }
    history::record_many(tx, Subject::Round, event, why, &each).await
}

fn day(p: &Page, text: Option<&String>) -> String {
    text.and_then(|t| t.parse::<NaiveDate>().ok()).map(|d| p.day(&d)).unwrap_or_default()
}

/// `words`: the reader is told what a party has said besides its answer.
fn said(p: &Page, line: &Line, words: bool) -> Event {
    let mut changes = Vec::new();
    if let Some(state) = line.state.as_deref().and_then(ItemState::parse) {
        changes.push(Changed { field: p.t("round-field-answer"), from: String::new(), to: p.t(state.label()) });
    }
    if line.day.is_some() {
        let (from, to) = (day(p, line.day_was.as_ref()), day(p, line.day.as_ref()));
        changes.push(Changed { field: p.t("round-field-deadline"), from, to });
    }
    let parties = line.parties.join("; ");
    let answers = matches!(line.event.as_str(), "round-answered" | "round-handed-in");
    let told = line.event != "round-answered" || words || line.own;
    Event {
        at: p.time(&line.at),
        who: line.by.as_ref().map_or_else(|| p.t("round-by-portal"), |by| by.0.shown(p)),
        whom: match answers && line.secretariat {
            true => p.t1("round-past-on-behalf", "parties", parties),
            false => parties,
        },
        what: p.t(&format!("event-{}", line.event)),
        part: match (&line.title, line.items) {
            (Some(title), _) => title.clone(),
            (None, 0) => String::new(),
            (None, n) => p.tn("round-past-items", n),
        },
        why: if told { line.why.clone() } else { String::new() },
        changes,
    }
}

/// The lines that the reader may know of, of a round and of those of its parties that they may know of.
///
/// # Errors
/// The database's own.
pub async fn lines(
    inside: &mut Inside,
    round: &Round,
    sight: &Sight,
    asked: &[Asked],
    most: i64,
) -> sqlx::Result<Vec<Shown>> {
    let seen: Vec<Uuid> = asked.iter().map(|a| a.id.0).collect();
    let own: Vec<Uuid> = asked.iter().filter(|a| a.is_own(&inside.member)).map(|a| a.id.0).collect();
    let today = inside.page.today;
    let found = store_past::lines(&mut inside.tx, round.id, sight, (&seen, &own), most, today).await?;
    let words = inside.member.may(Permission::RoundRun, &round.scope());
    Ok(found.iter().map(|line| Shown { at: line.at, said: said(&inside.page, line, words) }).collect())
}

pub async fn file(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let by = inside.exporter().await?;
    let sight = Sight::within(&inside.member, &round);
    let asked = store::asked(&mut inside.tx, round.id, None, &sight, inside.page.today).await?;
    let past = lines(&mut inside, &round, &sight, &asked, MOST).await?;
    let more = i64::try_from(past.len()).is_ok_and(|n| n >= MOST);
    let events: Vec<Event> = past.into_iter().map(|shown| shown.said).collect();
    let making = Making::Xlsx(documents::trail(&inside.page, &round.title, &events, more));
    let file_name = format!("{} {}", round.title, inside.page.t("round-history"));
    documents::deliver(inside, &by, Order { subject_kind: "round", subject: Some(round.id.0), file_name, making }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    #[test]
    fn a_partys_word_is_told_to_who_runs_the_round_and_to_itself() {
        let p = Page::bare(Locale::default(), NaiveDate::default());
        let mut line = Line {
            at: DateTime::default(),
            event: "round-answered".into(),
            why: "Ask the other office".into(),
            by: None,
            secretariat: true,
            state: Some("cannot_say".into()),
            day_was: None,
            day: None,
            items: 2,
            title: None,
            parties: vec!["Norland".into()],
            own: false,
        };
        assert!(said(&p, &line, false).why.is_empty());
        assert_eq!(said(&p, &line, true).why, "Ask the other office");
        let shown = said(&p, &line, false);
        assert!(shown.whom.contains("on behalf of") && shown.part.contains('2'), "{shown:?}");
        line.own = true;
        assert!(!said(&p, &line, false).why.is_empty());
        // why a report came back is told to whom it concerns
        line.own = false;
        line.event = "progress-returned".into();
        let shown = said(&p, &line, false);
        assert!(!shown.why.is_empty() && shown.whom == "Norland", "{shown:?}");
    }
}
