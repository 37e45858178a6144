use super::*;
use crate::features::files::parts::tests::archive;
use proptest::prelude::*;

fn judged(kind: Kind, bytes: &[u8]) -> Result<Seen, Wrong> {
    let mut look = Look::default();
    for part in bytes.chunks(1_000) {
        look.pass(part);
    }
    look.judge(kind)
}

fn office(main: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>"), (main, b"<x/>")];
    parts.extend(more);
    archive(&parts)
}

fn open(media: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![("mimetype", media.as_bytes()), ("content.xml", b"<x/>")];
    parts.extend(more);
    archive(&parts)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

#[test]
fn what_is_what_it_says_is_taken() {
    for (kind, bytes) in [
        (Kind::Pdf, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj".to_vec()),
        (Kind::Png, PNG.to_vec()),
        (Kind::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec()),
        (Kind::Docx, office("word/document.xml", &[])),
        (Kind::Xlsx, office("xl/workbook.xml", &[])),
        (Kind::Pptx, office("ppt/presentation.xml", &[])),
        (Kind::Odt, open(Kind::Odt.media(), &[])),
        (Kind::Ods, open(Kind::Ods.media(), &[])),
        (Kind::Odp, open(Kind::Odp.media(), &[])),
        (Kind::Csv, "\u{feff}Naziv;Износ\r\nBorder;1,5\r\n".as_bytes().to_vec()),
        // of a machine that writes one byte a letter
        (Kind::Csv, b"Gr\xfc\xdfe;1\r\n".to_vec()),
        (Kind::Txt, b"MZ is how this note begins".to_vec()),
    ] {
        let seen = judged(kind, &bytes).unwrap_or_else(|wrong| panic!("{kind:?}: {wrong:?}"));
        assert_eq!(seen.size, bytes.len() as u64);
        assert_eq!(seen.sha256, Sha256::digest(&bytes).to_vec());
    }
}

#[test]
fn what_is_something_else_is_not() {
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut both = PNG.to_vec();
    both.extend(archive(&[("x.class", b"1")]));
    let mut pdf_and_zip = b"%PDF-1.4\n".to_vec();
    pdf_and_zip.extend(archive(&[("x", b"1")]));
    let docx = office("word/document.xml", &[]);
    for (kind, bytes, why) in [
        (Kind::Pdf, html.to_vec(), Wrong::Other(Some("html"))),
        (Kind::Pdf, b" %PDF-1.7".to_vec(), Wrong::Other(None)),
        (Kind::Png, svg.to_vec(), Wrong::Other(None)),
        (Kind::Txt, svg.to_vec(), Wrong::Other(Some("html"))),
        (Kind::Csv, html.to_vec(), Wrong::Other(Some("html"))),
        (Kind::Csv, b"\xef\xbb\xbf  <?xml version='1.0'?>".to_vec(), Wrong::Other(Some("html"))),
        (Kind::Txt, b"#!/bin/sh\nrm -r".to_vec(), Wrong::Other(Some("html"))),
        (Kind::Txt, b"a\0b".to_vec(), Wrong::Other(None)),
        (Kind::Jpeg, PNG.to_vec(), Wrong::Other(Some("png"))),
        (Kind::Png, both, Wrong::Double),
        (Kind::Pdf, pdf_and_zip, Wrong::Double),
        (Kind::Xlsx, docx.clone(), Wrong::Other(Some("docx"))),
        (Kind::Docx, archive(&[("a.exe", b"MZ")]), Wrong::Other(Some("zip"))),
        (Kind::Odt, open(Kind::Ods.media(), &[]), Wrong::Other(Some("zip"))),
        (Kind::Odt, open("application/vnd.oasis.opendocument.text-master", &[]), Wrong::Other(Some("zip"))),
        (Kind::Docx, office("word/document.xml", &[("word/vbaProject.bin", b"x")]), Wrong::Programs),
        (Kind::Xlsx, office("xl/workbook.xml", &[("xl/macrosheets/sheet1.xml", b"x")]), Wrong::Programs),
        (Kind::Pptx, office("ppt/presentation.xml", &[("PPT\\VBAPROJECT.BIN", b"x")]), Wrong::Programs),
        (Kind::Ods, open(Kind::Ods.media(), &[("Basic/Standard/Module1.xml", b"x")]), Wrong::Programs),
        (Kind::Docx, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old".to_vec(), Wrong::Closed),
        (Kind::Docx, docx[..docx.len() - 9].to_vec(), Wrong::Damaged),
        (Kind::Docx, [docx.as_slice(), b"<script>"].concat(), Wrong::Damaged),
    ] {
        assert_eq!(
            judged(kind, &bytes),
            Err(why),
            "{kind:?} {:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
        );
    }
    for kind in Kind::ALL {
        assert_eq!(judged(*kind, b""), Err(Wrong::Empty), "{kind:?}");
    }
}

#[test]
fn the_end_of_a_long_file_is_looked_at() {
    let mut long = office("word/document.xml", &[]);
    let filling = vec![b'x'; 5 << 20];
    long = {
        let parts: Vec<(&str, &[u8])> =
            vec![("[Content_Types].xml", b"<x/>"), ("word/document.xml", &filling), ("word/vbaProject.bin", b"1")];
        assert!(judged(Kind::Docx, &long).is_ok());
        archive(&parts)
    };
    assert_eq!(judged(Kind::Docx, &long), Err(Wrong::Programs));
}

proptest! {
    #[test]
    fn nothing_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..3_000), n in 0usize..11, start in 0usize..4) {
        let begins: [&[u8]; 4] = [b"", b"PK\x03\x04", b"%PDF-", PNG];
        let bytes = [begins[start], &bytes].concat();
        let _ = judged(Kind::ALL[n], &bytes);
    }

    #[test]
    fn a_page_is_never_taken_whatever_its_name_says(space in "[ \t\r\n]{0,20}", tag in prop::sample::select(vec!["<!DOCTYPE html>", "<html>", "<script>", "<svg onload=x>", "<?xml version='1.0'?><svg/>", "<?php "]), n in 0usize..11) {
        let page = format!("{space}{tag}alert(1)");
        prop_assert!(judged(Kind::ALL[n], page.as_bytes()).is_err());
    }
}
