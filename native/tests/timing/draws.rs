//! Bytes without pattern, fast enough to be drawn between two timings.

use _native::random::fresh_bytes;

/// SplitMix64 from a seed of the operating system's.
pub struct Draws(u64);

impl Draws {
    /// A new stream.
    pub fn new() -> Self {
        Self(u64::from_le_bytes(*fresh_bytes::<8>().expect("randomness")))
    }

    /// The stream of a known seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// 512 bits.
    pub fn bytes(&mut self) -> [u8; 64] {
        let mut bytes = [0; 64];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.number().to_le_bytes());
        }
        bytes
    }
}
