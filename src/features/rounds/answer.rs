//! Answering: still true, one by one or all at once; changed in place; cannot say; not ours. Each is saved by itself and whole, by the
//! services that the records themselves are changed by.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::answered::{MOST, clash, is_full, write};
use super::late::{self, late};
use super::mine::{self, Part, Typed, plain};
use super::model::{Asked, Item, ItemState, Kind, Round};
use super::show::{done, find, id, page_of};
use super::store_items::{self, Wanted};
use super::{sheet_moved, store_write, told};
use crate::features::actions::{self, Field, Kept, Status};
use crate::features::needs;
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, NeedId, RoundItemId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// What came of an answer.
enum Outcome {
    /// Saved; the end of a Fluent key `done-…`.
    Done(&'static str),
    /// Saved, and gone on elsewhere in the process.
    Elsewhere(String, &'static str),
    /// Something is wrong, and stands at its field.
    Wrong,
}

/// The item of an address, the page that it is on, and in whose name it is answered.
pub async fn item_of(inside: &mut Inside, round: &Round, key: &str) -> Result<(Item, Asked, MembershipFacts), Problem> {
    let item: RoundItemId = id(key)?;
    let found = store_items::items(&mut inside.tx, round.id, &Wanted::of(&[item]), inside.page.today).await?;
    let item = found.into_iter().next().ok_or(Problem::NotFound)?;
    let asked = page_of(inside, round, item.asked).await?;
    let by = inside.member.require(Permission::RoundAnswer, &asked.scope())?.clone();
    Ok((item, asked, by))
}

/// Keeps the round open until what is written is committed. `false`: it takes nothing, which [`late()`] says with what was typed.
pub async fn hold(inside: &mut Inside, round: &Round) -> Result<bool, Problem> {
    Ok(round.is_open() && store_items::hold_open(&mut inside.tx, round.id).await?)
}

/// The same, and keeps the item as it stands: who answers it at the same moment waits. Asked for before the item is read.
pub async fn hold_item(inside: &mut Inside, round: &Round, key: &str) -> Result<bool, Problem> {
    let item: RoundItemId = id(key)?;
    let open = hold(inside, round).await?;
    if open {
        store_items::lock(&mut inside.tx, round.id, &Wanted::of(&[item])).await?;
    }
    Ok(open)
}

/// Says of items that they are still true; answers of which it was said. What is not the sender's to say is left out.
pub async fn confirm(
    inside: &mut Inside,
    round: &Round,
    items: &[Item],
    by: &MembershipFacts,
) -> Result<Vec<RoundItemId>, Problem> {
    let now = inside.app.clock.now();
    match round.kind {
        Kind::Confirm => {
            let may =
                |i: &&Item| i.action.as_ref().is_some_and(|a| inside.member.may(Permission::ActionConfirm, &a.scope()));
            let own: Vec<&Item> = items.iter().filter(may).collect();
            let ids: Vec<ActionId> = own.iter().filter_map(|i| i.action.as_ref()).map(|a| a.id).collect();
            let said = actions::confirm_many(&mut inside.tx, &ids, by, now).await?;
            let of = |i: &&&Item| i.action.as_ref().is_some_and(|a| said.contains(&a.id));
            Ok(own.iter().filter(of).map(|i| i.id).collect())
        }
        Kind::Needs => {
            let Some(cycle) = round.cycle else { return Ok(Vec::new()) };
            let Some(beneficiary) = items.iter().find_map(|i| i.need.as_ref()).map(|n| n.beneficiary) else {
                return Ok(Vec::new());
            };
            let by = inside.member.require(Permission::NeedSubmit, &Scope::beneficiary(beneficiary))?.clone();
            let ids: Vec<NeedId> = items.iter().filter_map(|i| i.need.as_ref()).map(|n| n.id).collect();
            let taken = needs::taken_into(inside, &by, &ids, beneficiary, cycle).await?;
            let drafts: Vec<NeedId> = taken.iter().map(|(_, new)| *new).collect();
            needs::submit_all(inside, &by, &drafts).await?;
            let of = |i: &&Item| i.need.as_ref().is_some_and(|n| taken.iter().any(|(old, _)| *old == n.id));
            Ok(items.iter().filter(of).map(|i| i.id).collect())
        }
        // what it answers stands as it is: of the action itself nothing is said
        Kind::Responses => Ok(items.iter().map(|i| i.id).collect()),
        Kind::Progress => Err(Problem::Bad("do")),
    }
}

/// What becomes of a field that was shown and comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    /// As it was shown: what stands stays.
    Untouched,
    Typed,
    /// Somebody else changed it meanwhile, and it was changed here, too.
    Clash,
}

/// `was`: what stood when it was shown as `shown`; `now`: what stands.
fn settle(shown: &str, typed: &str, was: &str, now: &str) -> Take {
    match (typed.trim() == shown.trim(), was == now) {
        (true, _) => Take::Untouched,
        (false, true) => Take::Typed,
        (false, false) => Take::Clash,
    }
}

/// A date as the form shows it.
fn shown_date(p: &Page, iso: &str) -> String {
    iso.parse::<PartialDate>().map(|d| p.date(&d)).unwrap_or_default()
}

fn shown_status(p: &Page, status: &str) -> String {
    p.t(Status::parse(status).map_or("not-stated", Status::label))
}

/// Changes the few fields that matter, and with them says that the rest is still true.
async fn change(inside: &mut Inside, item: &Item, f: &mut Fields, by: &MembershipFacts) -> Result<Outcome, Problem> {
    let action = item.action.as_ref().ok_or(Problem::Bad("do"))?;
    inside.member.require(Permission::ActionEdit, &action.scope())?;
    let today: NaiveDate = inside.page.today;
    let record = actions::read_record(&mut inside.tx, action.id, today).await?.ok_or(Problem::NotFound)?;
    if record.merged_into_id.is_some() {
        return Err(Problem::Conflict(Message::new("round-error-merged")));
    }
    let p = &inside.page;
    let end_field = if record.actual_end.is_some() { Field::ActualEnd } else { Field::PlannedEnd };
    let end_now = record.actual_end.clone().or(record.planned_end.clone()).unwrap_or_default();
    let status_now = record.status.map(Status::as_str).unwrap_or_default().to_owned();
    let total_now = match (&record.stated_total, &record.stated_currency) {
        (Some(amount), Some(currency)) => format!("{} {currency}", plain(amount)),
        _ => String::new(),
    };
    let total_typed = match f.value("total").trim() {
        "" => String::new(),
        amount => format!("{amount} {}", f.value("total_currency").trim()),
    };
    let was = |name: &str| f.value(name).to_owned();
    let fields = [
        (
            "status",
            was("was_status"),
            was("was_status"),
            f.value("status").to_owned(),
            status_now.clone(),
            shown_status(p, &status_now),
        ),
        (
            "end",
            was("was_end"),
            shown_date(p, &was("was_end")),
            f.value("end").to_owned(),
            end_now.clone(),
            shown_date(p, &end_now),
        ),
        ("total", was("was_total"), was("was_total"), total_typed, total_now.clone(), total_now.clone()),
    ];
    let mut takes = Vec::new();
    for (name, was, shown, typed, now, now_shown) in fields {
        match settle(&shown, &typed, &was, &now) {
            Take::Untouched => {}
            Take::Typed => takes.push(name),
            Take::Clash => {
                let theirs = if now_shown.is_empty() { inside.page.t("not-stated") } else { now_shown };
                let mine = match name {
                    "status" => shown_status(&inside.page, &typed),
                    _ if typed.is_empty() => inside.page.t("not-stated"),
                    _ => typed,
                };
                f.fail(name, Message::new("round-error-clash").with("mine", mine).with("theirs", theirs));
            }
        }
    }
    // sent again, it stands against what stands now
    f.set("was_status", &status_now);
    f.set("was_end", &end_now);
    f.set("was_total", &total_now);
    if !f.is_valid() {
        return Ok(Outcome::Wrong);
    }
    if takes.is_empty() {
        f.fail("status", Message::new("round-error-nothing-changed"));
        return Ok(Outcome::Wrong);
    }
    let mut stated = Vec::new();
    for name in &takes {
        stated.push(match *name {
            "status" => Field::Status,
            "end" => end_field,
            _ => Field::StatedTotal,
        });
    }
    let (status, end) = (f.value("status").to_owned(), f.value("end").to_owned());
    let (total, currency) = (f.value("total").to_owned(), f.value("total_currency").to_owned());
    let why = inside.page.t("round-why-changed");
    let (kept, g) = actions::change_record(inside, &record, &stated, |g| {
        for field in &stated {
            match field {
                Field::Status => g.set("status", &status),
                Field::StatedTotal => {
                    g.set("stated_total", &total);
                    g.set("stated_currency", &currency);
                }
                other => g.set(other.name(), &end),
            }
        }
        g.set("why", why);
    })
    .await?;
    match kept {
        Kept::Saved => {
            if inside.member.may(Permission::ActionConfirm, &record.scope()) {
                let now = inside.app.clock.now();
                actions::confirm_many(&mut inside.tx, &[record.id], by, now).await?;
            }
            Ok(Outcome::Done("round-changed"))
        }
        Kept::Same => {
            f.fail("status", Message::new("round-error-nothing-changed"));
            Ok(Outcome::Wrong)
        }
        Kept::Moved => {
            f.fail("status", Message::new("round-error-moved-on"));
            Ok(Outcome::Wrong)
        }
        Kept::Wrong => {
            for (name, message) in g.errors() {
                let at = match name {
                    "planned_end" | "actual_end" => "end",
                    "stated_total" | "stated_currency" => "total",
                    _ => "status",
                };
                f.fail(at, message.clone());
            }
            Ok(Outcome::Wrong)
        }
    }
}

/// A need that has changed is taken over as a draft, and written where needs are written.
async fn change_need(inside: &mut Inside, round: &Round, item: &Item) -> Result<Outcome, Problem> {
    let (Some(need), Some(cycle)) = (&item.need, round.cycle) else { return Err(Problem::Bad("do")) };
    let by = inside.member.require(Permission::NeedWrite, &Scope::beneficiary(need.beneficiary))?.clone();
    let taken = needs::taken_into(inside, &by, &[need.id], need.beneficiary, cycle).await?;
    let Some((_, new)) = taken.first() else { return Err(Problem::Conflict(Message::new("round-error-need-gone"))) };
    // it may go on there already, as somebody has written it since
    let done = if need.later.is_some() { "need-goes-on" } else { "need-taken" };
    Ok(Outcome::Elsewhere(format!("/needs/{new}/edit"), done))
}

pub async fn one(
    Path((_, key, item)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let open = hold_item(&mut inside, &round, &item).await?;
    let (item, asked, by) = item_of(&mut inside, &round, &item).await?;
    let part = Part { asked: Some(asked.id), ..Part::read(&inside.fields) };
    if !open {
        let typed = late::of_row(&inside.page, &item, &inside.fields);
        let back = part.rest(&round);
        return late(&mut inside, round, &back, typed).await;
    }
    let mut f = std::mem::take(&mut inside.fields);
    let doing = f.value("do").to_owned();
    let state = match (doing.as_str(), round.kind) {
        ("confirm", _) => ItemState::Confirmed,
        ("change", Kind::Confirm | Kind::Progress | Kind::Needs) => ItemState::Changed,
        ("cannot-say", _) => ItemState::CannotSay,
        ("not-ours", _) => ItemState::NotOurs,
        _ => return Err(Problem::Bad("do")),
    };
    let word = match state {
        ItemState::NotOurs | ItemState::CannotSay => f.value("word").trim().replace("\r\n", "\n"),
        _ => String::new(),
    };
    let outcome = if let Some(message) = clash(&inside.page, &round, &item, f.value("stands"), (state, &word)) {
        let row = state == ItemState::Changed && round.kind != Kind::Needs;
        f.fail(if row { "status" } else { "word" }, message);
        // sent again, it stands against what stands now
        f.set("stands", sheet_moved::stands(&item));
        Outcome::Wrong
    } else {
        match state {
            ItemState::Confirmed => {
                let said = confirm(&mut inside, &round, std::slice::from_ref(&item), &by).await?;
                if said.is_empty() {
                    return Err(Problem::Conflict(Message::new("round-error-not-confirmed")));
                }
                Outcome::Done("round-confirmed")
            }
            ItemState::Changed if round.kind == Kind::Needs => change_need(&mut inside, &round, &item).await?,
            ItemState::Changed => change(&mut inside, &item, &mut f, &by).await?,
            _ => {
                f.required("word", 2_000);
                if f.is_valid() { Outcome::Done("round-word-kept") } else { Outcome::Wrong }
            }
        }
    };
    let (rest, what) = match outcome {
        Outcome::Wrong => {
            let typed = Typed { item: item.id, f };
            return mine::show(&mut inside, round, part, Some(typed), Fields::default()).await;
        }
        Outcome::Done(what) => (format!("{}#item-{}", part.rest(&round), item.id), what),
        Outcome::Elsewhere(rest, what) => (rest, what),
    };
    // in a round of progress a changed field is no report
    if !(round.is_progress() && state == ItemState::Changed) {
        write(&mut inside, &round, &asked, &[item.id], (state, &word), &by).await?;
    }
    if state == ItemState::NotOurs {
        told::not_ours(&mut inside.tx, &inside.app, &round, &asked, &[&item], &by).await?;
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &rest, what))
}

/// All at once: those that stood on the page, or everything that is open.
pub async fn all(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let part = Part::read(&f);
    let asked = page_of(&mut inside, &round, part.asked.ok_or(Problem::NotFound)?).await?;
    let by = inside.member.require(Permission::RoundAnswer, &asked.scope())?.clone();
    if !hold(&mut inside, &round).await? {
        let back = part.rest(&round);
        return late(&mut inside, round, &back, Vec::new()).await;
    }
    let ids: Vec<RoundItemId> = f.ids("item");
    let everything = f.value("do") == "everything";
    if !everything && ids.is_empty() {
        f.fail("item", Message::new("round-error-none-chosen"));
    }
    if !f.is_valid() {
        return mine::show(&mut inside, round, part, None, f).await;
    }
    let wanted = Wanted {
        asked: Some(asked.id),
        ids: if everything { Vec::new() } else { ids.iter().map(|i| i.0).collect() },
        open: true,
        skip: 0,
        most: MOST,
    };
    store_items::lock(&mut inside.tx, round.id, &wanted).await?;
    let items = store_items::items(&mut inside.tx, round.id, &wanted, inside.page.today).await?;
    let said = confirm(&mut inside, &round, &items, &by).await?;
    if said.is_empty() {
        f.fail("item", Message::new("round-error-none-chosen"));
        return mine::show(&mut inside, round, part, None, f).await;
    }
    write(&mut inside, &round, &asked, &said, (ItemState::Confirmed, ""), &by).await?;
    let left = match is_full(everything, items.len()) {
        true => store_items::count(&mut inside.tx, asked.id).await?.0,
        false => 0,
    };
    inside.tx.commit().await?;
    let rest = part.rest(&round);
    if left > 0 {
        let to = inside.page.link(&format!("{rest}&confirmed={}", said.len()));
        return Ok(Redirect::to(&to).into_response());
    }
    let what = if said.len() == items.len() { "round-all-confirmed" } else { "round-some-confirmed" };
    Ok(done(&inside.page, &rest, what))
}

/// The page is handed in as it is. What is open on it stays open: it has not been answered.
pub async fn hand_in(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let part = Part::read(&inside.fields);
    let asked = page_of(&mut inside, &round, part.asked.ok_or(Problem::NotFound)?).await?;
    let by = inside.member.require(Permission::RoundAnswer, &asked.scope())?.clone();
    if !hold(&mut inside, &round).await? {
        let back = part.rest(&round);
        return late(&mut inside, round, &back, Vec::new()).await;
    }
    let now = inside.app.clock.now();
    if store_write::hand_in(&mut inside.tx, asked.id, false, &by, now).await? {
        let party = Change { from: Vec::new(), to: vec![asked.id.to_string()] };
        let changes = [("round_asked".to_owned(), party)].into();
        let entry = Entry { subject: Subject::Round, id: round.id.0, event: "round-handed-in", changes, why: "" };
        history::record(&mut inside.tx, Some(&by), entry).await?;
        told::handed_in(&mut inside.tx, &inside.app, &round, &asked, &by).await?;
        inside.tx.commit().await?;
    }
    Ok(done(&inside.page, &part.rest(&round), "round-handed-in"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobodys_change_is_lost_unseen(was in "[ab]?", now in "[ab]?", typed in "[abc]?") {
            match settle(&was, &typed, &was, &now) {
                Take::Untouched => prop_assert_eq!(typed, was),
                Take::Typed => prop_assert!(typed != was && was == now),
                Take::Clash => prop_assert!(typed != was && was != now),
            }
        }
    }

    #[test]
    fn sent_again_the_senders_word_stands() {
        assert_eq!(settle("ongoing", "completed", "ongoing", "suspended"), Take::Clash);
        assert_eq!(settle("suspended", "completed", "suspended", "suspended"), Take::Typed);
    }
}
