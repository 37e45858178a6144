//! Several in one cell: names parted by semicolons or lines, and, where each part is known, by whatever people part them with.

use rust_decimal::Decimal;

use super::words::is_nothing;
use crate::features::exchange::incoming::IncomingShare;
use crate::kernel::spreadsheet::PARTING;

/// Several in one cell: parted by semicolons or lines. Commas stand in names; a name with what parts them stands in quotes.
pub fn listed(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, left) = quoted(rest).unwrap_or_else(|| match rest.split_once(PARTING) {
            Some((part, left)) => (part.to_owned(), Some(left)),
            None => (rest.to_owned(), None),
        });
        parts.push(part.split_whitespace().collect::<Vec<_>>().join(" "));
        let Some(left) = left else { break };
        rest = left;
    }
    parts.retain(|part| !is_nothing(part));
    parts
}

/// A part in quotes, as [`in_list`] writes it, and what comes after it. `None`: the quotes are the name's own.
fn quoted(text: &str) -> Option<(String, Option<&str>)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let mut part = String::new();
    let mut left = inner;
    loop {
        let (before, after) = left.split_once('"')?;
        part.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                part.push('"');
                left = after;
            }
            None => {
                left = after;
                break;
            }
        }
    }
    if !part.contains(PARTING) && !part.contains('"') {
        return None;
    }
    let after = left.trim_start_matches([' ', '\t', '\r', '\u{a0}']);
    match after.strip_prefix(PARTING) {
        Some(after) => Some((part, Some(after))),
        None => after.is_empty().then_some((part, None)),
    }
}

/// A beneficiary with its share: "AL", "Albania 40 %", "Albania (40%)", "AL=40".
pub fn share(text: &str) -> IncomingShare {
    let bare = text.trim_end_matches([')', ' ']).trim_end_matches('%').trim_end();
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    let number = bare.get(digits.len()..).unwrap_or_default().replace(',', ".");
    let name = digits.trim_end_matches(['(', '=', ':', ' ', '–', '-']);
    let says = text.contains('%') || digits.ends_with('=') || digits.ends_with(':');
    match number.parse::<Decimal>().ok().filter(|_| says && !name.is_empty()) {
        Some(share) => IncomingShare { stated: name.to_owned(), share: Some(share) },
        None => IncomingShare { stated: text.to_owned(), share: None },
    }
}

/// Words that stand between the last two of several.
const AND: [&str; 6] = [" and ", " und ", " et ", " dhe ", " i ", " и "];

/// Beneficiaries that people part by commas, strokes or words ("AL, XK and RS", "Albania 60 %, Serbia 40 %"), where what stands there is
/// no name by itself and each part is one. Whose a share is has to be clear: each has one, or none.
pub fn parted(stated: &IncomingShare, is_known: impl Fn(&str) -> bool) -> Vec<IncomingShare> {
    let whole = || vec![stated.clone()];
    if is_known(&stated.stated) {
        return whole();
    }
    let parts = stated.stated.split([',', '/', '+', '&']).flat_map(|part| {
        let found = AND.iter().find(|word| part.contains(**word)).filter(|_| !is_known(&share(part.trim()).stated));
        found.map_or_else(|| vec![part], |word| part.split(*word).collect())
    });
    let mut parts: Vec<IncomingShare> = parts.map(|part| share(part.trim())).collect();
    if let Some(last) = parts.last_mut() {
        last.share = last.share.or(stated.share);
    }
    let shared = parts.iter().filter(|part| part.share.is_some()).count();
    let clear = shared == 0 || shared == parts.len();
    if clear && parts.iter().all(|part| is_known(&part.stated)) { parts } else { whole() }
}

/// A name that is looked at piece by piece is no longer than this, has no more pieces, and a name among them takes in no more of them.
const LONGEST: usize = 2_000;
const MOST_PIECES: usize = 40;
const PIECES_OF_A_NAME: usize = 6;

/// Where a text can be parted: at commas, strokes and words that join, outside of brackets. The pieces between, none empty.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let (mut pieces, mut from, mut depth, mut at) = (Vec::new(), 0, 0_u32, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        let rest = text.get(at..).unwrap_or_default();
        let word = AND.iter().find(|word| rest.starts_with(**word));
        let parts = depth == 0 && (matches!(c, ',' | '/' | '+' | '&') || word.is_some());
        let next = at + c.len_utf8();
        if parts {
            pieces.push((from, at));
            // the space behind a word begins the next: "A and and B" has nothing between its two
            from = word.map_or(next, |word| at + word.len() - 1);
        }
        at = if parts { from } else { next };
    }
    pieces.push((from, text.len()));
    pieces.retain(|(from, to)| text.get(*from..*to).is_some_and(|piece| !piece.trim().is_empty()));
    pieces
}

/// Organisations that people part by commas, strokes or words ("Norland, UNDP and Sudland"), where what stands there is no name by itself
/// and each part is one. A name with a comma in it stays whole: the fewest parts count, and where two ways have as few, it stays one name.
pub fn parted_names(stated: &str, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let whole = || vec![stated.to_owned()];
    if stated.len() > LONGEST || is_known(stated) {
        return whole();
    }
    let pieces = pieces(stated);
    if pieces.len() < 2 || pieces.len() > MOST_PIECES {
        return whole();
    }
    // up to each piece: how many names at least, in how many ways, and where the last of them begins
    let mut ways: Vec<Option<(usize, usize, usize)>> = vec![Some((0, 1, 0))];
    for end in 1..=pieces.len() {
        let mut best: Option<(usize, usize, usize)> = None;
        for start in end.saturating_sub(PIECES_OF_A_NAME)..end {
            let Some((names, count, _)) = ways.get(start).copied().flatten() else { continue };
            if !between(stated, &pieces, start, end).is_some_and(&is_known) {
                continue;
            }
            best = match best {
                Some((least, ..)) if least < names + 1 => best,
                Some((least, others, at)) if least == names + 1 => Some((least, others + count, at)),
                _ => Some((names + 1, count, start)),
            };
        }
        ways.push(best);
    }
    let mut names = Vec::new();
    let mut end = pieces.len();
    while end > 0 {
        let Some((_, 1, start)) = ways.get(end).copied().flatten() else { return whole() };
        names.extend(between(stated, &pieces, start, end).map(str::to_owned));
        end = start;
    }
    names.reverse();
    names
}

/// The text from the first of some pieces to the last of them.
fn between<'a>(text: &'a str, pieces: &[(usize, usize)], start: usize, end: usize) -> Option<&'a str> {
    let ((from, _), (_, to)) = (pieces.get(start)?, pieces.get(end.checked_sub(1)?)?);
    text.get(*from..*to).map(str::trim)
}

/// Of a text that is no name: the first part of it that is none, where another is one.
pub fn unknown_part(stated: &str, is_known: impl Fn(&str) -> bool) -> Option<&str> {
    if stated.len() > LONGEST {
        return None;
    }
    let pieces = pieces(stated);
    let all = || pieces.iter().take(MOST_PIECES).filter_map(|(from, to)| stated.get(*from..*to)).map(str::trim);
    all().find(|piece| !is_known(piece)).filter(|_| all().any(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::spreadsheet::in_list;
    use proptest::prelude::*;

    #[test]
    fn names_with_what_parts_names_come_back_as_they_were() {
        let names = [
            "Ministry; Department",
            "A | B",
            "\"Hope\" NGO",
            "\"Hope\"",
            "\"A",
            "B\"",
            "Plain, Ltd",
            "He said \"x; y\"",
        ];
        let cell = names.map(in_list).join("; ");
        assert_eq!(listed(&cell), names, "{cell}");
        // what people type stays what it was
        for (typed, read) in [
            ("A; B", vec!["A", "B"]),
            ("\"Hope\" NGO; B", vec!["\"Hope\" NGO", "B"]),
            ("\"A; B\" C", vec!["\"A", "B\" C"]),
            ("\"Hope\"", vec!["\"Hope\""]),
            ("\"A;", vec!["\"A"]),
            ("A;; n/a", vec!["A"]),
        ] {
            assert_eq!(listed(typed), read, "{typed}");
        }
    }

    #[test]
    fn beneficiaries_are_parted_as_people_part_them() {
        let is_known = |name: &str| ["AL", "XK", "RS", "Albania", "Serbia", "Bosnia and Herzegovina"].contains(&name);
        let read = |text: &str| -> Vec<(String, Option<String>)> {
            let all = parted(&share(text), is_known);
            all.into_iter().map(|b| (b.stated, b.share.map(|s| s.to_string()))).collect()
        };
        let plain = |names: &[&str]| names.iter().map(|n| ((*n).to_owned(), None)).collect::<Vec<_>>();
        assert_eq!(read("AL, XK, RS"), plain(&["AL", "XK", "RS"]));
        assert_eq!(read("AL/XK"), plain(&["AL", "XK"]));
        assert_eq!(read("Albania, Bosnia and Herzegovina"), plain(&["Albania", "Bosnia and Herzegovina"]));
        assert_eq!(read("Albania and Serbia"), plain(&["Albania", "Serbia"]));
        let shares =
            [("Albania", "60"), ("Bosnia and Herzegovina", "40")].map(|(n, s)| (n.to_owned(), Some(s.to_owned())));
        assert_eq!(read("Albania 60 %, Bosnia and Herzegovina 40%"), shares);
        // whose the share is, nobody said; and what is no name stays as it stands
        assert_eq!(read("AL, XK 40 %"), [("AL, XK".to_owned(), Some("40".to_owned()))]);
        assert_eq!(read("Albania, Atlantis"), plain(&["Albania, Atlantis"]));
    }

    #[test]
    fn organisations_are_parted_where_each_part_is_one() {
        let known = [
            "Norland",
            "UNDP",
            "Sudland",
            "Save the Children, Norland",
            "Ministry of Justice and Public Security",
            "Norland (MFA)",
            "Research/Development Fund",
            "A",
            "B",
            "A, B",
            "B, C",
            "C",
        ];
        let read = |text: &str| parted_names(text, |name| known.contains(&name));
        for (text, names) in [
            ("Norland, UNDP", vec!["Norland", "UNDP"]),
            ("Norland / UNDP", vec!["Norland", "UNDP"]),
            ("Norland/UNDP/Sudland", vec!["Norland", "UNDP", "Sudland"]),
            ("Norland, UNDP and Sudland", vec!["Norland", "UNDP", "Sudland"]),
            ("Norland, UNDP, and Sudland", vec!["Norland", "UNDP", "Sudland"]),
            ("Norland i UNDP", vec!["Norland", "UNDP"]),
            ("Norland и UNDP", vec!["Norland", "UNDP"]),
            ("Norland dhe UNDP", vec!["Norland", "UNDP"]),
            ("Norland & UNDP + Sudland", vec!["Norland", "UNDP", "Sudland"]),
            ("Norland (MFA), UNDP,", vec!["Norland (MFA)", "UNDP"]),
            // a name that holds what parts others stays whole
            ("Save the Children, Norland", vec!["Save the Children, Norland"]),
            ("Save the Children, Norland, UNDP", vec!["Save the Children, Norland", "UNDP"]),
            (
                "UNDP and Ministry of Justice and Public Security",
                vec!["UNDP", "Ministry of Justice and Public Security"],
            ),
            ("UNDP/Research/Development Fund", vec!["UNDP", "Research/Development Fund"]),
            ("A, B", vec!["A, B"]),
            ("A, B, UNDP", vec!["A, B", "UNDP"]),
            // two ways, a part that is none, brackets around what parts
            ("A, B, C", vec!["A, B, C"]),
            ("Norland, Atlantis", vec!["Norland, Atlantis"]),
            ("Norland (UNDP, Sudland)", vec!["Norland (UNDP, Sudland)"]),
            ("Norlandia", vec!["Norlandia"]),
            ("", vec![""]),
            (", / and ", vec![", / and "]),
        ] {
            assert_eq!(read(text), names, "{text}");
        }
        let missing = |text: &'static str| unknown_part(text, |name| known.contains(&name));
        assert_eq!(missing("Norland, Atlantis and UNDP"), Some("Atlantis"));
        assert_eq!((missing("Atlantis, Lemuria"), missing("Atlantis")), (None, None));
    }

    proptest! {
        /// Names of which none holds what parts them come back from whatever parts them; and what is no list of them is never parted.
        #[test]
        fn names_come_back_from_what_parts_them(
            names in prop::collection::vec(prop::sample::select(vec!["Norland", "UNDP", "Sudland", "Savez općina", "Џ. фонд"]), 1..8),
            by in prop::collection::vec(prop::sample::select(vec![", ", ",", " / ", "/", " and ", " i ", " и ", " dhe ", ", and ", " & "]), 8),
            strange in any::<String>(),
        ) {
            let is_known = |name: &str| ["Norland", "UNDP", "Sudland", "Savez općina", "Џ. фонд"].contains(&name);
            let mut cell = String::new();
            for (name, sign) in names.iter().zip(&by) {
                if !cell.is_empty() { cell.push_str(sign); }
                cell.push_str(name);
            }
            prop_assert_eq!(parted_names(&cell, is_known), names);
            let other = format!("{cell}, {strange}!");
            prop_assert_eq!(parted_names(&other, is_known), vec![other.clone()]);
            unknown_part(&other, is_known);
        }
    }
}
