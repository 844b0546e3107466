//! Lists the steps in the folder `migrations`, in the order of their names, for `src/migrate.rs`.

use std::{collections::BTreeSet, env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("../../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let shared = steps(&folder)?;
    let own = [("sqlite", steps(&folder.join("sqlite"))?), ("postgres", steps(&folder.join("postgres"))?)];
    let numbers: BTreeSet<_> = shared.iter().map(|name| name.get(..4)).collect();
    let lacks_shared = own.iter().flat_map(|(_, names)| names).find(|name| !shared.contains(*name));
    if numbers.len() < shared.len() || lacks_shared.is_some() {
        return Err(io::Error::other("two steps have one number, or one that an engine has is not shared"));
    }
    let text =
        |path: String| format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../migrations/{path}.sql\"))");
    let mut list = String::from("&[");
    for name in &shared {
        list += &format!("Step {{ name: {name:?}, shared: {}", text(name.clone()));
        for (engine, names) in &own {
            let sql = names.contains(name).then(|| format!("Some({})", text(format!("{engine}/{name}"))));
            list += &format!(", {engine}: {}", sql.as_deref().unwrap_or("None"));
        }
        list += " }, ";
    }
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("steps.rs"), list + "]")
}

/// The names of the files of SQL in a folder, without their ending.
fn steps(folder: &Path) -> io::Result<BTreeSet<String>> {
    let files = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let names = files.iter().map(|file| file.file_name().to_string_lossy().into_owned());
    Ok(names.filter_map(|name| name.strip_suffix(".sql").map(str::to_owned)).collect())
}
