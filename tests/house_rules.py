"""The rules of the house: each takes the folder of a checkout and returns its faults, one sentence each."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.reference.grain import constants

SOURCES = {".py", ".rs", ".circom", ".sol"}
FLOORS = ("errors", "catalogue", "capsule", "proof", "settlement", "audit", "cli")
"""From the ground up: a module may import its own floor and those before it."""

DRAWERS = {"utils", "util", "core", "common", "helpers", "helper", "misc", "base"}
NATIVE_ROOMS = {
    "capsule/hashing.py", "capsule/cipher.py", "capsule/tree.py", "capsule/device.py", "capsule/delivery.py",
    "proof/setup.py", "proof/prover.py", "proof/verifier.py", "proof/groth16.py", "proof/inspection.py",
    "proof/witness_graph.py", "proof/ceremony.py", "proof/powers.py",
}  # fmt: skip
CHAIN_LIBRARIES = {"web3", "eth_tester", "eth", "eth_account", "eth_abi", "eth_keys", "eth_utils"}
CHAIN_ROOM = {"settlement/chain.py", "settlement/contract.py", "settlement/node.py", "settlement/signatures.py"}
EXTRAS = CHAIN_LIBRARIES | {"py_ecc", "galois", "wasmtime"}
STATEMENT_CLASSES = {"capsule": "Claim"}
"""Where the class is not the capitalised stem: the statement `capsule` is what an owner claims with."""

CLIENT_ONLY_ERRORS = {"RegistryWrong", "SignalMismatch", "TermsMismatch", "TransactionFailed"}
SHARED_PROOF_ERRORS = {"ProofMalformed", "ProofRejected"}
LINES_ALLOWED = 400


def sources(house: Path) -> Iterator[Path]:
    """Every hand-written source file of the product and its tests."""
    for room in ("zkdata", "native/src", "native/tests", "circuits", "verifier_contracts", "tests", "bench"):
        for path in sorted((house / room).rglob("*")):
            made = {"generated", "out", "cache", "node_modules", "__pycache__"} & set(path.relative_to(house).parts)
            if path.suffix in SOURCES and not made:
                yield path


def imports(path: Path) -> Iterator[str]:
    """Absolute names of every module that a Python file imports, at any depth of nesting."""
    package = path.parent.parts[path.parts.index("zkdata") :] if "zkdata" in path.parts else ()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*above, node.module] if node.module else above)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def floors_import_downwards(house: Path) -> list[str]:
    faults = []
    for path in sorted((house / "zkdata").rglob("*.py")):
        room = path.relative_to(house / "zkdata").parts[0].removesuffix(".py")
        if room not in FLOORS:
            continue
        for name in imports(path):
            parts = name.split(".")
            above = len(parts) > 1 and parts[0] == "zkdata" and parts[1] in FLOORS
            if above and FLOORS.index(parts[1]) > FLOORS.index(room):
                faults.append(f"{path.name} on floor {room} imports {name} from above")
    return faults


def one_room_knows_the_chain(house: Path) -> list[str]:
    return [
        f"{path.relative_to(house)} imports {name}"
        for path in sorted((house / "zkdata").rglob("*.py"))
        if path.relative_to(house / "zkdata").as_posix() not in CHAIN_ROOM
        for name in imports(path)
        if name.split(".")[0] in CHAIN_LIBRARIES
    ]


def named_rooms_call_the_native_core(house: Path) -> list[str]:
    return sorted(
        {
            f"{path.relative_to(house)} imports _native"
            for path in (house / "zkdata").rglob("*.py")
            if path.relative_to(house / "zkdata").as_posix() not in NATIVE_ROOMS
            for name in imports(path)
            if name.startswith("zkdata._native")
        }
    )


def rust_borders(house: Path) -> list[str]:
    """PyO3 at one border; `unsafe` in the kernels, and in the one line that maps a file."""
    faults = []
    for path in (house / "native/src").rglob("*.rs"):
        name, text = path.relative_to(house / "native/src").as_posix(), path.read_text()
        if "pyo3" in text and not name.startswith("python"):
            faults.append(f"native/src/{name} knows PyO3")
        if re.search(r"\bunsafe\b\s*(\{|fn|impl)", text) and not name.startswith(("kernels/", "formats/mapped")):
            faults.append(f"native/src/{name} is unsafe outside the kernels")
    return faults


def no_drawers(house: Path) -> list[str]:
    return [f"{path.relative_to(house)} is a drawer" for path in sources(house) if path.stem.lower() in DRAWERS]


def files_stay_small(house: Path) -> list[str]:
    return [
        f"{path.relative_to(house)} has {lines} lines"
        for path in sources(house)
        if "constants" not in path.name and (lines := len(path.read_text().splitlines())) > LINES_ALLOWED
    ]


def the_door_is_what_it_says(house: Path) -> list[str]:
    """`__all__` of zkdata is sorted and equals the public names that `dir` shows."""
    program = "import json, zkdata; print(json.dumps([zkdata.__all__, [n for n in dir(zkdata) if n[0] != '_']]))"
    listed, visible = json.loads(_python(house, program))
    faults = [] if listed == sorted(listed) else ["__all__ is not sorted"]
    return faults + [f"{name} is listed or visible, not both" for name in sorted(set(listed) ^ set(visible))]


def import_needs_no_extra(house: Path) -> list[str]:
    """`import zkdata` works where no optional package is installed, and loads none."""
    program = "import json, sys, zkdata; print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"
    return [f"import zkdata loads {name}" for name in json.loads(_python(house, program)) if name in EXTRAS]


def _python(house: Path, program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(house)!r}); {program}"],
        capture_output=True, text=True, check=True, cwd=house,
    )  # fmt: skip
    return run.stdout


def catalogue_matches_circuits(house: Path) -> list[str]:
    """Every instance names a template that exists, its public signals in the order the template declares them."""
    faults = []
    catalogue = json.loads((house / "circuits/catalogue.json").read_text())
    lock = json.loads((house / "circuits/artifacts.lock").read_text())["circuits"]
    for circuit in catalogue["circuits"]:
        text = (house / "circuits" / circuit["file"]).read_text()
        if f"template {circuit['template']}(" not in text:
            faults.append(f"{circuit['name']}: no template {circuit['template']} in {circuit['file']}")
        declared = re.findall(r"signal input\s+(?:\{\w+\}\s*)?(\w+)", text)
        public = list(dict.fromkeys(name.split("[")[0] for name in circuit["public_signals"]))
        if [name for name in declared if name in public] != public:
            faults.append(f"{circuit['name']}: public signals are declared in another order")
        missing = [value for value in circuit["values"] if not re.search(rf"\b{value.split('[')[0]}\b", text)]
        faults += [f"{circuit['name']}: {value} is not in the template" for value in missing]
        if circuit["name"] not in lock:
            faults.append(f"{circuit['name']}: not in artifacts.lock")
    tags = [entry["tag"] for entry in catalogue["tags"]]
    return faults + ([] if len(set(tags)) == len(tags) else ["two hash uses share a tag"])


def catalogue_matches_contracts(house: Path) -> list[str]:
    """The contract's index of each public value is its place in the catalogue, and its release tag is the table's."""
    faults = []
    catalogue = json.loads((house / "circuits/catalogue.json").read_text())
    signals = (house / "verifier_contracts/src/ClaimSignals.sol").read_text()
    offsets = re.findall(r"uint256 internal constant (\w+) = (0x\w+);", signals)
    found = {name: int(offset, 16) // 32 for name, offset in offsets}
    for circuit in catalogue["circuits"]:
        for index, value in enumerate(circuit["values"]):
            if "[" in value:
                continue
            constant = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value).upper()
            if found.get(constant) != index:
                faults.append(f"ClaimSignals.{constant} is {found.get(constant)}, the catalogue says {index}")
    release = next(int(entry["tag"]) for entry in catalogue["tags"] if entry["use"] == "release")
    first_lane = f"0x{release + constants(2).rounds[0]:064x}"
    if first_lane not in (house / "verifier_contracts/generated/PoseidonT2.sol").read_text():
        faults.append("PoseidonT2.sol does not start from the release tag of the catalogue")
    return faults


def statements_keep_their_stem(house: Path) -> list[str]:
    """Statement `x` is circuits/statements/x.circom, a class, tests/circuits/test_x.py and a section on soundness."""
    faults = []
    soundness = (house / "docs/explanation/soundness.md").read_text()
    for path in sorted((house / "circuits/statements").glob("*.circom")):
        stem = path.stem
        name = STATEMENT_CLASSES.get(stem, stem.capitalize())
        room = house / f"zkdata/proof/{name.lower()}.py"
        if not room.exists() or f"class {name}(" not in room.read_text():
            faults.append(f"statement {stem} has no class {name} in a room of its own")
        if not (house / f"tests/circuits/test_{stem}.py").exists():
            faults.append(f"statement {stem} has no tests/circuits/test_{stem}.py")
        if not re.search(rf"^#+ .*\b{stem}\b", soundness, re.MULTILINE):
            faults.append(f"statement {stem} has no section in docs/explanation/soundness.md")
    return faults


def one_file_grants_tags(house: Path) -> list[str]:
    """An output that carries a circom tag is a promise; only ranges.circom may make one."""
    return [
        f"{path.relative_to(house)} grants a tag"
        for path in (house / "circuits").rglob("*.circom")
        if path.name != "ranges.circom" and re.search(r"signal\s+output\s+\{", path.read_text())
    ]


def nothing_of_circomlib(house: Path) -> list[str]:
    return [
        f"{path.relative_to(house)} includes {name}"
        for path in (house / "circuits").rglob("*.circom")
        for name in re.findall(r'^include "([^"]+)"', path.read_text(), re.MULTILINE)
        if not (path.parent / name).resolve().is_relative_to((house / "circuits").resolve())
    ]


def errors_are_paired(house: Path) -> list[str]:
    """The contracts' custom errors and the classes under SettlementError carry the same names, both ways."""
    interfaces = (house / "verifier_contracts/src/interfaces").glob("*.sol")
    solidity = {
        name for path in interfaces for name in re.findall(r"^\s*error (\w+)\(", path.read_text(), re.MULTILINE)
    }
    tree = ast.parse((house / "zkdata/errors.py").read_text())
    python = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and [getattr(b, "id", "") for b in node.bases] == ["SettlementError"]
    }
    alone = (python - CLIENT_ONLY_ERRORS) ^ (solidity - SHARED_PROOF_ERRORS)
    return [f"error {name} is on one side only" for name in sorted(alone)]


RULES: dict[str, Callable[[Path], list[str]]] = {
    rule.__name__: rule
    for rule in (
        floors_import_downwards, one_room_knows_the_chain, named_rooms_call_the_native_core, rust_borders, no_drawers,
        files_stay_small, the_door_is_what_it_says, import_needs_no_extra, catalogue_matches_circuits,
        catalogue_matches_contracts, statements_keep_their_stem, one_file_grants_tags, nothing_of_circomlib,
        errors_are_paired,
    )
}  # fmt: skip
