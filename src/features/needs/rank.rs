//! Which actions could answer a need, and which needs an action could answer: what the overlap finder finds alike of what they
//! are about, and what stands under the same measure of a plan. An action that is not for the need's beneficiary does not
//! answer it.

use chrono::NaiveDate;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Need, State};
use super::store_rank::{self, Beside, Candidate};
use crate::features::overlaps::{self, Found, engine};
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::page::Page;
use crate::kernel::state::App;

/// Suggestions that a page shows.
const MOST: usize = 8;
/// What it adds to a likelihood that both stand under the same measure of a plan: people have put them there.
const SAME_MEASURE: f32 = 0.3;

/// From this likelihood on an action works on what a need asks for; what is less has a word or a theme in common.
const AT_WORK: f32 = 0.12;

/// What a need says, as the finder is told of it.
pub fn subject(
    titles: [&str; 2],
    texts: [&str; 3],
    beneficiary: &str,
    pillar: Option<&str>,
    theme: Option<Uuid>,
) -> engine::Subject {
    let stated = |texts: &[&str]| texts.iter().filter(|t| !t.trim().is_empty()).map(|t| (*t).to_owned()).collect();
    engine::Subject {
        titles: stated(&titles),
        texts: stated(&texts),
        beneficiaries: stated(&[beneficiary]),
        pillars: stated(pillar.as_slice()),
        themes: theme.iter().map(Uuid::to_string).collect(),
        ..engine::Subject::default()
    }
}

/// An action that could answer a need, or a need that an action could answer.
#[derive(Debug, Clone)]
pub struct Suggested {
    pub id: Uuid,
    pub title: String,
    /// Donors of the action, or the beneficiary of the need.
    pub of: String,
    pub same_measure: bool,
    /// What the finder says of the two; none where nothing of what they are about is alike.
    pub found: Option<Found>,
}

impl Suggested {
    /// What is alike, in the reader's words.
    pub fn why(&self, p: &Page) -> String {
        let measure = self.same_measure.then(|| p.t("need-alike-measure"));
        let alike = self.found.as_ref().map(|found| overlaps::why(p, found)).filter(|why| !why.is_empty());
        measure.into_iter().chain(alike).collect::<Vec<_>>().join("; ")
    }

    fn rank(&self) -> f32 {
        let alike = self.found.as_ref().map_or(0.0, |found| found.likelihood);
        alike + if self.same_measure { SAME_MEASURE } else { 0.0 }
    }
}

/// The best of them, the best first. What has neither a measure nor anything of its purpose in common is none.
fn best(found: impl Iterator<Item = (Candidate, Option<Found>)>) -> Vec<Suggested> {
    let mut ranked: Vec<Suggested> = found
        .map(|(c, found)| Suggested { id: c.id, title: c.title, of: c.of, same_measure: c.same_measure, found })
        .filter(|s| s.same_measure || s.found.is_some())
        .collect();
    ranked.sort_by(|a, b| b.rank().total_cmp(&a.rank()).then_with(|| a.title.cmp(&b.title)));
    ranked.truncate(MOST);
    ranked
}

/// Who could answer a need.
#[derive(Debug, Clone, Default)]
pub struct Answering {
    pub suggested: Vec<Suggested>,
    /// Donors who work on such things, for whichever beneficiaries, in alphabetical order.
    pub donors: Vec<String>,
}

/// Donors of what works on the same.
fn at_work(all: &[(Candidate, Option<Found>)]) -> Vec<String> {
    let same = |(c, found): &&(Candidate, Option<Found>)| {
        c.same_measure || found.as_ref().is_some_and(|found| found.likelihood >= AT_WORK)
    };
    let mut donors: Vec<String> = all.iter().filter(same).flat_map(|(c, _)| c.donors.iter().cloned()).collect();
    donors.sort_by_cached_key(|name| (fold(name), name.clone()));
    donors.dedup();
    donors
}

/// Which actions could answer a need: those the reader sees that are for its beneficiary, not over, and do not answer it yet. And which
/// donors work on such things.
///
/// # Errors
/// The database's own.
pub async fn actions_for(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    need: &Need,
    today: NaiveDate,
) -> Result<Answering, Problem> {
    if need.state != State::Submitted {
        return Ok(Answering::default());
    }
    let beneficiary = p.frame().and_then(|f| f.beneficiaries.iter().find(|b| b.id == need.beneficiary));
    let theme = need.theme.as_ref();
    let asked = subject(
        [&need.title, &need.own_title],
        [&need.body, &need.own_body, theme.map_or("", |t| &t.name)],
        beneficiary.map_or("", |b| &b.code),
        need.measure.as_ref().and_then(|m| m.pillar_key.as_deref()),
        theme.map(|t| t.id.0),
    );
    let near = overlaps::nearest(app, tx, asked, None).await?.unwrap_or_default();
    let ids: Vec<Uuid> = near.iter().map(|n| Uuid::from_u128(n.id)).collect();
    let candidates = store_rank::actions(tx, need.id, &ids, today).await?;
    let mut alike: HashMap<Uuid, Found> =
        near.iter().map(|n| (Uuid::from_u128(n.id), Found::from(&n.assessment))).collect();
    let pair = |c: Candidate| {
        let found = alike.remove(&c.id);
        (c, found)
    };
    let all: Vec<(Candidate, Option<Found>)> = candidates.into_iter().map(pair).collect();
    let donors = at_work(&all);
    Ok(Answering { suggested: best(all.into_iter().filter(|(c, _)| c.serves)), donors })
}

/// Which needs an action could answer: submitted ones of its beneficiaries, in the cycles that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn needs_for(app: &App, tx: &mut ProcessTx, about: &Beside) -> Result<Vec<Suggested>, Problem> {
    let (candidates, subjects): (Vec<_>, Vec<_>) = store_rank::needs(tx, about.id).await?.into_iter().unzip();
    let Some((_, action)) = overlaps::subjects_of(tx, &[about.id.0]).await?.pop() else { return Ok(Vec::new()) };
    let none = vec![None; candidates.len()];
    let found = overlaps::held_against(app, tx, action, subjects).await?.unwrap_or(none);
    Ok(best(candidates.into_iter().zip(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(title: &str, same_measure: bool) -> Candidate {
        let (title, donors) = (title.to_owned(), vec!["Norland".to_owned()]);
        Candidate { id: Uuid::nil(), title, of: String::new(), same_measure, serves: true, donors }
    }

    fn found(likelihood: f32) -> Option<Found> {
        Some(Found { kind: overlaps::Kind::Overlap, likelihood, reasons: Vec::new() })
    }

    #[test]
    fn what_is_more_alike_comes_first_and_the_measure_counts() {
        let all = [
            (candidate("nothing alike", false), None),
            (candidate("same measure alone", true), None),
            (candidate("alike", false), found(0.5)),
            (candidate("alike and same measure", true), found(0.5)),
            (candidate("hardly alike", false), found(0.1)),
        ];
        let titles: Vec<String> = best(all.into_iter()).into_iter().map(|s| s.title).collect();
        assert_eq!(titles, ["alike and same measure", "alike", "same measure alone", "hardly alike"]);
    }

    #[test]
    fn donors_of_what_works_on_the_same_stand_once_in_their_order() {
        let of = |donors: &[&str], candidate: Candidate| Candidate {
            donors: donors.iter().map(|d| (*d).to_owned()).collect(),
            serves: false,
            ..candidate
        };
        let all = [
            (of(&["Westmark", "Norland"], candidate("alike, for others", false)), found(0.5)),
            (of(&["Åland", "Norland"], candidate("same measure alone", true)), None),
            (of(&["Southmere"], candidate("hardly alike", false)), found(0.07)),
        ];
        assert_eq!(at_work(&all), ["Åland", "Norland", "Westmark"]);
    }

    #[test]
    fn what_is_not_stated_is_not_told_to_the_finder() {
        let told = subject(["Forensic laboratory", ""], ["", " ", ""], "AL", None, None);
        assert_eq!(told.titles, ["Forensic laboratory"]);
        assert!(told.texts.is_empty() && told.pillars.is_empty() && told.themes.is_empty());
    }
}
