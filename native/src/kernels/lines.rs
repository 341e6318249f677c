//! Eight points or scalars of memory side by side.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_castsi256_si512, _mm512_inserti64x4,
    _mm512_permutex2var_epi64, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::ifma::{WIDTH, each, each_lane, load, store};
use super::points::Line;
use super::{NEGATED, Words};

/// The first half of a line of each of eight points, as columns.
#[inline(always)]
pub fn first_columns<const LINES: usize>(points: &[Line<LINES>], places: &[u32]) -> [__m512i; 4] {
    let places = &places[..WIDTH];
    four_columns(each_lane!(lane, {
        let line = &points[(places[lane] & !NEGATED) as usize].0[0];
        &line.as_chunks().0[0]
    }))
}

/// Eight rows of four words, as columns.
#[inline(always)]
pub fn four_columns(rows: [&Words; WIDTH]) -> [__m512i; 4] {
    let low = load(&[0, 1, 8, 9, 4, 5, 12, 13]);
    let high = load(&[2, 3, 10, 11, 6, 7, 14, 15]);
    let [a, b, c, d] = each!(lane of 0 1 2 3, beside(rows[lane], rows[lane + 4]));
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

/// Two rows, one after the other.
#[inline(always)]
fn beside(first: &Words, second: &Words) -> __m512i {
    // SAFETY: see above; both references are to four words.
    unsafe {
        let first = _mm512_castsi256_si512(_mm256_loadu_si256(first.as_ptr().cast()));
        _mm512_inserti64x4::<1>(first, _mm256_loadu_si256(second.as_ptr().cast()))
    }
}

/// Four columns as eight rows.
#[inline(always)]
pub fn four_words([a, b, c, d]: [__m512i; 4]) -> [Words; WIDTH] {
    let low = load(&[0, 1, 8, 9, 2, 3, 10, 11]);
    let high = load(&[4, 5, 12, 13, 6, 7, 14, 15]);
    // SAFETY: see above.
    let (even, odd) = unsafe {
        let (ab, cd) = (_mm512_unpacklo_epi64(a, b), _mm512_unpacklo_epi64(c, d));
        let (odd_ab, odd_cd) = (_mm512_unpackhi_epi64(a, b), _mm512_unpackhi_epi64(c, d));
        (
            [
                _mm512_permutex2var_epi64(ab, low, cd),
                _mm512_permutex2var_epi64(ab, high, cd),
            ],
            [
                _mm512_permutex2var_epi64(odd_ab, low, odd_cd),
                _mm512_permutex2var_epi64(odd_ab, high, odd_cd),
            ],
        )
    };
    let ([r0, r2], [r4, r6]) = (two(even[0]), two(even[1]));
    let ([r1, r3], [r5, r7]) = (two(odd[0]), two(odd[1]));
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// The halves of a vector.
#[inline(always)]
fn two(rows: __m512i) -> [Words; 2] {
    let [a, b, c, d, e, f, g, h] = store(rows);
    [[a, b, c, d], [e, f, g, h]]
}

/// Rows become columns.
#[inline(always)]
pub fn transposed(rows: [__m512i; 8]) -> [__m512i; 8] {
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
