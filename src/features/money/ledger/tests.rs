//! Questions over a book that is made by hand, or by chance.

use super::*;
use crate::features::actions::Status;
use crate::features::money::model::{Dimension, Kind, Part, Question, Reason, Totals};
use crate::features::money::rules::checks::Finding;
use crate::features::money::rules::quarters::Quarter;
use crate::kernel::date::Precision;
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PillarId};
use proptest::prelude::*;

/// A dollar is eighty cents; of francs nothing is known.
struct Fixed;

impl Convert for Fixed {
    fn convert(&self, amount: Decimal, from: Currency, on: Option<NaiveDate>) -> Option<Converted> {
        let day = on.or(NaiveDate::from_ymd_opt(2026, 1, 1));
        match from.code() {
            "EUR" => Some(Converted { amount, rate_date: None, estimated: false }),
            "USD" => Some(Converted { amount: amount * Decimal::new(8, 1), rate_date: day, estimated: on.is_none() }),
            _ => None,
        }
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn action(n: u128) -> ActionRow {
    ActionRow {
        id: id(n),
        parent_id: None,
        merged_into_id: None,
        declined: false,
        open: true,
        status: Some(Status::Ongoing),
        start: NaiveDate::from_ymd_opt(2024, 1, 1),
        end: NaiveDate::from_ymd_opt(2025, 12, 31),
        search_title: format!("action {n}"),
        stated: None,
        pillars: vec![id(901)],
        places: Vec::new(),
        funding: Vec::new(),
        implementing: Vec::new(),
    }
}

fn row(n: u128, kind: Kind, amount: i64, currency: &str, from: Option<u128>, to: Option<u128>) -> MoneyRow {
    MoneyRow {
        id: id(n),
        kind,
        amount: Some(amount.into()),
        currency: currency.parse().ok(),
        value_date: NaiveDate::from_ymd_opt(2024, 5, 1),
        precision: Precision::Day,
        period: (None, None),
        provider: from.map(|n| id(800 + n)),
        receiver: to.map(|n| id(800 + n)),
        superseded: false,
        withdrawn: false,
    }
}

fn book(all: &[(ActionRow, Vec<MoneyRow>)]) -> Book {
    let mut book = Book::default();
    for (action, money) in all {
        book.put(action, money, &Fixed);
    }
    book
}

fn ask(book: &Book, question: &Question, by: &[Dimension]) -> Totals {
    scan(book, &Sight::default(), question, None, by, Currency::EUR).totals
}

/// What an action comes to, where actions are all that is asked by.
fn of_action(book: &Book, sight: &Sight, action: u128) -> Option<Decimal> {
    let scanned = scan(book, sight, &Question::default(), None, &[Dimension::Action], Currency::EUR);
    let slot = book.slot(id(action));
    scanned.actions.iter().find(|one| Some(one.action) == slot).map(|one| one.amount())
}

fn of(totals: &Totals, part: Part) -> Decimal {
    totals.cells.iter().filter(|c| c.key.contains(&part)).map(|c| c.amount).sum()
}

fn left(totals: &Totals, reason: Reason) -> (usize, Decimal) {
    totals.left_out.iter().find(|l| l.reason == reason).map_or((0, Decimal::ZERO), |l| (l.rows, l.amount))
}

#[test]
fn a_stated_total_stands_in_and_is_marked() {
    let mut stated = action(1);
    stated.stated = Some((600.into(), Currency::EUR));
    stated.funding = vec![id(801)];
    stated.places = (1..=6).map(|n| (id(950 + n), None)).collect();
    let mut early = action(2);
    early.stated = Some((50.into(), Currency::EUR));
    early.status = Some(Status::Pipeline);
    let book = book(&[(stated, vec![]), (early, vec![])]);
    let totals = ask(&book, &Question::default(), &[Dimension::Donor, Dimension::Beneficiary]);
    assert_eq!((totals.whole, totals.stated, totals.rows_in), (600.into(), 600.into(), 1));
    assert_eq!(totals.estimated, 600.into(), "six equal shares");
    assert_eq!(of(&totals, Part::Beneficiary(BeneficiaryId(id(951)))), 100.into());
    assert_eq!(of(&totals, Part::Organisation(OrganisationId(id(801)))), 600.into());
    assert_eq!(left(&totals, Reason::OnlyPlanned), (1, 50.into()));
    let planned = Question { kind: Kind::Planned, ..Question::default() };
    assert_eq!(ask(&book, &planned, &[]).whole, 650.into());
    assert_eq!(ask(&book, &Question { kind: Kind::Spent, ..Question::default() }, &[]).whole, Decimal::ZERO);
    let donors = ask(&book, &Question::default(), &[Dimension::Donor]);
    assert!(donors.estimated.is_zero(), "put together nothing is estimated");
    // over the action's two years: 366 and 365 days
    let years = ask(&book, &Question::default(), &[Dimension::Year]);
    assert_eq!(of(&years, Part::Year(2024)), "300.41".parse().unwrap());
    assert_eq!(years.estimated, 600.into());
}

#[test]
fn what_is_known_by_its_year_alone_is_in_its_quarters_as_an_estimate() {
    let mut year = row(11, Kind::Committed, 365, "EUR", Some(1), None);
    year.value_date = NaiveDate::from_ymd_opt(2026, 1, 1);
    year.precision = Precision::Year;
    let mut quarter = row(12, Kind::Committed, 40, "EUR", Some(2), None);
    quarter.period = (NaiveDate::from_ymd_opt(2026, 7, 1), NaiveDate::from_ymd_opt(2026, 9, 30));
    let mut undated = action(2);
    (undated.start, undated.stated) = (None, Some((7.into(), Currency::EUR)));
    let book = book(&[(action(1), vec![year, quarter]), (undated, vec![])]);
    let totals = ask(&book, &Question::default(), &[Dimension::Quarter]);
    let part = |n: u8| Part::Quarter(Quarter { year: 2026, n });
    assert_eq!([1, 2, 3, 4].map(|n| of(&totals, part(n))), [90, 91, 132, 92].map(Decimal::from));
    assert_eq!((totals.whole, totals.estimated, totals.rows_in), (412.into(), 365.into(), 3));
    assert_eq!(of(&totals, Part::NotStated), 7.into());
    assert!(ask(&book, &Question::default(), &[Dimension::Year]).estimated.is_zero(), "the year is known");
    let third = Question { parts: vec![(Dimension::Quarter, part(3))], ..Question::default() };
    let opened = ask(&book, &third, &[Dimension::Donor]);
    assert_eq!((opened.whole, opened.estimated, opened.rows_in), (132.into(), 92.into(), 2));
    assert_eq!(of(&opened, Part::Organisation(OrganisationId(id(802)))), 40.into());
    let unknown = Question { parts: vec![(Dimension::Quarter, Part::NotStated)], ..Question::default() };
    assert_eq!(ask(&book, &unknown, &[]).whole, 7.into());
}

#[test]
fn what_falls_away_is_told() {
    let mut gone = row(13, Kind::Committed, 70, "EUR", Some(1), Some(2));
    gone.superseded = true;
    let money = vec![
        row(11, Kind::Committed, 100, "EUR", Some(1), Some(2)),
        row(12, Kind::Committed, 60, "EUR", Some(2), Some(3)),
        gone,
        row(14, Kind::Committed, 5, "CHF", Some(1), Some(2)),
        row(15, Kind::Committed, 10, "USD", None, Some(2)),
    ];
    let mut declined = action(2);
    declined.declined = true;
    declined.open = false;
    let mut cancelled = action(3);
    cancelled.status = Some(Status::Cancelled);
    let other = row(21, Kind::Committed, 40, "EUR", Some(1), None);
    let paid = row(31, Kind::Spent, 7, "EUR", Some(1), None);
    let book = book(&[(action(1), money), (declined, vec![other.clone()]), (cancelled, vec![other, paid])]);
    assert_eq!(left(&ask(&book, &Question::default(), &[]), Reason::Declined).0, 0, "nobody else learns of it");
    let sight = Sight { closed: [id(2)].into_iter().collect() };
    let totals = scan(&book, &sight, &Question::default(), None, &[Dimension::Donor], Currency::EUR).totals;
    assert_eq!((totals.whole, totals.rows_in, totals.actions), (108.into(), 2, 1));
    assert_eq!(left(&totals, Reason::PassedOn), (1, 60.into()));
    assert_eq!(left(&totals, Reason::Superseded), (1, 70.into()));
    assert_eq!(left(&totals, Reason::NoRate).0, 1);
    assert_eq!(left(&totals, Reason::Declined), (1, 40.into()));
    assert_eq!(left(&totals, Reason::Cancelled), (1, 40.into()));
    assert_eq!((totals.unconverted.len(), totals.unconverted[0].amount), (1, 5.into()));
    assert_eq!(of(&totals, Part::NotStated), 8.into());
    assert_eq!(totals.newest_rate, NaiveDate::from_ymd_opt(2024, 5, 1));
    // what was spent on it was spent
    assert_eq!(ask(&book, &Question { kind: Kind::Spent, ..Question::default() }, &[]).whole, 7.into());
}

#[test]
fn what_is_left_out_is_of_the_kind_and_the_donor_that_are_asked_for() {
    let mut gone = action(1);
    gone.status = Some(Status::Cancelled);
    let money = vec![
        row(11, Kind::Planned, 100, "EUR", Some(1), Some(2)),
        row(12, Kind::Committed, 60, "EUR", Some(1), Some(2)),
        row(13, Kind::Committed, 30, "EUR", Some(3), Some(2)),
    ];
    let mut old = row(21, Kind::Committed, 70, "EUR", Some(3), Some(2));
    old.superseded = true;
    let francs = row(22, Kind::Committed, 5, "CHF", Some(3), Some(2));
    let book = book(&[(gone, money), (action(2), vec![old, francs])]);
    let whole = ask(&book, &Question::default(), &[]);
    assert_eq!(left(&whole, Reason::Cancelled), (2, 90.into()), "kinds are never added");
    assert_eq!(left(&whole, Reason::Superseded), (1, 70.into()));
    assert_eq!(whole.unconverted.len(), 1);
    let first = Question { organisation: Some(OrganisationId(id(801))), ..Question::default() };
    let first = ask(&book, &first, &[]);
    assert_eq!(left(&first, Reason::Cancelled), (1, 60.into()));
    assert_eq!((left(&first, Reason::Superseded).0, left(&first, Reason::NoRate).0), (0, 0), "another's");
    assert!(first.unconverted.is_empty(), "{:?}", first.unconverted);
    // what was paid on it counts, and nothing of that kind is kept back
    let spent = ask(&book, &Question { kind: Kind::Spent, ..Question::default() }, &[]);
    assert_eq!(left(&spent, Reason::Cancelled).0, 0);
}

#[test]
fn the_rates_that_are_named_are_those_of_the_kind() {
    let mut later = row(12, Kind::Spent, 10, "USD", None, None);
    later.value_date = NaiveDate::from_ymd_opt(2025, 6, 1);
    let book = book(&[(action(1), vec![row(11, Kind::Committed, 10, "USD", None, None), later])]);
    let committed = ask(&book, &Question::default(), &[]);
    let day = NaiveDate::from_ymd_opt(2024, 5, 1);
    assert_eq!((committed.oldest_rate, committed.newest_rate), (day, day));
}

#[test]
fn a_whole_that_was_made_one_with_its_part_leaves_it_where_it_was() {
    let (mut gone, mut part) = (action(2), action(3));
    gone.parent_id = Some(id(1));
    gone.merged_into_id = Some(id(3));
    part.parent_id = Some(id(2));
    let money = |n: u128, amount: i64| vec![row(n, Kind::Committed, amount, "EUR", Some(1), None)];
    let book = book(&[(action(1), money(11, 100)), (gone, vec![]), (part, money(31, 30))]);
    assert_eq!(ask(&book, &Question::default(), &[]).whole, 100.into());
    assert_eq!(of_action(&book, &Sight::default(), 1), Some(70.into()));
}

#[test]
fn parts_of_parts_that_cost_more_are_to_be_looked_at() {
    let (mut part, mut deep) = (action(2), action(3));
    part.parent_id = Some(id(1));
    deep.parent_id = Some(id(2));
    let money = |n: u128, amount: i64| vec![row(n, Kind::Committed, amount, "EUR", Some(1), None)];
    let book = book(&[(action(1), money(11, 100)), (part, vec![]), (deep, money(31, 130))]);
    assert_eq!(left(&ask(&book, &Question::default(), &[]), Reason::AboveParent), (1, 130.into()));
    let found = looked_at(&book, &Sight::default());
    assert_eq!(found, [(0, Finding::ChildAbove.bit())]);
    let by = apart(&book, &Sight::default(), &found).remove(&0).unwrap_or_default();
    assert_eq!(by.iter().map(|a| (a.more, a.than)).collect::<Vec<_>>(), [(130.into(), 100.into())]);
}

#[test]
fn by_how_much_more_was_spent_than_committed() {
    let (kinds, mut other) = ([Kind::Committed, Kind::Spent, Kind::Disbursed], action(2));
    let money = kinds.iter().zip([100, 120, 90]).map(|(kind, n)| row(n as u128, *kind, n, "EUR", None, None)).collect();
    other.stated = Some((50.into(), Currency::EUR));
    let book = book(&[(action(1), money), (other, vec![row(21, Kind::Disbursed, 70, "EUR", None, None)])]);
    let mut by = apart(&book, &Sight::default(), &looked_at(&book, &Sight::default()));
    let of =
        |finding, more: i64, than: i64, stated| vec![Apart { finding, more: more.into(), than: than.into(), stated }];
    assert_eq!(by.remove(&0), Some(of(Finding::SpentAbove, 120, 100, false)));
    assert_eq!(by.remove(&1), Some(of(Finding::PaidAbove, 70, 50, true)));
}

#[test]
fn slips_that_are_no_number_together_are_told() {
    let slips = (1..=200).map(|n| row(n, Kind::Spent, 900_000_000_000_000, "EUR", None, None)).collect();
    let book = book(&[(action(1), slips)]);
    let spent = ask(&book, &Question { kind: Kind::Spent, ..Question::default() }, &[]);
    assert_eq!((spent.whole, left(&spent, Reason::Unreadable).0), (Decimal::ZERO, 200));
}

#[test]
fn a_reader_who_does_not_see_the_parent_sees_the_child() {
    let mut child = action(2);
    child.parent_id = Some(id(1));
    let mut parent = action(1);
    parent.open = false;
    let book = book(&[
        (child, vec![row(21, Kind::Committed, 30, "EUR", Some(2), None)]),
        (parent, vec![row(11, Kind::Committed, 100, "EUR", Some(1), Some(2))]),
    ]);
    let sight = Sight { closed: [id(1)].into_iter().collect() };
    let seen = scan(&book, &sight, &Question::default(), None, &[Dimension::Action], Currency::EUR);
    assert_eq!((seen.totals.whole, seen.actions.len()), (100.into(), 2));
    assert_eq!([1, 2].map(|n| of_action(&book, &sight, n)), [Some(70.into()), Some(30.into())]);
    let other = ask(&book, &Question::default(), &[Dimension::Donor]);
    assert_eq!((other.whole, of(&other, Part::Organisation(OrganisationId(id(802))))), (30.into(), 30.into()));
}

#[test]
fn a_parent_without_a_figure_is_its_children() {
    let mut child = action(2);
    child.parent_id = Some(id(1));
    child.stated = Some((100.into(), "USD".parse().unwrap()));
    child.pillars = Vec::new();
    let mut parent = action(1);
    parent.pillars = vec![id(902)];
    let book = book(&[(parent, vec![]), (child, vec![])]);
    let totals = ask(&book, &Question::default(), &[Dimension::Pillar]);
    assert_eq!((totals.whole, of(&totals, Part::Pillar(PillarId(id(902))))), (80.into(), 80.into()));
    assert!(totals.left_out.is_empty(), "{:?}", totals.left_out);
}

#[test]
fn a_change_takes_the_place_of_what_was() {
    let mut b = book(&[(action(1), vec![row(11, Kind::Committed, 100, "EUR", Some(1), None)])]);
    b.put(&action(1), &[row(12, Kind::Committed, 40, "EUR", Some(1), None)], &Fixed);
    assert_eq!(ask(&b, &Question::default(), &[]).whole, 40.into());
    assert!(std::mem::size_of::<super::book::Item>() <= 24, "a row stays small");
}

/// Kind, cents, whether they are dollars, from whom, to whom, and which dates it has.
type Row = (Kind, i64, bool, Option<u128>, Option<u128>, u8);
/// Rows, shares, how many pillars, the parent, the stated total, the status.
type Made = (Vec<Row>, Vec<Option<u32>>, u128, Option<u128>, Option<i64>, usize);

fn made(i: u128, (rows, shares, pillars, parent, stated, status): Made) -> (ActionRow, Vec<MoneyRow>) {
    let n = i + 1;
    let mut a = action(n);
    a.parent_id = parent.filter(|p| *p < i).map(|p| id(p + 1));
    a.pillars = (0..pillars).map(|p| id(901 + p)).collect();
    a.places = (951_u128..).zip(shares).map(|(b, s)| (id(b), s.map(Decimal::from))).collect();
    a.stated = stated.map(|n| (Decimal::new(n, 2), Currency::EUR));
    a.status = Status::ALL.get(status).copied();
    let mut money = Vec::new();
    for (k, (kind, cents, dollars, from, to, when)) in (1_u128..).zip(rows) {
        let mut r = row(n * 100 + k, kind, 0, if dollars { "USD" } else { "EUR" }, from, to);
        r.amount = Some(Decimal::new(cents, 2));
        match when {
            0 => r.value_date = None,
            1 => r.period = (NaiveDate::from_ymd_opt(2023, 11, 5), NaiveDate::from_ymd_opt(2026, 2, 3)),
            2 => r.precision = Precision::Year,
            _ => {}
        }
        money.push(r);
    }
    (a, money)
}

fn chance() -> impl Strategy<Value = Vec<(ActionRow, Vec<MoneyRow>)>> {
    let who = || proptest::option::of(1_u128..5);
    let kinds = prop_oneof![Just(Kind::Committed), Just(Kind::Planned)];
    let rows = proptest::collection::vec((kinds, -500_i64..90_000, any::<bool>(), who(), who(), 0_u8..4), 0..5);
    let shares = proptest::collection::vec(proptest::option::of(0_u32..60), 0..5);
    let parent = proptest::option::of(0_u128..8);
    let one = (rows, shares, 0_u128..3, parent, proptest::option::of(1_i64..100_000), 0_usize..9);
    proptest::collection::vec(one, 1..8).prop_map(|all| (0_u128..).zip(all).map(|(i, parts)| made(i, parts)).collect())
}

const ALL: [Dimension; 8] = [
    Dimension::Donor,
    Dimension::Implementer,
    Dimension::Pillar,
    Dimension::Beneficiary,
    Dimension::Year,
    Dimension::Quarter,
    Dimension::Status,
    Dimension::Action,
];

proptest! {
    /// Whatever the whole is parted by, the parts sum to it to the cent, and each part opened is what it was.
    #[test]
    fn partitions_sum_and_cells_open_to_themselves(all in chance(), first in 0_usize..8, second in 0_usize..8) {
        let book = book(&all);
        let whole = ask(&book, &Question::default(), &[]).whole;
        let by = [ALL[first], ALL[second]];
        let totals = ask(&book, &Question::default(), &by);
        prop_assert_eq!(totals.whole, whole);
        prop_assert_eq!(totals.cells.iter().map(|c| c.amount).sum::<Decimal>(), whole);
        for cell in &totals.cells {
            let parts = by.iter().copied().zip(cell.key.iter().copied()).collect();
            let opened = ask(&book, &Question { parts, ..Question::default() }, &[]);
            prop_assert_eq!(opened.whole, cell.amount, "{:?}", cell.key);
        }
    }

    /// The quarters of a year sum to it to the cent, of each donor, pillar, beneficiary or action alike; and by quarters
    /// each of these comes to what it does without them.
    #[test]
    fn quarters_sum_to_their_years(all in chance(), other in 0_usize..6) {
        let book = book(&all);
        let others = ALL.iter().filter(|d| !matches!(d, Dimension::Year | Dimension::Quarter));
        let Some(other) = others.copied().nth(other) else { return Ok(()) };
        let sums = |by: Dimension, year: fn(Part) -> Part| {
            let mut sums: HashMap<(Part, Option<Part>), Decimal> = HashMap::new();
            for cell in ask(&book, &Question::default(), &[by, other]).cells {
                *sums.entry((year(cell.key[0]), cell.key.get(1).copied())).or_default() += cell.amount;
            }
            sums.retain(|_, amount| !amount.is_zero());
            sums
        };
        let year = |part: Part| if let Part::Quarter(q) = part { Part::Year(q.year) } else { part };
        prop_assert_eq!(sums(Dimension::Quarter, year), sums(Dimension::Year, |part| part));
    }

    /// Neither the order in which actions come nor that of their rows changes a figure.
    #[test]
    fn order_does_not_matter(all in chance(), shift in 0_usize..8, first in 0_usize..7) {
        let mut other = all.clone();
        other.reverse();
        let n = other.len();
        other.rotate_left(shift % n);
        other.iter_mut().for_each(|(_, money)| money.reverse());
        let by = [ALL[first], Dimension::Action];
        let (a, b) = (ask(&book(&all), &Question::default(), &by), ask(&book(&other), &Question::default(), &by));
        prop_assert_eq!(a.whole, b.whole);
        let sorted = |t: &Totals| {
            let mut cells: Vec<(String, Decimal)> = t.cells.iter().map(|c| (format!("{:?}", c.key), c.amount)).collect();
            cells.sort();
            cells
        };
        prop_assert_eq!(sorted(&a), sorted(&b));
    }

    /// By actions alone, each comes to what it does by actions and something else; together to the whole.
    #[test]
    fn actions_alone_sum_as_cells_do(all in chance(), other in 0_usize..7) {
        let book = book(&all);
        let alone = scan(&book, &Sight::default(), &Question::default(), None, &[Dimension::Action], Currency::EUR);
        prop_assert_eq!(alone.actions.iter().map(|one| one.amount()).sum::<Decimal>(), alone.totals.whole);
        let parted = ask(&book, &Question::default(), &[Dimension::Action, ALL[other]]);
        for one in &alone.actions {
            let id = ActionId(book.entry(one.action).map(|e| e.id()).unwrap_or_default());
            prop_assert_eq!(one.amount(), of(&parted, Part::Action(id)));
        }
        prop_assert_eq!(alone.totals.whole, parted.whole);
    }

    /// An action that is put under another never makes the total larger than it is without it, where that has a figure.
    #[test]
    fn a_child_never_raises_its_parents_total(all in chance(), own in 1_i64..100_000) {
        let mut parent = action(90);
        parent.stated = None;
        let mut family = vec![(parent.clone(), vec![row(9_001, Kind::Committed, own, "EUR", Some(1), Some(2))])];
        for (mut child, money) in all {
            child.parent_id = child.parent_id.or(Some(parent.id));
            family.push((child, money));
        }
        prop_assert_eq!(ask(&book(&family), &Question::default(), &[]).whole, Decimal::from(own));
    }
}

#[test]
fn a_process_has_a_few_ledgers_and_those_that_were_asked_for_last() {
    let (ours, theirs) = (ProcessId(id(1)), ProcessId(id(2)));
    let mut slots = Slots::new();
    let other = (theirs, Currency::EUR);
    slots.insert(other, Arc::new(Slot::new(Currency::EUR)));
    for (n, currency) in (1_i64..).zip(Currency::all().take(CURRENCIES + 3)) {
        make_room(&mut slots, (ours, currency));
        let slot = slots.entry((ours, currency)).or_insert_with(|| Arc::new(Slot::new(currency)));
        slot.used.store(n, Ordering::Relaxed);
    }
    let left = |n: usize| Currency::all().nth(n).is_some_and(|c| slots.contains_key(&(ours, c)));
    assert_eq!((0..CURRENCIES + 3).filter(|n| left(*n)).collect::<Vec<_>>(), (3..CURRENCIES + 3).collect::<Vec<_>>());
    assert!(slots.contains_key(&other), "another process's stays");
}
