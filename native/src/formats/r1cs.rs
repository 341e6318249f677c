//! .r1cs: the constraints that circom wrote, rows a * b = c over the wires.
//!
//! ```text
//! section 1: element size u32 = 32 | r | wires | public outputs | public inputs | private inputs u32 | labels u64 | rows u32
//! section 2: per row three combinations, each: term count u32, then { wire u32 | coefficient }, plain form
//! section 3: wire labels, not needed here                            sections 4, 5: custom gates, refused when used
//! ```
//!
//! Wires: 0 is the constant 1, then public outputs, public inputs, private inputs, the rest.

use ark_bn254::Fr;
use ark_ff::PrimeField;

use super::binary::{Container, Reader};
use super::element::{FIELD_BYTES, canonical_scalar, expect_prime};
use crate::error::{Error, Result};
use crate::matrix::Matrix;

/// Constraints and the roles of their wires.
pub struct R1cs {
    /// Wires, the constant 1 included.
    pub wires: usize,
    /// Public outputs, the wires from 1 on.
    pub public_outputs: usize,
    /// Public inputs, the wires after the outputs.
    pub public_inputs: usize,
    /// Private inputs, the wires after those.
    pub private_inputs: usize,
    /// Matrices a, b, c, each row meaning a * b = c.
    pub matrices: [Matrix; 3],
}

impl R1cs {
    /// Read the bytes of an .r1cs.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut container = Container::open(bytes, "r1cs", &[1])?;
        for (section, what) in [(4, "custom gates used"), (5, "custom gates applied")] {
            if let Some(gates) = container.optional(section)
                && gates.clone().u32()? != 0
            {
                return Err(gates.malformed(format!("{what}: Groth16 has no custom gates")));
            }
        }
        let mut header = container.section(1, "header")?;
        expect_prime(&mut header, &Fr::MODULUS, "the field's order")?;
        let place = header.offset();
        let [wires, public_outputs, public_inputs, private_inputs] =
            [header.u32()?, header.u32()?, header.u32()?, header.u32()?]
                .map(|count| count as usize);
        let _labels = header.u64()?;
        let row_count = header.u32()? as usize;
        header.finish()?;
        let named = [1, public_outputs, public_inputs, private_inputs]
            .iter()
            .try_fold(0usize, |a, b| a.checked_add(*b));
        if named.is_none_or(|named| named > wires) {
            return Err(header.malformed_at(
                place,
                format!("more inputs and outputs than the {wires} wires"),
            ));
        }
        if wires > bytes.len() / LABEL_BYTES {
            let size = bytes.len();
            return Err(header.malformed_at(place, format!("{wires} wires in {size} bytes")));
        }
        let matrices = read_rows(container.section(2, "constraints")?, row_count, wires)?;
        Ok(Self {
            wires,
            public_outputs,
            public_inputs,
            private_inputs,
            matrices,
        })
    }

    /// Public signals: outputs, then inputs.
    pub fn public_count(&self) -> usize {
        self.public_outputs + self.public_inputs
    }

    /// Constraints.
    pub fn row_count(&self) -> usize {
        self.matrices[0].len()
    }

    /// The first row that `witness` does not satisfy.
    pub fn first_unsatisfied(&self, witness: &[Fr]) -> Result<Option<usize>> {
        if witness.len() != self.wires {
            let (wires, values) = (self.wires, witness.len());
            return Err(Error::ArtifactMismatch(format!(
                "the circuit has {wires} wires, the witness {values} values"
            )));
        }
        let [a, b, c] = &self.matrices;
        Ok((0..self.row_count()).find(|row| {
            a.evaluate(*row, witness) * b.evaluate(*row, witness) != c.evaluate(*row, witness)
        }))
    }
}

/// Every wire has a label of 8 bytes in section 3, or at least a term of 36: a setup may be sized by the wires.
const LABEL_BYTES: usize = 8;

/// Least bytes of a row: three empty combinations.
const ROW_BYTES: usize = 12;

fn read_rows(mut reader: Reader<'_>, count: usize, wires: usize) -> Result<[Matrix; 3]> {
    if count > reader.remaining() / ROW_BYTES {
        return Err(reader.malformed(format!(
            "{count} constraints do not fit in {} bytes",
            reader.remaining()
        )));
    }
    let mut matrices = [(); 3].map(|()| Matrix::with_room_for(count));
    for _ in 0..count {
        for matrix in &mut matrices {
            read_combination(&mut reader, wires, matrix)?;
        }
    }
    reader.finish()?;
    Ok(matrices)
}

fn read_combination(reader: &mut Reader<'_>, wires: usize, matrix: &mut Matrix) -> Result<()> {
    let place = reader.offset();
    let count = reader.u32()? as usize;
    if count > reader.remaining() / (4 + FIELD_BYTES) {
        let left = reader.remaining();
        return Err(reader.malformed_at(place, format!("{count} terms do not fit in {left} bytes")));
    }
    for _ in 0..count {
        let place = reader.offset();
        let wire = reader.u32()?;
        if wire as usize >= wires {
            return Err(reader.malformed_at(place, format!("wire {wire} of {wires}")));
        }
        matrix.push((canonical_scalar(reader)?, wire));
    }
    matrix.end_row();
    Ok(())
}
