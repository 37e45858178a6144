//! The sheet of a party: taken along, brought back, shown as what it would change, and taken over: what is wrong is left, all else is
//! taken in one transaction, by the same services as on the page.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use std::collections::BTreeSet;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::answer::{confirm, hold};
use super::answered::write_all;
use super::late::late;
use super::mine::{self, Part};
use super::model::{Asked, Item, ItemState, Round};
use super::report::pay;
use super::sheet::{self, Given, Holds, Line, MOST, Reported, Stated};
use super::sheet_figures as figures;
use super::sheet_moved::{self as moved, There};
use super::show::{done, find, html, page_of};
use super::store_items::{self, Answer, Wanted};
use super::store_report::{self, NewReport};
use super::told;
use crate::features::documents::{self, Making, Order, Sheet, SheetColumn, Value, Workbook, cell};
use crate::features::exchange::count_upload;
use crate::kernel::auth::{Bringing, Inside, Upload};
use crate::kernel::db::{Entry, Footnote, Intent, Statements};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::RoundItemId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// The largest sheet that is taken.
const MOST_BYTES: usize = 4 << 20;

#[derive(Template)]
#[template(path = "rounds/sheet.html")]
struct SheetPage {
    p: Page,
    r: Round,
    a: Asked,
    lines: Vec<Line>,
    /// What was answered otherwise meanwhile.
    clashes: Vec<(Line, There)>,
    /// What is wrong, with what it is about.
    wrong: Vec<(String, String)>,
}

impl SheetPage {
    fn answer(&self, line: &Line) -> String {
        match &line.given {
            Given::Confirmed => self.p.t(ItemState::Confirmed.label()),
            Given::Word(state, word) => format!("{}: {word}", self.p.t(state.label())),
            Given::Report(report) => self.p.t(report.health.label()),
        }
    }
    /// What is reported, besides how it stands.
    fn more(&self, line: &Line) -> Vec<String> {
        let texts = match &line.given {
            Given::Report(report) => vec![report.done.clone(), report.hinders.clone()],
            Given::Confirmed | Given::Word(..) => Vec::new(),
        };
        texts.into_iter().filter(|text| !text.is_empty()).chain(line.figures.iter().cloned()).collect()
    }
    /// The lines as the form brings them back.
    fn sent(&self) -> Vec<(&'static str, String)> {
        let clashes = self.clashes.iter().flat_map(|(line, _)| Self::fields(line, true));
        self.lines.iter().flat_map(|line| Self::fields(line, false)).chain(clashes).collect()
    }
    /// Name and value; `clash`: it is taken over only where that is asked for.
    fn fields(line: &Line, clash: bool) -> Vec<(&'static str, String)> {
        let (answer, word, report) = match &line.given {
            Given::Confirmed => (ItemState::Confirmed.as_str(), "", None),
            Given::Word(state, word) => (state.as_str(), word.as_str(), None),
            Given::Report(report) => ("", "", Some(report)),
        };
        let of = |text: fn(&Reported) -> String| report.map(text).unwrap_or_default();
        let money = |kind: &str| {
            let amounts = report.map(|r| r.payment.amounts.as_slice()).unwrap_or_default();
            amounts.iter().find(|(k, _)| *k == kind).map(|(_, typed)| typed.clone()).unwrap_or_default()
        };
        vec![
            ("item", line.item.to_string()),
            ("edition", line.edition.to_string()),
            ("stands", line.stands.clone()),
            ("clash", if clash { "1" } else { "" }.to_owned()),
            ("answer", answer.to_owned()),
            ("word", word.to_owned()),
            ("health", of(|r| r.health.as_str().to_owned())),
            ("done", of(|r| r.done.clone())),
            ("hinders", of(|r| r.hinders.clone())),
            ("values", of(|r| figures::sent(&r.values, r.moved))),
            ("disbursed", money("disbursed")),
            ("spent", money("spent")),
            ("currency", of(|r| r.payment.currency.clone())),
        ]
    }
}

/// The sheet, as it is taken along.
pub async fn file(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let round = find(&mut inside, &key).await?;
    let part = Part::read(&inside.fields);
    let asked = page_of(&mut inside, &round, part.asked.ok_or(Problem::NotFound)?).await?;
    // what does not fit in one sheet goes on in the next, when these are answered
    let (open, all) = store_items::count(&mut inside.tx, asked.id).await?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let goes_on = all > most && open > 0;
    let wanted = Wanted { asked: Some(asked.id), open: goes_on, most, ..Wanted::default() };
    let items = store_items::items(&mut inside.tx, round.id, &wanted, inside.page.today).await?;
    let p = &inside.page;
    let columns = sheet::columns(&round);
    let line = |s: &Stated, stands: Option<Value>| {
        let value = |holds: &Holds| match holds {
            Holds::Key => cell(&s.key),
            Holds::Title => cell(&s.title),
            Holds::Answer => cell(&s.answer),
            Holds::Word => cell(&s.word),
            Holds::Health => cell(&s.health),
            Holds::Done => cell(&s.done),
            Holds::Hinders => cell(&s.hinders),
            Holds::Value => stands.clone().unwrap_or(Value::Empty),
            Holds::Disbursed | Holds::Spent | Holds::Currency => Value::Empty,
        };
        columns.iter().map(|(holds, ..)| value(holds)).collect::<Vec<Value>>()
    };
    let rows =
        |i: &Item| {
            let mut rows = vec![line(&moved::prefilled(p, &round, i), None)];
            let below = if round.is_progress() { figures::rows(p, i) } else { Vec::new() };
            rows.extend(below.into_iter().map(|(key, title, stands)| {
                line(&Stated { key, title, ..Stated::default() }, stands.map(Value::Number))
            }));
            rows
        };
    let words: Vec<String> = sheet::answers(p, &round).into_iter().map(|(_, name)| name).collect();
    let mut notes = vec![
        p.t2("round-sheet-of", "party", &asked.name, "day", p.day(&round.deadline)),
        p.t1("round-sheet-how", "answers", words.join(", ")),
    ];
    if goes_on {
        notes.push(p.t2("round-sheet-first", "n", p.number(items.len()), "open", p.number(open)));
    } else if all > most {
        notes.push(p.t2("round-sheet-first-answered", "n", p.number(items.len()), "all", p.number(all)));
    }
    if round.is_progress() {
        notes.push(p.t("round-sheet-figures"));
    }
    let frame = p.frame();
    notes.extend(frame.filter(|f| f.example).map(|_| p.t("example-banner-text")));
    notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    let sheet = Sheet {
        name: p.t("round-field-answer"),
        title: round.title.clone(),
        notes,
        columns: columns.iter().map(|(_, key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
        rows: items.iter().flat_map(rows).collect(),
    };
    let slug = frame.map(|f| f.slug.as_str()).unwrap_or_default();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let book = Workbook { title: round.title.clone(), author, date: p.today, sheets: vec![sheet] };
    let file_name = format!("{slug}-{}-{}", asked.name, p.today);
    let order = Order { subject_kind: "round", subject: Some(round.id.0), file_name, making: Making::Xlsx(book) };
    documents::deliver(inside, &by, order).await
}

/// These items of a page; where none are named, its first.
async fn items(inside: &mut Inside, round: &Round, asked: &Asked, ids: &[RoundItemId]) -> Result<Vec<Item>, Problem> {
    let wanted = Wanted { asked: Some(asked.id), most: i64::try_from(MOST).unwrap_or(i64::MAX), ..Wanted::of(ids) };
    Ok(store_items::items(&mut inside.tx, round.id, &wanted, inside.page.today).await?)
}

async fn received(file: &mut Upload) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = file.next().await? {
        bytes.extend_from_slice(&part);
        if bytes.len() > MOST_BYTES {
            return Err(Problem::TooLarge);
        }
    }
    Ok(bytes)
}

/// A sheet that comes back: what it would change is shown, and nothing is changed yet.
pub async fn bring(Path((_, key)): Path<(String, String)>, bringing: Bringing) -> Result<Response, Problem> {
    let Bringing { mut inside, file } = bringing;
    let round = find(&mut inside, &key).await?;
    let part = Part::read(&inside.fields);
    let asked = page_of(&mut inside, &round, part.asked.ok_or(Problem::NotFound)?).await?;
    if !round.is_open() {
        let back = part.rest(&round);
        return late(&mut inside, round, &back, Vec::new()).await;
    }
    let Some(mut file) = file else { return refused(inside, round, part, Message::new("import-error-no-file")).await };
    // a slow sender holds no transaction
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let session = inside.tx.session().cloned().ok_or(Problem::NotFound)?;
    // reading one through is work: how many are brought is limited as with other files that are read
    count_upload(&mut inside).await?;
    let Inside { app, tx, page, fields, .. } = inside;
    tx.commit().await?;
    let bytes = received(&mut file).await?;
    let heads: Vec<(Holds, String)> =
        sheet::columns(&round).into_iter().map(|(holds, key, _)| (holds, page.t(key))).collect();
    let read = spawn_blocking(move || sheet::read(&bytes, &heads)).await.map_err(anyhow::Error::from)?;
    let entered = app.db.enter(&slug, &session, Intent::Write, &Statements::default()).await?;
    let Entry::In(entered) = entered else { return Err(Problem::SignedOut { next: page.link("/rounds") }) };
    let (tx, facts) = *entered;
    let mut inside = Inside { app, tx, member: Member::new(facts.memberships), page, fields };
    // their rights may have changed while it came
    let asked = page_of(&mut inside, &round, asked.id).await?;
    let stated = match read {
        Ok(stated) => stated,
        Err(message) => return refused(inside, round, part, message).await,
    };
    let ids: Vec<RoundItemId> = stated.iter().filter_map(|s| s.key.trim().parse().ok()).collect();
    let items = items(&mut inside, &round, &asked, &ids).await?;
    let (mut lines, mut clashes, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for s in &stated {
        let judged = sheet::judge(&inside.page, &round, &items, s);
        match judged.and_then(|line| line.map(|l| sheet::adds_once(&l, s).map(|()| l)).transpose()) {
            Ok(None) => {}
            Ok(Some(line)) => match items.iter().find(|i| i.id == line.item && moved::has_moved(i, &s.base)) {
                Some(item) => clashes.push((line, There::of(&inside.page, &round, item))),
                None => lines.push(line),
            },
            Err(why) => wrong.push((s.title.clone(), why.said(&inside.page, &round))),
        }
    }
    html(&SheetPage { p: inside.page.clone(), r: round, a: asked, lines, clashes, wrong })
}

async fn refused(mut inside: Inside, round: Round, part: Part, message: Message) -> Result<Response, Problem> {
    let mut f = Fields::default();
    f.fail("item", message);
    mine::show(&mut inside, round, part, None, f).await
}

/// A line that the form brings back.
struct Sent {
    stated: Stated,
    edition: i32,
    /// Which answer stood when it was shown; empty: not said.
    stands: String,
    /// It was shown beside another answer.
    clash: bool,
}

fn sent(f: &Fields) -> Vec<Sent> {
    let column = |name: &str| f.values(name).into_iter().map(str::to_owned).collect::<Vec<String>>();
    let [keys, editions, answers, words, healths, dones, hinders] =
        ["item", "edition", "answer", "word", "health", "done", "hinders"].map(column);
    let [values, disbursed, spent, currencies] = ["values", "disbursed", "spent", "currency"].map(column);
    let [stands, clashes] = ["stands", "clash"].map(column);
    let at = |all: &[String], n: usize| all.get(n).cloned().unwrap_or_default();
    let line = |(n, key): (usize, &String)| {
        let stated = Stated {
            key: key.clone(),
            answer: at(&answers, n),
            word: at(&words, n).replace("\r\n", "\n"),
            health: at(&healths, n),
            done: at(&dones, n).replace("\r\n", "\n"),
            hinders: at(&hinders, n).replace("\r\n", "\n"),
            disbursed: at(&disbursed, n),
            spent: at(&spent, n),
            currency: at(&currencies, n),
            values: figures::read_sent(&at(&values, n)),
            // a word beside a report leaves its values where they are
            whole: !at(&healths, n).is_empty() && at(&values, n) != figures::AS_THEY_STAND,
            ..Stated::default()
        };
        let edition = at(&editions, n).parse().unwrap_or(-1);
        Sent { stated, edition, stands: at(&stands, n), clash: !at(&clashes, n).is_empty() }
    };
    keys.iter().enumerate().map(line).collect()
}

/// Takes over what was shown.
pub async fn take(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let f = std::mem::take(&mut inside.fields);
    let part = Part::read(&f);
    let asked = page_of(&mut inside, &round, part.asked.ok_or(Problem::NotFound)?).await?;
    let by = inside.member.require(Permission::RoundAnswer, &asked.scope())?.clone();
    if !hold(&mut inside, &round).await? {
        // what it said stands in the sender's own sheet
        let back = part.rest(&round);
        return late(&mut inside, round, &back, Vec::new()).await;
    }
    let sent = sent(&f);
    let ids: Vec<RoundItemId> = sent.iter().filter_map(|s| s.stated.key.parse().ok()).collect();
    if ids.is_empty() || ids.len() != sent.len() || ids.len() > MOST {
        return refused(inside, round, part, Message::new("round-sheet-nothing")).await;
    }
    if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
        return refused(inside, round, part, Message::new("round-sheet-twice")).await;
    }
    // who answers one of them at the same moment waits
    store_items::lock(&mut inside.tx, round.id, &Wanted { asked: Some(asked.id), ..Wanted::of(&ids) }).await?;
    let items = items(&mut inside, &round, &asked, &ids).await?;
    let (mut confirmed, mut words, mut reports, mut payments) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let period = (round.period_start, round.period_end);
    let over = f.values("over");
    for Sent { stated, edition, stands, .. } in
        sent.iter().filter(|s| !s.clash || over.contains(&s.stated.key.as_str()))
    {
        let line = match sheet::judge(&inside.page, &round, &items, stated) {
            Ok(Some(line)) => line,
            Ok(None) => continue,
            Err(why) => return refused(inside, round, part, why.message).await,
        };
        let Some(item) = items.iter().find(|i| i.id == line.item) else { continue };
        if !stands.is_empty() && *stands != line.stands {
            // answered since it was shown: what they chose between is not what stands
            continue;
        }
        match line.given {
            Given::Confirmed => confirmed.push(item.clone()),
            Given::Word(state, word) => words.push((item, state, word)),
            Given::Report(report) => {
                let Some(action) = item.action.as_ref() else { continue };
                inside.member.require(Permission::ProgressReport, &action.scope())?;
                let Reported { health, done, hinders, values, payment, .. } = report;
                let values = values.into_iter().map(|((indicator, whom), value)| (indicator, whom, value)).collect();
                let (action, upon) = (action.id, *edition);
                reports.push(NewReport { item: item.id, action, period, health, done, hinders, values, upon });
                payments.push((item, payment));
            }
        }
    }
    let mut answers: Vec<Answer<'_>> =
        words.iter().map(|(item, state, word)| Answer { item: item.id, state: *state, word }).collect();
    if !reports.is_empty() {
        let now = inside.app.clock.now();
        inside.tx.mark().await?;
        // a row is a report of its own: what was reported anew since the sheet was shown is left, with its money
        let reported = store_report::report(&mut inside.tx, round.id, &reports, &by, now).await?;
        for (item, payment) in payments.iter().filter(|(item, _)| reported.contains(&item.id)) {
            let mut f = Fields::default();
            for (kind, typed) in &payment.amounts {
                f.set(kind, typed);
            }
            f.set("currency", &payment.currency);
            // through the action's own form, which writes nothing where no money was stated
            if !pay(&mut inside, &round, item, &mut f).await? {
                // all of the sheet, or nothing of it
                inside.tx.back().await?;
                let why = f.errors().first().map(|(_, message)| (*message).clone());
                return refused(inside, round, part, why.unwrap_or_else(|| Message::new("round-error-moved-on"))).await;
            }
        }
        let written = reports.iter().filter(|r| reported.contains(&r.item));
        let actions: Vec<Uuid> = written.map(|r| r.action.0).collect();
        let (none, why) = (Changes::new(), round.title.as_str());
        history::record_each(&mut inside.tx, &by, Subject::Action, &actions, "progress-reported", &none, why).await?;
        answers.extend(reported.into_iter().map(|item| Answer { item, state: ItemState::Reported, word: "" }));
    }
    if !confirmed.is_empty() {
        let said = confirm(&mut inside, &round, &confirmed, &by).await?;
        answers.extend(said.into_iter().map(|item| Answer { item, state: ItemState::Confirmed, word: "" }));
    }
    let taken = answers.len();
    if taken == 0 {
        let what = if sent.iter().any(|s| s.clash) { "round-sheet-kept" } else { "round-sheet-nothing" };
        return refused(inside, round, part, Message::new(what)).await;
    }
    write_all(&mut inside, &round, &asked, &answers, &by).await?;
    let foreign: Vec<&Item> = words.iter().filter(|w| w.1 == ItemState::NotOurs).map(|w| w.0).collect();
    told::not_ours(&mut inside.tx, &inside.app, &round, &asked, &foreign, &by).await?;
    inside.tx.commit().await?;
    let what = if taken == sent.len() { "round-sheet-taken" } else { "round-sheet-some-taken" };
    Ok(done(&inside.page, &part.rest(&round), what))
}
