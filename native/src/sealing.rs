//! What all words of a capsule go through at once: the keystream, and the tree over the ciphertext.

use crate::error::{Error, Result};
use crate::field::Fr;
use crate::poseidon::Permutation;
use ark_ff::{AdditiveGroup, PrimeField};
use std::ops::{AddAssign, SubAssign};
use zeroize::Zeroizing;

/// Version of statements and tags.
const VERSION: u16 = 2;

/// Words of a keystream block, and children of a node.
const ARITY: usize = 16;

const LANES: usize = ARITY + 1;

/// What a capsule is sealed under, and says of itself.
pub struct Sealing {
    /// The capsule key.
    pub key: Fr,
    /// Id of the schema.
    pub schema: Fr,
    /// L, in milliseconds.
    pub slot_length: Fr,
    /// N, K, W and n as one number.
    pub form: Fr,
}

impl Sealing {
    /// Words to ciphertext.
    pub fn encrypt(&self, words: &mut [Fr]) {
        self.each(words, Fr::add_assign);
    }

    /// Ciphertext to words; under another key, to some words.
    pub fn decrypt(&self, words: &mut [Fr]) {
        self.each(words, Fr::sub_assign);
    }

    fn each(&self, words: &mut [Fr], apply: impl Fn(&mut Fr, Fr)) {
        let tag = tag("keystream", 0, 0);
        for (counter, block) in words.chunks_mut(ARITY).enumerate() {
            let mut state = Zeroizing::new([Fr::ZERO; LANES]);
            let counter = Fr::from(counter as u64);
            state[..6].copy_from_slice(&[
                tag,
                self.key,
                self.schema,
                self.slot_length,
                self.form,
                counter,
            ]);
            state.permute();
            // lane 0 never leaves, so that known words do not invert the permutation
            for (word, lane) in block.iter_mut().zip(&state[1..]) {
                apply(word, *lane);
            }
        }
    }
}

/// Root over all ciphertext words, one level even for a single one; every node's tag holds its level and how many words there are.
pub fn content_root(words: &[Fr]) -> Result<Fr> {
    let refused = |_| Error::Argument("a capsule has fewer than 2^32 words".to_owned());
    let count = u32::try_from(words.len()).map_err(refused)?;
    let mut nodes = words.to_vec();
    for level in 1.. {
        let tag = tag("tree", level, count);
        nodes = nodes
            .chunks(ARITY)
            .map(|children| node(tag, children))
            .collect();
        if let [root] = nodes[..] {
            return Ok(root);
        }
        if nodes.is_empty() {
            break;
        }
    }
    Err(Error::Argument(
        "a capsule has at least one word".to_owned(),
    ))
}

fn node(tag: Fr, children: &[Fr]) -> Fr {
    let mut state = [Fr::ZERO; LANES];
    state[0] = tag;
    state[1..=children.len()].copy_from_slice(children);
    state.permute();
    state[0]
}

/// ascii(use) * 2^96 + version * 2^80 + arity * 2^64 + a * 2^32 + b, as the catalogue has it.
fn tag(name: &str, a: u32, b: u32) -> Fr {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend(VERSION.to_be_bytes());
    bytes.extend((ARITY as u16).to_be_bytes());
    bytes.extend(a.to_be_bytes());
    bytes.extend(b.to_be_bytes());
    Fr::from_be_bytes_mod_order(&bytes)
}
