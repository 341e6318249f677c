pragma circom 2.2.3;

include "poseidon.circom";
include "ranges.circom";
include "signature.circom";
include "tags.circom";
include "tree.circom";
include "words.circom";

/**
 * @title   Enrolled
 * @notice  The content is signed by a device that a registry lists under an owner, in a class, through a stretch of time.
 * @param   DEPTH          levels of the registry
 * @input   content        what was sealed
 * @input   sequence       the device's number of the capsule
 * @input   T, R8, S       as Signature
 * @input   ownerKey       the owner's secret
 * @input   deviceClass    class of the enrolment
 * @input   enrolledFrom   first moment of the enrolment
 * @input   enrolledUntil  first moment after it
 * @input   path           as RegistryPath
 * @input   first          first moment that has to be inside
 * @input   last           last moment that has to be inside
 * @output  device         A.x
 * @output  root           the registry's root
 * @assumes first and last are integers far below r; the registrar enrols with from and until below 2^48, and a device once
 * @ensures A signed (content, sequence, anchor 0), (A.x, H_owner(ownerKey, A.x), class, from, until) is a leaf under root, and
 *          from <= first, last < until
 */
template Enrolled(DEPTH) {
    signal input content;
    signal input sequence;
    signal input T[2];
    signal input R8[2];
    signal input S;
    signal input ownerKey;
    signal input deviceClass;
    signal input enrolledFrom;
    signal input enrolledUntil;
    signal input path[DEPTH][8];
    signal input first;
    signal input last;
    signal output device;
    signal output root;

    // The anchor is 0 in version 2.
    signal message <== Hash(3, TAG_MESSAGE())([content, sequence, 0]);
    signal A[2] <== Signature()(T, R8, S, message);
    device <== A[0];

    signal owner <== Hash(2, TAG_OWNER())([ownerKey, device]);
    signal leaf <== Hash(5, TAG_LEAF())([device, owner, deviceClass, enrolledFrom, enrolledUntil]);
    root <== RegistryPath(DEPTH)(leaf, path);
    AtMost(TIME_BITS())(enrolledFrom, first);
    AtMost(TIME_BITS())(last + 1, enrolledUntil);
}
