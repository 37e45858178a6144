//! The life of a round and of a report in it: plain functions that say what may follow upon what. The pages and the tests are made
//! from them; that nothing is written into a round that has ended, the database holds besides.

use crate::kernel::lists::closed_list;

closed_list! {
    State {
        /// The pages of those who are asked are being filled.
        Opening = "opening", "round-state-opening";
        Open = "open", "round-state-open";
        /// It could not be opened.
        Failed = "failed", "round-state-failed";
        Locked = "locked", "round-state-locked";
        Withdrawn = "withdrawn", "round-state-withdrawn";
    }
}

impl State {
    /// From here on nothing is written.
    pub fn has_ended(self) -> bool {
        matches!(self, State::Locked | State::Withdrawn)
    }

    pub fn badge(self) -> &'static str {
        match self {
            State::Opening => "info",
            State::Open => "ok",
            State::Failed => "warn",
            State::Locked | State::Withdrawn => "plain",
        }
    }
}

/// What is done with a round, besides answering in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The job has filled every page.
    Filled,
    /// The job has given up.
    GivenUp,
    /// It is tried again.
    Again,
    /// There is more time.
    Extend,
    Lock,
    Withdraw,
}

impl Step {
    #[cfg(test)]
    pub const ALL: [Step; 6] = [Step::Filled, Step::GivenUp, Step::Again, Step::Extend, Step::Lock, Step::Withdraw];
}

/// What becomes of a round by a step; `None`: there is no such step from there.
pub fn after(from: State, step: Step) -> Option<State> {
    match (from, step) {
        (State::Opening, Step::Filled) | (State::Open, Step::Extend) => Some(State::Open),
        (State::Opening, Step::GivenUp) => Some(State::Failed),
        (State::Failed, Step::Again) => Some(State::Opening),
        (State::Open, Step::Lock) => Some(State::Locked),
        (State::Opening | State::Open | State::Failed, Step::Withdraw) => Some(State::Withdrawn),
        _ => None,
    }
}

/// Whether a round is locked without saying why: its day is over, or everybody has answered.
pub fn locks_by_itself(day_is_over: bool, asked: i64, answered: i64) -> bool {
    day_is_over || (asked > 0 && asked == answered)
}

closed_list! {
    ReportState {
        Reported = "reported", "progress-state-reported";
        /// A beneficiary asks for a correction.
        Correction = "correction", "progress-state-correction";
        Returned = "returned", "progress-state-returned";
        Accepted = "accepted", "progress-state-accepted";
    }
}

impl ReportState {
    pub fn badge(self) -> &'static str {
        match self {
            ReportState::Reported => "info",
            ReportState::Correction | ReportState::Returned => "warn",
            ReportState::Accepted => "ok",
        }
    }

    /// Whether its reporter is waited for.
    pub fn came_back(self) -> bool {
        matches!(self, ReportState::Correction | ReportState::Returned)
    }
}

/// What is done with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Its keeper reports, or reports anew: what was said of the edition before does not count for this one.
    Report,
    /// A beneficiary says that it is right.
    Confirm,
    /// A beneficiary asks for a correction.
    Correct,
    Accept,
    Return,
}

impl Act {
    #[cfg(test)]
    pub const ALL: [Act; 5] = [Act::Report, Act::Confirm, Act::Correct, Act::Accept, Act::Return];
}

/// What becomes of a report by an act; `None`: it cannot be done. `others_ask`: other beneficiaries still ask for a correction
/// of this edition.
pub fn next(round: State, from: Option<ReportState>, act: Act, others_ask: bool) -> Option<ReportState> {
    use ReportState::{Accepted, Correction, Reported, Returned};
    if round != State::Open {
        return None;
    }
    match (from, act) {
        (None | Some(Reported | Correction | Returned), Act::Report) => Some(Reported),
        (Some(Correction), Act::Confirm) => Some(if others_ask { Correction } else { Reported }),
        (Some(same @ (Reported | Accepted)), Act::Confirm) => Some(same),
        (Some(Reported | Correction | Accepted), Act::Correct) => Some(Correction),
        // a correction that is asked for is settled first
        (Some(Reported), Act::Accept) => Some(Accepted),
        (Some(Reported | Correction | Accepted), Act::Return) => Some(Returned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[derive(Debug, Clone)]
    enum Move {
        Round(Step),
        /// By which of three beneficiaries, where it is one's.
        Report(Act, u8),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![
            1 => prop::sample::select(Step::ALL.to_vec()).prop_map(Move::Round),
            5 => (prop::sample::select(Act::ALL.to_vec()), 0..3u8).prop_map(|(a, b)| Move::Report(a, b)),
        ];
        prop::collection::vec(one, 0..60)
    }

    proptest! {
        #[test]
        fn whatever_is_tried_in_whatever_order(moves in moves()) {
            let (mut round, mut report, mut edition) = (State::Opening, None::<ReportState>, 0);
            let mut asks: BTreeSet<u8> = BTreeSet::new();
            for one in moves {
                let (was, was_report) = (round, report);
                match one {
                    Move::Round(step) => {
                        round = after(round, step).unwrap_or(round);
                    }
                    Move::Report(act, by) => {
                        let others = asks.iter().any(|b| *b != by);
                        if let Some(to) = next(round, report, act, others) {
                            report = Some(to);
                            match act {
                                Act::Report => { edition += 1; asks.clear(); }
                                Act::Confirm => { asks.remove(&by); }
                                Act::Correct => { asks.insert(by); }
                                Act::Accept => {}
                                Act::Return => {}
                            }
                        }
                    }
                }
                // what has ended moves no more, and nothing in it
                if was.has_ended() {
                    prop_assert_eq!(round, was);
                    prop_assert_eq!(report, was_report);
                }
                // nothing is reported before the round is open
                if report != was_report { prop_assert_eq!(was, State::Open); }
                // a report is accepted only while nobody asks for a correction, and what is asked for is never lost
                if report == Some(ReportState::Accepted) { prop_assert!(asks.is_empty()); }
                if report == Some(ReportState::Correction) { prop_assert!(!asks.is_empty()); }
                if report == Some(ReportState::Reported) { prop_assert!(asks.is_empty()); }
                prop_assert_eq!(report.is_some(), edition > 0);
            }
        }

        #[test]
        fn silence_locks_nothing_before_its_day(asked in 0..9i64, answered in 0..9i64) {
            let answered = answered.min(asked);
            prop_assert!(locks_by_itself(true, asked, answered));
            prop_assert_eq!(locks_by_itself(false, asked, answered), asked > 0 && answered == asked);
        }
    }

    #[test]
    fn who_confirms_after_acceptance_changes_nothing_and_who_corrects_opens_it_again() {
        let accepted = Some(ReportState::Accepted);
        assert_eq!(next(State::Open, accepted, Act::Confirm, false), accepted);
        assert_eq!(next(State::Open, accepted, Act::Correct, false), Some(ReportState::Correction));
        assert_eq!(next(State::Open, accepted, Act::Report, false), None, "its lead returns it first");
        for act in Act::ALL {
            assert_eq!(next(State::Locked, accepted, act, false), None);
        }
    }
}
