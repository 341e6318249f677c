pragma circom 2.2.3;

include "poseidon.circom";
include "tags.circom";

/**
 * @title   CiphertextTree
 * @notice  Root of the 16-ary tree over the ciphertext, zero-filled; at least one level. About 609 rows a node.
 * @param   T      words
 * @input   words  ciphertext words
 * @output  root   its root
 * @assumes nothing
 * @ensures root is the root over exactly these T words: level and T are in every node's tag, so that a tree is never a
 *          part of another, and a word never a node
 */
template CiphertextTree(T) {
    signal input words[T];
    signal output root;

    var count = (T + 15) \ 16;
    component first[count];
    for (var i = 0; i < count; i++) {
        first[i] = Hash(16, TAG_TREE() + 1 * 2 ** 32 + T);
        for (var j = 0; j < 16; j++) {
            first[i].in[j] <== i * 16 + j < T ? words[i * 16 + j] : 0;
        }
    }
    if (count == 1) {
        root <== first[0].out;
    } else {
        component above = TreeLevels(count, 2, T);
        for (var i = 0; i < count; i++) {
            above.nodes[i] <== first[i].out;
        }
        root <== above.root;
    }
}

/**
 * @title   TreeLevels
 * @notice  The levels of a CiphertextTree above its first.
 * @param   n      nodes of the level below
 * @param   level  this level, 1 being the one above the words
 * @param   T      words of the whole tree
 * @input   nodes  of the level below
 * @output  root   of the tree
 * @assumes nothing
 * @ensures root is the only node of the highest level
 */
template TreeLevels(n, level, T) {
    signal input nodes[n];
    signal output root;

    var count = (n + 15) \ 16;
    component node[count];
    for (var i = 0; i < count; i++) {
        node[i] = Hash(16, TAG_TREE() + level * 2 ** 32 + T);
        for (var j = 0; j < 16; j++) {
            node[i].in[j] <== i * 16 + j < n ? nodes[i * 16 + j] : 0;
        }
    }
    if (count == 1) {
        root <== node[0].out;
    } else {
        component above = TreeLevels(count, level + 1, T);
        for (var i = 0; i < count; i++) {
            above.nodes[i] <== node[i].out;
        }
        root <== above.root;
    }
}

/**
 * @title   RegistryPath
 * @notice  Root of the 8-ary device registry, from a leaf and the eight children on each level. The position stays hidden
 *          and costs nothing: the current node is one of the children where the product of the differences is 0.
 *          402 + 7 rows a level.
 * @param   depth  levels
 * @input   leaf   the enrolment's leaf
 * @input   path   the eight children of every node from above the leaf to the root
 * @output  root   the registry's root
 * @assumes nothing
 * @ensures leaf is a leaf of the tree with this root, at depth levels below it
 */
template RegistryPath(depth) {
    assert(depth > 0);
    signal input leaf;
    signal input path[depth][8];
    signal output root;

    signal current[depth + 1];
    signal product[depth][8];
    current[0] <== leaf;
    for (var level = 0; level < depth; level++) {
        product[level][0] <== path[level][0] - current[level];
        for (var j = 1; j < 8; j++) {
            product[level][j] <== product[level][j - 1] * (path[level][j] - current[level]);
        }
        product[level][7] === 0;
        current[level + 1] <== Hash(8, TAG_REGISTRY() + (level + 1) * 2 ** 32)(path[level]);
    }
    root <== current[depth];
}
