//! Four numbers as lanes: in a field, as parts of its extension, and as scalars.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m256i, _mm256_permute2x128_si256, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64,
};

use ark_bn254::{Fq, FqConfig, Fr, FrConfig};
use ark_ff::{Fp256, MontBackend, MontConfig};

use super::avx2::{Four, WIDTH, carried, load, store, sum_of_limbs};
use super::extended::{Extended, Part};
use super::ifma_lanes::{RATIO, inverse_for_slopes};
use super::ifma_scalars::INTEGER;
use super::mulx::Mulx;
use super::points::Line;
use super::portable::One;
use super::{Lanes, NEGATED, Numbers, Scalars, Term, Words, Work};

/// Coordinates in the field.
pub type Base4 = Four<FqConfig>;

/// Scalars.
pub type Scalar4 = Four<FrConfig>;

/// Coordinates in the extension.
pub type Extended4 = Extended<Base4>;

/// Work with all that these kernels take switched on.
///
/// # Safety
/// The processor has it, see `is_there`.
#[target_feature(enable = "avx2,bmi2,adx")]
unsafe fn with_avx2<W: Work>(work: W) -> W::Done {
    work.run()
}

/// Rows become columns.
#[inline(always)]
fn transposed([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    // SAFETY: AVX2 is there, as in `avx2`.
    unsafe {
        let (ab, odd_ab) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
        let (cd, odd_cd) = (_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
        [
            _mm256_permute2x128_si256::<0x20>(ab, cd),
            _mm256_permute2x128_si256::<0x20>(odd_ab, odd_cd),
            _mm256_permute2x128_si256::<0x31>(ab, cd),
            _mm256_permute2x128_si256::<0x31>(odd_ab, odd_cd),
        ]
    }
}

/// Four words of each of four points: half of one of their lines.
#[inline(always)]
fn gathered<const LINES: usize>(
    points: &[Line<LINES>],
    places: &[u32],
    line: usize,
    half: usize,
) -> Base4 {
    let places = &places[..WIDTH];
    let row = |lane: usize| {
        &points[(places[lane] & !NEGATED) as usize].0[line]
            .as_chunks()
            .0[half]
    };
    Four::from_words(transposed([
        load(row(0)),
        load(row(1)),
        load(row(2)),
        load(row(3)),
    ]))
}

/// All ones for each place that is to be negated.
#[inline(always)]
fn signs(places: &[u32]) -> __m256i {
    let sign = |lane: usize| u64::from(places[lane] >> 31).wrapping_neg();
    load(&[sign(0), sign(1), sign(2), sign(3)])
}

/// Put two numbers of each of four points on one of their lines.
#[inline(always)]
fn put<const LINES: usize>(
    low: Base4,
    high: Base4,
    points: &mut [Line<LINES>],
    places: &[u32],
    line: usize,
) {
    let (low, high) = (transposed(low.words()), transposed(high.words()));
    let places = &places[..WIDTH];
    for lane in 0..WIDTH {
        let ([a, b, c, d], [e, f, g, h]) = (store(low[lane]), store(high[lane]));
        points[places[lane] as usize].0[line] = [a, b, c, d, e, f, g, h];
    }
}

impl<C: MontConfig<4>> Numbers for Four<C> {
    const WIDTH: usize = WIDTH;
    type Element = Fp256<MontBackend<C, 4>>;

    #[inline(always)]
    fn value(element: Self::Element) -> Self {
        Four::everywhere(&element.0.0)
    }

    #[inline(always)]
    fn factor(element: Self::Element) -> Self {
        Self::value(element * Self::Element::from(RATIO))
    }

    fn from_elements(elements: &[Self::Element]) -> Self {
        Self::from_numbers(&core::array::from_fn(|lane| elements[lane].0.0))
    }

    fn elements(self) -> Vec<Self::Element> {
        self.numbers().to_vec()
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Four::times(self, other)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self::of(carried(Self::less(self.sum(other))))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self::of(carried(Self::less(Self::less(self.difference(other)))))
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        Self::of(sum_of_limbs(self.limbs, other.limbs))
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        Self::of(carried(self.difference(other)))
    }

    #[inline(always)]
    fn all_zero(self) -> bool {
        Four::all_zero(self)
    }

    fn run<W: Work>(work: W) -> W::Done {
        // SAFETY: whoever has these lanes has asked `is_there`.
        unsafe { with_avx2(work) }
    }
}

impl Lanes for Base4 {
    #[inline(always)]
    fn gather_x(points: &[Line<1>], places: &[u32]) -> Self {
        gathered(points, places, 0, 0)
    }

    #[inline(always)]
    fn gather(points: &[Line<1>], places: &[u32]) -> (Self, Self) {
        let y = gathered(points, places, 0, 1);
        (
            gathered(points, places, 0, 0),
            y.negated_where(signs(places)),
        )
    }

    #[inline(always)]
    fn scatter(x: Self, y: Self, points: &mut [Line<1>], places: &[u32]) {
        put(x, y, points, places, 0);
    }

    fn inverse(element: Fq) -> Option<Fq> {
        inverse_for_slopes(element)
    }

    #[inline(always)]
    fn slope_as_factor(self) -> Self {
        let twice = self.plus(self);
        twice.plus_wide(twice)
    }
}

impl Part for Base4 {
    /// Karatsuba's three products. Of wide factors the sums are below 10 q, their product is below 2.3 q, and the other
    /// two together below 2.7 q: so `minus` may take them off it.
    #[inline(always)]
    fn extended_product(a: Extended4, b: Extended4) -> Extended4 {
        let real = a.0.times(b.0);
        let last = a.1.times(b.1);
        let cross = a.0.plus_wide(a.1).times(b.0.plus_wide(b.1));
        Extended(real.minus(last), cross.minus(real.plus_wide(last)))
    }

    #[inline(always)]
    fn doubled_product(self, other: Self) -> Self {
        let product = self.times(other);
        product.plus(product)
    }

    #[inline(always)]
    fn gather_line(points: &[Line<2>], places: &[u32], line: usize) -> Extended4 {
        Extended(
            gathered(points, places, line, 0),
            gathered(points, places, line, 1),
        )
    }

    #[inline(always)]
    fn negated_at(parts: Extended4, places: &[u32]) -> Extended4 {
        let mask = signs(places);
        Extended(parts.0.negated_where(mask), parts.1.negated_where(mask))
    }

    #[inline(always)]
    fn scatter_line(parts: Extended4, points: &mut [Line<2>], places: &[u32], line: usize) {
        put(parts.0, parts.1, points, places, line);
    }
}

impl Scalars for Scalar4 {
    fn as_factor(element: Fr) -> Words {
        (element * Fr::from(RATIO)).0.0
    }

    #[inline(always)]
    fn everywhere(words: &Words) -> Self {
        Four::everywhere(words)
    }

    #[inline(always)]
    fn load(words: &[Words], first: usize, stride: usize) -> Self {
        let row = |lane: usize| load(&words[first + lane * stride]);
        Self::from_words(transposed([row(0), row(1), row(2), row(3)]))
    }

    #[inline(always)]
    fn store(self, words: &mut [Words], first: usize, stride: usize) {
        let rows = transposed(self.words());
        for lane in 0..WIDTH {
            words[first + lane * stride] = store(rows[lane]);
        }
    }

    #[inline(always)]
    fn store_integers(self, words: &mut [Words], first: usize, stride: usize) {
        let integers = Four::times(self, Four::everywhere(&[INTEGER, 0, 0, 0])).numbers();
        for lane in 0..WIDTH {
            words[first + lane * stride] = integers[lane].0.0;
        }
    }

    /// One by one: that is what mulx is faster at.
    #[inline(always)]
    fn sums(sums: &[&[Term]], coefficients: &[Words], integers: &[Words]) -> Self {
        let mut found = [[0; 4]; WIDTH];
        for lane in 0..WIDTH {
            let sum = One::<Fr, Mulx>::sums(&sums[lane..=lane], coefficients, integers);
            sum.store(&mut found, lane, 1);
        }
        Self::from_numbers(&found)
    }
}
