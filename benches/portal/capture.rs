//! What a page sends to the database: read from the server's log, where PostgreSQL writes every statement with its
//! parameters while it is told to.

use anyhow::{Context as _, Result, bail, ensure};
use std::collections::HashMap;
use std::time::Duration;

use crate::http::{Client, Request};
use crate::place::Place;

/// One statement as it was executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sql: String,
    /// Parameters in their text form; none is NULL.
    pub parameters: Vec<Option<String>>,
    /// Time in the database: planning and executing.
    pub ms: f64,
}

/// Sends the request until two answers have sent the same statements, and answers the last ones'. A job that happens to
/// run meanwhile, or a session that is marked as in use, is not the page's.
pub async fn statements(place: &Place, address: std::net::SocketAddr, request: &Request) -> Result<Vec<Statement>> {
    place.set("log_min_duration_statement", "0").await?;
    let captured = agreed(place, address, request).await;
    place.set("log_min_duration_statement", "").await?;
    captured
}

async fn agreed(place: &Place, address: std::net::SocketAddr, request: &Request) -> Result<Vec<Statement>> {
    let mut client = Client::connect(address).await?;
    // every connection of the pool has prepared the statements before; one of them may have missed the new setting
    let mut last: Option<Vec<Statement>> = None;
    for _ in 0..8 {
        let (_, from) = place.log_since(0)?;
        let answer = client.send(request).await?;
        ensure!(answer.status < 400, "status {} while its statements were looked at", answer.status);
        // the end of a transaction that is dropped goes out after the answer
        tokio::time::sleep(Duration::from_millis(150)).await;
        let (log, _) = place.log_since(from)?;
        let now = parse(&log)?;
        let texts = |s: &[Statement]| s.iter().map(|s| s.sql.clone()).collect::<Vec<_>>();
        if !now.is_empty() && last.as_ref().is_some_and(|last| texts(last) == texts(&now)) {
            return Ok(now);
        }
        last = Some(now);
    }
    bail!("the page sends other statements each time")
}

/// The statements of concert_app in a piece of the log.
fn parse(log: &str) -> Result<Vec<Statement>> {
    let mut statements: Vec<Statement> = Vec::new();
    // planning is told before executing; both are the database's time
    let mut planning: HashMap<String, f64> = HashMap::new();
    let mut open: HashMap<String, usize> = HashMap::new();
    for entry in log.split("\n@@").flat_map(|e| e.strip_prefix("@@").or(Some(e))) {
        let Some((prefix, message)) = entry.split_once("@@ ") else { continue };
        let Some((process, "concert_app")) = prefix.split_once('|') else { continue };
        // PostgreSQL sets a tab after each line end of a message
        let message = message.trim_end_matches('\n').replace("\n\t", "\n");
        if let Some(rest) = message.strip_prefix("LOG:  duration: ") {
            let (ms, what) = rest.split_once(" ms  ").unwrap_or((rest, ""));
            let ms: f64 = ms.trim_end_matches(" ms").parse().context("a duration")?;
            let (step, sql) = what.split_once(": ").unwrap_or((what, ""));
            // the parameters that follow are those of this line: a bind tells them, too
            open.remove(process);
            match step.split(' ').next() {
                Some("parse" | "bind") => *planning.entry(process.to_owned()).or_default() += ms,
                Some("statement" | "execute") => {
                    let ms = ms + planning.remove(process).unwrap_or_default();
                    open.insert(process.to_owned(), statements.len());
                    statements.push(Statement { sql: sql.trim().to_owned(), parameters: Vec::new(), ms });
                }
                _ => {}
            }
        } else if let Some(rest) = message.strip_prefix("DETAIL:  ")
            && let Some((_, list)) = rest.split_once("arameters: ")
            && let Some(statement) = open.get(process).and_then(|at| statements.get_mut(*at))
        {
            statement.parameters = parameters(list)?;
        }
    }
    Ok(statements)
}

/// `$1 = 'it''s', $2 = NULL`
fn parameters(list: &str) -> Result<Vec<Option<String>>> {
    let mut found = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let (_, value) = rest.split_once(" = ").context("a parameter without its value")?;
        if let Some(after) = value.strip_prefix("NULL") {
            found.push(None);
            rest = after.trim_start_matches(", ");
            continue;
        }
        let quoted = value.strip_prefix('\'').context("a parameter without its quotes")?;
        let mut text = String::new();
        let mut characters = quoted.char_indices().peekable();
        let end = loop {
            match characters.next() {
                Some((_, '\'')) if characters.next_if(|(_, c)| *c == '\'').is_some() => text.push('\''),
                Some((at, '\'')) => break at + 1,
                Some((_, c)) => text.push(c),
                None => bail!("a parameter that does not end: {list}"),
            }
        };
        found.push(Some(text));
        rest = quoted.get(end..).unwrap_or_default().trim_start_matches(", ");
    }
    Ok(found)
}

/// Plans of a page's statements, those inside functions included, as `auto_explain` writes them.
pub fn plans(log: &str) -> Vec<String> {
    let mut plans = Vec::new();
    for entry in log.split("\n@@").flat_map(|e| e.strip_prefix("@@").or(Some(e))) {
        let Some((prefix, message)) = entry.split_once("@@ ") else { continue };
        let Some((_, "concert_app")) = prefix.split_once('|') else { continue };
        let message = message.replace("\n\t", "\n");
        if message.starts_with("LOG:  duration: ") && message.contains("  plan:\n") {
            plans.push(message.trim_start_matches("LOG:  ").trim_end().to_owned());
        }
    }
    plans
}
