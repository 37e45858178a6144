//! What a decision of the Board is, and how votes are counted: plain functions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::i18n::Message;
use crate::kernel::lists::closed_list;
use crate::kernel::permit::Permission;

closed_list! {
    /// What the Board decides on.
    SubjectKind {
        Plan = "plan", "decision-kind-plan";
        MappingReport = "mapping_report", "decision-kind-mapping-report";
        Methodology = "methodology", "decision-kind-methodology";
        Membership = "membership", "decision-kind-membership";
        TermsOfReference = "terms_of_reference", "decision-kind-terms-of-reference";
        Lead = "lead", "decision-kind-lead";
    }
}

closed_list! {
    Procedure {
        /// Votes are entered at once by who keeps the minutes.
        Meeting = "meeting", "decision-procedure-meeting";
        /// Each seat votes by its own hand until the deadline.
        Written = "written", "decision-procedure-written";
        /// Adopted at the deadline unless a seat breaks the silence.
        Silence = "silence", "decision-procedure-silence";
    }
}

closed_list! {
    Rule {
        Unanimity = "unanimity", "decision-rule-unanimity";
        Majority = "majority", "decision-rule-majority";
        MajorityOfSeats = "majority_of_seats", "decision-rule-majority-of-seats";
        TwoThirds = "two_thirds", "decision-rule-two-thirds";
        Consensus = "consensus", "decision-rule-consensus";
    }
}

closed_list! {
    State {
        Prepared = "prepared", "decision-state-prepared";
        Open = "open", "decision-state-open";
        Taken = "taken", "decision-state-taken";
        NotTaken = "not_taken", "decision-state-not-taken";
        ReferredBack = "referred_back", "decision-state-referred-back";
        Withdrawn = "withdrawn", "decision-state-withdrawn";
    }
}

closed_list! {
    Vote {
        InFavour = "in_favour", "decision-vote-in-favour";
        Against = "against", "decision-vote-against";
        Abstain = "abstain", "decision-vote-abstain";
        BreaksSilence = "breaks_silence", "decision-vote-breaks-silence";
    }
}

impl State {
    /// The sign that stands beside its word.
    pub fn badge(self) -> &'static str {
        match self {
            State::Prepared | State::Withdrawn => "plain",
            State::Open => "info",
            State::Taken => "ok",
            State::NotTaken | State::ReferredBack => "warn",
        }
    }

    /// A party can have a statement kept beside it: from when it is opened, for ever.
    pub fn takes_statements(self) -> bool {
        !matches!(self, State::Prepared | State::Withdrawn)
    }

    pub fn is_final(self) -> bool {
        !matches!(self, State::Prepared | State::Open)
    }
}

/// Every step a decision can take, and who takes it. The schema holds the same table once more.
pub const STEPS: [(State, State, Permission); 6] = [
    (State::Prepared, State::Open, Permission::DecisionPrepare),
    (State::Prepared, State::Withdrawn, Permission::DecisionPrepare),
    (State::Open, State::Withdrawn, Permission::DecisionPrepare),
    (State::Open, State::Taken, Permission::DecisionRecord),
    (State::Open, State::NotTaken, Permission::DecisionRecord),
    (State::Open, State::ReferredBack, Permission::DecisionRecord),
];

/// Who may take this step; `None` where there is none.
pub fn step(from: State, to: State) -> Option<Permission> {
    STEPS.iter().find(|(f, t, _)| *f == from && *t == to).map(|(_, _, who)| *who)
}

impl Procedure {
    /// The votes that can be given in it.
    pub fn votes(self) -> &'static [Vote] {
        match self {
            Procedure::Meeting | Procedure::Written => &[Vote::InFavour, Vote::Against, Vote::Abstain],
            // who has broken the silence can take it back, by agreeing
            Procedure::Silence => &[Vote::BreaksSilence, Vote::InFavour],
        }
    }
}

/// How many seats must vote for the vote to count: a number of them, or a share of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Quorum {
    Seats(u16),
    /// Numerator and denominator, 1 ≤ numerator ≤ denominator.
    Share(u16, u16),
}

impl Quorum {
    /// `5`, or a share such as `2/3`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |t: &str| {
            let t = t.trim();
            (t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u16>().ok()).flatten()
        };
        match text.split_once('/') {
            None => number(text).map(Quorum::Seats),
            Some((a, b)) => match (number(a)?, number(b)?) {
                (a, b) if a >= 1 && a <= b => Some(Quorum::Share(a, b)),
                _ => None,
            },
        }
    }

    /// How many seats of so many.
    pub fn needed(self, seats: usize) -> usize {
        match self {
            Quorum::Seats(n) => usize::from(n),
            Quorum::Share(a, b) => (seats * usize::from(a)).div_ceil(usize::from(b).max(1)),
        }
    }
}

impl std::fmt::Display for Quorum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Quorum::Seats(n) => write!(f, "{n}"),
            Quorum::Share(a, b) => write!(f, "{a}/{b}"),
        }
    }
}

impl From<Quorum> for String {
    fn from(quorum: Quorum) -> Self {
        quorum.to_string()
    }
}

impl TryFrom<String> for Quorum {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Quorum::parse(&text).ok_or_else(|| format!("no quorum: {text:?}"))
    }
}

/// The number of a decision: the year and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Number {
    pub year: i16,
    pub in_year: i16,
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.year, self.in_year)
    }
}

impl Number {
    /// `2026/3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, in_year) = text.trim().split_once('/')?;
        let (year, in_year) = (year.trim().parse().ok()?, in_year.trim().parse().ok()?);
        ((1990..=2200).contains(&year) && (1..=9999).contains(&in_year)).then_some(Self { year, in_year })
    }
}

/// What is counted: the vote of each seat, and by which rule.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// One a seat; `None`: it has not voted.
    pub votes: Vec<Option<Vote>>,
    pub rule: Rule,
    pub quorum: Quorum,
    pub procedure: Procedure,
    /// The last day on which a vote can be given.
    pub deadline: Option<NaiveDate>,
}

/// Where the giving of votes stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A meeting at which nothing has been recorded yet.
    NotBegun,
    /// Votes are awaited.
    Running,
    /// Every seat has voted, or the votes of a meeting are recorded.
    Complete,
    /// The deadline has passed.
    Ended,
    /// A seat has broken the silence.
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub in_favour: usize,
    pub against: usize,
    pub abstain: usize,
    pub breaks_silence: usize,
}

/// What the votes come to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub seats: usize,
    pub counts: Counts,
    /// Seats that have not voted. Never counted as consent; in a silence procedure the rule itself says what it means.
    pub missing: usize,
    pub quorum_needed: usize,
    pub quorum_met: bool,
    pub stage: Stage,
    /// `None` as long as it is not over.
    pub carried: Option<bool>,
    /// In words, each a sentence.
    pub why: Vec<Message>,
}

impl Ballot {
    fn stage(&self, counts: &Counts, missing: usize, today: NaiveDate) -> Stage {
        let ended = self.deadline.is_some_and(|last| today > last);
        match self.procedure {
            Procedure::Meeting if missing == self.votes.len() => Stage::NotBegun,
            Procedure::Meeting => Stage::Complete,
            Procedure::Silence if counts.breaks_silence > 0 => Stage::Broken,
            _ if ended => Stage::Ended,
            Procedure::Written if missing == 0 && !self.votes.is_empty() => Stage::Complete,
            _ => Stage::Running,
        }
    }

    /// Whether the rule is met by these votes, leaving the quorum aside.
    fn carried(&self, c: &Counts) -> bool {
        let (yes, no) = (c.in_favour, c.against + c.breaks_silence);
        match self.rule {
            Rule::Unanimity => yes > 0 && no == 0,
            Rule::Majority => yes > no,
            Rule::MajorityOfSeats => yes * 2 > self.votes.len(),
            Rule::TwoThirds => yes > 0 && yes * 3 >= (yes + no) * 2,
            // nobody is against, and somebody has said so
            Rule::Consensus => no == 0 && yes + c.abstain > 0,
        }
    }

    fn rule_in_words(&self, holds: bool) -> &'static str {
        match (self.rule, holds) {
            (Rule::Unanimity, true) => "decision-why-unanimity-yes",
            (Rule::Unanimity, false) => "decision-why-unanimity-no",
            (Rule::Majority, true) => "decision-why-majority-yes",
            (Rule::Majority, false) => "decision-why-majority-no",
            (Rule::MajorityOfSeats, true) => "decision-why-majority-of-seats-yes",
            (Rule::MajorityOfSeats, false) => "decision-why-majority-of-seats-no",
            (Rule::TwoThirds, true) => "decision-why-two-thirds-yes",
            (Rule::TwoThirds, false) => "decision-why-two-thirds-no",
            (Rule::Consensus, true) => "decision-why-consensus-yes",
            (Rule::Consensus, false) => "decision-why-consensus-no",
        }
    }
}

/// Counts the votes of a ballot as they stand today.
pub fn tally(ballot: &Ballot, today: NaiveDate) -> Outcome {
    let seats = ballot.votes.len();
    let count = |vote: Vote| ballot.votes.iter().filter(|v| **v == Some(vote)).count();
    let counts = Counts {
        in_favour: count(Vote::InFavour),
        against: count(Vote::Against),
        abstain: count(Vote::Abstain),
        breaks_silence: count(Vote::BreaksSilence),
    };
    let missing = ballot.votes.iter().filter(|v| v.is_none()).count();
    let voted = seats - missing;
    let silence = ballot.procedure == Procedure::Silence;
    // who keeps silent takes part in a silence procedure: a quorum of votes would turn it into a written one
    let quorum_needed = if silence { 0 } else { ballot.quorum.needed(seats) };
    let quorum_met = voted >= quorum_needed;
    let stage = ballot.stage(&counts, missing, today);
    let over = !matches!(stage, Stage::NotBegun | Stage::Running);
    let holds = if silence { counts.breaks_silence == 0 } else { ballot.carried(&counts) };
    let mut why = Vec::new();
    if silence {
        why.push(
            Message::new(if holds { "decision-why-silence-kept" } else { "decision-why-silence-broken" })
                .with("broken", counts.breaks_silence),
        );
    } else if stage != Stage::NotBegun {
        let quorum = match (quorum_needed, quorum_met) {
            (0, _) => "decision-why-quorum-none",
            (_, true) => "decision-why-quorum-met",
            (_, false) => "decision-why-quorum-short",
        };
        why.push(Message::new(quorum).with("voted", voted).with("seats", seats).with("needed", quorum_needed));
        why.push(
            Message::new(ballot.rule_in_words(holds))
                .with("yes", counts.in_favour)
                .with("no", counts.against)
                .with("cast", counts.in_favour + counts.against)
                .with("seats", seats),
        );
    }
    let carried = over.then_some(holds && quorum_met);
    Outcome { seats, counts, missing, quorum_needed, quorum_met, stage, carried, why }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
