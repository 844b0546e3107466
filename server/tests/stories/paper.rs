//! What is on a paper, as a reader's tools show it.

use std::process::Command;

/// The data attached to a PDF.
pub fn data_of(pdf: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("paper.pdf"), folder.path().join("data.json"));
    std::fs::write(&file, pdf).unwrap();
    let detached = Command::new("pdfdetach").args(["-save", "1", "-o"]).arg(&data).arg(&file).status().unwrap();
    assert!(detached.success(), "{}", String::from_utf8_lossy(pdf));
    serde_json::from_slice(&std::fs::read(&data).unwrap()).unwrap()
}

/// The words of a PDF, each line as it is printed, without the marks at which a long word may break.
pub fn text_of(pdf: &[u8]) -> String {
    words(pdf, "-layout")
}

/// The words of a PDF in the order in which they were set: those of a cell follow one another.
pub fn raw_text_of(pdf: &[u8]) -> String {
    words(pdf, "-raw")
}

fn words(pdf: &[u8], order: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let printed = Command::new("pdftotext").arg(order).arg(&file).arg("-").output().unwrap();
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    String::from_utf8(printed.stdout).unwrap().replace('\u{200b}', "")
}
