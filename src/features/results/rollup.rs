//! Results rolled up through the tree of a plan: only what can be put together is, and what is left out says why.

use std::collections::BTreeMap;

use super::rules::{Total, effective};
use crate::features::plans::{Method, is_percentage, same_unit};

/// What an indicator brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    pub name: &'a str,
    pub method: Method,
    pub unit: &'a str,
    /// None: no figure yet.
    pub total: Option<Total>,
}

/// Why an indicator is in no roll-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    NoMethod,
    Percentage,
    NoUnit,
    /// Nothing else there has its unit and method.
    Alone,
}

impl LeftOut {
    /// The Fluent key of its words.
    pub fn label(self) -> &'static str {
        match self {
            LeftOut::NoMethod => "result-left-method",
            LeftOut::Percentage => "result-left-percent",
            LeftOut::NoUnit => "result-left-unit",
            LeftOut::Alone => "result-left-alone",
        }
    }
}

/// Indicators of one unit and one method, together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rolled {
    pub method: Method,
    /// As the first of them states it.
    pub unit: String,
    pub total: Option<Total>,
    pub indicators: usize,
    /// Of which so many have a figure.
    pub with_figure: usize,
}

/// What the indicators of a branch come to, group by group; and those that are in none, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rollup {
    pub groups: Vec<Rolled>,
    pub left_out: Vec<(String, LeftOut)>,
}

/// Whether an indicator can be put together with others at all.
fn fits(item: &Item<'_>) -> Result<(Method, String), LeftOut> {
    let unit = same_unit(item.unit);
    // yes and no have no unit
    if item.method == Method::CountYes {
        return Ok((item.method, String::new()));
    }
    if is_percentage(item.unit) {
        return Err(LeftOut::Percentage);
    }
    match effective(item.method, item.unit) {
        Method::None => Err(LeftOut::NoMethod),
        _ if unit.is_empty() => Err(LeftOut::NoUnit),
        method => Ok((method, unit)),
    }
}

/// Rolls up the indicators of a node and of all below it.
pub fn roll_up(items: &[Item<'_>]) -> Rollup {
    let mut groups: BTreeMap<(&'static str, String), Vec<&Item<'_>>> = BTreeMap::new();
    let mut rollup = Rollup::default();
    for item in items {
        match fits(item) {
            Ok((method, unit)) => groups.entry((method.as_str(), unit)).or_default().push(item),
            Err(why) => rollup.left_out.push((item.name.to_owned(), why)),
        }
    }
    for group in groups.into_values() {
        match group.as_slice() {
            [one] => rollup.left_out.push((one.name.to_owned(), LeftOut::Alone)),
            [first, ..] => rollup.groups.push(Rolled {
                method: first.method,
                unit: if first.method == Method::CountYes { String::new() } else { first.unit.trim().to_owned() },
                total: group.iter().filter_map(|i| i.total.clone()).reduce(Total::join),
                indicators: group.len(),
                with_figure: group.iter().filter(|i| i.total.is_some()).count(),
            }),
            [] => {}
        }
    }
    rollup
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn item<'a>(name: &'a str, method: Method, unit: &'static str, total: Option<Total>) -> Item<'a> {
        Item { name, method, unit, total }
    }

    fn sum(value: i64) -> Option<Total> {
        Some(Total::Sum { value: value.into(), n: 1 })
    }

    #[test]
    fn only_the_same_unit_and_method_are_put_together() {
        let items = [
            item("a", Method::Sum, "persons", sum(3)),
            item("b", Method::Sum, " Persons", sum(4)),
            item("c", Method::Sum, "persons", None),
            item("d", Method::Sum, "cases", sum(5)),
            item("e", Method::Mean, "persons", Some(Total::Mean { sum: 9.into(), n: 2 })),
            item("f", Method::None, "persons", None),
            item("g", Method::Sum, "%", sum(80)),
            item("h", Method::Sum, "", sum(1)),
        ];
        let found = roll_up(&items);
        let [group] = found.groups.as_slice() else { panic!("{found:?}") };
        assert_eq!((group.indicators, group.with_figure), (3, 2));
        assert_eq!(group.total, Some(Total::Sum { value: 7.into(), n: 2 }));
        let why = |name: &str| found.left_out.iter().find(|(n, _)| n == name).map(|(_, why)| *why);
        assert_eq!(why("d"), Some(LeftOut::Alone));
        assert_eq!(why("e"), Some(LeftOut::Alone));
        assert_eq!(why("f"), Some(LeftOut::NoMethod));
        assert_eq!(why("g"), Some(LeftOut::Percentage));
        assert_eq!(why("h"), Some(LeftOut::NoUnit));
    }

    #[test]
    fn a_mean_of_two_indicators_is_the_mean_of_all_their_figures() {
        let mean = |sum: i64, n| Some(Total::Mean { sum: sum.into(), n });
        let items = [item("a", Method::Mean, "days", mean(3, 2)), item("b", Method::Mean, "days", mean(9, 1))];
        let found = roll_up(&items);
        let value = found.groups.first().and_then(|g| g.total.as_ref()).and_then(Total::value);
        assert_eq!(value, Some(Decimal::from(4)));
    }

    proptest! {
        #[test]
        fn the_branches_of_a_tree_come_to_the_whole(values in prop::collection::vec(-1_000_000i64..1_000_000, 4..30), cut in 2usize..28) {
            let items: Vec<Item<'_>> =
                values.iter().map(|v| item("i", Method::Sum, "cases", Some(Total::Sum { value: Decimal::new(*v, 2), n: 1 }))).collect();
            let (a, b) = items.split_at(cut.min(items.len() - 2));
            let of = |items: &[Item<'_>]| roll_up(items).groups.into_iter().next().and_then(|g| g.total);
            let joined = [of(a), of(b)].into_iter().flatten().reduce(Total::join);
            prop_assert_eq!(joined, of(&items));
            let mut turned = items.clone();
            turned.reverse();
            prop_assert_eq!(of(&turned), of(&items));
        }
    }
}
