//! The money of a round's period: what was disbursed and spent, counted along the chain.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

use super::model::Money;
use crate::features::money::{Given, own_money};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Currency;

/// What one gave to another, of a kind and in a currency: in the period of the round, or outside it.
#[derive(Debug, Clone, Deserialize)]
struct Paid {
    kind: String,
    amount: String,
    currency: String,
    provider: Option<OrganisationId>,
    receiver: Option<OrganisationId>,
    within: bool,
}

/// The money of an item as the database hands it over.
///
/// # Errors
/// It is something else.
pub fn read<'de, D: Deserializer<'de>>(of: D) -> Result<Vec<Money>, D::Error> {
    Ok(counted(&Vec::<Paid>::deserialize(of)?))
}

/// An amount, and whether it falls in the period.
type Placed = (bool, Given<OrganisationId>);

/// What counts of the period, of each kind and in each currency: along the chain what is passed on is no new money.
fn counted(paid: &[Paid]) -> Vec<Money> {
    let mut of: BTreeMap<(&str, &str), Vec<Placed>> = BTreeMap::new();
    for p in paid {
        // as in totals, what cannot be read is left out
        let (Ok(amount), Ok(currency)) = (p.amount.parse::<Decimal>(), p.currency.parse::<Currency>()) else {
            continue;
        };
        let (provider, receiver) = (p.provider, p.receiver);
        let given = Given { provider, receiver, amount, currency, converted: amount };
        of.entry((&p.kind, &p.currency)).or_default().push((p.within, given));
    }
    let mut money = Vec::new();
    for ((kind, currency), rows) in of {
        let (within, given): (Vec<bool>, Vec<Given<OrganisationId>>) = rows.into_iter().unzip();
        if within.contains(&true) {
            let counts = own_money(&given).into_iter().zip(within).filter(|(_, within)| *within);
            // a share that does not come out even
            let amount = counts.map(|(n, _)| n).fold(Decimal::ZERO, Decimal::saturating_add).round_dp(2);
            money.push(Money {
                kind: kind.to_owned(),
                amount: amount.normalize().to_string(),
                currency: currency.to_owned(),
            });
        }
    }
    money
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_that_is_passed_on_is_counted_once() {
        let who = |n: u128| Some(OrganisationId(uuid::Uuid::from_u128(n)));
        let paid = |kind: &str, provider, receiver, amount: &str, within| Paid {
            kind: kind.to_owned(),
            amount: amount.to_owned(),
            currency: "EUR".to_owned(),
            provider,
            receiver,
            within,
        };
        let read = |rows: &[Paid]| -> Vec<(String, String)> {
            counted(rows).into_iter().map(|m| (m.kind, m.amount)).collect()
        };
        let one = |kind: &str, amount: &str| (kind.to_owned(), amount.to_owned());
        let chain = [
            paid("disbursed", who(1), who(2), "100.50", true),
            paid("disbursed", who(2), who(3), "60", true),
            paid("spent", who(3), None, "40", true),
        ];
        assert_eq!(read(&chain), [one("disbursed", "100.5"), one("spent", "40")]);
        // what came in before the period and is passed on in it is no new money either
        let later = [paid("disbursed", who(1), who(2), "100", false), paid("disbursed", who(2), who(3), "120", true)];
        assert_eq!(read(&later), [one("disbursed", "20")]);
        assert!(read(&[paid("spent", None, None, "5", false)]).is_empty(), "nothing of the period");
    }
}
