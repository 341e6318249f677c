pragma circom 2.2.3;

include "../lib/enrolled.circom";
include "../lib/ranges.circom";
include "../lib/words.circom";

/**
 * @title   Device
 * @notice  A capsule's content was signed by some device of a registry, enrolled through a whole window. It knows no shape, and
 *          does not open the capsule. docs/reference/statements.md defines every value, docs/explanation/soundness.md says what
 *          each group of rows binds.
 * @param   DEPTH    levels of the device registry
 * @input   context  public: for whom and what for, in the verifier's words
 * @input   content, root, deviceClass, timeMin, timeMax  public: the capsule, the registry, the class asked for, the window
 * @input   sequence .. path                              what stays with the owner
 * @output  none
 * @assumes the verifier refuses values >= r; the registrar enrols with from and until below 2^48
 * @ensures content is signed by a device that is a leaf under root, in this class, with from <= timeMin and timeMax < until
 */
template Device(DEPTH) {
    signal input context;
    signal input content;
    signal input root;
    signal input deviceClass;
    signal input timeMin;
    signal input timeMax;

    signal input sequence;
    signal input ownerKey;
    signal input T[2];
    signal input S;
    signal input R8[2];
    signal input enrolledFrom;
    signal input enrolledUntil;
    signal input path[DEPTH][8];

    component enrolled = Enrolled(DEPTH);
    enrolled.content <== content;
    enrolled.sequence <== sequence;
    enrolled.T <== T;
    enrolled.R8 <== R8;
    enrolled.S <== S;
    enrolled.ownerKey <== ownerKey;
    enrolled.deviceClass <== deviceClass;
    enrolled.enrolledFrom <== enrolledFrom;
    enrolled.enrolledUntil <== enrolledUntil;
    enrolled.path <== path;
    enrolled.first <== timeMin;
    enrolled.last <== timeMax;
    _ <== enrolled.device;
    root === enrolled.root;

    // until - timeMax - 1 alone would let a timeMax below 0 pass for the largest there is.
    _ <== Ranged(TIME_BITS())(timeMax);

    // A public value that stands in no row could be exchanged in a finished proof.
    signal bound <== context * context;
}
