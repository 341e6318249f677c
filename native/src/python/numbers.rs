//! Numbers and points on their way between Python's integers and the core.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use num_bigint::BigUint;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::field::{from_integer, to_integer};
use crate::groth16::{Proof, VerificationPoints, proof_from_coordinates};

pub type Coordinates = (Natural, Natural);
pub type ProofCoordinates = (Coordinates, (Coordinates, Coordinates), Coordinates);
pub type G1 = (BigUint, BigUint);
pub type G2 = (G1, G1);
pub type KeyPoints = (G1, G2, G2, G2, Vec<G1>);

/// A Python integer. One that is negative or wider than 256 bits becomes 2^256, which every field refuses.
pub struct Natural(pub BigUint);

impl<'py> FromPyObject<'_, 'py> for Natural {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let number = object.cast::<PyInt>()?.extract::<BigUint>();
        let number = number.ok().filter(|number| number.bits() <= 256);
        Ok(Self(number.unwrap_or_else(|| BigUint::from(1u8) << 256u32)))
    }
}

pub fn scalars(integers: &[Natural], refuse: impl Fn(usize) -> Error) -> Result<Vec<Fr>> {
    let each = integers.iter().enumerate();
    each.map(|(index, integer)| from_integer(&integer.0).map_err(|_| refuse(index)))
        .collect()
}

pub fn argument(name: &str) -> Error {
    Error::Argument(format!("{name} is not in [0, r)"))
}

pub fn seed_bytes(seed: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let bytes = seed
        .try_into()
        .map_err(|_| Error::Argument("a device seed has 32 bytes".to_owned()))?;
    Ok(Zeroizing::new(bytes))
}

/// A secret multiplier, lowest byte first; 256 bits hold a cofactor beside a scalar.
pub fn scalar_bytes(scalar: &Natural) -> Result<Zeroizing<[u8; 32]>> {
    let digits = Zeroizing::new(scalar.0.to_bytes_le());
    let mut bytes = Zeroizing::new([0; 32]);
    bytes
        .get_mut(..digits.len())
        .ok_or_else(|| Error::Argument("the scalar is not in [0, 2^256)".to_owned()))?
        .copy_from_slice(&digits);
    Ok(bytes)
}

pub fn utf8<'a>(
    text: &'a Bound<'_, PyString>,
    refuse: impl Fn(String) -> Error,
) -> Result<&'a str> {
    text.to_str()
        .map_err(|_| refuse("the text is not valid Unicode".to_owned()))
}

fn base(coordinate: &Natural) -> Result<Fq> {
    from_integer(&coordinate.0).map_err(|_| Error::proof("proof", "a coordinate is not in [0, q)"))
}

/// The coordinates of A, B and C, not yet known to be points.
pub type ProofElements = ((Fq, Fq), (Fq2, Fq2), (Fq, Fq));

/// Coordinates as field elements.
pub fn proof_elements((a, b, c): &ProofCoordinates) -> Result<ProofElements> {
    let plain = |(x, y): &Coordinates| Ok::<_, Error>((base(x)?, base(y)?));
    let twisted =
        |(real, imaginary): &Coordinates| Ok::<_, Error>(Fq2::new(base(real)?, base(imaginary)?));
    Ok((plain(a)?, (twisted(&b.0)?, twisted(&b.1)?), plain(c)?))
}

/// A proof whose points are what they should be.
pub fn checked_proof(proof: &ProofCoordinates) -> Result<Proof> {
    let (a, b, c) = proof_elements(proof)?;
    proof_from_coordinates(a, b, c)
}

/// Public signals as scalars; `place` says in whose batch, where there is one.
pub fn signals(public: &[Natural], place: &str) -> Result<Vec<Fr>> {
    scalars(public, |index| {
        Error::proof(
            format!("{place}public signal {index}"),
            "it is not in [0, r)",
        )
    })
}

/// A point of G1.
pub fn g1(point: &G1Affine) -> G1 {
    let (x, y) = point.xy().unwrap_or_default();
    (to_integer(x), to_integer(y))
}

/// A point of G2.
pub fn g2(point: &G2Affine) -> G2 {
    let (x, y) = point.xy().unwrap_or_default();
    (
        (to_integer(x.c0), to_integer(x.c1)),
        (to_integer(y.c0), to_integer(y.c1)),
    )
}

pub fn coordinates(proof: &Proof) -> (G1, G2, G1) {
    (g1(&proof.a), g2(&proof.b), g1(&proof.c))
}

/// The points of a key, in snarkjs' order.
pub fn key_points(key: &VerificationPoints) -> KeyPoints {
    let ic = key.ic.iter().map(g1).collect();
    (
        g1(&key.alpha),
        g2(&key.beta),
        g2(&key.gamma),
        g2(&key.delta),
        ic,
    )
}
