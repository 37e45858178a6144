//! Code tables: codes and names of the IATI Standard and of the OECD-DAC, in one place (`tables.txt`), with a page on
//! which they are looked up. Themes, objectives of strategies and files of IATI take them from here.

mod pages;
mod table;

pub use table::{Code, List as Table, at, lists as tables, meant, named, purpose, purposes};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::DirectorySee);
    r.get("/{process}/codes", see, pages::page);
    r.get_noted("/{process}/codes.xlsx", Access::Member(P::ExportLists), pages::file);
    r.get_noted("/{process}/codes.csv", Access::Member(P::ExportLists), pages::file);
}
