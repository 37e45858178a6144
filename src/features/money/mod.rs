//! Money: counted once, by rules that every total can be opened to; exchange rates by which amounts are converted, the money of
//! one action with all that was ever said of it, and envelopes, which are money that is not tied to an action yet.
//!
//! `rules/` are plain functions; `ledger/` holds each process's money in the server's memory and answers questions in one scan;
//! docs/money.md tells the rules to people. Whoever shows a sum of money asks [`totals`], and links to [`query`].

mod answer;
mod ask;
mod checks;
mod envelopes;
mod files;
mod ledger;
mod model;
mod of_action;
mod opened;
mod opened_rows;
mod pages;
pub mod rates;
pub mod rules;
mod show;
mod store;

pub use answer::{Within, flows, soon, totals, within};
pub use ask::query;
pub use envelopes::{EnvelopeSum, OpenEnvelopes, envelopes_of};
pub use model::{Cell, Dimension, Flow, Kind, LeftOut, Part, Question, Reason, Totals, Unconverted};
pub use of_action::{Amended, correct_amount, withdraw_amount};
pub use rates::parse::{Quote, read as read_rates};
pub use rates::{
    Converted, How, Load, Rates, UNPUBLISHED, day_of, loads as load_list, rates, rates_in, table as rate_table,
};
pub use rules::chain::{Given, own as own_money};
pub use rules::quarters::Quarter;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::ActionSeeMoney);
    r.get("/{process}/money", see, pages::page);
    r.get_noted("/{process}/money.xlsx", see, files::totals);
    r.get_noted("/{process}/money.csv", see, files::totals);
    r.get("/{process}/money/rows", see, opened::page);
    r.get_noted("/{process}/money/rows.xlsx", see, files::rows);
    r.get_noted("/{process}/money/rows.csv", see, files::rows);
    r.get("/{process}/money/checks", Access::Member(P::ActionMoney), checks::page);
    r.get_noted("/{process}/money/checks.xlsx", Access::Member(P::ActionMoney), checks::file);
    r.get_noted("/{process}/money/checks.csv", Access::Member(P::ActionMoney), checks::file);
    r.get("/{process}/actions/{id}/money-checks", Access::Member(P::ActionMoney), checks::of_action);
    rates::routes(r);
    of_action::routes(r);
    envelopes::routes(r);
}
