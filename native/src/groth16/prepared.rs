//! Keys for those who prove again and again: each base with multiples of itself, made once and kept in a private folder.
//!
//! Nothing of a kept file is believed. Its name and header say whose multiples they are; that they are is checked against
//! the key's own bases whenever it is opened, see `msm::multiples`. Should a wrong point be overlooked, then no proof
//! comes out: each is verified before it leaves.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ark_bn254::{Fq, Fq2, g1, g2};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};

use super::sections::{G2_COST, Packed, Sections};
use crate::error::{Error, Result};
use crate::formats::mapped::{Contents, MappedFile};
use crate::formats::points::BinaryPoint;
use crate::formats::prepared::{
    FORMAT, Header, KeyDigest, Multiples, VERSION, begin_section, key_digest, write_header,
};
use crate::formats::replace::replace_private;
use crate::kernels::Lanes;
use crate::kernels::points::Coordinate;
use crate::msm::{Bases, Shape};
use crate::watch::Watch;

/// Bytes that bases and multiples may take together, unless the key is so large that `LEAST` multiples take more.
const ROOM: usize = 512 << 20;
/// Multiples of each base that always pay.
const LEAST: usize = 4;

/// Multiples that a key has, and where they are kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What making them took, where they were not there yet.
    pub built: Option<Duration>,
}

/// Give these sections, of the key in `zkey`, their multiples: those kept in `folder`, or else new ones, which are kept.
pub fn prepare(
    sections: &mut dyn Sections,
    zkey: &[u8],
    folder: &Path,
    watch: &Watch,
) -> Result<Kept> {
    let digest = key_digest(zkey);
    let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = folder.join(format!("{name}.{VERSION}.{FORMAT}"));
    let kept = MappedFile::open(&path);
    let (file, built) = match kept {
        Ok(file) => {
            let contents = Contents::File(&file);
            watch.plan(2 * file.bytes().len() as u64);
            read(sections, digest, &contents, watch).map_err(|error| refusal(error, &path))?;
            (file, None)
        }
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let started = Instant::now();
            sections.prepare(watch)?;
            replace_private(&path, watch, |out| sections.write_multiples(digest, out))?;
            (MappedFile::open(&path)?, Some(started.elapsed()))
        }
        Err(error) => return Err(error),
    };
    let bytes = file.bytes().len() as u64;
    Ok(Kept { path, bytes, built })
}

fn read(
    sections: &mut dyn Sections,
    digest: KeyDigest,
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<()> {
    let multiples = Multiples::open(contents.bytes())?;
    if multiples.header.digest != digest {
        return Err(wrong("they are another key's".to_owned()));
    }
    sections.read_multiples(multiples, contents, watch)
}

fn wrong(reason: String) -> Error {
    Error::ArtifactMalformed {
        format: FORMAT,
        offset: None,
        reason,
    }
}

/// The same refusal, with the file and what to do with it.
fn refusal(error: Error, path: &Path) -> Error {
    match error {
        Error::ArtifactMalformed { offset, reason, .. } => Error::ArtifactMalformed {
            format: "prepared key",
            offset,
            reason: format!(
                "{}: {reason}; delete it, and prepare the key again",
                path.display()
            ),
        },
        other => other,
    }
}

impl<F: Lanes<Element = Fq>, E: Lanes<Element = Fq2>> Packed<F, E> {
    fn shapes(&self) -> (Shape, Shape) {
        let first = [&self.a, &self.b_1, &self.c, &self.h].map(Bases::len);
        let all: usize = first.iter().sum();
        let bytes = all * Fq::POINT_BYTES + self.b_2.len() * Fq2::POINT_BYTES;
        let most = (ROOM / bytes.max(1)).max(LEAST);
        let [a, b_1, c, h] = first;
        // Three quarters of a witness fill the field, and the other wires have few digits.
        let second = G2_COST as usize;
        let wide = (a + b_1 + second * self.b_2.len() + c) / (3 + second) * 3 / 4;
        (Shape::best(wide, most), Shape::best(h, most))
    }

    pub(super) fn give_multiples(&mut self, watch: &Watch) -> Result<()> {
        let (witness, quotient) = self.shapes();
        let all = [
            multiples(&self.a, witness)?,
            multiples(&self.b_1, witness)?,
            2 * multiples(&self.b_2, witness)?,
            multiples(&self.c, witness)?,
            multiples(&self.h, quotient)?,
        ];
        watch.plan((all.iter().sum::<usize>() * Fq::POINT_BYTES) as u64);
        self.a.prepare::<g1::Config>(witness, watch)?;
        self.b_1.prepare::<g1::Config>(witness, watch)?;
        self.b_2.prepare::<g2::Config>(witness, watch)?;
        self.c.prepare::<g1::Config>(witness, watch)?;
        self.h.prepare::<g1::Config>(quotient, watch)
    }

    pub(super) fn put_multiples(&self, digest: KeyDigest, out: &mut impl Write) -> io::Result<()> {
        let (witness, quotient) = self.shapes();
        let header = Header {
            digest,
            witness,
            quotient,
        };
        write_header(out, &header)?;
        put::<g1::Config, F>(out, 2, &self.a, witness)?;
        put::<g1::Config, F>(out, 3, &self.b_1, witness)?;
        put::<g2::Config, E>(out, 4, &self.b_2, witness)?;
        put::<g1::Config, F>(out, 5, &self.c, witness)?;
        put::<g1::Config, F>(out, 6, &self.h, quotient)
    }

    pub(super) fn take_multiples(
        &mut self,
        mut from: Multiples<'_>,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<()> {
        let Header {
            witness, quotient, ..
        } = from.header;
        let from = &mut from;
        take::<g1::Config, F>(&mut self.a, from, (2, "A", witness), contents, watch)?;
        take::<g1::Config, F>(&mut self.b_1, from, (3, "B1", witness), contents, watch)?;
        take::<g2::Config, E>(&mut self.b_2, from, (4, "B2", witness), contents, watch)?;
        take::<g1::Config, F>(&mut self.c, from, (5, "C", witness), contents, watch)?;
        take::<g1::Config, F>(&mut self.h, from, (6, "H", quotient), contents, watch)
    }
}

/// Multiples that a section will have, its bases not among them.
fn multiples<L: Lanes>(bases: &Bases<L>, shape: Shape) -> Result<usize> {
    let all = bases.prepared_len(shape);
    let all =
        all.ok_or_else(|| Error::ResourceLimit("too large a key to be prepared".to_owned()))?;
    Ok(all - bases.len())
}

fn put<P, L>(out: &mut impl Write, number: u32, bases: &Bases<L>, shape: Shape) -> io::Result<()>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
    Affine<P>: BinaryPoint,
{
    let count = bases.len() * (shape.multiples() - 1);
    begin_section(out, number, (count * Affine::<P>::BYTES) as u64)?;
    bases.write_multiples::<P>(out)
}

fn take<P, L>(
    bases: &mut Bases<L>,
    from: &mut Multiples<'_>,
    (number, what, shape): (u32, &'static str, Shape),
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<()>
where
    P: SWCurveConfig<ScalarField = ark_bn254::Fr>,
    L: Lanes<Element = P::BaseField>,
    Affine<P>: BinaryPoint,
{
    let section = from.section::<P>(number, multiples(bases, shape)?, what)?;
    if bases.read_multiples(shape, &section, contents, watch)? {
        Ok(())
    } else {
        Err(wrong(format!(
            "{what}: they are not multiples of the key's points"
        )))
    }
}
