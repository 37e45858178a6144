//! A process of 100,000 actions: time of a query, time of a full pass, memory.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use chrono::Days;
use serde::Serialize;

use super::corpus::{self, Activity};
use super::figures::percentile;
use crate::features::overlaps::engine::intern::hash;
use crate::features::overlaps::engine::{CASE_THRESHOLD, Finder, Subject, When};

#[derive(Debug, Clone, Serialize)]
pub struct Scale {
    pub actions: usize,
    pub fill_seconds: f64,
    /// What the index says it holds, an action.
    pub bytes_an_action: usize,
    /// Where it lies.
    pub bytes_by_part: Vec<(String, usize)>,
    /// A query with everything: reading the subject, retrieval, scoring, explaining. One thread.
    pub query_ms_p50: f64,
    pub query_ms_p99: f64,
    pub query_ms_worst: f64,
    /// Every action's neighbours, two threads.
    pub pass_seconds: f64,
    pub pairs_above_threshold: usize,
    /// The most memory the whole program had (the corpus that the actions are mixed from included).
    pub peak_mib: Option<u64>,
    /// Of that, what the corpus took before the index was filled.
    pub corpus_mib: Option<u64>,
}

/// Fills an index with real activities and mixtures of them, and measures.
pub fn measure(activities: &Path, actions: usize) -> anyhow::Result<Scale> {
    let corpus: Vec<Subject> = corpus::activities(activities)?.iter().map(Activity::subject).collect();
    anyhow::ensure!(!corpus.is_empty(), "no activities to mix");
    let corpus_mib = memory("VmRSS");
    let started = Instant::now();
    let mut finder = Finder::new();
    for number in 0..actions {
        finder.put(number as u128, &mixed(&corpus, number));
    }
    let fill_seconds = started.elapsed().as_secs_f64();
    let mut times: Vec<f64> = Vec::new();
    for at in 0..2000_usize {
        let number = (hash(&format!("query {at}")) % actions as u64) as usize;
        let subject = mixed(&corpus, number);
        let started = Instant::now();
        let near = finder.near(&subject, 10, Some(number as u128));
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        std::hint::black_box(near);
    }
    let (next, above) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= actions {
                        break;
                    }
                    let near = finder.near_id(number as u128, 10);
                    let likely = near.iter().filter(|n| n.assessment.likelihood >= CASE_THRESHOLD).count();
                    above.fetch_add(likely, Ordering::Relaxed);
                }
            });
        }
    });
    Ok(Scale {
        actions,
        fill_seconds,
        bytes_an_action: finder.bytes() / actions.max(1),
        bytes_by_part: finder.bytes_by_part().into_iter().map(|(n, b)| (n.to_owned(), b / actions.max(1))).collect(),
        query_ms_p50: percentile(&mut times, 0.5),
        query_ms_p99: percentile(&mut times, 0.99),
        query_ms_worst: percentile(&mut times, 1.0),
        pass_seconds: started.elapsed().as_secs_f64(),
        pairs_above_threshold: above.into_inner(),
        peak_mib: memory("VmHWM"),
        corpus_mib,
    })
}

/// The first ones as they are, then mixtures of two: title and text half and half, places, parties and
/// money of one or the other, dates moved. The same number gives the same action.
fn mixed(corpus: &[Subject], number: usize) -> Subject {
    let of = |salt: &str| (hash(&format!("{salt}{number}")) % corpus.len() as u64) as usize;
    let Some(first) = corpus.get(number % corpus.len()) else { return Subject::default() };
    if number < corpus.len() {
        return first.clone();
    }
    let Some(second) = corpus.get(of("second")) else { return Subject::default() };
    let halves = |a: &[String], b: &[String]| -> Vec<String> {
        let a = a.first().map(String::as_str).unwrap_or_default();
        let b = b.first().map(String::as_str).unwrap_or_default();
        let half = |text: &str, front: bool| -> String {
            let words: Vec<&str> = text.split(' ').collect();
            let (head, tail) = words.split_at(words.len() / 2);
            if front { head.join(" ") } else { tail.join(" ") }
        };
        vec![format!("{} {}", half(a, true), half(b, false))]
    };
    let moved = |when: Option<When>| {
        when.map(|when| When {
            day: when.day.checked_add_days(Days::new(of("days") as u64 % 900)).unwrap_or(when.day),
            ..when
        })
    };
    let mut mixed = if of("base") % 2 == 0 { first.clone() } else { second.clone() };
    mixed.titles = halves(&first.titles, &second.titles);
    mixed.texts = halves(&first.texts, &second.texts);
    (mixed.start, mixed.end) = (moved(mixed.start), moved(mixed.end));
    mixed.identifiers = mixed.identifiers.iter().map(|identifier| format!("{identifier}-{number}")).collect();
    for amount in &mut mixed.amounts {
        amount.value = (amount.value * (1.0 + of("money") as f64 / corpus.len() as f64)).round();
    }
    mixed
}

/// A figure of this process's memory, in MiB, where the system tells it.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
