//! The tree against published vectors, against itself for every small size, and against another
//! implementation for random ones.

use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use holdfast_ledger::*;
use proptest::prelude::*;
use sha2::Sha256;

const SIZES: u64 = 72;

fn hash(hex: &str) -> Hash {
    hex.parse().unwrap()
}

fn entry(index: u64) -> Vec<u8> {
    format!("{{\"seq\":{index}}}").into_bytes()
}

/// A log as a database would keep it: only the nodes that appending returned.
#[derive(Default)]
struct Stored {
    nodes: HashMap<NodeId, Hash>,
    frontier: Frontier,
    roots: Vec<Hash>,
}

impl Stored {
    fn new(size: u64) -> Self {
        let mut stored = Self { roots: vec![empty_root()], ..Self::default() };
        for index in 0..size {
            for (id, hash) in stored.frontier.append(leaf_hash(&entry(index))) {
                assert_eq!(stored.nodes.insert(id, hash), None, "a node is written once");
            }
            stored.roots.push(stored.frontier.root());
        }
        stored
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        let plan = inclusion_nodes(index, size).unwrap();
        plan.assemble(|id| self.nodes.get(&id).copied()).unwrap()
    }

    fn consistency(&self, old: u64, new: u64) -> Vec<Hash> {
        let plan = consistency_nodes(old, new).unwrap();
        plan.assemble(|id| self.nodes.get(&id).copied()).unwrap()
    }
}

#[test]
fn published_leaves_roots_and_proofs_come_out() {
    let leaves = [
        "a402b0e36f5aae85457360fcf00a2545b87dd47f310553e7b0d32d6d0ac4400d",
        "b119a77a4864308c481efb947ff723d6bd4ea1e7fab902eb8ca98bd759e46aee",
        "d3e0a62a8f7a9256c8beb715afded83e4326d2c47379d259b1709a840ad2f11d",
        "dbcc42d7596b3d629f1861d1e2097b97b5462eccae789dfcf997fea9b0690899",
        "1795798275c506dbbf46fde73240eb19d52fb72fa90a05a1fc4c8b48b4aa06a2",
    ]
    .map(hash);
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "a402b0e36f5aae85457360fcf00a2545b87dd47f310553e7b0d32d6d0ac4400d",
        "fc52d71a368a798fd96ec7e5b7ee5f8f9fdd10c7ff9ab146c4eac1e6a0a1b10a",
        "3db67665eea8c26de341668c1d3199f61de4b780a828569a898ce48c28d931f3",
        "9d413f59a025283f9dfd05c5ceda276952a677a1a4c07dce14a68888fe776ac6",
        "147dc477479a3b69a24b1ff601b6fc6284fdf15fd50abfeb0cf70ea8e3722c1d",
    ]
    .map(hash);
    assert_eq!(leaf_hash(b""), hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
    for (index, leaf) in leaves.iter().enumerate() {
        assert_eq!(leaf_hash(&entry(index as u64)), *leaf);
    }
    let stored = Stored::new(5);
    assert_eq!(stored.roots, roots);
    assert_eq!(stored.inclusion(2, 5), [leaves[3], roots[2], leaves[4]]);
    assert_eq!(stored.consistency(3, 5), [leaves[2], leaves[3], roots[2], leaves[4]]);
}

#[test]
fn a_frontier_taken_up_from_stored_nodes_goes_on_as_if_never_put_down() {
    let stored = Stored::new(SIZES);
    for size in 0..SIZES {
        let hashes = frontier_nodes(size).iter().map(|id| stored.nodes[id]).collect();
        let mut frontier = Frontier::new(size, hashes).unwrap();
        assert_eq!(Frontier::new(size, frontier.hashes().to_vec()), Ok(frontier.clone()));
        assert_eq!(frontier.root(), stored.roots[size as usize]);
        frontier.push(leaf_hash(&entry(size)));
        assert_eq!(frontier.root(), stored.roots[size as usize + 1]);
        assert_eq!(frontier.size(), size + 1);
    }
    assert!(Frontier::new(5, vec![Hash::ZERO]).is_err());
    assert!(Frontier::new(0, vec![Hash::ZERO]).is_err());
}

#[test]
fn every_inclusion_proof_holds_for_its_entry_and_for_nothing_else() {
    let stored = Stored::new(SIZES);
    for size in 1..=SIZES {
        let root = stored.roots[size as usize];
        for index in 0..size {
            let leaf = leaf_hash(&entry(index));
            let proof = stored.inclusion(index, size);
            assert!(verify_inclusion(index, size, &leaf, &proof, &root));
            for other in (0..=size).filter(|other| *other != index) {
                assert!(!verify_inclusion(other, size, &leaf, &proof, &root));
            }
            assert!(!verify_inclusion(index, size, &Hash::ZERO, &proof, &root));
            assert!(!verify_inclusion(index, size, &leaf, &proof, &stored.roots[size as usize - 1]));
            for altered in distortions(&proof) {
                assert!(!verify_inclusion(index, size, &leaf, &altered, &root));
            }
        }
    }
}

#[test]
fn every_consistency_proof_holds_for_its_sizes_and_for_nothing_else() {
    let stored = Stored::new(SIZES);
    for new in 0..=SIZES {
        let new_root = stored.roots[new as usize];
        for old in 0..=new {
            let old_root = stored.roots[old as usize];
            let proof = stored.consistency(old, new);
            assert!(verify_consistency(old, new, &old_root, &new_root, &proof));
            assert!(!verify_consistency(old, new, &Hash::ZERO, &new_root, &proof));
            if old == 0 {
                // Nothing is known of the new tree from an empty one.
                assert!(proof.is_empty());
            } else {
                assert!(!verify_consistency(old, new, &old_root, &Hash::ZERO, &proof));
            }
            if old < new {
                assert!(!verify_consistency(new, old, &new_root, &old_root, &proof));
            }
            for altered in distortions(&proof) {
                assert!(!verify_consistency(old, new, &old_root, &new_root, &altered));
            }
        }
    }
}

/// The proof with a hash changed, dropped, doubled or swapped, at every place.
fn distortions(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        let mut bytes = *changed[at].as_bytes();
        bytes[at % 32] ^= 1;
        changed[at] = Hash::from_bytes(bytes);
        all.push(changed);
        let mut dropped = proof.to_vec();
        dropped.remove(at);
        all.push(dropped);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        all.push(doubled);
        if at > 0 {
            let mut swapped = proof.to_vec();
            swapped.swap(at - 1, at);
            all.push(swapped);
        }
    }
    let mut longer = proof.to_vec();
    longer.push(Hash::ZERO);
    all.push(longer);
    all
}

#[test]
fn what_is_not_there_is_refused_and_not_guessed() {
    assert!(matches!(inclusion_nodes(5, 5), Err(TreeError::Index { index: 5, size: 5 })));
    assert!(inclusion_nodes(0, 0).is_err());
    assert!(matches!(consistency_nodes(6, 5), Err(TreeError::Shrunk { old: 6, new: 5 })));
    let missing = inclusion_nodes(2, 5).unwrap().assemble(|_| None);
    assert_eq!(missing, Err(TreeError::Missing(NodeId { level: 0, index: 3 })));
}

#[test]
fn the_largest_sizes_neither_overflow_nor_loop() {
    let proof = vec![Hash::ZERO; 64];
    assert!(!verify_inclusion(u64::MAX - 1, u64::MAX, &Hash::ZERO, &proof, &Hash::ZERO));
    assert!(!verify_consistency(u64::MAX - 1, u64::MAX, &Hash::ZERO, &Hash::ZERO, &proof));
    assert_eq!(frontier_nodes(u64::MAX).len(), 64);
    assert_eq!(inclusion_nodes(0, u64::MAX).unwrap().assemble(|_| Some(Hash::ZERO)).unwrap().len(), 64);
    assert!(consistency_nodes(1 << 63, u64::MAX).unwrap().nodes().count() <= 64);
}

#[test]
fn appending_and_proving_touch_logarithmically_many_nodes() {
    let mut frontier = Frontier::default();
    let size = 1_u64 << 14;
    let written: usize = (0..size).map(|_| frontier.append(Hash::ZERO).len()).sum();
    assert_eq!(written as u64, 2 * size - 1);
    for size in [size - 1, size, size + 1] {
        for index in [0, size / 3, size - 1] {
            assert!(inclusion_nodes(index, size).unwrap().nodes().count() <= 28);
            assert!(consistency_nodes(index, size).unwrap().nodes().count() <= 28);
        }
    }
}

#[test]
fn a_million_leaves_in_bulk_have_the_root_of_their_halves() {
    let leaves = |range: std::ops::Range<u64>| range.map(|index| leaf_hash(&entry(index)));
    let half = 1 << 19;
    let (left, right) = (root_of(leaves(0..half)), root_of(leaves(half..2 * half)));
    assert_eq!(root_of(leaves(0..2 * half)), node_hash(&left, &right));
}

fn theirs(hashes: &[Hash]) -> Vec<ct_merkle::digest::Output<Sha256>> {
    hashes.iter().map(|hash| (*hash.as_bytes()).into()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn another_implementation_agrees(size in 1_u64..700, at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>()) {
        let stored = Stored::new(size);
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let old = from.index(size as usize) as u64 + 1;
        let mut old_root = None;
        for index in 0..size {
            tree.push(entry(index));
            if index + 1 == old {
                old_root = Some(tree.root());
            }
        }
        let root = tree.root();
        prop_assert_eq!(root.as_bytes().as_slice(), stored.roots[size as usize].as_bytes());

        let index = at.index(size as usize);
        let ours = theirs(&stored.inclusion(index as u64, size));
        let proof = InclusionProof::<Sha256>::from_digests(&ours);
        let their_proof = tree.prove_inclusion(index);
        prop_assert_eq!(proof.as_bytes(), their_proof.as_bytes());
        prop_assert!(root.verify_inclusion(&entry(index as u64), index as u64, &proof).is_ok());

        if old < size {
            let ours = theirs(&stored.consistency(old, size));
            let proof = ConsistencyProof::<Sha256>::from_digests(&ours);
            let their_proof = tree.prove_consistency((size - old) as usize);
            prop_assert_eq!(proof.as_bytes(), their_proof.as_bytes());
            prop_assert!(root.verify_consistency(&old_root.unwrap(), &proof).is_ok());
        }
    }
}
