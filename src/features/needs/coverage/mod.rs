//! The coverage matrix: measures or themes by beneficiaries, as of a day, counted in needs, actions, money or donors; its
//! cells; the views that donors and beneficiaries ask for; and all of it as files.

mod ask;
mod cell;
mod chart;
mod files;
mod grid;
mod mapped;
pub mod model;
mod pages;
mod tables;
#[cfg(test)]
mod tests;
mod views;

pub use mapped::{Mapped, MappedCell, MappedMeasure, MappedNeed, MappedResponse, mapped};
pub use model::Standing;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::NeedSee);
    r.get_filtered("/{process}/coverage", see, pages::matrix);
    r.get_filtered("/{process}/coverage/cell", see, cell::page);
    r.get_filtered("/{process}/coverage/missing", see, views::missing);
    r.get_filtered("/{process}/coverage/answered", see, views::answered);
    // carrying it away is written down
    r.get_noted("/{process}/coverage.xlsx", see, files::xlsx);
    r.get_noted("/{process}/coverage.csv", see, files::csv);
    r.get_noted("/{process}/coverage.svg", see, files::svg);
    r.get_noted("/{process}/coverage.pdf", see, files::pdf);
    r.get_noted("/{process}/coverage/missing.pdf", see, views::missing_pdf);
    r.get_noted("/{process}/coverage/answered.pdf", see, views::answered_pdf);
    r.get_noted("/{process}/coverage/missing.xlsx", see, tables::missing);
    r.get_noted("/{process}/coverage/missing.csv", see, tables::missing);
    r.get_noted("/{process}/coverage/answered.xlsx", see, tables::answered);
    r.get_noted("/{process}/coverage/answered.csv", see, tables::answered);
}
