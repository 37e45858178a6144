//! Rows held against what is there: a handful of statements for some hundred rows.

use std::collections::HashMap;
use uuid::Uuid;

use super::directory::{Directory, Heads, patch};
use super::model::{Import, NearRow, Patch, Read, Verdict};
use super::store::{self, KeptRow};
use super::verdict::{Candidate, Defaults, Judged, Match, find, fresh, judge_known, judge_new, may_keep};
use crate::features::actions::{Field, PartyRole, Sheet, Standing, standing};
use crate::features::exchange::incoming::Place;
use crate::features::exchange::tables::{Cells, Column, currency_in, incoming};
use crate::features::overlaps;
use crate::kernel::clock::Clock;
use crate::kernel::date::PartialDate;
use crate::kernel::db::{Db, Frame, ProcessTx};
use crate::kernel::fold::fold;
use crate::kernel::memory::Memory;
use crate::kernel::permit::Member;

/// What work on imports needs besides its transaction: of a request, a job, or the command line.
#[derive(Clone)]
pub struct Means {
    pub db: Db,
    pub memory: Memory,
    pub clock: Clock,
    pub base_url: String,
}

/// Whom and what rows are judged for.
pub struct Bench<'a> {
    pub means: &'a Means,
    pub import: &'a Import,
    pub directory: &'a Directory,
    pub member: &'a Member,
    pub frame: &'a Frame,
}

impl Bench<'_> {
    pub fn defaults(&self) -> Defaults {
        Defaults::of(self.import)
    }

    /// What the cells of a row say.
    pub fn read(&self, row: u32, cells: Cells, columns: &[Option<Column>]) -> Read {
        let heads = &self.import.shape.heads;
        let place = Place { sheet: self.import.sheet.clone(), row };
        let said = incoming(place, &cells, heads, columns, currency_in(heads, columns), self.means.clock.today());
        let (patch, problems) = patch(self.directory, said, &Heads { heads, columns });
        Read { row: i32::try_from(row).unwrap_or(i32::MAX), cells: Some(cells), patch, problems, came: None }
    }
}

fn when(text: Option<&str>) -> Option<overlaps::engine::When> {
    let date: PartialDate = text?.parse().ok()?;
    overlaps::when(Some(date.first_day()), Some(date.precision().as_str()))
}

/// A new action as the finder is told of it.
fn subject(bench: &Bench<'_>, sheet: &Sheet) -> overlaps::engine::Subject {
    use overlaps::engine::{Amount, Party, Subject};
    let text = |field| sheet.one(field).map(str::to_owned);
    let keeper = sheet.keeper().map(|k| ("reporting", k.0));
    let parties = sheet.get(Field::Parties).iter().filter_map(|p| p.split_once(':'));
    let parties = parties.filter_map(|(role, id)| Some((PartyRole::parse(role)?.as_str(), id.parse::<Uuid>().ok()?)));
    let party = |(role, id): (&'static str, Uuid)| Party {
        key: Some(id.as_u128()),
        reference: None,
        name: bench.directory.name(id),
        role: overlaps::role(role),
    };
    let ids = sheet.ids::<Uuid>(Field::Beneficiaries);
    let codes = bench.frame.beneficiaries.iter().filter(|b| ids.contains(&b.id.0)).map(|b| b.code.clone());
    let pillar_ids = sheet.ids::<Uuid>(Field::Pillars);
    let pillars = bench.frame.pillars.iter().filter(|l| pillar_ids.contains(&l.id.0)).map(|l| l.key.clone());
    let amount = sheet.one(Field::StatedTotal).and_then(|t| {
        let (value, currency) = t.split_once(' ')?;
        Some(Amount { value: value.parse().ok()?, currency: currency.to_owned() })
    });
    Subject {
        titles: text(Field::Title).into_iter().collect(),
        texts: [text(Field::Description), text(Field::ThemeText)].into_iter().flatten().collect(),
        parties: parties.chain(keeper).map(party).collect(),
        beneficiaries: codes.collect(),
        pillars: pillars.collect(),
        themes: sheet.get(Field::Themes).to_vec(),
        start: when(sheet.one(Field::ActualStart).or(sheet.one(Field::PlannedStart))),
        end: when(sheet.one(Field::ActualEnd).or(sheet.one(Field::PlannedEnd))),
        amounts: amount.into_iter().collect(),
        identifiers: sheet.one(Field::Reference).map(overlaps::identifiers).unwrap_or_default(),
        status: sheet.one(Field::Status).and_then(overlaps::status),
        ..Subject::default()
    }
}

/// The larger action that a row names: the one of that id, identifier, reference or title; else its words stand.
pub fn settle_parent(patch: &mut Patch, candidates: &[Candidate]) {
    let Some(words) = patch.parent.as_deref() else { return };
    let folded = fold(words);
    let id: Option<Uuid> = words.parse().ok();
    // in an activity file of ours the words are those of a record that has no more than words
    let words_alone = patch.id.is_some() && patch.identifier.is_some();
    let is = |c: &&Candidate| {
        if words_alone {
            return Some(c.id) == id;
        }
        // of two that name each other as their wholes neither is one
        let ring = patch.identifier.is_some() && c.waits;
        let named = c.reference.eq_ignore_ascii_case(words) || c.title == folded || c.identifier == words;
        !ring && (named || Some(c.id) == id)
    };
    let mut same = candidates.iter().filter(|c| !c.merged).filter(is);
    let value = match (same.next(), same.next()) {
        (Some(one), None) => one.id.to_string(),
        // an id says nothing to anybody where it is none
        (None, _) if id.is_some() => return,
        _ => format!("words:{words}"),
    };
    patch.sheet.set(Field::Parent, [value]);
}

/// The actions that rows may be, or may be parts of.
///
/// # Errors
/// The database's own.
pub async fn look_up(tx: &mut ProcessTx, patches: &[&Patch]) -> sqlx::Result<Vec<Candidate>> {
    let named = |field: Field| patches.iter().filter_map(move |p| p.sheet.one(field));
    let parents = || patches.iter().filter_map(|p| p.parent.as_deref());
    let references: Vec<String> = named(Field::Reference).chain(parents()).map(str::to_lowercase).collect();
    let titles: Vec<String> = named(Field::Title).chain(parents()).map(fold).collect();
    let ids: Vec<Uuid> = patches.iter().filter_map(|p| p.id).chain(parents().filter_map(|p| p.parse().ok())).collect();
    let identifiers = patches.iter().filter_map(|p| p.identifier.as_deref()).chain(parents());
    let identifiers: Vec<String> = identifiers.map(str::to_owned).collect();
    store::candidates(tx, &ids, &references, &titles, &identifiers).await
}

/// Judges rows and keeps them.
///
/// # Errors
/// The database's own.
pub async fn judge(tx: &mut ProcessTx, bench: &Bench<'_>, mut rows: Vec<Read>) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let defaults = bench.defaults();
    let patches: Vec<&Patch> = rows.iter().map(|r| &r.patch).collect();
    let candidates = look_up(tx, &patches).await?;
    for row in &mut rows {
        settle_parent(&mut row.patch, &candidates);
    }
    let matches: Vec<Match> = rows.iter().map(|r| find(&r.patch, &defaults, &candidates)).collect();
    let known: Vec<Uuid> =
        matches.iter().filter_map(|m| if let Match::Known(id) = m { Some(*id) } else { None }).collect();
    let standing: HashMap<Uuid, Standing> =
        standing(tx, &known, bench.means.clock.today()).await?.into_iter().map(|s| (s.id.0, s)).collect();
    let last = if known.is_empty() {
        HashMap::new()
    } else {
        store::last_stated(tx, bench.import.organisation, &known).await?
    };
    let came = rows.iter().any(|r| r.came.is_some()) && !known.is_empty();
    let hashes = if came { store::kept_hashes(tx, &known).await? } else { HashMap::new() };
    let mut kept = Vec::with_capacity(rows.len());
    let (mut asked, mut contents) = (Vec::new(), Vec::new());
    for (row, found) in rows.into_iter().zip(matches) {
        let (mut judged, action, near) = one(&row, &found, &standing, &last, &defaults, bench.member);
        // a file of ours says of its own records what their fields say, and nothing besides
        let came = row.came.filter(|_| action.is_none() || row.patch.id != action);
        let stands = action.and_then(|id| standing.get(&id));
        let (before, now) = (action.and_then(|id| hashes.get(&id)), came.as_ref().map(|c| &c.hash));
        let renewed = now.is_some() && before != now;
        if renewed && stands.is_some_and(|s| may_keep(bench.member, &s.sheet)) {
            judged.renew();
        }
        let verdict = judged.verdict.unwrap_or(Verdict::Wrong);
        let title: String = row.patch.sheet.one(Field::Title).unwrap_or_default().chars().take(500).collect();
        let version = stands.map(|s| s.version);
        let came = came.map_or((None, None, None), |c| (c.content, c.identifier, Some(c.hash)));
        let content = came.0.map(|content| {
            contents.push(content);
            contents.len()
        });
        if verdict == Verdict::New {
            asked.push((kept.len(), subject(bench, &fresh(&row.patch, &defaults))));
        }
        kept.push(KeptRow {
            row: row.row,
            title,
            cells: row.cells.map(|c| c.texts()),
            patch: row.patch,
            problems: judged.problems,
            verdict,
            action,
            version,
            difference: judged.difference,
            clashes: judged.clashes.iter().map(|f| f.name().to_owned()).collect(),
            near,
            decision: verdict.usual(),
            kept: content,
            kept_identifier: came.1,
            kept_hash: came.2,
        });
    }
    let (places, subjects): (Vec<usize>, Vec<_>) = asked.into_iter().unzip();
    let m = bench.means;
    let alike = overlaps::arriving(&m.db, &m.memory, &m.clock, tx, subjects).await?;
    for (place, near) in places.into_iter().zip(alike) {
        if let Some(row) = kept.get_mut(place).filter(|_| !near.is_empty()) {
            row.verdict = Verdict::Duplicate;
            row.decision = Verdict::Duplicate.usual();
            row.near = near.into_iter().map(|n| NearRow { id: n.id, likelihood: Some(n.likelihood) }).collect();
        }
    }
    store::keep_rows(tx, bench.import.id, &kept, &contents).await?;
    Ok(())
}

/// One row: what is to be said of it, the action that it is, and those that it may be.
fn one(
    row: &Read,
    found: &Match,
    standing: &HashMap<Uuid, Standing>,
    last: &HashMap<Uuid, Sheet>,
    defaults: &Defaults,
    member: &Member,
) -> (Judged, Option<Uuid>, Vec<NearRow>) {
    let mut near = Vec::new();
    let (mut judged, action) = match found {
        Match::Known(id) => match standing.get(id) {
            Some(stands) => (judge_known(&row.patch, stands, last.get(id), member), Some(*id)),
            None => (judge_new(&row.patch, defaults, member), None),
        },
        Match::Doubtful(ids) => {
            near = ids.iter().map(|id| NearRow { id: *id, likelihood: None }).collect();
            let judged = judge_new(&row.patch, defaults, member);
            let verdict = judged.verdict.map(|v| if v == Verdict::New { Verdict::Duplicate } else { v });
            (Judged { verdict, ..judged }, None)
        }
        Match::None => (judge_new(&row.patch, defaults, member), None),
    };
    if row.is_wrong() {
        judged.verdict = Some(Verdict::Wrong);
        // of what could not be read at all there is no more to say
        if row.patch == Patch::default() {
            judged.problems.clear();
        }
    }
    // a field that could not be read is told once, not once more as missing
    let told: Vec<String> = row.problems.iter().map(|p| p.what.key.clone()).collect();
    judged.problems.retain(|p| !(told.contains(&p.what.key) && row.is_wrong()));
    judged.problems.splice(0..0, row.problems.iter().cloned());
    (judged, action, near)
}
