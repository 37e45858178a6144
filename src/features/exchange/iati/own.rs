//! What the portal says of an action that IATI has no word for, in a vocabulary of its own: it stands in a file beside
//! the standard's elements, and a file of ours that is read again changes nothing.

pub const ADDRESS: &str = "urn:x-concert:action:1";
pub const DECLARATION: &str = "xmlns:concert";
/// On `participating-org`: the role in the portal's words, where it is finer.
pub const ROLE: &str = "concert:role";
/// On `activity-status`: the state in the portal's words, or [`NOT_STATED`].
pub const STATUS: &str = "concert:status";
pub const NOT_STATED: &str = "not-stated";
/// The record itself, last in its activity.
pub const RECORD: &str = "concert:action";
pub const ID: &str = "id";
pub const HANDLING: &str = "handling";
/// A total that no budget can say, since a budget has a beginning and an end.
pub const TOTAL: &str = "total";
pub const CURRENCY: &str = "currency";
/// A description that is not there: the standard wants one, and has the title.
pub const NO_DESCRIPTION: &str = "concert:description";
/// Of the record, as it has them: an identifier or a document can be made of several things.
pub const REFERENCE: &str = "reference";
pub const LINK: &str = "link";
pub const WHOLE: &str = "whole";
/// On `participating-org` of what is kept with an action: the process's directory does not know it.
pub const DIRECTORY: &str = "concert:directory";
pub const NOT_LISTED: &str = "not-listed";
pub const NOTE: &str = "concert:note";
pub const NOTE_OF: &str = "of";
