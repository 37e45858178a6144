//! What the words of a pack mean, and what is never in one.

use super::super::draft::Draft;
use super::super::model::Sight;

pub fn write(d: &mut Draft, sight: &Sight) {
    let p = d.p;
    d.section("pack-terms");
    let keys = ["pack-term-need", "pack-term-money", "pack-term-estimate", "pack-term-changes"];
    let mut lines = vec![
        p.t(sight.readers()),
        p.t_own("envelope-awaits", "pack-term-stale", "pack-term-stale-own"),
        p.t_own("overlap-column-likelihood", "pack-term-question", "pack-term-question-own"),
    ];
    lines.extend(keys.iter().map(|key| p.t(key)));
    lines.push(p.t("pack-term-frozen"));
    d.list(lines);
}
