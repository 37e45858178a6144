//! Who sends an answer to a round that takes none any more, or none yet: nothing of it is kept, and nothing of it is lost. What was typed
//! stands on the page, to be copied.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::mine::label;
use super::model::{Health, Item, Round};
use super::store;
use crate::features::actions::Status;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;

/// A field by its name, and what was typed into it.
pub type Typed = (String, String);

#[derive(Template)]
#[template(path = "rounds/late.html")]
struct LatePage {
    p: Page,
    r: Round,
    title: String,
    text: String,
    typed: Vec<Typed>,
    back: String,
}

/// The round as it stands now, with what was typed; `back`: where the answers stand, from the process on.
pub async fn late(inside: &mut Inside, round: Round, back: &str, typed: Vec<Typed>) -> Result<Response, Problem> {
    // it may have been locked since it was read
    let today = inside.page.today;
    let r = store::round(&mut inside.tx, round.id, today).await?.ok_or(Problem::NotFound)?;
    let p = inside.page.clone();
    let ended = r.state.has_ended();
    let (title, text) = match ended {
        true => ("round-late-title", "round-has-ended"),
        false => ("round-early-title", "round-not-open-yet"),
    };
    let page = LatePage { title: p.t(title), text: p.t(text), back: p.link(back), typed, r, p };
    Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response())
}

/// What somebody typed into the form of a row, as its fields are named there.
pub fn of_row(p: &Page, item: &Item, f: &Fields) -> Vec<Typed> {
    let typed = |name: &str| Some(f.value(name).trim().replace("\r\n", "\n")).filter(|text| !text.is_empty());
    let with = |name: &str, currency: &str| {
        typed(name).map(|amount| format!("{amount} {}", f.value(currency).trim()).trim().to_owned())
    };
    let mut all: Vec<Typed> = Vec::new();
    let mut put = |name: String, text: Option<String>| all.extend(text.map(|text| (name, text)));
    let named = |field: &str| label(field).map(|key| p.t(key)).unwrap_or_default();
    let health = typed("health").map(|word| Health::parse(&word).map_or(word, |health| p.t(health.label())));
    let status = typed("status").map(|word| Status::parse(&word).map_or(word, |status| p.t(status.label())));
    put(named("health"), health);
    for field in ["done", "hinders"] {
        put(named(field), typed(field));
    }
    for indicator in &item.indicators {
        let each = item.action.iter().flat_map(|a| &a.beneficiaries);
        let each = each.map(|b| (b.to_string(), p.beneficiary_name(b)));
        for (column, whom) in each.chain([("all".to_owned(), p.t("progress-all-together"))]) {
            put(format!("{}: {whom}", indicator.name), typed(&format!("value-{}-{column}", indicator.id)));
        }
    }
    for field in ["disbursed", "spent"] {
        put(named(field), with(field, "currency"));
    }
    put(named("status"), status);
    put(named("end"), typed("end"));
    put(named("total"), with("total", "total_currency"));
    put(named("word"), typed("word"));
    all
}

/// The word with which a report is referred back, or asked to be corrected.
pub fn word(p: &Page, f: &Fields) -> Vec<Typed> {
    let word = f.value("word").trim().replace("\r\n", "\n");
    if word.is_empty() { Vec::new() } else { vec![(p.t("round-field-word"), word)] }
}
