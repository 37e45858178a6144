//! The life of a plan: one table says from where to where, who, on what condition, to what effect. The page and the tests
//! are made from it, `doing.rs` does what it says, the table in `docs/plans.md` is written from it; nothing else decides what
//! may happen.

use chrono::NaiveDate;

use crate::kernel::life;
use crate::kernel::lists::closed_list;
use crate::kernel::permit::{Member, Permission, Scope};

closed_list! {
    State {
        Draft = "draft", "plan-state-draft";
        Consultation = "consultation", "plan-state-consultation";
        Agreed = "agreed", "plan-state-agreed";
        Adopted = "adopted", "plan-state-adopted";
        InForce = "in_force", "plan-state-in-force";
        Closed = "closed", "plan-state-closed";
        Superseded = "superseded", "plan-state-superseded";
    }
}

impl State {
    /// From here on its text is the Board's.
    pub fn is_adopted(self) -> bool {
        matches!(self, State::Adopted | State::InForce | State::Closed | State::Superseded)
    }

    /// Whether its text is still being written.
    pub fn is_open(self) -> bool {
        matches!(self, State::Draft | State::Consultation)
    }

    /// Whether it is history.
    pub fn is_past(self) -> bool {
        matches!(self, State::Closed | State::Superseded)
    }

    pub fn badge(self) -> &'static str {
        match self {
            State::Draft | State::Closed | State::Superseded => "plain",
            State::Consultation | State::Agreed => "info",
            State::Adopted | State::InForce => "ok",
        }
    }
}

closed_list! {
    Step {
        OpenConsultation = "open-consultation", "plan-step-open-consultation";
        StopConsultation = "stop-consultation", "plan-step-stop-consultation";
        Agree = "agree", "plan-step-agree";
        Adopt = "adopt", "plan-step-adopt";
        ReferBack = "refer-back", "plan-step-refer-back";
        PutInForce = "put-in-force", "plan-step-put-in-force";
        Close = "close", "plan-step-close";
        Supersede = "supersede", "plan-step-supersede";
    }
}

closed_list! {
    /// What has to be so before a step.
    Guard {
        HasNodes = "has-nodes", "plan-guard-has-nodes";
        EveryNodeTitled = "every-node-titled", "plan-guard-every-node-titled";
        PartiesAndDeadline = "parties-and-deadline", "plan-guard-parties-and-deadline";
        Reason = "reason", "plan-guard-reason";
        DeadlineOverOrAllAnswered = "deadline-over-or-all-answered", "plan-guard-deadline-over";
        EveryRemarkAnswered = "every-remark-answered", "plan-guard-every-remark-answered";
        /// Taken by the rule of the process, as the decision itself counts it.
        BoardDecided = "board-decided", "plan-guard-board-decided";
        /// What the Board has taken is recorded as adopted, unless a reservation stays open whose party states nothing: without
        /// a way back it would hold the plan for good.
        NotDecidedOrUnstated = "not-decided-or-unstated", "plan-guard-not-decided-or-unstated";
        /// What stays open stands beside the decision as a signed statement of its party.
        ReservationsStated = "reservations-stated", "plan-guard-reservations-stated";
        /// Adopted, and its revision has just been.
        RevisionAdopted = "revision-adopted", "plan-guard-revision-adopted";
    }
}

closed_list! {
    Effect {
        Snapshot = "snapshot", "plan-effect-snapshot";
        Invitations = "invitations", "plan-effect-invitations";
        PartiesTold = "parties-told", "plan-effect-parties-told";
        AllTold = "all-told", "plan-effect-all-told";
        Report = "report", "plan-effect-report";
        DecisionPrepared = "decision-prepared", "plan-effect-decision-prepared";
        ConsultationClosed = "consultation-closed", "plan-effect-consultation-closed";
        CodesFixed = "codes-fixed", "plan-effect-codes-fixed";
        RevisedSuperseded = "revised-superseded", "plan-effect-revised-superseded";
        DaysSet = "days-set", "plan-effect-days-set";
        Published = "published", "plan-effect-published";
        VotesKept = "votes-kept", "plan-effect-votes-kept";
        ActionsCarried = "actions-carried", "plan-effect-actions-carried";
    }
}

/// One row of the table.
pub type Rule = life::Rule<State, Step, Guard, Effect>;

impl Rule {
    /// Whether it leads back to the draft: offered, and not urged.
    pub fn goes_back(&self) -> bool {
        self.to == State::Draft
    }
}

use Effect as E;
use Guard as G;
use Permission as P;
use State as S;

/// The table of section 5 of the design.
pub const TABLE: &[Rule] = &[
    Rule {
        step: Step::OpenConsultation,
        from: S::Draft,
        to: S::Consultation,
        who: Some(P::PlanConsult),
        by_date: false,
        guards: &[G::HasNodes, G::EveryNodeTitled, G::PartiesAndDeadline],
        effects: &[E::Snapshot, E::Invitations],
    },
    Rule {
        step: Step::StopConsultation,
        from: S::Consultation,
        to: S::Draft,
        who: Some(P::PlanConsult),
        by_date: false,
        guards: &[G::Reason],
        effects: &[E::ConsultationClosed, E::Report, E::PartiesTold],
    },
    Rule {
        step: Step::Agree,
        from: S::Consultation,
        to: S::Agreed,
        who: Some(P::PlanAgree),
        by_date: false,
        guards: &[G::HasNodes, G::EveryNodeTitled, G::DeadlineOverOrAllAnswered, G::EveryRemarkAnswered],
        effects: &[E::Snapshot, E::ConsultationClosed, E::Report, E::DecisionPrepared, E::PartiesTold],
    },
    Rule {
        step: Step::Adopt,
        from: S::Agreed,
        to: S::Adopted,
        who: Some(P::PlanAdopt),
        by_date: false,
        guards: &[G::BoardDecided, G::ReservationsStated],
        effects: &[E::CodesFixed, E::RevisedSuperseded, E::Snapshot, E::DaysSet, E::PartiesTold],
    },
    Rule {
        step: Step::ReferBack,
        from: S::Agreed,
        to: S::Draft,
        who: Some(P::PlanAdopt),
        by_date: false,
        guards: &[G::NotDecidedOrUnstated, G::Reason],
        effects: &[E::VotesKept, E::AllTold],
    },
    Rule {
        step: Step::PutInForce,
        from: S::Adopted,
        to: S::InForce,
        who: Some(P::PlanInForce),
        by_date: true,
        guards: &[],
        effects: &[E::Published],
    },
    Rule {
        step: Step::Close,
        from: S::InForce,
        to: S::Closed,
        who: Some(P::PlanInForce),
        by_date: true,
        guards: &[],
        effects: &[E::Snapshot, E::PartiesTold],
    },
    Rule {
        step: Step::Supersede,
        from: S::InForce,
        to: S::Superseded,
        who: None,
        by_date: false,
        guards: &[G::RevisionAdopted],
        effects: &[E::Snapshot, E::ActionsCarried],
    },
];

/// The row of a step from a state, where there is one.
pub fn rule(step: Step, from: State) -> Option<&'static Rule> {
    life::find(TABLE, step, from)
}

/// What guards are judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub nodes: i64,
    pub untitled: i64,
    /// Parties that are asked in the consultation that is open.
    pub asked: i64,
    pub answered: i64,
    pub deadline: Option<NaiveDate>,
    pub unanswered_remarks: i64,
    /// The decision about this text has carried, by its rule.
    pub board_decided: bool,
    /// Parties whose reservation has no statement beside the decision.
    pub unstated_reservations: i64,
    /// What the form of the step says: parties and deadline are named, a reason is given.
    pub parties_named: bool,
    pub reason_given: bool,
    pub revision_adopted: bool,
}

impl Guard {
    pub fn holds(self, facts: &Facts, today: NaiveDate) -> bool {
        match self {
            Guard::HasNodes => facts.nodes > 0,
            Guard::EveryNodeTitled => facts.untitled == 0,
            Guard::PartiesAndDeadline => facts.parties_named,
            Guard::Reason => facts.reason_given,
            Guard::DeadlineOverOrAllAnswered => {
                facts.asked > 0
                    && (facts.answered >= facts.asked || facts.deadline.is_some_and(|deadline| today > deadline))
            }
            Guard::EveryRemarkAnswered => facts.unanswered_remarks == 0,
            Guard::BoardDecided => facts.board_decided,
            Guard::NotDecidedOrUnstated => !facts.board_decided || facts.unstated_reservations > 0,
            Guard::ReservationsStated => facts.unstated_reservations == 0,
            Guard::RevisionAdopted => facts.revision_adopted,
        }
    }

    /// What is met by filling in the step's own form.
    pub fn is_of_form(self) -> bool {
        matches!(self, Guard::PartiesAndDeadline | Guard::Reason)
    }

    /// What does not come to hold again once it does not: a decision that is taken stays taken, a statement that was made stays
    /// made, and positions are closed.
    pub fn is_lost_for_good(self) -> bool {
        matches!(self, Guard::NotDecidedOrUnstated)
    }
}

impl life::Condition for Guard {
    type Facts = Facts;

    fn holds(self, facts: &Facts, today: NaiveDate) -> bool {
        Guard::holds(self, facts, today)
    }
    fn is_of_form(self) -> bool {
        Guard::is_of_form(self)
    }
    fn is_lost_for_good(self) -> bool {
        Guard::is_lost_for_good(self)
    }
}

/// The guards of a step that do not hold.
pub fn unmet(rule: &Rule, facts: &Facts, today: NaiveDate) -> Vec<Guard> {
    rule.unmet(facts, today)
}

/// A step that somebody may take from here, and what is still in its way.
pub type Offer = life::Offer<State, Step, Guard, Effect>;

/// The steps that a member may take, whether or not their conditions hold yet; those of the form itself are left to it.
pub fn offers(state: State, member: &Member, scope: &Scope, facts: &Facts, today: NaiveDate) -> Vec<Offer> {
    life::offers(TABLE, state, member, scope, facts, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_last_two_leads_on_and_none_leads_to_draft_from_adoption() {
        for state in State::ALL {
            let ends = matches!(state, State::Closed | State::Superseded);
            assert_eq!(TABLE.iter().all(|r| r.from != *state), ends, "{state:?}");
        }
        assert!(TABLE.iter().all(|r| !r.from.is_adopted() || r.to.is_adopted()), "what is adopted stays adopted");
        assert!(TABLE.iter().filter(|r| r.to == State::Adopted).all(|r| r.guards.contains(&Guard::BoardDecided)));
    }

    #[test]
    fn a_step_stands_once_for_each_state() {
        for rule in TABLE {
            assert_eq!(TABLE.iter().filter(|r| r.step == rule.step && r.from == rule.from).count(), 1, "{rule:?}");
        }
    }

    #[test]
    fn a_text_that_is_decided_on_goes_back_while_a_statement_is_missing_and_not_after() {
        let rule = rule(Step::ReferBack, State::Agreed).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 12, 3).unwrap();
        let goes = |board_decided, unstated_reservations| {
            let facts = Facts { board_decided, unstated_reservations, reason_given: true, ..Facts::default() };
            unmet(rule, &facts, day).is_empty()
        };
        assert!(goes(false, 0) && goes(false, 1) && goes(true, 1));
        assert!(!goes(true, 0));
    }

    #[test]
    fn the_last_day_is_still_the_parties() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
        let facts = Facts { asked: 3, answered: 2, deadline: Some(day(3)), ..Facts::default() };
        let guard = Guard::DeadlineOverOrAllAnswered;
        assert!(!guard.holds(&facts, day(3)));
        assert!(guard.holds(&facts, day(4)));
        assert!(guard.holds(&Facts { answered: 3, ..facts.clone() }, day(1)));
        // nobody asked is nobody answered
        assert!(!guard.holds(&Facts::default(), day(4)));
    }
}
