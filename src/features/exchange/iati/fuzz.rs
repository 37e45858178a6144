//! Activity files under a fuzzer.

use std::io::{BufReader, Cursor};

use super::source::Limits;
use super::{Read, Reader, Stated, TAIL, opening, sums, taken, write};
use crate::kernel::fuzz::{Sample, run, shared};

const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&#0;",
    b"&#x110000;",
    b"&lt;",
    b"\"",
    b"'",
    b"=",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbf\xbe",
    b"xmlns=\"urn:a\" ",
    b"xmlns:a=\"\" ",
    b"<a:b/>",
    b"<narrative/>",
    b"<transaction><transaction-type code=\"3\"/><value value-date=\"2026-01-01\">1e308</value></transaction>",
    b"<iati-activity>",
    b"</iati-activity>",
    b"9999999999999999999999999999999999",
    b"-9999-99-99",
    b"1,234,567.50",
];

/// Real activities, a few a file, packed and not; and one that is made up, for a run without them.
fn corpus() -> Vec<Sample> {
    let own = format!(
        "{}<iati-activity default-currency=\"EUR\"><iati-identifier>A-1</iati-identifier><reporting-org ref=\"A\" type=\"10\"/>\
         <title><narrative xml:lang=\"en\">T</narrative></title><description><narrative>D</narrative></description>\
         <participating-org role=\"1\"><narrative>A</narrative></participating-org><activity-status code=\"2\"/>\
         <activity-date type=\"1\" iso-date=\"2024-01-01\"/><recipient-country code=\"XK\" percentage=\"100\"/>\
         <budget><period-start iso-date=\"2026-01-01\"/><period-end iso-date=\"2026-12-31\"/><value value-date=\"2026-01-01\">7</value></budget>\
         </iati-activity>{TAIL}",
        opening()
    );
    let mut all = vec![Sample::Plain(own.clone().into_bytes()), Sample::Gzip(own.into_bytes())];
    let Some(shared) = shared() else { return all };
    let names =
        ["western-balkans/WB6.valid.xml", "western-balkans/WB6.not-valid.xml", "volume/activities.valid.xml.gz"];
    for name in names {
        let file = std::fs::File::open(shared.join(name)).unwrap();
        let read = Reader::open(BufReader::new(file), Limits::default()).unwrap().take(150);
        let mut text = opening();
        for (n, read) in read.enumerate() {
            let Ok(Read::Activity(activity)) = read else { continue };
            write(&activity.tree, &mut text);
            if n % 3 == 2 || text.len() > 60_000 {
                let whole = format!("{text}{TAIL}").into_bytes();
                all.push(if n % 4 == 0 { Sample::Gzip(whole) } else { Sample::Plain(whole) });
                text = opening();
            }
        }
    }
    all
}

/// Reads a file through, and takes of each activity all that an import takes.
fn taken_in(bytes: &[u8]) {
    let Ok(reader) = Reader::open(Cursor::new(bytes), Limits::default()) else { return };
    for (number, read) in (1..).zip(reader) {
        let Ok(Read::Activity(activity)) = read else { continue };
        let incoming = taken::incoming(&activity, number);
        let _ = sums::settle(sums::sums(&activity.tree), None, |_| None);
        let _ = Stated(&activity.tree).total();
        let (_, text) = taken::kept(activity.tree, &incoming.parties);
        assert!(super::read_one(&text).is_some(), "what is kept cannot be read again");
    }
}

#[test]
#[ignore = "takes as long as it is told to"]
fn activity_files_never_break_the_reader() {
    run("iati", &corpus(), PIECES, taken_in);
}
