//! What a row would do: decided here, without the database.

use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::model::{Import, Patch, Verdict};
use crate::features::actions::{
    Base, Difference, Field, Sheet, Standing, check, editable, for_new, merge, settled, would_see,
};
use crate::features::exchange::incoming::{ImportProblem, Severity};
use crate::kernel::date::PartialDate;
use crate::kernel::db::MembershipFacts;
use crate::kernel::fold::fold;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{OrganisationId, PillarId};
use crate::kernel::permit::{Handling, Member, Permission};

/// What new actions have where their rows state nothing.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub keeper: OrganisationId,
    pub handling: Handling,
    pub pillar: Option<PillarId>,
}

impl Defaults {
    pub fn of(import: &Import) -> Self {
        Self { keeper: import.keeper, handling: import.handling, pillar: import.pillar }
    }
}

/// An action that a row may be, as far as it is known by.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: Uuid,
    pub reference: String,
    /// Folded.
    pub title: String,
    pub keeper: OrganisationId,
    /// By which it was named in the activity file that it came from; else empty.
    pub identifier: String,
    /// What it is part of is known by words alone.
    pub waits: bool,
    /// By these another was known that has been merged into it.
    pub merged: bool,
}

/// Which action a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    None,
    Known(Uuid),
    /// It may be one of these: somebody has to say.
    Doubtful(Vec<Uuid>),
}

/// By its own id; else by the identifier that it came with; else by reference; else by the title among those of one keeper. What was merged
/// into another since may be that one: it does not become an action a second time by itself.
pub fn find(patch: &Patch, defaults: &Defaults, candidates: &[Candidate]) -> Match {
    let (merged, own): (Vec<&Candidate>, Vec<&Candidate>) = candidates.iter().partition(|c| c.merged);
    match among(patch, defaults, &own) {
        Match::None => match among(patch, defaults, &merged) {
            Match::Known(id) => Match::Doubtful(vec![id]),
            Match::Doubtful(ids) => Match::Doubtful(ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect()),
            Match::None => Match::None,
        },
        found => found,
    }
}

fn among(patch: &Patch, defaults: &Defaults, candidates: &[&Candidate]) -> Match {
    if let Some(id) = patch.id.filter(|id| candidates.iter().any(|c| c.id == *id)) {
        return Match::Known(id);
    }
    let named = patch.identifier.as_deref().unwrap_or_default();
    let mut by_identifier = candidates.iter().filter(|c| !named.is_empty() && c.identifier == named);
    if let (Some(one), None) = (by_identifier.next(), by_identifier.next()) {
        return Match::Known(one.id);
    }
    let keeper = patch.sheet.keeper().unwrap_or(defaults.keeper);
    let title = patch.sheet.one(Field::Title).map(fold).unwrap_or_default();
    let reference = patch.sheet.one(Field::Reference).unwrap_or_default();
    let same_reference = |c: &&Candidate| !reference.is_empty() && c.reference.eq_ignore_ascii_case(reference);
    let by_reference: Vec<&Candidate> = candidates.iter().copied().filter(same_reference).collect();
    let ids = |of: &[&Candidate]| of.iter().map(|c| c.id).collect::<Vec<_>>();
    match by_reference.as_slice() {
        [] => {}
        [one] if one.keeper == keeper || one.title == title || title.is_empty() => return Match::Known(one.id),
        several => {
            let own: Vec<&Candidate> = several.iter().filter(|c| c.keeper == keeper).copied().collect();
            return match own.as_slice() {
                [one] => Match::Known(one.id),
                _ => Match::Doubtful(ids(several)),
            };
        }
    }
    let of_title = |c: &&Candidate| !title.is_empty() && c.title == title && c.keeper == keeper;
    let by_title: Vec<&Candidate> = candidates.iter().copied().filter(of_title).collect();
    match by_title.as_slice() {
        [] => Match::None,
        // two references are two actions until somebody says otherwise
        [one] if reference.is_empty() || one.reference.is_empty() => Match::Known(one.id),
        several => Match::Doubtful(ids(several)),
    }
}

fn amount(text: &str) -> Option<(f64, &str)> {
    let (amount, currency) = text.split_once(' ')?;
    Some((amount.parse::<rust_decimal::Decimal>().ok()?.to_f64()?, currency))
}

fn id_of(value: &str) -> &str {
    value.split('=').next().unwrap_or(value)
}

/// The sheet that a record becomes by a row. What the row does not state stays.
pub fn onto(patch: &Patch, record: &Sheet) -> Sheet {
    let mut sheet = record.clone();
    for field in patch.sheet.stated() {
        let (stated, has) = (patch.sheet.get(field), record.get(field));
        match field {
            // roles that the file does not speak of stay as they are
            Field::Parties => {
                let spoken_of = stated.iter().filter_map(|p| Some(p.split_once(':')?.0));
                let roles: BTreeSet<&str> =
                    spoken_of.filter(|role| !patch.open_roles.iter().any(|open| open == role)).collect();
                let others = has.iter().filter(|p| p.split_once(':').is_none_or(|(role, _)| !roles.contains(role)));
                sheet.set(field, others.chain(stated).cloned().collect::<Vec<_>>());
            }
            // an identifier of another file does not take the place of one's own number
            Field::Reference if patch.identifier.is_some() && patch.id.is_none() && !has.is_empty() => {}
            // names without shares say nothing of shares
            Field::Beneficiaries => {
                let shares = stated.iter().any(|b| b.contains('='));
                let same: BTreeSet<&str> = stated.iter().map(|b| id_of(b)).collect();
                if shares || same != has.iter().map(|b| id_of(b)).collect() {
                    sheet.set(field, stated.to_vec());
                }
            }
            // a spreadsheet keeps fifteen digits
            Field::StatedTotal => {
                let was = record.one(field).and_then(amount);
                if was.is_none() || was != stated.first().and_then(|t| amount(t)) {
                    sheet.set(field, stated.to_vec());
                }
            }
            _ => sheet.set(field, stated.to_vec()),
        }
    }
    let mut date = |date: Option<PartialDate>, actual: Field, planned: Field| {
        if let Some(date) = date {
            let field = if record.one(actual).is_some() { actual } else { planned };
            sheet.set(field, [date.to_string()]);
        }
    };
    date(patch.start, Field::ActualStart, Field::PlannedStart);
    date(patch.end, Field::ActualEnd, Field::PlannedEnd);
    settled(sheet)
}

/// The sheet that a record becomes by a row, and the fields that were edited here since the row was written and are changed by
/// it too. What the row only carries along from then stays as it was edited.
pub fn joined(patch: &Patch, record: &Sheet) -> (Sheet, Vec<Field>) {
    let wanted = onto(patch, record);
    let Some(base) = &patch.base else { return (wanted, Vec::new()) };
    let merged = merge(&Base::parse(base), &wanted, record);
    (settled(merged.sheet), merged.clashes)
}

/// The sheet of a new action.
pub fn fresh(patch: &Patch, defaults: &Defaults) -> Sheet {
    let mut empty = Sheet::default();
    empty.set(Field::Handling, [defaults.handling.as_str()]);
    empty.set(Field::Reporting, [defaults.keeper.to_string()]);
    empty.set(Field::Pillars, defaults.pillar.map(|p| p.to_string()));
    onto(patch, &empty)
}

/// What an earlier import of a record said of a field, where it said anything.
pub fn clashes(difference: &Difference, record: &Sheet, last: Option<&Sheet>) -> Vec<Field> {
    let Some(last) = last else { return Vec::new() };
    let edited = |field: &Field| !last.get(*field).is_empty() && last.get(*field) != record.get(*field);
    difference.keys().copied().filter(edited).collect()
}

/// A row as it was judged.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    pub verdict: Option<Verdict>,
    pub difference: Difference,
    pub clashes: Vec<Field>,
    pub problems: Vec<ImportProblem>,
}

impl Judged {
    /// What has no field here is other than what is kept: there is something to take after all.
    pub fn renew(&mut self) {
        if self.verdict == Some(Verdict::Unchanged) {
            self.verdict = Some(Verdict::Changed);
            self.problems.push(problem(None, Severity::Lost, Message::new("import-iati-renewed")));
        }
    }
}

fn problem(field: Option<Field>, severity: Severity, message: Message) -> ImportProblem {
    let column = field.map(|f| f.label()).unwrap_or_default();
    ImportProblem { column, index: None, what: message.into(), severity }
}

/// In whose name a new action comes in, and whether it is a report that its donor has still to confirm.
pub fn author<'a>(member: &'a Member, sheet: &Sheet) -> Option<(&'a MembershipFacts, bool)> {
    let scope = sheet.scope();
    if !member.may(Permission::ImportActions, &scope) {
        return None;
    }
    let creates = member.granting(Permission::ActionCreate, &scope).map(|by| (by, false));
    creates.or_else(|| member.granting(Permission::ActionReport, &scope).map(|by| (by, true)))
}

/// In whose name an action is changed.
pub fn changer<'a>(member: &'a Member, record: &Sheet) -> Option<&'a MembershipFacts> {
    let scope = record.scope();
    let may = |p| member.granting(p, &scope);
    may(Permission::ImportActions)?;
    may(Permission::ActionEdit).or_else(|| may(Permission::ActionEditLinks))
}

/// The fields of an action that this member may change, without a whole that they may not see.
pub fn changeable(member: &Member, standing: &Standing) -> BTreeSet<Field> {
    let mut allowed = editable(member, &standing.sheet);
    if standing.parent_is_hidden {
        allowed.remove(&Field::Parent);
    }
    allowed
}

/// Whether what an activity file holds besides, its money among it, can take the place of what is kept with an action: whoever may
/// change links alone, or no money, changes nothing of that.
pub fn may_keep(member: &Member, record: &Sheet) -> bool {
    let scope = record.scope();
    [Permission::ImportActions, Permission::ActionEdit, Permission::ActionMoney].iter().all(|p| member.may(*p, &scope))
}

/// What is said of a row for what stands in the portal, and not for what the file says.
pub const OF_THE_RECORD: [&str; 2] = ["import-field-not-yours", "import-iati-renewed"];

/// Judges a row that is none of those there.
pub fn judge_new(patch: &Patch, defaults: &Defaults, member: &Member) -> Judged {
    let sheet = fresh(patch, defaults);
    let mut problems: Vec<ImportProblem> =
        check(&sheet).into_iter().map(|(field, m)| problem(Some(field), Severity::Wrong, m)).collect();
    let allowed = for_new(member);
    let author = author(member, &sheet);
    if problems.is_empty() {
        if author.is_none() {
            problems.push(problem(None, Severity::Wrong, Message::new("import-row-not-yours-to-add")));
        } else if !would_see(member, &sheet) {
            problems.push(problem(Some(Field::Handling), Severity::Wrong, Message::new("action-error-would-not-see")));
        } else if sheet.stated().any(|f| !allowed.contains(&f)) {
            problems.push(problem(None, Severity::Wrong, Message::new("import-row-not-yours-to-add")));
        }
    }
    let verdict = if problems.is_empty() { Verdict::New } else { Verdict::Wrong };
    Judged { verdict: Some(verdict), difference: Sheet::default().difference(&sheet), problems, ..Judged::default() }
}

/// Judges a row that is an action there. `last`: what the same organisation's last import said of it.
pub fn judge_known(patch: &Patch, standing: &Standing, last: Option<&Sheet>, member: &Member) -> Judged {
    let (wanted, edited) = joined(patch, &standing.sheet);
    let mut difference = standing.sheet.difference(&wanted);
    let mut allowed = changeable(member, standing);
    if changer(member, &standing.sheet).is_none() {
        allowed.clear();
    }
    let refused: Vec<Field> = difference.keys().copied().filter(|f| !allowed.contains(f)).collect();
    let mut problems = Vec::new();
    if !refused.is_empty() && refused.len() == difference.len() {
        problems.push(problem(None, Severity::Wrong, Message::new("import-row-not-yours-to-change")));
        return Judged { verdict: Some(Verdict::Wrong), difference, problems, ..Judged::default() };
    }
    for field in refused {
        difference.remove(&field);
        problems.push(problem(Some(field), Severity::Lost, Message::new("import-field-not-yours")));
    }
    let mut sheet = standing.sheet.clone();
    sheet.apply(&difference);
    if !difference.is_empty() {
        problems.extend(check(&sheet).into_iter().map(|(field, m)| problem(Some(field), Severity::Wrong, m)));
        if !would_see(member, &sheet) {
            problems.push(problem(Some(Field::Handling), Severity::Wrong, Message::new("action-error-would-not-see")));
        }
    }
    let clashes = match &patch.base {
        Some(_) => edited.into_iter().filter(|f| difference.contains_key(f)).collect(),
        None => clashes(&difference, &standing.sheet, last),
    };
    let verdict = if problems.iter().any(|p| p.severity == Severity::Wrong) {
        Verdict::Wrong
    } else if difference.is_empty() {
        Verdict::Unchanged
    } else if !clashes.is_empty() {
        Verdict::Conflict
    } else {
        Verdict::Changed
    };
    Judged { verdict: Some(verdict), difference, clashes, problems }
}

/// What is kept of a row that was taken in: the fields that it stated, as the record has them then.
pub fn stated(patch: &Patch, after: &Sheet) -> Sheet {
    let mut kept = Sheet::default();
    let mut fields: BTreeSet<Field> = patch.sheet.stated().collect();
    for (date, actual, planned) in
        [(patch.start, Field::ActualStart, Field::PlannedStart), (patch.end, Field::ActualEnd, Field::PlannedEnd)]
    {
        if date.is_some() {
            fields.insert(if after.one(actual).is_some() { actual } else { planned });
        }
    }
    for field in fields {
        kept.take_over(field, after);
    }
    kept
}

/// By which a row is known among the rows of its own file.
pub fn key(patch: &Patch, defaults: &Defaults) -> Option<String> {
    if let Some(id) = patch.id {
        return Some(format!("i:{id}"));
    }
    if let Some(reference) = patch.sheet.one(Field::Reference) {
        return Some(format!("r:{}", reference.to_lowercase()));
    }
    let title = patch.sheet.one(Field::Title).map(fold).filter(|t| !t.is_empty())?;
    Some(format!("t:{}:{title}", patch.sheet.keeper().unwrap_or(defaults.keeper)))
}

/// Rows of one file that are the same action: which row was first.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<String, i32>);

impl Seen {
    /// The earlier row of the same action, if there is one.
    pub fn before(&mut self, key: Option<String>, row: i32) -> Option<i32> {
        let first = *self.0.entry(key?).or_insert(row);
        (first != row).then_some(first)
    }
}
