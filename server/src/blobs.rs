//! Opens the place where the bytes of evidence lie. Keys of an object store come from the
//! environment or a file, never from the command line, where every user of the machine could read
//! them.

use std::{env, fs, os::unix::fs::PermissionsExt as _};

use holdfast_actions::storage::{Blobs, BucketSettings};

use crate::config::DataSettings;

/// Opens it. An object store is not asked yet.
///
/// # Errors
/// When a folder cannot be made, or the settings of the store are not complete.
pub fn open(settings: &DataSettings) -> Result<Blobs, String> {
    let own = settings.data.join("blobs");
    let opened = match settings.blobs.as_deref() {
        None => Blobs::in_folder(&own),
        Some(url) if url.starts_with("s3://") => Blobs::in_bucket(&bucket(url)?, &own),
        Some(place) if place.contains("://") => {
            return Err(format!("{place} is neither a folder nor s3://bucket/prefix"));
        }
        Some(folder) => Blobs::in_folder(folder.as_ref()),
    };
    opened.map_err(|error| error.to_string())
}

fn bucket(url: &str) -> Result<BucketSettings, String> {
    let needed = |name: &str| variable(name).ok_or_else(|| format!("--blobs {url} needs {name} in the environment"));
    Ok(BucketSettings {
        url: url.to_owned(),
        endpoint: variable("HOLDFAST_S3_ENDPOINT"),
        region: variable("HOLDFAST_S3_REGION"),
        access_key_id: needed("HOLDFAST_S3_ACCESS_KEY_ID")?,
        secret: match variable("HOLDFAST_S3_SECRET_FILE") {
            Some(path) => secret_in(&path)?,
            None => needed("HOLDFAST_S3_SECRET")?,
        },
    })
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}

fn secret_in(path: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot read {path}: {error}");
    if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(format!("{path} can be read by others; run: chmod 600 {path}"));
    }
    Ok(fs::read_to_string(path).map_err(failed)?.trim().to_owned())
}
