//! Who may not edit a record proposes a change; whoever may accepts or refuses it, with the difference shown.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::collections::{BTreeMap, BTreeSet};

use super::edit::{draft_key, frame, kept_theirs, page, with_draft};
use super::fields::{self, Base, Difference, Field, Verdict, decide};
use super::form::{FormPage, Mode};
use super::model::{Names, Record, Suggestion};
use super::page::ids_in;
use super::service::granting;
use super::sheet_fill::fill;
use super::sheet_form::{Reading, check, read, reshape};
use super::telling::{self, About};
use super::{drafts, find, note_reading, parent, rights, show, store};
use crate::features::actions::ClaimState;
use crate::features::overlaps;
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::SuggestionId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

type Answer = Result<Response, Problem>;

/// The fields a suggestion may change: a parent that may not be seen is left alone.
fn suggestible(member: &Member, record: &Record) -> BTreeSet<Field> {
    let mut fields = rights::for_suggestion(member);
    if record.parent_is_hidden() {
        fields.remove(&Field::Parent);
    }
    fields
}

pub async fn suggest(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let record = match find(&mut inside, &id, "/suggest").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sheet = record.sheet();
    inside.member.require(Permission::ActionSuggest, &sheet.scope())?;
    let noted = note_reading(&mut inside, &record).await?;
    let choices = store::choices(&mut inside.tx, "", None).await?;
    let f = fill(&inside.page, &choices, Some(&record), &sheet);
    let (version, allowed) = (record.version, suggestible(&inside.member, &record));
    let mut form = page(&inside, Mode::Suggest, Some(record), choices, allowed, f);
    form.made_from(version, &sheet);
    let form = with_draft(&mut inside, form).await?;
    if noted {
        inside.tx.commit().await?;
    }
    form.respond(StatusCode::OK)
}

/// The form as it was typed, not sent on.
async fn again(inside: Inside, form: FormPage, status: StatusCode, typed: &[(String, String)]) -> Answer {
    drafts::overtake(inside, &form.draft_key, typed).await?;
    form.respond(status)
}

pub async fn send(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let record = match find(&mut inside, &id, "/suggest").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let before = record.sheet();
    inside.member.require(Permission::ActionSuggest, &before.scope())?;
    let (words, pasted) = parent::wanted(&inside.fields);
    let choices = store::choices(&mut inside.tx, &words, pasted).await?;
    let allowed = suggestible(&inside.member, &record);
    let mut f = std::mem::take(&mut inside.fields);
    let reshaped = reshape(&mut f);
    let typed = drafts::kept(&f);
    if reshaped {
        let form = page(&inside, Mode::Suggest, Some(record), choices, allowed, f);
        return again(inside, form, StatusCode::OK, &typed).await;
    }
    let frame = frame(&inside.page)?;
    let reading = Reading {
        choices: &choices,
        frame,
        today: inside.page.today,
        allowed: &allowed,
        record: Some(&record),
        before: &before,
    };
    let mine = read(&mut f, &reading);
    let (made_from, base, theirs) = (f.integer("version"), Base::parse(f.value("base")), kept_theirs(&f));
    let note = f.text("why", 1_000);
    let verdict =
        if f.is_valid() { Some(decide(made_from, record.version, &base, &mine, &before, &theirs)) } else { None };
    let difference = match verdict {
        Some(Verdict::Ask(merged)) => {
            let mut filled = fill(&inside.page, &choices, Some(&record), &merged.sheet);
            filled.set("why", note);
            let mut form = page(&inside, Mode::Suggest, Some(record.clone()), choices, allowed, filled);
            form.made_from(record.version, &before);
            form.ask(&merged, &record, &before);
            return again(inside, form, StatusCode::CONFLICT, &typed).await;
        }
        Some(Verdict::Save(sheet)) => {
            for (field, message) in check(&sheet) {
                f.fail(field.name(), message);
            }
            if let Some(message) = parent::ring(&mut inside.tx, &record, &before, &sheet).await? {
                f.fail("parent", message);
            }
            let difference = before.difference(&sheet);
            if difference.is_empty() {
                f.fail("why", Message::new("action-error-nothing-suggested"));
            }
            difference
        }
        None => Difference::new(),
    };
    if !f.is_valid() {
        let form = page(&inside, Mode::Suggest, Some(record), choices, allowed, f);
        return again(inside, form, StatusCode::UNPROCESSABLE_ENTITY, &typed).await;
    }
    let by = inside.member.require(Permission::ActionSuggest, &before.scope())?;
    let now = inside.app.clock.now();
    let id = store::add_suggestion(&mut inside.tx, record.id, by.id, record.version, &difference, &note, now).await?;
    store::drop_draft(&mut inside.tx, &draft_key(Mode::Suggest, Some(&record))).await?;
    let names = Names::of(&choices).with_record(&record);
    let changes = show::changes(&inside.page, &names, &difference);
    note_event(&mut inside.tx, by, &record, id, "suggested", changes, &note).await?;
    telling::suggested(&mut inside.tx, &inside.app, by, &About::of(&record), id).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-suggested#suggestions", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

/// An entry of history that names the suggestion, and by it the one who made it.
async fn note_event(
    tx: &mut crate::kernel::db::ProcessTx,
    by: &MembershipFacts,
    record: &Record,
    suggestion: SuggestionId,
    event: &'static str,
    mut changes: Changes,
    why: &str,
) -> Result<(), Problem> {
    changes.insert("suggestion".to_owned(), Change { from: Vec::new(), to: vec![suggestion.to_string()] });
    history::record(tx, Some(by), Entry { subject: Subject::Action, id: record.id.0, event, changes, why }).await?;
    Ok(())
}

/// The suggestion and its record; one that is no longer open is told as a conflict.
async fn open_suggestion(inside: &mut Inside, id: &str) -> Result<(Suggestion, Record), Problem> {
    let id: SuggestionId = id.parse().map_err(|_| Problem::NotFound)?;
    let suggestion = store::suggestion(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let record =
        store::record(&mut inside.tx, suggestion.action_id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    if suggestion.state != "open" {
        return Err(Problem::Conflict(Message::new("action-refused-suggestion-closed")));
    }
    Ok((suggestion, record))
}

/// Who decides on a suggestion: whoever may change each of its fields.
fn decider<'a>(member: &'a Member, record: &Record, suggestion: &Suggestion) -> Result<&'a MembershipFacts, Problem> {
    let (sheet, fields) = (record.sheet(), suggestion.changes.keys().copied().collect());
    let by = granting(member, &sheet, &fields)?;
    let editable = rights::editable(member, &sheet);
    if !fields.is_subset(&editable) || (record.parent_is_hidden() && fields.contains(&Field::Parent)) {
        return Err(Problem::Refused(Message::new("refused-action-edit")));
    }
    Ok(by)
}

/// A field that has changed since the suggestion was made.
struct Choice {
    field: Field,
    label: String,
    now: Vec<String>,
    suggested: Vec<String>,
}

#[derive(Template)]
#[template(path = "actions/record/accept.html")]
struct AcceptPage {
    p: Page,
    record: Record,
    suggestion: Suggestion,
    choices: Vec<Choice>,
    rows: Vec<show::DiffRow>,
    by: String,
    answer: String,
    /// Why it cannot be accepted as it is.
    wrong: Vec<(String, String)>,
}

/// What was chosen for the fields that changed since, if it was chosen for the record as it stands.
fn chosen(f: &Fields, version: i32) -> BTreeMap<Field, bool> {
    if f.value("version") != version.to_string() {
        return BTreeMap::new();
    }
    let choice = |field: &Field| match f.value(&format!("keep-{}", field.name())) {
        "suggested" => Some((*field, true)),
        "now" => Some((*field, false)),
        _ => None,
    };
    Field::ALL.iter().filter_map(choice).collect()
}

pub async fn accept(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let (suggestion, record) = open_suggestion(&mut inside, &id).await?;
    let by = decider(&inside.member, &record, &suggestion)?;
    let (before, mut f) = (record.sheet(), std::mem::take(&mut inside.fields));
    let answer = f.text("answer", 1_000);
    let acceptance = fields::accept(&before, &suggestion.changes, &chosen(&f, record.version));
    let mut sheet = acceptance.sheet;
    rights::settle_opening(&mut sheet);
    let mut wrong = check(&sheet);
    if !rights::would_see(&inside.member, &sheet) {
        wrong.push((Field::Handling, Message::new("action-error-would-not-see")));
    }
    if let Some(message) = parent::ring(&mut inside.tx, &record, &before, &sheet).await? {
        wrong.push((Field::Parent, message));
    }
    let mut ids = ids_in(&suggestion.changes);
    let difference = before.difference(&sheet);
    ids.extend(ids_in(&difference));
    let names = store::names(&mut inside.tx, &ids).await?.with_record(&record);
    let nameless = sheet
        .ids::<uuid::Uuid>(Field::Reporting)
        .into_iter()
        .chain(sheet.ids(Field::Parties))
        .any(|id| !names.0.contains_key(&id));
    if nameless {
        wrong.push((Field::Parties, Message::new("action-error-organisation-gone")));
    }
    if !acceptance.open.is_empty() || !wrong.is_empty() || !f.is_valid() {
        return ask(&inside, record, suggestion, &acceptance.open, &wrong, &names, answer);
    }
    let now = inside.app.clock.now();
    let changes = show::changes(&inside.page, &names, &difference);
    let own = by.organisation.is_some_and(|o| record.keeper == o || record.parties.iter().any(|p| p.id == o));
    let settles = record.claim == ClaimState::Unconfirmed && own;
    let stored = store::update(&mut inside.tx, record.id, record.version, &sheet, by, settles, now).await?;
    let closed = store::close_suggestion(&mut inside.tx, suggestion.id, "accepted", by.id, &answer, now).await?;
    if !stored || !closed {
        return Err(Problem::Conflict(Message::new("action-refused-moved-on")));
    }
    store::write_links(&mut inside.tx, record.id, &sheet, &record.contributions, by, "", now).await?;
    note_event(&mut inside.tx, by, &record, suggestion.id, "suggestion-accepted", changes, &answer).await?;
    telling::decided(&mut inside.tx, &inside.app, by, &About::of(&record), &suggestion, true).await?;
    overlaps::changed(&mut inside.tx).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-suggestion-accepted", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

fn ask(
    inside: &Inside,
    record: Record,
    suggestion: Suggestion,
    open: &[Field],
    wrong: &[(Field, Message)],
    names: &Names,
    answer: String,
) -> Answer {
    let (p, sheet) = (inside.page.clone(), record.sheet());
    let choices = open.iter().filter_map(|field| {
        let delta = suggestion.changes.get(field)?;
        Some(Choice {
            field: *field,
            label: p.t(&field.label()),
            now: show::values(&p, names, *field, sheet.get(*field)),
            suggested: show::values(&p, names, *field, &delta.to),
        })
    });
    let page = AcceptPage {
        choices: choices.collect(),
        rows: show::rows(&p, names, &suggestion.changes, true),
        wrong: wrong.iter().map(|(field, message)| (p.t(&field.label()), p.say(message))).collect(),
        by: show::person(&p, suggestion.by.as_ref()),
        p,
        record,
        suggestion,
        answer,
    };
    let status = if open.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn refuse(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let (suggestion, record) = open_suggestion(&mut inside, &id).await?;
    let by = decider(&inside.member, &record, &suggestion)?;
    let mut f = std::mem::take(&mut inside.fields);
    let answer = f.text("answer", 1_000);
    if answer.is_empty() {
        f.fail("answer", Message::new("action-error-refuse-word"));
    }
    if !f.is_valid() {
        f.set("about", suggestion.id);
        let action = record.id.to_string();
        return super::page::show_page(inside, &action, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let now = inside.app.clock.now();
    store::close_suggestion(&mut inside.tx, suggestion.id, "refused", by.id, &answer, now).await?;
    note_event(&mut inside.tx, by, &record, suggestion.id, "suggestion-refused", Changes::new(), &answer).await?;
    telling::decided(&mut inside.tx, &inside.app, by, &About::of(&record), &suggestion, false).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-suggestion-refused", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

pub async fn withdraw(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let (suggestion, record) = open_suggestion(&mut inside, &id).await?;
    let by = inside.member.require(Permission::ActionSuggest, &record.scope())?;
    if !suggestion.mine {
        return Err(Problem::Refused(Message::new("action-refused-suggestion-others")));
    }
    let now = inside.app.clock.now();
    store::close_suggestion(&mut inside.tx, suggestion.id, "withdrawn", by.id, "", now).await?;
    note_event(&mut inside.tx, by, &record, suggestion.id, "suggestion-withdrawn", Changes::new(), "").await?;
    telling::suggestion_settled(&mut inside.tx, &inside.app, suggestion.id).await?;
    inside.tx.commit().await?;
    let address = format!("/actions/{}?done=action-suggestion-withdrawn", record.id);
    Ok(Redirect::to(&inside.page.link(&address)).into_response())
}

/// Makes a suggestion as if it had come by the form; for the seed. `changes`: new values by field, in a sheet's spelling.
///
/// # Errors
/// The database's own; an action or a field that is none.
pub async fn suggest_as(
    tx: &mut crate::kernel::db::ProcessTx,
    action: crate::kernel::ids::ActionId,
    by: crate::kernel::ids::MembershipId,
    changes: &BTreeMap<String, Vec<String>>,
    note: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<()> {
    let record = store::record(tx, action, now.date_naive()).await?;
    let record = record.ok_or_else(|| anyhow::anyhow!("a suggestion to an action that is not there"))?;
    let (before, mut sheet) = (record.sheet(), record.sheet());
    for (name, values) in changes {
        let field = Field::parse(name).ok_or_else(|| anyhow::anyhow!("no field is called {name}"))?;
        sheet.set(field, values.clone());
    }
    store::add_suggestion(tx, action, by, record.version, &before.difference(&sheet), note, now).await?;
    Ok(())
}
