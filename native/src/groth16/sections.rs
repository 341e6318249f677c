//! The five sections of a proving key that a witness is summed over, packed for the lanes that this processor has.

use std::io::{self, Write};

use ark_bn254::{Fq, Fq2, Fr, G1Projective, G2Projective, g1, g2};
use ark_ec::short_weierstrass::{Projective, SWCurveConfig};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::error::Result;
use crate::formats::mapped::Contents;
use crate::formats::prepared::{KeyDigest, Multiples};
use crate::formats::zkey::Zkey;
#[cfg(target_arch = "x86_64")]
use crate::kernels::avx2_lanes::{Base4, Extended4};
#[cfg(target_arch = "x86_64")]
use crate::kernels::ifma_lanes::{Base8, Extended8};
#[cfg(target_arch = "x86_64")]
use crate::kernels::mulx::Mulx;
use crate::kernels::portable::{One, Plain};
use crate::kernels::{Kernel, Lanes, Words};
use crate::msm::{Bases, Digits, group_sum, joined};
use crate::watch::{Phase, Watch};

/// Cost of a point in G2, in points of G1: what progress is measured in.
pub(super) const G2_COST: u64 = 3;

/// What a witness and its quotient make of the sections.
pub struct Sums {
    /// Of a.
    pub a: G1Projective,
    /// Of b, in G1.
    pub b_1: G1Projective,
    /// Of b, in G2.
    pub b_2: G2Projective,
    /// Of c.
    pub c: G1Projective,
    /// Of h, by the quotient.
    pub h: G1Projective,
}

/// Integers below r.
pub type Integers = Zeroizing<Vec<Words>>;

/// Sections in whichever form.
pub trait Sections: Send + Sync {
    /// What `sums` reports as done, to be planned before.
    fn work(&self) -> u64;

    /// All five sums. `witness` has an integer for every wire, the first `public` of which are not c's.
    fn sums(
        &self,
        witness: Integers,
        public: usize,
        quotient: Integers,
        watch: &Watch,
    ) -> Result<Sums>;

    /// Give every base its multiples.
    fn prepare(&mut self, watch: &Watch) -> Result<()>;

    /// Write the multiples.
    fn write_multiples(&self, digest: KeyDigest, out: &mut dyn Write) -> io::Result<()>;

    /// Read what was written, which has to be of these bases.
    fn read_multiples(
        &mut self,
        multiples: Multiples<'_>,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<()>;
}

/// The sections of a key as this kernel takes them.
pub fn packed(
    key: &Zkey<'_>,
    kernel: Kernel,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<Box<dyn Sections>> {
    Ok(match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Ifma => Box::new(Packed::<Base8, Extended8>::of(key, contents, watch)?),
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 => Box::new(Packed::<Base4, Extended4>::of(key, contents, watch)?),
        #[cfg(target_arch = "x86_64")]
        Kernel::Mulx => Box::new(Packed::<One<Fq, Mulx>, One<Fq2, Mulx>>::of(
            key, contents, watch,
        )?),
        _ => Box::new(Packed::<One<Fq, Plain>, One<Fq2, Plain>>::of(
            key, contents, watch,
        )?),
    })
}

/// Prepared or not: their bases say so.
pub(super) struct Packed<F: Lanes, E: Lanes> {
    pub(super) a: Bases<F>,
    pub(super) b_1: Bases<F>,
    pub(super) b_2: Bases<E>,
    pub(super) c: Bases<F>,
    pub(super) h: Bases<F>,
}

impl<F: Lanes<Element = Fq>, E: Lanes<Element = Fq2>> Packed<F, E> {
    fn of(key: &Zkey<'_>, contents: &Contents<'_>, watch: &Watch) -> Result<Self> {
        Ok(Self {
            a: Bases::read(&key.a, contents, watch)?,
            b_1: Bases::read(&key.b_1, contents, watch)?,
            b_2: Bases::read(&key.b_2, contents, watch)?,
            c: Bases::read(&key.c, contents, watch)?,
            h: Bases::read(&key.h, contents, watch)?,
        })
    }
}

/// One group of windows of one section.
enum Part {
    First(usize, G1Projective),
    Second(G2Projective),
}

impl<F: Lanes<Element = Fq>, E: Lanes<Element = Fq2>> Sections for Packed<F, E> {
    fn work(&self) -> u64 {
        let first = self.a.len() + self.b_1.len() + self.c.len() + self.h.len();
        first as u64 + G2_COST * self.b_2.len() as u64
    }

    fn sums(
        &self,
        witness: Integers,
        public: usize,
        quotient: Integers,
        watch: &Watch,
    ) -> Result<Sums> {
        // The sections that take a witness are prepared alike.
        let (witness, quotient) = (self.a.digits(witness), self.h.digits(quotient));
        let sections = [
            (Phase::H, &self.h, &quotient, 0),
            (Phase::A, &self.a, &witness, 0),
            (Phase::C, &self.c, &witness, public),
            (Phase::B1, &self.b_1, &witness, 0),
        ];
        // The longest first, so that no thread is left with one of them at the end.
        let mut tasks: Vec<_> = (0..self.b_2.groups(&witness))
            .map(|group| (None, group))
            .collect();
        for (place, (_, bases, digits, _)) in sections.iter().enumerate() {
            tasks.extend((0..bases.groups(digits)).map(|group| (Some(place), group)));
        }
        let part = |(section, group): &(Option<usize>, usize)| {
            let (part, points, groups) = match section {
                None => {
                    let timed = (watch, Phase::B2);
                    let sum = group_sum::<g2::Config, E>(&self.b_2, &witness, 0, *group, timed);
                    let points = G2_COST * self.b_2.len() as u64;
                    (Part::Second(sum), points, self.b_2.groups(&witness))
                }
                Some(place) => {
                    let (phase, bases, digits, first) = &sections[*place];
                    let timed = (watch, *phase);
                    let sum = group_sum::<g1::Config, F>(bases, digits, *first, *group, timed);
                    let points = bases.len() as u64;
                    (Part::First(*place, sum), points, bases.groups(digits))
                }
            };
            // Of each group its part, so that all together are the points.
            let until = |group: usize| points * group as u64 / groups as u64;
            watch.advance(until(*group + 1) - until(*group))?;
            Ok(part)
        };
        let parts: Vec<Part> = tasks
            .par_iter()
            .with_max_len(1)
            .map(part)
            .collect::<Result<_>>()?;
        let (mut first, mut in_second) = ([const { Vec::new() }; 4], Vec::new());
        for part in parts {
            match part {
                Part::First(place, sum) => first[place].push(sum),
                Part::Second(sum) => in_second.push(sum),
            }
        }
        let sum = |place: usize| whole(&first[place], sections[place].2);
        Ok(Sums {
            a: sum(1),
            b_1: sum(3),
            b_2: whole(&in_second, &witness),
            c: sum(2),
            h: sum(0),
        })
    }

    fn prepare(&mut self, watch: &Watch) -> Result<()> {
        self.give_multiples(watch)
    }

    fn write_multiples(&self, digest: KeyDigest, mut out: &mut dyn Write) -> io::Result<()> {
        self.put_multiples(digest, &mut out)
    }

    fn read_multiples(
        &mut self,
        multiples: Multiples<'_>,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<()> {
        self.take_multiples(multiples, contents, watch)
    }
}

fn whole<P: SWCurveConfig<ScalarField = Fr>>(
    groups: &[Projective<P>],
    digits: &Digits,
) -> Projective<P> {
    joined(groups, digits.bits())
}
