//! Which texts call for the notes that names carry. Where ours bears a mark, the mark calls; a title that is quoted from a source stands
//! as it stood there, often without one, and the name itself calls, however it is spelled.

use crate::kernel::db::Footnote;
use crate::kernel::fold::fold_letters;

/// The notes of a process, each with the beginnings of words that name what bears it, as [`fold_letters`] has them after a space.
#[derive(Debug, Clone, Default)]
pub struct Notes(Vec<(Footnote, Vec<String>)>);

/// "Kosovo*" as it begins in "Kosovo", "Kosova", "Kosovan" and "Косово": without its mark and its last vowel.
fn beginning(name: &str, mark: &str) -> Option<String> {
    let folded = fold_letters(name.strip_suffix(mark)?);
    let stem = folded.strip_suffix(['a', 'e', 'i', 'o', 'u']).filter(|stem| stem.len() > 3).unwrap_or(&folded);
    (!stem.is_empty()).then(|| format!(" {stem}"))
}

/// Whether it is worth folding a text to look for a beginning in it: files ask it of each of their cells. Of plain letters it is enough
/// to look for the first word as it stands there.
fn may_begin(text: &str, begins: &str) -> bool {
    let first = begins.split(' ').find(|word| !word.is_empty()).unwrap_or_default().as_bytes();
    !text.is_ascii() || first.is_empty() || text.as_bytes().windows(first.len()).any(|w| w.eq_ignore_ascii_case(first))
}

impl Notes {
    /// `names`: of the process's beneficiaries, with the marks that they bear.
    pub fn of<'a>(footnotes: &[Footnote], names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let noted = footnotes.iter().filter(|note| !note.mark.is_empty());
        Self(
            noted
                .map(|note| (note.clone(), names.clone().filter_map(|n| beginning(n, &note.mark)).collect()))
                .collect(),
        )
    }

    /// The notes that these texts call for, in their order.
    pub fn called_for<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<&Footnote> {
        let calls = |note: &Footnote, beginnings: &[String], text: &str| {
            text.contains(note.mark.as_str())
                || (beginnings.iter().any(|begins| may_begin(text, begins)) && {
                    let folded = format!(" {}", fold_letters(text));
                    beginnings.iter().any(|begins| folded.contains(begins.as_str()))
                })
        };
        let called = self.0.iter().filter(|(note, begins)| texts.clone().any(|text| calls(note, begins, text)));
        called.map(|(note, _)| note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_calls_for_its_note_however_it_is_spelled() {
        let footnotes = [Footnote { mark: "*".into(), text: "* A note.".into() }];
        let notes = Notes::of(&footnotes, ["Albania", "Kosovo*", "Upper Sevonia*"].into_iter());
        let called = |text: &str| notes.called_for(std::iter::once(text)).len();
        for text in [
            "UNDP Kosovo*",
            "GCERF Kosovo programme",
            "capacities of KOSOVAN institutions",
            "Mbështetje për Kosovën",
            "Помоћ Косову",
            "police of upper Sevonian districts",
            "a note below *",
        ] {
            assert_eq!(called(text), 1, "{text}");
        }
        for text in ["", "Albania", "Upper river", "Sevonia", "Makosovo"] {
            assert_eq!(called(text), 0, "{text}");
        }
        assert!(Notes::of(&[], ["Kosovo*"].into_iter()).called_for(std::iter::once("Kosovo*")).is_empty());
    }
}
