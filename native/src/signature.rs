//! EdDSA-Poseidon on BabyJubJub, wire-compatible with circomlib: S B = R8 + 8 h A, h = Poseidon(R8.x, R8.y, A.x, A.y, message).

use crate::babyjubjub::{Point, PointInvalid, Scalar};
use crate::blake512::blake512;
use crate::error::{Error, Result};
use crate::field::{from_integer, to_le_bytes};
use crate::poseidon::Permutation;
use crate::random::fresh_bytes;
use crate::secret::{self, SecretScalar};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, MontFp, PrimeField};
use num_bigint::BigUint;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// 1 / 8 modulo l.
const EIGHTH: Scalar =
    MontFp!("2394026564107420727433200628387514462817212225638746351800188703329891451411");

const HEDGED_NONCE: &[u8] = b"zkdata hedged nonce, version 1";
const DEVICE_SECRET: &[u8] = b"zkdata device secret, version 1";

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureRejected {
    /// The public key is not a point anyone could have made honestly.
    PublicKey(PointInvalid),
    /// R8 is not a point on the curve.
    NoncePoint(PointInvalid),
    /// S is not below the order of the subgroup: an alias of another signature.
    ScalarNotCanonical,
    /// The message is not below the field's modulus.
    MessageNotCanonical,
    /// Well formed, but not a signature by this key over this message.
    EquationFails,
}

impl SignatureRejected {
    /// What is wrong, and what to do.
    pub fn reason(&self) -> &'static str {
        use PointInvalid as Point;
        match self {
            Self::PublicKey(Point::NotCanonical) => {
                "a coordinate of the public key is not below the field's modulus; write it canonically"
            }
            Self::PublicKey(Point::OffCurve) => {
                "the public key is not on BabyJubJub; take it from the device or the registry"
            }
            Self::PublicKey(Point::OutsideSubgroup) => {
                "the public key is outside the prime subgroup, so that several keys share one signature; refuse this device"
            }
            Self::PublicKey(Point::Identity) => {
                "the public key is the neutral point, for which anyone can sign; refuse this device"
            }
            Self::NoncePoint(_) => {
                "R8 is not a canonical point of BabyJubJub; ask the device to sign again"
            }
            Self::ScalarNotCanonical => {
                "S is not below the subgroup's order; ask the device to sign again"
            }
            Self::MessageNotCanonical => {
                "the message is not below the field's modulus; give the canonical element"
            }
            Self::EquationFails => {
                "it is not by this key over this message; check which device signed what"
            }
        }
    }
}

impl fmt::Display for SignatureRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for SignatureRejected {}

impl From<SignatureRejected> for Error {
    fn from(rejected: SignatureRejected) -> Self {
        Self::SignatureRejected(rejected.reason())
    }
}

/// A point in the prime subgroup that is not the neutral one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(Point);

impl PublicKey {
    /// The key at `point`, refused outside the prime subgroup and at the neutral point.
    pub fn new(point: Point) -> std::result::Result<Self, PointInvalid> {
        if point == Point::IDENTITY {
            return Err(PointInvalid::Identity);
        }
        if point.is_in_subgroup() {
            Ok(Self(point))
        } else {
            Err(PointInvalid::OutsideSubgroup)
        }
    }

    /// The key at two integers.
    pub fn from_integers(x: &BigUint, y: &BigUint) -> std::result::Result<Self, PointInvalid> {
        Self::new(Point::from_integers(x, y)?)
    }

    /// A as a point.
    pub fn point(&self) -> &Point {
        &self.0
    }

    /// The T of the prime subgroup with 8 T = A: what a circuit takes to show A in the subgroup.
    pub fn divided_by_cofactor(&self) -> Point {
        self.0.times(&EIGHTH)
    }

    /// Checks that `signature` is by this key over `message`.
    pub fn verify(
        &self,
        message: Fr,
        signature: &Signature,
    ) -> std::result::Result<(), SignatureRejected> {
        let h = reduced(challenge(&signature.r8, &self.0, message));
        // without the cofactor on the left: R8 = S B - 8 h A, so R8 is in the prime subgroup when this holds
        if Point::equation_holds(
            &signature.s,
            &signature.r8,
            &(h * Scalar::from(8u64)),
            &self.0,
        ) {
            Ok(())
        } else {
            Err(SignatureRejected::EquationFails)
        }
    }
}

/// R8 on the curve and S below the subgroup's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    r8: Point,
    s: Scalar,
}

impl Signature {
    /// The signature of three integers, each in its canonical range.
    pub fn from_integers(
        r8x: &BigUint,
        r8y: &BigUint,
        s: &BigUint,
    ) -> std::result::Result<Self, SignatureRejected> {
        Ok(Self {
            r8: Point::from_integers(r8x, r8y).map_err(SignatureRejected::NoncePoint)?,
            s: from_integer(s).map_err(|_| SignatureRejected::ScalarNotCanonical)?,
        })
    }

    /// The nonce point.
    pub fn r8(&self) -> &Point {
        &self.r8
    }

    /// The response.
    pub fn s(&self) -> &Scalar {
        &self.s
    }
}

/// Checks a signature given as integers: everything that can be wrong with key, message and signature is refused.
pub fn verify(
    public: (&BigUint, &BigUint),
    message: &BigUint,
    signature: (&BigUint, &BigUint, &BigUint),
) -> std::result::Result<(), SignatureRejected> {
    let public =
        PublicKey::from_integers(public.0, public.1).map_err(SignatureRejected::PublicKey)?;
    let message = from_integer(message).map_err(|_| SignatureRejected::MessageNotCanonical)?;
    public.verify(
        message,
        &Signature::from_integers(signature.0, signature.1, signature.2)?,
    )
}

/// A device's signing key, wiped when dropped.
pub struct SigningKey {
    scalar: SecretScalar,
    nonce_key: [u8; 32],
    public: PublicKey,
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.nonce_key.zeroize();
    }
}

impl SigningKey {
    /// The key of a 32-byte seed: BLAKE-512, the first half pruned to the scalar, the second half kept for nonces.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let digest = blake512(&[seed]);
        let mut pruned = Zeroizing::new([0; 64]);
        let mut nonce_key = [0; 32];
        pruned[..32].copy_from_slice(&digest[..32]);
        nonce_key.copy_from_slice(&digest[32..]);
        pruned[0] &= 0xf8;
        pruned[31] = pruned[31] & 0x7f | 0x40;
        let scalar = SecretScalar::from_le_bytes(&pruned);
        // the pruned integer is a multiple of 8, so this is circomlib's shift by three places
        let public = PublicKey(scalar.times(&EIGHTH).base_multiple());
        Self {
            scalar,
            nonce_key,
            public,
        }
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs with a nonce of key, message and 32 fresh bytes from the operating system, and verifies before it returns.
    pub fn sign(&self, message: Fr) -> Result<Signature> {
        let fresh = fresh_bytes::<32>()?;
        let nonce = blake512(&[
            HEDGED_NONCE,
            &self.nonce_key,
            fresh.as_slice(),
            &to_le_bytes(message),
        ]);
        let signature = self.sign_with_nonce(message, &nonce);
        // a fault between nonce and S would give the key away
        self.public.verify(message, &signature).map_err(|_| {
            Error::SignatureRejected("the one just made did not verify and was discarded; check the memory of this machine")
        })?;
        Ok(signature)
    }

    /// Signs with circomlib's nonce of key and message alone. For test vectors only.
    pub fn sign_deterministic(&self, message: Fr) -> Signature {
        self.sign_with_nonce(
            message,
            &blake512(&[&self.nonce_key, &to_le_bytes(message)]),
        )
    }

    fn sign_with_nonce(&self, message: Fr, nonce: &[u8; 64]) -> Signature {
        let r = SecretScalar::from_le_bytes(nonce);
        let r8 = r.base_multiple();
        let h = reduced(challenge(&r8, &self.public.0, message));
        Signature {
            r8,
            s: r.plus(&self.scalar.times(&h)).reveal(),
        }
    }
}

/// The secret that capsule keys are derived from: BLAKE-512 of its own label and the seed, read lowest byte first, modulo r.
pub fn device_secret(seed: &[u8; 32]) -> Fr {
    secret::field_element(&blake512(&[DEVICE_SECRET, seed]))
}

fn challenge(r8: &Point, public: &Point, message: Fr) -> Fr {
    let mut state = [Fr::ZERO, r8.x(), r8.y(), public.x(), public.y(), message];
    state.permute();
    state[0]
}

fn reduced(element: Fr) -> Scalar {
    Scalar::from_le_bytes_mod_order(&to_le_bytes(element))
}
