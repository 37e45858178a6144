//! Which actions could answer a need, and which needs an action could answer: a first, plain ranking in one place, to be
//! replaced by that of the overlap finder. [`score`] is all of it; the rest reads what it is given.

use chrono::NaiveDate;
use std::collections::BTreeSet;

use super::model::{Need, State};
use super::store_rank::{self, Beside, Candidate};
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold_tokens;
use crate::kernel::ids::ActionId;
use crate::kernel::page::Page;

/// Suggestions that a page shows.
const MOST: usize = 8;
/// Below this a suggestion is a guess.
const LEAST: u32 = 3;
/// Words that say nothing of what a text is about.
const EMPTY: [&str; 22] = [
    "the",
    "and",
    "for",
    "with",
    "from",
    "into",
    "that",
    "this",
    "their",
    "are",
    "its",
    "support",
    "project",
    "programme",
    "western",
    "balkans",
    "example",
    "more",
    "all",
    "not",
    "action",
    "need",
];

/// What of two is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alike {
    pub same_measure: bool,
    pub same_beneficiary: bool,
    pub same_theme: bool,
    pub same_pillar: bool,
    /// Words that both have.
    pub words: Vec<String>,
}

impl Alike {
    /// What is the same, in the reader's words.
    pub fn why(&self, p: &Page) -> String {
        let mut parts = Vec::new();
        if self.same_measure {
            parts.push(p.t("need-alike-measure"));
        }
        if self.same_beneficiary {
            parts.push(p.t("need-alike-beneficiary"));
        }
        if self.same_theme {
            parts.push(p.t("need-alike-theme"));
        } else if self.same_pillar {
            parts.push(p.t("need-alike-pillar"));
        }
        if !self.words.is_empty() {
            parts.push(p.t1("need-alike-words", "words", self.words.join(", ")));
        }
        parts.join("; ")
    }
}

/// How likely the one answers the other. An action that is not for the need's beneficiary does not answer it.
pub fn score(alike: &Alike) -> u32 {
    if !alike.same_beneficiary {
        return 0;
    }
    let words = u32::try_from(alike.words.len().min(4)).unwrap_or(0);
    1 + 6 * u32::from(alike.same_measure) + 3 * u32::from(alike.same_theme) + u32::from(alike.same_pillar) + 2 * words
}

/// The words of a text that say what it is about, as they are compared.
fn meaning(text: &str) -> BTreeSet<String> {
    fold_tokens(text).into_iter().filter(|w| w.chars().count() > 3 && !EMPTY.contains(&w.as_str())).collect()
}

/// An action that could answer a need, or a need that an action could answer.
#[derive(Debug, Clone)]
pub struct Suggested {
    pub id: uuid::Uuid,
    pub title: String,
    /// Donors of the action, or the beneficiary of the need.
    pub of: String,
    pub alike: Alike,
}

/// The best of them, the best first.
fn best(found: Vec<Candidate>, measure: bool, words: &BTreeSet<String>) -> Vec<Suggested> {
    let mut ranked: Vec<(u32, Suggested)> = found
        .into_iter()
        .map(|c| {
            let common: Vec<String> = meaning(&c.words).intersection(words).take(4).cloned().collect();
            let alike = Alike {
                same_measure: measure && c.same_measure,
                same_beneficiary: c.same_beneficiary,
                same_theme: c.same_theme,
                same_pillar: c.same_pillar,
                words: common,
            };
            (score(&alike), Suggested { id: c.id, title: c.title, of: c.of, alike })
        })
        .filter(|(points, _)| *points >= LEAST)
        .collect();
    ranked.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.title.cmp(&y.title)));
    ranked.into_iter().take(MOST).map(|(_, s)| s).collect()
}

/// Which actions could answer a need: those the reader sees that are not over and do not answer it yet.
///
/// # Errors
/// The database's own.
pub async fn actions_for(tx: &mut ProcessTx, need: &Need, today: NaiveDate) -> sqlx::Result<Vec<Suggested>> {
    if need.state != State::Submitted {
        return Ok(Vec::new());
    }
    let words = meaning(&format!("{} {}", need.title, need.body));
    let asked = fold_tokens(&need.title)
        .into_iter()
        .filter(|w| w.chars().count() > 3 && !EMPTY.contains(&w.as_str()))
        .collect::<Vec<_>>();
    let found = store_rank::actions(tx, need.id, &asked.join(" "), today).await?;
    Ok(best(found, true, &words))
}

/// Which needs an action could answer: submitted ones of its beneficiaries, in the cycles that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn needs_for(tx: &mut ProcessTx, action: ActionId, about: &Beside) -> sqlx::Result<Vec<Suggested>> {
    let words = meaning(&format!("{} {}", about.title, about.description));
    let found = store_rank::needs(tx, action).await?;
    Ok(best(found, true, &words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_beneficiary_is_no_answer() {
        let alike = Alike { same_measure: true, same_theme: true, words: vec!["asset".into()], ..Alike::default() };
        assert_eq!(score(&alike), 0);
    }

    fn alike() -> impl Strategy<Value = Alike> {
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), 0usize..6).prop_map(|(m, b, t, l, n)| Alike {
            same_measure: m,
            same_beneficiary: b,
            same_theme: t,
            same_pillar: l,
            words: (0..n).map(|i| format!("word{i}")).collect(),
        })
    }

    proptest! {
        #[test]
        fn what_is_more_alike_is_not_less_likely(a in alike()) {
            let before = score(&a);
            for more in [
                Alike { same_measure: true, ..a.clone() },
                Alike { same_beneficiary: true, ..a.clone() },
                Alike { same_theme: true, ..a.clone() },
                Alike { same_pillar: true, ..a.clone() },
            ] {
                prop_assert!(score(&more) >= before);
            }
            let mut longer = a.clone();
            longer.words.push("other".to_owned());
            prop_assert!(score(&longer) >= before);
        }
    }
}
