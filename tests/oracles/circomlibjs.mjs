// Answers questions about Poseidon, BabyJubJub and EdDSA with circomlibjs, as a process of its own.
// stdin: JSON of lists of questions by name; stdout: JSON of lists of answers by the same names. Numbers are decimal strings.
import { readFileSync, writeSync } from "node:fs";
import { buildBabyjub, buildEddsa, buildPoseidon } from "circomlibjs";

const [poseidon, babyjub, eddsa] = await Promise.all([buildPoseidon(), buildBabyjub(), buildEddsa()]);
const F = poseidon.F;
const text = (element) => F.toObject(element).toString();
const element = (decimal) => F.e(BigInt(decimal));
const point = (pair) => pair.map(element);
const texts = (pair) => pair.map(text);

const ANSWERS = {
  // [tag, inputs] -> lane 0;  the tag is the initial capacity
  poseidon: ([tag, inputs]) => text(poseidon(inputs.map(BigInt), BigInt(tag))),
  // [tag, inputs] -> every lane
  permutation: ([tag, inputs]) => poseidon(inputs.map(BigInt), BigInt(tag), inputs.length + 1).map(text),
  // [P, Q] -> P + Q
  add: ([left, right]) => texts(babyjub.addPoint(point(left), point(right))),
  // [scalar, P] -> scalar * P
  multiply: ([scalar, base]) => texts(babyjub.mulPointEscalar(point(base), BigInt(scalar))),
  // P -> [on the curve, in the prime subgroup]
  membership: (candidate) => [babyjub.inCurve(point(candidate)), babyjub.inSubgroup(point(candidate))],
  // [seed in hex, message] -> [A, R8, S]
  eddsa: ([seed, message]) => {
    const key = Buffer.from(seed, "hex");
    const signature = eddsa.signPoseidon(key, element(message));
    return [texts(eddsa.prv2pub(key)), texts(signature.R8), signature.S.toString()];
  },
  // [A, R8, S, message] -> valid, by circomlibjs' laxer rules
  verify: ([A, R8, S, message]) =>
    eddsa.verifyPoseidon(element(message), { R8: point(R8), S: BigInt(S) }, point(A)),
};

const questions = JSON.parse(readFileSync(0, "utf8"));
const answers = Object.fromEntries(Object.entries(questions).map(([name, list]) => [name, list.map(ANSWERS[name])]));
const bytes = Buffer.from(JSON.stringify(answers));
for (let sent = 0; sent < bytes.length; ) sent += writeSync(1, bytes, sent);
process.exit(0); // circomlibjs leaves worker threads behind
