//! An element as data: what was read, what is kept, what is written.

use std::borrow::Cow;

/// A name: of the schema's own words, or of another vocabulary's.
pub type Name = Cow<'static, str>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, Clone, Default)]
pub struct Element {
    pub name: Name,
    pub attributes: Vec<(Name, String)>,
    pub content: Vec<Node>,
    /// Where it stands in its file; 0 where it was made here.
    pub line: u32,
}

/// Two elements are the same wherever they stand.
impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.attributes, &self.content) == (&other.name, &other.attributes, &other.content)
    }
}
impl Eq for Element {}

impl Element {
    pub fn new(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), ..Self::default() }
    }

    /// With this attribute besides.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((Cow::Borrowed(name), value.into()));
        self
    }

    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    #[must_use]
    pub fn holding(mut self, child: Element) -> Self {
        self.content.push(Node::Element(child));
        self
    }

    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.content.push(Node::Text(text.into()));
        self
    }

    /// With a `narrative` of this text.
    #[must_use]
    pub fn narrating(self, text: impl Into<String>) -> Self {
        self.holding(Element::new("narrative").saying(text))
    }

    /// An attribute's value, without the white space around it; none where it is empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let value = self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim());
        value.filter(|v| !v.is_empty())
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((Cow::Borrowed(name), value.into())),
        }
    }

    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(child) => Some(child),
            Node::Text(_) => None,
        })
    }

    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children().filter(move |child| child.name == name)
    }

    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children().find(|child| child.name == name)
    }

    /// Its own text, without that of its children.
    pub fn text(&self) -> Cow<'_, str> {
        let mut texts = self.content.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(one), None) => Cow::Borrowed(one),
            (Some(one), Some(two)) => Cow::Owned([one, two].into_iter().chain(texts).collect()),
        }
    }

    /// The text of its first narrative that says anything.
    pub fn narrative(&self) -> Option<String> {
        self.named("narrative").map(|n| n.text().trim().to_owned()).find(|text| !text.is_empty())
    }

    /// Appends it as XML, `depth` deep. Elements that hold elements alone are laid out on lines.
    pub fn write(&self, to: &mut String, depth: usize) {
        to.push('<');
        to.push_str(&self.name);
        for (name, value) in &self.attributes {
            to.push(' ');
            to.push_str(name);
            to.push_str("=\"");
            escape(value, true, to);
            to.push('"');
        }
        if self.content.is_empty() {
            to.push_str("/>");
            return;
        }
        to.push('>');
        let laid_out = self.content.iter().all(|node| matches!(node, Node::Element(_)));
        for node in &self.content {
            match node {
                Node::Element(child) => {
                    if laid_out {
                        line(to, depth + 1);
                    }
                    child.write(to, depth + 1);
                }
                Node::Text(text) => escape(text, false, to),
            }
        }
        if laid_out {
            line(to, depth);
        }
        to.push_str("</");
        to.push_str(&self.name);
        to.push('>');
    }
}

fn line(to: &mut String, depth: usize) {
    to.push('\n');
    to.extend(std::iter::repeat_n(' ', depth));
}

/// Whether XML 1.0 can hold the character at all.
pub fn is_writable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether it can name an element or attribute, with a prefix or without.
pub fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        let begins = |c: char| c.is_alphabetic() || c == '_';
        part.starts_with(begins) && part.chars().all(|c| begins(c) || c.is_ascii_digit() || matches!(c, '-' | '.'))
    };
    match text.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(text),
    }
}

fn escape(text: &str, in_attribute: bool, to: &mut String) {
    for c in text.chars() {
        match c {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '"' if in_attribute => to.push_str("&quot;"),
            // readers make spaces of them in an attribute, and of a carriage return a new line anywhere
            '\t' if in_attribute => to.push_str("&#9;"),
            '\n' if in_attribute => to.push_str("&#10;"),
            '\r' => to.push_str("&#13;"),
            c if is_writable(c) => to.push(c),
            _ => to.push('\u{fffd}'),
        }
    }
}
