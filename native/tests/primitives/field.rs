use crate::{L, R, integer};
use _native::babyjubjub::Scalar;
use _native::field::{Fr, NotCanonical, from_integer, to_integer, to_le_bytes};
use num_bigint::BigUint;

/// An integer comes back as itself, and its bytes are the integer's, lowest first.
#[test]
fn canonical_integers_round_trip() {
    for value in [
        integer("0"),
        integer("1"),
        integer(R) - 1u32,
        BigUint::from(2u32).pow(253),
    ] {
        let element: Fr = from_integer(&value).unwrap();
        assert_eq!(to_integer(element), value);
        assert_eq!(BigUint::from_bytes_le(&to_le_bytes(element)), value);
    }
}

/// A number at or above the modulus is refused, never reduced.
#[test]
fn aliases_are_refused() {
    for value in [
        integer(R),
        integer(R) + 1u32,
        BigUint::from(2u32).pow(256) - 1u32,
        BigUint::from(2u32).pow(256),
        integer(R) * 4096u32,
    ] {
        assert_eq!(from_integer::<Fr>(&value), Err(NotCanonical));
    }
    assert_eq!(from_integer::<Scalar>(&integer(L)), Err(NotCanonical));
    assert_eq!(
        to_integer(from_integer::<Scalar>(&(integer(L) - 1u32)).unwrap()),
        integer(L) - 1u32
    );
}
