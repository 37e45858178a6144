//! SVG to PNG, with the typefaces of our files alone: no file of the machine is looked at.

use anyhow::Context;
use resvg::{tiny_skia, usvg};
use std::sync::{Arc, LazyLock};

/// Twice as fine as it is drawn: for slides and print.
const SCALE: f32 = 2.0;
/// Points of a picture; a longer one comes out less fine.
const MOST: f32 = 24_000_000.0;

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        [$(include_bytes!(concat!("pdf/fonts/", $name, ".ttf")) as &'static [u8]),+]
    };
}

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for file in embedded!["source-sans-3-regular", "source-sans-3-semibold", "dejavu-sans"] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(file)));
    }
    fonts.set_sans_serif_family("Source Sans 3");
    Arc::new(fonts)
});

/// The picture as PNG. Takes a moment of a core: call it where it may.
///
/// # Errors
/// What is no SVG, or is too large to be held.
pub fn png(svg: &str) -> anyhow::Result<Vec<u8>> {
    let options = usvg::Options {
        font_family: "Source Sans 3".to_owned(),
        fontdb: FONTS.clone(),
        // nothing of ours refers to a picture elsewhere, and nothing is fetched or opened
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).context("a picture that is none")?;
    let size = tree.size();
    let scale = (MOST / (size.width() * size.height()).max(1.0)).sqrt().min(SCALE);
    let whole = size.to_int_size().scale_by(scale).context("a picture without extent")?;
    let mut pixels = tiny_skia::Pixmap::new(whole.width(), whole.height()).context("a picture that is too large")?;
    pixels.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().context("a picture that cannot be written")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ink of one letter: points that are not white.
    fn ink(text: &str) -> usize {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"40\" font-family=\"'Source Sans 3'\" font-size=\"30\">\
             <text x=\"5\" y=\"30\">{text}</text></svg>"
        );
        let bytes = png(&svg).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        let pixels = tiny_skia::Pixmap::decode_png(&bytes).expect("a PNG");
        pixels.pixels().iter().filter(|p| p.red() < 128).count()
    }

    #[test]
    fn letters_of_the_region_show() {
        // a letter without a glyph is left out, or stands as the same box
        let boxed = ink("\u{e000}");
        for letter in ["Č", "đ", "ž", "Ж", "ћ", "Љ", "Ѓ", "ë"] {
            assert!(ink(letter) > 50 && ink(letter) != boxed, "{letter}: {}", ink(letter));
        }
        assert_ne!(ink("Č"), ink("C"));
    }

    #[test]
    fn what_is_no_picture_is_refused_and_what_is_large_is_made_less_fine() {
        assert!(png("not a picture").is_err());
        let tall = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"40000\"><rect width=\"9\" height=\"9\"/></svg>";
        let pixels = tiny_skia::Pixmap::decode_png(&png(tall).expect("a picture")).expect("a PNG");
        assert!(pixels.width() * pixels.height() <= 24_500_000);
    }
}
