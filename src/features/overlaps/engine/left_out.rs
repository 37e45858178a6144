//! Which beneficiaries a text says are left out on purpose: "all beneficiaries except Albania", "Albania is not included, as
//! other sources cover it". English alone: what is not read is no evidence.

use super::Subject;
use crate::kernel::fold::fold_tokens;

/// After these words a name is one of those left out.
const BEFORE: [&[&str]; 11] = [
    &["except"],
    &["excepting"],
    &["with", "the", "exception", "of"],
    &["exclude"],
    &["excludes"],
    &["excluding"],
    &["other", "than"],
    &["not", "include"],
    &["not", "including"],
    &["not", "cover"],
    &["other", "sources", "cover"],
];
/// Before these words a name is one of those left out.
const AFTER: [&[&str]; 8] = [
    &["excluded"],
    &["not", "included"],
    &["not", "covered"],
    &["left", "out"],
    &["covered", "by", "other"],
    &["covered", "by", "another"],
    &["covered", "from", "other"],
    &["covered", "elsewhere"],
];
/// So many words may stand between the last name and its cue.
const NEAR: usize = 6;

impl Subject {
    /// With the beneficiaries that its texts say are left out, as long as it does not name them itself. `names`: code and
    /// name of each that there is.
    #[must_use]
    pub fn reading_left_out<'n>(mut self, names: impl IntoIterator<Item = (&'n str, &'n str)>) -> Self {
        let names: Vec<(&str, &str)> = names.into_iter().collect();
        for code in self.texts.iter().flat_map(|text| left_out(text, &names)) {
            if !self.beneficiaries.iter().chain(&self.excluded).any(|known| known == code) {
                self.excluded.push(code.to_owned());
            }
        }
        self
    }
}

/// Codes of those among `names` (code and name) that a text says are left out, each once, in their order.
fn left_out<'n>(text: &str, names: &[(&'n str, &str)]) -> Vec<&'n str> {
    let names: Vec<(&str, Vec<String>)> = names.iter().map(|(code, name)| (*code, fold_tokens(name))).collect();
    let mut out = vec![false; names.len()];
    for clause in text.split(['.', ';', ':', '!', '?', '(', ')', '\n']) {
        let tokens = fold_tokens(clause);
        // where each name stands: its first word and the one after its last
        let mut places: Vec<(usize, usize, usize)> = Vec::new();
        for (which, (_, name)) in names.iter().enumerate() {
            places.extend(starts(&tokens, name).map(|at| (at, at + name.len(), which)));
        }
        places.sort_unstable();
        if places.is_empty() {
            continue;
        }
        for cue in BEFORE {
            for at in starts(&tokens, cue) {
                // a list goes on as long as names follow closely
                let mut from = at + cue.len();
                for (start, end, which) in places.iter().filter(|(start, ..)| *start >= at + cue.len()) {
                    if *start > from + 2 {
                        break;
                    }
                    from = *end;
                    mark(&mut out, *which);
                }
            }
        }
        for cue in AFTER {
            for at in starts(&tokens, cue) {
                let mut until = at;
                let mut reach = NEAR;
                for (start, end, which) in places.iter().rev().filter(|(_, end, _)| *end <= at) {
                    if end + reach < until {
                        break;
                    }
                    (until, reach) = (*start, 2);
                    mark(&mut out, *which);
                }
            }
        }
    }
    names.iter().zip(out).filter(|(_, out)| *out).map(|((code, _), _)| *code).collect()
}

fn mark(out: &mut [bool], which: usize) {
    if let Some(out) = out.get_mut(which) {
        *out = true;
    }
}

/// Where a sequence of words begins.
fn starts<'t, W: AsRef<str>>(tokens: &'t [String], words: &'t [W]) -> impl Iterator<Item = usize> + 't {
    let same = move |window: &[String]| window.iter().zip(words).all(|(token, word)| token == word.as_ref());
    // no words are nowhere
    let whole = words.len().max(1);
    tokens.windows(whole).enumerate().filter(move |(_, w)| !words.is_empty() && same(w)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 4] =
        [("AL", "Albania"), ("BA", "Bosnia and Herzegovina"), ("XK", "Kosovo*"), ("RS", "Serbia")];

    #[test]
    fn what_is_left_out_on_purpose_is_read() {
        for (text, out) in [
            ("Training for all beneficiaries except Albania and Serbia.", &["AL", "RS"][..]),
            ("Controls at ports. Albania is not included, since other sources cover it.", &["AL"]),
            ("All of the region (excluding Bosnia and Herzegovina).", &["BA"]),
            ("Five beneficiaries, other than Kosovo*", &["XK"]),
            ("Other sources cover Albania.", &["AL"]),
            ("Albania and Kosovo are covered by other projects of the EU", &["AL", "XK"]),
        ] {
            assert_eq!(left_out(text, &NAMES), out, "{text}");
        }
    }

    #[test]
    fn what_is_named_as_served_is_not_left_out() {
        let texts = vec!["All except Albania and Serbia".to_owned(), "Serbia is not covered".to_owned()];
        let subject = Subject { texts, beneficiaries: vec!["AL".to_owned()], ..Subject::default() };
        assert_eq!(subject.reading_left_out(NAMES).excluded, ["RS"]);
    }

    #[test]
    fn what_is_served_is_not_read_as_left_out() {
        for text in [
            "",
            "Support to Albania, Serbia and Kosovo*.",
            "Cooperation between Albania and EU countries. Other regions are not included.",
            "No exception. Serbia takes part.",
            "Goods excluded from customs duty are listed; a later phase of the same work may in time extend to Serbia.",
        ] {
            assert_eq!(left_out(text, &NAMES), Vec::<&str>::new(), "{text}");
        }
    }
}
