//! Many needs at once, for who brings them in a sheet: a row is weighed as the form would weigh it, and what is to be written is
//! written together. New ones are drafts; submitting them stays with who speaks for the beneficiary.

mod writing;

pub use writing::{Lot, listed, open_cycles, standing, take_back, taken_back_by, write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::form::{choices_of, closed};
use super::model::{LEVELS, Need, NeedType, Perspective, Priority};
use super::service::{editor, unseen};
use super::sheet::{self, Choices, FIELDS, LANGUAGES, Sheet, changes, facts};
use super::store;
use crate::kernel::date::parse_input;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::history::Changes;
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::{BeneficiaryId, CycleId, NeedId, OrganisationId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};

/// More needs than a beneficiary has in a cycle.
pub const MOST: i64 = 1_000;

/// What fields of a need's form say, by their names in it.
pub type Form = BTreeMap<String, String>;

/// Whose needs, and of which cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    pub beneficiary: BeneficiaryId,
    pub cycle: CycleId,
}

/// What a row asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The need that it is, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<NeedId>,
    /// What it states. The other fields stay as they are.
    pub stated: Form,
    /// What the need said when the sheet was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// A row as it was weighed.
pub struct Weighed {
    /// In words, as the history keeps them.
    pub changes: Changes,
    /// Fields that were edited here since the sheet was made, and are changed by it too.
    pub clashes: Vec<String>,
    /// What cannot be taken, with the field that it is about.
    pub wrong: Vec<(Option<&'static str>, Message)>,
    sheet: Option<Sheet>,
    by: Option<MembershipFacts>,
}

/// What each field said when a sheet was made: enough to tell whether it has changed since.
#[derive(Debug, Default, PartialEq, Eq)]
struct Base(BTreeMap<String, String>);

fn fingerprint(value: &str) -> String {
    hex::encode(Sha256::digest(value.as_bytes()).get(..6).unwrap_or_default())
}

impl Base {
    fn of(form: &Form) -> Self {
        Self(form.iter().map(|(field, value)| (field.clone(), fingerprint(value))).collect())
    }

    /// What is missing or forged counts as changed by both, so it is asked about.
    fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('.'));
        Self(pairs.map(|(field, print)| (field.to_owned(), print.to_owned())).collect())
    }

    fn text(&self) -> String {
        self.0.iter().map(|(field, print)| format!("{field}.{print}")).collect::<Vec<_>>().join(",")
    }

    fn is(&self, field: &str, value: &str) -> bool {
        self.0.get(field).is_some_and(|print| *print == fingerprint(value))
    }
}

/// A value as it is compared.
fn normal(field: &str, value: &str) -> String {
    let value = value.trim().replace("\r\n", "\n");
    if field != "shown_to" {
        return value;
    }
    let mut names: Vec<&str> = value.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names.join("\n")
}

/// A measure that can be chosen, by a name that no other has.
struct Choice {
    id: String,
    label: String,
    pillar: Option<PillarId>,
}

/// The fields of a need's form that a sheet has: neither its beneficiary nor its cycle, which are those of the sheet.
fn form_of(need: &Need) -> Form {
    let mut f = Fields::default();
    sheet::fill(&mut f, need);
    let stated = FIELDS.iter().filter(|f| !matches!(**f, "beneficiary" | "cycle"));
    stated.map(|field| ((*field).to_owned(), normal(field, f.value(field)))).collect()
}

/// What rows are weighed by.
pub struct Desk {
    p: Page,
    member: Member,
    choices: Choices,
    measures: Vec<Choice>,
    named: Vec<(String, OrganisationId)>,
}

impl Desk {
    /// # Errors
    /// The database's own.
    pub async fn open(tx: &mut ProcessTx, p: &Page, member: &Member) -> sqlx::Result<Self> {
        let choices = choices_of(tx, p, member).await?;
        let mut measures: Vec<(Choice, &str)> = Vec::new();
        for plan in &choices.plans {
            for node in plan.nodes.iter().filter(|n| n.last) {
                let label = format!("{} {}", node.code, node.title).trim().to_owned();
                let pillar = plan.pillar.as_ref().map(|l| l.id);
                measures.push((Choice { id: node.id.to_string(), label, pillar }, plan.title.as_str()));
            }
        }
        let mut same: BTreeMap<String, usize> = BTreeMap::new();
        measures.iter().for_each(|(m, _)| *same.entry(fold(&m.label)).or_default() += 1);
        let told_apart = |(mut measure, plan): (Choice, &str)| {
            if same.get(&fold(&measure.label)).is_some_and(|n| *n > 1) {
                measure.label = format!("{} ({plan})", measure.label);
            }
            measure
        };
        let measures = measures.into_iter().map(told_apart).collect();
        Ok(Self { p: p.clone(), member: member.clone(), measures, choices, named: Vec::new() })
    }

    /// Learns the organisations that rows and needs are shown to.
    ///
    /// # Errors
    /// The database's own.
    pub async fn learn(&mut self, tx: &mut ProcessTx, rows: &[&Asked], needs: &[&Need]) -> sqlx::Result<()> {
        let stated = rows.iter().filter_map(|r| r.stated.get("shown_to")).flat_map(|names| names.lines());
        let had = needs.iter().flat_map(|n| n.shown_to.iter().map(|o| o.name.as_str()));
        let mut names: Vec<String> = stated.chain(had).map(|n| n.trim().to_owned()).collect();
        names.retain(|n| !n.is_empty() && !n.contains('\0'));
        names.sort();
        names.dedup();
        self.named = if names.is_empty() { Vec::new() } else { store::organisations_named(tx, &names).await? };
        Ok(())
    }

    /// The cycles that are open, the latest first: id and name.
    pub fn cycles(&self) -> &[(String, String)] {
        &self.choices.cycles
    }

    pub fn themes(&self) -> Vec<String> {
        self.choices.themes.iter().map(|(_, name)| name.clone()).collect()
    }

    pub fn organisations(&self) -> &[String] {
        &self.choices.organisations
    }

    /// The measures of a pillar's plans; of those without one where none is named.
    pub fn measures(&self, pillar: Option<PillarId>) -> Vec<String> {
        self.measures.iter().filter(|m| m.pillar == pillar).map(|m| m.label.clone()).collect()
    }

    /// What can be chosen in a field of a closed list.
    pub fn options(&self, field: &str) -> Vec<String> {
        self.listed(field).into_iter().map(|(_, name)| name).collect()
    }

    fn listed(&self, field: &str) -> Vec<(String, String)> {
        match field {
            "type" => NeedType::options(&self.p),
            "perspective" => Perspective::options(&self.p),
            "priority" => Priority::options(&self.p),
            "handling" => LEVELS.iter().map(|h| (h.as_str().to_owned(), self.p.t(h.label()))).collect(),
            "own_language" => LANGUAGES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect(),
            "theme" => self.choices.themes.clone(),
            "node" => self.measures.iter().map(|m| (m.id.clone(), m.label.clone())).collect(),
            _ => Vec::new(),
        }
    }

    /// What the form has for the words of a cell.
    ///
    /// # Errors
    /// They are none of what can be chosen, or stand for several.
    pub fn value(&self, field: &str, words: &str) -> Result<String, Message> {
        let words = words.trim();
        match field {
            "type" | "perspective" | "priority" | "handling" | "own_language" | "theme" | "node" => {
                let listed = self.listed(field);
                let exact = listed.iter().filter(|(value, name)| value == words || name == words);
                let mut found: Vec<&str> = exact.map(|(value, _)| value.as_str()).collect();
                let folded = fold(words);
                // in another script or without its accents it is the same, unless another is too
                if found.is_empty() && !folded.is_empty() {
                    let same = listed.iter().filter(|(_, name)| fold(name) == folded);
                    found = same.map(|(value, _)| value.as_str()).collect();
                }
                match found.as_slice() {
                    [one] => Ok((*one).to_owned()),
                    _ if matches!(field, "theme" | "node" | "own_language") => {
                        Err(Message::new("need-sheet-not-in-list").with("text", excerpt(words)))
                    }
                    _ => {
                        let all: Vec<&str> = listed.iter().map(|(_, name)| name.as_str()).collect();
                        Err(Message::new("need-sheet-none-of").with("text", excerpt(words)).with("all", all.join(", ")))
                    }
                }
            }
            // what is no date is told by the form
            "by_when" => Ok(parse_input(words, self.p.today).map_or_else(|_| words.to_owned(), |d| d.to_string())),
            "shown_to" => Ok(normal(field, &words.replace(';', "\n"))),
            _ => Ok(normal(field, words)),
        }
    }

    /// The words of a field of a need, as a cell has them: none where the same could not be read from them.
    pub fn words(&self, need: &Need, field: &str) -> String {
        let value = form_of(need).remove(field).unwrap_or_default();
        if value.is_empty() {
            return value;
        }
        let listed = || self.listed(field).into_iter().find(|(v, _)| *v == value).map(|(_, name)| name);
        let words = match field {
            "type" | "perspective" | "priority" | "handling" | "own_language" | "theme" | "node" => {
                listed().unwrap_or_default()
            }
            "shown_to" => value.replace('\n', "; "),
            _ => value.clone(),
        };
        if self.value(field, &words).is_ok_and(|read| read == value) { words } else { String::new() }
    }

    /// The version at which a need stands, and what it says there.
    pub fn as_of(&self, need: &Need) -> String {
        format!("{} {}", need.version, Base::of(&form_of(need)).text())
    }

    /// What a need says, to be put back one day.
    pub fn form(&self, need: &Need) -> Form {
        form_of(need)
    }

    /// Weighs a row. `ours`: what was edited here since stays where both have changed it.
    pub fn weigh(&self, within: Within, asked: &Asked, need: Option<&Need>, ours: bool) -> Weighed {
        let (p, choices) = (&self.p, &self.choices);
        let mut theirs = Fields::default();
        if let Some(need) = need {
            sheet::fill(&mut theirs, need);
        }
        let mut f = theirs.clone();
        if need.is_none() {
            f.set("beneficiary", within.beneficiary);
            f.set("cycle", within.cycle);
            f.set("handling", Handling::Members.as_str());
        }
        let base = asked.base.as_deref().filter(|_| need.is_some()).map(Base::parse);
        let mut clashes = Vec::new();
        for (field, value) in &asked.stated {
            let (value, now) = (normal(field, value), normal(field, theirs.value(field)));
            if value == now {
                continue;
            }
            if let Some(base) = base.as_ref().filter(|b| !b.is(field, &now)) {
                // edited here since; the sheet only carries along what it said then
                if base.is(field, &value) {
                    continue;
                }
                clashes.push(field.clone());
                if ours {
                    continue;
                }
            }
            f.set(field, value);
        }
        let sheet = sheet::read(&mut f, p, choices, &self.named, need);
        let before = need.map(|n| facts(p, choices, Some(n), &theirs)).unwrap_or_default();
        let said = changes(&before, &facts(p, choices, need, &f));
        if need.is_some_and(|n| within_of(n) != within) {
            let wrong = vec![(None, Message::new("need-sheet-elsewhere"))];
            return Weighed { changes: said, clashes, wrong, sheet: None, by: None };
        }
        if need.is_some() && said.is_empty() {
            return Weighed { changes: said, clashes: Vec::new(), wrong: Vec::new(), sheet: None, by: None };
        }
        let name = |name: &str| FIELDS.iter().find(|f| **f == name).copied();
        let mut wrong: Vec<_> = f.errors().into_iter().map(|(field, message)| (name(field), message.clone())).collect();
        let by = match need {
            Some(need) => editor(&self.member, need).ok().cloned(),
            None => self.member.granting(Permission::NeedWrite, &Scope::beneficiary(within.beneficiary)).cloned(),
        };
        match &by {
            None => wrong.push((None, Message::new("need-sheet-not-yours"))),
            Some(by) => {
                let on_behalf = by.beneficiary != Some(within.beneficiary);
                let hidden = sheet.as_ref().and_then(|s| unseen(s, on_behalf));
                wrong.extend(hidden.map(|message| (Some("handling"), message)));
            }
        }
        if need.is_some_and(|n| closed(n).is_some()) {
            wrong.push((None, Message::new("need-sheet-closed")));
        }
        Weighed { changes: said, clashes, wrong, sheet, by }
    }
}

fn within_of(need: &Need) -> Within {
    Within { beneficiary: need.beneficiary, cycle: need.cycle.id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_tells_what_has_changed_since() {
        let form: Form = [("title", "A car park"), ("body", ""), ("shown_to", "Norland\nUNDP")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into();
        let base = Base::parse(&Base::of(&form).text());
        assert_eq!(base, Base::of(&form));
        assert!(base.is("title", "A car park") && !base.is("title", "A car pool"));
        assert!(base.is("body", "") && !base.is("evidence", ""), "what is missing counts as changed");
        assert!(!Base::parse("title.,,x").is("title", "A car park"));
    }

    #[test]
    fn values_are_compared_without_what_makes_no_difference() {
        assert_eq!(normal("body", " one\r\ntwo "), "one\ntwo");
        assert_eq!(normal("shown_to", "UNDP\n\n Norland \nUNDP"), "Norland\nUNDP");
    }
}
