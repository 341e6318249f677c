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
    signal input header[3];
    signal input plain[17];
    signal output cipher[17] <== Encrypt(17)(key, header, plain);
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
    signal {maxbit} baseLimb <== Ranged(48)(base);
    signal {maxbit} deltaLimbs[6] <== RangedAll(30, 6)(deltas);
    signal {maxbit} valueLimbs[7][1] <== RangedTable(48, 7, 1)(values);
    signal output packed[3] <== Words(7, 1, 48)(baseLimb, deltaLimbs, valueLimbs);

    // A place of several words: time and high half, then the low half.
    signal input digests[2][2];
    signal {maxbit} digestLimbs[2][2] <== RangedTable(128, 2, 2)(digests);
    signal {maxbit} gap[1] <== RangedAll(30, 1)([deltas[0]]);
    signal output wide[4] <== Words(2, 2, 128)(baseLimb, gap, digestLimbs);
}

component main = Hashing();
