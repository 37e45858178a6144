//! The steps of a decision. Each locks it first and reads it then: whatever two people do at once, the second acts on
//! what the first has done, or is told that it has moved on and nothing is saved. Who may take a step is asked before
//! (`kernel::permit`); whether it can be taken is decided here.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::asked::{AtMeeting, Cast, Conclusion, NewDecision, Sourced, Step, Trouble};
use super::model::{Number, Outcome, Procedure, State, Vote, step};
use super::store::{self, Decision};
use super::store_write::{self as write, End, NewVote, Opened, Party};
use super::told;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Change, Changes, Entry};
use crate::kernel::i18n::Message;
use crate::kernel::ids::DecisionId;
use crate::kernel::random;

/// The event of the history that says why the text of a taken decision went back.
pub const TEXT_BACK: &str = "decision-text-referred-back";

fn late(key: &'static str) -> Trouble {
    Trouble::Late(Message::new(key))
}

/// The decision, held until the transaction ends.
async fn hold(tx: &mut ProcessTx, id: DecisionId, now: DateTime<Utc>) -> Step<Decision> {
    if !write::lock(tx, id).await? {
        return Err(Trouble::NotFound);
    }
    store::load(tx, id, now.date_naive()).await?.ok_or(Trouble::NotFound)
}

/// The same, where it has not changed since the form was opened and may go on to `to`.
async fn hold_for(
    tx: &mut ProcessTx,
    id: DecisionId,
    version: Option<i32>,
    to: State,
    now: DateTime<Utc>,
) -> Step<Decision> {
    let d = hold(tx, id, now).await?;
    if step(d.state, to).is_none() {
        return Err(late("decision-late-state"));
    }
    unchanged(&d, version)?;
    Ok(d)
}

fn unchanged(d: &Decision, version: Option<i32>) -> Step {
    match version {
        Some(v) if v != d.version => Err(late("decision-late-changed")),
        _ => Ok(()),
    }
}

fn change(from: Option<String>, to: Option<String>) -> Change {
    let values = |v: Option<String>| v.filter(|t| !t.is_empty()).into_iter().collect();
    Change { from: values(from), to: values(to) }
}

async fn note(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    event: &'static str,
    (changes, why): (Changes, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let entry = Entry { subject: history::Subject::Decision, id: id.0, event, changes, why };
    history::record_at(tx, Some(by), entry, now).await
}

/// Prepares a decision: it can still be changed, and nobody votes yet. Asks nothing about permission.
///
/// # Errors
/// The database's own.
pub async fn prepare(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    new: &NewDecision,
    now: DateTime<Utc>,
) -> Step<DecisionId> {
    let id = DecisionId(random::id());
    write::insert(tx, id, by, new, now).await?;
    note(tx, by, id, "decision-prepared", (Changes::new(), ""), now).await?;
    Ok(id)
}

fn facts(d: &Decision) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("subject_kind", Some(d.subject_kind.as_str().to_owned())),
        ("subject_label", Some(d.subject_label.clone())),
        ("title", Some(d.title.clone())),
        ("procedure", d.procedure.map(|x| x.as_str().to_owned())),
        ("meeting_on", d.meeting_on.map(|x| x.to_string())),
        ("meeting_place", Some(d.meeting_place.clone())),
        ("deadline", d.deadline.map(|x| x.to_string())),
        ("note", Some(d.note.clone())),
        ("papers", Some(d.papers.iter().map(|p| p.title.as_str()).collect::<Vec<_>>().join("; "))),
        // a paper that kept its title and not its words has changed all the same
        ("checksums", Some(d.papers.iter().filter_map(|p| p.sha256.as_deref()).collect::<Vec<_>>().join(" "))),
    ]
}

/// Changes what is prepared; its papers only `with_papers`.
pub async fn amend(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    version: Option<i32>,
    new: &NewDecision,
    with_papers: bool,
    now: DateTime<Utc>,
) -> Step {
    let before = hold_for(tx, id, version, State::Open, now).await?;
    write::update(tx, id, new, with_papers).await?;
    let after = store::load(tx, id, now.date_naive()).await?.ok_or(Trouble::NotFound)?;
    let changes: Changes = facts(&before)
        .into_iter()
        .zip(facts(&after))
        .filter(|((_, from), (_, to))| from != to)
        .map(|((name, from), (_, to))| (name.to_owned(), change(from, to)))
        .collect();
    note(tx, by, id, "decision-edited", (changes, ""), now).await?;
    Ok(())
}

/// Opens a prepared decision for votes. Papers, seats, rule and quorum are fixed from then on: seats are one for each
/// beneficiary and the Commission's; rule, quorum and, where nothing else is said, procedure and term are the settings'.
/// Asks nothing about permission.
///
/// # Errors
/// `Late` where it is not prepared (any more) or has another version than `version`; `Wrong` where the process has
/// set no rule or no quorum, no procedure or deadline can be found, or the quorum cannot be met.
pub async fn open(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    version: Option<i32>,
    deadline: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Step {
    let d = hold_for(tx, id, version, State::Open, now).await?;
    let board = store::settings(tx).await?;
    let (Some(rule), Some(quorum)) = (board.rule, board.quorum) else {
        return Err(Trouble::Wrong("rule", Message::new("decision-error-no-rule")));
    };
    let Some(procedure) = d.procedure.or(board.procedure) else {
        return Err(Trouble::Wrong("procedure", Message::new("decision-error-no-procedure")));
    };
    let today = now.date_naive();
    let deadline = match procedure {
        Procedure::Meeting => None,
        _ => {
            let term = board.term_days.map(|days| today + TimeDelta::days(i64::from(days)));
            let last = deadline.or(d.deadline).or(term);
            let last = last.ok_or_else(|| Trouble::Wrong("deadline", Message::new("decision-error-no-deadline")))?;
            if last < today {
                return Err(Trouble::Wrong("deadline", Message::new("decision-error-deadline-past")));
            }
            Some(last)
        }
    };
    let seats = write::seats(tx, id, &board).await?;
    if seats == 0 {
        return Err(Trouble::Wrong("rule", Message::new("decision-error-no-seats")));
    }
    let needed = quorum.needed(seats);
    if needed > seats {
        let message = Message::new("decision-error-quorum").with("needed", needed).with("seats", seats);
        return Err(Trouble::Wrong("rule", message));
    }
    write::open(tx, id, &Opened { procedure, rule, quorum, deadline, at: now }).await?;
    let mut changes = Changes::new();
    let mut say = |name: &str, to: Option<String>| changes.insert(name.to_owned(), change(None, to));
    say("procedure", Some(procedure.as_str().to_owned()));
    say("rule", Some(rule.as_str().to_owned()));
    say("quorum", Some(quorum.to_string()));
    if let Some(last) = deadline {
        say("deadline", Some(last.to_string()));
    }
    note(tx, by, id, "decision-opened", (changes, ""), now).await?;
    Ok(())
}

/// Casts or changes the vote of a seat in a written or silence procedure; an earlier one is kept. Asks nothing about
/// permission: the caller has asked with the seat's scope.
///
/// # Errors
/// `Late` where it is not open, the deadline has passed, or the seat has voted meanwhile.
pub async fn cast(tx: &mut ProcessTx, by: &MembershipFacts, id: DecisionId, cast: &Cast, now: DateTime<Utc>) -> Step {
    let d = hold(tx, id, now).await?;
    if d.state != State::Open {
        return Err(late("decision-late-counted"));
    }
    if !d.takes_votes(now.date_naive()) {
        let meeting = d.procedure == Some(Procedure::Meeting);
        return Err(late(if meeting { "decision-late-at-meeting" } else { "decision-late-deadline" }));
    }
    let seat = d.seats.iter().find(|s| s.id == cast.seat).ok_or(Trouble::NotFound)?;
    let stands = seat.vote();
    if stands.map(|v| v.id) != cast.seen {
        return Err(late("decision-late-seat"));
    }
    if !d.procedure.is_some_and(|p| p.votes().contains(&cast.vote)) {
        return Err(Trouble::Wrong("vote", Message::new("field-not-in-list")));
    }
    // sent twice: it stands already
    if stands.is_some_and(|v| v.vote == cast.vote && v.note == cast.note) {
        return Ok(());
    }
    let from = stands.map(|v| v.vote.as_str().to_owned());
    let changes = [(format!("seat:{}", seat.label), change(from, Some(cast.vote.as_str().to_owned())))].into();
    let vote = NewVote { seat: cast.seat, vote: cast.vote, note: cast.note.clone() };
    write::votes(tx, id, &[vote], true, by.id, now).await?;
    note(tx, by, id, "decision-voted", (changes, &cast.note), now).await?;
    Ok(())
}

/// Records at once how the seats have voted at a meeting.
pub async fn record_votes(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    version: Option<i32>,
    all: &[AtMeeting],
    now: DateTime<Utc>,
) -> Step {
    let d = hold(tx, id, now).await?;
    if d.state != State::Open {
        return Err(late("decision-late-counted"));
    }
    if d.procedure != Some(Procedure::Meeting) {
        return Err(late("decision-late-own-hand"));
    }
    unchanged(&d, version)?;
    let (mut changes, mut new, mut gone) = (Changes::new(), Vec::new(), Vec::new());
    for given in all {
        let seat = d.seats.iter().find(|s| s.id == given.seat).ok_or(Trouble::NotFound)?;
        let stands = seat.vote();
        if stands.map(|v| v.vote) == given.vote && stands.is_none_or(|v| v.note == given.note) {
            continue;
        }
        let word = |v: Option<Vote>| v.map(|v| v.as_str().to_owned());
        changes.insert(format!("seat:{}", seat.label), change(word(stands.map(|v| v.vote)), word(given.vote)));
        match given.vote {
            Some(vote) => new.push(NewVote { seat: given.seat, vote, note: given.note.clone() }),
            None => gone.push(given.seat.0),
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    write::replace(tx, id, &gone, now).await?;
    write::votes(tx, id, &new, false, by.id, now).await?;
    note(tx, by, id, "decision-votes-recorded", (changes, ""), now).await?;
    Ok(())
}

/// Whether the Chair can record this now; else why not.
pub fn can_conclude(to: State, outcome: &Outcome) -> Result<(), Message> {
    match (to, outcome.carried) {
        (State::ReferredBack, _) | (State::Taken, Some(true)) | (State::NotTaken, Some(false)) => Ok(()),
        (_, None) => Err(Message::new("decision-error-not-over")),
        (State::Taken, _) => Err(Message::new("decision-error-not-carried")),
        _ => Err(Message::new("decision-error-carried")),
    }
}

/// Records the result. It cannot be changed afterwards. Asks nothing about permission.
///
/// # Errors
/// `Late` where it is not open or a vote has come meanwhile; `Wrong` where the votes say otherwise, a day lies ahead or before
/// what was put to the Board, reasons are missing or the number is another decision's.
pub async fn conclude(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    version: Option<i32>,
    conclusion: &Conclusion,
    now: DateTime<Utc>,
) -> Step<Option<Number>> {
    let (to, on, reasons, event) = match conclusion {
        Conclusion::Taken { on, note, .. } => (State::Taken, *on, note.as_str(), "decision-taken"),
        Conclusion::NotTaken { on, reasons } => (State::NotTaken, *on, reasons.as_str(), "decision-not-taken"),
        Conclusion::ReferredBack { on, reasons } => {
            (State::ReferredBack, *on, reasons.as_str(), "decision-referred-back")
        }
    };
    let d = hold_for(tx, id, version, to, now).await?;
    let today = now.date_naive();
    if let Some(outcome) = d.tally(today) {
        can_conclude(to, &outcome).map_err(|m| Trouble::Wrong("result", m))?;
    }
    if on > today {
        return Err(Trouble::Wrong("decided_on", Message::new("decision-error-day-ahead")));
    }
    if let Some(first) = d.first_day().filter(|first| on < *first) {
        return Err(Trouble::Wrong("decided_on", Message::new("decision-error-day-before").with("day", first)));
    }
    if to != State::Taken && reasons.is_empty() {
        return Err(Trouble::Wrong("reasons", Message::new("decision-error-reasons")));
    }
    let number = match conclusion {
        Conclusion::Taken { number, .. } => Some(number_for(tx, on, *number).await?),
        _ => None,
    };
    write::end(tx, id, by.id, &End { state: to, number, decided_on: Some(on), reasons, at: now }).await?;
    told::waits_no_more(tx, id).await?;
    let mut changes = Changes::new();
    changes.insert("decided_on".to_owned(), change(None, Some(on.to_string())));
    if let Some(number) = number {
        changes.insert("number".to_owned(), change(None, Some(number.to_string())));
    }
    note(tx, by, id, event, (changes, reasons), now).await?;
    Ok(number)
}

async fn number_for(tx: &mut ProcessTx, on: NaiveDate, chosen: Option<Number>) -> Step<Number> {
    use chrono::Datelike;
    write::lock_numbers(tx).await?;
    match chosen {
        None => Ok(store::next_number(tx, i16::try_from(on.year()).unwrap_or(i16::MAX)).await?),
        Some(number) if store::number_is_taken(tx, number).await? => {
            Err(Trouble::Wrong("number", Message::new("decision-error-number").with("number", number)))
        }
        Some(number) => Ok(number),
    }
}

/// Withdraws a decision that is prepared or open; the votes that were given are kept with it.
pub async fn withdraw(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    version: Option<i32>,
    reasons: &str,
    now: DateTime<Utc>,
) -> Step {
    hold_for(tx, id, version, State::Withdrawn, now).await?;
    let end = End { state: State::Withdrawn, number: None, decided_on: None, reasons, at: now };
    write::end(tx, id, by.id, &end).await?;
    told::waits_no_more(tx, id).await?;
    note(tx, by, id, "decision-withdrawn", (Changes::new(), reasons), now).await?;
    Ok(())
}

/// Ends a decision because its subject goes back to be written anew: what is open is recorded as referred back and keeps
/// its votes, what is still prepared is withdrawn. One that has ended otherwise stays as it is. Asks nothing about
/// permission.
///
/// # Errors
/// `Late` where the Board has taken it.
pub async fn refer_back(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    reasons: &str,
    now: DateTime<Utc>,
) -> Step {
    // somebody may be opening it, or recording its result, this very moment
    match hold(tx, id, now).await?.state {
        State::Prepared => withdraw(tx, by, id, None, reasons, now).await,
        State::Open => {
            let conclusion = Conclusion::ReferredBack { on: now.date_naive(), reasons: reasons.to_owned() };
            conclude(tx, by, id, None, &conclusion, now).await.map(|_| ())
        }
        State::Taken => Err(late("decision-late-state")),
        State::NotTaken | State::ReferredBack | State::Withdrawn => Ok(()),
    }
}

/// Says beside a decision that was taken that its text was referred back before its adoption: the decision stays as it is, with
/// its number and its votes. Asks nothing about permission.
///
/// # Errors
/// `Late` where it is not taken, or its text went back already.
pub async fn text_referred_back(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    reasons: &str,
    now: DateTime<Utc>,
) -> Step {
    let d = hold(tx, id, now).await?;
    if d.state != State::Taken || d.text_back_at.is_some() {
        return Err(late("decision-late-state"));
    }
    write::text_back(tx, id, now).await?;
    note(tx, by, id, TEXT_BACK, (Changes::new(), reasons), now).await?;
    Ok(())
}

/// Enters a decision of the past as public sources tell it.
///
/// # Errors
/// The database's own.
pub async fn from_sources(tx: &mut ProcessTx, sourced: &Sourced, now: DateTime<Utc>) -> Step<DecisionId> {
    let id = DecisionId(random::id());
    write::sourced(tx, id, sourced, now).await?;
    let changes = [("decided_on".to_owned(), change(None, Some(String::from(sourced.decided_on))))].into();
    let event = "decision-sourced";
    let entry = Entry { subject: history::Subject::Decision, id: id.0, event, changes, why: &sourced.source_url };
    history::record_at(tx, None, entry, now).await?;
    Ok(id)
}

/// Keeps a party's statement beside the decision.
pub async fn state(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: DecisionId,
    party: &Party,
    text: &str,
    now: DateTime<Utc>,
) -> Step {
    let d = hold(tx, id, now).await?;
    if !d.takes_statements() {
        return Err(late("decision-late-statement"));
    }
    // sent twice: it stands already
    if d.statements.last().is_some_and(|s| s.label == party.label && s.text == text) {
        return Ok(());
    }
    write::statement(tx, id, by, party, text, now).await?;
    let changes = [("party".to_owned(), change(None, Some(party.label.clone())))].into();
    note(tx, by, id, "decision-stated", (changes, ""), now).await?;
    Ok(())
}
