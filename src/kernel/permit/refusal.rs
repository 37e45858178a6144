//! Why something is refused, in words for the person.

use super::Permission;
use super::Permission as P;
use crate::kernel::i18n::Message;

/// What may be seen but not done: answered with 403 and this reason.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    pub permission: Permission,
}

impl Refusal {
    pub fn message(self) -> Message {
        Message::new(match self.permission {
            P::ActionEdit | P::ActionEditLinks | P::ActionMoney => "refused-action-edit",
            P::ActionCreate | P::ActionReport => "refused-action-create",
            P::ActionConfirm => "refused-action-confirm",
            P::ActionOpen => "refused-action-open",
            P::HistorySee => "refused-history",
            P::MembersSee | P::MembersEdit | P::MembersPropose | P::AccessRequestsDecide => "refused-members",
            P::SettingsSee | P::SettingsEdit | P::ThemesEdit => "refused-settings",
            P::OrganisationEdit | P::OrganisationMerge | P::OrganisationContacts | P::OrganisationPropose => {
                "refused-organisation"
            }
            P::ExportLists => "refused-export",
            P::ImportActions => "refused-import",
            P::TokensOwn | P::TokensOfOwn | P::TokensOversee => "refused-tokens",
            P::BundleTake => "refused-bundle",
            P::PlanWrite | P::PlanLinkActions => "refused-plan-write",
            P::PlanRemark | P::PlanSuggest => "refused-plan-remark",
            P::PlanPosition => "refused-plan-position",
            P::PlanConsult | P::PlanAgree | P::PlanAdopt | P::PlanInForce | P::PlanPublish | P::PlanRevise => {
                "refused-plan-step"
            }
            P::DecisionSee => "refused-decision-see",
            P::DecisionPrepare => "refused-decision-prepare",
            P::DecisionVote => "refused-decision-vote",
            P::DecisionRecordVotes => "refused-decision-record-votes",
            P::DecisionRecord => "refused-decision-record",
            P::DecisionStatement => "refused-decision-statement",
            P::OverlapSee | P::OverlapTakePart | P::OverlapReport => "refused-overlap",
            P::OverlapDecide => "refused-overlap-decide",
            P::NeedSee | P::NeedSeeDraft => "refused-need-see",
            P::NeedWrite | P::NeedAmend | P::NeedSubmit => "refused-need-write",
            P::ResponsePropose => "refused-response-propose",
            P::ResponseConfirm => "refused-response-confirm",
            P::CoverageJudge => "refused-coverage-judge",
            P::WebhooksKeep => "refused-webhooks",
            P::PackSee => "refused-pack-see",
            P::PackMake => "refused-pack-make",
            P::EnvelopeSee | P::EnvelopeWrite => "refused-envelope",
            P::ResultState => "refused-result",
            P::ReportSee => "refused-report-see",
            P::ReportWrite => "refused-report-write",
            P::ReportSubmit | P::ReportAdopt | P::ReportPublish => "refused-plan-step",
            P::FileSee | P::FileKeep => "refused-files",
            P::RoundSee | P::RoundOversee => "refused-round-see",
            P::RoundRun => "refused-round-run",
            P::RoundAnswer => "refused-round-answer",
            P::ProgressReport | P::ProgressConfirm | P::ProgressAccept => "refused-progress",
            P::MeetingSee | P::MeetingRun => "refused-meeting-run",
            P::MeetingAnswer => "refused-meeting-answer",
            _ => "refused-other",
        })
    }
}
