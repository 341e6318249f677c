use crate::{L, R, integer};
use _native::babyjubjub::{Point, Scalar};
use _native::blake512::blake512;
use _native::field::Fr;
use _native::secret::{SecretScalar, field_element};
use ark_ff::{AdditiveGroup, PrimeField};
use num_bigint::BigUint;

/// 512-bit strings at the edges of both moduli and of each half, then some without pattern.
fn strings() -> Vec<[u8; 64]> {
    let one = BigUint::from(1u32);
    let (half, whole) = (&one << 256u32, &one << 512u32);
    let mut integers = vec![BigUint::ZERO, &half - &one, half.clone(), &whole - &one];
    for modulus in [L, R].map(integer) {
        for multiple in [
            &modulus,
            &(&modulus * 2u32),
            &(&modulus * &half),
            &(&modulus * &modulus),
        ] {
            integers.extend([multiple - &one, multiple.clone(), multiple + &one]);
        }
        // the largest multiple that fits
        integers.push(&whole - &whole % &modulus);
    }
    let mut strings: Vec<[u8; 64]> = integers
        .iter()
        .map(|integer| {
            let digits = integer.to_bytes_le();
            let mut bytes = [0; 64];
            bytes[..digits.len()].copy_from_slice(&digits);
            bytes
        })
        .collect();
    strings.extend((0..64u8).map(|seed| *blake512(&[&[seed]])));
    strings
}

/// Reduction of any 512 bits is the public one's, in both fields.
#[test]
fn reduction_agrees() {
    for bytes in strings() {
        assert_eq!(
            SecretScalar::from_le_bytes(&bytes).reveal(),
            Scalar::from_le_bytes_mod_order(&bytes)
        );
        assert_eq!(field_element(&bytes), Fr::from_le_bytes_mod_order(&bytes));
    }
}

/// Sums and products are the public ones.
#[test]
fn arithmetic_agrees() {
    let strings = strings();
    for a in &strings {
        for b in &strings {
            let (secret, other) = (
                SecretScalar::from_le_bytes(a),
                SecretScalar::from_le_bytes(b),
            );
            let [public, factor] = [a, b].map(|bytes| Scalar::from_le_bytes_mod_order(bytes));
            assert_eq!(secret.plus(&other).reveal(), public + factor);
            assert_eq!(secret.times(&factor).reveal(), public * factor);
            assert_eq!(
                other.plus(&secret.times(&factor)).reveal(),
                factor + public * factor
            );
        }
    }
}

/// The multiple of the base point is the one by doubling and adding; 0 gives the neutral point.
#[test]
fn base_multiples_agree() {
    for bytes in strings() {
        let public = Scalar::from_le_bytes_mod_order(&bytes);
        let multiple = SecretScalar::from_le_bytes(&bytes).base_multiple();
        assert_eq!(multiple, Point::BASE.times(&public));
        assert_eq!(multiple == Point::IDENTITY, public == Scalar::ZERO);
    }
}

/// Every digit at every place of the table.
#[test]
fn every_entry_of_the_table_is_read() {
    for place in 0..63 {
        for digit in 0..16u8 {
            let mut bytes = [0; 64];
            bytes[place / 2] = digit << (place % 2 * 4);
            let public = Scalar::from_le_bytes_mod_order(&bytes);
            assert_eq!(
                SecretScalar::from_le_bytes(&bytes).base_multiple(),
                Point::BASE.times(&public)
            );
        }
    }
}
