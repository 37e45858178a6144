//! The life of a report, in the form that plans have theirs: one table says from where to where, who, on what condition, to
//! what effect; the pages, the tests and `docs/reports.md` are made from it.

use chrono::NaiveDate;

use crate::kernel::life;
use crate::kernel::lists::closed_list;
use crate::kernel::permit::{Member, Permission, Scope};

closed_list! {
    State {
        Draft = "draft", "report-state-draft";
        /// At a meeting of its pillar; what was agreed there is worked in.
        Discussed = "discussed", "report-state-discussed";
        /// Before the Board: its text is frozen.
        Submitted = "submitted", "report-state-submitted";
        Adopted = "adopted", "report-state-adopted";
    }
}

impl State {
    /// Whether its text is still being written.
    pub fn is_open(self) -> bool {
        matches!(self, State::Draft | State::Discussed)
    }

    pub fn badge(self) -> &'static str {
        match self {
            State::Draft => "plain",
            State::Discussed | State::Submitted => "info",
            State::Adopted => "ok",
        }
    }
}

closed_list! {
    Step {
        Discuss = "discuss", "report-step-discuss";
        Resume = "resume", "report-step-resume";
        Submit = "submit", "report-step-submit";
        Adopt = "adopt", "report-step-adopt";
        ReferBack = "refer-back", "report-step-refer-back";
    }
}

closed_list! {
    /// What has to be so before a step.
    Guard {
        EverySectionWritten = "every-section-written", "report-guard-written";
        TablesFilled = "tables-filled", "report-guard-filled";
        MeetingDay = "meeting-day", "report-guard-meeting-day";
        Reason = "reason", "report-guard-reason";
        /// Taken by the rule of the process, as the decision itself counts it.
        BoardDecided = "board-decided", "report-guard-board-decided";
        /// What the Board has taken is recorded as adopted: there is no way back to the draft.
        BoardNotDecided = "board-not-decided", "report-guard-board-not-decided";
    }
}

closed_list! {
    Effect {
        MeetingKept = "meeting-kept", "report-effect-meeting-kept";
        Snapshot = "snapshot", "report-effect-snapshot";
        DecisionPrepared = "decision-prepared", "report-effect-decision-prepared";
        NumberKept = "number-kept", "report-effect-number-kept";
        VotesKept = "votes-kept", "report-effect-votes-kept";
        Told = "told", "report-effect-told";
    }
}

/// One row of the table.
pub type Rule = life::Rule<State, Step, Guard, Effect>;
/// A step that somebody may take from here, and what is still in its way.
pub type Offer = life::Offer<State, Step, Guard, Effect>;

use Effect as E;
use Guard as G;
use Permission as P;
use State as S;

pub const TABLE: &[Rule] = &[
    Rule {
        step: Step::Discuss,
        from: S::Draft,
        to: S::Discussed,
        who: Some(P::ReportWrite),
        by_date: false,
        guards: &[G::EverySectionWritten, G::TablesFilled, G::MeetingDay],
        effects: &[E::MeetingKept, E::Snapshot, E::Told],
    },
    Rule {
        step: Step::Resume,
        from: S::Discussed,
        to: S::Draft,
        who: Some(P::ReportWrite),
        by_date: false,
        guards: &[G::Reason],
        effects: &[E::Told],
    },
    Rule {
        step: Step::Submit,
        from: S::Discussed,
        to: S::Submitted,
        who: Some(P::ReportSubmit),
        by_date: false,
        guards: &[G::EverySectionWritten, G::TablesFilled],
        effects: &[E::Snapshot, E::DecisionPrepared, E::Told],
    },
    Rule {
        step: Step::Adopt,
        from: S::Submitted,
        to: S::Adopted,
        who: Some(P::ReportAdopt),
        by_date: false,
        guards: &[G::BoardDecided],
        effects: &[E::NumberKept, E::Snapshot, E::Told],
    },
    Rule {
        step: Step::ReferBack,
        from: S::Submitted,
        to: S::Draft,
        who: Some(P::ReportAdopt),
        by_date: false,
        guards: &[G::BoardNotDecided, G::Reason],
        effects: &[E::VotesKept, E::Told],
    },
];

/// The row of a step from a state, where there is one.
pub fn rule(step: Step, from: State) -> Option<&'static Rule> {
    life::find(TABLE, step, from)
}

/// What guards are judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub sections: usize,
    /// Sections without a word.
    pub empty: usize,
    pub filled: bool,
    /// The decision about this text has carried, by its rule.
    pub board_decided: bool,
    /// What the form of the step says: the day of the meeting, a reason.
    pub day_given: bool,
    pub reason_given: bool,
}

impl life::Condition for Guard {
    type Facts = Facts;

    fn holds(self, facts: &Facts, _today: NaiveDate) -> bool {
        match self {
            Guard::EverySectionWritten => facts.sections > 0 && facts.empty == 0,
            Guard::TablesFilled => facts.filled,
            Guard::MeetingDay => facts.day_given,
            Guard::Reason => facts.reason_given,
            Guard::BoardDecided => facts.board_decided,
            Guard::BoardNotDecided => !facts.board_decided,
        }
    }

    fn is_of_form(self) -> bool {
        matches!(self, Guard::MeetingDay | Guard::Reason)
    }

    fn is_lost_for_good(self) -> bool {
        self == Guard::BoardNotDecided
    }
}

/// The steps that a member may take, whether or not their conditions hold yet; those of the form itself are left to it.
pub fn offers(state: State, member: &Member, scope: &Scope, facts: &Facts, today: NaiveDate) -> Vec<Offer> {
    life::offers(TABLE, state, member, scope, facts, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_last_leads_on_and_what_is_adopted_stays() {
        for state in State::ALL {
            assert_eq!(TABLE.iter().all(|r| r.from != *state), *state == State::Adopted, "{state:?}");
        }
        assert!(TABLE.iter().filter(|r| r.to == State::Adopted).all(|r| r.guards.contains(&Guard::BoardDecided)));
        assert!(TABLE.iter().filter(|r| r.to == State::Draft).all(|r| r.guards.contains(&Guard::Reason)));
    }

    #[test]
    fn a_step_stands_once_for_each_state() {
        for rule in TABLE {
            assert_eq!(TABLE.iter().filter(|r| r.step == rule.step && r.from == rule.from).count(), 1, "{rule:?}");
        }
    }

    #[test]
    fn a_report_without_a_word_goes_nowhere() {
        let rule = rule(Step::Discuss, State::Draft).unwrap();
        let facts = Facts { sections: 5, empty: 1, day_given: true, ..Facts::default() };
        assert_eq!(rule.unmet(&facts, NaiveDate::default()), [Guard::EverySectionWritten, Guard::TablesFilled]);
        let none = Facts { filled: true, day_given: true, ..Facts::default() };
        assert_eq!(rule.unmet(&none, NaiveDate::default()), [Guard::EverySectionWritten]);
    }
}
