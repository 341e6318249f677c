//! The reduction against its definition, by schoolbook polynomials.

use crate::squarings;
use _native::error::Result;
use _native::formats::r1cs::R1cs;
use _native::formats::wtns;
use _native::kernels::{Kernel, LONGEST_SUM, Words};
use _native::matrix::Matrix;
use _native::qap::{WirePolynomials, domains, quotient_basis};
use _native::quotient::{Coefficients, Place, Terms, quotient};
use _native::watch::Watch;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use ark_poly::EvaluationDomain;

/// The Lagrange polynomial of `points[index]` over `points`, at `x`, by its definition.
fn lagrange(points: &[Fr], index: usize, x: Fr) -> Fr {
    let others = points
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index);
    others.fold(Fr::ONE, |product, (_, point)| {
        product * (x - point) / (points[index] - point)
    })
}

#[test]
fn wires_at_tau_are_sums_of_lagrange_polynomials() {
    let circuit = R1cs::read(&squarings(3).0).expect("a circuit");
    let (domain, _) = domains(8).expect("two domains");
    let points: Vec<Fr> = domain.elements().collect();
    let tau = Fr::from(123_456_789u64);
    let wires = WirePolynomials::at(tau, &circuit, &domain);
    // Wires: constant, last square, 3, first square, second square. Public rows 3 and 4 are constant and last square.
    let l = |row| lagrange(&points, row, tau);
    assert_eq!(*wires.a, [l(3), l(4), l(0), l(1), l(2)]);
    assert_eq!(*wires.b, [Fr::ZERO, Fr::ZERO, l(0), l(1), l(2)]);
    assert_eq!(*wires.c, [Fr::ZERO, l(2), Fr::ZERO, l(0), l(1)]);
}

#[test]
fn the_odd_lagrange_form_of_the_quotient_is_the_quotient() {
    // sum of h_i L_i(tau) = a(tau) b(tau) - c(tau) for the polynomials that interpolate a, b and c = a b on the domain.
    let (circuit, witness) = squarings(3);
    let circuit = R1cs::read(&circuit).expect("a circuit");
    let witness = wtns::read(&witness).expect("a witness");
    let (domain, doubled) = domains(8).expect("two domains");
    let points: Vec<Fr> = domain.elements().collect();
    let tau = Fr::from(987_654_321u64);

    let [mut a, mut b, _] = circuit.matrices.clone();
    for wire in 0..2 {
        a.push((Fr::ONE, wire));
        a.end_row();
    }
    a.fill_up_to(domain.size());
    b.fill_up_to(domain.size());
    let h = quotient_of(&[a.clone(), b.clone()], &witness, Kernel::Plain);
    let basis = quotient_basis(&doubled, tau, Fr::ONE);
    let found: Fr = h
        .iter()
        .zip(basis.iter())
        .map(|(value, polynomial)| *value * polynomial)
        .sum();

    let at_tau = |values: &[Fr]| {
        let terms = values.iter().enumerate();
        terms
            .map(|(row, value)| *value * lagrange(&points, row, tau))
            .sum::<Fr>()
    };
    let values = |matrix: &Matrix| -> Vec<Fr> {
        let rows = 0..matrix.len();
        rows.map(|row| matrix.evaluate(row, &witness)).collect()
    };
    let [a, b] = [a, b].each_ref().map(values);
    let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    assert_eq!(found, at_tau(&a) * at_tau(&b) - at_tau(&c));
    assert_ne!(found, Fr::ZERO);
}

/// Terms of matrices a and b, as a key holds them.
struct Held(Vec<(Place, u32, Words)>);

impl Held {
    fn of(matrices: &[Matrix; 2]) -> Self {
        let mut terms = Vec::new();
        for (matrix, rows) in (0u32..).zip(matrices) {
            for (row, held) in (0u32..).zip(rows.rows()) {
                let place = Place { matrix, row };
                let twice = |value: &Fr| Fr::from(value.0).0.0;
                terms.extend(
                    held.iter()
                        .map(|(value, wire)| (place, *wire, twice(value))),
                );
            }
        }
        Self(terms)
    }
}

impl Terms for Held {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn term(&self, index: usize) -> Result<(Place, u32, Words)> {
        Ok(self.0[index])
    }
}

fn quotient_of(matrices: &[Matrix; 2], witness: &[Fr], kernel: Kernel) -> Vec<Fr> {
    let watch = Watch::default();
    let coefficients = Coefficients::of(&Held::of(matrices), matrices[0].len(), &watch);
    let integers: Vec<Words> = witness.iter().map(|value| value.into_bigint().0).collect();
    let coefficients = coefficients.expect("matrices");
    let found = quotient(&coefficients, &integers, kernel, &watch).expect("a quotient");
    found.iter().map(|words| Fr::from(BigInt(*words))).collect()
}

/// Matrices of a size, with rows of no term, of one, of some and of more than a kernel sums up at once.
fn drawn(rows: usize, wires: usize) -> ([Matrix; 2], Vec<Fr>) {
    let mut last = Fr::from(0x5eed_u64);
    let mut next = || {
        last = last.square() + Fr::from(7u64);
        last
    };
    let witness: Vec<Fr> = (0..wires).map(|_| next()).collect();
    let mut matrices = [Matrix::default(), Matrix::default()];
    for matrix in &mut matrices {
        for row in 0..rows {
            let terms = match row % 13 {
                0 => 0,
                5 => 8,
                7 => 300 % rows,
                11 if row == 11 => LONGEST_SUM + 9,
                other => other,
            };
            for term in 0..terms {
                let value = if term % 3 == 0 { -Fr::ONE } else { next() };
                matrix.push((value, ((row * 7 + term * 5) % wires) as u32));
            }
            matrix.end_row();
        }
    }
    (matrices, witness)
}

/// By every kernel, and squares of every form: one column, fewer than lanes, as many rows as columns and twice as many.
#[test]
fn by_every_kernel_and_in_every_size() {
    for bits in 1..=10 {
        let rows = 1 << bits;
        let (matrices, witness) = drawn(rows, 50);
        let (domain, doubled) = domains(rows).expect("two domains");
        let odd = domain.get_coset(doubled.group_gen).expect("odd roots");
        let shifted = |values: &[Fr]| odd.fft(&domain.ifft(values));
        let [a, b] = matrices.each_ref().map(|matrix| -> Vec<Fr> {
            (0..rows)
                .map(|row| matrix.evaluate(row, &witness))
                .collect()
        });
        let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
        let (a, b, c) = (shifted(&a), shifted(&b), shifted(&c));
        let values = a.iter().zip(&b).zip(&c);
        let expected: Vec<Fr> = values.map(|((a, b), c)| *a * b - c).collect();
        for kernel in Kernel::all() {
            let found = quotient_of(&matrices, &witness, kernel);
            assert_eq!(found, expected, "{rows} rows by {kernel:?}");
        }
    }
}
