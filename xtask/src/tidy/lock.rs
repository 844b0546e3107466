//! The two lock files: every library comes from where libraries are to come from, under a checksum
//! (ASVS 15.1.2, 15.2.4). It asks no network and knows no weakness; that is `cargo xtask advisories`.

use super::{File, Finding};

/// The registry of crates, as Cargo writes it.
const CRATES: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// All checks of the lock files.
pub fn check(files: &[File]) -> Vec<Finding> {
    let of = |name: &'static str| files.iter().filter(move |file| file.path.rsplit('/').next() == Some(name));
    of("Cargo.lock").flat_map(cargo).chain(of("package-lock.json").flat_map(npm)).collect()
}

fn cargo(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut line = 1;
    for package in file.text.split("[[package]]\n") {
        let source = package.lines().position(|line| line.starts_with("source = "));
        let has_sum = package.lines().any(|line| line.starts_with("checksum = "));
        if let Some(at) = source
            && (package.lines().nth(at) != Some(CRATES) || !has_sum)
        {
            findings.push(file.finding(line + at, "a crate that is not from crates.io, or has no checksum"));
        }
        line += package.lines().count() + 1;
    }
    findings
}

fn npm(file: &File) -> Vec<Finding> {
    let Ok(lock) = serde_json::from_str::<serde_json::Value>(&file.text) else {
        return vec![file.finding(1, "cannot be read as JSON")];
    };
    let packages = lock["packages"].as_object().into_iter().flatten();
    let strangers = packages.filter(|(path, package)| {
        let foreign = package["resolved"].is_string() || package["link"].is_boolean();
        !path.is_empty() && (foreign || !package["integrity"].is_string())
    });
    strangers.map(|(path, _)| file.finding(1, format!("{path} has no checksum, or names a place of its own"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_library_from_elsewhere_or_without_a_checksum_is_found() {
        let lines = |text: String| check(&[file("Cargo.lock", &text)]).iter().map(|f| f.line).collect::<Vec<_>>();
        let package = |source: &str| format!("# x\n\n[[package]]\nname = \"a\"\n{source}\n");
        assert!(lines(package(&format!("{CRATES}\nchecksum = \"1\""))).is_empty());
        assert!(lines(package("version = \"1\"")).is_empty(), "our own have no source");
        assert_eq!(lines(package(CRATES)), [5]);
        assert_eq!(lines(package("source = \"git+https://a.example\"\nchecksum = \"1\"")), [5]);
        let npm = |package: &str| {
            let text = format!("{{\"packages\":{{\"\":{{}},\"node_modules/a\":{package}}}}}");
            check(&[file("end2end/package-lock.json", &text)]).len()
        };
        assert_eq!(npm("{\"integrity\":\"sha512-x\"}"), 0);
        assert_eq!(npm("{\"version\":\"1\"}"), 1);
        assert_eq!(npm("{\"integrity\":\"sha512-x\",\"resolved\":\"https://a.example/a.tgz\"}"), 1);
    }
}
