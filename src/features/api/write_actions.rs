//! Actions and their money are written as a form writes them: what is sent becomes the fields of the form, which reads, checks
//! and stores them; what it finds wrong is pointed at where it came from.

use axum::extract::Path;
use serde_json::Value;
use uuid::Uuid;

use super::actions::{address, find, shown};
use super::answer::{self, Answered, Written};
use super::auth::Called;
use super::body::{self, Kind, Member, may, must, rows, text, texts};
use super::once;
use super::problem::{Fault, Wrong};
use super::shape::List;
use crate::features::actions::{self, Field, Kept, NOT_STATED, PartyRole, Record, Status};
use crate::kernel::db::Frame;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::permit::Handling;
use axum::response::IntoResponse;

const SHARE: &[Member] = &[
    must("code", Kind::Text(2), "The code of the beneficiary."),
    may("share", Kind::Amount, "Its share in percent; shares add up to 100."),
];
const PARTY: &[Member] = &[
    must("organisation", Kind::Id, "The id of the organisation."),
    must("role", Kind::Choice(PartyRole::values), "What it is in this action."),
];
const TOTAL: &[Member] =
    &[must("amount", Kind::Amount, "The amount."), must("currency", Kind::Currency, "The currency (ISO 4217).")];

/// An action, as it is written.
pub const ACTION: &[Member] = &[
    must("title", Kind::Text(500), "Its title."),
    must("keeper", Kind::Id, "The id of the organisation that keeps the record."),
    may("description", Kind::Text(20_000), "What is done."),
    may("status", Kind::Choice(Status::values), "Where it stands."),
    may("handling", Kind::Choice(Handling::values), "Who sees it; `members` where nothing is said."),
    may("pillars", Kind::Keys, "The keys of its pillars."),
    may("beneficiaries", Kind::Objects(SHARE), "Its beneficiaries."),
    may("themes", Kind::Ids, "The ids of its themes."),
    may("theme_text", Kind::Text(1_000), "The theme in the words of its source."),
    may("parties", Kind::Objects(PARTY), "Its parties."),
    may("planned_start", Kind::Date, "When it is to begin."),
    may("planned_end", Kind::Date, "When it is to end."),
    may("actual_start", Kind::Date, "When it began."),
    may("actual_end", Kind::Date, "When it ended."),
    may("date_note", Kind::Text(1_000), "What is to be said of these dates."),
    may("stated_total", Kind::Object(TOTAL), "Its stated total."),
    may("parent", Kind::Id, "The id of the larger action that it is part of."),
    may("parent_text", Kind::Text(500), "The larger action in words, where it is none of those here."),
    may("reference", Kind::Text(200), "The reference that its keeper knows it by."),
    may("source_url", Kind::Text(2_000), "Where it is described."),
    may("source_note", Kind::Text(5_000), "Where the record is from."),
    may("opened_to", Kind::Ids, "The ids of organisations to which a restricted record is opened."),
    may("open_to_support_group", Kind::Flag, "Opens a restricted record to the Support Group's secretariat."),
    may("why", Kind::Text(1_000), "Why: stands in the history."),
];

/// The field of the form that a field of the body is.
fn field(name: &str) -> Option<Field> {
    match name {
        "keeper" => Some(Field::Reporting),
        "opened_to" => Some(Field::Disclosures),
        "parent_text" => Some(Field::Parent),
        other => Field::parse(other),
    }
}

/// The fields that a body speaks of.
fn stated(body: &Value) -> Vec<Field> {
    body.as_object().into_iter().flatten().filter_map(|(name, _)| field(name)).collect()
}

/// An amount that the form cannot take for another: three decimals alone would be read as thousands.
pub fn amount(text: &str) -> String {
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text.to_owned(),
    }
}

pub fn replace(f: &mut Fields, name: &str, values: impl IntoIterator<Item = String>) {
    f.remove(name);
    values.into_iter().for_each(|value| f.add(name, value));
}

/// What is chosen of a list; that nothing is, has to be said in the form.
fn replace_or_none(f: &mut Fields, name: &str, values: Vec<String>) {
    let none = values.is_empty().then(|| NOT_STATED.to_owned());
    replace(f, name, values.into_iter().chain(none));
}

/// Puts what a body says into the fields of the form. Keys and codes that are none of this process are pointed at.
fn fill(f: &mut Fields, body: &Value, frame: &Frame) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let unknown = |pointer: String| Wrong::body(pointer, Message::new("field-not-in-list"));
    for (name, value) in body.as_object().into_iter().flatten() {
        let one = value.as_str().unwrap_or_default();
        match name.as_str() {
            "keeper" => f.set("reporting", one),
            "pillars" => {
                let mut ids = Vec::new();
                for (n, key) in texts(body, name).into_iter().enumerate() {
                    match frame.pillars.iter().find(|l| l.key == key) {
                        Some(pillar) => ids.push(pillar.id.to_string()),
                        None => wrong.push(unknown(format!("/pillars/{n}"))),
                    }
                }
                replace_or_none(f, "pillars", ids);
            }
            "beneficiaries" => {
                let mut ids = Vec::new();
                frame.beneficiaries.iter().for_each(|b| f.remove(&format!("share-{}", b.id)));
                for (n, row) in rows(body, name).iter().enumerate() {
                    match frame.beneficiaries.iter().find(|b| b.code == text(row, "code")) {
                        Some(b) if ids.contains(&b.id.to_string()) => {
                            wrong.push(Wrong::body(format!("/beneficiaries/{n}"), Message::new("api-error-twice")));
                        }
                        Some(b) => {
                            f.set(&format!("share-{}", b.id), text(row, "share"));
                            ids.push(b.id.to_string());
                        }
                        None => wrong.push(unknown(format!("/beneficiaries/{n}/code"))),
                    }
                }
                replace_or_none(f, "beneficiaries", ids);
            }
            "themes" => replace(f, "themes", texts(body, name).into_iter().map(str::to_owned)),
            "opened_to" => replace(f, "disclosure", texts(body, name).into_iter().map(str::to_owned)),
            "parties" => {
                let parts = |part: &str| rows(body, name).iter().map(|r| text(r, part).to_owned()).collect::<Vec<_>>();
                replace(f, "party", parts("organisation"));
                replace(f, "party_role", parts("role"));
            }
            "stated_total" => {
                f.set("stated_total", amount(text(value, "amount")));
                f.set("stated_currency", text(value, "currency"));
            }
            "open_to_support_group" => {
                f.set(name, if value.as_bool().unwrap_or_default() { "yes" } else { "" });
            }
            "parent" => {
                f.set("parent", one);
                f.remove("parent_choice");
            }
            "parent_text" if one.is_empty() => {}
            "parent_text" if text(body, "parent").is_empty() => {
                f.set("parent", one);
                f.set("parent_choice", "words");
            }
            "parent_text" => {
                wrong.push(Wrong::body("/parent_text", Message::new("api-error-parent-both")));
            }
            _ => f.set(name, one),
        }
    }
    wrong
}

/// Where in the body a field of the form came from.
fn pointer(name: &str, body: &Value, frame: &Frame) -> String {
    let row = |list: &str, rest: &str| format!("/{list}/{rest}");
    match name.split_once('-') {
        Some(("party", n)) => row("parties", n),
        Some(("disclosure", n)) => row("opened_to", n),
        Some(("share", id)) => {
            let code = frame.beneficiaries.iter().find(|b| b.id.to_string() == id).map(|b| b.code.as_str());
            let at = rows(body, "beneficiaries").iter().position(|r| Some(text(r, "code")) == code);
            at.map_or_else(|| "/beneficiaries".to_owned(), |n| format!("/beneficiaries/{n}/share"))
        }
        _ => match name {
            "reporting" => "/keeper".to_owned(),
            "disclosures" => "/opened_to".to_owned(),
            "parent" if text(body, "parent").is_empty() => "/parent_text".to_owned(),
            name => format!("/{name}"),
        },
    }
}

pub fn checked(body: &Value, members: &[Member], partial: bool) -> Result<(), Fault> {
    let wrong = body::check(body, members, partial);
    if wrong.is_empty() { Ok(()) } else { Err(Fault::invalid(wrong)) }
}

pub fn frame(called: &Called) -> Result<Frame, Fault> {
    called.inside.page.frame().cloned().ok_or_else(Fault::not_found)
}

/// Why, as the history has it: where nothing is said, by which token it came.
pub fn why(called: &Called) -> String {
    let said = text(&called.body, "why").trim();
    if said.is_empty() { called.inside.page.t1("api-why", "name", &called.token.name) } else { said.to_owned() }
}

/// The record after it was written, in the writer's sight.
async fn again(called: &mut Called, id: Uuid) -> Result<Record, Fault> {
    find(called, &id.to_string()).await
}

pub async fn create(mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    checked(&called.body, ACTION, false)?;
    let frame = frame(&called)?;
    let mut f = Fields::default();
    for name in ["pillars", "beneficiaries"] {
        f.set(name, NOT_STATED);
    }
    let wrong = fill(&mut f, &called.body, &frame);
    if !wrong.is_empty() {
        return Err(Fault::invalid(wrong));
    }
    f.set("why", why(&called));
    let stated = stated(&called.body);
    let Some(id) = actions::create_record(&mut called.inside, &mut f, &stated).await? else {
        return Err(Fault::invalid(body::of_form(&f, |name| pointer(name, &called.body, &frame))));
    };
    let record = again(&mut called, id.0).await?;
    let written = Written::made(&shown(&frame, &record), address(id.0))?;
    once::finish(called, written).await
}

/// Changes a record by a change to its form.
pub async fn change_by(
    called: &mut Called,
    record: &Record,
    stated: &[Field],
    frame: &Frame,
    change: impl FnOnce(&mut Fields),
    pointed: impl Fn(&str, &Value, &Frame) -> String,
) -> Result<Record, Fault> {
    let why = why(called);
    let (kept, f) = actions::change_record(&mut called.inside, record, stated, |f| {
        change(f);
        f.set("why", why);
    })
    .await?;
    match kept {
        Kept::Wrong => Err(Fault::invalid(body::of_form(&f, |name| pointed(name, &called.body, frame)))),
        Kept::Moved => {
            let now = again(called, record.id.0).await?;
            Err(answer::moved(&shown(frame, &now))?)
        }
        Kept::Same | Kept::Saved => again(called, record.id.0).await,
    }
}

pub async fn change(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let record = find(&mut called, &id).await?;
    let frame = frame(&called)?;
    checked(&called.body, ACTION, true)?;
    answer::matches(&called.headers, &shown(&frame, &record))?;
    let (mut probe, body) = (Fields::default(), called.body.clone());
    let wrong = fill(&mut probe, &body, &frame);
    if !wrong.is_empty() {
        return Err(Fault::invalid(wrong));
    }
    let stated = stated(&body);
    let changed = change_by(
        &mut called,
        &record,
        &stated,
        &frame,
        |f| {
            fill(f, &body, &frame);
        },
        pointer,
    )
    .await?;
    let written = Written::changed(&shown(&frame, &changed))?;
    once::finish(called, written).await
}
