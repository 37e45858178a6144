//! Choosing which entry stays and what is taken over, the merge, and its undoing.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::model::{Columns, FACTS, Fact, Settled, closer, patch, settle, unpatch};
use super::store;
use crate::features::overlaps::cases::{self, Case, Sight};
use crate::features::overlaps::store_near;
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::page::{DOT, Page};
use crate::kernel::permit::{Handling, Permission};

type Key = Path<(String, String)>;

/// A fact that both state differently.
struct Choice {
    fact: Fact,
    left: String,
    right: String,
}

#[derive(Template)]
#[template(path = "overlaps/merge.html")]
struct MergePage {
    p: Page,
    f: Fields,
    c: Case,
    left: (Uuid, String),
    right: (Uuid, String),
    choices: Vec<Choice>,
    /// Stated by one alone.
    filled: Vec<String>,
    /// The level that the one that stays will have, where the two differ.
    level: Option<String>,
}

impl MergePage {
    fn back(&self) -> String {
        self.p.link(&format!("/overlaps/{}", self.c.id))
    }
    fn sides(&self) -> [&(Uuid, String); 2] {
        [&self.left, &self.right]
    }
    /// Who keeps it, and its period: two entries of one action may well have one title.
    fn about(&self, id: &Uuid) -> String {
        let Some(side) = self.c.actions.iter().find(|a| a.action_id == Some(*id)) else { return String::new() };
        let shown = |d: &Option<PartialDate>| d.as_ref().map_or_else(|| self.p.t("not-stated"), |d| self.p.date(d));
        let period = (side.start.is_some() || side.end.is_some())
            .then(|| self.p.t2("action-period", "start", shown(&side.start), "end", shown(&side.end)));
        side.keeper.iter().cloned().chain(period).collect::<Vec<_>>().join(DOT)
    }
    fn labels(&self) -> String {
        self.filled.join(", ")
    }
    /// The first of the two is the one that stays, until somebody says otherwise.
    fn keeps(&self, id: &Uuid) -> bool {
        if self.f.is_set("keep") { self.f.contains("keep", id) } else { *id == self.left.0 }
    }
}

/// The two entries with their columns, held; only who may edit both, money and all, merges them.
struct Two {
    c: Case,
    left: (Uuid, Columns),
    right: (Uuid, Columns),
    /// What either is part of, by its id.
    wholes: Wholes,
    by: MembershipFacts,
}

async fn two(inside: &mut Inside, key: &str) -> Result<Two, Problem> {
    let c = cases::find(&mut inside.tx, key, &inside.page).await?;
    let ids: Vec<Uuid> = c.actions.iter().filter(|a| a.sight == Sight::Full).filter_map(|a| a.action_id).collect();
    let [left, right] = ids[..] else { return Err(Problem::Refused(Message::new("overlap-error-merge-two"))) };
    if c.actions.len() != 2 {
        return Err(Problem::Refused(Message::new("overlap-error-merge-two")));
    }
    let mut by = None;
    let scopes = store::scopes(&mut inside.tx, &[left, right]).await?;
    for id in [left, right] {
        let scope = scopes.get(&id).ok_or(Problem::NotFound)?;
        inside.member.require(Permission::ActionEdit, scope)?;
        // what was paid for the one goes over to the other
        by = Some(inside.member.require(Permission::ActionMoney, scope)?.clone());
    }
    let mut columns = store::columns_of(&mut inside.tx, &[left, right]).await?;
    let first = columns.remove(&left).ok_or(Problem::NotFound)?;
    let second = columns.remove(&right).ok_or(Problem::NotFound)?;
    let merged = |c: &Columns| c.get("merged_into_id").is_some_and(|v| !v.is_null());
    if merged(&first) || merged(&second) {
        return Err(Problem::Conflict(Message::new("overlap-error-merged-already")));
    }
    let by = by.ok_or(Problem::NotFound)?;
    let wholes = wholes(&mut inside.tx, [&first, &second]).await?;
    Ok(Two { c, left: (left, first), right: (right, second), wholes, by })
}

/// The titles of what entries are part of, by their ids in words: as far as the reader sees them.
type Wholes = HashMap<String, String>;

async fn wholes(tx: &mut ProcessTx, entries: [&Columns; 2]) -> sqlx::Result<Wholes> {
    let ids = entries.iter().filter_map(|c| c.get("parent_id")?.as_str()?.parse().ok());
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() {
        return Ok(Wholes::new());
    }
    let lines = store_near::lines(tx, &ids).await?;
    Ok(lines.into_iter().map(|line| (line.id.to_string(), line.title)).collect())
}

fn shown(p: &Page, columns: &Columns, fact: &Fact, wholes: &Wholes) -> String {
    let text = |name: &str| match columns.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    };
    match fact.name {
        "status" if !text("status").is_empty() => p.t(&format!("status-{}", text("status"))),
        "planned_start" | "planned_end" | "actual_start" | "actual_end" => {
            let day = text(fact.name).parse::<chrono::NaiveDate>().ok();
            let precision = text(&format!("{}_precision", fact.name)).parse().ok();
            let date = day.zip(precision).and_then(|(day, precision)| PartialDate::from_parts(day, precision).ok());
            date.map(|d| p.date(&d)).unwrap_or_default()
        }
        "stated_total" => {
            let (amount, currency) = (text("stated_total").parse().ok(), text("stated_currency").parse().ok());
            amount.zip(currency).map(|(a, c)| p.locale.amount(a, &c)).unwrap_or_default()
        }
        "parent" => {
            let (id, words) = (text("parent_id"), text("parent_text"));
            match wholes.get(&id) {
                Some(title) => title.clone(),
                None if words.is_empty() && !id.is_empty() => p.t("action-parent-hidden"),
                None => words,
            }
        }
        name => text(name),
    }
}

async fn render(inside: &mut Inside, two: Two, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let (left, right) = (&two.left.1, &two.right.1);
    let title = |c: &Columns| c.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    let said = |c: &Columns, fact: &Fact| shown(&p, c, fact, &two.wholes);
    let choices = FACTS
        .iter()
        .filter(|fact| settle(left, right, fact) == Settled::Differs)
        .map(|fact| Choice { fact: *fact, left: said(left, fact), right: said(right, fact) })
        .collect();
    let alone =
        |fact: &&Fact| settle(left, right, fact) == Settled::Filled || settle(right, left, fact) == Settled::Filled;
    let filled = FACTS.iter().filter(alone).map(|fact| p.t(fact.label)).collect();
    let level = |c: &Columns| c.get("handling").and_then(Value::as_str).unwrap_or_default().to_owned();
    let closed = closer(&level(left), &level(right));
    let level = (level(left) != level(right)).then(|| Handling::parse(&closed)).flatten().map(|h| p.t(h.label()));
    let page = MergePage {
        left: (two.left.0, title(left)),
        right: (two.right.0, title(right)),
        p,
        f,
        c: two.c,
        choices,
        filled,
        level,
    };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn form(Path((_, key)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let two = two(&mut inside, &key).await?;
    render(&mut inside, two, Fields::default(), StatusCode::OK).await
}

pub async fn merge(Path((_, key)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let two = two(&mut inside, &key).await?;
    let keep: Option<Uuid> = f.id("keep");
    let why = f.text("why", 2_000);
    let (kept, gone) = match keep {
        Some(id) if id == two.left.0 => (&two.left, &two.right),
        Some(id) if id == two.right.0 => (&two.right, &two.left),
        _ => {
            f.fail("keep", Message::new("field-choose"));
            return render(&mut inside, two, f, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    // what was chosen is said by which entry's word it is, whichever stays
    let gone_id = gone.0.to_string();
    let theirs: Vec<&str> =
        FACTS.iter().filter(|fact| f.value(&format!("take-{}", fact.name)) == gone_id).map(|fact| fact.name).collect();
    let keeper = gone.1.get("reporting_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let keeper: Uuid = keeper.ok_or(Problem::NotFound)?;
    let columns = patch(&kept.1, &gone.1, &theirs);
    let changes = in_words(&inside.page, &kept.1, &columns, &two.wholes);
    let now = inside.app.clock.now();
    let by = two.by.clone();
    store::merge(&mut inside.tx, two.c.id, (kept.0, &kept.1), (gone.0, keeper), columns, &why, &by, now).await?;
    note(&mut inside, &by, Subject::Action, kept.0, "merged-in", changes, &why).await?;
    note(&mut inside, &by, Subject::Action, gone.0, "merged-away", Changes::new(), &why).await?;
    note(&mut inside, &by, Subject::Overlap, two.c.id.0, "overlap-merged", Changes::new(), &why).await?;
    crate::features::overlaps::changed(&mut inside.tx).await?;
    let address = inside.page.link(&format!("/overlaps/{}?done=overlap-merged", two.c.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

async fn note(
    inside: &mut Inside,
    by: &MembershipFacts,
    subject: Subject,
    id: Uuid,
    event: &'static str,
    changes: Changes,
    why: &str,
) -> sqlx::Result<()> {
    history::record(&mut inside.tx, Some(by), Entry { subject, id, event, changes, why }).await
}

/// What changed in the one that stays, as its history keeps it: what it is part of by its id, or in words with their mark.
fn in_words(p: &Page, kept: &Columns, columns: &BTreeMap<String, (Value, Value)>, wholes: &Wholes) -> Changes {
    let mut after = kept.clone();
    for (column, (_, to)) in columns {
        after.insert(column.clone(), to.clone());
    }
    FACTS
        .iter()
        .filter(|fact| fact.columns.iter().any(|c| columns.contains_key(*c)))
        .map(|fact| {
            let side = |c: &Columns| Some(kept_as(p, c, fact, wholes)).filter(|t| !t.is_empty()).into_iter().collect();
            (fact.name.to_owned(), Change { from: side(kept), to: side(&after) })
        })
        .collect()
}

fn kept_as(p: &Page, columns: &Columns, fact: &Fact, wholes: &Wholes) -> String {
    if fact.name != "parent" {
        return shown(p, columns, fact, wholes);
    }
    let text = |name: &str| columns.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("parent_id"), text("parent_text")) {
        (Some(id), _) => id.to_owned(),
        (None, Some(words)) => format!("words:{words}"),
        (None, None) => String::new(),
    }
}

pub async fn undo(Path((_, key)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let f = std::mem::take(&mut inside.fields);
    let c = cases::find(&mut inside.tx, &key, &inside.page).await?;
    let id: Uuid = f.value("merge").parse().map_err(|_| Problem::NotFound)?;
    let merge = store::find(&mut inside.tx, id, c.id).await?.ok_or(Problem::NotFound)?;
    let scope = store::scope(&mut inside.tx, merge.kept).await?.ok_or(Problem::NotFound)?;
    inside.member.require(Permission::ActionEdit, &scope)?;
    let by = inside.member.require(Permission::ActionMoney, &scope)?.clone();
    let columns = store::columns(&mut inside.tx, merge.kept).await?.ok_or(Problem::NotFound)?;
    let patch = unpatch(&columns, &merge.taken.columns);
    let now = inside.app.clock.now();
    store::undo(&mut inside.tx, &merge, &columns, &patch, &by, now).await?;
    note(&mut inside, &by, Subject::Action, merge.kept, "merge-undone", Changes::new(), "").await?;
    note(&mut inside, &by, Subject::Action, merge.gone, "merge-undone", Changes::new(), "").await?;
    note(&mut inside, &by, Subject::Overlap, c.id.0, "overlap-unmerged", Changes::new(), "").await?;
    crate::features::overlaps::changed(&mut inside.tx).await?;
    let address = inside.page.link(&format!("/overlaps/{}?done=overlap-unmerged", c.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}
