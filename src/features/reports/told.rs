//! Who is told of a report: every call that tells of one stands here.

use super::life::{Effect, Rule, Step};
use super::model::Report;
use crate::features::notices::{self, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// A step that has just been taken: whose turn it is now, and those of the pillar.
///
/// # Errors
/// The database's own.
pub async fn step(
    tx: &mut ProcessTx,
    app: &App,
    report: &Report,
    rule: &Rule,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    if !rule.effects.contains(&Effect::Told) {
        return Ok(());
    }
    let (key, mut to) = match rule.step {
        Step::Discuss => ("report-told-discussed", To::roles(&[Role::SupportGroup])),
        Step::Resume => ("report-told-resumed", To::roles(&[Role::SupportGroup])),
        Step::Submit => ("report-told-submitted", To::roles(&[Role::Chair])),
        Step::Adopt => ("report-told-adopted", To::roles(&[Role::SupportGroup])),
        Step::ReferBack => ("report-told-referred-back", To::roles(&[Role::SupportGroup])),
    };
    to.pillars.push(report.pillar);
    let subject = Subject::new("mapping_report", report.id.0);
    let notice = Notice::new(key, Topic::Steps, subject, format!("/reports/{}", report.id))
        .arg("title", &report.title)
        .group("mapping_report", report.id.0, &report.title)
        .by(by);
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}
