"""The public file: one spelling, one content, and nothing of the owner's."""

import dataclasses
import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.capsule.strategies import DEVICE, RECORDS, START, Recording, names, readings, recordings
from tests.reference.field import R
from zkdata.capsule.canonical_json import decimal, from_text
from zkdata.capsule.capsule_file import CapsuleFile, Header
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import PHOTO, TEMPERATURE
from zkdata.capsule.seal import Capsule, seal
from zkdata.errors import ArtifactMalformed, KeyUnsafe

SEALED = seal(TEMPERATURE, readings("21.50", "-3.25"), DEVICE, sequence=987654321987654321)
TEXT = SEALED.file.to_json()


@settings(max_examples=50, deadline=None)
@given(recording=recordings())
def test_a_file_comes_back_from_its_text(recording: Recording) -> None:
    """Reading what was written gives an equal file with the same content."""
    file = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length).file
    again = CapsuleFile.from_json(file.to_json())
    assert (again, again.content) == (file, file.content)


def test_both_halves_come_back_from_disk(tmp_path: Path) -> None:
    """A saved capsule loads equal; the file is for everyone, the opening for the owner."""
    SEALED.save(tmp_path / "file", tmp_path / "opening")
    assert Capsule.load(tmp_path / "file", tmp_path / "opening") == SEALED
    assert CapsuleFile.load(tmp_path / "file") == SEALED.file
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("file", "opening")]
    assert modes == [0o644, 0o600]
    assert names(tmp_path) == ["file", "opening"]


def test_a_taken_name_for_the_opening_stops_before_the_file(tmp_path: Path) -> None:
    """No public file is written whose opening could not be kept."""
    (tmp_path / "opening").touch()
    with pytest.raises(KeyUnsafe):
        SEALED.save(tmp_path / "file", tmp_path / "opening")
    assert names(tmp_path) == ["opening"]


def test_an_older_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving replaces a file in one step; where the disk fails, the old one stays as it was."""
    path = tmp_path / "file"
    path.write_text("older")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda descriptor: os.fstat(-1))
        with pytest.raises(OSError, match="descriptor"):
            SEALED.file.save(path)
    assert (path.read_text(), names(tmp_path)) == ("older", ["file"])
    with path.open() as reader:
        SEALED.file.save(path)
        assert reader.read() == "older"
    assert CapsuleFile.load(path) == SEALED.file


def test_every_flipped_bit_is_refused_or_is_another_content() -> None:
    """No bit of the file can change without an error or another address."""
    data = TEXT.encode()
    content, read = SEALED.content, 0
    for position in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[position] ^= 1 << bit
            try:
                file = CapsuleFile.from_json(flipped.decode("utf-8", errors="replace"))
            except ArtifactMalformed:
                continue
            read += 1
            assert file.content != content
    assert read > 100


def test_every_missing_or_doubled_byte_is_refused_or_is_another_content() -> None:
    """Nor can a byte go or come."""
    for position in range(len(TEXT)):
        for text in (TEXT[:position] + TEXT[position + 1 :], TEXT[:position] + TEXT[position] + TEXT[position:]):
            try:
                file = CapsuleFile.from_json(text)
            except ArtifactMalformed:
                continue
            assert text == TEXT or file.content != SEALED.content


def test_the_file_tells_nothing_of_the_owner() -> None:
    """Key, sequence, signature, device, times and values are not in the file, in decimal or hex."""
    opening = SEALED.opening
    point = (opening.signature.r8x, opening.signature.r8y, opening.signature.s, opening.device.x, opening.device.y)
    hidden = [opening.key, opening.sequence, *point, opening.base, opening.last, opening.values[0][0]]
    for number in hidden:
        assert str(number) not in TEXT
        assert f"{number:x}" not in TEXT.lower()
    assert set(json.loads(TEXT)) == {"format", "header", "keyCommitment", "version", "words"}
    assert set(json.loads(TEXT)["header"]) == {"bits", "count", "fields", "records", "schema", "slotLength"}


def test_two_files_of_one_recording_share_only_the_header() -> None:
    """Nothing in the files says that two capsules come from one device or hold the same records."""
    other = seal(TEMPERATURE, SEALED.records, DEVICE, sequence=987654321987654321).file
    assert other.header == SEALED.file.header
    mine = {SEALED.file.key_commitment, SEALED.content, *SEALED.file.words}
    assert not mine & {other.key_commitment, other.content, *other.words}


Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(extra="1"),
        lambda d: d.pop("words"),
        lambda d: d.update(format="zkdata.opening"),
        lambda d: d.update(version="1"),
        lambda d: d.update(version="3"),
        lambda d: d.update(version=2),
        lambda d: d.update(words={}),
        lambda d: d["words"].pop(),
        lambda d: d["words"].append("0"),
        lambda d: d["words"].__setitem__(0, 5),
        lambda d: d["words"].__setitem__(0, "0x5"),
        lambda d: d["words"].__setitem__(0, "05"),
        lambda d: d["words"].__setitem__(0, "+5"),
        lambda d: d["words"].__setitem__(0, "-5"),
        lambda d: d["words"].__setitem__(0, "5\n"),
        lambda d: d["words"].__setitem__(0, "\u0665"),
        lambda d: d["words"].__setitem__(0, str(R)),
        lambda d: d["words"].__setitem__(0, str(int(d["words"][0]) + R)),
        lambda d: d["words"].__setitem__(0, "9" * 5000),
        lambda d: d.update(keyCommitment=str(R)),
        lambda d: d.update(keyCommitment=None),
        lambda d: d.update(header=[]),
        lambda d: d["header"].update(anchor="0"),
        lambda d: d["header"].pop("count"),
        lambda d: d["header"].update(count="0"),
        lambda d: d["header"].update(count=str(RECORDS + 1)),
        lambda d: d["header"].update(records=str(RECORDS + 1)),
        lambda d: d["header"].update(bits="128"),
        lambda d: d["header"].update(bits="64"),
        lambda d: d["header"].update(bits=48),
        lambda d: d["header"].pop("bits"),
        lambda d: d["header"].update(records="65536"),
        lambda d: d["header"].update(fields="2"),
        lambda d: d["header"].update(fields="17"),
        lambda d: d["header"].update(fields="0"),
        lambda d: d["header"].update(slotLength="999"),
        lambda d: d["header"].update(slotLength=str(2**48)),
        lambda d: d["header"].update(schema=str(2**248)),
    ],
)
def test_a_file_with_a_wrong_member_is_refused(edit: Edit) -> None:
    """Unknown, missing, mistyped, aliased and out-of-range members are ArtifactMalformed."""
    document = json.loads(TEXT)
    edit(document)
    with pytest.raises(ArtifactMalformed):
        CapsuleFile.from_json(json.dumps(document, sort_keys=True, separators=(",", ":")))


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: "",
        lambda text: "{}",
        lambda text: "[]",
        lambda text: "null",
        lambda text: "NaN",
        lambda text: "1e999",
        lambda text: "9" * 5000,
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: "\ufeff" + text,
        lambda text: json.dumps(json.loads(text), indent=1),
        lambda text: text.replace("count", "\\u0063ount"),
        lambda text: text.replace('"version":"2"', '"version":"2","version":"2"'),
        lambda text: text.replace('"count":"2"', '"count":"3","count":"2"'),
    ],
)
def test_another_spelling_is_refused(spell: Callable[[str], str]) -> None:
    """Spaces, escapes, orders and keys given twice are ArtifactMalformed: a file has one spelling."""
    with pytest.raises(ArtifactMalformed):
        CapsuleFile.from_json(spell(TEXT))


def test_only_a_regular_file_of_bounded_size_is_read(tmp_path: Path) -> None:
    """A pipe, a folder, an endless device and a file that is too large are refused without reading them."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b" " * (2**23 + 1))
    (tmp_path / "binary").write_bytes(b"\xff" * 100)
    named = {tmp_path / "pipe": "regular", tmp_path: "regular", Path("/dev/zero"): "regular"}
    for path, reason in (named | {tmp_path / "large": "larger than", tmp_path / "binary": "not JSON"}).items():
        with pytest.raises(ArtifactMalformed, match=reason):
            CapsuleFile.load(path)


@pytest.mark.parametrize("opened", ["[", '{"a":', '["]]",', '["\\"]]",', '{"]":"}","a":'])
def test_deep_nesting_is_refused_before_parsing(opened: str) -> None:
    """Depth is counted outside of strings: no text exhausts the parser's stack, and a string may hold brackets."""
    with pytest.raises(ArtifactMalformed, match="too deeply"):
        from_text(opened * 100_000, "text")
    assert from_text('{"a":["[[[[","\\"[["]}', "text") == {"a": ["[[[[", '"[[']}


def test_an_endless_string_takes_no_time() -> None:
    """A megabyte of quotes in a string without an end is refused at once."""
    with pytest.raises(ArtifactMalformed, match="not JSON"):
        from_text('"' + '\\"' * 500_000, "text")


def test_a_text_beyond_every_shape_is_not_parsed() -> None:
    """The bound on a file's size holds for text as well."""
    with pytest.raises(ArtifactMalformed, match="at most"):
        CapsuleFile.from_json(TEXT + " " * 2**23)


def test_a_file_is_checked_however_it_is_made() -> None:
    """Header and file refuse numbers out of range where no text is read."""
    file = SEALED.file
    for number in (-1, 2**248):
        with pytest.raises(ArtifactMalformed):
            dataclasses.replace(file.header, schema=number)
    for number in (-1, R):
        with pytest.raises(ArtifactMalformed):
            dataclasses.replace(file, key_commitment=number)
        with pytest.raises(ArtifactMalformed):
            dataclasses.replace(file, words=(*file.words[:-1], number))


def test_a_number_is_below_its_bound() -> None:
    """A reader that names a bound gets no number at or above it."""
    assert decimal("4", 5, "number") == 4
    for text in ("5", "6", "5" * 77):
        with pytest.raises(ArtifactMalformed, match="out of range"):
            decimal(text, 5, "number")


def test_every_part_of_header_key_and_words_is_in_the_content() -> None:
    """Schema, slot length, shape, count, key commitment, and words with their order: each change is another content."""
    file = SEALED.file
    headers = [
        dataclasses.replace(file.header, **change)
        for change in (
            {"schema": 1},
            {"slot_length": 1000},
            {"count": 3},
            {"records": RECORDS - 1},
            {"records": RECORDS - 2},
        )
    ]
    files = [
        file,
        CapsuleFile(file.header, 1, file.words),
        CapsuleFile(file.header, file.key_commitment, file.words[::-1]),
    ]
    files += [CapsuleFile(header, file.key_commitment, file.words) for header in headers]
    assert len({each.content for each in files}) == len(files)


def test_the_largest_header_fits() -> None:
    """65,535 records of four limbs are a shape; the file's bound leaves room for their words."""
    header = Header(0, 1000, 2**16 - 1, 4, 48, 1)
    largest = CapsuleFile(header, R - 1, (R - 1,) * header.layout.word_count)
    assert CapsuleFile.from_json(largest.to_json()) == largest


ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def by_hand(data: bytes) -> str:
    """CID version 1 of raw bytes, from the multiformats tables: one letter for five bits, from the highest."""
    version, raw, sha256, length = 0x01, 0x55, 0x12, 32
    binary = bytes((version, raw, sha256, length)) + hashlib.sha256(data).digest()
    bits = "".join(f"{byte:08b}" for byte in binary) + "00"
    return "b" + "".join(ALPHABET[int(bits[place : place + 5], 2)] for place in range(0, len(bits), 5))


def test_the_cid_is_that_of_the_saved_bytes(tmp_path: Path) -> None:
    """The CID is what anyone computes who has the file; a known one shows that the computation here is right."""
    assert by_hand(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    digest = [Record(START, [hashlib.sha256(b"image").digest()])]
    for file in (SEALED.file, seal(PHOTO, digest, DEVICE).file):
        file.save(tmp_path / "file")
        assert file.cid == by_hand((tmp_path / "file").read_bytes())
        assert CapsuleFile.load(tmp_path / "file").cid == file.cid
        changed = dataclasses.replace(file, key_commitment=file.key_commitment ^ 1)
        assert changed.cid != file.cid


def test_a_file_is_written_as_the_specification_says() -> None:
    """Every member in its place, numbers as decimal text, and no byte more."""
    file, header = SEALED.file, SEALED.file.header
    words = ",".join(f'"{word}"' for word in file.words)
    assert (
        '{"format":"zkdata.capsule","header":{"bits":"48","count":"2","fields":"1",'
        f'"records":"{RECORDS}","schema":"{header.schema}","slotLength":"3600000"}},"keyCommitment":"{file.key_commitment}",'
        f'"version":"2","words":[{words}]}}'
    ) == TEXT
