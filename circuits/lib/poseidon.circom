pragma circom 2.2.3;

include "integers.circom";
include "poseidon_constants.circom";

// The partial rounds are linear in everything but the x^5 of lane 0, so they are written as one linear map instead of
// one matrix product a round; rows and wires are the same, the compiler and the witness have a tenth of the work.
//
// With F the mixing matrix whose first column is 0, f that column, c_k the constants of partial round k, s the lanes
// before it all and y_j the x^5 of round j:
//
//     lanes before the x^5 of round k = F^k s + sum_{j<k} F^(k-1-j) f y_j + z_k        z_0 = c_0, z_{k+1} = F z_k + c_{k+1}
//
// Row k < P of the table holds lane 0 of F^k and of z_k; row P + m holds F^m f; the last t rows hold F^P and z_P, where
// c_P = 0. Its size is that of the widest permutation, t = 17 with P = 68.
function PARTIAL_ROUNDS_TABLE(t, P, constants, matrix) {
    var table[153][18];

    var lane[17];
    var column[17];
    var offset[17];
    var power[17][17];
    for (var i = 0; i < t; i++) {
        lane[i] = i == 0;
        column[i] = matrix[i][0];
        offset[i] = constants[4 * t + i];
        for (var j = 1; j < t; j++) {
            power[i][j] = matrix[i][j];
        }
    }
    for (var k = 0; k < P; k++) {
        var nextLane[17];
        var nextColumn[17];
        var nextOffset[17];
        for (var i = 0; i < t; i++) {
            table[k][i] = lane[i];
            table[P + k][i] = column[i];
            var laneSum = i > 0 ? lane[0] * matrix[0][i] : 0;
            var columnSum = 0;
            var offsetSum = k + 1 < P ? constants[(5 + k) * t + i] : 0;
            for (var j = 1; j < t; j++) {
                if (i > 0) {
                    laneSum += lane[j] * matrix[j][i];
                }
                columnSum += matrix[i][j] * column[j];
                offsetSum += matrix[i][j] * offset[j];
            }
            nextLane[i] = laneSum;
            nextColumn[i] = columnSum;
            nextOffset[i] = offsetSum;
        }
        table[k][t] = offset[0];
        lane = nextLane;
        column = nextColumn;
        offset = nextOffset;
    }

    // F^P by squaring from F, along the bits of P below its highest.
    for (var bit = WIDTH(P) - 2; bit >= 0; bit--) {
        for (var step = 0; step < 1 + ((P >> bit) & 1); step++) {
            var product[17][17];
            for (var j = 1; j < t; j++) {
                var factor[17];
                for (var l = 0; l < t; l++) {
                    factor[l] = step == 0 ? power[l][j] : matrix[l][j];
                }
                for (var i = 0; i < t; i++) {
                    var sum = 0;
                    for (var l = 1; l < t; l++) {
                        sum += power[i][l] * factor[l];
                    }
                    product[i][j] = sum;
                }
            }
            power = product;
        }
    }
    for (var i = 0; i < t; i++) {
        for (var j = 0; j < t; j++) {
            table[2 * P + i][j] = power[i][j];
        }
        table[2 * P + i][t] = offset[i];
    }
    return table;
}

/**
 * @title   Rounds
 * @notice  Poseidon's permutation. Three rows an x^5: 24 t + 3 P, less 3 for every lane of the input that is constant.
 * @param   t      width; one of those with constants
 * @param   P, constants, matrix, table   partial rounds and tables of this width; parameters, so that the compiler works
 *                 them out once and the witness generator never
 * @input   in     the t lanes; lane 0 holds the tag
 * @output  out    the t lanes of the result
 * @assumes one lane of the result at least stays hidden where `in` is secret: the permutation is invertible
 * @ensures out is what the permutation says, and nothing else satisfies the rows
 */
template Rounds(t, P, constants, matrix, table) {
    signal input in[t];
    signal output out[t];

    signal square[8 * t + P];
    signal fourth[8 * t + P];
    signal fifth[8 * t + P];

    var lanes[t];
    for (var i = 0; i < t; i++) {
        lanes[i] = in[i];
    }
    for (var round = 0; round < 8; round++) {
        if (round == 4) {
            for (var k = 0; k < P; k++) {
                var lane = table[k][t];
                for (var i = 0; i < t; i++) {
                    lane += table[k][i] * lanes[i];
                }
                for (var j = 0; j < k; j++) {
                    lane += table[P + k - 1 - j][0] * fifth[8 * t + j];
                }
                square[8 * t + k] <== lane * lane;
                fourth[8 * t + k] <== square[8 * t + k] * square[8 * t + k];
                fifth[8 * t + k] <== fourth[8 * t + k] * lane;
            }
            var after[t];
            for (var i = 0; i < t; i++) {
                after[i] = table[2 * P + i][t];
                for (var j = 0; j < t; j++) {
                    after[i] += table[2 * P + i][j] * lanes[j];
                }
                for (var j = 0; j < P; j++) {
                    after[i] += table[2 * P - 1 - j][i] * fifth[8 * t + j];
                }
            }
            lanes = after;
        }

        var base = (round < 4 ? round : P + round) * t;
        var mixed[t];
        for (var i = 0; i < t; i++) {
            mixed[i] = 0;
        }
        for (var j = 0; j < t; j++) {
            var box = round * t + j;
            var lane = lanes[j] + constants[base + j];
            square[box] <== lane * lane;
            fourth[box] <== square[box] * square[box];
            fifth[box] <== fourth[box] * lane;
            for (var i = 0; i < t; i++) {
                mixed[i] += matrix[i][j] * fifth[box];
            }
        }
        lanes = mixed;
    }
    for (var i = 0; i < t; i++) {
        out[i] <== lanes[i];
    }
}

/**
 * @title   Permutation
 * @notice  Rounds with the tables of its width.
 * @param   t      width; one of those with constants
 * @input   in     the t lanes; lane 0 holds the tag
 * @output  out    the t lanes of the result
 * @assumes as Rounds
 * @ensures as Rounds
 */
template Permutation(t) {
    signal input in[t];
    signal output out[t];

    out <== Rounds(
        t,
        POSEIDON_PARTIAL_ROUNDS(t),
        POSEIDON_ROUNDS(t),
        POSEIDON_MATRIX(t),
        PARTIAL_ROUNDS_TABLE(t, POSEIDON_PARTIAL_ROUNDS(t), POSEIDON_ROUNDS(t), POSEIDON_MATRIX(t))
    )(in);
}

/**
 * @title   Hash
 * @notice  H_use of the statements page: lane 0 of the permutation of (tag; in).
 * @param   n    number of inputs
 * @param   tag  tag of the use; no two uses share one
 * @input   in   what is hashed
 * @output  out  the hash
 * @assumes nothing
 * @ensures out = Poseidon_tag(in)
 */
template Hash(n, tag) {
    signal input in[n];
    signal output out;

    component permutation = Permutation(n + 1);
    permutation.in[0] <== tag;
    for (var i = 0; i < n; i++) {
        permutation.in[i + 1] <== in[i];
    }
    out <== permutation.out[0];
    for (var i = 1; i <= n; i++) {
        _ <== permutation.out[i];
    }
}
