//! What a ceremony has said so far, as one digest: BLAKE2b-512 over bytes and points.
//!
//! Own code, from RFC 7693: a contribution to powers of tau holds the state in the middle of a hash, so that whoever verifies
//! it goes on from there, and the crate `blake2` shows no state.

use ark_bn254::{Fq, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{BigInteger, PrimeField};
use zeroize::Zeroize;

use crate::blake512::{INITIAL, LANES, SIGMA};

/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 64;

/// Bytes of a state: block, chain, bytes compressed u64, bytes in the block u64, eight that nobody uses. Little-endian.
pub const STATE_BYTES: usize = BLOCK + DIGEST_BYTES + 24;

/// A digest.
pub type Digest = [u8; DIGEST_BYTES];

const BLOCK: usize = 128;
const ROUNDS: usize = 12;

/// Where a state says how much was compressed, and how much of the block is in use.
const COMPRESSED_AT: usize = BLOCK + DIGEST_BYTES;
const FILLED_AT: usize = COMPRESSED_AT + 8;

/// No key, digests of 64 bytes, no tree.
const PARAMETERS: u64 = 0x0101_0040;

/// A hash that has begun. Seeds of secrets pass through it as well, so it is wiped on drop.
#[derive(Clone)]
pub struct Transcript {
    chain: [u64; 8],
    block: [u8; BLOCK],
    filled: usize,
    compressed: u64,
}

impl Default for Transcript {
    fn default() -> Self {
        let mut chain = INITIAL;
        chain[0] ^= PARAMETERS;
        Self {
            chain,
            block: [0; BLOCK],
            filled: 0,
            compressed: 0,
        }
    }
}

impl Transcript {
    /// Take in bytes.
    pub fn absorb(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // The last block is compressed by `digest` alone, so a full one waits for what follows it.
            if self.filled == BLOCK {
                self.compress(false);
                self.filled = 0;
            }
            let (head, rest) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.block[self.filled..][..head.len()].copy_from_slice(head);
            self.filled += head.len();
            bytes = rest;
        }
    }

    /// Take in a number, its highest byte first.
    pub fn absorb_u32(&mut self, number: u32) {
        self.absorb(&number.to_be_bytes());
    }

    /// Take in a point, both coordinates.
    pub fn absorb_point<G: Spoken>(&mut self, point: &G) {
        self.absorb(&point.uncompressed());
    }

    /// The digest of what was taken in.
    pub fn digest(mut self) -> Digest {
        self.block[self.filled..].fill(0);
        self.compress(true);
        let mut digest = [0; DIGEST_BYTES];
        for (bytes, word) in digest.chunks_exact_mut(8).zip(self.chain) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        digest
    }

    /// The state, for another to go on from.
    pub fn state(&self) -> [u8; STATE_BYTES] {
        let mut state = [0; STATE_BYTES];
        state[..self.filled].copy_from_slice(&self.block[..self.filled]);
        for (bytes, word) in state[BLOCK..].chunks_exact_mut(8).zip(self.chain) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        state[COMPRESSED_AT..][..8].copy_from_slice(&self.compressed.to_le_bytes());
        state[FILLED_AT..][..8].copy_from_slice(&(self.filled as u64).to_le_bytes());
        state
    }

    /// Go on from a state; none where these bytes are not one. What its block holds behind the bytes in use says nothing.
    pub fn from_state(state: &[u8; STATE_BYTES]) -> Option<Self> {
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&state[at..][..8]);
            u64::from_le_bytes(word)
        };
        let (compressed, filled) = (word(COMPRESSED_AT), word(FILLED_AT));
        if filled > BLOCK as u64 || compressed % BLOCK as u64 != 0 {
            return None;
        }
        let mut transcript = Self {
            chain: std::array::from_fn(|index| word(BLOCK + 8 * index)),
            block: [0; BLOCK],
            filled: filled as usize,
            compressed,
        };
        transcript.block[..filled as usize].copy_from_slice(&state[..filled as usize]);
        Some(transcript)
    }

    /// Bytes taken in.
    pub fn length(&self) -> u64 {
        self.compressed.wrapping_add(self.filled as u64)
    }

    fn compress(&mut self, last: bool) {
        self.compressed = self.length();
        let mut words = [0u64; 16];
        for (word, bytes) in words.iter_mut().zip(self.block.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        let mut v = [0u64; 16];
        v[..8].copy_from_slice(&self.chain);
        v[8..].copy_from_slice(&INITIAL);
        v[12] ^= self.compressed;
        if last {
            v[14] = !v[14];
        }
        for round in 0..ROUNDS {
            let order = SIGMA[round % SIGMA.len()].as_chunks().0;
            for ([a, b, c, d], [x, y]) in LANES.into_iter().zip(order) {
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(words[*x]);
                v[d] = (v[d] ^ v[a]).rotate_right(32);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(24);
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(words[*y]);
                v[d] = (v[d] ^ v[a]).rotate_right(16);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(63);
            }
        }
        for (index, word) in self.chain.iter_mut().enumerate() {
            *word ^= v[index] ^ v[index + 8];
        }
        words.zeroize();
        v.zeroize();
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        self.chain.zeroize();
        self.block.zeroize();
    }
}

/// A point as transcripts and challenges spell it: plain coordinates, highest byte first, of an extension the highest part
/// first.
pub trait Spoken: AffineRepr {
    /// Both coordinates; zeros for infinity.
    fn uncompressed(&self) -> Vec<u8>;

    /// x alone. The highest bit says that y is the larger of the two, the next one infinity.
    fn compressed(&self) -> Vec<u8>;
}

/// Set in the first byte of a compressed point where y is the larger of the two.
const LARGER: u8 = 0x80;
/// Set there at infinity.
const INFINITY: u8 = 0x40;

impl Spoken for Affine<g1::Config> {
    fn uncompressed(&self) -> Vec<u8> {
        let (x, y) = self.xy().unwrap_or_default();
        spelt(&[x, y])
    }

    fn compressed(&self) -> Vec<u8> {
        let (x, y) = self.xy().unwrap_or_default();
        marked(spelt(&[x]), self.is_zero(), y > -y)
    }
}

impl Spoken for Affine<g2::Config> {
    fn uncompressed(&self) -> Vec<u8> {
        let (x, y) = self.xy().unwrap_or_default();
        spelt(&[x.c1, x.c0, y.c1, y.c0])
    }

    fn compressed(&self) -> Vec<u8> {
        let (x, y) = self.xy().unwrap_or_default();
        // The first part that is not 0 decides, the highest before the other: arkworks' order as well.
        marked(spelt(&[x.c1, x.c0]), self.is_zero(), y > -y)
    }
}

fn spelt(parts: &[Fq]) -> Vec<u8> {
    let parts = parts.iter();
    parts
        .flat_map(|part| part.into_bigint().to_bytes_be())
        .collect()
}

fn marked(mut bytes: Vec<u8>, infinity: bool, larger: bool) -> Vec<u8> {
    if infinity {
        bytes[0] |= INFINITY;
    } else if larger {
        bytes[0] |= LARGER;
    }
    bytes
}
