"""What becomes of mutants: killed by a lie that they accept or a truth that they refuse, or not."""

import os
import random
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from tests.circuits.audit.curve_subjects import CURVES
from tests.circuits.audit.hash_subjects import HASHES
from tests.circuits.audit.hunt import Hunt
from tests.circuits.audit.mutants import Mutant, mutants
from tests.circuits.audit.range_subjects import RANGES
from tests.circuits.audit.signature_subjects import SIGNATURES
from tests.circuits.audit.statement_subjects import STATEMENTS
from tests.circuits.audit.subject import Subject
from tests.circuits.compiled import Compiled
from zkdata.catalogue import CIRCUITS

SUBJECTS = (*RANGES, *CURVES, *HASHES, *SIGNATURES, *STATEMENTS)
PARTS = {"Enrolled": "device"}
"""Templates that are judged as a part of a statement."""
WORKERS = 2
HARDER = 8
"""Times the tries of a subject, for what survived them."""

KILLED, SURVIVED, INVALID, SAME = "killed", "survived", "invalid", "same"


@dataclass(frozen=True)
class Fate:
    """Of one mutant. `invalid` is no circuit, `same` has the rows of the original, byte for byte: both say nothing."""

    name: str
    template: str
    end: str
    how: str
    tries: int


def all_mutants() -> Iterator[Mutant]:
    """Of every file of circuits/."""
    for path in sorted(CIRCUITS.rglob("*.circom")):
        yield from mutants(str(path.relative_to(CIRCUITS)))


def sample(count: int, seed: int = 4) -> list[Mutant]:
    """Some of them, every template in turn."""
    of_template: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in all_mutants():
        of_template.setdefault((mutant.file, mutant.template), []).append(mutant)
    draw = random.Random(seed)
    queues = list(of_template.values())
    for queue in queues:
        draw.shuffle(queue)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(queues):
        for queue in queues:
            if queue and len(chosen) < count:
                chosen.append(queue.pop())
    return chosen


def fate(mutant: Mutant) -> Fate:
    """Of a mutant, from all subjects that answer for its template."""
    tries, invalid, same = 0, "", True
    for subject in subjects_of(mutant):
        try:
            circuit = subject.compiled(mutant.sources)
        except AssertionError as refused:
            said = str(refused)
            if "False assert" in said or ("assert" in said.lower() and "reached" in said):
                return Fate(mutant.name, mutant.template, KILLED, "an assertion of the source, while compiling", tries)
            invalid = " ".join(re.findall(r"error\[.*", said)[:1])
            continue
        hunt = Hunt(subject, circuit, honest(subject))
        try:
            if _rows(circuit) == _rows(honest(subject).circuit):
                continue
            same = False
            found = hunt.evidence(subject.tries) or hunt.evidence(subject.tries * HARDER)
        finally:
            shutil.rmtree(circuit.directory, ignore_errors=True)
        tries += hunt.tries
        if found:
            return Fate(mutant.name, mutant.template, KILLED, f"{subject.name}: {found.how}", tries)
    if invalid and not tries:
        return Fate(mutant.name, mutant.template, INVALID, invalid, 0)
    return Fate(mutant.name, mutant.template, SAME if same else SURVIVED, "", tries)


def _rows(circuit: Compiled) -> bytes:
    return (circuit.directory / f"{circuit.stem}.r1cs").read_bytes()


@cache
def honest(subject: Subject) -> Hunt:
    """The subject's own circuit, whose order is worked out once."""
    return Hunt(subject, subject.compiled())


def subjects_of(mutant: Mutant) -> list[Subject]:
    """Those that answer for the mutant's template, smallest first."""
    part = PARTS.get(mutant.template)
    return [subject for subject in SUBJECTS if mutant.template in subject.templates or subject.name == part]


def fates(chosen: Iterable[Mutant]) -> Iterator[Fate]:
    """Of many, two at a time."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=os.nice, initargs=(5,)) as pool:
        yield from pool.map(fate, chosen)
