//! Writes an activity file of version 2.03, one activity at a time.

use chrono::{DateTime, Utc};

use super::xml::Element;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The head of the file. `notes` stand in it as comments, for who opens it.
pub fn head(generated: DateTime<Utc>, notes: &[String]) -> String {
    let mut to = DECLARATION.to_owned();
    to.extend(notes.iter().map(|note| comment(note)));
    let generated = generated.format("%Y-%m-%dT%H:%M:%SZ");
    to.push_str(&format!("<iati-activities version=\"2.03\" generated-datetime=\"{generated}\">\n"));
    to
}

/// The head of a file that says nothing of itself.
pub fn opening() -> String {
    format!("{DECLARATION}<iati-activities version=\"2.03\">\n")
}

/// One activity, which stands in the schema's order already.
pub fn activity(tree: &Element, to: &mut String) {
    tree.write(to, 0);
    to.push('\n');
}

pub const TAIL: &str = "</iati-activities>\n";

/// A comment on a line of its own. It cannot hold two hyphens in a row, nor end with one.
pub fn comment(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().filter(|c| super::xml::is_writable(*c)) {
        if c == '-' && safe.ends_with('-') {
            safe.push(' ');
        }
        safe.push(c);
    }
    format!("<!-- {safe} -->\n")
}
