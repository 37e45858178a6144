//! The map of a pack: the needs that are open, before the Board and in a pillar; a donor's money in that donor's. Of one beneficiary
//! a map would say nothing.

use rust_decimal::Decimal;
use std::collections::HashMap;

use super::super::draft::Draft;
use super::super::model::Subject;
use super::super::store_work::Need;
use crate::features::documents::{Block, Cell, Row};
use crate::features::money::{Part, Totals};
use crate::features::needs::Coverage;
use crate::features::pictures::{Mapped, counts_mapped, money_mapped};
use crate::kernel::ids::BeneficiaryId;

fn put(d: &mut Draft, mapped: Mapped) {
    d.document.push(Block::Picture(mapped.picture));
    d.document.small(mapped.notes.join(" "));
}

/// How many needs are not, or but partly, covered, or not judged yet, by beneficiary. Answers whether there was something to be seen.
pub fn needs(d: &mut Draft, all: &[Need]) -> bool {
    if !matches!(d.subject, Subject::Board | Subject::Pillar(_)) {
        return false;
    }
    let p = d.p;
    let mut found: HashMap<BeneficiaryId, [i64; 3]> = HashMap::new();
    for need in all {
        let [not, partly, unjudged] = found.entry(need.beneficiary).or_default();
        match need.coverage {
            Some(Coverage::Not) => *not += 1,
            Some(_) => *partly += 1,
            None => *unjudged += 1,
        }
    }
    let sums: Vec<(BeneficiaryId, i64)> = found.iter().map(|(id, n)| (*id, n.iter().sum())).collect();
    let Some(mapped) = counts_mapped(p, p.t("pack-needs-picture"), &sums) else { return false };
    put(d, mapped);
    let heads = [
        ("pack-column-beneficiary", 5, false),
        ("coverage-not", 2, true),
        ("coverage-partly", 2, true),
        ("coverage-unjudged", 2, true),
        ("pack-all", 2, true),
    ];
    let mut table = d.table("pack-needs-by", &heads);
    let row = |name: String, n: &[i64; 3]| {
        let mut cells = vec![Cell::text(name)];
        cells.extend(n.iter().chain([&n.iter().sum::<i64>()]).map(|n| Cell::text(p.number(*n))));
        cells
    };
    let mut whole = [0; 3];
    for b in p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default() {
        let n = found.get(&b.id).copied().unwrap_or_default();
        whole.iter_mut().zip(n).for_each(|(sum, n)| *sum += n);
        table.row(row(b.name.clone(), &n));
    }
    table.rows.push(Row { cells: row(p.t("pack-all"), &whole), strong: true });
    d.put(table);
    true
}

/// The money by beneficiary, each amount counted once.
pub fn money(d: &mut Draft, totals: &Totals) {
    let p = d.p;
    let (mut found, mut rest) = (HashMap::<BeneficiaryId, (Decimal, Decimal)>::new(), (Decimal::ZERO, Decimal::ZERO));
    for cell in &totals.cells {
        let sum = match cell.key.get(1) {
            Some(Part::Beneficiary(id)) => found.entry(*id).or_default(),
            _ => &mut rest,
        };
        *sum = (sum.0.saturating_add(cell.amount), sum.1.saturating_add(cell.estimated));
    }
    let sums: Vec<_> = found.iter().map(|(id, (amount, estimated))| (*id, *amount, *estimated)).collect();
    let caption = p.t1("pack-money-map", "currency", totals.currency);
    let Some(mapped) = money_mapped(p, caption, &sums, &totals.currency) else { return };
    put(d, mapped);
    let heads =
        [("pack-column-beneficiary", 5, false), ("pack-column-amount", 3, true), ("pack-column-estimated", 3, true)];
    let mut table = d.table("pack-money", &heads);
    table.caption = p.t1("pack-money-by", "currency", totals.currency);
    let row = |name: String, (amount, estimated): (Decimal, Decimal)| -> Vec<Cell> {
        let figures = [amount, estimated].map(|n| Cell::text(p.quantity(&n.round_dp(0))));
        std::iter::once(Cell::text(name)).chain(figures).collect()
    };
    for b in p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default() {
        table.row(row(b.name.clone(), found.get(&b.id).copied().unwrap_or_default()));
    }
    if !rest.0.is_zero() {
        table.row(row(p.t("not-stated"), rest));
    }
    table.rows.push(Row { cells: row(p.t("pack-all"), (totals.whole, totals.estimated)), strong: true });
    d.put(table);
}
