use blake2::{Blake2b512, Digest};

use crate::hex;
use _native::ceremony::transcript::{STATE_BYTES, Spoken, Transcript};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;

/// The state of @noble/hashes 1.8 after the bytes 0 to 255 and 0 to 43, as snarkjs 0.7.6 writes it.
const STATE: &str = concat!(
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b",
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000000000000000000000000000",
    "52f15e40fe2d0632d6d85e845a55ab24e3f5611dbc9d3646509eaef3959a4aa47aa705a969f829fd2489e663fdca5bcdf7abd20469df99b6c3a9491a59c9aeb3",
    "00010000000000002c000000000000000000000000000000",
);

fn counted(length: usize) -> Vec<u8> {
    (0..length).map(|index| index as u8).collect()
}

fn of(bytes: &[u8]) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.absorb(bytes);
    transcript
}

#[test]
fn digests_are_those_of_the_crate_around_every_boundary() {
    for length in (0..=3)
        .chain(126..=130)
        .chain(254..=258)
        .chain([1000, 4096])
    {
        let bytes = counted(length);
        let expected: [u8; 64] = Blake2b512::digest(&bytes).into();
        assert_eq!(of(&bytes).digest(), expected, "{length} bytes");
        for first in [0, length.min(1), length / 2, length] {
            let mut parts = of(&bytes[..first]);
            parts.absorb(&bytes[first..]);
            assert_eq!(
                parts.digest(),
                expected,
                "{length} bytes, {first} of them first"
            );
        }
    }
}

#[test]
fn a_state_goes_on_where_it_was_left() {
    let bytes = counted(300);
    assert_eq!(hex(&of(&bytes).state()), STATE);
    for length in [0, 1, 127, 128, 129, 256, 300] {
        let state = of(&bytes[..length]).state();
        let mut other = Transcript::from_state(&state).expect("a state");
        assert_eq!(other.length(), length as u64);
        other.absorb(&bytes[length..]);
        assert_eq!(other.digest(), of(&bytes).digest(), "left after {length}");
    }
}

#[test]
fn bytes_that_are_no_state_are_refused() {
    let good = of(&counted(300)).state();
    let changed = |at: usize, value: u8| {
        let mut state = good;
        state[at] = value;
        Transcript::from_state(&state)
    };
    let filled = STATE_BYTES - 16;
    assert!(changed(filled, 128).is_some());
    assert!(changed(filled, 129).is_none());
    assert!(changed(filled + 7, 1).is_none());
    assert!(
        changed(filled - 8, 1).is_none(),
        "compressed in whole blocks only"
    );
    assert!(
        changed(100, 1).is_some_and(|transcript| transcript.digest() == of(&counted(300)).digest()),
        "what lies behind the bytes in use is not looked at"
    );
}

#[test]
fn points_are_spelt_highest_byte_first() {
    let (one, two) = (G1Affine::generator(), G2Affine::generator());
    assert_eq!(one.uncompressed().len(), 64);
    assert_eq!((one.uncompressed()[31], one.uncompressed()[63]), (1, 2));
    assert_eq!(hex(&one.compressed())[..2], *"00");
    assert_eq!(
        hex(&(-one).compressed()),
        format!("80{}01", "00".repeat(30))
    );
    assert_eq!(
        G1Affine::identity().compressed()[..],
        [&[0x40][..], &[0; 31]].concat()
    );
    assert_eq!(G2Affine::identity().uncompressed(), [0; 128]);
    assert_ne!(two.compressed(), (-two).compressed());
    assert_eq!(two.uncompressed()[..64], two.compressed()[..]);
}
