//! Every setting: its name, its default and its reason. Each is an option of the command line and
//! a variable of the environment; secrets are read from files or the environment alone.

use std::{
    fmt, fs,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use holdfast_backup::DataLocation;
use holdfast_domain::entropy::Entropy;

use crate::net::Block;

/// Where data lie. Holds for every command that touches data.
#[derive(clap::Args, Clone, Debug)]
pub struct DataSettings {
    /// Folder of the embedded database and the master key.
    #[arg(long, env = "HOLDFAST_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`. The embedded database in the data folder unless said
    /// otherwise, so that nothing else has to be installed.
    #[arg(long, env = "HOLDFAST_DATABASE", hide_env_values = true, value_name = "URL")]
    pub database: Option<String>,
    /// Where the bytes of evidence lie: a folder, or `s3://bucket/prefix` for an S3-compatible store.
    /// `blobs` in the data folder unless said otherwise. How the store is reached is read from the
    /// environment: HOLDFAST_S3_ENDPOINT, HOLDFAST_S3_REGION, HOLDFAST_S3_ACCESS_KEY_ID, and
    /// HOLDFAST_S3_SECRET or HOLDFAST_S3_SECRET_FILE.
    #[arg(long, env = "HOLDFAST_BLOBS", value_name = "PLACE")]
    pub blobs: Option<String>,
    /// File with the master key as 64 hex digits, which seals other secrets in the database. Made
    /// in the data folder at the first start; keep a copy apart from the database's.
    #[arg(long, env = "HOLDFAST_SECRET_FILE", value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// How the log looks.
    #[arg(long, env = "HOLDFAST_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged: a level, or a filter such as `info,sqlx=warn`.
    #[arg(long, env = "HOLDFAST_LOG", default_value = "info,sqlx=warn,tower_sessions=warn", value_name = "FILTER")]
    pub log: String,
}

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object a line, for a collector.
    Json,
}

/// How the site is served.
#[derive(clap::Args, Clone, Debug)]
pub struct ServeSettings {
    /// Where data lie.
    #[command(flatten)]
    pub data: DataSettings,
    /// Address and port to listen on. Only this machine unless said otherwise: whoever opens it to
    /// others should put TLS in front.
    #[arg(long, env = "HOLDFAST_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The address people type, such as `https://soc.example.org`. Links, cookies and the check of
    /// where a request comes from go by it. `http://localhost:PORT` unless said otherwise.
    #[arg(long, env = "HOLDFAST_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses or blocks. None unless said
    /// otherwise, since anybody can send that header.
    #[arg(long = "trusted-proxy", env = "HOLDFAST_TRUSTED_PROXIES", value_delimiter = ',', value_name = "BLOCK")]
    pub proxies: Vec<Block>,
    /// Connections at once; each holds at most a request of a megabyte.
    #[arg(long, env = "HOLDFAST_CONNECTIONS", default_value_t = 4096, value_name = "COUNT")]
    pub connections: usize,
    /// Connections at once from one address: of an IPv6 address, from its network of 64 bits. Of a client
    /// behind a proxy that is named by `--trusted-proxy`, its requests under way.
    #[arg(long, env = "HOLDFAST_CONNECTIONS_PER_ADDRESS", default_value_t = 256, value_name = "COUNT")]
    pub connections_per_address: usize,
    /// Largest file of evidence, in GiB.
    #[arg(long, env = "HOLDFAST_UPLOAD_MAX", default_value_t = 50, value_name = "GIB")]
    pub upload_max: u64,
    /// Make a demo organisation with one account per role, on a database that has none.
    #[arg(long, env = "HOLDFAST_DEMO")]
    pub demo: bool,
}

impl ServeSettings {
    /// How the site is reached.
    #[must_use]
    pub fn web(&self) -> Web {
        let public_url = self.public_url.clone().unwrap_or_else(|| PublicUrl::of_this_machine(self.listen.port()));
        Web {
            public_url,
            proxies: self.proxies.clone(),
            upload_max: self.upload_max.saturating_mul(1 << 30),
            connections_per_address: self.connections_per_address.max(1),
        }
    }
}

impl DataSettings {
    /// The database's address.
    #[must_use]
    pub fn database_url(&self) -> String {
        let embedded = || format!("sqlite:{}", self.data.join("holdfast.db").display());
        self.database.clone().unwrap_or_else(embedded)
    }

    /// Where data lie, for a backup or to restore one.
    #[must_use]
    pub fn place(&self) -> DataLocation {
        DataLocation {
            data: self.data.clone(),
            database: self.database.clone(),
            blobs: self.blobs.clone(),
            has_key_elsewhere: self.secret_file.is_some() || std::env::var_os("HOLDFAST_SECRET").is_some(),
        }
    }

    /// Makes the data folder, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&self) -> Result<(), String> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.data);
        made.map_err(|error| format!("cannot make {}: {error}", self.data.display()))
    }

    /// The master key; a new one, not kept yet, where there is none.
    ///
    /// # Errors
    /// When it cannot be read, is not 32 bytes, or is one that anybody could guess.
    pub fn master_key(&self, entropy: &dyn Entropy) -> Result<MasterKey, String> {
        if let Ok(text) = std::env::var("HOLDFAST_SECRET") {
            return read_key(&text, "HOLDFAST_SECRET").map(|bytes| MasterKey { bytes, is_new: false });
        }
        let path = self.secret_file.clone().unwrap_or_else(|| self.data.join("secret.key"));
        if !path.exists() && self.secret_file.is_none() {
            return Ok(MasterKey { bytes: entropy.bytes(), is_new: true });
        }
        let shown = path.display();
        let mode = fs::metadata(&path).map_err(|error| format!("cannot read {shown}: {error}"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!("{shown} can be read by others; run: chmod 600 {shown}"));
        }
        let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {shown}: {error}"))?;
        read_key(&text, &shown.to_string()).map(|bytes| MasterKey { bytes, is_new: false })
    }

    /// Keeps a new master key in the data folder.
    ///
    /// # Errors
    /// When it cannot be written, or one is there already.
    pub fn keep(&self, key: &MasterKey) -> Result<(), String> {
        let path = self.data.join("secret.key");
        write_key(&path, &key.bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// The key that seals secrets in the database.
#[derive(Clone)]
pub struct MasterKey {
    /// Its bytes.
    pub bytes: [u8; 32],
    /// Whether it was made just now, so that nothing can have been sealed with it.
    pub is_new: bool,
}

fn read_key(text: &str, source: &str) -> Result<[u8; 32], String> {
    let bytes: [u8; 32] = hex::decode(text.trim())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| format!("{source} must hold 64 hex digits; make them with: openssl rand -hex 32"))?;
    let steps: Vec<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    // Random bytes repeat this much once in more than 2^100 keys; examples always do.
    if distinct(&bytes) < 12 || distinct(&steps) < 6 {
        return Err(format!("{source} holds an example, not a secret; make one with: openssl rand -hex 32"));
    }
    Ok(bytes)
}

fn distinct(bytes: &[u8]) -> usize {
    let mut sorted = bytes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

/// Writes the key so that it is whole or absent, and on the disk, before anything is sealed with it.
fn write_key(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(format!("{}\n", hex::encode(key)).as_bytes())?;
    file.sync_all()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// How the site is reached.
#[derive(Clone, Debug)]
pub struct Web {
    /// The address people type.
    pub public_url: PublicUrl,
    /// Proxies that are believed.
    pub proxies: Vec<Block>,
    /// Largest upload, in bytes.
    pub upload_max: u64,
    /// Requests under way of one client behind a proxy.
    pub connections_per_address: usize,
}

/// Scheme, host and port, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    is_of_this_machine: bool,
}

impl PublicUrl {
    /// `http://localhost:PORT`
    #[must_use]
    pub fn of_this_machine(port: u16) -> Self {
        Self { text: format!("http://localhost:{port}"), is_of_this_machine: true }
    }

    /// Whether people reach the site by TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Host and port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether a browser's `Origin` is this site. On this machine `127.0.0.1` and `[::1]` count as
    /// well, when the request was sent to that name.
    #[must_use]
    pub fn is_origin(&self, origin: &str, host: Option<&str>) -> bool {
        if origin == self.text {
            return true;
        }
        let own_name = origin.strip_prefix("http://").filter(|name| Some(*name) == host);
        self.is_of_this_machine && own_name.is_some_and(is_this_machine)
    }
}

/// Whether a host, with or without a port, is a name of this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl FromStr for PublicUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not an address such as https://soc.example.org");
        let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(wrong)?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
        if uri.path() != "/" || uri.query().is_some() {
            return Err(format!("{text} has a path; Holdfast wants a host of its own"));
        }
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let host = authority.as_str().to_lowercase();
        let host = host.strip_suffix(default_port).unwrap_or(&host);
        let is_of_this_machine = scheme == "http" && is_this_machine(host);
        Ok(Self { text: format!("{scheme}://{host}"), is_of_this_machine })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn example_keys_are_refused() {
        for bad in [
            "",
            "abc123",
            &"00".repeat(32),
            &"deadbeef".repeat(8),
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            &"0123456789abcdef".repeat(4),
            &"zz".repeat(32),
        ] {
            assert!(read_key(bad, "x").is_err(), "{bad}");
        }
        assert!(read_key("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n", "x").is_ok());
    }

    #[test]
    fn the_key_is_made_once_and_kept_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let settings = DataSettings {
            data: folder.path().join("data"),
            database: None,
            blobs: None,
            secret_file: None,
            log_format: LogFormat::Text,
            log: String::new(),
        };
        settings.make_folder().unwrap();
        let first = settings.master_key(&crate::clock::OsEntropy).unwrap();
        settings.keep(&first).unwrap();
        assert!(settings.keep(&first).is_err(), "a key is never written over");
        let again = settings.master_key(&crate::clock::OsEntropy).unwrap();
        assert!(first.is_new && !again.is_new && first.bytes == again.bytes);
        let path = settings.data.join("secret.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(settings.master_key(&crate::clock::OsEntropy).is_err_and(|error| error.contains("chmod 600")));
    }

    #[test]
    fn a_public_address_is_a_scheme_and_a_host() {
        let text = |url: &str| url.parse::<PublicUrl>().map(|url| url.to_string());
        assert_eq!(text("https://SOC.example.org:443/").unwrap(), "https://soc.example.org");
        assert_eq!(text("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for bad in ["soc.example.org", "ftp://a", "https://a/b", "https://u@a", "https://", "javascript:x"] {
            assert!(text(bad).is_err(), "{bad}");
        }
    }
}
