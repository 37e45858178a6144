//! Amounts laid out to the cent by largest remainder, so that the parts of whatever is parted sum to the whole.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// More than anything that is counted: a slip, which would drown all else.
pub const MOST: i64 = 1_000_000_000_000_000;

/// An amount in cents; none where it is larger than anything that is counted.
pub fn cents(amount: Decimal) -> Option<i64> {
    let hundredfold = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    hundredfold.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// Cents as an amount.
pub fn amount(cents: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(cents, 2).unwrap_or(Decimal::MAX)
}

/// Lays `whole` out in proportion to the weights: each gets what is due rounded down, and what is left goes, a cent each,
/// to those with the largest remainder, of equal ones to the first. Weights may be below zero as long as their sum is above
/// it; where it is not, all goes to the first.
pub fn allot(whole: i64, weights: &[i64]) -> Vec<i64> {
    let mut parts = Vec::with_capacity(weights.len());
    allot_into(whole, weights, &mut parts);
    parts
}

/// The same, into a list that is used again.
pub fn allot_into(whole: i64, weights: &[i64], parts: &mut Vec<i64>) {
    parts.clear();
    if whole < 0 {
        allot_into(whole.saturating_neg(), weights, parts);
        parts.iter_mut().for_each(|p| *p = -*p);
        return;
    }
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 {
        parts.extend(weights.iter().map(|_| 0));
        if let Some(first) = parts.first_mut() {
            *first = whole;
        }
        return;
    }
    if let [only] = weights {
        debug_assert!(*only > 0);
        parts.push(whole);
        return;
    }
    if let Some(sum) = small(whole, weights, sum) {
        allot_small(whole, weights, sum, parts);
        return;
    }
    let due = |weight: &i64| i128::from(whole) * i128::from(*weight);
    parts.extend(weights.iter().map(|w| to_i64(due(w).div_euclid(sum))));
    let given: i128 = parts.iter().map(|p| i128::from(*p)).sum();
    let left = usize::try_from(i128::from(whole) - given).unwrap_or(0);
    if left == 0 {
        return;
    }
    let mut order: Vec<(i128, usize)> = weights.iter().enumerate().map(|(i, w)| (-due(w).rem_euclid(sum), i)).collect();
    order.sort_unstable();
    for (_, i) in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(i) {
            *part += 1;
        }
    }
}

/// So many parts are laid out without asking for memory.
const FEW: usize = 16;

/// The sum of the weights where all of it can be reckoned in the processor's own numbers, as nearly all that is shared out can.
fn small(whole: i64, weights: &[i64], sum: i128) -> Option<i64> {
    let most = weights.iter().try_fold(0_i64, |most, w| (*w >= 0).then_some(most.max(*w)))?;
    whole.checked_mul(most)?;
    if weights.len() <= FEW { i64::try_from(sum).ok() } else { None }
}

/// As [`allot_into`] does, of what is [`small`].
fn allot_small(whole: i64, weights: &[i64], sum: i64, parts: &mut Vec<i64>) {
    let mut order = [(0_i64, 0_usize); FEW];
    let mut left = whole;
    for ((i, weight), place) in weights.iter().enumerate().zip(&mut order) {
        let due = whole * weight;
        let part = due / sum;
        *place = (-(due % sum), i);
        left -= part;
        parts.push(part);
    }
    let left = usize::try_from(left).unwrap_or(0);
    let Some(order) = order.get_mut(..weights.len()).filter(|_| left > 0) else { return };
    order.sort_unstable();
    for (_, i) in order.iter().take(left) {
        if let Some(part) = parts.get_mut(*i) {
            *part += 1;
        }
    }
}

/// Exact amounts in cents: their sum is that of the exact amounts, rounded once; each is less than a cent from its own.
pub fn to_cents(exact: &[Decimal]) -> Option<Vec<i64>> {
    let mut sum = Decimal::ZERO;
    let mut parts = Vec::with_capacity(exact.len());
    let mut rest = Vec::with_capacity(exact.len());
    for (i, amount) in exact.iter().enumerate() {
        sum = sum.checked_add(*amount)?;
        let hundredfold = amount.checked_mul(Decimal::ONE_HUNDRED)?;
        let down = hundredfold.floor();
        parts.push(down.to_i64()?);
        rest.push((-(hundredfold - down), i));
    }
    let given = parts.iter().try_fold(0_i64, |all, p| all.checked_add(*p))?;
    let left = usize::try_from(cents(sum)?.checked_sub(given)?).unwrap_or(0);
    rest.sort_unstable();
    for (_, i) in rest.into_iter().take(left) {
        if let Some(part) = parts.get_mut(i) {
            *part += 1;
        }
    }
    Some(parts)
}

fn to_i64(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hundred_over_six_and_over_three() {
        assert_eq!(allot(10_000, &[1; 6]), [1667, 1667, 1667, 1667, 1666, 1666]);
        assert_eq!(allot(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(allot(100, &[0, 0]), [100, 0]);
        assert_eq!(allot(0, &[]), Vec::<i64>::new());
    }

    #[test]
    fn thirds_of_a_cent_are_not_lost() {
        let third: Decimal = "0.333333".parse().unwrap();
        assert_eq!(to_cents(&[third, third, third]), Some(vec![34, 33, 33]));
        assert_eq!(cents("2631578.945".parse().unwrap()), Some(263_157_895));
        assert_eq!(cents(Decimal::MAX), None);
        assert_eq!(amount(-5), "-0.05".parse().unwrap());
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_each_is_near_its_due(
            whole in -1_000_000_000_000_i64..1_000_000_000_000,
            weights in proptest::collection::vec(0_i64..100_000_000, 1..12),
        ) {
            let parts = allot(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let off = i128::from(*part) * sum - i128::from(whole) * i128::from(*weight);
                    prop_assert!(off.abs() <= sum, "more than a cent off");
                }
            }
        }

        /// In the processor's own numbers it comes out as in larger ones.
        #[test]
        fn what_is_small_is_laid_out_as_what_is_large(
            whole in 2_000_000_000_i64..9_000_000_000, weights in proptest::collection::vec(0_i64..100_000_000, 2..12),
        ) {
            let sum: i64 = weights.iter().sum();
            prop_assume!(sum > 0);
            prop_assert_eq!(small(whole, &weights, i128::from(sum)), Some(sum));
            let mut parts = Vec::new();
            allot_small(whole, &weights, sum, &mut parts);
            // the same proportions, too large for a short cut
            let large: Vec<i64> = weights.iter().map(|w| w * 90_000_000_000).collect();
            prop_assert_eq!(small(whole, &large, i128::from(sum)), None);
            prop_assert_eq!(parts, allot(whole, &large));
        }

        #[test]
        fn cents_of_a_list_are_the_cents_of_its_sum(thousandths in proptest::collection::vec(-10_000_000_i64..10_000_000, 0..20)) {
            let exact: Vec<Decimal> = thousandths.iter().map(|n| Decimal::new(*n, 3)).collect();
            let parts = to_cents(&exact).unwrap();
            prop_assert_eq!(Some(parts.iter().sum::<i64>()), cents(exact.iter().sum()));
            for (part, exact) in parts.iter().zip(&exact) {
                prop_assert!((amount(i128::from(*part)) - exact).abs() <= Decimal::new(1, 2));
            }
        }
    }
}
