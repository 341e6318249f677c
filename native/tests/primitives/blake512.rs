use crate::hex;
use _native::blake512::blake512;

/// Digests of zero bytes around every boundary of the padding; 1 and 144 are the submission's own vectors, the others node's blake-hash 2.
const ZEROS: &[(usize, &str)] = &[
    (
        0,
        "a8cfbbd73726062df0c6864dda65defe58ef0cc52a5625090fa17601e1eecd1b628e94f396ae402a00acc9eab77b4d4c2e852aaaa25a636d80af3fc7913ef5b8",
    ),
    (
        1,
        "97961587f6d970faba6d2478045de6d1fabd09b61ae50932054d52bc29d31be4ff9102b9f69e2bbdb83be13d4b9c06091e5fa0b48bd081b634058be0ec49beb3",
    ),
    (
        111,
        "125695c5cc01de48d8b107c101778fc447a55ad3440a17dc153c6c652faecdbf017aed68f4f48826b9dfc413ef8f14ae7dfd8b74a0afcf47b61ce7dcb1058976",
    ),
    (
        112,
        "aa42836448c9db34e0e45a49f916b54c25c9eefe3f9f65db0c13654bcbd9a938c24251f3bedb7105fa4ea54292ce9ebf5adea15ce530fb71cdf409387a78c6ff",
    ),
    (
        127,
        "d6bd99cb8f201c5e777f25859cca7b21b4659fce0e19d04de85be6566cae87b9b15e4b82f9e80eea894aaaea15e26f08ce6cd2af9f0fef1a15486cdf9c8ca8df",
    ),
    (
        128,
        "0f6f3a3a91f752d37e3d37141d5459aca9a88ed2d5b88f71120fbe39387b635ecf6402a5bcb7b18f216ea9a8137d28954098e586014c4d435c979d8860d3a977",
    ),
    (
        129,
        "c75df1083f0cff9a4b423b0f5cdcee6526133513198f897c89901d0ab80995bf9cefe01c992563b5dd4a8f76f22f16859615c30b309efe329f7462eb280df34c",
    ),
    (
        144,
        "313717d608e9cf758dcb1eb0f0c3cf9fc150b2d500fb33f51c52afc99d358a2f1374b8a38bba7974e7f6ef79cab16f22ce1e649d6e01ad9589c213045d545dde",
    ),
    (
        239,
        "0f7bfb0df7a9e8519cc9fce93badc71edfee74b39b8d142c42c2fb5244b3402f17160c7c9184d1fd1688c3fc5ec5ddbf785d4ff8dc0c2a28798375d5404aba29",
    ),
    (
        240,
        "638d5f35b931eadfd47e0cbace1fc2bae7ed492c7b77e544d9558f899c24bbe327cc8cb1d558120147381cf20afe87902f6b3479198c99fd5408e91f823e88c5",
    ),
];

const COUNTING_200: &str = "e327afcd4b6113e8f9571f030f60b4b85ea29df58c35ac1d0daceefe9edb17c6ce5a8bf5934214da6a3746f72c8b96cfce9625f4edf157408d67a6d3071d5980";

/// The digest is BLAKE-512's at every length where the padding changes shape.
#[test]
fn known_answers() {
    for (length, digest) in ZEROS {
        assert_eq!(
            hex(blake512(&[&vec![0; *length]]).as_slice()),
            *digest,
            "{length} zero bytes"
        );
    }
}

/// Parts are hashed as their concatenation, wherever they are cut.
#[test]
fn parts_concatenate() {
    let message: Vec<u8> = (0..200).collect();
    for cut in [0, 1, 100, 127, 128, 129, 200] {
        let (head, tail) = message.split_at(cut);
        assert_eq!(hex(blake512(&[head, &[], tail]).as_slice()), COUNTING_200);
    }
}
