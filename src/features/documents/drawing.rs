//! Whether a picture is a drawing and nothing else. A document may hold one that came with an archive from elsewhere: that it was
//! kept here does not make it ours, so what stands in a page, a PDF or a Word file is looked at before.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What pictures are drawn with.
const DRAWN_WITH: [&[u8]; 10] =
    [b"svg", b"title", b"desc", b"defs", b"pattern", b"g", b"rect", b"line", b"path", b"text"];
/// Those that hold words and no other element: in a page, what stands within the first two is read as HTML.
const WORDS: [&[u8]; 3] = [b"title", b"desc", b"text"];

/// Whether this is a drawing and nothing else: read so by an XML reader, and holding nothing that a page's reader takes otherwise.
pub fn is_drawing(svg: &str) -> bool {
    let mut reader = Reader::from_str(svg);
    let (mut open, mut words, mut ended) = (0usize, false, false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(e)) if !ended && !words && draws(&e) && (open > 0 || e.name().as_ref() == b"svg") => {
                open += 1;
                words = WORDS.contains(&e.name().as_ref());
            }
            Ok(Event::Empty(e)) if open > 0 && !words && draws(&e) => {}
            Ok(Event::End(_)) if open > 0 => {
                open -= 1;
                words = false;
                ended = open == 0;
            }
            Ok(Event::Text(_) | Event::GeneralRef(_)) if open > 0 => {}
            Ok(Event::Eof) => return ended,
            _ => return false,
        }
    }
}

/// An element of a drawing that leads nowhere, does nothing and brings no style of its own.
fn draws(element: &BytesStart<'_>) -> bool {
    DRAWN_WITH.contains(&element.name().as_ref())
        && element.attributes().all(|a| a.is_ok_and(|a| inert(a.key.as_ref(), &a.value)))
}

/// A name with a sign in it is another attribute to a page's reader, and a value with a reference or an escape another value; ours
/// have neither.
fn inert(key: &[u8], value: &[u8]) -> bool {
    let (key, value) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
    let elsewhere = value.windows(4).enumerate().any(|(at, four)| four == b"url(" && value.get(at + 4) != Some(&b'#'));
    key.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':'))
        && !(key.starts_with(b"on") || key.ends_with(b"href") || key == b"style" || elsewhere)
        && !value.iter().any(|b| matches!(b, b'<' | b'>' | b'&' | b'\\'))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Pictures that are none, or more than that.
    pub const HOSTILE: [&str; 24] = [
        "",
        "text",
        "<p>no picture</p>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><foreignObject><form action=\"/x\"/></foreignObject></svg>",
        "<svg><image href=\"https://evil.example/x.png\"/></svg>",
        "<svg onload=\"alert(1)\"></svg>",
        "<svg><g ONCLICK='x'/></svg>",
        "<svg><g class=\"a\"/onload=\"alert(1)\"></g></svg>",
        "<svg><g /onload=\"alert(1)\"></g></svg>",
        "<svg><text style=\"position:fixed\">x</text></svg>",
        "<svg><g xlink:href=\"//evil.example\"/></svg>",
        "<svg><rect fill=\"url(//evil.example/x)\"/></svg>",
        "<svg><rect fill=\"URL(//evil.example/x)\"/></svg>",
        "<svg><rect fill=\"&#117;rl(//evil.example/x)\"/></svg>",
        "<svg><rect fill=\"\\75rl(//evil.example/x)\"/></svg>",
        "<svg><title><form action=\"/sign-out\"></form></title></svg>",
        "<svg><title><title><g class=\"</title><img src=x onerror=alert(1)>\"></g></title></title></svg>",
        "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>",
        "<svg><!-- --><g/></svg>",
        "<svg><![CDATA[<p>]]></svg>",
        "<svg></svg><p>after</p>",
        "<svg></svg>after",
        "<svg><g></svg>",
    ];

    #[test]
    fn a_picture_from_elsewhere_is_a_drawing_or_none() {
        let drawn = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"><title id=\"t\">A &lt;b&gt; &amp; c</title>\
            <defs><pattern id=\"p\"/></defs><g><rect width=\"1\" fill=\"url(#p)\" font-family=\"'Source Sans 3', sans-serif\"/>\
            <text x=\"1\">One</text></g></svg>";
        assert!(is_drawing(drawn));
        for hostile in HOSTILE.iter().chain(&["<svg>", "<svg/>"]) {
            assert!(!is_drawing(hostile), "{hostile}");
        }
    }
}
