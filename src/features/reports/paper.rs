//! A report to be carried away: as it is now or as it was frozen, as PDF, for Word, or its tables as a workbook. The checksum
//! of a frozen text stands on it.

use axum::extract::Path;
use axum::response::Response;

use super::model::{Report, Section};
use super::text::ReportText;
use super::{id, show, store};
use crate::features::documents::{
    self, Block, Cell, Checksum, Document, Format, Making, Note, Order, Run, Sheet, SheetColumn, Table, Value, Workbook,
};
use crate::features::needs::{Mapped, MappedCell, MappedNeed, Standing};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::db::Footnote;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// A text, which of them it is, and its checksum where it is frozen.
struct Paper<'a> {
    report: &'a Report,
    text: &'a ReportText,
    which: &'a str,
    checksum: Option<&'a str>,
}

/// A date of a frozen table as the reader has it.
pub fn date(p: &Page, text: &str) -> String {
    text.parse::<PartialDate>().map_or_else(|_| text.to_owned(), |day| p.date(&day))
}

/// A moment of a frozen text as the reader has it.
pub fn moment(p: &Page, text: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(text);
    at.map_or_else(|_| text.to_owned(), |at| p.time(&at.with_timezone(&chrono::Utc)))
}

/// How a cell of the matrix stands, in a word; with what is in it.
pub fn standing(p: &Page, cell: &MappedCell) -> String {
    if cell.standing == Standing::Nothing {
        return "–".to_owned();
    }
    let word = p.t(cell.standing.label());
    p.t3("report-cell", ("standing", word), ("needs", p.number(cell.needs)), ("actions", p.number(cell.actions)))
}

pub fn coverage(p: &Page, need: &MappedNeed) -> String {
    need.coverage.map_or_else(|| p.t("coverage-unjudged"), |c| p.t(c.label()))
}

pub fn priority(p: &Page, need: &MappedNeed) -> String {
    need.priority.map_or_else(|| p.t("not-stated"), |x| p.t(x.label()))
}

impl Paper<'_> {
    fn making(&self, p: &Page, format: Format) -> Making {
        match format {
            Format::Pdf => Making::Pdf(self.document(p)),
            Format::Docx => Making::Docx(self.document(p)),
            Format::Xlsx => Making::Xlsx(self.workbook(p)),
        }
    }

    /// As of when the tables are.
    fn as_of(&self, p: &Page) -> String {
        match &self.text.tables_at {
            Some(at) => p.t1("report-tables-at", "time", moment(p, at)),
            None => p.t("report-tables-none"),
        }
    }

    fn document(&self, p: &Page) -> Document {
        let (text, frame) = (self.text, p.frame());
        let author = frame.map(|f| f.name.clone()).unwrap_or_default();
        let mut d = Document::new(p.locale, text.title.clone(), author, p.today);
        d.subtitle = self.which.to_owned();
        if frame.is_some_and(|f| f.example) {
            d.warn(p.t("plan-report-example"));
        }
        // needs and their analysis are in it
        d.warn(p.t("report-members"));
        for n in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
            d.notes.push(Note { mark: n.mark.clone(), text: n.words().to_owned() });
        }
        d.cover_line(p.t("plan-field-pillar"), format!("{} – {}", text.pillar.0, text.pillar.1));
        d.cover_line(p.t("need-field-cycle"), text.cycle.clone());
        d.cover_line(p.t("report-years"), text.years());
        d.cover_line(p.t("plan-state"), p.t(self.report.state.label()));
        if let Some(day) = text.discussed_on {
            d.cover_line(p.t("report-discussed-on"), p.day(&day));
        }
        if let Some(hex) = self.checksum {
            d.checksums.push(Checksum { label: p.t("plan-checksum"), hex: hex.to_owned() });
        }
        for s in &text.sections {
            d.heading(1, s.heading.clone());
            d.text(&s.body);
        }
        d.push(Block::PageBreak);
        d.heading(1, p.t("report-tables"));
        d.small(self.as_of(p));
        if let Some(tables) = &text.tables {
            tables_into(&mut d, p, tables);
        }
        d
    }

    fn workbook(&self, p: &Page) -> Workbook {
        let (text, frame) = (self.text, p.frame());
        let mut notes = vec![self.which.to_owned(), self.as_of(p), p.t("report-members")];
        if let Some(hex) = self.checksum {
            notes.push(format!("{}: {hex}", p.t("plan-checksum")));
        }
        if frame.is_some_and(|f| f.example) {
            notes.push(p.t("plan-report-example"));
        }
        notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
        let empty = Mapped::default();
        let tables = text.tables.as_ref().unwrap_or(&empty);
        let sheet = |name: &str, columns: Vec<(String, u16)>, rows: Vec<Vec<Value>>| Sheet {
            name: p.t(name),
            title: text.title.clone(),
            notes: notes.clone(),
            columns: columns.into_iter().map(|(head, width)| SheetColumn { head, width }).collect(),
            rows,
        };
        let heads = |all: &[(&str, u16)]| all.iter().map(|(key, width)| (p.t(key), *width)).collect::<Vec<_>>();
        let mut matrix = heads(&[("need-field-plan", 40), ("matrix-file-code", 9), ("need-field-node", 60)]);
        matrix.extend(tables.beneficiaries.iter().map(|b| (b.clone(), 24)));
        let row = |m: &crate::features::needs::MappedMeasure| {
            let mut row = vec![words(&m.plan), words(&m.code), words(&m.title)];
            row.extend(m.cells.iter().map(|c| Value::Text(standing(p, c))));
            row
        };
        let needs = |all: Vec<&MappedNeed>| all.into_iter().map(|n| need(p, n)).collect::<Vec<_>>();
        Workbook {
            title: text.title.clone(),
            author: text.process.clone(),
            date: p.today,
            sheets: vec![
                sheet("report-needs", heads(NEEDS), needs(tables.needs.iter().collect())),
                sheet("report-matrix", matrix, tables.measures.iter().map(row).collect()),
                sheet(
                    "report-responses",
                    heads(RESPONSES),
                    tables
                        .responses
                        .iter()
                        .map(|r| {
                            let ends = r.ends.as_deref().map_or(Value::Empty, |day| Value::Text(date(p, day)));
                            vec![
                                words(&r.beneficiary),
                                words(&r.need),
                                words(&r.action),
                                Value::Text(r.donors.join("; ")),
                                ends,
                            ]
                        })
                        .collect(),
                ),
                sheet("report-uncovered", heads(NEEDS), needs(show::uncovered(tables))),
            ],
        }
    }
}

const NEEDS: &[(&str, u16)] = &[
    ("matrix-file-code", 9),
    ("need-field-node", 50),
    ("need-field-beneficiary", 24),
    ("report-need", 60),
    ("need-field-priority", 12),
    ("need-field-by_when", 14),
    ("need-field-coverage", 24),
    ("report-answered", 12),
];

const RESPONSES: &[(&str, u16)] =
    &[("need-field-beneficiary", 24), ("report-need", 60), ("list-action", 60), ("list-donor", 30), ("list-until", 14)];

fn words(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn need(p: &Page, n: &MappedNeed) -> Vec<Value> {
    vec![
        words(&n.code),
        words(&n.measure),
        words(&n.beneficiary),
        words(&n.title),
        Value::Text(priority(p, n)),
        n.by_when.as_deref().map_or(Value::Empty, |day| Value::Text(date(p, day))),
        Value::Text(coverage(p, n)),
        Value::Number(u64::try_from(n.answered).unwrap_or(u64::MAX).into()),
    ]
}

/// Needs as a table under its heading.
fn needs_into(d: &mut Document, p: &Page, title: &str, all: Vec<&MappedNeed>) {
    d.heading(2, p.t(title));
    if all.is_empty() {
        d.paragraph(p.t("report-none"));
        return;
    }
    let heads =
        ["need-field-node", "need-field-beneficiary", "report-need", "need-field-priority", "need-field-coverage"]
            .map(|k| p.t(k));
    let [node, beneficiary, need, priority_head, covered] = heads.each_ref().map(String::as_str);
    let columns = [(node, 4), (beneficiary, 3), (need, 6), (priority_head, 2), (covered, 3)];
    let mut table = Table::new(p.t(title), &columns);
    for n in all {
        table.row(vec![
            Cell::text(format!("{} {}", n.code, n.measure).trim()),
            Cell::text(&n.beneficiary),
            Cell::text(&n.title),
            Cell::text(priority(p, n)),
            Cell::text(coverage(p, n)),
        ]);
    }
    d.push(Block::Table(table));
}

/// The tables as parts of a document.
fn tables_into(d: &mut Document, p: &Page, tables: &Mapped) {
    needs_into(d, p, "report-needs", tables.needs.iter().collect());
    d.heading(2, p.t("report-matrix"));
    let measure = p.t("need-field-node");
    let mut heads: Vec<(&str, u16)> = vec![(&measure, 5)];
    heads.extend(tables.beneficiaries.iter().map(|b| (b.as_str(), 3)));
    let mut matrix = Table::new(p.t("report-matrix"), &heads);
    matrix.row_heads = true;
    matrix.wide = true;
    for m in &tables.measures {
        let mut row = vec![Cell::text(format!("{} {}", m.code, m.title).trim())];
        row.extend(m.cells.iter().map(|c| Cell::text(standing(p, c))));
        matrix.row(row);
    }
    d.push(Block::Table(matrix));
    d.heading(2, p.t("report-responses"));
    if tables.responses.is_empty() {
        d.paragraph(p.t("report-none"));
    } else {
        let heads = ["need-field-beneficiary", "report-need", "list-action", "list-donor", "list-until"];
        let heads = heads.map(|k| p.t(k));
        let [beneficiary, title, action, donor, until] = heads.each_ref().map(String::as_str);
        let columns = [(beneficiary, 3), (title, 5), (action, 5), (donor, 3), (until, 2)];
        let mut table = Table::new(p.t("report-responses"), &columns);
        for r in &tables.responses {
            table.row(vec![
                Cell::text(&r.beneficiary),
                Cell::text(&r.need),
                Cell::text(&r.action),
                Cell::text(r.donors.join(", ")),
                Cell::text(r.ends.as_deref().map_or_else(|| p.t("not-stated"), |day| date(p, day))),
            ]);
        }
        d.push(Block::Table(table));
    }
    needs_into(d, p, "report-uncovered", show::uncovered(tables));
    d.push(Block::Small { runs: vec![Run::plain(p.t("report-tables-rule"))] });
}

/// The file: of a frozen text where its number is asked for, else as the report is now.
pub async fn file(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let by = inside.member.require(Permission::ExportLists, &Scope::default())?.clone();
    let report = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    inside.member.require(Permission::ReportSee, &report.scope())?;
    let format = match inside.fields.value("format") {
        "" => Format::Pdf,
        text => Format::parse(text).ok_or(Problem::NotFound)?,
    };
    let (text, which, checksum) = match inside.fields.value("version") {
        "" => {
            let sections: Vec<Section> = store::sections(&mut inside.tx, report.id, p.today).await?;
            let frame = p.frame().ok_or(Problem::NotFound)?;
            (ReportText::new(&report, &sections, frame), p.t1("plan-file-now", "day", p.day(&p.today)), None)
        }
        number => {
            let number = id(number)?;
            let frozen = store::frozen(&mut inside.tx, report.id, number).await?.ok_or(Problem::NotFound)?;
            (show::read(&frozen)?, show::label(&p, &frozen), Some(frozen.checksum))
        }
    };
    let paper = Paper { report: &report, text: &text, which: &which, checksum: checksum.as_deref() };
    let making = paper.making(&p, format);
    let file_name = format!("{}, {which}", text.title);
    let order = Order { subject_kind: "mapping_report", subject: Some(report.id.0), file_name, making };
    documents::deliver(inside, &by, order).await
}
