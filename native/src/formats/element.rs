//! Field elements and curve points inside binary files: canonical, on the curve, in the subgroup.

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, PrimeField, Zero};
use rayon::prelude::*;

use super::binary::Reader;
use crate::error::Result;
use crate::random::random_bytes;
use crate::watch::Watch;

/// Bytes of a field element.
pub const FIELD_BYTES: usize = 32;

/// Moduli of the pairing-friendly curves that circom compiles for, by name, so that a refusal can name them.
const OTHER_PRIMES: &[(&str, &str)] = &[
    (
        "bls12381's base field",
        "4002409555221667393417789825735904156556882819939007885332058136124031650490837864442687629129015664037894272559787",
    ),
    (
        "bls12381",
        "52435875175126190479447740508185965837690552500527637822603658699938581184513",
    ),
    ("goldilocks", "18446744069414584321"),
    (
        "grumpkin or BN254's base field",
        "21888242871839275222246405745257275088696311157297823662689037894645226208583",
    ),
    (
        "pallas",
        "28948022309329048855892746252171976963363056481941560715954676764349967630337",
    ),
    (
        "vesta",
        "28948022309329048855892746252171976963363056481941647379679742748393362948097",
    ),
    (
        "secq256r1",
        "115792089210356248762697446949407573530086143415290314195533631308867097853951",
    ),
];

/// `FIELD_BYTES` little-endian bytes as limbs.
fn limbs(bytes: &[u8]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    BigInt::new(limbs)
}

/// The little-endian bytes of four limbs.
pub fn limb_bytes(value: &BigInt<4>) -> [u8; FIELD_BYTES] {
    let mut bytes = [0u8; FIELD_BYTES];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(value.0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}

/// The scalar that these little-endian bytes are, unless they are at or above r.
pub fn scalar_from_canonical(bytes: &[u8; FIELD_BYTES]) -> Option<Fr> {
    Fr::from_bigint(limbs(bytes))
}

/// The base field element whose Montgomery form these bytes are, unless they are at or above q.
fn base_from_montgomery(bytes: &[u8]) -> Option<Fq> {
    let value = limbs(bytes);
    (value < Fq::MODULUS).then(|| Fq::new_unchecked(value))
}

/// A field header: the size of an element, then the modulus, which must be BN254's.
pub fn expect_prime(reader: &mut Reader<'_>, modulus: &BigInt<4>, what: &str) -> Result<()> {
    let place = reader.offset();
    let size = reader.u32()?;
    if size as usize > 128 {
        return Err(reader.malformed_at(place, format!("{what} of {size} bytes")));
    }
    let bytes = reader.take(size as usize)?;
    if bytes == limb_bytes(modulus) {
        return Ok(());
    }
    let found = num_bigint::BigUint::from_bytes_le(bytes).to_string();
    let name = OTHER_PRIMES.iter().find(|(_, prime)| *prime == found);
    let name = name.map_or(String::new(), |(name, _)| format!(" ({name})"));
    let shown = if found.len() > 80 {
        "too long to show"
    } else {
        &found
    };
    Err(reader.malformed_at(
        place,
        format!("{what} is {shown}{name}, only BN254 is supported; make it for bn128 (circom --prime bn128)"),
    ))
}

/// A scalar in plain form.
pub fn canonical_scalar(reader: &mut Reader<'_>) -> Result<Fr> {
    let place = reader.offset();
    let bytes = reader.array()?;
    scalar_from_canonical(&bytes)
        .ok_or_else(|| reader.malformed_at(place, "a scalar at or above r"))
}

/// A scalar that snarkjs stores as value * 2^512 mod r, which is twice in Montgomery form.
pub fn doubled_montgomery_scalar(reader: &mut Reader<'_>) -> Result<Fr> {
    let place = reader.offset();
    let stored = limbs(reader.take(FIELD_BYTES)?);
    if stored >= Fr::MODULUS {
        return Err(reader.malformed_at(place, "a coefficient at or above r"));
    }
    Ok(Fr::new_unchecked(Fr::new_unchecked(stored).into_bigint()))
}

/// The inverse of `doubled_montgomery_scalar`.
pub fn doubled_montgomery_bytes(value: &Fr) -> [u8; FIELD_BYTES] {
    // The limbs of `value` are value * 2^256 mod r; taken as a plain number, their Montgomery form is value * 2^512.
    Fr::from_bigint(value.0).map_or([0; FIELD_BYTES], |doubled| limb_bytes(&doubled.0))
}

/// A curve point as binary files hold it: affine coordinates in Montgomery form, infinity as zeros.
pub trait BinaryPoint: AffineRepr {
    /// Bytes of one point.
    const BYTES: usize;

    /// The point on the curve that these `BYTES` bytes are, or why they are none. It may lie outside the subgroup.
    fn decode(bytes: &[u8]) -> std::result::Result<Self, &'static str>;

    /// Append this point's bytes.
    fn encode(&self, out: &mut Vec<u8>);
}

impl BinaryPoint for Affine<g1::Config> {
    const BYTES: usize = 2 * FIELD_BYTES;

    fn decode(bytes: &[u8]) -> std::result::Result<Self, &'static str> {
        let [x, y] = coordinates(bytes)?;
        point_on_curve(x, y)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x, y].iter().for_each(|c| out.extend(limb_bytes(&c.0)));
    }
}

impl BinaryPoint for Affine<g2::Config> {
    const BYTES: usize = 4 * FIELD_BYTES;

    fn decode(bytes: &[u8]) -> std::result::Result<Self, &'static str> {
        let [x0, x1, y0, y1] = coordinates(bytes)?;
        point_on_curve(Fq2::new(x0, x1), Fq2::new(y0, y1))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1]
            .iter()
            .for_each(|c| out.extend(limb_bytes(&c.0)));
    }
}

fn coordinates<const N: usize>(bytes: &[u8]) -> std::result::Result<[Fq; N], &'static str> {
    let mut coordinates = [Fq::ZERO; N];
    for (coordinate, bytes) in coordinates.iter_mut().zip(bytes.chunks_exact(FIELD_BYTES)) {
        *coordinate = base_from_montgomery(bytes).ok_or("a coordinate at or above q")?;
    }
    Ok(coordinates)
}

/// Why a point outside its subgroup is refused.
const OUTSIDE: &str = "a point outside the subgroup of order r";

fn point_on_curve<P: SWCurveConfig>(
    x: P::BaseField,
    y: P::BaseField,
) -> std::result::Result<Affine<P>, &'static str> {
    if x.is_zero() && y.is_zero() {
        return Ok(Affine::identity());
    }
    let point = Affine::new_unchecked(x, y);
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err("a point that is not on the curve")
    }
}

/// The point (x, y), on its curve and in its subgroup; (0, 0) stands for infinity.
pub fn checked_point<P: SWCurveConfig>(
    x: P::BaseField,
    y: P::BaseField,
) -> std::result::Result<Affine<P>, &'static str> {
    let point = point_on_curve(x, y)?;
    if point.is_in_correct_subgroup_assuming_on_curve() {
        Ok(point)
    } else {
        Err(OUTSIDE)
    }
}

/// One point.
pub fn point<P: SWCurveConfig>(reader: &mut Reader<'_>) -> Result<Affine<P>>
where
    Affine<P>: BinaryPoint,
{
    let place = reader.offset();
    let point = Affine::decode(reader.take(Affine::BYTES)?)
        .map_err(|reason| reader.malformed_at(place, reason))?;
    if point.is_in_correct_subgroup_assuming_on_curve() {
        Ok(point)
    } else {
        Err(reader.malformed_at(place, OUTSIDE))
    }
}

/// All that is left as exactly `count` points.
pub fn points<P: SWCurveConfig>(
    mut reader: Reader<'_>,
    count: usize,
    what: &str,
    watch: &Watch,
) -> Result<Vec<Affine<P>>>
where
    Affine<P>: BinaryPoint,
{
    let size = Affine::BYTES;
    reader.expect_items(count, size, what)?;
    let place = reader.offset();
    let bytes = reader.take(reader.remaining())?;
    let refuse = |index: usize, reason: &str| {
        reader.malformed_at(
            place + (index * size) as u64,
            format!("{what} {index}: {reason}"),
        )
    };
    let mut decoded = Vec::with_capacity(count);
    for block in bytes.chunks(TOGETHER * size) {
        let first = decoded.len();
        let points = block.par_chunks_exact(size).enumerate();
        let points = points.map(|(index, bytes)| {
            Affine::decode(bytes).map_err(|reason| refuse(first + index, reason))
        });
        decoded.extend(points.collect::<Result<Vec<_>>>()?);
        if !all_in_subgroup(&decoded[first..])? {
            let outside = |point: &Affine<P>| !point.is_in_correct_subgroup_assuming_on_curve();
            let index = decoded[first..].par_iter().position_first(outside);
            return Err(refuse(first + index.unwrap_or_default(), OUTSIDE));
        }
        watch.advance(block.len() as u64)?;
    }
    Ok(decoded)
}

/// Points read between two looks at the watch.
const TOGETHER: usize = 1 << 15;

/// Random sums of points that are tested instead of each point.
const SUMS: usize = 16;

/// From this many points on, the sums cost less than a test of each point.
///
/// On one core a test of a G2 point took 0.10 ms, the sums 5.3 ms and 0.014 ms more for each point: equal at 61.
const BREAK_EVEN: usize = 64;

/// Whether every point is in the subgroup of order r.
fn all_in_subgroup<P: SWCurveConfig>(points: &[Affine<P>]) -> Result<bool> {
    if P::cofactor_is_one() {
        return Ok(true);
    }
    if points.len() < BREAK_EVEN {
        return Ok(points
            .par_iter()
            .all(|point| point.is_in_correct_subgroup_assuming_on_curve()));
    }
    sums_in_subgroup(points)
}

/// Whether random sums of the points are in the subgroup of order r.
///
/// Each of 16 sums has a random byte as coefficient of each point. The cofactor of G2 has no factor below 10069, so
/// for a point outside at most one byte in 256 brings a sum back inside: all 16 miss it with chance 2^-128 at most.
fn sums_in_subgroup<P: SWCurveConfig>(points: &[Affine<P>]) -> Result<bool> {
    let coefficients = random_bytes(SUMS * points.len())?;
    let sums = coefficients
        .par_chunks_exact(points.len())
        .map(|coefficients| {
            let mut buckets = [Projective::<P>::zero(); 256];
            for (coefficient, point) in coefficients.iter().zip(points) {
                buckets[usize::from(*coefficient)] += point;
            }
            let (mut above, mut sum) = (Projective::zero(), Projective::zero());
            for bucket in buckets[1..].iter().rev() {
                above += bucket;
                sum += above;
            }
            sum.into_affine()
        });
    Ok(sums.all(|sum| sum.is_in_correct_subgroup_assuming_on_curve()))
}
