//! Makes sure that the folder of the site exists, since it is embedded. It builds
//! nothing: `cargo xtask` does, before it builds this package. Without a site the
//! server serves its pages plain.

use std::path::Path;

fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(site.join("pkg")) {
        println!("cargo::error=cannot make {}: {error}", site.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo looks at the newest file below it.
    println!("cargo::rerun-if-changed={}", site.display());
}
