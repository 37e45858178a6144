//! The overlap finder from the command line: its measure, its learning. No database: the very index and score that the portal
//! uses, on files.

use anyhow::Context;
use std::path::PathBuf;

use crate::features::overlaps::measure;

#[derive(Debug, clap::Args)]
pub struct Bench {
    /// Activities, a JSON object a line, gzipped
    #[arg(long)]
    activities: PathBuf,
    /// Labelled pairs of them, a JSON object a line
    #[arg(long)]
    pairs: PathBuf,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// Seek each activity that has text in two languages by its text in the other one
    #[arg(long)]
    cross_language: bool,
    /// Measure once more without each kind of evidence
    #[arg(long)]
    ablation: bool,
    /// Print what was not found first
    #[arg(long)]
    misses: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Learn the weights from labelled pairs, and print them: the file src/features/overlaps/engine/weights.json
    Learn {
        #[arg(long)]
        activities: PathBuf,
        #[arg(long)]
        pairs: PathBuf,
    },
    /// Learn stand-ins for words of other languages from activities that have text in two, and write them
    Lexicon {
        #[arg(long)]
        activities: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
    /// Time and memory of a process of many actions, mixed from real activities
    Scale {
        #[arg(long)]
        activities: PathBuf,
        #[arg(long, default_value_t = 100_000)]
        actions: usize,
    },
    /// The pairs found in a seed of actions, to be judged by hand
    Seed {
        file: PathBuf,
        #[arg(long, default_value_t = crate::features::overlaps::engine::CASE_THRESHOLD)]
        least: f32,
    },
}

/// # Errors
/// A file cannot be read, or is not what it should be.
pub fn bench(b: &Bench) -> anyhow::Result<()> {
    let options = measure::Options { cross_language: b.cross_language, ablation: b.ablation, misses: b.misses };
    let report = measure::run(&b.activities, &b.pairs, options)?;
    if b.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// # Errors
/// A file cannot be read or written, or is not what it should be.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Learn { activities, pairs } => print!("{}", measure::learn(activities, pairs)?),
        Command::Lexicon { activities, out } => {
            let bytes = measure::learn_lexicon(activities)?;
            std::fs::write(out, bytes).with_context(|| format!("{} cannot be written", out.display()))?;
        }
        Command::Scale { activities, actions } => {
            println!("{}", serde_json::to_string_pretty(&measure::scale::measure(activities, *actions)?)?);
        }
        Command::Seed { file, least } => {
            for pair in measure::seed::found(file, *least)? {
                println!("{:.3} {:.3} {:?}", pair.likelihood, pair.same, pair.kind);
                println!(
                    "   {} {}\n   {} {}\n      {}",
                    pair.keys.0, pair.titles.0, pair.keys.1, pair.titles.1, pair.why
                );
            }
        }
    }
    Ok(())
}
