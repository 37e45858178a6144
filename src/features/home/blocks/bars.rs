//! Bars beside their numbers, by what actions are told apart by.

use uuid::Uuid;

use super::super::figures::Figures;
use super::super::links::Narrow;
use super::{Bar, Bars, Block};
use crate::features::actions::Status;
use crate::kernel::page::Page;

/// Widths in percent of the largest.
fn bars(p: &Page, rows: Vec<(String, String, String, i64, bool)>) -> Vec<Bar> {
    let most = rows.iter().map(|r| r.3).max().unwrap_or(0).max(1);
    rows.into_iter()
        .map(|(name, class, link, n, none)| Bar { name, class, link, n: p.number(n), width: n * 100 / most, none })
        .collect()
}

/// By pillar, in the order of the process.
pub fn by_pillar(p: &Page, f: &Figures, within: Uuid, narrow: &Narrow, title: String) -> Block {
    let mut rows = Vec::new();
    for (i, pillar) in p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default().iter().enumerate() {
        let key = pillar.id.to_string();
        let link = narrow.clone().pillar(p, &key).map(|n| n.link(p)).unwrap_or_default();
        rows.push((pillar.key.clone(), format!("p{}", i + 1), link, f.of(within, "pillar", &key), false));
    }
    let none = f.of(within, "pillar", "");
    if none > 0 {
        let link = narrow.clone().pillar(p, "").map(|n| n.link(p)).unwrap_or_default();
        rows.push((p.t("not-stated"), String::new(), link, none, true));
    }
    Block::Bars(Bars {
        title,
        more: None,
        head: p.t("home-pillar"),
        rule: p.t("home-rule-pillar"),
        rows: bars(p, rows),
        folded: Vec::new(),
        empty: p.t("home-none-yet"),
    })
}

/// By beneficiary, in the order of the process.
pub fn by_beneficiary(p: &Page, f: &Figures, within: Uuid, narrow: &Narrow, title: String) -> Block {
    let mut rows = Vec::new();
    for beneficiary in p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default() {
        let key = beneficiary.id.to_string();
        let link = narrow.clone().beneficiary(p, &key).map(|n| n.link(p)).unwrap_or_default();
        rows.push((beneficiary.name.clone(), String::new(), link, f.of(within, "beneficiary", &key), false));
    }
    let none = f.of(within, "beneficiary", "");
    if none > 0 {
        let link = narrow.clone().beneficiary(p, "").map(|n| n.link(p)).unwrap_or_default();
        rows.push((p.t("not-stated"), String::new(), link, none, true));
    }
    Block::Bars(Bars {
        title,
        more: None,
        head: p.t("home-beneficiary"),
        rule: p.t("home-rule-beneficiary"),
        rows: bars(p, rows),
        folded: Vec::new(),
        empty: p.t("home-none-yet"),
    })
}

/// By status, as it is stated.
pub fn by_status(
    p: &Page,
    n: impl Fn(&str) -> i64,
    narrow: &Narrow,
    title: String,
    more: Option<(String, String)>,
) -> Block {
    let mut rows: Vec<(String, String, String, i64, bool)> = Status::ALL
        .iter()
        .map(|s| (p.t(s.label()), String::new(), narrow.clone().status(s.as_str()).link(p), n(s.as_str()), false))
        .collect();
    rows.push((p.t("not-stated"), String::new(), narrow.clone().status("").link(p), n(""), true));
    rows.retain(|r| r.3 > 0);
    Block::Bars(Bars {
        title,
        more,
        head: p.t("home-status"),
        rule: String::new(),
        rows: bars(p, rows),
        folded: Vec::new(),
        empty: p.t("home-none-yet"),
    })
}

/// By organisation in alphabetical order: there is no ranking.
pub fn by_organisation(
    p: &Page,
    f: &Figures,
    within: Uuid,
    dimension: &str,
    title: String,
    link: impl Fn(&str) -> String,
) -> Block {
    const SHOWN: usize = 12;
    let mut rows: Vec<_> = f
        .organisations(within, dimension)
        .into_iter()
        .map(|(id, name, n)| (name.to_owned(), String::new(), link(id), n, false))
        .collect();
    let none = f.of(within, dimension, "");
    if none > 0 {
        rows.push((p.t("not-stated"), String::new(), link(""), none, true));
    }
    let mut rows = bars(p, rows);
    let folded = if rows.len() > SHOWN + 3 { rows.split_off(SHOWN) } else { Vec::new() };
    Block::Bars(Bars {
        title,
        more: None,
        head: p.t("home-organisation"),
        rule: p.t("home-rule-organisation"),
        rows,
        folded,
        empty: p.t("home-none-yet"),
    })
}
