//! What many large imports at once weigh: the memory of a process that takes them. `-- --nocapture` shows the
//! figures.

use std::{fs, process::Command};

use holdfast_actions::import;
use holdfast_domain::{
    import::{FILE_BYTES_MAX, ImportKind},
    person::Role,
};

use crate::world::{World, started};

const FOLDER: &str = "HOLDFAST_IMPORT_WEIGHT_CHILD";
const AT_ONCE: usize = 8;

/// The highest that the memory of this process was, in MiB.
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// A file of the largest size that repeats one value.
fn file(value: &str) -> Vec<u8> {
    let mut file = b"[".to_vec();
    while file.len() + value.len() + 2 < FILE_BYTES_MAX {
        file.extend(value.bytes());
        file.push(b',');
    }
    file.extend(b"0]");
    file
}

async fn take(world: &World, value: &str) -> Vec<String> {
    let (lead, file) = (world.actor(Role::Lead).await, file(value));
    let imports = (0..AT_ONCE).map(|_| {
        let (ctx, lead, file) = (world.ctx.clone(), lead.clone(), file.clone());
        tokio::spawn(async move { import::run(&ctx, &lead, ImportKind::Iris, &file).await.unwrap_err().to_string() })
    });
    futures::future::join_all(imports).await.into_iter().map(Result::unwrap).collect()
}

/// What the child does: takes the files, and says what they weighed.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let database = format!("sqlite:{}", std::path::Path::new(&folder).join("test.db").display());
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        let world = started(&database).await;
        let before = peak_mib();
        // Small objects take a hundred times their size, were they read; the others are the most that is.
        for value in [r#"{"":0}"#.to_owned(), format!("[{}\"{}\",{{}}]", "[],".repeat(20), "x".repeat(200))] {
            let said = take(&world, &value).await;
            eprintln!(
                "{AT_ONCE} files of {:.20}…: {before} MiB before, {} MiB at most; {}",
                value,
                peak_mib(),
                said[0]
            );
        }
        assert!(peak_mib() - before < 400, "memory grew by {} MiB", peak_mib() - before);
    });
}

#[test]
fn eight_of_the_largest_imports_at_once_take_no_more_than_one_and_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "import_weight::child", "--nocapture"]).env(FOLDER, folder.path());
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success() && said.contains("MiB at most"), "{said}");
}
