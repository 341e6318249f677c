//! A secret integer modulo l: signing scalars and nonces.

use super::{GroupOrder, Residue, from_limbs, multiple, reduced, to_limbs};
use crate::babyjubjub::{Point, Scalar};
use zeroize::{Zeroize, Zeroizing};

/// A secret integer modulo l, the order of BabyJubJub's prime subgroup; wiped when dropped.
pub struct SecretScalar(Residue<GroupOrder>);

impl Drop for SecretScalar {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl SecretScalar {
    /// 512 bits, lowest byte first, modulo l.
    pub fn from_le_bytes(bytes: &[u8; 64]) -> Self {
        Self(reduced(bytes))
    }

    /// The product with a public number.
    pub fn times(&self, factor: &Scalar) -> Self {
        Self(self.0 * from_limbs(&factor.0))
    }

    /// The sum of two secrets.
    pub fn plus(&self, other: &Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The multiple of the base point.
    pub fn base_multiple(&self) -> Point {
        multiple::of_base(&Zeroizing::new(self.0.retrieve()))
    }

    /// The number as a public one; for what leaves the signer.
    pub fn reveal(&self) -> Scalar {
        Scalar::new_unchecked(to_limbs(&self.0))
    }
}
