// A witness by circom's own runtime, as a process that starts, reads, calculates, writes and ends.
//
// node bench/peers/witness.mjs CIRCUIT.wasm INPUTS.json WITNESS.wtns

import { readFileSync, writeFileSync } from "node:fs";

import { WitnessCalculatorBuilder } from "circom_runtime";

const [, , wasm, inputs, witness] = process.argv;
const calculator = await WitnessCalculatorBuilder(new Uint8Array(readFileSync(wasm)));
writeFileSync(witness, await calculator.calculateWTNSBin(JSON.parse(readFileSync(inputs)), true));
