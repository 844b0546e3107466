//! Texts that become markup, script or a broken document wherever a place forgets to escape: vectors of
//! markup put together with the ways out of where a text stands. A thousand of them from a page of
//! pieces, the same ones each time.

use serde::Deserialize;

/// The pieces.
#[derive(Deserialize)]
struct Pieces {
    /// Out of an attribute, an element of text, a comment, a script, a table, a link, a line of Markdown.
    ways_out: Vec<String>,
    /// What would run or load once it is markup.
    vectors: Vec<String>,
}

/// So many texts, each a way out and a vector; no two alike.
pub fn all(count: usize) -> Vec<String> {
    let Pieces { ways_out, vectors } = serde_json::from_str(include_str!("payloads.json")).unwrap();
    let pairs = vectors.len() * ways_out.len();
    assert!(count <= pairs, "there are {pairs}");
    // Steps over all pairs: 7 has no factor in common with their number unless it is a factor of it.
    let step = [7, 11, 13, 17].into_iter().find(|step| !pairs.is_multiple_of(*step)).unwrap();
    let pick = |n: usize| (n * step) % pairs;
    (0..count).map(pick).map(|at| format!("{}{}", ways_out[at / vectors.len()], vectors[at % vectors.len()])).collect()
}
