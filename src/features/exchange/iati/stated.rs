//! What an activity states, typed, as far as the portal has a place for it. Everything else stays in the tree.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::xml::Element;
use crate::kernel::date::PartialDate;
use crate::kernel::money::Currency;

/// A text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As stated here, or of the whole activity.
    pub language: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Funding,
    Accountable,
    Extending,
    Implementing,
    /// The portal's own: who leads it, among those who implement it.
    Lead,
}

impl Role {
    pub fn code(self) -> &'static str {
        match self {
            Role::Funding => "1",
            Role::Accountable => "2",
            Role::Extending => "3",
            Role::Implementing | Role::Lead => "4",
        }
    }
    /// As `action_party.role` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Funding => "funding",
            Role::Accountable => "accountable",
            Role::Extending => "extending",
            Role::Implementing => "implementing",
            Role::Lead => "lead",
        }
    }
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Role::Funding, Role::Accountable, Role::Extending, Role::Implementing, Role::Lead];
        all.into_iter().find(|role| role.as_str() == text)
    }
    /// By the code of an element, or the word that version 1 of the standard had for it. Who leads has none of its own.
    pub fn coded(code: &str) -> Option<Self> {
        Some(match code.trim().to_ascii_lowercase().as_str() {
            "1" | "funding" => Role::Funding,
            "2" | "accountable" => Role::Accountable,
            "3" | "extending" => Role::Extending,
            "4" | "implementing" => Role::Implementing,
            _ => return None,
        })
    }
}

/// An organisation as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub reference: Option<String>,
    /// A code of the list OrganisationType.
    pub kind: Option<String>,
    pub names: Vec<Told>,
    /// The identifier of its own activity.
    pub activity: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milestone {
    PlannedStart,
    ActualStart,
    PlannedEnd,
    ActualEnd,
}

impl Milestone {
    pub const ALL: [Milestone; 4] =
        [Milestone::PlannedStart, Milestone::ActualStart, Milestone::PlannedEnd, Milestone::ActualEnd];

    pub fn code(self) -> &'static str {
        match self {
            Milestone::PlannedStart => "1",
            Milestone::ActualStart => "2",
            Milestone::PlannedEnd => "3",
            Milestone::ActualEnd => "4",
        }
    }
    /// By its code, or the word that version 1 of the standard had for it.
    pub fn coded(code: &str) -> Option<Self> {
        Some(match code.trim().to_ascii_lowercase().as_str() {
            "1" | "start-planned" => Milestone::PlannedStart,
            "2" | "start-actual" => Milestone::ActualStart,
            "3" | "end-planned" => Milestone::PlannedEnd,
            "4" | "end-actual" => Milestone::ActualEnd,
            _ => return None,
        })
    }
    /// That of an `activity-date`.
    pub fn of(date: &Element) -> Option<Self> {
        date.attribute("type").and_then(Self::coded)
    }
    pub fn is_end(self) -> bool {
        matches!(self, Milestone::PlannedEnd | Milestone::ActualEnd)
    }
}

/// A code with its vocabulary, its part and its name: a country, region, sector, tag or policy marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    pub code: String,
    pub vocabulary: Option<String>,
    pub percentage: Option<Decimal>,
    /// Of a policy marker.
    pub significance: Option<String>,
    pub names: Vec<Told>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub amount: Decimal,
    /// As stated here, or of the whole activity; a code that no list has stays as it is in the tree alone.
    pub currency: Option<Currency>,
    pub value_date: Option<NaiveDate>,
}

/// A budget or a planned disbursement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// 1 original, 2 revised.
    pub revised: bool,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub sum: Sum,
    pub provider: Option<Organisation>,
    pub receiver: Option<Organisation>,
}

impl Period {
    /// Whether it still says what is planned: an original one does not where a revised one of the same sides is for its time, or
    /// for part of it. Where either does not say when, it may be the same time.
    pub fn stands<'a>(&self, mut among: impl Iterator<Item = &'a Period>) -> bool {
        let revises = |r: &Period| {
            let same_time = match (self.from, self.to, r.from, r.to) {
                (Some(from), Some(to), Some(begins), Some(ends)) => from <= ends && begins <= to,
                _ => true,
            };
            r.revised && same_time && r.provider == self.provider && r.receiver == self.receiver
        };
        self.revised || !among.any(revises)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// A code of the list TransactionType; that of a word of version 1 where there is one.
    pub kind: String,
    pub on: Option<NaiveDate>,
    pub sum: Sum,
    pub provider: Option<Organisation>,
    pub receiver: Option<Organisation>,
    pub country: Option<Coded>,
    pub region: Option<Coded>,
    pub sectors: Vec<Coded>,
    pub humanitarian: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub url: String,
    pub titles: Vec<Told>,
    pub categories: Vec<String>,
    pub languages: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub identifier: String,
    /// 1 parent, 2 child, 3 sibling, 4 funded together, 5 of a third party.
    pub kind: String,
}

/// An activity's tree, asked for what it states.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a>(pub &'a Element);

impl<'a> Stated<'a> {
    pub fn identifier(self) -> Option<String> {
        let text = self.0.child("iati-identifier")?.text();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn reporter(self) -> Option<Organisation> {
        self.0.child("reporting-org").map(|e| self.organisation(e))
    }

    pub fn parties(self) -> Vec<(Role, Organisation)> {
        self.0.named("participating-org").filter_map(|e| self.party(e)).collect()
    }

    /// What one of its `participating-org` says.
    pub fn party(self, e: &Element) -> Option<(Role, Organisation)> {
        let role = match (e.attribute(super::own::ROLE), Role::coded(e.attribute("role")?)?) {
            (Some("lead"), Role::Implementing) => Role::Lead,
            (_, role) => role,
        };
        Some((role, self.organisation(e)))
    }

    pub fn titles(self) -> Vec<Told> {
        self.0.child("title").map(|e| self.told(e)).unwrap_or_default()
    }

    /// By their code of the list DescriptionType: 1 general, 2 objectives, 3 target groups, 4 other.
    pub fn descriptions(self) -> Vec<(&'a str, Vec<Told>)> {
        self.0.named("description").map(|e| (e.attribute("type").unwrap_or("1"), self.told(e))).collect()
    }

    /// A code of the list ActivityStatus.
    pub fn status(self) -> Option<&'a str> {
        self.0.child("activity-status")?.attribute("code")
    }

    /// The date of a milestone, as precisely as it is told: of a day alone, unless its narrative is that month or year.
    pub fn date(self, of: Milestone) -> Option<PartialDate> {
        let element = self.0.named("activity-date").find(|e| Milestone::of(e) == Some(of))?;
        let day = day(element.attribute("iso-date")?)?;
        let told = element.narrative().and_then(|text| text.parse::<PartialDate>().ok());
        told.filter(|date| (date.first_day()..=date.last_day()).contains(&day))
            .or_else(|| PartialDate::from_parts(day, crate::kernel::date::Precision::Day).ok())
    }

    pub fn countries(self) -> Vec<Coded> {
        self.coded("recipient-country")
    }
    pub fn regions(self) -> Vec<Coded> {
        self.coded("recipient-region")
    }
    pub fn sectors(self) -> Vec<Coded> {
        self.coded("sector")
    }
    pub fn tags(self) -> Vec<Coded> {
        self.coded("tag")
    }
    pub fn markers(self) -> Vec<Coded> {
        self.coded("policy-marker")
    }

    pub fn humanitarian(self) -> bool {
        matches!(self.0.attribute("humanitarian"), Some("1" | "true"))
    }

    pub fn budgets(self) -> Vec<Period> {
        self.0.named("budget").filter_map(|e| self.period(e)).collect()
    }
    pub fn planned_disbursements(self) -> Vec<Period> {
        self.0.named("planned-disbursement").filter_map(|e| self.period(e)).collect()
    }

    pub fn transactions(self) -> impl Iterator<Item = Transaction> {
        self.0.named("transaction").filter_map(move |e| self.transaction(e))
    }

    /// What one of its `transaction` says.
    pub fn transaction(self, e: &Element) -> Option<Transaction> {
        Some(Transaction {
            kind: transaction_type(e.child("transaction-type")?.attribute("code")?),
            on: e.child("transaction-date").and_then(|d| day(d.attribute("iso-date")?)),
            sum: self.sum(e)?,
            provider: e.child("provider-org").map(|o| self.organisation(o)),
            receiver: e.child("receiver-org").map(|o| self.organisation(o)),
            country: e.child("recipient-country").and_then(|c| self.code(c)),
            region: e.child("recipient-region").and_then(|c| self.code(c)),
            sectors: e.named("sector").filter_map(|c| self.code(c)).collect(),
            humanitarian: matches!(e.attribute("humanitarian"), Some("1" | "true")),
        })
    }

    pub fn documents(self) -> Vec<Document> {
        let codes = |e: &Element, name| e.named(name).filter_map(|c| c.attribute("code").map(str::to_owned)).collect();
        let document = |e: &Element| {
            Some(Document {
                url: e.attribute("url")?.to_owned(),
                titles: e.child("title").map(|t| self.told(t)).unwrap_or_default(),
                categories: codes(e, "category"),
                languages: codes(e, "language"),
            })
        };
        self.0.named("document-link").filter_map(document).collect()
    }

    pub fn related(self) -> Vec<Related> {
        let related = |e: &Element| {
            Some(Related { identifier: e.attribute("ref")?.to_owned(), kind: e.attribute("type")?.to_owned() })
        };
        self.0.named("related-activity").filter_map(related).collect()
    }

    pub fn conditions(self) -> Vec<Told> {
        let all = self.0.child("conditions").map(|c| c.named("condition").flat_map(|e| self.told(e)).collect());
        all.unwrap_or_default()
    }

    /// What results are called: their indicators stay in the tree.
    pub fn results(self) -> Vec<Told> {
        self.0.named("result").filter_map(|e| e.child("title")).flat_map(|e| self.told(e)).collect()
    }

    /// What its budgets come to: the revised ones, and the original ones that none revises; without budgets, what is
    /// committed by it, or else to it. None where they are in several currencies, or in none that is known.
    pub fn total(self) -> Option<(Decimal, Currency)> {
        let budgets = self.budgets();
        let standing = budgets.iter().filter(|b| b.stands(budgets.iter()));
        let of_budgets: Vec<Sum> = standing.map(|b| b.sum.clone()).collect();
        if !of_budgets.is_empty() {
            return added(of_budgets);
        }
        let of = |kind: &str| self.transactions().filter(|t| t.kind == kind).map(|t| t.sum).collect::<Vec<_>>();
        let outgoing = of("2");
        added(if outgoing.is_empty() { of("11") } else { outgoing })
    }

    fn language(self, of: &Element) -> Option<String> {
        of.attribute("xml:lang").or_else(|| self.0.attribute("xml:lang")).map(str::to_lowercase)
    }

    fn told(self, element: &Element) -> Vec<Told> {
        let all =
            element.named("narrative").map(|n| Told { language: self.language(n), text: n.text().trim().to_owned() });
        all.filter(|told| !told.text.is_empty()).collect()
    }

    fn organisation(self, e: &Element) -> Organisation {
        let activity = ["activity-id", "provider-activity-id", "receiver-activity-id"];
        Organisation {
            reference: e.attribute("ref").map(str::to_owned),
            kind: e.attribute("type").map(str::to_owned),
            names: self.told(e),
            activity: activity.iter().find_map(|name| e.attribute(name)).map(str::to_owned),
        }
    }

    fn coded(self, name: &str) -> Vec<Coded> {
        self.0.named(name).filter_map(|e| self.code(e)).collect()
    }

    fn code(self, e: &Element) -> Option<Coded> {
        Some(Coded {
            code: e.attribute("code")?.to_owned(),
            vocabulary: e.attribute("vocabulary").map(str::to_owned),
            percentage: e.attribute("percentage").and_then(decimal),
            significance: e.attribute("significance").map(str::to_owned),
            names: self.told(e),
        })
    }

    /// What a `budget` or a `planned-disbursement` says.
    pub fn period(self, e: &Element) -> Option<Period> {
        let at = |name| e.child(name).and_then(|d| day(d.attribute("iso-date")?));
        Some(Period {
            revised: e.attribute("type") == Some("2"),
            from: at("period-start"),
            to: at("period-end"),
            sum: self.sum(e)?,
            provider: e.child("provider-org").map(|o| self.organisation(o)),
            receiver: e.child("receiver-org").map(|o| self.organisation(o)),
        })
    }

    fn sum(self, e: &Element) -> Option<Sum> {
        let value = e.child("value")?;
        let currency = value.attribute("currency").or_else(|| self.0.attribute("default-currency"));
        Some(Sum {
            amount: decimal(value.text().trim())?,
            currency: currency.and_then(|c| c.to_uppercase().parse().ok()),
            value_date: value.attribute("value-date").and_then(day),
        })
    }
}

/// What version 1 of the standard had letters for, by its code of today.
fn transaction_type(code: &str) -> String {
    let known = match code.trim().to_ascii_uppercase().as_str() {
        "IF" => "1",
        "C" => "2",
        "D" => "3",
        "E" => "4",
        "IR" => "5",
        "LR" => "6",
        "R" => "7",
        "QP" => "8",
        "QS" => "9",
        "CG" => "10",
        _ => code,
    };
    known.to_owned()
}

fn added(sums: Vec<Sum>) -> Option<(Decimal, Currency)> {
    let currency = sums.first()?.currency?;
    let mut total = Decimal::ZERO;
    for sum in &sums {
        if sum.currency != Some(currency) {
            return None;
        }
        total = total.checked_add(sum.amount)?;
    }
    Some((total.normalize(), currency))
}

/// More decimals than a number here can hold are rounded away; the tree keeps them.
fn decimal(text: &str) -> Option<Decimal> {
    text.trim_start_matches('+').parse().ok()
}

/// A day of the schema; a time zone says nothing about a date of assistance.
fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}
