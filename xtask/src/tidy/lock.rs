//! The lock files of npm: every library comes from the registry that npm is set to, under a checksum (ASVS
//! 15.1.2, 15.2.4). cargo-deny checks where crates come from, and Cargo their checksums.

use super::{File, Violation};

/// All checks of the lock files.
pub fn check(files: &[File]) -> Vec<Violation> {
    files.iter().filter(|file| file.path.rsplit('/').next() == Some("package-lock.json")).flat_map(npm).collect()
}

fn npm(file: &File) -> Vec<Violation> {
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
        let npm = |package: &str| {
            let text = format!("{{\"packages\":{{\"\":{{}},\"node_modules/a\":{package}}}}}");
            check(&[file("end2end/package-lock.json", &text)]).len()
        };
        assert_eq!(npm("{\"integrity\":\"sha512-x\"}"), 0);
        assert_eq!(npm("{\"version\":\"1\"}"), 1);
        assert_eq!(npm("{\"integrity\":\"sha512-x\",\"resolved\":\"https://a.example/a.tgz\"}"), 1);
    }
}
