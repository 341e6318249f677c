"""What an enemy does to a verification key, its public signals or a proof, by name and with the refusal it deserves.

A mutator takes an honest triple of files and yields damaged ones. None may be accepted. Four tables: another
spelling of a number, another shape of a point, another member or signal, another text around it all.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from tests.proof import groth16_material as material
from tests.proof.curve_points import G1_GENERATOR, Point, minus, plus, times, torsion
from tests.proof.mutated_numbers import SPELLINGS
from tests.proof.mutated_points import SHAPES
from tests.proof.mutated_texts import TEXTS
from tests.reference.field import Q, R
from zkdata.errors import ArtifactMalformed, ProofMalformed, ProofRejected, SetupInsecure, ZkDataError

Refusal: TypeAlias = type[ZkDataError]


@dataclass(frozen=True, slots=True)
class Triple:
    """verification_key.json, public.json and proof.json, byte by byte; and another proof of the same statement."""

    key: bytes
    public: bytes
    proof: bytes
    other: bytes

    def document(self, file: str) -> Any:
        """One of the files as parsed JSON, free to be changed."""
        return json.loads(getattr(self, file))

    def with_document(self, file: str, document: Any) -> "Triple":
        """The triple with one file written anew."""
        return replace(self, **{file: json.dumps(document).encode()})


@dataclass(frozen=True, slots=True)
class Mutator:
    """A way of damaging a triple: no variant may be accepted, every one is refused as `refusal`."""

    name: str
    refusal: Refusal
    variants: Callable[[Triple], Iterator[Triple]]


MUTATORS: dict[str, Mutator] = {}
MALFORMED: dict[str, Refusal] = {"key": ArtifactMalformed, "public": ProofMalformed, "proof": ProofMalformed}
"""What a file that is not what it should be is refused as."""

PLACEHOLDER = "PLACEHOLDER"
Place: TypeAlias = tuple[str | int, ...]


def add(name: str, refusal: Refusal, variants: Callable[[Triple], Iterator[Triple]]) -> None:
    """Put a mutator on the table."""
    assert name not in MUTATORS, name
    MUTATORS[name] = Mutator(name, refusal, variants)


def at(document: Any, place: Place) -> Any:
    """What stands at a place of a document."""
    for step in place:
        document = document[step]
    return document


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy of the document with another value there."""
    changed = copy.deepcopy(document)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def points(file: str, document: Any) -> list[Place]:
    """Where the points of a file stand."""
    if file == "proof":
        return [("pi_a",), ("pi_b",), ("pi_c",)]
    corners = [(f"vk_{name}",) for name in ("alpha_1", "beta_2", "gamma_2", "delta_2")]
    return [*corners, ("IC", 0), ("IC", len(document["IC"]) - 1)]


def numbers(file: str, document: Any) -> Iterator[Place]:
    """Where the numbers of a file stand: every coordinate of every point, z included; the first and last signal."""
    if file == "public":
        yield from {(0,), (len(document) - 1,)}
        return
    for place in points(file, document):
        for index, coordinate in enumerate(at(document, place)):
            yield from [(*place, index, part) for part in (0, 1)] if isinstance(coordinate, list) else [(*place, index)]


def spelled(file: str, spelling: Callable[[int, int], str]) -> Callable[[Triple], Iterator[Triple]]:
    """Write one number of the file another way, each in turn."""

    def variants(triple: Triple) -> Iterator[Triple]:
        document, order = triple.document(file), R if file == "public" else Q
        for place in numbers(file, document):
            text = json.dumps(put(document, place, PLACEHOLDER))
            raw = spelling(int(at(document, place)), order)
            yield replace(triple, **{file: text.replace(f'"{PLACEHOLDER}"', raw).encode()})

    return variants


def shaped(file: str, shape: Callable[[Point], Any]) -> Callable[[Triple], Iterator[Triple]]:
    """Give one point of the file another shape, each in turn."""

    def variants(triple: Triple) -> Iterator[Triple]:
        document = triple.document(file)
        for place in points(file, document):
            yield triple.with_document(file, put(document, place, shape(at(document, place))))

    return variants


def around(file: str, change: Callable[[str], bytes]) -> Callable[[Triple], Iterator[Triple]]:
    """Change the text of a file as a whole."""

    def variants(triple: Triple) -> Iterator[Triple]:
        yield replace(triple, **{file: change(getattr(triple, file).decode().strip())})

    return variants


for name, spelling in SPELLINGS.items():
    for file in ("key", "public", "proof"):
        add(f"number in {file}: {name}", MALFORMED[file], spelled(file, spelling))
for name, shape in SHAPES.items():
    add(f"point in proof: {name}", ProofMalformed, shaped("proof", shape))
    add(f"point in key: {name}", ArtifactMalformed, shaped("key", shape))
for name, change in TEXTS.items():
    for file in ("key", "public", "proof"):
        add(f"text of {file}: {name}", MALFORMED[file], around(file, change))


INFINITY_1: Point = ["0", "1", "0"]
INFINITY_2: Point = [["0", "0"], ["1", "0"], ["0", "0"]]
OUTSIDE: Point = material.g2_json(material.OFF_SUBGROUP)
GENERATOR_2: Point = material.g2_json(material.G2_GENERATOR)

Change: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Any]


def members(file: str, refusal: Refusal, changes: dict[str, Change]) -> None:
    """Mutators that change members of the proof or key, beside what else the triple knows."""

    def variants(change: Change) -> Callable[[Triple], Iterator[Triple]]:
        def changed(triple: Triple) -> Iterator[Triple]:
            document = triple.document(file)
            change(document, {**triple.document("key"), "other": triple.document("other")})
            yield triple.with_document(file, document)

        return changed

    for name, change in changes.items():
        add(f"{file}: {name}", refusal, variants(change))


members(
    "proof",
    ProofMalformed,
    {
        **{f"without {name}": (lambda p, _, name=name: p.pop(name)) for name in ("pi_a", "pi_b", "pi_c")},
        "members in capitals": lambda p, _: p.update(PI_A=p.pop("pi_a")),
        "members under __proto__": lambda p, _: p.update(__proto__={n: p.pop(n) for n in ("pi_a", "pi_b", "pi_c")}),
        **{
            f"protocol {name!r}": (lambda p, _, name=name: p.update(protocol=name))
            for name in ("plonk", "fflonk", "Groth16", "groth16 ", "", None, 16, ["groth16"])
        },
        **{
            f"curve {name!r}": (lambda p, _, name=name: p.update(curve=name))
            for name in ("bls12381", "bls12-381", "BN128", "", None, 128)
        },
        "A infinite": lambda p, _: p.update(pi_a=INFINITY_1),
        "B infinite": lambda p, _: p.update(pi_b=INFINITY_2),
        "C infinite": lambda p, _: p.update(pi_c=INFINITY_1),
        "B with real and imaginary parts swapped": lambda p, _: [part.reverse() for part in p["pi_b"][:2]],
        "B with the parts of x swapped": lambda p, _: p["pi_b"][0].reverse(),
        "B with the parts of y swapped": lambda p, _: p["pi_b"][1].reverse(),
        "B on the twist, outside the subgroup": lambda p, _: p.update(pi_b=OUTSIDE),
        "B plus a point outside the subgroup": lambda p, _: p.update(pi_b=plus(p["pi_b"], OUTSIDE)),
        "B plus a point of small order": lambda p, _: p.update(pi_b=plus(p["pi_b"], torsion(OUTSIDE))),
        "B of small order": lambda p, _: p.update(pi_b=torsion(OUTSIDE)),
        "A and B exchanged": lambda p, _: p.update(pi_a=p["pi_b"], pi_b=p["pi_a"]),
    },
)

members(
    "proof",
    ProofRejected,
    {
        "A and C exchanged": lambda p, _: p.update(pi_a=p["pi_c"], pi_c=p["pi_a"]),
        "A negated": lambda p, _: p.update(pi_a=minus(p["pi_a"])),
        "B negated": lambda p, _: p.update(pi_b=minus(p["pi_b"])),
        "C negated": lambda p, _: p.update(pi_c=minus(p["pi_c"])),
        "all three negated": lambda p, _: p.update({name: minus(p[name]) for name in ("pi_a", "pi_b", "pi_c")}),
        "A doubled": lambda p, _: p.update(pi_a=times(2, p["pi_a"])),
        "A and B doubled": lambda p, _: p.update(pi_a=times(2, p["pi_a"]), pi_b=times(2, p["pi_b"])),
        "A scaled and C by the inverse": lambda p, _: p.update(
            pi_a=times(3, p["pi_a"]), pi_c=times(pow(3, -1, R), p["pi_c"])
        ),
        "A added to C": lambda p, _: p.update(pi_c=plus(p["pi_c"], p["pi_a"])),
        "delta added to B": lambda p, k: p.update(pi_b=plus(p["pi_b"], k["vk_delta_2"])),
        "A of another proof": lambda p, k: p.update(pi_a=k["other"]["pi_a"]),
        "B of another proof": lambda p, k: p.update(pi_b=k["other"]["pi_b"]),
        "C of another proof": lambda p, k: p.update(pi_c=k["other"]["pi_c"]),
        "A the generator": lambda p, _: p.update(pi_a=G1_GENERATOR),
        "B the generator": lambda p, _: p.update(pi_b=GENERATOR_2),
        "C the generator": lambda p, _: p.update(pi_c=G1_GENERATOR),
        "A the key's alpha": lambda p, k: p.update(pi_a=k["vk_alpha_1"]),
        "A and B the key's alpha and beta": lambda p, k: p.update(pi_a=k["vk_alpha_1"], pi_b=k["vk_beta_2"]),
        "B the key's gamma": lambda p, k: p.update(pi_b=k["vk_gamma_2"]),
        "B the key's delta": lambda p, k: p.update(pi_b=k["vk_delta_2"]),
        "C a point of IC": lambda p, k: p.update(pi_c=k["IC"][1]),
    },
)


def signals(refusal: Refusal, changes: dict[str, Callable[[list[str]], list[Any]]]) -> None:
    """Mutators that turn the list of signals into others; a list that comes out as it was is no variant."""

    def variants(change: Callable[[list[str]], list[Any]]) -> Callable[[Triple], Iterator[Triple]]:
        def changed(triple: Triple) -> Iterator[Triple]:
            honest = triple.document("public")
            for document in change(honest):
                if document != honest:
                    yield triple.with_document("public", document)

        return changed

    for name, change in changes.items():
        add(f"signals: {name}", refusal, variants(change))


def each(change: Callable[[int], int]) -> Callable[[list[str]], list[Any]]:
    """Every signal alone, changed."""
    return lambda s: [[*s[:i], str(change(int(value))), *s[i + 1 :]] for i, value in enumerate(s)]


signals(
    ProofMalformed,
    {
        "the last dropped": lambda s: [s[:-1]],
        "the first dropped": lambda s: [s[1:]],
        "none": lambda s: [[]],
        "a zero added": lambda s: [[*s, "0"], ["0", *s]],
        "one twice": lambda s: [[*s, s[-1]], [s[0], *s]],
        "the constant 1 in front": lambda s: [["1", *s]],
        "in a list": lambda s: [[s], [[value] for value in s]],
        "by index, as an object": lambda s: [{str(i): value for i, value in enumerate(s)}],
        "in one string": lambda s: [",".join(s), s[0]],
        **{
            f"each {name}": each(lambda _, number=number: number)
            for name, number in {
                "r": R,
                "r + 1": R + 1,
                "q - 1": Q - 1,
                "q": Q,
                "2r": 2 * R,
                "2^255": 2**255,
                "2^256 - 1": 2**256 - 1,
                "2^256": 2**256,
                "-1": -1,
            }.items()
        },
    },
)

signals(
    ProofRejected,
    {
        "each one more": each(lambda value: (value + 1) % R),
        "each one less": each(lambda value: (value - 1) % R),
        "each the opposite": each(lambda value: -value % R),
        "each with its lowest bit changed": each(lambda value: value ^ 1 if value ^ 1 < R else value - 1),
        "each zero": each(lambda _: 0),
        "each r - 1": each(lambda _: R - 1),
        "backwards": lambda s: [s[::-1]],
        "shifted": lambda s: [[*s[1:], s[0]]],
        "all zero": lambda s: [["0"] * len(s)],
    },
)

members(
    "key",
    ArtifactMalformed,
    {
        **{
            f"without {name}": (lambda k, _, name=name: k.pop(name))
            for name in ("nPublic", "vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC")
        },
        **{
            f"protocol {name!r}": (lambda k, _, name=name: k.update(protocol=name))
            for name in ("plonk", "fflonk", "", None)
        },
        **{f"curve {name!r}": (lambda k, _, name=name: k.update(curve=name)) for name in ("bls12381", "", None)},
        "members under __proto__": lambda k, _: k.update(__proto__={"IC": k.pop("IC")}),
        "IC shorter than nPublic says": lambda k, _: k["IC"].pop(),
        "IC longer than nPublic says": lambda k, _: k["IC"].append(k["vk_alpha_1"]),
        "IC empty": lambda k, _: k.update(IC=[], nPublic=-1),
        "nPublic one more": lambda k, _: k.update(nPublic=k["nPublic"] + 1),
        "nPublic one less": lambda k, _: k.update(nPublic=k["nPublic"] - 1),
        "nPublic 2^32 more": lambda k, _: k.update(nPublic=k["nPublic"] + 2**32),
        "nPublic 2^64 more": lambda k, _: k.update(nPublic=k["nPublic"] + 2**64),
        "nPublic a string": lambda k, _: k.update(nPublic=str(k["nPublic"])),
        "nPublic a float": lambda k, _: k.update(nPublic=float(k["nPublic"])),
        "beta swapped": lambda k, _: [part.reverse() for part in k["vk_beta_2"][:2]],
        "delta outside the subgroup": lambda k, _: k.update(vk_delta_2=plus(k["vk_delta_2"], OUTSIDE)),
        "delta plus a point of small order": lambda k, _: k.update(vk_delta_2=plus(k["vk_delta_2"], torsion(OUTSIDE))),
    },
)

members(
    "key",
    SetupInsecure,
    {
        "delta set to gamma": lambda k, _: k.update(vk_delta_2=k["vk_gamma_2"]),
        "gamma set to delta": lambda k, _: k.update(vk_gamma_2=k["vk_delta_2"]),
        "delta set to -gamma": lambda k, _: k.update(vk_delta_2=minus(k["vk_gamma_2"])),
        "alpha infinite": lambda k, _: k.update(vk_alpha_1=INFINITY_1),
        "beta infinite": lambda k, _: k.update(vk_beta_2=INFINITY_2),
        "gamma infinite": lambda k, _: k.update(vk_gamma_2=INFINITY_2),
        "delta infinite": lambda k, _: k.update(vk_delta_2=INFINITY_2),
        "alpha the generator": lambda k, _: k.update(vk_alpha_1=G1_GENERATOR),
        "beta the generator": lambda k, _: k.update(vk_beta_2=GENERATOR_2),
        "a point of IC infinite": lambda k, _: k["IC"].__setitem__(1, INFINITY_1),
        "two points of IC equal": lambda k, _: k["IC"].__setitem__(1, k["IC"][0]),
    },
)

members(
    "key",
    ProofRejected,
    {
        "alpha doubled": lambda k, _: k.update(vk_alpha_1=times(2, k["vk_alpha_1"])),
        "alpha negated": lambda k, _: k.update(vk_alpha_1=minus(k["vk_alpha_1"])),
        "beta negated": lambda k, _: k.update(vk_beta_2=minus(k["vk_beta_2"])),
        "delta doubled": lambda k, _: k.update(vk_delta_2=times(2, k["vk_delta_2"])),
        "gamma doubled": lambda k, _: k.update(vk_gamma_2=times(2, k["vk_gamma_2"])),
        "alpha another point": lambda k, known: k.update(vk_alpha_1=known["other"]["pi_a"]),
        "the first two points of IC exchanged": lambda k, _: k.update(IC=[k["IC"][1], k["IC"][0], *k["IC"][2:]]),
    },
)

members(
    "key",
    ProofMalformed,
    {
        "a signal less": lambda k, _: k.update(IC=k["IC"][:-1], nPublic=k["nPublic"] - 1),
        "a signal more": lambda k, _: k.update(IC=[*k["IC"], plus(k["IC"][0], k["IC"][1])], nPublic=k["nPublic"] + 1),
    },
)
