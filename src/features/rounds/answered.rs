//! What was answered is written: about one item or hundreds, in as many statements.

use std::collections::BTreeMap;

use super::model::{Asked, Item, ItemState, Round};
use super::store_items::{self, Answer};
use super::{sheet_moved, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Changes, Each, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::RoundItemId;
use crate::kernel::page::Page;

/// Items that are answered at once. Who keeps more answers in several steps, and is told what is left.
pub const MOST: i64 = 10_000;

/// Whether more may have been open than were taken at once.
pub fn is_full(everything: bool, taken: usize) -> bool {
    everything && i64::try_from(taken).is_ok_and(|n| n >= MOST)
}

/// Whether an answer, given without the sight of the one that stands, would take its place and say something else. What is changed in
/// the record itself is compared there, field by field.
fn takes_its_place(mine: (ItemState, &str), stands: (ItemState, &str)) -> bool {
    let compared = mine.0 == ItemState::Changed && matches!(stands.0, ItemState::Confirmed | ItemState::Changed);
    stands.0 != ItemState::Open && mine != stands && !compared
}

/// What is said to somebody whose answer would take the place of one that was given since the form was shown. `shown`: which answer
/// stood then; empty: not said.
pub fn clash(p: &Page, round: &Round, item: &Item, shown: &str, (state, word): (ItemState, &str)) -> Option<Message> {
    // in a round of progress a changed field is no answer
    let answers = !(round.is_progress() && state == ItemState::Changed);
    let moved = !shown.is_empty() && shown != sheet_moved::stands(item);
    if !answers || !moved || !takes_its_place((state, word), (item.state, &item.word)) {
        return None;
    }
    let said = |state: ItemState, word: &str| match (p.t(state.label_in(round.kind)), word) {
        (label, "") => label,
        (label, word) => format!("{label}: {word}"),
    };
    let by = item.by.as_ref().map(|by| by.shown(p)).unwrap_or_default();
    let message = Message::new("round-error-answered-meanwhile").with("by", by);
    Some(message.with("theirs", said(item.state, &item.word)).with("mine", said(state, word)))
}

/// Writes the same answer about items, and hands the page in where nothing on it is open any more.
pub async fn write(
    inside: &mut Inside,
    round: &Round,
    asked: &Asked,
    items: &[RoundItemId],
    (state, word): (ItemState, &str),
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let answers: Vec<Answer<'_>> = items.iter().map(|item| Answer { item: *item, state, word }).collect();
    write_all(inside, round, asked, &answers, by).await
}

/// Writes answers, each its own, and hands the page in where nothing on it is open any more.
pub async fn write_all(
    inside: &mut Inside,
    round: &Round,
    asked: &Asked,
    answers: &[Answer<'_>],
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let now = inside.app.clock.now();
    store_items::answer(&mut inside.tx, answers, by, now).await?;
    let (changes, why) = said(answers);
    let entries: Vec<Each<'_>> = changes.into_iter().map(|changes| Each { by, id: round.id.0, changes }).collect();
    history::record_many(&mut inside.tx, Subject::Round, "round-answered", why, &entries).await?;
    if store_write::hand_in(&mut inside.tx, asked.id, true, by, now).await? {
        told::handed_in(&mut inside.tx, &inside.app, round, asked, by).await?;
    }
    Ok(())
}

/// What is kept of answers: which items were answered how, an entry for each answer, and the word that was said with them. Where
/// several were said, each stands at the place of its item.
fn said<'a>(answers: &[Answer<'a>]) -> (Vec<Changes>, &'a str) {
    let one = answers.first().map_or("", |a| a.word);
    let alike = answers.iter().all(|a| a.word == one);
    let mut of: BTreeMap<&'static str, Vec<&Answer<'a>>> = BTreeMap::new();
    for answer in answers {
        of.entry(answer.state.as_str()).or_default().push(answer);
    }
    let entry = |(state, answers): (&'static str, Vec<&Answer<'a>>)| {
        let items = Change { from: answers.iter().map(|a| a.item.to_string()).collect(), to: vec![state.to_owned()] };
        let mut changes = Changes::from([("round_items".to_owned(), items)]);
        if !alike && answers.iter().any(|a| !a.word.is_empty()) {
            let words = Change { from: Vec::new(), to: answers.iter().map(|a| a.word.to_owned()).collect() };
            changes.insert("round_words".to_owned(), words);
        }
        changes
    };
    (of.into_iter().map(entry).collect(), if alike { one } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_left_is_counted_where_as_many_as_can_be_were_taken() {
        let most = usize::try_from(MOST).unwrap();
        assert!(is_full(true, most) && !is_full(true, most - 1) && !is_full(false, most));
    }

    #[test]
    fn an_answer_takes_the_place_of_another_alone() {
        use ItemState::{CannotSay, Changed, Confirmed, NotOurs, Open, Reported};
        for (mine, stands, takes) in [
            ((Confirmed, ""), (Open, ""), false),
            ((Confirmed, ""), (Confirmed, ""), false),
            ((Confirmed, ""), (Changed, ""), true),
            ((Confirmed, ""), (CannotSay, "later"), true),
            ((CannotSay, "later"), (CannotSay, "later"), false),
            ((CannotSay, "later"), (CannotSay, "never"), true),
            ((NotOurs, "later"), (CannotSay, "later"), true),
            ((Changed, ""), (Confirmed, ""), false),
            ((Changed, ""), (NotOurs, "another's"), true),
            ((CannotSay, "later"), (Reported, ""), true),
        ] {
            assert_eq!(takes_its_place(mine, stands), takes, "{mine:?} upon {stands:?}");
        }
    }

    #[test]
    fn of_answers_each_kind_is_kept_once_and_no_word_is_lost() {
        let item = |n| RoundItemId(Uuid::from_u128(n));
        let answer = |n, state, word| Answer { item: item(n), state, word };
        let keys = |c: &Changes| c.keys().cloned().collect::<Vec<String>>();
        let (changes, why) =
            said(&[answer(1, ItemState::CannotSay, "later"), answer(2, ItemState::CannotSay, "later")]);
        assert_eq!(
            (changes.iter().map(keys).collect::<Vec<_>>(), why),
            (vec![vec!["round_items".to_owned()]], "later")
        );
        let (changes, why) = said(&[
            answer(1, ItemState::Confirmed, ""),
            answer(2, ItemState::CannotSay, "later"),
            answer(3, ItemState::CannotSay, "never"),
        ]);
        assert_eq!((changes.len(), why), (2, ""));
        let words = changes.iter().find_map(|c| c.get("round_words")).map(|c| c.to.clone());
        assert_eq!(words, Some(vec!["later".to_owned(), "never".to_owned()]));
        let items = changes.iter().filter_map(|c| c.get("round_items")).map(|c| c.from.len()).sum::<usize>();
        assert_eq!(items, 3);
    }
}
