//! Constraints as polynomials over a domain of n-th roots of unity.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::formats::r1cs::R1cs;
use crate::formats::zkey::MAX_DOMAIN_SIZE;
use crate::matrix::Matrix;

/// The domain of n-th roots of unity.
pub type Domain = Radix2EvaluationDomain<Fr>;

/// A domain of at least `rows` roots, with one of twice its size.
pub fn domains(rows: usize) -> Result<(Domain, Domain)> {
    let domain = Domain::new(rows).filter(|domain| domain.size() <= MAX_DOMAIN_SIZE);
    let doubled = domain.and_then(|domain| Domain::new(2 * domain.size()));
    domain.zip(doubled).ok_or_else(|| {
        Error::ResourceLimit(format!(
            "{rows} rows, Groth16 on BN254 takes {MAX_DOMAIN_SIZE}; split the circuit"
        ))
    })
}

/// The Lagrange polynomials of the odd roots of `doubled` at `tau`, over delta, wiped on drop.
pub fn quotient_basis(doubled: &Domain, tau: Fr, delta_inverse: Fr) -> Zeroizing<Vec<Fr>> {
    let lagrange = Zeroizing::new(doubled.evaluate_all_lagrange_coefficients(tau));
    let odd = lagrange.iter().skip(1).step_by(2);
    Zeroizing::new(odd.map(|value| *value * delta_inverse).collect())
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
    pub fn at(tau: Fr, r1cs: &R1cs, domain: &Domain) -> Self {
        let lagrange = Zeroizing::new(domain.evaluate_all_lagrange_coefficients(tau));
        let side = |matrix: &Matrix| {
            let mut values = Zeroizing::new(vec![Fr::ZERO; r1cs.wires]);
            for (terms, value) in matrix.rows().zip(lagrange.iter()) {
                for (coefficient, wire) in terms {
                    values[*wire as usize] += *coefficient * value;
                }
            }
            values
        };
        let [mut a, b, c] = r1cs.matrices.each_ref().map(side);
        for (wire, value) in lagrange[r1cs.row_count()..]
            .iter()
            .take(r1cs.public_count() + 1)
            .enumerate()
        {
            a[wire] += value;
        }
        Self { a, b, c }
    }
}
