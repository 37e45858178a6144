//! An action as its form has it: a sheet of fields, each a list of texts. The same sheet is made from the
//! record and from the form; history, edit conflicts and suggestions are differences between two sheets.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::kernel::ids::OrganisationId;
use crate::kernel::permit::{Handling, Scope};

macro_rules! fields {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A field of the form, in the form's order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field { $(#[serde(rename = $name)] $variant,)+ }

        impl Field {
            pub const ALL: &[Field] = &[$(Field::$variant),+];

            /// Its name in the form, in history and in a suggestion.
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),+ }
            }
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Field::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    Title = "title", Reporting = "reporting", Description = "description", Pillars = "pillars",
    Beneficiaries = "beneficiaries", Themes = "themes", ThemeText = "theme_text", Parties = "parties",
    Status = "status", PlannedStart = "planned_start", PlannedEnd = "planned_end", ActualStart = "actual_start",
    ActualEnd = "actual_end", DateNote = "date_note", StatedTotal = "stated_total", Contributions = "contributions",
    Handling = "handling", OpenToSupportGroup = "open_to_support_group", Disclosures = "disclosures",
    Parent = "parent", Reference = "reference", SourceUrl = "source_url", SourceNote = "source_note",
}

impl Field {
    /// The Fluent key of its name.
    pub fn label(self) -> String {
        format!("action-field-{}", self.name().replace('_', "-"))
    }

    /// Its values have no order.
    fn is_set(self) -> bool {
        use Field::{Beneficiaries, Contributions, Disclosures, Parties, Pillars, Themes};
        matches!(self, Pillars | Beneficiaries | Themes | Parties | Contributions | Disclosures)
    }

    pub fn is_money(self) -> bool {
        matches!(self, Field::StatedTotal | Field::Contributions)
    }

    /// Whom a restricted record is opened to.
    pub fn is_opening(self) -> bool {
        matches!(self, Field::OpenToSupportGroup | Field::Disclosures)
    }

    /// Links to what the process is ordered by; a pillar's lead may set them on others' actions.
    pub fn is_link(self) -> bool {
        matches!(self, Field::Pillars | Field::Themes)
    }
}

/// Every field with its values; a field that is not stated has none.
///
/// Ids stand for what is chosen; a beneficiary's share follows its id (`id=12.5`), a party's role stands before
/// it (`funding:id`), dates are ISO 8601 as precise as they are, the total is `amount CUR`, a contribution is
/// a JSON object ([`super::model::Contribution`]), a parent that is not an action here is `words:…`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sheet(BTreeMap<Field, Vec<String>>);

/// What a field was and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    pub from: Vec<String>,
    pub to: Vec<String>,
}

pub type Difference = BTreeMap<Field, Delta>;

impl Sheet {
    pub fn get(&self, field: Field) -> &[String] {
        self.0.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The value of a field that has one at most.
    pub fn one(&self, field: Field) -> Option<&str> {
        self.get(field).first().map(String::as_str)
    }

    /// Sets a field to its values, cleaned and in their canonical order.
    pub fn set(&mut self, field: Field, values: impl IntoIterator<Item = impl Into<String>>) {
        let cleaned = values.into_iter().map(|v| clean(field, &v.into())).filter(|v| !v.is_empty());
        let mut values: Vec<String> = cleaned.collect();
        if field.is_set() {
            values.sort();
            values.dedup();
        }
        if values.is_empty() {
            self.0.remove(&field);
        } else {
            self.0.insert(field, values);
        }
    }

    /// The fields that are stated.
    pub fn stated(&self) -> impl Iterator<Item = Field> {
        self.0.keys().copied()
    }

    pub fn take_over(&mut self, field: Field, from: &Sheet) {
        self.set(field, from.get(field).to_vec());
    }

    /// What is different in `to`.
    pub fn difference(&self, to: &Sheet) -> Difference {
        let differing = Field::ALL.iter().filter(|f| self.get(**f) != to.get(**f));
        differing.map(|f| (*f, Delta { from: self.get(*f).to_vec(), to: to.get(*f).to_vec() })).collect()
    }

    pub fn apply(&mut self, difference: &Difference) {
        for (field, delta) in difference {
            self.set(*field, delta.to.clone());
        }
    }

    /// The ids of a field; for parties without their role, for beneficiaries without their share.
    pub fn ids<T: FromStr>(&self, field: Field) -> Vec<T> {
        let id = |value: &String| {
            let value = value.split_once(':').map_or(value.as_str(), |(_, id)| id);
            value.split('=').next().unwrap_or_default().parse().ok()
        };
        self.get(field).iter().filter_map(id).collect()
    }

    pub fn keeper(&self) -> Option<OrganisationId> {
        self.one(Field::Reporting).and_then(|id| id.parse().ok())
    }

    pub fn handling(&self) -> Handling {
        self.one(Field::Handling).and_then(Handling::parse).unwrap_or(Handling::Members)
    }

    /// The action as the table of permissions asks about it.
    pub fn scope(&self) -> Scope {
        Scope {
            handling: Some(self.handling()),
            keeper: self.keeper(),
            organisations: self.ids(Field::Parties),
            beneficiaries: self.ids(Field::Beneficiaries),
            pillars: self.ids(Field::Pillars),
            opened_to: self.ids(Field::Disclosures),
            open_to_support_group: self.one(Field::OpenToSupportGroup).is_some(),
            ..Scope::default()
        }
    }
}

/// Texts without control characters and spaces at their ends; those of one line in one line.
fn clean(field: Field, value: &str) -> String {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    let lines = matches!(field, Field::Description | Field::SourceNote | Field::DateNote);
    let kept: String = value.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
    if lines { kept.trim().to_owned() } else { kept.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// What each field was when a form was made: enough to tell whether it has changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base(BTreeMap<Field, String>);

fn fingerprint(values: &[String]) -> String {
    let mut hash = Sha256::new();
    for value in values {
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    }
    let digest = hash.finalize();
    hex::encode(digest.get(..6).unwrap_or_default())
}

impl Base {
    pub fn of(sheet: &Sheet) -> Self {
        Self(Field::ALL.iter().map(|f| (*f, fingerprint(sheet.get(*f)))).collect())
    }

    /// As it comes back with the form. What is missing or forged counts as changed by both, so it is asked about.
    pub fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('.'));
        Self(pairs.filter_map(|(f, print)| Some((Field::parse(f)?, print.to_owned()))).collect())
    }

    fn is(&self, field: Field, sheet: &Sheet) -> bool {
        self.0.get(&field).is_some_and(|print| *print == fingerprint(sheet.get(field)))
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (field, print)) in self.0.iter().enumerate() {
            write!(f, "{}{}.{print}", if i > 0 { "," } else { "" }, field.name())?;
        }
        Ok(())
    }
}

/// Two changes of one record, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Fields that both changed hold mine.
    pub sheet: Sheet,
    /// Fields that only the other changed.
    pub taken: Vec<Field>,
    /// Fields that both changed, to different values.
    pub clashes: Vec<Field>,
}

impl Merged {
    pub fn is_plain(&self) -> bool {
        self.taken.is_empty() && self.clashes.is_empty()
    }
}

/// Puts my change and theirs together, both made from `base`.
pub fn merge(base: &Base, mine: &Sheet, theirs: &Sheet) -> Merged {
    let mut merged = Merged { sheet: mine.clone(), taken: Vec::new(), clashes: Vec::new() };
    for &field in Field::ALL {
        if mine.get(field) == theirs.get(field) || base.is(field, theirs) {
            continue;
        }
        if base.is(field, mine) {
            merged.sheet.take_over(field, theirs);
            merged.taken.push(field);
        } else {
            merged.clashes.push(field);
        }
    }
    merged
}

/// What is to become of a form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody was in between, or what was asked has been answered.
    Save(Sheet),
    /// The record has moved on: nothing is saved, the person chooses.
    Ask(Merged),
}

/// Decides on a form made from version `made_from` of a record that now stands at `now`; `theirs` are the
/// fields for which the person chose what the record has.
pub fn decide(
    made_from: Option<i32>,
    now: i32,
    base: &Base,
    mine: &Sheet,
    record: &Sheet,
    theirs: &BTreeSet<Field>,
) -> Verdict {
    if made_from == Some(now) {
        let mut sheet = mine.clone();
        for field in theirs {
            sheet.take_over(*field, record);
        }
        return Verdict::Save(sheet);
    }
    let merged = merge(base, mine, record);
    if merged.is_plain() { Verdict::Save(merged.sheet) } else { Verdict::Ask(merged) }
}

/// What is to become of a suggestion when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    pub sheet: Sheet,
    /// Fields that have changed since it was made and have not been chosen yet.
    pub open: Vec<Field>,
}

/// Applies a suggestion to the record as it stands. `chosen` says, for fields that changed since, whether the
/// suggestion's value shall stand.
pub fn accept(record: &Sheet, suggested: &Difference, chosen: &BTreeMap<Field, bool>) -> Acceptance {
    let (mut applied, mut open) = (Difference::new(), Vec::new());
    for (field, delta) in suggested {
        let now = record.get(*field);
        let settled = now == delta.to.as_slice();
        let untouched = now == delta.from.as_slice();
        match (settled, untouched, chosen.get(field)) {
            (true, ..) | (_, false, Some(false)) => {}
            (_, true, _) | (_, false, Some(true)) => drop(applied.insert(*field, delta.clone())),
            (_, false, None) => open.push(*field),
        }
    }
    let mut sheet = record.clone();
    sheet.apply(&applied);
    Acceptance { sheet, open }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sheet() -> impl Strategy<Value = Sheet> {
        // few values, so that sides often agree
        let values = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", " a\r\nb ", "", "\u{7}d"]), 0..3);
        prop::collection::vec((0..Field::ALL.len(), values), 0..12).prop_map(|pairs| {
            let mut sheet = Sheet::default();
            for (i, values) in pairs {
                sheet.set(Field::ALL[i], values);
            }
            sheet
        })
    }

    proptest! {
        #[test]
        fn merging_never_loses_a_change(base in sheet(), mine in sheet(), theirs in sheet()) {
            let merged = merge(&Base::of(&base), &mine, &theirs);
            for &f in Field::ALL {
                let asked = merged.clashes.contains(&f);
                if !asked {
                    if mine.get(f) != base.get(f) { prop_assert_eq!(merged.sheet.get(f), mine.get(f)); }
                    if theirs.get(f) != base.get(f) { prop_assert_eq!(merged.sheet.get(f), theirs.get(f)); }
                    if mine.get(f) == base.get(f) && theirs.get(f) == base.get(f) {
                        prop_assert_eq!(merged.sheet.get(f), base.get(f));
                    }
                } else {
                    prop_assert_ne!(mine.get(f), theirs.get(f));
                    prop_assert_ne!(mine.get(f), base.get(f));
                    prop_assert_ne!(theirs.get(f), base.get(f));
                }
                prop_assert!(!(asked && merged.taken.contains(&f)));
            }
        }

        #[test]
        fn without_a_base_every_difference_is_asked_about(mine in sheet(), theirs in sheet(), forged in ".*") {
            let merged = merge(&Base::parse(&forged), &mine, &theirs);
            let differing: Vec<Field> = mine.difference(&theirs).into_keys().collect();
            prop_assert_eq!(merged.clashes, differing);
        }

        #[test]
        fn a_difference_applied_gives_the_other(a in sheet(), b in sheet()) {
            let mut c = a.clone();
            c.apply(&a.difference(&b));
            prop_assert_eq!(&c, &b);
            prop_assert!(b.difference(&c).is_empty());
        }

        #[test]
        fn the_base_comes_back_as_it_went(a in sheet()) {
            prop_assert_eq!(Base::parse(&Base::of(&a).to_string()), Base::of(&a));
        }

        #[test]
        fn accepting_touches_the_suggested_fields_alone(made in sheet(), to in sheet(), now in sheet()) {
            let suggested = made.difference(&to);
            let result = accept(&now, &suggested, &BTreeMap::new());
            for &f in Field::ALL {
                if !suggested.contains_key(&f) {
                    prop_assert_eq!(result.sheet.get(f), now.get(f));
                } else if now.get(f) == made.get(f) {
                    prop_assert_eq!(result.sheet.get(f), to.get(f));
                } else if now.get(f) != to.get(f) {
                    prop_assert!(result.open.contains(&f));
                    prop_assert_eq!(result.sheet.get(f), now.get(f));
                }
            }
            let all: BTreeMap<Field, bool> = result.open.iter().map(|f| (*f, true)).collect();
            let chosen = accept(&now, &suggested, &all);
            prop_assert!(chosen.open.is_empty());
            for f in suggested.keys() { prop_assert_eq!(chosen.sheet.get(*f), to.get(*f)); }
        }

        #[test]
        fn a_choice_of_theirs_keeps_what_the_record_has(base in sheet(), mine in sheet(), theirs in sheet()) {
            let merged = merge(&Base::of(&base), &mine, &theirs);
            let chosen: BTreeSet<Field> = merged.clashes.iter().copied().collect();
            let verdict = decide(Some(2), 2, &Base::of(&theirs), &merged.sheet, &theirs, &chosen);
            let Verdict::Save(saved) = verdict else { return Err(TestCaseError::fail("asked again")) };
            for f in &chosen { prop_assert_eq!(saved.get(*f), theirs.get(*f)); }
            for f in &merged.taken { prop_assert_eq!(saved.get(*f), theirs.get(*f)); }
        }
    }

    #[test]
    fn sets_have_no_order() {
        let (mut a, mut b) = (Sheet::default(), Sheet::default());
        a.set(Field::Parties, ["lead:y", "funding:x"]);
        b.set(Field::Parties, ["funding:x", "lead:y", "lead:y"]);
        assert_eq!(a, b);
    }

    #[test]
    fn a_moved_version_without_changed_fields_is_saved() {
        let mut sheet = Sheet::default();
        sheet.set(Field::Title, ["One"]);
        let base = Base::of(&sheet);
        let mut mine = sheet.clone();
        mine.set(Field::Title, ["Two"]);
        assert_eq!(decide(Some(1), 2, &base, &mine, &sheet, &BTreeSet::new()), Verdict::Save(mine));
    }
}
