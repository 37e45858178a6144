//! Money: exchange rates by which amounts are converted, the money of one action with all that was ever said of it, and envelopes,
//! which are money that is not tied to an action yet.

mod envelopes;
mod of_action;
pub mod rates;

pub use envelopes::{EnvelopeSum, OpenEnvelopes, envelopes_of};
pub use rates::parse::{Quote, read as read_rates};
pub use rates::{Converted, How, Load, Rates, day_of, loads as load_list, rates, rates_in, table as rate_table};

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    rates::routes(r);
    of_action::routes(r);
    envelopes::routes(r);
}
