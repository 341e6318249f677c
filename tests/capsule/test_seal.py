"""Sealing: what goes in comes out, as the reference seals it, and what cannot be sealed has a name."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from tests.capsule.strategies import DEVICE, HOUR, RECORDS, START, Recording, readings, recordings
from tests.reference import eddsa, sealing
from tests.reference.field import R
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.cipher import encrypt
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import hashed, tag
from zkdata.capsule.opening import Opening
from zkdata.capsule.record import TEMPERATURE, Field, Record, Schema
from zkdata.capsule.seal import Capsule, message, open_capsule, seal
from zkdata.capsule.words import Places
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    KeyUnsafe,
    RecordInvalid,
    ResourceLimit,
    SignatureRejected,
    ZkDataError,
)

SEALED = seal(TEMPERATURE, readings("21.50", "-3.25", "0", "40"), DEVICE, sequence=5)


@settings(max_examples=100, deadline=None)
@given(recording=recordings())
def test_what_is_sealed_is_what_opens(recording: Recording) -> None:
    """Any recording of one slot comes back exactly, from the opening and from file and key."""
    capsule = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length)
    assert list(capsule.records) == recording.records
    key, content = capsule.opening.key, capsule.content
    assert open_capsule(capsule.file, key, recording.schema, content=content) == recording.records
    assert capsule.opening.last == recording.records[-1].time
    assert capsule.slot == recording.records[0].time // recording.slot_length


@settings(max_examples=12, deadline=None)
@given(recording=recordings())
def test_a_capsule_is_sealed_as_the_reference_seals(recording: Recording) -> None:
    """Header hash, words, ciphertext, content, message and signature are the plain Python twin's."""
    capsule = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length, sequence=77)
    opening, file, layout = capsule.opening, capsule.file, sealing.Layout(RECORDS, 1)
    fields = [(field.name, field.unit, field.decimals) for field in recording.schema.fields]
    schema = sealing.schema_id(recording.schema.name, fields)
    header = sealing.header_hash(schema, recording.slot_length, layout, len(recording.records))
    assert file.header.hash == header
    words = layout.pack(opening.base, opening.deltas, opening.values)
    assert list(file.words) == sealing.encrypt(words, opening.key, header)
    assert capsule.content == sealing.content(file.words, opening.key, header)
    signed = sealing.hashed("message", (capsule.content, 77, 0))
    signature = (opening.signature.r8x, opening.signature.r8y, opening.signature.s)
    assert eddsa.verifies((opening.device.x, opening.device.y), signed, signature)
    assert (opening.device.x, opening.device.y) == eddsa.public_key(DEVICE.seed)


def test_the_capsule_key_is_derived_as_the_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under fixed entropy the key is H of device secret, sequence, header, digest of the records, and the entropy."""
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"\xff" * count)
    opening = seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9).opening
    header = sealing.header_hash(TEMPERATURE.id, HOUR, sealing.Layout(RECORDS, 1), 2)
    digest = sealing.records_digest(opening.base, opening.deltas, opening.values)
    assert opening.key == sealing.hashed("capsule-key", (DEVICE.secret, 9, header, digest, (2**256 - 1) % R))


def test_dead_randomness_still_gives_different_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """With zero entropy, another record, sequence, slot length or device is another key."""
    monkeypatch.setattr("secrets.token_bytes", bytes)
    other = DeviceKey(bytes(range(1, 33)))
    openings = [
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "3"), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2", step=61_000), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=10).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9, slot_length=2 * HOUR).opening,
        seal(TEMPERATURE, readings("1", "2"), other, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE).opening,
    ]
    assert len({opening.key for opening in openings}) == len(openings)


def test_no_keystream_word_comes_twice() -> None:
    """A thousand seals of one recording under one sequence share no ciphertext word and no key."""
    files = [seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9).file for _ in range(1000)]
    assert len({word for file in files for word in file.words}) == 6 * len(files)
    assert len({file.key_commitment for file in files}) == len(files)


def test_a_keystream_block_does_not_show_its_first_lane() -> None:
    """Words 0 to 15 take lanes 1 to 16 of block 0, word 16 lane 1 of block 1, as the reference."""
    zeros = [0] * 33
    assert list(encrypt(zeros, 3, 4)) == sealing.encrypt(zeros, 3, 4)


@pytest.mark.parametrize("use", sealing.ARITY)
def test_every_use_has_the_tag_of_the_formula(use: str) -> None:
    """Tags from the catalogue are the reference's, and a use takes its own number of inputs only."""
    assert tag(use, 3, 4) == sealing.tag(use, 3, 4)
    inputs = list(range(1, sealing.ARITY[use] + 1))
    assert hashed(use, inputs, 3, 4) == sealing.hashed(use, inputs, 3, 4)
    for count in (len(inputs) - 1, len(inputs) + 1):
        with pytest.raises(ValueError, match="inputs"):
            hashed(use, [1] * count)
    for a, b in ((2**32, 0), (0, 2**32), (-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="32 bits"):
            tag(use, a, b)


def _times(*times: int) -> list[Record]:
    return [Record(time, [1]) for time in times]


@pytest.mark.parametrize(
    ("records", "options", "rule"),
    [
        ([], {}, "count"),
        (_times(START + 1, START), {}, "order"),
        (_times(START, START + 1, START + 1), {}, "order"),
        (_times(START, START + 2**30 + 1), {"slot_length": 2**42}, "gap"),
        (_times(START + HOUR - 1, START + HOUR), {}, "slot"),
        (_times(START - 1, START), {}, "slot"),
        (_times(2**32 * 1000), {"slot_length": 1000}, "slot"),
        (_times(START), {"slot_length": 999}, "slot_length"),
        (_times(START), {"slot_length": 2**48}, "slot_length"),
        (_times(START), {"slot_length": 3.6e6}, "slot_length"),
        (_times(START), {"sequence": -1}, "sequence"),
        (_times(START), {"sequence": 2**64}, "sequence"),
        (_times(START), {"sequence": True}, "sequence"),
        ([Record(START, [1, 2])], {}, "values"),
        ([Record(START, ["1.005"])], {}, "decimals"),
    ],
)
def test_what_cannot_be_sealed_is_refused_by_its_rule(
    records: list[Record], options: dict[str, Any], rule: str
) -> None:
    """Disorder, repeats, gaps, slots and numbers out of range are RecordInvalid with the rule that they break."""
    with pytest.raises(RecordInvalid) as refusal:
        seal(TEMPERATURE, records, DEVICE, **options)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("records", "options"),
    [
        (_times(START, START + 1), {}),
        (_times(START, START + 2**30), {"slot_length": 2**42}),
        (_times(START, START + HOUR - 1), {}),
        (_times(2**32 * 1000 - 1), {"slot_length": 1000}),
        (_times(2**48 - 1), {"slot_length": 2**48 - 1}),
        (_times(0), {"sequence": 2**64 - 1}),
        (_times(*range(START, START + RECORDS)), {}),
    ],
)
def test_the_edge_of_each_rule_is_sealed(records: list[Record], options: dict[str, Any]) -> None:
    """The last time, gap, slot and sequence that a rule allows are taken."""
    assert list(seal(TEMPERATURE, records, DEVICE, **options).records) == records


def test_more_records_than_a_capsule_holds_are_refused_with_the_limit() -> None:
    """A seventeenth record is ResourceLimit and names sixteen."""
    with pytest.raises(ResourceLimit) as refusal:
        seal(TEMPERATURE, _times(*range(START, START + RECORDS + 1)), DEVICE)
    assert (refusal.value.limit, refusal.value.count) == (RECORDS, RECORDS + 1)


def test_a_schema_without_a_circuit_is_refused() -> None:
    """Fields for which no shape is in the catalogue are ResourceLimit."""
    schema = Schema("wide", tuple(Field(f"f{index}", "u", 0) for index in range(8)))
    with pytest.raises(ResourceLimit):
        seal(schema, [Record(START, list(range(8)))], DEVICE)


@pytest.mark.parametrize("change", [1, -1])
def test_another_key_does_not_open(change: int) -> None:
    """A wrong key is ArtifactMismatch, whatever it would decrypt to."""
    with pytest.raises(ArtifactMismatch):
        open_capsule(SEALED.file, (SEALED.opening.key + change) % R, TEMPERATURE)


@pytest.mark.parametrize("key", [-1, R, 2**256, "1", None, True])
def test_what_is_no_key_does_not_open(key: Any) -> None:
    """A key that is no field element is KeyUnsafe, also where it would be an alias of the right one."""
    for candidate in (key, SEALED.opening.key + R):
        with pytest.raises(KeyUnsafe):
            open_capsule(SEALED.file, candidate, TEMPERATURE)


def test_another_schema_or_content_does_not_open() -> None:
    """A file of another schema, or not of the content that was paid for, is ArtifactMismatch."""
    kelvin = Schema("temperature", (Field("temperature", "kelvin", 2),))
    with pytest.raises(ArtifactMismatch, match="schema"):
        open_capsule(SEALED.file, SEALED.opening.key, kelvin)
    with pytest.raises(ArtifactMismatch, match="content"):
        open_capsule(SEALED.file, SEALED.opening.key, TEMPERATURE, content=SEALED.content + 1)


def resealed(places: Places, count: int = 4) -> CapsuleFile:
    """A file as somebody would write it who follows other rules, under the key of SEALED."""
    header = dataclasses.replace(SEALED.file.header, count=count)
    words = encrypt(header.layout.pack(places), SEALED.opening.key, header.hash)
    return CapsuleFile(header, SEALED.file.key_commitment, words)


def changed(index: int, **changes: int) -> Places:
    """The places of SEALED with the value, or the delta, of one place changed."""
    places = SEALED.opening.places
    values, deltas = list(places.values), list(places.deltas)
    values[index] = (changes.get("value", values[index][0]),)
    deltas[index - 1] = changes.get("delta", deltas[index - 1])
    return dataclasses.replace(places, values=tuple(values), deltas=tuple(deltas))


@pytest.mark.parametrize(
    "places", [changed(4, value=1), changed(15, value=1), changed(4, delta=1), changed(15, delta=1)]
)
def test_what_lies_in_unused_places_does_not_matter(places: Places) -> None:
    """No statement binds unused places, so a capsule that can be claimed opens, whatever its device put there."""
    assert open_capsule(resealed(places), SEALED.opening.key, TEMPERATURE) == list(SEALED.records)


@pytest.mark.parametrize(
    "places",
    [
        changed(3, delta=HOUR),
        dataclasses.replace(SEALED.opening.places, base=2**48 - 1),
    ],
)
def test_a_capsule_sealed_by_other_rules_does_not_open(places: Places) -> None:
    """A record outside of the slot and a time past 2^48 are ArtifactMalformed."""
    assert open_capsule(resealed(SEALED.opening.places), SEALED.opening.key, TEMPERATURE) == list(SEALED.records)
    with pytest.raises(ArtifactMalformed):
        open_capsule(resealed(places), SEALED.opening.key, TEMPERATURE)


def test_a_word_with_a_stray_bit_does_not_open() -> None:
    """Ciphertext of a word beyond its limbs is ArtifactMalformed."""
    header = SEALED.file.header
    for number, used in enumerate((252, 234, 234, 234, 234, 78)):
        words = header.layout.pack(SEALED.opening.places)
        words[number] += 1 << used
        file = CapsuleFile(header, SEALED.file.key_commitment, encrypt(words, SEALED.opening.key, header.hash))
        with pytest.raises(ArtifactMalformed):
            open_capsule(file, SEALED.opening.key, TEMPERATURE)


Change = Callable[[Opening], Opening]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda o: dataclasses.replace(o, key=o.key ^ 1), ArtifactMismatch),
        (lambda o: dataclasses.replace(o, sequence=o.sequence + 1), SignatureRejected),
        (lambda o: dataclasses.replace(o, device=DeviceKey(bytes(range(1, 33))).public), SignatureRejected),
        (
            lambda o: dataclasses.replace(o, signature=dataclasses.replace(o.signature, s=o.signature.s ^ 1)),
            SignatureRejected,
        ),
        (
            lambda o: dataclasses.replace(o, signature=dataclasses.replace(o.signature, s=o.signature.s + R)),
            SignatureRejected,
        ),
        (lambda o: dataclasses.replace(o, places=changed(3, delta=1)), ArtifactMismatch),
        (lambda o: dataclasses.replace(o, count=5), ArtifactMismatch),
        (lambda o: dataclasses.replace(o, schema=Schema("other", o.schema.fields)), ArtifactMismatch),
        (lambda o: dataclasses.replace(o, places=Places(o.base, o.deltas[:14], o.values[:15])), ArtifactMalformed),
        (lambda o: dataclasses.replace(o, count=17), ArtifactMalformed),
        (lambda o: dataclasses.replace(o, count=2), ArtifactMalformed),
        (lambda o: dataclasses.replace(o, key=R), KeyUnsafe),
        (lambda o: dataclasses.replace(o, sequence=2**64), RecordInvalid),
    ],
)
def test_an_opening_goes_with_its_own_file_only(change: Change, error: type[ZkDataError]) -> None:
    """Any part of the opening changed, and it is not the opening of this file."""
    Capsule(SEALED.file, SEALED.opening)
    with pytest.raises(error):
        Capsule(SEALED.file, change(SEALED.opening))


def test_a_signature_does_not_make_up_for_a_wrong_file() -> None:
    """A key commitment or word that is not the opening's is ArtifactMismatch, though the device signed it so."""
    file = SEALED.file
    for wrong in (
        dataclasses.replace(file, key_commitment=file.key_commitment ^ 1),
        dataclasses.replace(file, words=(*file.words[:5], file.words[5] ^ 1)),
    ):
        signature = DEVICE.sign(message(wrong.content, SEALED.opening.sequence))
        with pytest.raises(ArtifactMismatch):
            Capsule(wrong, dataclasses.replace(SEALED.opening, signature=signature))


def test_openings_are_not_exchanged() -> None:
    """Two seals of one recording have two openings, and neither opens the other."""
    twin = seal(TEMPERATURE, SEALED.records, DEVICE, sequence=5)
    for file, opening in itertools.product((SEALED.file, twin.file), (SEALED.opening, twin.opening)):
        if (file is twin.file) == (opening is twin.opening):
            Capsule(file, opening)
        else:
            with pytest.raises(ArtifactMismatch):
                Capsule(file, opening)


def test_a_capsule_is_printed_without_its_records() -> None:
    """repr tells schema, count and content, and no time, value or key."""
    shown = repr(SEALED)
    hidden = (SEALED.opening.key, START, 21.5, DEVICE.public.x)
    assert str(SEALED.content) in shown
    assert not any(str(number) in shown for number in hidden)
