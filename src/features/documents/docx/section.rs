//! Sections: pages that lie one way, with their heads and feet.

use super::frame::{LANDSCAPE, PLACES, PORTRAIT, Sides};
use super::xml::Xml;

/// The sections of a document, one after the other.
pub struct Sections {
    /// Whether the one at hand lies across.
    pub across: bool,
    first: bool,
}

/// What stands between a block and the next: whether it does is known when it is known what the next one is.
pub enum Between {
    Nothing,
    /// A little room below a table.
    Table,
    /// The end of a page.
    Pages,
}

impl Sections {
    pub fn new() -> Self {
        Self { across: false, first: true }
    }

    pub fn sides(&self) -> Sides {
        if self.across { LANDSCAPE } else { PORTRAIT }
    }

    /// What a section is, in its last paragraph; of the last one, at the end of the body.
    pub fn end(&mut self, x: &mut Xml) {
        let sides = self.sides();
        x.open("w:sectPr", &[]);
        for place in PLACES.iter().filter(|p| p.across == self.across) {
            let element = if place.foot { "w:footerReference" } else { "w:headerReference" };
            x.empty(element, &[("w:type", if place.first { "first" } else { "default" }), ("r:id", place.id)]);
        }
        x.val("w:type", "nextPage");
        let (w, h) = (sides.width.to_string(), sides.height.to_string());
        let size = [("w:w", w.as_str()), ("w:h", h.as_str()), ("w:orient", "landscape")];
        x.empty("w:pgSz", size.get(..if self.across { 3 } else { 2 }).unwrap_or_default());
        x.empty(
            "w:pgMar",
            &[
                ("w:top", "1530"),
                ("w:right", "1330"),
                ("w:bottom", "1500"),
                ("w:left", "1330"),
                ("w:header", "680"),
                ("w:footer", "560"),
                ("w:gutter", "0"),
            ],
        );
        if self.first {
            x.empty("w:titlePg", &[]);
        }
        x.close("w:sectPr");
        self.first = false;
    }
}
