//! The table, the file, and whether what must hold does.

use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::measure::Figures;
use crate::pages::Target;

pub const MOST_MEMORY_MB: f64 = 150.0;

pub struct Line {
    pub figures: Figures,
    pub target: Target,
}

/// What of a page's targets was reached: the name, what was wanted, and whether it is so.
pub fn verdicts(line: &Line) -> Vec<(String, bool)> {
    let (f, t) = (&line.figures, &line.target);
    let mut found = Vec::new();
    if let Some(wanted) = t.per_second {
        found.push((format!("{wanted:.0}/s"), f.busy.per_second >= wanted));
    }
    if let (Some(wanted), Some(ratio)) = (t.ratio, f.ratio) {
        found.push((format!("ratio {wanted}"), ratio >= wanted));
    }
    if let (Some(wanted), Some(half)) = (t.half_load_p99, &f.half) {
        found.push((format!("half p99 {wanted:.0} ms"), half.p99_ms < wanted));
    }
    if let Some(wanted) = t.one_client_p99 {
        found.push((format!("c1 p99 {wanted:.0} ms"), f.one.p99_ms < wanted));
    }
    if let (Some(wanted), Some(ms)) = (t.database_ms, f.database_ms) {
        found.push((format!("database {wanted:.0} ms"), ms < wanted));
    }
    if let Some(most) = t.statements {
        found.push((format!("{most} statements"), f.statements <= most));
    }
    found
}

pub fn table(lines: &[Line]) -> Result<String> {
    let head = [
        "page",
        "stmts",
        "kB",
        "req/s",
        "p50",
        "p99",
        "c1 p50",
        "c1 p99",
        "half p50",
        "half p99",
        "app cpu",
        "pgbench/s",
        "ratio",
        "db ms",
        "held against",
    ];
    let mut rows: Vec<Vec<String>> = vec![head.iter().map(|&h| h.to_owned()).collect()];
    let ms = |ms: f64| if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.0}") };
    let maybe = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    for line in lines {
        let f = &line.figures;
        let told: Vec<String> = verdicts(line)
            .into_iter()
            .filter(|(what, held)| !*held || !what.ends_with("statements"))
            .map(|(what, held)| if held { format!("{what} ✓") } else { format!("{what} ✗") })
            .collect();
        let label = match (told.is_empty(), line.target.must) {
            (true, _) => "–".to_owned(),
            (false, true) => format!("must: {}", told.join(", ")),
            (false, false) => format!("aim: {}", told.join(", ")),
        };
        #[expect(clippy::cast_precision_loss, reason = "a size")]
        let kb = f.bytes as f64 / 1000.0;
        rows.push(vec![
            f.page.to_owned(),
            f.statements.to_string(),
            format!("{kb:.0}"),
            if f.busy.per_second < 10.0 {
                format!("{:.2}", f.busy.per_second)
            } else {
                format!("{:.0}", f.busy.per_second)
            },
            ms(f.busy.p50_ms),
            ms(f.busy.p99_ms),
            ms(f.one.p50_ms),
            ms(f.one.p99_ms),
            maybe(f.half.as_ref().map(|h| ms(h.p50_ms))),
            maybe(f.half.as_ref().map(|h| ms(h.p99_ms))),
            ms(f.app_ms),
            maybe(f.pgbench.map(|tps| format!("{tps:.0}"))),
            maybe(f.ratio.map(|ratio| format!("{ratio:.2}"))),
            maybe(f.database_ms.map(ms)),
            label,
        ]);
    }
    let widths: Vec<usize> = (0..head.len())
        .map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| c.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            // words to the left, figures to the right
            match i {
                0 => write!(text, "| {cell}{gap} ")?,
                14 => write!(text, "| {cell}{gap} |")?,
                _ => write!(text, "| {gap}{cell} ")?,
            }
        }
        text.push('\n');
        if at == 0 {
            for (i, width) in widths.iter().enumerate() {
                let line = "-".repeat(width + 1);
                match i {
                    0 => write!(text, "|{line}-")?,
                    14 => write!(text, "|{line}-|")?,
                    _ => write!(text, "|{line}:")?,
                }
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// What must hold and does not.
pub fn missed(lines: &[Line], memory_mb: f64) -> Vec<String> {
    let mut missed = Vec::new();
    for line in lines {
        let enforced = verdicts(line).into_iter().filter(|(what, _)| line.target.must || what.ends_with("statements"));
        missed.extend(enforced.filter(|(_, held)| !held).map(|(what, _)| format!("{}: {what}", line.figures.page)));
    }
    if memory_mb >= MOST_MEMORY_MB {
        missed.push(format!("memory: {memory_mb:.0} MB of {MOST_MEMORY_MB:.0}"));
    }
    missed
}

pub fn file(lines: &[Line], about: &Value, memory: (f64, f64)) -> Value {
    let pages: Vec<Value> = lines
        .iter()
        .map(|line| {
            let held: Vec<Value> =
                verdicts(line).into_iter().map(|(what, held)| json!({ "target": what, "held": held })).collect();
            json!({ "figures": line.figures, "must": line.target.must, "targets": held })
        })
        .collect();
    json!({ "about": about, "memory_mb": { "after": memory.0, "most": memory.1 }, "pages": pages })
}
