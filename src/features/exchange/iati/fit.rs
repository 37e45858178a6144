//! Makes of an activity as it was written one that version 2.03 can say, losing as little as possible and saying what.

use std::borrow::Cow;

use super::loss::{Loss, What, quote};
use super::schema::{SCHEMA, Shape};
use super::values::{Checked, Kind};
use super::xml::{Element, Name, Node, is_name};

/// The standard gives coordinates one system only.
const COORDINATES: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";

struct Fitting<'a> {
    losses: &'a mut Vec<Loss>,
    most: usize,
    more: usize,
    /// Prefixes that are declared for the whole file.
    prefixes: &'a [(String, String)],
    /// Prefixes that are declared around the element at hand.
    scope: Vec<String>,
    /// Prefixes of the file that were used.
    used: Vec<String>,
    path: Vec<Name>,
}

/// Fits an `iati-activity`. What it lacks itself is reported, and the rest stays.
pub fn fit(activity: &mut Element, prefixes: &[(String, String)], most: usize, losses: &mut Vec<Loss>) {
    let mut fitting =
        Fitting { losses, most, more: 0, prefixes, scope: Vec::new(), used: Vec::new(), path: Vec::new() };
    if let Some(shape) = SCHEMA.shapes.get(SCHEMA.activity) {
        fitting.element(activity, shape);
        for child in shape.children.iter().filter(|c| c.required) {
            if activity.child(child.name).is_none() {
                let line = activity.line;
                fitting.path.push(Cow::Borrowed(child.name));
                fitting.say(line, What::Missing);
                fitting.path.pop();
            }
        }
    }
    let Fitting { more, used, .. } = fitting;
    if more > 0 {
        losses.push(Loss { line: activity.line, element: String::new(), what: What::More { count: more } });
    }
    // what it uses of other vocabularies goes with it
    for (prefix, address) in prefixes.iter().filter(|(prefix, _)| used.contains(prefix)) {
        let name = format!("xmlns:{prefix}");
        if !activity.attributes.iter().any(|(n, _)| *n == name) {
            activity.attributes.push((Cow::Owned(name), address.clone()));
        }
    }
}

/// The prefix of a name of another vocabulary.
fn prefix(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix)
}

/// Whether an element is of another vocabulary: by its prefix, or by a default of its own.
fn foreign(element: &Element) -> bool {
    prefix(&element.name).is_some() || element.attributes.iter().any(|(n, v)| n == "xmlns" && !v.is_empty())
}

impl Fitting<'_> {
    fn say(&mut self, line: u32, what: What) {
        if self.losses.len() >= self.most {
            self.more += 1;
            return;
        }
        self.losses.push(Loss { line, element: self.path.join("/"), what });
    }

    fn say_of(&mut self, line: u32, attribute: &str, what: What) {
        self.path.push(Cow::Owned(format!("@{attribute}")));
        self.say(line, what);
        self.path.pop();
    }

    /// True where it can stay.
    fn element(&mut self, element: &mut Element, shape: &Shape) -> bool {
        let outside = self.scope.len();
        self.scope.extend(declarations(element));
        let stays = self.inside(element, shape);
        self.scope.truncate(outside);
        stays
    }

    fn inside(&mut self, element: &mut Element, shape: &Shape) -> bool {
        self.attributes(element, shape);
        for attribute in shape.attributes.iter().filter(|a| a.required) {
            if element.attributes.iter().any(|(n, _)| n == attribute.name) {
                continue;
            }
            if attribute.name == "srsName" {
                element.set("srsName", COORDINATES);
                self.say_of(element.line, "srsName", What::Filled { value: COORDINATES.to_owned() });
                continue;
            }
            return self.lacks(element, format!("@{}", attribute.name));
        }
        match shape.text {
            Some(kind) => self.text(element, kind),
            None => self.content(element, shape),
        }
    }

    fn lacks(&mut self, element: &Element, part: String) -> bool {
        self.say(element.line, What::Lacks { part });
        false
    }

    fn attributes(&mut self, element: &mut Element, shape: &Shape) {
        let fits = |(name, value): &(Name, String)| {
            shape.attribute(name).is_some_and(|attribute| attribute.kind.check(value) == Checked::Fits)
        };
        if element.attributes.iter().all(fits) {
            return;
        }
        let line = element.line;
        let mut kept = Vec::with_capacity(element.attributes.len());
        for (name, value) in std::mem::take(&mut element.attributes) {
            if let Some(attribute) = shape.attribute(&name) {
                match attribute.kind.check(&value) {
                    Checked::Fits => kept.push((name, value)),
                    Checked::Mended(to) => {
                        self.say_of(line, &name, What::Mended { from: quote(&value), to: quote(&to) });
                        kept.push((name, to));
                    }
                    Checked::Wrong => {
                        let what = What::Value { value: quote(&value), kind: attribute.kind };
                        self.say_of(line, &name, what);
                    }
                }
                continue;
            }
            match prefix(&name) {
                // the standard's own words have no address
                None if name == "xmlns" => {}
                // a hint to validators, not data
                Some("xsi") => {}
                Some("xmlns") if is_name(&name) => {
                    if name.strip_prefix("xmlns:").is_some_and(|p| is_usable(p, &value)) {
                        kept.push((name, value));
                    }
                }
                Some("xml") if shape.open && name == "xml:lang" && Kind::Language.check(&value) == Checked::Fits => {
                    kept.push((name, value));
                }
                Some(prefix) if shape.open && prefix != "xml" && is_name(&name) && self.is_declared(prefix) => {
                    kept.push((name, value));
                }
                _ => self.say_of(line, &name, What::UnknownAttribute { value: quote(&value) }),
            }
        }
        element.attributes = kept;
    }

    /// Whether a prefix stands for something here; notes those of the file.
    fn is_declared(&mut self, prefix: &str) -> bool {
        if self.scope.iter().any(|p| p == prefix) {
            return true;
        }
        let declared = self.prefixes.iter().any(|(p, _)| p == prefix);
        if declared && !self.used.iter().any(|p| p == prefix) {
            self.used.push(prefix.to_owned());
        }
        declared
    }

    fn text(&mut self, element: &mut Element, kind: Kind) -> bool {
        for child in element.children() {
            self.path.push(child.name.clone());
            self.say(child.line, What::Unknown);
            self.path.pop();
        }
        let text = element.text().into_owned();
        let text = match kind.check(&text) {
            Checked::Fits => text,
            Checked::Mended(to) => {
                self.say(element.line, What::Mended { from: quote(&text), to: quote(&to) });
                to
            }
            Checked::Wrong => {
                self.say(element.line, What::Value { value: quote(&text), kind });
                return false;
            }
        };
        element.content = if text.is_empty() { Vec::new() } else { vec![Node::Text(text)] };
        true
    }

    fn content(&mut self, element: &mut Element, shape: &Shape) -> bool {
        let line = element.line;
        let stray = element.text().trim().to_owned();
        if !stray.is_empty() {
            let narrates = shape.child("narrative").is_some();
            if narrates && !element.named("narrative").any(|n| !n.text().trim().is_empty()) {
                self.say(line, What::Unwrapped);
                element.content.retain(|node| matches!(node, Node::Element(e) if e.name != "narrative"));
                element.content.insert(0, Node::Element(Element::new("narrative").saying(stray)));
            } else {
                self.say(line, What::Text { text: quote(&stray) });
            }
        }
        // what was met, by its place in the schema's order; other vocabularies come last
        let mut met = vec![false; shape.children.len()];
        let (mut last, mut ordered) = (0, true);
        element.content.retain_mut(|node| {
            let Node::Element(child) = node else { return false };
            self.path.push(child.name.clone());
            let place = self.child(child, shape, &mut met);
            self.path.pop();
            if let Some(place) = place {
                ordered &= last <= place;
                last = place;
            }
            place.is_some()
        });
        if !ordered {
            self.say(line, What::Order);
            element.content.sort_by_cached_key(|node| match node {
                Node::Element(child) => shape.child(&child.name).map_or(usize::MAX, |(place, _)| place),
                Node::Text(_) => usize::MAX,
            });
        }
        let missing = shape.children.iter().zip(met).find(|(child, met)| child.required && !met);
        if let Some((child, _)) = missing
            && !self.path.is_empty()
        {
            return self.lacks(element, child.name.to_owned());
        }
        true
    }

    /// The place of a child, if it can stay.
    fn child(&mut self, child: &mut Element, shape: &Shape, met: &mut [bool]) -> Option<usize> {
        let Some((place, known)) = shape.child(&child.name) else {
            if foreign(child) && self.other_vocabulary(child, false) {
                return Some(usize::MAX);
            }
            self.say(child.line, What::Unknown);
            return None;
        };
        if !known.many && met.get(place) == Some(&true) {
            self.say(child.line, What::TooMany);
            return None;
        }
        let shape = SCHEMA.shapes.get(known.shape)?;
        if !self.element(child, shape) {
            return None;
        }
        if let Some(met) = met.get_mut(place) {
            *met = true;
        }
        Some(place)
    }

    /// What is of another vocabulary stays as it is, if it can be written at all. `own`: its names without a prefix have
    /// a vocabulary.
    fn other_vocabulary(&mut self, element: &mut Element, own: bool) -> bool {
        let outside = self.scope.len();
        self.scope.extend(declarations(element));
        let default = element.attributes.iter().find(|(n, _)| n == "xmlns").map(|(_, v)| !v.is_empty());
        let own = default.unwrap_or(own);
        let named = match prefix(&element.name) {
            Some(prefix) => is_name(&element.name) && self.is_declared(prefix),
            // of the standard's own words a validator looks at again, and there narratives alone are in use
            None => {
                is_name(&element.name) && (own || !SCHEMA.names.contains_key(&*element.name) || is_narrative(element))
            }
        };
        let fits = named
            && element.attributes.iter().all(|(name, value)| match prefix(name) {
                Some("xmlns") => name.strip_prefix("xmlns:").is_some_and(|p| is_usable(p, value)) && is_name(name),
                Some("xml") => name == "xml:lang" && Kind::Language.check(value) == Checked::Fits,
                Some(prefix) => is_name(name) && self.is_declared(prefix),
                None => is_name(name),
            })
            && element.content.iter_mut().all(|node| match node {
                Node::Element(child) => self.other_vocabulary(child, own),
                Node::Text(_) => true,
            });
        self.scope.truncate(outside);
        fits
    }
}

fn is_narrative(element: &Element) -> bool {
    element.name == "narrative" && element.children().next().is_none()
}

/// The prefixes that an element declares.
fn declarations(element: &Element) -> impl Iterator<Item = String> {
    let own = element.attributes.iter().filter_map(|(name, value)| Some((name.strip_prefix("xmlns:")?, value)));
    own.filter(|(prefix, address)| is_usable(prefix, address)).map(|(prefix, _)| prefix.to_owned())
}

/// Whether a prefix can stand for an address: not XML's own, and not what would tell a validator how to read.
pub fn is_usable(prefix: &str, address: &str) -> bool {
    let reserved = [
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
        "http://www.w3.org/2001/XMLSchema-instance",
    ];
    !matches!(prefix, "xml" | "xmlns") && !prefix.contains(':') && !address.is_empty() && !reserved.contains(&address)
}
