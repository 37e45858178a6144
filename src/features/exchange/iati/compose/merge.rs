//! What an action came with, beside what the portal says now. The portal's fields win; what it has no place for, and what
//! still says the same, stays in the source's words.

use crate::features::exchange::iati::own;
use crate::features::exchange::iati::record::{Body, Party, Record};
use crate::features::exchange::iati::stated::{Role, Stated};
use crate::features::exchange::iati::sums;
use crate::features::exchange::iati::xml::{Element, Node};
use crate::kernel::fold::fold;

/// Elements that the portal says itself.
const OURS: [&str; 10] = [
    "iati-identifier",
    "reporting-org",
    "title",
    "description",
    "participating-org",
    "activity-status",
    "activity-date",
    "recipient-country",
    "budget",
    own::RECORD,
];
/// What tells of money, for those alone who may see it.
const MONEY: [&str; 6] = ["budget", "planned-disbursement", "transaction", "capital-spend", "crs-add", "fss"];

/// The activity as it came.
pub struct Kept(pub Option<Element>);

impl Kept {
    pub fn stated(&self) -> Option<Stated<'_>> {
        self.0.as_ref().map(Stated)
    }

    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.0.iter().flat_map(move |kept| kept.named(name))
    }

    /// What the source says of amounts, but for those that somebody has corrected here: these are said as they were put right.
    pub fn amounts(&self, r: &Record) -> Vec<&Element> {
        let Some(kept) = &self.0 else { return Vec::new() };
        if r.corrected.is_empty() {
            return kept.children().collect();
        }
        let stands = |key: &Option<sums::Key>| key.as_ref().is_none_or(|key| !r.corrected.iter().any(|of| key.is(of)));
        kept.children().zip(sums::keys(kept)).filter(|(_, key)| stands(key)).map(|(e, _)| e).collect()
    }

    /// Whom the source names and the directory does not know, unless they have become parties since, and those in a role that
    /// nobody knows but the source.
    pub fn not_listed(&self, r: &Record) -> Vec<Element> {
        let is_party = |e: &Element| {
            let same =
                |p: &Party| Role::parse(&p.role).map(Role::code) == role(e) && is_of(e, &p.body, p.as_named.as_deref());
            r.parties.iter().any(same)
        };
        let odd = |e: &Element| self.stated().is_some_and(|s| s.party(e).is_none());
        let stay = self.named("participating-org").filter(|e| e.attribute(own::DIRECTORY).is_some() || odd(e));
        let mut all: Vec<Element> = stay.filter(|e| !is_party(e)).cloned().collect();
        all.iter_mut().for_each(|e| e.attributes.retain(|(name, _)| name != own::DIRECTORY));
        all
    }

    /// What the portal does not say itself; nor is a file of ours that was read again said twice (`sums`).
    pub fn rest(&self, r: &Record, sums: &[Element]) -> Vec<Element> {
        // a second whole is the source's to say
        let first = self.named("related-activity").find(|e| e.attribute("type") == Some("1"));
        let whole = |e: &Element| r.whole.is_some() && first.is_some_and(|first| first == e);
        let named_so = |reference: &str| self.stated().and_then(Stated::identifier).as_deref() == Some(reference);
        let ours = |e: &Element| e.attribute("ref").is_some_and(|of| r.money.iter().any(|m| m.id.to_string() == of));
        let stays = |e: &&Element| match &*e.name {
            name if OURS.contains(&name) || (!r.sees_money && MONEY.contains(&name)) => false,
            "planned-disbursement" => !sums.contains(e),
            "transaction" => !ours(e),
            // what it is part of is the portal's to say once it knows it
            "related-activity" => !whole(e),
            // of a file of ours: the tags and the reference are said anew
            "tag" => !e.attribute("vocabulary-uri").is_some_and(|uri| uri.contains("/public/iati#")),
            "other-identifier" => {
                let reference = r.reference.trim();
                e.attribute("type") != Some("A1") || e.attribute("ref") != Some(reference) || named_so(reference)
            }
            _ => true,
        };
        self.amounts(r).into_iter().filter(stays).cloned().collect()
    }
}

/// Of what came, what may stand in a file for everybody: names and identifiers, without other vocabularies.
pub fn published(mut kept: Element) -> Element {
    const NAMES: [&str; 4] = ["iati-identifier", "reporting-org", "title", "participating-org"];
    fn plain(element: &mut Element) {
        element.attributes.retain(|(name, _)| !name.contains(':') || name == "xml:lang");
        element.content.retain(|node| !matches!(node, Node::Element(e) if e.name.contains(':')));
        for node in &mut element.content {
            if let Node::Element(child) = node {
                plain(child);
            }
        }
    }
    kept.attributes.retain(|(name, _)| name == "xml:lang");
    kept.content.retain(|node| matches!(node, Node::Element(e) if NAMES.contains(&&*e.name)));
    plain(&mut kept);
    kept
}

/// The code of the role that a `participating-org` names, in whatever words.
pub fn role(element: &Element) -> Option<&'static str> {
    element.attribute("role").and_then(Role::coded).map(Role::code)
}

/// Whether one of its narratives is this text; spaces and lines are not what it says.
pub fn tells(element: &Element, text: &str) -> bool {
    element.named("narrative").any(|n| n.text().split_whitespace().eq(text.split_whitespace()))
}

/// Whether an element names this organisation: by its identifier, or where one of them has none by its name.
pub fn is_of(element: &Element, body: &Body, as_named: Option<&str>) -> bool {
    if let (Some(there), Some(here)) = (element.attribute("ref"), body.iati.as_deref()) {
        return there.eq_ignore_ascii_case(here.trim());
    }
    let names: Vec<String> = [Some(body.name.as_str()), as_named].into_iter().flatten().map(fold).collect();
    element.named("narrative").any(|n| names.contains(&fold(&n.text())))
}
