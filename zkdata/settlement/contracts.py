"""The contracts as a chain takes them: ABI and creation code, compiled from `verifier_contracts/` by a pinned solc.

What an installed zkdata deploys is committed beside this file, one JSON per contract, and
where each keeps its storage in `verifier_contracts/storage.json`;
`python -m zkdata.settlement.contracts` writes them again. The verifier of a key is compiled
when it is first deployed, and kept under `build/verifiers/`.
"""

import hashlib
import json
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zkdata.capsule.atomic_file import write_public
from zkdata.capsule.hashing import keccak256
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ToolMissing
from zkdata.proof.solidity import CONTRACT

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = CHECKOUT / "verifier_contracts"
COMMITTED = Path(__file__).resolve().parent / "contracts"
STORAGE = SOURCES / "storage.json"

SOLC_VERSION = "0.8.37"
SETTINGS: Mapping[str, Any] = {
    "evmVersion": "cancun",
    "optimizer": {"enabled": True, "runs": 1_000_000},
    "viaIR": False,
    # Without metadata the creation code depends on nothing but the sources and these settings.
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
}
# contract -> the file, under `verifier_contracts/`, that declares it
CONTRACTS: Mapping[str, str] = {
    "DataEscrow": "src/DataEscrow.sol",
    "DeviceRegistry": "src/DeviceRegistry.sol",
    "SignatureGate": "src/SignatureGate.sol",
    "TestToken": "test/TestToken.sol",
}

# 2394: "transient storage can break composability". OpenZeppelin's guard clears it at the end of each call.
ACCEPTED_WARNINGS = frozenset({"2394"})
COMPILE_SECONDS = 120
_COMPILE = """
const solc = require(process.argv[1]);
let request = "";
process.stdin.on("data", (part) => (request += part)).on("end", () => console.log(solc.compile(request)));
"""
_IMPORT = re.compile(r"""^\s*import\s+(?:[^"';]*?\s+from\s+)?["']([^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One contract: its ABI, its creation code, and the digest of the sources and settings it came from."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    digest: str

    def to_json(self) -> str:
        """The text that is committed: stable, one key a line at the top."""
        return (
            json.dumps(
                {
                    "contract": self.name,
                    "compiler": SOLC_VERSION,
                    "digest": self.digest,
                    "abi": self.abi,
                    "bytecode": "0x" + self.bytecode.hex(),
                },
                indent=1,
            )
            + "\n"
        )

    @staticmethod
    def from_json(text: str) -> "Compiled":
        """Read what `to_json` wrote; ArtifactMalformed otherwise."""
        try:
            raw = json.loads(text)
            return Compiled(raw["contract"], tuple(raw["abi"]), bytes.fromhex(raw["bytecode"][2:]), raw["digest"])
        except (ValueError, KeyError, TypeError) as fault:
            raise ArtifactMalformed(
                f"not a compiled contract: {fault}; write it again with `python -m zkdata.settlement.contracts`"
            ) from None


@cache
def committed(name: str) -> Compiled:
    """The contract as it is shipped."""
    path = COMMITTED / f"{name}.json"
    try:
        return Compiled.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ToolMissing(
            f"{path.name} is not there; write it with `python -m zkdata.settlement.contracts`", contract=name
        ) from None


def compile_checkout(name: str) -> Compiled:
    """Compile one of `CONTRACTS` from the Solidity of this checkout."""
    entry = CONTRACTS[name]
    return compile_contract(name, entry, with_imports({entry: _read(SOURCES / entry)}))


def compile_verifier(source: str, name: str) -> Compiled:
    """Compile the verifier of one key, or take it from `build/verifiers/` if this very source was compiled before."""
    sources = with_imports({f"{name}.sol": source})
    kept = CHECKOUT / "build" / "verifiers" / f"{source_digest(name, sources)}.json"
    if kept.is_file():
        return Compiled.from_json(kept.read_text(encoding="utf-8"))
    compiled = compile_contract(name, f"{name}.sol", sources)
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_public(kept, compiled.to_json().encode())
    return compiled


def verifier_code_hash(source: str) -> str:
    """Keccak-256, in hex, of the code that deploys the verifier with this source: what a setup's manifest names."""
    return keccak256(compile_verifier(source, CONTRACT).bytecode).hex()


def source_digest(name: str, sources: Mapping[str, str]) -> str:
    """SHA-256 over compiler version, settings, contract name and every source by its path."""
    whole = json.dumps([SOLC_VERSION, dict(SETTINGS), name, dict(sorted(sources.items()))], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def compile_contract(name: str, entry: str, sources: Mapping[str, str]) -> Compiled:
    """Run solc once over `sources`; any warning or error is refused, with solc's own text."""
    _, output = standard_json(sources, {entry: {name: ["abi", "evm.bytecode.object"]}})
    contract = output.get("contracts", {}).get(entry, {}).get(name)
    if contract is None:
        raise ArtifactMalformed(f"solc refuses {entry}:\nno contract {name}", contract=name)
    code = contract["evm"]["bytecode"]["object"]
    if not code:
        raise ArtifactMalformed(f"{name} is abstract or an interface: there is nothing to deploy", contract=name)
    return Compiled(name, tuple(contract["abi"]), bytes.fromhex(code), source_digest(name, sources))


def standard_json(
    sources: Mapping[str, str], outputs: Mapping[str, Mapping[str, list[str]]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What solc is asked about `sources`, with the settings of what is deployed, and what it answers."""
    request = {
        "language": "Solidity",
        "sources": {path: {"content": text} for path, text in sources.items()},
        "settings": {**SETTINGS, "outputSelection": outputs},
    }
    output = run_solc(request)
    faults = [fault for fault in output.get("errors", []) if fault.get("errorCode") not in ACCEPTED_WARNINGS]
    if faults:
        said = "\n".join(fault["formattedMessage"].strip() for fault in faults)
        raise ArtifactMalformed(f"solc refuses {', '.join(outputs)}:\n{said}")
    return request, output


def checkout_sources(folder: str) -> dict[str, str]:
    """Every Solidity file under a folder of `verifier_contracts/`, and what they import, as solc asks for it."""
    entries = sorted(path.relative_to(SOURCES).as_posix() for path in (SOURCES / folder).rglob("*.sol"))
    return with_imports({entry: _read(SOURCES / entry) for entry in entries})


def storage_layouts(sources: Mapping[str, str]) -> dict[str, Any]:
    """Where each deployed contract of `src/` keeps its storage: its variables, and the members of their structs.

    ArtifactMalformed where a contract of `src/` has a variable that no deployed one has.
    """
    _, output = standard_json(sources, {"*": {"*": ["storageLayout"]}})
    layouts = {
        name: contract["storageLayout"]
        for path, contracts in output["contracts"].items()
        if path.startswith("src/")
        for name, contract in contracts.items()
    }
    deployed = {name: layouts[name] for name, entry in CONTRACTS.items() if entry in sources}
    known = {at["astId"] for layout in deployed.values() for at in layout["storage"]}
    for layout in layouts.values():
        for at in layout["storage"]:
            if at["astId"] not in known:
                raise ArtifactMalformed(f"no deployed contract has {at['label']} of {at['contract']}; see CONTRACTS")
    return {name: dict(_places(layout)) for name, layout in deployed.items()}


def _places(layout: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Storage and structs, one line a variable, without the numbers that solc gives to types."""
    types = layout["types"] or {}
    parts = {"storage": layout["storage"]}
    parts |= {kind["label"]: kind["members"] for kind in types.values() if "members" in kind}
    for part, members in sorted(parts.items(), key=lambda item: (item[0] != "storage", item[0])):
        yield (
            part,
            [
                f"slot {at['slot']} byte {at['offset']}: {types[at['type']]['label']} {at['label']}"
                f" ({types[at['type']]['numberOfBytes']} bytes)"
                for at in members
            ],
        )


def storage_json() -> str:
    """The text of `storage.json` for this checkout."""
    return json.dumps(storage_layouts(checkout_sources("src")), indent=1) + "\n"


def run_solc(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the pinned solc answers to its JSON input; ToolMissing or ArtifactMismatch where it cannot be asked."""
    package = CHECKOUT / "node_modules" / "solc"
    if not package.is_dir():
        raise ToolMissing("the Solidity compiler is not installed; run `npm ci` in the checkout", tool="solc")
    version = json.loads(_read(package / "package.json"))["version"]
    if version != SOLC_VERSION:
        raise ArtifactMismatch(
            f"solc is {version}, zkdata compiles with {SOLC_VERSION}; run `npm ci` in the checkout", found=version
        )
    try:
        ran = subprocess.run(
            ["node", "-e", _COMPILE, str(package)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise ToolMissing("node is not installed; on Debian run `apt install nodejs npm`", tool="node") from None
    except subprocess.TimeoutExpired:
        raise ToolMissing(f"solc did not finish within {COMPILE_SECONDS} s; run it again", tool="solc") from None
    if ran.returncode != 0:
        raise ToolMissing(
            f"node could not run solc; run `npm ci` in the checkout. It said: {ran.stderr[-400:]}", tool="solc"
        )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def with_imports(sources: dict[str, str]) -> dict[str, str]:
    """Add every imported file, by the path under which solc asks for it."""
    found = dict(sources)
    open_paths = list(sources)
    while open_paths:
        importer = open_paths.pop()
        for target in _IMPORT.findall(found[importer]):
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(importer), target)) if target[0] == "." else target
            )
            if path not in found:
                found[path] = _read(_on_disk(path))
                open_paths.append(path)
    return found


def _on_disk(path: str) -> Path:
    return CHECKOUT / "node_modules" / path if path.startswith("@") else SOURCES / path


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = "run `npm ci` in the checkout" if "node_modules" in path.parts else "work in a checkout of zkdata"
        raise ToolMissing(f"{path.name} is not there; {hint}", file=path.name) from None


def main() -> None:
    """Compile every contract and write its JSON, and where they keep their storage."""
    COMMITTED.mkdir(exist_ok=True)
    for name in CONTRACTS:
        compiled = compile_checkout(name)
        write_public(COMMITTED / f"{name}.json", compiled.to_json().encode())
        sys.stdout.write(f"{name}: {len(compiled.bytecode):,} bytes of creation code\n")
    write_public(STORAGE, storage_json().encode())


if __name__ == "__main__":
    main()
