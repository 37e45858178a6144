//! What has changed between two texts, word by word: for pages, suggestions and documents alike.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A part of a text. `Same` and `Removed` in their order give the old text, `Same` and `Added` the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Same(String),
    Added(String),
    Removed(String),
}

impl Piece {
    pub fn text(&self) -> &str {
        match self {
            Piece::Same(text) | Piece::Added(text) | Piece::Removed(text) => text,
        }
    }
}

/// Above so many words on both sides together, lines are compared first and words only within what differs.
const WORDS: usize = 4_000;
/// Above so many differing words the two are shown whole, one after the other: nobody reads more of them, and the
/// time it takes grows with their product.
const DIFFERING: usize = 8_000;

/// The difference of two texts by words. A word that is changed is shown whole; what stands between two changed words
/// and is only a space joins them, so that a reworded sentence does not fall into crumbs.
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    let (a, b) = (tokens(old), tokens(new));
    if a.len() + b.len() <= WORDS {
        compare(&a, &b, &mut pieces);
        return pieces.joined();
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    for op in capture_diff_slices(Algorithm::Patience, &a, &b) {
        let (old, new) = (slice(&a, op.old_range()), slice(&b, op.new_range()));
        if let DiffOp::Equal { .. } = op {
            old.iter().for_each(|t| pieces.same(t));
            continue;
        }
        let (old, new) = (old.concat(), new.concat());
        let (x, y) = (tokens(&old), tokens(&new));
        if x.len() + y.len() <= DIFFERING {
            compare(&x, &y, &mut pieces);
        } else {
            pieces.removed(&old);
            pieces.added(&new);
        }
    }
    pieces.joined()
}

fn slice<'a, 'b>(all: &'a [&'b str], range: std::ops::Range<usize>) -> &'a [&'b str] {
    all.get(range).unwrap_or_default()
}

fn compare(old: &[&str], new: &[&str], pieces: &mut Pieces) {
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (a, b) = (slice(old, op.old_range()), slice(new, op.new_range()));
        match op {
            DiffOp::Equal { .. } => a.iter().for_each(|t| pieces.same(t)),
            _ => {
                a.iter().for_each(|t| pieces.removed(t));
                b.iter().for_each(|t| pieces.added(t));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    Other,
}

fn kind(c: char) -> Kind {
    // marks belong to the letter before them, whatever stands there
    if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || c == '\u{2019}' {
        Kind::Word
    } else if c.is_whitespace() {
        Kind::Space
    } else {
        Kind::Other
    }
}

/// Words, runs of spaces, and signs one by one.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut before: Option<Kind> = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if before.is_some_and(|b| b != now || now == Kind::Other) {
            found.extend(text.get(start..at));
            start = at;
        }
        before = Some(now);
    }
    found.extend(text.get(start..).filter(|t| !t.is_empty()));
    found
}

/// Collects pieces: between two unchanged ones all that was removed comes first, then all that was added.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    /// A space after a change, of which it is not yet known whether another change follows.
    space: String,
}

impl Pieces {
    fn removed(&mut self, text: &str) {
        self.take_space();
        self.removed.push_str(text);
    }

    fn added(&mut self, text: &str) {
        self.take_space();
        self.added.push_str(text);
    }

    /// A lone space between two changes was there before and is there still: it belongs to both.
    fn take_space(&mut self) {
        let space = std::mem::take(&mut self.space);
        if space.is_empty() {
            return;
        }
        // where only one side changes, the space stays: nothing was reworded
        if self.removed.is_empty() || self.added.is_empty() {
            self.flush();
            self.push_same(&space);
        } else {
            self.removed.push_str(&space);
            self.added.push_str(&space);
        }
    }

    fn same(&mut self, text: &str) {
        let changed = !(self.removed.is_empty() && self.added.is_empty());
        if changed && self.space.is_empty() && text.chars().all(|c| c == ' ') {
            self.space.push_str(text);
            return;
        }
        self.flush();
        let space = std::mem::take(&mut self.space);
        self.push_same(&space);
        self.push_same(text);
    }

    fn push_same(&mut self, text: &str) {
        match self.done.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Same(last)) => last.push_str(text),
            _ => self.done.push(Piece::Same(text.to_owned())),
        }
    }

    fn flush(&mut self) {
        for (text, piece) in [
            (std::mem::take(&mut self.removed), Piece::Removed as fn(String) -> Piece),
            (std::mem::take(&mut self.added), Piece::Added),
        ] {
            if !text.is_empty() {
                self.done.push(piece(text));
            }
        }
    }

    fn joined(mut self) -> Vec<Piece> {
        self.flush();
        let space = std::mem::take(&mut self.space);
        self.push_same(&space);
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn old(pieces: &[Piece]) -> String {
        pieces.iter().filter(|p| !matches!(p, Piece::Added(_))).map(Piece::text).collect()
    }
    fn new(pieces: &[Piece]) -> String {
        pieces.iter().filter(|p| !matches!(p, Piece::Removed(_))).map(Piece::text).collect()
    }

    #[test]
    fn a_word_is_changed_whole() {
        let found = words("Support the border police", "Support the border guards");
        assert_eq!(
            found,
            [Piece::Same("Support the border ".into()), Piece::Removed("police".into()), Piece::Added("guards".into())]
        );
    }

    #[test]
    fn a_reworded_part_does_not_fall_into_crumbs() {
        let found = words("one two three four", "one zwei drei four");
        assert_eq!(
            found,
            [
                Piece::Same("one ".into()),
                Piece::Removed("two three".into()),
                Piece::Added("zwei drei".into()),
                Piece::Same(" four".into())
            ]
        );
    }

    #[test]
    fn what_is_the_same_is_one_piece_and_nothing_is_none() {
        assert_eq!(words("Ѓорче Петров, Čačak", "Ѓорче Петров, Čačak"), [Piece::Same("Ѓорче Петров, Čačak".into())]);
        assert_eq!(words("", ""), []);
        assert_eq!(words("", "new"), [Piece::Added("new".into())]);
        assert_eq!(words("old", ""), [Piece::Removed("old".into())]);
    }

    #[test]
    fn long_texts_are_compared_in_time() {
        let line = |i: usize| format!("Line {i} of a plan that says what {} will do by {}.\n", i % 7, 2000 + i % 40);
        let a: String = (0..3_000).map(line).collect();
        let b: String =
            (0..3_000).filter(|i| i % 50 != 0).map(line).collect::<String>().replace("will do by 2017", "does");
        let found = words(&a, &b);
        assert_eq!((old(&found), new(&found)), (a, b));
        let (a, b) = ("x y ".repeat(40_000), "y z ".repeat(40_000));
        let found = words(&a, &b);
        assert_eq!((old(&found), new(&found)), (a, b));
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            proptest::collection::vec(
                prop_oneof!["a", "b", "Č", "plan", " ", "  ", "\n", ",", ".", "e\u{301}", "\u{301}", "\u{202e}"],
                0..40
            )
            .prop_map(|parts| parts.concat()),
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn the_pieces_give_both_texts(a in text(), b in text()) {
            let found = words(&a, &b);
            prop_assert_eq!(old(&found), a);
            prop_assert_eq!(new(&found), b);
            prop_assert!(found.iter().all(|p| !p.text().is_empty()));
        }

        #[test]
        fn tokens_are_the_whole_text(a in any::<String>()) {
            prop_assert_eq!(tokens(&a).concat(), a);
        }
    }
}
