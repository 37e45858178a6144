//! The two views as tables: a row a need, with what answers it, in the order of the page.

use axum::response::Response;

use super::views::{self, Answered, Missing};
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("need-one", 50),
    ("view-file-group", 28),
    ("need-field-beneficiary", 22),
    ("need-file-code", 8),
    ("need-field-pillar", 12),
    ("need-field-node", 44),
    ("need-field-priority", 12),
    ("need-field-by_when", 12),
    ("need-field-coverage", 16),
    ("need-field-reason", 40),
    ("need-file-judged", 12),
    ("need-file-actions", 50),
    ("view-by", 40),
    ("view-until", 12),
    ("need-file-address", 40),
];

fn cells(p: &Page, base: &str, group: &str, a: &Answered) -> Vec<Value> {
    let unstated = || Value::Text(p.t("not-stated"));
    let code = p.frame().and_then(|f| f.beneficiaries.iter().find(|b| b.id == a.need.beneficiary));
    let actions: Vec<&str> = a.actions.iter().map(|action| action.title.as_str()).collect();
    let (by, until) = match (a.actions.is_empty(), a.gone) {
        (true, true) => (p.t("view-gone"), Value::Empty),
        (true, false) => (p.t("view-nobody"), Value::Empty),
        (false, _) => (a.donors(), a.until().map_or_else(unstated, |day| date(Some(day)))),
    };
    vec![
        cell(&a.need.title),
        Value::Text(p.t(group)),
        cell(&a.beneficiary),
        cell(code.map_or("", |b| &b.code)),
        a.pillar.as_deref().map_or_else(unstated, cell),
        cell(&a.measure),
        a.priority().map_or_else(unstated, |key| Value::Text(p.t(key))),
        a.need.by_when.map_or_else(unstated, |day| date(Some(day))),
        Value::Text(views::coverage(p, &a.need)),
        cell(a.need.reason.as_deref().unwrap_or_default()),
        a.need.judged_on.map_or(Value::Empty, Value::Date),
        cell(&actions.join("; ")),
        cell(&by),
        until,
        Value::Text(format!("{base}{}", p.link(&format!("/needs/{}", a.need.id)))),
    ]
}

async fn deliver(
    inside: Inside,
    by: &MembershipFacts,
    format: SheetFormat,
    (what, title): (&'static str, String),
    groups: &[(&'static str, Vec<Answered>)],
) -> Result<Response, Problem> {
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let rows = groups.iter().flat_map(|(key, all)| all.iter().map(move |a| cells(p, base, key, a))).collect();
    let mut notes = vec![p.t1("matrix-as-of", "day", p.day(&p.today))];
    notes.extend(groups.iter().map(|(key, all)| format!("{}: {}", p.t(key), p.tn("need-n", all.len()))));
    notes.extend([p.t("matrix-rule-needs"), p.t("need-file-sight")]);
    let list = List { subject_kind: "coverage", what, title, notes, columns: COLUMNS, rows, more: false };
    list.deliver(inside, by, format).await
}

pub async fn missing(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut f = std::mem::take(&mut inside.fields);
    let Missing { missing, partly, .. } = views::missing_rows(&mut inside, &mut f).await?;
    // what was asked for stands in the access log
    inside.fields = f;
    let said = ("where-support-is-missing", inside.page.t("need-tab-missing"));
    deliver(inside, &by, format, said, &[("view-missing", missing), ("view-partly", partly)]).await
}

pub async fn answered(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut f = std::mem::take(&mut inside.fields);
    let (id, name, code) = views::whose(&inside.page, &inside.member, &f).ok_or(Problem::NotFound)?;
    let mut all = views::counted(&mut inside, &mut f).await?;
    all.retain(|a| a.need.beneficiary == id);
    f.set("beneficiary", &code);
    inside.fields = f;
    let said = ("what-is-answered", inside.page.t1("view-answered-title", "beneficiary", &name));
    deliver(inside, &by, format, said, &views::groups(all)).await
}
