//! Secret multiples of the base point: one addition for each 4-bit digit, from a table that is read whole each time.

use super::{FieldModulus, INVERTING, Residue, from_limbs, to_limbs};
use crate::babyjubjub::{A, D, Point, WINDOW_SIZE, WINDOWS, base_table};
use ark_bn254::Fr;
use crypto_bigint::{CtAssign, CtEq, U256};
use std::sync::OnceLock;
use zeroize::{DefaultIsZeroes, Zeroizing};

type Element = Residue<FieldModulus>;

const WINDOW_BITS: usize = WINDOW_SIZE.ilog2() as usize;

/// `scalar`, below l, times the base point.
pub fn of_base(scalar: &U256) -> Point {
    let bytes =
        Zeroizing::new(<[u8; 32]>::try_from(scalar.to_le_bytes().as_ref()).expect("32 bytes"));
    let mut sum = Zeroizing::new(Sum::NEUTRAL);
    for (window, multiples) in table().iter().enumerate() {
        let place = window * WINDOW_BITS;
        let digit = bytes[place / 8] >> (place % 8) & (WINDOW_SIZE as u8 - 1);
        sum.add(&select(multiples, digit));
    }
    sum.affine()
}

/// A point of the table: x, y and D x y.
#[derive(Clone, Copy, Default)]
struct Entry {
    x: Element,
    y: Element,
    dxy: Element,
}

impl DefaultIsZeroes for Entry {}

/// Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
#[derive(Clone, Copy, Default)]
struct Sum {
    x: Element,
    y: Element,
    t: Element,
    z: Element,
}

impl DefaultIsZeroes for Sum {}

impl Sum {
    const NEUTRAL: Self = Self {
        x: Element::ZERO,
        y: Element::ONE,
        t: Element::ZERO,
        z: Element::ONE,
    };

    /// add-2008-hwcd with an affine second point; complete on this curve, so that no pair of points has a case of its own.
    fn add(&mut self, entry: &Entry) {
        let a = self.x * entry.x;
        let b = self.y * entry.y;
        let c = self.t * entry.dxy;
        let e = (self.x + self.y) * (entry.x + entry.y) - a - b;
        let f = self.z - c;
        let g = self.z + c;
        let h = b - a * element(A);
        *self = Self {
            x: e * f,
            y: g * h,
            t: e * h,
            z: f * g,
        };
    }

    /// Inverts Z by a public power, for a secret's Z must not steer a Euclidean algorithm.
    fn affine(&self) -> Point {
        let inverse = Zeroizing::new(self.z.pow(&INVERTING));
        Point::trusted(public(&(self.x * *inverse)), public(&(self.y * *inverse)))
    }
}

/// Entry `digit` of `multiples`, moved under a mask from all of them in turn.
fn select(multiples: &[Entry; WINDOW_SIZE], digit: u8) -> Zeroizing<Entry> {
    let mut selected = Zeroizing::new(Entry::default());
    for (index, entry) in multiples.iter().enumerate() {
        let choice = digit.ct_eq(&(index as u8));
        selected.x.ct_assign(&entry.x, choice);
        selected.y.ct_assign(&entry.y, choice);
        selected.dxy.ct_assign(&entry.dxy, choice);
    }
    selected
}

fn table() -> &'static [[Entry; WINDOW_SIZE]; WINDOWS] {
    static TABLE: OnceLock<Box<[[Entry; WINDOW_SIZE]; WINDOWS]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Box::new([[Entry::default(); WINDOW_SIZE]; WINDOWS]);
        let entries = table.iter_mut().flatten();
        for (entry, point) in entries.zip(base_table().iter().flatten()) {
            *entry = Entry {
                x: element(point.x()),
                y: element(point.y()),
                dxy: element(D * point.x() * point.y()),
            };
        }
        table
    })
}

fn element(public: Fr) -> Element {
    from_limbs(&public.0)
}

fn public(element: &Element) -> Fr {
    Fr::new_unchecked(to_limbs(element))
}
