//! Makes sure that the folder of the site exists, since a release embeds it. It builds
//! nothing: `cargo xtask` does, before it builds a release of this package. Without a
//! site the server serves its pages plain.

use std::path::Path;

fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(site.join("pkg")) {
        println!("cargo::error=cannot make {}: {error}", site.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    // A development build reads the site when it starts, and is not built again for it.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // Cargo looks at the newest file below it.
        println!("cargo::rerun-if-changed={}", site.display());
    }
}
