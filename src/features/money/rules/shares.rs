//! How an action is shared out among its beneficiaries.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// How the shares stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum How {
    /// Nothing to share: one beneficiary at most.
    #[default]
    Whole,
    /// Percentages that come to a hundred.
    Stated,
    /// Several beneficiaries and no percentage: equal parts, which nobody has stated.
    Equal,
    /// Percentages below a hundred: the rest is of nobody.
    Below,
    /// Percentages above a hundred: brought down to it.
    Above,
}

/// The weight of each beneficiary in the order that they came in, and of what is not stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shares {
    pub weights: Vec<u32>,
    pub rest: u32,
    pub how: How,
}

/// A hundred percent, in millionths of a percent.
const WHOLE: i64 = 100_000_000;
/// Thirds and sixths are written with two decimals: so far from a hundred is a hundred.
const SLACK: i64 = 50_000;

/// The weights of an action's beneficiaries from their percentages.
pub fn shares(stated: &[Option<Decimal>]) -> Shares {
    if stated.is_empty() {
        return Shares { weights: Vec::new(), rest: 1, how: How::Whole };
    }
    if stated.iter().all(Option::is_none) {
        let how = if stated.len() > 1 { How::Equal } else { How::Whole };
        return Shares { weights: vec![1; stated.len()], rest: 0, how };
    }
    let weights: Vec<u32> = stated.iter().map(|s| s.map_or(0, millionths)).collect();
    let sum: i64 = weights.iter().map(|w| i64::from(*w)).sum();
    let (rest, how) = match sum {
        // nothing but zeros says nothing
        0 => (1, How::Below),
        _ if (sum - WHOLE).abs() <= SLACK => (0, How::Stated),
        _ if sum < WHOLE => (u32::try_from(WHOLE - sum).unwrap_or(0), How::Below),
        _ => (0, How::Above),
    };
    Shares { weights, rest, how }
}

fn millionths(percent: Decimal) -> u32 {
    let scaled = percent.checked_mul(Decimal::from(1_000_000)).map(|d| d.round());
    scaled.and_then(|d| d.to_u32()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::split::allot;
    use super::*;

    fn of(texts: &[&str]) -> Shares {
        shares(&texts.iter().map(|t| t.parse().ok()).collect::<Vec<_>>())
    }

    #[test]
    fn stated_or_not_all_or_less() {
        assert_eq!(of(&[]), Shares { weights: vec![], rest: 1, how: How::Whole });
        assert_eq!(of(&["–"]), Shares { weights: vec![1], rest: 0, how: How::Whole });
        assert_eq!(of(&["–", "–"]).how, How::Equal);
        assert_eq!(of(&["60", "40"]), Shares { weights: vec![60_000_000, 40_000_000], rest: 0, how: How::Stated });
        assert_eq!(of(&["33.33", "33.33", "33.33"]).how, How::Stated);
        // who has no percentage beside others who have is not given the rest
        assert_eq!(of(&["50", "–"]), Shares { weights: vec![50_000_000, 0], rest: 50_000_000, how: How::Below });
        let above = of(&["80", "60"]);
        assert_eq!((above.how, above.rest), (How::Above, 0));
        let weights: Vec<i64> = above.weights.iter().map(|w| i64::from(*w)).collect();
        assert_eq!(allot(14_000, &weights), [8_000, 6_000]);
        assert_eq!(of(&["0", "0"]).rest, 1);
    }
}
