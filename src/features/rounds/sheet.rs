//! The page of a party as a sheet, for those who answer without the portal: prefilled, filled in, brought back. Here it is read and
//! judged, without the database; what would be taken over is shown before it is (`sheet_pages.rs`).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;

use super::life::{self, Act};
use super::model::{Health, Item, ItemState, Round};
use crate::features::exchange::Source;
use crate::kernel::fold::fold;
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::RoundItemId;
use crate::kernel::page::Page;
use crate::kernel::random;

/// More rows than a sheet is filled in with by hand.
pub const MOST: usize = 500;
/// Rows that are looked through: what stands above the table, and the table.
const LOOKED_AT: usize = MOST + 60;

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
        ]);
    }
    all.push((Holds::Key, "round-sheet-key", 38));
    all
}

/// What is stated of one item, as texts: a row of a sheet, or of the form that takes it over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    pub key: String,
    pub title: String,
    pub answer: String,
    pub word: String,
    pub health: String,
    pub done: String,
    pub hinders: String,
}

/// What is answered of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Confirmed,
    Word(ItemState, String),
    Report { health: Health, done: String, hinders: String },
}

/// An item with what would be taken over.
#[derive(Debug, Clone)]
pub struct Line {
    pub item: RoundItemId,
    pub title: String,
    /// The edition that stands; none is 0.
    pub edition: i32,
    pub given: Given,
}

/// The words by which answers and states of health are known, in the reader's language and in the portal's own.
pub fn answers(p: &Page, round: &Round) -> Vec<(ItemState, String)> {
    let mut all = vec![ItemState::CannotSay, ItemState::NotOurs];
    if !round.is_progress() {
        all.insert(0, ItemState::Confirmed);
    }
    all.into_iter().map(|s| (s, p.t(s.label()))).collect()
}

fn of<T: Copy>(known: &[(T, String)], typed: &str, own: impl Fn(T) -> &'static str) -> Option<T> {
    let wanted = fold(typed);
    known.iter().find(|(value, name)| own(*value) == typed || fold(name) == wanted).map(|(value, _)| *value)
}

/// Judges what is stated against the items of the page. `None` where nothing is stated, or nothing else than what stands.
///
/// # Errors
/// What is wrong with it.
pub fn judge(p: &Page, round: &Round, items: &[Item], s: &Stated) -> Result<Option<Line>, Message> {
    let unknown = || Message::new("round-sheet-unknown").with("title", excerpt(&s.title));
    let key: RoundItemId = s.key.trim().parse().map_err(|_| unknown())?;
    let item = items.iter().find(|i| i.id == key).ok_or_else(unknown)?;
    let line = |given| Line { item: item.id, title: item.title().to_owned(), edition: item.edition(), given };
    for (text, most) in [(&s.word, 2_000), (&s.done, 10_000), (&s.hinders, 10_000)] {
        if text.chars().count() > most {
            return Err(Message::new("field-too-long").with("most", most));
        }
        if text.contains('\0') {
            return Err(Message::new("field-control-character"));
        }
    }
    let healths: Vec<(Health, String)> = Health::ALL.iter().map(|h| (*h, p.t(h.label()))).collect();
    if round.is_progress() && !s.health.trim().is_empty() {
        let health = of(&healths, s.health.trim(), Health::as_str);
        let health = health.ok_or_else(|| Message::new("round-sheet-health").with("text", excerpt(&s.health)))?;
        let (done, hinders) = (s.done.trim().to_owned(), s.hinders.trim().to_owned());
        let stands = item.report.as_ref();
        if stands.is_some_and(|r| r.health == health && r.done == done && r.hinders == hinders) {
            return Ok(None);
        }
        if life::next(round.state, stands.map(|r| r.state), Act::Report, false).is_none() {
            return Err(Message::new("progress-error-accepted"));
        }
        return Ok(Some(line(Given::Report { health, done, hinders })));
    }
    let (answer, word) = (s.answer.trim(), s.word.trim().to_owned());
    if answer.is_empty() {
        return Ok(None);
    }
    let state = of(&answers(p, round), answer, ItemState::as_str);
    match state.ok_or_else(|| Message::new("round-sheet-answer").with("text", excerpt(answer)))? {
        state if state == item.state && word == item.word => Ok(None),
        ItemState::Confirmed => Ok(Some(line(Given::Confirmed))),
        _ if word.is_empty() => Err(Message::new("round-sheet-word")),
        state => Ok(Some(line(Given::Word(state, word)))),
    }
}

/// A row of the sheet as an item stands.
pub fn prefilled(p: &Page, round: &Round, i: &Item) -> Stated {
    let label = match i.state {
        ItemState::Confirmed if !round.is_progress() => p.t(ItemState::Confirmed.label()),
        state @ (ItemState::CannotSay | ItemState::NotOurs) => p.t(state.label()),
        _ => String::new(),
    };
    let report = i.report.as_ref();
    Stated {
        key: i.id.to_string(),
        title: i.title().to_owned(),
        answer: label,
        word: i.word.clone(),
        health: report.map(|r| p.t(r.health.label())).unwrap_or_default(),
        done: report.map(|r| r.done.clone()).unwrap_or_default(),
        hinders: report.map(|r| r.hinders.clone()).unwrap_or_default(),
    }
}

/// Reads the rows of a sheet below the heads that it is known by.
///
/// # Errors
/// It is no sheet of these, or cannot be read.
pub fn read(bytes: &[u8], heads: &[(Holds, String)]) -> Result<Vec<Stated>, Message> {
    let source = Source::open(nameless(bytes).map_err(|_| Message::new("import-file-broken"))?)?;
    let (mut rows, mut most) = (Vec::new(), false);
    source.rows(None, 0, |_, cells| {
        rows.push(cells.texts());
        most = rows.len() > LOOKED_AT;
        if most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if most {
        return Err(Message::new("round-sheet-too-long").with("most", MOST));
    }
    let place = |row: &[String], head: &str| row.iter().position(|cell| fold(cell) == fold(head));
    let all = |row: &&Vec<String>| heads.iter().all(|(_, head)| place(row, head).is_some());
    let at = rows.iter().position(|row| all(&row)).ok_or_else(|| Message::new("round-sheet-not-one"))?;
    let head = rows.get(at).cloned().unwrap_or_default();
    let stated = rows.iter().skip(at + 1).map(|row| {
        let cell = |holds: Holds| {
            let named = heads.iter().find(|(h, _)| *h == holds).and_then(|(_, name)| place(&head, name));
            named.and_then(|column| row.get(column)).cloned().unwrap_or_default()
        };
        Stated {
            key: cell(Holds::Key),
            title: cell(Holds::Title),
            answer: cell(Holds::Answer),
            word: cell(Holds::Word),
            health: cell(Holds::Health),
            done: cell(Holds::Done),
            hinders: cell(Holds::Hinders),
        }
    });
    // notes that stand below a table have no key
    let rows: Vec<Stated> = stated.filter(|s| !s.key.trim().is_empty()).collect();
    let keys: BTreeSet<&str> = rows.iter().map(|s| s.key.trim()).collect();
    if keys.len() != rows.len() {
        return Err(Message::new("round-sheet-twice"));
    }
    Ok(rows)
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heads() -> Vec<(Holds, String)> {
        vec![(Holds::Title, "What it is about".into()), (Holds::Answer, "Answer".into()), (Holds::Key, "Key".into())]
    }

    #[test]
    fn a_sheet_is_known_by_its_heads_in_whatever_order() {
        let csv = "Notes\nKey,Answer,What it is about\n1,still true,A\n2,,B\n,,a note below\n";
        let rows = read(csv.as_bytes(), &heads()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].key.as_str(), rows[0].answer.as_str(), rows[0].title.as_str()), ("1", "still true", "A"));
        for bad in ["Key,Answer\n1,x\n", "What it is about,Answer,Key\nA,x,1\nB,x,1\n"] {
            assert!(read(bad.as_bytes(), &heads()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn hostile_sheets_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &heads());
        }

        #[test]
        fn hostile_rows_are_refused_or_read(cells in prop::collection::vec(".{0,20}", 0..30)) {
            let text = format!("Key,Answer,What it is about\n{}", cells.join(","));
            if let Ok(rows) = read(text.as_bytes(), &heads()) {
                prop_assert!(rows.iter().all(|r| !r.key.trim().is_empty()));
            }
        }
    }

    #[test]
    #[ignore = "takes as long as it is told to"]
    fn sheets_of_rounds_never_break_the_reader() {
        use crate::kernel::fuzz::{Sample, run};
        let mut csv = "Notes\nKey,Answer,What it is about\n".to_owned();
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, head) in (0u16..).zip(["Key", "Answer", "What it is about"]) {
            sheet.write_string(0, column, head).unwrap();
        }
        for n in 1u32..20 {
            csv.push_str(&format!("{n}-4,still true,\"Lamps, no. {n}\"\n"));
            sheet.write_string(n, 0, format!("{n}-4")).unwrap();
            sheet.write_string(n, 1, "still true").unwrap();
            sheet.write_string(n, 2, format!("Lamps, no. {n}")).unwrap();
        }
        let samples = [Sample::Plain(csv.into_bytes()), Sample::unpacked(&book.save_to_buffer().unwrap())];
        let pieces: &[&[u8]] =
            &[b",", b";", b"\"", b"\n", b"Key", b"\0", b"\xff\xfe", b"<row r=\"9999999\">", b"<c t=\"s\"><v>9</v></c>"];
        run("round-sheet", &samples, pieces, |bytes| {
            let _ = read(bytes, &heads());
        });
    }
}
