//! What the finder says, in words a diplomat accepts: possible, never a verdict.

use super::model::{Band, Kind, Reason};
use crate::kernel::page::Page;

/// A reason as one phrase; `None` where an older version kept a kind of reason that there is no more.
pub fn reason(p: &Page, reason: &Reason) -> Option<String> {
    let key = format!("overlap-why-{}", reason.key);
    if !crate::kernel::i18n::has(&key) {
        return None;
    }
    let words = match reason.key.as_str() {
        "beneficiaries" | "excluded" => names(p, &reason.words).join(", "),
        "words-shared" => reason.words.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join(", "),
        "phases" => reason.words.join(" → "),
        _ => reason.words.join(", "),
    };
    Some(match (reason.n, words.is_empty()) {
        (Some(n), _) => p.tn(&key, n),
        (None, false) => p.t1(&key, "words", words),
        (None, true) => p.t(&key),
    })
}

/// The phrases that speak for it, the weightiest first; then those against.
pub fn reasons(p: &Page, all: &[Reason]) -> (Vec<String>, Vec<String>) {
    let side = |positive: bool| {
        all.iter().filter(|r| (r.weight > 0.0) == positive).filter_map(|r| reason(p, r)).collect::<Vec<_>>()
    };
    (side(true), side(false))
}

/// Names of beneficiaries with their asterisks, in the order of the process.
fn names(p: &Page, codes: &[String]) -> Vec<String> {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let known = all.iter().filter(|b| codes.contains(&b.code)).map(|b| b.name.clone());
    let unknown = codes.iter().filter(|c| !all.iter().any(|b| b.code == **c)).cloned();
    known.chain(unknown).collect()
}

/// "possibly the same action", with how likely in words and figures.
pub fn judged(p: &Page, kind: Kind, likelihood: f32) -> String {
    p.t2("overlap-judged", "kind", p.t(&format!("{}-possible", kind.label())), "likely", likely(p, likelihood))
}

/// "likely (87 %)": the figure as the reader writes it, in whole percent and never 100.
pub fn likely(p: &Page, likelihood: f32) -> String {
    p.t2("overlap-likely", "word", p.t(Band::of(likelihood).label()), "percent", percent(p, likelihood))
}

pub fn percent(p: &Page, likelihood: f32) -> String {
    // whole percent between 1 and 99: what the finder says is never certain
    let whole = (f64::from(likelihood) * 100.0).round().clamp(1.0, 99.0) as i64;
    p.locale.percent(rust_decimal::Decimal::new(whole, 2))
}
