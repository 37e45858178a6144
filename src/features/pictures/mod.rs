//! Pictures worth a meeting: SVG from the server, each the answer to a question that a role asks, with the same figures as
//! a table beside it, in the reader's sight and no more; and as files, SVG and PNG.
//!
//! `draw/` are plain functions from data to SVG; `data_*.rs` put the process's figures into them; money comes from the ledger.
//! Who wants a picture on a page of theirs hands [`Shape::svg`] what is to be drawn.

mod data_flows;
mod data_map;
mod data_money;
mod data_plans;
mod data_state;
mod data_time;
pub mod draw;
mod model;
mod pages;
mod store;

pub use draw::{About, Bars, Flows, Grid, Map, Mode, Shape, Timeline, Width};

use crate::kernel::auth::Inside;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};
use model::Picture;
use pages::File;

pub fn routes(r: &mut Routes) {
    r.get("/{process}/pictures", Access::Member(P::HomeSee), pages::index);
    // page, SVG and PNG of each; carrying one away is written down
    const ALL: [(Picture, &str, &str, &str); 7] = [
        (Picture::Money, "/{process}/pictures/money", "/{process}/pictures/money.svg", "/{process}/pictures/money.png"),
        (Picture::Flows, "/{process}/pictures/flows", "/{process}/pictures/flows.svg", "/{process}/pictures/flows.png"),
        (
            Picture::Timeline,
            "/{process}/pictures/timeline",
            "/{process}/pictures/timeline.svg",
            "/{process}/pictures/timeline.png",
        ),
        (Picture::Gaps, "/{process}/pictures/gaps", "/{process}/pictures/gaps.svg", "/{process}/pictures/gaps.png"),
        (Picture::Map, "/{process}/pictures/map", "/{process}/pictures/map.svg", "/{process}/pictures/map.png"),
        (Picture::Plans, "/{process}/pictures/plans", "/{process}/pictures/plans.svg", "/{process}/pictures/plans.png"),
        (
            Picture::Freshness,
            "/{process}/pictures/freshness",
            "/{process}/pictures/freshness.svg",
            "/{process}/pictures/freshness.png",
        ),
    ];
    for (picture, page, svg, png) in ALL {
        let access = Access::Member(picture.permission());
        r.get_filtered(page, access, move |inside: Inside| pages::page(inside, picture));
        r.get_noted(svg, access, move |inside: Inside| pages::file(inside, picture, File::Svg));
        r.get_noted(png, access, move |inside: Inside| pages::file(inside, picture, File::Png));
    }
}
