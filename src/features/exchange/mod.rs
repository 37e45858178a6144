//! Files in, files out: other formats' records of assistance.

pub mod iati;

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    iati::routes(r);
}
