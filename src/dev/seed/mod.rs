//! The two processes of the demo: IISG with its real actions, and one among invented states and donors.
//! Loaded the way everything is written: as the app, inside each process's own transaction.

mod decisions;
mod directory;
mod envelopes;
mod file;
mod meetings;
mod needs;
mod papers;
mod plans;
mod reports;
mod rounds;
mod store;

use anyhow::Context;
use std::fmt::Write;

use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use file::File;
pub use papers::papers;

const FILES: [&str; 2] = [include_str!("../../../seed/iisg.json"), include_str!("../../../seed/example.json")];

/// The password of every demo account; these accounts exist in the demo alone.
pub const PASSWORD: &str = "concert-demo";
/// The operator of the demo's installation.
pub const OPERATOR: &str = "operator@concert.example";

fn files() -> anyhow::Result<Vec<File>> {
    FILES.iter().map(|text| serde_json::from_str(text).context("a seed file cannot be read")).collect()
}

/// Loads what is not there yet; a process that exists is left as people have changed it.
///
/// # Errors
/// The database's own, or a file that names what it does not define.
pub async fn seed(db: &Db, clock: &Clock) -> anyhow::Result<()> {
    let files = files()?;
    let missing = store::missing(db, &files).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let hash = crate::features::sign_in::hash(PASSWORD.to_owned()).await?;
    for file in missing {
        store::load(db, clock, file, &hash).await.with_context(|| format!("the seed of {} failed", file.slug))?;
    }
    store::operator(db, OPERATOR, &hash).await
}

/// The table of sign-ins that the demo prints.
///
/// # Errors
/// A seed file that cannot be read.
pub fn sign_ins(address: &str) -> anyhow::Result<String> {
    let mut table =
        format!("Sign in at {address}/sign-in with the password {PASSWORD} (no second factor in the demo):\n\n");
    for file in files()? {
        writeln!(table, "  {}  {address}/{}", file.name, file.slug)?;
        for member in &file.members {
            writeln!(table, "    {:<38} {}", member.email, member.post)?;
        }
    }
    writeln!(table, "  The installation  {address}/operator\n    {OPERATOR:<38} Operator")?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicators(nodes: &[file::Node]) -> Vec<&file::Indicator> {
        nodes.iter().flat_map(|n| n.indicators.iter().chain(indicators(&n.children))).collect()
    }

    #[test]
    fn the_targets_of_a_plan_are_of_its_own_years() {
        let files = files().unwrap();
        for plan in files.iter().flat_map(|f| &f.plans) {
            for indicator in indicators(&plan.nodes) {
                let years = plan.first_year..=plan.last_year;
                assert!(indicator.targets.iter().all(|t| years.contains(&t.0)), "{}: {}", plan.title, indicator.name);
                let baseline = indicator.baseline_year.as_ref().map_or(plan.first_year, |y| y.parse().unwrap());
                assert!(baseline <= plan.last_year, "{}: {}", plan.title, indicator.name);
            }
        }
    }
}
