//! From the fields of the form to the sheet; the way back is [`super::sheet_fill`].

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::fields::{Field, Sheet};
use super::model::{Choices, Contribution, Organisation, Record, tidy};
use super::parent;
use super::show::KINDS;
use crate::features::actions::{PartyRole, Status};
use crate::kernel::date::PartialDate;
use crate::kernel::db::Frame;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::permit::Handling;

/// Rows beyond these are refused, so that a form stays a form.
const MOST_PARTIES: usize = 80;
const MOST_CONTRIBUTIONS: usize = 300;

/// The choice that says that something is not stated.
pub const NOT_STATED: &str = "ns";

/// The parts of a row of money, by their names in the form.
pub const MONEY_PARTS: [&str; 8] =
    ["c_id", "c_kind", "c_amount", "c_currency", "c_date", "c_provider", "c_receiver", "c_note"];

/// What a form is read against.
pub struct Reading<'a> {
    pub choices: &'a Choices,
    pub frame: &'a Frame,
    pub today: NaiveDate,
    /// Fields that are the sender's to change; the others stay as in `record`.
    pub allowed: &'a BTreeSet<Field>,
    pub record: Option<&'a Record>,
    pub before: &'a Sheet,
}

/// Why a typed organisation is none.
enum NoOrganisation {
    Unknown,
    Several,
}

impl Choices {
    /// The name by which an organisation is chosen: its own, and more where two share it.
    pub fn label(&self, organisation: &Organisation) -> String {
        let same = self.organisations.iter().filter(|o| o.name == organisation.name).count();
        if same < 2 {
            return organisation.name.clone();
        }
        let id = organisation.id.to_string();
        let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default().to_owned();
        format!("{} ({})", organisation.name, organisation.short_name.clone().unwrap_or(tail))
    }

    pub fn label_of(&self, id: &str) -> Option<String> {
        self.organisations.iter().find(|o| o.id.to_string() == id).map(|o| self.label(o))
    }

    fn organisation(&self, typed: &str) -> Result<OrganisationId, NoOrganisation> {
        let only = |found: Vec<&Organisation>| match found.as_slice() {
            [] => None,
            [one] => Some(Ok(one.id)),
            _ => Some(Err(NoOrganisation::Several)),
        };
        let all = &self.organisations;
        // a program names it by its id
        if let Ok(id) = typed.parse::<OrganisationId>() {
            return if all.iter().any(|o| o.id == id) { Ok(id) } else { Err(NoOrganisation::Unknown) };
        }
        let label = |o: &&Organisation| self.label(o) == typed;
        let exact = |o: &&Organisation| o.name.eq_ignore_ascii_case(typed);
        let short = |o: &&Organisation| {
            o.short_name.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(typed))
                || o.aliases.iter().any(|a| a == typed)
        };
        let found = only(all.iter().filter(exact).collect())
            .filter(Result::is_ok)
            .or_else(|| only(all.iter().filter(label).collect()))
            .or_else(|| only(all.iter().filter(short).collect()));
        if let Some(found) = found {
            return found;
        }
        // spelt otherwise: accents, script, abbreviations
        let folded = fold(&typed.chars().take(500).collect::<String>());
        let same = |o: &&Organisation| {
            fold(&o.name) == folded || o.short_name.iter().chain(&o.aliases).any(|n| fold(n) == folded)
        };
        let found = if folded.is_empty() { None } else { only(all.iter().filter(same).collect()) };
        found.unwrap_or(Err(NoOrganisation::Unknown))
    }
}

fn organisation(f: &mut Fields, choices: &Choices, name: &str, typed: &str) -> Option<OrganisationId> {
    match choices.organisation(typed) {
        Ok(id) => Some(id),
        Err(NoOrganisation::Several) => {
            f.fail(name, Message::new("action-error-organisation-several").with("name", excerpt(typed)));
            None
        }
        Err(NoOrganisation::Unknown) => {
            f.fail(name, Message::new("action-error-organisation-unknown").with("name", excerpt(typed)));
            None
        }
    }
}

/// Reads the form. Errors stand at their fields; a sheet with errors is not to be saved.
pub fn read(f: &mut Fields, reading: &Reading<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    for &field in Field::ALL {
        if reading.allowed.contains(&field) {
            let values = read_field(f, reading, field);
            sheet.set(field, values);
        } else {
            sheet.take_over(field, reading.before);
        }
    }
    if reading.allowed.contains(&Field::Title) && sheet.one(Field::Title).is_none() {
        f.fail("title", Message::new("field-required"));
    }
    if reading.allowed.contains(&Field::Handling) && sheet.one(Field::Handling).is_none() {
        sheet.set(Field::Handling, [Handling::Members.as_str()]);
    }
    sheet
}

fn read_field(f: &mut Fields, reading: &Reading<'_>, field: Field) -> Vec<String> {
    let name = field.name();
    match field {
        Field::Title => vec![f.required(name, 500)],
        Field::Description => vec![f.text(name, 20_000)],
        Field::SourceNote => vec![f.text(name, 5_000)],
        Field::ThemeText | Field::DateNote => vec![f.text(name, 1_000)],
        Field::Reference => vec![f.text(name, 200)],
        Field::SourceUrl => f.web_address(name).into_iter().collect(),
        Field::Reporting => {
            let typed = f.required(name, 500);
            let id = if typed.is_empty() { None } else { organisation(f, reading.choices, name, &typed) };
            id.map(|id| id.to_string()).into_iter().collect()
        }
        Field::Pillars => {
            let known: Vec<String> = reading.frame.pillars.iter().map(|p| p.id.to_string()).collect();
            chosen(f, name, &known, true)
        }
        Field::Beneficiaries => read_beneficiaries(f, reading),
        Field::Themes => {
            let before = reading.before.get(Field::Themes);
            let open = reading.choices.themes.iter().filter(|t| !t.retired || before.contains(&t.id.to_string()));
            let known: Vec<String> = open.map(|t| t.id.to_string()).collect();
            chosen(f, name, &known, false)
        }
        Field::Parties => read_parties(f, reading.choices),
        Field::Status => f.choice(name, Status::parse).map(|s| s.as_str().to_owned()).into_iter().collect(),
        Field::Handling => f.choice(name, Handling::parse).map(|h| h.as_str().to_owned()).into_iter().collect(),
        Field::PlannedStart | Field::PlannedEnd | Field::ActualStart | Field::ActualEnd => {
            f.date(name, reading.today).map(|d| d.to_string()).into_iter().collect()
        }
        Field::StatedTotal => read_total(f).into_iter().collect(),
        Field::Contributions => read_contributions(f, reading),
        Field::OpenToSupportGroup => f.is_set(name).then(|| "yes".to_owned()).into_iter().collect(),
        Field::Disclosures => {
            let typed: Vec<String> = f.values("disclosure").into_iter().map(|v| v.trim().to_owned()).collect();
            let mut ids = Vec::new();
            for (n, typed) in typed.iter().enumerate().filter(|(_, t)| !t.is_empty()).take(MOST_PARTIES) {
                ids.extend(
                    organisation(f, reading.choices, &format!("disclosure-{n}"), typed).map(|id| id.to_string()),
                );
            }
            ids
        }
        Field::Parent => parent::read(f, reading),
    }
}

/// Several of a list. With `asked`, nothing at all is an omission, and "not stated" has to be said.
fn chosen(f: &mut Fields, name: &str, known: &[String], asked: bool) -> Vec<String> {
    let typed: Vec<String> = f.values(name).into_iter().filter(|v| !v.is_empty()).map(str::to_owned).collect();
    let values: Vec<String> = typed.iter().filter(|v| known.contains(v)).cloned().collect();
    let not_stated = typed.iter().any(|v| v == NOT_STATED);
    if typed.len() != values.len() + usize::from(not_stated) {
        f.fail(name, Message::new("field-not-in-list"));
    }
    if asked && values.is_empty() && !not_stated {
        f.fail(name, Message::new("action-error-or-not-stated"));
    }
    if !values.is_empty() && not_stated {
        f.fail(name, Message::new("action-error-not-both"));
    }
    values
}

fn read_beneficiaries(f: &mut Fields, reading: &Reading<'_>) -> Vec<String> {
    let name = Field::Beneficiaries.name();
    let known: Vec<String> = reading.frame.beneficiaries.iter().map(|b| b.id.to_string()).collect();
    let mut values = chosen(f, name, &known, true);
    for id in &known {
        let field = format!("share-{id}");
        let typed = f.value(&field).trim().trim_end_matches('%').trim().replace(',', ".");
        if typed.is_empty() {
            continue;
        }
        let share = typed
            .parse::<Decimal>()
            .ok()
            .filter(|s| !s.is_sign_negative() && *s <= Decimal::ONE_HUNDRED && s.scale() <= 6);
        match (share, values.iter_mut().find(|v| *v == id)) {
            (None, _) => f.fail(&field, Message::new("action-error-share")),
            (_, None) => f.fail(&field, Message::new("action-error-share-of-none")),
            (Some(share), Some(value)) => *value = format!("{id}={}", share.normalize()),
        }
    }
    values
}

fn read_parties(f: &mut Fields, choices: &Choices) -> Vec<String> {
    let rows = rows(f, &["party", "party_role"]);
    if rows.len() > MOST_PARTIES {
        f.fail("party-0", Message::new("action-error-too-many").with("most", MOST_PARTIES));
        return Vec::new();
    }
    let mut values = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let [party, role] = row.as_slice() else { continue };
        if party.is_empty() {
            continue;
        }
        let at = format!("party-{n}");
        let Some(role) = PartyRole::parse(role) else {
            f.fail(&at, Message::new("action-error-role"));
            continue;
        };
        values.extend(organisation(f, choices, &at, party).map(|id| format!("{}:{id}", role.as_str())));
    }
    values
}

/// An amount and its currency, from one field or two. `None` where there is none or it is wrong.
fn money(f: &mut Fields, at: &str, typed: &str, currency: &str, negative: Negative) -> Option<(Decimal, Currency)> {
    let typed = match parse_money(typed, negative) {
        Ok(typed) => typed,
        Err(error) => {
            f.fail(at, error.message());
            return None;
        }
    };
    match (typed.currency, currency.trim()) {
        (Some(in_text), _) => Some((typed.amount, in_text)),
        (None, "") => {
            f.fail(at, Message::new("action-error-currency"));
            None
        }
        (None, code) => match code.parse::<Currency>() {
            Ok(currency) => Some((typed.amount, currency)),
            Err(error) => {
                f.fail(at, error.message());
                None
            }
        },
    }
}

fn read_total(f: &mut Fields) -> Option<String> {
    let (typed, currency) = (f.value("stated_total").trim().to_owned(), f.value("stated_currency").to_owned());
    if typed.is_empty() {
        return None;
    }
    let (amount, currency) = money(f, "stated_total", &typed, &currency, Negative::Refused)?;
    Some(format!("{} {currency}", amount.normalize()))
}

fn read_contributions(f: &mut Fields, reading: &Reading<'_>) -> Vec<String> {
    let rows = rows(f, &MONEY_PARTS);
    if rows.len() > MOST_CONTRIBUTIONS {
        f.fail("c_amount-0", Message::new("action-error-too-many").with("most", MOST_CONTRIBUTIONS));
        return Vec::new();
    }
    let mut values = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let [id, kind, amount, currency, date, provider, receiver, note] = row.as_slice() else { continue };
        if [amount, date, provider, receiver, note].iter().all(|v| v.is_empty()) {
            continue;
        }
        let at = |part: &str| format!("{part}-{n}");
        if !KINDS.contains(&kind.as_str()) {
            f.fail(&at("c_kind"), Message::new("field-not-in-list"));
        }
        let value = money(f, &at("c_amount"), amount, currency, Negative::Allowed);
        let date = match date.as_str() {
            "" => String::new(),
            typed => match crate::kernel::date::parse_input(typed, reading.today) {
                Ok(date) => date.to_string(),
                Err(error) => {
                    f.fail(&at("c_date"), error.message());
                    String::new()
                }
            },
        };
        let mut side = |typed: &str, part: &str| match typed {
            "" => String::new(),
            _ => organisation(f, reading.choices, &at(part), typed).map(|id| id.to_string()).unwrap_or_default(),
        };
        let (provider, receiver) = (side(provider, "c_provider"), side(receiver, "c_receiver"));
        if note.chars().count() > 500 {
            f.fail(&at("c_note"), Message::new("field-too-long").with("most", 500));
        }
        if note.contains('\0') {
            f.fail(&at("c_note"), Message::new("field-control-character"));
        }
        // an id of another record's money is no row of this one
        let own = reading.record.is_some_and(|r| r.entered().any(|c| c.id.to_string() == *id));
        if let Some((amount, currency)) = value {
            let row = Contribution {
                kind: kind.clone(),
                amount: amount.normalize().to_string(),
                currency: currency.to_string(),
                date,
                provider,
                receiver,
                note: tidy(note),
                id: if own { id.clone() } else { String::new() },
            };
            values.push(row.text());
        }
    }
    values
}

/// The rows of a repeated group: the nth of each name belong together.
pub fn rows(f: &Fields, names: &[&str]) -> Vec<Vec<String>> {
    let columns: Vec<Vec<&str>> = names.iter().map(|name| f.values(name)).collect();
    let length = columns.iter().map(Vec::len).max().unwrap_or_default();
    let cell = |column: &Vec<&str>, n: usize| column.get(n).map(|v| v.trim().to_owned()).unwrap_or_default();
    (0..length).map(|n| columns.iter().map(|column| cell(column, n)).collect()).collect()
}

/// What a sheet must hold to be saved, whoever wrote it: dates in order, shares that add up.
pub fn check(sheet: &Sheet) -> Vec<(Field, Message)> {
    let mut wrong = Vec::new();
    let date = |field| sheet.one(field).and_then(|d| d.parse::<PartialDate>().ok());
    for (start, end) in [(Field::PlannedStart, Field::PlannedEnd), (Field::ActualStart, Field::ActualEnd)] {
        if let (Some(starts), Some(ends)) = (date(start), date(end))
            && ends.is_surely_before(&starts)
        {
            wrong.push((end, Message::new("action-error-end-before-start")));
        }
    }
    let shares = sheet.get(Field::Beneficiaries);
    let stated: Vec<Decimal> = shares.iter().filter_map(|b| b.split_once('=')?.1.parse().ok()).collect();
    let sum: Decimal = stated.iter().copied().sum();
    if sum > Decimal::ONE_HUNDRED {
        wrong.push((Field::Beneficiaries, Message::new("action-error-shares-exceed").with("sum", sum.normalize())));
    } else if !stated.is_empty() && stated.len() == shares.len() && sum != Decimal::ONE_HUNDRED {
        let lacking = (Decimal::ONE_HUNDRED - sum).normalize();
        wrong.push((
            Field::Beneficiaries,
            Message::new("action-error-shares-sum").with("sum", sum.normalize()).with("lacking", lacking),
        ));
    }
    wrong
}

/// Answers the buttons that ask for a row more or less; `true` if it was one of them.
pub fn reshape(f: &mut Fields) -> bool {
    let groups: [(&str, &[&str]); 3] =
        [("party", &["party", "party_role"]), ("money", &MONEY_PARTS), ("disclosure", &["disclosure"])];
    let (add, drop) = (f.value("add").to_owned(), f.value("drop").to_owned());
    f.remove("add");
    f.remove("drop");
    let (group, row) = drop.split_once(':').map_or((add.as_str(), None), |(g, n)| (g, n.parse::<usize>().ok()));
    let Some((_, names)) = groups.iter().find(|(name, _)| *name == group) else {
        return !add.is_empty() || !drop.is_empty();
    };
    let mut kept = rows(f, names);
    match row {
        Some(row) if row < kept.len() => {
            kept.remove(row);
        }
        None if !add.is_empty() => {
            // the blank row that is shown where there is none counts as one
            let wanted = kept.len().max(1) + 1;
            kept.resize(wanted, vec![String::new(); names.len()]);
        }
        _ => {}
    }
    for name in *names {
        f.remove(name);
    }
    for row in kept {
        for (name, value) in names.iter().zip(row) {
            f.add(name, value);
        }
    }
    true
}

/// The id in a pasted address, or alone.
pub fn pasted_id(text: &str) -> Option<Uuid> {
    let id = |part: &str| (part.len() == 36).then(|| part.parse().ok()).flatten();
    text.split(|c: char| c == '/' || c == '?' || c == '#' || c == '&' || c.is_whitespace()).find_map(id)
}
