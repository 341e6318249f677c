//! .wtns: the value of every wire.
//!
//! ```text
//! section 1: element size u32 = 32 | r | wire count u32        section 2: the values, plain form, little-endian
//! ```

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use zeroize::Zeroizing;

use super::binary::Container;
use super::element::{FIELD_BYTES, canonical_integer, expect_prime};
use crate::error::Result;
use crate::kernels::Words;

/// The values of a .wtns, wiped on drop: every one below r, the first one 1.
pub fn read(bytes: &[u8]) -> Result<Zeroizing<Vec<Fr>>> {
    let integers = integers(bytes)?;
    let values = integers.iter().map(|words| Fr::from(BigInt(*words)));
    Ok(Zeroizing::new(values.collect()))
}

/// The same, as integers.
pub fn integers(bytes: &[u8]) -> Result<Zeroizing<Vec<Words>>> {
    let mut container = Container::open(bytes, "wtns", &[2])?;
    let mut header = container.section(1, "header")?;
    expect_prime(&mut header, &Fr::MODULUS, "the field's order")?;
    let count = header.u32()? as usize;
    header.finish()?;
    let mut values = container.section(2, "values")?;
    values.expect_items(count, FIELD_BYTES, "values")?;
    let place = values.offset();
    let mut witness = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        witness.push(canonical_integer(&mut values)?);
    }
    match witness.first() {
        Some([1, 0, 0, 0]) => Ok(witness),
        _ => Err(values.malformed_at(place, "value 0 must be the constant 1")),
    }
}
