//! Curve points inside binary files: canonical, on the curve, in the subgroup.

use std::marker::PhantomData;

use ark_bn254::{Fq, Fq2, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Zero};
use rayon::prelude::*;

use super::binary::Reader;
use super::element::{FIELD_BYTES, base_from_montgomery, limb_bytes};
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::watch::Watch;

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

/// A section that is nothing but points, not read yet.
pub struct PointSection<'a, P> {
    what: &'static str,
    reader: Reader<'a>,
    bytes: &'a [u8],
    curve: PhantomData<P>,
}

impl<'a, P: SWCurveConfig> PointSection<'a, P>
where
    Affine<P>: BinaryPoint,
{
    /// All that is left, which has to be exactly `count` points.
    pub fn of(reader: Reader<'a>, count: usize, what: &'static str) -> Result<Self> {
        reader.expect_items(count, Affine::BYTES, what)?;
        let bytes = reader.clone().take(reader.remaining())?;
        Ok(Self {
            what,
            reader,
            bytes,
            curve: PhantomData,
        })
    }

    /// Points there are.
    pub fn count(&self) -> usize {
        self.bytes.len() / Affine::BYTES
    }

    /// All its bytes.
    pub fn whole(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes of a point.
    pub fn bytes(&self, index: usize) -> &'a [u8] {
        &self.bytes[index * Affine::BYTES..][..Affine::BYTES]
    }

    /// Whether a point is the one at infinity.
    pub fn is_infinity(&self, index: usize) -> bool {
        self.bytes(index).iter().all(|byte| *byte == 0)
    }

    /// A point, which may lie outside the subgroup.
    pub fn point(&self, index: usize) -> Result<Affine<P>> {
        Affine::decode(self.bytes(index)).map_err(|reason| self.refusal(index, reason))
    }

    /// Points `first` to `first + count` as a section of their own.
    pub fn part(&self, first: usize, count: usize) -> Result<Self> {
        let mut reader = self.reader.clone();
        reader.take(first * Affine::<P>::BYTES)?;
        let bytes = reader.clone().take(count * Affine::<P>::BYTES)?;
        Ok(Self {
            what: self.what,
            reader,
            bytes,
            curve: PhantomData,
        })
    }

    /// Every point, in the subgroup.
    pub fn all(&self, watch: &Watch) -> Result<Vec<Affine<P>>> {
        let mut points = Vec::with_capacity(self.count());
        for first in (0..self.count()).step_by(TOGETHER) {
            let block = first..self.count().min(first + TOGETHER);
            let decoded = block.clone().into_par_iter().map(|index| self.point(index));
            points.extend(decoded.collect::<Result<Vec<_>>>()?);
            if !all_in_subgroup(&points[first..])? {
                let outside = |point: &Affine<P>| !point.is_in_correct_subgroup_assuming_on_curve();
                let index = points[first..].par_iter().position_first(outside);
                return Err(self.refusal(first + index.unwrap_or_default(), OUTSIDE));
            }
            watch.advance((block.len() * Affine::BYTES) as u64)?;
        }
        Ok(points)
    }

    /// Why a point is refused, and where it is.
    pub fn refusal(&self, index: usize, reason: &str) -> Error {
        self.reader.malformed_at(
            self.reader.offset() + (index * Affine::BYTES) as u64,
            format!("{} {index}: {reason}", self.what),
        )
    }
}

/// All that is left as exactly `count` points.
pub fn points<P: SWCurveConfig>(
    reader: Reader<'_>,
    count: usize,
    what: &'static str,
    watch: &Watch,
) -> Result<Vec<Affine<P>>>
where
    Affine<P>: BinaryPoint,
{
    PointSection::of(reader, count, what)?.all(watch)
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
