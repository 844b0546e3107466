//! What the build and the tests need from Debian and npm, installed only where
//! it is missing and only by the ordinary clients. Every command is printed
//! before it runs; nothing else on the machine is changed.

use crate::{child, python, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One program that must be there, and the Debian packages that bring it.
pub struct Need {
    /// The name on the search path.
    pub program: &'static str,
    /// Why it is needed, for the person who reads the output.
    pub why: &'static str,
    /// Debian's packages.
    pub packages: &'static [&'static str],
}

/// Node.js and npm: wasm-opt, compression, browser tests.
pub const NODE: &[Need] = &[
    Need { program: "node", why: "wasm-opt and the browser tests run on it", packages: &["nodejs"] },
    Need { program: "npm", why: "it installs wasm-opt and Playwright", packages: &["npm"] },
];

/// What only the tests need. PostgreSQL is looked for by its own module.
pub const TEST: &[Need] = &[
    Need {
        program: "chromium-headless-shell",
        why: "the browser tests drive it",
        packages: &["chromium-headless-shell", "fonts-liberation"],
    },
    Need { program: "qpdf", why: "tests check the structure of PDF files by it", packages: &["qpdf"] },
    Need { program: "pdftotext", why: "tests read the text of PDF files by it", packages: &["poppler-utils"] },
    Need { program: "openssl", why: "tests check signatures by a second implementation", packages: &["openssl"] },
    Need { program: "xz", why: "tests unpack the data of earlier builds by it", packages: &["xz-utils"] },
    Need { program: "zip", why: "tests check archives by a second implementation", packages: &["zip", "unzip"] },
];

/// Installs what of `needs` is missing.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let mut packages = Vec::new();
    for need in needs {
        if child::find(need.program).is_none() {
            println!("xtask: {} is missing; {}.", need.program, need.why);
            packages.extend_from_slice(need.packages);
        }
    }
    install(&packages)
}

/// Installs Debian packages by apt-get, as root.
pub fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if child::find("apt-get").is_none() {
        bail!("this machine has no apt-get: install what Debian 12 calls {list}, then run this again");
    }
    if !is_root() {
        bail!("installing needs root: run `apt-get install {list}` as root, then run this again");
    }
    println!("xtask: apt-get install {list}");
    let try_install = || child::status(apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages));
    if try_install()?.success() {
        return Ok(());
    }
    println!("xtask: that failed; apt-get update, then once more");
    child::run(apt().args(["update", "-q"]))?;
    if !try_install()?.success() {
        bail!("apt-get cannot install {list}");
    }
    Ok(())
}

fn apt() -> Command {
    let mut command = child::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Whether this process may install packages and act as another user.
pub fn is_root() -> bool {
    // /proc/self belongs to the process's effective user.
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// Installs the npm packages of `xtask/npm` below the target folder and returns
/// the path of wasm-opt.
pub fn wasm_opt() -> Result<PathBuf> {
    ensure(NODE)?;
    let folder = workspace::tools();
    fs::create_dir_all(&folder)?;
    let source = workspace::root().join("xtask/npm");
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy xtask/npm/{file}"))?;
    }
    npm_ci(&folder)?;
    Ok(folder.join("node_modules/.bin/wasm-opt"))
}

/// Installs the packages of the browser tests. The browser is Debian's.
pub fn end2end() -> Result<PathBuf> {
    ensure(NODE)?;
    let folder = workspace::root().join("end2end");
    npm_ci(&folder)?;
    Ok(folder)
}

/// Installs what tests take from npm, and moto and schemathesis from PyPI, so that no step waits for it later.
pub fn for_tests() -> Result<()> {
    wasm_opt()?;
    end2end()?;
    python::optional(crate::moto::install(), "the tests of buckets will be skipped")?;
    python::optional(crate::schemathesis::install(), "REST will not be checked against its description")?;
    Ok(())
}

/// `npm ci` in `folder`, unless it was done for this very lock file.
fn npm_ci(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("no package-lock.json in {}", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("xtask: npm ci in {}", folder.display());
    child::run(child::command("npm").arg("ci").current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    fs::write(&stamp, lock)?;
    Ok(())
}
