//! Plans to be carried away: the text as it is or as it was frozen, and what has changed between two texts, as PDF or for
//! Word. Checksums stand on every page.

use axum::extract::Path;
use axum::response::Response;

use super::annex::{self, Annex};
use super::difference::{ActionChange, Comparison, Fate, NodeChange};
use super::model::Plan;
use super::past;
use super::reasons::Reasons;
use super::store_node::{self, Past};
use super::text::PlanText;
use super::workbook::workbook;
use super::{id, store};
use crate::features::documents::{
    self, Block, Cell, Changed, Checksum, Document, Event, Format, Item, Making, Note, Order, Run, Table,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// The form that is asked for; PDF where none is named.
pub fn format(fields: &Fields) -> Result<Format, Problem> {
    if fields.is_set("format") {
        Format::parse(fields.value("format")).ok_or(Problem::NotFound)
    } else {
        Ok(Format::Pdf)
    }
}

/// The file, noted in the access log.
async fn deliver(inside: Inside, plan: &Plan, file_name: String, making: Making) -> Result<Response, Problem> {
    let by = inside.member.require(Permission::ExportLists, &Scope::default())?.clone();
    documents::deliver(inside, &by, Order { subject_kind: "plan", subject: Some(plan.id.0), file_name, making }).await
}

/// A document with what each of ours begins with.
fn begun(p: &Page, plan: &Plan, title: String, subtitle: String) -> Document {
    let frame = p.frame();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, title, author, p.today);
    d.subtitle = subtitle;
    if frame.is_some_and(|f| f.example) {
        d.warn(p.t("plan-report-example"));
    }
    if !plan.text_note.is_empty() {
        d.warn(p.t("plan-not-official"));
    }
    for n in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
        d.notes.push(Note { mark: n.mark.clone(), text: n.words().to_owned() });
    }
    d.cover_line(p.t("plan-state"), p.t(plan.state.label()));
    if let Some(pillar) = &plan.pillar {
        d.cover_line(p.t("plan-field-pillar"), format!("{} – {}", pillar.key, pillar.name));
    }
    d.cover_line(p.t("plan-period"), plan.period(p));
    d
}

/// The level of a heading by depth; a plan has three.
fn level(depth: usize) -> u8 {
    u8::try_from(depth + 1).unwrap_or(4).min(4)
}

/// A text of a plan, to be carried away in any form.
struct Paper<'a> {
    plan: &'a Plan,
    text: &'a PlanText,
    /// Which of its texts it is.
    which: &'a str,
    checksum: Option<&'a str>,
    /// The members' record of it, for those who are shown it.
    annex: Option<Annex<'a>>,
}

impl Paper<'_> {
    fn making(&self, p: &Page, format: Format) -> Making {
        match format {
            Format::Pdf => Making::Pdf(self.document(p)),
            Format::Docx => Making::Docx(self.document(p)),
            Format::Xlsx => Making::Xlsx(workbook(p, self.plan, self.text, self.which, self.checksum, self.annex)),
        }
    }

    fn document(&self, p: &Page) -> Document {
        let mut d = begun(p, self.plan, self.text.title.clone(), self.which.to_owned());
        if let Some(hex) = self.checksum {
            d.checksums.push(Checksum { label: p.t("plan-checksum"), hex: hex.to_owned() });
        }
        write(&mut d, p, self.text);
        if let Some(annex) = self.annex {
            annex::write(&mut d, p, self.text, annex);
        }
        d
    }
}

/// A published text in a form, with its checksum: the text alone.
pub fn paper(p: &Page, plan: &Plan, text: &PlanText, which: &str, checksum: &str, format: Format) -> Making {
    Paper { plan, text, which, checksum: Some(checksum), annex: None }.making(p, format)
}

fn write(d: &mut Document, p: &Page, text: &PlanText) {
    if !text.text_note.is_empty() {
        d.push(Block::Callout { title: p.t("plan-not-official"), paragraphs: vec![vec![Run::plain(&text.text_note)]] });
    }
    d.text(&text.about);
    for n in &text.nodes {
        d.heading(level(text.depth(n)), format!("{} {}", n.code, n.title));
        if !n.text_note.is_empty() {
            d.small(&n.text_note);
        }
        d.text(&n.body);
        if !n.expected_result.is_empty() {
            d.push(Block::Callout {
                title: p.t("plan-field-expected-result"),
                paragraphs: vec![vec![Run::plain(&n.expected_result)]],
            });
        }
        if !n.indicators.is_empty() {
            let items = n.indicators.iter().map(|i| Item::new(vec![Run::plain(i.in_words(p))])).collect();
            d.push(Block::List { ordered: false, items });
        }
        if !n.actions.is_empty() {
            let heads = ["plan-action", "plan-filter-donor", "plan-filter-beneficiary", "plan-dates", "plan-state"];
            let heads = heads.map(|k| p.t(k));
            let [action, donor, beneficiary, dates, state] = &heads;
            let columns = [(action, 5), (donor, 3), (beneficiary, 3), (dates, 3), (state, 2)];
            let mut table = Table::new(p.t("plan-actions"), &columns.map(|(head, share)| (head.as_str(), share)));
            for a in &n.actions {
                let or = |names: &[String]| if names.is_empty() { p.t("not-stated") } else { names.join(", ") };
                let stated = |text: Option<String>| text.unwrap_or_else(|| p.t("not-stated"));
                table.row(vec![
                    Cell::text(&a.title),
                    Cell::text(or(&a.donors)),
                    Cell::text(or(&a.beneficiaries)),
                    Cell::text(stated(a.dates(p))),
                    Cell::text(stated(a.state(p))),
                ]);
            }
            d.push(Block::Table(table));
        }
    }
}

/// The text as it is now.
pub async fn now(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    let format = format(&inside.fields)?;
    let now = past::side(&mut inside.tx, &p, &plan, "now").await?.ok_or(Problem::NotFound)?;
    let paper = Paper { plan: &plan, text: &now.text, which: &now.which, checksum: None, annex: None };
    let making = paper.making(&p, format);
    deliver(inside, &plan, plan.title.clone(), making).await
}

/// A frozen text, with its checksum; for those who are shown it, with the members' record.
pub async fn snapshot(
    Path((_, key, number)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    let number: i16 = id(&number)?;
    let frozen =
        store::frozen(&mut inside.tx, plan.id, &[number]).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let text = past::read(&frozen)?;
    let label = past::label(&p, frozen.number, &frozen.step, &frozen.at);
    let record = past::record(&mut inside.tx, plan.id, &frozen, &p).await?;
    let annex = record.as_ref().zip(frozen.record_checksum.as_deref());
    let annex = annex.map(|(record, checksum)| Annex { record, checksum });
    let paper = Paper { plan: &plan, text: &text, which: &label, checksum: Some(&frozen.checksum), annex };
    let making = paper.making(&p, format(&inside.fields)?);
    deliver(inside, &plan, format!("{}, {label}", text.title), making).await
}

/// So many lines of a history go into a file.
const MOST_HISTORY: i64 = 20_000;

/// The history of a plan and its parts, or of one part.
pub async fn history(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    inside.member.require(Permission::HistorySee, &plan.scope())?;
    let node = match inside.fields.value("node") {
        "" => None,
        node => Some(store_node::titled(&mut inside.tx, plan.id, id(node)?).await?),
    };
    let of = node.as_ref().map(|(id, _)| *id);
    let past = store_node::history(&mut inside.tx, plan.id, of, None, MOST_HISTORY, p.today).await?;
    let more = i64::try_from(past.len()).is_ok_and(|n| n >= MOST_HISTORY);
    let event = |h: &Past| Event {
        at: p.time(&h.at),
        who: h.by.as_ref().map_or_else(|| p.t("plan-by-portal"), |by| by.shown(&p)),
        whom: h.party().to_owned(),
        what: p.t(&format!("event-{}", h.event)),
        part: h.node.as_ref().map(|(_, title)| title.clone()).unwrap_or_default(),
        why: h.why.clone(),
        changes: h.sides(&p).into_iter().map(|(field, from, to)| Changed { field, from, to }).collect(),
    };
    let events: Vec<Event> = past.iter().map(event).collect();
    let title = node.map_or_else(|| plan.title.clone(), |(_, title)| format!("{} – {title}", plan.title));
    let making = Making::Xlsx(documents::trail(&p, &title, &events, more));
    let name = format!("{title} {}", p.t("plan-tab-history"));
    deliver(inside, &plan, name, making).await
}

/// What has changed between two texts.
pub async fn compare(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    let form = format(&inside.fields)?;
    let (from, to) = (inside.fields.value("from").to_owned(), inside.fields.value("to").to_owned());
    let a = past::side(&mut inside.tx, &p, &plan, &from).await?.ok_or(Problem::NotFound)?;
    let b = past::side(&mut inside.tx, &p, &plan, &to).await?.ok_or(Problem::NotFound)?;
    let found = super::difference::compare(&a.text, &b.text);
    let reasons = Reasons::between(&mut inside.tx, &inside.member, &plan, (&a, &b), p.today).await?;
    let mut d = begun(&p, &plan, p.t("plan-tab-compare"), plan.title.clone());
    for (side, text) in [(p.t("plan-compare-from"), &a), (p.t("plan-compare-to"), &b)] {
        d.cover_line(side.clone(), text.which.clone());
        let sum = super::text::checksum(&[text.text.bytes().map_err(anyhow::Error::from)?.as_bytes()]);
        d.checksums.push(Checksum { label: side, hex: hex::encode(sum) });
    }
    changes(&mut d, &p, &found, &reasons);
    let making = match form {
        Format::Pdf => Making::Pdf(d),
        Format::Docx => Making::Docx(d),
        // a comparison is read, not counted in
        Format::Xlsx => return Err(Problem::NotFound),
    };
    deliver(inside, &plan, format!("{}, {}", plan.title, p.t("plan-tab-compare")), making).await
}

fn changes(d: &mut Document, p: &Page, found: &Comparison, reasons: &Reasons) {
    if found.is_empty() || found.is_unseen() {
        d.paragraph(p.t(if found.is_empty() { "plan-compare-same" } else { "plan-compare-unseen" }));
        return;
    }
    reasons.write(d, p, None);
    for t in &found.head {
        line(d, p.t(&format!("plan-field-{}", t.field)), documents::runs(&t.pieces(p)));
    }
    for n in found.nodes.iter().filter(|n| n.fate != Fate::Same) {
        node(d, p, n);
        reasons.write(d, p, Some(n.lineage));
    }
}

/// One paragraph: what it is, and what has become of it.
fn line(d: &mut Document, label: String, runs: Vec<Run>) {
    let mut all = vec![Run::strong(format!("{label}: "))];
    all.extend(runs);
    d.push(Block::Paragraph { runs: all });
}

fn node(d: &mut Document, p: &Page, n: &NodeChange) {
    let fate = match n.fate {
        Fate::Added => "plan-fate-added",
        Fate::Removed => "plan-fate-removed",
        Fate::Same | Fate::Changed if n.is_moved_alone() => "plan-fate-moved",
        Fate::Same | Fate::Changed => "plan-fate-changed",
    };
    d.heading(level(n.depth), format!("{} {} ({})", n.code, n.title, p.t(fate)));
    if let Some(before) = &n.code_before {
        d.small(p.t1("plan-code-before", "code", before));
    }
    if let Some(was) = &n.moved_from {
        d.small(if was.is_empty() { p.t("plan-moved-here") } else { p.t1("plan-moved-from", "where", was) });
    }
    for t in &n.texts {
        line(d, p.t(&format!("plan-field-{}", t.field)), documents::runs(&t.pieces(p)));
    }
    for t in &n.indicators {
        line(d, p.t("plan-indicator"), documents::runs(&t.pieces(p)));
    }
    for a in &n.actions {
        line(d, p.t("plan-action"), action(p, a));
    }
}

/// What has become of an action: the whole of it where it came or went, else what is said of it otherwise.
fn action(p: &Page, a: &ActionChange) -> Vec<Run> {
    match a.fate {
        Fate::Added => vec![Run::inserted(a.action.in_words(p))],
        Fate::Removed => vec![Run::deleted(a.action.in_words(p))],
        Fate::Same | Fate::Changed => {
            let mut runs = vec![Run::plain(&a.action.title)];
            for t in &a.fields {
                runs.push(Run::emphasis(format!(" · {}: ", p.t(&format!("plan-field-{}", t.field)))));
                runs.extend(documents::runs(&t.pieces(p)));
            }
            runs
        }
    }
}
