pragma circom 2.2.3;

include "lib/cipher.circom";
include "lib/poseidon.circom";
include "lib/ranges.circom";
include "lib/signals.circom";
include "lib/tree.circom";
include "lib/words.circom";

// Everything that hashes or packs: 17 words, one more than a block of the keystream and a node of the tree.
template Hashing() {
    signal input hashed[16];
    signal output hash1 <== Hash(1, 77)([hashed[0]]);
    signal output hash2 <== Hash(2, 77)([hashed[0], hashed[1]]);
    signal output hash3 <== Hash(3, 77)([hashed[0], hashed[1], hashed[2]]);
    signal output hash4 <== Hash(4, 77)([hashed[0], hashed[1], hashed[2], hashed[3]]);
    signal output hash5 <== Hash(5, 77)([hashed[0], hashed[1], hashed[2], hashed[3], hashed[4]]);
    component eight = Hash(8, 77);
    for (var i = 0; i < 8; i++) {
        eight.in[i] <== hashed[i];
    }
    signal output hash8 <== eight.out;
    signal output hash16 <== Hash(16, 77)(hashed);

    signal input key;
    signal input headerHash;
    signal input plain[17];
    signal output cipher[17] <== Encrypt(17)(key, headerHash, plain);
    signal output treeRoot <== CiphertextTree(17)(plain);
    signal input leaf;
    signal input path[2][8];
    signal output root <== RegistryPath(2)(leaf, path);

    signal input mode;
    signal input x;
    signal output M;
    signal output y;
    (M, y) <== Compress(16, 17, 1)(hashed, plain, Boolean()(mode), x);

    signal input base;
    signal input deltas[6];
    signal input values[7][1];
    component words = Words(7, 1);
    words.base <== Ranged(48)(base);
    for (var i = 0; i < 6; i++) {
        words.deltas[i] <== Ranged(30)(deltas[i]);
    }
    for (var i = 0; i < 7; i++) {
        words.values[i][0] <== Ranged(48)(values[i][0]);
    }
    signal output packed[3] <== words.out;
}

component main = Hashing();
