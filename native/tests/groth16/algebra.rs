//! The reduction against its definition, by schoolbook polynomials.

use crate::squarings;
use _native::formats::r1cs::R1cs;
use _native::formats::wtns;
use _native::qap::{CircomMap, Domain, WirePolynomials};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::r1cs_to_qap::R1CSToQAP;
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
    let domain = Domain::new(8).expect("a domain");
    let points: Vec<Fr> = domain.elements().collect();
    let tau = Fr::from(123_456_789u64);
    let wires = WirePolynomials::at(tau, &circuit, domain);
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
    let domain = Domain::new(8).expect("a domain");
    let points: Vec<Fr> = domain.elements().collect();
    let tau = Fr::from(987_654_321u64);

    let side = |index: usize| {
        let mut matrix: Vec<Vec<(Fr, usize)>> =
            circuit.rows.iter().map(|row| row[index].clone()).collect();
        if index == 0 {
            matrix.extend([vec![(Fr::ONE, 0)], vec![(Fr::ONE, 1)]]);
        }
        matrix.resize(domain.size(), Vec::new());
        matrix
    };
    let matrices = [side(0), side(1)];
    let h = CircomMap::witness_map_from_matrices::<Fr, Domain>(&matrices, 2, 3, &witness);
    let basis = CircomMap::h_query_scalars::<Fr, Domain>(7, tau, Fr::ZERO, Fr::ONE);
    let (h, basis) = (h.expect("a quotient"), basis.expect("a basis"));
    let found: Fr = h
        .iter()
        .zip(&basis)
        .map(|(value, polynomial)| *value * polynomial)
        .sum();

    let value = |row: &[(Fr, usize)]| row.iter().map(|(c, wire)| *c * witness[*wire]).sum::<Fr>();
    let at_tau = |values: &[Fr]| {
        let terms = values.iter().enumerate();
        terms
            .map(|(row, value)| *value * lagrange(&points, row, tau))
            .sum::<Fr>()
    };
    let [a, b] = matrices.map(|matrix| matrix.iter().map(|row| value(row)).collect::<Vec<_>>());
    let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    assert_eq!(found, at_tau(&a) * at_tau(&b) - at_tau(&c));
    assert_ne!(found, Fr::ZERO);
}
