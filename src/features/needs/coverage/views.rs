//! Two ready-made views of what is counted: for donors, where support is missing; for a beneficiary, what of its own is
//! answered, by whom, until when. Each has a file of one page.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::HashMap;

use super::ask::{self, Asked, Counted, Row};
use super::files::leaf;
use super::model::{ActionAt, NeedAt};
use crate::features::documents::{self, Block, Cell, Document, Leaf, Making, Order, Table};
use crate::features::needs::model::{Coverage, Priority};
use crate::features::needs::show::html;
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{ActionId, BeneficiaryId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// Rows that one page can hold; the rest is told as a number.
const ON_A_PAGE: usize = 34;

/// A need with what answers it.
pub(super) struct Answered {
    pub need: NeedAt,
    pub beneficiary: String,
    /// Its measure, with its code.
    pub measure: String,
    pub pillar: Option<String>,
    pub actions: Vec<ActionAt>,
    /// It was answered by an action that is over, or that the reader does not see.
    pub gone: bool,
    /// Its mapping cycle, where others that are counted were stated in a later one: it has not been confirmed in that.
    pub earlier: Option<String>,
}

impl Answered {
    /// The donors of what answers it, each once.
    pub fn donors(&self) -> String {
        let mut names: Vec<&str> = self.actions.iter().flat_map(|a| &a.donors).map(|d| d.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    }

    /// The last day of the longest of them, where every one states it.
    pub fn until(&self) -> Option<PartialDate> {
        let ends: Option<Vec<PartialDate>> = self.actions.iter().map(|a| a.ends).collect();
        ends?.into_iter().max_by_key(PartialDate::last_day)
    }

    pub fn priority(&self) -> Option<&'static str> {
        self.need.priority.map(Priority::label)
    }
}

/// The needs that were counted, in their order, with what answers each.
fn all_of(p: &Page, counted: &Counted) -> Vec<Answered> {
    let mut measures: HashMap<uuid::Uuid, (String, Option<String>)> = HashMap::new();
    let mut pillar = None;
    for row in &counted.rows {
        match row {
            Row::Heading { pillar: of, .. } => pillar.clone_from(of),
            Row::Of { key: Some(key), code, title, .. } => {
                measures.insert(*key, (format!("{code} {title}").trim().to_owned(), pillar.clone()));
            }
            Row::Of { .. } => {}
        }
    }
    let latest = counted.matrix.needs.iter().map(|n| n.cycle_year).max();
    let actions: HashMap<ActionId, &ActionAt> = counted.matrix.actions.iter().map(|a| (a.id, a)).collect();
    let one = |need: &NeedAt| {
        let found = need.lineage.and_then(|l| measures.get(&l)).cloned();
        let (measure, pillar) = found.unwrap_or_else(|| (p.t("matrix-no-measure"), None));
        let there: Vec<ActionAt> =
            need.answered_by.iter().filter_map(|id| actions.get(id)).map(|a| (*a).clone()).collect();
        Answered {
            beneficiary: p.beneficiary_name(&need.beneficiary),
            measure,
            pillar,
            gone: there.is_empty() && !need.answered_by.is_empty(),
            earlier: latest.is_some_and(|year| need.cycle_year < year).then(|| need.cycle.clone()),
            actions: there,
            need: need.clone(),
        }
    };
    counted.matrix.needs.iter().map(one).collect()
}

/// Nothing is known that answers it.
fn is_missing(a: &Answered) -> bool {
    a.actions.is_empty() && matches!(a.need.coverage, None | Some(Coverage::Not))
}

/// Part of it is answered, or was judged so.
fn is_partly(a: &Answered) -> bool {
    !is_missing(a) && !matches!(a.need.coverage, Some(Coverage::Covered | Coverage::More))
}

/// The most urgent first: by priority, and by the last day of what is stated. By 2027 is not sooner than by June 2027.
fn urgency(need: &NeedAt) -> (usize, NaiveDate) {
    let place = need.priority.and_then(|p| Priority::ALL.iter().position(|x| *x == p)).unwrap_or(Priority::ALL.len());
    (place, need.by_when.as_ref().map_or(NaiveDate::MAX, PartialDate::last_day))
}

/// The beneficiary whose code the address names.
fn named(p: &Page, f: &Fields) -> Option<BeneficiaryId> {
    let code = f.value("beneficiary");
    p.frame().and_then(|x| x.beneficiaries.iter().find(|b| b.code == code)).map(|b| b.id)
}

pub(super) async fn counted(inside: &mut Inside, f: &mut Fields) -> Result<Vec<Answered>, Problem> {
    let asked = Asked { plan: None, ..Asked::read(&inside.page, f) };
    let counted = ask::count(&mut inside.tx, &inside.page, asked).await?;
    Ok(all_of(&inside.page, &counted))
}

fn beneficiaries(p: &Page) -> Vec<(String, String)> {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().map(|b| (b.code.clone(), b.name.clone())).collect()
}

fn pillars(p: &Page) -> Vec<(String, String)> {
    let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    all.iter().map(|l| (l.key.clone(), l.key.clone())).collect()
}

/// What is missing, and what is covered in part, as the address narrows it.
pub(super) struct Missing {
    pub missing: Vec<Answered>,
    pub partly: Vec<Answered>,
    /// No need is stated at all that the reader sees: then nothing is known of what is missing.
    pub unstated: bool,
}

pub(super) async fn missing_rows(inside: &mut Inside, f: &mut Fields) -> Result<Missing, Problem> {
    let own = named(&inside.page, f);
    let mut all = counted(inside, f).await?;
    all.retain(|a| own.is_none_or(|b| a.need.beneficiary == b));
    all.sort_by_key(|a| urgency(&a.need));
    let unstated = all.is_empty();
    let (missing, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(is_missing);
    Ok(Missing { missing, partly: rest.into_iter().filter(is_partly).collect(), unstated })
}

#[derive(Template)]
#[template(path = "needs/missing.html")]
struct MissingPage {
    p: Page,
    f: Fields,
    missing: Vec<Answered>,
    partly: Vec<Answered>,
    unstated: bool,
    beneficiaries: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
    proposes: bool,
    exports: bool,
}

pub async fn missing(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let Missing { missing, partly, unstated } = missing_rows(&mut inside, &mut f).await?;
    let p = inside.page;
    html(&MissingPage {
        beneficiaries: beneficiaries(&p),
        pillars: pillars(&p),
        proposes: inside.member.may_somewhere(Permission::ResponsePropose),
        exports: inside.member.may_somewhere(Permission::ExportLists),
        missing,
        partly,
        unstated,
        f,
        p,
    })
}

/// The address of the same as a file.
fn file(p: &Page, rest: &str, f: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["beneficiary", "pillar"] {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    let (address, query) = (p.link(rest), query.finish());
    if query.is_empty() { address } else { format!("{address}?{query}") }
}

impl MissingPage {
    fn file(&self, ending: &str) -> String {
        file(&self.p, &format!("/coverage/missing.{ending}"), &self.f)
    }
    fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.partly.is_empty()
    }
    fn narrowed(&self) -> bool {
        self.f.is_set("beneficiary") || self.f.is_set("pillar")
    }
}

pub(super) fn coverage(p: &Page, need: &NeedAt) -> String {
    need.coverage.map_or_else(|| p.t("coverage-unjudged"), |c| p.t(Coverage::label(c)))
}

fn day(p: &Page, date: Option<&PartialDate>) -> String {
    date.map_or_else(|| p.t("not-stated"), |d| p.date(d))
}

async fn deliver(mut inside: Inside, d: Document, what: &str) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let file_name = format!("{slug}-{what}-{}", inside.page.today);
    let order = Order { subject_kind: "coverage", subject: None, file_name, making: Making::Pdf(d) };
    documents::deliver(inside, &by, order).await
}

/// What a one-page document says at its end.
fn ending(p: &Page, d: &mut Document, left_out: usize) {
    if left_out > 0 {
        d.paragraph(p.tn("view-left-out", left_out));
    }
    d.small(format!("{} {}", p.t("matrix-rule-needs"), p.t("need-file-sight")));
}

pub async fn missing_pdf(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let Missing { missing, partly, unstated } = missing_rows(&mut inside, &mut f).await?;
    let p = inside.page.clone();
    let mut d = leaf(&p, p.t("need-tab-missing"), Leaf::A4);
    d.subtitle = p.t1("matrix-as-of", "day", p.day(&p.today));
    if unstated {
        d.paragraph(format!("{}. {}", p.t("view-answered-none"), p.t("view-missing-unstated")));
    } else {
        d.paragraph(p.tn("view-missing-n", missing.len()));
    }
    let heads = ["need-one", "need-field-beneficiary", "need-field-node", "need-field-priority", "need-field-by_when"];
    let heads = heads.map(|key| p.t(key));
    let shares = [36, 17, 30, 11, 14];
    let heads: Vec<(&str, u16)> = heads.iter().map(String::as_str).zip(shares).collect();
    let rows = |all: &[Answered], most: usize, d: &mut Document, caption: String| {
        let mut table = Table::new(caption, &heads);
        table.row_heads = true;
        for a in all.iter().take(most) {
            table.row(vec![
                Cell::text(&a.need.title),
                Cell::text(&a.beneficiary),
                Cell::text(&a.measure),
                Cell::text(a.priority().map_or_else(|| p.t("not-stated"), |key| p.t(key))),
                Cell::text(day(&p, a.need.by_when.as_ref())),
            ]);
        }
        d.push(Block::Table(table));
    };
    let first = missing.len().min(ON_A_PAGE);
    if first > 0 {
        rows(&missing, first, &mut d, p.t("view-missing"));
    }
    let second = partly.len().min(ON_A_PAGE - first);
    if second > 0 {
        rows(&partly, second, &mut d, p.t("view-partly"));
    }
    ending(&p, &mut d, missing.len() + partly.len() - first - second);
    deliver(inside, d, "where-support-is-missing").await
}

/// A group of needs and its heading.
pub(super) type Group = (&'static str, Vec<Answered>);

#[derive(Template)]
#[template(path = "needs/answered.html")]
struct AnsweredPage {
    p: Page,
    f: Fields,
    beneficiary: String,
    groups: Vec<Group>,
    beneficiaries: Vec<(String, String)>,
    exports: bool,
    writes: bool,
}

/// Whose needs are shown: those the address names, else the reader's own, else the first.
pub(super) fn whose(p: &Page, member: &Member, f: &Fields) -> Option<(BeneficiaryId, String, String)> {
    let all = p.frame().map(|x| x.beneficiaries.clone()).unwrap_or_default();
    let wanted = named(p, f).or_else(|| member.beneficiaries().first().copied());
    let one = all.iter().find(|b| Some(b.id) == wanted).or(all.first())?;
    Some((one.id, one.name.clone(), one.code.clone()))
}

pub(super) fn groups(all: Vec<Answered>) -> Vec<Group> {
    let (missing, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(is_missing);
    let (partly, covered): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_partly);
    vec![("view-unanswered", missing), ("view-partly", partly), ("view-covered", covered)]
}

pub async fn answered(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let (id, name, code) = whose(&inside.page, &inside.member, &f).ok_or(Problem::NotFound)?;
    let mut all = counted(&mut inside, &mut f).await?;
    all.retain(|a| a.need.beneficiary == id);
    f.set("beneficiary", &code);
    let p = inside.page;
    html(&AnsweredPage {
        groups: groups(all),
        beneficiary: name,
        beneficiaries: beneficiaries(&p),
        exports: inside.member.may_somewhere(Permission::ExportLists),
        writes: inside.member.may(Permission::NeedWrite, &crate::kernel::permit::Scope::beneficiary(id)),
        f,
        p,
    })
}

impl AnsweredPage {
    fn is_empty(&self) -> bool {
        self.groups.iter().all(|(_, group)| group.is_empty())
    }
    fn file(&self, ending: &str) -> String {
        file(&self.p, &format!("/coverage/answered.{ending}"), &self.f)
    }
}

pub async fn answered_pdf(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let (id, name, _) = whose(&inside.page, &inside.member, &f).ok_or(Problem::NotFound)?;
    let mut all = counted(&mut inside, &mut f).await?;
    all.retain(|a| a.need.beneficiary == id);
    let p = inside.page.clone();
    let mut d = leaf(&p, p.t1("view-answered-title", "beneficiary", &name), Leaf::A4);
    d.subtitle = p.t1("matrix-as-of", "day", p.day(&p.today));
    let heads = ["need-one", "need-field-coverage", "view-by", "view-until"].map(|key| p.t(key));
    let heads: Vec<(&str, u16)> = heads.iter().map(String::as_str).zip([44, 18, 30, 16]).collect();
    let (mut room, total) = (ON_A_PAGE, all.len());
    for (key, group) in groups(all) {
        let shown = group.len().min(room);
        room -= shown;
        if shown == 0 {
            continue;
        }
        let mut table = Table::new(p.t(key), &heads);
        table.row_heads = true;
        for a in group.iter().take(shown) {
            let donors = a.donors();
            table.row(vec![
                Cell::text(&a.need.title),
                Cell::text(coverage(&p, &a.need)),
                Cell::text(if donors.is_empty() { "–".to_owned() } else { donors }),
                Cell::text(if a.actions.is_empty() { "–".to_owned() } else { day(&p, a.until().as_ref()) }),
            ]);
        }
        d.push(Block::Table(table));
    }
    if total == 0 {
        d.paragraph(p.t("view-answered-none"));
    }
    ending(&p, &mut d, total.saturating_sub(ON_A_PAGE));
    deliver(inside, d, "what-is-answered").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::NeedId;

    fn need(priority: Option<Priority>, by_when: Option<&str>) -> NeedAt {
        NeedAt {
            id: NeedId(uuid::Uuid::nil()),
            title: by_when.unwrap_or_default().to_owned(),
            beneficiary: BeneficiaryId(uuid::Uuid::nil()),
            cycle: String::new(),
            cycle_year: 2026,
            lineage: None,
            theme: None,
            priority,
            by_when: by_when.and_then(|d| d.parse().ok()),
            coverage: None,
            judged_on: None,
            reason: None,
            answered_by: Vec::new(),
        }
    }

    #[test]
    fn a_year_ends_later_than_its_months() {
        let high = Some(Priority::High);
        let mut all = [
            need(None, Some("2025")),
            need(high, None),
            need(high, Some("2027")),
            need(high, Some("2027-06")),
            need(Some(Priority::Low), Some("2026")),
            need(high, Some("2026-12")),
        ];
        all.sort_by_key(urgency);
        let order: Vec<&str> = all.iter().map(|n| n.title.as_str()).collect();
        assert_eq!(order, ["2026-12", "2027-06", "2027", "", "2026", "2025"]);
    }
}
