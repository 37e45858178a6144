//! Which parts of a document stand on pages that lie across.

use super::model::Block;

/// What may stand with a wide table on its page, in paragraphs of usual length: more is a text of its own.
const TEXT: usize = 6;

fn wide(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.wide)
}

/// What a block takes of the room beside the table; none where it cannot stand there.
fn beside(block: &Block) -> Option<(usize, usize)> {
    match block {
        Block::Paragraph { .. } | Block::Small { .. } => Some((block.size(), 0)),
        Block::Picture(_) => Some((0, 1)),
        _ => None,
    }
}

/// How many of these have room together.
fn fitting<'a>(blocks: impl Iterator<Item = &'a Block>) -> usize {
    let (mut text, mut pictures) = (0, 0);
    let room = |block: &&Block| {
        let taken = beside(block);
        text += taken.map_or(0, |t| t.0);
        pictures += taken.map_or(0, |t| t.1);
        taken.is_some() && text <= TEXT && pictures <= 1
    };
    blocks.take_while(room).count()
}

/// For each block, whether it stands on a page that lies across: a wide table, and with it the whole of its section where that is
/// short. A heading with two lines would else be alone on the page before, and what is said of the table on the page after.
pub fn across(blocks: &[Block]) -> Vec<bool> {
    let mut done: Vec<bool> = blocks.iter().map(wide).collect();
    for at in (0..blocks.len()).filter(|at| blocks.get(*at).is_some_and(wide)) {
        let (before, after) = (blocks.get(..at).unwrap_or_default(), blocks.get(at + 1..).unwrap_or_default());
        let said = fitting(before.iter().rev());
        let heads = before.iter().rev().skip(said).take_while(|b| matches!(b, Block::Heading { .. })).count();
        // what does not begin here goes on where it began
        let from = if heads > 0 { at - said - heads } else { at };
        let said = fitting(after.iter());
        let ends = after.get(said).is_none_or(|b| matches!(b, Block::Heading { .. }) || wide(b));
        let to = if ends { at + 1 + said } else { at + 1 };
        done.iter_mut().take(to).skip(from).for_each(|side| *side = true);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::sample;
    use crate::features::documents::{Document, Table};
    use crate::kernel::i18n::Locale;

    fn table(wide: bool) -> Block {
        let mut table = Table::new("t", &[("A", 1)]);
        table.wide = wide;
        Block::Table(table)
    }

    fn sides(make: impl Fn(&mut Document)) -> String {
        let mut d = Document::new(Locale::English, "t", "a", sample::day());
        make(&mut d);
        across(&d.blocks).into_iter().map(|side| if side { '=' } else { '|' }).collect()
    }

    #[test]
    fn a_short_section_goes_with_its_wide_table() {
        let whole = sides(|d| {
            d.paragraph("Another section.");
            d.heading(1, "Money");
            d.paragraph("So much.");
            d.push(Block::Picture(sample::picture()));
            d.push(table(true));
            d.paragraph("And 9 more.");
            d.small("How it is counted.");
            d.heading(1, "Next");
            d.paragraph("Upright.");
        });
        assert_eq!(whole, "|======||");
        let headings = sides(|d| {
            d.heading(1, "Money");
            d.heading(2, "By year");
            d.push(table(true));
        });
        assert_eq!(headings, "===");
    }

    #[test]
    fn what_is_long_or_a_table_stays_upright() {
        let after_a_table = sides(|d| {
            d.heading(1, "Money");
            d.push(table(false));
            d.paragraph("By year.");
            d.push(table(true));
            d.paragraph("Of this.");
            d.push(table(false));
        });
        assert_eq!(after_a_table, "|||=||");
        let long = sides(|d| {
            d.heading(1, "Money");
            d.paragraph("word ".repeat(2_000));
            d.push(table(true));
            d.paragraph("word ".repeat(2_000));
        });
        assert_eq!(long, "||=|");
        assert_eq!(sides(|d| d.paragraph("none")), "|");
        assert_eq!(sides(|_| ()), "");
    }
}
