//! Files in and files out. `incoming.rs` is what a file says of one action, whatever its format; `tables/` reads workbooks and
//! separated values; `import/` shows what a file would change, takes it in, and takes it back; `iati/` reads and writes
//! activity files; `bundle/` is a whole process as one archive.

pub mod bundle;
pub mod iati;
mod import;
mod incoming;
mod tables;

pub use import::{command, count_upload, forget};
pub use tables::Source;

use crate::kernel::job::Jobs;
use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    bundle::routes(r);
    iati::routes(r);
    import::routes(r);
}

pub fn jobs(jobs: &mut Jobs) {
    import::jobs(jobs);
}
