//! Adding, changing, mapping and retiring an objective of a strategy.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{Objective, Strategy, ThemeRef};
use super::store_write::{self, ObjectiveDraft};
use super::{pages, store};
use crate::features::directory::shared::{
    Conflict, Facts, again, carry, changes, conflict, differences, done, fact, html, id, last_change, purposes,
    remember, settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ObjectiveId, ThemeId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 4] = ["code", "title", "themes", "codes"];

#[derive(Template)]
#[template(path = "directory/objective_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    strategy: Strategy,
    objective: Option<Objective>,
    themes: Vec<(String, String)>,
    /// A purpose code a row, and an empty one.
    rows: Vec<String>,
    offered: Vec<String>,
    title: String,
    action: String,
}

fn form(p: Page, f: Fields, strategy: Strategy, objective: Option<Objective>, themes: &[ThemeRef]) -> FormPage {
    let own = format!("/strategies/{}/objectives", strategy.id);
    let (title, action) = match &objective {
        Some(o) => (p.t1("directory-theme-edit-title", "name", o.name()), p.link(&format!("{own}/{}", o.id))),
        None => (p.t("strategy-objective-new-title"), p.link(&format!("{own}/new"))),
    };
    FormPage {
        rows: purposes::rows(&f, "codes"),
        offered: purposes::offered(),
        themes: themes.iter().map(|t| (t.id.to_string(), t.name.clone())).collect(),
        title,
        action,
        strategy,
        objective,
        f,
        p,
    }
}

/// What the form says; `None` where a field is wrong.
async fn read(
    tx: &mut ProcessTx,
    f: &mut Fields,
    strategy: &Strategy,
    own: Option<&Objective>,
    themes: &[ThemeRef],
) -> Result<Option<ObjectiveDraft>, Problem> {
    let code = f.text("code", 30);
    let title = f.required("title", 500);
    let chosen: Vec<ThemeId> = f.ids("themes");
    if chosen.iter().any(|id| !themes.iter().any(|t| t.id == *id)) {
        f.fail("themes", Message::new("field-not-in-list"));
    }
    let codes = purposes::read(f, "codes", own.map(|o| o.codes.as_slice()).unwrap_or_default());
    if f.is_valid() && store_write::code_taken(tx, strategy.id, &code, own.map(|o| o.id)).await? {
        f.fail("code", Message::new("strategy-error-code-taken"));
    }
    let themes = themes.iter().filter(|t| chosen.contains(&t.id)).cloned().collect();
    Ok(f.is_valid().then_some(ObjectiveDraft { code, title, themes, codes }))
}

fn draft(o: &Objective) -> ObjectiveDraft {
    ObjectiveDraft { code: o.code.clone(), title: o.title.clone(), themes: o.themes.clone(), codes: o.codes.clone() }
}

fn fill(o: &Objective, f: &mut Fields) {
    f.set("code", &o.code);
    f.set("title", &o.title);
    for theme in &o.themes {
        f.add("themes", theme.id);
    }
    for code in &o.codes {
        f.add("codes", code);
    }
}

fn facts(draft: &ObjectiveDraft) -> Facts {
    let themes = draft.themes.iter().map(|t| t.name.clone()).collect();
    [
        ("code", fact(Some(&draft.code))),
        ("title", vec![draft.title.clone()]),
        ("themes", themes),
        ("codes", draft.codes.clone()),
    ]
    .into()
}

/// Says which objective was changed: its history stands among that of its strategy.
fn of(objective: &Objective, mut changes: Changes) -> Changes {
    changes.insert("objective".to_owned(), Change { from: Vec::new(), to: vec![objective.name()] });
    changes
}

pub async fn new(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    let themes = store::themes(&mut tx, &[]).await?;
    html(&form(p, Fields::default(), strategy, None, &themes))
}

pub async fn create(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    let themes = store::themes(&mut tx, &[]).await?;
    if purposes::reshaped(&mut f, "codes", &[]) {
        return html(&form(p, f, strategy, None, &themes));
    }
    let Some(draft) = read(&mut tx, &mut f, &strategy, None, &themes).await? else {
        return again(&form(p, f, strategy, None, &themes));
    };
    let id = ObjectiveId(random::id());
    store_write::create_objective(&mut tx, strategy.id, id, &draft).await?;
    let changes = changes(&Facts::new(), &facts(&draft));
    let entry = Entry { subject: Subject::StrategyObjective, id: id.0, event: "objective-created", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    done(&p, &format!("/strategies/{}", strategy.id), "strategy-objective-saved")
}

pub async fn edit(
    Path((_, key, objective)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    let objective = store::objective(&mut tx, strategy.id, id(&objective)?).await?;
    member.require(Permission::ThemesEdit, &Scope::default())?;
    let themes = store::themes(&mut tx, &objective.themes).await?;
    let mut f = Fields::default();
    fill(&objective, &mut f);
    remember(&mut f, &FIELDS);
    f.set("version", objective.version);
    html(&form(p, f, strategy, Some(objective), &themes))
}

pub async fn save(
    Path((_, key, objective)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    let objective = store::objective(&mut tx, strategy.id, id(&objective)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    let themes = store::themes(&mut tx, &objective.themes).await?;
    settle(&mut f, &FIELDS);
    if purposes::reshaped(&mut f, "codes", &objective.codes) {
        return html(&form(p, f, strategy, Some(objective), &themes));
    }
    let read = read(&mut tx, &mut f, &strategy, Some(&objective), &themes).await?;
    let (Some(new), Some(version)) = (read, f.integer("version")) else {
        return again(&form(p, f, strategy, Some(objective), &themes));
    };
    let own = format!("/strategies/{}", strategy.id);
    if !store_write::save_objective(&mut tx, objective.id, version, &new).await? {
        let mut theirs = Fields::default();
        fill(&objective, &mut theirs);
        let (who, at) = last_change(&mut tx, Subject::StrategyObjective, objective.id.0, p.today).await?;
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: objective.name(),
            action: p.link(&format!("{own}/objectives/{}", objective.id)),
            leave: p.link(&own),
            version: objective.version,
            by: who,
            at: at.unwrap_or_else(|| app.clock.now()),
            names: themes.iter().map(|t| (t.id.to_string(), t.name.clone())).collect(),
            p,
        });
    }
    let changes = changes(&facts(&draft(&objective)), &facts(&new));
    if !changes.is_empty() {
        let (id, changes) = (objective.id.0, of(&objective, changes));
        let entry = Entry { subject: Subject::StrategyObjective, id, event: "objective-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &own, "strategy-objective-saved")
}

async fn set_retired(key: &str, objective: &str, inside: Inside, retire: bool) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let strategy = store::load(&mut tx, id(key)?).await?;
    let objective = store::objective(&mut tx, strategy.id, id(objective)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    if store_write::set_objective_retired(&mut tx, objective.id, retire.then(|| app.clock.now())).await? {
        let event = if retire { "objective-retired" } else { "objective-restored" };
        let (id, changes) = (objective.id.0, of(&objective, Changes::new()));
        let entry = Entry { subject: Subject::StrategyObjective, id, event, changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    let what = if retire { "strategy-objective-retired" } else { "strategy-objective-restored" };
    done(&p, &pages::address(&strategy), what)
}

pub async fn retire(
    Path((_, key, objective)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    set_retired(&key, &objective, inside, true).await
}

pub async fn restore(
    Path((_, key, objective)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    set_retired(&key, &objective, inside, false).await
}
