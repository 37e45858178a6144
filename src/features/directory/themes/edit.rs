//! Adding, renaming, mapping and retiring a theme.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::store::{self, Theme};
use crate::features::directory::shared::{
    Conflict, Facts, again, carry, changes, conflict, differences, done, html, id, last_change, remember, settle,
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

const FIELDS: [&str; 2] = ["name", "codes"];
const MOST_CODES: usize = 20;

#[derive(Template)]
#[template(path = "directory/theme_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    theme: Option<Theme>,
    /// A code a row, and an empty one.
    rows: Vec<String>,
    purposes: Vec<(String, String)>,
    title: String,
    action: String,
}

async fn form(tx: &mut ProcessTx, p: Page, f: Fields, theme: Option<Theme>) -> Result<FormPage, Problem> {
    let purposes = store::purposes(tx).await?;
    let named = |typed: &str| {
        purposes
            .iter()
            .find(|(code, _)| code == typed)
            .map_or_else(|| typed.to_owned(), |(code, name)| format!("{code} {name}"))
    };
    let mut rows: Vec<String> = f.values("codes").into_iter().take(MOST_CODES).map(named).collect();
    if rows.len() < MOST_CODES && rows.last().is_none_or(|r| !r.trim().is_empty()) {
        rows.push(String::new());
    }
    let (title, action) = match &theme {
        Some(t) => (p.t1("directory-theme-edit-title", "name", &t.name), p.link(&format!("/themes/{}", t.id))),
        None => (p.t("directory-theme-new-title"), p.link("/themes/new")),
    };
    Ok(FormPage { rows, title, action, purposes, p, f, theme })
}

/// The five digits at the beginning of what was typed or chosen: `15130 Legal and judicial development`.
fn code(typed: &str) -> &str {
    let typed = typed.trim();
    typed.split(|c: char| c.is_whitespace()).next().unwrap_or_default()
}

/// Leaves the codes alone in the form, as they are compared.
fn bare_codes(f: &mut Fields) {
    let codes: Vec<String> =
        f.values("codes").into_iter().map(|t| code(t).to_owned()).filter(|c| !c.is_empty()).collect();
    f.remove("codes");
    for code in codes {
        f.add("codes", code);
    }
}

/// Name and codes; `None` where a field is wrong.
async fn read(
    tx: &mut ProcessTx,
    f: &mut Fields,
    own: Option<&Theme>,
) -> Result<Option<(String, Vec<String>)>, Problem> {
    let name = f.required("name", 100);
    bare_codes(f);
    let known = store::purposes(tx).await?;
    let mut codes: Vec<String> = f.values("codes").into_iter().take(MOST_CODES).map(str::to_owned).collect();
    codes.sort();
    codes.dedup();
    for code in &codes {
        // a code that the theme has already may since have been withdrawn
        let had = own.is_some_and(|t| t.codes.iter().any(|c| c.code == *code));
        if !had && !known.iter().any(|(c, _)| c == code) {
            f.fail("codes", Message::new("directory-error-code").with("code", crate::kernel::i18n::excerpt(code)));
        }
    }
    if f.is_valid() && store::name_taken(tx, &name, own.map(|t| t.id)).await? {
        f.fail("name", Message::new("directory-theme-name-taken"));
    }
    Ok(f.is_valid().then_some((name, codes)))
}

fn facts(name: &str, codes: &[String]) -> Facts {
    [("name", vec![name.to_owned()]), ("codes", codes.to_vec())].into()
}

fn fill(t: &Theme, f: &mut Fields) {
    f.set("name", &t.name);
    for c in &t.codes {
        f.add("codes", &c.code);
    }
}

/// A row more or less, for browsers without scripts.
fn reshaped(f: &mut Fields) -> bool {
    if f.is_set("add") {
        bare_codes(f);
        f.add("codes", "");
        return true;
    }
    let Ok(drop) = f.value("drop").parse::<usize>() else { return false };
    let kept: Vec<String> =
        f.values("codes").into_iter().enumerate().filter(|(i, _)| *i != drop).map(|(_, c)| c.to_owned()).collect();
    f.remove("codes");
    for code in kept {
        f.add("codes", code);
    }
    bare_codes(f);
    true
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    html(&form(&mut tx, p, Fields::default(), None).await?)
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    if reshaped(&mut f) {
        return html(&form(&mut tx, p, f, None).await?);
    }
    let Some((name, codes)) = read(&mut tx, &mut f, None).await? else {
        return again(&form(&mut tx, p, f, None).await?);
    };
    let id = ThemeId(random::id());
    store::create(&mut tx, id, &name, &codes).await?;
    let changes = changes(&Facts::new(), &facts(&name, &codes));
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
    fill(&theme, &mut f);
    remember(&mut f, &FIELDS);
    f.set("version", theme.version);
    html(&form(&mut tx, p, f, Some(theme)).await?)
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let theme = store::load(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    settle(&mut f, &FIELDS);
    if reshaped(&mut f) {
        return html(&form(&mut tx, p, f, Some(theme)).await?);
    }
    let (Some((name, codes)), Some(version)) = (read(&mut tx, &mut f, Some(&theme)).await?, f.integer("version"))
    else {
        return again(&form(&mut tx, p, f, Some(theme)).await?);
    };
    if !store::save(&mut tx, theme.id, version, &name, &codes).await? {
        let mut theirs = Fields::default();
        fill(&theme, &mut theirs);
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
    let had: Vec<String> = theme.codes.iter().map(|c| c.code.clone()).collect();
    let changes = changes(&facts(&theme.name, &had), &facts(&name, &codes));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_what_stands_first() {
        assert_eq!(code(" 15130 Legal and judicial development"), "15130");
        assert_eq!(code("15130"), "15130");
        assert_eq!(code(""), "");
    }
}
