//! The reduction against its definition, by schoolbook polynomials.

use crate::squarings;
use _native::formats::r1cs::R1cs;
use _native::formats::wtns;
use _native::matrix::Matrix;
use _native::qap::{WirePolynomials, domains, quotient, quotient_basis};
use _native::watch::Watch;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
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
    let matrices = [a, b];
    let h = quotient(&matrices, &witness, &Watch::default()).expect("a quotient");
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
    let [a, b] = matrices.each_ref().map(values);
    let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    assert_eq!(found, at_tau(&a) * at_tau(&b) - at_tau(&c));
    assert_ne!(found, Fr::ZERO);
}
