//! What a row says of one action.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::cells::{Cell, Cells};
use super::columns::Column;
use super::period;
use super::several::{listed, share};
use super::words::{handling, is_note, is_nothing, is_sum, status};
use crate::features::exchange::incoming::{Incoming, IncomingParty, Place, Severity};
use crate::kernel::date::{PartialDate, without_from, without_to};
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::money::{Currency, Negative, parse_currency, parse_money};

/// The longest text of a field, as the form has it.
fn longest(column: Column) -> usize {
    match column {
        Column::Title | Column::Parent => 500,
        Column::Description => 20_000,
        Column::Reference => 200,
        Column::ThemeText => 1_000,
        Column::Link => 2_000,
        _ => 5_000,
    }
}

struct Reader<'a> {
    to: Incoming,
    head: &'a str,
    index: u16,
    today: NaiveDate,
}

impl Reader<'_> {
    fn wrong(&mut self, message: Message) {
        self.to.problem(self.head, Some(self.index), Severity::Wrong, message);
    }

    fn text(&mut self, column: Column, text: &str) -> Option<String> {
        let most = longest(column);
        if text.chars().count() > most {
            self.wrong(Message::new("field-too-long").with("most", most));
            return None;
        }
        Some(text.to_owned())
    }

    /// `bare`: the text without a word that says of the column what its heading says already, "od" or "do".
    fn date(&mut self, cell: &Cell, bare: fn(&str) -> &str) -> Option<PartialDate> {
        use chrono::Datelike;
        let read = match cell {
            Cell::Day(day) => PartialDate::new_day(day.year(), day.month(), day.day()).map(|date| (date, false)),
            // a year stands as a number
            Cell::Number(n) if n.fract() == 0.0 && (1950.0..=2100.0).contains(n) => {
                PartialDate::new_year(*n as i32).map(|date| (date, false))
            }
            other => period::date(bare(&other.text()), self.today),
        };
        match read {
            Ok((date, rounded)) => {
                if rounded {
                    self.kept_as(&cell.text(), &date.to_string());
                }
                Some(date)
            }
            Err(error) => {
                let text = cell.text();
                let two = period::period(&text, self.today).is_ok_and(|p| p.start.is_some() && p.start != p.end);
                self.wrong(match two {
                    true => Message::new("import-cell-date-two").with("text", excerpt(&text)),
                    false => error.message(),
                });
                None
            }
        }
    }

    /// A start and an end in one cell. What a column of its own says of either comes first.
    fn period(&mut self, text: &str) {
        let period = match period::period(text, self.today) {
            Ok(period) => period,
            Err(error) => return self.wrong(error.message(text)),
        };
        if period.rounded {
            let dates = [period.start, period.end];
            let mut dates: Vec<String> = dates.iter().flatten().map(PartialDate::to_string).collect();
            dates.dedup();
            self.kept_as(text, &dates.join(" – "));
        }
        self.to.start = self.to.start.or(period.start);
        self.to.end = self.to.end.or(period.end);
    }

    /// The source says a quarter or the end of a year; a record has years, months and days.
    fn kept_as(&mut self, text: &str, kept: &str) {
        let message = Message::new("import-cell-date-rounded").with("text", excerpt(text)).with("kept", kept);
        self.to.problem(self.head, Some(self.index), Severity::Lost, message);
    }

    fn amount(&mut self, cell: &Cell) -> Option<(Decimal, Option<Currency>)> {
        if let Some(number) = cell.number() {
            if number.is_sign_negative() && !number.is_zero() {
                self.wrong(Message::new("money-negative"));
                return None;
            }
            return Some((number, None));
        }
        match parse_money(&cell.text(), Negative::Refused) {
            Ok(typed) => Some((typed.amount, typed.currency)),
            Err(error) => {
                self.wrong(error.message());
                None
            }
        }
    }

    fn parties(&mut self, text: &str, role: &'static str) {
        for name in listed(text) {
            self.to.parties.push(IncomingParty { reference: None, name: Some(name), role });
        }
    }

    fn source(&mut self, text: &str) {
        let (note, web) = match text.rsplit_once(char::is_whitespace) {
            Some((note, last)) if is_web(last) => (note.trim(), Some(last)),
            None if is_web(text) => ("", Some(text)),
            _ => (text, None),
        };
        if !note.is_empty() {
            self.to.source_note = self.text(Column::Source, note);
        }
        self.to.link = web.map(str::to_owned);
    }
}

fn is_web(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
}

/// The id in the address of a record.
fn id_in(text: &str) -> Option<uuid::Uuid> {
    let part = text.split("/actions/").nth(1)?;
    part.get(..36)?.parse().ok()
}

/// Reads a row. `columns` says what each column holds; `currency` stands where the file states none.
pub fn incoming(
    place: Place,
    cells: &Cells,
    heads: &[String],
    columns: &[Option<Column>],
    currency: Option<Currency>,
    today: NaiveDate,
) -> Incoming {
    let mut r = Reader { to: Incoming { place, ..Incoming::default() }, head: "", index: 0, today };
    let (mut amount, mut code, mut amount_at, mut title_at) = (None, None, None, None);
    for (index, column) in (0u16..).zip(columns) {
        let (Some(column), cell) = (column, cells.get(index)) else { continue };
        if *column == Column::Ignore || cell.is_empty() {
            continue;
        }
        r.head = heads.get(usize::from(index)).map_or("", String::as_str);
        r.index = index;
        if let Cell::Error(error) = cell {
            r.wrong(Message::new("import-cell-formula").with("text", excerpt(error)));
            continue;
        }
        let text = cell.text();
        // a sign by itself has no letters, and is a currency all the same
        if is_nothing(&text) && !(*column == Column::Currency && text.trim().ends_with(is_sign)) {
            continue;
        }
        match column {
            Column::Title => {
                r.to.title = r.text(*column, &text);
                title_at = Some((r.head, index));
            }
            Column::Description => r.to.description = r.text(*column, &text),
            Column::Reference => r.to.reference = r.text(*column, &text),
            Column::Address => r.to.id = id_in(&text),
            Column::AsOf => r.to.as_of = Some(text),
            Column::Keeper => {
                r.to.reporter = Some(IncomingParty { reference: None, name: Some(text), role: "reporting" });
            }
            Column::Funding => r.parties(&text, "funding"),
            Column::Implementing => r.parties(&text, "implementing"),
            Column::Accountable => r.parties(&text, "accountable"),
            Column::Extending => r.parties(&text, "extending"),
            Column::Lead => r.parties(&text, "lead"),
            Column::Beneficiaries => r.to.beneficiaries.extend(listed(&text).iter().map(|t| share(t))),
            Column::Pillars => r.to.pillars.extend(listed(&text)),
            Column::Themes => r.to.themes.extend(listed(&text)),
            Column::ThemeText => r.to.theme_text = r.text(*column, &text),
            Column::Status => match status(&text) {
                Some(status) => r.to.status = Some(status),
                None => r.wrong(Message::new("import-cell-status").with("text", excerpt(&text))),
            },
            Column::Handling => match handling(&text) {
                Some(level) => r.to.handling = Some(level),
                None => r.wrong(Message::new("import-cell-handling").with("text", excerpt(&text))),
            },
            Column::Start => r.to.start = r.date(cell, without_from),
            Column::End => r.to.end = r.date(cell, without_to),
            Column::Period => r.period(&text),
            Column::PlannedStart => r.to.planned_start = r.date(cell, without_from),
            Column::PlannedEnd => r.to.planned_end = r.date(cell, without_to),
            Column::ActualStart => r.to.actual_start = r.date(cell, without_from),
            Column::ActualEnd => r.to.actual_end = r.date(cell, without_to),
            Column::Total => {
                amount = r.amount(cell);
                amount_at = Some((r.head, index));
            }
            Column::Currency => match parse_currency(&text) {
                Ok(currency) => code = Some(currency),
                Err(message) => r.wrong(message),
            },
            Column::Parent => r.to.parent = r.text(*column, &text),
            Column::Link if is_web(&text) => r.to.link = r.text(*column, &text),
            Column::Link => r.wrong(Message::new("field-web-address")),
            Column::Source => r.source(&text),
            Column::Ignore => {}
        }
    }
    if let (Some((amount, beside)), Some((head, index))) = (amount, amount_at) {
        match beside.or(code).or(currency) {
            Some(currency) => r.to.total = Some((amount, currency)),
            None => {
                let asked = Message::new("import-cell-currency");
                r.to.problem(head, Some(index), Severity::Wrong, asked);
            }
        }
    }
    if let (Some((head, index)), Some(key)) = (title_at, below_a_table(&r.to)) {
        // a sum that is left out needs no currency
        if let Some((_, at)) = amount_at {
            r.to.problems.retain(|problem| problem.index != Some(at));
        }
        r.to.problem(head, Some(index), Severity::Wrong, Message::new(key));
    }
    r.to
}

/// Whether this is how currencies are marked.
fn is_sign(c: char) -> bool {
    matches!(c, '€' | '£' | '$' | '¥' | '₺')
}

/// What is told of a row that stands below a table and is no part of it, such as the line that adds it up: called so, and saying
/// nothing that an action says.
fn below_a_table(said: &Incoming) -> Option<&'static str> {
    let title = said.title.as_deref().filter(|_| is_bare(said))?;
    if is_sum(title) {
        return Some("import-row-totals");
    }
    (said.total.is_none() && is_note(title)).then_some("import-row-note")
}

/// Nothing but a title, and perhaps an amount.
fn is_bare(said: &Incoming) -> bool {
    let dates = [said.start, said.end, said.planned_start, said.planned_end, said.actual_start, said.actual_end];
    said.id.is_none()
        && said.reference.is_none()
        && said.description.is_none()
        && said.status.is_none()
        && said.parties.is_empty()
        && said.beneficiaries.is_empty()
        && said.pillars.is_empty()
        && dates.iter().all(Option::is_none)
}

/// The currency that the head of the column of amounts names: "Budget (EUR)".
pub fn currency_in(heads: &[String], columns: &[Option<Column>]) -> Option<Currency> {
    let mut totals = heads.iter().zip(columns).filter(|(_, c)| **c == Some(Column::Total));
    totals.find_map(|(head, _)| {
        let mut parts = head.split(|c: char| !c.is_alphabetic() && c != '€');
        parts.find_map(|p| {
            if p == "€" {
                Some(Currency::EUR)
            } else {
                p.parse().ok().filter(|_| p.len() == 3 && p.chars().all(char::is_uppercase))
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_in_a_column_of_its_own_may_be_a_word_or_a_sign_and_the_line_of_totals_needs_none() {
        let heads: Vec<String> = ["Title", "Donor", "Amount", "Currency"].map(str::to_owned).into();
        let columns: Vec<_> = [Column::Title, Column::Funding, Column::Total, Column::Currency].map(Some).into();
        let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
        let read = |cells: [&str; 4]| {
            let cells = Cells::new(cells.iter().map(|t| Cell::of_text(t)).collect());
            incoming(Place { sheet: None, row: 2 }, &cells, &heads, &columns, None, today)
        };
        for (written, meant) in [
            ("€", "EUR"),
            ("euro", "EUR"),
            ("Evra", "EUR"),
            ("eur", "EUR"),
            ("US$", "USD"),
            ("KM", "BAM"),
            ("£", "GBP"),
        ] {
            let said = read(["One", "Norland", "1.250,50", written]);
            assert!(said.problems.is_empty(), "{written}: {:?}", said.problems);
            assert_eq!(said.total.map(|(_, currency)| currency.code()), Some(meant), "{written}");
        }
        // told where it stands, and not passed over as if nothing were there
        for (written, told) in
            [("$", "money-shared-sign"), ("¥", "money-shared-sign"), ("ducats", "money-unknown-currency")]
        {
            let said = read(["One", "Norland", "5", written]);
            let first = said.problems.first().map(|p| (p.index, p.what.key.as_str()));
            assert_eq!(first, Some((Some(3), told)), "{written}");
        }
        for nothing in ["", "-", "n/a", "?"] {
            let said = read(["One", "Norland", "", nothing]);
            assert!(said.problems.is_empty(), "{nothing}: {:?}", said.problems);
        }
        let sum = read(["TOTAL (EUR)", "", "2500001", ""]);
        let keys: Vec<&str> = sum.problems.iter().map(|p| p.what.key.as_str()).collect();
        assert_eq!(keys, ["import-row-totals"]);
        // an amount without one is asked of what is an action
        let asked = read(["One", "Norland", "2500001", ""]);
        assert_eq!(asked.problems.first().map(|p| p.what.key.as_str()), Some("import-cell-currency"));
    }
}
