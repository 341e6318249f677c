//! .ptau: powers of tau as snarkjs writes them.
//!
//! ```text
//! section 1: element size u32 = 32 | q | power u32 | ceremony power u32                                    n = 2^power
//! section 2: tau^i in G1, 2n - 1      3: tau^i in G2, n      4, 5: alpha tau^i and beta tau^i in G1, n      6: beta in G2
//! section 7: contribution count u32, then { tau1 tau2 alpha1 beta1 beta2, the powers' secrets after it
//!            | six G1 and three G2 points: its key | hash state 216 bytes | next challenge 64 bytes
//!            | who it was, as in `parameters` }
//! prepared for phase 2, over every domain 1, 2, 4 ... in turn, the Lagrange polynomials at tau:
//! section 12: in G1, domains to 2n      13: in G2, to n      14, 15: times alpha and beta in G1, to n
//! ```
//!
//! Points are affine and in Montgomery form. Not checked here: that the powers continue one another, and that the
//! Lagrange polynomials are those of the powers.

use ark_bn254::{Fq, G1Affine, G2Affine, g1, g2};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;

use super::binary::{Container, Reader};
use super::element::expect_prime;
use super::points::{BinaryPoint, PointSection, point};
use super::ptau_contribution::{self, Contribution, Secrets};
use crate::error::{Error, Result};
use crate::groth16::{expect_secret, same_secret};
use crate::watch::Watch;

/// The largest power: r - 1 is a multiple of 2^28 only.
pub const MAX_POWER: u32 = 28;

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

/// A .ptau whose long sections are found, and not read yet: a setup takes a part of them.
pub struct Powers<'a> {
    /// A setup from these powers takes 2^power rows.
    pub power: u32,
    /// The power of the ceremony that this file was cut from.
    pub ceremony_power: u32,
    /// Who took part; one of them has to be honest.
    pub contributions: Vec<Contribution>,
    /// tau^i in G1, i below 2^(power + 1) - 1.
    pub tau_g1: PointSection<'a, g1::Config>,
    /// tau^i in G2, i below 2^power.
    pub tau_g2: PointSection<'a, g2::Config>,
    /// alpha tau^i in G1, i below 2^power.
    pub alpha_tau_g1: PointSection<'a, g1::Config>,
    /// beta tau^i in G1, i below 2^power.
    pub beta_tau_g1: PointSection<'a, g1::Config>,
    /// beta in G2.
    pub beta_g2: G2Affine,
    /// What phase 2 starts from, in a prepared file.
    pub lagrange: Option<LagrangeSections<'a>>,
    /// The bytes behind section 2.
    pub behind_tau_g1: &'a [u8],
}

/// The sections of `Lagrange`.
pub struct LagrangeSections<'a> {
    /// In G1, domains up to 2^(power + 1).
    pub tau_g1: PointSection<'a, g1::Config>,
    /// In G2, domains up to 2^power, as those below.
    pub tau_g2: PointSection<'a, g2::Config>,
    /// Times alpha, in G1.
    pub alpha_tau_g1: PointSection<'a, g1::Config>,
    /// Times beta, in G1.
    pub beta_tau_g1: PointSection<'a, g1::Config>,
}

impl<'a> Powers<'a> {
    /// Find the sections, refusing powers whose secrets anyone knows.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let powers = Self::find(bytes)?;
        powers.expect_sound()?;
        Ok(powers)
    }

    /// Find the sections, whose sizes are those of the power. Nobody may have contributed.
    pub fn find(bytes: &'a [u8]) -> Result<Self> {
        let mut container = Container::open(bytes, "ptau", &[1])?;
        let (power, ceremony_power) = powers(container.section(1, "header")?)?;
        // At most 2^28, so that no size below overflows.
        let rows = 1usize << power;
        let upto = 2 * rows - 1;
        let tau_g1 = container.section(2, "tauG1")?;
        tau_g1.expect_items(upto, G1Affine::BYTES, "tauG1")?;
        let end = tau_g1.offset() as usize + tau_g1.remaining();
        let tau_g1 = PointSection::of(tau_g1, upto, "tauG1")?;
        let tau_g2 = PointSection::of(container.section(3, "tauG2")?, rows, "tauG2")?;
        let mut part = |number: u32, count: usize, what: &'static str| {
            PointSection::<g1::Config>::of(container.section(number, what)?, count, what)
        };
        let (alpha_tau_g1, beta_tau_g1) =
            (part(4, rows, "alphaTauG1")?, part(5, rows, "betaTauG1")?);
        let mut beta_g2 = container.section(6, "betaG2")?;
        beta_g2.expect_items(1, G2Affine::BYTES, "betaG2")?;
        let contributions = ptau_contribution::read(container.section(7, "contributions")?)?;
        let lagrange = match container.optional(12) {
            None => None,
            Some(first) => Some(LagrangeSections {
                tau_g1: PointSection::of(first, upto + 2 * rows, "lagrangeTauG1")?,
                tau_g2: PointSection::of(
                    container.section(13, "lagrangeTauG2")?,
                    upto,
                    "lagrangeTauG2",
                )?,
                alpha_tau_g1: PointSection::of(
                    container.section(14, "lagrangeAlphaTauG1")?,
                    upto,
                    "lagrangeAlphaTauG1",
                )?,
                beta_tau_g1: PointSection::of(
                    container.section(15, "lagrangeBetaTauG1")?,
                    upto,
                    "lagrangeBetaTauG1",
                )?,
            }),
        };
        container.finish()?;
        Ok(Self {
            power,
            ceremony_power,
            contributions,
            tau_g1,
            tau_g2,
            alpha_tau_g1,
            beta_tau_g1,
            beta_g2: point(&mut beta_g2)?,
            lagrange,
            behind_tau_g1: &bytes[end..],
        })
    }

    /// Whether a phase 2 can start from this file.
    pub fn prepared(&self) -> bool {
        self.lagrange.is_some()
    }

    /// The secrets of the powers.
    pub fn secrets(&self) -> Result<Secrets> {
        Ok(Secrets {
            tau_g1: self.tau_g1.point(1)?,
            tau_g2: self.tau_g2.part(1, 1)?.all(&Watch::default())?[0],
            alpha_g1: self.alpha_tau_g1.point(0)?,
            beta_g1: self.beta_tau_g1.point(0)?,
            beta_g2: self.beta_g2,
        })
    }

    /// What a setup of a circuit with `rows` rows, its public rows included, starts from.
    pub fn lagrange_for(&self, rows: usize) -> Result<&LagrangeSections<'a>> {
        expect_enough(self.power, rows)?;
        self.lagrange.as_ref().ok_or_else(unprepared)
    }

    fn expect_sound(&self) -> Result<()> {
        let insecure = |element, reason: &str| {
            let reason = reason.to_owned();
            Err(Error::SetupInsecure { element, reason })
        };
        let Some(last) = self.contributions.last() else {
            return insecure(
                "contributions",
                "nobody contributed, so tau, alpha and beta are 1",
            );
        };
        if self.tau_g1.point(0)? != G1Affine::generator() {
            return insecure("tauG1", "power 0 is not the generator");
        }
        if self.tau_g2.point(0)? != G2Affine::generator() {
            return insecure("tauG2", "power 0 is not the generator");
        }
        let secrets = self.secrets()?;
        expect_secret("tauG1", &secrets.tau_g1)?;
        expect_secret("alphaTauG1", &secrets.alpha_g1)?;
        expect_secret("betaTauG1", &secrets.beta_g1)?;
        // tau^n = +-1 is a root of unity for the largest domain, that of 2n rows.
        let (middle, one) = (self.tau_g1.point(1 << self.power)?, G1Affine::generator());
        if middle == one || middle == -one {
            return insecure("tauG1", "tau is a root of unity");
        }
        if secrets != last.secrets {
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

impl Ptau {
    /// Read the bytes of a .ptau, refusing powers whose secrets anyone knows.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        watch.plan(bytes.len() as u64);
        let powers = Powers::find(bytes)?;
        let lagrange = powers.lagrange.as_ref().map(|lagrange| {
            Ok::<_, Error>(Lagrange {
                tau_g1: lagrange.tau_g1.all(watch)?,
                tau_g2: lagrange.tau_g2.all(watch)?,
                alpha_tau_g1: lagrange.alpha_tau_g1.all(watch)?,
                beta_tau_g1: lagrange.beta_tau_g1.all(watch)?,
            })
        });
        let ptau = Self {
            power: powers.power,
            ceremony_power: powers.ceremony_power,
            contributions: powers.contributions.len() as u32,
            tau_g1: powers.tau_g1.all(watch)?,
            tau_g2: powers.tau_g2.all(watch)?,
            alpha_tau_g1: powers.alpha_tau_g1.all(watch)?,
            beta_tau_g1: powers.beta_tau_g1.all(watch)?,
            beta_g2: powers.beta_g2,
            lagrange: lagrange.transpose()?,
        };
        powers.expect_sound()?;
        Ok(ptau)
    }

    /// Whether a phase 2 can start from this file.
    pub fn prepared(&self) -> bool {
        self.lagrange.is_some()
    }

    /// What a setup of a circuit with `rows` rows, its public rows included, starts from.
    pub fn lagrange_for(&self, rows: usize) -> Result<&Lagrange> {
        expect_enough(self.power, rows)?;
        self.lagrange.as_ref().ok_or_else(unprepared)
    }
}

fn expect_enough(power: u32, rows: usize) -> Result<()> {
    if rows <= 1 << power {
        return Ok(());
    }
    let needed = (rows - 1).ilog2() + 1;
    Err(Error::ArtifactMismatch(format!(
        "powers of tau to 2^{power} are too few for {rows} rows; take a file of power {needed} or more"
    )))
}

fn unprepared() -> Error {
    Error::ArtifactMismatch(
        "these powers of tau are not prepared for phase 2; run zkdata setup ptau prepare, or snarkjs powersoftau prepare phase2"
            .to_owned(),
    )
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
