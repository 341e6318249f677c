//! BLAKE-512, the SHA-3 finalist (not BLAKE2): the hash that circomlib's EdDSA derives keys and nonces with.
//!
//! Own code, from the submission: the one permissive crate (blake-hash 0.4.1) is no longer kept and brings its own `unsafe` SIMD.

use zeroize::{Zeroize, Zeroizing};

const ROUNDS: usize = 16;
const BLOCK: usize = 128;

/// Offset in the last block where the 128-bit message length starts.
const LENGTH_AT: usize = BLOCK - 16;

/// The first fractional bits of the roots of eight primes, as SHA-512 begins with them.
pub(crate) const INITIAL: [u64; 8] = [
    0x6a09e667f3bcc908,
    0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b,
    0xa54ff53a5f1d36f1,
    0x510e527fade682d1,
    0x9b05688c2b3e6c1f,
    0x1f83d9abfb41bd6b,
    0x5be0cd19137e2179,
];

/// The first 1024 fractional bits of pi.
const PI: [u64; 16] = [
    0x243f6a8885a308d3,
    0x13198a2e03707344,
    0xa4093822299f31d0,
    0x082efa98ec4e6c89,
    0x452821e638d01377,
    0xbe5466cf34e90c6c,
    0xc0ac29b7c97c50dd,
    0x3f84d5b5b5470917,
    0x9216d5d98979fb1b,
    0xd1310ba698dfb5ac,
    0x2ffd72dbd01adfb7,
    0xb8e1afed6a267e96,
    0xba7c9045f12c7f99,
    0x24a19947b3916cf7,
    0x0801f2e2858efc16,
    0x636920d871574e69,
];

/// Which words of a block each round takes, BLAKE2b as well.
pub(crate) const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// Lanes a, b, c, d of the eight quarters of a round, ChaCha's as well: four columns, then four diagonals.
pub(crate) const LANES: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

/// Digest of the concatenation of `parts`, wiped when dropped, as is all that was derived on the way.
pub fn blake512(parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut chain = Zeroizing::new(INITIAL);
    let mut block = Zeroizing::new([0u8; BLOCK]);
    let mut filled = 0;
    let mut bits: u128 = 0;
    for byte in parts.iter().copied().flatten() {
        if filled == BLOCK {
            compress(&mut chain, &block, bits);
            filled = 0;
        }
        block[filled] = *byte;
        filled += 1;
        bits += 8;
    }
    let length = bits;
    // a block without a message bit is counted as zero, so that no two blocks share a counter
    let mut counter = bits;
    if filled == BLOCK {
        compress(&mut chain, &block, counter);
        filled = 0;
        counter = 0;
    }
    block[filled..].fill(0);
    block[filled] = 0x80;
    if filled >= LENGTH_AT {
        compress(&mut chain, &block, counter);
        block.fill(0);
        counter = 0;
    }
    block[LENGTH_AT - 1] |= 1;
    block[LENGTH_AT..].copy_from_slice(&length.to_be_bytes());
    // an empty message has no message bit in its only block either: the counter is already zero
    compress(&mut chain, &block, counter);

    let mut digest = Zeroizing::new([0; 64]);
    for (chunk, word) in digest.chunks_exact_mut(8).zip(chain.iter()) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn compress(chain: &mut [u64; 8], block: &[u8; BLOCK], counter: u128) {
    let mut words = [0u64; 16];
    for (word, chunk) in words.iter_mut().zip(block.chunks_exact(8)) {
        *word = chunk
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    let (low, high) = (counter as u64, (counter >> 64) as u64);
    let mut v = [0u64; 16];
    v[..8].copy_from_slice(chain);
    v[8..].copy_from_slice(&PI[..8]);
    for (lane, part) in v[12..].iter_mut().zip([low, low, high, high]) {
        *lane ^= part;
    }
    for round in 0..ROUNDS {
        for (lanes, pair) in LANES.iter().zip(SIGMA[round % SIGMA.len()].chunks_exact(2)) {
            let [a, b, c, d] = *lanes;
            let (i, j) = (pair[0], pair[1]);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(words[i] ^ PI[j]);
            v[d] = (v[d] ^ v[a]).rotate_right(32);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(25);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(words[j] ^ PI[i]);
            v[d] = (v[d] ^ v[a]).rotate_right(16);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(11);
        }
    }
    for (i, word) in chain.iter_mut().enumerate() {
        *word ^= v[i] ^ v[i + 8];
    }
    words.zeroize();
    v.zeroize();
}
