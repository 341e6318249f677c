//! Number-theoretic transforms of some columns side by side: values at roots of unity to coefficients in bit-reversed
//! order, and back, so that nothing is put in order between the two.

use ark_bn254::Fr;
use ark_ff::{Field, One};

use crate::kernels::{Scalars, Words};

/// Roots of unity, a power of two of them, for both directions.
pub struct Roots {
    /// How many.
    pub count: usize,
    /// The first half of the powers of the generator, as factors.
    forward: Vec<Words>,
    /// Those of its inverse.
    backward: Vec<Words>,
}

impl Roots {
    /// The powers of a generator of so many.
    pub fn new<N: Scalars>(count: usize, generator: Fr, inverse: Fr) -> Self {
        let powers = |root: Fr| {
            let powers = std::iter::successors(Some(Fr::one()), |power| Some(*power * root));
            powers.take(count / 2).map(N::as_factor).collect()
        };
        Self {
            count,
            forward: powers(generator),
            backward: powers(inverse),
        }
    }

    /// Where coefficient `index` lies.
    #[inline(always)]
    pub fn reversed(&self, index: usize) -> usize {
        let bits = self.count.trailing_zeros();
        index
            .reverse_bits()
            .checked_shr(usize::BITS - bits)
            .unwrap_or(0)
    }

    /// Values to coefficients times their number. `values` has `beside` vectors for each root.
    #[inline(always)]
    pub fn to_coefficients<N: Scalars>(&self, values: &mut [N], beside: usize) {
        let mut half = self.count / 2;
        while half > 0 {
            butterflies::<N, false>(&self.backward, values, beside, half);
            half /= 2;
        }
    }

    /// Coefficients to values.
    #[inline(always)]
    pub fn to_values<N: Scalars>(&self, values: &mut [N], beside: usize) {
        let mut half = 1;
        while half < self.count {
            butterflies::<N, true>(&self.forward, values, beside, half);
            half *= 2;
        }
    }
}

/// Between vectors that are `half` roots apart. Each root is fetched once, and the first one, 1, is none. No closure
/// takes vectors: it might be compiled by itself, where the compiler does not know what the processor can.
#[inline(always)]
fn butterflies<N: Scalars, const TO_VALUES: bool>(
    roots: &[Words],
    values: &mut [N],
    beside: usize,
    half: usize,
) {
    let (apart, stride) = (half * beside, roots.len() / half);
    for place in 0..half {
        let root = N::everywhere(&roots[place * stride]);
        for block in values.chunks_exact_mut(2 * apart) {
            let (low, high) = block.split_at_mut(apart);
            let range = place * beside..(place + 1) * beside;
            for (low, high) in low[range.clone()].iter_mut().zip(&mut high[range]) {
                let (x, mut y) = (*low, *high);
                if TO_VALUES {
                    if place > 0 {
                        y = y.times(root);
                    }
                    (*low, *high) = (x.plus(y), x.minus(y));
                } else if place > 0 {
                    (*low, *high) = (x.plus(y), x.minus_wide(y).times(root));
                } else {
                    (*low, *high) = (x.plus(y), x.minus(y));
                }
            }
        }
    }
}

/// Factors for each of some lanes: a start and a step, whose products run through powers.
#[derive(Clone, Copy)]
pub struct Powers<N> {
    power: N,
    step: N,
}

impl<N: Scalars> Powers<N> {
    /// Start and step of each lane.
    pub fn of(lanes: impl Iterator<Item = (Fr, Fr)>) -> Self {
        let (start, step): (Vec<Words>, Vec<Words>) = lanes
            .map(|(start, step)| (N::as_factor(start), N::as_factor(step)))
            .unzip();
        Self {
            power: N::load(&start, 0, 1),
            step: N::load(&step, 0, 1),
        }
    }

    /// The value times the power that is next.
    #[inline(always)]
    pub fn times_next(&mut self, value: N) -> N {
        let product = value.times(self.power);
        self.power = self.power.times(self.step);
        product
    }
}

/// A power of a root.
pub fn power(root: Fr, exponent: usize) -> Fr {
    root.pow([exponent as u64])
}
