//! The idea as it was typed.

use rust_decimal::Decimal;

use crate::features::overlaps::engine;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::Frame;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, PillarId, ThemeId};
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::page::Page;

/// An idea for an action: a title, and whatever else is known.
#[derive(Debug, Clone, Default)]
pub struct Idea {
    pub title: String,
    pub words: String,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    pub theme: Option<ThemeId>,
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    pub amount: Option<(Decimal, Currency)>,
}

/// Fields of the form that make an idea: these are kept, no others.
pub const FIELDS: [&str; 9] =
    ["title", "words", "beneficiaries", "pillars", "theme", "start", "end", "amount", "currency"];

impl Idea {
    /// Reads the form. Errors stand at their fields.
    pub fn read(f: &mut Fields, p: &Page, themes: &[(ThemeId, String)]) -> Self {
        let title = f.required("title", 500);
        let words = f.text("words", 5_000);
        let frame = p.frame();
        let beneficiaries: Vec<BeneficiaryId> = f.ids("beneficiaries");
        let known = |id: &BeneficiaryId| frame.is_some_and(|f| f.beneficiaries.iter().any(|b| b.id == *id));
        if !beneficiaries.iter().all(known) {
            f.fail("beneficiaries", Message::new("field-not-in-list"));
        }
        let pillars: Vec<PillarId> = f.ids("pillars");
        if !pillars.iter().all(|id| frame.is_some_and(|f| f.pillars.iter().any(|l| l.id == *id))) {
            f.fail("pillars", Message::new("field-not-in-list"));
        }
        let theme: Option<ThemeId> = f.id("theme");
        if theme.is_some_and(|id| !themes.iter().any(|(t, _)| *t == id)) {
            f.fail("theme", Message::new("field-not-in-list"));
        }
        let (start, end) = (f.date("start", p.today), f.date("end", p.today));
        if let (Some(start), Some(end)) = (&start, &end)
            && end.last_day() < start.first_day()
        {
            f.fail("end", Message::new("brief-error-ends-before"));
        }
        let typed = f.value("amount").trim().to_owned();
        let currency = f.value("currency").parse::<Currency>().ok();
        let mut amount = None;
        if !typed.is_empty() {
            match parse_money(&typed, Negative::Refused) {
                Ok(money) => match money.currency.or(currency) {
                    Some(currency) => amount = Some((money.amount, currency)),
                    None => f.fail("amount", Message::new("brief-error-currency")),
                },
                Err(error) => f.fail("amount", error.message()),
            }
        }
        Self { title, words, beneficiaries, pillars, theme, start, end, amount }
    }

    /// As the finder is told of it.
    pub fn subject(&self, p: &Page, themes: &[(ThemeId, String)]) -> engine::Subject {
        let frame = p.frame();
        let when = |date: &Option<PartialDate>| {
            date.as_ref().map(|d| engine::When {
                day: d.first_day(),
                precision: match d.precision() {
                    Precision::Year => engine::Precision::Year,
                    Precision::Month => engine::Precision::Month,
                    Precision::Day => engine::Precision::Day,
                },
            })
        };
        let theme = themes.iter().find(|(id, _)| Some(*id) == self.theme);
        let texts = [Some(self.words.clone()), theme.map(|(_, name)| name.clone())];
        engine::Subject {
            titles: vec![self.title.clone()],
            texts: texts.into_iter().flatten().filter(|t| !t.trim().is_empty()).collect(),
            beneficiaries: frame
                .map(|f| f.beneficiaries.as_slice())
                .unwrap_or_default()
                .iter()
                .filter(|b| self.beneficiaries.contains(&b.id))
                .map(|b| b.code.clone())
                .collect(),
            pillars: frame
                .map(|f| f.pillars.as_slice())
                .unwrap_or_default()
                .iter()
                .filter(|l| self.pillars.contains(&l.id))
                .map(|l| l.key.clone())
                .collect(),
            themes: self.theme.iter().map(ToString::to_string).collect(),
            start: when(&self.start),
            end: when(&self.end),
            amounts: self
                .amount
                .iter()
                .filter_map(|(value, currency)| {
                    Some(engine::Amount { value: value.to_string().parse().ok()?, currency: currency.to_string() })
                })
                .collect(),
            status: Some(engine::Status::Planned),
            ..engine::Subject::default()
        }
        .reading_left_out(frame.into_iter().flat_map(Frame::beneficiary_names))
    }
}
