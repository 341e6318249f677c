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

use ark_bn254::{Fq, Fr};
use ark_ff::{One, PrimeField};

use super::binary::{Container, Reader};
use super::element::{FIELD_BYTES, doubled_montgomery_scalar, expect_prime, point, points};
use crate::error::Result;
use crate::groth16::{ProvingPoints, VerificationPoints};
use crate::matrix::{Layout, Matrix};
use crate::watch::Watch;

/// Bytes of one coefficient of section 4.
const COEFFICIENT_BYTES: usize = 12 + FIELD_BYTES;

/// The largest domain: its double still has roots of unity, as r - 1 is a multiple of 2^28 only.
pub const MAX_DOMAIN_SIZE: usize = 1 << 27;

/// snarkjs' other protocols, by number.
const OTHER_PROTOCOLS: [(u32, &str); 2] = [(2, "PLONK"), (10, "FFLONK")];

/// What a .zkey holds.
pub struct Zkey {
    /// The points.
    pub points: ProvingPoints,
    /// Matrices a and b over the whole domain, the public rows included.
    pub matrices: [Matrix; 2],
    /// Rows of the circuit itself.
    pub constraint_count: usize,
}

struct Header {
    wires: usize,
    public: usize,
    domain: usize,
}

impl Zkey {
    /// Read the bytes of a .zkey; that it is sound is checked elsewhere.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        watch.plan(bytes.len() as u64);
        let mut container = Container::open(bytes, "zkey", &[1])?;
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
        let h = points(container.section(9, "H")?, header.domain, "H", watch)?;
        let wires = header.wires;
        let points = ProvingPoints {
            beta_1,
            delta_1,
            a: points(container.section(5, "A")?, wires, "A", watch)?,
            b_1: points(container.section(6, "B1")?, wires, "B1", watch)?,
            b_2: points(container.section(7, "B2")?, wires, "B2", watch)?,
            c: points(
                container.section(8, "C")?,
                wires - header.public - 1,
                "C",
                watch,
            )?,
            h,
            verification: VerificationPoints {
                alpha,
                beta,
                gamma,
                delta,
                ic: points(container.section(3, "IC")?, header.public + 1, "IC", watch)?,
            },
        };
        let (matrices, constraint_count) =
            read_matrices(container.section(4, "coefficients")?, &header)?;
        Ok(Self {
            points,
            matrices,
            constraint_count,
        })
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

/// Where a coefficient belongs.
struct Place {
    matrix: usize,
    row: usize,
    wire: u32,
}

impl Place {
    fn read(reader: &mut Reader<'_>, header: &Header) -> Result<Self> {
        let offset = reader.offset();
        let [matrix, row, wire] = [reader.u32()?, reader.u32()?, reader.u32()?];
        let place = Self {
            matrix: matrix as usize,
            row: row as usize,
            wire,
        };
        if matrix > 1 || place.row >= header.domain || wire as usize >= header.wires {
            return Err(reader.malformed_at(
                offset,
                format!("matrix {matrix}, row {row}, wire {wire} is outside"),
            ));
        }
        Ok(place)
    }
}

fn read_matrices(mut reader: Reader<'_>, header: &Header) -> Result<([Matrix; 2], usize)> {
    let count = reader.u32()? as usize;
    reader.expect_items(count, COEFFICIENT_BYTES, "coefficients")?;
    let mut layouts = [Layout::new(header.domain), Layout::new(header.domain)];
    let mut last_row = 0;
    let mut places = reader.clone();
    for _ in 0..count {
        let place = Place::read(&mut places, header)?;
        places.take(FIELD_BYTES)?;
        layouts[place.matrix].count(place.row);
        last_row = last_row.max(place.row);
    }
    layouts.iter_mut().for_each(Layout::settle);
    for _ in 0..count {
        let Place { matrix, row, wire } = Place::read(&mut reader, header)?;
        layouts[matrix].place(row, (doubled_montgomery_scalar(&mut reader)?, wire));
    }
    let matrices = layouts.map(Layout::finish);
    let Some(constraint_count) = last_row.checked_sub(header.public) else {
        return Err(reader.malformed("fewer rows than public signals"));
    };
    for (signal, row) in (constraint_count..=last_row).enumerate() {
        let alone = matches!(matrices[0].row(row), [(one, wire)] if one.is_one() && *wire as usize == signal);
        if !alone || !matrices[1].row(row).is_empty() {
            return Err(reader.malformed(format!(
                "row {row} should bind public signal {signal}, and nothing else"
            )));
        }
    }
    Ok((matrices, constraint_count))
}
