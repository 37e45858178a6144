//! Real activity files, broken at random: the reader ends, and what it gives is sound.

use crate::iati_files::{HEAD, WHOLE, activities, all, assert_valid, open, shared, written};
use concert::features::exchange::iati::{self, Activity, Limits, Reader, What};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::io::Cursor;

/// Real activities, and ones that break the schema, to be broken further.
fn corpus() -> Vec<String> {
    let mut all = vec![WHOLE.to_owned()];
    for name in ["WB6.valid.xml", "WB6.not-valid.xml"] {
        let Some(shared) = shared() else { continue };
        let read = activities(open(&shared.join("western-balkans").join(name)).take(40).collect());
        for activity in read {
            let mut text = String::new();
            iati::write(&activity.tree, &mut text);
            if text.len() < 20_000 {
                all.push(text);
            }
        }
    }
    all
}

#[derive(Debug, Clone)]
enum Harm {
    Cut(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Put(prop::sample::Index, &'static str),
    Move(prop::sample::Index, prop::sample::Index, usize),
}

fn done(bytes: &mut Vec<u8>, harms: &[Harm]) {
    for harm in harms {
        let at = |index: &prop::sample::Index| index.index(bytes.len());
        match harm {
            Harm::Cut(to) => {
                let to = at(to).max(1);
                bytes.truncate(to);
            }
            Harm::Flip(place, to) => {
                let place = at(place);
                bytes[place] = *to;
            }
            Harm::Put(place, piece) => {
                let place = at(place);
                bytes.splice(place..place, piece.bytes());
            }
            Harm::Move(from, to, n) => {
                let (from, to) = (at(from), at(to));
                let part = bytes[from..(from + n).min(bytes.len())].to_vec();
                bytes.splice(to..to, part);
            }
        }
    }
}

fn harm() -> impl Strategy<Value = Harm> {
    let index = any::<prop::sample::Index>;
    let pieces = prop::sample::select(vec![
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&#0;",
        "&#x110000;",
        "&x;",
        "\"",
        "'",
        "=",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<?",
        "<!DOCTYPE x>",
        "\0",
        "\u{fffe}",
        "xmlns=\"urn:a\" ",
        "xmlns:a=\"\" ",
        "<a:b/>",
        "<x xmlns=\"u\"><sector/></x>",
        "xml:lang=\"?\" ",
        "<transaction/>",
        "<narrative/>",
        "9999999999999999999999999999999999",
        "-",
        "1e999",
        "\u{202e}",
    ]);
    prop_oneof![
        1 => index().prop_map(Harm::Cut),
        4 => (index(), any::<u8>()).prop_map(|(i, b)| Harm::Flip(i, b)),
        4 => (index(), pieces).prop_map(|(i, p)| Harm::Put(i, p)),
        2 => (index(), index(), 1_usize..200).prop_map(|(a, b, n)| Harm::Move(a, b, n)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300), ..ProptestConfig::default() })]

    /// Whatever becomes of a real file: the reader ends, what it gives is written and read again as the same, without a
    /// further loss.
    #[test]
    fn broken_files_never_break_the_reader(which in any::<prop::sample::Index>(), harms in prop::collection::vec(harm(), 1..6)) {
        static CORPUS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(corpus);
        let mut bytes = format!("{HEAD}\n{}\n{WHOLE}</iati-activities>", CORPUS[which.index(CORPUS.len())]).into_bytes();
        done(&mut bytes, &harms);
        let read: Vec<_> = match Reader::open(Cursor::new(&bytes), Limits::default()) {
            Ok(reader) => reader.collect(),
            Err(_) => return Ok(()),
        };
        let first = activities(read);
        let text = written(first.iter().map(|a| &a.tree));
        let again = activities(all(&text));
        prop_assert_eq!(first.len(), again.len());
        for (a, b) in first.iter().zip(&again) {
            prop_assert_eq!(&a.tree, &b.tree);
            let new = b.losses.iter().find(|l| l.what != What::Missing);
            prop_assert!(new.is_none(), "{:?}", new);
        }
    }
}

/// What turns the direction of writing is left out; nothing else must be left of a text that was no more than that.
#[test]
fn a_text_of_marks_alone_is_none() {
    let turned = format!(
        "{HEAD}\n{}</iati-activities>",
        WHOLE.replace(
            "</iati-activity>",
            "<s:plan xmlns:s=\"urn:s\">\n  \u{202e}<s:part>\u{202e}</s:part>\u{202e} <s:narrative>\u{202e}</s:narrative></s:plan></iati-activity>"
        )
    );
    let first = activities(all(&turned));
    let plan = first.iter().flat_map(|a| a.tree.children()).find(|e| e.name == "s:plan").expect("it is kept");
    assert_eq!(plan.content.len(), 2, "{plan:?}");
    assert!(plan.children().all(|e| e.content.is_empty()), "{plan:?}");
    let again = activities(all(&written(first.iter().map(|a| &a.tree))));
    assert_eq!(first.iter().map(|a| &a.tree).collect::<Vec<_>>(), again.iter().map(|a| &a.tree).collect::<Vec<_>>());
}

/// A thousand real files, each broken at random: what the reader makes of them is valid.
#[test]
fn what_is_made_of_broken_files_is_valid() {
    if shared().is_none() {
        return;
    }
    let corpus = corpus();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut whole = Vec::new();
    for i in 0..1_000 {
        let harms = prop::collection::vec(harm(), 1..4).new_tree(&mut runner).expect("harms").current();
        let mut bytes = corpus[i % corpus.len()].clone().into_bytes();
        done(&mut bytes, &harms);
        let file = [HEAD.as_bytes(), &bytes, b"</iati-activities>"].concat();
        let Ok(reader) = Reader::open(Cursor::new(file), Limits::default()) else { continue };
        let complete = |a: &Activity| !a.losses.iter().any(|l| l.what == What::Missing);
        whole.extend(activities(reader.collect()).into_iter().filter(complete));
    }
    assert!(whole.len() > 150, "{}", whole.len());
    assert_valid(&written(whole.iter().map(|a| &a.tree)));
}
