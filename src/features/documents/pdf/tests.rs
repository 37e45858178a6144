use super::*;
use crate::features::documents::sample;

#[test]
fn a_document_is_set_and_conforms() {
    let file = pdf(&sample::plan(3)).unwrap();
    assert!(file.starts_with(b"%PDF-1.7"));
    if let Ok(path) = std::env::var("CONCERT_SAMPLE_PDF") {
        std::fs::write(path, &file).unwrap();
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample::plan(2);
    assert_eq!(pdf(&document).unwrap(), pdf(&document).unwrap());
}
