//! .ptau: powers of tau as snarkjs writes them.
//!
//! ```text
//! section 1: element size u32 = 32 | q | power u32 | ceremony power u32                                    n = 2^power
//! section 2: tau^i in G1, 2n - 1      3: tau^i in G2, n      4, 5: alpha tau^i and beta tau^i in G1, n      6: beta in G2
//! section 7: contribution count u32, then { tau1 tau2 alpha1 beta1 beta2, the powers' secrets after it
//!            | six G1 and three G2 points: its key | hash state 216 bytes | next challenge 64 bytes
//!            | kind u32: 0 a participant, 1 a beacon | size u32 | size bytes: name and beacon }
//! prepared for phase 2, over every domain 1, 2, 4 ... in turn, the Lagrange polynomials at tau:
//! section 12: in G1, domains to 2n      13: in G2, to n      14, 15: times alpha and beta in G1, to n
//! ```
//!
//! Points are affine and in Montgomery form. Not checked here: that the powers continue one another, and that the
//! Lagrange polynomials are those of the powers.

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;

use super::binary::{Container, Reader};
use super::element::expect_prime;
use super::points::{point, points};
use crate::error::{Error, Result};
use crate::groth16::{expect_secret, same_secret};
use crate::watch::Watch;

/// The largest power: r - 1 is a multiple of 2^28 only.
const MAX_POWER: u32 = 28;

/// Hash state and next challenge at the end of a contribution.
const TRANSCRIPT_BYTES: usize = 216 + 64;

/// Bytes of a contribution without a name.
const CONTRIBUTION_BYTES: usize = 9 * 64 + 5 * 128 + TRANSCRIPT_BYTES + 8;

/// Powers of an unknown tau, with secrets alpha and beta.
pub struct Ptau {
    /// A setup from these powers takes 2^power rows.
    pub power: u32,
    /// The power of the ceremony that this file was cut from.
    pub ceremony_power: u32,
    /// How many took part; one of them has to be honest.
    pub contributions: u32,
    /// tau^i in G1, i below 2^(power + 1) - 1.
    pub tau_g1: Vec<G1Affine>,
    /// tau^i in G2, i below 2^power.
    pub tau_g2: Vec<G2Affine>,
    /// alpha tau^i in G1, i below 2^power.
    pub alpha_tau_g1: Vec<G1Affine>,
    /// beta tau^i in G1, i below 2^power.
    pub beta_tau_g1: Vec<G1Affine>,
    /// beta in G2.
    pub beta_g2: G2Affine,
    /// What phase 2 starts from, in a prepared file.
    pub lagrange: Option<Lagrange>,
}

/// The Lagrange polynomials of each domain at tau: that of 2^k rows starts at 2^k - 1.
pub struct Lagrange {
    /// In G1, domains up to 2^(power + 1).
    pub tau_g1: Vec<G1Affine>,
    /// In G2, domains up to 2^power, as those below.
    pub tau_g2: Vec<G2Affine>,
    /// Times alpha, in G1.
    pub alpha_tau_g1: Vec<G1Affine>,
    /// Times beta, in G1.
    pub beta_tau_g1: Vec<G1Affine>,
}

/// The secrets of the powers in the exponent, as a contribution left them.
#[derive(PartialEq)]
struct Secrets {
    tau_g1: G1Affine,
    tau_g2: G2Affine,
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
}

impl Ptau {
    /// Read the bytes of a .ptau, refusing powers whose secrets anyone knows.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        watch.plan(bytes.len() as u64);
        let mut container = Container::open(bytes, "ptau", &[1])?;
        let (power, ceremony_power) = powers(container.section(1, "header")?)?;
        // At most 2^28, so that no size below overflows.
        let rows = 1usize << power;
        let mut ptau = Self {
            power,
            ceremony_power,
            contributions: 0,
            tau_g1: points(container.section(2, "tauG1")?, 2 * rows - 1, "tauG1", watch)?,
            tau_g2: points(container.section(3, "tauG2")?, rows, "tauG2", watch)?,
            alpha_tau_g1: points(
                container.section(4, "alphaTauG1")?,
                rows,
                "alphaTauG1",
                watch,
            )?,
            beta_tau_g1: points(container.section(5, "betaTauG1")?, rows, "betaTauG1", watch)?,
            beta_g2: points(container.section(6, "betaG2")?, 1, "betaG2", watch)?[0],
            lagrange: None,
        };
        let (contributions, last) = contributions(container.section(7, "contributions")?)?;
        ptau.contributions = contributions;
        if let Some(first) = container.optional(12) {
            let upto = 2 * rows - 1;
            ptau.lagrange = Some(Lagrange {
                tau_g1: points(first, upto + 2 * rows, "lagrangeTauG1", watch)?,
                tau_g2: points(
                    container.section(13, "lagrangeTauG2")?,
                    upto,
                    "lagrangeTauG2",
                    watch,
                )?,
                alpha_tau_g1: points(
                    container.section(14, "lagrangeAlphaTauG1")?,
                    upto,
                    "lagrangeAlphaTauG1",
                    watch,
                )?,
                beta_tau_g1: points(
                    container.section(15, "lagrangeBetaTauG1")?,
                    upto,
                    "lagrangeBetaTauG1",
                    watch,
                )?,
            });
        }
        ptau.expect_sound(last.as_ref())?;
        Ok(ptau)
    }

    /// Whether a phase 2 can start from this file.
    pub fn prepared(&self) -> bool {
        self.lagrange.is_some()
    }

    /// What a setup of a circuit with `rows` rows, its public rows included, starts from.
    pub fn lagrange_for(&self, rows: usize) -> Result<&Lagrange> {
        if rows > 1 << self.power {
            let (power, needed) = (self.power, (rows - 1).ilog2() + 1);
            return Err(Error::ArtifactMismatch(format!(
                "powers of tau to 2^{power} are too few for {rows} rows; take a file of power {needed} or more"
            )));
        }
        self.lagrange.as_ref().ok_or_else(|| {
            Error::ArtifactMismatch(
                "these powers of tau are not prepared for phase 2; run snarkjs powersoftau prepare phase2".to_owned(),
            )
        })
    }

    fn expect_sound(&self, last: Option<&Secrets>) -> Result<()> {
        let insecure = |element, reason: &str| {
            let reason = reason.to_owned();
            Err(Error::SetupInsecure { element, reason })
        };
        let Some(last) = last else {
            return insecure(
                "contributions",
                "nobody contributed, so tau, alpha and beta are 1",
            );
        };
        if self.tau_g1[0] != G1Affine::generator() {
            return insecure("tauG1", "power 0 is not the generator");
        }
        if self.tau_g2[0] != G2Affine::generator() {
            return insecure("tauG2", "power 0 is not the generator");
        }
        let secrets = Secrets {
            tau_g1: self.tau_g1[1],
            tau_g2: self.tau_g2[1],
            alpha_g1: self.alpha_tau_g1[0],
            beta_g1: self.beta_tau_g1[0],
            beta_g2: self.beta_g2,
        };
        expect_secret("tauG1", &secrets.tau_g1)?;
        expect_secret("alphaTauG1", &secrets.alpha_g1)?;
        expect_secret("betaTauG1", &secrets.beta_g1)?;
        // tau^n = +-1 is a root of unity for the largest domain, that of 2n rows.
        let middle = self.tau_g1[1 << self.power];
        if middle == self.tau_g1[0] || middle == -self.tau_g1[0] {
            return insecure("tauG1", "tau is a root of unity");
        }
        if secrets != *last {
            return insecure("contributions", "the last one did not leave these powers");
        }
        if !same_secret(&secrets.tau_g1, &secrets.tau_g2) {
            return insecure("tauG2", "it disagrees with tauG1");
        }
        if !same_secret(&secrets.beta_g1, &secrets.beta_g2) {
            return insecure("betaG2", "it disagrees with betaTauG1");
        }
        Ok(())
    }
}

/// Power and ceremony power. Sizes are computed from the first, so it is bounded here.
fn powers(mut header: Reader<'_>) -> Result<(u32, u32)> {
    expect_prime(&mut header, &Fq::MODULUS, "the base field's order")?;
    let place = header.offset();
    let (power, ceremony) = (header.u32()?, header.u32()?);
    header.finish()?;
    if !(1..=MAX_POWER).contains(&power) {
        return Err(header.malformed_at(
            place,
            format!("power {power}, 1 to {MAX_POWER} are possible"),
        ));
    }
    if !(power..=MAX_POWER).contains(&ceremony) {
        return Err(header.malformed_at(
            place + 4,
            format!("power {power} from a ceremony of power {ceremony}"),
        ));
    }
    Ok((power, ceremony))
}

/// The number of contributions, and what the last one left.
fn contributions(mut reader: Reader<'_>) -> Result<(u32, Option<Secrets>)> {
    let place = reader.offset();
    let count = reader.u32()?;
    if count as usize > reader.remaining() / CONTRIBUTION_BYTES {
        let left = reader.remaining();
        return Err(reader.malformed_at(
            place,
            format!("{count} contributions do not fit in {left} bytes"),
        ));
    }
    let mut last = None;
    for _ in 0..count {
        last = Some(contribution(&mut reader)?);
    }
    reader.finish()?;
    Ok((count, last))
}

fn contribution(reader: &mut Reader<'_>) -> Result<Secrets> {
    let secrets = Secrets {
        tau_g1: point(reader)?,
        tau_g2: point(reader)?,
        alpha_g1: point(reader)?,
        beta_g1: point(reader)?,
        beta_g2: point(reader)?,
    };
    for _ in 0..6 {
        let _in_g1: G1Affine = point(reader)?;
    }
    for _ in 0..3 {
        let _in_g2: G2Affine = point(reader)?;
    }
    reader.take(TRANSCRIPT_BYTES)?;
    let place = reader.offset();
    let kind = reader.u32()?;
    if kind > 1 {
        return Err(reader.malformed_at(place, format!("a contribution of unknown kind {kind}")));
    }
    let size = reader.u32()? as usize;
    reader.take(size)?;
    Ok(secrets)
}
