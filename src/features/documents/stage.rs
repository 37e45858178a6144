//! How far the making of a file is.

/// Setting tells no pages while it is at it, so there is no per cent to show: these steps are what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The pages are laid out, or the text is put into Word's form.
    Setting,
    /// The file is written from them.
    Writing,
}
