//! What every file for a spreadsheet keeps to: no text of anybody's is ever a formula, and none is longer than a cell.

/// What a cell of a spreadsheet can hold.
const CELL: usize = 32_767;

/// What parts several names in one cell.
pub const PARTING: [char; 3] = [';', '\n', '|'];

/// A name as it stands among several in one cell, so that an import reads it as one.
pub fn in_list(name: &str) -> String {
    if name.contains(PARTING) || name.starts_with('"') {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// The beginning of a text that fits into a cell.
pub fn fitting(text: &str) -> String {
    // spreadsheets count in UTF-16, of which no letter takes more units than it has bytes
    if text.len() <= CELL {
        return text.to_owned();
    }
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= CELL
        })
        .collect()
}

/// A spreadsheet takes a text with such a beginning for a formula when it reads CSV, and would work it out.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

/// How numbers are shown, those with decimals and whole ones: `#,##0.##` would put a point without figures behind a whole one.
pub const DECIMALS: &str = "#,##0.00##";
pub const WHOLE: &str = "#,##0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"https://evil.example\")"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("a = b"), "a = b");
    }

    #[test]
    fn a_cell_takes_what_it_can() {
        assert_eq!(fitting(&"😀".repeat(20_000)).encode_utf16().count(), 32_766);
        assert_eq!(fitting("short"), "short");
    }
}
