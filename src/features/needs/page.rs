//! The page of a need.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{Coverage, Event, Need, Response as Answer, State, Who};
use super::rank::{self, Answering};
use super::sheet::language;
use super::show::{answer, find, note_reading};
use super::{service, steps};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// What the reader may do here.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    edit: bool,
    submit: bool,
    withdraw: bool,
    respond: bool,
    answer: bool,
    judge: bool,
    history: bool,
}

#[derive(Template)]
#[template(path = "needs/page.html")]
struct NeedPage {
    p: Page,
    f: Fields,
    n: Need,
    may: May,
    /// Actions that could answer it, and who works on such things.
    answering: Answering,
    coverages: Vec<(String, String)>,
    /// Responses of the reader's own, which can be withdrawn.
    own: Vec<crate::kernel::ids::ResponseId>,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    show_page(inside, &key, Fields::default(), StatusCode::OK).await
}

/// The page with what was typed into one of its small forms.
pub async fn show_page(mut inside: Inside, key: &str, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut need = find(&mut inside, key).await?;
    let noted = note_reading(&mut inside, &need).await?;
    let submitted = need.state == State::Submitted;
    let answering = rank::actions_for(&inside.app, &mut inside.tx, &inside.page, &need, inside.page.today).await?;
    let member = &inside.member;
    let may = May {
        edit: need.is_open() && service::editor(member, &need).is_ok(),
        submit: need.is_open() && need.state == State::Draft && need.may(member, Permission::NeedSubmit),
        withdraw: steps::withdraws(member, &need),
        respond: submitted && member.may_somewhere(Permission::ResponsePropose),
        answer: submitted && need.may(member, Permission::ResponseConfirm),
        judge: submitted && need.may(member, Permission::CoverageJudge),
        history: need.may(member, Permission::HistorySee) || need.may(member, Permission::NeedSeeDraft),
    };
    // how it was drafted is its own side's to know
    if let (Some(at), false) = (need.submitted_at, need.may(member, Permission::NeedSeeDraft)) {
        need.history.retain(|h| h.at >= at);
        need.readings.clear();
    }
    let own = need
        .responses
        .iter()
        .filter(|r| r.is_live() && member.may(Permission::ResponsePropose, &r.action_scope()))
        .map(|r| r.id)
        .collect();
    if noted {
        inside.tx.commit().await?;
    }
    let coverages = Coverage::options(&inside.page);
    answer(status, &NeedPage { p: inside.page, f, n: need, may, answering, coverages, own })
}

impl NeedPage {
    fn coverage(&self) -> Option<Coverage> {
        self.n.judgement().map(|j| j.coverage)
    }

    fn person(&self, who: &Option<Who>) -> String {
        who.as_ref().map_or_else(|| self.p.t("need-by-portal"), |w| w.shown(&self.p))
    }

    /// The name of the language it is written in besides English.
    fn language(&self) -> String {
        self.n.own_language.as_deref().map(language).unwrap_or_default().to_owned()
    }

    fn level_text(&self) -> String {
        self.p.t(&format!("need-level-{}-text", self.n.handling.as_str()))
    }

    fn live(&self) -> Vec<&Answer> {
        self.n.responses.iter().filter(|r| r.is_live()).collect()
    }

    fn past(&self) -> Vec<&Answer> {
        self.n.responses.iter().filter(|r| !r.is_live()).collect()
    }

    /// An action's status in words; its texts are those of the list of actions.
    fn status(&self, response: &Answer) -> Option<String> {
        response.status.as_ref().map(|s| self.p.t(&format!("status-{s}")))
    }

    fn period(&self, response: &Answer) -> Option<String> {
        let shown = |d: &Option<crate::kernel::date::PartialDate>| {
            d.as_ref().map_or_else(|| self.p.t("not-stated"), |d| self.p.date(d))
        };
        let stated = response.starts.is_some() || response.ends.is_some();
        stated.then(|| self.p.t2("need-period", "start", shown(&response.starts), "end", shown(&response.ends)))
    }

    /// Whether the small form of a response is the one that was sent.
    fn answering(&self, response: &Answer) -> bool {
        self.f.value("response") == response.id.to_string()
    }

    fn event(&self, event: &Event) -> String {
        self.p.t(&format!("event-{}", event.event))
    }

    /// Fields whose change is worth a line: of a state there is the event itself.
    fn changed<'e>(&self, event: &'e Event) -> Vec<(String, &'e crate::kernel::history::Change)> {
        let shown = event.changes.iter().filter(|(field, _)| *field != "need_state");
        shown.map(|(field, change)| (super::show::label(&self.p, field), change)).collect()
    }

    /// The matrix, at the row and column of this need.
    fn cell_link(&self) -> Option<String> {
        let code = self.p.frame()?.beneficiaries.iter().find(|b| b.id == self.n.beneficiary)?.code.clone();
        Some(self.p.link(&format!("/coverage/answered?beneficiary={code}")))
    }
}
