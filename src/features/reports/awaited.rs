//! What of reports waits for a reader.

use serde::Deserialize;

use super::life::{self, Facts, State, Step};
use crate::kernel::awaited::Awaited;
use crate::kernel::ids::{PillarId, ReportId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// A report on its way, as `kernel.reports_waiting` answers it.
#[derive(Debug, Deserialize)]
struct Waiting {
    id: ReportId,
    title: String,
    state: State,
    pillar: PillarId,
    /// Its tables are filled.
    filled: bool,
    /// The Board has taken the decision on it.
    decided: bool,
}

/// What a member is waited for to do about reports, of what `kernel.reports_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<Vec<Awaited>> {
    let all: Vec<Waiting> = serde_json::from_value(waiting)?;
    Ok(all.iter().filter_map(|r| of(r, member, p)).collect())
}

fn of(r: &Waiting, member: &Member, p: &Page) -> Option<Awaited> {
    let scope = Scope { pillars: vec![r.pillar], ..Scope::default() };
    let one = |key: &str, end: &str| Awaited {
        text: p.t1(key, "title", &r.title),
        link: p.link(&format!("/reports/{}{end}", r.id)),
        by: None,
    };
    // a draft waits for the lead who writes it; the secretariat, which could write all of them, is not asked for each
    if r.state == State::Draft {
        let own = member.pillars().contains(&r.pillar) && member.may(Permission::ReportWrite, &scope);
        return own.then(|| one("report-awaited-draft", ""));
    }
    let facts = Facts { sections: 1, filled: r.filled, board_decided: r.decided, ..Facts::default() };
    let offers = life::offers(r.state, member, &scope, &facts, p.today);
    let ready = offers.iter().find(|o| o.unmet.is_empty() && matches!(o.rule.step, Step::Submit | Step::Adopt))?;
    let key = if ready.rule.step == Step::Submit { "report-awaited-submit" } else { "report-awaited-adopt" };
    Some(one(key, &format!("/steps/{}", ready.rule.step.as_str())))
}
