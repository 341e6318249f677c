//! Proofs that whoever multiplied a secret by x knew x, as snarkjs and the ceremonies before it publish them.
//!
//! Beside a random s in G1 stand s x and, from a base in G2 that a hash of all that was said before chooses, that base times
//! x. Nobody knows the base's logarithm, so nobody can give its multiple without x; and as the hash takes in s, s x and the
//! transcript, no proof serves a second time.

use ark_bn254::{Fq2, Fr, G1Affine, G2Affine};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, Fp, Fp256, MontBackend, MontConfig, One};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::transcript::{Digest, Transcript};
use crate::blake512::LANES;
use crate::error::{Error, Result};
use crate::groth16::pairing_product;
use crate::random::fresh_bytes;
use crate::watch::Watch;

/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;

/// A seed, wiped on drop.
pub type Seed = Zeroizing<[u8; SEED_BYTES]>;

/// The proof of one secret x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// A random point s.
    pub g1_s: G1Affine,
    /// s x.
    pub g1_sx: G1Affine,
    /// The base times x.
    pub g2_spx: G2Affine,
}

impl Knowledge {
    /// Prove `secret`; `challenge` is the hash of the transcript, of s and of s x, in the order of their ceremony.
    pub fn prove(
        secret: &Fr,
        g1_s: G1Affine,
        challenge: impl FnOnce(&G1Affine, &G1Affine) -> Digest,
    ) -> Self {
        let g1_sx = (g1_s * secret).into_affine();
        let base = base(&challenge(&g1_s, &g1_sx));
        Self {
            g1_s,
            g1_sx,
            g2_spx: (base * secret).into_affine(),
        }
    }

    /// Whether the proof holds for this challenge.
    pub fn holds(&self, challenge: &Digest) -> bool {
        same_ratio((&self.g1_s, &self.g1_sx), (&base(challenge), &self.g2_spx))
    }

    /// Whether `after` is `before` times the secret of this proof. It says nothing where the proof does not hold.
    pub fn leads(&self, challenge: &Digest, before: &G1Affine, after: &G1Affine) -> bool {
        same_ratio((before, after), (&base(challenge), &self.g2_spx))
    }
}

/// The base in G2 that a challenge chooses.
pub fn base(challenge: &Digest) -> G2Affine {
    let mut seed = Seed::default();
    seed.copy_from_slice(&challenge[..SEED_BYTES]);
    Generator::of(&seed).g2()
}

/// Whether both second points are the same multiple of the first. Never with one at infinity, which would go with anything.
pub fn same_ratio(g1: (&G1Affine, &G1Affine), g2: (&G2Affine, &G2Affine)) -> bool {
    if g1.0.is_zero() || g1.1.is_zero() || g2.0.is_zero() || g2.1.is_zero() {
        return false;
    }
    let pairs = [(*g1.0, &(*g2.1).into()), (-*g1.1, &(*g2.0).into())];
    pairing_product(&pairs).is_one()
}

/// ChaCha20's stream under a seed with nonce 0, taken as ffjavascript takes it: what decides bases and beacons, so its
/// every bit has to be the same. Wiped on drop.
pub struct Generator {
    state: [u32; 16],
    block: [u32; 16],
    taken: usize,
}

const CONSTANTS: [u32; 4] = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

impl Generator {
    /// The generator of a seed, whose words have their highest byte first.
    pub fn of(seed: &Seed) -> Self {
        let mut state = [0; 16];
        state[..4].copy_from_slice(&CONSTANTS);
        for (word, bytes) in state[4..].iter_mut().zip(seed.as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        Self {
            state,
            block: [0; 16],
            taken: 16,
        }
    }

    /// A generator from fresh randomness of the system. `entropy` is mixed in: with all of it known, nothing is.
    pub fn fresh(entropy: &[u8]) -> Result<Self> {
        let mut transcript = Transcript::default();
        transcript.absorb(fresh_bytes::<64>()?.as_slice());
        transcript.absorb(entropy);
        let digest = Zeroizing::new(transcript.digest());
        let mut seed = Seed::default();
        seed.copy_from_slice(&digest[..SEED_BYTES]);
        Ok(Self::of(&seed))
    }

    /// A scalar, wiped on drop.
    pub fn scalar(&mut self) -> Zeroizing<Fr> {
        Zeroizing::new(self.element())
    }

    /// A scalar where it is to stay.
    pub fn draw(&mut self, scalar: &mut Fr) {
        *scalar = self.element();
    }

    /// A point of G1 whose logarithm nobody knows, unless they know the seed's.
    pub fn g1(&mut self) -> G1Affine {
        self.point(|generator| generator.element())
    }

    /// A point of G2 whose logarithm nobody knows.
    pub fn g2(&mut self) -> G2Affine {
        let point: G2Affine =
            self.point(|generator| Fq2::new(generator.element(), generator.element()));
        // By the cofactor itself: faster ways into the subgroup end at other points.
        point.mul_by_cofactor()
    }

    /// A point over the first x that has one, with the larger y where the next bit says so.
    fn point<P: SWCurveConfig>(&mut self, x: impl Fn(&mut Self) -> P::BaseField) -> Affine<P> {
        loop {
            let x = x(self);
            let larger = self.word() & 1 == 1;
            if let Some(point) = Affine::get_point_from_x_unchecked(x, larger) {
                return point;
            }
        }
    }

    /// A field element: the first four words of 64 bits, cut to the modulus' length, that are below it - as Montgomery form.
    fn element<T: MontConfig<4>>(&mut self) -> Fp256<MontBackend<T, 4>> {
        let unused = T::MODULUS.0[3].leading_zeros();
        loop {
            let mut limbs = Zeroizing::new([0u64; 4]);
            for limb in limbs.iter_mut() {
                *limb = u64::from(self.word()) << 32 | u64::from(self.word());
            }
            limbs[3] &= u64::MAX >> unused;
            let value = BigInt(*limbs);
            if value < T::MODULUS {
                return Fp::new_unchecked(value);
            }
        }
    }

    fn word(&mut self) -> u32 {
        if self.taken == self.block.len() {
            self.refill();
        }
        self.taken += 1;
        self.block[self.taken - 1]
    }

    fn refill(&mut self) {
        self.block = self.state;
        for _ in 0..10 {
            for [a, b, c, d] in LANES {
                for (a, b, d, turn) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
                    self.block[a] = self.block[a].wrapping_add(self.block[b]);
                    self.block[d] = (self.block[d] ^ self.block[a]).rotate_left(turn);
                }
            }
        }
        for (word, initial) in self.block.iter_mut().zip(self.state) {
            *word = word.wrapping_add(initial);
        }
        self.taken = 0;
        // The counter is the last four words; nobody takes 2^32 blocks, but it is carried all the same.
        for word in &mut self.state[12..] {
            *word = word.wrapping_add(1);
            if *word != 0 {
                break;
            }
        }
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.state.zeroize();
        self.block.zeroize();
    }
}

/// The fewest iterations of a beacon, as their logarithm; snarkjs takes no fewer.
pub const FEWEST_ITERATIONS: u8 = 10;
/// The most: some minutes of work, which whoever verifies has to do again.
pub const MOST_ITERATIONS: u8 = 32;
/// The longest beacon, in bytes.
pub const LONGEST_BEACON: usize = 255;

/// Iterations between two looks at the watch.
const TOGETHER: u64 = 1 << 16;

/// What a public value that nobody could foresee makes: SHA-256, 2^`iterations` times, so that trying many of them is slow.
pub fn beacon_generator(beacon: &[u8], iterations: u8, watch: &Watch) -> Result<Generator> {
    expect_beacon(beacon, iterations)?;
    let mut digest = Sha256::digest(beacon);
    let mut left = (1u64 << iterations) - 1;
    watch.plan(left / TOGETHER);
    while left > 0 {
        let part = left.min(TOGETHER);
        for _ in 0..part {
            digest = Sha256::digest(digest);
        }
        left -= part;
        watch.advance(part / TOGETHER)?;
    }
    Ok(Generator::of(&Zeroizing::new(digest.into())))
}

/// Refuse a beacon that snarkjs would not take, or one that takes too long.
pub fn expect_beacon(beacon: &[u8], iterations: u8) -> Result<()> {
    if !(1..=LONGEST_BEACON).contains(&beacon.len()) {
        let length = beacon.len();
        return Err(Error::Argument(format!(
            "a beacon of {length} bytes, 1 to {LONGEST_BEACON} are possible"
        )));
    }
    if iterations < FEWEST_ITERATIONS {
        return Err(Error::Argument(format!(
            "2^{iterations} iterations of a beacon, at least 2^{FEWEST_ITERATIONS} are asked for"
        )));
    }
    if iterations > MOST_ITERATIONS {
        return Err(Error::ResourceLimit(format!(
            "2^{iterations} iterations of a beacon, at most 2^{MOST_ITERATIONS} are done"
        )));
    }
    Ok(())
}
