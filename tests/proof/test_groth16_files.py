"""Damaged .r1cs, .wtns and .zkey files: a typed error that names the byte, never a proof that does not verify."""

import contextlib
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import (
    Circuit,
    constraints,
    container,
    header,
    r1cs,
    section,
    sections,
    with_sections,
    wtns,
)
from tests.proof import groth16_material as material
from tests.reference.field import Q, R
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SetupInsecure, StatementFalse, ZkDataError

WITNESS = wtns(material.values())
R1CS = r1cs(material.CIRCUIT)
SECONDS = 2.0
"""What reading a damaged small file may take."""


def open_zkey(folder: Path, data: bytes) -> None:
    """Open, prove, and insist that whatever comes out verifies."""
    (folder / "damaged.zkey").write_bytes(data)
    key = _native.ProvingKey.open(folder / "damaged.zkey")
    key.verification_key().verify(*key.prove(WITNESS))


def open_r1cs(folder: Path, data: bytes) -> None:
    """Read the constraints and hold a witness against them."""
    (folder / "damaged.r1cs").write_bytes(data)
    _native.r1cs_info(folder / "damaged.r1cs")
    _native.r1cs_unsatisfied(folder / "damaged.r1cs", WITNESS)


def open_wtns(_: Path, data: bytes) -> None:
    """Prove, and insist that whatever comes out verifies."""
    key = material.proving_key()
    key.verification_key().verify(*key.prove(data))


READERS: dict[str, tuple[Callable[[Path, bytes], None], Callable[[], bytes]]] = {
    "zkey": (open_zkey, material.zkey),
    "r1cs": (open_r1cs, lambda: R1CS),
    "wtns": (open_wtns, lambda: WITNESS),
}
every_format = pytest.mark.parametrize("format_name", READERS)


@every_format
def test_the_undamaged_file_is_read(tmp_path: Path, format_name: str) -> None:
    """What every test below damages is sound."""
    read, data = READERS[format_name]
    read(tmp_path, data())


def answers(read: Callable[[Path, bytes], None], folder: Path, damaged: bytes) -> None:
    """The reader answers at once, with a typed error or with a proof that verifies."""
    started = time.monotonic()
    with contextlib.suppress(ArtifactMalformed, ArtifactMismatch, SetupInsecure, StatementFalse):
        read(folder, damaged)
    assert time.monotonic() - started < SECONDS


def flipped(data: bytes, place: int, bit: int) -> bytes:
    """The file with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def cut_is_malformed(format_name: str, folder: Path, length: int) -> None:
    """The first `length` bytes are no file, and the refusal names a byte among them."""
    read, data = READERS[format_name]
    with pytest.raises(ArtifactMalformed) as refused:
        read(folder, data()[:length])
    assert refused.value.format == format_name
    assert 0 <= refused.value.offset <= length


@every_format
def test_a_cut_file_is_malformed(tmp_path: Path, format_name: str) -> None:
    """No prefix of a file is a file, and neither is a file with a byte more."""
    read, data = READERS[format_name]
    for length in [*range(200), *range(200, len(data()), 11), len(data()) - 1]:
        cut_is_malformed(format_name, tmp_path, min(length, len(data()) - 1))
    with pytest.raises(ArtifactMalformed):
        read(tmp_path, data() + b"\0")


@every_format
def test_a_changed_byte_is_refused_or_harmless(tmp_path: Path, format_name: str) -> None:
    """A changed bit in the headers, and in places all over the rest, ends in a typed error or a proof that verifies."""
    read, data = READERS[format_name]
    for place in [*range(120), *range(120, len(data()), 17)]:
        answers(read, tmp_path, flipped(data(), place, place % 8))


@pytest.mark.deep
@every_format
def test_a_file_cut_at_every_byte_is_malformed(tmp_path: Path, format_name: str) -> None:
    """The same of every prefix."""
    for length in range(len(READERS[format_name][1]())):
        cut_is_malformed(format_name, tmp_path, length)


@pytest.mark.deep
@every_format
def test_every_changed_bit_is_refused_or_harmless(tmp_path: Path, format_name: str) -> None:
    """The same of every bit."""
    read, data = READERS[format_name]
    for place in range(len(data())):
        for bit in range(8):
            answers(read, tmp_path, flipped(data(), place, bit))


def sized(data: bytes, index: int, size: int) -> bytes:
    """The container with the size field of its section at `index` overwritten."""
    place = 12
    for _ in range(index):
        place += 12 + struct.unpack_from("<Q", data, place + 4)[0]
    return data[: place + 4] + struct.pack("<Q", size) + data[place + 12 :]


@every_format
@pytest.mark.parametrize("size", [0, 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 12, 2**64 - 1])
def test_a_section_size_that_lies_is_malformed(tmp_path: Path, format_name: str, size: int) -> None:
    """A section's size is believed only after its bytes are found; nothing is allocated by it."""
    read, data = READERS[format_name]
    for index in range(len(sections(data()))):
        with pytest.raises(ArtifactMalformed):
            read(tmp_path, sized(data(), index, size))


@every_format
def test_a_section_with_more_than_it_counts_is_malformed(tmp_path: Path, format_name: str) -> None:
    """A section that goes on after its last item, by a byte or by whole items, is refused; unread ones may."""
    read, data = READERS[format_name]
    unread = {"zkey": [10], "r1cs": [3], "wtns": []}[format_name]
    for number, body in sections(data()).items():
        for more in (b"\0", body[-44:], body[-64:], body[-128:], bytes(128)):
            longer = with_sections(data(), {number: body + more})
            if number in unread:
                read(tmp_path, longer)
            else:
                with pytest.raises(ArtifactMalformed):
                    read(tmp_path, longer)


@every_format
def test_sections_are_there_once(tmp_path: Path, format_name: str) -> None:
    """A section that is missing or occurs twice is refused; unknown ones are not read."""
    read, data = READERS[format_name]
    magic, version = data()[:4], struct.unpack_from("<I", data(), 4)[0]
    bodies = [section(number, body) for number, body in sections(data()).items()]
    needed = {"zkey": 9, "r1cs": 2, "wtns": 2}[format_name]
    for index in range(needed):
        with pytest.raises(ArtifactMalformed, match="missing"):
            read(tmp_path, container(magic, version, *bodies[:index], *bodies[index + 1 :]))
        with pytest.raises(ArtifactMalformed, match="twice"):
            read(tmp_path, container(magic, version, *bodies, bodies[index]))
    read(tmp_path, container(magic, version, section(77, b"unknown"), *reversed(bodies)))


@every_format
def test_magic_version_and_section_count_are_checked(tmp_path: Path, format_name: str) -> None:
    """Another magic word, version or an absurd number of sections is refused by name."""
    read, data = READERS[format_name]
    version = struct.unpack_from("<I", data(), 4)[0]
    for start, field, reason in [
        (0, b"ptau", "does not start with"),
        (4, struct.pack("<I", version + 1), f"version {version + 1}"),
        (4, struct.pack("<I", 0), "version 0"),
        (8, struct.pack("<I", 2**32 - 1), "4294967295 sections"),
    ]:
        with pytest.raises(ArtifactMalformed, match=reason) as refused:
            read(tmp_path, data()[:start] + field + data()[start + len(field) :])
        assert refused.value.offset == start


OTHER_PRIMES = {
    "bls12381": 52435875175126190479447740508185965837690552500527637822603658699938581184513,
    "goldilocks": 2**64 - 2**32 + 1,
    "grumpkin": Q,
}


@every_format
@pytest.mark.parametrize("name", OTHER_PRIMES)
def test_another_field_is_refused_by_name(tmp_path: Path, format_name: str, name: str) -> None:
    """A file of another curve is refused, and the message names the curve."""
    read, data = READERS[format_name]
    prime = OTHER_PRIMES[name]
    number, start = (2, 36) if format_name == "zkey" else (1, 0)
    size = -(-prime.bit_length() // 64) * 8
    body = sections(data())[number]
    field = struct.pack("<I", size) + prime.to_bytes(size, "little")
    with pytest.raises(ArtifactMalformed, match=name):
        read(tmp_path, with_sections(data(), {number: body[:start] + field + body[start + 36 :]}))


@every_format
@pytest.mark.parametrize("size", [0, 31, 33, 64, 2**31, 2**32 - 1])
def test_another_element_size_is_malformed(tmp_path: Path, format_name: str, size: int) -> None:
    """Elements have 32 bytes; any other size is refused before it is used."""
    read, data = READERS[format_name]
    number = 2 if format_name == "zkey" else 1
    body = sections(data())[number]
    with pytest.raises(ArtifactMalformed):
        read(tmp_path, with_sections(data(), {number: struct.pack("<I", size) + body[4:]}))


def overwritten(data: bytes, number: int, start: int, value: int) -> bytes:
    """The container with one u32 of a section overwritten."""
    body = sections(data)[number]
    return with_sections(data, {number: body[:start] + struct.pack("<I", value) + body[start + 4 :]})


HUGE = [2**31, 2**32 - 1]


@pytest.mark.parametrize(
    ("start", "wrong"),
    [
        (72, [0, 3, 6, 8, *HUGE]),  # wires
        (76, [0, 2, 4, 6, 7, *HUGE]),  # public signals
        (80, [0, 1, 2, 3, 7, 16, 12, 2**27, 2**28, *HUGE]),  # domain
    ],
)
def test_counts_of_a_zkey_must_fit_its_sections(tmp_path: Path, start: int, wrong: list[int]) -> None:
    """Wires, public signals and domain are believed only where the sections have their length."""
    for value in wrong:
        with pytest.raises(ArtifactMalformed):
            open_zkey(tmp_path, overwritten(material.zkey(), 2, start, value))


@pytest.mark.parametrize("domain", [6, 7])
def test_a_domain_is_a_power_of_two(tmp_path: Path, domain: int) -> None:
    """A domain that has as many points but no roots of unity of its order is refused."""
    shorter = with_sections(material.zkey(), {9: sections(material.zkey())[9][: 64 * domain]})
    with pytest.raises(ArtifactMalformed, match="domain"):
        open_zkey(tmp_path, overwritten(shorter, 2, 80, domain))


@pytest.mark.parametrize(
    ("start", "wrong"),
    [
        (0, [0, 1, 100, *HUGE]),  # coefficients
        (4, [2, *HUGE]),  # matrix of the first
        (8, [8, *HUGE]),  # its row
        (12, [7, *HUGE]),  # its wire
    ],
)
def test_coefficients_of_a_zkey_must_lie_inside(tmp_path: Path, start: int, wrong: list[int]) -> None:
    """A coefficient belongs to one of two matrices, a row of the domain and a wire."""
    for value in wrong:
        with pytest.raises(ArtifactMalformed):
            open_zkey(tmp_path, overwritten(material.zkey(), 4, start, value))


def test_a_coefficient_is_canonical(tmp_path: Path) -> None:
    """A coefficient at or above r is refused with its byte."""
    body = sections(material.zkey())[4]
    alias = body[:16] + (int.from_bytes(body[16:48], "little") + R).to_bytes(32, "little") + body[48:]
    with pytest.raises(ArtifactMalformed, match="at or above r"):
        open_zkey(tmp_path, with_sections(material.zkey(), {4: alias}))


def test_public_signals_keep_their_rows(tmp_path: Path) -> None:
    """A key whose coefficients leave a public signal without its row is refused: nothing would bind the signal."""
    body = sections(material.zkey())[4]
    (count,) = struct.unpack_from("<I", body)
    items = [body[4 + 44 * index : 48 + 44 * index] for index in range(count)]
    last = items[-1]
    assert struct.unpack_from("<III", last) == (0, 2 + material.U, material.U)
    for changed in ([*items[:-1]], [*items[:-2], last], [*items, last], [*items, struct.pack("<I", 1) + last[4:]]):
        damaged = struct.pack("<I", len(changed)) + b"".join(changed)
        with pytest.raises(ArtifactMalformed, match="bind public signal"):
            open_zkey(tmp_path, with_sections(material.zkey(), {4: damaged}))


@pytest.mark.parametrize("number", [3, 5, 6, 7, 8, 9])
def test_points_of_a_zkey_are_checked(tmp_path: Path, number: int) -> None:
    """Every point of every section is canonical and on its curve, the last as well as the first."""
    body = sections(material.zkey())[number]
    size = 128 if number == 7 else 64
    for start in (0, len(body) - size):
        x = int.from_bytes(body[start : start + 32], "little")
        for coordinate, reason in ((x + Q, "at or above q"), (x ^ 1, "not on the curve")):
            damaged = body[:start] + coordinate.to_bytes(32, "little") + body[start + 32 :]
            with pytest.raises(ArtifactMalformed, match=reason):
                open_zkey(tmp_path, with_sections(material.zkey(), {number: damaged}))


def test_a_point_of_b2_outside_the_subgroup_makes_no_proof(tmp_path: Path) -> None:
    """A prover does not look for it, but no proof with it leaves; an inspection finds it, each time, and names it."""
    outside = material.montgomery(*material.OFF_SUBGROUP[0], *material.OFF_SUBGROUP[1])
    body = sections(material.zkey())[7]
    for index in (0, material.Y, 6):
        for _ in range(20):
            damaged = body[: 128 * index] + outside + body[128 * (index + 1) :]
            with pytest.raises(ArtifactMalformed, match="a point outside the subgroup"):
                open_zkey(tmp_path, with_sections(material.zkey(), {7: damaged}))
            with pytest.raises(ArtifactMalformed, match=f"B2 {index}: a point outside the subgroup"):
                _native.InsecureKey.open(tmp_path / "damaged.zkey")


@pytest.mark.parametrize(("number", "name"), [(0, "unknown"), (2, "PLONK"), (10, "FFLONK"), (2**32 - 1, "unknown")])
def test_a_key_of_another_protocol_is_refused_by_name(tmp_path: Path, number: int, name: str) -> None:
    """Only Groth16 keys are read; PLONK and FFLONK are named."""
    with pytest.raises(ArtifactMalformed, match=name):
        open_zkey(tmp_path, overwritten(material.zkey(), 1, 0, number))


@pytest.mark.parametrize(
    ("start", "wrong"),
    [
        (36, [0, 5, 6, 1000, *HUGE]),  # wires: a setup is sized by them, so they are no more than the file can hold
        (40, [5, *HUGE]),  # public outputs
        (44, [6, *HUGE]),  # public inputs
        (48, [6, *HUGE]),  # private inputs
        (60, [0, 1, 3, *HUGE]),  # rows
    ],
)
def test_counts_of_an_r1cs_must_fit(tmp_path: Path, start: int, wrong: list[int]) -> None:
    """Wires hold all named inputs and outputs and every wire in a row; rows are as many as there are."""
    for value in wrong:
        with pytest.raises(ArtifactMalformed):
            open_r1cs(tmp_path, overwritten(R1CS, 1, start, value))


@pytest.mark.parametrize("value", [0, 100, *HUGE])
def test_a_term_count_that_lies_is_malformed(tmp_path: Path, value: int) -> None:
    """The number of terms of a combination is believed only where the terms are."""
    with pytest.raises(ArtifactMalformed):
        open_r1cs(tmp_path, overwritten(R1CS, 2, 0, value))


@pytest.mark.parametrize(
    "row", [({7: 1}, {}, {}), ({}, {2**32 - 1: 1}, {}), ({}, {}, {1: R}), ({1: 2**256 - 1}, {}, {})]
)
def test_terms_of_an_r1cs_lie_inside(
    tmp_path: Path, row: tuple[dict[int, int], dict[int, int], dict[int, int]]
) -> None:
    """Wires exist and coefficients are below r."""
    damaged = with_sections(R1CS, {2: constraints(Circuit(7, [material.CIRCUIT.rows[0], row]))})
    with pytest.raises(ArtifactMalformed):
        open_r1cs(tmp_path, damaged)


def test_custom_gates_are_refused(tmp_path: Path) -> None:
    """Groth16 has no custom gates; a circuit that uses one is refused, an empty list of them is not."""
    parts = [section(1, header(material.CIRCUIT)), section(2, constraints(material.CIRCUIT))]
    empty = [section(4, struct.pack("<I", 0)), section(5, struct.pack("<I", 0))]
    open_r1cs(tmp_path, container(b"r1cs", 1, *parts, *empty))
    for used in ([section(4, struct.pack("<I", 1))], [section(5, struct.pack("<I", 1))]):
        with pytest.raises(ArtifactMalformed, match="custom gates"):
            open_r1cs(tmp_path, container(b"r1cs", 1, *parts, *used))


def test_every_refusal_is_in_the_tree(tmp_path: Path) -> None:
    """What the core raises about a file carries format, byte and reason as attributes and evidence."""
    with pytest.raises(ZkDataError) as refused:
        open_zkey(tmp_path, b"zkey")
    assert refused.value.evidence == {"format": "zkey", "offset": 4, "reason": "4 bytes expected, 0 left"}
    assert "zkey" in refused.value.message and "at byte 4" in refused.value.message
