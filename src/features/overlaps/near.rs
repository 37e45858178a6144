//! What is near an action, or near a form that is being filled in: beside the form, on the action's page, on a page of its own.
//!
//! Candidates come from the finder, which knows every action; what the reader may not see is left out after retrieval, here,
//! by one statement through the reader's own views. So many are retrieved at once that it makes no difference how many are
//! left out.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use std::collections::HashMap;
use uuid::Uuid;

use super::engine::{self, Assessment, CASE_THRESHOLD, Finder, Near, Subject};
use super::model::{Band, Found, Kind, Stance, State};
use super::store_near::{self, Line, Said};
use super::{finders, said, store, words};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{ActionId, BeneficiaryId};
use crate::kernel::page::{DOT, Page};
use crate::kernel::permit::Permission;
use crate::kernel::state::App;

/// So many are retrieved, whatever is shown of them.
const RETRIEVED: usize = 100;
/// So many are shown beside a form and on a page.
pub const SHOWN: usize = 8;
/// Of a saved action what is less likely is not worth a look.
const WORTH: f32 = 0.25;
/// Of an idea, or a form that has just been begun, little is stated, and so little speaks for anything: here what has words or
/// a theme in common is worth one.
const WORTH_ASKED: f32 = 0.06;
/// An idea of a word or two can be likely nothing; whoever asks about it wants what speaks of it, which is what says this much of all
/// that the idea says.
const SPOKEN_OF: f32 = 0.66;

/// One action that is near, as the page shows it.
pub struct Row {
    pub line: Line,
    pub found: Found,
    /// The question about the two, where there is one that the reader sees.
    pub case: Option<(Uuid, State)>,
    /// What the reader, or somebody of their organisation, has said of the two, and still stands.
    pub said: Option<Said>,
    /// One of the two concerns the reader, who can ask about them.
    concerns: bool,
}

/// What is near, for a page or beside a form.
#[derive(Template)]
#[template(path = "overlaps/near.html")]
pub struct Beside {
    p: Page,
    f: Fields,
    pub rows: Vec<Row>,
    /// The index is still being made.
    pub making: bool,
    /// Beside a form: each can be said to be related, or different.
    asks: bool,
    /// Of a saved action: open questions about it and one that the reader does not see.
    hidden: Vec<Uuid>,
    /// The saved action, for who can ask about it and one of these.
    about: Option<ActionId>,
    /// It concerns the reader, who can say what it is to one of these.
    says: bool,
}

/// The actions nearest a subject, the likeliest first, whoever may see them: what the reader may not see is for whoever asks to
/// leave out. `None` where the index is still being made.
///
/// # Errors
/// The database's own.
pub async fn nearest(
    app: &App,
    tx: &mut ProcessTx,
    subject: Subject,
    own: Option<ActionId>,
) -> Result<Option<Vec<Near>>, Problem> {
    with_finder(app, tx, move |finder| near_to(finder, &subject, own)).await
}

/// A subject held against others that are no actions of the process, in their order: none where nothing of what they are about
/// is alike. `None` where the index is still being made.
///
/// # Errors
/// The database's own.
pub async fn held_against(
    app: &App,
    tx: &mut ProcessTx,
    subject: Subject,
    others: Vec<Subject>,
) -> Result<Option<Vec<Option<Found>>>, Problem> {
    with_finder(app, tx, move |finder| each_against(finder, &subject, &others)).await
}

/// Asks the finder, caught up, on a thread that may be busy.
async fn with_finder<T: Send + 'static>(
    app: &App,
    tx: &mut ProcessTx,
    ask: impl FnOnce(&Finder) -> T + Send + 'static,
) -> Result<Option<T>, Problem> {
    let Some(slot) = finders::ready_soon(&app.db, &app.memory, &app.clock, tx.process()).await? else {
        return Ok(None);
    };
    let asked = tokio::task::spawn_blocking(move || ask(&slot.finder())).await;
    Ok(Some(asked.map_err(anyhow::Error::from)?))
}

fn near_to(finder: &Finder, subject: &Subject, own: Option<ActionId>) -> Vec<Near> {
    let least = if own.is_some() { WORTH } else { WORTH_ASKED };
    let near = finder.near(subject, RETRIEVED, own.map(|id| id.0.as_u128()));
    near.into_iter().filter(|n| worth(&n.assessment, least)).collect()
}

/// What is near an idea: also what does little more than speak of the same.
fn near_to_idea(finder: &Finder, idea: &Subject) -> Vec<Near> {
    let near = finder.near(idea, RETRIEVED, None);
    let ids: Vec<u128> = near.iter().map(|n| n.id).collect();
    let spoken = finder.spoken_of(idea, &ids);
    let shown =
        |n: &Near, spoken: f32| worth(&n.assessment, WORTH_ASKED) || (spoken >= SPOKEN_OF && worth(&n.assessment, 0.0));
    near.into_iter().zip(spoken).filter(|(n, spoken)| shown(n, *spoken)).map(|(n, _)| n).collect()
}

fn each_against(finder: &Finder, subject: &Subject, others: &[Subject]) -> Vec<Option<Found>> {
    let held = others.iter().map(|other| finder.compare(subject, other));
    held.map(|a| worth(&a, 0.0).then(|| Found::from(&a))).collect()
}

/// What is near this subject, as far as the reader sees it. `own`: the action itself, where it is saved.
///
/// # Errors
/// The database's own.
pub async fn beside(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    f: Fields,
    subject: Subject,
    own: Option<ActionId>,
) -> Result<Beside, Problem> {
    let near = nearest(app, tx, subject, own).await?;
    let (making, asks) = (near.is_none(), own.is_none());
    let (rows, hidden) = (Vec::new(), Vec::new());
    let mut beside = Beside { p: p.clone(), f, rows, making, asks, hidden, about: None, says: false };
    beside.rows = seen(tx, &near.unwrap_or_default(), SHOWN).await?.0;
    Ok(beside)
}

/// Those that the reader sees, as rows, and the ids of likely ones that the reader does not.
async fn seen(tx: &mut ProcessTx, near: &[Near], most: usize) -> sqlx::Result<(Vec<Row>, Vec<Uuid>)> {
    let ids: Vec<Uuid> = near.iter().map(|n| Uuid::from_u128(n.id)).collect();
    let lines = store_near::lines(tx, &ids).await?;
    let mut lines: HashMap<Uuid, Line> = lines.into_iter().map(|l| (l.id, l)).collect();
    let likely = |n: &&Near| n.assessment.likelihood >= CASE_THRESHOLD;
    let hidden =
        near.iter().filter(likely).map(|n| Uuid::from_u128(n.id)).filter(|id| !lines.contains_key(id)).collect();
    let rows = near.iter().filter_map(|n| {
        let line = lines.remove(&Uuid::from_u128(n.id))?;
        Some(Row { line, found: Found::from(&n.assessment), case: None, said: None, concerns: false })
    });
    Ok((rows.take(most).collect(), hidden))
}

impl Beside {
    pub fn into_html(self) -> Result<Response, Problem> {
        Ok(Html(self.render()?).into_response())
    }

    /// A form that has just been begun states little besides its title: the same one is worth opening before going on.
    fn same(&self, found: &Found) -> bool {
        found.kind == Kind::Same || found.reasons.iter().any(|r| r.key == "title-same")
    }
}

/// Keeper, period and beneficiaries in one line.
fn meta(p: &Page, line: &Line) -> String {
    let mut parts = vec![line.keeper.clone()];
    parts.extend(period(p, line));
    let ids: Vec<BeneficiaryId> = line.beneficiaries.iter().map(|id| BeneficiaryId(*id)).collect();
    let names = p.beneficiary_names(&ids);
    let all = p.frame().map_or(0, |f| f.beneficiaries.len());
    match names.len() {
        0 => {}
        n if n == all && all > 1 => parts.push(p.tn("overlap-all-beneficiaries", n)),
        _ => parts.push(names.join(", ")),
    }
    parts.join(DOT)
}

/// A line's period, as precisely as it is stated.
pub fn period(p: &Page, line: &Line) -> Option<String> {
    let (start, end) = line.dates();
    if start.is_none() && end.is_none() {
        return None;
    }
    let shown = |date: Option<crate::kernel::date::PartialDate>| date.map_or_else(|| p.t("not-stated"), |d| p.date(&d));
    Some(p.t2("action-period", "start", shown(start), "end", shown(end)))
}

/// Likely enough to be shown, and not for its beneficiaries alone.
fn worth(a: &Assessment, least: f32) -> bool {
    use engine::Reason as R;
    let about = |r: &R| {
        matches!(
            r,
            R::TitleSame
                | R::TitleAlike { .. }
                | R::WordsShared(_)
                | R::ThemeShared(_)
                | R::IdentifierNamed { .. }
                | R::IdentifierShared { .. }
                | R::ParentNamed { .. }
                | R::SameParent
                | R::Phases { .. }
        )
    };
    a.likelihood >= least && a.parts.iter().any(|p| p.contribution > 0.0 && about(&p.reason))
}

/// What there is around an idea that nobody has saved.
pub struct Around {
    /// What the asker sees, the likeliest first.
    pub rows: Vec<Row>,
    /// Likely ones that the asker does not see: told as a bare fact, and their keepers on the asker's word alone.
    pub hidden: Vec<Uuid>,
    /// How near each of the texts is that were given beside the idea, 0 to 1, in their order.
    pub alike: Vec<f32>,
}

/// What there is around an idea; `None` where the index is still being made. `beside`: needs, to be ranked by how near they are.
///
/// # Errors
/// The database's own.
pub async fn around(
    app: &App,
    tx: &mut ProcessTx,
    idea: Subject,
    beside: Vec<Subject>,
    most: usize,
) -> Result<Option<Around>, Problem> {
    let asked = with_finder(app, tx, move |finder| (near_to_idea(finder, &idea), each_against(finder, &idea, &beside)));
    let Some((near, alike)) = asked.await? else { return Ok(None) };
    let alike = alike.into_iter().map(|found| found.map_or(0.0, |f| f.likelihood)).collect();
    let (rows, hidden) = seen(tx, &near, most).await?;
    Ok(Some(Around { rows, hidden, alike }))
}

impl Row {
    /// Keeper, period and beneficiaries in one line.
    pub fn meta(&self, p: &Page) -> String {
        meta(p, &self.line)
    }
    /// Who gives money to it, where that is stated.
    pub fn donors(&self, p: &Page) -> Option<String> {
        let names = self.line.donors.join(", ");
        (!names.is_empty()).then(|| p.t1("overlap-donors", "names", names))
    }
    /// Planned, running, over: where that is stated.
    pub fn status(&self, p: &Page) -> Option<String> {
        self.line.status.as_ref().map(|status| p.t(&format!("status-{status}")))
    }
    /// "Possible overlap, likelihood high (87 %)".
    pub fn judged(&self, p: &Page) -> String {
        words::judged(p, self.found.kind, self.found.likelihood)
    }
    pub fn badge(&self) -> &'static str {
        Band::of(self.found.likelihood).badge()
    }
    /// Nobody has decided yet what the two are to one another.
    fn is_open(&self) -> bool {
        self.case.is_none_or(|(_, state)| matches!(state, State::Open | State::Working))
    }
    /// Nobody has asked about the two, and the reader can: others would be refused once they had written their question.
    fn may_ask(&self) -> bool {
        self.case.is_none() && self.concerns
    }
    /// It is asked whether the two are different: what is neither likely nor a question is not.
    fn is_asked(&self) -> bool {
        self.case.is_some() || self.found.likelihood >= CASE_THRESHOLD
    }
    /// "You said on 3 March 2026: different."
    fn was_said(&self, p: &Page, said: &Said) -> String {
        let key = match (said.stance, said.mine) {
            (Stance::Related, true) => "overlap-near-said-related",
            (Stance::Related, false) => "overlap-near-ours-related",
            (Stance::Different, true) => "overlap-near-said-different",
            (Stance::Different, false) => "overlap-near-ours-different",
        };
        p.t1(key, "day", p.day_of(&said.at))
    }
    /// What speaks for it, the weightiest first.
    pub fn why(&self, p: &Page) -> String {
        why(p, &self.found)
    }
}

/// What speaks for it, the weightiest first.
pub fn why(p: &Page, found: &Found) -> String {
    let (mut lines, _) = words::reasons(p, &found.reasons);
    lines.truncate(4);
    lines.join("; ")
}

#[derive(Template)]
#[template(path = "overlaps/near_page.html")]
struct NearPage {
    p: Page,
    title: String,
    id: ActionId,
    beside: String,
}

/// What is near an action: a part of its page, fetched by it, and a page of its own without scripts.
pub async fn page(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: ActionId = id.parse().map_err(|_| Problem::NotFound)?;
    let mine = store_near::lines(&mut inside.tx, &[id.0]).await?.pop().ok_or(Problem::NotFound)?;
    let row = store::of(&mut inside.tx, &[id.0]).await?.pop().ok_or(Problem::NotFound)?;
    let mut near =
        beside(&inside.app, &mut inside.tx, &inside.page, Fields::default(), row.subject(), Some(id)).await?;
    if inside.member.may_somewhere(Permission::OverlapSee) {
        let cases = store_near::cases_of(&mut inside.tx, id.0).await?;
        for row in &mut near.rows {
            let Some(question) = cases.iter().find(|q| q.other == Some(row.line.id)) else { continue };
            row.case = Some((question.id, question.state));
            row.said.clone_from(&question.said);
        }
        // no more than its own list tells the reader
        near.hidden = cases.iter().filter(|q| q.other.is_none() && !q.state.is_over()).map(|q| q.id).collect();
    }
    // that two amounts are alike tells of amounts
    if !inside.member.may_somewhere(Permission::ActionSeeMoney) {
        near.rows.iter_mut().for_each(|row| row.found.reasons.retain(|r| !r.is_money()));
    }
    near.about = inside.member.may_somewhere(Permission::OverlapReport).then_some(id);
    near.says = inside.member.may(Permission::OverlapTakePart, &said::concerned(&inside.page, &[&row]));
    if near.about.is_some() {
        let theirs: Vec<Uuid> =
            near.rows.iter().filter(|r| !near.says && r.case.is_none()).map(|r| r.line.id).collect();
        let theirs = if theirs.is_empty() { Vec::new() } else { store::of(&mut inside.tx, &theirs).await? };
        for shown in &mut near.rows {
            let both = theirs.iter().find(|r| r.id == shown.line.id).map(|r| said::concerned(&inside.page, &[&row, r]));
            shown.concerns = near.says || both.is_some_and(|both| inside.member.may(Permission::OverlapSee, &both));
        }
    }
    let part = inside.fields.value("part") == "1";
    let beside = near.render()?;
    if part {
        return Ok(Html(beside).into_response());
    }
    let page = NearPage { p: inside.page, title: mine.title, id, beside };
    Ok(Html(page.render()?).into_response())
}
