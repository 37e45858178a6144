//! Pictures from figures: plain functions from data to SVG. They know no database, no page and no language; what they
//! write was put into words by who calls them.

pub mod bars;
pub mod colours;
pub mod flows;
mod flows_layout;
pub mod grid;
pub mod map;
pub mod svg;
pub mod timeline;

pub use bars::Bars;
pub use flows::Flows;
pub use grid::Grid;
pub use map::Map;
pub use svg::{About, Mode, Width};
pub use timeline::Timeline;

/// A picture before it is drawn.
#[derive(Debug, Clone)]
pub enum Shape {
    Bars(Bars),
    Flows(Flows),
    Timeline(Timeline),
    Grid(Grid),
    Map(Map),
}

impl Shape {
    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        match self {
            Shape::Bars(bars) => bars.svg(width, mode, about),
            Shape::Flows(flows) => flows.svg(width, mode, about),
            Shape::Timeline(timeline) => timeline.svg(width, mode, about),
            Shape::Grid(grid) => grid.svg(width, mode, about),
            Shape::Map(map) => map.svg(width, mode, about),
        }
    }

    /// Whether it has a layout for a phone; what has none is moved under a window of its own.
    pub fn has_narrow(&self) -> bool {
        !matches!(self, Shape::Flows(_))
    }
}
