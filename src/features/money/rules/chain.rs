//! Money along the chain of one action: what is passed on is not new money.

use rust_decimal::Decimal;

use crate::kernel::money::Currency;

/// An amount of one kind in one action, that is neither superseded nor withdrawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<O> {
    pub provider: Option<O>,
    pub receiver: Option<O>,
    /// In its own currency.
    pub amount: Decimal,
    pub currency: Currency,
    /// In the currency of the totals, exact.
    pub converted: Decimal,
}

/// Of each row what is its provider's own money, exact, in the currency of the totals.
///
/// Each organisation's own money is what it gives less what it is given, and never below nothing; it is laid over what it
/// gives in proportion. What is passed on in the currency that it came in is set off in that currency, so that a change of
/// rates makes no new money; only what is left is set off by what it comes to. Rows without a provider are new money.
///
/// What it moves between its own pockets (as where two that paid one another have become one) and then gives on is one money: of the
/// two the larger counts.
pub fn own<O: Copy + Eq>(rows: &[Given<O>]) -> Vec<Decimal> {
    let emptied;
    let rows = if rows.iter().any(is_within) {
        emptied = pockets_emptied(rows);
        emptied.as_slice()
    } else {
        rows
    };
    let mut counted: Vec<Decimal> = rows.iter().map(|r| r.converted).collect();
    let mut done: Vec<O> = Vec::new();
    for row in rows {
        let Some(giver) = row.provider.filter(|o| !done.contains(o)) else { continue };
        done.push(giver);
        // what one moves between its own pockets comes from nobody
        let comes_in = |r: &Given<O>| r.receiver == Some(giver) && r.provider != Some(giver);
        if rows.iter().any(comes_in) {
            set_off(rows, |r| r.provider == Some(giver), comes_in, &mut counted);
        } else if rows.iter().filter(|r| r.provider == Some(giver)).map(|r| r.converted).sum::<Decimal>()
            < Decimal::ZERO
        {
            nothing(rows, |r| r.provider == Some(giver), &mut counted);
        }
    }
    counted
}

fn is_within<O: Copy + Eq>(row: &Given<O>) -> bool {
    row.provider.is_some() && row.provider == row.receiver
}

/// The rows, with what an organisation moves between its own pockets less what it gives to others.
fn pockets_emptied<O: Copy + Eq>(rows: &[Given<O>]) -> Vec<Given<O>> {
    let mut counted: Vec<Decimal> = rows.iter().map(|r| r.converted).collect();
    let mut done: Vec<O> = Vec::new();
    for row in rows.iter().filter(|r| is_within(r)) {
        let Some(giver) = row.provider.filter(|o| !done.contains(o)) else { continue };
        done.push(giver);
        let moved = |r: &Given<O>| r.provider == Some(giver) && r.receiver == Some(giver);
        let given_on = |r: &Given<O>| r.provider == Some(giver) && r.receiver != Some(giver);
        if rows.iter().any(given_on) {
            set_off(rows, moved, given_on, &mut counted);
        }
    }
    let less = |(row, counted): (&Given<O>, Decimal)| Given {
        amount: part(row.amount, counted, row.converted),
        converted: counted,
        ..row.clone()
    };
    rows.iter().zip(counted).map(less).collect()
}

fn nothing<O>(rows: &[Given<O>], gives: impl Fn(&Given<O>) -> bool, counted: &mut [Decimal]) {
    for (_, counted) in rows.iter().zip(counted).filter(|(r, _)| gives(r)) {
        *counted = Decimal::ZERO;
    }
}

/// What an organisation gives and is given in one currency.
struct InCurrency {
    currency: Currency,
    given: Decimal,
    given_comes_to: Decimal,
    received: Decimal,
    received_comes_to: Decimal,
}

impl InCurrency {
    /// What is passed on in the very currency.
    fn passed(&self) -> Decimal {
        if self.given > Decimal::ZERO && self.received > Decimal::ZERO {
            self.given.min(self.received)
        } else {
            Decimal::ZERO
        }
    }
    /// What is given beyond it, in the currency of the totals.
    fn beyond(&self) -> Decimal {
        part(self.given_comes_to, self.given - self.passed(), self.given)
    }
    /// What was received beyond it, in the currency of the totals.
    fn left(&self) -> Decimal {
        part(self.received_comes_to, self.received - self.passed(), self.received)
    }
}

/// `whole × some / all`, and the whole where nothing is all.
fn part(whole: Decimal, some: Decimal, all: Decimal) -> Decimal {
    if some == all || all.is_zero() {
        return whole;
    }
    // multiplied first: what divides evenly comes out even
    whole
        .checked_mul(some)
        .and_then(|n| n.checked_div(all))
        .or_else(|| some.checked_div(all)?.checked_mul(whole))
        .unwrap_or(whole)
}

/// Of what is given, in `counted`, leaves what is more than what comes in. No row is both.
fn set_off<O>(
    rows: &[Given<O>],
    gives: impl Fn(&Given<O>) -> bool,
    comes_in: impl Fn(&Given<O>) -> bool,
    counted: &mut [Decimal],
) {
    let mut currencies: Vec<InCurrency> = Vec::new();
    for row in rows {
        let (given, received) = (gives(row), comes_in(row));
        if !given && !received {
            continue;
        }
        let at = currencies.iter().position(|c| c.currency == row.currency).unwrap_or_else(|| {
            let zero = Decimal::ZERO;
            currencies.push(InCurrency {
                currency: row.currency,
                given: zero,
                given_comes_to: zero,
                received: zero,
                received_comes_to: zero,
            });
            currencies.len() - 1
        });
        let Some(c) = currencies.get_mut(at) else { continue };
        if given {
            c.given += row.amount;
            c.given_comes_to += row.converted;
        } else {
            c.received += row.amount;
            c.received_comes_to += row.converted;
        }
    }
    let beyond: Decimal = currencies.iter().map(InCurrency::beyond).sum();
    let left: Decimal = currencies.iter().map(InCurrency::left).sum::<Decimal>().max(Decimal::ZERO);
    let own = beyond - left;
    if own <= Decimal::ZERO {
        return nothing(rows, gives, counted);
    }
    for (row, counted) in rows.iter().zip(counted).filter(|(r, _)| gives(r)) {
        let Some(c) = currencies.iter().find(|c| c.currency == row.currency) else { continue };
        let of_currency = part(row.converted, c.given - c.passed(), c.given);
        *counted = part(of_currency, own, beyond);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(provider: Option<u8>, receiver: Option<u8>, amount: i64) -> Given<u8> {
        let amount = Decimal::from(amount);
        Given { provider, receiver, amount, currency: Currency::EUR, converted: amount }
    }

    fn total(rows: &[Given<u8>]) -> Decimal {
        own(rows).iter().sum()
    }

    #[test]
    fn a_sub_grant_is_not_new_money() {
        // funder 1 to agency 2, which passes 60 on and adds 10 of its own elsewhere
        assert_eq!(total(&[row(Some(1), Some(2), 100), row(Some(2), Some(3), 60)]), Decimal::from(100));
        assert_eq!(total(&[row(Some(1), Some(2), 100), row(Some(2), Some(3), 110)]), Decimal::from(110));
        let counted = own(&[row(Some(1), Some(2), 100), row(Some(2), Some(3), 90), row(Some(2), Some(4), 60)]);
        assert_eq!(counted, [100, 30, 20].map(Decimal::from));
        // four links
        let chain =
            [row(Some(1), Some(2), 100), row(Some(2), Some(3), 80), row(Some(3), Some(4), 80), row(Some(4), None, 50)];
        assert_eq!(total(&chain), Decimal::from(100));
    }

    #[test]
    fn nobodys_money_counts_and_repayments_lessen() {
        assert_eq!(total(&[row(None, Some(2), 100), row(None, None, 50)]), Decimal::from(150));
        assert_eq!(total(&[row(Some(1), Some(2), 100), row(Some(1), Some(2), -35)]), Decimal::from(65));
        assert_eq!(total(&[row(Some(1), None, -35)]), Decimal::ZERO);
        assert_eq!(
            total(&[row(Some(1), Some(1), 40)]),
            Decimal::from(40),
            "from one pocket to another it is still there"
        );
        assert_eq!(total(&[row(Some(1), Some(2), 10), row(Some(2), Some(1), 10)]), Decimal::ZERO);
    }

    #[test]
    fn two_that_have_become_one_do_not_double_what_the_one_paid_the_other() {
        // 1 gave 100 to 2, which passed 80 on; then both are 1
        let before = [row(Some(1), Some(2), 100), row(Some(2), Some(3), 80)];
        let after = [row(Some(1), Some(1), 100), row(Some(1), Some(3), 80)];
        assert_eq!((total(&before), total(&after)), (Decimal::from(100), Decimal::from(100)));
        assert_eq!(own(&after), [20, 80].map(Decimal::from), "what was given on stands where it went");
        let more = [row(Some(1), Some(1), 100), row(Some(1), Some(3), 110)];
        assert_eq!(own(&more), [0, 110].map(Decimal::from));
        // what came from another passes through both pockets
        let through = [row(Some(4), Some(1), 100), row(Some(1), Some(1), 100), row(Some(1), Some(3), 100)];
        assert_eq!(total(&through), Decimal::from(100));
        assert_eq!(total(&[row(Some(1), Some(1), 40), row(Some(1), Some(3), -10)]), Decimal::from(30));
    }

    #[test]
    fn a_change_of_rates_makes_no_new_money() {
        let usd: Currency = "USD".parse().unwrap();
        let dollars = |provider, receiver, amount: i64, converted: i64| Given {
            provider: Some(provider),
            receiver: Some(receiver),
            amount: amount.into(),
            currency: usd,
            converted: converted.into(),
        };
        // a hundred dollars come in at 80 and go on at 95
        assert_eq!(total(&[dollars(1_u8, 2, 100, 80), dollars(2, 3, 100, 95)]), Decimal::from(80));
        // euro come in, dollars go on: by what they come to
        assert_eq!(total(&[row(Some(1), Some(2), 100), dollars(2, 3, 100, 90)]), Decimal::from(100));
    }

    fn rows() -> impl Strategy<Value = Vec<Given<u8>>> {
        let who = || proptest::option::of(0_u8..4);
        proptest::collection::vec((who(), who(), -50_i64..500), 0..9)
            .prop_map(|all| all.into_iter().map(|(p, r, n)| row(p, r, n)).collect())
    }

    proptest! {
        /// Each organisation's own money is what it gives less what it is given, never below nothing; and the order of the rows does not matter.
        #[test]
        fn own_money_is_given_less_received(rows in rows(), shift in 0_usize..9) {
            let mut expected: Decimal = rows.iter().filter(|r| r.provider.is_none()).map(|r| r.converted).sum();
            for who in 0_u8..4 {
                let own: Vec<&Given<u8>> = rows.iter().filter(|r| r.provider == Some(who)).collect();
                let on: Decimal = own.iter().filter(|r| r.receiver != Some(who)).map(|r| r.converted).sum();
                let moved: Decimal = own.iter().filter(|r| r.receiver == Some(who)).map(|r| r.converted).sum();
                let alone = own.iter().all(|r| r.receiver == Some(who));
                // what is moved within and given on is one money
                let given = on + if alone { moved } else { (moved - on.max(Decimal::ZERO)).max(Decimal::ZERO) };
                let got: Decimal = rows.iter().filter(|r| r.receiver == Some(who) && r.provider != Some(who)).map(|r| r.converted).sum();
                // one cannot pass on what was taken back, nor take from what one has not
                expected += (given - got.max(Decimal::ZERO)).max(Decimal::ZERO);
            }
            let near = |a: Decimal, b: Decimal| (a - b).abs() < Decimal::new(1, 6);
            prop_assert!(near(total(&rows), expected), "{} for {}", total(&rows), expected);
            let mut other = rows.clone();
            other.reverse();
            let n = other.len().max(1);
            other.rotate_left(shift % n);
            prop_assert!(near(total(&other), expected));
        }
    }
}
