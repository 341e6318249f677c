//! Vectors of field elements for the prover, chosen once at run time: eight elements at a time by AVX-512 IFMA, four by
//! AVX2, or one by one, by mulx where a processor has it. The only `unsafe` of the core is below here.

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx2_lanes;
#[cfg(target_arch = "x86_64")]
pub mod extended;
#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(target_arch = "x86_64")]
pub mod ifma_lanes;
#[cfg(target_arch = "x86_64")]
mod ifma_products;
#[cfg(target_arch = "x86_64")]
pub mod ifma_scalars;
mod inverse;
#[cfg(target_arch = "x86_64")]
mod lines;
#[cfg(target_arch = "x86_64")]
pub mod mulx;
pub mod pages;
pub mod points;
pub mod portable;

use ark_bn254::Fr;
use ark_ff::Field;

use points::Coordinate;

/// What the prover computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// arkworks, one element at a time.
    Plain,
    /// One at a time by mulx.
    Mulx,
    /// Four at a time.
    Avx2,
    /// Eight at a time.
    Ifma,
}

impl Kernel {
    /// All that this processor has, the fastest first.
    pub fn all() -> Vec<Self> {
        let mut found = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            found.extend(mulx::is_there().then_some(Self::Mulx));
            found.extend(avx2::is_there().then_some(Self::Avx2));
            found.extend(ifma::is_there().then_some(Self::Ifma));
        }
        found.reverse();
        found
    }

    /// What it is called, by `ZKDATA_KERNEL` as well.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Mulx => "mulx",
            Self::Avx2 => "avx2",
            Self::Ifma => "ifma",
        }
    }

    /// The fastest that this processor has, or, of those, the one that `ZKDATA_KERNEL` in the environment names. There
    /// `portable` is the fastest one without AVX-512.
    pub fn best() -> Self {
        let asked = std::env::var("ZKDATA_KERNEL").unwrap_or_default();
        let all = Self::all();
        let named = all.iter().find(|kernel| match asked.as_str() {
            "portable" => **kernel != Self::Ifma,
            name => kernel.name() == name,
        });
        *named.or(all.first()).unwrap_or(&Self::Plain)
    }
}

/// Some elements of a field, each in a lane of its own.
///
/// A value stands for its element times 2^256, as arkworks and files hold it. Eight lanes multiply to the radix 2^260:
/// a value times a factor, which stands for its element times 2^260, is a value again, and the product of two values
/// is a sixteenth of one. Where that matters the method says so; one lane knows no difference.
///
/// A value is below 2 q + 2^211, a wide one below 5 q + 2^212 and only ever multiplied: no method reduces further than
/// it has to.
pub trait Numbers: Copy {
    /// Elements in a value, at most `MOST_LANES`.
    const WIDTH: usize;
    /// One of them.
    type Element: Field;

    /// The same value in every lane.
    fn value(element: Self::Element) -> Self;
    /// The same factor in every lane.
    fn factor(element: Self::Element) -> Self;
    /// A value for each lane.
    fn from_elements(elements: &[Self::Element]) -> Self;
    /// Each lane's element.
    fn elements(self) -> Vec<Self::Element>;
    /// The product with a factor, or a sixteenth of that with a value; either may be wide.
    fn times(self, other: Self) -> Self;
    /// The product of a value with itself.
    #[inline(always)]
    fn squared(self) -> Self {
        self.times(self)
    }
    /// The sum.
    fn plus(self, other: Self) -> Self;
    /// The difference.
    fn minus(self, other: Self) -> Self;
    /// The sum, wide.
    fn plus_wide(self, other: Self) -> Self;
    /// The difference, wide.
    fn minus_wide(self, other: Self) -> Self;
    /// Whether every lane is zero.
    fn all_zero(self) -> bool;
    /// Do this work where the compiler knows what the processor can.
    fn run<W: Work>(work: W) -> W::Done;
}

/// Coordinates of some points.
pub trait Lanes: Numbers<Element: Coordinate> {
    /// x of `WIDTH` points; the top bit of a place is not part of it.
    fn gather_x(points: &[Point<Self>], places: &[u32]) -> Self;
    /// x and y of `WIDTH` points, y negated where the top bit of the place is set.
    fn gather(points: &[Point<Self>], places: &[u32]) -> (Self, Self);
    /// Put `WIDTH` points in these places.
    fn scatter(x: Self, y: Self, points: &mut [Point<Self>], places: &[u32]);
    /// What, times a run of coordinates and then a rise, makes a slope whose square is a value; `None` of zero. Its time
    /// depends on the element.
    fn inverse(element: Self::Element) -> Option<Self::Element>;
    /// From such a slope what, times a coordinate, is a value; wide.
    fn slope_as_factor(self) -> Self;
}

/// A point whose coordinates these lanes compute with.
pub type Point<L> = <<L as Numbers>::Element as Coordinate>::Point;

/// A scalar in memory, below 2^256.
pub type Words = [u64; 4];

/// Some scalars.
pub trait Scalars: Numbers<Element = Fr> {
    /// The words of a factor.
    fn as_factor(element: Fr) -> Words;
    /// The value or factor that these words are, in every lane.
    fn everywhere(words: &Words) -> Self;
    /// The values or factors of `words` from `first` on, `stride` apart.
    fn load(words: &[Words], first: usize, stride: usize) -> Self;
    /// Put values there.
    fn store(self, words: &mut [Words], first: usize, stride: usize);
    /// Put there the integers below r that products of two values, or their differences, stand for.
    fn store_integers(self, words: &mut [Words], first: usize, stride: usize);
    /// Values of `WIDTH` sums, none of more than `LONGEST_SUM` terms.
    fn sums(sums: &[&[Term]], coefficients: &[Words], integers: &[Words]) -> Self;
}

/// A product: the place of a coefficient, which stands for itself times 2^512, and that of an integer below r.
#[derive(Clone, Copy)]
pub struct Term(pub u64);

impl Term {
    /// From both places.
    pub fn new(coefficient: u32, integer: u32) -> Self {
        Self(u64::from(integer) << 32 | u64::from(coefficient))
    }

    /// Where the coefficient is.
    #[inline(always)]
    pub fn coefficient(self) -> usize {
        self.0 as u32 as usize
    }

    /// Where the integer is.
    #[inline(always)]
    pub fn integer(self) -> usize {
        (self.0 >> 32) as usize
    }
}

/// Terms that a sum may have.
pub const LONGEST_SUM: usize = 1 << 11;

/// Lanes of the widest value.
pub const MOST_LANES: usize = 8;

/// Work with values in it. `run` is compiled into whoever calls it, and so must be all that it does with them.
pub trait Work {
    /// What comes of it.
    type Done;
    /// Do it.
    fn run(self) -> Self::Done;
}

/// Marks a place whose point is to be negated.
pub const NEGATED: u32 = 1 << 31;
