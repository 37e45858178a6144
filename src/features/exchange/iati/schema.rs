//! What may stand where in an activity file of version 2.03: `schema.txt` as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::values::Kind;

#[derive(Debug)]
pub struct Child {
    pub name: &'static str,
    /// The place of its shape in [`Schema::shapes`].
    pub shape: usize,
    pub required: bool,
    pub many: bool,
}

#[derive(Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

/// What an element may have.
#[derive(Debug, Default)]
pub struct Shape {
    /// The kind of its text; none where it holds elements.
    pub text: Option<Kind>,
    /// In the order in which they stand.
    pub children: Vec<Child>,
    pub attributes: Vec<Attribute>,
    /// Whether it may have attributes of other vocabularies.
    pub open: bool,
}

impl Shape {
    pub fn child(&self, name: &str) -> Option<(usize, &Child)> {
        self.children.iter().enumerate().find(|(_, child)| child.name == name)
    }
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

pub struct Schema {
    pub shapes: Vec<Shape>,
    /// The shape of `iati-activity`.
    pub activity: usize,
    /// Every name there is, so that what is read need not be copied.
    pub names: HashMap<&'static str, &'static str>,
}

pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| read(include_str!("schema.txt")));

fn read(text: &'static str) -> Schema {
    let lines = || text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('='));
    let places: HashMap<&str, usize> = lines().enumerate().map(|(i, (name, _))| (name.trim(), i)).collect();
    let mut names = HashMap::new();
    let mut shapes = Vec::new();
    for (_, parts) in lines() {
        let (content, attributes) = parts.split_once('|').unwrap_or((parts, ""));
        let mut shape = Shape { open: true, ..Shape::default() };
        for word in content.split_whitespace() {
            if word == "closed" {
                shape.open = false;
            } else if let Some(kind) = word.strip_prefix('#') {
                shape.text = Some(Kind::of(kind));
            } else {
                let often = word.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | ':'));
                let bare = word.strip_suffix(often).unwrap_or(word);
                let (name, of) = bare.split_once(':').unwrap_or((bare, bare));
                names.insert(name, name);
                shape.children.push(Child {
                    name,
                    // a test holds that each shape is there
                    shape: places.get(of).copied().unwrap_or(usize::MAX),
                    required: matches!(often, "" | "+"),
                    many: matches!(often, "+" | "*"),
                });
            }
        }
        for word in attributes.split_whitespace() {
            let (name, kind) = match word.strip_prefix("xml:") {
                Some(rest) => word.split_at(4 + rest.find(':').unwrap_or(rest.len())),
                None => word.split_at(word.find(':').unwrap_or(word.len())),
            };
            let (required, name) = (name.ends_with('!'), name.trim_end_matches('!'));
            names.insert(name, name);
            shape.attributes.push(Attribute { name, kind: Kind::of(kind.trim_start_matches(':')), required });
        }
        shapes.push(shape);
    }
    names.insert("iati-activity", "iati-activity");
    Schema { activity: places.get("iati-activity").copied().unwrap_or(0), shapes, names }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_shape() {
        for shape in &SCHEMA.shapes {
            for child in &shape.children {
                assert!(child.shape < SCHEMA.shapes.len(), "{}", child.name);
            }
        }
        let activity = &SCHEMA.shapes[SCHEMA.activity];
        let first: Vec<_> = activity.children.iter().take(4).map(|c| (c.name, c.required, c.many)).collect();
        assert_eq!(
            first,
            [
                ("iati-identifier", true, false),
                ("reporting-org", true, false),
                ("title", true, false),
                ("description", true, true)
            ]
        );
        let value = SCHEMA.shapes.iter().find(|s| s.attribute("value-date").is_some()).unwrap();
        assert_eq!((value.text, value.attribute("value-date").unwrap().required), (Some(Kind::Decimal), true));
        assert_eq!(activity.attribute("xml:lang").unwrap().kind, Kind::Language);
    }
}
