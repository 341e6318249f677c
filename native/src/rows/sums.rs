//! A row that says which of two values each of several wires has, by their weighted sum: bits of a number, parts of a range.
//!
//! The sum is a row of its own, or, where the compiler put one bit's sum in the place of the bit, the boolean row
//! L (L - k) = 0 of that bit, L being k's share of the number.

use ark_bn254::Fr;
use ark_ff::{BigInteger, Field, One, PrimeField, Zero};
use num_bigint::BigUint;

use super::Rows;
use crate::matrix::Matrix;

/// A wire with two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The wire.
    pub wire: u32,
    /// The row that leaves it two values.
    pub choice: u32,
    /// Its coefficient in the sum, scaled.
    pub weight: Fr,
}

/// What is known of the choices that give one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bits: there is one choice.
    Bits,
    /// +-q with weights like those of bits: there is one choice unless q is 0.
    Signs,
    /// Anything else: there may be several.
    Parts,
}

/// The sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Its row.
    pub row: u32,
    /// The side of the row that is the sum.
    side: usize,
    /// What the row is multiplied by, so that weights are small integers.
    scale: Fr,
    /// Whether there is another choice with the same sum.
    pub kind: Kind,
    /// Whether the sum stands for one more wire, which the compiler took out.
    hidden: bool,
    /// Its wires, in ascending order.
    pub members: Vec<Member>,
}

/// Weights above this are no bits: sums stay below r.
const WIDEST: u32 = 253;

impl Sum {
    /// The sum that a row is, if it is one.
    pub(super) fn of(rows: &Rows, row: u32, members: &[(u32, u32)]) -> Option<Self> {
        let index = row as usize;
        let sides = &rows.r1cs().matrices;
        let within = |side: usize| {
            let mut terms = sides[side].row(index).iter();
            terms.any(|(_, wire)| members.iter().any(|(member, _)| member == wire))
        };
        let constant = |side: usize| sides[side].row(index).iter().all(|(_, wire)| *wire == 0);
        let (side, hidden) = match [0, 1, 2].map(within) {
            [false, false, true] => (2, false),
            [true, false, false] if constant(1) => (0, false),
            [false, true, false] if constant(0) => (1, false),
            [true, true, false] if sides[2].row(index).is_empty() => (0, true),
            _ => return None,
        };
        let coefficients: Vec<Fr> = members
            .iter()
            .map(|(wire, _)| {
                let terms = sides[side].row(index).iter();
                terms
                    .filter(|(_, other)| other == wire)
                    .map(|(coefficient, _)| *coefficient)
                    .sum()
            })
            .collect();
        if coefficients.iter().any(Zero::is_zero) {
            return None;
        }
        let share = if hidden {
            Some(-hidden_share(rows, index, members[0].0)?.unwrap_or(Fr::one()))
        } else {
            None
        };
        let all: Vec<Fr> = coefficients.iter().copied().chain(share).collect();
        let (scale, bits) = scale_of(&all)?;
        let every = |is: fn(&Rows, usize, u32) -> bool| {
            bits && members
                .iter()
                .all(|(wire, choice)| is(rows, *choice as usize, *wire))
        };
        let kind = match (every(is_boolean), every(is_sign) && !hidden) {
            (true, _) => Kind::Bits,
            (_, true) => Kind::Signs,
            _ => Kind::Parts,
        };
        let members = members
            .iter()
            .zip(&coefficients)
            .map(|((wire, choice), coefficient)| Member {
                wire: *wire,
                choice: *choice,
                weight: *coefficient * scale,
            });
        Some(Self {
            row,
            side,
            scale,
            kind,
            hidden,
            members: members.collect(),
        })
    }

    /// Values of its wires, going down from the greatest weight, and whether the row then holds.
    pub(super) fn solve(&self, rows: &Rows, witness: &[Fr]) -> Option<(Vec<Fr>, bool)> {
        let index = self.row as usize;
        let sides = &rows.r1cs().matrices;
        let mine = |wire: u32| {
            self.members
                .binary_search_by_key(&wire, |member| member.wire)
                .is_ok()
        };
        let rest = |side: usize| -> Fr {
            let terms = sides[side]
                .row(index)
                .iter()
                .filter(|(_, wire)| !mine(*wire));
            terms
                .map(|(coefficient, wire)| *coefficient * witness[*wire as usize])
                .sum()
        };
        // sum of weight * value = target
        let mut target = match (self.side, self.hidden) {
            (2, _) => rest(0) * rest(1) - rest(2),
            (side, false) => {
                let other = sides[1 - side].evaluate(index, witness);
                sides[2].evaluate(index, witness) * other.inverse()? - rest(side)
            }
            (side, true) => -rest(side),
        } * self.scale;
        let mut parts: Vec<(Fr, Fr, Fr)> = Vec::new();
        for member in &self.members {
            let view = rows.view(member.choice as usize, member.wire, witness);
            let [low, high] = view.roots()?;
            target -= member.weight * low;
            parts.push((member.weight * (high - low), low, high));
        }
        if self.hidden {
            // L = 0 or L = what makes the other factor 0, with the members' share taken out of both factors.
            let factor = proportion(rows, index, self.members[0].wire)?;
            let high = rest(0) - rest(1) * factor.inverse()?;
            parts.push((-self.scale * high, Fr::zero(), high));
        }
        if self.kind == Kind::Signs {
            // In units of 2 q, which the weight 1 has.
            let unit = self
                .members
                .iter()
                .position(|member| power_of_two(member.weight) == Some(0))?;
            let unit = (parts[unit].0 * self.members[unit].weight).inverse()?;
            target *= unit;
            parts.iter_mut().for_each(|part| part.0 *= unit);
        }
        let sized = |(place, (weight, low, high)): (usize, (Fr, Fr, Fr))| {
            sized(weight, place, low, high, &mut target)
        };
        let mut parts: Vec<_> = parts.into_iter().enumerate().map(sized).collect();
        parts.sort_by(|x, y| y.0.cmp(&x.0));
        let mut left: BigUint = target.into_bigint().into();
        let mut values = vec![Fr::zero(); self.members.len() + usize::from(self.hidden)];
        for (weight, place, low, high) in parts {
            let taken = left >= weight && !weight.is_zero();
            if taken {
                left -= weight;
            }
            values[place] = if taken { high } else { low };
        }
        values.truncate(self.members.len());
        Some((values, left.is_zero()))
    }
}

/// A member as a positive weight: where it is negative, its two values change places.
fn sized(weight: Fr, place: usize, low: Fr, high: Fr, target: &mut Fr) -> (BigUint, usize, Fr, Fr) {
    if weight.into_bigint() > Fr::MODULUS_MINUS_ONE_DIV_TWO {
        *target -= weight;
        return ((-weight).into_bigint().into(), place, high, low);
    }
    (weight.into_bigint().into(), place, low, high)
}

/// Side b over side a, by one wire.
fn proportion(rows: &Rows, row: usize, wire: u32) -> Option<Fr> {
    let [a, b, _] = &rows.r1cs().matrices;
    let on = |side: &Matrix| {
        let mut terms = side.row(row).iter();
        terms
            .find(|(_, other)| *other == wire)
            .map(|(coefficient, _)| *coefficient)
    };
    Some(on(b)? * on(a)?.inverse()?)
}

/// The value of L that is not 0 in L (L - k) = 0, where it is a constant.
fn hidden_share(rows: &Rows, row: usize, member: u32) -> Option<Option<Fr>> {
    let inverse = proportion(rows, row, member)?.inverse()?;
    let [a, b, _] = &rows.r1cs().matrices;
    let on = |side: &Matrix, wire: u32| -> Fr {
        let terms = side.row(row).iter().filter(|(_, other)| *other == wire);
        terms.map(|(coefficient, _)| *coefficient).sum()
    };
    let difference = |wire: u32| on(a, wire) - on(b, wire) * inverse;
    let constant = rows
        .wires_of(row)
        .all(|wire| wire == 0 || difference(wire).is_zero());
    Some(constant.then(|| difference(0)))
}

/// Whether a row is w (w - 1) = 0, or a multiple of it.
pub(super) fn is_boolean(rows: &Rows, row: usize, wire: u32) -> bool {
    if rows.wires_of(row).any(|other| other != 0 && other != wire) {
        return false;
    }
    let mut constant = vec![Fr::zero(); wire as usize + 1];
    constant[0] = Fr::one();
    let roots = rows.view(row, wire, &constant).roots();
    roots.is_some_and(|[x, y]| x + y == Fr::one() && (x * y).is_zero())
}

/// Whether a row is (w - q) (w + q) = 0, or a multiple of it.
fn is_sign(rows: &Rows, row: usize, wire: u32) -> bool {
    let Some(factor) = proportion(rows, row, wire) else {
        return false;
    };
    let [a, b, c] = &rows.r1cs().matrices;
    let on = |side: &Matrix, wire: u32| -> Fr {
        let terms = side.row(row).iter().filter(|(_, other)| *other == wire);
        terms.map(|(coefficient, _)| *coefficient).sum()
    };
    let opposite = |other: u32| (on(a, other) * factor + on(b, other)).is_zero();
    c.row(row).is_empty()
        && rows
            .wires_of(row)
            .all(|other| other == wire || opposite(other))
}

/// What makes the weights small integers, and whether they are then distinct powers of two that stay below r, up to sign.
fn scale_of(weights: &[Fr]) -> Option<(Fr, bool)> {
    let one = Fr::one();
    for scale in [one]
        .into_iter()
        .chain(weights.iter().filter_map(Field::inverse))
    {
        let mut seen = [false; WIDEST as usize + 1];
        let distinct = weights
            .iter()
            .all(|weight| match power_of_two(*weight * scale) {
                Some(power) => !std::mem::replace(&mut seen[power as usize], true),
                None => false,
            });
        if distinct {
            return Some((scale, !seen[WIDEST as usize]));
        }
    }
    let small = |scale: &Fr| {
        weights
            .iter()
            .all(|weight| width(*weight * *scale) < WIDEST)
    };
    let scales = [one]
        .into_iter()
        .chain(weights.iter().filter_map(Field::inverse));
    scales.into_iter().find(small).map(|scale| (scale, false))
}

fn width(weight: Fr) -> u32 {
    weight
        .into_bigint()
        .num_bits()
        .min((-weight).into_bigint().num_bits())
}

fn power_of_two(weight: Fr) -> Option<u32> {
    let integers = [weight.into_bigint(), (-weight).into_bigint()];
    let found = integers
        .iter()
        .find(|integer| integer.0.iter().map(|limb| limb.count_ones()).sum::<u32>() == 1);
    found
        .map(|integer| integer.num_bits() - 1)
        .filter(|power| *power <= WIDEST)
}
