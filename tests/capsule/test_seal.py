"""Sealing: what goes in comes out, as the reference seals it, and what cannot be sealed has a name."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from tests.capsule.strategies import (
    DEVICE,
    HOUR,
    RECORDS,
    SHAPES,
    START,
    Recording,
    readings,
    recordings,
    reference_fields,
    reference_header,
)
from tests.reference import eddsa, sealing
from tests.reference.field import R
from tests.reference.schema import schema_id
from tests.reference.words import Layout
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.cipher import decrypt, encrypt
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hashing import hashed, tag
from zkdata.capsule.opening import Opening
from zkdata.capsule.record import Digest, Enum, Field, Record, Schema
from zkdata.capsule.schemas import GPS_TRACE, PAYMENT, TEMPERATURE
from zkdata.capsule.seal import Capsule, message, seal, unseal
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
    assert unseal(capsule.file, key, recording.schema, content=content) == recording.records
    assert capsule.opening.last == recording.records[-1].time
    assert capsule.slot == recording.records[0].time // recording.slot_length


@settings(max_examples=12, deadline=None)
@given(recording=recordings())
def test_a_capsule_is_sealed_as_the_reference_seals(recording: Recording) -> None:
    """Header, words, ciphertext, content, message and signature are the plain Python twin's."""
    capsule = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length, sequence=77)
    opening, file, header = capsule.opening, capsule.file, reference_header(capsule.file)
    assert file.header.schema == schema_id(recording.schema.name, reference_fields(recording.schema))
    assert (file.header.slot_length, file.header.form) == (recording.slot_length, header.form)
    layout = Layout(file.header.records, file.header.fields, file.header.bits)
    words = layout.pack(opening.base, opening.deltas, opening.values)
    assert list(file.words) == sealing.encrypt(words, opening.key, header)
    assert capsule.content == sealing.content(file.words, opening.key, header)
    signed = sealing.device_message(capsule.content, 77)
    signature = (opening.signature.r8x, opening.signature.r8y, opening.signature.s)
    assert eddsa.verifies((opening.device.x, opening.device.y), signed, signature)
    assert (opening.device.x, opening.device.y) == eddsa.public_key(DEVICE.seed)
    Capsule(file, opening)


@settings(max_examples=12, deadline=None)
@given(recording=recordings())
def test_the_capsule_key_is_derived_as_the_specification_says(recording: Recording) -> None:
    """Under fixed entropy the key is H of device secret, sequence, digest of header and records, and the entropy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.urandom", lambda count: b"\xff" * count)
        capsule = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length, sequence=9)
    opening, header = capsule.opening, reference_header(capsule.file)
    digest = sealing.records_digest(header, opening.base, opening.deltas, opening.values)
    assert opening.key == sealing.capsule_key(DEVICE.secret, 9, digest, (2**256 - 1) % R)


def test_dead_randomness_still_gives_different_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """With zero entropy, another record, time, sequence, slot length, schema or device is another key."""
    monkeypatch.setattr("os.urandom", bytes)
    other, kelvin = DeviceKey(bytes(range(1, 33))), Schema("kelvin", TEMPERATURE.fields)
    openings = [
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "3"), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2", step=61_000), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=10).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9, slot_length=2 * HOUR).opening,
        seal(TEMPERATURE, readings("1", "2", "2"), DEVICE, sequence=9).opening,
        seal(kelvin, readings("1", "2", schema=kelvin), DEVICE, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2"), other, sequence=9).opening,
        seal(TEMPERATURE, readings("1", "2"), DEVICE).opening,
    ]
    assert len({opening.key for opening in openings}) == len(openings)


def test_a_thousand_capsules_without_randomness_share_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With zero entropy and one sequence, a thousand recordings have a thousand keys and no keystream word twice."""
    monkeypatch.setattr("os.urandom", bytes)
    capsules = [seal(TEMPERATURE, readings(str(number)), DEVICE, sequence=9) for number in range(1000)]
    assert len({capsule.opening.key for capsule in capsules}) == 1000
    masks = set()
    for capsule in capsules:
        words = capsule.file.header.layout.pack(capsule.opening.places)
        masks |= {(sealed - word) % R for sealed, word in zip(capsule.file.words, words, strict=True)}
    assert len(masks) == sum(len(capsule.file.words) for capsule in capsules)


def test_no_ciphertext_word_comes_twice() -> None:
    """A thousand seals of one recording under one sequence share no ciphertext word and no key."""
    files = [seal(TEMPERATURE, readings("1", "2"), DEVICE, sequence=9).file for _ in range(1000)]
    assert len({word for file in files for word in file.words}) == len(files[0].words) * len(files)
    assert len({file.key_commitment for file in files}) == len(files)


def test_a_keystream_block_does_not_show_its_first_lane() -> None:
    """Words 0 to 15 take lanes 1 to 16 of block 0, word 16 lane 1 of block 1, as the reference."""
    zeros, header = [0] * 33, reference_header(SEALED.file)
    assert list(encrypt(zeros, 3, SEALED.file.header)) == sealing.encrypt(zeros, 3, header)
    assert list(decrypt(sealing.encrypt(range(33), 3, header), 3, SEALED.file.header)) == list(range(33))


@pytest.mark.parametrize(
    "change", [{"schema": 1}, {"slot_length": 1000}, {"count": 3}, {"records": RECORDS - 1}, {"bits": 128}]
)
def test_every_part_of_the_header_is_in_the_keystream(change: dict[str, int]) -> None:
    """Another schema, slot length, count or shape under the same key is another keystream."""
    header = SEALED.file.header
    assert not set(encrypt([0] * 16, 3, header)) & set(encrypt([0] * 16, 3, dataclasses.replace(header, **change)))


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
        (_times(START, START + 10 * HOUR), {}, "slot"),
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
    """One record more than the largest shape is ResourceLimit and names slot, count and limit."""
    most = SHAPES[1, 48][-1]
    assert seal(TEMPERATURE, _times(*range(START, START + most)), DEVICE).file.header.count == most
    with pytest.raises(ResourceLimit) as refusal:
        seal(TEMPERATURE, _times(*range(START, START + most + 1)), DEVICE)
    evidence = refusal.value.evidence
    assert evidence == {"limit": most, "count": most + 1, "slot": START // HOUR}
    assert all(str(number) in str(refusal.value) for number in evidence.values())


@pytest.mark.parametrize("schema", [TEMPERATURE, GPS_TRACE, PAYMENT])
def test_the_smallest_shape_that_holds_the_records_is_taken(schema: Schema) -> None:
    """Any count from 1 to the largest shape: at each shape's edge the next one begins."""
    one = [field.choices[0] if isinstance(field, Enum) else "-0.5" for field in schema.fields]
    shapes = SHAPES[schema.limbs, schema.bits]
    for shape, larger in itertools.pairwise((0, *shapes)):
        for count in {shape + 1, larger - 1, larger}:
            records = [Record(START + index, one) for index in range(count)]
            header = seal(schema, records, DEVICE).file.header
            assert (header.count, header.records) == (count, larger)


@pytest.mark.parametrize("fields", [5, 8])
def test_a_schema_without_a_circuit_is_refused(fields: int) -> None:
    """Limbs for which no shape is in the catalogue are ResourceLimit."""
    schema = Schema("wide", tuple(Field(f"f{index}", "u", 0) for index in range(fields)))
    with pytest.raises(ResourceLimit):
        seal(schema, [Record(START, list(range(fields)))], DEVICE)
    with pytest.raises(ResourceLimit):
        seal(Schema("two", (Digest("a"), Digest("b"))), [Record(START, [bytes(32)] * 2)], DEVICE)


@pytest.mark.parametrize("change", [1, -1])
def test_another_key_does_not_open(change: int) -> None:
    """A wrong key is ArtifactMismatch, whatever it would decrypt to."""
    with pytest.raises(ArtifactMismatch):
        unseal(SEALED.file, (SEALED.opening.key + change) % R, TEMPERATURE)


@pytest.mark.parametrize("key", [-1, R, 2**256, "1", None, True])
def test_what_is_no_key_does_not_open(key: Any) -> None:
    """A key that is no field element is KeyUnsafe, also where it would be an alias of the right one."""
    for candidate in (key, SEALED.opening.key + R):
        with pytest.raises(KeyUnsafe):
            unseal(SEALED.file, candidate, TEMPERATURE)


def test_another_schema_or_content_does_not_open() -> None:
    """A file of another schema, or not of the content that was paid for, is ArtifactMismatch."""
    kelvin = Schema("temperature", (Field("temperature", "kelvin", 2),))
    with pytest.raises(ArtifactMismatch, match="schema"):
        unseal(SEALED.file, SEALED.opening.key, kelvin)
    with pytest.raises(ArtifactMismatch, match="content"):
        unseal(SEALED.file, SEALED.opening.key, TEMPERATURE, content=SEALED.content + 1)


def resealed(places: Places, count: int = 4) -> CapsuleFile:
    """A file as somebody would write it who follows other rules, under the key of SEALED."""
    header = dataclasses.replace(SEALED.file.header, count=count)
    words = encrypt(header.layout.pack(places), SEALED.opening.key, header)
    return CapsuleFile(header, SEALED.file.key_commitment, words)


def changed(index: int, **changes: int) -> Places:
    """The places of SEALED with the value, or the delta, of one place changed."""
    places = SEALED.opening.places
    values, deltas = list(places.values), list(places.deltas)
    values[index] = (changes.get("value", values[index][0]),)
    deltas[index - 1] = changes.get("delta", deltas[index - 1])
    return dataclasses.replace(places, values=tuple(values), deltas=tuple(deltas))


@pytest.mark.parametrize(
    "places", [changed(place, **change) for place in (4, RECORDS - 1) for change in ({"value": 1}, {"delta": 1})]
)
def test_what_lies_in_unused_places_does_not_matter(places: Places) -> None:
    """No statement binds unused places, so a capsule that can be claimed opens, whatever its device put there."""
    assert unseal(resealed(places), SEALED.opening.key, TEMPERATURE) == list(SEALED.records)


@pytest.mark.parametrize(
    "places",
    [
        changed(3, delta=HOUR),
        dataclasses.replace(SEALED.opening.places, base=2**48 - 1),
    ],
)
def test_a_capsule_sealed_by_other_rules_does_not_open(places: Places) -> None:
    """A record outside of the slot and a time past 2^48 are ArtifactMalformed."""
    assert unseal(resealed(SEALED.opening.places), SEALED.opening.key, TEMPERATURE) == list(SEALED.records)
    with pytest.raises(ArtifactMalformed):
        unseal(resealed(places), SEALED.opening.key, TEMPERATURE)


def test_a_limb_that_stands_for_nothing_does_not_open() -> None:
    """A place beyond the choices is ArtifactMalformed and names the field; the last choice opens."""
    capsule = seal(PAYMENT, [Record(START, ["-1.99", "-0.01", "food", "BRL"])], DEVICE)
    currencies = PAYMENT.fields[3].widest[0][1]
    for place, opens in ((currencies, True), (currencies + 1, False)):
        rows = ((*capsule.opening.values[0][:3], place), *capsule.opening.values[1:])
        words = capsule.file.header.layout.pack(dataclasses.replace(capsule.opening.places, values=rows))
        key, header = capsule.opening.key, capsule.file.header
        file = CapsuleFile(header, capsule.file.key_commitment, encrypt(words, key, header))
        if opens:
            assert unseal(file, key, PAYMENT) == list(capsule.records)
        else:
            with pytest.raises(ArtifactMalformed, match="currency"):
                unseal(file, key, PAYMENT)


def test_a_word_with_a_stray_bit_does_not_open() -> None:
    """Ciphertext of a word beyond its limbs is ArtifactMalformed."""
    header = SEALED.file.header
    for number in range(len(SEALED.file.words)):
        used = 252 if number == 0 else 234
        words = header.layout.pack(SEALED.opening.places)
        words[number] += 1 << used
        file = CapsuleFile(header, SEALED.file.key_commitment, encrypt(words, SEALED.opening.key, header))
        with pytest.raises(ArtifactMalformed):
            unseal(file, SEALED.opening.key, TEMPERATURE)


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
        (lambda o: dataclasses.replace(o, places=Places(o.base, o.deltas[:-1], o.values[:-1])), ArtifactMalformed),
        (lambda o: dataclasses.replace(o, count=RECORDS + 1), ArtifactMalformed),
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
        dataclasses.replace(file, words=(*file.words[:-1], file.words[-1] ^ 1)),
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
