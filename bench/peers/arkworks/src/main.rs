//! arkworks' Groth16 inside a process, for each order once; what it works on is loaded before.
//!
//! arkworks-prover prove CIRCUIT.zkey WITNESS.wtns
//! arkworks-prover verify CIRCUIT.zkey WITNESS.wtns      a proof that it makes first

mod files;
mod resident;

use std::fs;

use ark_bn254::{Bn254, Fr};
use ark_ff::{PrimeField, UniformRand};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_groth16::{Groth16, PreparedVerifyingKey, Proof, prepare_verifying_key};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, Result, SynthesisError};
use ark_std::rand::{SeedableRng, rngs::StdRng};

use files::Key;
use resident::{Work, serve};

/// The quotient as snarkjs' keys expect it: a * b - c on the odd half of the domain twice as large.
struct Circom;

impl R1CSToQAP for Circom {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        _: ConstraintSystemRef<F>,
        _: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        Err(SynthesisError::Unsatisfiable)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        _: usize,
        rows: usize,
        wires: &[F],
    ) -> Result<Vec<F>> {
        let domain = D::new(rows).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let odd = D::new(2 * rows)
            .ok_or(SynthesisError::PolynomialDegreeTooLarge)?
            .element(1);
        let shifted = |mut values: Vec<F>| {
            domain.ifft_in_place(&mut values);
            D::distribute_powers_and_mul_by_const(&mut values, odd, F::one());
            domain.fft_in_place(&mut values);
            values
        };
        let sides = matrices.iter().map(|matrix| {
            matrix
                .iter()
                .map(|row| evaluate_constraint(row, wires))
                .collect::<Vec<F>>()
        });
        let [a, b]: [Vec<F>; 2] = sides.collect::<Vec<_>>().try_into().unwrap();
        let c = shifted(domain.mul_polynomials_in_evaluation_domain(&a, &b));
        let mut quotient = domain.mul_polynomials_in_evaluation_domain(&shifted(a), &shifted(b));
        quotient
            .iter_mut()
            .zip(c)
            .for_each(|(value, c)| *value -= c);
        Ok(quotient)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        _: usize,
        _: F,
        _: F,
        _: F,
    ) -> std::result::Result<Vec<F>, SynthesisError> {
        Err(SynthesisError::Unsatisfiable)
    }
}

fn proof_json(proof: &Proof<Bn254>) -> String {
    let b = [proof.b.x, proof.b.y].map(|value| format!(r#"["{}", "{}"]"#, value.c0, value.c1));
    format!(
        r#"{{"pi_a": ["{}", "{}", "1"], "pi_b": [{}, {}, ["1", "0"]], "pi_c": ["{}", "{}", "1"], "protocol": "groth16", "curve": "bn128"}}"#,
        proof.a.x, proof.a.y, b[0], b[1], proof.c.x, proof.c.y
    )
}

/// A key, a witness and the last proof.
struct Prove {
    key: Key,
    wires: Vec<Fr>,
    random: StdRng,
    proof: Option<Proof<Bn254>>,
}

impl Prove {
    fn new(zkey: &str, witness: &str) -> Self {
        Self {
            key: Key::read(&fs::read(zkey).expect(zkey)),
            wires: files::witness(&fs::read(witness).expect(witness)),
            // These proofs hide nothing from anyone.
            random: StdRng::seed_from_u64(1),
            proof: None,
        }
    }

    fn signals(&self) -> &[Fr] {
        &self.wires[1..self.key.inputs]
    }
}

impl Work for Prove {
    fn run(&mut self) {
        let [r, s] = [(); 2].map(|()| Fr::rand(&mut self.random));
        let Key {
            points,
            matrices,
            inputs,
            domain,
        } = &self.key;
        let proof = Groth16::<Bn254, Circom>::create_proof_with_reduction_and_matrices(
            points,
            r,
            s,
            matrices,
            *inputs,
            *domain,
            &self.wires,
        );
        self.proof = Some(proof.expect("a proof"));
    }

    fn save(&self, proof: &str, public: &str) {
        let made = self.proof.as_ref().expect("a run before");
        fs::write(proof, proof_json(made)).expect(proof);
        let signals = self.signals().iter().map(|value| format!(r#""{value}""#));
        fs::write(
            public,
            format!("[{}]", signals.collect::<Vec<_>>().join(", ")),
        )
        .expect(public);
    }
}

/// A prepared key, and a proof to check.
struct Verify {
    key: PreparedVerifyingKey<Bn254>,
    proof: Proof<Bn254>,
    signals: Vec<Fr>,
}

impl Verify {
    fn new(zkey: &str, witness: &str) -> Self {
        let mut prover = Prove::new(zkey, witness);
        prover.run();
        Self {
            key: prepare_verifying_key(&prover.key.points.vk),
            signals: prover.signals().to_vec(),
            proof: prover.proof.expect("a proof"),
        }
    }
}

impl Work for Verify {
    fn run(&mut self) {
        let verdict = Groth16::<Bn254, Circom>::verify_proof(&self.key, &self.proof, &self.signals);
        assert!(verdict.expect("as many signals as the key has"));
    }

    fn save(&self, _: &str, _: &str) {}
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [verb, zkey, witness] if verb == "prove" => serve(|| Prove::new(zkey, witness)),
        [verb, zkey, witness] if verb == "verify" => serve(|| Verify::new(zkey, witness)),
        _ => panic!("arkworks-prover prove|verify CIRCUIT.zkey WITNESS.wtns"),
    }
}
