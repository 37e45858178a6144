use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ballot(votes: &[Option<Vote>], rule: Rule, quorum: &str, procedure: Procedure) -> Ballot {
    Ballot {
        votes: votes.to_vec(),
        rule,
        quorum: Quorum::parse(quorum).unwrap(),
        procedure,
        deadline: (procedure != Procedure::Meeting).then(|| day("2026-12-08")),
    }
}

const YES: Option<Vote> = Some(Vote::InFavour);
const NO: Option<Vote> = Some(Vote::Against);
const ABSTAINS: Option<Vote> = Some(Vote::Abstain);
const BREAKS: Option<Vote> = Some(Vote::BreaksSilence);

fn meeting(votes: &[Option<Vote>], rule: Rule, quorum: &str) -> Option<bool> {
    tally(&ballot(votes, rule, quorum, Procedure::Meeting), day("2026-11-24")).carried
}

#[test]
fn rules_as_people_know_them() {
    use Rule::*;
    let seven = [YES, YES, YES, YES, NO, ABSTAINS, None];
    assert_eq!(meeting(&seven, Unanimity, "4"), Some(false));
    assert_eq!(meeting(&seven, Majority, "4"), Some(true));
    assert_eq!(meeting(&seven, MajorityOfSeats, "4"), Some(true), "four of seven");
    assert_eq!(meeting(&seven, TwoThirds, "4"), Some(true), "four of five");
    assert_eq!(meeting(&seven, Consensus, "4"), Some(false));
    assert_eq!(meeting(&seven, Majority, "7"), Some(false), "six of seven voted");
    let tied = [YES, YES, NO, NO, None, None];
    assert_eq!(meeting(&tied, Majority, "0"), Some(false), "a tie carries nothing");
    assert_eq!(meeting(&[YES, YES, NO], TwoThirds, "0"), Some(true), "exactly two thirds");
    assert_eq!(meeting(&[YES, YES, YES, NO, NO], TwoThirds, "0"), Some(false));
    assert_eq!(meeting(&[ABSTAINS, None], Unanimity, "0"), Some(false), "nobody in favour");
    assert_eq!(meeting(&[ABSTAINS, None], Consensus, "0"), Some(true), "nobody against");
    assert_eq!(meeting(&[None, None], Consensus, "0"), None, "nothing has been recorded");
}

#[test]
fn a_written_procedure_runs_until_its_deadline_or_the_last_vote() {
    let b = ballot(&[YES, YES, None], Rule::Majority, "2/3", Procedure::Written);
    assert_eq!(tally(&b, day("2026-12-08")).stage, Stage::Running, "the last day counts");
    assert_eq!(tally(&b, day("2026-12-08")).carried, None);
    let after = tally(&b, day("2026-12-09"));
    assert_eq!((after.stage, after.carried, after.missing), (Stage::Ended, Some(true), 1));
    let all = ballot(&[YES, YES, NO], Rule::Majority, "2/3", Procedure::Written);
    assert_eq!(tally(&all, day("2026-12-01")).stage, Stage::Complete);
    let short = ballot(&[YES, None, None], Rule::Majority, "2/3", Procedure::Written);
    let short = tally(&short, day("2026-12-09"));
    assert_eq!((short.quorum_met, short.carried), (false, Some(false)));
    assert!(short.why.iter().any(|m| m.key == "decision-why-quorum-short"));
    let nobody = ballot(&[None, None, None], Rule::Consensus, "0", Procedure::Written);
    assert_eq!(tally(&nobody, day("2026-12-09")).carried, Some(false), "no reply is never consent");
}

#[test]
fn silence_adopts_unless_it_is_broken() {
    let kept = ballot(&[None, None, YES], Rule::Unanimity, "3", Procedure::Silence);
    assert_eq!(tally(&kept, day("2026-12-08")).carried, None);
    assert_eq!(tally(&kept, day("2026-12-09")).carried, Some(true));
    let broken = ballot(&[None, BREAKS, YES], Rule::Majority, "0", Procedure::Silence);
    let outcome = tally(&broken, day("2026-12-01"));
    assert_eq!((outcome.stage, outcome.carried), (Stage::Broken, Some(false)), "one is enough, at once");
}

#[test]
fn quorum_and_number_are_read_as_people_write_them() {
    assert_eq!(Quorum::parse("5"), Some(Quorum::Seats(5)));
    assert_eq!(Quorum::parse(" 2 / 3 "), Some(Quorum::Share(2, 3)));
    for wrong in ["", "x", "-1", "3/2", "0/3", "1/0", "1/", "1000", "1.5", "+2", "2/3/4"] {
        assert_eq!(Quorum::parse(wrong), None, "{wrong:?}");
    }
    assert_eq!(Quorum::Share(2, 3).needed(6), 4);
    assert_eq!(Quorum::Share(2, 3).needed(7), 5);
    assert_eq!(Quorum::Share(1, 2).needed(7), 4);
    assert_eq!(Number::parse("2026/3").map(|n| n.to_string()).as_deref(), Some("2026/3"));
    for wrong in ["2026", "2026/0", "26/1", "2026/-1", "2026/99999", "/", "a/b"] {
        assert_eq!(Number::parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_steps_leave_every_final_state_alone() {
    for (from, to, _) in STEPS {
        assert!(!from.is_final() && from != to);
        assert_eq!(step(to, from), None, "no way back");
    }
    assert_eq!(step(State::Open, State::Taken), Some(Permission::DecisionRecord));
    assert_eq!(step(State::Prepared, State::Taken), None);
}

fn any_vote(procedure: Procedure) -> impl Strategy<Value = Option<Vote>> {
    proptest::option::of(proptest::sample::select(procedure.votes()))
}

fn any_ballot() -> impl Strategy<Value = Ballot> {
    let procedures = proptest::sample::select(Procedure::ALL);
    let quorum = prop_oneof![
        (0u16..12).prop_map(Quorum::Seats),
        (1u16..=6, 0u16..=6).prop_map(|(a, more)| Quorum::Share(a, a + more))
    ];
    (procedures, proptest::sample::select(Rule::ALL), quorum).prop_flat_map(|(procedure, rule, quorum)| {
        proptest::collection::vec(any_vote(procedure), 1..12).prop_map(move |votes| Ballot {
            votes,
            rule,
            quorum,
            procedure,
            deadline: (procedure != Procedure::Meeting).then(|| day("2026-12-08")),
        })
    })
}

proptest! {
    #[test]
    fn every_seat_is_counted_once(b in any_ballot(), after in any::<bool>()) {
        let o = tally(&b, day(if after { "2026-12-09" } else { "2026-12-08" }));
        let c = o.counts;
        prop_assert_eq!(c.in_favour + c.against + c.abstain + c.breaks_silence + o.missing, o.seats);
        prop_assert_eq!(o.carried.is_some(), !matches!(o.stage, Stage::NotBegun | Stage::Running));
        if o.carried == Some(true) {
            prop_assert!(o.quorum_met);
        }
    }

    #[test]
    fn a_vote_more_in_favour_never_loses_it(b in any_ballot(), at in any::<prop::sample::Index>()) {
        let before = tally(&b, day("2026-12-09"));
        let mut more = b.clone();
        let i = at.index(more.votes.len());
        more.votes[i] = YES;
        let after = tally(&more, day("2026-12-09"));
        if before.carried == Some(true) {
            prop_assert_eq!(after.carried, Some(true), "{:?}", b);
        }
    }

    #[test]
    fn who_did_not_answer_is_no_consent(b in any_ballot()) {
        // taking away every vote carries nothing, but where the rule of silence says so itself
        let mut none = b.clone();
        none.votes.iter_mut().for_each(|v| *v = None);
        let o = tally(&none, day("2026-12-09"));
        prop_assert_eq!(o.carried == Some(true), b.procedure == Procedure::Silence);
    }

    #[test]
    fn order_of_seats_is_of_no_weight(b in any_ballot()) {
        let mut turned = b.clone();
        turned.votes.reverse();
        prop_assert_eq!(tally(&b, day("2026-12-09")), tally(&turned, day("2026-12-09")));
    }

    #[test]
    fn a_quorum_is_read_as_it_is_written(q in prop_oneof![(0u16..999).prop_map(Quorum::Seats), (1u16..500, 0u16..400).prop_map(|(a, m)| Quorum::Share(a, a + m))]) {
        prop_assert_eq!(Quorum::parse(&q.to_string()), Some(q));
    }
}
