//! Somebody else saved first: what is theirs, what is mine, field by field, and which shall stand.
//!
//! An edit form carries what each field said when it was opened (`was-…`), so that only what both have
//! changed is a question; what one alone has changed stands.

use super::form::Fields;

/// One field on which the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub name: &'static str,
    pub mine: Vec<String>,
    pub theirs: Vec<String>,
}

/// What theirs says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// What both have changed: the question.
    pub asked: Vec<Difference>,
    /// What they alone have changed, which is kept as it is: the page sends it along as chosen.
    pub kept: Vec<Difference>,
}

fn values(fields: &Fields, name: &str) -> Vec<String> {
    fields.values(name).into_iter().map(|v| v.trim().replace("\r\n", "\n")).filter(|v| !v.is_empty()).collect()
}

/// Adds to a form what its fields say now.
pub fn remember(fields: &mut Fields, names: &[&str]) {
    for name in names {
        for value in values(fields, name) {
            fields.add(&format!("was-{name}"), value);
        }
    }
}

/// The fields on which mine differs from theirs, as far as theirs has changed since the form was opened.
pub fn differences(mine: &Fields, theirs: &Fields, names: &[&'static str]) -> Differences {
    let mut all = Differences::default();
    for name in names {
        let (m, t, was) = (values(mine, name), values(theirs, name), values(mine, &format!("was-{name}")));
        if m != t && t != was {
            let part = if m == was { &mut all.kept } else { &mut all.asked };
            part.push(Difference { name, mine: m, theirs: t });
        }
    }
    all
}

/// Reads what was chosen on the page of a conflict: puts theirs in the place of mine where it is to stand.
pub fn settle(fields: &mut Fields, names: &[&str]) {
    for name in names {
        let theirs: Vec<String> = fields.values(&format!("theirs-{name}")).into_iter().map(str::to_owned).collect();
        if fields.value(&format!("keep-{name}")) == "theirs" {
            fields.remove(name);
            for value in &theirs {
                fields.add(name, value);
            }
        }
        fields.remove(&format!("theirs-{name}"));
        fields.remove(&format!("keep-{name}"));
    }
}

/// What the page of a conflict brings back besides its questions: mine as it was typed, and theirs as what
/// the fields said when it was opened.
pub fn carry(mine: &Fields, theirs: &Fields, names: &[&str]) -> Vec<(String, String)> {
    let mut carried = mine.clone();
    carried.remove("version");
    for name in names {
        carried.remove(&format!("was-{name}"));
        for value in values(theirs, name) {
            carried.add(&format!("was-{name}"), value);
        }
    }
    carried.pairs().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn only_what_they_changed_is_asked() {
        let mine = fields(&[
            ("name", "A2"),
            ("was-name", "A"),
            ("note", "mine"),
            ("was-note", "old"),
            ("seat", "AT"),
            ("was-seat", "AT"),
            ("pillar", "1"),
            ("pillar", "2"),
            ("was-pillar", "1"),
        ]);
        let theirs = fields(&[("name", "A"), ("note", "theirs"), ("seat", "DE"), ("pillar", "1")]);
        let found = differences(&mine, &theirs, &["name", "note", "seat", "pillar"]);
        let named = |part: &[Difference]| part.iter().map(|d| d.name).collect::<Vec<_>>();
        // name and pillar: only mine has changed; seat: only theirs; note: both
        assert_eq!((named(&found.asked), named(&found.kept)), (vec!["note"], vec!["seat"]));
    }

    #[test]
    fn what_was_chosen_stands() {
        let mut f = fields(&[
            ("note", "mine"),
            ("keep-note", "theirs"),
            ("theirs-note", "theirs"),
            ("seat", "AT"),
            ("keep-seat", "mine"),
            ("theirs-seat", "DE"),
        ]);
        settle(&mut f, &["note", "seat"]);
        assert_eq!(f.value("note"), "theirs");
        assert_eq!(f.value("seat"), "AT");
        assert!(!f.is_set("keep-note") && !f.is_set("theirs-seat"));
    }
}
