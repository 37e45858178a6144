//! Decisions of the Board: an object of its own, on a plan, a mapping report, a methodology, a membership, terms of
//! reference or a lead. Papers, seats, rule and quorum are frozen when a decision is opened; seats vote by their own
//! hand in a written or silence procedure, or the votes are recorded at a meeting; the Chair records the result and
//! its number; parties may have a statement kept beside it. `model.rs` counts, `act.rs` takes the steps.
//!
//! Another feature prepares a decision about its record with [`prepare`], and asks later what has come of it with
//! [`outcome`] or [`of_subject`]: nothing is called back. All of it is a record of those who take part: in a
//! transaction of an observer or of the public these find nothing, so what may be known of a decision there (that it
//! was adopted, when, under which number) the asking feature keeps itself when it takes its own step.

mod act;
mod asked;
mod awaited;
mod edit;
mod list;
mod listed;
mod meeting;
mod model;
mod new;
mod page;
mod pending;
mod record;
mod settings;
mod show;
mod statement;
mod store;
mod store_write;
mod told;
mod vote;

pub use act::{
    cast, conclude, from_sources, open, prepare, record_votes, refer_back, state, text_referred_back, withdraw,
};
pub use asked::{AtMeeting, Cast, Conclusion, NewDecision, NewPaper, PaperContent, Sourced, Step, Subject, Trouble};
pub use awaited::awaited;
pub use model::{Ballot, Counts, Number, Outcome, Procedure, Quorum, Rule, Stage, State, SubjectKind, Vote, tally};
pub use pending::Pending;
pub use settings::BoardSettings;
pub use store_write::Party;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{DecisionId, SeatId, VoteId};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::DecisionSee);
    let prepare = Access::Member(P::DecisionPrepare);
    r.get_filtered("/{process}/decisions", see, list::page);
    r.get_noted("/{process}/decisions.xlsx", see, listed::file);
    r.get_noted("/{process}/decisions.csv", see, listed::file);
    r.get("/{process}/decisions/new", prepare, new::form);
    r.post("/{process}/decisions/new", prepare, new::create);
    r.get("/{process}/decisions/{id}", see, page::page);
    r.get("/{process}/decisions/{id}/papers/{place}", see, page::paper);
    r.get_noted("/{process}/decisions/{id}/papers/{place}/text", see, page::paper_text);
    r.get("/{process}/decisions/{id}/edit", prepare, edit::form);
    r.post("/{process}/decisions/{id}/edit", prepare, edit::save);
    r.get("/{process}/decisions/{id}/open", prepare, edit::open_form);
    r.post("/{process}/decisions/{id}/open", prepare, edit::open);
    r.get("/{process}/decisions/{id}/withdraw", prepare, edit::withdraw_form);
    r.post("/{process}/decisions/{id}/withdraw", prepare, edit::withdraw);
    r.get("/{process}/decisions/{id}/vote", Access::Member(P::DecisionVote), vote::form);
    r.post("/{process}/decisions/{id}/vote", Access::Member(P::DecisionVote), vote::save);
    r.get("/{process}/decisions/{id}/meeting", Access::Member(P::DecisionRecordVotes), meeting::form);
    r.post("/{process}/decisions/{id}/meeting", Access::Member(P::DecisionRecordVotes), meeting::save);
    r.get("/{process}/decisions/{id}/record", Access::Member(P::DecisionRecord), record::form);
    r.post("/{process}/decisions/{id}/record", Access::Member(P::DecisionRecord), record::save);
    r.get("/{process}/decisions/{id}/statement", Access::Member(P::DecisionStatement), statement::form);
    r.post("/{process}/decisions/{id}/statement", Access::Member(P::DecisionStatement), statement::save);
}

/// A decision in a line of another record's page.
#[derive(Debug, Clone)]
pub struct Summary {
    pub id: DecisionId,
    pub title: String,
    pub state: State,
    /// Assigned when taken.
    pub number: Option<Number>,
    /// Stated at the latest when it is opened.
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    /// The last day on which a vote can be given.
    pub deadline: Option<NaiveDate>,
    pub decided_on: Option<PartialDate>,
    /// Why it was referred back, not taken or withdrawn.
    pub reasons: String,
    /// It was taken, and the text that it is on was referred back before its adoption.
    pub text_back: bool,
    /// A party can have a statement kept beside it.
    pub takes_statements: bool,
}

/// What has come of a decision.
#[derive(Debug, Clone)]
pub struct Standing {
    pub summary: Summary,
    /// How the votes stand; `None` before it is opened, and where it is known from public sources alone.
    pub tally: Option<Outcome>,
}

impl Standing {
    /// Whether the Board has taken it and the Chair has recorded that.
    pub fn is_taken(&self) -> bool {
        self.summary.state == State::Taken
    }
}

/// The decisions about a record, the latest first: one statement.
///
/// # Errors
/// The database's own.
pub async fn of_subject(tx: &mut ProcessTx, kind: SubjectKind, id: Uuid) -> sqlx::Result<Vec<Summary>> {
    store::of_subject(tx, kind, id).await
}

/// What has come of a decision as of `today`: one statement. `None` where there is none that may be seen.
///
/// # Errors
/// The database's own.
pub async fn outcome(tx: &mut ProcessTx, id: DecisionId, today: NaiveDate) -> sqlx::Result<Option<Standing>> {
    Ok(store::load(tx, id, today).await?.map(|d| d.standing(today)))
}

/// A decision as another record keeps it: who voted how, and what parties stated.
#[derive(Debug, Clone)]
pub struct Kept {
    pub summary: Summary,
    /// Each seat and its vote that stands.
    pub votes: Vec<(String, Option<Vote>)>,
    /// Each party and its statement.
    pub statements: Vec<(String, String)>,
}

/// What another record keeps of a decision: one statement. `None` where there is none that may be seen.
///
/// # Errors
/// The database's own.
pub async fn kept(tx: &mut ProcessTx, id: DecisionId, today: NaiveDate) -> sqlx::Result<Option<Kept>> {
    Ok(store::load(tx, id, today).await?.map(|d| Kept {
        votes: d.seats.iter().map(|s| (s.label.clone(), s.vote().map(|v| v.vote))).collect(),
        statements: d.statements.iter().map(|s| (s.label.clone(), s.text.clone())).collect(),
        summary: d.standing(today).summary,
    }))
}

/// The seats of an opened decision with their names, in alphabetical order.
///
/// # Errors
/// The database's own.
pub async fn seats(tx: &mut ProcessTx, id: DecisionId) -> sqlx::Result<Vec<(SeatId, String)>> {
    store::seats(tx, id).await
}

/// How the Board decides, as the process has set it in this transaction: one statement.
///
/// # Errors
/// The database's own.
pub async fn board(tx: &mut ProcessTx) -> sqlx::Result<BoardSettings> {
    store::settings(tx).await
}

/// The vote of a seat that stands, if it has voted.
///
/// # Errors
/// The database's own.
pub async fn vote_of(tx: &mut ProcessTx, seat: SeatId) -> sqlx::Result<Option<VoteId>> {
    store::vote_of(tx, seat).await
}
