//! BabyJubJub: the twisted Edwards curve 168700 x^2 + y^2 = 1 + 168696 x^2 y^2 over BN254's scalar field, with circomlib's base point.
//!
//! 168700 is a square and 168696 is not, so one addition formula serves every pair of points (Hisil et al. 2008, extended coordinates).

use crate::field::{NotCanonical, from_integer};
use ark_bn254::Fr;
use ark_ff::{
    AdditiveGroup, BigInt, BigInteger, Field, Fp256, MontBackend, MontConfig, MontFp, PrimeField,
    Zero, batch_inversion,
};
use num_bigint::BigUint;
use std::fmt;
use std::sync::OnceLock;

pub(crate) const A: Fr = MontFp!("168700");
pub(crate) const D: Fr = MontFp!("168696");

/// Parameters of the field of scalars: integers modulo l, the order of the prime subgroup.
pub struct ScalarConfig;

impl MontConfig<4> for ScalarConfig {
    const MODULUS: BigInt<4> =
        BigInt!("2736030358979909402780800718157159386076813972158567259200215660948447373041");
    const GENERATOR: Scalar = MontFp!("31");
    const TWO_ADIC_ROOT_OF_UNITY: Scalar =
        MontFp!("660854635938548466034658205324789272997681163813030924457091119852551226483");
}

/// An integer modulo l.
pub type Scalar = Fp256<MontBackend<ScalarConfig, 4>>;

const WINDOW_BITS: usize = 4;
pub(crate) const WINDOWS: usize = 256 / WINDOW_BITS;
pub(crate) const WINDOW_SIZE: usize = 1 << WINDOW_BITS;

/// Why a pair of numbers is not a usable public point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointInvalid {
    /// A coordinate is at or above the field's modulus.
    NotCanonical,
    /// The coordinates do not satisfy the curve equation.
    OffCurve,
    /// The point has a component of order 2, 4 or 8.
    OutsideSubgroup,
    /// The neutral point (0, 1), which everyone can sign for.
    Identity,
}

impl fmt::Display for PointInvalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCanonical => "has a coordinate that is not below the field's modulus",
            Self::OffCurve => "is not on BabyJubJub",
            Self::OutsideSubgroup => "is not in the prime subgroup of BabyJubJub",
            Self::Identity => "is the neutral point",
        })
    }
}

impl std::error::Error for PointInvalid {}

impl From<NotCanonical> for PointInvalid {
    fn from(_: NotCanonical) -> Self {
        Self::NotCanonical
    }
}

/// A point on the curve, in any of its subgroups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    x: Fr,
    y: Fr,
}

impl Point {
    /// The neutral point (0, 1).
    pub const IDENTITY: Self = Self {
        x: Fr::ZERO,
        y: Fr::ONE,
    };

    /// Generator of the prime subgroup, as circomlib has it.
    pub const BASE: Self = Self {
        x: MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
        y: MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
    };

    /// The point (x, y), refused when it is off the curve.
    pub fn new(x: Fr, y: Fr) -> Result<Self, PointInvalid> {
        let (xx, yy) = (x.square(), y.square());
        if A * xx + yy == Fr::ONE + D * xx * yy {
            Ok(Self { x, y })
        } else {
            Err(PointInvalid::OffCurve)
        }
    }

    /// The point (x, y), known to be on the curve.
    pub(crate) fn trusted(x: Fr, y: Fr) -> Self {
        Self { x, y }
    }

    /// The point of two integers, each below the modulus.
    pub fn from_integers(x: &BigUint, y: &BigUint) -> Result<Self, PointInvalid> {
        Self::new(from_integer(x)?, from_integer(y)?)
    }

    /// First Edwards coordinate.
    pub fn x(&self) -> Fr {
        self.x
    }

    /// Second Edwards coordinate.
    pub fn y(&self) -> Fr {
        self.y
    }

    /// Whether l times the point is the neutral point.
    pub fn is_in_subgroup(&self) -> bool {
        Extended::from(self).times(Scalar::MODULUS).is_identity()
    }

    /// Sum of two points of any order.
    pub fn plus(&self, other: &Self) -> Self {
        Extended::from(self)
            .plus(&Extended::from(other))
            .to_affine()
    }

    /// The multiple by a public scalar; its running time depends on the scalar.
    pub fn times(&self, scalar: &Scalar) -> Self {
        Extended::from(self).times(scalar.into_bigint()).to_affine()
    }

    /// Whether s B = r + h p, for a base point B and public scalars.
    pub(crate) fn equation_holds(s: &Scalar, r: &Self, h: &Scalar, p: &Self) -> bool {
        let right = Extended::from(p)
            .times(h.into_bigint())
            .plus(&Extended::from(r));
        Extended::base_times(s).same_as(&right)
    }
}

/// Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
#[derive(Clone, Copy)]
struct Extended {
    x: Fr,
    y: Fr,
    t: Fr,
    z: Fr,
}

impl From<&Point> for Extended {
    fn from(point: &Point) -> Self {
        Self {
            x: point.x,
            y: point.y,
            t: point.x * point.y,
            z: Fr::ONE,
        }
    }
}

impl Extended {
    const IDENTITY: Self = Self {
        x: Fr::ZERO,
        y: Fr::ONE,
        t: Fr::ZERO,
        z: Fr::ONE,
    };

    /// add-2008-hwcd, 11 multiplications; complete on this curve.
    fn plus(&self, other: &Self) -> Self {
        let a = self.x * other.x;
        let b = self.y * other.y;
        let c = self.t * other.t * D;
        let d = self.z * other.z;
        let e = (self.x + self.y) * (other.x + other.y) - a - b;
        let f = d - c;
        let g = d + c;
        let h = b - a * A;
        Self {
            x: e * f,
            y: g * h,
            t: e * h,
            z: f * g,
        }
    }

    /// dbl-2008-hwcd, 9 multiplications.
    fn doubled(&self) -> Self {
        let a = self.x.square();
        let b = self.y.square();
        let c = self.z.square().double();
        let d = a * A;
        let e = (self.x + self.y).square() - a - b;
        let g = d + b;
        let f = g - c;
        let h = d - b;
        Self {
            x: e * f,
            y: g * h,
            t: e * h,
            z: f * g,
        }
    }

    fn times(&self, scalar: BigInt<4>) -> Self {
        let mut sum = Self::IDENTITY;
        for bit in (0..scalar.num_bits() as usize).rev() {
            sum = sum.doubled();
            if scalar.get_bit(bit) {
                sum = sum.plus(self);
            }
        }
        sum
    }

    /// One addition for each 4-bit digit of a public scalar.
    fn base_times(scalar: &Scalar) -> Self {
        let limbs = scalar.into_bigint();
        let mut sum = Self::IDENTITY;
        for (window, multiples) in base_table().iter().enumerate() {
            let digit = limbs.0[window * WINDOW_BITS / 64] >> (window * WINDOW_BITS % 64)
                & (WINDOW_SIZE as u64 - 1);
            sum = sum.plus(&Self::from(&multiples[digit as usize]));
        }
        sum
    }

    fn is_identity(&self) -> bool {
        self.x.is_zero() && self.y == self.z
    }

    fn same_as(&self, other: &Self) -> bool {
        self.x * other.z == other.x * self.z && self.y * other.z == other.y * self.z
    }

    fn to_affine(self) -> Point {
        let inverse = self.z.inverse().expect("Z is never 0 on this curve");
        Point {
            x: self.x * inverse,
            y: self.y * inverse,
        }
    }
}

pub(crate) type Multiples = [Point; WINDOW_SIZE];

/// Row w holds 0, 1 .. 15 times 16^w B.
pub(crate) fn base_table() -> &'static [Multiples; WINDOWS] {
    static TABLE: OnceLock<Box<[Multiples; WINDOWS]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut multiples = Vec::with_capacity(WINDOWS * WINDOW_SIZE);
        let mut unit = Extended::from(&Point::BASE);
        for _ in 0..WINDOWS {
            let mut multiple = Extended::IDENTITY;
            for _ in 0..WINDOW_SIZE {
                multiples.push(multiple);
                multiple = multiple.plus(&unit);
            }
            unit = multiple;
        }
        let mut inverses: Vec<Fr> = multiples.iter().map(|multiple| multiple.z).collect();
        batch_inversion(&mut inverses);
        let mut table = Box::new([[Point::IDENTITY; WINDOW_SIZE]; WINDOWS]);
        let entries = table.iter_mut().flatten();
        for (entry, (multiple, inverse)) in entries.zip(multiples.iter().zip(inverses)) {
            *entry = Point {
                x: multiple.x * inverse,
                y: multiple.y * inverse,
            };
        }
        table
    })
}
