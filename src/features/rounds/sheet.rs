//! The page of a party as a sheet, for those who answer without the portal: prefilled, filled in, brought back. Here it is read and
//! judged, without the database; what would be taken over is shown before it is (`sheet_pages.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;

use super::life::{self, Act};
use super::model::{Health, Item, ItemState, Round};
use super::sheet_figures::{self as figures, Payment, Stating, Values};
use super::sheet_moved::{self as moved, Base};
use crate::features::exchange::Source;
use crate::kernel::fold::fold;
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::RoundItemId;
use crate::kernel::money::as_typed;
use crate::kernel::page::Page;
use crate::kernel::random;

/// More actions or needs than a sheet is filled in with by hand.
pub const MOST: usize = 500;
/// Rows that are looked through: what stands above the table, the table, and in it the values of indicators.
const LOOKED_AT: usize = 20_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Key,
    Title,
    Answer,
    Word,
    Health,
    Done,
    Hinders,
    /// Of an indicator, in a row of its own.
    Value,
    Disbursed,
    Spent,
    Currency,
}

/// What is of an action, and not of one of its indicators.
const OF_ACTIONS: [Holds; 8] = [
    Holds::Answer,
    Holds::Word,
    Holds::Health,
    Holds::Done,
    Holds::Hinders,
    Holds::Disbursed,
    Holds::Spent,
    Holds::Currency,
];

impl Holds {
    /// A sheet that was taken along before there was such a column is read without it.
    fn can_lack(self) -> bool {
        matches!(self, Holds::Value | Holds::Disbursed | Holds::Spent | Holds::Currency)
    }
}

/// What is wrong, in which row of the sheet (none is 0) and in which column.
#[derive(Debug, Clone)]
pub struct Wrong {
    pub row: u32,
    pub holds: Holds,
    pub message: Message,
}

impl Wrong {
    /// In words, with where it stands.
    pub fn said(&self, p: &Page, round: &Round) -> String {
        let message = p.say(&self.message);
        let head = columns(round).into_iter().find(|(holds, ..)| *holds == self.holds).map(|(_, key, _)| p.t(key));
        match head.filter(|_| self.row > 0) {
            Some(head) => p.t3("round-sheet-at", ("row", self.row), ("column", head), ("message", message)),
            None => message,
        }
    }
}

/// The columns of a sheet, with the Fluent keys of their heads, and widths in letters.
pub fn columns(round: &Round) -> Vec<(Holds, &'static str, u16)> {
    let mut all = vec![
        (Holds::Title, "round-field-item", 50),
        (Holds::Answer, "round-field-answer", 18),
        (Holds::Word, "round-field-word", 40),
    ];
    if round.is_progress() {
        all.extend([
            (Holds::Health, "progress-field-health", 16),
            (Holds::Done, "progress-field-done", 60),
            (Holds::Hinders, "progress-field-hinders", 50),
            (Holds::Value, "round-sheet-value", 14),
            (Holds::Disbursed, "round-sheet-disbursed", 16),
            (Holds::Spent, "round-sheet-spent", 16),
            (Holds::Currency, "round-field-currency", 10),
        ]);
    }
    all.push((Holds::Key, "round-sheet-key", 38));
    all
}

/// What is stated of one item, as texts: a row of a sheet, or of the form that takes it over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    /// Where it stands in the sheet; none is 0.
    pub row: u32,
    /// The id of its item.
    pub key: String,
    /// What it was taken along with, as the key says it.
    pub base: Base,
    pub title: String,
    pub answer: String,
    pub word: String,
    pub health: String,
    pub done: String,
    pub hinders: String,
    pub disbursed: String,
    pub spent: String,
    pub currency: String,
    pub values: Vec<Stating>,
    /// `values` are all there are to be: nothing else stays.
    pub whole: bool,
    /// Where in the sheet something stands that is of another row: a value in the action's own, or an answer in that of an indicator.
    pub misplaced: Option<(u32, Holds)>,
}

/// What is reported of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub health: Health,
    pub done: String,
    pub hinders: String,
    pub values: Values,
    /// They are not those that stand.
    pub moved: bool,
    pub payment: Payment,
}

impl Stated {
    /// It names what it is about, and answers.
    fn says_something(&self) -> bool {
        !self.title.trim().is_empty() && [&self.answer, &self.health].iter().any(|text| !text.trim().is_empty())
    }
}

/// What is answered of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Confirmed,
    Word(ItemState, String),
    Report(Reported),
}

/// An item with what would be taken over.
#[derive(Debug, Clone)]
pub struct Line {
    pub item: RoundItemId,
    pub title: String,
    /// The edition that stands; none is 0.
    pub edition: i32,
    /// Which answer stands.
    pub stands: String,
    pub given: Given,
    /// Its figures, in words.
    pub figures: Vec<String>,
}

/// The words by which answers and states of health are known, in the reader's language and in the portal's own.
pub fn answers(p: &Page, round: &Round) -> Vec<(ItemState, String)> {
    let mut all = vec![ItemState::CannotSay, ItemState::NotOurs];
    if !round.is_progress() {
        all.insert(0, ItemState::Confirmed);
    }
    all.into_iter().map(|s| (s, p.t(s.label()))).collect()
}

pub fn answer_of(p: &Page, round: &Round, typed: &str) -> Option<ItemState> {
    of(&answers(p, round), typed, ItemState::as_str)
}

pub fn health_of(p: &Page, typed: &str) -> Option<Health> {
    let all: Vec<(Health, String)> = Health::ALL.iter().map(|h| (*h, p.t(h.label()))).collect();
    of(&all, typed, Health::as_str)
}

fn of<T: Copy>(known: &[(T, String)], typed: &str, own: impl Fn(T) -> &'static str) -> Option<T> {
    let wanted = fold(typed);
    known.iter().find(|(value, name)| own(*value) == typed || fold(name) == wanted).map(|(value, _)| *value)
}

/// Judges what is stated against the items of the page. `None` where nothing is stated, nothing since it was taken along, or nothing
/// else than what stands. Of a row with something wrong in it, or in those below it that are of its action, nothing is taken.
///
/// # Errors
/// What is wrong with it, and where.
pub fn judge(p: &Page, round: &Round, items: &[Item], s: &Stated) -> Result<Option<Line>, Wrong> {
    let wrong = |holds: Holds, message: Message| Wrong { row: s.row, holds, message };
    let unknown = || wrong(Holds::Key, Message::new("round-sheet-unknown").with("title", excerpt(&s.title)));
    let key: RoundItemId = s.key.trim().parse().map_err(|_| unknown())?;
    let item = items.iter().find(|i| i.id == key).ok_or_else(unknown)?;
    if let Some((row, holds)) = s.misplaced {
        let key = if holds == Holds::Value { "round-sheet-value-elsewhere" } else { "round-sheet-answer-elsewhere" };
        return Err(Wrong { row, holds, message: Message::new(key) });
    }
    if moved::is_untouched(p, round, s) {
        return Ok(None);
    }
    let line = |given, figures| Line {
        item: item.id,
        title: item.title().to_owned(),
        edition: item.edition(),
        stands: moved::stands(item),
        given,
        figures,
    };
    for (text, most, holds) in
        [(&s.word, 2_000, Holds::Word), (&s.done, 10_000, Holds::Done), (&s.hinders, 10_000, Holds::Hinders)]
    {
        if text.chars().count() > most {
            return Err(wrong(holds, Message::new("field-too-long").with("most", most)));
        }
        if text.contains('\0') {
            return Err(wrong(holds, Message::new("field-control-character")));
        }
    }
    if round.is_progress() {
        let (values, payment) = (figures::values(item, s)?, figures::payment(s)?);
        let moved = values != figures::standing(item);
        if !s.health.trim().is_empty() {
            let health = health_of(p, s.health.trim()).ok_or_else(|| {
                wrong(Holds::Health, Message::new("round-sheet-health").with("text", excerpt(&s.health)))
            })?;
            let (done, hinders) = (s.done.trim().to_owned(), s.hinders.trim().to_owned());
            let stands = item.report.as_ref();
            let same = stands.is_some_and(|r| r.health == health && r.done == done && r.hinders == hinders);
            if same && !moved && payment.is_none() {
                return Ok(None);
            }
            if life::next(round.state, stands.map(|r| r.state), Act::Report, false).is_none() {
                return Err(wrong(Holds::Health, Message::new("progress-error-accepted")));
            }
            let said = figures::in_words(p, item, &values, &payment);
            return Ok(Some(line(Given::Report(Reported { health, done, hinders, values, moved, payment }), said)));
        }
        // figures are part of a report
        if moved || !payment.is_none() {
            return Err(wrong(Holds::Health, Message::new("round-sheet-needs-health")));
        }
    }
    let (answer, word) = (s.answer.trim(), s.word.trim().to_owned());
    if answer.is_empty() {
        return Ok(None);
    }
    let unread = || wrong(Holds::Answer, Message::new("round-sheet-answer").with("text", excerpt(answer)));
    match answer_of(p, round, answer).ok_or_else(unread)? {
        state if state == item.state && word == item.word => Ok(None),
        ItemState::Confirmed => Ok(Some(line(Given::Confirmed, Vec::new()))),
        _ if word.is_empty() => Err(wrong(Holds::Word, Message::new("round-sheet-word"))),
        state => Ok(Some(line(Given::Word(state, word), Vec::new()))),
    }
}

/// Money is added to what is stated already: a sheet that was brought before, or that is older than a report, adds none.
///
/// # Errors
/// It would.
pub fn adds_once(line: &Line, s: &Stated) -> Result<(), Wrong> {
    match &line.given {
        Given::Report(r) if !r.payment.is_none() && s.base.edition != Some(line.edition) => {
            let holds = if s.disbursed.trim().is_empty() { Holds::Spent } else { Holds::Disbursed };
            Err(Wrong { row: s.row, holds, message: Message::new("round-sheet-money-moved") })
        }
        _ => Ok(()),
    }
}

/// Reads the rows of a sheet below the heads that it is known by.
///
/// # Errors
/// It is no sheet of these, or cannot be read.
pub fn read(bytes: &[u8], heads: &[(Holds, String)]) -> Result<Vec<Stated>, Message> {
    let source = Source::open(nameless(bytes).map_err(|_| Message::new("import-file-broken"))?)?;
    let (mut rows, mut most) = (Vec::new(), false);
    source.rows(None, 0, |row, cells| {
        // a number as somebody would type it: never one that could be read as another
        let text = |column: usize| {
            let cell = cells.get(u16::try_from(column).unwrap_or(u16::MAX));
            cell.number().map_or_else(|| cell.text(), as_typed)
        };
        rows.push((row, (0..cells.len()).map(text).collect::<Vec<String>>()));
        most = rows.len() > LOOKED_AT;
        if most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let too_long = || Message::new("round-sheet-too-long").with("most", MOST);
    if most {
        return Err(too_long());
    }
    let place = |row: &[String], head: &str| row.iter().position(|cell| fold(cell) == fold(head));
    let all = |(_, row): &&(u32, Vec<String>)| {
        heads.iter().all(|(holds, head)| holds.can_lack() || place(row, head).is_some())
    };
    let at = rows.iter().position(|row| all(&row)).ok_or_else(|| Message::new("round-sheet-not-one"))?;
    let head = rows.get(at).map(|(_, row)| row.clone()).unwrap_or_default();
    let column = |holds: Holds| heads.iter().find(|(h, _)| *h == holds).and_then(|(_, name)| place(&head, name));
    let columns: Vec<(Holds, Option<usize>)> = heads.iter().map(|(holds, _)| (*holds, column(*holds))).collect();
    let (mut stated, mut values) = (Vec::<Stated>::new(), Vec::<(String, Stating, Option<Holds>)>::new());
    let mut keys = BTreeSet::new();
    for (row, cells) in rows.iter().skip(at + 1) {
        let cell = |holds: Holds| {
            let column = columns.iter().find(|(h, _)| *h == holds).and_then(|(_, column)| *column);
            column.and_then(|column| cells.get(column)).cloned().unwrap_or_default()
        };
        let key = cell(Holds::Key).trim().to_owned();
        // notes that stand below a table have no key; an answer that has lost its own is said to have, and not passed over
        if key.is_empty() {
            let (title, answer, health) = (cell(Holds::Title), cell(Holds::Answer), cell(Holds::Health));
            let lost = Stated { row: *row, title, answer, health, ..Stated::default() };
            stated.extend(Some(lost).filter(Stated::says_something));
            continue;
        }
        // of what is no key of ours, all of it: it is told as what is not known
        let item = key.split('/').next().filter(|item| !item.is_empty()).unwrap_or(&key).to_owned();
        let parts: Vec<&str> = key.splitn(3, '/').collect();
        let twice = match parts.as_slice() {
            [_, _, _] => !keys.insert(key.clone()),
            _ => !keys.insert(item.clone()),
        };
        if twice {
            return Err(Message::new("round-sheet-twice"));
        }
        if let [item, indicator, whom] = parts.as_slice() {
            let of = format!("{indicator}/{whom}");
            let misplaced = OF_ACTIONS.into_iter().find(|holds| !cell(*holds).trim().is_empty());
            values.push(((*item).to_owned(), Stating { row: *row, of, typed: cell(Holds::Value) }, misplaced));
            continue;
        }
        stated.push(Stated {
            row: *row,
            base: moved::read(parts.get(1).copied()),
            key: item,
            title: cell(Holds::Title),
            answer: cell(Holds::Answer),
            word: cell(Holds::Word),
            health: cell(Holds::Health),
            done: cell(Holds::Done),
            hinders: cell(Holds::Hinders),
            disbursed: cell(Holds::Disbursed),
            spent: cell(Holds::Spent),
            currency: cell(Holds::Currency),
            values: Vec::new(),
            whole: false,
            misplaced: (!cell(Holds::Value).trim().is_empty()).then_some((*row, Holds::Value)),
        });
    }
    if stated.len() > MOST {
        return Err(too_long());
    }
    let places: BTreeMap<String, usize> = stated.iter().enumerate().map(|(at, s)| (s.key.clone(), at)).collect();
    let mut lost = None;
    for (item, value, misplaced) in values {
        match places.get(&item).and_then(|at| stated.get_mut(*at)) {
            Some(of) => {
                of.misplaced = of.misplaced.or(misplaced.map(|holds| (value.row, holds)));
                of.values.push(value);
            }
            None => lost = lost.or(Some(value.row)),
        }
    }
    // the first that is of an action without a row here is told as what is not known
    stated.extend(lost.map(|row| Stated { row, key: "/".to_owned(), ..Stated::default() }));
    Ok(stated)
}

/// A file without a name, which goes away with whoever has it open.
fn nameless(bytes: &[u8]) -> std::io::Result<File> {
    let path = std::env::temp_dir().join(format!("concert-round-{}", random::id()));
    let mut file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    file.write_all(bytes)?;
    Ok(file)
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
