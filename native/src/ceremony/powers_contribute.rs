//! A contribution to powers of tau: every power times powers of fresh secrets, and a proof that they were known.

use std::path::Path;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::short_weierstrass::Affine;
use ark_ff::{AdditiveGroup, Field, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::knowledge::{Generator, Knowledge, beacon_generator, expect_beacon};
use super::multiples::{Curve, multiples};
use super::powers::{expect_another, written};
use super::powers_chain::{challenge, knowledge_challenge, response};
use super::transcript::{Digest, Spoken, Transcript};
use crate::error::{Error, Result};
use crate::formats::mapped::{Contents, MappedFile};
use crate::formats::parameters::{Author, Kind, expect_name};
use crate::formats::points::{BinaryPoint, PointSection};
use crate::formats::ptau::Powers;
use crate::formats::ptau_contribution::{Contribution, PublicKey, Secrets};
use crate::formats::ptau_writer::{self, POWERS};
use crate::watch::Watch;

/// Multiply the powers of `old` by fresh secrets, into `new`. The secrets come from the system's randomness; `entropy` is
/// mixed in. The hash by which the contribution is known again comes back.
pub fn contribute(
    old: &Path,
    new: &Path,
    name: &str,
    entropy: &[u8],
    watch: &Watch,
) -> Result<Digest> {
    expect_name(name)?;
    let author = Author {
        kind: Kind::Participant,
        name: name.to_owned(),
    };
    answer(old, new, author, || Generator::fresh(entropy), watch)
}

/// The same by secrets that a public value makes, hashed 2^`iterations` times. Everyone knows them: it is no contribution
/// to count on, but nobody who contributed before could foresee where it leads.
pub fn beacon(
    old: &Path,
    new: &Path,
    name: &str,
    beacon: &[u8],
    iterations: u8,
    watch: &Watch,
) -> Result<Digest> {
    expect_name(name)?;
    expect_beacon(beacon, iterations)?;
    let author = Author {
        kind: Kind::Beacon {
            beacon: beacon.to_vec(),
            iterations,
        },
        name: name.to_owned(),
    };
    let generator = || beacon_generator(beacon, iterations, watch);
    answer(old, new, author, generator, watch)
}

/// What a contribution multiplies by, wiped on drop, and its proof.
pub(super) struct Drawn {
    /// tau, alpha and beta. Not moved with the rest: what is moved leaves a copy behind.
    secrets: Zeroizing<Box<[Fr]>>,
    /// That they were known.
    pub key: PublicKey,
}

impl Drawn {
    /// What a generator gives: the secrets first, then a point for each proof.
    pub fn by(generator: &mut Generator, challenge: &Digest) -> Result<Self> {
        let mut secrets = Zeroizing::new(vec![Fr::ZERO; 3].into_boxed_slice());
        secrets.iter_mut().for_each(|secret| generator.draw(secret));
        if secrets.iter().any(Fr::is_zero) {
            return Err(Error::SetupInsecure {
                element: "contributions",
                reason: "a secret that is 0".to_owned(),
            });
        }
        let mut prove = |which: u8| {
            let secret = &secrets[usize::from(which)];
            Knowledge::prove(secret, generator.g1(), |s, sx| {
                knowledge_challenge(which, challenge, s, sx)
            })
        };
        let key = PublicKey {
            tau: prove(0),
            alpha: prove(1),
            beta: prove(2),
        };
        Ok(Self { secrets, key })
    }
}

/// All powers, as they go into the file.
struct Sections {
    tau_g1: Vec<G1Affine>,
    tau_g2: Vec<G2Affine>,
    alpha_tau_g1: Vec<G1Affine>,
    beta_tau_g1: Vec<G1Affine>,
    beta_g2: G2Affine,
}

fn answer(
    old: &Path,
    new: &Path,
    author: Author,
    generator: impl FnOnce() -> Result<Generator>,
    watch: &Watch,
) -> Result<Digest> {
    expect_another(old, new)?;
    let file = MappedFile::open(old)?;
    let powers = Powers::find(file.bytes())?;
    expect_open(&powers)?;
    let rows = 1u64 << powers.power;
    watch.plan(7 * rows);
    let challenge = challenge(powers.power, powers.contributions.last());
    let drawn = Drawn::by(&mut generator()?, &challenge)?;
    let sections = Sections::of(&powers, &drawn, &Contents::File(&file), watch)?;

    let mut transcript = Transcript::default();
    transcript.absorb(&challenge);
    sections.absorbed_by(&mut transcript, Spoken::compressed, Spoken::compressed);
    let state = transcript.state();
    let response = response(transcript, &drawn.key);
    let mut transcript = Transcript::default();
    transcript.absorb(&response);
    sections.absorbed_by(&mut transcript, Spoken::uncompressed, Spoken::uncompressed);

    let mut contributions = powers.contributions;
    contributions.push(Contribution {
        secrets: sections.secrets(),
        key: drawn.key,
        state,
        next_challenge: transcript.digest(),
        author,
    });
    written(new, watch, |out| {
        ptau_writer::begin(out, POWERS, powers.power, powers.ceremony_power)?;
        ptau_writer::point_section(out, 2, &sections.tau_g1)?;
        ptau_writer::point_section(out, 3, &sections.tau_g2)?;
        ptau_writer::point_section(out, 4, &sections.alpha_tau_g1)?;
        ptau_writer::point_section(out, 5, &sections.beta_tau_g1)?;
        ptau_writer::point_section(out, 6, &[sections.beta_g2])?;
        Ok(ptau_writer::contributions(out, &contributions)?)
    })?;
    Ok(response)
}

/// Refuse a file that cannot be contributed to, or whose powers are not what its last contribution left.
fn expect_open(powers: &Powers<'_>) -> Result<()> {
    if powers.power != powers.ceremony_power {
        let (power, ceremony) = (powers.power, powers.ceremony_power);
        return Err(Error::ArtifactMismatch(format!(
            "powers to 2^{power} were cut from a ceremony of 2^{ceremony}, which goes on with all of them"
        )));
    }
    let last = powers.contributions.last();
    let expected = last.map_or_else(Secrets::ones, |last| last.secrets);
    if powers.secrets()? == expected {
        return Ok(());
    }
    Err(Error::SetupInsecure {
        element: "contributions",
        reason: "the last one did not leave these powers".to_owned(),
    })
}

impl Sections {
    fn of(
        powers: &Powers<'_>,
        drawn: &Drawn,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<Self> {
        let [tau, alpha, beta] = [0, 1, 2].map(|which| &drawn.secrets[which]);
        let one = Fr::ONE;
        let beta_g2 = powers.beta_g2;
        Ok(Self {
            tau_g1: multiplied(&powers.tau_g1, &one, tau, contents, watch)?,
            tau_g2: multiplied(&powers.tau_g2, &one, tau, contents, watch)?,
            alpha_tau_g1: multiplied(&powers.alpha_tau_g1, alpha, tau, contents, watch)?,
            beta_tau_g1: multiplied(&powers.beta_tau_g1, beta, tau, contents, watch)?,
            beta_g2: multiples(&[beta_g2], std::slice::from_ref(beta), watch)?[0],
        })
    }

    fn secrets(&self) -> Secrets {
        Secrets {
            tau_g1: self.tau_g1[1],
            tau_g2: self.tau_g2[1],
            alpha_g1: self.alpha_tau_g1[0],
            beta_g1: self.beta_tau_g1[0],
            beta_g2: self.beta_g2,
        }
    }

    fn absorbed_by(
        &self,
        transcript: &mut Transcript,
        in_g1: impl Fn(&G1Affine) -> Vec<u8> + Sync,
        in_g2: impl Fn(&G2Affine) -> Vec<u8> + Sync,
    ) {
        absorb(transcript, &self.tau_g1, &in_g1);
        absorb(transcript, &self.tau_g2, &in_g2);
        absorb(transcript, &self.alpha_tau_g1, &in_g1);
        absorb(transcript, &self.beta_tau_g1, &in_g1);
        absorb(transcript, &[self.beta_g2], &in_g2);
    }
}

/// Points that are read and multiplied before the next are.
const TOGETHER: usize = 1 << 15;

/// The points of a section times `first`, `first` step, `first` step^2 ... Each is checked to be in its subgroup: another
/// would give its multiple's secret away.
fn multiplied<P: Curve>(
    section: &PointSection<'_, P>,
    first: &Fr,
    step: &Fr,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<Vec<Affine<P>>>
where
    Affine<P>: BinaryPoint,
{
    let mut multiplied = Vec::with_capacity(section.count());
    let mut factor = Zeroizing::new(*first);
    for start in (0..section.count()).step_by(TOGETHER) {
        let part = section.part(start, TOGETHER.min(section.count() - start))?;
        let points = part.all(&Watch::default())?;
        let mut factors = Zeroizing::new(Vec::with_capacity(points.len()));
        for _ in &points {
            factors.push(*factor);
            *factor *= step;
        }
        multiplied.extend(multiples(&points, &factors, watch)?);
        contents.let_go(part.whole());
    }
    Ok(multiplied)
}

/// Take in points as `spell` has them, which threads do together.
pub(super) fn absorb<G: Sync>(
    transcript: &mut Transcript,
    points: &[G],
    spell: &(impl Fn(&G) -> Vec<u8> + Sync),
) {
    for points in points.chunks(TOGETHER) {
        let spelt = points
            .par_chunks(TOGETHER / 16)
            .map(|points| points.iter().flat_map(spell).collect::<Vec<u8>>());
        for bytes in spelt.collect::<Vec<_>>() {
            transcript.absorb(&bytes);
        }
    }
}
