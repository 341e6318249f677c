"""What every call of the escrow takes, on anvil by osaka's rules, beside its floor and its peers: bench/gas.json.

    python -m bench.gas            measures, and writes bench/gas.json
    python -m bench.gas --check    measures, and fails where the committed file says something else

Gas does not depend on the machine. Figures are whole transactions, but `verify_*`, which is execution alone. The
verifier is ours for a key of known waste, the token a plain ERC-20, and the recipient holds some of it already.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from bench.gas_peers import naive_escrow, snarkjs_proof, snarkjs_verifier
from bench.gas_stage import BUDGET, SECRET, START, GasStage
from tests.contracts.trapdoor import HOUSE, prove, scalar
from zkdata.capsule.delivery import NOBODY
from zkdata.proof.request import Mode
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import SETTINGS, SOLC_VERSION
from zkdata.settlement.posting import Asked
from zkdata.settlement.receipt import Receipt

FILE = HOUSE / "bench/gas.json"
TARGETS = {
    "verify_3": 201_500,
    "claim_attested": 282_000,
    "claim_none_paid": 295_000,
    "release": 75_000,
    "claim_in_batch_of_16": 103_000,
    "post": 130_000,
}
BATCH = 16

# EIP-1108, EIP-2929, EIP-2200 and the yellow paper's appendix G.
TRANSACTION, COLD_ACCOUNT, COLD_SLOT, WARM = 21_000, 2_600, 2_100, 100
NEW_WORD, CHANGED_WORD = 20_000, 2_900
MULTIPLY, ADD, PAIRINGS, PAIRING = 6_000, 150, 45_000, 34_000
LOG, TOPIC, LOG_WORD = 375, 375, 256
VERIFY_3 = PAIRINGS + 4 * PAIRING + 3 * (MULTIPLY + ADD) + 7 * WARM
PAYMENT = COLD_ACCOUNT + 2 * (COLD_SLOT + CHANGED_WORD) + LOG + 3 * TOPIC + LOG_WORD


def logged(topics: int, words: int) -> int:
    """An event's gas."""
    return LOG + (1 + topics) * TOPIC + words * LOG_WORD


def intrinsic(chain: Chain, receipt: Receipt) -> int:
    """What a transaction takes before any code runs: 16 for a byte of calldata, 4 for a zero."""
    data = bytes(chain.web3.eth.get_transaction(receipt.transaction)["input"])  # type: ignore[arg-type]
    return TRANSACTION + sum(16 if byte else 4 for byte in data)


def measured(chain: Chain) -> dict[str, dict[str, int]]:
    """Gas by name, and the floor: what of it no code avoids."""
    stage = GasStage(chain)
    gas: dict[str, int] = {}
    floor: dict[str, int] = {}

    def told(name: str, receipt: Receipt, least: int, *, each: int = 1) -> None:
        gas[name] = -(-receipt.gas_used // each)
        floor[name] = -(-(intrinsic(chain, receipt) + least) // each)

    def posted(name: str, asked: Asked) -> Any:
        stage.post(asked)
        posting, receipt = stage.post(asked)
        kept = logged(2, 2 + len(asked.parameters) + 12) + COLD_SLOT + NEW_WORD
        told(name, receipt, PAYMENT + kept + COLD_SLOT + CHANGED_WORD)
        return posting

    def executed(name: str, contract: Contract, function: str, *given: Any) -> None:
        receipt = contract.send(function, *given, sender=stage.sender)
        gas[name] = receipt.gas_used - intrinsic(chain, receipt)

    inputs = [scalar("m"), scalar("x"), scalar("y")]
    executed("verify_3", stage.verifier, "verify", prove(inputs), inputs)
    floor["verify_3"] = VERIFY_3

    asked = COLD_ACCOUNT + COLD_SLOT + WARM
    slots = 2 * COLD_SLOT + CHANGED_WORD + NEW_WORD
    claim = COLD_ACCOUNT + VERIFY_3 + WARM + asked + slots
    attested = posted("post_attested", stage.asked(Mode.NONE, keepers=3))
    told("claim_attested", stage.claim(attested)[1], claim + logged(3, 9))
    plain = posted("post", stage.asked(Mode.CALLDATA))
    pending, receipt = stage.claim(plain)
    told("claim_calldata", receipt, claim + logged(3, 9))
    released = COLD_SLOT + CHANGED_WORD + COLD_ACCOUNT + logged(3, 1) + PAYMENT
    told("release", pending.release(SECRET, sender=stage.sender), released)
    fact = posted("post_none", stage.asked(Mode.NONE, buyer_key=NOBODY))
    told("claim_none_paid", stage.claim(fact)[1], claim + logged(2, 5) + PAYMENT)

    many = posted("post_attested", stage.asked(Mode.NONE, keepers=3))
    verify = PAIRINGS + (BATCH + 3) * PAIRING + (2 * (BATCH - 1) + 5) * (MULTIPLY + ADD)
    every = BATCH * (COLD_SLOT + NEW_WORD + logged(3, 9))
    once = COLD_ACCOUNT + verify + asked + COLD_SLOT + CHANGED_WORD
    told("claim_in_batch_of_16", stage.claim_many(many, BATCH), every + once, each=BATCH)
    return {"gas": gas, "floor": floor}


def of_limbs(chain: Chain, limbs: int) -> int:
    """`claim_attested` with the bounds of so many limbs."""
    stage = GasStage(chain, limbs)
    posting, _ = stage.post(stage.asked(Mode.NONE, keepers=3))
    return stage.claim(posting)[1].gas_used


def peers(chain: Chain) -> dict[str, int]:
    """snarkjs' verifier for as many inputs, and NaiveEscrow under the one for all 19 values; its claim pays."""
    stage = GasStage(chain)
    inputs = [scalar("m"), scalar("x"), scalar("y")]
    found: dict[str, int] = {}
    three = chain.deploy(snarkjs_verifier(3))
    receipt = three.send("verifyProof", *snarkjs_proof(inputs), inputs, sender=stage.sender)
    found["verify_3_snarkjs"] = receipt.gas_used - intrinsic(chain, receipt)

    values = [scalar(f"value {index}") for index in range(19)]
    nineteen = chain.deploy(snarkjs_verifier(19))
    receipt = nineteen.send("verifyProof", *snarkjs_proof(values), values, sender=stage.sender)
    found["verify_19_snarkjs"] = receipt.gas_used - intrinsic(chain, receipt)

    naive = chain.deploy(naive_escrow())
    stage.token.send("approve", naive.address, 2**256 - 1, sender=stage.buyer)
    asked = stage.asked(Mode.NONE, buyer_key=NOBODY)
    request = asked.request
    ((low, high),) = request.bounds
    given = (
        *(asked.buyer, asked.token, nineteen.address, asked.registry, asked.registrar),
        *(asked.prices.per_record, BUDGET, asked.deadline, request.schema_id, request.device_class),
        *(request.buyer_key, request.slot_length, request.time_min, request.time_max, low, high),
    )
    for _ in range(2):
        found["post_naive"] = naive.send("post", given, sender=stage.buyer).gas_used
    scope = int(naive.call("scopeOf", 1))
    public = stage.values(request, scope)
    as_of, root, count, content, nullifier = public[5], *public[8:12]
    sent = (as_of, root, count, content, nullifier, public[13], *public[15:17], stage.recipient)
    receipt = naive.send("claim", 1, snarkjs_proof(public), sent, sender=stage.sender)
    found["claim_naive_paid"] = receipt.gas_used
    return found


def report() -> dict[str, Any]:
    """The whole file: integer figures by name, and what they hold for."""
    with Chain.anvil() as chain:
        own = measured(chain)
    with Chain.anvil() as chain:
        four = of_limbs(chain, 4)
    with Chain.anvil() as chain:
        others = peers(chain)
    one, gas = own["gas"]["claim_attested"], own["gas"]
    optimizer = SETTINGS["optimizer"]
    return {
        **gas,
        "claim_attested_of_4_limbs": four,
        "per_record": {"16x4": four // 16, "832x4": four // 832, "48x1": one // 48, "1144x1": one // 1144},
        "above_floor": {name: gas[name] - least for name, least in own["floor"].items()},
        "floor": own["floor"],
        "peers": others,
        "target": TARGETS,
        "compiler": f"solc {SOLC_VERSION}, {SETTINGS['evmVersion']}, {optimizer['runs']:,} runs",
        "fork": "osaka",
        "recipient": "holds the token already",
        "time": START,
    }


def drift(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs, one line each."""
    return [
        f"{name}: {kept.get(name)} is now {now.get(name)}"
        for name in {**kept, **now}
        if kept.get(name) != now.get(name)
    ]


if __name__ == "__main__":
    made = report()
    if "--check" in sys.argv[1:]:
        found = drift(json.loads(FILE.read_text()), made)
        sys.exit("\n".join([*found, "refresh with: python -m bench.gas"]) if found else 0)
    FILE.write_text(json.dumps(made, indent=1) + "\n")
    for name, target in TARGETS.items():
        sys.stdout.write(f"{name:22} {made[name]:8,}  target {target:8,}  floor {made['floor'].get(name, 0):8,}\n")
