//! Adding an amount, putting one right, taking one back. Rows do not change, so that a form that was made from a row which has been
//! replaced since is shown again beside the one that stands now.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Row, head};
use super::store::{self, Choices, Draft, Hand};
use super::{find, period, views};
use crate::features::actions::{CONTRIBUTION_KINDS, Record};
use crate::features::overlaps;
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ContributionId, EnvelopeId, OrganisationId};
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Currencies that the region and its donors use; the rest follow by code.
const FIRST: [&str; 12] = ["EUR", "USD", "CHF", "GBP", "NOK", "SEK", "DKK", "ALL", "BAM", "MKD", "RSD", "TRY"];

#[derive(Template)]
#[template(path = "money/amount_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    title: String,
    choices: Choices,
    /// The row that is put right; none: a new one.
    row: Option<ContributionId>,
    from_file: bool,
    /// What stands now, where the form was made from something else.
    theirs: Option<String>,
    /// What the form was made from was taken back since.
    gone: bool,
    address: String,
    leave: String,
}

impl FormPage {
    fn kinds(&self) -> Vec<(String, String)> {
        CONTRIBUTION_KINDS.iter().map(|k| ((*k).to_owned(), self.p.t(views::kind_label(k)))).collect()
    }
    fn currencies(&self) -> Vec<String> {
        let rest = Currency::all().map(Currency::code).filter(|c| !FIRST.contains(c));
        FIRST.into_iter().chain(rest).map(str::to_owned).collect()
    }
    fn organisations(&self) -> Vec<(String, String)> {
        self.choices.organisations.iter().map(|o| (o.id.to_string(), o.name.clone())).collect()
    }
    fn envelopes(&self) -> Vec<(String, String)> {
        self.choices.envelopes.iter().map(|e| (e.id.to_string(), e.name.clone())).collect()
    }
    fn is_currency(&self, code: &str) -> bool {
        let chosen = self.f.value("currency");
        if chosen.is_empty() { code == "EUR" } else { chosen == code }
    }
    fn respond(&self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, Html(self.render()?)).into_response())
    }
}

pub(super) fn fill(p: &Page, row: &Row, f: &mut Fields) {
    f.set("kind", &row.kind);
    f.set("amount", p.quantity(&row.amount));
    f.set("currency", row.currency);
    f.set("value_date", row.value_date.map(|d| p.date(&d)).unwrap_or_default());
    f.set("period", period::plain(row.period_start, row.period_end));
    f.set("provider", row.provider.as_ref().map(|o| o.id.to_string()).unwrap_or_default());
    f.set("receiver", row.receiver.as_ref().map(|o| o.id.to_string()).unwrap_or_default());
    f.set("envelope", row.envelope.as_ref().map(|e| e.id.to_string()).unwrap_or_default());
    f.set("note", &row.note);
}

pub(super) fn read(p: &Page, f: &mut Fields, choices: &Choices, row: Option<&Row>) -> Option<Draft> {
    let kind = f.required_choice("kind", |text| CONTRIBUTION_KINDS.iter().find(|k| **k == text).copied());
    let chosen = f.choice("currency", |code| code.parse::<Currency>().ok());
    let typed = f.value("amount").to_owned();
    // as it was shown it is what it was: more decimals than are shown are not lost by putting a note right
    let untouched = row.filter(|r| p.quantity(&r.amount) == typed.trim());
    let amount = match (untouched, parse_money(&typed, Negative::Allowed)) {
        (Some(row), _) => chosen.map(|currency| (row.amount, currency)),
        (None, Ok(read)) => read.currency.or(chosen).map(|currency| (read.amount, currency)),
        (None, Err(error)) => {
            f.fail("amount", error.message());
            None
        }
    };
    if amount.is_none() && f.error("amount").is_none() {
        f.fail("currency", Message::new("action-error-currency"));
    }
    let value_date = f.date("value_date", p.today);
    let typed = f.value("period").trim().to_owned();
    // a period that is only begun is none that could be typed: it stays while nobody touches it
    let same =
        row.filter(|r| period::plain(r.period_start, r.period_end) == typed).map(|r| (r.period_start, r.period_end));
    let period = match same {
        Some((start, end)) => start.map(|start| (start, end)),
        None if typed.is_empty() => None,
        None => match period::read(&typed, p.today) {
            Ok((start, end)) => Some((start, Some(end))),
            Err(wrong) => {
                f.fail("period", wrong.message());
                None
            }
        },
    };
    let listed = |id: &OrganisationId| choices.organisations.iter().any(|o| o.id == *id);
    let organisation = |text: &str| text.parse::<OrganisationId>().ok().filter(listed);
    let (provider, receiver) = (f.choice("provider", organisation), f.choice("receiver", organisation));
    let open = |id: &EnvelopeId| choices.envelopes.iter().any(|e| e.id == *id);
    let envelope = f.choice("envelope", |text| text.parse::<EnvelopeId>().ok().filter(open));
    let note = f.text("note", 500);
    let (kind, (amount, currency)) = (kind?, amount?);
    f.is_valid().then_some(Draft { kind, amount, currency, value_date, period, provider, receiver, envelope, note })
}

fn form(p: Page, f: Fields, record: &Record, choices: Choices, row: Option<&Row>) -> FormPage {
    let own = format!("/actions/{}/money", record.id);
    let address = row.map_or_else(|| format!("{own}/new"), |row| format!("{own}/{}", row.id));
    FormPage {
        title: record.title.clone(),
        choices,
        row: row.map(|r| r.id),
        from_file: row.is_some_and(|r| r.origin.is_some()),
        theirs: None,
        gone: false,
        address: p.link(&address),
        leave: p.link(&own),
        p,
        f,
    }
}

fn done(p: &Page, record: &Record, what: &str) -> Response {
    Redirect::to(&p.link(&format!("/actions/{}/money?done={what}", record.id))).into_response()
}

/// The action, and in whose name its money is written.
async fn opened(inside: &mut Inside, id: &str) -> Result<Result<(Record, MembershipFacts), Response>, Problem> {
    let record = match find(inside, id).await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let by = inside.member.require(Permission::ActionMoney, &record.scope())?.clone();
    Ok(Ok((record, by)))
}

/// What was said before and what is said now, in the history of the action.
pub(super) async fn note_change(
    inside: &mut Inside,
    record: &Record,
    by: &MembershipFacts,
    from: Option<String>,
    to: Option<String>,
    why: &str,
) -> Result<(), Problem> {
    let change = Change { from: from.into_iter().collect(), to: to.into_iter().collect() };
    let changes: Changes = [("contributions".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Action, id: record.id.0, event: "edited", changes, why };
    history::record(&mut inside.tx, Some(by), entry).await?;
    overlaps::changed(&mut inside.tx).await?;
    Ok(())
}

/// An amount that is about to be written, as the history says it.
pub(super) fn in_words(p: &Page, draft: &Draft, choices: &Choices) -> String {
    let name = |id: OrganisationId| choices.organisations.iter().find(|o| o.id == id).map(|o| o.name.clone());
    let mut parts =
        vec![format!("{}: {}", p.t(views::kind_label(draft.kind)), p.locale.amount(draft.amount, &draft.currency))];
    parts.extend(draft.period.and_then(|(start, end)| period::shown(p, Some(start), end)));
    parts.extend(draft.value_date.as_ref().map(|d| p.date(d)));
    parts.extend(draft.provider.and_then(name).map(|of| p.t1("action-from", "name", of)));
    parts.extend(draft.receiver.and_then(name).map(|of| p.t1("action-to", "name", of)));
    parts.extend(Some(draft.note.clone()).filter(|note| !note.is_empty()));
    parts.join(", ")
}

pub async fn new(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (record, _) = match opened(&mut inside, &id).await? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let choices = store::choices(&mut inside.tx, None).await?;
    let mut f = Fields::default();
    if let Some(currency) = record.usual_currency() {
        f.set("currency", currency);
    }
    form(inside.page, f, &record, choices, None).respond(StatusCode::OK)
}

pub async fn add(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (record, by) = match opened(&mut inside, &id).await? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let choices = store::choices(&mut inside.tx, None).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let draft = read(&inside.page, &mut f, &choices, None);
    let why = f.text("why", 1_000);
    let Some(draft) = draft.filter(|_| f.is_valid()) else {
        return form(inside.page, f, &record, choices, None).respond(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let hand = Hand { by: &by, now: inside.app.clock.now(), why: &why };
    store::write(&mut inside.tx, record.id, &draft, None, hand).await?;
    let to = in_words(&inside.page, &draft, &choices);
    note_change(&mut inside, &record, &by, None, Some(to), &why).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &record, "amount-added"))
}

/// The rows of an action, and the one that is meant.
async fn with_row(inside: &mut Inside, record: &Record, row: &str) -> Result<(Vec<Row>, ContributionId), Problem> {
    let id: ContributionId = row.parse().map_err(|_| Problem::NotFound)?;
    let rows = store::rows(&mut inside.tx, record.id, inside.page.today).await?;
    if rows.iter().any(|r| r.id == id) { Ok((rows, id)) } else { Err(Problem::NotFound) }
}

pub async fn edit(Path((_, id, row)): Path<(String, String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (record, _) = match opened(&mut inside, &id).await? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (rows, row) = with_row(&mut inside, &record, &row).await?;
    let row = head(&rows, row).ok_or(Problem::NotFound)?;
    if row.withdrawn_at.is_some() {
        return Ok(done(&inside.page, &record, "amount-was-withdrawn"));
    }
    let choices = store::choices(&mut inside.tx, row.envelope.as_ref().map(|e| e.id)).await?;
    let mut f = Fields::default();
    fill(&inside.page, row, &mut f);
    form(inside.page, f, &record, choices, Some(row)).respond(StatusCode::OK)
}

/// Shows what was typed beside what stands now.
async fn moved(inside: Inside, record: &Record, f: Fields, choices: Choices, now: &Row) -> Result<Response, Problem> {
    let theirs = views::line(&inside.page, now);
    let gone = now.withdrawn_at.is_some();
    let mut page = form(inside.page, f, record, choices, (!gone).then_some(now));
    page.theirs = Some(theirs);
    page.gone = gone;
    page.respond(StatusCode::CONFLICT)
}

pub async fn correct(
    Path((_, id, row)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let (record, by) = match opened(&mut inside, &id).await? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (rows, asked) = with_row(&mut inside, &record, &row).await?;
    let now = head(&rows, asked).ok_or(Problem::NotFound)?;
    let choices = store::choices(&mut inside.tx, now.envelope.as_ref().map(|e| e.id)).await?;
    let mut f = std::mem::take(&mut inside.fields);
    if now.id != asked || now.withdrawn_at.is_some() {
        return moved(inside, &record, f, choices, now).await;
    }
    let draft = read(&inside.page, &mut f, &choices, Some(now));
    let why = f.required("why", 1_000);
    let Some(draft) = draft.filter(|_| f.is_valid()) else {
        return form(inside.page, f, &record, choices, Some(now)).respond(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let hand = Hand { by: &by, now: inside.app.clock.now(), why: &why };
    if !store::write(&mut inside.tx, record.id, &draft, Some(asked), hand).await? {
        // somebody was first between the reading and the writing
        let rows = store::rows(&mut inside.tx, record.id, inside.page.today).await?;
        let now = head(&rows, asked).ok_or(Problem::NotFound)?;
        return moved(inside, &record, f, choices, now).await;
    }
    let (from, to) = (views::line(&inside.page, now), in_words(&inside.page, &draft, &choices));
    note_change(&mut inside, &record, &by, Some(from), Some(to), &why).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &record, "amount-corrected"))
}

pub async fn withdraw(
    Path((_, id, row)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let (record, by) = match opened(&mut inside, &id).await? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (rows, asked) = with_row(&mut inside, &record, &row).await?;
    let now = head(&rows, asked).ok_or(Problem::NotFound)?;
    let mut f = std::mem::take(&mut inside.fields);
    let why = f.required("withdraw_why", 1_000);
    let moved_on = now.id != asked || now.withdrawn_at.is_some();
    let hand = Hand { by: &by, now: inside.app.clock.now(), why: &why };
    let written = f.is_valid() && !moved_on && store::withdraw(&mut inside.tx, record.id, asked, hand).await?;
    if !written {
        let choices = store::choices(&mut inside.tx, now.envelope.as_ref().map(|e| e.id)).await?;
        fill(&inside.page, now, &mut f);
        if moved_on || f.is_valid() {
            return moved(inside, &record, f, choices, now).await;
        }
        return form(inside.page, f, &record, choices, Some(now)).respond(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let from = views::line(&inside.page, now);
    note_change(&mut inside, &record, &by, Some(from), None, &why).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &record, "amount-withdrawn"))
}
