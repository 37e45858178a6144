//! Mapping cycles: opened and closed by the secretariat; needs are taken over from one into the next.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::list::Line;
use super::model::{Cycle, NeedType, Perspective};
use super::show::{again, done, html, id};
use super::{filter::Filter, steps, store, store_cycles, store_list, store_write};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, CycleId, NeedId};
use crate::kernel::page::{DOT, Page};
use crate::kernel::permit::{Permission, Scope};

/// Needs that are taken over at once.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "needs/cycles.html")]
struct CyclesPage {
    p: Page,
    f: Fields,
    cycles: Vec<Cycle>,
    keeps: bool,
    /// Whether the reader takes needs over.
    writes: bool,
}

async fn cycles_page(inside: &mut Inside, f: Fields) -> Result<CyclesPage, Problem> {
    Ok(CyclesPage {
        cycles: store::cycles(&mut inside.tx).await?,
        keeps: inside.member.may(Permission::NeedCycles, &Scope::default()),
        writes: inside.member.may_somewhere(Permission::NeedWrite),
        p: inside.page.clone(),
        f,
    })
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    html(&cycles_page(&mut inside, Fields::default()).await?)
}

pub async fn open(mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.member.require(Permission::NeedCycles, &Scope::default())?.clone();
    let mut f = std::mem::take(&mut inside.fields);
    let name = f.required("name", 200);
    let mut year = |name: &str| {
        let typed = f.required(name, 20);
        let year = typed.parse::<i16>().ok().filter(|y| (1990..=2100).contains(y));
        if year.is_none() {
            f.fail(name, Message::new("need-error-year"));
        }
        year
    };
    let (first, last) = (year("first_year"), year("last_year"));
    if let (Some(a), Some(b)) = (first, last)
        && b < a
    {
        f.fail("last_year", Message::new("need-error-years"));
    }
    if f.is_valid() && store_cycles::name_taken(&mut inside.tx, &name).await? {
        f.fail("name", Message::new("need-error-cycle-name"));
    }
    let (Some(first), Some(last), true) = (first, last, f.is_valid()) else {
        return again(&cycles_page(&mut inside, f).await?);
    };
    let now = inside.app.clock.now();
    let id = store_cycles::open(&mut inside.tx, &name, first, last, by.id, now).await?;
    let said = Change { from: Vec::new(), to: vec![name] };
    let changes: Changes = [("name".to_owned(), said)].into();
    let entry = Entry { subject: Subject::MappingCycle, id: id.0, event: "cycle-opened", changes, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, "/needs/cycles", "cycle-opened"))
}

async fn shut(key: &str, mut inside: Inside, close: bool) -> Result<Response, Problem> {
    let by = inside.member.require(Permission::NeedCycles, &Scope::default())?.clone();
    let cycle: CycleId = id(key)?;
    let now = inside.app.clock.now();
    if store_cycles::set_closed(&mut inside.tx, cycle, close.then_some(now)).await? {
        let event = if close { "cycle-closed" } else { "cycle-reopened" };
        let entry = Entry { subject: Subject::MappingCycle, id: cycle.0, event, changes: Changes::new(), why: "" };
        history::record(&mut inside.tx, Some(&by), entry).await?;
        inside.tx.commit().await?;
    }
    Ok(done(&inside.page, "/needs/cycles", if close { "cycle-closed" } else { "cycle-reopened" }))
}

pub async fn close(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    shut(&key, inside, true).await
}

pub async fn reopen(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    shut(&key, inside, false).await
}

#[derive(Template)]
#[template(path = "needs/take_over.html")]
struct TakeOverPage {
    p: Page,
    f: Fields,
    into: Cycle,
    from: Option<Cycle>,
    /// The cycles that needs can be taken over from.
    others: Vec<(String, String)>,
    beneficiaries: Vec<(String, String)>,
    beneficiary: Option<BeneficiaryId>,
    /// Submitted needs that are not there yet.
    lines: Vec<Line>,
    /// Drafts in this cycle that were taken over and wait to be submitted.
    drafts: Vec<Line>,
    submits: bool,
}

/// The cycle of an address, that needs are taken over into: an open one.
async fn into(inside: &mut Inside, key: &str) -> Result<(Cycle, Vec<Cycle>), Problem> {
    let wanted: CycleId = id(key)?;
    let all = store::cycles(&mut inside.tx).await?;
    let one = all.iter().find(|c| c.id == wanted).cloned().ok_or(Problem::NotFound)?;
    if !one.is_open() {
        return Err(Problem::Conflict(Message::new("need-cycle-is-closed")));
    }
    Ok((one, all))
}

/// The beneficiaries for whom the reader writes.
fn own(inside: &Inside) -> Vec<(BeneficiaryId, String)> {
    let all = inside.page.frame().map(|f| f.beneficiaries.clone()).unwrap_or_default();
    all.into_iter()
        .filter(|b| inside.member.may(Permission::NeedWrite, &Scope::beneficiary(b.id)))
        .map(|b| (b.id, b.name))
        .collect()
}

async fn take_over_page(inside: &mut Inside, key: &str, f: Fields) -> Result<TakeOverPage, Problem> {
    let (into, all) = into(inside, key).await?;
    let own = own(inside);
    let chosen = f.value("beneficiary").parse().ok().filter(|b| own.iter().any(|(id, _)| id == b));
    let beneficiary = chosen.or(own.first().map(|(id, _)| *id));
    let earlier: Vec<&Cycle> = all.iter().filter(|c| c.id != into.id).collect();
    let from = earlier
        .iter()
        .find(|c| f.contains("from", c.id))
        .or_else(|| earlier.iter().find(|c| c.first_year <= into.first_year && c.needs > 0))
        .or(earlier.first())
        .map(|c| (*c).clone());
    let (mut lines, mut drafts) = (Vec::new(), Vec::new());
    if let (Some(from), Some(beneficiary)) = (&from, beneficiary) {
        let filter = Filter::of_cycle(from.id, beneficiary);
        let found = store_list::page(&mut inside.tx, &filter, None, MOST as i64).await?;
        let taken = store_cycles::taken(&mut inside.tx, into.id).await?;
        lines = found.into_iter().filter(|l| !taken.iter().any(|(old, _)| *old == l.id)).collect();
    }
    if let Some(beneficiary) = beneficiary {
        let filter = Filter::drafts_of(into.id, beneficiary);
        drafts = store_list::page(&mut inside.tx, &filter, None, MOST as i64).await?;
        drafts.retain(|l| l.copied);
    }
    let submits = beneficiary.is_some_and(|b| inside.member.may(Permission::NeedSubmit, &Scope::beneficiary(b)));
    Ok(TakeOverPage {
        others: earlier.iter().map(|c| (c.id.to_string(), c.label())).collect(),
        beneficiaries: own.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        p: inside.page.clone(),
        f,
        into,
        from,
        beneficiary,
        lines,
        drafts,
        submits,
    })
}

impl TakeOverPage {
    fn kind(&self, line: &Line) -> String {
        let parts = [line.need_type.map(NeedType::label), line.perspective.map(Perspective::label)];
        parts.into_iter().flatten().map(|k| self.p.t(k)).collect::<Vec<_>>().join(DOT)
    }
}

pub async fn take_over_form(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let f = std::mem::take(&mut inside.fields);
    html(&take_over_page(&mut inside, &key, f).await?)
}

pub async fn take_over(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (cycle, _) = into(&mut inside, &key).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let ids: Vec<NeedId> = f.ids("need");
    let beneficiary: Option<BeneficiaryId> = f.id("beneficiary");
    if ids.is_empty() || ids.len() > MOST {
        f.fail("need", Message::new("need-error-none-chosen"));
    }
    let (Some(beneficiary), true) = (beneficiary, f.is_valid()) else {
        return again(&take_over_page(&mut inside, &key, f).await?);
    };
    let scope = Scope::beneficiary(beneficiary);
    let rest = format!("/needs/cycles/{}/take-over?beneficiary={beneficiary}", cycle.id);
    let now = inside.app.clock.now();
    if f.value("do") == "submit" {
        // still the same, word for word: confirmed in this cycle
        let by = inside.member.require(Permission::NeedSubmit, &scope)?.clone();
        let ids = store_cycles::of_beneficiary(&mut inside.tx, &ids, beneficiary, cycle.id).await?;
        let sent = steps::submit_all(&mut inside, &by, &ids).await?;
        inside.tx.commit().await?;
        let what = if sent.len() == ids.len() { "need-all-submitted" } else { "need-some-submitted" };
        return Ok(to(&inside.page, &rest, what));
    }
    let by = inside.member.require(Permission::NeedWrite, &scope)?.clone();
    let on_behalf = by.beneficiary != Some(beneficiary);
    let old = store_cycles::submitted_of(&mut inside.tx, &ids, beneficiary).await?;
    let new = store_write::copy(&mut inside.tx, &old, cycle.id, by.id, on_behalf, now).await?;
    let ids: Vec<_> = new.iter().map(|n| n.0).collect();
    let none = Changes::new();
    history::record_each(&mut inside.tx, &by, Subject::Need, &ids, "need-taken-over", &none, "").await?;
    inside.tx.commit().await?;
    Ok(to(&inside.page, &rest, "need-taken-over"))
}

/// Takes submitted needs of a beneficiary over into an open cycle, as drafts; what was taken over before stays as it is there. Answers
/// each with the one that it is in that cycle.
///
/// # Errors
/// The database's own.
pub async fn taken_into(
    inside: &mut Inside,
    by: &MembershipFacts,
    needs: &[NeedId],
    beneficiary: BeneficiaryId,
    cycle: CycleId,
) -> Result<Vec<(NeedId, NeedId)>, Problem> {
    let before = store_cycles::taken(&mut inside.tx, cycle).await?;
    let missing: Vec<NeedId> = needs.iter().filter(|n| !before.iter().any(|(old, _)| old == *n)).copied().collect();
    if !missing.is_empty() {
        let now = inside.app.clock.now();
        let on_behalf = by.beneficiary != Some(beneficiary);
        let old = store_cycles::submitted_of(&mut inside.tx, &missing, beneficiary).await?;
        let new = store_write::copy(&mut inside.tx, &old, cycle, by.id, on_behalf, now).await?;
        let ids: Vec<_> = new.iter().map(|n| n.0).collect();
        history::record_each(&mut inside.tx, by, Subject::Need, &ids, "need-taken-over", &Changes::new(), "").await?;
    }
    let after = match missing.is_empty() {
        true => before,
        false => store_cycles::taken(&mut inside.tx, cycle).await?,
    };
    Ok(after.into_iter().filter(|(old, _)| needs.contains(old)).collect())
}

/// On to an address that has a query already.
fn to(p: &Page, rest: &str, what: &str) -> Response {
    use axum::response::{IntoResponse, Redirect};
    Redirect::to(&format!("{}&done={what}", p.link(rest))).into_response()
}
