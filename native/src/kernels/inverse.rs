//! Inverses by Bernstein and Yang's safegcd, which takes a sixth of arkworks' time.

use ark_bn254::{Fq, Fq2};
use ark_ff::{BigInt, Field, MontFp, PrimeField};
use crypto_bigint::{Odd, U256};

/// A field whose inverses are asked for often.
pub trait Invertible: Field {
    /// What times this is one; `None` of zero. Its time depends on the element.
    fn inverse_in_variable_time(self) -> Option<Self>;
}

impl Invertible for Fq {
    fn inverse_in_variable_time(self) -> Option<Self> {
        // The limbs hold a R, and their inverse 1/(a R): read as limbs again it is 1/(a R^2).
        const R_SQUARED: Fq =
            MontFp!("3096616502983703923843567936837374451735540968419076528771170197431451843209");
        let modulus = Odd::new(U256::from_words(Fq::MODULUS.0)).into_option()?;
        let inverse = U256::from_words(self.0.0).invert_odd_mod_vartime(&modulus);
        let limbs = BigInt(inverse.into_option()?.to_words());
        Some(Self::new_unchecked(limbs) * R_SQUARED)
    }
}

impl Invertible for Fq2 {
    /// 1/(a + b u) = (a - b u)/(a^2 + b^2), for u^2 = -1.
    fn inverse_in_variable_time(self) -> Option<Self> {
        let norm = self.c0.square() + self.c1.square();
        let inverse = norm.inverse_in_variable_time()?;
        Some(Self::new(self.c0 * inverse, -self.c1 * inverse))
    }
}
