//! The brief itself: the idea held against what there is, as far as whoever asks may see it.

use uuid::Uuid;

use super::idea::Idea;
use super::store::{self, Contact, Need};
use crate::features::needs;
use crate::features::overlaps::{self, Row, engine};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::ids::ThemeId;
use crate::kernel::page::Page;
use crate::kernel::state::App;

/// So many actions, and so many needs of each list.
const ACTIONS: usize = 10;
/// So many actions are looked at for how many there are.
const LOOKED_AT: usize = 100;
const NEEDS: usize = 8;
/// From this likelihood on an action is shown as one that may overlap; what is less is near in its subject. An idea states
/// little, so a figure below it would say more of the idea than of the action.
const LIKELY: f32 = 0.12;
/// From this nearness on a need is one that the idea would answer. One word in common and a beneficiary make 0.06; what ideas
/// in the example process truly answer stands at 0.17 and above (docs/overlap.md).
const ANSWERS: f32 = 0.09;

/// What comes of asking.
pub struct Brief {
    /// What was asked about, besides title and words: label and text.
    pub facts: Vec<(String, String)>,
    pub rows: Vec<Row>,
    /// Restricted actions of others that may overlap: how many is not told, only whether there is one.
    pub hidden: Vec<Uuid>,
    /// Needs that the idea would answer, the nearest first.
    pub answers: Vec<Need>,
    /// Other needs of the same beneficiaries that are not or but partly covered.
    pub remain: Vec<Need>,
    pub contacts: Vec<Contact>,
    pub all: All,
    /// The index is still being made: what there is already is not told yet.
    pub making: bool,
    /// Why there are no needs at all to hold the idea against, where there are none: a Fluent key.
    unstated: Option<&'static str>,
}

/// How many there are in all, whatever is shown of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct All {
    pub likely: usize,
    pub answers: usize,
    pub remain: usize,
}

impl Brief {
    /// Actions that may overlap and are not shown.
    pub fn more_likely(&self) -> usize {
        self.all.likely.saturating_sub(self.likely().count())
    }
    pub fn more_answers(&self) -> usize {
        self.all.answers.saturating_sub(self.answers.len())
    }
    pub fn more_remain(&self) -> usize {
        self.all.remain.saturating_sub(self.remain.len())
    }
    /// Why no need stands among those that it would answer.
    pub fn no_answers(&self) -> &'static str {
        self.unstated.unwrap_or("brief-answers-none")
    }
    /// Why no need remains.
    pub fn nothing_remains(&self) -> &'static str {
        self.unstated.unwrap_or("brief-remain-none")
    }
    /// Whom to talk to.
    pub fn named(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.iter().filter(|c| !c.name.is_empty())
    }
    /// Organisations that keep what was found, and of which nobody is known.
    pub fn unnamed(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.iter().filter(|c| c.name.is_empty())
    }
    /// Actions that may overlap, the likeliest first.
    pub fn likely(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|r| r.found.likelihood >= LIKELY)
    }
    /// Actions that have words or a theme in common with the idea, and little more that is known.
    pub fn further(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|r| r.found.likelihood < LIKELY)
    }
}

/// What an idea states besides its title and words.
fn facts(p: &Page, idea: &Idea, themes: &[(ThemeId, String)]) -> Vec<(String, String)> {
    let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let keys: Vec<&str> = pillars.iter().filter(|l| idea.pillars.contains(&l.id)).map(|l| l.key.as_str()).collect();
    let theme = themes.iter().find(|(id, _)| Some(*id) == idea.theme).map(|(_, name)| name.clone());
    let shown = |d: &Option<PartialDate>| d.as_ref().map_or_else(|| p.t("not-stated"), |d| p.date(d));
    let period = (idea.start.is_some() || idea.end.is_some())
        .then(|| p.t2("action-period", "start", shown(&idea.start), "end", shown(&idea.end)));
    let amount = idea.amount.as_ref().map(|(amount, currency)| p.locale.amount(*amount, currency));
    let facts = [
        ("brief-field-beneficiaries", p.beneficiary_names(&idea.beneficiaries).join(", ")),
        ("brief-field-pillars", keys.join(", ")),
        ("brief-field-theme", theme.unwrap_or_default()),
        ("overlap-row-period", period.unwrap_or_default()),
        ("brief-field-amount", amount.unwrap_or_default()),
        ("brief-as-of", p.day(&p.today)),
    ];
    facts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (p.t(label), text)).collect()
}

impl Need {
    fn subject(&self) -> engine::Subject {
        let Self { title, own_title, body, own_body, .. } = self;
        let theme = self.theme_name.as_deref().unwrap_or_default();
        needs::subject(
            [title, own_title],
            [body, own_body, theme],
            &self.beneficiary_code,
            self.pillar.as_deref(),
            self.theme,
        )
    }

    /// Not covered, or partly: somebody is still wanted for it.
    fn is_open(&self) -> bool {
        !matches!(self.coverage.as_deref(), Some("covered" | "more"))
    }
}

/// Makes the brief. Nothing is written.
///
/// # Errors
/// The database's own.
pub async fn make(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    idea: &Idea,
    themes: &[(ThemeId, String)],
) -> Result<Brief, Problem> {
    let needs = store::needs(tx, &idea.beneficiaries).await?;
    let unstated = unstated(&needs, idea.beneficiaries.is_empty());
    let subjects = needs.iter().map(Need::subject).collect();
    let around = overlaps::around(app, tx, idea.subject(p, themes), subjects, LOOKED_AT).await?;
    let making = around.is_none();
    let (rows, hidden, alike) = around.map_or_else(Default::default, |a| (a.rows, a.hidden, a.alike));
    let (rows, likely) = shown(rows);
    let (mut answers, mut remain) = sort(needs, &alike);
    let all = All { likely, answers: answers.len(), remain: remain.len() };
    answers.truncate(NEEDS);
    remain.truncate(NEEDS);
    let actions: Vec<Uuid> = rows.iter().map(|r| r.line.id).collect();
    let pillars: Vec<Uuid> = idea.pillars.iter().map(|l| l.0).collect();
    let beneficiaries: Vec<Uuid> = idea.beneficiaries.iter().map(|b| b.0).collect();
    let contacts = store::contacts(tx, &actions, &pillars, &beneficiaries, p.today).await?;
    Ok(Brief { facts: facts(p, idea, themes), rows, hidden, answers, remain, contacts, all, making, unstated })
}

/// Where no need is stated, that none is near would say too much of the idea.
fn unstated(needs: &[Need], of_all: bool) -> Option<&'static str> {
    needs.is_empty().then_some(if of_all { "brief-needs-none" } else { "brief-needs-none-of-these" })
}

/// Those that are shown, all that may overlap before what is only near; and how many may overlap.
fn shown(rows: Vec<Row>) -> (Vec<Row>, usize) {
    let (mut rows, further): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|r| r.found.likelihood >= LIKELY);
    let likely = rows.len();
    rows.extend(further);
    rows.truncate(ACTIONS);
    (rows, likely)
}

/// Those that the idea would answer, the nearest first; of the others those that are still open.
fn sort(needs: Vec<Need>, alike: &[f32]) -> (Vec<Need>, Vec<Need>) {
    let mut all: Vec<(f32, Need)> =
        needs.into_iter().enumerate().map(|(i, n)| (alike.get(i).copied().unwrap_or_default(), n)).collect();
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (near, far): (Vec<_>, Vec<_>) = all.into_iter().partition(|(alike, _)| *alike >= ANSWERS);
    let answers = near.into_iter().map(|(_, n)| n).collect();
    let remain = far.into_iter().map(|(_, n)| n).filter(Need::is_open).collect();
    (answers, remain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::BeneficiaryId;

    fn need(title: &str, coverage: Option<&str>) -> Need {
        Need {
            id: Uuid::nil(),
            title: title.to_owned(),
            own_title: String::new(),
            body: String::new(),
            own_body: String::new(),
            beneficiary: BeneficiaryId(Uuid::nil()),
            beneficiary_code: "XA".to_owned(),
            priority: None,
            theme: None,
            theme_name: None,
            pillar: None,
            coverage: coverage.map(str::to_owned),
            responses: 0,
        }
    }

    #[test]
    fn where_no_need_is_stated_none_is_said_to_be_far() {
        assert_eq!(unstated(&[], true), Some("brief-needs-none"));
        assert_eq!(unstated(&[], false), Some("brief-needs-none-of-these"));
        assert_eq!(unstated(&[need("far", None)], true), None);
    }

    #[test]
    fn near_needs_are_answered_and_open_ones_remain() {
        let needs =
            vec![need("far", None), need("near", Some("covered")), need("nearest", None), need("done", Some("more"))];
        // a word in common is no answer
        let (answers, remain) = sort(needs, &[0.06, 0.4, 0.9, 0.0]);
        assert_eq!(answers.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["nearest", "near"]);
        assert_eq!(remain.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["far"]);
    }
}
