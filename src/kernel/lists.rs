//! Closed lists: one mapping to the database's text and one to a Fluent key.

/// Defines an enum from `Variant = "text", "fluent-key";` lines, with `ALL`, `as_str`, `parse` and `label`.
macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// As the database has it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
            /// The Fluent key of its name.
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),+ }
            }
            /// Value and name of each, for a field that chooses one.
            #[allow(dead_code, reason = "not every list is chosen from")]
            pub fn options(p: &$crate::kernel::page::Page) -> Vec<(String, String)> {
                Self::ALL.iter().map(|v| (v.as_str().to_owned(), p.t(v.label()))).collect()
            }
        }
    };
}
pub(crate) use closed_list;
