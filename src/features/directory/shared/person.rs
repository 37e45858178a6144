//! Who did a thing, as others see it.

use serde::Deserialize;

use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Whoever acted; `name` is empty for the portal itself.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    /// Organisation or beneficiary.
    pub of: Option<String>,
    pub former: bool,
}

impl Person {
    /// A person who has left is "a former member of …" to all but those who keep the list of members; the act stays.
    pub fn shown(&self, p: &Page) -> String {
        match (&self.name, &self.of) {
            (None, _) => p.t("directory-by-portal"),
            (Some(name), _) if !self.former || p.may(Permission::MembersEdit) => name.clone(),
            (Some(_), Some(of)) => p.t1("directory-former-member-of", "of", of),
            (Some(_), None) => p.t("directory-former-member"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    #[test]
    fn who_has_left_is_not_named() {
        let p = Page::bare(Locale::default(), chrono::NaiveDate::default());
        let mut person = Person { name: Some("Ada Norr".into()), of: Some("Norland".into()), former: false };
        assert_eq!(person.shown(&p), "Ada Norr");
        person.former = true;
        assert_eq!(person.shown(&p), "a former member of Norland");
        person.of = None;
        assert!(!person.shown(&p).contains("Ada"));
    }
}
