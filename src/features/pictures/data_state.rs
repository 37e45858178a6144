//! The state of things: how long ago records were confirmed; and bars of shares, which the plans' measures have, too.

use chrono::Months;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::data_money;
use super::draw::bars::{Bars, Group, Part, Row, Series};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures, named, pillars};
use super::store::{self, Confirmed, Key};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// A number of actions as it is drawn.
pub fn float(n: i64) -> f64 {
    data_money::float(Decimal::from(n))
}

/// A bar of shares, each step in its class, and its row of the table. `links`: where each step's rows are.
pub fn shares(
    p: &Page,
    label: &str,
    href: Option<String>,
    steps: &[(i64, String, Option<String>)],
    total: String,
) -> (Row, Vec<Figure>) {
    let mut parts = Vec::new();
    let mut figures = vec![Figure::text(label).to(href.clone())];
    for (series, (n, name, link)) in steps.iter().enumerate() {
        parts.push(Part {
            series,
            value: float(*n),
            title: format!("{label}: {name}: {}", p.number(*n)),
            href: link.clone(),
        });
        figures.push(Figure::number(p.number(*n)).of(*n).to(link.clone().filter(|_| *n > 0)));
    }
    figures.push(Figure::number(&total).of(steps.iter().map(|(n, ..)| *n).sum::<i64>()));
    (Row { label: label.to_owned(), href, parts, total }, figures)
}

/// The values of the list's filter, from fresh to never.
const FRESH: [(&str, &str); 5] = [
    ("3", "list-fresh-3"),
    ("3-6", "list-fresh-3-6"),
    ("6-12", "list-fresh-6-12"),
    ("year", "list-fresh-year"),
    ("never", "list-fresh-never"),
];

/// A group: where it stands, its name, its filter in the list, and its figures.
type Fresh = ((usize, String), String, Vec<(&'static str, String)>, [i64; 5]);

fn fresh(found: &[Confirmed]) -> BTreeMap<Option<Uuid>, [i64; 5]> {
    let mut all: BTreeMap<Option<Uuid>, [i64; 5]> = BTreeMap::new();
    for one in found {
        let place = FRESH.iter().position(|(value, _)| *value == one.when);
        if let Some(n) = place.and_then(|i| all.entry(one.key).or_default().get_mut(i)) {
            *n += one.n;
        }
    }
    all
}

/// Whose records are counted by who keeps them: everybody's for who may see that, else one's own.
fn keepers(inside: &Inside) -> Option<Vec<Uuid>> {
    let may = |scope: &Scope| inside.member.may(Permission::FreshnessSee, scope);
    if may(&Scope::default()) {
        return None;
    }
    let own = inside.member.organisations().into_iter().filter(|id| may(&Scope::organisation(*id)));
    Some(own.map(|id: OrganisationId| id.0).collect())
}

pub async fn freshness(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let now = inside.app.clock.now();
    let since = [3, 6, 12].map(|months| now.checked_sub_months(Months::new(months)).unwrap_or(now));
    let keepers = keepers(inside);
    let offers = keepers.as_ref().is_none_or(|own| !own.is_empty());
    let by = match inside.fields.value("by") {
        "beneficiary" => Key::Beneficiary,
        "organisation" if offers => Key::Keeper,
        _ => Key::Pillar,
    };
    let only = keepers.as_deref().filter(|_| by == Key::Keeper);
    let found = store::confirmed(&mut inside.tx, by, asked.within(), only, since).await?;
    // each once, whatever it is grouped by
    let once = |what: &str| found.iter().find(|one| one.when == what).map_or(0, |one| one.n);
    let (all, stale) = (once("all"), once("all-stale"));
    let found = fresh(&found);
    let names = match by {
        Key::Keeper => {
            let ids: Vec<Uuid> = found.keys().filter_map(|id| *id).collect();
            store::organisations(&mut inside.tx, &ids).await?
        }
        _ => store::Names::new(),
    };
    let p = &inside.page;
    let steps = FRESH.map(|(_, key)| p.t(key));
    // places in the order of the process, organisations in that of the alphabet: never by how fresh they are
    let mut rows: Vec<Fresh> = found
        .into_iter()
        .filter_map(|(id, counts)| match by {
            Key::Keeper => {
                let full = names.get(&id?)?.1.clone();
                let own = vec![("organisation", id?.to_string()), ("role", "keeper".to_owned())];
                Some(((0, crate::kernel::fold::fold(&full)), full, own, counts))
            }
            _ => {
                let (place, name, value) = named(p, id, by == Key::Pillar)?;
                let filter = if by == Key::Pillar { "pillar" } else { "beneficiary" };
                Some(((place, String::new()), name, vec![(filter, value)], counts))
            }
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let mut figures = Figures { heads: vec![p.t("pictures-group-one")], rows: Vec::new() };
    figures.heads.extend(steps.iter().cloned());
    figures.heads.push(p.t("pictures-total"));
    let mut group = Group::default();
    for (_, label, own, counts) in &rows {
        let link = |more: Option<&str>| {
            let own = own.iter().map(|(name, value)| (*name, value.as_str()));
            let all: Vec<(&str, &str)> = own.chain(more.map(|value| ("fresh", value))).collect();
            Some(asked.actions(p, &all))
        };
        let parts: Vec<_> = counts
            .iter()
            .zip(steps.iter().zip(FRESH))
            .map(|(n, (name, (value, _)))| (*n, name.clone(), link(Some(value))))
            .collect();
        let total = p.tn("pictures-n-actions", counts.iter().sum::<i64>());
        let (row, figure) = shares(p, label, link(None), &parts, total);
        group.rows.push(row);
        figures.rows.push(figure);
    }
    let bars = Bars {
        series: steps.iter().zip(colours::STEPS).map(|(name, class)| Series { name: name.clone(), class }).collect(),
        groups: vec![group],
        shares: true,
        axis: Vec::new(),
    };
    let mut options = vec![("beneficiary".to_owned(), p.t("pictures-beneficiary"))];
    if offers {
        let key = if keepers.is_none() { "pictures-keeper" } else { "pictures-keeper-own" };
        options.push(("organisation".to_owned(), p.t(key)));
    }
    let mut notes = vec![p.t("pictures-fresh-rule")];
    if by != Key::Keeper {
        notes.push(p.t("pictures-more-than-once"));
    }
    Ok(Drawn {
        said: p.t2("pictures-fresh-said", "all", p.number(all), "stale", p.number(stale)),
        shape: (!bars.is_empty()).then_some(Shape::Bars(bars)),
        notes,
        figures,
        choices: vec![
            Choice { name: "by", label: "pictures-group", first: p.t("pictures-pillar"), options },
            pillars(p),
            super::model::beneficiaries(p),
        ],
        years: false,
        opened: Some((p.t("pictures-fresh-list"), format!("{}?fresh=stale&sort=confirmed", p.link("/actions")))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_confirmed_is_put_into_its_step() {
        let id = Some(Uuid::nil());
        let one = |key, when: &str, n| Confirmed { key, when: when.into(), n };
        let found =
            fresh(&[one(id, "3", 2), one(id, "never", 5), one(None, "6-12", 1), one(id, "3", 1), one(None, "all", 8)]);
        assert_eq!(found.get(&id), Some(&[3, 0, 0, 0, 5]));
        assert_eq!(found.get(&None), Some(&[0, 0, 1, 0, 0]));
    }

    #[test]
    fn the_steps_are_the_lists_own_filter() {
        let today = chrono::NaiveDate::default();
        let p = Page::bare(crate::kernel::i18n::Locale::default(), today);
        let steps: Vec<_> = FRESH.iter().map(|(value, key)| (1, p.t(key), Some((*value).to_owned()))).collect();
        let (row, figures) = shares(&p, "Borders", None, &steps, "5".into());
        assert_eq!((row.parts.len(), figures.len()), (5, 7));
        assert!((row.whole() - 5.0).abs() < 1e-9);
        assert!(figures[1].href.as_deref() == Some("3"));
        // as numbers, and the total as what its parts are
        assert_eq!((figures[1].exact, figures[6].exact), (Some(Decimal::ONE), Some(Decimal::from(5))));
    }
}
