//! Points in memory, whichever lanes add them: their coordinates as a key's file has them, in Montgomery form to the
//! radix 2^256, so that nothing is computed when a key is read. A point of G1 takes one line of the cache, one of G2 two.

use ark_bn254::{Fq, Fq2};
use ark_ff::{
    AdditiveGroup, BigInt, BigInteger, Field, Fp256, MontBackend, MontConfig, PrimeField,
};

use super::{NEGATED, Words};

/// Bytes of a line.
const LINE_BYTES: usize = 64;

/// Words of a point, on lines of the cache of their own. All zero stands for infinity, which is on no curve of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Line<const LINES: usize>(pub [[u64; 8]; LINES]);

impl<const LINES: usize> Default for Line<LINES> {
    fn default() -> Self {
        Self([[0; 8]; LINES])
    }
}

/// What a point takes in memory.
pub trait Packed: Copy + Default + Send + Sync + PartialEq {
    /// From the bytes of a file, of which there are enough.
    fn from_bytes(bytes: &[u8]) -> Self;
    /// Whether each part of its coordinates is below q.
    fn is_canonical(&self) -> bool;
}

impl<const LINES: usize> Packed for Line<LINES> {
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut line = Self::default();
        for (words, bytes) in line.0.iter_mut().zip(bytes.chunks_exact(LINE_BYTES)) {
            for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        }
        line
    }

    fn is_canonical(&self) -> bool {
        let mut parts = self.0.as_flattened().as_chunks().0.iter();
        parts.all(|words| BigInt(*words) < Fq::MODULUS)
    }
}

/// A field that points have coordinates in.
pub trait Coordinate: Field {
    /// A point with such coordinates.
    type Point: Packed;
    /// Bytes of one in a file.
    const POINT_BYTES: usize;

    /// A point as it is packed; `None` is infinity.
    fn pack(point: Option<(Self, Self)>) -> Self::Point;
    /// The coordinates of a packed point.
    fn unpack(point: &Self::Point) -> Option<(Self, Self)>;
    /// x and y of a packed point whose parts are below q, as those of files are; both zero of infinity.
    fn canonical(point: &Self::Point) -> (Self, Self);
    /// The opposite of a packed point.
    fn opposite(point: &Self::Point) -> Self::Point {
        Self::pack(Self::unpack(point).map(|(x, y)| (x, -y)))
    }
}

/// The element whose Montgomery form these words are, or are above by some times the modulus.
pub(super) fn reduced<C: MontConfig<4>>(words: Words) -> Fp256<MontBackend<C, 4>> {
    let mut words = BigInt(words);
    while words >= C::MODULUS {
        words.sub_with_borrow(&C::MODULUS);
    }
    Fp256::new_unchecked(words)
}

fn line(low: Fq, high: Fq) -> [u64; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (low.0.0, high.0.0);
    [a, b, c, d, e, f, g, h]
}

/// Both elements of a line whose forms are below q.
#[inline(always)]
fn halves([a, b, c, d, e, f, g, h]: [u64; 8]) -> [Fq; 2] {
    [[a, b, c, d], [e, f, g, h]].map(|words| Fq::new_unchecked(BigInt(words)))
}

fn elements([a, b, c, d, e, f, g, h]: [u64; 8]) -> (Fq, Fq) {
    (reduced([a, b, c, d]), reduced([e, f, g, h]))
}

impl Coordinate for Fq {
    type Point = Line<1>;
    const POINT_BYTES: usize = LINE_BYTES;

    fn pack(point: Option<(Fq, Fq)>) -> Line<1> {
        point.map_or_else(Line::default, |(x, y)| Line([line(x, y)]))
    }

    #[inline(always)]
    fn canonical(point: &Line<1>) -> (Fq, Fq) {
        let [x, y] = halves(point.0[0]);
        (x, y)
    }

    fn unpack(point: &Line<1>) -> Option<(Fq, Fq)> {
        let (x, y) = elements(point.0[0]);
        (x != Fq::ZERO || y != Fq::ZERO).then_some((x, y))
    }
}

impl Coordinate for Fq2 {
    type Point = Line<2>;
    const POINT_BYTES: usize = 2 * LINE_BYTES;

    fn pack(point: Option<(Fq2, Fq2)>) -> Line<2> {
        point.map_or_else(Line::default, |(x, y)| {
            Line([line(x.c0, x.c1), line(y.c0, y.c1)])
        })
    }

    #[inline(always)]
    fn canonical(point: &Line<2>) -> (Fq2, Fq2) {
        let [x, y] = point.0.map(halves);
        (Fq2::new(x[0], x[1]), Fq2::new(y[0], y[1]))
    }

    fn unpack(point: &Line<2>) -> Option<(Fq2, Fq2)> {
        let [x, y] = point.0.map(|line| {
            let (c0, c1) = elements(line);
            Fq2::new(c0, c1)
        });
        (x != Fq2::ZERO || y != Fq2::ZERO).then_some((x, y))
    }
}

/// Bring the points of these places near before they are asked for.
#[inline(always)]
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
pub fn prefetch<P: Packed>(points: &[P], places: &[u32]) {
    #[cfg(target_arch = "x86_64")]
    for place in places {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let point: *const i8 = (&raw const points[(place & !NEGATED) as usize]).cast();
        for line in (0..size_of::<P>()).step_by(LINE_BYTES) {
            // SAFETY: a prefetch changes nothing, and the address lies within that of a reference.
            #[allow(unsafe_code)]
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(point.add(line));
            }
        }
    }
}
