//! How money is counted once. Plain functions: no I/O, no clock; docs/money.md tells the rules to people.
//!
//! The order is: rows that were superseded or withdrawn fall away; along the chain of an action what is passed on is set off
//! ([`chain`]); each row goes into its years ([`years`]); families are counted once ([`family`]); what is left is shared out
//! among beneficiaries ([`shares`]), pillars and the quarters of its year ([`quarters`]). Every step lays whole cents out ([`split`]), so that the parts of whatever is
//! parted sum to the whole.

pub mod chain;
pub mod checks;
pub mod family;
pub mod quarters;
pub mod shares;
pub mod split;
pub mod years;
