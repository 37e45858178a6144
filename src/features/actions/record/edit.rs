//! A new action, a report of a missing one, an edit. What was typed is never lost: not to an error, not to
//! another's edit, not to a session that ended.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::BTreeSet;

use super::fields::{Base, Field, Sheet, Verdict, decide};
use super::form::{FormPage, Mode};
use super::model::{Choices, Record};
use super::service::{self, Kept, allowed};
use super::sheet_fill::fill;
use super::sheet_form::{Reading, check, read, reshape};
use super::{drafts, find, note_reading, parent, rights, store};
use crate::features::overlaps;
use crate::kernel::auth::Inside;
use crate::kernel::db::Frame;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

type Answer = Result<Response, Problem>;

/// Fields of an idea, as a brief sends them on, and of the action that it becomes.
const IDEA: [(&str, &str); 9] = [
    ("title", "title"),
    ("words", "description"),
    ("beneficiaries", "beneficiaries"),
    ("pillars", "pillars"),
    ("theme", "themes"),
    ("start", "planned_start"),
    ("end", "planned_end"),
    ("amount", "stated_total"),
    ("currency", "stated_currency"),
];

pub fn frame(p: &Page) -> Result<&Frame, Problem> {
    p.frame().ok_or(Problem::NotFound)
}

/// Everything a form page is made of, before anything is wrong with it.
pub fn page(
    inside: &Inside,
    mode: Mode,
    record: Option<Record>,
    choices: Choices,
    allowed: BTreeSet<Field>,
    f: Fields,
) -> FormPage {
    let of_record = |rest: &str| {
        record.as_ref().map(|r| inside.page.link(&format!("/actions/{}/{rest}", r.id))).unwrap_or_default()
    };
    let address = match mode {
        Mode::New => inside.page.link("/actions/new"),
        Mode::Report => inside.page.link("/actions/report"),
        Mode::Edit => of_record("edit"),
        Mode::Suggest => of_record("suggest"),
    };
    let draft_key = draft_key(mode, record.as_ref());
    FormPage { p: inside.page.clone(), f, mode, record, choices, allowed, moved: None, kept: None, address, draft_key }
}

/// Under what a form is kept while it is not saved.
pub fn draft_key(mode: Mode, record: Option<&Record>) -> String {
    let id = record.map(|r| r.id.to_string()).unwrap_or_default();
    match mode {
        Mode::New => "action:new".to_owned(),
        Mode::Report => "action:report".to_owned(),
        Mode::Edit => format!("action:{id}"),
        Mode::Suggest => format!("suggest:{id}"),
    }
}

/// Puts what was kept into the form.
pub async fn with_draft(inside: &mut Inside, mut form: FormPage) -> Result<FormPage, Problem> {
    if let Some(draft) = store::draft(&mut inside.tx, &form.draft_key).await? {
        form.f = Fields::new(draft.fields);
        form.kept = Some(inside.page.time(&draft.at));
    }
    Ok(form)
}

pub async fn new(mut inside: Inside) -> Answer {
    start(&mut inside, Mode::New).await
}

pub async fn report(mut inside: Inside) -> Answer {
    start(&mut inside, Mode::Report).await
}

async fn start(inside: &mut Inside, mode: Mode) -> Answer {
    let idea = std::mem::take(&mut inside.fields);
    let choices = store::choices(&mut inside.tx, "", None).await?;
    let allowed = if mode == Mode::Report { rights::for_report() } else { rights::for_new(&inside.member) };
    let mut sheet = Sheet::default();
    sheet.set(Field::Handling, [Handling::Members.as_str()]);
    if mode == Mode::New {
        sheet.set(Field::Reporting, inside.member.organisations().first().map(ToString::to_string));
    } else {
        sheet.set(Field::Beneficiaries, inside.member.beneficiaries().first().map(ToString::to_string));
    }
    let mut f = fill(&inside.page, &choices, None, &sheet);
    // in a new form "not stated" is for the person to say
    f.remove("pillars");
    if sheet.get(Field::Beneficiaries).is_empty() {
        f.remove("beneficiaries");
    }
    for (from, to) in IDEA.iter().filter(|(from, _)| idea.is_set("idea") && idea.is_set(from)) {
        f.remove(to);
        idea.values(from).iter().for_each(|value| f.add(to, value));
    }
    let form = page(inside, mode, None, choices, allowed, f);
    with_draft(inside, form).await?.respond(StatusCode::OK)
}

pub async fn create(mut inside: Inside) -> Answer {
    // an idea out of a brief begins a form; it is saved by whoever sends that
    if inside.fields.is_set("idea") {
        return start(&mut inside, Mode::New).await;
    }
    add(&mut inside, Mode::New).await?.finish(inside).await
}

pub async fn create_report(mut inside: Inside) -> Answer {
    add(&mut inside, Mode::Report).await?.finish(inside).await
}

/// What a handler has come to: a page to show, or a change to commit before its redirect.
enum End {
    Show(Response),
    /// The form again, and what was typed into it, under the key by which it is kept.
    Again(Response, String, Vec<(String, String)>),
    Commit(String),
}

/// The form as it was typed, not saved.
fn again(form: FormPage, status: StatusCode, typed: Vec<(String, String)>) -> Result<End, Problem> {
    let key = form.draft_key.clone();
    Ok(End::Again(form.respond(status)?, key, typed))
}

impl End {
    async fn finish(self, mut inside: Inside) -> Answer {
        match self {
            End::Show(response) => Ok(response),
            End::Again(response, key, typed) => {
                drafts::overtake(inside, &key, &typed).await?;
                Ok(response)
            }
            End::Commit(address) => {
                overlaps::changed(&mut inside.tx).await?;
                inside.tx.commit().await?;
                Ok(Redirect::to(&address).into_response())
            }
        }
    }
}

async fn add(inside: &mut Inside, mode: Mode) -> Result<End, Problem> {
    let (words, id) = parent::wanted(&inside.fields);
    let choices = store::choices(&mut inside.tx, &words, id).await?;
    let allowed = if mode == Mode::Report { rights::for_report() } else { rights::for_new(&inside.member) };
    let mut f = std::mem::take(&mut inside.fields);
    let reshaped = reshape(&mut f);
    let typed = drafts::kept(&f);
    if reshaped {
        return again(page(inside, mode, None, choices, allowed, f), StatusCode::OK, typed);
    }
    let draft = draft_key(mode, None);
    let Some((id, by)) = service::make(inside, mode, &choices, &allowed, &mut f, &draft).await? else {
        return again(page(inside, mode, None, choices, allowed, f), StatusCode::UNPROCESSABLE_ENTITY, typed);
    };
    let done = if mode == Mode::Report { "action-reported" } else { "action-created" };
    let near = overlaps::said(&inside.app, &mut inside.tx, &inside.page, &f, id, &by).await?;
    let page = if near { "/near" } else { "" };
    Ok(End::Commit(inside.page.link(&format!("/actions/{id}{page}?done={done}"))))
}

pub async fn edit(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    let record = match find(&mut inside, &id, "/edit").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (allowed, sheet) = (allowed(&inside.member, &record), record.sheet());
    if allowed.is_empty() {
        inside.member.require(Permission::ActionEdit, &sheet.scope())?;
    }
    let noted = note_reading(&mut inside, &record).await?;
    let choices = store::choices(&mut inside.tx, "", None).await?;
    let f = fill(&inside.page, &choices, Some(&record), &sheet);
    let version = record.version;
    let mut form = page(&inside, Mode::Edit, Some(record), choices, allowed, f);
    form.made_from(version, &sheet);
    let form = with_draft(&mut inside, form).await?;
    if noted {
        inside.tx.commit().await?;
    }
    form.respond(StatusCode::OK)
}

/// The fields for which the person chose what the record has.
pub fn kept_theirs(f: &Fields) -> BTreeSet<Field> {
    Field::ALL.iter().copied().filter(|field| f.value(&format!("keep-{}", field.name())) == "theirs").collect()
}

pub async fn save(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Answer {
    change(&mut inside, &id).await?.finish(inside).await
}

async fn change(inside: &mut Inside, id: &str) -> Result<End, Problem> {
    let mut record = match find(inside, id, "/edit").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(End::Show(elsewhere)),
    };
    let mut before = record.sheet();
    let allowed = allowed(&inside.member, &record);
    if allowed.is_empty() {
        inside.member.require(Permission::ActionEdit, &before.scope())?;
    }
    let (words, pasted) = parent::wanted(&inside.fields);
    let choices = store::choices(&mut inside.tx, &words, pasted).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let reshaped = reshape(&mut f);
    let typed = drafts::kept(&f);
    if reshaped {
        return again(page(inside, Mode::Edit, Some(record), choices, allowed, f), StatusCode::OK, typed);
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
    let why = f.text("why", 1_000);
    if !f.is_valid() {
        // told all at once, not one round after the other
        for (field, message) in check(&mine) {
            f.fail(field.name(), message);
        }
        let form = page(inside, Mode::Edit, Some(record), choices, allowed, f);
        return again(form, StatusCode::UNPROCESSABLE_ENTITY, typed);
    }
    let mut verdict = decide(made_from, record.version, &base, &mine, &before, &theirs);
    if let Verdict::Save(sheet) = &mut verdict {
        let draft = draft_key(Mode::Edit, Some(&record));
        let kept = service::keep(inside, &record, sheet, &choices, &mut f, &why, &draft).await?;
        let done = match kept {
            Kept::Wrong => {
                let form = page(inside, Mode::Edit, Some(record), choices, allowed, f);
                return again(form, StatusCode::UNPROCESSABLE_ENTITY, typed);
            }
            Kept::Same => {
                store::drop_draft(&mut inside.tx, &draft).await?;
                Some("action-unchanged")
            }
            Kept::Saved => Some("action-saved"),
            Kept::Moved => None,
        };
        if let Some(done) = done {
            return Ok(End::Commit(inside.page.link(&format!("/actions/{}?done={done}", record.id))));
        }
        // somebody saved between our reading and our writing
        let base = Base::of(&before);
        record = store::record(&mut inside.tx, record.id, inside.page.today).await?.ok_or(Problem::NotFound)?;
        before = record.sheet();
        verdict = decide(None, record.version, &base, sheet, &before, &BTreeSet::new());
    }
    let merged = match verdict {
        Verdict::Ask(merged) => merged,
        // the other saved what we would have: the person sees it, and saves again if they like
        Verdict::Save(sheet) => super::fields::Merged { sheet, taken: Vec::new(), clashes: Vec::new() },
    };
    let mut filled = fill(&inside.page, &choices, Some(&record), &merged.sheet);
    filled.set("why", why);
    let version = record.version;
    let mut form = page(inside, Mode::Edit, Some(record.clone()), choices, allowed, filled);
    form.made_from(version, &before);
    form.ask(&merged, &record, &before);
    again(form, StatusCode::CONFLICT, typed)
}
