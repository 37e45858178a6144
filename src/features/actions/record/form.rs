//! The form of an action as a page: for a new one, a report, an edit, a suggestion.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::collections::BTreeSet;

use super::fields::{Base, Field, Merged, Sheet};
use super::model::{Choices, Names, Record};
use super::sheet_form::{MONEY_PARTS, NOT_STATED, rows};
use super::show;
use crate::features::actions::{PartyRole, Status};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// Currencies that the region and its donors use; the rest follow by code.
const FIRST_CURRENCIES: [&str; 12] =
    ["EUR", "USD", "CHF", "GBP", "NOK", "SEK", "DKK", "ALL", "BAM", "MKD", "RSD", "TRY"];

/// What the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    New,
    /// A missing action, reported by a beneficiary.
    Report,
    Edit,
    Suggest,
}

/// A field that two people changed.
pub struct Clash {
    pub field: Field,
    pub label: String,
    pub mine: Vec<String>,
    pub theirs: Vec<String>,
}

/// That the record has moved on since the form was made.
pub struct Moved {
    pub by: String,
    pub at: String,
    pub clashes: Vec<Clash>,
    /// Names of the fields taken over from the other.
    pub taken: Vec<String>,
}

pub struct PartyRow {
    pub n: usize,
    pub party: String,
    pub role: String,
}

pub struct MoneyRow {
    pub n: usize,
    pub id: String,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub date: String,
    pub provider: String,
    pub receiver: String,
    pub note: String,
}

#[derive(Template)]
#[template(path = "actions/record/form.html")]
pub struct FormPage {
    pub p: Page,
    pub f: Fields,
    pub mode: Mode,
    pub record: Option<Record>,
    pub choices: Choices,
    pub allowed: BTreeSet<Field>,
    pub moved: Option<Moved>,
    /// When the draft that is shown was kept.
    pub kept: Option<String>,
    /// Where the form is sent.
    pub address: String,
    pub draft_key: String,
}

impl FormPage {
    /// Marks the form as made from the record as it stands.
    pub fn made_from(&mut self, version: i32, sheet: &Sheet) {
        self.f.set("version", version);
        self.f.set("base", Base::of(sheet));
    }

    /// Shows what both changed, and says what was taken over.
    pub fn ask(&mut self, merged: &Merged, record: &Record, sheet: &Sheet) {
        let names = Names::of(&self.choices).with_record(record);
        let clashes = merged.clashes.iter().map(|&field| Clash {
            field,
            label: self.p.t(&field.label()),
            mine: show::values(&self.p, &names, field, merged.sheet.get(field)),
            theirs: show::values(&self.p, &names, field, sheet.get(field)),
        });
        self.moved = Some(Moved {
            by: show::person(&self.p, record.updated_by.as_ref()),
            at: self.p.time(&record.updated_at),
            clashes: clashes.collect(),
            taken: merged.taken.iter().map(|f| self.p.t(&f.label())).collect(),
        });
    }

    pub fn respond(self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, Html(self.render()?)).into_response())
    }

    // what the template asks

    fn title_key(&self) -> &'static str {
        match self.mode {
            Mode::New => "action-form-new",
            Mode::Report => "action-form-report",
            Mode::Edit => "action-form-edit",
            Mode::Suggest => "action-form-suggest",
        }
    }
    fn save_key(&self) -> &'static str {
        match self.mode {
            Mode::New => "action-form-save-new",
            Mode::Report => "action-form-save-report",
            Mode::Edit => "action-form-save",
            Mode::Suggest => "action-form-save-suggest",
        }
    }
    fn leave(&self) -> String {
        match &self.record {
            Some(record) => self.p.link(&format!("/actions/{}", record.id)),
            None => self.p.link("/actions"),
        }
    }
    /// What was said of actions beside the form. It goes with the form until they are there again to be said of.
    fn said(&self) -> Vec<(&str, &str)> {
        let said = self.f.pairs().iter().filter(|(name, _)| name.starts_with("near-"));
        said.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
    fn allows(&self, name: &str) -> bool {
        Field::parse(name).is_some_and(|f| self.allowed.contains(&f))
    }
    fn clash(&self, name: &str) -> Option<(&Moved, &Clash)> {
        let moved = self.moved.as_ref()?;
        moved.clashes.iter().find(|c| c.field.name() == name).map(|clash| (moved, clash))
    }
    fn keeps_theirs(&self, name: &str) -> bool {
        self.f.value(&format!("keep-{name}")) == "theirs"
    }

    fn pillars(&self) -> Vec<(String, String)> {
        let pillars = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        pillars
            .iter()
            .map(|l| (l.id.to_string(), format!("{} – {}", l.key, l.name)))
            .chain([self.not_stated()])
            .collect()
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        self.beneficiary_names().into_iter().chain([self.not_stated()]).collect()
    }
    fn beneficiary_names(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.id.to_string(), b.name.clone())).collect()
    }
    fn not_stated(&self) -> (String, String) {
        (NOT_STATED.to_owned(), self.p.t("not-stated"))
    }
    fn themes(&self) -> Vec<(String, String)> {
        let shown = self.choices.themes.iter().filter(|t| !t.retired || self.f.contains("themes", t.id));
        shown.map(|t| (t.id.to_string(), t.name.clone())).collect()
    }
    fn statuses(&self) -> Vec<(&'static str, String)> {
        Status::ALL.iter().map(|s| (s.as_str(), self.p.t(s.label()))).collect()
    }
    fn roles(&self) -> Vec<(&'static str, String)> {
        PartyRole::ALL.iter().map(|r| (r.as_str(), self.p.t(r.label()))).collect()
    }
    fn kinds(&self) -> Vec<(&'static str, String)> {
        show::KINDS.iter().map(|k| (*k, self.p.t(show::kind_label(k)))).collect()
    }
    fn levels(&self) -> Vec<(&'static str, String, String)> {
        let hint = |h: Handling| self.p.t(&format!("action-handling-{}-hint", h.as_str()));
        Handling::ALL.iter().map(|h| (h.as_str(), self.p.t(h.label()), hint(*h))).collect()
    }
    fn currencies(&self) -> Vec<String> {
        let rest = Currency::all().map(Currency::code).filter(|c| !FIRST_CURRENCIES.contains(c));
        FIRST_CURRENCIES.into_iter().chain(rest).map(str::to_owned).collect()
    }
    fn organisations(&self) -> Vec<String> {
        self.choices.organisations.iter().map(|o| self.choices.label(o)).collect()
    }
    fn parents(&self) -> &[super::model::ParentChoice] {
        if self.f.error("parent").is_some() { &self.choices.parents } else { &[] }
    }

    fn party_rows(&self) -> Vec<PartyRow> {
        let typed = rows(&self.f, &["party", "party_role"]);
        let blank = vec![
            vec![String::new(), PartyRole::Funding.as_str().to_owned()],
            vec![String::new(), PartyRole::Implementing.as_str().to_owned()],
        ];
        let shown = if typed.is_empty() { blank } else { typed };
        let cell = |row: &[String], i: usize| row.get(i).cloned().unwrap_or_default();
        shown.iter().enumerate().map(|(n, row)| PartyRow { n, party: cell(row, 0), role: cell(row, 1) }).collect()
    }
    fn disclosure_rows(&self) -> Vec<PartyRow> {
        let typed = rows(&self.f, &["disclosure"]);
        let shown = if typed.is_empty() { vec![vec![String::new()]] } else { typed };
        let row = |(n, row): (usize, &Vec<String>)| PartyRow {
            n,
            party: row.first().cloned().unwrap_or_default(),
            role: String::new(),
        };
        shown.iter().enumerate().map(row).collect()
    }
    /// The currency that a new row starts with: that of the last one, or of the stated total.
    fn usual_currency(&self) -> String {
        let stated = (self.f.value("stated_total"), self.f.value("stated_currency"));
        let rows = self.f.values("c_amount").into_iter().zip(self.f.values("c_currency")).rev();
        let mut known = rows.chain([stated]).filter(|(amount, code)| !amount.trim().is_empty() && !code.is_empty());
        known.next().map_or("EUR", |(_, code)| code).to_owned()
    }
    fn money_rows(&self) -> Vec<MoneyRow> {
        let typed = rows(&self.f, &MONEY_PARTS);
        let shown = if typed.is_empty() { vec![vec![String::new(); MONEY_PARTS.len()]] } else { typed };
        let row = |(n, row): (usize, &Vec<String>)| {
            let cell = |i: usize| row.get(i).cloned().unwrap_or_default();
            MoneyRow {
                n,
                id: cell(0),
                kind: cell(1),
                amount: cell(2),
                currency: Some(cell(3)).filter(|c| !c.is_empty()).unwrap_or_else(|| self.usual_currency()),
                date: cell(4),
                provider: cell(5),
                receiver: cell(6),
                note: cell(7),
            }
        };
        shown.iter().enumerate().map(row).collect()
    }

    /// The errors with the names of their fields, and where each stands.
    fn problems(&self) -> Vec<(String, String, String)> {
        let one = |(name, message): (&str, &crate::kernel::i18n::Message)| {
            let field = match name.split('-').next().unwrap_or_default() {
                "party" => Some(Field::Parties),
                "share" => Some(Field::Beneficiaries),
                "disclosure" => Some(Field::Disclosures),
                part if part.starts_with("c_") => Some(Field::Contributions),
                _ => Field::parse(name),
            };
            // a report asks for an organisation in words of its own
            let label = match (field, self.mode) {
                (Some(Field::Reporting), Mode::Report) => self.p.t("action-field-reporting-report"),
                (field, _) => field.map(|f| self.p.t(&f.label())).unwrap_or_default(),
            };
            (name.to_owned(), label, self.p.say(message))
        };
        self.f.errors().into_iter().map(one).collect()
    }

    /// A folded part opens by itself where something in it is wrong or asked.
    fn opens(&self, names: &[&str]) -> bool {
        let errors = self.f.errors();
        let wrong = |name: &&str| {
            errors.iter().any(|(e, _)| {
                e == name || e.starts_with(&format!("{name}-")) || (*name == "contributions" && e.starts_with("c_"))
            })
        };
        names.iter().any(|name| wrong(name) || self.clash(name).is_some())
    }
    /// How many of the folded fields hold something, in words.
    fn filled(&self, names: &[&str]) -> String {
        let filled = names.iter().filter(|n| self.f.values(n).iter().any(|v| !v.trim().is_empty())).count();
        self.counted("action-filled", filled)
    }
    fn counted(&self, key: &str, n: usize) -> String {
        self.p.tn(key, i64::try_from(n).unwrap_or_default())
    }
    fn money_count(&self) -> String {
        self.counted("action-money-count", self.f.values("c_amount").iter().filter(|v| !v.trim().is_empty()).count())
    }
    fn shares_open(&self) -> bool {
        let filled = self.beneficiary_names().iter().any(|(id, _)| self.f.is_set(&format!("share-{id}")));
        filled || self.opens(&["share"]) || self.f.error("beneficiaries").is_some()
    }
}
