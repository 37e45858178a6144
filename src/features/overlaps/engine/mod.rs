//! The overlap finder: what it is told ([`Subject`]), what it keeps ([`Finder`]), what it says
//! ([`Assessment`]). No database, no pages, no sentences; `docs/overlap.md` says how it works.

mod assessment;
pub mod evidence;
mod finder;
pub mod intern;
mod left_out;
pub mod lexicon;
mod numbers;
pub mod profile;
mod score;
mod subject;
pub mod text;
pub mod vocabulary;
mod weights;

use sha2::{Digest, Sha256};

pub use assessment::{Assessment, Kind, Part, Reason, SharedParty};
pub use finder::{Finder, Near};
pub use score::score;
pub use subject::{Amount, Link, Named, Party, Precision, Role, Status, Subject, When};
pub use text::is_plain;
pub use weights::{Pair, SHIPPED, Weight, Weights};

/// From this likelihood on two saved actions make a coordination question. Chosen on the seed's 81
/// actions; see `docs/overlap.md`.
pub const CASE_THRESHOLD: f32 = 0.5;

#[cfg(test)]
mod tests;

/// Which finder this is, by its weights, its lexicon and its threshold: another one judges anew.
pub fn version() -> String {
    let mut hash = Sha256::new();
    hash.update(SHIPPED);
    hash.update(lexicon::SHIPPED);
    hash.update(CASE_THRESHOLD.to_be_bytes());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
