pragma circom 2.2.3;

include "poseidon.circom";
include "tags.circom";

/**
 * @title   Encrypt
 * @notice  Adds the keystream to the words: block c is lanes 1 to 16 of the permutation of (tag; key, header, c, 0 ..).
 *          One permutation of 17 lanes, about 570 rows, for every 16 words.
 * @param   T       words
 * @input   key     capsule key
 * @input   header  schema, slot length and form
 * @input   words   plain words
 * @output  out     ciphertext words
 * @assumes the key is used for one header and one content only, which is the sealing device's business
 * @ensures out is the encryption of words; lane 0 of a block never leaves, so a block does not give its key away
 */
template Encrypt(T) {
    signal input key;
    signal input header[3];
    signal input words[T];
    signal output out[T];

    var blocks = (T + 15) \ 16;
    component block[blocks];
    for (var c = 0; c < blocks; c++) {
        block[c] = Permutation(17);
        block[c].in[0] <== TAG_KEYSTREAM();
        block[c].in[1] <== key;
        for (var i = 0; i < 3; i++) {
            block[c].in[2 + i] <== header[i];
        }
        block[c].in[5] <== c;
        for (var i = 6; i < 17; i++) {
            block[c].in[i] <== 0;
        }
        _ <== block[c].out[0];
        for (var i = 0; i < 16; i++) {
            if (c * 16 + i < T) {
                out[c * 16 + i] <== words[c * 16 + i] + block[c].out[i + 1];
            } else {
                _ <== block[c].out[i + 1];
            }
        }
    }
}
