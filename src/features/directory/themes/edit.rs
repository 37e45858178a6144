//! Adding, renaming, mapping and retiring a theme.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::store::{self, Draft, Theme};
use crate::features::codes;
use crate::features::directory::shared::{
    Conflict, Facts, HistoryLine, again, carry, changes, conflict, differences, done, fact, history as history_of,
    html, id, last_change, purposes, remember, settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::ThemeId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 3] = ["name", "main_code", "codes"];

#[derive(Template)]
#[template(path = "directory/theme_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    theme: Option<Theme>,
    history: Vec<HistoryLine>,
    /// A further code a row, and an empty one.
    rows: Vec<String>,
    offered: Vec<String>,
    title: String,
    action: String,
}

async fn form(tx: &mut ProcessTx, p: Page, mut f: Fields, theme: Option<Theme>) -> Result<FormPage, Problem> {
    let main = codes::named(f.value("main_code"));
    f.set("main_code", main);
    let (title, action, history) = match &theme {
        Some(t) => (
            p.t1("directory-theme-edit-title", "name", &t.name),
            p.link(&format!("/themes/{}", t.id)),
            history_of(tx, Subject::Theme, t.id.0, p.today).await?,
        ),
        None => (p.t("directory-theme-new-title"), p.link("/themes/new"), Vec::new()),
    };
    let (rows, offered) = (purposes::rows(&f, "codes"), purposes::offered());
    Ok(FormPage { rows, offered, title, action, history, p, f, theme })
}

/// The codes that a theme has already.
fn own(theme: Option<&Theme>) -> &[String] {
    theme.map(|t| t.codes.as_slice()).unwrap_or_default()
}

/// Name and codes; `None` where a field is wrong. The form then says which code is the main one: a single code is it.
async fn read(tx: &mut ProcessTx, f: &mut Fields, theme: Option<&Theme>) -> Result<Option<Draft>, Problem> {
    let name = f.required("name", 100);
    let mut main = purposes::read(f, "main_code", own(theme)).into_iter().next();
    let mut further = purposes::read(f, "codes", own(theme));
    if main.is_none() && further.len() == 1 {
        main = further.pop();
    }
    further.retain(|code| Some(code) != main.as_ref());
    if f.is_valid() && store::name_taken(tx, &name, theme.map(|t| t.id)).await? {
        f.fail("name", Message::new("directory-theme-name-taken"));
    }
    if !f.is_valid() {
        return Ok(None);
    }
    fill(&name, main.as_deref(), further.iter().map(String::as_str), f);
    let mut codes: Vec<String> = main.iter().cloned().chain(further).collect();
    codes.sort();
    Ok(Some(Draft { name, codes, main }))
}

fn fill<'a>(name: &str, main: Option<&str>, further: impl Iterator<Item = &'a str>, f: &mut Fields) {
    f.set("name", name);
    f.set("main_code", main.unwrap_or_default());
    f.remove("codes");
    for code in further {
        f.add("codes", code);
    }
}

fn fill_from(t: &Theme, f: &mut Fields) {
    fill(&t.name, t.main(), t.further().into_iter(), f);
}

fn facts(name: &str, main: Option<&str>, codes: &[String]) -> Facts {
    let further = codes.iter().filter(|code| Some(code.as_str()) != main).cloned().collect();
    [("name", vec![name.to_owned()]), ("main_code", fact(main)), ("codes", further)].into()
}

impl Draft {
    fn facts(&self) -> Facts {
        facts(&self.name, self.main.as_deref(), &self.codes)
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    html(&form(&mut tx, p, Fields::default(), None).await?)
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    if purposes::reshaped(&mut f, "codes", &[]) {
        return html(&form(&mut tx, p, f, None).await?);
    }
    let Some(draft) = read(&mut tx, &mut f, None).await? else {
        return again(&form(&mut tx, p, f, None).await?);
    };
    let id = ThemeId(random::id());
    store::create(&mut tx, id, &draft).await?;
    let changes = changes(&Facts::new(), &draft.facts());
    history::record(
        &mut tx,
        Some(by),
        Entry { subject: Subject::Theme, id: id.0, event: "theme-created", changes, why: "" },
    )
    .await?;
    tx.commit().await?;
    done(&p, "/themes", "directory-theme-saved")
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let theme = store::load(&mut tx, id(&key)?).await?;
    member.require(Permission::ThemesEdit, &Scope::default())?;
    let mut f = Fields::default();
    fill_from(&theme, &mut f);
    remember(&mut f, &FIELDS);
    f.set("version", theme.version);
    html(&form(&mut tx, p, f, Some(theme)).await?)
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let theme = store::load(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    settle(&mut f, &FIELDS);
    if purposes::reshaped(&mut f, "codes", &theme.codes) {
        return html(&form(&mut tx, p, f, Some(theme)).await?);
    }
    let (Some(draft), Some(version)) = (read(&mut tx, &mut f, Some(&theme)).await?, f.integer("version")) else {
        return again(&form(&mut tx, p, f, Some(theme)).await?);
    };
    if !store::save(&mut tx, theme.id, version, &draft).await? {
        let mut theirs = Fields::default();
        fill_from(&theme, &mut theirs);
        let (who, at) = last_change(&mut tx, Subject::Theme, theme.id.0, p.today).await?;
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: theme.name.clone(),
            action: p.link(&format!("/themes/{}", theme.id)),
            leave: p.link("/themes"),
            version: theme.version,
            by: who,
            at: at.unwrap_or_else(|| app.clock.now()),
            names: Vec::new(),
            p,
        });
    }
    let changes = changes(&facts(&theme.name, theme.main(), &theme.codes), &draft.facts());
    if !changes.is_empty() {
        history::record(
            &mut tx,
            Some(by),
            Entry { subject: Subject::Theme, id: theme.id.0, event: "theme-edited", changes, why: "" },
        )
        .await?;
    }
    tx.commit().await?;
    done(&p, "/themes", "directory-theme-saved")
}

async fn set_retired(key: &str, inside: Inside, retire: bool) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let theme = store::load(&mut tx, id(key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    if store::set_retired(&mut tx, theme.id, retire.then(|| app.clock.now())).await? {
        let event = if retire { "theme-retired" } else { "theme-restored" };
        let entry = Entry { subject: Subject::Theme, id: theme.id.0, event, changes: Changes::new(), why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, "/themes", if retire { "directory-theme-retired" } else { "directory-theme-restored" })
}

pub async fn retire(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_retired(&key, inside, true).await
}

pub async fn restore(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_retired(&key, inside, false).await
}
