//! The plans that PostgreSQL really uses for a page, those of statements inside functions included.

use anyhow::{Result, bail, ensure};
use std::path::Path;
use std::time::Duration;

use crate::capture;
use crate::http::Client;
use crate::pages::Page;
use crate::place::Place;
use crate::server::Server;

const ON: [(&str, &str); 6] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_buffers", "on"),
    ("auto_explain.log_nested_statements", "on"),
    // a page asks for little; what is logged of it should be little too
    ("auto_explain.log_timing", "off"),
];

/// Prints each page's plans. Fails if one that must not reads the table of actions from end to end.
pub async fn run(place: &Place, pages: &[Page], scratch: &Path) -> Result<()> {
    for (name, value) in ON {
        // the module's settings are known to the server only once it is loaded, so they follow it
        place.set(name, value).await?;
    }
    let explained = explained(place, pages, scratch).await;
    for (name, _) in ON.iter().rev() {
        place.set(name, "").await?;
    }
    let scans = explained?;
    if scans.is_empty() {
        println!("No page that must use an index reads the actions from end to end.");
        return Ok(());
    }
    bail!("read the actions from end to end: {}", scans.join(", "))
}

async fn explained(place: &Place, pages: &[Page], scratch: &Path) -> Result<Vec<&'static str>> {
    // one connection, so that the last request's plans are those of a statement that has been executed some times: from
    // the sixth on PostgreSQL may keep a plan for all parameters
    let server = Server::start(place, 1, scratch).await?;
    let mut client = Client::connect(server.address).await?;
    let mut scans = Vec::new();
    for page in pages {
        for _ in 0..7 {
            client.send(&page.request).await?;
            if let Some(back) = &page.back {
                client.send(back).await?;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (_, from) = place.log_since(0)?;
        let answer = client.send(&page.request).await?;
        ensure!(answer.status == page.status, "{}: status {}", page.name, answer.status);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let plans = capture::plans(&place.log_since(from)?.0);
        if let Some(back) = &page.back {
            client.send(back).await?;
        }
        ensure!(
            !plans.is_empty(),
            "{}: no plans in the log; is auto_explain installed (Debian: postgresql-15)?",
            page.name
        );
        println!("== {} ({})\n", page.name, page.request.path);
        for (plan, times, ms) in dearest_first(&plans) {
            let often =
                if times > 1 { format!("{times} times, {ms:.2} ms together; the first: ") } else { String::new() };
            println!("{often}{plan}\n");
        }
        let scanned = plans.iter().any(|plan| plan.lines().any(reads_all));
        if scanned {
            println!("-- reads the actions from end to end\n");
        }
        if scanned && page.indexed {
            scans.push(page.name);
        }
    }
    Ok(scans)
}

/// One plan a statement, with how often it ran and how long in all: a function may be called for each of many rows.
fn dearest_first(plans: &[String]) -> Vec<(&str, usize, f64)> {
    let mut found: Vec<(&str, usize, f64)> = Vec::new();
    for plan in plans {
        // "duration: 0.402 ms  plan:", then the statement, then the plan
        let text = |plan: &str| {
            plan.split_once('\n').and_then(|(_, rest)| rest.split_once("(cost=")).map(|(text, _)| text.to_owned())
        };
        let ms = plan.split_whitespace().nth(1).and_then(|ms| ms.parse().ok()).unwrap_or(0.0);
        match found.iter_mut().find(|(first, ..)| text(first) == text(plan)) {
            Some((_, times, all)) => (*times, *all) = (*times + 1, *all + ms),
            None => found.push((plan, 1, ms)),
        }
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2));
    found
}

fn reads_all(line: &str) -> bool {
    let scan = line.split_once("Seq Scan on ").map(|(_, table)| table.split_whitespace().next().unwrap_or_default());
    scan == Some("action")
}
