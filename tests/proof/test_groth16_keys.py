"""Keys that anyone could forge with are refused wherever they enter."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.circuits.r1cs_file import sections, with_sections
from tests.proof import groth16_material as material
from tests.proof.curve_points import minus, plus
from tests.reference.field import Q
from zkdata import _native
from zkdata.errors import SetupInsecure
from zkdata.proof import reference_groth16

INFINITY_G1 = ["0", "1", "0"]
INFINITY_G2 = [["0", "0"], ["1", "0"], ["0", "0"]]
MINUS_G1 = material.g1_json(material.negated(material.G1_GENERATOR))
MINUS_G2 = material.g2_json(material.negated(material.G2_GENERATOR))
G1 = material.g1_json(material.G1_GENERATOR)
G2 = material.g2_json(material.G2_GENERATOR)

# Offsets of the points in section 2 of a .zkey, after two field headers and three counts.
ALPHA_1, BETA_1, BETA_2, GAMMA_2, DELTA_1, DELTA_2, END = (84, 148, 212, 340, 468, 532, 660)


def test_the_honest_key_is_accepted() -> None:
    """The key that every case below changes in one place is sound itself."""
    _native.VerificationKey.from_json(json.dumps(material.key_json())).verify(*material.proved())


def opposite_json(point: list[list[str]]) -> list[list[str]]:
    """The opposite of a G2 point, both as snarkjs writes them."""
    return [point[0], [str(-int(part) % Q) for part in point[1]], point[2]]


@pytest.mark.parametrize(
    ("element", "change"),
    [
        ("vk_delta_2", lambda key: key.update(vk_delta_2=key["vk_gamma_2"])),
        ("vk_delta_2", lambda key: key.update(vk_gamma_2=key["vk_delta_2"])),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=MINUS_G2)),
        ("vk_delta_2", lambda key: key.update(vk_gamma_2=opposite_json(key["vk_delta_2"]))),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=G2, vk_gamma_2=key["vk_delta_2"])),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=MINUS_G2, vk_gamma_2=key["vk_delta_2"])),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=INFINITY_G2)),
        ("vk_gamma_2", lambda key: key.update(vk_gamma_2=INFINITY_G2)),
        ("vk_gamma_2", lambda key: key.update(vk_gamma_2=key["vk_beta_2"])),
        ("vk_gamma_2", lambda key: key.update(vk_gamma_2=opposite_json(key["vk_beta_2"]))),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=key["vk_beta_2"])),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=opposite_json(key["vk_beta_2"]))),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=plus(key["vk_beta_2"], key["vk_gamma_2"]))),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=plus(key["vk_beta_2"], minus(key["vk_gamma_2"])))),
        ("vk_delta_2", lambda key: key.update(vk_delta_2=minus(plus(key["vk_beta_2"], key["vk_gamma_2"])))),
        ("IC", lambda key: key["IC"].__setitem__(2, minus(key["IC"][1]))),
        ("IC", lambda key: key["IC"].__setitem__(0, key["vk_alpha_1"])),
        ("IC", lambda key: key["IC"].__setitem__(3, minus(key["vk_alpha_1"]))),
        ("vk_alpha_1", lambda key: key.update(vk_alpha_1=INFINITY_G1)),
        ("vk_alpha_1", lambda key: key.update(vk_alpha_1=G1)),
        ("vk_alpha_1", lambda key: key.update(vk_alpha_1=MINUS_G1)),
        ("vk_beta_2", lambda key: key.update(vk_beta_2=INFINITY_G2)),
        ("vk_beta_2", lambda key: key.update(vk_beta_2=G2)),
        ("vk_beta_2", lambda key: key.update(vk_beta_2=MINUS_G2)),
        ("IC", lambda key: key["IC"].__setitem__(0, INFINITY_G1)),
        ("IC", lambda key: key["IC"].__setitem__(3, INFINITY_G1)),
        ("IC", lambda key: key["IC"].__setitem__(3, key["IC"][1])),
    ],
)
def test_a_degenerate_verification_key_is_refused(element: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Each secret is a secret, beta, gamma and delta are unrelated, and every signal has a point of its own.

    The core and py_ecc each find the element by code of their own.
    """
    key = material.key_json()
    change(key)
    for read in (_native.VerificationKey.from_json, reference_groth16.verification_key):
        with pytest.raises(SetupInsecure) as refused:
            read(json.dumps(key))
        assert refused.value.element == element


def opened(folder: Path, data: bytes) -> _native.ProvingKey:
    """The key in `data`, opened from a file."""
    (folder / "changed.zkey").write_bytes(data)
    return _native.ProvingKey.open(folder / "changed.zkey")


def patched(number: int, start: int, body: bytes) -> bytes:
    """The honest .zkey with part of one section overwritten."""
    old = sections(material.zkey())[number]
    return with_sections(material.zkey(), {number: old[:start] + body + old[start + len(body) :]})


def header_part(start: int, end: int) -> bytes:
    """Bytes of the honest header."""
    return sections(material.zkey())[2][start:end]


def flat(point: Any) -> list[int]:
    """The coordinates of a G2 point in file order."""
    return [*point[0], *point[1]]


def opposite(point: bytes) -> bytes:
    """The opposite of a G1 point in file form."""
    return point[:32] + (Q - int.from_bytes(point[32:], "little")).to_bytes(32, "little")


G1_BYTES = material.montgomery(*material.G1_GENERATOR)
G2_BYTES = material.montgomery(*flat(material.G2_GENERATOR))


@pytest.mark.parametrize(
    ("element", "damaged"),
    [
        ("vk_alpha_1", lambda: patched(2, ALPHA_1, bytes(64))),
        ("vk_alpha_1", lambda: patched(2, ALPHA_1, G1_BYTES)),
        ("vk_beta_2", lambda: patched(2, BETA_2, bytes(128))),
        ("vk_beta_2", lambda: patched(2, BETA_2, G2_BYTES)),
        ("vk_beta_1", lambda: patched(2, BETA_1, header_part(ALPHA_1, BETA_1))),
        ("vk_gamma_2", lambda: patched(2, GAMMA_2, bytes(128))),
        ("vk_delta_2", lambda: patched(2, DELTA_2, G2_BYTES)),
        ("vk_delta_2", lambda: patched(2, DELTA_1, G1_BYTES + G2_BYTES)),
        ("vk_delta_2", lambda: patched(2, DELTA_2, bytes(128))),
        ("vk_delta_2", lambda: patched(2, GAMMA_2, header_part(DELTA_2, END))),
        ("vk_delta_1", lambda: patched(2, DELTA_1, G1_BYTES)),
        ("vk_delta_1", lambda: patched(2, DELTA_1, header_part(BETA_1, BETA_2))),
        ("IC", lambda: patched(3, 64, bytes(64))),
        ("IC", lambda: patched(3, 64, sections(material.zkey())[3][:64])),
        ("A", lambda: patched(5, 64 * material.U, bytes(64))),
        ("H", lambda: patched(9, 64, bytes(64))),
        ("H", lambda: patched(9, 64 * 4, opposite(sections(material.zkey())[9][:64]))),
    ],
)
def test_a_degenerate_proving_key_is_refused(tmp_path: Path, element: str, damaged: Callable[[], bytes]) -> None:
    """A .zkey is held to the same rules, its two deltas and two betas agree, and tau is no root of unity."""
    with pytest.raises(SetupInsecure) as refused:
        opened(tmp_path, damaged())
    assert refused.value.element == element


def test_a_rewritten_key_is_the_same_key(tmp_path: Path) -> None:
    """The helper that damages keys changes nothing by itself."""
    key = opened(tmp_path, patched(2, ALPHA_1, header_part(ALPHA_1, END)))
    assert key.verification_key().points() == material.proving_key().verification_key().points()


def test_setup_uses_no_known_secret() -> None:
    """gamma stays the generator, as in every key of snarkjs; alpha, beta and delta differ from it and each other."""
    alpha, beta, gamma, delta, _ = material.proving_key().verification_key().points()
    assert gamma == material.G2_GENERATOR
    assert alpha != material.G1_GENERATOR
    assert len({beta, gamma, delta}) == 3
