"""proof.json, public.json and verification_key.json: snarkjs' form, read strictly where snarkjs is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.proof import groth16_material as material
from tests.reference.field import Q, R
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ProofMalformed, ZkDataError
from zkdata.proof import reference_groth16


def test_a_proof_survives_its_json() -> None:
    """Written and read, a proof is the same, and snarkjs' members are there in snarkjs' order."""
    proof, _ = material.proved()
    text = _native.proof_to_json(proof)
    assert _native.proof_from_json(text) == proof
    parsed = json.loads(text)
    assert list(parsed) == ["pi_a", "pi_b", "pi_c", "protocol", "curve"]
    assert text == json.dumps(parsed, indent=1)


def test_a_key_survives_its_json() -> None:
    """Written and read, a verification key is the same, and snarkjs' members are there in snarkjs' order."""
    key = material.proving_key().verification_key()
    text = key.to_json()
    again = _native.VerificationKey.from_json(text)
    assert again.points() == key.points()
    again.verify(*material.proved())
    assert text == json.dumps(json.loads(text), indent=1)


def test_public_signals_are_canonical_decimals() -> None:
    """Zero, one and r - 1 are read as they are, and an empty list is a list."""
    assert _native.public_from_json(f'["0", "1", "{R - 1}"]') == [0, 1, R - 1]
    assert _native.public_from_json("[]") == []


def not_canonical(value: int, order: int) -> list[str]:
    """JSON for strings and numbers that mean, or could be taken to mean, `value`."""
    texts = [
        f"{value:#x}",
        f"+{value}",
        f"-{value}",
        f"0{value}",
        f" {value}",
        f"{value} ",
        f"{value}\\n",
        f"{value}.0",
    ]
    texts += [str(value + order), f"{value}e0", f"{value}_0", "", "\\u0661", f"{value:x}n", "NaN", "9" * 100_000]
    return [f'"{text}"' for text in texts] + [str(value), f"{value}.0", "null", "true", "[]", f'["{value}"]', "{}"]


@pytest.mark.parametrize("form", not_canonical(12, R), ids=lambda form: form[:24])
def test_a_signal_in_any_other_form_is_malformed(form: str) -> None:
    """A signal is a string of decimal digits below r: no hex, sign, blank, leading zero, fraction or bare number."""
    with pytest.raises(ProofMalformed, match="public signal 1") as refused:
        _native.public_from_json(f'["7",{form}]')
    assert refused.value.offset == 5


@pytest.mark.parametrize("form", not_canonical(12, Q), ids=lambda form: form[:24])
def test_a_coordinate_in_any_other_form_is_malformed(form: str) -> None:
    """Coordinates are held to the same form as signals, in G1 and G2."""
    placeholder = "PLACEHOLDER"
    for member, index in (("pi_a", 0), ("pi_b", 1), ("pi_c", 1)):
        proof = material.proof_json()
        proof[member][index] = [placeholder, "1"] if member == "pi_b" else placeholder
        with pytest.raises(ProofMalformed, match=member):
            _native.proof_from_json(json.dumps(proof).replace(f'"{placeholder}"', form))


def changed(change: Callable[[dict[str, Any]], Any]) -> str:
    """The honest proof after a change, as JSON."""
    proof = material.proof_json()
    change(proof)
    return json.dumps(proof)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["pi_a"].__setitem__(2, "2"),
        lambda proof: proof["pi_a"].__setitem__(2, "0"),
        lambda proof: proof["pi_a"].pop(),
        lambda proof: proof["pi_a"].append("1"),
        lambda proof: proof["pi_b"].pop(),
        lambda proof: proof["pi_b"].__setitem__(2, ["0", "1"]),
        lambda proof: proof["pi_b"][0].append("0"),
        lambda proof: proof["pi_b"][0].reverse(),
        lambda proof: [part.reverse() for part in proof["pi_b"][:2]],
        lambda proof: proof.update(pi_a=["0", "1", "0"]),
        lambda proof: proof.update(pi_a=["0", "0", "1"]),
        lambda proof: proof.update(pi_b=[["0", "0"], ["1", "0"], ["0", "0"]]),
        lambda proof: proof.update(pi_b=[["0", "0"], ["0", "0"], ["1", "0"]]),
        lambda proof: proof.update(pi_b=material.g2_json(material.OFF_SUBGROUP)),
        lambda proof: proof.update(pi_c=["1", "3", "1"]),
        lambda proof: proof.update(pi_c=None),
        lambda proof: proof.update(pi_c="1"),
        lambda proof: proof.pop("pi_a"),
        lambda proof: proof.pop("pi_b"),
        lambda proof: proof.pop("pi_c"),
        lambda proof: proof.update(protocol="plonk"),
        lambda proof: proof.update(protocol="Groth16"),
        lambda proof: proof.update(protocol=None),
        lambda proof: proof.update(curve="bls12381"),
        lambda proof: proof.update(curve=128),
    ],
)
def test_a_proof_of_another_shape_is_malformed(change: Callable[[dict[str, Any]], Any]) -> None:
    """Members have one shape, points are finite, on the curve and in the subgroup, protocol and curve are ours."""
    with pytest.raises(ProofMalformed):
        _native.proof_from_json(changed(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: None,
        lambda proof: proof.pop("curve"),
        lambda proof: proof.pop("protocol"),
        lambda proof: proof.update(curve="bn254"),
        lambda proof: proof.update(note={"__proto__": [1.5e3, None, "\u00e9"]}),
    ],
)
def test_a_proof_of_the_same_meaning_is_read(change: Callable[[dict[str, Any]], Any]) -> None:
    """An absent protocol or curve and unknown members change nothing."""
    assert _native.proof_from_json(changed(change)) == material.proved()[0]


def wrapped(text: str) -> list[str]:
    """Texts around a sound JSON object that are not JSON, or say two things at once."""
    first = text.index('"pi_c"')
    member = text[first : text.index("]", first) + 1]
    return [
        text[:-1] + "," + member + "}",
        text[:-1] + "," + member.replace("pi_c", "pi\\u005fc") + "}",
        text[:-1] + ',"x":{"y":1,"y":1}}',
        "\ufeff" + text,
        text + "x",
        text + text,
        text[:-1] + ",}",
        text.replace('"', "'"),
        "[" * 100_000,
        '{"a":' * 100_000,
        text[:-1] + ',"x":' + "[" * 40 + "]" * 40 + "}",
        text[:-1] + ',"x":"' + "y" * (5 << 20) + '"}',
        text[:-1] + ',"x":NaN}',
        text[:-1] + ',"x":"\\ud800"}',
        text[:-1] + ',"x":"\\u00g0"}',
        text[:-1] + ',"x":"\\q"}',
        text[:-1] + ',"x":"\n"}',
        text[:-1] + ',"x":"\ud800"}',
        "",
        " ",
        "null",
        "\0",
    ]


@pytest.mark.parametrize("case", range(22))
def test_text_that_is_not_one_json_value_is_malformed(case: int) -> None:
    """Duplicate keys, escaped or not, depth, size, trailing text and bad escapes are refused in proofs and keys."""
    with pytest.raises(ProofMalformed):
        _native.proof_from_json(wrapped(json.dumps(material.proof_json()))[case])
    key = json.dumps({**material.key_json(), "pi_c": ["1"]})
    with pytest.raises(ArtifactMalformed):
        _native.VerificationKey.from_json(wrapped(key)[case])


def test_a_proof_cut_anywhere_is_malformed() -> None:
    """No prefix of a proof is a proof."""
    text = json.dumps(material.proof_json())
    for length in range(len(text)):
        with pytest.raises(ProofMalformed):
            _native.proof_from_json(text[:length])


def test_a_proof_with_a_changed_byte_is_refused_or_the_same() -> None:
    """Whatever byte changes, the proof is malformed or rejected, unless the byte carried no meaning."""
    text = json.dumps({**material.proof_json(), "note": "x"})
    meaningless = text.index('"note"') + 1
    proof, public = material.proved()
    for place in range(len(text)):
        damaged = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        try:
            read = _native.proof_from_json(damaged)
        except ProofMalformed:
            continue
        # A renamed protocol or curve is an absent one.
        assert read == proof
        assert place >= meaningless or text.index('"protocol"') < place
        material.proving_key().verification_key().verify(read, public)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key.update(nPublic=2),
        lambda key: key.update(nPublic="3"),
        lambda key: key.update(nPublic=3.0),
        lambda key: key.pop("nPublic"),
        lambda key: key.update(IC=[]),
        lambda key: key.update(IC={}),
        lambda key: key.pop("IC"),
        lambda key: key.pop("vk_delta_2"),
        lambda key: key["IC"].pop(),
        lambda key: key["IC"][1].__setitem__(0, "0x1"),
        lambda key: key["vk_alpha_1"].__setitem__(0, str(int(key["vk_alpha_1"][0]) + Q)),
        lambda key: key["vk_alpha_1"].__setitem__(2, "2"),
        lambda key: key["vk_beta_2"][0].reverse(),
        lambda key: key.update(vk_alpha_1=["0", "0", "1"]),
        lambda key: key.update(vk_beta_2=[["0", "0"], ["0", "0"], ["1", "0"]]),
        lambda key: key.update(vk_delta_2=material.g2_json(material.OFF_SUBGROUP)),
        lambda key: key.update(protocol="plonk"),
        lambda key: key.update(curve="bls12381"),
    ],
)
def test_a_key_of_another_shape_is_malformed(change: Callable[[dict[str, Any]], Any]) -> None:
    """A key's points are canonical, on their curves and in their subgroups, and IC is as long as nPublic says."""
    key = material.key_json()
    change(key)
    with pytest.raises(ArtifactMalformed) as refused:
        _native.VerificationKey.from_json(json.dumps(key))
    assert refused.value.format == "verification key"
    assert isinstance(refused.value, ZkDataError)


def test_a_key_without_curve_or_pairing_is_read() -> None:
    """The curve may be absent, and the stored pairing of alpha and beta is not needed."""
    key = material.key_json()
    del key["curve"], key["vk_alphabeta_12"]
    _native.VerificationKey.from_json(json.dumps(key)).verify(*material.proved())


def with_number(number: str) -> str:
    """The honest proof with a member that nobody reads."""
    return _native.proof_to_json(material.proved()[0])[:-1] + f', "note": {number}}}'


@pytest.mark.parametrize("number", ["0", "-0", "7", "1.5", "1e7", "1.5E-7", "-12.25e+3", "1" * 400])
def test_a_number_that_nobody_reads_is_free(number: str) -> None:
    """JSON's numbers may stand in members without meaning."""
    assert _native.proof_from_json(with_number(number)) == material.proved()[0]


@pytest.mark.parametrize(
    "number", ["01", "-01", "00", "-", "--1", "+1", "1.", ".5", "1e", "1e+", "1-2", "1.2.3", "0x1", "1_0"]
)
def test_what_is_no_number_is_malformed_anywhere(number: str) -> None:
    """Two readers that differ over a number would differ over the whole file, so the core and py_ecc both refuse it."""
    with pytest.raises(ProofMalformed):
        _native.proof_from_json(with_number(number))
    with pytest.raises(ProofMalformed):
        reference_groth16.read_json(with_number(number), reference_groth16.proof_fault)
