//! Whether powers of tau are what their contributions made, down to the last point.

use ark_bn254::{Fr, G1Affine, G2Affine, g1};
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Zero};
use ark_poly::EvaluationDomain;

use super::knowledge::same_ratio;
use super::multiples::Curve;
use super::powers_chain::{CONTRIBUTION_COST, challenge, insecure, response, same_state, verified};
use super::powers_contribute::absorb;
use super::powers_prepare::beyond;
use super::powers_sums::{coefficients, integers, scalars, sums};
use super::transcript::{Digest, Spoken, Transcript};
use crate::error::{Error, Result};
use crate::formats::mapped::Contents;
use crate::formats::parameters::Author;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::formats::ptau::{LagrangeSections, Powers};
use crate::qap::Domain;
use crate::watch::Watch;

/// Powers of tau that somebody honest may have had a hand in.
pub struct Report {
    /// A setup from these powers takes 2^power rows.
    pub power: u32,
    /// The power of the ceremony that the file was cut from.
    pub ceremony_power: u32,
    /// Whether phase 2 can start from it.
    pub prepared: bool,
    /// Who took part, with the hashes of what they did.
    pub contributions: Vec<(Author, Digest)>,
    /// alpha in G1.
    pub alpha_1: G1Affine,
    /// beta in G1.
    pub beta_1: G1Affine,
    /// beta in G2.
    pub beta_2: G2Affine,
}

/// Refuse a file of which anything is not as its contributions left it.
///
/// Of a file that was cut from a larger ceremony the last hashes cannot be computed again. Its powers are checked all the
/// same, and that they are those of the last contribution.
pub fn verify(contents: Contents<'_>, watch: &Watch) -> Result<Report> {
    let powers = Powers::open(contents.bytes())?;
    let (power, ceremony_power) = (powers.power, powers.ceremony_power);
    let rows = 1u64 << power;
    let prepared = if powers.prepared() { 21 * rows } else { 0 };
    let chain = CONTRIBUTION_COST * powers.contributions.len() as u64;
    watch.plan(chain + 7 * rows + prepared);

    let hashes = verified(ceremony_power, &powers.contributions, watch)?;
    expect_same_ratios(&powers, &contents, watch)?;
    if power == ceremony_power {
        expect_last_hashes(&powers, &contents, watch)?;
    }
    if let Some(lagrange) = &powers.lagrange {
        expect_lagrange(&powers, lagrange, &contents, watch)?;
    }
    let authors = powers.contributions.iter().map(|one| one.author.clone());
    Ok(Report {
        power,
        ceremony_power,
        prepared: powers.prepared(),
        contributions: authors.zip(hashes).collect(),
        alpha_1: powers.alpha_tau_g1.point(0)?,
        beta_1: powers.beta_tau_g1.point(0)?,
        beta_2: powers.beta_g2,
    })
}

/// Each power is tau times the one before it.
fn expect_same_ratios(powers: &Powers<'_>, contents: &Contents<'_>, watch: &Watch) -> Result<()> {
    let secrets = powers.secrets()?;
    let (one_1, one_2) = (G1Affine::generator(), G2Affine::generator());
    for (name, section) in [
        ("tauG1", &powers.tau_g1),
        ("alphaTauG1", &powers.alpha_tau_g1),
        ("betaTauG1", &powers.beta_tau_g1),
    ] {
        let (low, high) = neighbours(section, contents, watch)?;
        expect_ratio(name, (&low, &high), (&one_2, &secrets.tau_g2))?;
    }
    let (low, high) = neighbours(&powers.tau_g2, contents, watch)?;
    expect_ratio("tauG2", (&one_1, &secrets.tau_g1), (&low, &high))
}

fn expect_ratio(
    element: &'static str,
    in_g1: (&G1Affine, &G1Affine),
    in_g2: (&G2Affine, &G2Affine),
) -> Result<()> {
    if same_ratio(in_g1, in_g2) {
        return Ok(());
    }
    Err(Error::SetupInsecure {
        element,
        reason: "its points are not the powers of tau".to_owned(),
    })
}

/// Random sums of all points but the last, and of those that follow them.
fn neighbours<P: Curve>(
    section: &PointSection<'_, P>,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<(Affine<P>, Affine<P>)>
where
    Affine<P>: BinaryPoint,
{
    let mut low = coefficients(section.count() - 1)?;
    let high = [&[[0; 4]], low.as_slice()].concat();
    low.push([0; 4]);
    let [low, high] = sums(section, [&low, &high], contents, watch)?;
    Ok((low.into_affine(), high.into_affine()))
}

/// The last contribution hashed these powers.
fn expect_last_hashes(powers: &Powers<'_>, contents: &Contents<'_>, watch: &Watch) -> Result<()> {
    let [before @ .., last] = powers.contributions.as_slice() else {
        return Ok(());
    };
    let mut transcript = Transcript::default();
    transcript.absorb(&challenge(powers.ceremony_power, before.last()));
    absorb_all(
        &mut transcript,
        powers,
        Spelling::COMPRESSED,
        contents,
        watch,
    )?;
    if !same_state(&last.state, &transcript) {
        let reason = "its hash state is not that of these powers";
        return Err(insecure(before.len(), last, reason));
    }
    let response = response(transcript, &last.key);
    let mut transcript = Transcript::default();
    transcript.absorb(&response);
    absorb_all(
        &mut transcript,
        powers,
        Spelling::UNCOMPRESSED,
        contents,
        watch,
    )?;
    if transcript.digest() != last.next_challenge {
        let reason = "its next challenge is not the hash of these powers";
        return Err(insecure(before.len(), last, reason));
    }
    Ok(())
}

/// How points are spelt in a hash.
struct Spelling {
    in_g1: fn(&G1Affine) -> Vec<u8>,
    in_g2: fn(&G2Affine) -> Vec<u8>,
}

impl Spelling {
    const COMPRESSED: Self = Self {
        in_g1: Spoken::compressed,
        in_g2: Spoken::compressed,
    };
    const UNCOMPRESSED: Self = Self {
        in_g1: Spoken::uncompressed,
        in_g2: Spoken::uncompressed,
    };
}

fn absorb_all(
    transcript: &mut Transcript,
    powers: &Powers<'_>,
    spelling: Spelling,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<()> {
    let Spelling { in_g1, in_g2 } = spelling;
    absorb_section(transcript, &powers.tau_g1, &in_g1, contents, watch)?;
    absorb_section(transcript, &powers.tau_g2, &in_g2, contents, watch)?;
    absorb_section(transcript, &powers.alpha_tau_g1, &in_g1, contents, watch)?;
    absorb_section(transcript, &powers.beta_tau_g1, &in_g1, contents, watch)?;
    transcript.absorb(&in_g2(&powers.beta_g2));
    Ok(())
}

/// Points whose spellings are held at a time.
const TOGETHER: usize = 1 << 15;

/// Take in a section, whose points were checked before.
fn absorb_section<P: Curve>(
    transcript: &mut Transcript,
    section: &PointSection<'_, P>,
    spell: &(impl Fn(&Affine<P>) -> Vec<u8> + Sync),
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<()>
where
    Affine<P>: BinaryPoint,
{
    for start in (0..section.count()).step_by(TOGETHER) {
        let part = section.part(start, TOGETHER.min(section.count() - start))?;
        let points = (0..part.count()).map(|index| part.point(index));
        absorb(transcript, &points.collect::<Result<Vec<_>>>()?, spell);
        contents.let_go(part.whole());
        watch.advance(0)?;
    }
    Ok(())
}

/// The Lagrange polynomials are those of the powers.
///
/// Of the powers of G1 one more is needed for the largest domain. In a file that was prepared it counts as infinity; one
/// that was cut from a larger file that was prepared before has it in its polynomials.
fn expect_lagrange(
    powers: &Powers<'_>,
    lagrange: &LagrangeSections<'_>,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<()> {
    let power = powers.power;
    let cut = power < powers.ceremony_power;
    let found = Difference::of(&powers.tau_g1, &lagrange.tau_g1, power + 1, contents, watch)?;
    if !(found.is_none() || cut && found.is_the_next_power(powers)?) {
        return not_of_the_powers("lagrangeTauG1");
    }
    let found = Difference::of(&powers.tau_g2, &lagrange.tau_g2, power, contents, watch)?;
    if !found.is_none() {
        return not_of_the_powers("lagrangeTauG2");
    }
    let (alpha, beta) = (&lagrange.alpha_tau_g1, &lagrange.beta_tau_g1);
    if !Difference::of(&powers.alpha_tau_g1, alpha, power, contents, watch)?.is_none() {
        return not_of_the_powers("lagrangeAlphaTauG1");
    }
    if !Difference::of(&powers.beta_tau_g1, beta, power, contents, watch)?.is_none() {
        return not_of_the_powers("lagrangeBetaTauG1");
    }
    Ok(())
}

fn not_of_the_powers(element: &'static str) -> Result<()> {
    Err(Error::SetupInsecure {
        element,
        reason: "they are not the Lagrange polynomials of the powers".to_owned(),
    })
}

/// What a random sum of the polynomials of all domains is more than the sum of the powers by what the inverse transforms
/// make of its coefficients. Their matrices are symmetric, so both are the same where the polynomials are right.
struct Difference<P: Curve> {
    found: Projective<P>,
    /// The coefficient of a power that the file does not have.
    of_the_next: Fr,
}

impl<P: Curve> Difference<P>
where
    Affine<P>: BinaryPoint,
{
    fn of(
        powers: &PointSection<'_, P>,
        polynomials: &PointSection<'_, P>,
        top: u32,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<Self> {
        let random = coefficients(polynomials.count())?;
        let mut transformed = vec![Fr::ZERO; 1 << top];
        for power in 0..=top {
            let count = 1usize << power;
            let mut values = scalars(&random[count - 1..2 * count - 1]);
            let domain = Domain::new(count).ok_or_else(|| beyond(power))?;
            domain.ifft_in_place(&mut values);
            for (sum, value) in transformed.iter_mut().zip(values) {
                *sum += value;
            }
        }
        let of_the_next = transformed.get(powers.count()).copied();
        let transformed = integers(&transformed[..powers.count()]);
        let [expected] = sums(powers, [&transformed], contents, watch)?;
        let [found] = sums(polynomials, [&random], contents, watch)?;
        Ok(Self {
            found: found - expected,
            of_the_next: of_the_next.unwrap_or_default(),
        })
    }

    fn is_none(&self) -> bool {
        self.found.is_zero()
    }
}

impl Difference<g1::Config> {
    /// Whether it is tau times the last power.
    fn is_the_next_power(&self, powers: &Powers<'_>) -> Result<bool> {
        let last = powers.tau_g1.point(powers.tau_g1.count() - 1)?;
        let before = (last * self.of_the_next).into_affine();
        let (tau, one) = (powers.secrets()?.tau_g2, G2Affine::generator());
        Ok(same_ratio(
            (&before, &self.found.into_affine()),
            (&one, &tau),
        ))
    }
}
