//! Which rates there are, from when to when, by which rule they are used; and one rate looked up.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;

use super::rates_in;
use super::rule::{Converted, FIXED, Fixed, GAP, Rates, Span, UNPUBLISHED};
use super::store::{self, Load};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::page::Page;

/// What was looked up.
struct Found {
    amount: Decimal,
    from: Currency,
    to: Currency,
    made: Option<Converted>,
}

#[derive(Template)]
#[template(path = "money/rates.html")]
struct RatesPage {
    p: Page,
    f: Fields,
    spans: Vec<Span>,
    loads: Vec<Load>,
    /// Currency and source, of rates that are not the European Central Bank's.
    sources: Vec<(String, String)>,
    found: Option<Found>,
}

impl RatesPage {
    fn gap(&self) -> i32 {
        GAP
    }
    /// Code, parity, why.
    fn fixed(&self) -> Vec<(&'static str, String, String)> {
        let at = |f: &Fixed| {
            let (rate, since) = (self.p.quantity(&f.per_euro()), self.p.day(&f.since()));
            self.p.t2("rates-fixed-at", "rate", rate, "day", since)
        };
        FIXED.iter().map(|f| (f.code, at(f), self.p.t(f.why))).collect()
    }
    /// Those that nobody has loaded.
    fn unpublished(&self) -> String {
        let loaded = |code: &str| self.spans.iter().any(|s| s.currency.code() == code);
        UNPUBLISHED.into_iter().filter(|code| !loaded(code)).collect::<Vec<_>>().join(", ")
    }
    fn source(&self, span: &Span) -> String {
        let own = self.sources.iter().find(|(code, _)| code == span.currency.code());
        own.map_or_else(|| self.p.t("rates-source-bank"), |(_, source)| source.clone())
    }
    fn load(&self, load: &Load) -> String {
        let (day, file) = (self.p.day_of(&load.loaded_at), &load.file_name);
        match load.source.is_empty() {
            true => self.p.t2("rates-load", "day", day, "file", file),
            false => self.p.t3("rates-load-of", ("day", day), ("file", file), ("source", &load.source)),
        }
    }
    fn currencies(&self) -> Vec<(String, String)> {
        let mut codes: Vec<&str> = self.spans.iter().map(|s| s.currency.code()).chain(["EUR", "BAM"]).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.into_iter().map(|code| (code.to_owned(), code.to_owned())).collect()
    }
    fn amount(&self, amount: &Decimal, currency: &Currency) -> String {
        self.p.locale.amount(*amount, currency)
    }
    /// By which rate, of which day. Six decimals are shown at the most; the conversion has them all.
    fn one(&self, found: &Found, made: &Converted) -> String {
        let (p, rate) = (&self.p, self.p.quantity(&made.rate));
        let one = p.t3("rates-one", ("from", found.from), ("rate", rate), ("to", found.to));
        let how = p.t(made.how.label());
        format!("{one} {}", p.t2("rates-dated", "day", p.day(&made.rate_date), "how", how))
    }
}

fn look_up(p: &Page, f: &mut Fields, rates: &Rates) -> Option<Found> {
    if !f.is_set("amount") {
        return None;
    }
    let typed = f.value("amount").to_owned();
    let from = f.required_choice("from", |code| code.parse::<Currency>().ok());
    let to = f.required_choice("to", |code| code.parse::<Currency>().ok());
    let on = f.date("on", p.today).as_ref().map(PartialDate::first_day);
    if on.is_none() && f.error("on").is_none() {
        f.fail("on", Message::new("field-required"));
    }
    let amount = match parse_money(&typed, Negative::Allowed) {
        Ok(typed) if typed.currency.is_none() || typed.currency == from => Some(typed.amount),
        Ok(_) => {
            f.fail("amount", Message::new("rates-error-currency"));
            None
        }
        Err(error) => {
            f.fail("amount", error.message());
            None
        }
    };
    let (amount, from, to) = (amount?, from?, to?);
    Some(Found { amount, from, to, made: rates.convert(amount, from, to, on?) })
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, page: p, fields: mut f, .. } = inside;
    let rates = rates_in(&mut tx, &app).await?;
    let loads = store::loads(tx.conn()).await?;
    let sources = store::sources(tx.conn(), &UNPUBLISHED.map(str::to_owned)).await?;
    let found = look_up(&p, &mut f, &rates);
    let status = if f.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = RatesPage { p, f, spans: rates.spans(), loads, sources, found };
    Ok((status, Html(page.render()?)).into_response())
}
