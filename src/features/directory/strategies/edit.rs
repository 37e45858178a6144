//! Adding, changing and retiring a strategy.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{Draft, Strategy, StrategyStatus};
use super::{store, store_write};
use crate::features::directory::shared::{
    Conflict, Facts, again, carry, changes, conflict, differences, done, fact, html, id, last_change, remember, settle,
};
use crate::features::needs::LANGUAGES;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, StrategyId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 7] = ["title", "own_language", "own_title", "starts", "ends", "status", "url"];

#[derive(Template)]
#[template(path = "directory/strategy_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    strategy: Option<Strategy>,
    beneficiaries: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    statuses: Vec<(String, String)>,
    title: String,
    action: String,
    leave: String,
}

fn form(p: Page, f: Fields, strategy: Option<Strategy>) -> FormPage {
    let names = p.frame().into_iter().flat_map(|frame| frame.beneficiary_names());
    let (title, rest, leave) = match &strategy {
        Some(s) => {
            let own = format!("/strategies/{}", s.id);
            (p.t1("directory-theme-edit-title", "name", &s.draft.title), format!("{own}/edit"), own)
        }
        None => (p.t("strategy-new-title"), "/strategies/new".to_owned(), "/strategies".to_owned()),
    };
    FormPage {
        beneficiaries: names.map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
        languages: LANGUAGES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect(),
        statuses: StrategyStatus::options(&p),
        action: p.link(&rest),
        leave: p.link(&leave),
        title,
        strategy,
        f,
        p,
    }
}

/// The beneficiary that was chosen, by its code.
fn chosen(p: &Page, f: &mut Fields) -> Option<BeneficiaryId> {
    let all = p.frame().map(|frame| frame.beneficiaries.as_slice()).unwrap_or_default();
    f.required_choice("beneficiary", |code| all.iter().find(|b| b.code == code).map(|b| b.id))
}

/// What the form says; `None` where a field is wrong.
fn read(p: &Page, f: &mut Fields, beneficiary: Option<BeneficiaryId>) -> Option<Draft> {
    let title = f.required("title", 300);
    let own_language = f.choice("own_language", |t| LANGUAGES.iter().find(|(tag, _)| *tag == t).map(|_| t.to_owned()));
    let own_title = f.text("own_title", 300);
    if own_language.is_none() && !own_title.is_empty() {
        f.fail("own_language", Message::new("strategy-error-language"));
    }
    let (starts, ends) = (f.date("starts", p.today), f.date("ends", p.today));
    if let (Some(starts), Some(ends)) = (&starts, &ends)
        && ends.is_surely_before(starts)
    {
        f.fail("ends", Message::new("directory-error-before-start"));
    }
    let status = f.choice("status", StrategyStatus::parse);
    let url = f.web_address("url");
    let draft = Draft { beneficiary: beneficiary?, title, own_language, own_title, starts, ends, status, url };
    if !f.is_valid() {
        return None;
    }
    fill(&draft, f);
    Some(draft)
}

fn fill(draft: &Draft, f: &mut Fields) {
    f.set("title", &draft.title);
    f.set("own_language", draft.own_language.as_deref().unwrap_or_default());
    f.set("own_title", &draft.own_title);
    f.set("starts", draft.starts.map(|d| d.to_string()).unwrap_or_default());
    f.set("ends", draft.ends.map(|d| d.to_string()).unwrap_or_default());
    f.set("status", draft.status.map(StrategyStatus::as_str).unwrap_or_default());
    f.set("url", draft.url.as_deref().unwrap_or_default());
}

fn facts(draft: &Draft) -> Facts {
    [
        ("title", vec![draft.title.clone()]),
        ("own_language", fact(draft.own_language.as_ref())),
        ("own_title", fact(Some(&draft.own_title))),
        ("starts", fact(draft.starts)),
        ("ends", fact(draft.ends)),
        ("status", fact(draft.status.map(StrategyStatus::as_str))),
        ("url", fact(draft.url.as_ref())),
    ]
    .into()
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { page: p, fields, .. } = inside;
    // whose it is may stand in the address: the page of a beneficiary leads here
    let mut f = Fields::default();
    f.set("beneficiary", fields.value("beneficiary"));
    html(&form(p, f, None))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    let beneficiary = chosen(&p, &mut f);
    let Some(draft) = read(&p, &mut f, beneficiary) else {
        return again(&form(p, f, None));
    };
    let id = StrategyId(random::id());
    store_write::create(&mut tx, id, &draft).await?;
    let mut facts = facts(&draft);
    facts.insert("beneficiary", vec![p.beneficiary_name(&draft.beneficiary)]);
    let changes = changes(&Facts::new(), &facts);
    let entry = Entry { subject: Subject::Strategy, id: id.0, event: "strategy-created", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    done(&p, &format!("/strategies/{id}"), "directory-saved")
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    member.require(Permission::ThemesEdit, &Scope::default())?;
    let mut f = Fields::default();
    fill(&strategy.draft, &mut f);
    remember(&mut f, &FIELDS);
    f.set("version", strategy.version);
    html(&form(p, f, Some(strategy)))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let strategy = store::load(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    settle(&mut f, &FIELDS);
    let (Some(draft), Some(version)) = (read(&p, &mut f, Some(strategy.draft.beneficiary)), f.integer("version"))
    else {
        return again(&form(p, f, Some(strategy)));
    };
    let own = format!("/strategies/{}", strategy.id);
    if !store_write::save(&mut tx, strategy.id, version, &draft).await? {
        let mut theirs = Fields::default();
        fill(&strategy.draft, &mut theirs);
        let (who, at) = last_change(&mut tx, Subject::Strategy, strategy.id.0, p.today).await?;
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: strategy.draft.title,
            action: p.link(&format!("{own}/edit")),
            leave: p.link(&own),
            version: strategy.version,
            by: who,
            at: at.unwrap_or_else(|| app.clock.now()),
            names: Vec::new(),
            p,
        });
    }
    let changes = changes(&facts(&strategy.draft), &facts(&draft));
    if !changes.is_empty() {
        let entry = Entry { subject: Subject::Strategy, id: strategy.id.0, event: "strategy-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &own, "directory-saved")
}

async fn set_retired(key: &str, inside: Inside, retire: bool) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let strategy = store::load(&mut tx, id(key)?).await?;
    let by = member.require(Permission::ThemesEdit, &Scope::default())?;
    if store_write::set_retired(&mut tx, strategy.id, retire.then(|| app.clock.now())).await? {
        let event = if retire { "strategy-retired" } else { "strategy-restored" };
        let entry = Entry { subject: Subject::Strategy, id: strategy.id.0, event, changes: Changes::new(), why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    let what = if retire { "strategy-retired" } else { "strategy-restored" };
    done(&p, &format!("/strategies/{}", strategy.id), what)
}

pub async fn retire(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_retired(&key, inside, true).await
}

pub async fn restore(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_retired(&key, inside, false).await
}
