//! The same statements with the same parameters, sent by pgbench: what the database alone can do.

use anyhow::{Context as _, Result, bail, ensure};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::capture::Statement;
use crate::place::{DATABASE, Place};

/// What `kernel::db` sets for its connections.
const OPTIONS: &str = "-c jit=off";

/// A page's statements as a script of pgbench, and the values of its variables.
///
/// Parameters stay parameters (pgbench sends its variables as such), so that the server plans as it does for the app:
/// written into the statement they would be planned once for all, and the comparison would flatter pgbench. Only NULL is
/// written out, because a variable cannot be it.
pub struct Script {
    text: String,
    variables: Vec<(String, String)>,
}

impl Script {
    /// # Errors
    /// A statement that pgbench cannot send as it is.
    pub fn new(statements: &[Statement]) -> Result<Self> {
        let mut script = Self { text: String::new(), variables: Vec::new() };
        for (number, statement) in statements.iter().enumerate() {
            if statement.parameters.is_empty() && statement.sql.contains(';') {
                // what goes out in one message goes out in one here
                script.text.push_str("\\startpipeline\n");
                for part in statement.sql.split(';').filter(|part| !part.trim().is_empty()) {
                    writeln!(script.text, "{};", part.trim())?;
                }
                script.text.push_str("\\endpipeline\n");
            } else {
                let sql = without_colons(&statement.sql)?;
                let sql = script.with_variables(number, &sql, &statement.parameters)?;
                writeln!(script.text, "{};", sql.trim().trim_end_matches(';'))?;
            }
        }
        Ok(script)
    }

    fn with_variables(&mut self, number: usize, sql: &str, parameters: &[Option<String>]) -> Result<String> {
        let mut out = String::with_capacity(sql.len() + 100);
        let mut rest = sql;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            let digits: String = after.chars().skip(1).take_while(char::is_ascii_digit).collect();
            rest = after.get(1 + digits.len()..).unwrap_or_default();
            let Ok(index) = digits.parse::<usize>() else {
                out.push('$');
                continue;
            };
            match index.checked_sub(1).and_then(|i| parameters.get(i)) {
                Some(Some(_)) => write!(out, ":s{number}_{index}")?,
                Some(None) => out.push_str("null"),
                None => bail!("${index} has no value in the log"),
            }
        }
        out.push_str(rest);
        for (i, value) in parameters.iter().enumerate() {
            if let Some(value) = value {
                self.variables.push((format!("s{number}_{}", i + 1), value.clone()));
            }
        }
        Ok(out)
    }
}

/// pgbench takes `:name` for a variable even inside quotes: such a text is written with an escape instead, such a name
/// (what the macros of sqlx call a column) without its colon. Comments are left out.
fn without_colons(sql: &str) -> Result<String> {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '-']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(comment) = from.strip_prefix("--") {
            rest = comment.find('\n').and_then(|end| comment.get(end..)).unwrap_or_default();
            continue;
        }
        let mark = if from.starts_with('-') { None } else { from.chars().next() };
        let Some(mark) = mark else {
            out.push('-');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        let close = from.get(1..).and_then(|q| q.find(mark)).context("a quote that does not end")? + 2;
        let quoted = from.get(..close).unwrap_or_default();
        match mark {
            '"' => out.push_str(&quoted.replace(':', ".")),
            _ if quoted.contains(':') => write!(out, "U&{}", quoted.replace('\\', "\\\\").replace(':', "\\003A"))?,
            _ => out.push_str(quoted),
        }
        rest = from.get(close..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// Transactions a second, and milliseconds of each.
pub fn run(place: &Place, script: &Script, clients: u32, seconds: u32, scratch: &Path) -> Result<(f64, f64)> {
    let file = scratch.join("page.sql");
    std::fs::write(&file, &script.text)?;
    let program = place.binaries().program("pgbench");
    let mut command = Command::new(&program);
    command.args([
        "-n",
        "-M",
        "prepared",
        &format!("-c{clients}"),
        &format!("-j{}", clients.min(2)),
        &format!("-T{seconds}"),
    ]);
    command.arg("-h").arg(place.socket()).args(["-p", "5432", "-U", "concert_app", "-f"]).arg(&file);
    for (name, value) in &script.variables {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    let output = command.arg(DATABASE).env("LC_ALL", "C.UTF-8").env("PGOPTIONS", OPTIONS).output();
    let output = output.with_context(|| format!("cannot run {} (Debian: postgresql-contrib)", program.display()))?;
    let (text, words) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && !words.contains("ERROR"), "pgbench failed: {words}");
    let number = |label: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(label));
        line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse::<f64>().ok())
    };
    number("tps = ").zip(number("latency average = ")).with_context(|| format!("pgbench told nothing: {text}"))
}
