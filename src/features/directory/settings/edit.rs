//! Editing the settings.

use askama::Template;
use axum::response::Response;

use super::model::{Draft, WORDS, field_names};
use super::store::{self, Settings};
use crate::features::decisions::{Procedure, Rule};
use crate::features::directory::shared::{
    Conflict, again, carry, changes, conflict, differences, done, html, last_change, organisation_options, remember,
    settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::{self, Message};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::zone::Zone;

const MOST_NOTES: usize = 10;

#[derive(Template)]
#[template(path = "directory/settings_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    /// Mark and text of each note, and an empty one.
    notes: Vec<(String, String)>,
    /// Field, the portal's word, the process's own.
    words: Vec<(String, String, String)>,
    organisations: Vec<(String, String)>,
    rules: Vec<(String, String)>,
    procedures: Vec<(String, String)>,
    zones: Vec<(String, String)>,
}

fn notes(f: &Fields) -> Vec<(String, String)> {
    let (marks, texts) = (f.values("footnote_mark"), f.values("footnote_text"));
    let at = |list: &[&str], i: usize| list.get(i).map(|v| (*v).to_owned()).unwrap_or_default();
    (0..marks.len().max(texts.len()).min(MOST_NOTES)).map(|i| (at(&marks, i), at(&texts, i))).collect()
}

fn form(p: Page, f: Fields, organisations: Vec<(String, String)>) -> FormPage {
    let mut notes = notes(&f);
    if notes.len() < MOST_NOTES && notes.last().is_none_or(|(m, t)| !m.is_empty() || !t.is_empty()) {
        notes.push((String::new(), String::new()));
    }
    let words = WORDS
        .iter()
        .map(|key| {
            let name = format!("word-{key}");
            let own = f.value(&name).to_owned();
            (name, i18n::text(&p.locale, key), own)
        })
        .collect();
    let (rules, procedures, zones) = (Rule::options(&p), Procedure::options(&p), Zone::options(&p));
    FormPage { notes, words, organisations, rules, procedures, zones, p, f }
}

/// A note more or less, for browsers without scripts.
fn reshaped(f: &mut Fields) -> bool {
    if f.is_set("add") {
        f.add("footnote_mark", "");
        f.add("footnote_text", "");
        return true;
    }
    let Ok(drop) = f.value("drop").parse::<usize>() else { return false };
    let kept: Vec<_> = notes(f).into_iter().enumerate().filter(|(i, _)| *i != drop).map(|(_, note)| note).collect();
    f.remove("footnote_mark");
    f.remove("footnote_text");
    for (mark, text) in kept {
        f.add("footnote_mark", mark);
        f.add("footnote_text", text);
    }
    true
}

pub async fn edit(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let s = store::load(&mut tx).await?;
    let mut f = Fields::default();
    s.draft.fill(&mut f);
    remember(&mut f, &field_names());
    f.set("version", s.version);
    let organisations = organisation_options(&mut tx).await?;
    html(&form(p, f, organisations))
}

pub async fn save(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::SettingsEdit, &Scope::default())?;
    let s = store::load(&mut tx).await?;
    let names = field_names();
    settle(&mut f, &names);
    let organisations = organisation_options(&mut tx).await?;
    if reshaped(&mut f) {
        return html(&form(p, f, organisations));
    }
    let named = |id: &str| organisations.iter().find(|(o, _)| o == id).map(|(_, name)| name.clone());
    let chosen = f.value("board_commission").to_owned();
    if !chosen.is_empty() && named(&chosen).is_none() {
        f.fail("board_commission", Message::new("field-not-in-list"));
    }
    let (Some(draft), Some(version)) = (Draft::read(&mut f), f.integer("version")) else {
        return again(&form(p, f, organisations));
    };
    if !store::save(&mut tx, &s, version, &draft).await? {
        return too_late(&mut tx, &app, p, &f, &s, organisations).await;
    }
    let mut changes = changes(&s.draft.facts(), &draft.facts());
    // an id says nothing to who reads the history
    for change in changes.get_mut("board_commission").into_iter() {
        for value in change.from.iter_mut().chain(&mut change.to) {
            *value = named(value).unwrap_or_default();
        }
    }
    if !changes.is_empty() {
        history::record(
            &mut tx,
            Some(by),
            Entry { subject: Subject::Process, id: s.id.0, event: "settings-edited", changes, why: "" },
        )
        .await?;
    }
    tx.commit().await?;
    done(&p, "/settings", "directory-saved")
}

async fn too_late(
    tx: &mut crate::kernel::db::ProcessTx,
    app: &crate::kernel::state::App,
    p: Page,
    f: &Fields,
    s: &Settings,
    organisations: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let names = field_names();
    let mut theirs = Fields::default();
    s.draft.fill(&mut theirs);
    let (by, at) = last_change(tx, Subject::Process, s.id.0, p.today).await?;
    conflict(&Conflict {
        differences: differences(f, &theirs, &names),
        carried: carry(f, &theirs, &names),
        title: p.t("directory-settings"),
        action: p.link("/settings/edit"),
        leave: p.link("/settings"),
        version: s.version,
        by,
        at: at.unwrap_or_else(|| app.clock.now()),
        names: organisations,
        p,
    })
}
