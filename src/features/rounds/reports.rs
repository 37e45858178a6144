//! The reports of a round, for those whom they concern: the beneficiary says that one is right or asks for a correction, the lead accepts
//! (many at once, too) or returns it with a word.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::late::{self, late};
use super::life::{self, Act, ReportState};
use super::mine::SIZE;
use super::model::{Item, Report, Round, Said, Sight};
use super::show::{again, done, find, html, id};
use super::store_items::{self, Wanted};
use super::store_report::{self, Decided};
use super::{answer, past, told};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Each, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, ProgressId, RoundItemId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Template)]
#[template(path = "rounds/reports.html")]
struct ReportsPage {
    p: Page,
    r: Round,
    f: Fields,
    items: Vec<Item>,
    all: i64,
    state: Option<ReportState>,
    at: i64,
    /// The report whose form was wrong, with what was typed.
    typed: Option<(ProgressId, Fields)>,
    member: Member,
    none: Fields,
}

impl ReportsPage {
    fn next_link(&self) -> String {
        self.r.link(&self.p, &format!("/reports?{}part={}", self.query(), self.at + 1))
    }
    fn earlier_link(&self) -> String {
        self.r.link(&self.p, &format!("/reports?{}part={}", self.query(), self.at - 1))
    }
    fn files(&self) -> String {
        format!("/rounds/{}/reports", self.r.id)
    }
    fn file_query(&self) -> String {
        self.state.map(|s| format!("state={}", s.as_str())).unwrap_or_default()
    }
    fn query(&self) -> String {
        self.state.map(|s| format!("state={}&", s.as_str())).unwrap_or_default()
    }
    fn has_next(&self) -> bool {
        (self.at + 1) * SIZE < self.all
    }
    fn states(&self) -> Vec<(String, String)> {
        ReportState::options(&self.p)
    }
    fn chosen(&self, state: &str) -> bool {
        self.state.is_some_and(|s| s.as_str() == state)
    }
    fn fields(&self, report: &Report) -> &Fields {
        self.typed.as_ref().filter(|(id, _)| *id == report.id).map_or(&self.none, |(_, f)| f)
    }
    fn error(&self, report: &Report, name: &str) -> Option<String> {
        self.p.error(self.fields(report), name)
    }
    /// What was reported on, where a word on it is wrong: the list of what is wrong begins with it.
    fn wrong_title(&self, report: &ProgressId) -> &str {
        let reported = |i: &&Item| i.report.as_ref().is_some_and(|r| r.id == *report);
        self.items.iter().find(reported).map(Item::title).unwrap_or_default()
    }
    fn accepts(&self, item: &Item) -> bool {
        let scope = item.action.as_ref().map(|a| a.scope()).unwrap_or_default();
        item.action.is_some() && self.member.may(Permission::ProgressAccept, &scope)
    }
    fn acceptable(&self, item: &Item) -> bool {
        let state = item.report.as_ref().map(|r| r.state);
        self.accepts(item) && life::next(self.r.state, state, Act::Accept, false).is_some()
    }
    fn returnable(&self, item: &Item) -> bool {
        let state = item.report.as_ref().map(|r| r.state);
        self.accepts(item) && life::next(self.r.state, state, Act::Return, false).is_some()
    }
    fn any_acceptable(&self) -> bool {
        self.items.iter().any(|i| self.acceptable(i))
    }
    /// The reader's beneficiaries whose word on a report is awaited or can be changed.
    fn own(&self, item: &Item) -> Vec<BeneficiaryId> {
        let (Some(action), Some(report)) = (&item.action, &item.report) else { return Vec::new() };
        let open = life::next(self.r.state, Some(report.state), Act::Correct, false).is_some()
            || life::next(self.r.state, Some(report.state), Act::Confirm, false).is_some();
        let may = |b: &&BeneficiaryId| {
            let scope = Scope { beneficiaries: vec![**b], ..action.scope() };
            open && self.member.may(Permission::ProgressConfirm, &scope)
        };
        action.beneficiaries.iter().filter(may).copied().collect()
    }
    fn has_confirmed(&self, report: &Report, b: &BeneficiaryId) -> bool {
        report.of(*b).is_some_and(|s| s.confirmed)
    }
    fn said(&self, s: &Said) -> String {
        let by = s.by.as_ref().map(|b| b.shown(&self.p)).unwrap_or_default();
        let key = if s.confirmed { "progress-said-confirmed" } else { "progress-said-correction" };
        self.p.t3(key, ("party", self.p.beneficiary_name(&s.beneficiary)), ("by", by), ("day", self.p.day_of(&s.at)))
    }
    /// Beneficiaries that have said nothing of this edition.
    fn silent(&self, item: &Item) -> Vec<String> {
        let (Some(action), Some(report)) = (&item.action, &item.report) else { return Vec::new() };
        let silent: Vec<BeneficiaryId> =
            action.beneficiaries.iter().filter(|b| report.of(**b).is_none()).copied().collect();
        self.p.beneficiary_names(&silent)
    }
    fn reported(&self, r: &Report) -> String {
        let by = r.by.as_ref().map(|b| b.shown(&self.p)).unwrap_or_default();
        let key = if r.on_behalf { "progress-reported-on-behalf" } else { "progress-reported-by" };
        self.p.t2(key, "day", self.p.day_of(&r.reported_at), "by", by)
    }
    fn decided(&self, r: &Report) -> String {
        let (Some(at), Some(by)) = (&r.decided_at, &r.decided_by) else { return String::new() };
        let key = if r.state == ReportState::Accepted { "progress-accepted-by" } else { "progress-returned-by" };
        self.p.t2(key, "day", self.p.day_of(at), "by", by.shown(&self.p))
    }
    fn values(&self, item: &Item) -> Vec<String> {
        values(&self.p, item)
    }
    fn money(&self, item: &Item) -> Vec<String> {
        money(&self.p, item)
    }
}

/// What indicators have come to, a line each.
fn values(p: &Page, item: &Item) -> Vec<String> {
    let line = |i: &super::model::Indicator| {
        let each = i.values.iter().map(|v| {
            let of = v.beneficiary.map_or_else(|| p.t("progress-all-together"), |b| p.beneficiary_name(&b));
            p.t2("progress-value-of", "of", of, "value", p.quantity(&v.value.normalize()))
        });
        let unit = if i.unit.is_empty() { String::new() } else { format!(" ({})", i.unit) };
        format!("{}{unit}: {}", i.name, each.collect::<Vec<_>>().join("; "))
    };
    item.indicators.iter().filter(|i| !i.values.is_empty()).map(line).collect()
}

fn money(p: &Page, item: &Item) -> Vec<String> {
    let line = |m: &super::model::Money| {
        let kind = p.t(if m.kind == "spent" { "round-money-spent" } else { "round-money-disbursed" });
        format!("{kind}: {}", p.amount(&m.amount, &m.currency))
    };
    item.money.iter().map(line).collect()
}

async fn show(
    inside: &mut Inside,
    round: Round,
    (state, at): (Option<ReportState>, i64),
    typed: Option<(ProgressId, Fields)>,
    f: Fields,
) -> Result<ReportsPage, Problem> {
    let sight = Sight::of(&inside.member);
    let wanted = (at.saturating_mul(SIZE), SIZE);
    let (ids, all) = store_report::concerning(&mut inside.tx, round.id, &sight, state, wanted).await?;
    let items = match ids.is_empty() {
        true => Vec::new(),
        false => store_items::items(&mut inside.tx, round.id, &Wanted::of(&ids), inside.page.today).await?,
    };
    Ok(ReportsPage {
        p: inside.page.clone(),
        member: inside.member.clone(),
        none: Fields::default(),
        r: round,
        f,
        items,
        all,
        state,
        at,
        typed,
    })
}

fn part(f: &Fields) -> (Option<ReportState>, i64) {
    let at = f.value("part").parse().ok().filter(|n| (0..10_000).contains(n)).unwrap_or(0);
    (ReportState::parse(f.value("state")), at)
}

/// The reports of a round of progress.
async fn progress(inside: &mut Inside, key: &str) -> Result<Round, Problem> {
    let round = find(inside, key).await?;
    if round.is_progress() { Ok(round) } else { Err(Problem::NotFound) }
}

pub async fn page(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = progress(&mut inside, &key).await?;
    let part = part(&inside.fields);
    html(&show(&mut inside, round, part, None, Fields::default()).await?)
}

fn back(round: &Round, (state, at): (Option<ReportState>, i64), anchor: &str) -> String {
    let state = state.map(|s| format!("state={}&", s.as_str())).unwrap_or_default();
    format!("/rounds/{}/reports?{state}part={at}{anchor}", round.id)
}

/// Accepts those that were chosen, as they were read: what was reported anew meanwhile is left.
pub async fn accept(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = progress(&mut inside, &key).await?;
    let part = part(&inside.fields);
    if !answer::hold(&mut inside, &round).await? {
        let to = back(&round, part, "");
        return late(&mut inside, round, &to, Vec::new()).await;
    }
    let mut f = std::mem::take(&mut inside.fields);
    let read: Vec<(ProgressId, i32)> = f
        .values("report")
        .into_iter()
        .filter_map(|v| v.split_once(':'))
        .filter_map(|(id, edition)| Some((id.parse().ok()?, edition.parse().ok()?)))
        .collect();
    if read.is_empty() || read.len() != f.values("report").len() || read.len() > 10_000 {
        f.fail("report", Message::new("progress-error-none-chosen"));
        return again(&show(&mut inside, round, part, None, f).await?);
    }
    let ids: Vec<ProgressId> = read.iter().map(|(id, _)| *id).collect();
    let held = store_report::held(&mut inside.tx, round.id, &ids).await?;
    // of what is not seen nothing is said
    if held.len() != ids.iter().collect::<std::collections::BTreeSet<_>>().len() {
        return Err(Problem::NotFound);
    }
    // each by the membership that may: somebody can lead two pillars by two
    let mut good = Vec::new();
    for report in &held {
        let by = inside.member.require(Permission::ProgressAccept, &report.scope())?;
        let as_read = read.contains(&(report.id, report.edition));
        if as_read && life::next(round.state, Some(report.state), Act::Accept, false).is_some() {
            good.push((report, by));
        }
    }
    if good.is_empty() {
        f.fail("report", Message::new("progress-error-moved-all"));
        return again(&show(&mut inside, round, part, None, f).await?);
    }
    let now = inside.app.clock.now();
    let accepted: Vec<(ProgressId, &MembershipFacts)> = good.iter().map(|(report, by)| (report.id, *by)).collect();
    store_report::settle(&mut inside.tx, &accepted, ReportState::Accepted, "", now).await?;
    let entries: Vec<Each<'_>> =
        good.iter().map(|(report, by)| Each { by, id: report.action.0, changes: Changes::new() }).collect();
    history::record_many(&mut inside.tx, Subject::Action, "progress-accepted", &round.title, &entries).await?;
    let mut of: BTreeMap<Uuid, (&MembershipFacts, Vec<RoundItemId>)> = BTreeMap::new();
    for (report, by) in &good {
        of.entry(by.id.0).or_insert_with(|| (*by, Vec::new())).1.push(report.item);
    }
    let of: Vec<_> = of.into_values().collect();
    past::note_each(&mut inside.tx, &round, "progress-accepted", "", &of).await?;
    let some = good.len() != held.len();
    inside.tx.commit().await?;
    Ok(done(&inside.page, &back(&round, part, ""), if some { "progress-some-accepted" } else { "progress-accepted" }))
}

/// What is said of a report after its round has ended.
async fn too_late(mut inside: Inside, round: Round) -> Result<Response, Problem> {
    let (to, typed) = (back(&round, part(&inside.fields), ""), late::word(&inside.page, &inside.fields));
    late(&mut inside, round, &to, typed).await
}

/// A report that is decided on, held, with what was read of it: another edition is another report.
async fn one(inside: &mut Inside, round: &Round, key: &str) -> Result<Decided, Problem> {
    let id: ProgressId = id(key)?;
    let held = store_report::held(&mut inside.tx, round.id, &[id]).await?;
    held.into_iter().next().ok_or(Problem::NotFound)
}

fn as_read(f: &mut Fields, report: &Decided, field: &str) {
    if f.value("edition") != report.edition.to_string() {
        f.fail(field, Message::new("progress-error-moved"));
    }
}

/// In the history of the action, and in that of the round.
async fn note(
    inside: &mut Inside,
    round: &Round,
    by: &MembershipFacts,
    report: &Decided,
    event: &'static str,
    why: &str,
) -> Result<(), Problem> {
    let entry = Entry { subject: Subject::Action, id: report.action.0, event, changes: Changes::new(), why };
    history::record(&mut inside.tx, Some(by), entry).await?;
    past::note(&mut inside.tx, round, &[report.item], event, why, by).await?;
    Ok(())
}

/// Returns a report to its reporter, with a word.
pub async fn give_back(
    Path((_, key, report)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let round = progress(&mut inside, &key).await?;
    if !answer::hold(&mut inside, &round).await? {
        return too_late(inside, round).await;
    }
    let report = one(&mut inside, &round, &report).await?;
    let by = inside.member.require(Permission::ProgressAccept, &report.scope())?.clone();
    let mut f = std::mem::take(&mut inside.fields);
    let part = part(&f);
    let word = f.required("word", 2_000);
    as_read(&mut f, &report, "word");
    let to = life::next(round.state, Some(report.state), Act::Return, false);
    let Some(to) = to.filter(|_| f.is_valid()) else {
        f.fail("word", Message::new("progress-error-moved"));
        return again(&show(&mut inside, round, part, Some((report.id, f)), Fields::default()).await?);
    };
    let now = inside.app.clock.now();
    store_report::settle(&mut inside.tx, &[(report.id, &by)], to, &word, now).await?;
    note(&mut inside, &round, &by, &report, "progress-returned", &word).await?;
    told::decided(&mut inside.tx, &inside.app, &round, &report, to, &by).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &back(&round, part, &format!("#report-{}", report.id)), "progress-returned"))
}

/// A beneficiary says that a report is right, or asks for a correction.
pub async fn said(
    Path((_, key, report)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let round = progress(&mut inside, &key).await?;
    if !answer::hold(&mut inside, &round).await? {
        return too_late(inside, round).await;
    }
    let report = one(&mut inside, &round, &report).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let part = part(&f);
    let beneficiary: BeneficiaryId = f.value("beneficiary").parse().map_err(|_| Problem::Bad("beneficiary"))?;
    if !report.beneficiaries.contains(&beneficiary) {
        return Err(Problem::NotFound);
    }
    let scope = Scope { beneficiaries: vec![beneficiary], ..report.scope() };
    let by = inside.member.require(Permission::ProgressConfirm, &scope)?.clone();
    let act = match f.value("do") {
        "confirm" => Act::Confirm,
        "correct" => Act::Correct,
        _ => return Err(Problem::Bad("do")),
    };
    let word = if act == Act::Correct { f.required("word", 2_000) } else { f.text("word", 2_000) };
    as_read(&mut f, &report, "word");
    let others = report.asks.iter().any(|b| *b != beneficiary);
    let to = life::next(round.state, Some(report.state), act, others);
    let Some(to) = to.filter(|_| f.is_valid()) else {
        f.fail("word", Message::new("progress-error-moved"));
        return again(&show(&mut inside, round, part, Some((report.id, f)), Fields::default()).await?);
    };
    let now = inside.app.clock.now();
    let confirmed = act == Act::Confirm;
    store_report::said(&mut inside.tx, &report, beneficiary, confirmed, &word, &by, now).await?;
    if to != report.state {
        store_report::settle(&mut inside.tx, &[(report.id, &by)], to, "", now).await?;
    }
    let event = if confirmed { "progress-confirmed" } else { "progress-correction" };
    note(&mut inside, &round, &by, &report, event, &word).await?;
    if !confirmed {
        told::decided(&mut inside.tx, &inside.app, &round, &report, to, &by).await?;
    }
    inside.tx.commit().await?;
    let what = if confirmed { "progress-confirmed" } else { "progress-correction" };
    Ok(done(&inside.page, &back(&round, part, &format!("#report-{}", report.id)), what))
}

const COLUMNS: &[(&str, u16)] = &[
    ("round-field-action", 50),
    ("round-field-keeper", 34),
    ("progress-field-state", 18),
    ("progress-field-health", 14),
    ("progress-field-done", 60),
    ("progress-field-hinders", 50),
    ("progress-field-values", 50),
    ("progress-field-money", 30),
    ("progress-field-reported", 14),
];

/// So many go into a file.
const MOST: i64 = 5_000;

pub async fn file(
    Path((_, key)): Path<(String, String)>,
    format: SheetFormat,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let round = progress(&mut inside, &key).await?;
    let (state, _) = part(&inside.fields);
    let sight = Sight::of(&inside.member);
    let (ids, all) = store_report::concerning(&mut inside.tx, round.id, &sight, state, (0, MOST)).await?;
    let items = match ids.is_empty() {
        true => Vec::new(),
        false => store_items::items(&mut inside.tx, round.id, &Wanted::of(&ids), inside.page.today).await?,
    };
    let p = &inside.page;
    let row = |i: &Item| {
        let r = i.report.as_ref()?;
        Some(vec![
            cell(i.title()),
            cell(i.action.as_ref().map(|a| a.keeper_name.as_str()).unwrap_or_default()),
            Value::Text(p.t(r.state.label())),
            Value::Text(p.t(r.health.label())),
            cell(&r.done),
            cell(&r.hinders),
            cell(&values(p, i).join("\n")),
            cell(&money(p, i).join("\n")),
            Value::Date(r.reported_at.date_naive()),
        ])
    };
    let list = List {
        subject_kind: "action",
        what: "progress",
        title: p.t("progress-title"),
        notes: vec![round.title.clone(), round.period(p)],
        columns: COLUMNS,
        rows: items.iter().filter_map(row).collect(),
        more: all > MOST,
    };
    list.deliver(inside, &by, format).await
}
