//! What of actions' money falls where they meet: into the months in which all of them run, for the beneficiaries that all of
//! them serve.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::model::months_together;
use crate::kernel::ids::BeneficiaryId;

/// When an action runs, what it states to cost, and whom it serves with which percent of that.
#[derive(Debug, Clone, Default)]
pub struct Stake {
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    pub total: Option<Decimal>,
    pub serves: Vec<(BeneficiaryId, Option<Decimal>)>,
}

/// A part of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub amount: Decimal,
    /// The total had to be spread evenly, over months or over beneficiaries of which no shares are stated.
    pub estimate: bool,
}

/// Of each stake what falls where all of them meet. None where its total is not stated, where they never run together, and
/// where all say whom they serve and serve nobody in common; where one does not say whom it serves, time alone decides.
pub fn parts(stakes: &[Stake]) -> Vec<Option<Part>> {
    let periods: Vec<_> = stakes.iter().map(|s| (s.starts, s.ends)).collect();
    let together = if stakes.len() < 2 { None } else { months_together(&periods) };
    let said = stakes.iter().all(|s| !s.serves.is_empty());
    let common = in_common(stakes);
    let part = |stake: &Stake| {
        let (together, own) = (together?, months_together(&[(stake.starts, stake.ends)])?);
        let (share, even) = match (said, common.is_empty()) {
            (true, true) => return None,
            (true, false) => stake.share_of(&common),
            (false, _) => (Decimal::ONE, false),
        };
        let estimate = even || together < own;
        let spread = stake.total?.checked_mul(Decimal::from(together))?.checked_div(Decimal::from(own))?;
        let amount = spread.checked_mul(share)?;
        // what is estimated is not told to the cent
        Some(Part { amount: if estimate { amount.round() } else { amount }, estimate })
    };
    stakes.iter().map(part).collect()
}

fn in_common(stakes: &[Stake]) -> BTreeSet<BeneficiaryId> {
    let mut sets = stakes.iter().map(|s| s.serves.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>());
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |common, other| common.intersection(&other).copied().collect())
}

impl Stake {
    /// Which share of it is for these beneficiaries, 1 being the whole; whether it had to be split evenly.
    fn share_of(&self, common: &BTreeSet<BeneficiaryId>) -> (Decimal, bool) {
        let here: Vec<Option<Decimal>> =
            self.serves.iter().filter(|(id, _)| common.contains(id)).map(|(_, share)| *share).collect();
        let stated: Option<Vec<Decimal>> = self.serves.iter().map(|(_, share)| *share).collect();
        if stated.is_some_and(|all| all.iter().sum::<Decimal>() == Decimal::ONE_HUNDRED) {
            return (here.into_iter().flatten().sum::<Decimal>() / Decimal::ONE_HUNDRED, false);
        }
        let (some, all) = (here.len(), self.serves.len());
        (Decimal::from(some) / Decimal::from(all.max(1)), some < all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stake(starts: &str, ends: &str, total: i64, serves: &[(u128, Option<i64>)]) -> Stake {
        let serves =
            serves.iter().map(|(id, share)| (BeneficiaryId(Uuid::from_u128(*id)), share.map(Decimal::from))).collect();
        Stake { starts: starts.parse().ok(), ends: ends.parse().ok(), total: Some(Decimal::from(total)), serves }
    }

    fn told(parts: Vec<Option<Part>>) -> Vec<Option<(String, bool)>> {
        parts.into_iter().map(|p| p.map(|p| (p.amount.normalize().to_string(), p.estimate))).collect()
    }

    #[test]
    fn what_meets_altogether_is_no_estimate() {
        let both = [
            stake("2026-01-10", "2026-12-31", 640_000, &[(1, None), (2, None)]),
            stake("2026-01-01", "2026-12-31", 500_000, &[(2, None), (1, None)]),
        ];
        assert_eq!(told(parts(&both)), [Some(("640000".to_owned(), false)), Some(("500000".to_owned(), false))]);
    }

    #[test]
    fn totals_are_spread_over_months_and_beneficiaries() {
        // half of its time, and half of those it serves; by stated shares a fifth of the other
        let two = [
            stake("2025-01-01", "2026-12-31", 1_000_000, &[(1, None), (2, None)]),
            stake("2026-01-01", "2026-12-31", 300_000, &[(1, Some(20)), (3, Some(80))]),
        ];
        assert_eq!(told(parts(&two)), [Some(("250000".to_owned(), true)), Some(("60000".to_owned(), false))]);
        // shares that leave something open are no shares
        let open = [two[0].clone(), stake("2026-01-01", "2026-12-31", 300_000, &[(1, Some(20)), (3, None)])];
        assert_eq!(told(parts(&open))[1], Some(("150000".to_owned(), true)));
    }

    #[test]
    fn where_nothing_meets_there_is_no_part() {
        let year = stake("2025-01-01", "2025-12-31", 100, &[(1, None)]);
        assert_eq!(parts(std::slice::from_ref(&year)), [None]);
        assert_eq!(parts(&[year.clone(), stake("2026-01-01", "2026-12-31", 100, &[(1, None)])]), [None, None]);
        assert_eq!(parts(&[year.clone(), stake("2025-01-01", "2025-12-31", 100, &[(2, None)])]), [None, None]);
        // who says not whom it serves may serve the same
        let open = stake("2025-01-01", "2025-06-30", 100, &[]);
        assert_eq!(
            told(parts(&[year.clone(), open])),
            [Some(("50".to_owned(), true)), Some(("100".to_owned(), false))]
        );
        assert_eq!(parts(&[Stake { total: None, ..year.clone() }, year])[0], None);
    }
}
