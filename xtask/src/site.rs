//! What the browser loads: the WebAssembly module, its JavaScript and the style
//! sheet, under names that carry their content's hash, compressed, with a
//! manifest for the server. Skips whatever is up to date, and never touches a
//! file of the site that has not changed, since the server embeds the folder.

use crate::toolchain::{TARGET, Toolchain};
use crate::{child, tools, workspace};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

/// The style sheet's parts that come first in the cascade; then come the nouns' own, by name.
const FIRST: &[&str] = &[
    "tokens.css",
    "base.css",
    "frame.css",
    "controls.css",
    "tables.css",
    "cards.css",
    "forms.css",
    "history.css",
    "notices.css",
    "narrow.css",
];
/// The part that comes last.
const LAST: &str = "print.css";

/// The package that is the browser's half.
const BROWSER: &str = "holdfast-browser";

/// What the WebAssembly is made from beside the packages below [`BROWSER`]. All
/// else of the work tree may change without building it again.
const WASM_INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "xtask/npm/package-lock.json",
    "xtask/src/site.rs",
    "xtask/src/toolchain.rs",
];

/// The profile of what is shipped.
const SHIPPED: &str = "wasm-release";

/// Chromium refuses a module optimised with `--all-features`, so each feature
/// that browsers in use have is named.
const WASM_FEATURES: &[&str] = &[
    "bulk-memory",
    "bulk-memory-opt",
    "nontrapping-float-to-int",
    "sign-ext",
    "reference-types",
    "multivalue",
    "mutable-globals",
    "extended-const",
    "call-indirect-overlong",
];

/// How the WebAssembly is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As it is shipped: whole-program optimisation for size, wasm-opt, best
    /// compression.
    Small,
    /// For trying out a change: incremental, not optimised as a whole.
    Fast,
}

impl Mode {
    /// Quickly or small.
    pub const fn of(fast: bool) -> Self {
        if fast { Self::Fast } else { Self::Small }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Fast => "fast",
        }
    }

    fn brotli_quality(self) -> &'static str {
        match self {
            Self::Small => "11",
            Self::Fast => "4",
        }
    }
}

/// The sizes of a built site, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Sizes {
    /// As stored.
    pub plain: u64,
    /// Compressed by gzip.
    pub gzip: u64,
    /// Compressed by Brotli.
    pub brotli: u64,
}

impl Sizes {
    fn add(self, other: Self) -> Self {
        Self { plain: self.plain + other.plain, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kib = |bytes: u64| bytes as f64 / 1024.0;
        write!(f, "{:.1} KiB (gzip {:.1}, br {:.1})", kib(self.plain), kib(self.gzip), kib(self.brotli))
    }
}

/// Builds what is out of date and returns the sizes of all together.
pub fn build(mode: Mode) -> Result<Sizes> {
    let started = Instant::now();
    let parts = workspace::target().join("site-parts");
    fs::create_dir_all(&parts)?;
    let (js, wasm) = browser_half(mode, &parts)?;
    let css = style()?;
    let pkg = parts.join("pkg");
    fs::create_dir_all(&pkg)?;

    let mut manifest = serde_json::Map::new();
    let mut files = Vec::new();
    let mut total = Sizes::default();
    let mut line = String::new();
    for (kind, bytes) in [("js", js), ("wasm", wasm), ("css", css)] {
        let asset = SiteAsset::write(&pkg, kind, &bytes)?;
        asset.compress(mode)?;
        let sizes = asset.sizes()?;
        line.push_str(&format!("{kind} {sizes}; "));
        total = total.add(sizes);
        files.extend(asset.files());
        manifest.insert(kind.to_owned(), asset.entry(sizes));
    }
    manifest.insert("mode".to_owned(), json!(mode.name()));
    let text = serde_json::to_string_pretty(&Value::Object(manifest))? + "\n";
    fs::write(pkg.join("manifest.json"), text)?;
    files.push("manifest.json".to_owned());
    publish(&pkg, &files)?;
    println!("xtask: site: {line}together {total}");
    println!("xtask: site ready in {:.1} s ({} build)", started.elapsed().as_secs_f64(), mode.name());
    Ok(total)
}

/// One file of the site and its compressed forms.
struct SiteAsset {
    path: PathBuf,
    digest: [u8; 32],
}

impl SiteAsset {
    fn write(folder: &Path, kind: &str, bytes: &[u8]) -> Result<Self> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let name = format!("holdfast-{}.{kind}", hex::encode(&digest[..6]));
        let path = folder.join(name);
        write_if_changed(&path, bytes)?;
        Ok(Self { path, digest })
    }

    fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn with_ending(&self, ending: &str) -> PathBuf {
        self.path.with_file_name(self.name() + ending)
    }

    fn files(&self) -> [String; 3] {
        ["", ".br", ".gz"].map(|ending| self.name() + ending)
    }

    /// The name holds the content's hash, so a compressed form that is there is
    /// right; a quick one is made anew for shipping.
    fn compress(&self, mode: Mode) -> Result<()> {
        let quality = self.with_ending(".quality");
        let done = self.with_ending(".br").exists() && self.with_ending(".gz").exists();
        let good_enough = fs::read_to_string(&quality)
            .ok()
            .and_then(|text| text.parse::<u8>().ok())
            .zip(mode.brotli_quality().parse().ok())
            .is_some_and(|(have, want)| have >= want);
        if done && good_enough {
            return Ok(());
        }
        tools::ensure(tools::NODE)?;
        child::run(child::command("node").arg("xtask/npm/compress.mjs").arg(mode.brotli_quality()).arg(&self.path))?;
        fs::write(quality, mode.brotli_quality())?;
        Ok(())
    }

    fn sizes(&self) -> Result<Sizes> {
        let size = |path: &Path| -> Result<u64> { Ok(fs::metadata(path)?.len()) };
        Ok(Sizes {
            plain: size(&self.path)?,
            gzip: size(&self.with_ending(".gz"))?,
            brotli: size(&self.with_ending(".br"))?,
        })
    }

    fn entry(&self, sizes: Sizes) -> Value {
        json!({
            "file": self.name(),
            "sha256": hex::encode(self.digest),
            "integrity": format!("sha256-{}", STANDARD.encode(self.digest)),
            "bytes": sizes.plain,
            "gzip_bytes": sizes.gzip,
            "br_bytes": sizes.brotli,
        })
    }
}

/// The JavaScript and the WebAssembly, built unless their inputs are unchanged.
fn browser_half(mode: Mode, parts: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let folder = parts.join(mode.name());
    let (js, wasm) = (folder.join("holdfast.js"), folder.join("holdfast.wasm"));
    let stamp = folder.join("inputs");
    let inputs = hash_of(&wasm_inputs()?)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == inputs) && js.exists() {
        println!("xtask: WebAssembly is up to date");
        return Ok((fs::read(js)?, fs::read(wasm)?));
    }
    let module = compile(mode)?;
    fs::create_dir_all(&folder)?;
    // A change on the server's side alone gives the same module again.
    let made_from = folder.join("module");
    let digest = hex::encode(Sha256::digest(fs::read(&module)?));
    if !fs::read_to_string(&made_from).is_ok_and(|last| last == digest) {
        bind(&module, &js, &wasm)?;
        if mode == Mode::Small {
            optimise(&wasm)?;
        }
        fs::write(made_from, digest)?;
    }
    fs::write(stamp, inputs)?;
    Ok((fs::read(js)?, fs::read(wasm)?))
}

fn compile(mode: Mode) -> Result<PathBuf> {
    let toolchain = Toolchain::choose()?;
    let mut command = toolchain.cargo("build");
    command.args(["--package", BROWSER]);
    let profile = match mode {
        Mode::Small => SHIPPED,
        Mode::Fast => {
            for setting in [
                "inherits=\"wasm-release\"",
                "opt-level=\"s\"",
                "lto=\"off\"",
                "codegen-units=16",
                "incremental=true",
                "strip=true",
            ] {
                command.arg("--config").arg(format!("profile.wasm-fast.{setting}"));
            }
            "wasm-fast"
        }
    };
    let started = Instant::now();
    child::run(command.args(["--profile", profile]))?;
    println!("xtask: WebAssembly compiled in {:.1} s", started.elapsed().as_secs_f64());
    let module = toolchain.target_dir().join(TARGET).join(profile).join("holdfast_browser.wasm");
    if !module.exists() {
        bail!("the build left no {}", module.display());
    }
    Ok(module)
}

/// An error unless the domain compiles for the browser, where islands may use its
/// types: without the feature of what only the server needs. In the folder and the
/// profile of the site, so that one standard library does for both.
pub fn check_domain() -> Result<()> {
    let started = Instant::now();
    let mut command = Toolchain::choose()?.cargo("check");
    child::run(command.args(["--package", "holdfast-domain", "--profile", SHIPPED]))?;
    println!("xtask: the domain compiles for the browser ({:.1} s)", started.elapsed().as_secs_f64());
    Ok(())
}

/// Runs wasm-bindgen, as a library of the very version of the lock file.
fn bind(module: &Path, js: &Path, wasm: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("holdfast")
        .web(true)?
        .typescript(false)
        // The page names the module's address, which carries its hash.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen failed")?;
    let mut files: Vec<&String> = output.local_modules().keys().collect();
    let snippets = output.snippets().iter();
    files.extend(snippets.filter(|(_, code)| !code.is_empty()).map(|(by, _)| by));
    if !files.is_empty() {
        // Each would be one more request at the first load.
        bail!("a dependency brings JavaScript files of its own: {files:?}");
    }
    fs::write(js, output.js())?;
    fs::write(wasm, output.wasm_mut().emit_wasm())?;
    Ok(())
}

fn optimise(wasm: &Path) -> Result<()> {
    let started = Instant::now();
    let wasm_opt = tools::wasm_opt()?;
    let mut command = child::command("node");
    command.arg(wasm_opt).arg("-Oz");
    for feature in WASM_FEATURES {
        command.arg(format!("--enable-{feature}"));
    }
    child::run(command.arg(wasm).arg("-o").arg(wasm))?;
    println!("xtask: wasm-opt took {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn style() -> Result<Vec<u8>> {
    let folder = workspace::root().join("style");
    let mut sheet = Vec::new();
    let mut nouns: Vec<String> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".css") && !FIRST.contains(&name.as_str()) && name != LAST)
        .collect();
    nouns.sort_unstable();
    for part in FIRST.iter().copied().chain(nouns.iter().map(String::as_str)).chain([LAST]) {
        let bytes = fs::read(folder.join(part)).with_context(|| format!("cannot read style/{part}"))?;
        sheet.extend_from_slice(&bytes);
        if !sheet.ends_with(b"\n") {
            sheet.push(b'\n');
        }
    }
    Ok(sheet)
}

/// Brings `target/site/pkg` to hold just these files.
fn publish(from: &Path, files: &[String]) -> Result<()> {
    let pkg = workspace::site().join("pkg");
    fs::create_dir_all(&pkg)?;
    for file in files {
        write_if_changed(&pkg.join(file), &fs::read(from.join(file))?)?;
    }
    let wanted: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    for entry in fs::read_dir(&pkg)? {
        let entry = entry?;
        if !wanted.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if !fs::read(path).is_ok_and(|old| old == bytes) {
        fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Every file and folder that the WebAssembly is made from.
fn wasm_inputs() -> Result<Vec<PathBuf>> {
    let text = child::output(child::cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata = serde_json::from_str(&text).context("cargo's metadata is not JSON")?;
    let files = WASM_INPUTS.iter().map(|file| workspace::root().join(file));
    Ok(files.chain(packages_below(BROWSER, &metadata)?).collect())
}

/// The folder of a package of the workspace and of all packages of the workspace
/// that it is built from.
fn packages_below(package: &str, metadata: &Value) -> Result<BTreeSet<PathBuf>> {
    let packages = metadata["packages"].as_array().context("cargo's metadata has no packages")?;
    let mut folders = BTreeSet::new();
    let mut names = vec![package];
    while let Some(name) = names.pop() {
        let package = packages.iter().find(|package| package["name"] == name);
        let package = package.with_context(|| format!("the workspace has no package {name}"))?;
        let manifest = package["manifest_path"].as_str().and_then(|path| Path::new(path).parent());
        if !folders.insert(manifest.with_context(|| format!("{name} has no folder"))?.to_owned()) {
            continue;
        }
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let ours = dependencies.filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev");
        names.extend(ours.filter_map(|dependency| dependency["name"].as_str()));
    }
    Ok(folders)
}

/// A hash over the names and contents of all files below these paths.
fn hash_of(inputs: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for input in inputs {
        let mut files = Vec::new();
        collect(input, &mut files)?;
        files.sort();
        for file in files {
            let name = file.strip_prefix(workspace::root())?.as_os_str().as_encoded_bytes();
            let bytes = fs::read(&file)?;
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    }
    Ok(hex::encode(hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_named_by_its_content_and_described_for_the_browser() {
        let folder = tempfile::tempdir().unwrap();
        let asset = SiteAsset::write(folder.path(), "css", b"abc").unwrap();
        // SHA-256 of "abc", FIPS 180-2 appendix B.1.
        assert_eq!(asset.name(), "holdfast-ba7816bf8f01.css");
        let entry = asset.entry(Sizes::default());
        assert_eq!(entry["integrity"], "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn a_package_is_made_from_what_it_is_built_from_not_from_what_its_tests_use() {
        let package = |name: &str, dependencies: Value| {
            let manifest = format!("/r/{name}/Cargo.toml");
            json!({"name": name, "manifest_path": manifest, "dependencies": dependencies})
        };
        let ours = |name: &str, kind: Option<&str>| json!({"name": name, "path": format!("/r/{name}"), "kind": kind});
        let metadata = json!({"packages": [
            package("browser", json!([ours("island", None), {"name": "leptos", "kind": null}])),
            package("island", json!([ours("domain", None), ours("texts", Some("build")), ours("bench", Some("dev"))])),
            package("domain", json!([ours("texts", None)])),
            package("texts", json!([])),
            package("bench", json!([])),
        ]});
        let folders = packages_below("browser", &metadata).unwrap();
        assert_eq!(folders, BTreeSet::from(["/r/browser", "/r/domain", "/r/island", "/r/texts"].map(PathBuf::from)));
        assert!(packages_below("server", &metadata).is_err());
    }

    #[test]
    fn an_unchanged_file_keeps_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_if_changed(&path, b"one").unwrap();
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        write_if_changed(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
        write_if_changed(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }
}
