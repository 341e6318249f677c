use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};

use crate::hex;
use _native::ceremony::phase2_beyond::beyond;
use _native::formats::points::BinaryPoint;

/// Bytes of section 3, the multiple of the generator that is the last power, and the difference by wasmcurves 0.2.2.
const DIFFERENCES: [(u64, u64, &str); 3] = [
    (
        128 << 15,
        5,
        "2e68a12a7b215b69196e25d43d97e45b6096d1cfb9a831e9c7288f6a267434ee178425619de488bc11eb49cf85b67d9006a62773dcba5416b06b7a70e34cf85e",
    ),
    (
        128 << 16,
        7,
        "26d6b55bf6a4f1ef234621e756bfc7511c2494d9b637faee10448a3f0629eb1b23d478b55c44edbebb173055c9f1bf06a4749075bbb0e542b2699a39717e7595",
    ),
    (
        128 << 20,
        11,
        "00ca5b61e99fcc2feaee83c6def487435d16eafaf2f71e467235759b7e47875908d9320294efaa1dfa25bf70929337ee36a4ab29b4069bb9f84884b4b29c2244",
    ),
];

/// The same for bytes that are all alike.
const OF_EQUAL_BYTES: [(u8, u64, &str); 2] = [
    (
        0xff,
        3,
        "1190ee2ca23acb28deff27b6d9a434a4e81da7c5b96e226cfe3ac4a3be1522251714cd20cf2aeca86ff4413a117fdf73185b6087a2d16bb24121f5da7a82cdf3",
    ),
    (
        0x01,
        4,
        "19ee96004e41564db64660ff5571f77f07426c8fd743e47f412fe12d3b438b5610e964caaea2030941f3107da28f44389a210028c5446e37ddcc9a5cd1e151a2",
    ),
];

fn times(scalar: u64) -> G1Affine {
    (G1Affine::generator() * Fr::from(scalar)).into_affine()
}

#[test]
fn a_power_that_is_not_there_is_what_snarkjs_makes_of_the_next_section() {
    for (size, last, difference) in DIFFERENCES {
        let mut behind = [&3u32.to_le_bytes()[..], &size.to_le_bytes()].concat();
        G2Affine::generator().encode(&mut behind);
        let behind = behind.first_chunk().expect("64 bytes");
        assert_eq!(hex(&beyond(behind, &times(last))), difference);
    }
    for (byte, last, difference) in OF_EQUAL_BYTES {
        assert_eq!(hex(&beyond(&[byte; 64], &times(last))), difference);
    }
}
