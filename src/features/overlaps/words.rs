//! What the finder says, in words a diplomat accepts: possible, never a verdict.

use super::engine::is_plain;
use super::model::{Band, Kind, Reason};
use crate::features::codes;
use crate::kernel::page::Page;

/// What a phrase speaks of.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Nothing,
    Words,
    Number,
}

/// The reasons there are, by the ends of their Fluent keys.
const KNOWN: [(&str, Of); 25] = [
    ("title-same", Of::Nothing),
    ("title-alike", Of::Number),
    ("words-shared", Of::Words),
    ("words-differ", Of::Nothing),
    ("beneficiaries", Of::Words),
    ("beneficiaries-differ", Of::Nothing),
    ("excluded", Of::Words),
    ("pillars", Of::Words),
    ("themes", Of::Number),
    ("sectors", Of::Words),
    ("sectors-differ", Of::Nothing),
    ("organisations", Of::Words),
    ("organisations-differ", Of::Nothing),
    ("months-together", Of::Number),
    ("same-period", Of::Nothing),
    ("months-apart", Of::Number),
    ("phases", Of::Words),
    ("identifier-named", Of::Words),
    ("identifier-shared", Of::Words),
    ("parent", Of::Nothing),
    ("same-parent", Of::Nothing),
    ("amounts-equal", Of::Nothing),
    ("amounts-near", Of::Nothing),
    ("amounts-differ", Of::Nothing),
    ("acronym", Of::Words),
];

/// A reason as one phrase; `None` where there is nothing to name, or an older version kept a kind of reason that there is no
/// more.
pub fn reason(p: &Page, reason: &Reason) -> Option<String> {
    let (_, of) = KNOWN.iter().find(|(key, _)| *key == reason.key)?;
    let key = format!("overlap-why-{}", reason.key);
    match of {
        Of::Nothing => Some(p.t(&key)),
        Of::Number => Some(p.tn(&key, reason.n?)),
        Of::Words => {
            let words = match reason.key.as_str() {
                "beneficiaries" | "excluded" => names(p, &reason.words).join(", "),
                "sectors" => reason.words.iter().map(|code| purpose(code)).collect::<Vec<_>>().join(", "),
                // of a question that was opened when every word was named, those that say nothing are kept as well
                "words-shared" => {
                    let telling = reason.words.iter().filter(|word| !is_plain(word));
                    telling.map(|w| format!("“{w}”")).collect::<Vec<_>>().join(", ")
                }
                "phases" => reason.words.join(" → "),
                _ => reason.words.join(", "),
            };
            (!words.is_empty()).then(|| p.t1(&key, "words", words))
        }
    }
}

/// The phrases that speak for it, the weightiest first; then those against.
pub fn reasons(p: &Page, all: &[Reason]) -> (Vec<String>, Vec<String>) {
    let side = |positive: bool| {
        all.iter().filter(|r| (r.weight > 0.0) == positive).filter_map(|r| reason(p, r)).collect::<Vec<_>>()
    };
    (side(true), side(false))
}

/// What a purpose code means; a code that was withdrawn since has no name.
fn purpose(code: &str) -> &str {
    codes::purpose(code).map_or(code, |c| c.name)
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
    let (kind, likely) = (p.t(&format!("{}-possible", kind.label())), likely(p, likelihood));
    match p.own_word("overlap-column-likelihood") {
        Some(word) => p.t3("overlap-judged-own", ("kind", kind), ("word", word), ("likely", likely)),
        None => p.t2("overlap-judged", "kind", kind, "likely", likely),
    }
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

#[cfg(test)]
mod tests {
    use super::purpose;

    #[test]
    fn a_purpose_is_named_and_not_numbered() {
        assert_eq!(purpose("15130"), "Legal and judicial development");
        assert_eq!(purpose("99999x"), "99999x");
    }
}
