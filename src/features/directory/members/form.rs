//! The form of a membership, and what surrounds it: invited, edited, proposed.

use askama::Template;
use axum::response::Response;

use super::model::{DAYS, Draft, FIELDS};
use super::pages::roles;
use super::store::Membership;
use crate::features::directory::shared::{
    Conflict, as_read, carry, conflict, differences, last_change, organisation_options,
};
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::Subject;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "directory/member_form.html")]
pub struct FormPage {
    pub p: Page,
    pub f: Fields,
    pub title: String,
    pub text: &'static str,
    pub button: &'static str,
    pub action: String,
    pub leave: String,
    /// The address is asked for; an existing membership keeps its own.
    pub asks_email: bool,
    /// Whom the new member takes over from.
    pub predecessor: Option<String>,
    pub choices: Choices,
}

/// What the fields of the form choose from.
pub struct Choices {
    pub roles: Vec<(String, String)>,
    pub organisations: Vec<(String, String)>,
    pub beneficiaries: Vec<(String, String)>,
    pub pillars: Vec<(String, String)>,
}

impl Choices {
    pub async fn load(tx: &mut ProcessTx, p: &Page) -> Result<Self, Problem> {
        let frame = p.frame();
        Ok(Self {
            roles: roles(p),
            organisations: organisation_options(tx).await?,
            beneficiaries: frame
                .map(|f| f.beneficiaries.iter().map(|b| (b.id.to_string(), b.name.clone())).collect())
                .unwrap_or_default(),
            pillars: frame
                .map(|f| f.pillars.iter().map(|l| (l.id.to_string(), format!("{} {}", l.key, l.name))).collect())
                .unwrap_or_default(),
        })
    }

    pub fn name(&self, id: String) -> String {
        let all = self.organisations.iter().chain(&self.beneficiaries).chain(&self.pillars);
        all.into_iter().find(|(value, _)| *value == id).map_or(id, |(_, name)| name.clone())
    }

    /// Reads the form. What it names must be of this process: the database would refuse it, without a word to the person.
    pub fn read(&self, f: &mut Fields, today: chrono::NaiveDate) -> Option<Draft> {
        let draft = Draft::read(f, today)?;
        let known = |list: &[(String, String)], id: String| list.iter().any(|(value, _)| *value == id);
        if draft.organisation.is_some_and(|o| !known(&self.organisations, o.to_string())) {
            f.fail("organisation", Message::new("field-not-in-list"));
        }
        if draft.beneficiary.is_some_and(|b| !known(&self.beneficiaries, b.to_string())) {
            f.fail("beneficiary", Message::new("field-not-in-list"));
        }
        if draft.pillars.iter().any(|l| !known(&self.pillars, l.to_string())) {
            f.fail("pillars", Message::new("field-not-in-list"));
        }
        f.is_valid().then_some(draft)
    }
}

/// The page that answers a save that came too late.
pub async fn too_late(
    tx: &mut ProcessTx,
    app: &App,
    p: Page,
    f: &Fields,
    m: &Membership,
    choices: Choices,
) -> Result<Response, Problem> {
    let mut theirs = Fields::default();
    m.draft.fill(&mut theirs);
    as_read(&p, &mut theirs, &DAYS);
    let (by, at) = last_change(tx, Subject::Membership, m.id.0, p.today).await?;
    let leave = p.link(&format!("/members/{}", m.id));
    let names = [choices.organisations, choices.beneficiaries, choices.pillars].concat();
    conflict(&Conflict {
        differences: differences(f, &theirs, &FIELDS),
        carried: carry(f, &theirs, &FIELDS),
        title: m.draft.name.clone(),
        action: format!("{leave}/edit"),
        leave,
        version: m.version,
        by,
        at: at.unwrap_or_else(|| app.clock.now()),
        names,
        p,
    })
}
