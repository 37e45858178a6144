//! The folder of members' files within a backup: one after the other, each with its name and length, before the dump. Of a bucket
//! nothing is taken: its service keeps versions and copies of its own.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use uuid::Uuid;

/// What each is called: its process, and what was drawn for it. Two ids and what stands between them.
const NAME: usize = 73;

/// The name of something that a folder for files holds; what else lies there is nobody's.
fn plain(name: &str) -> bool {
    let parts = name.split_once('/').map(|(process, id)| [process.parse::<Uuid>(), id.parse::<Uuid>()]);
    name.len() == NAME && parts.is_some_and(|all| all.iter().all(Result::is_ok))
}

/// What lies in a folder for files, in order.
///
/// # Errors
/// It cannot be read. One that is not there yet holds nothing.
pub(super) fn list(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if !folder.exists() {
        return Ok(names);
    }
    let told = || format!("the folder for files cannot be read: {}", folder.display());
    for process in fs::read_dir(folder).with_context(told)? {
        let process = process?;
        if !process.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(process.path()).with_context(told)? {
            let name = format!("{}/{}", process.file_name().to_string_lossy(), file?.file_name().to_string_lossy());
            if plain(&name) {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Writes them. One that has gone meanwhile, as the night's work makes it go, is left out.
///
/// # Errors
/// One cannot be read, or what is written to takes no more.
pub(super) fn pack(folder: &Path, names: &[String], to: &mut impl Write) -> Result<()> {
    for name in names {
        let mut file = match File::open(folder.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {name}")),
        };
        let size = file.metadata()?.len();
        to.write_all(name.as_bytes())?;
        to.write_all(&size.to_be_bytes())?;
        let written = std::io::copy(&mut (&mut file).take(size), to).with_context(|| format!("cannot take {name}"))?;
        ensure!(written == size, "{name} became shorter while it was read: take the backup again");
    }
    // in the place of a name
    to.write_all(&[0; NAME])?;
    Ok(())
}

/// Reads them into a folder; answers how many there were.
///
/// # Errors
/// The backup is damaged; the folder cannot be written to.
pub(super) fn unpack(from: &mut impl Read, folder: &Path) -> Result<u64> {
    let damaged = "the backup is damaged or cut off";
    let mut done = 0;
    loop {
        let mut name = [0; NAME];
        from.read_exact(&mut name).context(damaged)?;
        if name == [0; NAME] {
            return Ok(done);
        }
        let name = std::str::from_utf8(&name).ok().filter(|name| plain(name)).context(damaged)?;
        let mut size = [0; 8];
        from.read_exact(&mut size).context(damaged)?;
        let size = u64::from_be_bytes(size);
        let path = folder.join(name);
        let process = path.parent().unwrap_or(folder);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(process)?;
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        let written = std::io::copy(&mut from.by_ref().take(size), &mut file)
            .with_context(|| format!("cannot write {}", path.display()))?;
        ensure!(written == size, damaged);
        file.sync_all()?;
        done += 1;
    }
}

/// Whether a folder can be filled: there is none, or nothing is in it.
pub(super) fn is_free(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(!folder.exists(), |mut entries| entries.next().is_none())
}

/// Takes out again what was put into a folder that was free.
pub(super) fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, path = %entry.path().display(), "what was restored in part cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_there_comes_back_and_nothing_leads_elsewhere() {
        let root = std::env::temp_dir().join(format!("concert-stored-{}", crate::kernel::random::id()));
        let (from, into) = (root.join("from"), root.join("into"));
        let process = from.join(Uuid::from_u128(1).to_string());
        fs::create_dir_all(&process).unwrap();
        fs::create_dir_all(from.join("check")).unwrap();
        fs::write(from.join("check/x"), b"no file of anybody's").unwrap();
        fs::write(process.join(format!("{}#1", Uuid::from_u128(9))), b"on its way").unwrap();
        for n in 2..5u128 {
            fs::write(process.join(Uuid::from_u128(n).to_string()), vec![n as u8; 10_000 * (n as usize - 2)]).unwrap();
        }
        let names = list(&from).unwrap();
        assert_eq!(names.len(), 3, "{names:?}");
        let mut packed = Vec::new();
        pack(&from, &[names.as_slice(), &[format!("{}/{}", Uuid::nil(), Uuid::nil())]].concat(), &mut packed).unwrap();
        packed.extend(b"the dump");
        let mut reading = packed.as_slice();
        assert!(is_free(&into));
        assert_eq!(unpack(&mut reading, &into).unwrap(), 3);
        assert_eq!(reading, b"the dump");
        assert!(!is_free(&into));
        for name in &names {
            assert_eq!(fs::read(from.join(name)).unwrap(), fs::read(into.join(name)).unwrap(), "{name}");
        }
        clear(&into);
        assert!(is_free(&into));
        for end in [10, NAME + 4, packed.len() - 100] {
            assert!(unpack(&mut &packed[..end], &into).is_err(), "{end}");
            clear(&into);
        }
        let hostile = format!("{:0>NAME$}", "/../../etc/passwd");
        assert!(unpack(&mut hostile.as_bytes(), &into).is_err());
        assert!(plain(&names[0]) && !plain(&hostile) && !plain(&names[0].to_uppercase().replace('/', "\\")));
        fs::remove_dir_all(root).unwrap();
    }
}
