//! What a query may hold: the parameters that the document names of an operation, and nothing else. A filter that is
//! misspelt would else be taken for none, and the whole list for what was asked for.

use axum::http::Method;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::openapi::Table;
use super::problem::{Fault, Kind, Wrong};
use super::table;
use crate::kernel::i18n::Message;

/// So many are named at once.
const MOST_NAMED: usize = 20;

/// The methods of each path with the parameters that each takes.
type Known = HashMap<&'static str, Vec<(Method, Vec<&'static str>)>>;

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut table = Table::default();
    table::all(&mut table);
    let mut all = Known::new();
    for operation in table.0 {
        let names = operation.parameters.iter().map(|p| p.name).collect();
        all.entry(operation.path).or_default().push((operation.method, names));
    }
    all
});

/// Refuses what an operation does not know. `path`: as the table has it.
pub fn check(method: &Method, path: &str, query: &str) -> Result<(), Fault> {
    let own = |m: &Method| m == method || (*method == Method::HEAD && *m == Method::GET);
    let operations = KNOWN.get(path).map(Vec::as_slice).unwrap_or_default();
    let known: &[&str] = operations.iter().find(|(m, _)| own(m)).map(|(_, n)| n.as_slice()).unwrap_or_default();
    let mut strange: Vec<String> = Vec::new();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if !known.iter().any(|k| *k == &*name) && !strange.iter().any(|s| *s == *name) {
            strange.push(name.into_owned());
        }
        if strange.len() == MOST_NAMED {
            break;
        }
    }
    if strange.is_empty() {
        return Ok(());
    }
    let detail = match known {
        [] => Message::new("api-detail-no-parameters"),
        _ => Message::new("api-detail-parameters").with("known", known.join(", ")),
    };
    let wrong = strange.into_iter().map(|name| Wrong::query(name, Message::new("api-error-parameter"))).collect();
    Err(Fault { wrong, ..Fault::saying(Kind::BadRequest, detail) })
}

#[cfg(test)]
mod tests {
    use super::super::problem::At;
    use super::*;

    fn strange(method: Method, path: &str, query: &str) -> Vec<String> {
        let named = |wrong: Wrong| match wrong.at {
            At::Query(name) => name,
            other => panic!("{other:?}"),
        };
        check(&method, path, query).err().map(|f| f.wrong.into_iter().map(named).collect()).unwrap_or_default()
    }

    #[test]
    fn what_the_document_does_not_name_is_named() {
        let none: [&str; 0] = [];
        for query in ["", "&", "limit=1&cursor=x", "pillar=a&pillar=b&q=", "sort=title&%6cimit=2"] {
            assert_eq!(strange(Method::GET, "/api/v1/actions", query), none, "{query}");
        }
        assert_eq!(strange(Method::HEAD, "/api/v1/actions", "limit=1"), none);
        for (query, wrong) in [
            ("statuss=ongoing&limit=1&statuss=x", vec!["statuss"]),
            ("Limit=1&limit[]=2&=3", vec!["Limit", "limit[]", ""]),
        ] {
            assert_eq!(strange(Method::GET, "/api/v1/actions", query), wrong, "{query}");
        }
        // each method has its own
        assert_eq!(strange(Method::POST, "/api/v1/actions", "limit=1"), ["limit"]);
        assert_eq!(strange(Method::GET, "/api/v1/process", "limit=1"), ["limit"]);
        let many: String = (0..5000).map(|n| format!("&x{n}")).collect();
        assert_eq!(strange(Method::GET, "/api/v1/actions", &many).len(), MOST_NAMED);
    }
}
