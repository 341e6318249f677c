//! Constraints as polynomials over a domain of n-th roots of unity, in the form circom's tools agreed on.
//!
//! The quotient is not formed: with a, b and c = a * b given on the domain, a b - c vanishes there, so its values at the
//! n odd 2n-th roots fix it, and H holds the Lagrange polynomials of exactly those points.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP, evaluate_constraint};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, Result as R1csResult, SynthesisError};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::formats::r1cs::R1cs;

/// The domain of n-th roots of unity.
pub type Domain = Radix2EvaluationDomain<Fr>;

/// The reduction behind .zkey files.
pub struct CircomMap;

impl R1CSToQAP for CircomMap {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        constraints: ConstraintSystemRef<F>,
        tau: &F,
    ) -> R1csResult<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(constraints, tau)
    }

    /// `matrices` are a and b over the whole domain, public rows included.
    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        _public: usize,
        _rows: usize,
        witness: &[F],
    ) -> R1csResult<Vec<F>> {
        let [a, b] = matrices else {
            return Err(SynthesisError::Unsatisfiable);
        };
        let domain = D::new(a.len()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let doubled = D::new(2 * a.len()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let odd_roots = domain
            .get_coset(doubled.group_gen())
            .ok_or(SynthesisError::PolynomialDegreeTooLarge)?;

        let evaluate = |matrix: &Matrix<F>| -> Vec<F> {
            matrix
                .par_iter()
                .map(|row| evaluate_constraint(row, witness))
                .collect()
        };
        let shift = |mut values: Vec<F>| {
            domain.ifft_in_place(&mut values);
            odd_roots.fft_in_place(&mut values);
            values
        };
        let (a, b) = (evaluate(a), evaluate(b));
        let c = a.par_iter().zip(&b).map(|(a, b)| *a * b).collect();
        let (mut a, b, c) = (shift(a), shift(b), shift(c));
        a.par_iter_mut()
            .zip(b)
            .zip(c)
            .for_each(|((a, b), c)| *a = *a * b - c);
        Ok(a)
    }

    /// The Lagrange polynomials of the odd 2n-th roots at `tau`, over delta, for n = `max_power` + 1.
    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        tau: F,
        _vanishing: F,
        delta_inverse: F,
    ) -> R1csResult<Vec<F>> {
        let doubled =
            D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = Zeroizing::new(doubled.evaluate_all_lagrange_coefficients(tau));
        Ok(lagrange
            .iter()
            .skip(1)
            .step_by(2)
            .map(|value| *value * delta_inverse)
            .collect())
    }
}

/// The polynomials of every wire at tau, wiped on drop.
pub struct WirePolynomials {
    /// Matrix a, the public rows included.
    pub a: Zeroizing<Vec<Fr>>,
    /// Matrix b.
    pub b: Zeroizing<Vec<Fr>>,
    /// Matrix c.
    pub c: Zeroizing<Vec<Fr>>,
}

impl WirePolynomials {
    /// Evaluate the polynomials of `r1cs` over `domain` at `tau`.
    pub fn at(tau: Fr, r1cs: &R1cs, domain: Domain) -> Self {
        let lagrange = Zeroizing::new(domain.evaluate_all_lagrange_coefficients(tau));
        let mut sides = [(); 3].map(|()| Zeroizing::new(vec![Fr::ZERO; r1cs.wires]));
        for (row, value) in r1cs.rows.iter().zip(lagrange.iter()) {
            for (side, combination) in sides.iter_mut().zip(row) {
                for (coefficient, wire) in combination {
                    side[*wire] += *coefficient * value;
                }
            }
        }
        let [mut a, b, c] = sides;
        for (wire, value) in lagrange[r1cs.rows.len()..]
            .iter()
            .take(r1cs.public_count() + 1)
            .enumerate()
        {
            a[wire] += value;
        }
        Self { a, b, c }
    }
}
