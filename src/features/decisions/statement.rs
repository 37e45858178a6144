//! A party's statement, kept beside the decision.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::act;
use super::show::{Refused, again, done, find, html, refused};
use super::store::Decision;
use super::store_write::Party;
use super::vote::parties;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Refusal, Scope};

#[derive(Template)]
#[template(path = "decisions/statement.html")]
struct StatementPage {
    p: Page,
    f: Fields,
    d: Decision,
    /// Id and name of each party the reader speaks for.
    parties: Vec<(String, String)>,
}

fn key_of(party: &Party) -> String {
    let organisation = party.organisation.map(|o| o.to_string());
    party.beneficiary.map(|b| b.to_string()).or(organisation).unwrap_or_default()
}

fn page(member: &Member, p: Page, mut f: Fields, d: Decision) -> Result<StatementPage, Problem> {
    let parties: Vec<_> = parties(member).iter().map(|y| (key_of(y), y.label.clone())).collect();
    let Some((first, _)) = parties.first() else {
        return Err(Refusal { permission: Permission::DecisionStatement }.into());
    };
    if !f.is_set("party") {
        f.set("party", first.clone());
    }
    Ok(StatementPage { p, f, d, parties })
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if !d.takes_statements() {
        return Ok(done(&p, d.id, "decision-no-statements"));
    }
    html(&page(&member, p, Fields::default(), d)?)
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let text = f.required("text", 20_000);
    let all = parties(&member);
    let party = match (f.value("party"), &all[..]) {
        ("", [only]) => Some(only.clone()),
        (chosen, _) => all.iter().find(|y| key_of(y) == chosen).cloned(),
    };
    if party.is_none() {
        f.fail("party", Message::new("field-choose"));
    }
    let Some(party) = party.filter(|_| f.is_valid()) else {
        return again(&page(&member, p, f, d)?);
    };
    let scope = Scope {
        keeper: party.organisation,
        beneficiaries: party.beneficiary.into_iter().collect(),
        ..Scope::default()
    };
    let by = member.require(Permission::DecisionStatement, &scope)?.clone();
    match act::state(&mut tx, &by, d.id, &party, &text, app.clock.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-stated"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, None).await? {
            Refused::Form(f) => again(&page(&member, p, f, d)?),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}
