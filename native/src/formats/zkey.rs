//! .zkey: a Groth16 proving key as snarkjs writes it.
//!
//! ```text
//! section 1: protocol u32 = 1 (Groth16)
//! section 2: element size u32 = 32 | q | element size u32 = 32 | r | wires | public signals | domain size u32
//!            | alpha1 beta1 beta2 gamma2 delta1 delta2
//! section 3: IC, one G1 point per public signal and one for the constant 1
//! section 4: count u32, then { matrix u32 (0 = a, 1 = b) | row u32 | wire u32 | coefficient }
//! section 5, 6, 7: A, B1, B2, one point per wire       section 8: C, one per wire that is not public
//! section 9: H, one per row of the domain              section 10: hash and contributions of the ceremony
//! ```
//!
//! After the circuit's own rows come the public rows: row m + i is wire i alone in matrix a, which is what keeps an
//! unused public signal bound. Points are affine and in Montgomery form, infinity is zeros.

use ark_bn254::{Fq, Fr, G1Affine, g1, g2};
use ark_ff::PrimeField;

use super::binary::{Container, Reader};
use super::contributions::Contributions;
use super::element::{FIELD_BYTES, expect_prime, words_below_r};
use super::points::{PointSection, point, points};
use crate::error::Result;
use crate::groth16::{Traces, VerificationPoints};
use crate::kernels::Words;
use crate::quotient::{Coefficients, Place, Terms};
use crate::watch::Watch;

/// Bytes of one coefficient of section 4.
pub const COEFFICIENT_BYTES: usize = 12 + FIELD_BYTES;

/// The largest domain: its double still has roots of unity, as r - 1 is a multiple of 2^28 only.
pub const MAX_DOMAIN_SIZE: usize = 1 << 27;

/// snarkjs' other protocols, by number.
const OTHER_PROTOCOLS: [(u32, &str); 2] = [(2, "PLONK"), (10, "FFLONK")];

/// What a .zkey holds: its long sections are found, and not read yet.
pub struct Zkey<'a> {
    /// What verifies its proofs.
    pub verification: VerificationPoints,
    /// beta in G1.
    pub beta_1: G1Affine,
    /// delta in G1.
    pub delta_1: G1Affine,
    /// a of every wire at tau.
    pub a: PointSection<'a, g1::Config>,
    /// b of every wire at tau, in G1.
    pub b_1: PointSection<'a, g1::Config>,
    /// b of every wire at tau, in G2.
    pub b_2: PointSection<'a, g2::Config>,
    /// beta a + alpha b + c over delta, of every wire that is not public.
    pub c: PointSection<'a, g1::Config>,
    /// The Lagrange polynomials of the odd roots at tau, over delta.
    pub h: PointSection<'a, g1::Config>,
    header: Header,
    /// Section 4, and the coefficients in it.
    coefficients: Reader<'a>,
    terms: &'a [[u8; COEFFICIENT_BYTES]],
}

#[derive(Clone, Copy)]
struct Header {
    wires: usize,
    public: usize,
    domain: usize,
}

impl<'a> Zkey<'a> {
    /// Find the parts of a .zkey; that it is sound is checked elsewhere.
    pub fn open(bytes: &'a [u8], watch: &Watch) -> Result<Self> {
        Self::find(
            &mut Container::open(bytes, "zkey", &[1])?,
            bytes.len(),
            watch,
        )
    }

    /// The same with what the ceremony left, and nothing else in the file.
    pub fn open_with_contributions(
        bytes: &'a [u8],
        watch: &Watch,
    ) -> Result<(Self, Contributions)> {
        let mut container = Container::open(bytes, "zkey", &[1])?;
        let key = Self::find(&mut container, bytes.len(), watch)?;
        let contributions = Contributions::read(container.section(10, "contributions")?)?;
        container.finish()?;
        Ok((key, contributions))
    }

    fn find(container: &mut Container<'a>, size: usize, watch: &Watch) -> Result<Self> {
        watch.plan(size as u64);
        let mut protocol = container.section(1, "protocol")?;
        let place = protocol.offset();
        let number = protocol.u32()?;
        if number != 1 {
            let name = OTHER_PROTOCOLS.iter().find(|(other, _)| *other == number);
            let name = name.map_or("an unknown protocol", |(_, name)| name);
            return Err(protocol.malformed_at(
                place,
                format!("a key for {name} (number {number}), not for Groth16"),
            ));
        }
        protocol.finish()?;

        let mut reader = container.section(2, "header")?;
        let header = Header::read(&mut reader)?;
        let alpha = point(&mut reader)?;
        let beta_1 = point(&mut reader)?;
        let beta = point(&mut reader)?;
        let gamma = point(&mut reader)?;
        let delta_1 = point(&mut reader)?;
        let delta = point(&mut reader)?;
        reader.finish()?;

        // The H section is as long as the domain says before anything is sized by the domain.
        let h = PointSection::of(container.section(9, "H")?, header.domain, "H")?;
        let Header { wires, public, .. } = header;
        let mut coefficients = container.section(4, "coefficients")?;
        let count = coefficients.u32()? as usize;
        coefficients.expect_items(count, COEFFICIENT_BYTES, "coefficients")?;
        let terms = coefficients.clone().take(coefficients.remaining())?;
        Ok(Self {
            verification: VerificationPoints {
                alpha,
                beta,
                gamma,
                delta,
                ic: points(container.section(3, "IC")?, public + 1, "IC", watch)?,
            },
            beta_1,
            delta_1,
            a: PointSection::of(container.section(5, "A")?, wires, "A")?,
            b_1: PointSection::of(container.section(6, "B1")?, wires, "B1")?,
            b_2: PointSection::of(container.section(7, "B2")?, wires, "B2")?,
            c: PointSection::of(container.section(8, "C")?, wires - public - 1, "C")?,
            h,
            header,
            coefficients,
            terms: terms.as_chunks().0,
        })
    }

    /// Wires, the constant 1 included.
    pub fn wires(&self) -> usize {
        self.header.wires
    }

    /// Public signals, without the constant 1.
    pub fn public(&self) -> usize {
        self.header.public
    }

    /// Section 4 without its count, as it stands.
    pub fn terms(&self) -> &'a [u8] {
        self.terms.as_flattened()
    }

    /// Rows of the domain.
    pub fn domain(&self) -> usize {
        self.header.domain
    }

    /// Matrices a and b over the whole domain, the public rows included, and the number of the circuit's own rows.
    pub fn coefficients(&self, watch: &Watch) -> Result<(Coefficients, usize)> {
        let coefficients = Coefficients::of(self, self.header.domain, watch)?;
        let refusal = |reason: String| self.coefficients.malformed(reason);
        let rows = coefficients.last_row().unwrap_or_default();
        let Some(constraint_count) = rows.checked_sub(self.header.public) else {
            return Err(refusal("fewer rows than public signals".to_owned()));
        };
        for (signal, row) in (0u32..).zip(constraint_count..=rows) {
            if !coefficients.binds(row as u32, signal) {
                return Err(refusal(format!(
                    "row {row} should bind public signal {signal}, and nothing else"
                )));
            }
        }
        Ok((coefficients, constraint_count))
    }

    /// What its points give away about the secrets of its setup.
    pub fn traces(&self) -> Traces {
        let unbound = (0..self.verification.ic.len()).any(|wire| self.a.is_infinity(wire));
        let half = self.h.count() / 2;
        let opposite = |low: usize| {
            let (low, high) = (self.h.point(low), self.h.point(half + low));
            matches!((low, high), (Ok(low), Ok(high)) if low == -high)
        };
        let same_x = |low: usize| {
            self.h.bytes(low)[..FIELD_BYTES] == self.h.bytes(half + low)[..FIELD_BYTES]
        };
        let vanishing = (0..self.h.count()).any(|row| self.h.is_infinity(row));
        Traces {
            unbound,
            root: vanishing || (0..half).any(|low| same_x(low) && opposite(low)),
        }
    }
}

impl Terms for Zkey<'_> {
    fn count(&self) -> usize {
        self.terms.len()
    }

    fn term(&self, index: usize) -> Result<(Place, u32, Words)> {
        let term = &self.terms[index];
        let (numbers, coefficient) = term.split_at(COEFFICIENT_BYTES - FIELD_BYTES);
        let number = |at: usize| u32::from_le_bytes(numbers.as_chunks().0[at]);
        let [matrix, row, wire] = [number(0), number(1), number(2)];
        let refusal = |reason: String| {
            let place = self.coefficients.offset() + (index * COEFFICIENT_BYTES) as u64;
            self.coefficients.malformed_at(place, reason)
        };
        let Header { wires, domain, .. } = self.header;
        if matrix > 1 || row as usize >= domain || wire as usize >= wires {
            return Err(refusal(format!(
                "matrix {matrix}, row {row}, wire {wire} is outside"
            )));
        }
        let words = words_below_r(coefficient);
        let words = words.ok_or_else(|| refusal("a coefficient at or above r".to_owned()))?;
        Ok((Place { matrix, row }, wire, words))
    }
}

impl Header {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        expect_prime(reader, &Fq::MODULUS, "the base field's order")?;
        expect_prime(reader, &Fr::MODULUS, "the scalar field's order")?;
        let place = reader.offset();
        let [wires, public, domain] =
            [reader.u32()?, reader.u32()?, reader.u32()?].map(|count| count as usize);
        if public >= wires {
            return Err(reader.malformed_at(
                place,
                format!("{public} public signals among {wires} wires"),
            ));
        }
        if !domain.is_power_of_two() || domain > MAX_DOMAIN_SIZE || domain <= public {
            return Err(reader.malformed_at(place + 8, format!("a domain of {domain} rows")));
        }
        Ok(Self {
            wires,
            public,
            domain,
        })
    }
}
