pragma circom 2.2.3;

include "lib/poseidon.circom";
include "naive.circom";
include "signature.circom";

/**
 * @title   Records
 * @notice  What provers are timed on: signed records in a window and in bounds, folded into one value, which is then hashed again
 *          and again until the domain is full. Like any circuit with signatures, two thirds of its wires fill the field.
 * @param   N  records of four values
 * @param   P  hashes at the end
 * @input   timeMin .. max  public: window and bounds
 * @input   T .. S          the device and its signed records
 * @output  folded          of all records
 * @assumes window and bounds are below 2^48
 * @ensures every record is signed by one device and inside window and bounds
 */
template Records(N, P) {
    signal input timeMin;
    signal input timeMax;
    signal input min[4];
    signal input max[4];

    signal input T[2];
    signal input times[N];
    signal input values[N][4];
    signal input R8[N][2];
    signal input S[N];
    signal output folded;

    signal message[N];
    signal key[N][2];
    signal chain[N + P + 1];
    chain[0] <== timeMin;
    for (var i = 0; i < N; i++) {
        Between(48)(timeMin, timeMax, times[i]);
        for (var k = 0; k < 4; k++) {
            Between(48)(min[k], max[k], values[i][k]);
        }
        message[i] <== Hash(5, 1)([times[i], values[i][0], values[i][1], values[i][2], values[i][3]]);
        key[i] <== Signature()(T, R8[i], S[i], message[i]);
        chain[i + 1] <== Hash(2, 2)([chain[i], message[i]]);
    }
    for (var i = N; i < N + P; i++) {
        chain[i + 1] <== Hash(2, 2)([chain[i], key[0][0]]);
    }
    folded <== chain[N + P];
}
