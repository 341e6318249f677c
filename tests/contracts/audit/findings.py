"""What slither finds in `verifier_contracts/src/`, against the list of what was looked at and may stay."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contracts.audit.tools import HERE, commands_of, run
from tests.contracts.audit.workplace import Fault, workplace
from zkdata.settlement.contracts import SOLC_VERSION, checkout_sources, standard_json

TRIAGE = HERE / "triage.json"
"""Each finding that stays, with the reason. One that is not in it is new; one of it that is not found is stale."""
IMPACTS = ("High", "Medium")
RUN_SECONDS = 600
TOKEN_CALLS = "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol"
PURSE = "src/Purse.sol"
CALL_IN_ASSEMBLY = re.compile(r"(?<![.\w])(?:call|callcode|delegatecall)\(")
"""Slither takes none of these for a call, and sees nothing that is written after one."""
_BLOCK = re.compile(r'assembly \("memory-safe"\) \{[^{}]*' + CALL_IN_ASSEMBLY.pattern + r"[^{}]*\}")
_CALL = "(paid, ) = token.call{gas: TRANSFER_GAS}(abi.encodeWithSelector(selector, to, amount));"
UNREAD = re.compile(r"Failed to resolve\w* name|Missing inheritance|Impossible to generate IR", re.IGNORECASE)
"""Slither goes on without what it could not read, and finds nothing there."""
UNREAD_OF_OTHERS = re.compile(r"to generate IR for \w+\.(constructor|_EIP712Name|_EIP712Version) \(.*/EIP712\.sol#")
"""OpenZeppelin's name and version as strings, which call nothing and hold no money."""

_PAYS = "revert TokenRefused(token, amount, 0);\n    }\n\n    /// @dev Takes"
REENTRANT = Fault(
    PURSE,
    (
        ("address to) external nonReentrant {", "address to) external {"),
        ("        delete credits[token][msg.sender];\n", ""),
        (_PAYS, _PAYS.replace("    }\n", "        delete credits[token][msg.sender];\n    }\n", 1)),
    ),
)
"""A withdrawal that pays first, forgets the credit after it, and may be entered again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What slither read, and what it found of medium impact or above, in `src/` alone, by kind and function."""

    contracts: int
    declared: int
    unread: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether it read everything: every contract that solc saw, and every line of each."""
        return self.contracts == self.declared > 0 and not self.unread


def findings(fault: Fault | None = None) -> Reading:
    """Slither over the sources as solc reads them, with a fault in them if one is given."""
    commands = commands_of("slither")
    sources = checkout_sources("src")
    if fault:
        sources[fault.file] = fault.in_text(sources[fault.file])
    sources[TOKEN_CALLS] = (HERE / "SafeERC20.sol").read_text()
    sources[PURSE] = _BLOCK.sub(_CALL, sources[PURSE])
    folder = workplace("slither", sources)
    declared = _build_info(folder.parent / "out" / "build-info", sources)
    report = folder.parent / "slither.json"
    report.unlink(missing_ok=True)
    build = ["--foundry-ignore-compile", "--foundry-out-directory", "../out"]
    ran = run([commands / "slither", ".", *build, "--json", report], folder, RUN_SECONDS)
    told = ran.stdout + ran.stderr
    read = re.search(r"analyzed \((\d+) contracts", told)
    if read is None or not report.exists():
        raise RuntimeError(f"slither read no contract:\n{told[-3000:]}")
    left_out = (*unread(told), *calls_in_assembly(sources))
    return Reading(int(read[1]), declared, left_out, of_ours(json.loads(report.read_text())))


def _build_info(folder: Path, sources: Mapping[str, str]) -> int:
    """What forge would leave behind, from one run of solc in which every file has one name; the number of contracts.

    forge gives some files of OpenZeppelin two names, by which slither loses what refers to the second.
    """
    code = ["object", "sourceMap"]
    outputs = ["abi", "metadata", "devdoc", "userdoc", "evm.methodIdentifiers"]
    outputs += [f"evm.{kind}.{part}" for kind in ("bytecode", "deployedBytecode") for part in code]
    request, answer = standard_json(sources, {"*": {"": ["ast"], "*": outputs}})
    info = {"id": "src", "solcVersion": SOLC_VERSION, "solcLongVersion": SOLC_VERSION, "input": request}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "src.json").write_text(json.dumps(info | {"output": answer}))
    nodes = (node for source in answer["sources"].values() for node in source["ast"]["nodes"])
    return sum(node["nodeType"] == "ContractDefinition" for node in nodes)


def unread(told: str) -> tuple[str, ...]:
    """The lines in which slither says that it left something out."""
    lines = (line for line in told.splitlines() if UNREAD.search(line))
    return tuple(line for line in lines if not UNREAD_OF_OTHERS.search(line))


def calls_in_assembly(sources: Mapping[str, str]) -> tuple[str, ...]:
    """The files of `src/` that call from assembly, which slither overlooks."""
    ours = (path for path, text in sorted(sources.items()) if path.startswith("src/") and CALL_IN_ASSEMBLY.search(text))
    return tuple(f"{path} calls in assembly" for path in ours)


def of_ours(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Kind and function of each finding, with its number where a function has more of the kind."""
    found: Counter[str] = Counter()
    for finding in report["results"].get("detectors", []):
        places = [element["source_mapping"]["filename_relative"] for element in finding["elements"]]
        if finding["impact"] in IMPACTS and any(place.startswith("src/") for place in places):
            found[f"{finding['check']}: {_name(finding['elements'][0])}"] += 1
    numbered = (f"{name} ({i + 1})" if i else name for name, times in found.items() for i in range(times))
    return tuple(sorted(numbered))


def _name(element: Mapping[str, Any]) -> str:
    """Contract, function and variable, as far as it has them; of a statement its function's."""
    fields = element.get("type_specific_fields", {})
    own = fields.get("signature", element["name"])
    if "parent" not in fields:
        return str(own)
    outer = _name(fields["parent"])
    return outer if element["type"] == "node" else f"{outer}.{own}"


def disagreements(found: Iterable[str], triage: Mapping[str, str]) -> list[str]:
    """What is found and not in the list, what is in the list and not found, and what has no reason."""
    seen = set(found)
    faults = [f"new: {finding}" for finding in sorted(seen - set(triage))]
    faults += [f"stale: {finding}" for finding in sorted(set(triage) - seen)]
    return faults + [f"without a reason: {finding}" for finding, reason in triage.items() if len(reason) < 20]


def enters_again(read: Reading) -> bool:
    """Whether slither found that `withdraw` can be entered again."""
    return any(re.match(r"reentrancy[\w-]*: Purse\.withdraw\(", finding) for finding in read.found)


def triage() -> dict[str, str]:
    """The list."""
    listed: dict[str, str] = json.loads(TRIAGE.read_text())
    return listed
