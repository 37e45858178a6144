//! What the pages of decisions share: answers, words, and the page of who came too late.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::asked::Trouble;
use super::model::{Outcome, Procedure, Rule, Stage, State, SubjectKind, Vote};
use super::store::{self, Decision, Given, Person, Statement};
use crate::features::decisions::show;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::DecisionId;
use crate::kernel::page::Page;

pub fn html(page: &impl Template) -> Result<Response, Problem> {
    Ok(Html(page.render()?).into_response())
}

/// A form with errors, as it was sent.
pub fn again(page: &impl Template) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

/// On to the decision, which says what was done: `what` is the end of a Fluent key `done-…`.
pub fn done(p: &Page, id: DecisionId, what: &str) -> Response {
    Redirect::to(&format!("{}?done={what}", link(p, id))).into_response()
}

pub fn link(p: &Page, id: DecisionId) -> String {
    p.link(&format!("/decisions/{id}"))
}

/// The decision of an address; what is none, or may not be seen, is not found.
pub async fn find(tx: &mut ProcessTx, key: &str, today: NaiveDate) -> Result<Decision, Problem> {
    let id: DecisionId = key.parse().map_err(|_| Problem::NotFound)?;
    store::load(tx, id, today).await?.ok_or(Problem::NotFound)
}

/// Where somebody else was first: how it stands now, and what was typed, which is not lost.
#[derive(Template)]
#[template(path = "decisions/too_late.html")]
struct TooLate {
    p: Page,
    d: Decision,
    message: Message,
    /// Label and value of each field that was typed.
    typed: Vec<(String, String)>,
    again: Option<String>,
}

impl TooLate {
    fn outcome(&self) -> Option<Outcome> {
        self.d.tally(self.p.today)
    }
}

/// What was typed, in the reader's words; fields without a value are left out.
fn typed(p: &Page, d: &Decision, f: &Fields) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in f.pairs() {
        if value.trim().is_empty() || matches!(name.as_str(), "version" | "seen" | "seat" | "party" | "add" | "drop") {
            continue;
        }
        let of_seat = |prefix: &str| {
            let id = name.strip_prefix(prefix)?;
            d.seats.iter().find(|s| s.id.to_string() == id).map(|s| s.label.clone())
        };
        let label = if let Some(seat) = of_seat("vote-") {
            seat
        } else if let Some(seat) = of_seat("note-") {
            p.t1("decision-note-of", "seat", seat)
        } else if FIELDS.contains(&name.as_str()) {
            p.t(&format!("decision-field-{name}"))
        } else {
            continue;
        };
        let field = if name.starts_with("vote") { "vote" } else { name };
        all.push((label, in_words(p, field, value)));
    }
    all
}

/// Fields of the forms; each has its name in the texts.
const FIELDS: [&str; 18] = [
    "subject_kind",
    "subject_label",
    "title",
    "procedure",
    "meeting_on",
    "meeting_place",
    "deadline",
    "note",
    "paper_title",
    "paper_text",
    "paper_address",
    "paper_sha256",
    "vote",
    "result",
    "decided_on",
    "number",
    "reasons",
    "text",
];

/// What comes of a step that was not taken: the form again, the page of who came too late, or a problem.
pub enum Refused {
    Form(Fields),
    Answer(Response),
}

/// Sorts out why a step was not taken. `form` is the end of the form's address, to be opened anew where that helps.
pub async fn refused(
    trouble: Trouble,
    tx: &mut ProcessTx,
    p: &Page,
    mut f: Fields,
    id: DecisionId,
    form: Option<&str>,
) -> Result<Refused, Problem> {
    match trouble {
        Trouble::Wrong(field, message) => {
            f.fail(field, message);
            Ok(Refused::Form(f))
        }
        Trouble::Late(message) => {
            let d = store::load(tx, id, p.today).await?.ok_or(Problem::NotFound)?;
            let again = form.filter(|_| !d.state.is_final()).map(|end| format!("{}/{end}", link(p, id)));
            let page = TooLate { typed: typed(p, &d, &f), p: p.clone(), d, message, again };
            Ok(Refused::Answer((StatusCode::CONFLICT, Html(page.render()?)).into_response()))
        }
        other => Err(other.into()),
    }
}

/// A person who has left is "a former member of …"; the act stays.
pub fn person(p: &Page, who: &Person) -> String {
    match (&who.name, &who.of) {
        (Some(name), _) => name.clone(),
        (None, Some(of)) => p.t1("decision-former-member-of", "of", of),
        (None, None) => p.t("decision-former-member"),
    }
}

/// A name with whom it stands for.
pub fn person_of(p: &Page, who: &Person) -> String {
    match (&who.name, &who.of) {
        (Some(name), Some(of)) if !name.contains(of.as_str()) => format!("{name}, {of}"),
        _ => person(p, who),
    }
}

/// The name of a field of the history: a seat's is its own.
pub fn label(p: &Page, field: &str) -> String {
    field.strip_prefix("seat:").map_or_else(|| p.t(&format!("decision-field-{field}")), str::to_owned)
}

/// A value of the history or of a form in the reader's words: closed lists are stored by their keys.
pub fn in_words(p: &Page, field: &str, value: &str) -> String {
    let key = match field {
        "subject_kind" => SubjectKind::parse(value).map(SubjectKind::label),
        "procedure" => Procedure::parse(value).map(Procedure::label),
        "rule" => Rule::parse(value).map(Rule::label),
        "result" => State::parse(value).map(State::label),
        "vote" => Vote::parse(value).map(Vote::label),
        _ if field.starts_with("seat:") => Vote::parse(value).map(Vote::label),
        _ => None,
    };
    if let Some(key) = key {
        return p.t(key);
    }
    match field {
        "meeting_on" | "deadline" | "decided_on" => match value.parse::<NaiveDate>() {
            Ok(day) => p.day(&day),
            Err(_) => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

/// What a seat without a vote is said to have done: never that it agreed, but that it did not break the silence
/// where the procedure is one of silence.
pub fn without_vote(d: &Decision, stage: Option<Stage>) -> &'static str {
    match (d.procedure, d.state.is_final() || stage == Some(Stage::Ended)) {
        (Some(Procedure::Silence), true) => "decision-seat-silent",
        (Some(Procedure::Silence), false) => "decision-seat-silent-yet",
        (Some(Procedure::Meeting), _) => "decision-seat-not-recorded",
        (_, true) => "decision-seat-no-answer",
        (_, false) => "decision-seat-awaited",
    }
}

/// The same for those that are counted.
pub fn missing(p: &Page, d: &Decision, o: &Outcome) -> String {
    p.t(without_vote(d, Some(o.stage)))
}

/// A vote with who gave it and when, in the sentence of `key`.
pub fn given(p: &Page, key: &str, v: &Given) -> String {
    p.t3(key, ("vote", p.t(v.vote.label())), ("by", person(p, &v.by)), ("at", p.time(&v.at)))
}

/// Who signed a statement, as what, and when.
pub fn signed(p: &Page, s: &Statement) -> String {
    match s.post.as_str() {
        "" => p.t2("decision-signed", "by", person(p, &s.by), "at", p.time(&s.at)),
        post => p.t3("decision-signed-as", ("by", person(p, &s.by)), ("post", post), ("at", p.time(&s.at))),
    }
}

/// The steps of a decision as a line: key of each, and whether it is done, current or to come.
pub fn steps(d: &Decision) -> Vec<(&'static str, &'static str)> {
    let end = match d.state {
        State::Prepared | State::Open => "decision-step-result",
        other => other.label(),
    };
    match d.state {
        State::Prepared => vec![(State::Prepared.label(), "now"), (State::Open.label(), ""), (end, "")],
        State::Open => vec![(State::Prepared.label(), "done"), (State::Open.label(), "now"), (end, "")],
        _ if d.opened_at.is_none() => vec![(State::Prepared.label(), "done"), (end, "now")],
        _ => vec![(State::Prepared.label(), "done"), (State::Open.label(), "done"), (end, "now")],
    }
}

/// Who is next, as a sentence.
pub fn next(p: &Page, d: &Decision) -> Option<String> {
    let stage = d.tally(p.today).map(|o| o.stage);
    match (d.state, d.procedure, stage) {
        (State::Prepared, _, _) => Some(p.t("decision-next-open")),
        (State::Open, Some(Procedure::Meeting), Some(Stage::NotBegun)) => Some(match &d.meeting_on {
            Some(day) => p.t1("decision-next-meeting-on", "day", p.day(day)),
            None => p.t("decision-next-meeting"),
        }),
        (State::Open, Some(Procedure::Silence), Some(Stage::Running)) => Some(p.t("decision-next-silence")),
        (State::Open, _, Some(Stage::Running)) => {
            let awaited: Vec<&str> = d.seats.iter().filter(|s| s.vote().is_none()).map(|s| s.label.as_str()).collect();
            Some(p.t1("decision-next-seats", "seats", awaited.join(", ")))
        }
        (State::Open, ..) => Some(p.t("decision-next-record")),
        _ => None,
    }
}

/// The rule and the quorum as one sentence.
pub fn rule(p: &Page, d: &Decision) -> Option<String> {
    let (rule, quorum) = (d.rule?, d.quorum?);
    if d.procedure == Some(Procedure::Silence) {
        return Some(p.t("decision-rule-of-silence"));
    }
    let seats = d.seats.len();
    Some(match quorum.needed(seats) {
        0 => p.t1("decision-rule-without-quorum", "rule", p.t(rule.label())),
        needed => {
            let quorum = p.t2("decision-quorum-of", "needed", needed, "seats", seats);
            p.t2("decision-rule-and-quorum", "rule", p.t(rule.label()), "quorum", quorum)
        }
    })
}

/// The name of a field in the list of what is wrong.
pub fn error_label(p: &Page, name: &str) -> String {
    match name {
        _ if name.starts_with("vote-") => p.t("decision-field-vote"),
        _ if name.starts_with("note-") => p.t("decision-field-note"),
        _ => p.t(&format!("decision-field-{name}")),
    }
}
