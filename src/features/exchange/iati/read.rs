//! Reads an activity file as it comes, one activity at a time. Memory and time are bounded, whatever the file is.

use quick_xml::Reader as Xml;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::BufRead;

use super::fit::{fit, is_usable};
use super::loss::{Loss, What, quote};
use super::schema::SCHEMA;
use super::source::{Counted, Limits, TooMuch, Unpacked};
use super::xml::{Element, Node};
use crate::kernel::direction::unturned;

/// Tags that may be open at once, also in what is passed over.
const DEEPEST: usize = 100_000;

/// Why a file cannot be read, or not further: what was read before stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("not XML")]
    NotXml,
    #[error("not an activity file but {found}")]
    NotActivities { found: String },
    #[error("version {found}")]
    Version { found: String },
    #[error("encoding {found}")]
    Encoding { found: String },
    #[error("a document type declaration")]
    Declaration,
    #[error("an entity {name}")]
    Entity { name: String },
    #[error("ends too early")]
    Ends,
    #[error("not well formed: {what}")]
    Form { what: String },
    #[error("nested without end")]
    Deep,
    #[error("too long a piece")]
    Piece,
    #[error("too large a file")]
    File,
    #[error("cannot be read: {what}")]
    Source { what: String },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {trouble}")]
pub struct Broken {
    pub line: u32,
    pub trouble: Trouble,
}

/// One activity, made to fit version 2.03, with what was lost on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub line: u32,
    pub tree: Element,
    pub losses: Vec<Loss>,
}

#[derive(Debug)]
pub enum Read {
    Activity(Activity),
    /// What stands in the file beside its activities, or is too much of one.
    LeftOut(Loss),
}

/// How far the reading of an element has come.
enum Built {
    Whole(Element),
    Not(What),
}

pub struct Reader<R: BufRead> {
    xml: Xml<Counted<Unpacked<R>>>,
    limits: Limits,
    buffer: Vec<u8>,
    /// As the file says it.
    pub version: String,
    prefixes: Vec<(String, String)>,
    done: bool,
    /// Of the activity at hand.
    began: u64,
    parts: usize,
}

impl<R: BufRead> Reader<R> {
    /// Reads the head of a file, packed by gzip or not.
    ///
    /// # Errors
    /// It is not an activity file of a version 2, or not in UTF-8.
    pub fn open(source: R, limits: Limits) -> Result<Self, Broken> {
        let failed = |error: std::io::Error| Broken { line: 1, trouble: refused(&error) };
        let mut source = Counted::new(Unpacked::open(source).map_err(failed)?, limits.file);
        source.allow(limits.piece);
        let begins = source.fill_buf().map_err(failed)?;
        let sixteen = [[0xff, 0xfe], [0xfe, 0xff], [0, b'<'], [b'<', 0]];
        if sixteen.iter().any(|mark| begins.starts_with(mark)) {
            return Err(Broken { line: 1, trouble: Trouble::Encoding { found: "UTF-16".to_owned() } });
        }
        if begins.starts_with(b"PK\x03\x04") || !begins.contains(&b'<') {
            return Err(Broken { line: 1, trouble: Trouble::NotXml });
        }
        let mut xml = Xml::from_reader(source);
        let config = xml.config_mut();
        config.check_end_names = true;
        config.allow_dangling_amp = false;
        config.expand_empty_elements = false;
        let mut reader = Self {
            xml,
            limits,
            buffer: Vec::new(),
            version: String::new(),
            prefixes: Vec::new(),
            done: false,
            began: 0,
            parts: 0,
        };
        reader.head()?;
        Ok(reader)
    }

    /// The line that is being read.
    pub fn line(&self) -> u32 {
        self.xml.get_ref().line
    }

    fn broken(&self, trouble: Trouble) -> Broken {
        Broken { line: self.line(), trouble }
    }

    /// The next event. Its bytes are in the buffer that is given.
    fn event<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Broken> {
        buffer.clear();
        self.xml.get_mut().allow(self.limits.piece);
        let line = self.line();
        let event = self.xml.read_event_into(buffer).map_err(|error| Broken { line, trouble: trouble(&error) })?;
        match event {
            Event::DocType(_) => Err(Broken { line, trouble: Trouble::Declaration }),
            Event::Decl(ref declared) => {
                let Some(encoding) = declared.encoding() else { return Ok(event) };
                let encoding = encoding.map(|e| String::from_utf8_lossy(&e).into_owned()).unwrap_or_default();
                if matches!(encoding.to_ascii_lowercase().as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii") {
                    return Ok(event);
                }
                Err(Broken { line, trouble: Trouble::Encoding { found: quote(&encoding) } })
            }
            event => Ok(event),
        }
    }

    fn head(&mut self) -> Result<(), Broken> {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            let (root, empty) = match self.event(&mut buffer)? {
                Event::Start(root) => (root, false),
                Event::Empty(root) => (root, true),
                Event::Text(text) if text.iter().all(u8::is_ascii_whitespace) => continue,
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
                Event::Eof => return Err(self.broken(Trouble::Ends)),
                _ => return Err(self.broken(Trouble::NotXml)),
            };
            let mut root = self.element(&root)?.map_err(|_| self.broken(Trouble::Piece))?;
            if root.name != "iati-activities" {
                return Err(self.broken(Trouble::NotActivities { found: quote(&root.name) }));
            }
            let version = root.attribute("version").unwrap_or_default().to_owned();
            // a file that does not say its version may be read; one of the first generation is another language
            if !version.is_empty() && !version.starts_with("2.") {
                return Err(self.broken(Trouble::Version { found: quote(&version) }));
            }
            self.version = version;
            for (name, value) in std::mem::take(&mut root.attributes) {
                if let Some(prefix) = name.strip_prefix("xmlns:")
                    && is_usable(prefix, &value)
                {
                    self.prefixes.push((prefix.to_owned(), value));
                }
            }
            self.done = empty;
            self.buffer = buffer;
            return Ok(());
        }
    }

    /// A tag as an element without its content. The inner error is of this one alone.
    fn element(&mut self, tag: &BytesStart<'_>) -> Result<Result<Element, What>, Broken> {
        let utf8 = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(self.broken(not_utf8())),
        };
        let known = |bytes: &[u8]| match std::str::from_utf8(bytes).ok().and_then(|name| SCHEMA.names.get(name)) {
            Some(name) => Ok(Cow::Borrowed(*name)),
            None => utf8(bytes).map(Cow::Owned),
        };
        let mut element = Element { name: known(tag.name().as_ref())?, line: self.line(), ..Element::default() };
        for attribute in tag.attributes() {
            let attribute =
                attribute.map_err(|error| self.broken(Trouble::Form { what: quote(&error.to_string()) }))?;
            if element.attributes.len() >= self.limits.attributes {
                return Ok(Err(What::TooLarge));
            }
            let name = known(attribute.key.as_ref())?;
            if std::str::from_utf8(&attribute.value).is_err() {
                return Err(self.broken(not_utf8()));
            }
            let value = attribute.unescape_value().map_err(|error| self.broken(trouble(&error)))?.into_owned();
            element.attributes.push((name, clean(value)));
        }
        Ok(Ok(element))
    }

    /// Whether the activity at hand has become too large.
    fn too_large(&mut self, parts: usize) -> bool {
        self.parts += parts;
        self.parts > self.limits.parts || self.xml.get_ref().taken - self.began > self.limits.activity
    }

    /// Reads on to the end of an element that has begun. What is too much is passed over, not kept.
    fn build(&mut self, root: Element, buffer: &mut Vec<u8>) -> Result<Built, Broken> {
        let mut open = vec![root];
        let mut depth = 1_usize;
        let mut failed = None;
        loop {
            let event = self.event(buffer)?;
            match event {
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    let closed = matches!(event, Event::Empty(_));
                    if failed.is_none() && depth >= self.limits.depth {
                        failed = Some(What::TooDeep);
                    }
                    if failed.is_none() {
                        match self.element(tag)? {
                            Ok(element) if self.too_large(1 + element.attributes.len()) => {
                                failed = Some(What::TooLarge);
                                drop(element);
                            }
                            Ok(element) if closed => push(&mut open, Node::Element(element)),
                            Ok(element) => open.push(element),
                            Err(what) => failed = Some(what),
                        }
                    }
                    if !closed {
                        depth += 1;
                    }
                    // each open tag is remembered until it is closed
                    if depth > DEEPEST {
                        return Err(self.broken(Trouble::Deep));
                    }
                    if failed.is_some() {
                        open.clear();
                    }
                }
                Event::End(_) => {
                    depth -= 1;
                    let element = open.pop();
                    if depth == 0 {
                        return Ok(match (failed, element) {
                            (None, Some(element)) => Built::Whole(element),
                            (what, _) => Built::Not(what.unwrap_or(What::TooLarge)),
                        });
                    }
                    if let (None, Some(element)) = (&failed, element) {
                        push(&mut open, Node::Element(element));
                    }
                }
                Event::Text(text) => {
                    let text = text.xml_content().map_err(|_| self.broken(not_utf8()))?;
                    self.say(&mut open, &mut failed, &text);
                }
                Event::CData(text) => {
                    let text = text.xml_content().map_err(|_| self.broken(not_utf8()))?;
                    self.say(&mut open, &mut failed, &text);
                }
                Event::GeneralRef(reference) => {
                    let name = reference.decode().map_err(|_| self.broken(not_utf8()))?;
                    let char = reference.resolve_char_ref().map_err(|error| self.broken(trouble(&error)))?;
                    let text = match (char, quick_xml::escape::resolve_predefined_entity(&name)) {
                        (Some(char), _) => char.to_string(),
                        (None, Some(text)) => text.to_owned(),
                        (None, None) => return Err(self.broken(Trouble::Entity { name: quote(&name) })),
                    };
                    self.say(&mut open, &mut failed, &text);
                }
                Event::Eof => return Err(self.broken(Trouble::Ends)),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    fn say(&mut self, open: &mut Vec<Element>, failed: &mut Option<What>, text: &str) {
        // looked at as it is kept: what is left of it may be nothing
        let text = clean(text.to_owned());
        if failed.is_some() || text.is_empty() {
            return;
        }
        let Some(element) = open.last_mut() else { return };
        match element.content.last_mut() {
            Some(Node::Text(before)) => before.push_str(&text),
            // between elements there is nothing but lines
            None | Some(Node::Element(_)) if text.trim().is_empty() && !is_told(&element.name) => {}
            _ => {
                element.content.push(Node::Text(text));
                if self.too_large(1) {
                    *failed = Some(What::TooLarge);
                    open.clear();
                }
            }
        }
    }

    fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Read>, Broken> {
        loop {
            let line = self.line();
            let (root, closed) = match self.event(buffer)? {
                Event::Start(tag) => (self.element(&tag)?, false),
                Event::Empty(tag) => (self.element(&tag)?, true),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(self.broken(Trouble::Ends)),
                Event::Text(text) if text.iter().all(u8::is_ascii_whitespace) => continue,
                Event::Text(text) => {
                    let text = quote(&String::from_utf8_lossy(&text));
                    let loss = Loss { line, element: "iati-activities".to_owned(), what: What::Text { text } };
                    return Ok(Some(Read::LeftOut(loss)));
                }
                _ => continue,
            };
            self.began = self.xml.get_ref().taken;
            self.parts = 0;
            let (line, name) = match &root {
                Ok(element) => (element.line, element.name.to_string()),
                Err(_) => (self.line(), "iati-activity".to_owned()),
            };
            let built = match (root, closed) {
                (Ok(root), true) => Built::Whole(root),
                (Ok(root), false) => self.build(root, buffer)?,
                (Err(what), true) => Built::Not(what),
                (Err(what), false) => {
                    self.build(Element::default(), buffer)?;
                    Built::Not(what)
                }
            };
            let left_out = |what| Read::LeftOut(Loss { line, element: quote(&name), what });
            return Ok(Some(match built {
                Built::Not(what) => left_out(what),
                Built::Whole(_) if name != "iati-activity" => left_out(What::NotAnActivity),
                Built::Whole(mut tree) => {
                    let mut losses = Vec::new();
                    fit(&mut tree, &self.prefixes, self.limits.losses, &mut losses);
                    Read::Activity(Activity { line, tree, losses })
                }
            }));
        }
    }
}

/// One activity that stands by itself: as it is kept with an action.
pub fn one(xml: &str) -> Option<Element> {
    let file = std::io::Cursor::new("<iati-activities version=\"2.03\">");
    let file = std::io::Read::chain(std::io::Read::chain(file, xml.as_bytes()), &b"</iati-activities>"[..]);
    match Reader::open(file, Limits::default()).ok()?.next()?.ok()? {
        Read::Activity(activity) => Some(activity.tree),
        Read::LeftOut(_) => None,
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Read, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.read(&mut buffer).transpose();
        self.buffer = buffer;
        // after what is broken nothing can be told apart
        self.done = !matches!(read, Some(Ok(_)));
        read
    }
}

fn push(open: &mut [Element], node: Node) {
    if let Some(element) = open.last_mut() {
        element.content.push(node);
    }
}

/// Elements whose text is what they are for, white space too.
fn is_told(name: &str) -> bool {
    matches!(name, "narrative" | "iati-identifier" | "value" | "telephone" | "email" | "website" | "pos")
}

/// Without what turns the direction of what stands beside it, and without what XML cannot hold; a reference can bring it in.
fn clean(text: String) -> String {
    let text = unturned(text);
    if text.chars().all(super::xml::is_writable) {
        return text;
    }
    text.chars().map(|c| if super::xml::is_writable(c) { c } else { '\u{fffd}' }).collect()
}

fn not_utf8() -> Trouble {
    Trouble::Encoding { found: String::new() }
}

fn refused(error: &std::io::Error) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>()) {
        Some(TooMuch::File) => Trouble::File,
        Some(TooMuch::Piece) => Trouble::Piece,
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => Trouble::Ends,
        None => Trouble::Source { what: quote(&error.to_string()) },
    }
}

fn trouble(error: &quick_xml::Error) -> Trouble {
    use quick_xml::Error;
    use quick_xml::errors::{IllFormedError, SyntaxError};
    use quick_xml::escape::EscapeError;
    match error {
        Error::Io(error) => refused(error),
        Error::Encoding(_) => not_utf8(),
        Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => Trouble::Entity { name: quote(name) },
        Error::IllFormed(IllFormedError::MissingEndTag(_)) => Trouble::Ends,
        Error::Syntax(
            SyntaxError::UnclosedCData
            | SyntaxError::UnclosedComment
            | SyntaxError::UnclosedDoctype
            | SyntaxError::UnclosedPIOrXmlDecl
            | SyntaxError::UnclosedTag,
        ) => Trouble::Ends,
        error => Trouble::Form { what: quote(&error.to_string()) },
    }
}
