//! The members' record of a frozen text, to be read and to be carried away with it: who was asked and what each stated, the
//! remarks with their answers, the needs, the Board's decision. It is in no file for observers or the public.

use super::text::{DecisionText, IndicatorText, PlanText, PositionText, Record, RemarkText, ResultText};
use crate::features::documents::{self, Block, Cell, Checksum, Document, Item, Run, Table, Value};
use crate::kernel::page::Page;

/// A record with the checksum that is over it and its text.
#[derive(Clone, Copy)]
pub struct Annex<'a> {
    pub record: &'a Record,
    pub checksum: &'a str,
}

/// Codes of the parts that a position names, as they stood in the text.
pub fn concerns(text: &PlanText, position: &PositionText) -> Vec<String> {
    let code = |n: &uuid::Uuid| text.node(*n).map(|n| n.code.clone());
    position.nodes.iter().filter_map(code).filter(|code| !code.is_empty()).collect()
}

/// The remarks by what they are about: the whole, each part in the order of the text, parts that are not in it.
pub fn remarks<'a>(p: &Page, text: &PlanText, record: &'a Record) -> Vec<(String, Vec<&'a RemarkText>)> {
    let of = |wanted: &dyn Fn(&RemarkText) -> bool| record.remarks.iter().filter(|r| wanted(r)).collect::<Vec<_>>();
    let mut groups = vec![(p.t("plan-remarks-whole"), of(&|r| r.node.is_none()))];
    for n in &text.nodes {
        groups.push((format!("{} {}", n.code, n.title).trim().to_owned(), of(&|r| r.node == Some(n.lineage))));
    }
    groups.push((p.t("plan-record-elsewhere"), of(&|r| r.node.is_some_and(|n| text.node(n).is_none()))));
    groups.retain(|(_, remarks)| !remarks.is_empty());
    groups
}

/// The figures that stood, by their indicators, in the order of the text.
pub fn results<'a>(text: &'a PlanText, record: &'a Record) -> Vec<(&'a IndicatorText, Vec<&'a ResultText>)> {
    let of = |i: &IndicatorText| record.results.iter().filter(|r| r.indicator == i.lineage).collect::<Vec<_>>();
    let indicators = text.nodes.iter().flat_map(|n| &n.indicators);
    indicators.map(|i| (i, of(i))).filter(|(_, figures)| !figures.is_empty()).collect()
}

fn stance(p: &Page, position: &PositionText) -> String {
    p.t(&format!("plan-stance-{}", position.stance.replace('_', "-")))
}

fn vote(p: &Page, vote: &str) -> String {
    if vote.is_empty() { p.t("plan-record-no-vote") } else { p.t(&format!("decision-vote-{}", vote.replace('_', "-"))) }
}

/// Number and title of a decision.
fn called(p: &Page, d: &DecisionText) -> String {
    match &d.number {
        Some(number) => format!("{}: {}", p.t1("plan-record-number", "number", number), d.title),
        None => d.title.clone(),
    }
}

/// What was decided, when and how.
fn outcome(p: &Page, d: &DecisionText) -> String {
    let mut parts = vec![p.t(&format!("decision-state-{}", d.outcome.replace('_', "-")))];
    parts.extend(d.decided_on.as_ref().map(|day| p.day(day)));
    if !d.procedure.is_empty() {
        parts.push(p.t(&format!("decision-procedure-{}", d.procedure)));
    }
    parts.join(", ")
}

/// The record at the end of a document.
pub fn write(d: &mut Document, p: &Page, text: &PlanText, annex: Annex<'_>) {
    let record = annex.record;
    d.warn(p.t("plan-record-banner"));
    d.checksums.push(Checksum { label: p.t("plan-record-checksum"), hex: annex.checksum.to_owned() });
    d.push(Block::PageBreak);
    d.heading(1, p.t("plan-record"));
    d.small(p.t("plan-record-about"));
    if record.without_names {
        d.small(p.t("plan-record-former"));
    }
    if record.is_empty() {
        d.paragraph(p.t("plan-record-empty"));
    }
    positions(d, p, text, record);
    let groups = remarks(p, text, record);
    if !groups.is_empty() {
        d.heading(2, p.t("plan-report-remarks"));
    }
    for (about, remarks) in groups {
        d.heading(3, about);
        for r in remarks {
            remark(d, p, r);
        }
    }
    if !record.needs.is_empty() {
        d.heading(2, p.tn("plan-record-needs", record.needs.len()));
        let item = |n: &super::text::NeedText| Item::new(vec![Run::plain(format!("{}: {}", n.beneficiary, n.title))]);
        d.push(Block::List { ordered: false, items: record.needs.iter().map(item).collect() });
    }
    if let Some(decision) = &record.decision {
        decided(d, p, decision);
    }
    ended_with(d, p, text, record);
}

fn ended_with(d: &mut Document, p: &Page, text: &PlanText, record: &Record) {
    let figures = results(text, record);
    if figures.is_empty() {
        return;
    }
    d.heading(2, p.t("plan-record-results"));
    d.small(p.t("plan-record-results-about"));
    let heads = RESULT_HEADS.map(|k| p.t(k));
    let [what, whose, period, figure, source] = &heads;
    let mut table =
        Table::new(p.t("plan-record-results"), &[(what, 5), (whose, 3), (period, 3), (figure, 2), (source, 4)]);
    table.row_heads = true;
    for (indicator, r) in figures.into_iter().flat_map(|(i, all)| all.into_iter().map(move |r| (i, r))) {
        table.row(result(p, indicator, r).map(Cell::text).into());
    }
    d.push(Block::Table(table));
}

const RESULT_HEADS: [&str; 5] =
    ["plan-indicator", "plan-filter-beneficiary", "result-field-period", "result-actual", "plan-record-result-source"];

fn result(p: &Page, indicator: &IndicatorText, r: &ResultText) -> [String; 5] {
    [indicator.called(p), r.whose(p), r.period(p), r.figure(p), r.source(p)]
}

fn positions(d: &mut Document, p: &Page, text: &PlanText, record: &Record) {
    let silent: Vec<&str> = record.asked.iter().filter(|a| !a.answered).map(|a| a.party.as_str()).collect();
    if record.positions.is_empty() && silent.is_empty() {
        return;
    }
    d.heading(2, p.t("plan-positions"));
    if !record.positions.is_empty() {
        let heads = ["plan-party", "plan-position", "plan-position-reason"].map(|k| p.t(k));
        let [party, position, reason] = &heads;
        let mut table = Table::new(p.t("plan-positions"), &[(party, 3), (position, 3), (reason, 6)]);
        table.row_heads = true;
        for q in &record.positions {
            let said = vec![Run::strong(stance(p, q)), Run::plain(format!("\n{}", q.by_line(p)))];
            let nodes = concerns(text, q);
            let concerns = match nodes.is_empty() {
                true => String::new(),
                false => p.t1("plan-position-concerns-list", "nodes", nodes.join(", ")),
            };
            let why: Vec<&str> = [q.reason.as_str(), concerns.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
            table.row(vec![Cell::text(&q.party), Cell::runs(said), Cell::text(why.join("\n"))]);
        }
        d.push(Block::Table(table));
    }
    for party in silent {
        d.paragraph(p.t1("plan-did-not-answer", "party", party));
    }
}

fn remark(d: &mut Document, p: &Page, r: &RemarkText) {
    let mut paragraphs = Vec::new();
    if !r.text.is_empty() {
        paragraphs.push(vec![Run::plain(&r.text)]);
    }
    if r.wording.is_some() {
        paragraphs.push(documents::runs(&r.pieces()));
    }
    paragraphs.push(match &r.answer {
        Some((answer, why)) => {
            let mut runs = vec![Run::strong(p.t(&format!("plan-answer-{answer}")))];
            if !why.is_empty() {
                runs.push(Run::plain(format!(": {why}")));
            }
            runs
        }
        None => vec![Run::emphasis(p.t("plan-remark-waits"))],
    });
    d.push(Block::Callout { title: r.by_line(p), paragraphs });
}

fn decided(d: &mut Document, p: &Page, decision: &DecisionText) {
    d.heading(2, called(p, decision));
    d.paragraph(outcome(p, decision));
    if !decision.votes.is_empty() {
        let heads = ["plan-record-seat", "plan-record-vote"].map(|k| p.t(k));
        let [seat, given] = &heads;
        let mut table = Table::new(p.t("plan-record-votes"), &[(seat, 4), (given, 3)]);
        table.row_heads = true;
        for (seat, given) in &decision.votes {
            table.row(vec![Cell::text(seat), Cell::text(vote(p, given))]);
        }
        d.push(Block::Table(table));
    }
    for (party, text) in &decision.statements {
        let title = p.t1("decision-state-for", "party", party);
        d.push(Block::Callout { title, paragraphs: vec![vec![Run::plain(text)]] });
    }
}

/// One sheet of the record: the key of its name, its columns with their widths, its rows.
pub struct Part {
    pub name: &'static str,
    pub columns: &'static [(&'static str, u16)],
    pub rows: Vec<Vec<Value>>,
}

fn row<const N: usize>(cells: [String; N]) -> Vec<Value> {
    cells.map(Value::Text).into()
}

/// The record as sheets of a workbook, those that hold something.
pub fn sheets(p: &Page, text: &PlanText, record: &Record) -> Vec<Part> {
    let code = |n: uuid::Uuid| text.node(n).map(|n| n.code.clone()).unwrap_or_default();
    let mut positions: Vec<Vec<Value>> = record
        .positions
        .iter()
        .map(|q| row([q.party.clone(), stance(p, q), q.reason.clone(), concerns(text, q).join(", "), q.by_line(p)]))
        .collect();
    let silent = record.asked.iter().filter(|a| !a.answered);
    positions.extend(silent.map(|a| row([a.party.clone(), p.t("plan-position-silent")])));
    let remark = |about: &str, r: &RemarkText| {
        let (from, to) = r.wording.clone().unwrap_or_default();
        let (answer, why) = match &r.answer {
            Some((answer, why)) => (p.t(&format!("plan-answer-{answer}")), why.clone()),
            None => (p.t("plan-remark-waits"), String::new()),
        };
        row([about.to_owned(), r.by_line(p), r.text.clone(), from, to, answer, why])
    };
    let mut said = Vec::new();
    for (about, all) in remarks(p, text, record) {
        said.extend(all.into_iter().map(|r| remark(&about, r)));
    }
    let needs = record.needs.iter().map(|n| row([code(n.node), n.beneficiary.clone(), n.title.clone()])).collect();
    let mut decision = Vec::new();
    if let Some(d) = &record.decision {
        decision.push(row([called(p, d), outcome(p, d)]));
        decision.extend(d.votes.iter().map(|(seat, given)| row([seat.clone(), vote(p, given)])));
        decision.extend(d.statements.iter().map(|(party, text)| row([party.clone(), text.clone()])));
    }
    let figure = |i: &IndicatorText, r: &ResultText| {
        let mut cells = row(result(p, i, r));
        // a number is one in a sheet, too
        if let (Some(cell), Ok(value)) = (cells.get_mut(3), r.value.parse()) {
            *cell = Value::Number(value);
        }
        cells
    };
    let figures = results(text, record);
    let figures = figures.iter().flat_map(|(i, all)| all.iter().map(|r| figure(i, r))).collect();
    let all = [
        Part {
            name: "plan-positions",
            columns: &[
                ("plan-party", 30),
                ("plan-position", 22),
                ("plan-position-reason", 60),
                ("plan-position-nodes-label", 18),
                ("plan-by", 40),
            ],
            rows: positions,
        },
        Part {
            name: "plan-report-remarks",
            columns: &[
                ("plan-field-parent", 40),
                ("plan-by", 40),
                ("plan-remark", 60),
                ("plan-record-was", 50),
                ("plan-record-suggested", 50),
                ("plan-answer", 20),
                ("plan-answer-why", 50),
            ],
            rows: said,
        },
        Part {
            name: "plan-record-needs-sheet",
            columns: &[("plan-field-code", 9), ("plan-filter-beneficiary", 24), ("plan-field-title", 60)],
            rows: needs,
        },
        Part {
            name: "plan-record-decision",
            columns: &[("plan-record-seat", 50), ("plan-record-vote", 60)],
            rows: decision,
        },
        Part {
            name: "plan-record-results",
            columns: &[
                ("plan-indicator", 60),
                ("plan-filter-beneficiary", 24),
                ("result-field-period", 22),
                ("result-actual", 14),
                ("plan-record-result-source", 30),
            ],
            rows: figures,
        },
    ];
    all.into_iter().filter(|part| !part.rows.is_empty()).collect()
}
