//! What waits for somebody: decisions of the Board, coordination questions, needs that are not covered, plans on their way.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::draft::{Draft, shown};
use super::super::model::Since;
use super::super::store_facts::SHEET;
use super::super::store_work::{Decision, Need, Plan, Question};
use super::maps;
use crate::features::decisions::{Number, Procedure, State, SubjectKind};
use crate::features::documents::{Cell, Run, Value, cell, date};
use crate::features::{overlaps, plans as plan_words};
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::page::Page;

/// What a sheet holds of a list that was read with one row more.
fn cut<T>(all: &mut Vec<T>) -> bool {
    let most = usize::try_from(SHEET).unwrap_or(usize::MAX);
    let more = all.len() > most;
    all.truncate(most);
    more
}

fn decided_on(d: &Decision) -> Option<PartialDate> {
    let precision = match d.precision.as_str() {
        "year" => Precision::Year,
        "month" => Precision::Month,
        _ => Precision::Day,
    };
    PartialDate::from_parts(d.decided_on?, precision).ok()
}

fn number(d: &Decision) -> Option<Number> {
    Some(Number { year: d.year?, in_year: d.in_year? })
}

/// When it is due, or was decided.
fn when(p: &Page, d: &Decision) -> String {
    let open = matches!(State::parse(&d.state), Some(State::Prepared | State::Open));
    match (open, d.deadline, d.meeting_on) {
        (false, ..) => decided_on(d).map_or_else(|| p.t("not-stated"), |day| p.date(&day)),
        (true, Some(last), _) => p.t1("decision-until", "day", p.day(&last)),
        (true, None, Some(day)) => p.t1("decision-meeting-of", "day", p.day(&day)),
        (true, None, None) => p.t("pack-no-day"),
    }
}

fn state(p: &Page, text: &str) -> String {
    State::parse(text).map_or_else(String::new, |s| p.t(s.label()))
}

fn of_kind(p: &Page, text: &str) -> String {
    SubjectKind::parse(text).map_or_else(String::new, |k| p.t(k.label()))
}

/// The state, and of a decision whose text went back that it did.
fn standing(p: &Page, x: &Decision) -> String {
    let state = state(p, &x.state);
    if x.text_back { format!("{state}; {}", p.t("decision-text-back")) } else { state }
}

const DECISION_COLUMNS: &[(&str, u16)] = &[
    ("decision-one", 60),
    ("decision-field-subject_label", 50),
    ("decision-field-subject_kind", 20),
    ("decision-field-state", 18),
    ("decision-field-procedure", 20),
    ("decision-field-deadline", 14),
    ("decision-field-meeting_on", 14),
    ("decision-field-decided_on", 14),
    ("decision-field-number", 12),
    ("pack-column-address", 40),
];

/// Decisions that are due or open, and those since. How a party has voted or what it has stated stands with the decision.
pub fn decisions(d: &mut Draft, mut all: Vec<Decision>, since: &Since) {
    let p = d.p;
    d.section("pack-decisions");
    let more = cut(&mut all);
    if all.is_empty() {
        d.say(p.t1("pack-decisions-none", "day", p.day_of(&since.at)));
    } else {
        let heads = [
            ("decision-one", 6, false),
            ("decision-field-subject_kind", 2, false),
            ("decision-field-state", 2, false),
            ("pack-column-when", 3, false),
        ];
        let mut table = d.table("pack-decisions", &heads);
        for x in all.iter().take(shown(all.len())) {
            let mut runs = vec![Run::link(&x.title, d.link(&format!("/decisions/{}", x.id)))];
            if let Some(number) = number(x) {
                runs.push(Run::plain(format!("\n{number}")));
            }
            let cells = vec![
                Cell::runs(runs),
                Cell::text(of_kind(p, &x.subject_kind)),
                Cell::text(standing(p, x)),
                Cell::text(when(p, x)),
            ];
            table.row(cells);
        }
        d.put(table);
        let link = d.link("/decisions");
        d.more(all.len(), &link);
    }
    let rows = all
        .iter()
        .map(|x| {
            let procedure = x.procedure.as_deref().and_then(Procedure::parse);
            vec![
                cell(&x.title),
                cell(&x.subject_label),
                Value::Text(of_kind(p, &x.subject_kind)),
                Value::Text(standing(p, x)),
                procedure.map_or(Value::Empty, |k| Value::Text(p.t(k.label()))),
                x.deadline.map_or(Value::Empty, Value::Date),
                x.meeting_on.map_or(Value::Empty, Value::Date),
                date(decided_on(x)),
                number(x).map_or(Value::Empty, |n| Value::Text(n.to_string())),
                Value::Text(d.link(&format!("/decisions/{}", x.id))),
            ]
        })
        .collect();
    d.sheet("pack-decisions", DECISION_COLUMNS, rows, more);
}

fn titles(p: &Page, q: &Question) -> Vec<String> {
    q.titles.iter().map(|t| t.clone().unwrap_or_else(|| p.t("pack-question-hidden"))).collect()
}

fn question_kind(p: &Page, q: &Question) -> String {
    let kind = q.kind.as_deref().and_then(overlaps::Kind::parse);
    // what the finder says is possible, never a verdict
    kind.map_or_else(|| p.t("pack-question-kind-hidden"), |k| p.t(&format!("{}-possible", k.label())))
}

fn likelihood(p: &Page, q: &Question) -> String {
    q.likelihood.map_or_else(String::new, |n| p.locale.percent(Decimal::new(n, 2)))
}

/// Where it stands, and what was decided.
fn question_state(p: &Page, q: &Question) -> String {
    let state = p.t(&format!("overlap-state-{}", q.state));
    match q.decision.as_deref().filter(|_| !q.is_open()) {
        Some(decision) => format!("{state}: {}", p.t(&format!("overlap-decision-{}", decision.replace('_', "-")))),
        None if q.escalated => format!("{state}, {}", p.t("pack-question-escalated")),
        None => state,
    }
}

const QUESTION_COLUMNS: &[(&str, u16)] = &[
    ("pack-column-question", 80),
    ("pack-column-kind", 20),
    ("overlap-column-likelihood", 12),
    ("pack-column-state", 30),
    ("pack-column-opened", 14),
    ("pack-column-due", 14),
    ("pack-column-address", 40),
];

/// Coordination questions that are open, and those that were decided since.
pub fn questions(d: &mut Draft, all: Option<Vec<Question>>, since: &Since) {
    let p = d.p;
    d.section("pack-questions");
    let Some(mut all) = all else {
        d.say(p.t("pack-questions-left-out"));
        return;
    };
    let more = cut(&mut all);
    if !all.iter().any(Question::is_open) {
        let kind = d.subject.kind().as_str();
        d.say(p.t(&format!("pack-questions-none-{kind}")));
    }
    let groups: [(&str, Vec<&Question>); 2] = [
        ("pack-questions-open", all.iter().filter(|q| q.is_open()).collect()),
        ("pack-questions-decided", all.iter().filter(|q| !q.is_open()).collect()),
    ];
    for (caption, group) in groups.into_iter().filter(|(_, group)| !group.is_empty()) {
        let heads = [
            ("pack-column-question", 6, false),
            ("pack-column-kind", 2, false),
            ("overlap-column-likelihood", 2, true),
            ("pack-column-state", 3, false),
            ("pack-column-due", 2, false),
        ];
        d.sub(caption);
        let mut table = d.table(caption, &heads);
        for q in group.iter().take(shown(group.len())) {
            let title = titles(p, q).join("\n");
            let due = q.due.map_or_else(|| p.t("pack-no-day"), |day| p.day(&day));
            let cells = vec![
                Cell::runs(vec![Run::link(title, d.link(&format!("/overlaps/{}", q.id)))]),
                Cell::text(question_kind(p, q)),
                Cell::text(likelihood(p, q)),
                Cell::text(question_state(p, q)),
                Cell::text(due),
            ];
            table.row(cells);
        }
        d.put(table);
        let link = d.narrowed("/overlaps", &["pillar"]);
        d.more(group.len(), &link);
    }
    if all.iter().any(|q| !q.is_open()) {
        d.document.small(p.t1("pack-questions-since", "day", p.day_of(&since.at)));
    }
    let rows = all
        .iter()
        .map(|q| {
            vec![
                cell(&titles(p, q).join(" / ")),
                Value::Text(question_kind(p, q)),
                q.likelihood.map_or(Value::Empty, |n| Value::Number(Decimal::new(n, 2))),
                Value::Text(question_state(p, q)),
                Value::Date(q.opened_at.date_naive()),
                q.due.map_or(Value::Empty, Value::Date),
                Value::Text(d.link(&format!("/overlaps/{}", q.id))),
            ]
        })
        .collect();
    d.sheet("pack-questions", QUESTION_COLUMNS, rows, more);
}

fn coverage(p: &Page, n: &Need) -> String {
    n.coverage.map_or_else(|| p.t("coverage-unjudged"), |c| p.t(c.label()))
}

const NEED_COLUMNS: &[(&str, u16)] = &[
    ("pack-column-need", 60),
    ("pack-column-beneficiary", 26),
    ("pack-column-coverage", 18),
    ("pack-column-priority", 14),
    ("pack-column-by-when", 14),
    ("pack-column-measure", 50),
    ("pack-column-pillars", 12),
    ("pack-column-theme", 30),
    ("pack-column-responses", 12),
    ("pack-column-address", 40),
];

/// Needs that are not covered, partly covered, or not judged yet. Answers whether a map shows where they are.
pub fn needs(d: &mut Draft, mut all: Vec<Need>) -> bool {
    let p = d.p;
    d.section("pack-needs");
    let more = cut(&mut all);
    let mut mapped = false;
    if all.is_empty() {
        d.say(p.t("pack-needs-none"));
    } else {
        d.say(p.tn("pack-needs-n", all.len()));
        // of a list that was cut the map would tell too little
        mapped = !more && maps::needs(d, &all);
        let heads = [
            ("pack-column-need", 6, false),
            ("pack-column-beneficiary", 3, false),
            ("pack-column-coverage", 3, false),
            ("pack-column-priority", 2, false),
            ("pack-column-responses", 2, true),
        ];
        let mut table = d.table("pack-needs", &heads);
        for n in all.iter().take(shown(all.len())) {
            let priority = n.priority.map_or_else(|| p.t("not-stated"), |x| p.t(x.label()));
            let cells = vec![
                Cell::runs(vec![Run::link(&n.title, d.link(&format!("/needs/{}", n.id)))]),
                Cell::text(p.beneficiary_name(&n.beneficiary)),
                Cell::text(coverage(p, n)),
                Cell::text(priority),
                Cell::text(p.number(n.responses)),
            ];
            table.row(cells);
        }
        d.put(table);
        let link = d.narrowed("/needs", &["pillar", "beneficiary"]);
        d.more(all.len(), &link);
    }
    let rows = all
        .iter()
        .map(|n| {
            vec![
                cell(&n.title),
                Value::Text(p.beneficiary_name(&n.beneficiary)),
                Value::Text(coverage(p, n)),
                n.priority.map_or(Value::Empty, |x| Value::Text(p.t(x.label()))),
                date(n.by_when),
                cell(n.measure.as_deref().unwrap_or_default()),
                cell(n.pillar.as_deref().unwrap_or_default()),
                cell(n.theme.as_deref().unwrap_or_default()),
                Value::Number(n.responses.into()),
                Value::Text(d.link(&format!("/needs/{}", n.id))),
            ]
        })
        .collect();
    d.sheet("pack-sheet-needs", NEED_COLUMNS, rows, more);
    mapped
}

/// What comes next for a plan, where a day is known.
fn next(p: &Page, x: &Plan) -> String {
    let said = |key: &str, day: Option<NaiveDate>| day.map(|d| p.t1(key, "day", p.day(&d)));
    let state = plan_words::State::parse(&x.state);
    let known = match state {
        Some(plan_words::State::Consultation) => said("pack-plan-answers", x.deadline),
        Some(plan_words::State::Adopted) => {
            said("pack-plan-force", x.in_force_on).or_else(|| said("pack-plan-adopted", x.adopted_on))
        }
        Some(plan_words::State::InForce) => said("pack-plan-closes", x.closes_on),
        _ => None,
    };
    known.unwrap_or_else(|| p.t("pack-no-day"))
}

fn years(p: &Page, x: &Plan) -> String {
    match (x.first_year, x.last_year) {
        (Some(first), Some(last)) => format!("{first}–{last}"),
        (Some(year), None) | (None, Some(year)) => year.to_string(),
        (None, None) => p.t("not-stated"),
    }
}

fn plan_state(p: &Page, x: &Plan) -> String {
    plan_words::State::parse(&x.state).map_or_else(String::new, |s| p.t(s.label()))
}

const PLAN_COLUMNS: &[(&str, u16)] = &[
    ("plan-plan", 60),
    ("pack-column-pillars", 12),
    ("plan-period", 14),
    ("plan-state", 24),
    ("pack-column-next", 34),
    ("pack-column-measures", 12),
    ("pack-column-served", 16),
    ("pack-column-address", 40),
];

/// Plans that are not past, and where each stands.
pub fn plans(d: &mut Draft, all: &[Plan]) {
    let p = d.p;
    d.section("pack-plans");
    if all.is_empty() {
        d.say(p.t("pack-plans-none"));
    } else {
        let heads = [
            ("plan-plan", 5, false),
            ("plan-period", 2, false),
            ("plan-state", 3, false),
            ("pack-column-next", 3, false),
            ("pack-column-served-of", 2, true),
        ];
        let mut table = d.table("pack-plans", &heads);
        for x in all.iter().take(shown(all.len())) {
            let served = p.t2("pack-served", "served", p.number(x.served), "measures", p.number(x.measures));
            let cells = vec![
                Cell::runs(vec![Run::link(&x.title, d.link(&format!("/plans/{}", x.id)))]),
                Cell::text(years(p, x)),
                Cell::text(plan_state(p, x)),
                Cell::text(next(p, x)),
                Cell::text(if x.measures == 0 { p.t("pack-no-measures") } else { served }),
            ];
            table.row(cells);
        }
        d.put(table);
        let link = d.link("/plans");
        d.more(all.len(), &link);
    }
    let rows = all
        .iter()
        .map(|x| {
            vec![
                cell(&x.title),
                cell(x.pillar.as_deref().unwrap_or_default()),
                Value::Text(years(p, x)),
                Value::Text(plan_state(p, x)),
                Value::Text(next(p, x)),
                Value::Number(x.measures.into()),
                Value::Number(x.served.into()),
                Value::Text(d.link(&format!("/plans/{}", x.id))),
            ]
        })
        .collect();
    d.sheet("pack-sheet-plans", PLAN_COLUMNS, rows, false);
}
