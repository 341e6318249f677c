use crate::hex;
use _native::keccak::keccak256;

/// The hash is Keccak's as the EVM has it, not SHA3-256.
#[test]
fn known_answers() {
    assert_eq!(
        hex(&keccak256(b"")),
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    );
    assert_eq!(
        hex(&keccak256(b"abc")),
        "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    );
    // 136 bytes fill a block, so that a second one holds the padding alone
    assert_eq!(
        hex(&keccak256(&[0; 136])),
        "3a5912a7c5faa06ee4fe906253e339467a9ce87d533c65be3c15cb231cdb25f9"
    );
    assert_eq!(
        hex(&keccak256(&[0; 135])),
        "29e3704feeca7fb9ba229f0fa04d9b36449cf3ad6e1d85d9cfff3a10df9abc3e"
    );
}
