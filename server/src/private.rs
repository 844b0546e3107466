//! Whether what Holdfast keeps on this machine is kept from its other users. What Holdfast makes is its
//! owner's alone; what was there before, or was brought there, may be wider, which startup says.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use holdfast_actions::storage::Db;

use crate::config::DataSettings;

/// A path that others than its owner have rights on, and the command that takes these away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wide {
    /// The path.
    pub path: PathBuf,
    /// Its mode.
    pub mode: u32,
    /// What to run.
    pub remedy: String,
}

/// Warns in the log of every path that is wider than its owner alone.
pub fn warn(settings: &DataSettings) {
    for Wide { path, mode, remedy } in wide(settings) {
        let path = path.display();
        tracing::warn!("{path} has mode {mode:03o}, which gives others than its owner rights on it; run: {remedy}");
    }
}

/// The data folder, the files of the embedded database, and a folder of evidence, where they are wider than
/// their owner alone.
#[must_use]
pub fn wide(settings: &DataSettings) -> Vec<Wide> {
    let mut paths = vec![settings.data.clone()];
    if let Ok(Some(file)) = Db::file(&settings.database_url()) {
        for end in ["", "-wal", "-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            paths.push(name.into());
        }
    }
    paths.extend(settings.blobs.as_deref().filter(|place| !place.contains("://")).map(PathBuf::from));
    paths.iter().filter_map(|path| of(path).transpose()).filter_map(Result::ok).collect()
}

/// What is wide about a path; nothing about one that is not there.
fn of(path: &Path) -> io::Result<Option<Wide>> {
    let found = fs::metadata(path)?;
    let mode = found.permissions().mode() & 0o777;
    let own = if found.is_dir() { "700" } else { "600" };
    let remedy = format!("chmod {own} {}", quoted(path));
    Ok((mode & 0o077 != 0).then(|| Wide { path: path.to_owned(), mode, remedy }))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let shown = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if shown.bytes().all(is_plain) { shown } else { format!("'{}'", shown.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_a_shell_would_read_it_otherwise() {
        for (path, shell) in
            [("/var/lib/holdfast.db", "/var/lib/holdfast.db"), ("a b", "'a b'"), ("it's", r"'it'\''s'")]
        {
            assert_eq!(quoted(Path::new(path)), shell);
        }
    }
}
