//! One decision, and one of its papers.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::act::{TEXT_BACK, can_conclude};
use super::model::{Outcome, Procedure, Stage, State, SubjectKind};
use super::show::{self, find, html, link};
use super::store::{self, Decision, PaperText, Seat};
use super::vote::{own_seats, parties};
use crate::kernel::access_log;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::DecisionId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// What the reader can do with a decision as it stands.
struct May {
    edit: bool,
    withdraw: bool,
    vote: bool,
    meeting: bool,
    record: bool,
    statement: bool,
    /// To record the adoption of the plan that it is about.
    adopt: bool,
}

impl May {
    fn of(member: &Member, d: &Decision, p: &Page) -> Self {
        let may = |permission| member.may(permission, &Scope::default());
        let prepares = may(Permission::DecisionPrepare);
        let open = d.state == State::Open;
        Self {
            edit: prepares && d.state == State::Prepared,
            withdraw: prepares && !d.state.is_final(),
            vote: d.takes_votes(p.today) && !own_seats(member, d).is_empty(),
            meeting: open && d.procedure == Some(Procedure::Meeting) && may(Permission::DecisionRecordVotes),
            record: open && may(Permission::DecisionRecord),
            statement: d.takes_statements() && !parties(member).is_empty(),
            adopt: d.state == State::Taken
                && d.text_back_at.is_none()
                && match d.subject_kind {
                    SubjectKind::Plan => may(Permission::PlanAdopt),
                    SubjectKind::MappingReport => d.subject_id.is_some() && may(Permission::ReportAdopt),
                    _ => false,
                },
        }
    }
}

#[derive(Template)]
#[template(path = "decisions/page.html")]
struct DecisionPage {
    p: Page,
    may: May,
    outcome: Option<Outcome>,
    /// The one thing that is most to be done by the reader.
    main: &'static str,
    /// While it is prepared: the seats that it would have.
    seats_now: Vec<String>,
    rule_now: bool,
    d: Decision,
}

impl DecisionPage {
    fn seat_without(&self, _: &Seat) -> String {
        self.p.t(show::without_vote(&self.d, self.outcome.as_ref().map(|o| o.stage)))
    }

    /// Whether the Chair can record a result now, or only refer it back.
    fn over(&self) -> bool {
        self.outcome
            .as_ref()
            .is_some_and(|o| can_conclude(State::Taken, o).is_ok() || can_conclude(State::NotTaken, o).is_ok())
    }

    /// Why its text went back though it was taken.
    fn text_back_why(&self) -> &str {
        self.d.history.iter().find(|h| h.event == TEXT_BACK).map_or("", |h| h.why.as_str())
    }

    fn subject_link(&self) -> Option<String> {
        let id = self.d.subject_id?;
        match self.d.subject_kind {
            SubjectKind::Plan => Some(self.p.link(&format!("/plans/{id}"))),
            SubjectKind::MappingReport => Some(self.p.link(&format!("/reports/{id}"))),
            SubjectKind::Membership => Some(self.p.link(&format!("/organisations/{id}"))),
            _ => None,
        }
    }
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let board = super::settings::BoardSettings::of(p.frame().map_or(&serde_json::Value::Null, |f| &f.settings));
    let seats_now = if d.state == State::Prepared { store::seats_now(&mut tx, &board).await? } else { Vec::new() };
    let outcome = d.tally(p.today);
    let may = May::of(&member, &d, &p);
    let over = outcome.as_ref().is_some_and(|o| o.carried.is_some());
    let main = match () {
        () if may.edit => "open",
        () if may.record && over => "record",
        () if may.meeting => "meeting",
        () if may.vote => "vote",
        () => "",
    };
    html(&DecisionPage {
        rule_now: board.rule.is_some() && board.quorum.is_some(),
        seats_now,
        outcome,
        main,
        may,
        d,
        p,
    })
}

#[derive(Template)]
#[template(path = "decisions/paper.html")]
struct PaperPage {
    p: Page,
    back: String,
    place: i16,
    paper: PaperText,
    /// The content in paragraphs of lines.
    paragraphs: Vec<Vec<String>>,
}

async fn read_paper(inside: &mut Inside, key: &str, place: &str) -> Result<(DecisionId, i16, PaperText), Problem> {
    let id: DecisionId = key.parse().map_err(|_| Problem::NotFound)?;
    let place: i16 = place.parse().map_err(|_| Problem::NotFound)?;
    let paper = store::paper(&mut inside.tx, id, place).await?;
    Ok((id, place, paper))
}

pub async fn paper(
    Path((_, key, place)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let (id, place, paper) = read_paper(&mut inside, &key, &place).await?;
    let content = paper.content.as_deref().unwrap_or_default();
    let paragraphs = content
        .split("\n\n")
        .filter(|t| !t.trim().is_empty())
        .map(|t| t.lines().map(str::to_owned).collect())
        .collect();
    html(&PaperPage { back: link(&inside.page, id), place, paper, paragraphs, p: inside.page })
}

/// The paper to the byte, as its checksum was made. An export: it leaves a line in the access log.
pub async fn paper_text(
    Path((_, key, place)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let (id, place, paper) = read_paper(&mut inside, &key, &place).await?;
    let Some(content) = paper.content else { return Err(Problem::NotFound) };
    let by = inside.member.require(Permission::DecisionSee, &Scope::default())?;
    let detail = format!("paper {place}");
    let line = access_log::Line::export("decision", Some(id.0), &detail, None);
    access_log::note(&mut inside.tx, by, line).await?;
    inside.tx.commit().await?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"paper-{place}.txt\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
