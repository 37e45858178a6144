//! Where somebody goes after signing in.

/// An address of this site that may be gone to, or nothing. Only what a browser takes for a path here and nothing else:
/// `//host`, `/\host` and anything with a scheme would lead away.
pub fn local(given: &str) -> Option<&str> {
    let path = given.split(['?', '#']).next().unwrap_or_default();
    let plain = given.len() <= 2000 && given.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let here = given.starts_with('/') && !given.starts_with("//");
    // pages of signing in itself would lead in a circle
    let elsewhere = !matches!(path, "/sign-in" | "/sign-out" | "/sign-in/second-factor");
    (plain && here && elsewhere).then_some(given)
}

/// A page that is told where to go on to.
pub fn with(page: &str, next: Option<&str>) -> String {
    match next {
        Some(next) => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{page}?next={next}")
        }
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_site_are_gone_to() {
        for good in ["/", "/iisg", "/iisg/actions?q=a%20b&pillar=1", "/a//b", "/iisg#top", "/a?next=https://x.example"]
        {
            assert_eq!(local(good), Some(good));
        }
        for bad in [
            "",
            "iisg",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x=1",
            " /iisg",
            "/a b",
            "/\u{0}",
            "/\u{2028}",
            "/č",
            "@evil.example",
            ".evil.example",
            "/sign-in",
            "/sign-in?next=/",
            "/sign-out",
            "/sign-in/second-factor?next=/x",
        ] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(3000))), None);
    }

    #[test]
    fn what_is_kept_comes_back() {
        assert_eq!(with("/sign-in", Some("/a?b=c&d=e")), "/sign-in?next=%2Fa%3Fb%3Dc%26d%3De");
        assert_eq!(with("/sign-in", None), "/sign-in");
    }
}
