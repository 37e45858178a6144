//! Lists of fifty, paged by their order and not by counting rows.

use std::str::FromStr;

use super::form::Fields;

pub const SIZE: usize = 50;

/// Where a page of a list begins: after, or before, a row.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<T> {
    pub row: Option<T>,
    pub back: bool,
}

impl<T: FromStr> Cursor<T> {
    /// From `after` or `before` in the address; what is no id begins at the start.
    pub fn read(fields: &Fields) -> Self {
        match (fields.value("after").parse().ok(), fields.value("before").parse().ok()) {
            (None, Some(row)) => Self { row: Some(row), back: true },
            (row, _) => Self { row, back: false },
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
        let more = rows.len() > SIZE;
        rows.truncate(SIZE);
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
        let w = Window::new(rows, &Cursor { row, back }, |r| *r);
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
}
