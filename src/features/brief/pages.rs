//! The form, the brief below it, and what can be done with one.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Days;
use uuid::Uuid;

use super::idea::{FIELDS, Idea};
use super::made::{self, Brief};
use super::pdf;
use super::store::{self, Kept, Need};
use crate::features::documents::{self, Format};
use crate::features::needs;
use crate::features::notices::{self, Mention, Notice, Subject, To, Topic};
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{OrganisationId, ThemeId};
use crate::kernel::money::Currency;
use crate::kernel::page::{DOT, Page};
use crate::kernel::permit::{Handling, Permission, Role, Scope};

/// Askings of one account in a quarter of an hour. More is feeling out, not asking.
const MOST: i64 = 20;
const MINUTES: i64 = 15;
/// The level at which an idea is shared with those it names.
const PARTIES: &str = "parties";
/// So many organisations can be named.
const MOST_NAMED: usize = 50;

#[derive(Template)]
#[template(path = "brief/page.html")]
struct BriefPage {
    p: Page,
    f: Fields,
    themes: Vec<(ThemeId, String)>,
    brief: Option<Brief>,
    /// Kept ones that the reader sees.
    list: Vec<Kept>,
    /// The one that is read, where it is a kept one.
    kept: Option<Kept>,
    /// Asked for in the last thirty days, for the secretariat.
    asked: Option<i64>,
    /// Those that it can be shared with.
    organisations: Vec<String>,
}

impl BriefPage {
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.id.to_string(), b.name.clone())).collect()
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.id.to_string(), l.key.clone())).collect()
    }
    fn theme_options(&self) -> Vec<(String, String)> {
        self.themes.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
    }
    fn currencies(&self) -> Vec<String> {
        Currency::all().map(|c| c.to_string()).collect()
    }
    /// What was asked, to be sent again with what is done next.
    fn again(&self) -> Vec<(&str, &str)> {
        let asked = self.f.pairs().iter().filter(|(name, _)| FIELDS.contains(&name.as_str()));
        asked.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
    fn need_meta(&self, need: &Need) -> String {
        need_meta(&self.p, need)
    }
    /// The answer in four numbers: the part of the page, how many, of what.
    fn sums(&self, b: &Brief) -> Vec<(&'static str, String, String)> {
        let sums = [
            ("who", b.all.likely, "brief-sum-likely"),
            ("near", b.further().count(), "brief-sum-near"),
            ("answers", b.all.answers, "brief-sum-answers"),
            ("remain", b.all.remain, "brief-sum-remain"),
        ];
        let told = sums.into_iter().filter(|(part, n, _)| *part != "near" || *n > 0);
        told.map(|(part, n, text)| (part, self.p.number(n), self.p.tn(text, n))).collect()
    }
    /// The organisations that it was shared with by name.
    fn shared_with(&self) -> String {
        let names: Vec<&str> = self.f.value("organisations").lines().map(str::trim).filter(|n| !n.is_empty()).collect();
        names.join(", ")
    }
    /// Fields of an idea, and whom it is shared with: what an error is named by.
    fn labels(&self) -> Vec<&'static str> {
        FIELDS.into_iter().chain(["organisations"]).collect()
    }
    fn by(&self, kept: &Kept) -> String {
        kept.by.clone().unwrap_or_else(|| self.p.t("role-support-group"))
    }
}

/// Beneficiary, priority, how far it is covered.
pub fn need_meta(p: &Page, need: &Need) -> String {
    let mut parts = vec![p.beneficiary_name(&need.beneficiary)];
    if let Some(priority) = &need.priority {
        parts.push(p.t(&format!("brief-priority-{priority}")));
    }
    parts.push(match &need.coverage {
        Some(coverage) => p.t(&format!("coverage-{coverage}")),
        None => p.t("brief-not-judged"),
    });
    if need.responses > 0 {
        parts.push(p.tn("brief-responses", need.responses));
    }
    parts.join(DOT)
}

async fn show(
    inside: &mut Inside,
    f: Fields,
    themes: Vec<(ThemeId, String)>,
    brief: Option<Brief>,
    kept: Option<Kept>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let list = if brief.is_none() { store::list(&mut inside.tx).await? } else { Vec::new() };
    let since = inside.page.today.checked_sub_days(Days::new(30)).unwrap_or(inside.page.today);
    let shares = brief.is_some() && kept.is_none();
    let store::Besides { asked, organisations } = store::besides(&mut inside.tx, since, shares).await?;
    let page = BriefPage { p: inside.page.clone(), f, themes, brief, list, kept, asked, organisations };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn form(mut inside: Inside) -> Result<Response, Problem> {
    let themes = store::themes(&mut inside.tx).await?;
    let f = std::mem::take(&mut inside.fields);
    show(&mut inside, f, themes, None, None, StatusCode::OK).await
}

/// An asking: the idea, or the page with what is wrong with it. Counted before anything is looked up.
async fn asking(inside: &mut Inside) -> Result<Result<(Fields, Idea, Vec<(ThemeId, String)>), Response>, Problem> {
    let themes = store::themes(&mut inside.tx).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let idea = Idea::read(&mut f, &inside.page, &themes);
    if !f.is_valid() {
        return Ok(Err(show(inside, f, themes, None, None, StatusCode::UNPROCESSABLE_ENTITY).await?));
    }
    match counted(inside).await {
        Ok(()) => Ok(Ok((f, idea, themes))),
        Err(Problem::TooMany { .. }) => Ok(Err(too_often(inside, f, themes).await?)),
        Err(problem) => Err(problem),
    }
}

/// The form with what was typed, for who has asked too often: an idea is not to be typed again for that.
async fn too_often(inside: &mut Inside, mut f: Fields, themes: Vec<(ThemeId, String)>) -> Result<Response, Problem> {
    f.fail("idea", Message::new("brief-error-often").with("most", MOST).with("minutes", MINUTES));
    let mut response = show(inside, f, themes, None, None, StatusCode::TOO_MANY_REQUESTS).await?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(MINUTES * 60));
    Ok(response)
}

/// Counts an asking, and refuses what is too often.
async fn counted(inside: &mut Inside) -> Result<(), Problem> {
    let account = inside.tx.account().map(|a| a.to_string()).unwrap_or_default();
    let subject = inside.app.secret.blind("brief", &account);
    match store::count(&mut inside.tx, &subject, inside.app.clock.now(), MOST).await? {
        Some(_) => Ok(()),
        None => Err(Problem::TooMany { minutes: MINUTES }),
    }
}

pub async fn make(mut inside: Inside) -> Result<Response, Problem> {
    let (f, idea, themes) = match asking(&mut inside).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let brief = made::make(&inside.app, &mut inside.tx, &inside.page, &idea, &themes).await?;
    let response = show(&mut inside, f, themes, Some(brief), None, StatusCode::OK).await?;
    inside.tx.commit().await?;
    Ok(response)
}

/// The brief as one PDF, made on the spot: nothing of it is kept.
pub async fn file(mut inside: Inside) -> Result<Response, Problem> {
    let (_, idea, themes) = match asking(&mut inside).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let brief = made::make(&inside.app, &mut inside.tx, &inside.page, &idea, &themes).await?;
    let document = pdf::document(&inside.page, &idea, &brief);
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let name = format!("{slug}-brief-{}", inside.page.today);
    inside.tx.commit().await?;
    let bytes = tokio::task::spawn_blocking(move || documents::pdf(&document)).await.map_err(anyhow::Error::from)??;
    Ok(documents::as_file(Format::Pdf, &name, bytes))
}

/// The organisations that an idea is shared with, by the names that were typed, one a line. A name that is none's is an error.
async fn named(inside: &mut Inside, f: &mut Fields) -> Result<Vec<OrganisationId>, Problem> {
    let text = f.text("organisations", 5_000);
    let mut names: Vec<String> =
        text.lines().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    if names.len() > MOST_NAMED {
        f.fail("organisations", Message::new("action-error-too-many-named").with("most", MOST_NAMED));
    }
    if names.is_empty() || !f.is_valid() {
        return Ok(Vec::new());
    }
    let known = needs::organisations_named(&mut inside.tx, &names).await?;
    if let Some(unknown) = names.iter().find(|name| !known.iter().any(|(known, _)| known == *name)) {
        f.fail("organisations", Message::new("action-error-organisation-unknown").with("name", unknown.clone()));
    }
    let mut ids: Vec<OrganisationId> = known.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Keeps the idea, for the own organisation, for the parties it names or for the members. Parties are told.
pub async fn keep(mut inside: Inside) -> Result<Response, Problem> {
    let themes = store::themes(&mut inside.tx).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let idea = Idea::read(&mut f, &inside.page, &themes);
    let level = f.required_choice("handling", |t| match t {
        "members" => Some("members"),
        PARTIES => Some(PARTIES),
        "restricted" => Some("restricted"),
        _ => None,
    });
    let (Some(level), true) = (level, f.is_valid()) else {
        return show(&mut inside, f, themes, None, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let with = if level == PARTIES { named(&mut inside, &mut f).await? } else { Vec::new() };
    if !f.is_valid() {
        // the answer stays above the field that is wrong
        match counted(&mut inside).await {
            Err(Problem::TooMany { .. }) => return too_often(&mut inside, f, themes).await,
            known => known?,
        }
        let brief = made::make(&inside.app, &mut inside.tx, &inside.page, &idea, &themes).await?;
        let response = show(&mut inside, f, themes, Some(brief), None, StatusCode::UNPROCESSABLE_ENTITY).await?;
        inside.tx.commit().await?;
        return Ok(response);
    }
    let by = inside.member.require(Permission::BriefAsk, &Scope::default())?.clone();
    let kept = |name: &str| FIELDS.contains(&name) || (name == "organisations" && !with.is_empty());
    let asked: Vec<(String, String)> =
        f.pairs().iter().filter(|(name, value)| kept(name.as_str()) && !value.is_empty()).cloned().collect();
    let mut parties: Vec<Uuid> = with.iter().map(|o| o.0).collect();
    if level == PARTIES {
        parties.extend(idea.beneficiaries.iter().map(|b| b.0).chain(idea.pillars.iter().map(|l| l.0)));
    }
    let id = store::keep(&mut inside.tx, &idea.title, &asked, level, &parties, &by, inside.app.clock.now()).await?;
    if level == PARTIES {
        let to = To {
            organisations: with,
            beneficiaries: idea.beneficiaries.clone(),
            leads: idea.pillars.clone(),
            ..To::default()
        };
        let notice =
            Notice::new("notice-brief-shared", Topic::Asks, Subject::new("brief", id), format!("/briefs/{id}"))
                .by(&by)
                .arg("title", &idea.title)
                .discreet(true);
        notices::tell(&mut inside.tx, &inside.app, &notice, &to.or_else(&[Role::SupportGroup])).await?;
    }
    let what = if level == "restricted" { "brief-kept" } else { "brief-shared" };
    let address = inside.page.link(&format!("/briefs/{id}?done={what}"));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

/// Of an idea that is not for all members its author learns who has opened it.
async fn note_reading(inside: &mut Inside, kept: &Kept) -> Result<(), Problem> {
    let handling = Handling::parse(&kept.handling).filter(|h| *h != Handling::Members);
    let by = inside.member.granting(Permission::BriefAsk, &Scope::default()).filter(|_| !kept.mine);
    if let (Some(by), Some(_)) = (by, handling) {
        let line = Line {
            export: false,
            subject_kind: "brief",
            subject: Some(kept.id),
            keeper: kept.keeper,
            handling,
            detail: "",
            rows: None,
        };
        access_log::note(&mut inside.tx, by, line).await?;
    }
    Ok(())
}

/// A kept one, made anew for whoever opens it.
pub async fn kept(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: Uuid = key.parse().map_err(|_| Problem::NotFound)?;
    let kept = store::kept(&mut inside.tx, id).await?.ok_or(Problem::NotFound)?;
    counted(&mut inside).await?;
    let themes = store::themes(&mut inside.tx).await?;
    let mut f = Fields::new(kept.asked.0.clone());
    let idea = Idea::read(&mut f, &inside.page, &themes);
    let brief = made::make(&inside.app, &mut inside.tx, &inside.page, &idea, &themes).await?;
    note_reading(&mut inside, &kept).await?;
    let response = show(&mut inside, f, themes, Some(brief), Some(kept), StatusCode::OK).await?;
    inside.tx.commit().await?;
    Ok(response)
}

pub async fn withdraw(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: Uuid = key.parse().map_err(|_| Problem::NotFound)?;
    if !store::withdraw(&mut inside.tx, id, inside.app.clock.now()).await? {
        return Err(Problem::NotFound);
    }
    let address = inside.page.link("/brief?done=brief-withdrawn");
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

/// Asks those who keep restricted actions that may overlap with the idea: the one thing that tells somebody. They learn who
/// asks, the idea's title, and which of their actions is meant; whoever asks learns nothing by it.
pub async fn ask(mut inside: Inside) -> Result<Response, Problem> {
    let (mut f, idea, themes) = match asking(&mut inside).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let brief = made::make(&inside.app, &mut inside.tx, &inside.page, &idea, &themes).await?;
    if brief.hidden.is_empty() {
        f.fail("title", Message::new("brief-error-nobody-to-ask"));
        let response = show(&mut inside, f, themes, Some(brief), None, StatusCode::UNPROCESSABLE_ENTITY).await?;
        // that there is nobody to ask tells something, too, and counts
        inside.tx.commit().await?;
        return Ok(response);
    }
    let by = inside.member.require(Permission::BriefAsk, &Scope::default())?.clone();
    let keepers = store::keepers(&mut inside.tx, &brief.hidden).await?;
    tell_keepers(&mut inside, &by, &idea.title, &keepers).await?;
    // the brief stays: nothing of it is saved that another page could show
    inside.page.done = Some("done-brief-asked".to_owned());
    let response = show(&mut inside, f, themes, Some(brief), None, StatusCode::OK).await?;
    inside.tx.commit().await?;
    Ok(response)
}

/// Tells those of each organisation who see its action, once of each idea, with the way to whoever asks. Where nobody of it is
/// there, the secretariat is asked to put the two in touch, without the idea.
async fn tell_keepers(
    inside: &mut Inside,
    by: &MembershipFacts,
    title: &str,
    keepers: &[store::Keeper],
) -> Result<(), Problem> {
    let action = |k: &store::Keeper| Subject::new("action", k.action);
    let named: Vec<_> = keepers.iter().map(|k| (action(k), Mention::Organisation(k.organisation))).collect();
    let blind = notices::blind_each(&mut inside.tx, &named, inside.page.today).await?;
    let today = inside.page.today;
    let telling = |(place, keeper): (usize, &store::Keeper)| {
        if blind.contains(&place) {
            let subject = Subject::new("brief_question", crate::kernel::random::id());
            let to = format!("/organisations/{}", keeper.organisation);
            let notice = Notice::new("notice-brief-put-in-touch", Topic::Asks, subject, to)
                .by(by)
                .arg("organisation", &keeper.name)
                .discreet(true)
                .once(format!("brief:{}:{}:{today}", by.id, keeper.organisation));
            (notice, To::roles(&[Role::SupportGroup]))
        } else {
            let notice = Notice::new("notice-brief-asked", Topic::Asks, action(keeper), format!("/members/{}", by.id))
                .by(by)
                .arg("title", title)
                .arg("action", &keeper.title)
                .discreet(true)
                .once(format!("brief:{}:{}:{title}", by.id, keeper.action));
            (notice, To::organisations([keeper.organisation]))
        }
    };
    let all: Vec<(Notice<'_>, To)> = keepers.iter().enumerate().map(telling).collect();
    let all: Vec<_> = all.iter().map(|(notice, to)| (notice, to)).collect();
    notices::tell_each(&mut inside.tx, &inside.app, &all).await?;
    Ok(())
}
