//! Eight points side by side: how they lie in memory, a line of the cache for each in G1 and two in G2.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_si256, _mm512_castsi256_si512,
    _mm512_inserti64x4, _mm512_permutex2var_epi64, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::ifma::{WIDTH, each, each_lane, load, store};
use super::{NEGATED, Packed};

/// Words of a point, on lines of the cache of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Line<const LINES: usize>(pub [[u64; 8]; LINES]);

impl<const LINES: usize> Default for Line<LINES> {
    fn default() -> Self {
        Self([[0; 8]; LINES])
    }
}

impl<const LINES: usize> Packed for Line<LINES> {}

/// The first half of a line of each of eight points, as columns.
#[inline(always)]
pub fn first_columns<const LINES: usize>(points: &[Line<LINES>], places: &[u32]) -> [__m512i; 4] {
    let places = &places[..WIDTH];
    let half = |lane: usize| &points[(places[lane] & !NEGATED) as usize].0[0];
    macro_rules! both {
        ($lane:expr) => {
            beside(half($lane), half($lane + 4))
        };
    }
    let low = load(&[0, 1, 8, 9, 4, 5, 12, 13]);
    let high = load(&[2, 3, 10, 11, 6, 7, 14, 15]);
    let (a, b, c, d) = (both!(0), both!(1), both!(2), both!(3));
    // SAFETY: AVX-512 F is there, as in `ifma`.
    unsafe {
        let (ab, cd) = (_mm512_unpacklo_epi64(a, b), _mm512_unpacklo_epi64(c, d));
        let (odd_ab, odd_cd) = (_mm512_unpackhi_epi64(a, b), _mm512_unpackhi_epi64(c, d));
        [
            _mm512_permutex2var_epi64(ab, low, cd),
            _mm512_permutex2var_epi64(odd_ab, low, odd_cd),
            _mm512_permutex2var_epi64(ab, high, cd),
            _mm512_permutex2var_epi64(odd_ab, high, odd_cd),
        ]
    }
}

/// The first four words of two lines, one after the other.
#[inline(always)]
fn beside(first: &[u64; 8], second: &[u64; 8]) -> __m512i {
    // SAFETY: see above; both references are to more than four words.
    unsafe {
        let first = _mm512_castsi256_si512(_mm256_loadu_si256(first.as_ptr().cast()));
        _mm512_inserti64x4::<1>(first, _mm256_loadu_si256(second.as_ptr().cast()))
    }
}

/// Rows become columns.
#[inline(always)]
fn transposed(rows: [__m512i; 8]) -> [__m512i; 8] {
    let low = load(&[0, 1, 8, 9, 4, 5, 12, 13]);
    let high = load(&[2, 3, 10, 11, 6, 7, 14, 15]);
    let first = load(&[0, 1, 2, 3, 8, 9, 10, 11]);
    let second = load(&[4, 5, 6, 7, 12, 13, 14, 15]);
    macro_rules! pair {
        ($a:expr) => {
            (
                _mm512_unpacklo_epi64(rows[$a], rows[$a + 1]),
                _mm512_unpackhi_epi64(rows[$a], rows[$a + 1]),
            )
        };
    }
    macro_rules! four {
        ($a:expr, $b:expr) => {
            (
                _mm512_permutex2var_epi64($a, low, $b),
                _mm512_permutex2var_epi64($a, high, $b),
            )
        };
    }
    macro_rules! eight {
        ($a:expr, $order:expr, $b:expr) => {
            _mm512_permutex2var_epi64($a, $order, $b)
        };
    }
    // SAFETY: AVX-512 F is there, as in `ifma`.
    unsafe {
        let ((a0, a1), (b0, b1), (c0, c1), (d0, d1)) = (pair!(0), pair!(2), pair!(4), pair!(6));
        // Columns 0 and 4, 2 and 6, of four rows; and so the odd ones.
        let ((e0, e2), (e1, e3)) = (four!(a0, b0), four!(a1, b1));
        let ((f0, f2), (f1, f3)) = (four!(c0, d0), four!(c1, d1));
        [
            eight!(e0, first, f0),
            eight!(e1, first, f1),
            eight!(e2, first, f2),
            eight!(e3, first, f3),
            eight!(e0, second, f0),
            eight!(e1, second, f1),
            eight!(e2, second, f2),
            eight!(e3, second, f3),
        ]
    }
}

/// A bit for each place that is to be negated.
#[inline(always)]
pub fn signs(places: &[u32]) -> u8 {
    let places = &places[..WIDTH];
    (0..WIDTH).fold(0, |mask, lane| {
        mask | u8::from(places[lane] & NEGATED != 0) << lane
    })
}

/// One line of each of eight points, as columns.
#[inline(always)]
pub fn columns<const LINES: usize>(
    points: &[Line<LINES>],
    places: &[u32],
    line: usize,
) -> [__m512i; 8] {
    let places = &places[..WIDTH];
    transposed(each_lane!(
        lane,
        load(&points[(places[lane] & !NEGATED) as usize].0[line])
    ))
}

/// Columns as one line of each of eight points.
#[inline(always)]
pub fn put<const LINES: usize>(
    columns: [__m512i; 8],
    points: &mut [Line<LINES>],
    places: &[u32],
    line: usize,
) {
    let places = &places[..WIDTH];
    let rows = transposed(columns);
    for lane in 0..WIDTH {
        points[places[lane] as usize].0[line] = store(rows[lane]);
    }
}

/// Bring these points near.
pub fn prefetch<const LINES: usize>(points: &[Line<LINES>], places: &[u32]) {
    for place in places {
        for line in &points[(place & !NEGATED) as usize].0 {
            // SAFETY: a prefetch changes nothing, and the address is that of a reference.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
        }
    }
}

/// The words of the first coordinate, and of the second.
#[inline(always)]
pub fn halves(c: [__m512i; 8]) -> ([__m512i; 4], [__m512i; 4]) {
    ([c[0], c[1], c[2], c[3]], [c[4], c[5], c[6], c[7]])
}

/// Both halves of the columns.
#[inline(always)]
pub fn joined(low: [__m512i; 4], high: [__m512i; 4]) -> [__m512i; 8] {
    [
        low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3],
    ]
}
