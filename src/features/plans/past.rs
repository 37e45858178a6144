//! What was: the history of a plan, its snapshots, and what has changed between two of them.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::difference::{self, Comparison, Fate};
use super::model::{Plan, period};
use super::reasons::{self, Reason, Reasons};
use super::store::{self, Frozen, SnapshotLine};
use super::store_node::{self, Past};
use super::text::{IndicatorText, NodeText, PlanText, PositionText, Record, RemarkText, ResultText};
use super::{annex, id};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::PlanId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "plans/history.html")]
struct HistoryPage {
    p: Page,
    plan: Plan,
    snapshots: Vec<SnapshotLine>,
    history: Vec<Past>,
    older: Option<String>,
    sees: bool,
}

pub async fn history(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let snapshots = store::snapshots(&mut tx, plan.id, p.today).await?;
    let sees = member.may(Permission::HistorySee, &plan.scope());
    let before = f.value("before").parse().ok();
    let history = match sees {
        true => store_node::history(&mut tx, plan.id, None, before, PAGE, p.today).await?,
        false => Vec::new(),
    };
    let older = match i64::try_from(history.len()) {
        Ok(PAGE) => history.last().map(|h| {
            let at: String = url::form_urlencoded::byte_serialize(h.at.to_rfc3339().as_bytes()).collect();
            plan.link(&p, &format!("/history?before={at}"))
        }),
        _ => None,
    };
    Ok(Html(HistoryPage { p, plan, snapshots, history, older, sees }.render()?).into_response())
}

#[derive(Template)]
#[template(path = "plans/snapshot.html")]
struct SnapshotPage {
    p: Page,
    plan: Plan,
    frozen: Frozen,
    text: PlanText,
    record: Option<Record>,
    others: Vec<SnapshotLine>,
}

/// A frozen text as it was written down.
///
/// # Errors
/// It is none.
pub fn read(frozen: &Frozen) -> Result<PlanText, Problem> {
    PlanText::parse(&frozen.content).map_err(|e| Problem::Internal(anyhow::Error::from(e).context("a snapshot")))
}

/// The members' record of a frozen text, for those who are shown it, as it may be read today: who has left since is named no
/// more. What is kept, and its checksum, stay as they are.
///
/// # Errors
/// It is none, or the database's own.
pub async fn record(tx: &mut ProcessTx, plan: PlanId, frozen: &Frozen, p: &Page) -> Result<Option<Record>, Problem> {
    let parsed: Option<Record> = frozen
        .record
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| Problem::Internal(anyhow::Error::from(e).context("the record of a snapshot")))?;
    let Some(mut record) = parsed else { return Ok(None) };
    if record.names_somebody() {
        let said = store::speakers(tx, plan, p.today).await?;
        record.forget(&said, p);
    }
    Ok(Some(record))
}

pub async fn snapshot(
    Path((_, key, number)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let number: i16 = id(&number)?;
    let frozen = store::frozen(&mut tx, plan.id, &[number]).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let others = store::snapshots(&mut tx, plan.id, p.today).await?;
    let text = read(&frozen)?;
    let record = record(&mut tx, plan.id, &frozen, &p).await?;
    Ok(Html(SnapshotPage { p, plan, frozen, text, record, others }.render()?).into_response())
}

/// What a frozen text is called: its number, its step, its day.
pub fn label(p: &Page, number: i16, step: &str, at: &chrono::DateTime<chrono::Utc>) -> String {
    let step = p.t(&format!("plan-state-{}", step.replace('_', "-")));
    p.t3("plan-snapshot-label", ("n", number), ("step", step), ("day", p.day_of(at)))
}

impl SnapshotPage {
    fn label(&self) -> String {
        label(&self.p, self.frozen.number, &self.frozen.step, &self.frozen.at)
    }
    fn depth(&self, node: &&NodeText) -> usize {
        self.text.depth(node)
    }
    /// Codes of the parts that a position names, as they stood in this text.
    fn concerns(&self, position: &PositionText) -> Vec<String> {
        annex::concerns(&self.text, position)
    }
    fn results(&self) -> Vec<(&IndicatorText, Vec<&ResultText>)> {
        self.record.as_ref().map(|r| annex::results(&self.text, r)).unwrap_or_default()
    }
    fn remarks(&self) -> Vec<(String, Vec<&RemarkText>)> {
        self.record.as_ref().map(|r| annex::remarks(&self.p, &self.text, r)).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "plans/compare.html")]
struct ComparePage {
    p: Page,
    f: Fields,
    plan: Plan,
    /// What can be compared: snapshots of this plan and of those it goes back to, and the text as it is now.
    choices: Vec<(String, String)>,
    found: Option<Comparison>,
    reasons: Reasons,
    whole: bool,
}

/// A text that is compared.
pub struct Side {
    /// Which text it is, as a document says it: on paper, "now" needs its day.
    pub which: String,
    pub text: PlanText,
    /// Of a frozen text which it is; none for the text as it is.
    pub frozen: Option<reasons::Frozen>,
}

/// One side of a comparison: a snapshot by its number, one of the plan that is revised (`r3`), one of a plan before that (its
/// id, a dot, and the number), or the text as it is ("now").
pub async fn side(
    tx: &mut crate::kernel::db::ProcessTx,
    p: &Page,
    plan: &Plan,
    which: &str,
) -> Result<Option<Side>, Problem> {
    if which == "now" {
        let frame = p.frame().ok_or(Problem::NotFound)?;
        let tree = store::tree(tx, plan.id, p.today).await?;
        let lines = store::lines(tx, plan.id, None).await?;
        let which = p.t1("plan-file-now", "day", p.day(&p.today));
        return Ok(Some(Side { which, text: PlanText::new(plan, &tree, &lines, frame), frozen: None }));
    }
    let (of, number) = match (which.strip_prefix('r'), &plan.revises) {
        (Some(number), Some(old)) => (old.id, number),
        _ => match which.split_once('.') {
            Some((earlier, number)) => (id(earlier)?, number),
            None => (plan.id, which),
        },
    };
    let Ok(number) = number.parse::<i16>() else { return Ok(None) };
    let frozen = store::frozen(tx, of, &[number]).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let text = read(&frozen)?;
    let mut which = label(p, frozen.number, &frozen.step, &frozen.at);
    if of != plan.id {
        // the title may be the same, the years tell which plan it is
        let period = ("period", period(p, text.first_year, text.last_year));
        which = p.t3("plan-file-of-earlier", ("title", text.title.clone()), period, ("what", which));
    }
    Ok(Some(Side { which, text, frozen: Some((frozen.id, frozen.at)) }))
}

pub async fn compare(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let own = store::snapshots(&mut tx, plan.id, p.today).await?;
    let label = |p: &Page, s: &SnapshotLine| label(p, s.number, &s.step, &s.at);
    let mut choices = Vec::new();
    if let Some(old) = &plan.revises {
        choices.extend(store::earlier(&mut tx, plan.id).await?.into_iter().map(|s| {
            let what = self::label(&p, s.number, &s.step, &s.at);
            if s.plan == old.id {
                return (format!("r{}", s.number), p.t1("plan-snapshot-of-revised", "what", what));
            }
            let (title, period) = (("title", s.title), ("period", period(&p, s.first_year, s.last_year)));
            (format!("{}.{}", s.plan, s.number), p.t3("plan-snapshot-of-earlier", title, period, ("what", what)))
        }));
    }
    choices.extend(own.iter().map(|s| (s.number.to_string(), label(&p, s))));
    choices.push(("now".to_owned(), p.t("plan-snapshot-now")));
    // without a choice: what changed since the last that was frozen
    if !f.is_set("from") {
        let last = choices.iter().rev().nth(1).map(|(v, _)| v.clone()).unwrap_or_default();
        f.set("from", last);
    }
    if !f.is_set("to") {
        f.set("to", "now");
    }
    let from = side(&mut tx, &p, &plan, f.value("from")).await?;
    let to = side(&mut tx, &p, &plan, f.value("to")).await?;
    let (found, reasons) = match from.zip(to) {
        Some((a, b)) => {
            let reasons = Reasons::between(&mut tx, &member, &plan, (&a, &b), p.today).await?;
            (Some(difference::compare(&a.text, &b.text)), reasons)
        }
        None => (None, Reasons::default()),
    };
    let whole = f.value("whole") == "1";
    Ok(Html(ComparePage { p, f, plan, choices, found, reasons, whole }.render()?).into_response())
}

impl ComparePage {
    /// Why a part has changed.
    fn why(&self, lineage: &uuid::Uuid) -> Vec<&Reason> {
        self.reasons.of(Some(*lineage))
    }
    /// Why there is another text at all.
    fn why_whole(&self) -> Vec<&Reason> {
        self.reasons.of(None)
    }
    fn fate(&self, fate: &Fate) -> &'static str {
        match fate {
            Fate::Same => "plan-fate-same",
            Fate::Changed => "plan-fate-changed",
            Fate::Added => "plan-fate-added",
            Fate::Removed => "plan-fate-removed",
        }
    }
    fn badge(&self, fate: &Fate) -> &'static str {
        match fate {
            Fate::Same => "plain",
            Fate::Changed => "info",
            Fate::Added => "ok",
            Fate::Removed => "warn",
        }
    }
}
