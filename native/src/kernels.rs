//! Vectors of field elements for the prover, chosen once at run time: eight elements at a time by AVX-512 IFMA, or one
//! by one. The only `unsafe` of the core is below here.

#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(target_arch = "x86_64")]
pub mod ifma_lanes;
mod inverse;
#[cfg(target_arch = "x86_64")]
pub mod lines;
pub mod portable;

use ark_ff::Field;

/// What the prover computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// arkworks, one element at a time.
    Portable,
    /// Eight at a time.
    Ifma,
}

impl Kernel {
    /// The fastest that this processor has; `ZKDATA_KERNEL=portable` in the environment keeps to the other one.
    pub fn best() -> Self {
        let portable = std::env::var_os("ZKDATA_KERNEL").is_some_and(|name| name == "portable");
        #[cfg(target_arch = "x86_64")]
        if !portable && ifma::is_there() {
            return Self::Ifma;
        }
        let _ = portable;
        Self::Portable
    }
}

/// What a point takes in memory: its coordinates x and y. All zero stands for infinity, which is on no curve of ours.
pub trait Packed: Copy + Default + Send + Sync + PartialEq {}

/// Some elements of a field, or of its quadratic extension, each in a lane of its own.
///
/// A value is below 2 q + 2^211, a wide one below 5 q + 2^212 and only ever multiplied: no method reduces further than
/// it has to.
pub trait Lanes: Copy {
    /// Elements in a value, at most `MOST_LANES`.
    const WIDTH: usize;
    /// One of them.
    type Element: Field;
    /// A point with coordinates of this kind.
    type Point: Packed;

    /// The same element in every lane.
    fn splat(element: Self::Element) -> Self;
    /// Each lane's element.
    fn elements(self) -> Vec<Self::Element>;
    /// An element for each lane.
    fn from_elements(elements: &[Self::Element]) -> Self;
    /// x of `WIDTH` points; the top bit of a place is not part of it.
    fn gather_x(points: &[Self::Point], places: &[u32]) -> Self;
    /// x and y of `WIDTH` points, y negated where the top bit of the place is set.
    fn gather(points: &[Self::Point], places: &[u32]) -> (Self, Self);
    /// Put `WIDTH` points in these places.
    fn scatter(x: Self, y: Self, points: &mut [Self::Point], places: &[u32]);
    /// The product, of values or wide values.
    fn times(self, other: Self) -> Self;
    /// The square, of a value or a wide value.
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

    /// What times an element is one; `None` of zero. Its time depends on the element.
    fn inverse(element: Self::Element) -> Option<Self::Element>;
    /// A point as it is packed for these lanes; `None` is infinity.
    fn pack(point: Option<(Self::Element, Self::Element)>) -> Self::Point;
    /// The coordinates of a packed point.
    fn unpack(point: &Self::Point) -> Option<(Self::Element, Self::Element)>;
    /// Bring the points of these places near before they are asked for.
    fn prefetch(points: &[Self::Point], places: &[u32]);
    /// Do this work where the compiler knows what the processor can.
    fn run<W: Work>(work: W) -> W::Done;
}

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
