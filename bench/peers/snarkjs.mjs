// snarkjs inside a process of its own, for each order once; what it works on is in memory before.
//
// node bench/peers/snarkjs.mjs prove CIRCUIT.zkey WITNESS.wtns
// node bench/peers/snarkjs.mjs verify VKEY.json PUBLIC.json PROOF.json
// node bench/peers/snarkjs.mjs witness CIRCUIT.wasm INPUTS.json      by circom's own runtime

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { WitnessCalculatorBuilder } from "circom_runtime";
import { groth16 } from "snarkjs";

const [, , verb, ...files] = process.argv;
const bytes = (file) => new Uint8Array(readFileSync(file));
const json = (file) => JSON.parse(readFileSync(file));

const verbs = {
    async prove(zkey, witness) {
        const [key, wires] = [bytes(zkey), bytes(witness)];
        return () => groth16.prove({ type: "mem", data: key }, { type: "mem", data: wires });
    },
    async verify(vkey, pub, proof) {
        const [key, signals, points] = [json(vkey), json(pub), json(proof)];
        return async () => {
            if (!(await groth16.verify(key, signals, points))) throw new Error("refused");
        };
    },
    async witness(wasm, inputs) {
        const [calculator, given] = [await WitnessCalculatorBuilder(bytes(wasm)), json(inputs)];
        return () => calculator.calculateWTNSBin(given, true);
    },
};

const seconds = () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS };
};

async function measured(work) {
    const [before, started] = [seconds(), process.hrtime.bigint()];
    const result = await work();
    const [wall, after] = [Number(process.hrtime.bigint() - started) / 1e9, seconds()];
    return [result, { wall, cpu: after.cpu - before.cpu, peak_kibibytes: after.peak }];
}

const say = (answer) => console.log(JSON.stringify(answer));

const [work, load] = await measured(() => verbs[verb](...files));
say({ load });
let last;
for await (const line of createInterface({ input: process.stdin })) {
    const [order, ...names] = line.split(" ");
    if (order === "run") {
        const [result, taken] = await measured(work);
        last = result;
        say(taken);
    } else if (verb === "prove") {
        writeFileSync(names[0], JSON.stringify(last.proof));
        writeFileSync(names[1], JSON.stringify(last.publicSignals));
        say({ said: null });
    } else {
        if (verb === "witness") writeFileSync(names[0], last);
        say({ said: null });
    }
}
process.exit(0);
