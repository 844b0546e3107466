//! One server to a data folder. The lock is the system's, upon a file in the folder: it ends with the
//! process that holds it, however that ends, so a file that was left behind locks nothing.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// The file's name.
pub const NAME: &str = "holdfast.lock";

/// The right to write in a data folder without asking others; given up when dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes it.
    ///
    /// # Errors
    /// When another process has it, or the file cannot be made.
    pub fn take(folder: &Path) -> Result<Self, String> {
        let path = folder.join(NAME);
        let failed = |error: io::Error| format!("cannot lock {}: {error}", path.display());
        loop {
            let options = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
            let mut file = options.map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(taken(folder, &path)),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Whoever had it may have taken the file away after it was opened here.
            if !is_still(&file, &path) {
                continue;
            }
            // For people who wonder who it is; nothing depends on it.
            let noted = file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
            noted.map_err(failed)?;
            return Ok(Self { path, _file: file });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still held, so nobody else's is taken away; one that stays locks nothing.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

fn taken(folder: &Path, path: &Path) -> String {
    let process = fs::read_to_string(path).unwrap_or_default();
    let process = match process.parse::<u32>() {
        Ok(number) => format!(" (process {number})"),
        Err(_) => String::new(),
    };
    format!(
        "another Holdfast{process} works on {}; stop that one first, or name another folder with --data",
        folder.display()
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_at_a_time_has_a_folder_and_a_file_left_behind_locks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "4194305").unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let refused = Lock::take(folder.path()).unwrap_err();
        assert!(refused.contains(&format!("(process {})", std::process::id())), "{refused}");
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(Lock::take(folder.path()).unwrap());
        assert!(Lock::take(&folder.path().join("nowhere")).is_err());
    }
}
