//! Where the actions stand: by state, what began and ended, what awaits an update, what ends ahead.

use super::super::draft::{ACTION_COLUMNS, Draft, Head, shown};
use super::super::store_facts::{Action, Counts, Days, Reported, SHEET};
use crate::features::documents::{Block, Cell, Row};
use crate::features::pictures::{Runs, times};
use crate::features::rounds::Health;
use crate::kernel::page::Page;

/// What this part is made of.
pub struct Now<'a> {
    pub counts: &'a Counts,
    pub days: &'a Days,
    pub began: &'a [Action],
    pub ended: &'a [Action],
    pub stale: &'a [Action],
}

/// How many there are, which a count says; there are never fewer than none.
fn n(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

const HEADS: [Head; 4] = [
    ("pack-column-action", 5, false),
    ("pack-column-donors", 3, false),
    ("pack-column-beneficiaries", 3, false),
    ("pack-column-period", 3, false),
];
const STALE: [Head; 4] = [
    ("pack-column-action", 7, false),
    ("pack-column-keeper", 3, false),
    ("pack-column-status", 2, false),
    ("pack-column-confirmed", 3, false),
];

pub fn write(d: &mut Draft, now: &Now) {
    let p = d.p;
    d.section("pack-state");
    if now.counts.all == 0 {
        d.say(p.t("pack-state-none"));
        return;
    }
    let since = p.day_of(&now.days.since);
    d.say(format!(
        "{} {} {} {}",
        p.tn("pack-state-all", now.counts.all),
        p.tn1("pack-state-began", now.counts.began, "day", &since),
        p.tn1("pack-state-ended", now.counts.ended, "day", &since),
        match p.own_word("envelope-awaits") {
            Some(word) => p.t2("pack-state-stale-own", "word", word, "count", p.number(now.counts.stale)),
            None => p.tn("pack-state-stale", now.counts.stale),
        },
    ));
    let mut table = d.table("pack-state-table", &[("pack-column-status", 6, false), ("pack-column-actions", 2, true)]);
    for (status, count) in &now.counts.statuses {
        let name = status.map_or_else(|| p.t("not-stated"), |s| p.t(s.label()));
        table.row(vec![Cell::text(name), Cell::text(p.number(count))]);
    }
    let whole = vec![Cell::text(p.t("pack-all")), Cell::text(p.number(now.counts.all))];
    table.rows.push(Row { cells: whole, strong: true });
    d.put(table);

    let (from, to) = (now.days.since.date_naive(), now.days.today);
    let link = d.actions(&[("starts_from", from.to_string()), ("starts_to", to.to_string())]);
    listed(d, "pack-began", "pack-began-none", now.began, now.counts.began, &link);
    let link = d.actions(&[("ends_from", from.to_string()), ("ends_to", to.to_string())]);
    listed(d, "pack-ended", "pack-ended-none", now.ended, now.counts.ended, &link);

    let stale = p.own_word("envelope-awaits").unwrap_or_else(|| p.t("pack-stale"));
    d.document.heading(2, stale.clone());
    if now.stale.is_empty() {
        d.say(p.t("pack-stale-none"));
        return;
    }
    let mut table = d.table("pack-stale", &STALE);
    table.caption = stale;
    for a in now.stale.iter().take(shown(n(now.counts.stale))) {
        let confirmed = a.confirmed_at.as_ref().map_or_else(|| p.t("pack-never-confirmed"), |at| p.day_of(at));
        let cells = vec![d.action_cell(a), Cell::text(&a.keeper), Cell::text(d.status(a)), Cell::text(confirmed)];
        table.row(cells);
    }
    d.put(table);
    let link = d.actions(&[("fresh", "stale".to_owned())]);
    d.more(n(now.counts.stale), &link);
}

const REPORTED: [Head; 3] =
    [("pack-column-action", 6, false), ("pack-column-stands", 3, false), ("pack-column-reported", 4, false)];

/// What was reported in rounds: how many actions stand how, in their reporters' word, and those that are at risk or later than planned.
pub fn reported(d: &mut Draft, all: &[Reported]) {
    let p = d.p;
    d.sub("pack-reported");
    if all.is_empty() {
        d.say(p.t("pack-reported-none"));
        return;
    }
    d.say(p.tn("pack-reported-all", all.len()));
    let mut table = d.table("pack-reported", &[("pack-column-stands", 6, false), ("pack-column-actions", 2, true)]);
    for health in Health::ALL {
        let n = all.iter().filter(|r| r.health == Some(*health)).count();
        table.row(vec![Cell::text(p.t(health.label())), Cell::text(p.number(n))]);
    }
    d.put(table);
    let held: Vec<&Reported> = all.iter().filter(|r| matches!(r.health, Some(Health::AtRisk | Health::Late))).collect();
    if held.is_empty() {
        return;
    }
    let mut table = d.table("pack-reported-held", &REPORTED);
    for r in held.iter().take(shown(held.len())) {
        table.row(vec![
            d.named_action(r.action, &r.title, r.handling),
            Cell::text(r.health.map_or_else(String::new, |h| p.t(h.label()))),
            Cell::text(p.t2("pack-reported-in", "day", p.day_of(&r.at), "round", &r.round)),
        ]);
    }
    d.put(table);
    let link = d.link("/pictures/plans?by=progress");
    d.more(held.len(), &link);
}

/// A list of actions with its heading, or that there is none.
fn listed(d: &mut Draft, title: &str, none: &str, actions: &[Action], all: i64, link: &str) {
    d.sub(title);
    if actions.is_empty() {
        d.say(d.p.t(none));
        return;
    }
    rows(d, title, actions, all, link);
}

fn rows(d: &mut Draft, title: &str, actions: &[Action], all: i64, link: &str) {
    let mut table = d.table(title, &HEADS);
    for a in actions.iter().take(shown(n(all))) {
        let cells = vec![
            d.action_cell(a),
            Cell::text(d.or_not_stated(a.donors.join(", "))),
            Cell::text(d.or_not_stated(d.p.beneficiary_names(&a.beneficiaries).join(", "))),
            Cell::text(d.period(a)),
        ];
        table.row(cells);
    }
    d.put(table);
    d.more(n(all), link);
}

/// What ends within the next six and twelve months.
pub fn ahead(d: &mut Draft, counts: &Counts, days: &Days, ends: &[Action]) {
    let p = d.p;
    d.section("pack-ahead");
    if ends.is_empty() {
        d.say(p.t("pack-ahead-none"));
        return;
    }
    let half = p.tn1("pack-ahead-half", counts.half, "day", p.day(&days.half));
    let year = p.tn1("pack-ahead-year", counts.year, "day", p.day(&days.year));
    d.say(format!("{half} {year}"));
    let from = days.today.succ_opt().unwrap_or(days.today);
    let link = d.actions(&[("ends_from", from.to_string()), ("ends_to", days.year.to_string())]);
    if let Some(picture) = times(p, p.t("pack-ahead-picture"), running(p, days, ends)) {
        d.document.push(Block::Picture(picture));
    }
    rows(d, "pack-ahead", ends, counts.year, &link);
}

/// What ends within the next six months, and within the twelve.
fn running(p: &Page, days: &Days, ends: &[Action]) -> Vec<Runs> {
    let run = |a: &Action| (a.title.clone(), a.start.map(|d| d.first_day()), a.end.map(|d| d.last_day()));
    let soon = |a: &&Action| a.end.is_some_and(|end| end.last_day() <= days.half);
    let (half, year): (Vec<&Action>, Vec<&Action>) = ends.iter().partition(soon);
    [("pictures-ends-six", half), ("pictures-ends-year", year)]
        .map(|(heading, all)| Runs { heading: p.t(heading), actions: all.into_iter().map(run).collect() })
        .into()
}

/// All actions of the pack, in the workbook.
pub fn sheet(d: &mut Draft, mut all: Vec<Action>) {
    let most = n(SHEET);
    let cut = all.len() > most;
    all.truncate(most);
    let rows = all.iter().map(|a| d.action_row(a)).collect();
    d.sheet("pack-sheet-actions", ACTION_COLUMNS, rows, cut);
}
