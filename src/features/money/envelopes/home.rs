//! What a donor's home says of its envelopes.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

#[derive(Debug, Clone, Deserialize)]
struct Line {
    donor: OrganisationId,
    currency: Currency,
    amount: Decimal,
    n: i64,
}

/// The open envelopes that a reader sees, by donor and currency.
#[derive(Debug, Clone, Default)]
pub struct OpenEnvelopes(Vec<Line>);

impl OpenEnvelopes {
    /// From what `kernel.envelopes_open` gives.
    ///
    /// # Errors
    /// It is something else.
    pub fn read(json: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(json).map(Self)
    }

    /// How many a donor has, and what they come to in words; none where it has none.
    pub fn of(&self, p: &Page, donor: OrganisationId) -> Option<(i64, String)> {
        let own: Vec<&Line> = self.0.iter().filter(|line| line.donor == donor).collect();
        let n: i64 = own.iter().map(|line| line.n).sum();
        let amounts: Vec<String> = own.iter().map(|line| p.locale.amount(line.amount, &line.currency)).collect();
        (n > 0).then(|| (n, p.tn1("envelope-home", n, "amounts", amounts.join(" + "))))
    }
}
