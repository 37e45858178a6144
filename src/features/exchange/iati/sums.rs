//! Of an activity's amounts those that become contributions of its action. The rules stand in docs/iati.md: what says the same
//! money twice is counted once, and nobody's side is guessed. The elements themselves stay with the action as they came.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::stated::{Organisation, Period, Stated, Sum};
use super::taken::party;
use super::xml::Element;
use crate::features::exchange::incoming::IncomingParty;
use crate::kernel::date::YEARS;
use crate::kernel::money::Currency;

/// One side of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// As the element names it.
    Named(IncomingParty),
    /// The standard: where the element names nobody on this side, it is the organisation that reports.
    Reporter,
    NotStated,
}

/// An amount that becomes a contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Which element says it: the same in the next file, if it says the same payment.
    pub key: Key,
    /// As `contribution.kind`.
    pub kind: &'static str,
    /// It comes to the organisation that reports, and is passed on by it in other elements.
    pub incoming: bool,
    pub amount: Decimal,
    pub currency: Currency,
    pub on: Option<NaiveDate>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub provider: Side,
    pub receiver: Side,
    pub note: String,
}

/// By what an element is known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub now: String,
    /// By what it was known before references were asked for first.
    pub was: Option<String>,
}

impl Key {
    pub fn is(&self, key: &str) -> bool {
        self.now == key || self.was.as_deref() == Some(key)
    }
}

/// The elements that can become contributions.
const ELEMENTS: [&str; 3] = ["budget", "planned-disbursement", "transaction"];

/// The key of each child of an activity, in their order; none for what is no amount. A transaction is known again by its reference,
/// where no other of its type has the same: whatever else of it was put right, it is the same payment. Everything else is known by who,
/// when and what, not by how much. Several that are alike are told apart by their size.
pub fn keys(tree: &Element) -> Vec<Option<Key>> {
    let mut alike: BTreeMap<String, Vec<(Decimal, usize)>> = BTreeMap::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (place, element) in tree.children().enumerate() {
        if let Some(reference) = reference(element) {
            *named.entry(reference).or_default() += 1;
        }
        if ELEMENTS.contains(&&*element.name) {
            let size = element.child("value").and_then(|v| v.text().trim().parse().ok()).unwrap_or_default();
            alike.entry(identity(element)).or_default().push((size, place));
        }
    }
    let mut keys: Vec<Option<Key>> = tree.children().map(|_| None).collect();
    for (identity, mut places) in alike {
        places.sort_unstable();
        for (n, (_, place)) in places.into_iter().enumerate() {
            if let Some(key) = keys.get_mut(place) {
                *key = Some(Key { now: digest(&format!("{identity}\u{1f}{n}")), was: None });
            }
        }
    }
    for (element, key) in tree.children().zip(&mut keys) {
        let of_its_own = reference(element).filter(|reference| named.get(reference) == Some(&1));
        if let (Some(reference), Some(key)) = (of_its_own, key) {
            key.was = Some(std::mem::replace(&mut key.now, digest(&reference)));
        }
    }
    keys
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text)).chars().take(32).collect()
}

/// What a transaction's own reference says together with its type; none, where it has none.
fn reference(e: &Element) -> Option<String> {
    let own = e.attribute("ref").map(str::trim).filter(|own| e.name == "transaction" && !own.is_empty())?;
    let kind = e.child("transaction-type").and_then(|c| c.attribute("code")).unwrap_or_default();
    Some(["reference", own, kind].join("\u{1f}"))
}

fn identity(e: &Element) -> String {
    let attribute = |child: &str, name: &str| e.child(child).and_then(|c| c.attribute(name)).unwrap_or_default();
    let side = |name: &str| {
        let of = e.child(name);
        let named = of.and_then(|o| o.attribute("ref").map(str::to_owned).or_else(|| o.narrative()));
        named.unwrap_or_default()
    };
    let own = e.attribute("ref").unwrap_or_default();
    let parts = [
        e.name.to_string(),
        own.to_owned(),
        e.attribute("type").unwrap_or_default().to_owned(),
        attribute("transaction-type", "code").to_owned(),
        attribute("transaction-date", "iso-date").to_owned(),
        attribute("period-start", "iso-date").to_owned(),
        attribute("period-end", "iso-date").to_owned(),
        attribute("value", "currency").to_owned(),
        side("provider-org"),
        side("receiver-org"),
    ];
    parts.join("\u{1f}")
}

/// The amounts of an activity that become contributions, before it is known who is who.
pub fn sums(tree: &Element) -> Vec<Made> {
    let stated = Stated(tree);
    let keyed: Vec<(&Element, Key)> = tree.children().zip(keys(tree)).filter_map(|(e, key)| Some((e, key?))).collect();
    let named = |name: &'static str| keyed.iter().filter(move |(e, _)| e.name == name);
    // as for the total: the revised ones, and the original ones that none revises
    let standing = |name: &'static str, otherwise: Side| -> Vec<Made> {
        let all: Vec<(Period, &Key)> = named(name).filter_map(|(e, key)| Some((stated.period(e)?, key))).collect();
        let stands = all.iter().filter(|(period, _)| period.stands(all.iter().map(|(other, _)| other)));
        stands.filter_map(|(period, key)| planned(period, key, otherwise.clone())).collect()
    };
    let mut made = standing("budget", Side::NotStated);
    // planned disbursements say over again what budgets say
    if made.is_empty() {
        made = standing("planned-disbursement", Side::Reporter);
    }
    made.extend(named("transaction").filter_map(|(e, key)| transaction(stated, e, key)));
    made
}

fn side(of: Option<Organisation>, otherwise: Side) -> Side {
    let named = of.map(|o| party("", o)).filter(|p| p.reference.is_some() || p.name.is_some());
    named.map_or(otherwise, Side::Named)
}

/// A day that assistance can have; the tree keeps the others.
fn sane(day: Option<NaiveDate>) -> Option<NaiveDate> {
    day.filter(|d| YEARS.contains(&d.year()))
}

/// The amount with its currency; an amount of nothing says nothing.
fn money(sum: &Sum) -> Option<(Decimal, Currency)> {
    Some((sum.amount.normalize(), sum.currency?)).filter(|(amount, _)| !amount.is_zero())
}

fn planned(period: &Period, key: &Key, otherwise: Side) -> Option<Made> {
    let (amount, currency) = money(&period.sum)?;
    let from = sane(period.from);
    let to = sane(period.to).filter(|to| from.is_none_or(|from| *to >= from));
    Some(Made {
        key: key.clone(),
        kind: "planned",
        incoming: false,
        amount,
        currency,
        // a period is when it is for; the day of its value says it again, or only where there is no period
        on: sane(period.sum.value_date).filter(|_| from.is_none()),
        from,
        to,
        provider: side(period.provider.clone(), otherwise),
        receiver: side(period.receiver.clone(), Side::NotStated),
        note: String::new(),
    })
}

/// Outgoing commitments, disbursements and expenditure; incoming funds and commitments. Pledges, loans, guarantees and equity are
/// no money of an action, and stay as they came.
fn transaction(stated: Stated<'_>, e: &Element, key: &Key) -> Option<Made> {
    let t = stated.transaction(e)?;
    let (kind, incoming) = match t.kind.as_str() {
        "1" => ("disbursed", true),
        "11" => ("committed", true),
        "2" => ("committed", false),
        "3" => ("disbursed", false),
        "4" => ("spent", false),
        _ => return None,
    };
    let (amount, currency) = money(&t.sum)?;
    let (provider, receiver) =
        if incoming { (Side::NotStated, Side::Reporter) } else { (Side::Reporter, Side::NotStated) };
    Some(Made {
        key: key.clone(),
        kind,
        incoming,
        amount,
        currency,
        on: sane(t.on.or(t.sum.value_date)),
        from: None,
        to: None,
        provider: side(t.provider, provider),
        receiver: side(t.receiver, receiver),
        note: e.child("description").and_then(Element::narrative).unwrap_or_default().chars().take(500).collect(),
    })
}

/// A contribution with its sides as organisations of the directory, where they are such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub made: Made,
    pub provider: Option<Uuid>,
    pub receiver: Option<Uuid>,
}

/// Who is who. What comes in is counted once with what goes out: both are contributions only where both name the organisation that
/// reports, so that the one is seen to pass on the other; else what goes out stands for both.
pub fn settle(
    all: Vec<Made>,
    reporter: Option<Uuid>,
    mut find: impl FnMut(&IncomingParty) -> Option<Uuid>,
) -> Vec<Settled> {
    let mut id = |side: &Side| match side {
        Side::Named(party) => find(party),
        Side::Reporter => reporter,
        Side::NotStated => None,
    };
    let settled: Vec<Settled> = all
        .into_iter()
        .map(|made| Settled { provider: id(&made.provider), receiver: id(&made.receiver), made })
        .collect();
    // of each kind: whether all that goes out is seen to come from the one that reports
    let mut linked: HashMap<&'static str, bool> = HashMap::new();
    for s in settled.iter().filter(|s| !s.made.incoming) {
        let by_reporter = reporter.is_some() && s.provider == reporter;
        linked.entry(s.made.kind).and_modify(|all| *all &= by_reporter).or_insert(by_reporter);
    }
    let counts = |s: &Settled| {
        !s.made.incoming
            || linked.get(s.made.kind).is_none_or(|all| *all && s.receiver == reporter && s.provider != reporter)
    };
    settled.iter().filter(|s| counts(s)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::read::one;
    use super::*;

    fn tree(inside: &str) -> Element {
        one(&format!("<iati-activity default-currency=\"EUR\">{inside}</iati-activity>")).unwrap()
    }
    fn paid(kind: &str, amount: &str, sides: &str) -> String {
        format!(
            "<transaction><transaction-type code=\"{kind}\"/><transaction-date iso-date=\"2026-04-01\"/>\
             <value value-date=\"2026-04-01\">{amount}</value>{sides}</transaction>"
        )
    }
    fn budget(kind: &str, year: &str, amount: &str) -> String {
        format!(
            "<budget type=\"{kind}\"><period-start iso-date=\"{year}-01-01\"/><period-end iso-date=\"{year}-12-31\"/>\
             <value value-date=\"{year}-01-01\">{amount}</value></budget>"
        )
    }
    fn said(all: &[Made]) -> Vec<String> {
        all.iter().map(|m| format!("{} {} {}", m.kind, m.amount, m.currency)).collect()
    }
    const REPORTER: Uuid = Uuid::from_u128(1);
    const DONOR: Uuid = Uuid::from_u128(2);
    fn settled(inside: &str) -> Vec<String> {
        let find = |p: &IncomingParty| match p.reference.as_deref() {
            Some("DONOR") => Some(DONOR),
            Some("SELF") => Some(REPORTER),
            _ => None,
        };
        let all = settle(sums(&tree(inside)), Some(REPORTER), find);
        all.iter().map(|s| format!("{} {}", s.made.kind, s.made.amount)).collect()
    }

    #[test]
    fn each_type_is_the_kind_that_it_is_and_others_stay() {
        let inside: String =
            [("2", "10"), ("3", "-4"), ("4", "3"), ("1", "9"), ("11", "8"), ("12", "99"), ("6", "7"), ("3", "0")]
                .iter()
                .map(|(kind, amount)| paid(kind, amount, ""))
                .collect();
        let all = sums(&tree(&inside));
        assert_eq!(
            said(&all),
            ["committed 10 EUR", "disbursed -4 EUR", "spent 3 EUR", "disbursed 9 EUR", "committed 8 EUR"]
        );
        assert_eq!(all[0].provider, Side::Reporter);
        assert_eq!((&all[3].provider, &all[3].receiver), (&Side::NotStated, &Side::Reporter));
    }

    #[test]
    fn what_is_planned_is_said_once() {
        let planned = "<planned-disbursement><period-start iso-date=\"2026-01-01\"/><value value-date=\"2026-01-01\">5</value></planned-disbursement>";
        let budgets = [budget("1", "2026", "100"), budget("1", "2027", "200")].concat();
        assert_eq!(said(&sums(&tree(&format!("{budgets}{planned}")))), ["planned 100 EUR", "planned 200 EUR"]);
        assert_eq!(said(&sums(&tree(planned))), ["planned 5 EUR"], "without budgets they are what is planned");
        let revised = format!("{budgets}{}", budget("2", "2026", "80"));
        assert_eq!(said(&sums(&tree(&revised))), ["planned 200 EUR", "planned 80 EUR"], "what no other revises stands");
        assert_eq!(Stated(&tree(&revised)).total().map(|(total, _)| total), Some(Decimal::from(280)));
        let of = |kind: &str, to: &str, amount: &str| {
            budget(kind, "2026", amount)
                .replace("budget", "planned-disbursement")
                .replace("</planned-disbursement>", &format!("<receiver-org ref=\"{to}\"/></planned-disbursement>"))
        };
        let disbursed = [of("1", "A", "5"), of("1", "B", "7"), of("2", "A", "6")].concat();
        assert_eq!(
            said(&sums(&tree(&disbursed))),
            ["planned 7 EUR", "planned 6 EUR"],
            "nor is one counted with its revision"
        );
        let all = sums(&tree(&budgets));
        assert_eq!((all[0].on, all[0].to.map(|d| d.to_string()).as_deref()), (None, Some("2026-12-31")));
        assert_eq!(all[0].provider, Side::NotStated, "of a budget nobody's share is invented");
    }

    #[test]
    fn money_that_is_passed_on_is_seen_as_such_or_not_made() {
        let donor = "<provider-org ref=\"DONOR\"/>";
        let inn = paid("1", "100", donor);
        assert_eq!(settled(&inn), ["disbursed 100"]);
        assert_eq!(
            settled(&format!("{inn}{}", paid("3", "80", ""))),
            ["disbursed 100", "disbursed 80"],
            "both name the reporter"
        );
        assert_eq!(settled(&format!("{inn}{}", paid("4", "80", ""))), ["disbursed 100", "spent 80"], "another kind");
        let other = paid("3", "80", "<provider-org ref=\"UNKNOWN\"/>");
        assert_eq!(settled(&format!("{inn}{other}")), ["disbursed 80"], "nobody knows whether it is the same money");
        let own = paid("1", "100", "<provider-org ref=\"SELF\"/>");
        assert_eq!(settled(&format!("{own}{}", paid("3", "80", ""))), ["disbursed 80"], "from itself to itself");
    }

    #[test]
    fn a_payment_is_known_again_by_what_it_is_and_not_by_its_amount() {
        let keys_of = |inside: &str| {
            sums(&tree(inside)).into_iter().map(|m| (m.amount.to_string(), m.key)).collect::<HashMap<_, _>>()
        };
        let two = [paid("3", "10", ""), paid("3", "20", "")].concat();
        let turned = [paid("3", "20", ""), paid("3", "10", "")].concat();
        assert_eq!(keys_of(&two), keys_of(&turned), "in any order");
        let (before, after) = (keys_of(&budget("1", "2026", "100")), keys_of(&budget("1", "2026", "120")));
        assert_eq!(before["100"], after["120"]);
        assert_eq!(keys_of(&two).values().collect::<std::collections::BTreeSet<_>>().len(), 2);
    }

    #[test]
    fn a_transaction_with_a_reference_is_known_by_that_alone() {
        let with = |own: &str, kind: &str, day: &str| {
            let text = paid(kind, "10", "").replace("2026-04-01", day);
            text.replace("<transaction>", &format!("<transaction ref=\"{own}\">"))
        };
        let key = |inside: &str| sums(&tree(inside)).into_iter().map(|m| m.key).next().unwrap();
        let (before, after) = (key(&with("P-1", "3", "2026-04-01")), key(&with("P-1", "3", "2026-04-12")));
        assert!(before.now == after.now && before.was != after.was, "its day was put right");
        assert!(before.is(&before.now) && before.was.as_deref().is_some_and(|was| before.is(was)));
        let others = [key(&with("P-2", "3", "2026-04-01")), key(&with("P-1", "2", "2026-04-01"))];
        assert!(others.iter().all(|other| other.now != before.now), "another reference, another type");
        // a reference that several have tells nothing; nor does an empty one
        let two = [with("P-1", "3", "2026-04-01"), with("P-1", "3", "2026-05-01")].concat();
        let both: Vec<Key> = sums(&tree(&two)).into_iter().map(|m| m.key).collect();
        assert!(both[0].now != both[1].now && both.iter().all(|k| k.was.is_none() && k.now != before.now));
        assert_eq!(key(&with(" ", "3", "2026-04-01")).was, None);
    }

    #[test]
    fn days_that_make_no_sense_are_none() {
        let odd = "<budget><period-start iso-date=\"0026-01-01\"/><period-end iso-date=\"2026-12-31\"/><value value-date=\"9999-01-01\">5</value></budget>";
        let all = sums(&tree(odd));
        assert_eq!((all[0].on, all[0].from), (None, None));
        let back = "<budget><period-start iso-date=\"2026-12-31\"/><period-end iso-date=\"2026-01-01\"/><value value-date=\"2026-12-31\">5</value></budget>";
        assert_eq!(sums(&tree(back))[0].to, None);
    }
}
