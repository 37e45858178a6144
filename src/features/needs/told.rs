//! Who is told of needs, responses and judgements: every call that tells of one stands here.

use super::model::{Need, Response};
use super::sheet::Sheet;
use crate::features::notices::{self, Mark, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, MembershipId, NeedId, OrganisationId, ResponseId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Role};
use crate::kernel::state::App;

/// A need, as far as it is told of.
pub struct About<'a> {
    pub id: NeedId,
    pub title: &'a str,
    pub beneficiary: BeneficiaryId,
    /// Shown to few: its letters do not name it.
    pub discreet: bool,
}

impl<'a> About<'a> {
    pub fn of(need: &'a Need) -> Self {
        Self {
            id: need.id,
            title: &need.title,
            beneficiary: need.beneficiary,
            discreet: need.handling != Handling::Members || !need.was_submitted(),
        }
    }

    fn notice(&'a self, key: &'static str, topic: Topic, place: &str, by: &'a MembershipFacts) -> Notice<'a> {
        Notice::new(key, topic, Subject::new("need", self.id.0), format!("/needs/{}{place}", self.id))
            .arg("title", self.title)
            .group("need", self.id.0, self.title)
            .by(by)
            .discreet(self.discreet)
    }

    /// Who speaks for its beneficiary; where nobody does, the secretariat.
    fn speakers(&self) -> To {
        To { mark: Some(Mark::SpeaksFor), ..To::beneficiaries([self.beneficiary]) }.or_else(&[Role::SupportGroup])
    }
}

/// The secretariat has drafted a need on behalf: who speaks for the beneficiary is asked to submit it.
pub async fn drafted(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, about: &About<'_>) -> sqlx::Result<()> {
    let notice = about.notice("need-told-drafted", Topic::Asks, "", by);
    notices::tell(tx, app, &notice, &about.speakers()).await?;
    Ok(())
}

/// Of drafts nobody is asked any more whether they are to be submitted.
pub async fn drafts_settled(tx: &mut ProcessTx, app: &App, ids: &[NeedId]) -> sqlx::Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    notices::settle(tx, "need-told-drafted", ("need", &ids), None, app.clock.now()).await
}

/// A need was submitted: the pillar's leads and the secretariat are told, and whom it is shown to.
pub async fn submitted(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, need: &Need) -> sqlx::Result<()> {
    let about = About { discreet: need.handling != Handling::Members, ..About::of(need) };
    let notice = about
        .notice("need-told-submitted", Topic::Needs, "", by)
        .arg("beneficiary", &need.beneficiary_name)
        .once(format!("need-submitted:{}", need.id));
    let to = To {
        roles: vec![Role::SupportGroup],
        organisations: need.shown_to.iter().map(|o| o.id).collect(),
        ..To::leads(need.measure.iter().filter_map(|m| m.pillar))
    };
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

/// Several needs of one beneficiary were submitted at once: told in one sentence, which counts those that are for members.
pub async fn submitted_together(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    needs: &[Need],
    p: &Page,
) -> sqlx::Result<()> {
    let open: Vec<&Need> = needs.iter().filter(|n| n.handling == Handling::Members).collect();
    let Some(first) = open.first() else { return Ok(()) };
    let frame = p.frame();
    let code = frame.and_then(|f| f.beneficiaries.iter().find(|b| b.id == first.beneficiary)).map(|b| b.code.clone());
    let link = format!("/needs?beneficiary={}&cycle={}", code.unwrap_or_default(), first.cycle.id);
    let n = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let notice = Notice::new("need-told-submitted-together", Topic::Needs, Subject::new("need", first.id.0), link)
        .arg("n", n)
        .arg("beneficiary", &first.beneficiary_name)
        .by(by);
    let to = To {
        roles: vec![Role::SupportGroup],
        ..To::leads(open.iter().filter_map(|n| n.measure.as_ref()).filter_map(|m| m.pillar))
    };
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

/// Everybody that a submitted need concerns.
fn concerned(need: &Need) -> To {
    To {
        beneficiaries: vec![need.beneficiary],
        organisations: need.responding.clone(),
        roles: vec![Role::SupportGroup],
        ..To::leads(need.measure.iter().filter_map(|m| m.pillar))
    }
}

/// What was submitted has been changed, or withdrawn.
pub async fn changed(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, need: &Need) -> sqlx::Result<()> {
    let about = About::of(need);
    notices::tell(tx, app, &about.notice("need-told-changed", Topic::Needs, "", by), &concerned(need)).await?;
    Ok(())
}

/// The latest drafts of a sheet that the secretariat has brought on behalf: told in one sentence.
pub async fn drafted_together(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    ids: &[NeedId],
    sheets: &[&Sheet],
    p: &Page,
) -> sqlx::Result<()> {
    let (Some(id), Some(sheet)) = (ids.first(), sheets.first()) else { return Ok(()) };
    let about = About { id: *id, title: &sheet.title, beneficiary: sheet.beneficiary, discreet: true };
    if ids.len() == 1 {
        return drafted(tx, app, by, &about).await;
    }
    let link = format!("/needs?state=draft&beneficiary={}", code(p, sheet.beneficiary));
    let notice = Notice::new("need-told-drafted-together", Topic::Asks, Subject::new("need", id.0), link)
        .arg("n", i64::try_from(ids.len()).unwrap_or(i64::MAX))
        .by(by)
        .discreet(true);
    notices::tell(tx, app, &notice, &about.speakers()).await?;
    Ok(())
}

/// Several submitted needs of one beneficiary were changed by a sheet: those that are for members in one sentence, the others one by
/// one, since each has others who see it.
pub async fn changed_together(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    needs: &[&Need],
    p: &Page,
) -> sqlx::Result<()> {
    let (open, few): (Vec<&Need>, Vec<&Need>) = needs.iter().copied().partition(|n| n.handling == Handling::Members);
    for need in few {
        changed(tx, app, by, need).await?;
    }
    let first = match open.as_slice() {
        [] => return Ok(()),
        [one] => return changed(tx, app, by, one).await,
        [first, ..] => first,
    };
    let link = format!("/needs?beneficiary={}&cycle={}", code(p, first.beneficiary), first.cycle.id);
    let notice = Notice::new("need-told-changed-together", Topic::Needs, Subject::new("need", first.id.0), link)
        .arg("n", i64::try_from(open.len()).unwrap_or(i64::MAX))
        .arg("beneficiary", &first.beneficiary_name)
        .by(by);
    let to = To {
        beneficiaries: vec![first.beneficiary],
        organisations: open.iter().flat_map(|n| n.responding.iter().copied()).collect(),
        roles: vec![Role::SupportGroup],
        ..To::leads(open.iter().filter_map(|n| n.measure.as_ref()).filter_map(|m| m.pillar))
    };
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

fn code(p: &Page, beneficiary: BeneficiaryId) -> String {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().find(|b| b.id == beneficiary).map(|b| b.code.clone()).unwrap_or_default()
}

/// What was submitted is withdrawn.
pub async fn withdrawn(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, need: &Need) -> sqlx::Result<()> {
    let about = About::of(need);
    notices::tell(tx, app, &about.notice("need-told-withdrawn", Topic::Needs, "", by), &concerned(need)).await?;
    Ok(())
}

/// A partner proposes its action: its beneficiary is asked.
pub async fn proposed(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    need: &Need,
    response: ResponseId,
    action: &str,
) -> sqlx::Result<()> {
    let about = About::of(need);
    let mut notice = about.notice("need-told-proposed", Topic::Asks, "#responses", by).arg("action", action);
    // of an action that is for few, few are told: by the view of responses
    notice = notice.about(Subject::new("response", response.0));
    let to = To::beneficiaries([need.beneficiary]).or_else(&[Role::SupportGroup]);
    notices::tell(tx, app, &notice.discreet(true), &to).await?;
    Ok(())
}

/// Of a response nobody is asked any more: it was answered, or taken back.
pub async fn response_settled(tx: &mut ProcessTx, app: &App, response: ResponseId) -> sqlx::Result<()> {
    notices::settle(tx, "need-told-proposed", ("response", &[response.0]), None, app.clock.now()).await
}

/// The beneficiary has confirmed a response, or said no.
pub async fn answered(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    need: &Need,
    response: &Response,
    confirmed: bool,
    proposer: Option<MembershipId>,
) -> sqlx::Result<()> {
    response_settled(tx, app, response.id).await?;
    let about = About::of(need);
    let key = if confirmed { "need-told-confirmed" } else { "need-told-declined" };
    let notice = about
        .notice(key, Topic::Needs, "#responses", by)
        .arg("action", &response.title)
        .about(Subject::new("response", response.id.0));
    let mut to = To { members: proposer.into_iter().collect(), ..To::organisations(parties(response)) };
    if confirmed {
        // what a beneficiary has confirmed waits to be judged
        to.leads = need.measure.iter().filter_map(|m| m.pillar).collect();
    }
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

fn parties(response: &Response) -> impl Iterator<Item = OrganisationId> + '_ {
    std::iter::once(response.keeper)
}

/// How far a need is covered has been judged.
pub async fn judged(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, need: &Need) -> sqlx::Result<()> {
    let about = About::of(need);
    let to = To { organisations: need.responding.clone(), ..To::beneficiaries([need.beneficiary]) };
    notices::tell(tx, app, &about.notice("need-told-judged", Topic::Needs, "#covered", by), &to).await?;
    Ok(())
}
