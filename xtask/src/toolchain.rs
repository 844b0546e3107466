//! Which compiler builds the browser's half. rustup's own target where it is
//! there or can be had, else Debian's packages for building Rust for the web,
//! whose version moves with Debian: so no version is named here, and files are
//! found by asking dpkg.

use crate::{child, tools, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The target triple.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// How long rustup may try to reach its server.
const RUSTUP_LIMIT: Duration = Duration::from_secs(20);

const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// A compiler for the browser's half.
pub enum Toolchain {
    /// The toolchain in use, with the target's standard library.
    Rustup,
    /// Debian's cargo and rustc, which build the standard library too.
    Debian {
        /// Debian's cargo by its full path.
        cargo: PathBuf,
        /// Debian's rustc by its full path.
        rustc: PathBuf,
    },
}

impl Toolchain {
    /// Takes the first that works, and says which. `HOLDFAST_WASM_TOOLCHAIN`
    /// (`rustup` or `debian`) leaves no choice.
    pub fn choose() -> Result<Self> {
        let forced = std::env::var("HOLDFAST_WASM_TOOLCHAIN").unwrap_or_default();
        match forced.as_str() {
            "" => {
                if rustup_has_target() {
                    println!("xtask: the wasm target comes from the Rust toolchain in use");
                    return Ok(Self::Rustup);
                }
                if Self::rustup_adds_target() {
                    return Ok(Self::Rustup);
                }
                Self::debian()
            }
            "rustup" if rustup_has_target() || Self::rustup_adds_target() => Ok(Self::Rustup),
            "rustup" => bail!("rustup cannot add the target {TARGET}"),
            "debian" => Self::debian(),
            other => bail!("HOLDFAST_WASM_TOOLCHAIN is {other:?}, not rustup or debian"),
        }
    }

    /// A name for build stamps: two toolchains never share a build.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rustup => "rustup",
            Self::Debian { .. } => "debian",
        }
    }

    /// `cargo build` or `cargo check` for the target, in a target folder of its own
    /// so that native builds and these don't undo each other.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = match self {
            Self::Rustup => child::cargo(),
            Self::Debian { cargo, rustc } => {
                let mut command = child::command(cargo);
                command
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO")
                    .env("RUSTC", rustc)
                    .env("RUSTC_BOOTSTRAP", "1");
                command
            }
        };
        command
            // It would take the place of the flags in .cargo/config.toml.
            .env_remove("RUSTFLAGS")
            // The lints of the native build belong to its own toolchain, and change the code that is made.
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .args([subcommand, "--locked", "--target", TARGET])
            .arg("--target-dir")
            .arg(self.target_dir());
        for (from, to) in remapped() {
            // Paths in panic messages: the same module on every machine, and
            // nothing told about the one that built it.
            command.arg("--config").arg(format!("target.{TARGET}.rustflags=[\"--remap-path-prefix={from}={to}\"]"));
        }
        if let Self::Debian { .. } = self {
            command.args(["-Z", "build-std=std,panic_abort"]);
        }
        command
    }

    /// Where `cargo` puts its results.
    pub fn target_dir(&self) -> PathBuf {
        workspace::target().join("wasm").join(self.name())
    }

    fn rustup_adds_target() -> bool {
        if child::find("rustup").is_none() {
            println!("xtask: no rustup here");
            return false;
        }
        println!("xtask: rustup target add {TARGET} (for at most {} s)", RUSTUP_LIMIT.as_secs());
        let added = child::succeeds_within(child::command("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)
            && rustup_has_target();
        if added {
            println!("xtask: the wasm target comes from rustup");
        } else {
            println!("xtask: rustup cannot add it here");
        }
        added
    }

    fn debian() -> Result<Self> {
        println!("xtask: the wasm target is built by Debian's own cargo and rustc");
        let missing: Vec<&str> = DEBIAN_PACKAGES.iter().copied().filter(|package| !is_installed(package)).collect();
        tools::install(&missing)?;
        let lld = packaged_file("rust-web-llvm", "/rust-lld")?;
        if !lld.exists() {
            // The package holds only a link; what it points to names the
            // package that brings the linker.
            let linked =
                fs::read_link(&lld).with_context(|| format!("{} is neither a file nor a link", lld.display()))?;
            let package = linked
                .file_name()
                .and_then(|name| name.to_str())
                .context("rust-lld points to no named file")?
                .to_owned();
            tools::install(&[&package])?;
        }
        Ok(Self::Debian {
            cargo: packaged_file("cargo-web", "/bin/cargo")?,
            rustc: packaged_file("rustc-web", "/bin/rustc")?,
        })
    }
}

/// Folders of this machine, and what stands for them in the module.
fn remapped() -> Vec<(String, &'static str)> {
    let cargo_home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo")).unwrap_or_default();
    // Our own packages are compiled by paths from the root already; naming the
    // root would compile everything anew in each clone. Each registry has a
    // folder of its own below this one.
    let mut pairs = Vec::new();
    for index in fs::read_dir(format!("{cargo_home}/registry/src")).into_iter().flatten().flatten() {
        pairs.push((index.path().display().to_string(), "crates"));
    }
    pairs
}

fn rustup_has_target() -> bool {
    child::output(child::command("rustc").args(["--print", "sysroot"]))
        .is_ok_and(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn is_installed(package: &str) -> bool {
    child::command("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

/// The first file of an installed package whose path ends so.
fn packaged_file(package: &str, ending: &str) -> Result<PathBuf> {
    let listing = child::output(child::command("dpkg").args(["-L", package]))?;
    listing
        .lines()
        .filter(|line| line.ends_with(ending))
        // The shortest is the one on the search path, not a link for tools.
        .min_by_key(|line| line.len())
        .map(PathBuf::from)
        .with_context(|| format!("Debian's package {package} has no file ending in {ending}"))
}
