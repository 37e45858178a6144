//! Pictures worth a meeting: SVG from the server, each the answer to a question that a role asks, with the same figures as
//! a table beside it, in the reader's sight and no more; and as files, SVG and PNG, the table as XLSX and CSV.
//!
//! `draw/` are plain functions from data to SVG; `data_*.rs` put the process's figures into them; money comes from the ledger.
//! Who wants a picture on a page of theirs hands [`Shape::svg`] what is to be drawn; `paper` and `paper_map` make
//! those of documents.

mod data_flows;
mod data_map;
mod data_money;
mod data_plans;
mod data_state;
mod data_time;
pub mod draw;
mod model;
mod pages;
mod paper;
mod paper_map;
mod store;
mod table;

pub use draw::{About, Bars, Flows, Grid, Map, Mode, Shape, Timeline, Width};
pub use paper::{Runs, Sums, amounts, times};
pub use paper_map::{Mapped, counts as counts_mapped, money as money_mapped};

use crate::features::documents::SheetFormat;
use crate::kernel::auth::Inside;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};
use model::Picture;
use pages::File;

/// The addresses of a picture: its page, its files, its table's files.
macro_rules! addresses {
    ($name:literal) => {
        [
            concat!("/{process}/pictures/", $name),
            concat!("/{process}/pictures/", $name, ".svg"),
            concat!("/{process}/pictures/", $name, ".png"),
            concat!("/{process}/pictures/", $name, ".xlsx"),
            concat!("/{process}/pictures/", $name, ".csv"),
        ]
    };
}

pub fn routes(r: &mut Routes) {
    r.get("/{process}/pictures", Access::Member(P::HomeSee), pages::index);
    const ALL: [(Picture, [&str; 5]); 7] = [
        (Picture::Money, addresses!("money")),
        (Picture::Flows, addresses!("flows")),
        (Picture::Timeline, addresses!("timeline")),
        (Picture::Gaps, addresses!("gaps")),
        (Picture::Map, addresses!("map")),
        (Picture::Plans, addresses!("plans")),
        (Picture::Freshness, addresses!("freshness")),
    ];
    for (picture, [page, svg, png, xlsx, csv]) in ALL {
        let access = Access::Member(picture.permission());
        r.get_filtered(page, access, move |inside: Inside| pages::page(inside, picture));
        // carrying one away is written down
        r.get_noted(svg, access, move |inside: Inside| pages::file(inside, picture, File::Svg));
        r.get_noted(png, access, move |inside: Inside| pages::file(inside, picture, File::Png));
        r.get_noted(xlsx, access, move |inside: Inside| table::file(SheetFormat::Xlsx, inside, picture));
        r.get_noted(csv, access, move |inside: Inside| table::file(SheetFormat::Csv, inside, picture));
    }
}
