//! Looks through an activity file: what is in it, what the portal could not take, and the file as version 2.03 would have it.

use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use super::loss::Severity;
use super::read::{Broken, Read, Reader};
use super::source::Limits;
use super::stated::Stated;
use super::{codes, write};
use crate::kernel::i18n::{Locale, say};

/// Lines of one kind that are told; the rest is counted.
const TOLD: usize = 200;

#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// As the file says it.
    pub version: String,
    pub activities: usize,
    /// Of them, those that lack what version 2.03 requires.
    pub incomplete: usize,
    pub publishers: BTreeMap<String, usize>,
    pub statuses: BTreeMap<String, usize>,
    /// By type, in the standard's words.
    pub transactions: BTreeMap<String, usize>,
    pub budgets: usize,
    pub planned_disbursements: usize,
    pub documents: usize,
    pub results: usize,
    pub related: usize,
    /// Activities whose budgets or commitments come to one total.
    pub totals: usize,
    pub mended: usize,
    pub lost: usize,
    pub wrong: usize,
    /// What was mended, lost or wrong, in words.
    pub lines: Vec<String>,
    /// Codes that their lists do not have, by list and code; they stay.
    pub unknown_codes: BTreeMap<String, usize>,
    /// Why the file could not be read to its end.
    pub broken: Option<String>,
}

impl Report {
    /// The report on lines, for a terminal.
    pub fn text(&self) -> String {
        let mut lines = vec![
            format!("version {}", if self.version.is_empty() { "not stated" } else { &self.version }),
            format!("{} activities, {} of them not complete", self.activities, self.incomplete),
            format!("{} mended, {} lost, {} wrong", self.mended, self.lost, self.wrong),
            format!(
                "{} budgets, {} planned disbursements, {} documents, {} results, {} related activities; {} totals",
                self.budgets, self.planned_disbursements, self.documents, self.results, self.related, self.totals
            ),
        ];
        let tables = [
            ("reporting organisations", &self.publishers),
            ("activity status", &self.statuses),
            ("transactions", &self.transactions),
            ("codes that their lists do not have", &self.unknown_codes),
        ];
        for (name, table) in tables.into_iter().filter(|(_, table)| !table.is_empty()) {
            lines.push(format!("{name}:"));
            lines.extend(table.iter().map(|(what, n)| format!("{n:>8}  {what}")));
        }
        lines.extend(self.lines.iter().cloned());
        let told = self.mended + self.lost + self.wrong;
        if told > self.lines.len() {
            lines.push(format!("and {} more", told - self.lines.len()));
        }
        lines.extend(self.broken.clone());
        lines.join("\n")
    }
}

fn one_more(counts: &mut BTreeMap<String, usize>, of: impl Into<String>) {
    *counts.entry(of.into()).or_default() += 1;
}

/// Reads a file through. `to`: receives what version 2.03 can say of it; activities that are not complete are not in it.
///
/// # Errors
/// What is written cannot be written.
pub fn check(file: impl BufRead, locale: &Locale, to: Option<&mut dyn Write>) -> io::Result<Report> {
    let mut report = Report::default();
    let mut to = to;
    if let Some(to) = &mut to {
        to.write_all(write::opening().as_bytes())?;
    }
    match Reader::open(file, Limits::default()) {
        Ok(reader) => through(reader, locale, &mut report, &mut to)?,
        Err(broken) => report.broken = Some(told(&broken, locale)),
    }
    if let Some(to) = &mut to {
        to.write_all(write::TAIL.as_bytes())?;
    }
    Ok(report)
}

fn told(broken: &Broken, locale: &Locale) -> String {
    say(locale, &broken.message())
}

fn through<R: BufRead>(
    reader: Reader<R>,
    locale: &Locale,
    report: &mut Report,
    to: &mut Option<&mut dyn Write>,
) -> io::Result<()> {
    report.version.clone_from(&reader.version);
    let mut text = String::new();
    for read in reader {
        let (activity, losses) = match read {
            Ok(Read::Activity(activity)) => (Some(activity.tree), activity.losses),
            Ok(Read::LeftOut(loss)) => (None, vec![loss]),
            Err(broken) => {
                report.broken = Some(told(&broken, locale));
                return Ok(());
            }
        };
        let mut whole = true;
        for loss in losses {
            match loss.what.severity() {
                Severity::Mended => report.mended += 1,
                Severity::Lost => report.lost += 1,
                Severity::Wrong => {
                    report.wrong += 1;
                    whole = false;
                }
            }
            if report.lines.len() < TOLD {
                report.lines.push(loss.line(locale));
            }
        }
        let Some(tree) = activity else { continue };
        count(report, Stated(&tree));
        for (list, code) in codes::unknown(&tree) {
            one_more(&mut report.unknown_codes, format!("{list} {code}"));
        }
        if !whole {
            report.incomplete += 1;
        } else if let Some(to) = to {
            text.clear();
            write::activity(&tree, &mut text);
            to.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

fn count(report: &mut Report, stated: Stated<'_>) {
    report.activities += 1;
    if let Some(reporter) = stated.reporter() {
        let name = reporter.names.into_iter().next().map(|told| told.text);
        one_more(&mut report.publishers, name.or(reporter.reference).unwrap_or_default());
    }
    if let Some(code) = stated.status() {
        one_more(&mut report.statuses, codes::name("activity-status/@code", code).unwrap_or(code));
    }
    for transaction in stated.transactions() {
        let name = codes::name("transaction/transaction-type/@code", &transaction.kind);
        one_more(&mut report.transactions, name.unwrap_or(&transaction.kind));
    }
    report.budgets += stated.budgets().len();
    report.planned_disbursements += stated.planned_disbursements().len();
    report.documents += stated.documents().len();
    report.results += stated.results().len();
    report.related += stated.related().len();
    report.totals += usize::from(stated.total().is_some());
}
