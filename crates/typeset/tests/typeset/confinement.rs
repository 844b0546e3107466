//! What the kernel says of a worker at work: its limits are set and its system calls filtered.

use std::{
    fs,
    io::{Read, Write},
    process::{Command, Stdio},
};

use holdfast_report::ReportKind;

#[test]
fn a_worker_has_limited_itself_before_it_answers() {
    let mut worker =
        Command::new(env!("CARGO_BIN_EXE_render-worker")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = worker.stdin.take().unwrap();
    let head = r#"{"template":{"kind":"incident-summary"},"as_of":1795521600}"#;
    for part in [head, ReportKind::IncidentSummary.example()] {
        input.write_all(&u32::try_from(part.len()).unwrap().to_be_bytes()).unwrap();
        input.write_all(part.as_bytes()).unwrap();
    }
    let mut length = [0; 4];
    let mut output = worker.stdout.take().unwrap();
    output.read_exact(&mut length).unwrap();
    let mut answer = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
    output.read_exact(&mut answer).unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), r#"{"done":{"page_count":1}}"#);

    let told = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", worker.id())).unwrap();
    let status = told("status");
    for line in ["Seccomp:\t2", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{line} is missing in\n{status}");
    }
    let limits = told("limits");
    let hard = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(hard("Max address space"), (512 * 1024 * 1024).to_string());
    assert_eq!(hard("Max core file size"), "0");
    assert_eq!(hard("Max file size"), "0");
    let cpu = limits.lines().find(|line| line.starts_with("Max cpu time")).unwrap();
    assert!(cpu.split_whitespace().nth(3).unwrap().parse::<u64>().unwrap() <= 20, "{cpu}");

    drop(input);
    output.read_to_end(&mut Vec::new()).unwrap();
    assert!(worker.wait().unwrap().success());
}
