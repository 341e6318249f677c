pragma circom 2.2.3;

include "poseidon.circom";
include "tags.circom";

/**
 * @title   Compress
 * @notice  The public values as two field elements: M hashes them, y is their polynomial at x, which the verifier derives
 *          from M and the values by keccak. With mode 1 the words follow the values in y.
 * @param   V          values
 * @param   T          words
 * @param   statement  number of the statement in the tag
 * @input   values     the public values
 * @input   words      ciphertext words, determined by one of the values
 * @input   mode       1 puts the words under y
 * @input   x          the point
 * @output  M          running hash of the values
 * @output  y          sum of values_i x^i + mode * sum of words_j x^(V + j)
 * @assumes the verifier recomputes x from M, values and words, and y from x, values and words; without it nothing is said
 * @ensures M and y are those of these values and words
 */
template Compress(V, T, statement) {
    signal input values[V];
    signal input words[T];
    signal input {binary} mode;
    signal input x;
    signal output M;
    signal output y;

    var blocks = (V + 14) \ 15;
    component block[blocks];
    for (var b = 0; b < blocks; b++) {
        block[b] = Hash(16, TAG_SIGNALS() + statement * 2 ** 32 + V);
        block[b].in[0] <== b == 0 ? 0 : block[b - 1].out;
        for (var i = 0; i < 15; i++) {
            block[b].in[i + 1] <== 15 * b + i < V ? values[15 * b + i] : 0;
        }
    }
    M <== block[blocks - 1].out;

    // Horner from the last word down to values_0.
    signal high[T];
    high[T - 1] <== words[T - 1];
    for (var j = T - 2; j >= 0; j--) {
        high[j] <== high[j + 1] * x + words[j];
    }
    signal low[V + 1];
    low[V] <== mode * high[0];
    for (var i = V - 1; i >= 0; i--) {
        low[i] <== low[i + 1] * x + values[i];
    }
    y <== low[0];
}
