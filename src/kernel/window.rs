//! Lists of fifty, paged by their order and not by counting rows; and the same lists whole, for files.

use std::str::FromStr;

use super::form::Fields;

pub const SIZE: usize = 50;

/// So many rows of a list go into a file: more than anybody reads. That there are others is told in it.
pub const FILE: usize = 10_000;

/// Where a page of a list begins (after, or before, a row), and how many rows it holds.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<T> {
    pub row: Option<T>,
    pub back: bool,
    most: usize,
}

impl<T> Cursor<T> {
    /// The first page.
    pub fn start() -> Self {
        Self { row: None, back: false, most: SIZE }
    }

    /// The list from its beginning, as far as a file holds it.
    pub fn file() -> Self {
        Self { row: None, back: false, most: FILE }
    }

    /// How many rows are read: one more than are shown, which tells whether there are others.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.most).unwrap_or(i64::MAX - 1) + 1
    }
}

impl<T: FromStr> Cursor<T> {
    /// From `after` or `before` in the address; what is no id begins at the start.
    pub fn read(fields: &Fields) -> Self {
        match (fields.value("after").parse().ok(), fields.value("before").parse().ok()) {
            (None, Some(row)) => Self { row: Some(row), back: true, most: SIZE },
            (row, _) => Self { row, back: false, most: SIZE },
        }
    }
}

/// The rows of one page, and the rows that its neighbours begin from.
#[derive(Debug, Clone)]
pub struct Window<T, I> {
    pub rows: Vec<T>,
    pub before: Option<I>,
    pub after: Option<I>,
}

impl<T, I> Window<T, I> {
    /// From the rows as they were read: one more than a page holds, in the order of the reading.
    pub fn new<C>(mut rows: Vec<T>, cursor: &Cursor<C>, id: impl Fn(&T) -> I) -> Self {
        let more = rows.len() > cursor.most;
        rows.truncate(cursor.most);
        if cursor.back {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(&id), rows.last().map(&id));
        let inside = cursor.row.is_some();
        let (before, after) = if cursor.back {
            (first.filter(|_| more), last)
        } else {
            (first.filter(|_| inside), last.filter(|_| more))
        };
        Self { rows, before, after }
    }
}

/// The query of the address without what pages it, to be followed by another cursor.
pub fn kept_query(fields: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.pairs() {
        if !matches!(name.as_str(), "after" | "before" | "done") && !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(n: usize, row: Option<i32>, back: bool) -> (usize, Option<i32>, Option<i32>) {
        let rows: Vec<i32> = (0..i32::try_from(n).unwrap_or(0)).collect();
        let w = Window::new(rows, &Cursor { row, back, most: SIZE }, |r| *r);
        (w.rows.len(), w.before, w.after)
    }

    #[test]
    fn neighbours() {
        assert_eq!(window(0, None, false), (0, None, None));
        assert_eq!(window(50, None, false), (50, None, None));
        assert_eq!(window(51, None, false), (50, None, Some(49)));
        assert_eq!(window(10, Some(1), false), (10, Some(0), None));
        // backwards the rows come in reverse, and the page that was left lies after
        assert_eq!(window(51, Some(1), true), (50, Some(49), Some(0)));
        assert_eq!(window(3, Some(1), true), (3, None, Some(0)));
    }

    #[test]
    fn a_file_holds_all_pages_and_knows_where_it_was_cut() {
        let whole = |n: usize| {
            let w = Window::new((0..n).collect(), &Cursor::<usize>::file(), |r| *r);
            (w.rows.len(), w.after.is_some())
        };
        assert_eq!(whole(SIZE + 1), (SIZE + 1, false));
        assert_eq!(whole(FILE), (FILE, false));
        assert_eq!(whole(FILE + 1), (FILE, true));
        assert_eq!(Cursor::<usize>::file().limit(), 10_001);
    }
}
