//! IATI activity files: the real ones come through whole and valid, those that break the schema as far as they make sense,
//! and hostile ones end with a clear answer.

use concert::features::exchange::iati::{
    self, Activity, Element, Limits, Node, Read, Reader, Severity, Stated, Trouble, What,
};
use quick_xml::events::Event;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of real files; none where this run is to do without.
pub fn shared() -> Option<PathBuf> {
    if std::env::var("CONCERT_NO_SHARED").is_ok_and(|v| v == "1") {
        return None;
    }
    let folder = std::env::var_os("CONCERT_SHARED").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let iati = folder.join("data/iati");
    assert!(iati.is_dir(), "{} has no files: name their folder in CONCERT_SHARED", folder.display());
    Some(iati)
}

pub fn open(path: &Path) -> Reader<BufReader<std::fs::File>> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Reader::open(BufReader::new(file), Limits::default()).expect("an activity file")
}

pub fn all(text: &str) -> Vec<Result<Read, iati::Broken>> {
    within(text, Limits::default())
}

fn within(text: &str, limits: Limits) -> Vec<Result<Read, iati::Broken>> {
    match Reader::open(Cursor::new(text.as_bytes()), limits) {
        Ok(reader) => reader.collect(),
        Err(broken) => vec![Err(broken)],
    }
}

pub fn activities(reads: Vec<Result<Read, iati::Broken>>) -> Vec<Activity> {
    let activity = |read| match read {
        Ok(Read::Activity(activity)) => Some(activity),
        _ => None,
    };
    reads.into_iter().filter_map(activity).collect()
}

/// A file of these activities.
pub fn written<'a>(activities: impl IntoIterator<Item = &'a Element>) -> String {
    let mut text = iati::opening();
    for activity in activities {
        iati::write(activity, &mut text);
    }
    text + iati::TAIL
}

/// Holds a file against the schema of version 2.03.
pub fn assert_valid(text: &str) {
    let Some(shared) = shared() else { return };
    let mut run = Command::new("xmllint")
        .args(["--noout", "--nonet", "--huge", "--schema"])
        .arg(shared.join("xsd/iati-activities-schema.xsd"))
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xmllint: scripts/setup installs it");
    let mut input = run.stdin.take().expect("its input");
    let text = text.to_owned();
    let feeding = std::thread::spawn(move || {
        let _ = input.write_all(text.as_bytes());
    });
    let done = run.wait_with_output().expect("xmllint ends");
    feeding.join().expect("the file is handed over");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}", said.lines().take(10).collect::<Vec<_>>().join("\n"));
}

/// Every element of a file as a line: its way, its attributes by name, its own text. Read by other means than ours.
fn lines(xml: impl BufRead) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut path, mut lines, mut buffer): (Vec<(String, usize)>, Vec<String>, Vec<u8>) = Default::default();
    let mut texts: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer).expect("well-formed");
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let mut attributes: Vec<String> = tag
                    .attributes()
                    .map(|a| a.expect("an attribute"))
                    .map(|a| {
                        let value = a.unescape_value().expect("a value");
                        format!(" {}={value}", String::from_utf8_lossy(a.key.as_ref()))
                    })
                    // hints to validators, not data
                    .filter(|a| !a.starts_with(" xsi:") && !a.starts_with(" xmlns:xsi="))
                    .collect();
                attributes.sort();
                path.push((String::from_utf8_lossy(tag.name().as_ref()).into_owned(), lines.len()));
                let way: Vec<&str> = path.iter().map(|(name, _)| name.as_str()).collect();
                lines.push(format!("{}{}", way.join("/"), attributes.concat()));
                texts.push(String::new());
                if matches!(event, Event::Empty(_)) {
                    path.pop();
                    texts.pop();
                }
            }
            Event::End(_) => {
                let (_, at) = path.pop().expect("an open element");
                let text = texts.pop().expect("its text");
                if !text.trim().is_empty() {
                    lines[at] = format!("{} = {text}", lines[at]);
                }
            }
            Event::Text(text) => {
                if let Some(last) = texts.last_mut() {
                    last.push_str(&text.xml_content().expect("a text"));
                }
            }
            Event::CData(text) => texts.last_mut().expect("inside").push_str(&text.xml_content().expect("a text")),
            Event::GeneralRef(name) => {
                let text = match name.resolve_char_ref().expect("a reference") {
                    Some(c) => c.to_string(),
                    None => {
                        let name = name.decode().expect("a name");
                        quick_xml::escape::resolve_predefined_entity(&name).expect("one of the five").to_owned()
                    }
                };
                texts.last_mut().expect("inside").push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    // the head of the file is the writer's own
    lines.into_iter().filter(|line| line.starts_with("iati-activities/")).collect()
}

#[test]
fn real_files_come_out_as_they_went_in_element_by_element() {
    let Some(shared) = shared() else { return };
    let path = shared.join("western-balkans/WB6.valid.xml");
    let read = activities(open(&path).collect());
    assert_eq!(read.len(), 357);
    for activity in &read {
        assert_eq!(activity.losses, [], "line {}", activity.line);
    }
    let out = written(read.iter().map(|a| &a.tree));
    assert_valid(&out);
    let before = lines(BufReader::new(std::fs::File::open(&path).expect("the file")));
    let after = lines(Cursor::new(out.as_bytes()));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    // what was written is read as the same
    let again = activities(all(&out));
    assert!(again.iter().zip(&read).all(|(a, b)| a.tree == b.tree) && again.len() == read.len());
}

#[test]
fn what_real_files_state_is_asked_for_by_type() {
    let Some(shared) = shared() else { return };
    let read = activities(open(&shared.join("western-balkans/WB6.valid.xml")).collect());
    let stated: Vec<Stated<'_>> = read.iter().map(|a| Stated(&a.tree)).collect();
    assert_eq!(stated.iter().map(|s| s.transactions().count()).sum::<usize>(), 1_274);
    assert_eq!(stated.iter().map(|s| s.budgets().len()).sum::<usize>(), 866);
    assert_eq!(stated.iter().map(|s| s.related().len()).sum::<usize>(), 1_723);
    let first = stated[0];
    assert_eq!(first.identifier().as_deref(), Some("41AAA-22638-001"));
    assert_eq!(first.titles()[0].text, "Kosovo Emergency COVID-19 Project");
    assert_eq!(first.titles()[0].language.as_deref(), Some("en"));
    assert_eq!((first.status(), first.countries()[0].code.as_str()), (Some("2"), "XK"));
    assert_eq!(first.parties().len(), 2);
    assert!(stated.iter().all(|s| s.identifier().is_some() && s.reporter().is_some() && !s.titles().is_empty()));
    assert!(stated.iter().filter(|s| s.total().is_some()).count() > 250);
    for what in [
        stated.iter().any(|s| !s.regions().is_empty()),
        stated.iter().any(|s| !s.tags().is_empty()),
        stated.iter().any(|s| !s.markers().is_empty()),
        stated.iter().any(|s| !s.results().is_empty()),
        stated.iter().any(|s| !s.conditions().is_empty()),
        stated.iter().any(|s| !s.documents().is_empty()),
        stated.iter().any(|s| !s.planned_disbursements().is_empty()),
        stated.iter().any(|s| s.humanitarian()),
        stated.iter().any(|s| s.sectors().len() > 1),
        stated.iter().any(|s| s.titles().len() > 1),
        stated.iter().any(|s| s.transactions().any(|t| t.country.is_some() || !t.sectors.is_empty())),
    ] {
        assert!(what);
    }
}

#[test]
fn files_that_break_the_schema_are_taken_as_far_as_they_make_sense() {
    let Some(shared) = shared() else { return };
    let read = activities(open(&shared.join("western-balkans/WB6.not-valid.xml")).collect());
    assert_eq!(read.len(), 37);
    let losses: Vec<_> = read.iter().flat_map(|a| &a.losses).collect();
    for activity in &read {
        assert!(!activity.losses.is_empty(), "line {} was not valid, and nothing is told of it", activity.line);
    }
    assert!(losses.iter().all(|l| l.line > 1 && !l.element.is_empty()));
    let of = |element: &str, what: fn(&What) -> bool| {
        losses.iter().filter(|l| l.element == element && what(&l.what)).count()
    };
    assert_eq!(of("transaction/sector", |w| matches!(w, What::Lacks { .. })), 33);
    assert_eq!(of("location/point/@srsName", |w| matches!(w, What::Filled { .. })), 5);
    assert_eq!(of("planned-disbursement/value", |w| matches!(w, What::Mended { .. })), 1);
    // what is left is valid
    assert!(losses.iter().all(|l| l.what.severity() < Severity::Wrong), "none lacks what it cannot be without");
    assert_valid(&written(read.iter().map(|a| &a.tree)));
}

#[test]
fn packed_files_are_unpacked_as_they_are_read() {
    let Some(shared) = shared() else { return };
    let read: Vec<_> = open(&shared.join("volume/activities.valid.xml.gz")).take(300).collect();
    let read = activities(read);
    assert_eq!(read.len(), 300);
    assert!(read.iter().all(|a| a.losses.is_empty()));
    assert_valid(&written(read.iter().map(|a| &a.tree)));
}

pub const HEAD: &str = r#"<?xml version="1.0"?><iati-activities version="2.03">"#;
pub const WHOLE: &str = r#"<iati-activity><iati-identifier>A-1</iati-identifier><reporting-org ref="A" type="10"><narrative>A</narrative></reporting-org>
<title><narrative>T</narrative></title><description><narrative>D</narrative></description><participating-org role="1"/>
<activity-status code="2"/><activity-date type="1" iso-date="2024-01-01"/></iati-activity>"#;

fn trouble(text: impl AsRef<[u8]>) -> Trouble {
    let text = text.as_ref();
    let read: Vec<_> = match Reader::open(Cursor::new(text), Limits::default()) {
        Ok(reader) => reader.collect(),
        Err(broken) => vec![Err(broken)],
    };
    match read.into_iter().next_back() {
        Some(Err(broken)) => broken.trouble,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_activity_file_is_told_apart() {
    assert_eq!(trouble(""), Trouble::NotXml);
    assert_eq!(trouble("a;b;c\n1;2;3"), Trouble::NotXml);
    assert_eq!(trouble(b"PK\x03\x04<"), Trouble::NotXml);
    assert_eq!(trouble("\u{feff}<html/>"), Trouble::NotActivities { found: "html".into() });
    assert_eq!(trouble("<iati-organisations/>"), Trouble::NotActivities { found: "iati-organisations".into() });
    assert_eq!(trouble(r#"<iati-activities version="1.05"/>"#), Trouble::Version { found: "1.05".into() });
    assert_eq!(trouble(b"\xff\xfe<\0i\0"), Trouble::Encoding { found: "UTF-16".into() });
    let latin = r#"<?xml version="1.0" encoding="ISO-8859-1"?><iati-activities version="2.03"/>"#;
    assert_eq!(trouble(latin), Trouble::Encoding { found: "ISO-8859-1".into() });
    let mut bytes = format!("{HEAD}\n{WHOLE}<iati-activity><title><narrative>").into_bytes();
    bytes.extend(b"caf\xe9</narrative></title></iati-activity></iati-activities>");
    assert_eq!(trouble(&bytes), Trouble::Encoding { found: String::new() });
    assert_eq!(trouble([0x1f, 0x8b, 8, 0, 0]), Trouble::Ends);
}

#[test]
fn half_a_file_gives_its_half_and_says_so() {
    let text = format!("{HEAD}\n{WHOLE}\n{WHOLE}</iati-activities>");
    let first = HEAD.len() + 1 + WHOLE.len();
    for cut in (first..text.len() - "</iati-activities>".len()).step_by(7) {
        let read = all(&text[..cut]);
        let broken = read.last().and_then(|r| r.as_ref().err()).cloned();
        assert_eq!(broken.map(|b| b.trouble), Some(Trouble::Ends), "{cut}");
        assert!(!activities(read).is_empty(), "{cut}");
    }
    assert_eq!(activities(all(&text)).len(), 2);
}

#[test]
fn bombs_and_entities_are_refused_and_cost_nothing() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><iati-activities version="2.03"/>"#;
    assert_eq!(trouble(bomb), Trouble::Declaration);
    let outside = r#"<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><iati-activities version="2.03"/>"#;
    assert_eq!(trouble(outside), Trouble::Declaration);
    let late = format!("{HEAD}<!DOCTYPE a []>");
    assert_eq!(trouble(late), Trouble::Declaration);
    let named =
        format!("{HEAD}<iati-activity><title><narrative>&nbsp;</narrative></title></iati-activity></iati-activities>");
    assert_eq!(trouble(named), Trouble::Entity { name: "nbsp".into() });
    let in_attribute = format!(r#"{HEAD}<iati-activity default-currency="&b;"/></iati-activities>"#);
    assert_eq!(trouble(in_attribute), Trouble::Entity { name: "b".into() });
}

/// Gives the same letters for ever.
struct Endless {
    head: Cursor<Vec<u8>>,
    again: &'static [u8],
    given: u64,
}

impl std::io::Read for Endless {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let n = self.head.read(to)?;
        if n > 0 {
            return Ok(n);
        }
        for (i, byte) in to.iter_mut().enumerate() {
            *byte = self.again[(self.given as usize + i) % self.again.len()];
        }
        self.given += to.len() as u64;
        Ok(to.len())
    }
}

fn endless(head: &str, again: &'static [u8], limits: Limits) -> Option<iati::Broken> {
    let source = Endless { head: Cursor::new(head.as_bytes().to_vec()), again, given: 0 };
    match Reader::open(BufReader::new(source), limits) {
        Ok(reader) => reader.filter_map(Result::err).next(),
        Err(broken) => Some(broken),
    }
}

#[test]
fn files_without_end_end() {
    let limits = Limits { file: 3 << 20, ..Limits::default() };
    let inside = format!("{HEAD}<iati-activity>");
    let told = |head: &str, again| endless(head, again, limits).map(|b| b.trouble);
    assert_eq!(told(&format!("{inside}<title><narrative>"), b"a"), Some(Trouble::Piece));
    assert_eq!(told(&format!("{inside}<title a='"), b"a"), Some(Trouble::Piece));
    assert_eq!(told(&format!("{inside}<"), b"a"), Some(Trouble::Piece));
    assert_eq!(told(&format!("{inside}<!--"), b"a"), Some(Trouble::Piece));
    assert_eq!(told(&format!("{inside}<![CDATA["), b"a"), Some(Trouble::Piece));
    assert_eq!(told(&inside, b"<a>"), Some(Trouble::Deep));
    assert_eq!(told(&inside, b"<title/>"), Some(Trouble::File));
    assert_eq!(told(HEAD, b"<iati-activity/>"), Some(Trouble::File));
    assert_eq!(told(HEAD, b" "), Some(Trouble::Piece));
    assert_eq!(told("<", b"a"), Some(Trouble::Piece));
    assert_eq!(told("", b"a"), Some(Trouble::NotXml));
    // a packed file that unpacks to more than a file may be
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(HEAD.as_bytes()).expect("packed");
    for _ in 0..30 {
        packed.write_all("<iati-activity/>".repeat(10_000).as_bytes()).expect("packed");
    }
    let packed = packed.finish().expect("packed");
    let read = Reader::open(Cursor::new(packed), limits).expect("its head").filter_map(Result::err).next();
    assert_eq!(read.map(|b| b.trouble), Some(Trouble::File));
}

#[test]
fn one_activity_that_is_too_much_is_left_out_and_the_next_is_read() {
    let limits = Limits { activity: 1 << 20, parts: 10_000, ..Limits::default() };
    let deep = format!("<iati-activity>{}{}</iati-activity>", "<result>".repeat(5_000), "</result>".repeat(5_000));
    let wide = format!("<iati-activity>{}</iati-activity>", "<budget/>".repeat(20_000));
    let attributes: String = (0..5_000).map(|i| format!(" a{i}='1'")).collect();
    let attributes = format!("<iati-activity{attributes}><title/></iati-activity>");
    let long =
        format!("<iati-activity>{}</iati-activity>", format!("<title>{}</title>", "x".repeat(900_000)).repeat(3));
    for (text, what) in
        [(deep, What::TooDeep), (wide, What::TooLarge), (attributes, What::TooLarge), (long, What::TooLarge)]
    {
        let read = within(&format!("{HEAD}{WHOLE}{text}\n{WHOLE}</iati-activities>"), limits);
        let left: Vec<_> = read
            .iter()
            .filter_map(|r| match r {
                Ok(Read::LeftOut(loss)) => Some(loss.what.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(left, [what]);
        assert_eq!(activities(read).len(), 2);
    }
    // what is reported of one is bounded, too
    let many = format!("{HEAD}<iati-activity>{}</iati-activity></iati-activities>", "<nothing/>".repeat(1_000));
    let losses = &activities(all(&many))[0].losses;
    assert!(losses.len() <= 60 && matches!(losses.last().unwrap().what, What::More { count } if count > 900));
}

#[test]
fn each_breach_is_told_with_what_was_made_of_it() {
    let file = format!(
        r#"{HEAD}
<iati-activity xmlns:us="urn:us" default-currency="EUR" colour="red" us:kept="yes" other:lost="no">
<title>Without a narrative</title>
<iati-identifier>X</iati-identifier>
<activity-date type="1" iso-date="2024-01-31T00:00:00"/><activity-date type="2" iso-date="31/01/2024"/>
<activity-status code="2">Implementation</activity-status><activity-status code="3"/>
<budget><value currency="EUR" value-date="2024-01-01">1,234,567.50</value><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/></budget>
<budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value value-date="2024-01-01">a lot</value></budget>
<us:extra a="1">mixed <us:b/> text</us:extra><nowhere:x/><sector code="1"><us:y><sector/></us:y></sector>
<activity-website>http://x</activity-website>
</iati-activity>stray</iati-activities>"#
    );
    let read = all(&file);
    let activity = activities(read).remove(0);
    let said: Vec<(u32, &str, &What)> = activity.losses.iter().map(|l| (l.line, l.element.as_str(), &l.what)).collect();
    let told = |line: u32, element: &str| said.iter().find(|(l, e, _)| (*l, *e) == (line, element)).map(|(_, _, w)| *w);
    assert!(matches!(told(2, "@colour"), Some(What::UnknownAttribute { .. })), "{said:#?}");
    assert!(matches!(told(2, "@other:lost"), Some(What::UnknownAttribute { .. })));
    assert_eq!(told(3, "title"), Some(&What::Unwrapped));
    assert!(matches!(told(5, "activity-date/@iso-date"), Some(What::Mended { to, .. }) if to == "2024-01-31"));
    assert!(said.iter().any(|(l, e, w)| *l == 5 && *e == "activity-date" && matches!(w, What::Lacks { .. })));
    assert!(matches!(told(6, "activity-status"), Some(What::Text { text }) if text == "Implementation"));
    assert!(said.iter().any(|(l, e, w)| *l == 6 && *e == "activity-status" && **w == What::TooMany));
    assert!(matches!(told(7, "budget/value"), Some(What::Mended { to, .. }) if to == "1234567.50"));
    assert_eq!(told(7, "budget"), Some(&What::Order));
    assert!(matches!(told(8, "budget/value"), Some(What::Value { .. })));
    assert!(matches!(told(8, "budget"), Some(What::Lacks { part }) if part == "value"));
    assert_eq!(told(9, "nowhere:x"), Some(&What::Unknown));
    assert_eq!(told(9, "sector/us:y"), Some(&What::Unknown));
    assert_eq!(told(10, "activity-website"), Some(&What::Unknown));
    assert_eq!(told(2, "reporting-org"), Some(&What::Missing));
    let tree = &activity.tree;
    assert_eq!(Stated(tree).titles()[0].text, "Without a narrative");
    assert_eq!(Stated(tree).total().map(|(n, c)| (n.to_string(), c.code())), Some(("1234567.5".into(), "EUR")));
    assert_eq!(tree.attribute("us:kept"), Some("yes"));
    let extra = tree.child("us:extra").expect("another vocabulary's element");
    assert!(
        matches!(&extra.content[..], [Node::Text(a), Node::Element(_), Node::Text(b)] if a == "mixed " && b == " text")
    );
}

#[test]
fn texts_are_taken_to_the_letter() {
    let texts = [
        "a & b < c > d \"e\" 'f'",
        "]]>",
        "\u{1F600} Ђ Ž",
        "line\nbreak\ttab",
        "  spaces  ",
        "<!-- no -->",
        "&amp;lt;",
    ];
    for text in texts {
        let tree = Element::new("iati-activity")
            .with("default-currency", text)
            .holding(Element::new("iati-identifier").saying(text))
            .holding(Element::new("title").narrating(text));
        let read = activities(all(&written([&tree])));
        assert_eq!(read[0].tree, tree, "{text:?}");
    }
    // what XML cannot hold is replaced, not passed on
    let tree = Element::new("iati-activity").holding(Element::new("title").narrating("a\u{0}b\u{ffff}c\u{b}"));
    let text = written([&tree]);
    assert!(text.contains("a\u{fffd}b\u{fffd}c\u{fffd}"));
    let references = format!(
        "{HEAD}<iati-activity><title><narrative>&#x41;&#66;&amp;</narrative></title></iati-activity></iati-activities>"
    );
    assert_eq!(Stated(&activities(all(&references))[0].tree).titles()[0].text, "AB&");
}
