//! Vectors and square matrices as wide as a Poseidon state.

use ark_bn254::{Fr, FrConfig};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontConfig, PrimeField};
use std::array;

/// One element for each lane.
pub type Lanes<const T: usize> = [Fr; T];

/// Rows of elements.
pub type Matrix<const T: usize> = [[Fr; T]; T];

/// Lane by lane.
pub fn sum<const T: usize>(left: &Lanes<T>, right: &Lanes<T>) -> Lanes<T> {
    array::from_fn(|i| left[i] + right[i])
}

/// Sum of products with one reduction at the end, half the work of reducing each.
pub fn dot<const T: usize>(left: &Lanes<T>, right: &Lanes<T>) -> Fr {
    // T r^2 < 2^512, and what Montgomery's reduction leaves of it is below (T r / 2^256 + 1) r < 2^256
    const { assert!(T <= 20) };
    let mut wide = [0u64; 8];
    for (a, b) in left.iter().zip(right) {
        let mut product = [0u64; 8];
        for i in 0..4 {
            product[i + 4] = add_multiple(&mut product[i..], a.0.0[i], &b.0.0);
        }
        let mut carry = 0;
        for (limb, part) in wide.iter_mut().zip(product) {
            (*limb, carry) = split(u128::from(*limb) + u128::from(part) + u128::from(carry));
        }
    }
    let mut carried = 0;
    for i in 0..4 {
        let factor = wide[i].wrapping_mul(FrConfig::INV);
        let carry = add_multiple(&mut wide[i..], factor, &Fr::MODULUS.0);
        (wide[i + 4], carried) =
            split(u128::from(wide[i + 4]) + u128::from(carry) + u128::from(carried));
    }
    let mut result = BigInt([wide[4], wide[5], wide[6], wide[7]]);
    while result >= Fr::MODULUS {
        result.sub_with_borrow(&Fr::MODULUS);
    }
    Fr::new_unchecked(result)
}

/// Adds `factor` times `limbs` onto the first four of `to`; the carry out of them.
#[inline(always)]
fn add_multiple(to: &mut [u64], factor: u64, limbs: &[u64; 4]) -> u64 {
    let mut carry = 0;
    for (limb, part) in to.iter_mut().zip(limbs) {
        (*limb, carry) =
            split(u128::from(*limb) + u128::from(factor) * u128::from(*part) + u128::from(carry));
    }
    carry
}

#[inline(always)]
fn split(sum: u128) -> (u64, u64) {
    (sum as u64, (sum >> 64) as u64)
}

/// `matrix` times the column `lanes`.
pub fn apply<const T: usize>(matrix: &Matrix<T>, lanes: &Lanes<T>) -> Lanes<T> {
    array::from_fn(|i| dot(&matrix[i], lanes))
}

/// Rows become columns.
pub fn transpose<const T: usize>(matrix: &Matrix<T>) -> Matrix<T> {
    array::from_fn(|i| array::from_fn(|j| matrix[j][i]))
}

/// `left` times `right`.
pub fn multiply<const T: usize>(left: &Matrix<T>, right: &Matrix<T>) -> Matrix<T> {
    let columns = transpose(right);
    array::from_fn(|i| apply(&columns, &left[i]))
}

fn identity<const T: usize>() -> Matrix<T> {
    array::from_fn(|i| array::from_fn(|j| if i == j { Fr::ONE } else { Fr::ZERO }))
}

/// `base` multiplied by itself.
pub fn power<const T: usize>(mut base: Matrix<T>, mut exponent: usize) -> Matrix<T> {
    let mut product = identity();
    while exponent > 0 {
        if exponent & 1 == 1 {
            product = multiply(&base, &product);
        }
        base = multiply(&base, &base);
        exponent >>= 1;
    }
    product
}

/// Gauss-Jordan without pivoting: N is a Cauchy matrix, whose leading minors are all non-zero.
pub fn inverse<const T: usize>(mut matrix: Matrix<T>) -> Matrix<T> {
    let mut result = identity();
    for pivot in 0..T {
        let scale = matrix[pivot][pivot]
            .inverse()
            .expect("a Cauchy matrix has no zero minor");
        matrix[pivot] = matrix[pivot].map(|cell| cell * scale);
        result[pivot] = result[pivot].map(|cell| cell * scale);
        let (pivot_row, result_row) = (matrix[pivot], result[pivot]);
        for row in (0..T).filter(|row| *row != pivot) {
            let factor = -matrix[row][pivot];
            matrix[row] = sum(&matrix[row], &pivot_row.map(|cell| cell * factor));
            result[row] = sum(&result[row], &result_row.map(|cell| cell * factor));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one reduction of `dot` holds at the largest limbs that elements can have, and at none.
    #[test]
    fn dot_holds_at_the_extremes() {
        let mut limbs = Fr::MODULUS;
        limbs.sub_with_borrow(&BigInt::from(1u64));
        let largest = [Fr::new_unchecked(limbs); 20];
        assert_eq!(
            dot(&largest, &largest),
            largest[0].square() * Fr::from(20u64)
        );
        assert_eq!(dot(&[Fr::ZERO; 17], &[largest[0]; 17]), Fr::ZERO);
        assert_eq!(dot(&[Fr::ONE; 3], &[Fr::ONE; 3]), Fr::from(3u64));
    }

    /// An inverse is one from both sides.
    #[test]
    fn inverse_is_two_sided() {
        let cauchy: Matrix<5> = array::from_fn(|i| {
            array::from_fn(|j| Fr::from(1 + i as u64 + 9 * j as u64).inverse().unwrap())
        });
        let inverted = inverse(cauchy);
        assert_eq!(multiply(&cauchy, &inverted), identity());
        assert_eq!(multiply(&inverted, &cauchy), identity());
        assert_eq!(
            power(cauchy, 3),
            multiply(&cauchy, &multiply(&cauchy, &cauchy))
        );
    }
}
