//! `concert import`: actions from a file, in the name of an account, for those who automate.

use anyhow::{Context, ensure};
use clap::Args;
use std::path::PathBuf;
use tokio::runtime::Runtime;

use super::place::Reached;
use crate::config::Place;
use crate::features::exchange::command::{self, Asked, Report};
use crate::kernel::clock::Clock;
use crate::kernel::permit::Handling;

#[derive(Debug, Clone, Args)]
pub struct Import {
    /// A workbook (.xlsx), separated values (.csv), IATI activities (.xml, packed by gzip or not) or the archive of a process (.zip)
    file: PathBuf,
    /// The process, as it stands in its addresses
    #[arg(long)]
    process: String,
    /// The e-mail address of the account in whose name it is done; its rights are what counts
    #[arg(long = "as")]
    email: String,
    /// The id of the organisation that keeps new actions; the account's own unless said otherwise
    #[arg(long)]
    organisation: Option<uuid::Uuid>,
    /// Who sees new actions of which the file does not say so: public, members, parties, restricted. What comes from IATI is
    /// published already, and is public unless said otherwise; what comes from tables is for members
    #[arg(long, alias = "handling")]
    level: Option<String>,
    /// The short name of the pillar of new actions of which the file names none
    #[arg(long)]
    pillar: Option<String>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// # Errors
/// The data or the file cannot be reached; the account may not; the file as a whole cannot be read or taken in, which
/// its report says. A row that is wrong is told, not an error.
pub fn run(import: &Import, runtime: &Runtime) -> anyhow::Result<()> {
    let level = |text: &String| Handling::parse(text).context("there is no such handling level");
    let handling = import.level.as_ref().map(level).transpose()?;
    let reached = Reached::open(&import.place, runtime)?;
    let done = runtime.block_on(async {
        let whose = reached.db.whose(&import.process, &import.email).await?;
        let (process, account) = whose.context("there is no such process, or no such account")?;
        let organisation = import.organisation.map(crate::kernel::ids::OrganisationId);
        let (pillar, dry_run) = (import.pillar.clone(), import.dry_run);
        let asked = Asked { process, account, organisation, handling, pillar, dry_run };
        command::import(&reached.db, &Clock::default(), &reached.base_url, &asked, &import.file).await
    });
    let closed = reached.close(runtime);
    let report = done?;
    closed?;
    if import.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    ensure!(report.is_done(import.dry_run), "nothing was {}", if import.dry_run { "compared" } else { "taken in" });
    Ok(())
}

fn print(report: &Report) {
    println!("{}", report.state);
    for (what, n) in report.rows.iter().chain(&report.results) {
        println!("{n:>8} {what}");
    }
    println!("{:>8.1} s to read and compare, {:.1} s to take in", report.seconds_read, report.seconds_applied);
    if let Some(said) = &report.said {
        println!("{said}");
    }
    for (what, names) in [("columns", &report.columns_left_out), ("sheets", &report.sheets_left_out)] {
        if !names.is_empty() {
            println!("{what} left out: {}", names.join(", "));
        }
    }
    for row in &report.wrong {
        println!("row {}: {}", row.row, row.problems.join("; "));
    }
    for row in &report.lost {
        println!("row {}, left out: {}", row.row, row.problems.join("; "));
    }
}
