//! The five sections of a proving key that a witness is summed over, packed for the lanes that this processor has.

use ark_bn254::{Fq, Fq2, Fr, G1Projective, G2Projective, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use rayon::prelude::*;

use super::ProvingPoints;
use crate::error::Result;
#[cfg(target_arch = "x86_64")]
use crate::kernels::ifma_lanes::{Base8, Extended8};
use crate::kernels::portable::One;
use crate::kernels::{Kernel, Lanes};
use crate::msm::{Bases, Digits, joined, window_sum};
use crate::watch::Watch;

/// Cost of a point in G2, in points of G1: what progress is measured in.
const G2_COST: u64 = 3;

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

/// Sections in whichever form.
pub trait Sections: Send + Sync {
    /// What `sums` reports as done, to be planned before.
    fn work(&self) -> u64;

    /// All five sums. `witness` has a value for every wire, the first `public` of which are not c's.
    fn sums(&self, witness: &[Fr], public: usize, quotient: &[Fr], watch: &Watch) -> Result<Sums>;
}

/// The sections of a key as this kernel takes them; its points are left without.
pub fn packed(points: &mut ProvingPoints, kernel: Kernel) -> Box<dyn Sections> {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Ifma => Box::new(Packed::<Base8, Extended8>::of(points)),
        _ => Box::new(Packed::<One<Fq>, One<Fq2>>::of(points)),
    }
}

struct Packed<F: Lanes, E: Lanes> {
    a: Bases<F>,
    b_1: Bases<F>,
    b_2: Bases<E>,
    c: Bases<F>,
    h: Bases<F>,
}

impl<F: Lanes<Element = Fq>, E: Lanes<Element = Fq2>> Packed<F, E> {
    /// Section by section, so that none but one is there twice.
    fn of(points: &mut ProvingPoints) -> Self {
        fn taken<P: SWCurveConfig, L: Lanes<Element = P::BaseField>>(
            points: &mut Vec<Affine<P>>,
        ) -> Bases<L> {
            Bases::of(&std::mem::take(points))
        }
        Self {
            b_2: taken(&mut points.b_2),
            a: taken(&mut points.a),
            b_1: taken(&mut points.b_1),
            c: taken(&mut points.c),
            h: taken(&mut points.h),
        }
    }
}

/// One window of one section.
enum Part {
    First(usize, G1Projective),
    Second(G2Projective),
}

impl<F: Lanes<Element = Fq>, E: Lanes<Element = Fq2>> Sections for Packed<F, E> {
    fn work(&self) -> u64 {
        let first = self.a.len() + self.b_1.len() + self.c.len() + self.h.len();
        first as u64 + G2_COST * self.b_2.len() as u64
    }

    fn sums(&self, witness: &[Fr], public: usize, quotient: &[Fr], watch: &Watch) -> Result<Sums> {
        let sections = [
            (&self.h, self.h.digits(quotient)),
            (&self.a, self.a.digits(witness)),
            (&self.c, self.c.digits(&witness[public..])),
            (&self.b_1, self.b_1.digits(witness)),
        ];
        // Both of b have the same scalars, and mostly the same wires.
        let own = (!self.b_2.has_wires_of(&self.b_1)).then(|| self.b_2.digits(witness));
        let second = own.as_ref().unwrap_or(&sections[3].1);
        // The longest first, so that no thread is left with one of them at the end.
        let mut tasks: Vec<_> = (0..second.windows()).map(|window| (None, window)).collect();
        for (place, (_, digits)) in sections.iter().enumerate() {
            tasks.extend((0..digits.windows()).map(|window| (Some(place), window)));
        }
        let part = |(section, window): &(Option<usize>, usize)| {
            let (part, points, windows) = match section {
                None => {
                    let sum = window_sum::<g2::Config, E>(&self.b_2, second, *window);
                    let points = G2_COST * self.b_2.len() as u64;
                    (Part::Second(sum), points, second.windows())
                }
                Some(place) => {
                    let (bases, digits) = &sections[*place];
                    let sum = window_sum::<g1::Config, F>(bases, digits, *window);
                    (
                        Part::First(*place, sum),
                        bases.len() as u64,
                        digits.windows(),
                    )
                }
            };
            // Of each window its part, so that all together are the points.
            let until = |window: usize| points * window as u64 / windows as u64;
            watch.advance(until(*window + 1) - until(*window))?;
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
        let sum = |place: usize| whole(&first[place], &sections[place].1);
        Ok(Sums {
            a: sum(1),
            b_1: sum(3),
            b_2: whole(&in_second, second),
            c: sum(2),
            h: sum(0),
        })
    }
}

fn whole<P: SWCurveConfig<ScalarField = Fr>>(
    windows: &[Projective<P>],
    digits: &Digits,
) -> Projective<P> {
    joined(windows, digits.bits())
}
