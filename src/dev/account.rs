//! The account that PostgreSQL's programs run as.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use nix::unistd::{User, geteuid};

/// A user who is not root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// Nothing unless we are root, whom PostgreSQL refuses: then the owner of data that are already there, else `postgres`,
/// else `nobody`.
///
/// # Errors
/// Root on a machine that has neither account.
pub fn for_data(dir: &Path) -> Result<Option<Account>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    if let Ok(data) = fs::metadata(dir.join("data"))
        && data.uid() != 0
    {
        return Ok(Some(Account { uid: data.uid(), gid: data.gid() }));
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name).context("cannot read the list of users")? {
            return Ok(Some(Account { uid: user.uid.as_raw(), gid: user.gid.as_raw() }));
        }
    }
    bail!("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as");
}

/// Whether the account may enter a folder and all above it.
///
/// # Errors
/// It may not; the message names the folder that is closed.
pub fn can_reach(path: &Path, account: Option<Account>) -> Result<()> {
    let Some(account) = account else { return Ok(()) };
    let path = path.canonicalize().with_context(|| format!("{} cannot be found", path.display()))?;
    for folder in path.ancestors() {
        let about = fs::metadata(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        let may = match about.mode() {
            mode if about.uid() == account.uid => mode & 0o100,
            mode if about.gid() == account.gid => mode & 0o010,
            mode => mode & 0o001,
        };
        if may == 0 {
            bail!(
                "PostgreSQL cannot run as root and runs as another user (number {}), who may not enter {}: choose a folder \
                 outside it, or open it (`chmod o+x`)",
                account.uid,
                folder.display()
            );
        }
    }
    Ok(())
}
