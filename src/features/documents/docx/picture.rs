//! A picture in the text: Word takes it as PNG, with what it shows in words.

use super::xml::Xml;
use crate::features::documents::clean::short;
use crate::features::documents::drawing::is_drawing;
use crate::features::documents::model::{Block, Document};
use crate::features::documents::png::png;

const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
/// Parts of a twentieth of a point in which drawings are measured.
const FINE: u64 = 635;
/// No picture is higher than what a page leaves it, in twentieths of a point.
pub const HIGHEST: u64 = 12_000;
/// The same on a page that lies across, where a table follows.
pub const LOW: u64 = 5_600;
/// What a program that reads pages aloud gets to say.
const ALT: usize = 2_000;

/// The pictures of a document as PNG, in their order. What is more than a drawing is left out, here and where it would stand.
///
/// # Errors
/// One cannot be drawn, or is too large to be held.
pub fn drawn(document: &Document) -> anyhow::Result<Vec<Vec<u8>>> {
    let of = |block: &Block| match block {
        Block::Picture(picture) if is_drawing(&picture.svg) => Some(png(&picture.svg)),
        _ => None,
    };
    document.blocks.iter().filter_map(of).collect()
}

/// Its part of the package.
pub fn part(number: usize) -> String {
    format!("word/media/picture{number}.png")
}

pub fn id(number: usize) -> String {
    format!("rIdP{number}")
}

/// Width and height, as a PNG says them at its beginning.
fn points(png: &[u8]) -> Option<(u64, u64)> {
    let number = |from: usize| {
        let bytes: [u8; 4] = png.get(from..from + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(bytes))).filter(|n| *n > 0)
    };
    number(16).zip(number(20))
}

/// As wide as the text, and less where it would be too high for a page.
fn size(png: &[u8], (text, highest): (u32, u64)) -> (u64, u64) {
    let (width, height) = points(png).unwrap_or((1, 1));
    let wide = u64::from(text);
    let high = wide * height / width;
    let (wide, high) = if high > highest { (highest * width / height, highest) } else { (wide, high) };
    (wide.max(1) * FINE, high.max(1) * FINE)
}

/// In a run of its own, where the paragraph is at; `most`: how wide and high it may be. Where pages lie across it is
/// no wider than on the others, or its letters would be larger than a table's.
pub fn drawing(x: &mut Xml, number: usize, png: &[u8], alt: &str, most: (u32, u64)) {
    let (wide, high) = size(png, most);
    let (wide, high) = (wide.to_string(), high.to_string());
    let (place, name) = ((number + 1).to_string(), format!("picture{number}.png"));
    let (main, picture) = (format!("{DRAWING}/main"), format!("{DRAWING}/picture"));
    x.open("w:r", &[]);
    x.open("w:drawing", &[]);
    let inline = format!("{DRAWING}/wordprocessingDrawing");
    x.open("wp:inline", &[("xmlns:wp", &inline), ("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")]);
    x.empty("wp:extent", &[("cx", &wide), ("cy", &high)]);
    x.empty("wp:docPr", &[("id", &place), ("name", &name), ("descr", &short(alt, ALT))]);
    x.open("a:graphic", &[("xmlns:a", &main)]);
    x.open("a:graphicData", &[("uri", &picture)]);
    x.open("pic:pic", &[("xmlns:pic", &picture)]);
    x.open("pic:nvPicPr", &[]);
    x.empty("pic:cNvPr", &[("id", &place), ("name", &name)]);
    x.empty("pic:cNvPicPr", &[]);
    x.close("pic:nvPicPr");
    x.open("pic:blipFill", &[]);
    x.empty("a:blip", &[("r:embed", &id(number))]);
    x.open("a:stretch", &[]);
    x.empty("a:fillRect", &[]);
    x.close("a:stretch");
    x.close("pic:blipFill");
    x.open("pic:spPr", &[]);
    x.open("a:xfrm", &[]);
    x.empty("a:off", &[("x", "0"), ("y", "0")]);
    x.empty("a:ext", &[("cx", &wide), ("cy", &high)]);
    x.close("a:xfrm");
    x.open("a:prstGeom", &[("prst", "rect")]);
    x.empty("a:avLst", &[]);
    x.close("a:prstGeom");
    x.close("pic:spPr");
    x.close("pic:pic");
    x.close("a:graphicData");
    x.close("a:graphic");
    x.close("wp:inline");
    x.close("w:drawing");
    x.close("w:r");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn a_picture_keeps_its_shape_and_stays_on_its_page() {
        assert_eq!(size(&png(1280, 640), (9_000, HIGHEST)), (9_000 * FINE, 4_500 * FINE));
        assert_eq!(size(&png(1000, 4000), (9_000, HIGHEST)), (3_000 * FINE, HIGHEST * FINE));
        assert_eq!(size(&png(1000, 1000), (9_000, LOW)), (LOW * FINE, LOW * FINE));
        assert_eq!(size(b"none", (9_000, HIGHEST)), (9_000 * FINE, 9_000 * FINE));
    }
}
