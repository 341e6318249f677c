//! What snarkjs hashes for a power of tau that its file does not hold.
//!
//! A circuit of 2^15 rows or more that takes all rows of its .ptau makes snarkjs read one point too many: the 64 bytes behind
//! the section, which are the head of the next one and a part of a generator. Its difference to a power goes into the
//! circuit hash, and with it into every contribution. Whoever wants the same hash has to compute the same: with coordinates
//! above q, in the arithmetic of wasmcurves, where numbers of 256 bits wrap around. Nothing rests on these bytes; they are
//! the same for all keys from one file.

use ark_bn254::{Fq, G1Affine};
use ark_ff::{BigInt, Field, PrimeField};
use num_bigint::BigUint;

use super::transcript::Spoken;
use crate::formats::element::limb_bytes;

/// Bits of a number.
const BITS: u64 = 256;

/// The difference of the "point" that these bytes are and `last`, as transcripts spell points.
pub fn beyond(bytes: &[u8; 64], last: &G1Affine) -> Vec<u8> {
    let wrapping = Wrapping::new();
    let [x1, y1] = [&bytes[..32], &bytes[32..]].map(BigUint::from_bytes_le);
    let [x2, y2] = [last.x, -last.y].map(|c| BigUint::from_bytes_le(&limb_bytes(&c.0)));
    // The sum of two affine points in Jacobian coordinates (add-2007-bl of the Explicit-Formulas Database, both Z = 1).
    let h = wrapping.minus(&x2, &x1);
    let rise = wrapping.minus(&y2, &y1);
    let i = wrapping.twice(&wrapping.twice(&wrapping.times(&h, &h)));
    let j = wrapping.times(&h, &i);
    let r = wrapping.twice(&rise);
    let v = wrapping.times(&x1, &i);
    let x3 = wrapping.minus(&wrapping.times(&r, &r), &j);
    let x3 = wrapping.minus(&x3, &wrapping.twice(&v));
    let y3 = wrapping.times(&wrapping.minus(&v, &x3), &r);
    let y3 = wrapping.minus(&y3, &wrapping.twice(&wrapping.times(&y1, &j)));
    let [x, y, z] = [x3, y3, wrapping.twice(&h)].map(|c| wrapping.element(&c));
    let inverse = z.inverse().unwrap_or_default();
    let square = inverse.square();
    G1Affine::new_unchecked(x * square, y * square * inverse).uncompressed()
}

/// Numbers below 2^256, not all below q, in Montgomery form.
struct Wrapping {
    q: BigUint,
    radix: BigUint,
    /// -1 / q modulo 2^256.
    factor: BigUint,
}

impl Wrapping {
    fn new() -> Self {
        let (q, radix) = (BigUint::from(Fq::MODULUS), BigUint::from(1u8) << BITS);
        let factor = q.modinv(&radix).unwrap_or_default();
        Self {
            factor: &radix - factor,
            q,
            radix,
        }
    }

    fn minus(&self, a: &BigUint, b: &BigUint) -> BigUint {
        if a >= b {
            a - b
        } else {
            (&self.radix + a + &self.q - b) % &self.radix
        }
    }

    fn twice(&self, a: &BigUint) -> BigUint {
        let sum = a + a;
        if sum >= self.q {
            (sum - &self.q) % &self.radix
        } else {
            sum
        }
    }

    fn times(&self, a: &BigUint, b: &BigUint) -> BigUint {
        let product = a * b;
        let multiple = &product * &self.factor % &self.radix;
        let reduced = (product + multiple * &self.q) >> BITS;
        if reduced >= self.q {
            reduced - &self.q
        } else {
            reduced
        }
    }

    /// The element whose Montgomery form this is, up to multiples of q.
    fn element(&self, number: &BigUint) -> Fq {
        let limbs = BigInt::try_from(number % &self.q).unwrap_or_default();
        Fq::new_unchecked(limbs)
    }
}
