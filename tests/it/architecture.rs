//! The rules of the code's shape, as far as a machine can hold them.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) && !path.to_string_lossy().contains("/node_modules/") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    assert!(!found.is_empty(), "no {ending} under {folder}");
    found
        .into_iter()
        .map(|p| {
            (
                p.strip_prefix(root()).expect("inside").display().to_string(),
                String::from_utf8_lossy(&fs::read(&p).expect("a file")).into_owned(),
            )
        })
        .collect()
}

fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn kernel_knows_no_feature_and_features_go_through_each_others_front_door() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", ".rs") {
        for (i, line) in text.lines().enumerate() {
            if name.starts_with("src/kernel/") && (line.contains("crate::features") || line.contains("crate::routes")) {
                wrong.push(format!("{name}:{}: {line}", i + 1));
            }
            let Some(own) = name.strip_prefix("src/features/").and_then(|rest| rest.split('/').next()) else {
                continue;
            };
            if line.contains("crate::routes") {
                wrong.push(format!("{name}:{}: {line}", i + 1));
            }
            if let Some((_, used)) = line.split_once("crate::features::") {
                let parts: Vec<&str> = used.split("::").collect();
                let other = parts.first().copied().unwrap_or_default();
                // `crate::features::other::Thing` is its front door, `crate::features::other::inner::thing` is not
                let inner =
                    parts.get(1).is_some_and(|p| p.chars().next().is_some_and(char::is_lowercase) && parts.len() > 2);
                if other != own && inner {
                    wrong.push(format!("{name}:{}: {line}", i + 1));
                }
            }
        }
    }
    assert_none("imports against the rule", wrong);
}

#[test]
fn sql_stands_in_stores_only() {
    let mut wrong = Vec::new();
    for (name, text) in files("src/features", ".rs") {
        if name.contains("store") {
            continue;
        }
        for (i, line) in text.lines().enumerate() {
            if line.contains("sqlx::query")
                || line.contains("query!(")
                || line.contains("query_as!(")
                || line.contains("query_scalar!(")
            {
                wrong.push(format!("{name}:{}: {line}", i + 1));
            }
        }
    }
    assert_none("SQL outside a store", wrong);
}

/// Whether a line reads one of these tables.
fn reads(line: &str, tables: &[&str]) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    ["from ", "join "].iter().any(|verb| {
        line.match_indices(verb).any(|(at, _)| {
            let begins = line[..at].chars().next_back().is_none_or(|c| !word(c));
            let table = line[at + verb.len()..].split(|c: char| !word(c)).next().unwrap_or_default();
            begins && tables.contains(&table)
        })
    })
}

/// Stores read through the views, which know who sees what. Writing and locking name the tables; what else goes past a view
/// says why.
#[test]
fn stores_read_through_the_views() {
    let guarded = [
        "action",
        "contribution",
        "remark",
        "suggestion",
        "board_decision",
        "decision_paper",
        "board_seat",
        "board_vote",
        "party_statement",
        "need",
        "response",
        "need_judgement",
        "plan",
        "plan_node",
        "plan_snapshot",
        "consultation",
        "party_position",
        "plan_remark",
        "history",
        "stored_file",
        "meeting",
        "agenda_item",
        "meeting_paper",
        "meeting_task",
        "meeting_attendance",
        "stored_file_version",
        "envelope",
        "pack",
        "round_item",
        "progress_report",
        "progress_confirmation",
        "progress_value",
        "indicator_actual",
    ];
    let mut wrong = Vec::new();
    for (name, text) in files("src/features", ".rs") {
        for (i, line) in text.lines().enumerate() {
            let excused = line.contains("delete from") || line.contains("-- past the view: ");
            if reads(line, &guarded) && !excused {
                wrong.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    assert_none("read past the view", wrong);
}

/// Who may do what is asked of the table (`kernel/permit`), and as whom it is done of its `Side`: never of the role of
/// whoever does it.
#[test]
fn a_role_is_asked_of_the_table_alone() {
    let asked = ["by.role ==", "by.role !=", "match by.role", ", by.role)", "has_role("];
    let mut wrong = Vec::new();
    for (name, text) in files("src/features", ".rs") {
        for (i, line) in text.lines().enumerate() {
            if asked.iter().any(|a| line.contains(a)) {
                wrong.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    assert_none("asked of a role", wrong);
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for (name, text) in files(folder, ".rs") {
            let lines = text.lines().count();
            if lines > 450 && name != "tests/it/harness.rs" {
                long.push(format!("{name}: {lines} lines"));
            }
        }
    }
    assert_none("files that hold a second thing", long);
}

#[test]
fn no_template_has_inline_code() {
    let mut wrong = Vec::new();
    for (name, text) in files("templates", ".html") {
        for (i, line) in text.lines().enumerate() {
            let low = line.to_lowercase();
            if low.contains("<script>")
                || low.contains("<style")
                || low.contains(" style=\"")
                || low.contains(" onclick=")
                || low.contains(" onchange=")
                || low.contains("hx-on")
            {
                wrong.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
        if text.to_lowercase().contains("method=\"post\"")
            && !text.contains("form_token")
            && !text.contains("form::token")
            && !text.contains("call token")
        {
            wrong.push(format!("{name}: a form without its token"));
        }
    }
    assert_none("what the policy refuses", wrong);
}

/// How an address becomes one that opens a letter is said in one place.
#[test]
fn letters_are_opened_in_one_way() {
    let own = files("templates", ".html").into_iter().filter(|(_, text)| text.contains("mailto:"));
    assert_none("addresses of letters put together by hand", own.map(|(name, _)| name).collect());
}

/// Hints under fields begin and end as sentences do, and all texts have one apostrophe.
#[test]
fn texts_are_of_one_style() {
    // what stands inside a field before anything is typed
    let placeholders = ["list-words-hint", "public-words-hint"];
    let mut wrong = Vec::new();
    for (name, text) in files("locales/en", ".ftl") {
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let hint = line.split_once(" = ").filter(|(key, _)| key.contains("hint") && !placeholders.contains(key));
            let sentence = |said: &str| !said.starts_with(char::is_lowercase) && said.ends_with(['.', '!', '?', '…']);
            if line.contains('\'') || hint.is_some_and(|(_, said)| !sentence(said)) {
                wrong.push(format!("{name}: {line}"));
            }
        }
    }
    assert_none("texts of another style", wrong);
}

/// Every key that code and templates name has its text, and no text is left over.
#[test]
fn every_text_exists() {
    let mut known = std::collections::BTreeSet::new();
    let mut twice = Vec::new();
    for (name, text) in files("locales/en", ".ftl") {
        for line in text.lines() {
            if let Some((key, _)) = line.split_once('=')
                && !line.starts_with([' ', '#', '.', '*', '[', '}'])
                && !known.insert(key.trim().to_owned())
            {
                twice.push(format!("{name}: {}", key.trim()));
            }
        }
    }
    assert_none("texts that stand twice, of which one is never said", twice);
    let mut missing = Vec::new();
    let named = [("src", ".rs"), ("templates", ".html")];
    for (folder, ending) in named {
        for (name, text) in files(folder, ending) {
            for opening in [
                "p.t(\"",
                "p.t1(\"",
                "p.t2(\"",
                "p.t3(\"",
                "p.tn(\"",
                "Message::new(\"",
                "page.t(\"",
                "page.tn(\"",
                "page.t1(\"",
            ] {
                for found in text.split(opening).skip(1) {
                    let key = found.split('"').next().unwrap_or_default();
                    if !known.contains(key) {
                        missing.push(format!("{name}: {key}"));
                    }
                }
            }
        }
    }
    assert_none("texts that are missing", missing);
}

#[test]
fn nothing_names_this_machine() {
    let mut wrong = Vec::new();
    for folder in ["src", "templates", "locales", "tests", "migrations", "scripts", "docs"] {
        if !root().join(folder).exists() {
            continue;
        }
        for (name, text) in files(folder, "") {
            let spelled = ["/wo", "rk/"].concat();
            if text.contains(&spelled) {
                wrong.push(name);
            }
        }
    }
    assert_none("paths of one machine", wrong);
}

/// A later release of what a package needs cannot break a run.
#[test]
fn what_the_scripts_install_is_of_fixed_versions() {
    let mut wrong = Vec::new();
    for (name, text) in files("scripts", ".txt") {
        let packages = text.lines().filter(|line| !line.starts_with('#'));
        wrong.extend(packages.filter(|line| !line.contains("==")).map(|line| format!("{name}: {line}")));
    }
    assert_none("without a fixed version", wrong);
}

/// The image is built from what `.dockerignore` lets through: whatever the program is compiled with is among it.
#[test]
fn the_image_has_what_the_program_is_made_of() {
    let let_through = fs::read_to_string(root().join(".dockerignore")).expect("the list");
    let mut missing = Vec::new();
    for folder in ["src", "migrations", "templates", "static", "locales", ".sqlx", "Cargo.toml", "Cargo.lock"] {
        if !let_through.lines().any(|line| line == format!("!{folder}")) {
            missing.push(folder.to_owned());
        }
    }
    for (name, text) in files("src", ".rs") {
        let compiled = text.split("#[cfg(test)]").next().unwrap_or_default();
        for included in compiled.split("include_str!(\"").skip(1) {
            let path = included.split('"').next().unwrap_or_default();
            let mut at: Vec<&str> = name.split('/').collect();
            at.pop();
            for part in path.split('/') {
                if part == ".." {
                    at.pop();
                } else {
                    at.push(part);
                }
            }
            let top = at.first().copied().unwrap_or_default();
            let is_test = name.ends_with("tests.rs");
            if !is_test && !let_through.lines().any(|line| line == format!("!{top}")) {
                missing.push(format!("{name}: {path}"));
            }
        }
    }
    assert_none("not let through by .dockerignore", missing);
    // what is read on its way through a file needs a place for it
    let compose = fs::read_to_string(root().join("docker-compose.yml")).expect("the services");
    assert!(!compose.contains("read_only: true") || compose.contains(":/tmp\""), "a place for temporary files");
}
