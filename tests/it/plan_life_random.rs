//! Whatever is done to plans and the decisions on them, in whatever order, by whoever, two at the same moment, with requests
//! that are dropped half-way and a portal that is killed between two: what `plan_life_state` says of them always holds.

use crate::decisions::{CHAIR, SECRETARIAT};
use crate::dropped::dropped;
use crate::plan_life::LIFE;
use crate::plan_life_game::{Game, PEOPLE};
use crate::plan_life_state::Memory;
use concert::features::plans::Step;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// What can be done. The first is what is next for a plan, by somebody whose it is, as often as all the others together:
/// else a plan would hardly ever come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Next,
    Step,
    Remark,
    Position,
    Answer,
    Write,
    Hang,
    Vote,
    Open,
    Amend,
    Minutes,
    Record,
    Withdraw,
    Statement,
    Revise,
    Publish,
    Forge,
    Day,
    Job,
    Restart,
}

use What::{
    Amend, Answer, Day, Forge, Hang, Job, Minutes, Next, Open, Position, Publish, Record, Remark, Restart, Revise,
    Statement, Step as Life, Vote, Withdraw, Write,
};

static WHATS: [What; 19] = [
    Life, Life, Remark, Position, Answer, Write, Hang, Vote, Open, Amend, Minutes, Record, Withdraw, Statement, Revise,
    Publish, Forge, Job, Restart,
];

/// How it is done: by itself, at the same moment as the next one, or dropped after some turns.
#[derive(Debug, Clone, Copy)]
enum How {
    Alone,
    Together,
    Dropped(usize),
}

#[derive(Debug, Clone, Copy)]
struct Act {
    what: What,
    who: usize,
    plan: usize,
    n: usize,
    how: How,
}

fn acts(many: usize) -> impl Strategy<Value = Vec<Act>> {
    let what = prop_oneof![19 => Just(Next), 2 => Just(Day), 19 => prop::sample::select(&WHATS[..])];
    let how = prop_oneof![6 => Just(How::Alone), 3 => Just(How::Together), 1 => (1usize..40).prop_map(How::Dropped)];
    let act = (what, 0..PEOPLE.len(), 0usize..100, 0usize..1_000, how);
    proptest::collection::vec(act.prop_map(|(what, who, plan, n, how)| Act { what, who, plan, n, how }), many)
}

async fn do_it(game: &Game, act: Act) {
    let Act { what, who, n, .. } = act;
    let (id, state) = game.plan(act.plan).await;
    let place = format!("/example/plans/{id}");
    let decision = game.decision(&id, n).await.map_or_else(random_id, |[decision, ..]| decision);
    let board = format!("/example/decisions/{decision}");
    match what {
        Next => game.next(n, &id, &state).await,
        Life => game.step(who, &id, Step::ALL[n % Step::ALL.len()].as_str(), n).await,
        Remark => {
            let level = ["members", "parties", "restricted"][n % 3];
            let text = format!("said {n}");
            game.post(who, &format!("{place}/remarks"), &[("text", &text), ("handling", level)]).await
        }
        Position => match game.party(&id, n).await {
            Some((speaks, asked)) => {
                game.position(if n.is_multiple_of(3) { who } else { speaks }, &id, &asked, n).await
            }
            None => 404,
        },
        Answer => game.answer(who, &id, n).await,
        Write => game.write(if n.is_multiple_of(2) { Game::number(SECRETARIAT) } else { who }, &id, n).await,
        Hang => {
            let node = "select min(id::text) from plan_node where plan_id::text = $1 and removed_at is null";
            let node = game.one(node, &id).await.unwrap_or_default();
            let action =
                "select a.id::text from action a join process p on p.id = a.process_id where p.slug = $1 order by 1";
            let actions = game.all(action, "example").await;
            let action = actions[n % actions.len()].as_str();
            let end = if n.is_multiple_of(4) { "actions/remove" } else { "actions" };
            game.post(who, &format!("{place}/nodes/{node}/{end}"), &[("action", action)]).await
        }
        Vote => game.vote((n.is_multiple_of(2)).then_some(who), &decision, n).await,
        Open => game.fill(who, &format!("{board}/open"), &[("deadline", &game.day(n % 3))]).await,
        Amend => {
            let procedure = ["written", "meeting", "silence", ""][n % 4];
            game.fill(who, &format!("{board}/edit"), &[("procedure", procedure), ("title", "Another title")]).await
        }
        Minutes => game.minutes(if n.is_multiple_of(2) { Game::number(CHAIR) } else { who }, &decision, n).await,
        Record => {
            let result = ["taken", "not_taken", "referred_back"][n % 3];
            game.record(if n.is_multiple_of(2) { Game::number(CHAIR) } else { who }, &decision, result).await
        }
        Withdraw => game.fill(who, &format!("{board}/withdraw"), &[("reasons", "not now")]).await,
        Statement => game.fill(who, &format!("{board}/statement"), &[("text", "We state this.")]).await,
        Revise => game.post(who, &format!("{place}/revise"), &[("why", "again")]).await,
        Publish => {
            let fields: &[(&str, &str)] =
                if n.is_multiple_of(2) { &[] } else { &[("do", "withdraw"), ("why", "not yet")] };
            game.post(who, &format!("{place}/publish"), fields).await
        }
        // a decision on a plan that is made by hand, past the plan's own steps
        Forge => {
            let fields = [
                ("subject_kind", "plan"),
                ("subject_id", id.as_str()),
                ("subject_label", "A plan"),
                ("title", "Adopt it"),
                ("procedure", "meeting"),
            ];
            let status = game.post(who, "/example/decisions/new", &fields).await;
            assert!(status >= 400, "a decision on a plan is prepared by the plan alone");
            status
        }
        Day => {
            game.pass(1 + n % 4);
            200
        }
        Job | Restart => game.job().await,
    };
}

fn random_id() -> String {
    concert::kernel::random::id().to_string()
}

/// How many sequences: a few, more of them where properties are tried on more cases.
fn cases() -> usize {
    let asked: usize = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or_default();
    (asked / 1_000).clamp(4, 20)
}

#[tokio::test]
async fn whatever_is_done_every_plan_is_where_the_table_and_the_votes_have_brought_it() {
    let mut runner = TestRunner::deterministic();
    let mut steps = BTreeSet::new();
    for _ in 0..cases() {
        let acts = acts(140).new_tree(&mut runner).expect("acts").current();
        let (mut game, mut memory) = (Game::start().await, Memory::default());
        game.holds(&mut memory).await;
        let mut rest = acts.into_iter();
        while let Some(act) = rest.next() {
            game.log.lock().expect("log").push(format!("-- {act:?}"));
            match act.how {
                _ if act.what == Restart => game.restart().await,
                How::Alone => do_it(&game, act).await,
                How::Dropped(turns) => {
                    dropped(do_it(&game, act), turns).await;
                }
                How::Together => match rest.next() {
                    Some(other) => {
                        tokio::join!(do_it(&game, act), do_it(&game, other));
                    }
                    None => do_it(&game, act).await,
                },
            }
            game.holds(&mut memory).await;
        }
        steps.append(&mut memory.steps);
    }
    let missing: Vec<_> = LIFE.iter().filter(|(_, f, t, _)| !steps.iter().any(|(a, b)| a == f && b == t)).collect();
    assert!(missing.is_empty(), "steps that no sequence took, so that the test says nothing of them: {missing:?}");
}
