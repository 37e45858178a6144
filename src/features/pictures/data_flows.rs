//! Money on its way: from who gives through who passes it on to whom it is for.

use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::data_money::{Name, float, kinds, name, organisations, question, written};
use super::draw::flows::{Flow as Drawing, Flows, Node};
use super::draw::{Shape, colours};
use super::model::{Asked, Drawn, Figure, Figures, beneficiaries, pillars};
use super::store;
use crate::features::money::{self, Dimension, Flow, Part, Question};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;

/// So many givers, and so many of those between, stand in the picture by themselves: those through whom most flows. The
/// others are one; the table has them all.
const MOST: usize = 18;

/// A place in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    Giver(Option<OrganisationId>),
    OtherGivers,
    Between(OrganisationId),
    OthersBetween,
    /// A beneficiary by its place in the list of ends; past the last, not stated.
    End(usize),
}

/// Where flows go from and to, before anything is drawn.
#[derive(Debug, Default)]
struct Placed {
    flows: BTreeMap<(Place, Place), (Decimal, Decimal, usize)>,
    others: [usize; 2],
}

fn placed(flows: &[Flow], ends: &[Part]) -> Placed {
    let receives: BTreeSet<OrganisationId> = flows
        .iter()
        .filter_map(|f| match f.to {
            Part::Organisation(id) => Some(id),
            _ => None,
        })
        .collect();
    let giver = |from: Option<OrganisationId>| match from {
        Some(id) if receives.contains(&id) => Place::Between(id),
        from => Place::Giver(from),
    };
    let to = |part: &Part| match part {
        Part::Organisation(id) => Place::Between(*id),
        part => Place::End(ends.iter().position(|e| e == part).unwrap_or(ends.len())),
    };
    // what flows through each, to choose those that are drawn by themselves
    let mut through: HashMap<Place, Decimal> = HashMap::new();
    for flow in flows {
        for place in [giver(flow.from), to(&flow.to)] {
            *through.entry(place).or_default() += flow.amount.abs();
        }
    }
    let kept = |between: bool| -> (BTreeSet<Place>, usize) {
        let mut all: Vec<(Decimal, Place)> = through
            .iter()
            .filter(|(place, _)| match place {
                // who is not stated is never one of many
                Place::Giver(Some(_)) => !between,
                Place::Between(_) => between,
                _ => false,
            })
            .map(|(place, sum)| (*sum, *place))
            .collect();
        all.sort_by(|a, b| b.cmp(a));
        let rest = all.len().saturating_sub(MOST);
        // one alone is not "others"
        let most = if rest == 1 { MOST + 1 } else { MOST };
        let rest = all.len().saturating_sub(most);
        (all.into_iter().take(most).map(|(_, place)| place).collect(), rest)
    };
    let ((givers, other_givers), (between, others_between)) = (kept(false), kept(true));
    let shown = |place: Place| match place {
        Place::Giver(Some(_)) if !givers.contains(&place) => Place::OtherGivers,
        Place::Between(_) if !between.contains(&place) => Place::OthersBetween,
        place => place,
    };
    let mut all = Placed { others: [other_givers, others_between], ..Placed::default() };
    for flow in flows {
        let sum = all.flows.entry((shown(giver(flow.from)), shown(to(&flow.to)))).or_default();
        sum.0 += flow.amount;
        sum.1 += flow.estimated;
        sum.2 += 1;
    }
    all
}

/// Those through whom money goes and who give of their own straight to an end as well: what goes from them to an end is two
/// things together, which no one total is.
fn mixed(flows: &[Flow]) -> BTreeSet<OrganisationId> {
    let mut through: BTreeMap<OrganisationId, (Decimal, Decimal)> = BTreeMap::new();
    for flow in flows {
        match (flow.from, flow.to) {
            (_, Part::Organisation(to)) => through.entry(to).or_default().0 += flow.amount,
            (Some(from), _) => through.entry(from).or_default().1 += flow.amount,
            (None, _) => {}
        }
    }
    through.into_iter().filter(|(_, (comes, goes))| comes != goes).map(|(id, _)| id).collect()
}

/// The ends in the order of the process.
fn ends(p: &Page) -> Vec<Part> {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().map(|b| Part::Beneficiary(b.id)).collect()
}

/// The total that a flow is, by who gives or passes on, and who or what receives.
fn parts(from: Place, to: Place, ends: &[Part]) -> Option<Vec<(Dimension, Part)>> {
    let from = match from {
        Place::Giver(Some(id)) => (Dimension::Donor, Part::Organisation(id)),
        Place::Giver(None) => (Dimension::Donor, Part::NotStated),
        Place::Between(id) => (Dimension::Implementer, Part::Organisation(id)),
        _ => return None,
    };
    let to = match to {
        Place::Between(id) if from.0 == Dimension::Donor => (Dimension::Implementer, Part::Organisation(id)),
        Place::End(i) => (Dimension::Beneficiary, ends.get(i).copied().unwrap_or(Part::NotStated)),
        // from one implementer to another: no total is parted by both
        _ => return None,
    };
    // what goes straight to an end is what no implementer is stated of: the rest goes through them
    let straight = from.0 == Dimension::Donor && to.0 == Dimension::Beneficiary;
    Some([from, to].into_iter().chain(straight.then_some((Dimension::Implementer, Part::NotStated))).collect())
}

pub async fn flows(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let question = question(asked, &inside.fields);
    let by = [Dimension::Donor, Dimension::Beneficiary];
    // parted as its total is opened, so that what is an estimate here is one there
    let (totals, found) = money::flows(inside, &question, &by).await?;
    let from = found.iter().filter_map(|f| f.from).map(Part::Organisation);
    let all: Vec<Part> = from.chain(found.iter().map(|f| f.to)).collect();
    let names = store::organisations(&mut inside.tx, &organisations(all.iter())).await?;
    let p = &inside.page;
    let ends = ends(p);
    let placed = placed(&found, &ends);
    let called = |place: Place| -> (String, String) {
        let of = |part: &Part| {
            let Name { short, full, .. } = name(p, &names, part);
            (short, full)
        };
        let both = |text: String| (text.clone(), text);
        match place {
            Place::Giver(Some(id)) | Place::Between(id) => of(&Part::Organisation(id)),
            Place::Giver(None) => both(p.t("pictures-donor-not-stated")),
            Place::OtherGivers => both(p.tn("pictures-other-donors", placed.others.first().copied().unwrap_or(0))),
            Place::OthersBetween => {
                both(p.tn("pictures-other-implementers", placed.others.last().copied().unwrap_or(0)))
            }
            Place::End(i) => ends.get(i).map_or_else(|| both(p.t("pictures-end-not-stated")), of),
        }
    };
    // givers, those between and ends, each in the order of the alphabet or the process; "others" and "not stated" last
    let mut places: Vec<(Place, (String, String))> = placed
        .flows
        .keys()
        .flat_map(|(from, to)| [*from, *to])
        .collect::<BTreeSet<Place>>()
        .into_iter()
        .map(|place| (place, called(place)))
        .collect();
    places.sort_by_cached_key(|(place, (short, _))| match place {
        Place::Giver(Some(_)) => (0, 0, crate::kernel::fold::fold(short)),
        Place::OtherGivers => (1, 0, String::new()),
        Place::Giver(None) => (2, 0, String::new()),
        Place::Between(_) => (3, 0, crate::kernel::fold::fold(short)),
        Place::OthersBetween => (4, 0, String::new()),
        Place::End(i) => (5, *i, String::new()),
    });
    let number: HashMap<Place, usize> = places.iter().enumerate().map(|(i, (place, _))| (*place, i)).collect();
    let mixed = mixed(&found);
    let link = |from: Place, to: Place| {
        if matches!(from, Place::Between(id) if mixed.contains(&id)) {
            return None;
        }
        let parts = parts(from, to, &ends)?;
        let by: Vec<Dimension> = parts.iter().map(|(dimension, _)| *dimension).collect();
        Some(p.link(&money::query(&Question { parts, ..question.clone() }, &by)))
    };
    let mut picture = Flows {
        nodes: Vec::new(),
        flows: Vec::new(),
        heads: ["pictures-flows-donors", "pictures-flows-between", "pictures-flows-ends"].map(|key| p.t(key)),
    };
    for (i, (place, (short, full))) in places.iter().enumerate() {
        let class = match place {
            Place::Giver(Some(_)) => colours::KINDS.get(i % colours::KINDS.len()).copied().unwrap_or(colours::OTHERS),
            Place::Giver(None) => colours::NOT_STATED,
            Place::OtherGivers | Place::OthersBetween => colours::OTHERS,
            Place::Between(_) => colours::BETWEEN,
            Place::End(_) => "o2",
        };
        let last = matches!(place, Place::End(_));
        picture.nodes.push(Node { label: short.clone(), title: full.clone(), href: None, class, last });
    }
    let mut figures = Figures {
        heads: ["pictures-from", "pictures-to", "pictures-amount"].map(|key| p.t(key)).to_vec(),
        rows: Vec::new(),
    };
    let full =
        |place: &Place| number.get(place).and_then(|i| places.get(*i)).map(|(_, n)| n.1.clone()).unwrap_or_default();
    let mut back = false;
    // the table in the order of the picture, from above
    let mut rows: Vec<_> = placed
        .flows
        .iter()
        .filter_map(|((from, to), sum)| Some(((*number.get(from)?, *number.get(to)?), from, to, sum)))
        .collect();
    rows.sort_by_key(|row| row.0);
    for ((a, b), from, to, (amount, estimated, _)) in rows {
        let said = written(p, *amount, *estimated, &totals.currency);
        let title = p.t3("pictures-flow", ("from", full(from)), ("to", full(to)), ("amount", &said));
        let href = link(*from, *to);
        back |= amount.is_sign_negative();
        picture.flows.push(Drawing { from: a, to: b, value: float(*amount), title, href: href.clone() });
        let figure = Figure::number(said).worth(*amount, *estimated, &totals.currency).to(href);
        figures.rows.push(vec![Figure::text(full(from)), Figure::text(full(to)), figure]);
    }
    let mut notes = super::data_money::caveats(p, &totals);
    notes.insert(1, p.t("pictures-flows-rule"));
    if back || !picture.returned().is_empty() {
        notes.push(p.t("pictures-flows-back"));
    }
    Ok(Drawn {
        said: super::data_money::whole(p, &totals, question.kind),
        shape: (!picture.is_empty()).then_some(Shape::Flows(picture)),
        notes,
        figures,
        choices: vec![kinds(p), pillars(p), beneficiaries(p)],
        years: true,
        opened: Some((p.t("pictures-money-opened"), p.link(&money::query(&question, &by)))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::BeneficiaryId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn org(n: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(n))
    }

    fn flow(from: Option<u128>, to: Part, amount: i64) -> Flow {
        Flow { from: from.map(org), to, amount: amount.into(), estimated: Decimal::ZERO, actions: 1 }
    }

    fn ends() -> Vec<Part> {
        (1..=6).map(|n| Part::Beneficiary(BeneficiaryId(Uuid::from_u128(n)))).collect()
    }

    #[test]
    fn who_receives_stands_between_and_who_is_not_stated_by_itself() {
        let end = ends().remove(0);
        let flows = [
            flow(Some(1), Part::Organisation(org(2)), 50),
            flow(None, Part::Organisation(org(2)), 20),
            flow(Some(2), end, 60),
            flow(Some(3), Part::NotStated, 5),
        ];
        let placed = placed(&flows, &ends());
        let found: Vec<(Place, Place)> = placed.flows.keys().copied().collect();
        assert!(found.contains(&(Place::Giver(Some(org(1))), Place::Between(org(2)))));
        assert!(found.contains(&(Place::Giver(None), Place::Between(org(2)))));
        assert!(found.contains(&(Place::Between(org(2)), Place::End(0))));
        assert!(found.contains(&(Place::Giver(Some(org(3))), Place::End(6))));
        assert_eq!(placed.others, [0, 0]);
        // each that is a total of its own can be opened
        assert!(found.iter().all(|(from, to)| parts(*from, *to, &ends()).is_some()));
        assert!(parts(Place::Between(org(2)), Place::Between(org(3)), &ends()).is_none());
        // and opened it is what was drawn: without what the same donor gives through others
        let straight = parts(Place::Giver(Some(org(3))), Place::End(0), &ends()).unwrap();
        assert!(straight.contains(&(Dimension::Implementer, Part::NotStated)), "{straight:?}");
        assert_eq!(parts(Place::Between(org(2)), Place::End(0), &ends()).unwrap().len(), 2);
    }

    #[test]
    fn who_gives_of_their_own_besides_is_not_opened_as_one_total() {
        let end = ends().remove(0);
        let through = [flow(Some(1), Part::Organisation(org(2)), 50), flow(Some(2), end, 50)];
        assert!(mixed(&through).is_empty());
        let besides = [flow(Some(1), Part::Organisation(org(2)), 50), flow(Some(2), end, 60)];
        assert_eq!(mixed(&besides).into_iter().collect::<Vec<_>>(), [org(2)]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_among_the_others(all in prop::collection::vec((0u128..60, 0usize..12, 0i64..1_000_000), 0..200)) {
            let flows: Vec<Flow> = all
                .iter()
                .map(|(from, to, amount)| {
                    let to = if *to < 6 { ends()[*to] } else { Part::Organisation(org(100 + *to as u128)) };
                    flow((*from > 0).then_some(*from), to, *amount)
                })
                .collect();
            let placed = placed(&flows, &ends());
            let before: Decimal = flows.iter().map(|f| f.amount).sum();
            let after: Decimal = placed.flows.values().map(|sum| sum.0).sum();
            prop_assert_eq!(before, after);
            let givers = placed.flows.keys().filter(|(from, _)| matches!(from, Place::Giver(Some(_)))).map(|k| k.0);
            prop_assert!(givers.collect::<BTreeSet<_>>().len() <= MOST + 1);
            prop_assert!(placed.others[0] != 1 && placed.others[1] != 1);
        }
    }
}
